"""A text folded to what counts when a quote is compared with it, and the comparison.

Letters are composed and ligatures taken apart (Unicode's form NFKC); white space, quotation marks,
dashes and dots of omission are each of one kind, and there is no white space beside them. Letters
keep their case, and words are words. A word that is broken at a line's end may be meant with its
hyphen or without; so hyphens are kept apart from the text, and compared by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from conjuncture.scenario.rewriting import Edit, EditedText

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
    text : Rewritten
    bars : bool
        Whether ``|`` stands between cells of a table.
    quote : bool
        Whether it is a quote, in which a line's end may have become a space.

    Examples
    --------
    >>> account = FoldedText(EditedText.of("the garni-\nson – half-hearted – left"))
    >>> [account.find(FoldedText(EditedText.of(quote))) for quote in ("garnison—half-hearted", "halfhe")]
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
