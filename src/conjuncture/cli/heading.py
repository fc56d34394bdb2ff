"""The lines above a result: which crisis, how large a run."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import adapt_signs


def size_in_words(worlds: int, histories: int, seed: int, constants: str = "documented") -> str:
    """Return the size of a run in words, and where its structural constants come from.

    Examples
    --------
    >>> size_in_words(400, 512, 1)
    '400 worlds × 512 histories, seed 1'
    """
    learned = "" if constants == "documented" else f", constants {constants}"
    many = "" if worlds == 1 else "s"
    return f"{worlds:,} world{many} × {histories:,} histories, seed {seed}{learned}"


def show_heading(console: Console, title: str, run: str) -> None:
    """Print the title of a crisis and the size of a run, before anything heavy is loaded."""
    console.print(Text(title, "bold"))
    console.print(Text(adapt_signs(run)))
    console.print()
    console.file.flush()
