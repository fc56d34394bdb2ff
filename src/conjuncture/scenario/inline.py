"""The marks within the lines of an account: emphasis, links, notes, entities.

A reader sees none of them. The rules are those of CommonMark (spec.commonmark.org, version 0.31),
with footnote marks, struck-out words and the usual elements of HTML, and without its rule that
lengths of runs must not add up to three.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from conjuncture.scenario.blocks import label_of
from conjuncture.scenario.rewriting import Edit

Emphasis = Literal["", "emphasis", "strong"]

_TOKEN = re.compile(
    r"""
    (?P<escape>\\(?=[!-/:-@\[-`{-~\n]))
    |(?P<code>`+)
    |(?P<comment><!--)
    |(?P<address><(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]{1,64}@[\w.-]{1,255})>)
    |</?(?P<tag>(?i:a|abbr|b|blockquote|br|center|cite|code|del|details|dfn|div|em|figcaption|figure
        |font|h[1-6r]|i|img|ins|kbd|li|mark|ol|p|pre|q|s|section|small|span|strong|sub|summary|sup
        |table|tbody|td|th|thead|tr|u|ul))
        (?:\s+[A-Za-z_:][^\s=<>"'`]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`=]+))?)*\s*/?>
    |(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)
    |(?P<note>\[\^[^\]\s]{1,99}\])
    |(?P<open>!\[|\[)
    |(?P<close>\])
    |(?P<run>\*+|_+|~~)
    """,
    re.VERBOSE,
)
_TARGET = re.compile(
    r"""\(\s*(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)
    (?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\[([^\[\]]{0,999})\]")
_APART = frozenset(
    ("blockquote", "br", "div", "figcaption", "hr", "li", "p", "summary", "td", "th", "tr")
)


@dataclass
class Marks:
    """What the marks of a block come to.

    Attributes
    ----------
    edits : list of Edit
        In order: what is not seen, and what is seen in its place.
    weights : list of (int, int, Weight)
        Which characters are emphasised, and how strongly.
    """

    edits: list[Edit] = field(default_factory=list)
    weights: list[tuple[int, int, Emphasis]] = field(default_factory=list)


@dataclass
class _Opener:
    mark: str
    end: int
    length: int


def marks_of(
    text: str, start: int, end: int, labels: frozenset[str] = frozenset(), *, emphasis: bool = True
) -> Marks:
    r"""Return the marks between two characters of a text, which are those of one block.

    Parameters
    ----------
    text : str
    start, end : int
    labels : frozenset of str
        The links that the account defines elsewhere.
    emphasis : bool
        Whether ``*``, ``_``, ``~~``, backticks and backslashes are marks.

    Examples
    --------
    >>> marks_of("*a* [b](c) &amp;", 0, 16).edits
    [(0, 1, ''), (2, 3, ''), (4, 5, ''), (6, 10, ''), (11, 16, '&')]
    """
    reader = _MarkReader(text, end, labels)
    here = start
    while token := _TOKEN.search(text, here, end):
        kind = token.lastgroup
        if kind in ("escape", "code", "run") and not emphasis:
            here = token.end()
        else:
            here = reader.read(str(kind), token, start)
    reader.marks.edits.sort()
    return reader.marks


class _MarkReader:
    """Reads mark after mark of a block."""

    def __init__(self, text: str, end: int, labels: frozenset[str]) -> None:
        self.text = text
        self.end = end
        self.labels = labels
        self.marks = Marks()
        self._brackets: list[tuple[int, int, int]] = []
        self._openers: list[_Opener] = []
        self._open: Counter[str] = Counter()
        self._missing: set[str] = set()

    def read(self, kind: str, token: re.Match[str], first: int) -> int:
        """Read a mark; return the character from which to go on."""
        start, end = token.span()
        match kind:
            case "escape":
                self._hide(start, end)
                return end + 1
            case "code":
                return self._read_code(start, end)
            case "comment":
                closed = self._end_of_next("-->", end)
                if closed:
                    self._hide(start, closed)
                return closed or end
            case "address":
                self._hide(start, start + 1)
                self._hide(end - 1, end)
            case "tag":
                self._hide(start, end, " " if token["tag"].lower() in _APART else "")
            case "entity":
                seen = unescape(token[0])
                if seen != token[0]:
                    self._hide(start, end, " " if seen.isspace() and len(seen) == 1 else seen)
            case "note":
                self._hide(start, end)
            case "open":
                self._brackets.append((start, end, len(self.marks.edits)))
            case "close":
                return self._close_bracket(start, end)
            case "run":
                self._read_run(start, end, first)
        return end

    def _hide(self, start: int, end: int, put: str = "") -> None:
        self.marks.edits.append((start, end, put))

    def _end_of_next(self, wanted: str, start: int) -> int:
        """Return where the next ``wanted`` ends, or 0; look for what is missing only once."""
        if wanted in self._missing:
            return 0
        found = self.text.find(wanted, start, self.end)
        if found < 0:
            self._missing.add(wanted)
            return 0
        return found + len(wanted)

    def _read_code(self, start: int, end: int) -> int:
        fence = self.text[start:end]
        closed = end
        while closed := self._end_of_next(fence, closed):
            low = closed - len(fence)
            if self.text[low - 1] != "`" and self.text[closed : closed + 1] != "`":
                self._hide(start, end)
                self._hide(low, closed)
                return closed
            while self.text[closed : closed + 1] == "`":
                closed += 1
        return end

    def _close_bracket(self, start: int, end: int) -> int:
        if not self._brackets:
            return end
        opened, inner, edits = self._brackets.pop()
        target = _TARGET.match(self.text, end, self.end)
        label = _LABEL.match(self.text, end, self.end)
        own = start - inner < 1000 and label_of(self.text[inner:start]) in self.labels
        if target is not None:
            end = target.end()
        elif label is not None and (label_of(label[1]) in self.labels or (not label[1] and own)):
            end = label.end()
        elif not own:
            return end
        if self.text[opened] == "!":
            del self.marks.edits[edits:]
            while self._openers and self._openers[-1].end > opened:
                self._drop_opener()
            self._hide(opened, end)
        else:
            self._hide(opened, inner)
            self._hide(start, end)
        return end

    def _read_run(self, start: int, end: int, first: int) -> None:
        mark = self.text[start]
        before = self.text[start - 1] if start > first else " "
        after = self.text[end] if end < self.end else " "
        left = not after.isspace() and (not _is_mark(after) or before.isspace() or _is_mark(before))
        right = not before.isspace() and (
            not _is_mark(before) or after.isspace() or _is_mark(after)
        )
        opens, closes = left, right
        if mark == "_":
            opens = left and (not right or _is_mark(before))
            closes = right and (not left or _is_mark(after))
        if closes:
            start = self._close_pairs(mark, start, end)
        if opens and start < end:
            self._openers.append(_Opener(mark, end, end - start))
            self._open[mark] += 1

    def _close_pairs(self, mark: str, start: int, end: int) -> int:
        """Close what the same mark opened; return where the rest of the run begins."""
        while start < end and self._open[mark]:
            while self._openers[-1].mark != mark:
                self._drop_opener()
            opener = self._openers[-1]
            used = 2 if min(opener.length, end - start) >= 2 else 1
            self._hide(opener.end - used, opener.end)
            self._hide(start, start + used)
            if mark != "~":
                weight: Emphasis = "strong" if used == 2 else "emphasis"
                self.marks.weights.append((opener.end, start, weight))
            opener.end -= used
            opener.length -= used
            if not opener.length:
                self._drop_opener()
            start += used
        return start

    def _drop_opener(self) -> None:
        self._open[self._openers.pop().mark] -= 1


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
