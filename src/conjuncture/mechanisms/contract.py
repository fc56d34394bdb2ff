"""What a mechanism is: a pure function from inputs and draws to a resolution.

A mechanism's ``model.py`` holds ``resolve(inputs, draw)``, written for **one** history. Arrays
over forces have the force as their *first* axis; a number of the history is a scalar. The engine
calls the same function with one more, trailing axis for the histories of a block, so a mechanism
never reduces over, indexes or reshapes a last axis it did not make itself: it uses axis 0, the
algebra of :mod:`conjuncture.mechanisms.algebra`, and arithmetic that broadcasts from the right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.mechanisms.algebra import largest
from conjuncture.scenario.stage_model import StageModel


@dataclass(frozen=True)
class Resolution:
    """How a stage ended, in one history.

    Attributes
    ----------
    outcome : Array, integer, shape ()
        Index into the stage's outcomes.
    log_probabilities : sequence of Array, shape () each
        For every outcome the logarithm of the probability from which it was chosen, given
        everything that went before; 0 and minus infinity where nothing was left to chance.
    measures : mapping of str to Array or mapping
        Every measure the input model declares. A measure with an index is an array over forces
        (first axis) or a mapping from camp to array. Labels are integers.
    rounds : mapping of str to Array, shape (rounds, ...)
        What a chronicle tells round by round; only where ``inputs.recording``, otherwise empty.
    defined : mapping of str to Array or mapping
        For every measure that is declared as partial: where it is defined, in the form of the
        measure. What it is elsewhere does not matter.
    """

    outcome: Array
    log_probabilities: Sequence[Array]
    measures: Mapping[str, Array | Mapping[str, Array]]
    rounds: Mapping[str, Array] = field(default_factory=dict)
    defined: Mapping[str, Array | Mapping[str, Array]] = field(default_factory=dict)


class Draw(Protocol):
    """The handle through which all chance comes; it knows addresses, the mechanism does not.

    ``force`` is one force or all of them as a tuple (the result then has a force axis). With
    ``persists`` the draw is the same at every visit of the stage: a disposition, not luck.
    """

    def gumbel(
        self,
        variable: str,
        *,
        force: str | tuple[str, ...] = "",
        camp: str = "",
        persists: bool = False,
    ) -> Array:
        """Return standard Gumbel draws."""

    def normal(
        self,
        variable: str,
        *,
        force: str | tuple[str, ...] = "",
        camp: str = "",
        persists: bool = False,
    ) -> Array:
        """Return standard normal draws."""

    def uniform(
        self,
        variable: str,
        *,
        force: str | tuple[str, ...] = "",
        camp: str = "",
        persists: bool = False,
    ) -> Array:
        """Return uniform draws, never 0 and never 1."""

    def choose(
        self,
        variable: str,
        options: Sequence[str],
        log_weights: Sequence[Array],
        *,
        settles: bool = False,
    ) -> Array:
        """Return the index of the option with the largest log-weight plus Gumbel.

        ``settles`` says that this choice is the outcome of the stage.
        """


class Inputs(Protocol):
    """The numbers of one world (and of one history, where effects moved them)."""

    @property
    def stage(self) -> StageModel:
        """What the scenario says of this stage; fixed when the program is compiled."""

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces, in the order of every force axis."""

    @property
    def is_recorded(self) -> bool:
        """Whether a chronicle is being told; fixed when the program is compiled."""

    def members(self, name: str) -> tuple[int, ...]:
        """Return the places of the forces that a name stands for: a group's, or the force's own."""

    def is_forced(self, player: str, move: str) -> Array:
        """Return whether an intervention makes a player play a move here (a bool), shape ().

        Whether others know of it beforehand, ``secret`` says at the player's place.
        """

    def held_move_of(self, turn: str) -> Array:
        """Return to what a player is held at a turn, nobody knowing of it beforehand; shape ().

        -1 where it is free, 0 to what stands when it is not there, its moves from 1.
        """

    @property
    def present(self) -> Array:
        """1 for a force that is there, 0 for one an intervention removed; shape (forces,)."""

    @property
    def fixed_sides(self) -> Array:
        """The side that an intervention fixes (0 aside, camps from 1), or -1; shape (forces,)."""

    @property
    def secret(self) -> Array:
        """Whether the fixed side is kept secret until the first round; shape (forces,)."""

    def attribute(self, name: str, camp: str = "") -> Array:
        """Return an attribute of every force, shape (forces,)."""

    def bearers(self, name: str) -> tuple[int, ...]:
        """Return the places of the forces that can have any of an attribute, in any world."""

    def ties(self) -> tuple[tuple[tuple[int, int], ...], Array]:
        """Return the pairs (who is pulled, by whom) and the pulls, shape (pairs,)."""

    def constant(self, name: str) -> Array:
        """Return a structural constant, shape ()."""

    def value(self, key: str) -> Array:
        """Return a number of the stage itself, such as ``miranda.resolve``, shape ()."""

    def rules(self, key: str) -> tuple[int, ...]:
        """Return the codes that a choice between rules can take in any world of this run."""

    def backing_of(self, camp: str) -> Array:
        """Return what backers add to each force's leaning to a camp, shape (forces,)."""

    def materiel(self, camp: str) -> Array:
        """Return what backers add to a camp's strength, shape ()."""

    @property
    def is_precomputed(self) -> bool:
        """Whether the stage is the same in all histories of a world, and was worked out before."""

    def precomputed_value(self, name: str) -> Array:
        """Return what was worked out beforehand under a name, shape ()."""

    def exact_value(self, key: str) -> Array:
        """Return a number of the stage in double precision, shape ().

        Only of a stage that works something out beforehand, and where that precision is enabled.
        """

    def exact_constant(self, name: str) -> Array:
        """Return a structural constant in double precision, under the same conditions."""


