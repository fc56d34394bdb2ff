"""``conjuncture check``: what is wrong with a scenario, what is doubtful, what it leaves out.

With ``--json``: ``scenario``, ``title``, ``mistakes`` (``file``, ``line``, ``column``, ``problem``,
``remedy``), ``warnings`` (sentences), ``quotes`` (how many were found in the account),
``unsourced`` (numbers without a source), ``sentences`` (``sentence``, ``paragraph``, ``parts``:
what of the model quotes it, ``why``: why it is left out), ``uncovered`` (sentences with neither),
``like`` (what kind of case it is: ``among``, ``success``, ``case``, ``tags``; null where the
scenario does not say), ``scenario_sha256`` and ``account_sha256``. Where there are mistakes the
rest is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_json

if TYPE_CHECKING:
    from conjuncture.scenario.account import SentenceCoverage
    from conjuncture.scenario.crisis import Crisis


WIDTH = 80
_COLUMNS = ("paragraph", "sentences", "forces", "numbers", "stages", "effects", "claims", "like")
_LAST = ("left out", "no place")


def overview_lines_of(sentences: tuple[SentenceCoverage, ...]) -> Iterator[str]:
    """Yield the lines that say paragraph by paragraph what rests on the account.

    A sentence counts under every kind of part that quotes it.

    Parameters
    ----------
    sentences : tuple of SentenceCoverage
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
    from conjuncture.scenario.account import PART_KINDS

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


def command(
    scenario: ScenarioArgument,
    *,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Show what rests on each sentence of the account.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Look for mistakes, numbers without a source, and sentences left out.

    Mistakes are printed as FILE:LINE:COLUMN: what is wrong; what to write instead. The exit code
    is 1 when there are any.
    """
    from conjuncture.errors import ScenarioError
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import find_scenario, read_crisis

    path = find_scenario(scenario)
    try:
        crisis = read_crisis(path, stage_models())
    except ScenarioError as error:
        if not as_json:
            raise
        print_json({
            "scenario": path.name, "title": "",
            "mistakes": [asdict(mistake) for mistake in error.mistakes],
            "warnings": [], "quotes": 0, "unsourced": [], "sentences": [],
            "uncovered": [], "like": None,
            "scenario_sha256": "", "account_sha256": "",
        })  # fmt: skip
        raise typer.Exit(1) from None
    if as_json:
        print_json(_content(crisis))
    elif quiet:
        for warning in crisis.warnings:
            typer.echo(f"warning: {warning}")
    else:
        _show(crisis, sentences=sentences)


def _content(crisis: Crisis) -> dict[str, object]:
    from conjuncture.scenario.account import coverage_of
    from conjuncture.scenario.lint import unsourced_numbers

    return {
        "scenario": crisis.slug,
        "title": crisis.title,
        "mistakes": [],
        "warnings": list(crisis.warnings),
        "quotes": _quotes(crisis),
        "unsourced": list(unsourced_numbers(crisis.numbers, crisis.owners)),
        "sentences": [
            {
                "sentence": one.sentence,
                "paragraph": one.paragraph,
                "parts": [f"{part.kind} {part.name}" for part in one.parts],
                "why": one.why,
            }
            for one in coverage_of(crisis)
        ],
        "uncovered": list(crisis.uncovered),
        "like": _likeness(crisis),
        "scenario_sha256": crisis.digest,
        "account_sha256": crisis.account_digest,
    }


def _likeness(crisis: Crisis) -> dict[str, object] | None:
    like = crisis.like
    if like is None:
        return None
    return {
        "among": like.among,
        "success": like.written,
        "case": like.case,
        "tags": dict(like.tags),
    }


def _show(crisis: Crisis, *, sentences: bool) -> None:
    from conjuncture.scenario.account import coverage_of
    from conjuncture.scenario.lint import unsourced_numbers

    stated = sum(number.stated for number in crisis.numbers.values())
    typer.echo(f"{crisis.title}: no mistakes")
    typer.echo(
        f"  {_count_in_words(len(crisis.forces), 'force')}, "
        f"{_count_in_words(len(crisis.stages), 'stage')}, "
        f"{_count_in_words(len(crisis.claims), 'claim')}"
    )
    typer.echo(
        f"  {_count_in_words(stated, 'number')} stated, "
        f"{len(crisis.numbers) - stated} at their documented defaults"
    )
    typer.echo(f"  {_count_in_words(_quotes(crisis), 'quote')}, found in the account word for word")
    if crisis.like is not None:
        typer.echo(
            f"  {_count_in_words(len(crisis.like.tags), 'tag')} for comparison with "
            f"{crisis.like.among} on record; success: {crisis.like.written}"
        )
    missing = unsourced_numbers(crisis.numbers, crisis.owners)
    typer.echo(f"  {_count_in_words(len(missing), 'number')} without quote, note or source")
    for warning in crisis.warnings:
        typer.echo(f"warning: {warning}")
    found = coverage_of(crisis)
    for line in (sentence_lines_of if sentences else overview_lines_of)(found):
        typer.echo(line)


def _quotes(crisis: Crisis) -> int:
    from conjuncture.scenario.account import quotations_of

    return sum(1 for _ in quotations_of(crisis)) + len(crisis.omissions)


def _count_in_words(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
