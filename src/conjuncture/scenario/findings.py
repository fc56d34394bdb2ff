"""Mistakes and warnings as they are gathered while a scenario is read."""

from __future__ import annotations

import re
from typing import Protocol

from conjuncture.errors import Mistake, ScenarioError
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.scenario.source import Source

COMMAS = re.compile(r"(?<=write )[a-z]+\([\d., -]+\)|(?<=, or )[a-z]+\([\d., -]+\)")
"""A law that is to be written; within brackets of YAML its commas need quotation marks."""


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


class _Mapped(Protocol):
    in_flow: bool
    style: str

    def offset(self, index: int) -> int: ...


class Findings:
    """What is wrong or doubtful in one scenario file, each with its place.

    Parameters
    ----------
    source : Source
        The text that offsets count in.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._mistakes: dict[Mistake, None] = {}
        self._warnings: dict[Mistake, None] = {}

    def at(self, offset: int, problem: str, remedy: str = "") -> None:
        """Note a mistake at a character of the file."""
        self._mistakes[self.source.mistake(offset, problem, remedy)] = None

    def of(self, node: _Placed, problem: str, remedy: str = "") -> None:
        """Note a mistake where a node starts."""
        self.at(node.start, problem, remedy)

    def line_of(self, node: _Placed) -> int:
        """Return the line of the file in which a node starts."""
        return self.source.position(node.start)[0]

    def within(self, scalar: _Mapped, errors: LanguageErrors) -> None:
        """Note what the language found wrong in the text of a scalar."""
        for problem in errors.problems:
            remedy = problem.remedy
            if scalar.in_flow and not scalar.style:
                remedy = COMMAS.sub('"\\g<0>"', remedy)
            self.at(scalar.offset(problem.start), problem.problem, remedy)

    def doubt(self, node: _Placed, problem: str, remedy: str = "") -> None:
        """Note a warning where a node starts."""
        self._warnings[self.source.mistake(node.start, problem, remedy)] = None

    def add(self, mistakes: tuple[Mistake, ...]) -> None:
        """Note mistakes found in another file."""
        self._mistakes.update(dict.fromkeys(mistakes))

    @property
    def count(self) -> int:
        """How many mistakes there are so far."""
        return len(self._mistakes)

    def warnings(self) -> tuple[str, ...]:
        """Return the warnings as sentences, in the order of the file."""
        return tuple(map(str, sorted(self._warnings)))

    def raise_any(self) -> None:
        """Raise everything that is wrong.

        Raises
        ------
        ScenarioError
            If anything is.
        """
        if self._mistakes:
            raise ScenarioError(list(self._mistakes))