@dataclass(frozen=True)
class ImposedActs:
    """What interventions impose on the forces of a stage in a run, in all worlds alike.

    Attributes
    ----------
    absent, aside, secret : frozenset of str
        Forces that are not there, that stand aside, and of which others do not know beforehand
        what an intervention makes them do.
    plays : frozenset of (str, str)
        Players, and moves that they are made to play.
    """

    absent: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    plays: frozenset[tuple[str, str]] = frozenset()


class Precomputer(Protocol):
    """``precompute`` in the ``precomputation.py`` of a mechanism that precomputes something.

    It is called with NumPy arrays before histories are run, for stages of which no effect moves a
    number. What is worked out in a world may not depend on what other worlds there are.
    """

    def __call__(
        self, stage: StageModel, values: Mapping[str, NDArray[np.float64]], acts: ImposedActs
    ) -> Mapping[str, NDArray[np.float64]]:
        """Return each of ``stage.precomputed_names()`` in every world."""


class Resolver(Protocol):
    """A mechanism's ``resolve``."""

    def __call__(self, inputs: Inputs, draw: Draw) -> Resolution:
        """Play the stage once."""


ASIDE = 0
"""The code of the side of whoever stands aside."""


def is_present(inputs: Inputs, name: str) -> Array:
    """Return whether a force, or any member of a group, is present, be it aside."""
    return _any_member(inputs, name, lambda place: inputs.present[place] > 0)


def is_taking_part(inputs: Inputs, name: str) -> Array:
    """Return whether a force, or any member of a group, is present and does not stand aside."""
    return _any_member(
        inputs,
        name,
        lambda place: (inputs.present[place] > 0) & (inputs.fixed_sides[place] != ASIDE),
    )


def is_expected(inputs: Inputs, name: str) -> Array:
    """Return the same as far as others know: who secretly stands aside is counted on."""
    return _any_member(
        inputs,
        name,
        lambda place: (
            (inputs.present[place] > 0)
            & ((inputs.fixed_sides[place] != ASIDE) | (inputs.secret[place] > 0))
        ),
    )


def _any_member(inputs: Inputs, name: str, holds: Callable[[int], Array]) -> Array:
    return largest([jnp.asarray(holds(place)) for place in inputs.members(name)])
