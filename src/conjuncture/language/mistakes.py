"""What is wrong with a text of the language, and the one error that carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conjuncture.errors import ConjunctureError, one_line


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong, and the piece of the text in which it stands.

    Attributes
    ----------
    start, end : int
        Character offsets in the text that was parsed, counted from 0; ``end`` is exclusive.
    problem : str
        What is wrong.
    remedy : str
        What to write instead; may be empty when the problem says it all.

    Examples
    --------
    >>> print(Problem(0, 6, "there is no force 'unons'", "did you mean 'unions'?"))
    there is no force 'unons'; did you mean 'unions'?
    """

    start: int
    end: int
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return self.problem + (f"; {self.remedy}" if self.remedy else "")


class LanguageErrors(ConjunctureError):  # noqa: N818 -- one carries several errors
    """A text of the language is wrong; whoever knows the file turns offsets into places.

    Parameters
    ----------
    problems : sequence of Problem
        Everything that was found, kept in the order of the text.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        # Each problem has a line of its own.
        Exception.__init__(self, "\n".join(map(one_line, map(str, self.problems))))
