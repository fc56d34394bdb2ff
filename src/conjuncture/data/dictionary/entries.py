"""What a data dictionary consists of: tables, their columns, and the works they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "date", "integer", "number", "outcome", "tag"]
"""What stands in a cell: free text; a day as YYYY-MM-DD; a whole number; a number; how the case
ended; one of a few words by which cases are told apart."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """A file that columns are taken from, the works to cite for it, and its terms.

    Attributes
    ----------
    name : str
        What the data set is called.
    file : str
        The source file, in the folder of source files that the build scripts read.
    works : tuple of str
        Keys of ``references.bib``.
    terms : str
        Under what terms its authors offer it.
    """

    name: str
    file: str
    works: tuple[str, ...]
    terms: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : Kind
    source : Source
        Where it comes from; for a column that is worked out, what it is worked out from.
    meaning : str
        What it says of a case, as a sentence.
    missing : int
        How many cells are empty. Empty means not coded, or not known; never no, and never zero.
    options : mapping of str to str
        The words that can stand in it, and what each means; empty where anything can.
    unit : str
    hindsight : bool
        Whether it was coded by people who knew how the case ended, or is a consequence of that:
        nobody could have known it so before the end.
    caution : str
        What to beware of beyond that.
    """

    name: str
    kind: Kind
    source: DataSource
    meaning: str
    missing: int = 0
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""
    hindsight: bool = False
    caution: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table.

    Attributes
    ----------
    name : str
    title : str
        What a row is, which years, which list of cases.
    rows : int
    case : str
        The column that names the case; no two rows share a name.
    columns : tuple of Column
        In the order of the file.
    caution : str
        What to beware of in the table as a whole.
    """

    name: str
    title: str
    rows: int
    case: str
    columns: tuple[Column, ...]
    caution: str

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """The sources of its columns, each once, in the order of the columns."""
        return tuple(dict.fromkeys(column.source for column in self.columns))

    def column(self, name: str) -> Column:
        """Return a column by name.

        Raises
        ------
        KeyError
            When there is none of that name.
        """
        return {column.name: column for column in self.columns}[name]


YES_NO: Mapping[str, str] = MappingProxyType({"yes": "", "no": ""})
"""The options of a column that says whether something is so; they need no words of their own."""
