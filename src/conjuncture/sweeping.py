"""Sweeps: the way in for Python and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client

    from conjuncture.analysis.journal import Journal
    from conjuncture.engine.progress import Progress


def sweep(
    file: str | Path,
    output: str | Path | None = None,
    *,
    client: Client | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
) -> list[dict[str, Any]]:
    """Ask the same of several scenarios, in several settings.

    Parameters
    ----------
    file : str or Path
        The sweep, a YAML file.
    output : str or Path, optional
        Where the table is written, ending in ``.parquet`` or ``.csv``. A sweep that was stopped
        leaves in it what is done, and goes on from there when it is called again.
    client : distributed.Client, optional
        Of a cluster that runs the histories, with the same results.
    progress : Progress, optional
        Told how far a setting has come; where it is stopped, that setting is left out.
    tell : callable, optional
        Told in a line what has been done.

    Returns
    -------
    list of dict
        A row for each question and each reading of each claim, in every scenario and setting;
        ``pandas.DataFrame`` takes it as it is.

    Raises
    ------
    ScenarioError
        With every mistake in the sweep or a scenario, each with its place.
    UsageError
        When the table cannot be written.
    """
    from conjuncture.analysis.sweep_table import refuse_unknown_form, write_table
    from conjuncture.analysis.sweeping import points_of
    from conjuncture.engine.progress import SilentProgress
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.sweep_file import read_sweep

    target = None if output is None else Path(output)
    if target is not None:
        refuse_unknown_form(target)
    asked = read_sweep(Path(file), stage_models())
    todo = points_of(asked)
    keys = [point.digest for point in todo]
    watching = progress or SilentProgress()
    with journal_for(target) as journal:

        def rows() -> list[dict[str, Any]]:
            return [row for key in keys for row in journal.done.get(key, ())]

        try:
            before = sum(key in journal.done for key in keys)
            if before and tell:
                tell(f"{before} of {len(keys)} were there already")
            for number, (key, point) in enumerate(zip(keys, todo, strict=True), 1):
                if key in journal.done:
                    continue
                found = point.rows(watching, client)
                if watching.is_stopped:
                    break
                journal.add(key, found)
                if tell:
                    tell(f"{number} of {len(keys)}: {point}")
        finally:
            if target is not None and rows():
                write_table(target, rows(), asked.keys)
        if target is not None and all(key in journal.done for key in keys):
            from conjuncture.analysis.journal import journal_of

            journal_of(target).unlink()
        return rows()


@contextmanager
def journal_for(target: Path | None) -> Iterator[Journal]:
    """Give the journal of a table, or one in memory alone."""
    from conjuncture.analysis.journal import Journal, journal_beside

    if target is None:
        yield Journal()
        return
    with journal_beside(target) as journal:
        yield journal
