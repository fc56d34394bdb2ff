"""An account as a reader sees it: without the marks of Markdown, block by block.

First the lines are put into blocks: headings, paragraphs, list items, quotations and rows of
tables. Then the marks within lines are taken out, and where each character that is left comes from
is kept. The rules are those of CommonMark (spec.commonmark.org, version 0.31), with footnote marks,
struck-out words and the usual elements of HTML, and without its rule that lengths of runs must not
add up to three.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "quotation", "row", "code"]

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})(?=[ \t]|$)[ \t]*")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_QUOTATION = re.compile(r"[ ]{0,3}>[ ]?")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|(?P<number>\d{1,3})[.)])[ \t]+(?=\S)")
_NOTE = re.compile(r"[ ]{0,3}\[\^[^\]\s]+\]:[ \t]*")
_LINK = re.compile(
    r"[ ]{0,3}\[(?P<label>[^\]\[^][^\]\[]*)\]:[ \t]*\S+"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?[ \t]*$"
)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[^`]*$")
_SEPARATOR = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|$)")


@dataclass
class MarkdownBlock:
    """A block, and where each of its lines stands, without the marks that make it one.

    Attributes
    ----------
    kind : str
    level : int
        Of a heading, from 1; else 0.
    lines : list of (int, int)
    after_blank : bool
        Whether nothing but an empty line or a heading stands before it.
    """

    kind: BlockKind
    level: int = 0
    lines: list[tuple[int, int]] = field(default_factory=list)
    after_blank: bool = True
    ordered: bool = False


def blocks_of(text: str) -> tuple[list[MarkdownBlock], frozenset[str]]:
    r"""Return the blocks of an account, and the labels of links that it defines.

    Examples
    --------
    >>> blocks, labels = blocks_of("# A\n\n> One\n> two.\n\n[b]: https://example.org\n")
    >>> [(block.kind, block.lines) for block in blocks], sorted(labels)
    ([('heading', [(2, 3)]), ('quotation', [(7, 10), (13, 17)])], ['b'])
    """
    reader = _BlockReader()
    here = 1 if text.startswith("\ufeff") else 0
    while here < len(text):
        line = _LINE.match(text, here)
        if line is None:
            break
        reader.read(line[1], here)
        here = line.end()
    return [block for block in reader.blocks if block.lines], frozenset(reader.labels)


def label_of(text: str) -> str:
    """Return a link's label as it is compared: neither case nor white space counts."""
    return " ".join(text.split()).casefold()


class _BlockReader:
    """Reads line after line."""

    def __init__(self) -> None:
        self.blocks: list[MarkdownBlock] = []
        self.labels: set[str] = set()
        self._current: MarkdownBlock | None = None
        self._blank = True
        self._fence = ""
        self._table = False

    def read(self, line: str, start: int) -> None:
        """Read a line that starts at a character of the text."""
        if self._fence or _FENCE.match(line):
            self._read_code(line, start)
        elif not line.strip():
            self._current, self._blank, self._table = None, True, False
        elif heading := _HEADING.match(line):
            block = self._begin("heading", level=len(heading[1]))
            end = len(line.rstrip())
            words = line[:end].rstrip("#")
            if words != line[:end] and words[-1:].isspace():
                end = len(words.rstrip())
            if heading.end() < end:
                block.lines.append((start + heading.end(), start + end))
            self._current, self._blank = None, True
        elif self._is_underlined() and _UNDERLINE.match(line):
            block = self.blocks[-1]
            block.kind, block.level = "heading", 1 if "=" in line else 2
            self._current, self._blank = None, True
        elif _SEPARATOR.match(line) and "|" in line:
            self._read_separator()
        elif _RULE.match(line):
            self._current = None
        elif (link := _LINK.match(line)) and self._current is None:
            self.labels.add(label_of(link["label"]))
        else:
            self._read_words(line, start)

    def _read_code(self, line: str, start: int) -> None:
        if not self._fence:
            self._fence = line.strip()[:3]
            self._begin("code")
        elif line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
            self._fence, self._current = "", None
        elif self._current is not None:
            self._current.lines.append((start, start + len(line.rstrip())))

    def _read_separator(self) -> None:
        if self._current is not None and self._current.kind == "paragraph":
            self._current.kind = "row"
        self._table, self._current = True, None

    def _read_words(self, line: str, start: int) -> None:
        here, end = 0, len(line.rstrip())
        kind: BlockKind = "paragraph"
        ordered = opens = False
        while mark := _QUOTATION.match(line, here):
            kind, here = "quotation", mark.end()
        if note := _NOTE.match(line, here):
            opens, here = True, note.end()
        while item := self._match_item(line, here):
            kind, here, opens = "item", item.end(), True
            ordered = item["number"] is not None
        if line.startswith("|", here) or (self._table and "|" in line):
            kind, opens = "row", True
        here += len(line[here:]) - len(line[here:].lstrip())
        current = self._current
        goes_on = current and current.kind != "row" and kind in ("paragraph", current.kind)
        if current is None or opens or not goes_on:
            current = self._begin(kind)
            current.ordered = ordered
        if here < end:
            current.lines.append((start + here, start + end))

    def _match_item(self, line: str, here: int) -> re.Match[str] | None:
        """Return the mark of an item; in a paragraph a list of numbers begins with 1."""
        item = _ITEM.match(line, here)
        if item is None or item["number"] in (None, "1") or self._current is None:
            return item
        return item if self._current.ordered else None

    def _is_underlined(self) -> bool:
        current = self._current
        return current is not None and current.kind == "paragraph" and len(current.lines) == 1

    def _begin(self, kind: BlockKind, level: int = 0) -> MarkdownBlock:
        block = MarkdownBlock(kind, level, after_blank=self._blank)
        self.blocks.append(block)
        self._current, self._blank = block, False
        return block


