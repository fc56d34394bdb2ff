"""The written account: its sentences, where a quote stands in it, and what rests on each sentence.

A quote and the account are compared folded to what counts. Letters are composed and ligatures taken
apart (Unicode's form NFKC); white space, quotation marks, dashes and dots of omission are each of
one kind, and there is no white space beside them. Letters keep their case, and words are words. A
word that is broken at a line's end may be meant with its hyphen or without; so hyphens are kept
apart from the text, and compared by themselves.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Literal, NamedTuple

from conjuncture.scenario.crisis import (
    Backer,
    Claim,
    Crisis,
    DeclaredAttribute,
    Force,
    Number,
    Quote,
    Stage,
)
from conjuncture.scenario.sentences import ends_of
from conjuncture.scenario.source import SourceFile
from conjuncture.scenario.visible_text import Edit, EditedText, VisibleText, marks_of

_QUOTES = (
    "\"'`\u00ab\u00b4\u00bb\u02b9-\u02bd\u2018-\u201f\u2032-\u2037"
    "\u2039\u203a\u301d-\u301f\uff02\uff07"
)
_DASHES = "-\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\u30a0\ufe58\ufe63\uff0d"
_WIDE = "\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MAYBE = "\x01"
"""Stands for a hyphen that may only break a word."""

_FOREIGN = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_UNSEEN = re.compile(
    "[\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]+"
)
_JOINING = re.compile("[\u1160-\u11ff]")
_BROKEN_IN_TEXT = re.compile(
    "(?<=[^\\W\\d_])[-\u2010\u00ad\u00ac][^\\S\r\n]*(?:\r\n|\r|\n)[^\\S\r\n]*(?=[^\\W\\d_])|\u00ad"
)
_BROKEN_IN_QUOTE = re.compile("(?<=[^\\W\\d_])[-\u2010\u00ad\u00ac]\\s+(?=[^\\W\\d_])|\u00ad")
_SPACE = re.compile(r" \s+|[^\S ]\s*")
_PUNCTUATION = re.compile(
    rf"(?P<quote>[{_QUOTES}](?: ?[{_QUOTES}])* ?)"
    rf"|(?P<dash>[{_DASHES}](?: ?[{_DASHES}])* ?)"
    r"|(?P<dots>\.(?: ?\.){2,} ?)"
    r"|(?P<high>[!?:;])"
    rf"|(?P<wide>[{_WIDE}] (?=[{_WIDE}]))"
    r"|(?P<slash>\u2044)"
)
_PUT = {"quote": '"', "dash": "-", "dots": "...", "slash": "/"}
_BARS = re.compile(r" ?\|(?: ?\|)* ?")
_HYPHEN = re.compile(f"[-{_MAYBE}]")


class FoldedText:
    r"""A folded text that knows where its characters come from.

    Parameters
    ----------
    text : EditedText
    bars : bool
        Whether ``|`` stands between cells of a table.
    quote : bool
        Whether it is a quote, in which a line's end may have become a space.

    Examples
    --------
    >>> account = FoldedText(EditedText.of("the garni-\nson – half-hearted – left"))
    >>> quotes = (EditedText.of(quote) for quote in ("garnison—half-hearted", "halfhe"))
    >>> [account.find(FoldedText(quote)) for quote in quotes]
    [(4, 29), None]
    """

    def __init__(self, text: EditedText, *, bars: bool = False, quote: bool = False) -> None:
        text = text.apply_edits((*found.span(), "") for found in _UNSEEN.finditer(text.text))
        text = text.apply_edits(_composing_edits(text.text))
        broken = _BROKEN_IN_QUOTE if quote else _BROKEN_IN_TEXT
        text = text.apply_edits(
            (found.start(), found.end(), "" if len(found[0]) == 1 else _MAYBE)
            for found in broken.finditer(text.text)
        )
        text = text.apply_edits((*found.span(), " ") for found in _SPACE.finditer(text.text))
        if bars:
            text = text.apply_edits((*found.span(), " ") for found in _BARS.finditer(text.text))
        self._with_hyphens = text.apply_edits(_punctuation_edits(text.text))
        whole = self._with_hyphens.text
        first = len(whole) - len(whole.lstrip(" "))
        last = max(first, len(whole.rstrip(" ")))
        hyphens = [found.start() for found in _HYPHEN.finditer(whole, first, last)]
        self._gaps = [place - first - before for before, place in enumerate(hyphens)]
        self._real = [whole[place] == "-" for place in hyphens]
        edits: list[Edit] = [(0, first, "")] if first else []
        edits.extend((place, place + 1, "") for place in hyphens)
        edits.extend([(last, len(whole), "")] if last < len(whole) else [])
        self._bare = self._with_hyphens.apply_edits(edits)
        self.text = self._bare.text

    def find(self, quote: FoldedText) -> tuple[int, int] | None:
        """Return where the quote stands first, in the text as it was; whole words before parts."""
        if not quote.text:
            return None
        within = None
        at = self.text.find(quote.text)
        while at >= 0:
            if self._has_same_hyphens(quote, at):
                if self._has_whole_words(at, at + len(quote.text)):
                    return self._original_span(quote, at)
                within = at if within is None else within
            at = self.text.find(quote.text, at + 1)
        return None if within is None else self._original_span(quote, within)

    def _has_same_hyphens(self, quote: FoldedText, at: int) -> bool:
        """Whether the hyphens of the quote are those of the text."""
        end = at + len(quote.text)
        if end < len(self.text) and unicodedata.combining(self.text[end]):
            return False
        own = dict(self._hyphens_between(at, end))
        asked = dict(quote._hyphens_between(0, end - at))
        return all(gap in own or not real for gap, real in asked.items()) and all(
            gap in asked or not real or gap in (0, end - at) for gap, real in own.items()
        )

    def _hyphens_between(self, start: int, end: int) -> Iterator[tuple[int, bool]]:
        low, high = bisect_left(self._gaps, start), bisect_right(self._gaps, end)
        for gap, real in zip(self._gaps[low:high], self._real[low:high], strict=True):
            yield gap - start, real

    def _has_whole_words(self, start: int, end: int) -> bool:
        return not (self._is_inside_word(start) or self._is_inside_word(end))

    def _is_inside_word(self, place: int) -> bool:
        """Whether a word goes on over a place."""
        if not 0 < place < len(self.text):
            return False
        at = bisect_left(self._gaps, place)
        hyphen = at < len(self._gaps) and self._gaps[at] == place
        around = self.text[place - 1 : place + 1]
        return not hyphen and all(map(str.isalnum, around)) and not re.search(f"[{_WIDE}]", around)

    def _original_span(self, quote: FoldedText, at: int) -> tuple[int, int]:
        asked = quote._gaps
        start, end = self._bare.span_before(at, at + len(quote.text))
        start -= bool(asked) and asked[0] == 0
        end += bool(asked) and asked[-1] == len(quote.text)
        return self._with_hyphens.span(start, end)


def _composing_edits(text: str) -> Iterator[Edit]:
    """Yield what makes letters composed and takes ligatures apart."""
    for found in _FOREIGN.finditer(text):
        if unicodedata.is_normalized("NFKC", found[0]):
            continue
        start = found.start()
        for here in range(start + 1, found.end()):
            if not _is_combining(text[here]):
                yield from _normalizing_edits(text, start, here)
                start = here
        yield from _normalizing_edits(text, start, found.end())


def _normalizing_edits(text: str, start: int, end: int) -> Iterator[Edit]:
    folded = unicodedata.normalize("NFKC", text[start:end])
    if folded != text[start:end] and (len(folded) == 1 or not folded.startswith(" ")):
        yield start, end, folded


def _is_combining(character: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return unicodedata.category(character)[0] == "M" or bool(_JOINING.match(character))


def _punctuation_edits(text: str) -> Iterator[Edit]:
    """Yield what makes punctuation of one kind, and takes away the white space beside it."""
    before = 0
    for found in _PUNCTUATION.finditer(text):
        kind, (start, end) = str(found.lastgroup), found.span()
        put = _PUT.get(kind, found[0].rstrip(" "))
        if kind not in ("wide", "slash") and start > before and text[start - 1] == " ":
            start -= 1
        if put != text[start:end]:
            yield start, end, put
        before = end


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
    source : SourceFile
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


PartKind = Literal["force", "number", "stage", "effect", "claim", "like"]
PART_KINDS: tuple[PartKind, ...] = ("force", "number", "stage", "effect", "claim", "like")
"""The parts of a model; backers count as forces, declared attributes as numbers."""


class ModelPart(NamedTuple):
    """A part of the model that quotes the account: its kind, and what it is called."""

    kind: PartKind
    name: str


@dataclass(frozen=True, slots=True)
class SentenceCoverage:
    """A sentence of the account and what rests on it.

    Attributes
    ----------
    sentence : str
    paragraph : int
        Counted from 1, headings apart.
    parts : tuple of ModelPart
        What quotes it, in the order of the kinds.
    why : str
        Why it is left out, where the scenario says so.
    """

    sentence: str
    paragraph: int
    parts: tuple[ModelPart, ...]
    why: str = ""

    @property
    def is_unplaced(self) -> bool:
        """Whether it has no place in the model and nobody says why."""
        return not self.parts and not self.why


def coverage_of(crisis: Crisis) -> tuple[SentenceCoverage, ...]:
    """Return the sentences of the account in order, each with what rests on it.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> nowhere = [found.sentence for found in coverage_of(crisis) if found.is_unplaced]
    >>> nowhere == list(crisis.uncovered)
    True
    """
    account = account_of(crisis)
    starts = [start for start, _ in account.paragraphs]
    parts: list[dict[ModelPart, None]] = [{} for _ in account.sentences]
    reasons: list[list[str]] = [[] for _ in account.sentences]
    for part, quote in quotations_of(crisis):
        for place in account.sentence_range_of(quote):
            parts[place][part] = None
    for left in crisis.omissions:
        for place in account.sentence_range_of(left.quote):
            reasons[place].append(left.why)
    return tuple(
        SentenceCoverage(one.text, bisect_right(starts, one.start), tuple(quoting), "; ".join(why))
        for one, quoting, why in zip(account.sentences, parts, reasons, strict=True)
    )


def quotations_of(crisis: Crisis) -> Iterator[tuple[ModelPart, Quote]]:
    """Yield every part of the model that quotes the account, with its quote."""
    quoting: tuple[tuple[PartKind, Mapping[str, _QuotingPart]], ...] = (
        ("force", crisis.forces),
        ("force", crisis.backers),
        ("number", crisis.attributes),
        ("number", crisis.numbers),
        ("stage", crisis.stages),
    )
    for kind, group in quoting:
        for key, part in group.items():
            if part.provenance.quote is not None:
                yield ModelPart(kind, key), part.provenance.quote
    for stage in crisis.stages.values():
        for place, effect in enumerate(stage.effects, start=1):
            if effect.provenance.quote is not None:
                yield ModelPart("effect", f"{place} of {stage.key}"), effect.provenance.quote
    for key, claim in crisis.claims.items():
        if claim.provenance.quote is not None:
            yield ModelPart("claim", key), claim.provenance.quote
    if crisis.like is not None and crisis.like.provenance.quote is not None:
        yield ModelPart("like", crisis.like.among), crisis.like.provenance.quote


_QuotingPart = Force | Backer | DeclaredAttribute | Number | Stage | Claim
