"""What a crisis is once it has been read: the ground that everything above stands on.

A :class:`Crisis` is plain data. It knows no engine and no mechanism beyond the stage models it
was read with. Forces, camps, cells and claims keep the order of the file.

Its skeleton is all of it that decides how histories are computed, and nothing else: scenarios that
differ in words, sources, claims and the values of numbers have the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from conjuncture.language.nodes import (
    Compare,
    Expression,
    NumberLiteral,
    Outcome,
    Within,
    cells_of,
    walk,
)
from conjuncture.language.symbols import Domain, Unit, Vocabulary
from conjuncture.scenario.stage_model import Cast, StageModel


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and where the account has it.

    ``paragraph`` counts from 1; ``start`` and ``end`` are character offsets in the account
    (a text-position selector), ``text`` the quote as written in the scenario.
    """

    text: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value, a force or a claim comes from."""

    quote: Quote | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """How sentences speak of an unknown: empty where the scenario does not say.

    Attributes
    ----------
    short : str
        Its name as it stands within a sentence: ``the army's mood``.
    when_low, when_high : str
        What is so when it is low, and when it is high: ``it leans to Torres``.
    """

    short: str = ""
    when_low: str = ""
    when_high: str = ""


@dataclass(frozen=True)
class Number:
    """One number of the scenario that a world fixes: a cell.

    Attributes
    ----------
    key : str
        ``army_mood``, ``altiplano.troops``, ``altiplano.leans.torres``,
        ``altiplano.ties.staff``, ``services.reach.altiplano``, ``showdown.miranda.resolve``.
    value : Expression
        Linked: contains Number, Drawn, Either, Cell, Negative, Arithmetic, Call only. A sworn
        leaning is ``Number(inf)``; for a weighted choice of rules the options are Label nodes.
    widest : Expression
        What the placebo run puts in its place.
    stated : bool
        False where the documented default stands in.
    words : Words
        How the scenario speaks of it; only an unknown has words of its own.
    """

    key: str
    value: Expression
    widest: Expression
    domain: Domain
    unit: Unit
    stated: bool
    place: Place | None = None
    provenance: Provenance = Provenance()
    written: str = ""
    words: Words = Words()

    @cached_property
    def reads(self) -> frozenset[str]:
        """The cells that its value reads, looked for once: whatever is asked needs them."""
        return cells_of(self.value)

    @property
    def may_be_sworn(self) -> bool:
        """Whether it is a leaning that is sworn, in some world at least."""
        return any(part == NumberLiteral(inf) for part, _ in walk(self.value))


@dataclass(frozen=True, slots=True)
class DeclaredAttribute:
    """An attribute of forces that the scenario declares.

    ``toward`` is ``force`` or ``camp`` where it is kept apart for each of these, else empty;
    ``default`` is empty where only the forces that state the attribute have it.
    """

    key: str
    domain: Domain
    unit: Unit
    toward: str = ""
    default: str = ""
    meaning: str = ""
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Force:
    """Anything that can take sides.

    ``phrase`` is how sentences call it: its ``short`` name, or its name as it stands within a
    sentence. ``plural`` says whether that means several.
    """

    key: str
    name: str
    phrase: str
    plural: bool
    kind: str
    ties: tuple[str, ...] = ()
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Backer:
    """A foreign backer: adds to leanings by ``reach`` and to the camp's strength by materiel.

    ``phrase`` is how sentences call it: its ``short`` name, or its name as it stands within a
    sentence. ``plural`` says whether that means several.
    """

    key: str
    name: str
    phrase: str
    plural: bool
    camp: str
    reach: tuple[str, ...] = ()
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an effect does to one number.

    Attributes
    ----------
    key : str
        The cell that it moves.
    how : str
        ``set`` puts ``value`` in its place; leaving the domain stops the run. ``clip`` does the
        same and stays within the domain. ``shift`` adds ``value`` on the unbounded scale: to the
        log-odds of a number between 0 and 1, to the logarithm of one that is not below 0.
    value : Expression
        Linked: reads cells as they stand before the effect, and measures of stages.
    """

    key: str
    how: Literal["set", "shift", "clip"]
    value: Expression
    place: Place | None = None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a stage leaves behind: the changes it makes in histories in which ``when`` is true.

    The changes of one effect read the numbers as they stood before it. ``when`` None: always.
    """

    when: Expression | None
    changes: tuple[Change, ...]
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Omission:
    """A sentence of the account that the scenario leaves out on purpose, and why."""

    quote: Quote
    why: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the crisis: its mechanism's own model and where its outcomes lead.

    ``next`` maps an outcome to a stage or to ``end``; an outcome that is not named ends the
    crisis. A history that would come here more often than ``visits`` goes on to ``afterwards``.
    ``model`` is the validated input model of the mechanism. ``effects`` follow the stage in order,
    each on what the one before left. ``short`` is how sentences call the stage, ``says`` maps an
    outcome to what happens in it, as a sentence without its full stop; both may be empty.
    """

    key: str
    mechanism: str
    model: StageModel
    next: Mapping[str, str] = field(default_factory=dict)
    visits: int = 1
    afterwards: str = "end"
    effects: tuple[Effect, ...] = ()
    short: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What kind of case a crisis is, for comparison with cases whose outcome is on record.

    Attributes
    ----------
    among : str
        The table of cases: ``attempts`` or ``campaigns``.
    success : Expression
        Linked: the event, on outcomes of stages, that counts as success of those who made the
        attempt.
    written : str
        The event as the scenario has it.
    case : str
        The name that the table gives to this case itself, which is left out of every class;
        empty where the table does not have it.
    tags : mapping of str to str
        Tag to what is said of this case, in the order of the file.
    """

    among: str
    success: Expression
    written: str
    case: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    provenance: Provenance = Provenance()
    place: Place | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages on whose outcomes success hangs, in the order of the event."""
        read = (node.stage for node, _ in walk(self.success) if isinstance(node, Outcome))
        return tuple(dict.fromkeys(read))


