"""The report of an error that nobody foresaw: what whoever mends it needs, and no secrets."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shlex
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "conjuncture", "jax", "jaxlib", "numpy", "scipy", "pyarrow", "xarray", "h5netcdf", "h5py",
    "pandas", "matplotlib", "typer", "rich", "lark", "pydantic", "ruamel.yaml", "distributed",
)  # fmt: skip


def write_report(
    arguments: Sequence[str], error: BaseException, warned: Iterable[str] = ()
) -> Path:
    """Write a report of an error into a new file among the temporary ones, for the user alone.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.
    error : BaseException
    warned : iterable of str
        What libraries warned of before.

    Raises
    ------
    OSError
        When there is no room for it.
    """
    text = report_of(arguments, error, warned)
    handle, name = tempfile.mkstemp(prefix="conjuncture-report-", suffix=".txt")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def report_of(arguments: Sequence[str], error: BaseException, warned: Iterable[str] = ()) -> str:
    """Return a report of an error: command line, versions, scenario, warnings, traceback."""
    told = [
        f"date: {datetime.now(UTC).isoformat(timespec='seconds')}",
        f"command line: {shlex.join(['conjuncture', *arguments])}",
        f"python: {platform.python_version()} on {platform.platform()}",
        *(f"{name}: {found}" for name, found in versions()),
        *(f"scenario: {found}" for argument in arguments for found in digests(argument)),
        *(f"warning: {one}" for one in warned),
        "",
        "".join(traceback.format_exception(error)),
    ]
    return without_secrets("\n".join(told))


def versions() -> Iterator[tuple[str, str]]:
    """Yield the libraries that are there, each with its version."""
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def digests(argument: str) -> Iterator[str]:
    """Yield the digests of what an argument names, where that is a scenario."""
    from conjuncture.errors import ConjunctureError
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.catalogue import find_scenario
    from conjuncture.scenario.reading import SCENARIO_FILE, read_crisis

    with suppress(ConjunctureError):
        path = find_scenario(argument)
        file = path / SCENARIO_FILE if path.is_dir() else path
        if file.suffix not in (".yaml", ".yml") or not file.is_file():
            return
        # The error may have come from reading it.
        with suppress(Exception):
            yield f"sha256 {hashlib.sha256(file.read_bytes()).hexdigest()} of the file"
            crisis = read_crisis(path, stage_models())
            yield f"scenario_sha256 {crisis.digest}"
            yield f"account_sha256 {crisis.account_digest}"


def without_secrets(text: str) -> str:
    """Return a text without passwords in addresses and without the name of the home folder.

    Examples
    --------
    >>> without_secrets("--cluster tcp://me:secret@host:8786")
    '--cluster tcp://host:8786'
    """
    text = re.sub(r"//[^\s/@']*@", "//", text)
    home = str(Path("~").expanduser())
    return text.replace(home, "~") if len(home) > 1 else text
