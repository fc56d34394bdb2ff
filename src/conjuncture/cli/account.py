"""How ``check`` shows which part of the model each sentence of the account stands behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conjuncture.scenario.coverage import SentenceCoverage

WIDTH = 80
_COLUMNS = ("paragraph", "sentences", "forces", "numbers", "stages", "effects", "claims", "like")
_LAST = ("left out", "no place")


def overview_lines_of(sentences: tuple[SentenceCoverage, ...]) -> Iterator[str]:
    """Yield the lines that say paragraph by paragraph what rests on the account.

    A sentence counts under every kind of part that quotes it.

    Parameters
    ----------
    sentences : tuple of Covered
        All of the account.
    """
    omitted = [one for one in sentences if one.why and not one.parts]
    nowhere = [one for one in sentences if one.is_unplaced]
    resting = len(sentences) - len(omitted) - len(nowhere)
    yield "The account, and how many of its sentences stand behind which part of the model:"
    yield " ".join((*_COLUMNS, *_LAST))
    for paragraph, group in groupby(sentences, key=lambda one: one.paragraph):
        yield _paragraph_row(str(paragraph), list(group))
    yield _paragraph_row("all", list(sentences))
    yield from _fill_lines(
        f"Of {len(sentences)} sentences {resting} stand behind some part of the model; "
        f"left out on purpose: {len(omitted)}; without a place: {len(nowhere)}."
    )
    if omitted:
        yield "Left out on purpose:"
    for one in omitted:
        yield from _item_lines(f"{one.sentence} ({one.why})")
    if nowhere:
        yield "Without a place in the model:"
    for one in nowhere:
        yield from _item_lines(one.sentence)


def sentence_lines_of(sentences: Iterable[SentenceCoverage]) -> Iterator[str]:
    """Yield every sentence of the account with what rests on it."""
    for paragraph, group in groupby(sentences, key=lambda one: one.paragraph):
        yield f"Paragraph {paragraph}"
        for one in group:
            yield from _item_lines(one.sentence)
            names = "; ".join(f"{part.kind} {part.name}" for part in one.parts)
            reason = f"left out: {one.why}" if one.why else ""
            told = "; ".join(filter(None, (names, reason))) or "no place in the model"
            yield from _fill_lines(told, "      ")


def _paragraph_row(name: str, sentences: list[SentenceCoverage]) -> str:
    from conjuncture.scenario.coverage import PART_KINDS

    counts = [len(sentences)]
    counts += [
        sum(any(p.kind == kind for p in one.parts) for one in sentences) for kind in PART_KINDS
    ]
    counts.append(sum(bool(one.why) and not one.parts for one in sentences))
    counts.append(sum(one.is_unplaced for one in sentences))
    titles = (*_COLUMNS[1:], *_LAST)
    cells = [
        (str(count) if count else ".").rjust(len(title))
        for count, title in zip(counts, titles, strict=True)
    ]
    return " ".join((name.rjust(len(_COLUMNS[0])), *cells))


def _item_lines(text: str) -> list[str]:
    return _fill_lines(text, "    ", "  - ")


def _fill_lines(text: str, indent: str = "", first: str | None = None) -> list[str]:
    start = indent if first is None else first
    return fill(text, WIDTH, initial_indent=start, subsequent_indent=indent).splitlines()
