"""The one family of exceptions: every error is a sentence with a place and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return place + self.problem + (f"; {self.remedy}" if self.remedy else "")


class ConjunctureError(Exception):
    """Base of every error that Conjuncture raises on purpose; its text is for the user."""


class ScenarioError(ConjunctureError):
    """A scenario cannot be used as it is written.

    Parameters
    ----------
    mistakes : sequence of Mistake
        Everything that is wrong, in the order of the file.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))

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
