"""Mistakes and warnings as they are gathered while a scenario is read."""

from __future__ import annotations

import re
from typing import Protocol

from conjuncture.errors import Mistake, ScenarioError
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.scenario.source import SourceFile

LAW_WITH_COMMAS = re.compile(r"(?<=write )[a-z]+\([\d., -]+\)|(?<=, or )[a-z]+\([\d., -]+\)")
"""A law that is to be written; within brackets of YAML its commas need quotation marks."""


KEPT_POSITIVE = re.compile(
    r"(?:write|use) (?P<new>(?:max|sqrt)\(.*, [\d.]+\)+)(?: instead of (?P<old>.+))?"
)
"""A part of a value that is to be kept above 0."""


class _HasStart(Protocol):
    @property
    def start(self) -> int: ...


class _HasOffsets(Protocol):
    in_flow: bool
    style: str
    value: str

    def offset_in_file(self, index: int) -> int: ...


def quote_remedy(remedy: str, value: str) -> str:
    """Return advice on a part of a value that stands within brackets of YAML, where commas end it.

    Parameters
    ----------
    remedy : str
    value : str
        The whole value as written.

    Examples
    --------
    >>> quote_remedy("write max(purse, 0.01) instead of purse", "1 / purse")
    'write "1 / max(purse, 0.01)"'
    >>> quote_remedy("use max(x, 0.01)", "1 / (a - b)")
    'use max(x, 0.01), and put the whole value in quotes, as in "1 / max(x, 0.01)"'
    """
    kept = KEPT_POSITIVE.fullmatch(remedy)
    if kept is None:
        return remedy
    if kept["old"]:
        part = rf"(?<![\w.]){re.escape(kept['old'])}(?![\w.])"
        whole, count = re.subn(part, lambda _: kept["new"], " ".join(value.split()))
        if count == 1:
            return f'write "{whole}"'
    return f'{remedy}, and put the whole value in quotes, as in "1 / max(x, 0.01)"'


class Diagnostics:
    """What is wrong or doubtful in one scenario file, each with its place.

    Parameters
    ----------
    source : Source
        The text that offsets count in.
    """

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self._mistakes: dict[Mistake, None] = {}
        self._warnings: dict[Mistake, None] = {}

    def refuse_at(self, offset: int, problem: str, remedy: str = "") -> None:
        """Note a mistake at a character of the file."""
        self._mistakes[self.source.mistake_at(offset, problem, remedy)] = None

    def refuse(self, node: _HasStart, problem: str, remedy: str = "") -> None:
        """Note a mistake where a node starts."""
        self.refuse_at(node.start, problem, remedy)

    def line_of(self, node: _HasStart) -> int:
        """Return the line of the file in which a node starts."""
        return self.source.position_of(node.start)[0]

    def refuse_text(self, scalar: _HasOffsets, errors: LanguageErrors) -> None:
        """Note what the language found wrong in the text of a scalar."""
        for problem in errors.problems:
            remedy = problem.remedy
            if scalar.in_flow and not scalar.style:
                remedy = quote_remedy(LAW_WITH_COMMAS.sub('"\\g<0>"', remedy), scalar.value)
            self.refuse_at(scalar.offset_in_file(problem.start), problem.problem, remedy)

    def warn(self, node: _HasStart, problem: str, remedy: str = "") -> None:
        """Note a warning where a node starts."""
        self._warnings[self.source.mistake_at(node.start, problem, remedy)] = None

    def add_mistakes(self, mistakes: tuple[Mistake, ...]) -> None:
        """Note mistakes found in another file."""
        self._mistakes.update(dict.fromkeys(mistakes))

    @property
    def mistake_count(self) -> int:
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
