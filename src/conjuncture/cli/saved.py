"""Results that were kept: reading them back, and checking that they are what they should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conjuncture.cli.options import JSON_VERSION
from conjuncture.engine.files import RESULT_KEY
from conjuncture.errors import UsageError

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
