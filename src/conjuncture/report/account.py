"""The account with its quotes: which stretch each passage covers, and what rests on it.

Passages may overlap in any way. The text is cut wherever one begins or ends, so that each stretch
knows all the passages it belongs to; a passage that several parts of the model quote has one
number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from conjuncture.analysis.plain_words import capitalise, plain_label
from conjuncture.presentation.sections import (
    AccountBlock,
    AccountText,
    Link,
    QuotedPassage,
    Segment,
)
from conjuncture.report.cast import full_name_of
from conjuncture.scenario.account import ModelPart, account_of, quotations_of
from conjuncture.scenario.crisis import Crisis, Quote
from conjuncture.scenario.visible_text import Emphasis, VisibleBlock, VisibleText

Span = tuple[int, int]

_BROKEN = re.compile(
    r"(?P<left>[^\W\d_]+)(?P<hyphen>[-\u2010\u00ad\u00ac])[^\S\r\n]*(?:\r\n|\r|\n)\s*"
    r"(?P<right>(?=[^\W\d_])\w+)"
)
"""A word that the end of a line breaks."""


def highlight_account(crisis: Crisis) -> AccountText:
    """Return the account of a crisis with its passages.

    Examples
    --------
    >>> import conjuncture
    >>> text = highlight_account(conjuncture.load("spain-1981").crisis)
    >>> text.passages[0].kind, text.blocks[0].kind
    ('omitted', 'paragraph')
    """
    passages = passages_of(crisis)
    spans = list(passages)
    quotes = (quote.text for _, quote in quotations_of(crisis))
    shown = _place_blocks(account_of(crisis).seen, " ".join([*quotes, crisis.account]))
    letters: dict[int, str] = {}
    for _, places, text in shown:
        for (place, _), letter in zip(places, text, strict=True):
            letters[place] = letters.get(place, "") + letter
    kept = sorted(letters)
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, span in enumerate(spans, start=1):
        inside = kept[bisect_left(kept, span[0]) : bisect_left(kept, span[1])]
        if inside:
            words = " ".join("".join(letters[place] for place in inside).split())
            passages[span] = replace(passages[span], text=words)
            starts.setdefault(inside[0], []).append(number)
            ends.setdefault(inside[-1], []).append(number)
    listed = list(passages.values())
    found: list[AccountBlock] = []
    for block, places, text in shown:
        segments = _segments(places, text, spans, listed, starts, ends)
        titled = not found and block.kind == "heading" and text.strip() == crisis.title
        if segments and not titled:
            kind = block.kind if block.kind in ("heading", "item", "quotation") else "paragraph"
            found.append(AccountBlock(kind, segments, block.level))
    return AccountText(tuple(_level_headings(found)), tuple(listed))


def passages_of(crisis: Crisis) -> dict[Span, QuotedPassage]:
    """Return the passages by where they stand, numbered in the order of the account."""
    rests: dict[Span, dict[ModelPart, Quote]] = {}
    for part, quote in quotations_of(crisis):
        rests.setdefault((quote.start, quote.end), {})[part] = quote
    text = crisis.account
    found = {
        span: QuotedPassage(
            0, _words(text, span), "rests", tuple(link_to(crisis, part) for part in parts)
        )
        for span, parts in rests.items()
    }
    for left in crisis.omissions:
        span = left.quote.start, left.quote.end
        found.setdefault(span, QuotedPassage(0, _words(text, span), "omitted", why=left.why))
    uncovered = set(crisis.uncovered)
    for sentence in account_of(crisis).sentences:
        if sentence.text in uncovered:
            span = sentence.start, sentence.end
            found.setdefault(span, QuotedPassage(0, sentence.text, "nowhere"))
    ordered = sorted(found, key=lambda span: (span[0], -span[1]))
    return {
        span: replace(found[span], number=number) for number, span in enumerate(ordered, start=1)
    }


def link_to(crisis: Crisis, part: ModelPart) -> Link:
    """Return the link to a part of the model that quotes the account."""
    match part.kind:
        case "effect":
            place, stage = part.name.split(" of ", maxsplit=1)
            return Link(
                f"{capitalise(plain_label(stage))}: effect {place}", f"effect-{stage}-{place}"
            )
        case "claim":
            number = list(crisis.claims).index(part.name) + 1
            return Link(f"claim {number}", f"claim-{part.name}")
        case "number" if part.name in crisis.attributes:
            return Link(f"what {plain_label(part.name)} means", f"attribute-{part.name}")
        case "number":
            return Link(full_name_of(crisis, part.name), f"value-{part.name}")
        case "force":
            force = crisis.forces.get(part.name) or crisis.backers[part.name]
            return Link(force.name, f"force-{part.name}")
        case "like" if crisis.like is not None:
            stage = crisis.like.stages[0]
            return Link(f"what kind of case {plain_label(stage)} is", f"stage-{stage}")
    return Link(f"stage {plain_label(part.name)}", f"stage-{part.name}")


def _place_blocks(
    seen: VisibleText, known: str
) -> list[tuple[VisibleBlock, list[tuple[int, Emphasis]], str]]:
    """Return each block with the places of its characters, each with its weight, and its text.

    A word that a line's end breaks is whole again.
    """
    text, weights = seen.rewritten, seen.weights()
    found = []
    for block in seen.blocks:
        whole = text.text[block.start : block.end]
        gone = set() if block.kind == "code" else _breaks(whole, known)
        kept = [place for place in range(len(whole)) if place not in gone]
        places = [
            (text.span(place, place + 1)[0], weights[place])
            for place in (block.start + one for one in kept)
        ]
        found.append((block, places, re.sub(r"\s", " ", "".join(whole[one] for one in kept))))
    return found


def _breaks(text: str, known: str) -> set[int]:
    r"""Return the places of what breaks words at the ends of lines.

    The hyphen belongs to the word unless it is a soft one, or the word is known without it: quotes
    are written on one line.

    Examples
    --------
    >>> sorted(_breaks("ten thous-\nand self-\nmade men", "ten thousand"))
    [9, 10, 20]
    """
    found: set[int] = set()
    for broken in _BROKEN.finditer(text):
        left, hyphen, right = broken.group("left", "hyphen", "right")
        whole = re.search(rf"\b{left}{right}\b", known, re.IGNORECASE)
        first = broken.start("hyphen") + (0 if whole or hyphen == "\u00ad" else 1)
        found.update(range(first, broken.start("right")))
    return found


def _segments(
    places: Sequence[tuple[int, Emphasis]],
    text: str,
    spans: Sequence[Span],
    passages: Sequence[QuotedPassage],
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


def _level_headings(blocks: Sequence[AccountBlock]) -> list[AccountBlock]:
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
