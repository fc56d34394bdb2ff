"""``--figures``: the pictures of a result, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.errors import UsageError, reason_of

if TYPE_CHECKING:
    from conjuncture.figures.style import Picture

FiguresOption = Annotated[
    Path | None,
    typer.Option(
        "--figures",
        metavar="FOLDER",
        help="Draw the result into this folder, as SVG and PNG.",
        show_default=False,
    ),
]


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
    from conjuncture.figures.saving import save_all

    files = save_all(pictures, folder)
    names = ", ".join(f"{picture.name}.svg" for picture in pictures)
    typer.echo(f"{len(files)} files in {folder}: {names}, and each as .png", err=True)
