"""Where results are printed: how wide, with or without colours, in which signs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from conjuncture.presentation.text import Group, print_groups

PIPED_WIDTH = 80
SHORTEST, LONGEST = 60, 120
PLAIN_SIGNS = {
    "✓": "+", "◕": "(+)", "◐": "~", "◔": "(x)", "✗": "x",
    "–": "-", "×": "x", "├": "|", "└": "`", "│": "|", "→": "->",
    "…": "...", "─": "-", "±": "+-",
    "−": "-", "\u00a0": " ", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
"""For outputs that know no other signs."""


class ResultConsole(Console):
    """A console that leaves it to the program what happens when nobody reads any more."""

    def on_broken_pipe(self) -> None:
        """Pass the error on, where rich would end the program with code 1."""
        error = sys.exception()
        if error is not None:
            raise error


def make_console(longest: int = LONGEST) -> ResultConsole:
    """Return the console for results.

    As wide as the terminal, or as ``COLUMNS`` says, up to 120 columns, since longer lines are hard
    to read (up to ``longest`` where two texts stand side by side); 80 columns where there is no
    terminal, so that what is piped or kept does not depend on the window. rich looks at
    ``NO_COLOR`` itself.
    """
    stream = sys.stdout
    if not is_unicode() and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    piped = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    console = ResultConsole(width=piped, highlight=False, markup=False, emoji=False)
    if not SHORTEST <= console.width <= longest:
        console.width = min(max(console.width, SHORTEST), longest)
    return console


def is_unicode() -> bool:
    """Return whether standard output can show every sign."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def adapt_signs(text: str) -> str:
    """Return a text in signs that standard output can show.

    Examples
    --------
    >>> adapt_signs("holds")
    'holds'
    """
    return text if is_unicode() else "".join(PLAIN_SIGNS.get(sign, sign) for sign in text)


def show_heading(console: Console, title: str, run: str) -> None:
    """Print the title of a crisis and the size of a run, before anything heavy is loaded."""
    console.print(Text(title, "bold"))
    console.print(Text(adapt_signs(run)))
    console.print()
    console.file.flush()


def show_groups(groups: Iterable[Group], console: Console) -> None:
    """Print a result in signs that standard output can show."""
    print_groups(list(groups), console, adapt_signs)
