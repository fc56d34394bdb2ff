"""What becomes of errors: a sentence, an exit code, with ``--json`` an object, never a traceback.

An error that nobody foresaw leaves a full report in a file, and the sentence names it.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
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
    from conjuncture.cli.reporting_faults import write_report
    from conjuncture.cli.streams import WARNINGS

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
