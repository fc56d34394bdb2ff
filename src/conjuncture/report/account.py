"""The account with its quotes: which stretch each passage covers, and what rests on it.

Passages may overlap in any way. The text is cut wherever one begins or ends, so that each stretch
knows all the passages it belongs to; a passage that several parts of the model quote has one
number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from conjuncture.analysis.wording import capital, plain
from conjuncture.report.content import AccountText, Block, Link, Passage, Segment
from conjuncture.report.naming import called_in_full
from conjuncture.scenario.account import Account
from conjuncture.scenario.coverage import Part, quotations
from conjuncture.scenario.crisis import Crisis, Quote
from conjuncture.scenario.source import Source

Span = tuple[int, int]
BlockKind = Literal["heading", "paragraph", "item", "quotation"]
Weight = Literal["", "emphasis", "strong"]

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?P<text>.*?)[ \t#]*$")
_UNDERLINE = re.compile(r"[ ]{0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<text>.*)$")
_QUOTATION = re.compile(r"[ ]{0,3}>[ ]?(?P<text>.*)$")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(?P<inner>.+?)(?<=\S)\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?![\s*])(?P<star>[^*]+?)(?<![\s*])\*(?![\w*])"
    r"|(?<!\w)_(?![\s_])(?P<line>[^_]+?)(?<![\s_])_(?!\w)"
)


@dataclass
class Lines:
    """A block while it is read: the places in the account of its characters, line by line."""

    kind: BlockKind
    level: int = 0
    places: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        """Add a line; what stands before it ends with a line break."""
        if self.places and start < end:
            self.places.append(start - 1)
        self.places.extend(range(start, end))


def highlighted(crisis: Crisis) -> AccountText:
    """Return the account of a crisis with its passages.

    Examples
    --------
    >>> import conjuncture
    >>> text = highlighted(conjuncture.load("spain-1981").crisis)
    >>> text.passages[0].kind, text.blocks[0].kind
    ('omitted', 'paragraph')
    """
    passages = passages_of(crisis)
    spans = list(passages)
    blocks = blocks_of(crisis.account)
    shown = _shown(crisis.account, blocks)
    letters = {
        place: letter
        for places, text in shown
        for (place, _), letter in zip(places, text, strict=True)
    }
    kept = sorted(letters)
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, span in enumerate(spans, start=1):
        inside = [place for place in kept if span[0] <= place < span[1]]
        if inside:
            words = " ".join("".join(letters[place] for place in inside).split())
            passages[span] = replace(passages[span], text=words)
            starts.setdefault(inside[0], []).append(number)
            ends.setdefault(inside[-1], []).append(number)
    listed = list(passages.values())
    found: list[Block] = []
    for block, (places, text) in zip(blocks, shown, strict=True):
        segments = _segments(places, text, spans, listed, starts, ends)
        titled = not found and block.kind == "heading" and text.strip() == crisis.title
        if segments and not titled:
            found.append(Block(block.kind, segments, block.level))
    return AccountText(tuple(_levelled(found)), tuple(listed))


def passages_of(crisis: Crisis) -> dict[Span, Passage]:
    """Return the passages by where they stand, numbered in the order of the account."""
    rests: dict[Span, dict[Part, Quote]] = {}
    for part, quote in quotations(crisis):
        rests.setdefault((quote.start, quote.end), {})[part] = quote
    text = crisis.account
    found = {
        span: Passage(
            0, _words(text, span), "rests", tuple(link_to(crisis, part) for part in parts)
        )
        for span, parts in rests.items()
    }
    for left in crisis.omissions:
        span = left.quote.start, left.quote.end
        found.setdefault(span, Passage(0, _words(text, span), "omitted", why=left.why))
    for sentence in Account(Source("account", text)).sentences:
        if sentence.text in crisis.uncovered:
            span = sentence.start, sentence.end
            found.setdefault(span, Passage(0, sentence.text, "nowhere"))
    ordered = sorted(found, key=lambda span: (span[0], -span[1]))
    return {
        span: replace(found[span], number=number) for number, span in enumerate(ordered, start=1)
    }


def link_to(crisis: Crisis, part: Part) -> Link:
    """Return the link to a part of the model that quotes the account."""
    match part.kind:
        case "effect":
            place, stage = part.name.split(" of ", maxsplit=1)
            return Link(f"{capital(plain(stage))}: effect {place}", f"effect-{stage}-{place}")
        case "claim":
            number = list(crisis.claims).index(part.name) + 1
            return Link(f"claim {number}", f"claim-{part.name}")
        case "number" if part.name in crisis.attributes:
            return Link(f"what {plain(part.name)} means", f"attribute-{part.name}")
        case "number":
            return Link(called_in_full(crisis, part.name), f"value-{part.name}")
        case "force":
            force = crisis.forces.get(part.name) or crisis.backers[part.name]
            return Link(force.name, f"force-{part.name}")
        case "like" if crisis.like is not None:
            stage = crisis.like.stages[0]
            return Link(f"what kind of case {plain(stage)} is", f"stage-{stage}")
    return Link(f"stage {plain(part.name)}", f"stage-{part.name}")


def blocks_of(text: str) -> list[Lines]:
    r"""Return the headings, paragraphs, items and quotations of an account.

    Examples
    --------
    >>> [(one.kind, len(one.places)) for one in blocks_of("# A\n\nOne\ntwo.\n- three\n")]
    [('heading', 1), ('paragraph', 8), ('item', 5)]
    """
    found: list[Lines] = []
    current: Lines | None = None
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        after = start + len(line)
        if heading := _HEADING.match(bare):
            found.append(Lines("heading", len(heading[1])))
            found[-1].add(start + heading.start("text"), start + heading.end("text"))
            current = None
        elif current and current.kind == "paragraph" and (under := _UNDERLINE.match(bare)):
            current.kind, current.level = "heading", 1 if under[1][0] == "=" else 2
            current = None
        elif not bare.strip() or _RULE.match(bare):
            current = None
        else:
            kind, low, high = _line(bare)
            goes_on = current and kind != "item" and kind in ("paragraph", current.kind)
            if current is None or not goes_on:
                current = Lines(kind)
                found.append(current)
            current.add(start + low, start + high)
        start = after
    return [block for block in found if block.places]


def _line(bare: str) -> tuple[BlockKind, int, int]:
    """Return what a line begins, and where its own text stands in it."""
    end = len(bare.rstrip())
    if item := _ITEM.match(bare):
        return "item", item.start("text"), max(end, item.start("text"))
    if quotation := _QUOTATION.match(bare):
        return "quotation", quotation.start("text"), max(end, quotation.start("text"))
    return "paragraph", len(bare) - len(bare.lstrip()), end


def _shown(text: str, blocks: Sequence[Lines]) -> list[tuple[list[tuple[int, Weight]], str]]:
    """Return of each block the places that are shown, each with its weight, and the text."""
    found = []
    for block in blocks:
        written = "".join(" " if text[place].isspace() else text[place] for place in block.places)
        weights, dropped = _weights(written)
        kept = [index for index in range(len(written)) if index not in dropped]
        places = [(block.places[index], weights[index]) for index in kept]
        found.append((places, "".join(written[index] for index in kept)))
    return found


def _weights(written: str) -> tuple[list[Weight], set[int]]:
    """Return the weight of each character, and which are marks of emphasis."""
    weights: list[Weight] = [""] * len(written)
    dropped: set[int] = set()
    for strong in _STRONG.finditer(written):
        low, high = strong.span("inner")
        weights[low:high] = ["strong"] * (high - low)
        dropped |= {*range(strong.start(), low), *range(high, strong.end())}
    for slight in _EMPHASIS.finditer(written):
        low, high = slight.span("star" if slight["star"] else "line")
        if dropped.isdisjoint((low - 1, high)):
            weights[low:high] = [one or "emphasis" for one in weights[low:high]]
            dropped |= {low - 1, high}
    return weights, dropped


def _segments(
    places: Sequence[tuple[int, Weight]],
    text: str,
    spans: Sequence[Span],
    passages: Sequence[Passage],
    starts: dict[int, list[int]],
    ends: dict[int, list[int]],
) -> tuple[Segment, ...]:
    """Cut a block where a passage begins or ends, or the weight changes."""
    if not places:
        return ()
    first, last = places[0][0], places[-1][0]
    near = [
        (number, span)
        for number, span in enumerate(spans, start=1)
        if span[0] <= last and first < span[1]
    ]
    cuts, cut = [], 0
    for place, _ in places:
        cut += bool(starts.get(place))
        cuts.append(cut)
        cut += bool(ends.get(place))
    marked = [
        (tuple(number for number, (low, high) in near if low <= place < high), weight, one)
        for (place, weight), one in zip(places, cuts, strict=True)
    ]
    found, at = [], 0
    for (numbers, weight, _), run in groupby(marked):
        length = sum(1 for _ in run)
        here = [place for place, _ in places[at : at + length]]
        found.append(
            Segment(
                text[at : at + length],
                numbers,
                tuple(number for place in here for number in starts.get(place, ())),
                tuple(number for place in here for number in ends.get(place, ())),
                weight,
                _kind([passages[number - 1].kind for number in numbers]),
            )
        )
        at += length
    return tuple(found)


def _kind(kinds: Sequence[str]) -> Literal["", "rests", "omitted", "nowhere"]:
    """Return the kind of a stretch: that something rests on it counts before all else."""
    if "rests" in kinds:
        return "rests"
    if "omitted" in kinds:
        return "omitted"
    return "nowhere" if kinds else ""


def _levelled(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with levels of headings from 1, none more than one below the last."""
    levels = sorted({block.level for block in blocks if block.kind == "heading"})
    found, before = [], 0
    for block in blocks:
        if block.kind == "heading":
            before = min(levels.index(block.level) + 1, before + 1, 4)
            found.append(replace(block, level=before))
        else:
            found.append(block)
    return found


def _words(text: str, span: Span) -> str:
    return " ".join(text[span[0] : span[1]].split())
