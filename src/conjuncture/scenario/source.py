"""The text of a scenario file, and where in it a character stands.

Mistakes and warnings as they are gathered while a scenario is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from conjuncture.errors import Mistake, ScenarioError
from conjuncture.language.names import LanguageErrors

LARGEST_FILE = 1_000_000
"""Bytes that a scenario or an account may have."""

_FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True)
class SourceFile:
    r"""A file's text with the places of its lines.

    Attributes
    ----------
    file : str
        The name under which mistakes name it.
    text : str
        Its characters; the line ends of a scenario are written as ``\n``.

    Examples
    --------
    >>> SourceFile("scenario.yaml", "title: a\nforces: b\n").position_of(9)
    (2, 1)
    """

    file: str
    text: str
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0] + [match.end() for match in re.finditer("\r\n?|\n", self.text)]
        object.__setattr__(self, "_starts", starts)

    def position_of(self, offset: int) -> tuple[int, int]:
        """Return line and column, counted from 1, of the character at ``offset``."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_text(self, number: int) -> str:
        """Return the text of a line (counted from 1), without its end."""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def mistake_at(self, offset: int, problem: str, remedy: str = "") -> Mistake:
        """Return a mistake at the character at ``offset``."""
        return Mistake(self.file, *self.position_of(offset), problem, remedy)


def read_source(path: Path, what: str, *, as_it_is: bool = False) -> SourceFile:
    """Read a text file, refusing what no editor would have written.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it is, for the sentence: ``the scenario``.
    as_it_is : bool
        Whether line ends and a mark of byte order are kept, so that places are those of the file.

    Raises
    ------
    ScenarioError
        When the file cannot be read, is too large, is not UTF-8 or holds control characters.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ScenarioError([Mistake(file, 0, 0, "there is no such file or folder")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a bad name"
        problem = f"{what} cannot be read ({reason.lower()})"
        raise ScenarioError([Mistake(file, 0, 0, problem)]) from None
    if len(content) > LARGEST_FILE:
        problem = f"{what} is larger than {LARGEST_FILE:,} bytes"
        remedy = "leave out what the crisis does not need"
        raise ScenarioError([Mistake(file, 1, 1, problem, remedy)])
    return decode(file, content, what, as_it_is=as_it_is)


def decode(file: str, content: bytes, what: str, *, as_it_is: bool = False) -> SourceFile:
    """Return the text of ``content``; see :func:`read_source`.

    Examples
    --------
    >>> decode("account.md", "Línea".encode(), "the account").text
    'Línea'
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        problem = f"{what} is not UTF-8 text from here on"
        remedy = "save the file with the encoding UTF-8"
        raise ScenarioError([Mistake(file, line, column, problem, remedy)]) from None
    plain = SourceFile(file, normalize_line_ends(text))
    forbidden = (
        match
        for match in _FORBIDDEN.finditer(plain.text)
        if not (as_it_is and match.group() == "\ufeff")
    )
    found = [
        plain.mistake_at(
            match.start(),
            f"{what} has a control character here (U+{ord(match.group()):04X})",
            "delete it; if the file was made by another program, save it as plain UTF-8 text",
        )
        for match in islice(forbidden, 20)
    ]
    if found:
        raise ScenarioError(found)
    return SourceFile(file, text) if as_it_is else plain


def normalize_line_ends(text: str) -> str:
    r"""Return a text without a mark of byte order, its line ends written as ``\n``.

    Examples
    --------
    >>> normalize_line_ends("\ufeffa\r\nb")
    'a\nb'
    """
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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
    source : SourceFile
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
