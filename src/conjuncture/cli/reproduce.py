"""``conjuncture reproduce``: run a result again and compare.

Results that were kept: reading them back, and checking that they are what they should be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.interrupts import show_progress
from conjuncture.cli.options import JSON_VERSION, JsonOption, QuietOption, print_whole
from conjuncture.engine.files import RESULT_KEY
from conjuncture.errors import ConjunctureError, UsageError

if TYPE_CHECKING:
    from conjuncture.api import Scenario
    from conjuncture.ensemble import Ensemble


REQUEST_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "test": {"scenario": str, "rerun": bool, "secretly": bool},
    "query": {"scenario": str, "query": str, "as_it_happened": bool},
    "run": {"scenario": str, "least": (int, float)},
    "posterior": {"scenario": str},
    "compare": {"scenario": str, "tags": dict},
}
RECORD_FIELDS: dict[str, type] = {
    "worlds": int,
    "histories": int,
    "seed": int,
    "scenario_sha256": str,
    "account_sha256": str,
}
LARGEST_FILE = 100_000_000
"""Bytes of JSON that are read; a device may have no end."""

REMEDY = "give a file written with --json or --output"


def read_result(path: Path) -> dict[str, Any]:
    """Return the result that a file carries.

    Parameters
    ----------
    path : Path
        JSON, or Parquet or NetCDF with the JSON inside.

    Raises
    ------
    UsageError
        When the file cannot be read or carries no result.
    """
    try:
        text = read_json_text(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not what its ending says").lower()
        raise UsageError(f"'{path}' cannot be read: {reason}") from None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"'{path}' carries no result of Conjuncture; {REMEDY}") from None
    refuse_unusable(content, path)
    return dict(content)


def read_json_text(path: Path) -> str:
    """Return the JSON in a file."""
    if path.suffix == ".parquet":
        import pyarrow
        import pyarrow.parquet

        try:
            metadata = pyarrow.parquet.read_metadata(path).metadata or {}
        except pyarrow.ArrowInvalid:
            return ""
        return str(metadata.get(RESULT_KEY.encode(), b"").decode("utf-8"))
    if path.suffix == ".nc":
        import xarray

        with xarray.open_dataset(path, engine="h5netcdf") as data:
            return str(data.attrs.get(RESULT_KEY, ""))
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UsageError(f"'{path}' is larger than a result can be; {REMEDY}")
    return content.decode("utf-8")


def refuse_unusable(content: Any, path: Path) -> None:
    """Raise unless a result has the shape that running it again needs."""
    run = content.get("run") if isinstance(content, dict) else None
    request = run.get("request") if isinstance(run, dict) else None
    if not isinstance(run, dict) or not isinstance(request, dict):
        raise UsageError(f"'{path}' carries no run record with a request; {REMEDY}")
    version = content.get("conjuncture_json")
    if version != JSON_VERSION:
        raise UsageError(
            f"'{path}' has version {version!r} of the shape of results, this is {JSON_VERSION}; "
            "install the version of Conjuncture that wrote it"
        )
    command = request.get("command")
    if not isinstance(command, str) or command not in REQUEST_FIELDS:
        raise UsageError(
            f"'{path}' asks for '{command}'; only {', '.join(REQUEST_FIELDS)} can run again"
        )
    if isinstance(stopped := content.get("stopped"), dict):
        what = next((one for one in ("claims", "alternatives") if one in stopped), "histories")
        raise UsageError(
            f"'{path}' was stopped after {stopped.get(what)} of {stopped.get('asked')} {what}, and "
            "where that is nobody can repeat; run it to its end to reproduce it"
        )
    for part, fields in ((run, RECORD_FIELDS), (request, REQUEST_FIELDS[command])):
        for name, kind in fields.items():
            value = part.get(name)
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise UsageError(f"'{path}' has no usable '{name}' in its run record; {REMEDY}")


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
    from conjuncture.analysis.reproduction import compare_results
    from conjuncture.engine.machine import BUILD_KEYS

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
    from conjuncture.api import load

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
    request = before["run"]["request"]
    if request["command"] == "query":
        text, happened = request["query"], request["as_it_happened"]
        return ensemble.query(text, as_it_happened=happened).to_dict()
    if request["command"] == "test" and request.get("alternatives"):
        return ensemble.alternatives(request["claims"]).to_dict()
    if request["command"] == "test":
        rerun = request["rerun"] and bool(ensemble.crisis.claims)
        secretly = request["secretly"]
        return ensemble.test(request["claims"], rerun=rerun, secretly=secretly).to_dict()
    if request["command"] == "compare":
        among = request.get("among")
        return ensemble.compare(request["tags"], among=among and str(among)).to_dict()
    if request["command"] == "posterior" and (given := ensemble.posterior()) is not None:
        return given.to_dict()
    found = {**ensemble.stages().to_dict(), **ensemble.tree(request["least"]).to_dict()}
    if "histories_sha256" in before:
        found["histories_sha256"] = ensemble.fingerprint()
    return found
