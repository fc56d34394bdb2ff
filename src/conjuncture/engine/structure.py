"""What a program is compiled for: the shape of a crisis, without its numbers and its words.

Crises of the same structure share one compiled program, in memory and on disk. A program is traced
from a structure and from nothing else, and the digest of a structure covers all of it.

A number written as an expression over one that effects move keeps its equation and is worked out
anew where a stage starts. Its own draws are made once a world, as ever: they stand in the world
tables as columns of their own, so that the equation is arithmetic and nothing else.

Some mechanisms solve for what all histories of a world share, as players' equilibrium in a game.
Where no effect moves a number that they read, this is done on the host, in double precision, and
enters the compiled program as columns of the world tables. Where one does, it is done history by
history within; the numbers then come with the rests that single precision leaves of them.
"""

from __future__ import annotations

import hashlib
import importlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property, reduce
from threading import Lock
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from conjuncture.graph import dominators_of, reachable_from
from conjuncture.language.interventions import ActorIntervention, Aside, Plays, Without
from conjuncture.language.nodes import (
    Arithmetic,
    Cell,
    Either,
    Expression,
    Intervention,
    Label,
    NumberLiteral,
    RandomDraw,
    cells_of,
    map_children,
)
from conjuncture.mechanisms.contract import ImposedActs, Precomputer
from conjuncture.mechanisms.registry import packages
from conjuncture.scenario.crisis import Crisis, Stage, canonical_text_of
from conjuncture.scenario.dependencies import dependents_of, moved_cells
from conjuncture.scenario.stage_graph import (
    UnrolledStage,
    followers_of,
    leads_of,
    stage_order,
    unroll,
)


@dataclass(frozen=True)
class StateVariables:
    """What changes within a history.

    Attributes
    ----------
    moved : tuple of str
        Cells that effects move, or that an intervention sets from a stage on in some histories.
    timed : frozenset of str
        Cells that some run sets from a stage on, history by history.
    equations : mapping of str to Expression
        The cells that follow from moved ones, each after those it reads; draws are cells.
    drawn : tuple of str
        The draws in these equations, as columns of the world tables.
    """

    moved: tuple[str, ...] = ()
    timed: frozenset[str] = frozenset()
    equations: Mapping[str, Expression] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every number that can change, the moved ones first."""
        return (*self.moved, *self.equations)

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """What each of the equations reads."""
        return {key: cells_of(equation) for key, equation in self.equations.items()}

    @property
    def changing_keys(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.keys)


def state_variables_of(crisis: Crisis, timed: frozenset[str] = frozenset()) -> StateVariables:
    """Return what changes within the histories of a crisis.

    Parameters
    ----------
    crisis : Crisis
    timed : frozenset of str
        Cells that interventions set from a stage on and that have to be kept history by history.
    """
    moving = moved_cells(crisis)
    following = frozenset(dependents_of(crisis.numbers, moving | timed)) - moving
    roots = moving | (timed - following)
    equations: dict[str, Expression] = {}
    drawn: dict[str, None] = {}
    for key in dependents_of(crisis.numbers, roots):
        if key not in roots:
            equations[key] = replace_draws(crisis.numbers[key].value, roots | following, drawn)
    return StateVariables(
        moved=tuple(key for key in crisis.numbers if key in roots),
        timed=timed,
        equations=equations,
        drawn=tuple(drawn),
    )


def replace_draws(value: Any, changing: frozenset[str], drawn: dict[str, None]) -> Any:
    """Return an expression in which every draw is a cell; ``drawn`` collects their names.

    A weighted choice whose options change is the sum of its options, each times 1 or 0.

    Examples
    --------
    >>> drawn = {}
    >>> replace_draws(RandomDraw("normal", (0.0, 1.0), "line.leans.red"), frozenset(), drawn).key
    'draw line.leans.red'
    >>> list(drawn)
    ['draw line.leans.red']
    """
    if isinstance(value, Label):
        return NumberLiteral(float(value.code))
    if isinstance(value, RandomDraw) or (
        isinstance(value, Either) and not cells_of(value) & changing
    ):
        drawn[f"draw {value.site}"] = None
        return Cell(f"draw {value.site}")
    if isinstance(value, Either):
        parts: list[Expression] = []
        for place, option in enumerate(value.options):
            name = f"draw {value.site} is {place}"
            drawn[name] = None
            parts.append(Arithmetic("*", Cell(name), replace_draws(option, changing, drawn)))
        return reduce(lambda left, right: Arithmetic("+", left, right), parts)
    return map_children(value, lambda part: replace_draws(part, changing, drawn))


Real = NDArray[np.float64]

MOST_RESULTS = 16
"""How many results are kept: most interventions of a run leave a stage as it is."""


@dataclass(frozen=True)
class Precomputation:
    """What is worked out before histories are run.

    Attributes
    ----------
    stages : mapping of str to tuple of str
        Stage to the names of what is worked out once a world.
    precise : mapping of str to tuple of str
        Stage to the numbers that it reads in double precision, history by history.
    rests : tuple of str
        Cells of which the world tables hold what single precision leaves.
    """

    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    precise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rests: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that world tables get for it."""
        worked_out = (
            precomputed_column(stage, name)
            for stage, names in self.stages.items()
            for name in names
        )
        return (*worked_out, *map(rest_of, self.rests))


