"""``conjuncture test``: the claims of a scenario, each with its verdict and figures."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import results
from conjuncture.cli.figures import FiguresOption, draw_into, prepared
from conjuncture.cli.heading import show_heading, size
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_whole
from conjuncture.cli.progress import watched
from conjuncture.cli.running import (
    ClusterOption,
    Constants,
    ConstantsOption,
    HistoriesOption,
    OutputOption,
    SeedOption,
    WorldsOption,
    clustered,
    framed,
    kept,
    refuse_unknown_ending,
)
from conjuncture.cli.stopping import STOPPED, WENT_WRONG
from conjuncture.errors import SimulationError, UsageError
from conjuncture.language.digits import write_number, write_rounded
from conjuncture.ordering import find_largest, find_smallest

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.reference_classes.comparison import Comparison
    from conjuncture.analysis.tested_claims import Tests
    from conjuncture.analysis.testing import Failed, Tested
    from conjuncture.engine.evidence import Likelihood

DOES_NOT_HOLD = 3
FEW_WORLDS = 100
MOST_EXTRA = 1000.0

LEGEND = (
    "value: what the claim compares, pooled over worlds, with the middle nine tenths of them. "
    "share of worlds: in how many the comparison holds, with bounds. A claim holds from 90 % on, "
    "fails up to 10 %, depends on what nobody knows between the two, and is unresolved where the "
    "bounds cross one of these lines."
)
CAVEAT = (
    "This is what follows from what the account says, and how much hangs on numbers nobody knows. "
    "It cannot confirm the account or the model, and it predicts nothing."
)


def command(
    scenario: ScenarioArgument,
    *,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim", metavar="NAME", help="Test this claim alone; may be given several times."
        ),
    ] = None,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    constants: ConstantsOption = Constants.documented,
    cluster: ClusterOption = None,
    extra: Annotated[
        float,
        typer.Option(
            "--extra",
            metavar="X",
            help="How many more histories to spend on close calls, as a share of the run.",
        ),
    ] = 0.5,
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Add fresh histories in worlds that could have produced it."),
    ] = False,
    alternatives: Annotated[
        bool,
        typer.Option(
            "--alternatives",
            help="Test the claims again under each choice between models made otherwise.",
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 3 unless every claim holds.")
    ] = False,
    output: OutputOption = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Test the claims of a scenario.

    Each claim is tested in every world: before one knows how it ended (prior), and among the
    histories that ended as observed (as it happened). With --alternatives it is tested before one
    knows how it ended, as the scenario has it and under one other choice between models at a time.
    """
    from conjuncture.engine.addresses import BLOCK
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

    refuse_unknown_ending(output)
    if not (isfinite(extra) and 0.0 <= extra <= MOST_EXTRA):
        raise UsageError(
            f"extra must be 0 to {write_number(MOST_EXTRA)}, not {write_number(extra)}"
        )
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    if not loaded.claims:
        typer.echo("the scenario makes no claims to test; write them under 'claims:'", err=True)
    prepared(figures)
    console = results()
    if not as_json:
        show_heading(console, loaded.title, size(worlds, blocks * BLOCK, seed, constants))
    if alternatives:
        from conjuncture.cli.alternatives import show_alternatives

        if rerun:
            raise UsageError("--alternatives has no re-run reading; leave out --rerun")
        if constants is Constants.learned:
            raise UsageError("--alternatives keeps documented constants; leave out --constants")
        if figures is not None:
            raise UsageError("--alternatives has no picture yet; leave out --figures")
        wanted = {"scenario": scenario, "claims": claim or None, "extra": extra}
        sizes = (worlds, histories, seed)
        tried = show_alternatives(
            loaded, sizes, cluster, wanted, console, output, as_json=as_json, quiet=quiet
        )
        if tried.stopped:
            raise typer.Exit(STOPPED)
        if strict and any(word != "holds" for row in tried.rows for word in row.words.values()):
            raise typer.Exit(DOES_NOT_HOLD)
        return
    with kept(output) as keep:
        from conjuncture.analysis.reporting.results import claim_table, tested_claims
        from conjuncture.analysis.tables import claim_row
        from conjuncture.analysis.testing import Failed
        from conjuncture.cli.claims import ClaimTable

        with watched(quiet=quiet, answering=True) as progress, clustered(cluster) as client:
            table = ClaimTable(console, claim or loaded.claims)

            def show_one(tested: Tested | Failed) -> None:
                with progress.aside():
                    if isinstance(tested, Failed):
                        table.add_failed(tested)
                    else:
                        table.add(claim_row(tested))

            ensemble = loaded.run(worlds, histories, seed, progress, client, constants)
            tests = ensemble.test(
                claim or None,
                extra=extra,
                rerun=rerun and bool(loaded.claims),
                tell=None if as_json else show_one,
            )
            beside, wrong = None, [str(one) for one in tests.failed]
            if not (as_json or claim or progress.stopped or loaded.crisis.like is None):
                try:
                    beside = ensemble.compare()
                except SimulationError as error:
                    wrong.append(f"comparison with similar cases: {error}")
        request = {
            "command": "test",
            "scenario": scenario,
            "claims": claim or None,
            "extra": extra,
            "rerun": rerun,
        }
        found = tested_claims(tests, ensemble.crisis.observed)
        asked = len(set(claim) if claim else loaded.claims)
        stopped = len(tests) + len(tests.failed) < asked
        if stopped:
            found["stopped"] = {"claims": len(tests), "asked": asked}
        content = framed(ensemble, request, found)
        keep(content, claim_table(content))
    if as_json:
        print_whole(content)
    elif tests:
        conclude(tests, int(extra * worlds * blocks) * BLOCK, console, beside, quiet=quiet)
    if figures is not None and tests:
        from conjuncture.figures.claims import draw_claims

        draw_into(figures, [draw_claims(tests)])
    if stopped:
        typer.echo(f"stopped after {len(tests)} of {asked} claims", err=True)
    if wrong:
        typer.echo("\n".join(wrong), err=True)
    if stopped:
        raise typer.Exit(STOPPED)
    if wrong:
        raise typer.Exit(WENT_WRONG)
    if strict and any(one.prior.verdict.word != "holds" for one in tests):
        raise typer.Exit(DOES_NOT_HOLD)


