"""The text of a scenario file, and where in it a character stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from conjuncture.errors import Mistake, ScenarioError

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
    >>> SourceFile("scenario.yaml", "title: a\nforces: b\n").position(9)
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
