"""``conjuncture reproduce``: run a result again and compare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.options import JSON_VERSION, JsonOption, QuietOption, print_whole
from conjuncture.cli.progress import show_progress
from conjuncture.cli.saved import read_result
from conjuncture.errors import ConjunctureError, UsageError

if TYPE_CHECKING:
    from conjuncture.ensemble import Ensemble
    from conjuncture.loading import Scenario

MOST_SHOWN = 10


def command(
    record: Annotated[
        Path,
        typer.Argument(
            metavar="RECORD",
            help="A result kept with --json or --output: .json, .parquet or .nc.",
            show_default=False,
        ),
    ],
    *,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            metavar="SCENARIO",
            help="Where the scenario is now, if it is no longer where it was.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run a result again from its record, and compare.

    On the same build (versions, processor, device) results are promised, and compared, bit for
    bit; on another in law: each value within four standard errors. The exit code is 1 where they
    do not agree.
    """
    before = read_result(record)
    loaded = find_scenario(before["run"]["request"]["scenario"], scenario, record)
    refuse_other_sources(loaded, before["run"])
    from conjuncture.analysis.comparing import compare_results
    from conjuncture.engine.record import BUILD_KEYS

    run = before["run"]
    with show_progress(quiet=quiet) as progress:
        ensemble = loaded.run(
            run["worlds"],
            run["histories"],
            run["seed"],
            progress,
            constants=constants_source_of(run),
        )
        refuse_other_constants(ensemble.constants, run)
        after = repeat_request(ensemble, before)
    now = ensemble.record
    changed = {
        name: [run.get(name), now[name]] for name in BUILD_KEYS if run.get(name) != now[name]
    }
    found = compare_results(before, {**header_of(before), **after}, exact=not changed)
    if as_json:
        content = {
            "conjuncture_json": JSON_VERSION,
            "scenario": loaded.crisis.slug,
            "comparison": "bit for bit" if found.exact else "in law",
            "changed": changed,
            "compared": found.estimates,
            "agree": not found.differences,
            "differences": list(found.differences),
        }
        print_whole(content)
    else:
        changes = ", ".join(f"{name} {old} then, {new} now" for name, (old, new) in changed.items())
        how = "bit for bit: the build is the same" if found.exact else f"in law: {changes}"
        typer.echo(f"{loaded.title}: compared {how}")
        for difference in found.differences[:MOST_SHOWN]:
            typer.echo(f"  {difference}")
        if len(found.differences) > MOST_SHOWN:
            typer.echo(f"  and {len(found.differences) - MOST_SHOWN} more")
        if not found.differences:
            typer.echo(f"all {found.estimates} estimates agree")
    if found.differences:
        raise typer.Exit(1)


def find_scenario(asked: str, moved: str | None, record: Path) -> Scenario:
    """Return the scenario of a record: where it was asked for, or beside the record."""
    from conjuncture.loading import load

    if moved is not None:
        return load(moved)
    try:
        return load(asked)
    except UsageError:
        beside = record.parent / asked
        if beside.exists():
            return load(beside)
        raise UsageError(
            f"the scenario '{asked}' of '{record}' is not here; say where with --scenario"
        ) from None


def refuse_other_sources(loaded: Scenario, run: dict[str, Any]) -> None:
    """Raise when the scenario or its account is not the one that was run."""
    crisis = loaded.crisis
    now = {"scenario": crisis.digest, "account": crisis.account_digest}
    other = [name for name, digest in now.items() if run[f"{name}_sha256"] != digest]
    if other:
        raise ConjunctureError(
            f"the {' and the '.join(other)} of '{crisis.slug}' changed since this result; run it "
            "from the commit that the record names, or test the scenario anew"
        )


def constants_source_of(run: Mapping[str, Any]) -> str:
    """Return where the structural constants of a run came from."""
    return str(run["constants"]).partition(" ")[0]


def refuse_other_constants(now: str, run: Mapping[str, Any]) -> None:
    """Raise when constants were learned by another fit than the one that ships now."""
    if now != run["constants"]:
        raise ConjunctureError(
            f"this result has constants {run['constants']}, and these are {now}; run it with the "
            f"version of Conjuncture that it names, {run['conjuncture']}"
        )


def header_of(before: dict[str, Any]) -> dict[str, Any]:
    """Return what of a result does not come from simulating."""
    names = ("scenario", "title", "query")
    return {name: before[name] for name in names if name in before}


def repeat_request(ensemble: Ensemble, before: dict[str, Any]) -> dict[str, Any]:
    """Return the result of the same request."""
    from conjuncture.analysis.reporting.results import (
        answer_document,
        posterior_document,
        summary_document,
        tree_document,
    )

    request = before["run"]["request"]
    if request["command"] == "query":
        text, happened = request["query"], request["as_it_happened"]
        return answer_document(ensemble.query(text, as_it_happened=happened))
    if request["command"] == "test" and request.get("alternatives"):
        from conjuncture.presentation.alternatives import alternatives_document

        return alternatives_document(ensemble.alternatives(request["claims"]), ensemble.crisis)
    if request["command"] == "test":
        rerun = request["rerun"] and bool(ensemble.crisis.claims)
        secretly = request["secretly"]
        return ensemble.test(request["claims"], rerun=rerun, secretly=secretly).to_dict()
    if request["command"] == "compare":
        from conjuncture.analysis.reporting.comparison import comparison_document

        among = request.get("among")
        return comparison_document(ensemble.compare(request["tags"], among=among and str(among)))
    if request["command"] == "posterior" and (given := ensemble.posterior()) is not None:
        return posterior_document(given)
    found = {**summary_document(ensemble.stages), **tree_document(ensemble.tree(request["least"]))}
    if "histories_sha256" in before:
        found["histories_sha256"] = ensemble.fingerprint()
    return found
