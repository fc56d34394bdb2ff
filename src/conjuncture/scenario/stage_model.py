"""The base of every mechanism's input model: what a stage of the scenario may say.

A mechanism's ``inputs.py`` derives one pydantic model from :class:`StageModel`. It imports nothing
heavy: reading and checking a scenario never loads the engine.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from conjuncture.language.symbols import Domain, Kind, StageSymbols, Unit

VALUE_SCHEMA: dict[str, Any] = {"$comment": "Value"}
"""Stands in the JSON Schema for a value until :mod:`conjuncture.scenario.schema` defines it."""

UNKNOWN_SCHEMA: dict[str, Any] = {"$comment": "Unknown"}
"""The same for the value of an unknown, which may say its domain."""

EXPRESSION_SCHEMA: dict[str, Any] = {"$comment": "Expression"}
"""The same for an expression, which has neither options nor provenance of its own."""

ExpressionText = Annotated[str, WithJsonSchema(EXPRESSION_SCHEMA)]
"""A field that holds an expression of the language as a text."""

UnknownText = Annotated[Any, WithJsonSchema(UNKNOWN_SCHEMA)]
"""A field that holds the value of an unknown."""

ValueText = Annotated[Any, WithJsonSchema(VALUE_SCHEMA)]
"""A field that holds a value of the language: the reader parses it, pydantic only places it."""

WORDING = "wording"
"""Marks a field that only sentences speak with: no history hangs on it, and it has a default."""

STATED = "stated"
"""Stands for every number that a stage states, where only that it does counts."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A structural constant that a mechanism reads: an unknown with a wide documented default.

    ``rules`` lists numbers at which it is a modelling choice of its own, each with what it says
    there; ``conjuncture test --alternatives`` tries them. ``short``, ``when_low`` and ``when_high``
    are how sentences speak of it where the scenario says nothing else.
    """

    name: str
    domain: Domain
    unit: Unit
    default: str
    meaning: str
    rules: tuple[tuple[float, str], ...] = ()
    short: str = ""
    when_low: str = ""
    when_high: str = ""


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


@dataclass(frozen=True, slots=True)
class Cast:
    """Who there is: the forces in order, and what the groups' names stand for.

    Examples
    --------
    >>> Cast(("guard", "line"), {"army": ("guard", "line")}).members("army")
    ('guard', 'line')
    """

    forces: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def members(self, name: str) -> tuple[str, ...]:
        """Return the forces that a name stands for: a group's members, or the force itself."""
        return self.groups.get(name, (name,))

    def all_members(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the forces that several names stand for, each once, in order."""
        return tuple(dict.fromkeys(force for name in names for force in self.members(name)))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that can stand for forces."""
        return (*self.forces, *self.groups)


NOBODY = Cast()
"""For questions whose answer does not depend on who there is, such as a stage's outcomes."""

StageMistake = tuple[tuple[str | int, ...], str, str]
"""A mistake in a stage: the path in the stage's mapping, what is wrong, what to write instead."""


class Turn(Protocol):
    """A place in a stage where a force makes a move."""

    @property
    def player(self) -> str:
        """The force whose turn it is."""

    @property
    def moves(self) -> tuple[str, ...]:
        """What can be done."""


class StageModel(BaseModel):
    """What a stage says, apart from ``mechanism``, ``next``, ``effects`` and provenance.

    Class attributes
    ----------------
    attributes : tuple of str
        The attributes of forces that the mechanism reads.
    constants : tuple of Constant
        The structural constants that it reads.
    references : tuple of str
        Citation keys of the works that it implements.
    compiling : pair of float
        About how many seconds each pass through such a stage takes to compile: without anybody,
        and for each force that takes part.
    words : mapping of str to str
        How sentences speak of the stage's own numbers and measures. A key is that of a number
        (``*.resolve``), a measure (``strength[*]``) or one of its labels (``side[*] = aside``),
        with a star for any name; the first that fits counts. In the words ``{0}`` is the first of
        these names, ``{stage}`` the stage, and ``[is|are]`` goes with the first name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: ClassVar[tuple[str, ...]] = ()
    constants: ClassVar[tuple[Constant, ...]] = ()
    references: ClassVar[tuple[str, ...]] = ()
    compile_seconds: ClassVar[tuple[float, float]] = (0.5, 0.2)
    words: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def symbols(self, cast: Cast) -> StageSymbols:
        """Return outcomes, measures, sides and moves as expressions may name them.

        Outcomes do not depend on the cast: they are asked for with :data:`NOBODY` too.
        """

    @abstractmethod
    def values(self) -> Sequence[StageValue]:
        """Return the numbers and choices that belong to the stage itself."""

    def without_values(self) -> Self:
        """Return the model without its wording and without its numbers, save which it states.

        That is all that a mechanism may know of a stage while it is compiled.
        """
        content = plain_fields_of(self)
        for value in self.values():
            if value.written is not None:
                *path, last = value.path
                inner: Any = content
                for step in path:
                    inner = inner[step]
                inner[last] = STATED
        return type(self).model_validate(content)

    def camps_of(self) -> Mapping[str, str]:
        """Return camp to core force, in order; empty where the mechanism has no camps."""
        return {}

    def words_for(self, key: str) -> tuple[str, tuple[str, ...]]:
        """Return the words for one of the stage's numbers, measures or labels, and whom they name.

        Both are empty where the mechanism has no words for it.
        """
        parts = key_parts(key)
        for pattern, words in self.words.items():
            wanted = key_parts(pattern)
            if len(wanted) == len(parts) and all(
                one in ("*", part) for one, part in zip(wanted, parts, strict=True)
            ):
                named = zip(wanted, parts, strict=True)
                return words, tuple(part for one, part in named if one == "*")
        return "", ()

    def sides_of(self) -> Mapping[str, str]:
        """Return camp to how sentences call those who are on its side, where the scenario says."""
        return {}

    def takes_part(self, cast: Cast) -> Sequence[str]:
        """Return those of the forces that the stage knows of; by default all of them."""
        return cast.forces

    def unused_of(self, cast: Cast) -> Mapping[str, Collection[str]]:
        """Return what is read of forces and never used, by force: it bears on nothing here.

        What is named is an attribute (``leans`` stands for all leanings, ``ties`` for all pulls on
        a force), or ``reach`` for what a backer or a signal adds to its leanings.
        """
        del cast
        return {}

    def turns(self) -> Mapping[str, Turn]:
        """Return where forces make moves, by name; empty where the mechanism knows no moves.

        The measure ``move`` tells by the same names what was done, ``none`` where nobody came.
        """
        return {}

    def world_fixed_keys(self) -> Sequence[str]:
        """Return the keys of the stage's values that must be the same in all histories of a world.

        Effects may not move them, nor anything that they follow from.
        """
        return ()

    def precomputed_names(self) -> Sequence[str]:
        """Return the names of what is worked out once a world, before histories are run.

        From the stage's own numbers and its constants. Where effects move one of them, it is
        worked out history by history instead.
        """
        return ()

    def residual_tolerance(self) -> float | None:
        """Return the largest of its measure ``residual`` with which the stage counts as solved.

        None where nothing has to be solved by iteration.
        """
        return None

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        """Return what is wrong that the model's own fields do not show."""
        del cast
        return ()


def plain_fields_of(value: Any) -> Any:
    """Return what a model holds as plain mappings and lists, without its wording."""
    if isinstance(value, BaseModel):
        return {
            name: plain_fields_of(getattr(value, name))
            for name, one in type(value).model_fields.items()
            if WORDING not in one.metadata
        }
    if isinstance(value, Mapping):
        return {key: plain_fields_of(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [*map(plain_fields_of, value)]
    return value


def key_parts(key: str) -> tuple[str, ...]:
    """Return the names and signs that the key of a number, a measure or a label consists of.

    Examples
    --------
    >>> key_parts("side[unions] = aside"), key_parts("torres.resolve")
    (('side', '[', 'unions', ']', '=', 'aside'), ('torres', '.', 'resolve'))
    """
    return tuple(re.findall(r"[\w*]+|[^\s\w*]", key))


__all__ = [
    "NOBODY",
    "Cast",
    "Constant",
    "ExpressionText",
    "Kind",
    "StageMistake",
    "StageModel",
    "StageValue",
    "Turn",
    "UnknownText",
    "ValueText",
]