def precomputed_column(stage: str, name: str) -> str:
    """Return the name of the column of something worked out."""
    return f"{stage} works out {name}"


def rest_of(key: str) -> str:
    """Return the name of the column of what single precision leaves of a number."""
    return f"rest of {key}"


def precomputation_of(crisis: Crisis, state_variables: StateVariables) -> Precomputation:
    """Return what of a crisis is worked out before histories are run."""
    stages: dict[str, tuple[str, ...]] = {}
    precise: dict[str, tuple[str, ...]] = {}
    for name, stage in crisis.stages.items():
        names = tuple(stage.model.precomputed_names())
        if not names:
            continue
        read = tuple(stage_numbers_of(crisis, stage).values())
        if not state_variables.changing_keys & set(read):
            stages[name] = names
            continue
        precise[name] = read
    rests = reachable_from(
        state_variables.reads, *(key for read in precise.values() for key in read)
    )
    return Precomputation(stages, precise, tuple(sorted(rests)))


def stage_numbers_of(crisis: Crisis, stage: Stage) -> dict[str, str]:
    """Return the numbers and constants of a stage as its mechanism calls them, with their keys."""
    own = {value.key: f"{stage.key}.{value.key}" for value in stage.model.values()}
    constants = {one.name: one.name for one in stage.model.constants if one.name in crisis.numbers}
    return {**constants, **own}


def precompute_columns(
    structure: Structure, table: Mapping[str, Real], run: tuple[Intervention, ...]
) -> dict[str, Real]:
    """Return the columns of world tables that are worked out from the others.

    Parameters
    ----------
    structure : Structure
    table : mapping of str to array, shape (worlds,)
        Every number in every world.
    run : tuple of Intervention
    """
    precomputation = structure.precomputation
    found: dict[str, Real] = {}
    for name, names in precomputation.stages.items():
        known = precompute_stage(structure.crisis, name, table, run)
        found |= {precomputed_column(name, one): known[one] for one in names}
    for key in precomputation.rests:
        with np.errstate(over="ignore", invalid="ignore"):
            found[rest_of(key)] = table[key] - table[key].astype(np.float32)
    return found


def precompute_stage(
    crisis: Crisis, name: str, table: Mapping[str, Real], run: tuple[Intervention, ...]
) -> Mapping[str, Real]:
    """Return what is worked out of a stage in every world."""
    stage = crisis.stages[name]
    values = {called: table[key] for called, key in stage_numbers_of(crisis, stage).items()}
    acts = impositions_of(run, frozenset(stage.model.takes_part(crisis.cast)))
    known = (stage.mechanism, stage.model, [*values], acts)
    digest = hashlib.blake2b(canonical_text_of(known).encode(), digest_size=16)
    for value in values.values():
        digest.update(np.ascontiguousarray(value).data)
    return RESULTS.recall(digest.digest(), load_work_out(stage.mechanism), stage, values, acts)


