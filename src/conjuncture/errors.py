"""The one family of exceptions: every error is a sentence with a place and a remedy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

JOINERS = "\u200c\u200d"
"""Signs without width that some scripts spell words with."""


def one_line(text: str, longest: int | None = None) -> str:
    r"""Return a text on one line and without control characters, cut where it is too long.

    What a user wrote stands in sentences about it; a line break there would end the sentence, and
    an escape sequence would be obeyed by the terminal.

    Examples
    --------
    >>> one_line("there is no force 'a\n  b'")
    "there is no force 'a b'"
    >>> one_line("\x1b[31mred", longest=4)
    '[31…'
    """
    plain = "".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text)
    whole = plain if plain == text else " ".join(plain.split())
    return whole if longest is None or len(whole) <= longest else whole[: longest - 1] + "…"


def reason_of(error: OSError) -> str:
    """Return why the system could not do something, in its own words.

    Examples
    --------
    >>> reason_of(OSError(28, "Error writing bytes to file"))
    'no space left on device'
    """
    told = os.strerror(error.errno) if error.errno else str(error)
    return told.lower()


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One thing that is wrong with what the user wrote.

    Attributes
    ----------
    file : str
        The file (or ``query``, ``command line``) in which it stands.
    line, column : int
        Where, counted from 1.
    problem : str
        What is wrong.
    remedy : str
        What to write instead; may be empty when the problem says it all.

    Examples
    --------
    >>> print(Mistake("scenario.yaml", 3, 7, "'tropps' is not known", "write 'troops'"))
    scenario.yaml:3:7: 'tropps' is not known; write 'troops'
    """

    file: str
    line: int
    column: int
    problem: str
    remedy: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "problem", "remedy"):
            object.__setattr__(self, name, one_line(getattr(self, name)))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return place + self.problem + (f"; {self.remedy}" if self.remedy else "")


class ConjunctureError(Exception):
    """Base of every error that Conjuncture raises on purpose; its text is for the user."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(one_line(sentence))


class ScenarioError(ConjunctureError):
    """A scenario cannot be used as it is written.

    Parameters
    ----------
    mistakes : sequence of Mistake
        Everything that is wrong, in the order of the file.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(mistakes))
        # Each mistake has a line of its own.
        Exception.__init__(self, "\n".join(map(str, self.mistakes)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Mistake, ...]]]:
        return type(self), (self.mistakes,)


class QueryError(ScenarioError):
    """A query or an intervention given outside a scenario file is wrong."""


class UsageError(ConjunctureError):
    """A command or a function was asked for something that does not exist."""


class SimulationError(ConjunctureError):
    """The simulation produced something that is not a number."""


class ClusterError(ConjunctureError):
    """A cluster could not do its part of a run."""
