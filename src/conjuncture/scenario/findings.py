"""Mistakes and warnings as they are gathered while a scenario is read."""

from __future__ import annotations

import re
from typing import Protocol

from conjuncture.errors import Mistake, ScenarioError
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.scenario.source import Source

COMMAS = re.compile(r"(?<=write )[a-z]+\([\d., -]+\)|(?<=, or )[a-z]+\([\d., -]+\)")
"""A law that is to be written; within brackets of YAML its commas need quotation marks."""


KEPT = re.compile(r"(?:write|use) (?P<new>(?:max|sqrt)\(.*, [\d.]+\)+)(?: instead of (?P<old>.+))?")
"""A part of a value that is to be kept above 0."""


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


class _Mapped(Protocol):
    in_flow: bool
    style: str
    value: str

    def offset(self, index: int) -> int: ...


def in_quotes(remedy: str, value: str) -> str:
    """Return advice on a part of a value that stands within brackets of YAML, where commas end it.

    Parameters
    ----------
    remedy : str
    value : str
        The whole value as written.

    Examples
    --------
    >>> in_quotes("write max(purse, 0.01) instead of purse", "1 / purse")
    'write "1 / max(purse, 0.01)"'
    >>> in_quotes("use max(x, 0.01)", "1 / (a - b)")
    'use max(x, 0.01), and put the whole value in quotes, as in "1 / max(x, 0.01)"'
    """
    kept = KEPT.fullmatch(remedy)
    if kept is None:
        return remedy
    if kept["old"]:
        part = rf"(?<![\w.]){re.escape(kept['old'])}(?![\w.])"
        whole, count = re.subn(part, lambda _: kept["new"], " ".join(value.split()))
        if count == 1:
            return f'write "{whole}"'
    return f'{remedy}, and put the whole value in quotes, as in "1 / max(x, 0.01)"'


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
                remedy = in_quotes(COMMAS.sub('"\\g<0>"', remedy), scalar.value)
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