def impositions_of(run: tuple[Intervention, ...], forces: frozenset[str]) -> ImposedActs:
    """Return what a run imposes on some forces."""
    secret = {act.actor: act.secretly for act in run if isinstance(act, ActorIntervention)}
    return ImposedActs(
        absent=forces & {act.name for act in run if isinstance(act, Without)},
        aside=forces & {act.force for act in run if isinstance(act, Aside)},
        secret=forces & {force for force, hidden in secret.items() if hidden},
        plays=frozenset((act.player, act.move) for act in run if isinstance(act, Plays)),
    )


@cache
def load_work_out(mechanism: str) -> Precomputer:
    """Return what works out a stage of a mechanism."""
    module = importlib.import_module(f"{packages()[mechanism]}.precomputation")
    return cast("Precomputer", module.precompute)


class RecentResults:
    """The last results, by the digest of all that they follow from."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Mapping[str, Real]] = OrderedDict()
        self._lock = Lock()

    def recall(
        self, digest: bytes, work_out: Precomputer, stage: Stage, values: Mapping[str, Real],
        acts: ImposedActs,
    ) -> Mapping[str, Real]:  # fmt: skip
        """Return a result that is known, or work it out."""
        with self._lock:
            if digest in self._known:
                self._known.move_to_end(digest)
                return self._known[digest]
        found = work_out(stage.model, values, acts)
        with self._lock:
            self._known[digest] = found
            while len(self._known) > MOST_RESULTS:
                self._known.popitem(last=False)
        return found


RESULTS = RecentResults()


FREE = -1


@dataclass(frozen=True)
class Structure:
    """The crisis as the engine sees it.

    Attributes
    ----------
    crisis : Crisis
        The skeleton: without words, places in files, claims, and the values of numbers.
    cells : mapping of str to int
        Column of each number in the world tables.
    stages : tuple of str
        In the order in which a history can pass them.
    unrolled_stages : tuple of UnrolledStage
        The graph unrolled: all passes, stage after stage.
    outcome_targets : tuple of tuple of int
        For each stage and outcome the stage that follows, or END.
    rules : mapping of str to tuple of int
        For each choice between rules the codes that some world of some run can have.
    raised : frozenset of str
        Cells that are nothing in every world as things were and that some run or effect sets.
    state_variables : StateVariables
        The numbers that change within a history.
    precomputation : Precomputation
        What is worked out once a world.
    """

    crisis: Crisis
    cells: Mapping[str, int]
    stages: tuple[str, ...]
    unrolled_stages: tuple[UnrolledStage, ...]
    outcome_targets: tuple[tuple[int, ...], ...]
    rules: Mapping[str, tuple[int, ...]]
    raised: frozenset[str] = frozenset()
    state_variables: StateVariables = field(default_factory=StateVariables)
    precomputation: Precomputation = field(default_factory=Precomputation)

    @cached_property
    def digest(self) -> str:
        """What tells it from any other structure."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        text = canonical_text_of(parts | {"crisis": self.crisis.digest})
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def plays(self) -> tuple[tuple[str, str, str], ...]:
        """Every (stage, player, move) that an intervention can impose."""
        return tuple(
            (stage, player, move)
            for stage in self.stages
            for player, moves in self.crisis.vocabulary.stages[stage].moves.items()
            for move in moves
        )

    @cached_property
    def troubles(self) -> tuple[tuple[Any, ...], ...]:
        """Everything that can go wrong within a history: measures, effects, values that follow."""
        stages = self.crisis.stages
        return (
            *(("measure", place) for place in range(len(self.unrolled_stages))),
            *(("value", key) for key in self.state_variables.equations),
            *(
                ("effect", name, index, place)
                for name in self.stages
                for index, effect in enumerate(stages[name].effects)
                for place in range(len(effect.changes))
            ),
        )

    def bearers_of(self, attribute: str) -> tuple[int, ...]:
        """Return the places of the forces that have any of an attribute in some world.

        Of an attribute that is no amount, such as a leaning, every force counts as having some.
        """
        return tuple(
            place
            for place, force in enumerate(self.forces)
            if (key := f"{force}.{attribute}") in self.raised
            or not is_always_zero(self.crisis.numbers[key].value)
        )

    def participants_of(self, stage: str) -> tuple[str, ...]:
        """Return the forces that a stage knows of, in the order of its force axis."""
        part = set(self.crisis.stages[stage].model.takes_part(self.crisis.cast))
        return tuple(force for force in self.forces if force in part)

    @cached_property
    def successors(self) -> Mapping[str, frozenset[str]]:
        """For each stage those to which a history can go from it, visits run out included."""
        follows = followers_of(self.crisis.stages, self.stages, self.outcome_targets)
        return {
            name: frozenset(self.stages[place] for place in places)
            for name, places in zip(self.stages, follows, strict=True)
        }

    @cached_property
    def descendants(self) -> Mapping[str, frozenset[str]]:
        """For each stage those that a history can come to afterwards."""
        return {
            name: reachable_from(self.successors, *following)
            for name, following in self.successors.items()
        }

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each stage those that a history may pass on its way there, itself included."""
        after = self.descendants
        return {
            name: frozenset(one for one in self.stages if one == name or name in after[one])
            for name in self.stages
        }

    @cached_property
    def dominators(self) -> Mapping[str, frozenset[str]]:
        """For each stage the others that every history has passed before it."""
        found = dominators_of(self.successors, self.stages[0])
        return {name: found.get(name, frozenset(self.stages)) - {name} for name in self.stages}

    def stages_leading_to(self, stages: Iterable[str]) -> tuple[str, ...]:
        """Return the stages that a history may pass on its way to some, these included."""
        passed = frozenset[str]().union(*(self.ancestors[name] for name in stages))
        return tuple(name for name in self.stages if name in passed)

    def comes_once(self, stage: int) -> bool:
        """Return whether histories come to a stage in one pass only, and there at most once."""
        return [one.visits for one in self.unrolled_stages if one.stage == stage] == [(1,)]

    def places_of(self, stage: int) -> list[int]:
        """Return the places of a stage among the unrolled stages."""
        return [place for place, one in enumerate(self.unrolled_stages) if one.stage == stage]

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces, in the order of every force axis."""
        return tuple(self.crisis.forces)

    @property
    def most_visits(self) -> int:
        """The largest number of visits to one stage."""
        return max(stage.visits for stage in self.crisis.stages.values())


