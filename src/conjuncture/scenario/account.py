"""The written account: its paragraphs, its sentences, and where a quote stands in it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from conjuncture.scenario.crisis import Crisis, Quote
from conjuncture.scenario.folding import FoldedText
from conjuncture.scenario.inline import marks_of
from conjuncture.scenario.rewriting import EditedText
from conjuncture.scenario.seen import VisibleText
from conjuncture.scenario.sentences import ends_of
from conjuncture.scenario.source import SourceFile

_PLAIN_SUFFIXES = frozenset((".txt", ".text"))
_BROKEN_WORD = re.compile(r"(?<=\w)([-\u2010])\s*\n\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader sees it, and its characters in the file, ``start`` up to ``end``."""

    text: str
    start: int
    end: int


class Account:
    r"""An account in Markdown or, where its file is named so (``.txt``), in plain text.

    Places are characters of the text as it stands in the file, so that they are those of the
    text-position selectors of the W3C's Web Annotation Data Model (2017).

    Parameters
    ----------
    source : Source
        The file's text.

    Examples
    --------
    >>> account = Account(SourceFile("account.md", "# A crisis\n\nHe fled. “*She* –\nwon.”\n"))
    >>> account.find('"She - won."')
    Quote(text='"She - won."', paragraph=1, start=21, end=35)
    >>> [sentence.text for sentence in account.sentences]
    ['He fled.', '“She – won.”']
    """

    def __init__(self, source: SourceFile) -> None:
        self.file = PurePath(source.file).name
        self.text = source.text
        markdown = PurePath(source.file).suffix.lower() not in _PLAIN_SUFFIXES
        self.seen = VisibleText(source.text, emphasis=markdown)

    def find(self, quote: str) -> Quote | None:
        """Return the first place of a quote, or None where the account does not have it.

        It is looked for in what a reader sees, then among the characters of the file: it may have
        been copied from there, marks and all.
        """
        marks = marks_of(quote, 0, len(quote), self.seen.labels, emphasis=self.seen.emphasis)
        written = EditedText.of(quote)
        asked = [
            FoldedText(one, bars=True, quote=True)
            for one in (written.apply_edits(marks.edits), written)
        ]
        place = None
        for wanted in asked if marks.edits else asked[1:]:
            place = place or self._folded_text.find(wanted)
        place = place or self._folded_raw_text.find(FoldedText(written, quote=True))
        if place is None:
            return None
        start, end = place
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        end = start + len(self.text[start:end].rstrip())
        starts = [first for first, _ in self.paragraphs]
        return Quote(quote, max(1, bisect_right(starts, start)), start, end)

    def nearest_sentence(self, quote: str) -> str | None:
        """Return the sentence of the account that most resembles a quote, or None."""
        words = _words_of(quote)
        ranked = sorted(
            (
                (len(words & own), sentence.text)
                for own, sentence in zip(self._words, self.sentences, strict=True)
            ),
            key=lambda scored: -scored[0],
        )[:8]
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(quote.casefold()[:1000])
        best, found = 0.0, None
        for shared, text in ranked:
            matcher.set_seq1(text.casefold()[:1000])
            score = shared / max(len(words), 1) + matcher.ratio()
            if shared and score > best:
                best, found = score, text
        return found if best >= 0.4 else None

    def sentence_range_of(self, quote: Quote) -> range:
        """Return which sentences a quote touches, by their places among the sentences."""
        first = bisect_right(self._ends, quote.start)
        return range(first, max(first, bisect_left(self._starts, quote.end)))

    def uncovered_sentences(self, quotes: Iterable[Quote]) -> tuple[str, ...]:
        """Return the sentences that no quote touches."""
        covered = {place for quote in quotes for place in self.sentence_range_of(quote)}
        return tuple(
            sentence.text for place, sentence in enumerate(self.sentences) if place not in covered
        )

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Where each paragraph starts and ends; headings are none, and a list is one."""
        found: list[tuple[int, int]] = []
        for block in self.seen.blocks:
            if block.kind == "heading" or block.start == block.end:
                continue
            first, last = self.seen.rewritten.span(block.start, block.end)
            if block.after_blank or not found:
                found.append((first, last))
            else:
                found[-1] = found[-1][0], last
        return found

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences, headings apart."""
        text = self.seen.rewritten
        found = []
        for block in self.seen.blocks:
            if block.kind == "heading":
                continue
            start = block.start
            for end in (*ends_of(text.text[block.start : block.end]), block.end - block.start):
                written = text.text[start : block.start + end]
                first = start + len(written) - len(written.lstrip())
                last = first + len(written.strip())
                if any(map(str.isalnum, written)):
                    words = " ".join(_BROKEN_WORD.sub(r"\1", written).split())
                    found.append(Sentence(words, *text.span(first, last)))
                start = block.start + end
        return found

    @cached_property
    def _folded_text(self) -> FoldedText:
        return FoldedText(self.seen.rewritten, bars=True)

    @cached_property
    def _folded_raw_text(self) -> FoldedText:
        return FoldedText(EditedText.of(self.text))

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [_words_of(sentence.text) for sentence in self.sentences]

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _ends(self) -> list[int]:
        return [sentence.end for sentence in self.sentences]


def account_of(crisis: Crisis) -> Account:
    """Return the account that a crisis was read from."""
    return Account(SourceFile(crisis.account_file, crisis.account))


def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
