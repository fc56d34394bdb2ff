"""The blocks of an account: its headings, paragraphs, list items, quotations and rows of tables.

Only where lines begin and end is looked at here; the marks within a line are read in
:mod:`conjuncture.scenario.inline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
