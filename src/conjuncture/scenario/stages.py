"""The base of every mechanism's input model: what a stage of the scenario may say.

A mechanism's ``inputs.py`` derives one pydantic model from :class:`StageModel`. It imports nothing
heavy: reading and checking a scenario never loads the engine.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from conjuncture.language.symbols import Domain, Kind, StageSymbols, Unit

VALUE_SCHEMA: dict[str, Any] = {"$comment": "Value"}
"""Stands in the JSON Schema for a value until :mod:`conjuncture.scenario.schema` defines it."""

ValueText = Annotated[Any, WithJsonSchema(VALUE_SCHEMA)]
"""A field that holds a value of the language: the reader parses it, pydantic only places it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A structural constant that a mechanism reads: an unknown with a wide documented default."""

    name: str
    domain: Domain
    unit: Unit
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class StageValue:
    """A number that a stage may state, ``key`` relative to the stage: ``miranda.resolve``.

    ``written`` is the raw scenario value (None: the default stands in); ``path`` leads to it in
    the stage's mapping, for error positions. ``choices`` lists labels when the value is a choice
    between rules and not a number.
    """

    key: str
    domain: Domain
    unit: Unit
    default: str
    widest: str
    written: Any
    path: tuple[str | int, ...]
    choices: tuple[str, ...] = ()


class StageModel(BaseModel):
    """What a stage says, apart from ``mechanism``, ``next``, ``visits`` and provenance.

    Class attributes
    ----------------
    attributes : tuple of str
        The attributes of forces that the mechanism reads.
    constants : tuple of Constant
        The structural constants that it reads.
    references : tuple of str
        Citation keys of the works that it implements.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: ClassVar[tuple[str, ...]] = ()
    constants: ClassVar[tuple[Constant, ...]] = ()
    references: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def symbols(self, forces: Sequence[str]) -> StageSymbols:
        """Return outcomes, measures and sides as expressions may name them."""

    @abstractmethod
    def values(self) -> Sequence[StageValue]:
        """Return the numbers and choices that belong to the stage itself."""

    @abstractmethod
    def camps_of(self) -> Mapping[str, str]:
        """Return camp to core force, in order; empty where the mechanism has no camps."""

    def takes_part(self, forces: Sequence[str]) -> Sequence[str]:
        """Return those of the forces that the stage knows of; by default all of them."""
        return forces

    def mistakes(self, forces: Sequence[str]) -> Sequence[tuple[tuple[str | int, ...], str, str]]:
        """Return what is wrong as (path in the stage, problem, remedy)."""
        del forces
        return ()


__all__ = ["Constant", "Kind", "StageModel", "StageValue", "ValueText"]