def conclude(
    tests: Tests,
    allowed: int,
    console: Console,
    beside: Comparison | None = None,
    *,
    quiet: bool,
) -> None:
    """Print how the claims stand and, unless it is to be quiet, how to read the table of them.

    Parameters
    ----------
    tests : Tests
    allowed : int
        How many extra histories close calls might have taken.
    console : rich.console.Console
    beside : Comparison, optional
        Cases on record that are like this one.
    quiet : bool
    """
    from rich.text import Text

    from conjuncture.analysis.reference_classes.in_words import in_short
    from conjuncture.analysis.tables import claim_rows
    from conjuncture.cli.claims import balance
    from conjuncture.cli.console import print_wrapped, signs

    console.print()
    print_wrapped(console, balance(claim_rows(tests)))
    lines = evidence_lines(tests, allowed)
    for line in [*lines, *([] if beside is None else [in_short(beside)])]:
        console.print()
        print_wrapped(console, Text(signs(line)))
    if quiet:
        return
    for line in (LEGEND, CAVEAT):
        console.print()
        print_wrapped(console, Text(signs(line), "dim"))


def percent(likelihood: Likelihood) -> str:
    """Return how probable what was observed is."""
    return f"{write_rounded(100 * likelihood.probability, 2)} %"


def evidence_lines(tests: Tests, allowed: int) -> list[str]:
    """Return what the readings under evidence rest on, and what close calls cost."""
    lines = []
    seen = {one.claim.key: one.evidence for one in tests if one.evidence is not None}
    if seen:
        likeliest = find_largest(seen, lambda key: seen[key].probability)
        rarest = find_smallest(seen, lambda key: seen[key].probability)
        lines.append(
            "as it happened: a claim counts the histories that went as observed up to the last "
            f"stage it names; {percent(seen[likeliest])} of them for '{likeliest}'"
        )
        if rarest != likeliest:
            lines[-1] += f", {percent(seen[rarest])} for '{rarest}'"
        worth = min(one.effective_worlds for one in seen.values())
        lines[-1] += f". Weighed by that the worlds are worth {worth:.0f} equal ones or more."
        if worth < FEW_WORLDS:
            few = [key for key, one in seen.items() if one.effective_worlds < FEW_WORLDS]
            lines[-1] += f" Warning: fewer than {FEW_WORLDS} for {', '.join(few)}."
    if (rerun := tests.likelihood) is not None:
        happened = ", ".join(
            f"{stage} = {outcome}" for stage, outcome in tests.crisis.observed.items()
        )
        lines.append(
            f"re-run: {percent(rerun)} of the histories end as observed ({happened}); the worlds, "
            f"weighed by that, are worth {rerun.effective_worlds:.0f} equal ones."
        )
        worth = rerun.effective_worlds
        if (given := tests.posterior) is not None:
            worth = given.effective_worlds
            lines[-1] += (
                " That is too few, so claims are re-run in other worlds that could have produced "
                f"it: {len(given.values):,}, worth {worth:.0f} independent ones. Sequential Monte "
                f"Carlo (SMC) led there from the first in {len(given.temperatures)} steps; "
                "'conjuncture posterior' shows what they have in common."
            )
        if worth < FEW_WORLDS:
            lines[-1] += f" Warning: fewer than {FEW_WORLDS}; ask for more worlds."
    extra = sum(
        reading.extra_histories
        for one in tests
        for reading in (one.prior, one.as_it_happened)
        if reading is not None
    )
    again = sum(one.rerun.extra_histories for one in tests if one.rerun and one.posterior)
    if extra or again:
        beside = f", and {again:,} in those of the re-run" if again else ""
        lines.append(
            f"close calls: {extra:,} histories more, of {allowed:,} allowed, in worlds near a line"
            f"{beside}."
        )
    return lines