@dataclass(frozen=True, slots=True)
class Claim:
    """A causal claim of the account and the comparison that tests it."""

    key: str
    says: str
    test: Compare | Within
    written: str
    provenance: Provenance = Provenance()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of ``references``."""

    key: str
    text: str


@dataclass(frozen=True)
class Crisis:
    """A scenario, read and checked.

    Attributes
    ----------
    slug : str
        The folder's name.
    account : str
        The account, character by character as it stands in its file.
    numbers : mapping of str to Number
        Every cell, those not stated included, in the order in which they are tabulated.
    observed : mapping of str to str
        What happened: stage to outcome.
    attributes : mapping of str to DeclaredAttribute
        The attributes that the scenario declares beside the built-in ones.
    like : Likeness or None
        What kind of case it is, where the scenario says so.
    omissions : tuple of Omission
        What the scenario leaves out of the account on purpose.
    uncovered : tuple of str
        The sentences of the account on which nothing in the model rests.
    warnings : tuple of str
        Sentences with a position, in the manner of a pedantic compiler.
    canonical : str
        A canonical text of the scenario; its sha256 identifies the crisis.
    account_file : str
        The name of the account's file, which says whether it is Markdown or plain text.
    """

    slug: str
    title: str
    folder: Path
    account: str
    forces: Mapping[str, Force]
    backers: Mapping[str, Backer]
    groups: Mapping[str, tuple[str, ...]]
    stages: Mapping[str, Stage]
    numbers: Mapping[str, Number]
    observed: Mapping[str, str]
    claims: Mapping[str, Claim]
    references: Mapping[str, Reference]
    vocabulary: Vocabulary
    attributes: Mapping[str, DeclaredAttribute] = field(default_factory=dict)
    like: Likeness | None = None
    omissions: tuple[Omission, ...] = ()
    uncovered: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    canonical: str = ""
    digest: str = ""
    account_digest: str = ""
    account_file: str = "account.md"

    @property
    def cast(self) -> Cast:
        """The forces and the groups."""
        return Cast(tuple(self.forces), self.groups)

    @property
    def owners(self) -> Mapping[str, Provenance]:
        """Force, backer or stage to where it comes from, which covers the numbers it states."""
        parts = (self.forces, self.backers, self.stages)
        return {key: part.provenance for group in parts for key, part in group.items()}

    @cached_property
    def skeleton(self) -> Crisis:
        """The crisis without what :data:`LEFT_OUT` names; its digest tells it from any other.

        Of the values of numbers it keeps one thing: which forces have nothing of an attribute that
        is an amount, in any world.
        """
        numbers = {
            key: replace(number, value=NOTHING if self._is_lacking(number) else SOMETHING)
            for key, number in self.numbers.items()
        }
        bare: Crisis = leave_out(replace(self, numbers=numbers))
        return replace(bare, digest=hashlib.sha256(canonical_text_of(bare).encode()).hexdigest())

    def _is_lacking(self, number: Number) -> bool:
        owner = number.key.partition(".")[0]
        return owner in self.forces and number.domain.lower == 0.0 and number.value == NOTHING


NOTHING, SOMETHING = NumberLiteral(0.0), NumberLiteral(1.0)
"""What stands for the values of numbers in a skeleton."""

SOURCES: Mapping[str, Any] = {"provenance": Provenance(), "place": None}

LEFT_OUT: Mapping[type, Mapping[str, Any]] = {
    Crisis: {
        "slug": "", "title": "", "folder": Path(), "account": "", "observed": {}, "claims": {},
        "references": {}, "like": None, "omissions": (), "uncovered": (), "warnings": (),
        "canonical": "", "digest": "", "account_digest": "", "account_file": "",
    },
    Force: {"name": "", "phrase": "", "plural": False, "kind": "", **SOURCES},
    Backer: {"name": "", "phrase": "", "plural": False, **SOURCES},
    DeclaredAttribute: {"default": "", "meaning": "", **SOURCES},
    Number: {"widest": SOMETHING, "stated": True, "written": "", "words": Words(), **SOURCES},
    Change: {"place": None, "written": ""},
    Effect: SOURCES,
    Stage: {"short": "", "says": {}, **SOURCES},
}  # fmt: skip
"""What no history hangs on, and what stands in its place in a skeleton; all else counts."""


def leave_out(value: Any) -> Any:
    """Return a part of a crisis without what no history hangs on."""
    if isinstance(value, StageModel):
        return value.without_values()
    if isinstance(value, Mapping):
        return {key: leave_out(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(map(leave_out, value))
    left_out = LEFT_OUT.get(type(value))
    if left_out is None:
        return value
    kept = {one.name: leave_out(getattr(value, one.name)) for one in fields(value)}
    return replace(value, **{**kept, **left_out})


def canonical_text_of(value: Any) -> str:
    """Return a text that two values share if and only if all of them is the same.

    Of a dataclass all fields count that are compared, so that the places of an expression's parts
    in its text do not. Mappings count in their order.

    Raises
    ------
    TypeError
        Of a kind of value that it does not know.

    Examples
    --------
    >>> canonical_text_of({"b": (1, 0.5), "a": frozenset({"y", "x"})})
    "{'b':(1,0.5),'a':{'x','y'}}"
    >>> canonical_text_of(Domain(lower=0.0))
    'conjuncture.language.symbols.Domain(lower=0.0,upper=None,whole=False)'
    """
    match value:
        case None | str() | bool() | int() | float() | Path():
            return repr(value)
        case Mapping():
            pairs = (f"{key!r}:{canonical_text_of(one)}" for key, one in value.items())
            return f"{{{','.join(pairs)}}}"
        case set() | frozenset():
            return f"{{{','.join(sorted(map(canonical_text_of, value)))}}}"
        case tuple() | list():
            return f"({','.join(map(canonical_text_of, value))})"
        case BaseModel():
            names = list(type(value).model_fields)
        case _ if is_dataclass(value):
            names = [one.name for one in fields(value) if one.compare]
        case _:
            raise TypeError(f"no canonical text of {value!r}")
    content = ",".join(f"{name}={canonical_text_of(getattr(value, name))}" for name in names)
    return f"{type(value).__module__}.{type(value).__qualname__}({content})"
