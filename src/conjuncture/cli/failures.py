"""What becomes of errors: a sentence, an exit code, with ``--json`` an object, never a traceback.

An error that nobody foresaw leaves a report in a file, with what whoever mends it needs and no
secrets, and the sentence names the file. Standard output and standard error may be closed, full,
or not there at all.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

import typer

from conjuncture.cli.options import JSON_PRINTED, print_json
from conjuncture.errors import (
    ClusterError,
    ConjunctureError,
    QueryError,
    ScenarioError,
    SimulationError,
    UsageError,
    one_line,
    reason_of,
)

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
    import tempfile

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
    import platform
    import shlex
    import traceback
    from datetime import UTC, datetime

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
    from importlib.metadata import PackageNotFoundError, version

    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def digests(argument: str) -> Iterator[str]:
    """Yield the digests of what an argument names, where that is a scenario."""
    import hashlib

    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import SCENARIO_FILE, find_scenario, read_crisis

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


WARNINGS: deque[str] = deque(maxlen=20)
"""The last warnings of libraries, which are for a report and not for the user."""


class GuardedStream:
    """A stream that keeps the error with which it failed, so that it is known whose it was.

    Parameters
    ----------
    stream : text file
    quiet : bool
        Whether to go on as if nothing had failed: a message that cannot be shown spoils no result.
    """

    def __init__(self, stream: Any, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write a text."""
        return self._try_to(self._stream.write, text) or 0

    def flush(self) -> None:
        """Write what is held back."""
        self._try_to(self._stream.flush)

    def _try_to(self, work: Any, *told: Any) -> Any:
        try:
            return work(*told)
        except OSError as error:
            self.failure = error
            if self._quiet:
                return None
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guard_streams() -> Iterator[None]:
    """Make the streams safe to write to for the time of a command, and keep warnings off them."""
    before = sys.stdout, sys.stderr
    sys.stdout = GuardedStream(before[0] or open_null_stream())
    sys.stderr = GuardedStream(before[1] or open_null_stream(), quiet=True)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = keep_warning
            yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            flush_or_discard(stream)
        sys.stdout, sys.stderr = before


def flush_or_discard(stream: Any) -> None:
    """Write what a stream holds back; where that fails, let it lead nowhere.

    Otherwise it would fail again when the interpreter ends, with a traceback.
    """
    with suppress(OSError):
        stream.flush()
    if getattr(stream, "failure", None) is not None:
        with suppress(OSError, ValueError):
            leads_nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(leads_nowhere, stream.fileno())
            os.close(leads_nowhere)


def open_null_stream() -> Any:
    """Return a stream for a program that was started without."""
    return Path(os.devnull).open("w", encoding="utf-8")


def keep_failure(failure: sys.UnraisableHookArgs) -> None:
    """Keep what failed where no error can be raised, such as while an object is taken down."""
    WARNINGS.append(f"{type(failure.exc_value).__name__}: {failure.exc_value}, in {failure.object}")


def keep_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    """Keep a warning for a report."""
    del file, line
    WARNINGS.append(f"{filename}:{lineno}: {category.__name__}: {message}")


WRONG, USAGE, UNFORESEEN, STOPPED, UNREAD = 1, 2, 70, 130, 141
"""Exit codes; the last four as is usual: ``EX_SOFTWARE``, and 128 with SIGINT or SIGPIPE."""

KINDS: Mapping[type[ConjunctureError], str] = {
    QueryError: "query",
    ScenarioError: "scenario",
    UsageError: "usage",
    SimulationError: "simulation",
    ClusterError: "cluster",
    ConjunctureError: "other",
}
"""How JSON calls errors that are ours, the narrower before the wider."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk, a share of it or a file can take no more."""

MEMORY = (
    "there is not enough memory for this; ask for fewer worlds or histories, or end other programs"
)


FAILED_LATE = Event()
"""Set where a file could not be written and the command went on to print what it has."""


