"""What commands leave behind: the frame of a result, its file, its rows, its pictures.

Also the cluster on which a run is done, which ends like a file: whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from conjuncture.cli.failures import tell_later
from conjuncture.cli.interrupts import exit_on_sigterm
from conjuncture.cli.options import JSON_VERSION, format_json
from conjuncture.engine.files import RESULT_KEY, write_netcdf
from conjuncture.errors import UsageError, reason_of

if TYPE_CHECKING:
    from distributed import Client

    from conjuncture.ensemble import Ensemble
    from conjuncture.figures.picture import Picture


def prepare_figures(folder: Path | None) -> None:
    """Make the folder for pictures, at once, so that nothing is simulated in vain.

    Parameters
    ----------
    folder : Path or None
        Nothing happens where no pictures were asked for.

    Raises
    ------
    UsageError
        When it cannot be made or written to.
    """
    if folder is None:
        return
    from conjuncture.engine.files import write_atomically

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"'{folder}' is a file; name a folder for the pictures") from None
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(f"the folder '{folder}' cannot be made: {reason}") from None
    try:
        with write_atomically(folder / "trial.svg"):
            raise _TrialWritten
    except _TrialWritten:
        return


class _TrialWritten(Exception):  # noqa: N818 - no error: the file was only tried
    """The folder can be written to."""


def draw_into(folder: Path | None, pictures: Sequence[Picture]) -> None:
    """Save pictures, and say on standard error where they are.

    Parameters
    ----------
    folder : Path or None
        Nothing happens where no pictures were asked for.
    pictures : sequence of Picture

    Raises
    ------
    UsageError
        When a file cannot be written.
    """
    if folder is None or not pictures:
        return
    from conjuncture.figures.picture import save_all

    files = save_all(pictures, folder)
    names = ", ".join(f"{picture.name}.svg" for picture in pictures)
    typer.echo(f"{len(files)} files in {folder}: {names}, and each as .png", err=True)


def write_rows(path: Path, rows: list[dict[str, Any]], result: str) -> None:
    """Write flat rows, and with them the JSON of the whole result.

    Parameters
    ----------
    path : Path
        Ends in ``.parquet`` or ``.nc``. In NetCDF the rows are the dimension ``row``, and truth is
        1 or 0.
    rows : list of dict
        The same keys in each; a number may be None.
    result : str
    """
    if path.suffix == ".parquet":
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.Table.from_pylist(rows)
        pyarrow.parquet.write_table(table.replace_schema_metadata({RESULT_KEY: result}), path)
        return
    import numpy as np
    import xarray

    columns = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        kind = next((type(value) for value in values if value is not None), float)
        dtype: Any = {str: object, bool: np.int8, int: np.int64}.get(kind, np.float64)
        columns[name] = ("row", np.array(values, dtype))
    write_netcdf(xarray.Dataset(columns, attrs={RESULT_KEY: result}), path)


ENDINGS = (".json", ".parquet", ".nc")


def refuse_unknown_ending(output: Path | None) -> None:
    """Raise when a file's ending does not say in which form to write it."""
    if output is not None and output.suffix not in ENDINGS:
        raise UsageError(
            f"'{output}' does not say in which form to write; end its name in "
            f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        )


def build_result_document(
    ensemble: Ensemble, request: Mapping[str, Any], content: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a result in its frame: version, scenario, what was found, and the run record.

    Parameters
    ----------
    ensemble : Ensemble
    request : mapping
        What was asked, so that ``conjuncture reproduce`` can ask it again.
    content : mapping
    """
    return {
        "conjuncture_json": JSON_VERSION,
        "scenario": ensemble.crisis.slug,
        "title": ensemble.crisis.title,
        **content,
        "run": {**ensemble.record, "request": dict(request)},
    }


def write_result(part: Path, content: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write a result, and its rows, in the form that the ending of a file says."""
    if part.suffix == ".json":
        part.write_text(format_json(content) + "\n", encoding="utf-8")
        return
    write_rows(part, rows, format_json(content))


@contextmanager
def open_output(
    output: Path | None, write: Callable[..., None] = write_result
) -> Iterator[Callable[..., None]]:
    """Give a function that keeps the parts of a result in the file asked for.

    The place is tried at once, so that nothing is simulated in vain. Where the disk fails at the
    end, the command goes on and prints what it has found; its exit code is that of the failure.

    Parameters
    ----------
    output : Path or None
        Nothing is kept where no file was asked for.
    write : callable
        Called at the end of the ``with`` statement with the file and the parts.
    """
    found: list[tuple[Any, ...]] = []

    def keep(*parts: Any) -> None:
        found.append(parts)

    if output is None:
        yield keep
        return
    from conjuncture.engine.files import write_atomically

    done = False
    try:
        with exit_on_sigterm(), write_atomically(output) as part:
            yield keep
            done = True
            for parts in found:
                write(part, *parts)
    except UsageError as error:
        if not done:
            raise
        tell_later(error)


@contextmanager
def open_cluster_client(address: str | None) -> Iterator[Client | None]:
    """Give a client of the cluster asked for, or None where none was."""
    if address is None:
        yield None
        return
    from conjuncture.engine.cluster import connect_to_cluster

    with exit_on_sigterm(), connect_to_cluster(address) as client:
        yield client