Edit = tuple[int, int, str]
"""Characters ``start`` up to ``end`` and what stands in their place."""


class EditedText:
    """A text with a way back to the text that it was made from.

    Examples
    --------
    >>> text = EditedText.of("a &amp; b").apply_edits([(2, 7, "&")])
    >>> text.text, text.span(2, 5)
    ('a & b', (2, 9))
    """

    def __init__(self, text: str, before: EditedText | None, runs: list[tuple[int, int, int]]):
        self.text = text
        self.before = before
        self._runs = runs
        self._starts = [run[0] for run in runs]

    @classmethod
    def of(cls, text: str) -> EditedText:
        """Return a text as it is."""
        return cls(text, None, [])

    def apply_edits(self, edits: Iterable[Edit]) -> EditedText:
        """Return the text after edits that stand in order and do not overlap."""
        pieces: list[str] = []
        runs: list[tuple[int, int, int]] = []
        here = length = 0
        for start, end, put in edits:
            if start > here:
                pieces.append(self.text[here:start])
                runs.append((length, here, -1))
                length += start - here
            if put:
                pieces.append(put)
                runs.append((length, start, end))
                length += len(put)
            here = end
        if here < len(self.text):
            pieces.append(self.text[here:])
            runs.append((length, here, -1))
        return EditedText("".join(pieces), self, runs)

    def span_before(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the text before that ``start`` up to ``end`` come from."""
        if self.before is None:
            return start, end
        return self._origin_of(start)[0], self._origin_of(end - 1)[1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the first text that ``start`` up to ``end`` come from."""
        text: EditedText | None = self
        while text is not None:
            start, end = text.span_before(start, end)
            text = text.before
        return start, end

    def _origin_of(self, index: int) -> tuple[int, int]:
        first, start, end = self._runs[bisect_right(self._starts, index) - 1]
        if end >= 0:
            return start, end
        return start + index - first, start + index - first + 1


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
    weights : list of (int, int, Emphasis)
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


@dataclass(frozen=True, slots=True)
class VisibleBlock:
    """A block and its characters in what is seen, ``start`` up to ``end``."""

    kind: BlockKind
    level: int
    start: int
    end: int
    after_blank: bool


class VisibleText:
    r"""What a reader sees of an account.

    Parameters
    ----------
    text : str
        The account as it stands in its file.
    emphasis : bool
        Whether ``*``, ``_`` and backticks are marks, as they are in Markdown.

    Examples
    --------
    >>> seen = VisibleText("# A\n\nThe *crowd*[^1]\n> and `troops`.\n")
    >>> [seen.rewritten.text[block.start : block.end] for block in seen.blocks]
    ['A', 'The crowd', 'and troops.']
    """

    def __init__(self, text: str, *, emphasis: bool = True) -> None:
        blocks, self.labels = blocks_of(text)
        self.emphasis = emphasis
        gaps: list[Edit] = []
        places: list[tuple[int, int]] = []
        here = length = 0
        for block in blocks:
            for number, (start, end) in enumerate(block.lines):
                gap = "\n" if number else "\n\n" if places else ""
                gaps.append((here, start, gap))
                length += len(gap)
                if not number:
                    places.append((length, length))
                length += end - start
                here = end
            places[-1] = places[-1][0], length
        gaps.append((here, len(text), ""))
        lines = EditedText.of(text).apply_edits(gaps)
        marks = [
            Marks() if block.kind == "code" else self._find_marks(lines.text, *place)
            for block, place in zip(blocks, places, strict=True)
        ]
        self._length = len(lines.text)
        self.rewritten = lines.apply_edits(edit for found in marks for edit in found.edits)
        self.blocks: list[VisibleBlock] = []
        self._weights = [weight for found in marks for weight in found.weights]
        moved = 0
        for block, (start, end), found in zip(blocks, places, marks, strict=True):
            first = start + moved
            moved += sum(len(put) - (high - low) for low, high, put in found.edits)
            self.blocks.append(
                VisibleBlock(block.kind, block.level, first, end + moved, block.after_blank)
            )

    def _find_marks(self, text: str, start: int, end: int) -> Marks:
        return marks_of(text, start, end, self.labels, emphasis=self.emphasis)

    def weights(self) -> list[Emphasis]:
        """Return how strongly each character that is seen is emphasised."""
        found: list[Emphasis] = [""] * self._length
        for start, end, weight in sorted(self._weights, key=lambda one: one[2]):
            found[start:end] = [weight] * (end - start)
        text = self.rewritten
        return [found[text.span_before(place, place + 1)[0]] for place in range(len(text.text))]
