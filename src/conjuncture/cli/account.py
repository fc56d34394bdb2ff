"""How ``check`` shows which part of the model each sentence of the account stands behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conjuncture.scenario.coverage import Covered

WIDTH = 80
_COLUMNS = ("paragraph", "sentences", "forces", "numbers", "stages", "effects", "claims", "like")
_LAST = ("left out", "no place")


def overview(sentences: tuple[Covered, ...]) -> Iterator[str]:
    """Yield the lines that say paragraph by paragraph what rests on the account.

    A sentence counts under every kind of part that quotes it.

    Parameters
    ----------
    sentences : tuple of Covered
        All of the account.
    """
    omitted = [one for one in sentences if one.why and not one.parts]
    nowhere = [one for one in sentences if one.nowhere]
    resting = len(sentences) - len(omitted) - len(nowhere)
    yield "The account, and how many of its sentences stand behind which part of the model:"
    yield " ".join((*_COLUMNS, *_LAST))
    for paragraph, group in groupby(sentences, key=lambda one: one.paragraph):
        yield _row(str(paragraph), list(group))
    yield _row("all", list(sentences))
    yield from _filled(
        f"Of {len(sentences)} sentences {resting} stand behind some part of the model; "
        f"left out on purpose: {len(omitted)}; without a place: {len(nowhere)}."
    )
    if omitted:
        yield "Left out on purpose:"
    for one in omitted:
        yield from _item(f"{one.sentence} ({one.why})")
    if nowhere:
        yield "Without a place in the model:"
    for one in nowhere:
        yield from _item(one.sentence)


def listing(sentences: Iterable[Covered]) -> Iterator[str]:
    """Yield every sentence of the account with what rests on it."""
    for paragraph, group in groupby(sentences, key=lambda one: one.paragraph):
        yield f"Paragraph {paragraph}"
        for one in group:
            yield from _item(one.sentence)
            names = "; ".join(f"{part.kind} {part.name}" for part in one.parts)
            reason = f"left out: {one.why}" if one.why else ""
            told = "; ".join(filter(None, (names, reason))) or "no place in the model"
            yield from _filled(told, "      ")


def _row(name: str, sentences: list[Covered]) -> str:
    from conjuncture.scenario.coverage import KINDS

    counts = [len(sentences)]
    counts += [sum(any(p.kind == kind for p in one.parts) for one in sentences) for kind in KINDS]
    counts.append(sum(bool(one.why) and not one.parts for one in sentences))
    counts.append(sum(one.nowhere for one in sentences))
    titles = (*_COLUMNS[1:], *_LAST)
    cells = [
        (str(count) if count else ".").rjust(len(title))
        for count, title in zip(counts, titles, strict=True)
    ]
    return " ".join((name.rjust(len(_COLUMNS[0])), *cells))


def _item(text: str) -> list[str]:
    return _filled(text, "    ", "  - ")


def _filled(text: str, indent: str = "", first: str | None = None) -> list[str]:
    start = indent if first is None else first
    return fill(text, WIDTH, initial_indent=start, subsequent_indent=indent).splitlines()