def is_always_zero(value: Expression) -> bool:
    """Return whether a value is zero in every world."""
    return isinstance(value, NumberLiteral) and value.value == 0.0


def structure_of(
    crisis: Crisis,
    rules: Mapping[str, tuple[int, ...]] | None = None,
    raised: frozenset[str] = frozenset(),
    timed: frozenset[str] = frozenset(),
) -> Structure:
    """Return the structure of a crisis.

    Parameters
    ----------
    crisis : Crisis
    rules : mapping of str to tuple of int, optional
        Codes that interventions add to the choices between rules.
    raised : frozenset of str
        Cells that interventions set and that are zero otherwise.
    timed : frozenset of str
        Cells that interventions set from a stage on and that have to be kept history by history.
    """
    stages = stage_order(crisis.stages)
    leads = leads_of(crisis.stages, stages)
    possible = {
        key: rule_codes_of(number.value)
        for key, number in crisis.numbers.items()
        if rule_codes_of(number.value)
    }
    for key, codes in (rules or {}).items():
        possible[key] = tuple(sorted({*possible[key], *codes}))
    state_variables = state_variables_of(crisis, timed)
    precomputation = precomputation_of(crisis, state_variables)
    columns = (*crisis.numbers, *state_variables.drawn, *precomputation.columns)
    return Structure(
        crisis=crisis.skeleton,
        cells={key: column for column, key in enumerate(columns)},
        stages=stages,
        unrolled_stages=unroll(crisis.stages, stages, leads),
        outcome_targets=leads,
        rules=possible,
        raised=raised | state_variables.changing_keys,
        state_variables=state_variables,
        precomputation=precomputation,
    )


def rule_codes_of(value: Expression) -> tuple[int, ...]:
    """Return the codes of a choice between rules; empty for a number."""
    options = value.options if isinstance(value, Either) else (value,)
    return tuple(sorted({option.code for option in options if isinstance(option, Label)}))