@contextmanager
def tell_failures(arguments: Sequence[str]) -> Iterator[None]:
    """Turn whatever ends a command before its end into sentences and an exit code.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.
    """
    try:
        yield
        sys.stdout.flush()
    except typer.Exit as end:
        if FAILED_LATE.is_set() and end.exit_code != STOPPED:
            raise typer.Exit(USAGE) from None
        raise
    except typer.Abort:
        raise
    except ConjunctureError as error:
        code = USAGE if isinstance(error, UsageError) else WRONG
        kind = next(name for family, name in KINDS.items() if isinstance(error, family))
        mistakes = error.mistakes if isinstance(error, ScenarioError) else ()
        told = {"mistakes": [asdict(mistake) for mistake in mistakes]}
        # A program asks for the notes beside the sentence; people read them below it.
        raise report_failure(arguments, code, kind, str(error), notes_of(error), **told) from None
    except KeyboardInterrupt as error:
        notes = notes_of(error)
        sentence = "" if notes else "stopped before the end"
        raise report_failure(arguments, STOPPED, "stopped", sentence, notes) from None
    except SystemExit as error:
        if isinstance(output_failure(), BrokenPipeError):
            raise typer.Exit(UNREAD) from None
        say(notes_of(error))
        raise
    except OSError as error:
        if error is not output_failure():
            raise report_unforeseen(arguments, error) from None
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(UNREAD) from None
        sentence = f"the results cannot be written to standard output: {reason_of(error)}"
        raise report_failure(arguments, USAGE, "output", sentence, notes_of(error)) from None
    except MemoryError as error:
        raise report_failure(arguments, WRONG, "memory", MEMORY, notes_of(error)) from None
    except Exception as error:
        if hasattr(error, "format_message"):
            # Typer says itself what is wrong with how a command was called.
            tell_json(arguments, USAGE, "usage", one_line(error.format_message()))
            raise
        raise report_unforeseen(arguments, error) from None
    if FAILED_LATE.is_set():
        raise typer.Exit(USAGE)


def tell_later(error: UsageError) -> None:
    """Say at once that a file could not be written, and let the command go on to its results."""
    say([str(error), *notes_of(error)])
    FAILED_LATE.set()


def report_unforeseen(arguments: Sequence[str], error: Exception) -> typer.Exit:
    """Say what happened, keep a report where it is ours to mend, and return how to end."""
    notes = notes_of(error)
    if isinstance(error, OSError) and error.errno in FULL:
        where = f" '{error.filename}'" if error.filename else ""
        sentence = one_line(f"a file{where} cannot be written: {reason_of(error)}")
        return report_failure(arguments, USAGE, "output", sentence, notes)
    if "RESOURCE_EXHAUSTED" in str(error):
        return report_failure(arguments, WRONG, "memory", MEMORY, notes)
    what = one_line(f"{type(error).__name__}: {error}", longest=200)
    sentence = f"an error that nobody foresaw ended the command ({what})"
    try:
        path = str(write_report(arguments, error, WARNINGS))
        sentence += f"; a full report to send to the authors is in '{path}'"
    except OSError as failure:
        path = None
        sentence += f"; no report of it could be written: {reason_of(failure)}"
    return report_failure(arguments, UNFORESEEN, "unforeseen", sentence, notes, report=path)


def report_failure(
    arguments: Sequence[str],
    code: int,
    kind: str,
    sentence: str,
    notes: Sequence[str] = (),
    **more: Any,
) -> typer.Exit:
    """Say what ended a command, with ``--json`` as an object too, and return how to end."""
    say([*([sentence] if sentence else []), *notes])
    tell_json(arguments, code, kind, sentence or " ".join(notes), notes=list(notes), **more)
    return typer.Exit(code)


def say(sentences: Sequence[str]) -> None:
    """Print sentences on standard error, as far as anybody can read them there."""
    if sentences:
        typer.echo("\n".join(sentences), err=True)


def tell_json(arguments: Sequence[str], code: int, kind: str, message: str, **more: Any) -> None:
    """Print an error as an object, where the command was asked for one and has printed none."""
    if "--json" not in arguments or JSON_PRINTED.is_set() or output_failure():
        return
    found = {"kind": kind, "exit_code": code, "message": message}
    whole = {"mistakes": [], "notes": [], "report": None, **more}
    with suppress(OSError):
        print_json({"error": {**found, **whole}})


def output_failure() -> OSError | None:
    """Return the error with which standard output failed, if it did."""
    return getattr(sys.stdout, "failure", None)


def notes_of(error: BaseException) -> list[str]:
    """Return what was added to an error on its way: what of the work is kept.

    Ours are single lines; what libraries add of their own tracebacks is not.
    """
    return [note for note in getattr(error, "__notes__", ()) if "\n" not in note.strip()]
