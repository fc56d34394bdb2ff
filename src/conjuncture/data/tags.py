"""The tags of each table: the columns by which cases are told apart, light to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conjuncture.data.dictionary import DICTIONARY


@dataclass(frozen=True, slots=True)
class Tag:
    """A column of which every cell is one of a few words, or empty.

    Attributes
    ----------
    name : str
        The name of the column.
    options : tuple of str
        The words, as they stand in the cells.
    meaning : str
        What it says of a case.
    hindsight : bool
        Whether it was coded by people who knew how the case ended, or follows from that.
    """

    name: str
    options: tuple[str, ...]
    meaning: str
    hindsight: bool


TAGS: Mapping[str, Mapping[str, Tag]] = MappingProxyType({
    name: MappingProxyType({
        column.name: Tag(column.name, tuple(column.options), column.meaning, column.hindsight)
        for column in table.columns
        if column.kind == "tag"
    })
    for name, table in DICTIONARY.items()
})  # fmt: skip
"""The tags of each table, by the table's name and the tag's.

Examples
--------
>>> TAGS["attempts"]["plotters"].options, TAGS["attempts"]["plotters"].hindsight
(('combat', 'elite'), True)
"""
