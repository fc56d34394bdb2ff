"""The written account: its paragraphs, its sentences, and where a quote stands in it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from conjuncture.scenario.crisis import Quote
from conjuncture.scenario.source import Source

_FOLDS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u00ad": "",
    "\u2026": "...",
}
_BREAK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_HEADING = re.compile(r"(?:\#{1,6}(?:\s|$)[^\n]*|[^\n]+\n(?:=+|-+)[ \t]*$|(?:[-*_][ \t]*){3,}$)")
_SENTENCE_END = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d\u00bb)\]]*(?=\s)")
_ABBREVIATIONS = frozenset(
    (
        "gen", "col", "maj", "capt", "lt", "sgt", "dr", "mr", "mrs", "ms", "st", "prof", "hon",
        "rev", "no", "vol", "pp", "p", "cf", "ca", "e.g", "i.e", "vs",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the account and its characters, ``start`` up to ``end``."""

    text: str
    start: int
    end: int


class Account:
    r"""An account in Markdown or plain text.

    Parameters
    ----------
    source : Source
        The file's text.

    Examples
    --------
    >>> account = Account(Source("account.md", "# A crisis\n\nHe fled. “She –\nwon.”\n"))
    >>> account.find('"She - won."')
    Quote(text='"She - won."', paragraph=1, start=21, end=33)
    >>> [sentence.text for sentence in account.sentences]
    ['He fled.', '“She – won.”']
    """

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self._folded, self._origins = _fold(source.text)

    def find(self, quote: str) -> Quote | None:
        """Return the first place of a quote, or None where the account does not have it."""
        wanted = _fold(quote)[0].strip()
        at = self._folded.find(wanted)
        if at < 0 or not wanted:
            return None
        start = self._origins[at]
        end = self._origins[at + len(wanted) - 1] + 1
        paragraph = max(1, bisect_right([first for first, _ in self.paragraphs], start))
        return Quote(quote, paragraph, start, end)

    def nearest(self, quote: str) -> str | None:
        """Return the sentence of the account that most resembles a quote, or None."""
        words = set(_words(quote))
        ranked = sorted(
            (
                (len(words & set(_words(sentence.text))), sentence.text)
                for sentence in self.sentences
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

    def uncovered(self, quotes: list[Quote]) -> tuple[str, ...]:
        """Return the sentences that no quote touches."""
        return tuple(
            sentence.text
            for sentence in self.sentences
            if not any(
                quote.start < sentence.end and sentence.start < quote.end for quote in quotes
            )
        )

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Where each paragraph starts and ends; headings are none."""
        found, start = [], 0
        for end, after in [*((m.start(), m.end()) for m in _BREAK.finditer(self.text)), (None, 0)]:
            first, last = _without_headings(
                self.text, start, len(self.text) if end is None else end
            )
            if first < last:
                found.append((first, last))
            start = after
        return found

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences, headings apart."""
        found = []
        for first, last in self.paragraphs:
            start = first
            for match in _SENTENCE_END.finditer(self.text, first, last):
                if _is_abbreviation(self.text, match.start(), start):
                    continue
                found.append(_sentence(self.text, start, match.end()))
                start = match.end()
            found.append(_sentence(self.text, start, last))
        return [sentence for sentence in found if any(map(str.isalnum, sentence.text))]


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text with white space, quotes and dashes folded, and each character's origin."""
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] == " ":
                continue
            folded = " "
        else:
            folded = _FOLDS.get(character, character)
        characters.extend(folded)
        origins.extend([index] * len(folded))
    return "".join(characters), origins


def _without_headings(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        heading = _HEADING.match(text, start, end)
        if heading is None:
            break
        start = heading.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _sentence(text: str, start: int, end: int) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    return Sentence(" ".join(text[start:end].split()), start, end)


def _is_abbreviation(text: str, dot: int, start: int) -> bool:
    word = text[start:dot].split()[-1:] or [""]
    bare = word[0].strip("(\u201c\"'")
    if text[dot] != ".":
        return False
    return bare.casefold() in _ABBREVIATIONS or (len(bare) == 1 and bare.isupper())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
