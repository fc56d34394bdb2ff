"""The showdown of docs/mechanisms/showdown.md, one history at a time, in plain Python.

Written to be compared with the page line by line, for any number of camps, and independent of the
package: the mechanism is held against it draw by draw. Sides are 0 for aside and 1 to K for the
camps; camps themselves count from 0.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FLOOR = 1e-3
ASIDE = 0
MOVES_ALLOWED = 2


def zero() -> Array:
    """Return zero, to be broadcast to whatever shape is due."""
    return np.zeros(())


@dataclass(frozen=True)
class Signal:
    """From ``round`` on, ``reach`` [N] is added to the leanings towards ``camp``.

    With a ``chance`` it is sent only if its two Gumbels say so.
    """

    camp: int
    round: int
    reach: Sequence[float]
    chance: float | None = None


@dataclass(frozen=True)
class Unity:
    """The ``members`` of a group wish to be where the others are, by ``wish`` log-odds."""

    members: Sequence[int]
    wish: float


@dataclass(frozen=True)
class FixedSide:
    """A side that an intervention fixes: 0 is aside, k + 1 is camp k."""

    side: int
    announced: bool = True


@dataclass(frozen=True)
class Crisis:
    """The numbers of one world, for N forces and K camps.

    ``leans`` and ``backing`` are [N, K], ``ties`` is [N, N] with ``ties[i, j]`` the pull on i of
    the side that j takes, ``materiel`` and ``resolve`` are [K]; a leaning of infinity is sworn.
    Numbers are broadcast to these shapes. What is left out is zero, except that everybody is
    present and no camp ever gives up.
    """

    cores: Sequence[int]
    troops: Array
    mass: Array
    leans: Array
    stakes: Array = field(default_factory=zero)
    breakeven: Array = field(default_factory=zero)
    discipline: Array = field(default_factory=zero)
    backing: Array = field(default_factory=zero)
    ties: Array = field(default_factory=zero)
    materiel: Array = field(default_factory=zero)
    resolve: Array = field(default_factory=lambda: np.ones(()))
    present: NDArray[np.bool_] = field(default_factory=lambda: np.ones((), np.bool_))
    street_exchange: float = 0.0
    decisiveness: float = 1.0
    fog: float = 0.0
    public_share: float = 0.0
    first_showing: float = 0.0
    refusal: float = 0.0
    rule: str = "weight"
    order: str = "simultaneous"
    signals: Sequence[Signal] = ()
    fixed: Mapping[int, FixedSide] = field(default_factory=dict)
    unity: Sequence[Unity] = ()
    enters: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        forces, camps = np.shape(self.leans)
        shapes: dict[str, tuple[int, ...]] = {
            **dict.fromkeys(("troops", "mass", "stakes", "breakeven", "discipline"), (forces,)),
            **dict.fromkeys(("leans", "backing"), (forces, camps)),
            **dict.fromkeys(("materiel", "resolve"), (camps,)),
            "ties": (forces, forces),
        }
        for name, shape in shapes.items():
            numbers = np.asarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, np.broadcast_to(numbers, shape))
        object.__setattr__(self, "present", np.broadcast_to(np.asarray(self.present), (forces,)))

    @property
    def forces(self) -> int:
        return len(self.troops)

    @property
    def camps(self) -> int:
        return len(self.cores)

    def bound_side(self, force: int) -> int | None:
        """Return the side of a force that does not respond, or None if it is free."""
        if force in self.cores:
            return self.cores.index(force) + 1
        if force in self.fixed:
            return self.fixed[force].side
        sworn = np.flatnonzero(np.isposinf(self.leans[force]))
        return int(sworn[0]) + 1 if len(sworn) else None

    def is_secret(self, force: int) -> bool:
        """Return whether an intervention binds the force without anybody knowing."""
        return force not in self.cores and force in self.fixed and not self.fixed[force].announced

    def may_respond(self, force: int) -> bool:
        """Return whether the force is present and free."""
        return bool(self.present[force]) and self.bound_side(force) is None


@dataclass(frozen=True)
class Draws:
    """All chance of one history."""

    temper: Array  # [N, K + 1], Gumbel, aside first
    rumour: Array  # [K], normal
    judgement: Array  # [N, K], normal
    winner: Array  # [K], Gumbel
    pace: Array  # [N], uniform
    sending: Array  # [signals, 2], Gumbel, sent first

    @classmethod
    def sample(
        cls, generator: np.random.Generator, forces: int, camps: int, signals: int = 0
    ) -> Draws:
        """Draw everything from its law."""
        return cls(
            temper=generator.gumbel(size=(forces, camps + 1)),
            rumour=generator.standard_normal(camps),
            judgement=generator.standard_normal((forces, camps)),
            winner=generator.gumbel(size=camps),
            pace=generator.random(forces),
            sending=generator.gumbel(size=(signals, 2)),
        )


@dataclass(frozen=True)
class History:
    """How one history ended: the outcome (``winner``, a camp from 0) and every measure."""

    winner: int
    how: str
    rounds: int
    side: tuple[int, ...]
    strength: tuple[float, ...]
    margin: float
    division: float
    largest_share: float
    spent: float
    heard: tuple[bool, ...] = ()
    joined: tuple[int, ...] = ()


def is_sent(signal: Signal, sending: Array) -> bool:
    """Return whether a signal is sent, by the Gumbels of its two options."""
    if signal.chance is None or signal.chance == 1:
        return True
    if signal.chance == 0:
        return False
    odds = math.log(signal.chance) - math.log(1 - signal.chance)
    return bool(odds + sending[0] >= sending[1])


def drawn_together(crisis: Crisis, force: int, showing: Array) -> Array:
    """Return what unity adds to aside and to each camp [K + 1]."""
    added = np.zeros(crisis.camps + 1)
    for unity in crisis.unity:
        others = [
            other
            for other in unity.members
            if force in unity.members and other != force and crisis.present[other]
        ]
        troops = sum(crisis.troops[other] for other in others)
        if not troops:
            continue
        for other in others:
            where = np.concatenate([[1 - showing[other].sum()], showing[other]])
            added += unity.wish * crisis.troops[other] / troops * where
    return added


def expected_shares(crisis: Crisis, force: int) -> Array:
    """Return p [K]: logit shares from leanings and backing alone, aside included."""
    inclination = np.concatenate([[0.0], crisis.leans[force] + crisis.backing[force]])
    sworn = np.isposinf(inclination)
    weights = sworn.astype(np.float64) if sworn.any() else np.exp(inclination - inclination.max())
    shares: Array = weights[1:] / weights.sum()
    return shares


def wholly(crisis: Crisis, side: int) -> Array:
    """Return the showing [K] of a force that stands on one side with all it has."""
    return np.array([float(side == camp + 1) for camp in range(crisis.camps)])


def showing_at_start(crisis: Crisis) -> Array:
    """Return x [N, K] before anyone has moved."""
    showing = np.zeros((crisis.forces, crisis.camps))
    for force in range(crisis.forces):
        if not crisis.present[force]:
            continue
        side = crisis.bound_side(force)
        if side is not None and not crisis.is_secret(force):
            showing[force] = wholly(crisis, side)
        else:
            showing[force] = crisis.first_showing * expected_shares(crisis, force)
    return showing


def showing_of_sides(crisis: Crisis, side: Sequence[int]) -> Array:
    """Return x [N, K] once sides are taken."""
    return np.array(
        [wholly(crisis, side[i]) * bool(crisis.present[i]) for i in range(crisis.forces)]
    )


def strengths(crisis: Crisis, showing: Array) -> Array:
    """Return S [K] by the rule of the world, in battalion equivalents."""
    if crisis.rule == "weight":
        weight = (crisis.troops + crisis.street_exchange * crisis.mass)[:, None]
    else:
        in_street = crisis.mass @ showing
        against = in_street.sum() - in_street
        nerve = crisis.discipline[:, None] - crisis.refusal * np.log1p(against / 10)
        weight = crisis.troops[:, None] / (1 + np.exp(-nerve))
    total: Array = crisis.materiel + (showing * weight).sum(axis=0)
    return np.maximum(total, FLOOR)


def estimate(
    crisis: Crisis, draws: Draws, force: int, camp: int, showing: Array, left: Sequence[int]
) -> float:
    """Return what the force thinks is the chance of ``camp`` if it were wholly there."""
    considered = showing.copy()
    considered[force] = wholly(crisis, camp + 1) * bool(crisis.present[force])
    strength = strengths(crisis, considered)
    common = math.sqrt(crisis.public_share) * draws.rumour
    private = math.sqrt(1 - crisis.public_share) * draws.judgement[force]
    odds = crisis.decisiveness * np.log(strength) + crisis.fog * (common + private)
    total = sum(math.exp(odds[other] - odds[camp]) for other in left)
    return 1 / total


def best_response(
    crisis: Crisis, draws: Draws, force: int, showing: Array, left: Sequence[int], round_: int
) -> int:
    """Return the side that a free force would take, given what showed."""
    together = drawn_together(crisis, force, showing)
    best, best_utility = ASIDE, float(draws.temper[force, ASIDE] + together[ASIDE])
    for camp in left:
        signal = sum(
            one.reach[force]
            for one, sending in zip(crisis.signals, draws.sending, strict=True)
            if one.camp == camp and one.round <= round_ and is_sent(one, sending)
        )
        chance = estimate(crisis, draws, force, camp, showing, left)
        utility = (
            crisis.leans[force, camp]
            + crisis.backing[force, camp]
            + signal
            + crisis.stakes[force] * (chance - crisis.breakeven[force])
            + crisis.ties[force] @ showing[:, camp]
            + together[camp + 1]
            + draws.temper[force, camp + 1]
        )
        if utility > best_utility:
            best, best_utility = camp + 1, float(utility)
    return best


def camp_that_gives_up(
    crisis: Crisis, draws: Draws, showing: Array, left: Sequence[int]
) -> int | None:
    """Return the camp with the largest shortfall among those that would give up."""
    if len(left) == 1:
        return None
    strength = strengths(crisis, showing)
    strongest = max(strength[camp] for camp in left)
    worst, largest_shortfall = None, 0.0
    for camp in left:
        if strength[camp] == strongest:
            continue
        chance = estimate(crisis, draws, crisis.cores[camp], camp, showing, left)
        shortfall = (1 - crisis.resolve[camp]) - chance
        if shortfall > largest_shortfall:
            worst, largest_shortfall = camp, float(shortfall)
    return worst


def resolve(crisis: Crisis, draws: Draws) -> History:
    """Run one history to its end."""
    side = [
        crisis.bound_side(i) or ASIDE if crisis.present[i] else ASIDE for i in range(crisis.forces)
    ]
    moves = [0] * crisis.forces
    joined = [int(one > ASIDE) for one in side]
    left = list(range(crisis.camps))
    showing = showing_at_start(crisis)
    last_entry = max([0, *(signal.round for signal in crisis.signals), *crisis.enters.values()])
    for round_ in itertools.count(1):
        wanted = {
            force: best_response(crisis, draws, force, showing, left, round_)
            for force in range(crisis.forces)
            if crisis.may_respond(force)
            and moves[force] < MOVES_ALLOWED
            and round_ >= crisis.enters.get(force, 1)
        }
        movers = [force for force, choice in wanted.items() if choice != side[force]]
        if crisis.order == "sequential":
            movers = sorted(movers, key=lambda force: draws.pace[force])[-1:]
        for force in movers:
            side[force] = wanted[force]
            moves[force] += 1
            joined[force] = max(joined[force], int(side[force] > ASIDE))
        showing = showing_of_sides(crisis, side)
        if round_ < 2 or round_ < last_entry or movers:
            continue
        beaten = camp_that_gives_up(crisis, draws, showing, left)
        if beaten is None:
            break
        left.remove(beaten)
        for force in range(crisis.forces):
            if side[force] == beaten + 1:
                side[force], moves[force] = ASIDE, 0
        showing = showing_of_sides(crisis, side)
    return ending(crisis, draws, side, left, round_, joined)


def ending(
    crisis: Crisis,
    draws: Draws,
    side: Sequence[int],
    left: Sequence[int],
    rounds: int,
    joined: Sequence[int],
) -> History:
    """Return the outcome and the measures once everything has settled."""
    strength = strengths(crisis, showing_of_sides(crisis, side))
    odds = crisis.decisiveness * np.log(strength) + draws.winner
    winner = max(left, key=lambda camp: odds[camp])
    others = [strength[camp] for camp in range(crisis.camps) if camp != winner]
    fought = len(left) > 1
    present = crisis.troops * crisis.present
    held = np.array([present[np.array(side) == one].sum() for one in range(crisis.camps + 1)])
    shares = held / held.sum() if held.sum() > 0 else np.zeros_like(held)
    return History(
        winner=winner,
        how="fighting" if fought else "capitulation",
        rounds=rounds,
        side=tuple(side),
        strength=tuple(map(float, strength)),
        margin=math.log(strength[winner] / max(others)),
        division=float(1 - (shares**2).sum()) if held.sum() > 0 else 0.0,
        largest_share=float(shares[1:].max()),
        spent=float(strength.sum() - strength.max()) if fought else 0.0,
        heard=tuple(map(is_sent, crisis.signals, draws.sending)),
        joined=tuple(joined),
    )


def sample(crisis: Crisis, histories: int, seed: int) -> Iterator[History]:
    """Run many histories on fresh draws."""
    generator = np.random.default_rng(seed)
    for _ in range(histories):
        draws = Draws.sample(generator, crisis.forces, crisis.camps, len(crisis.signals))
        yield resolve(crisis, draws)


def enumerate_no_ties(crisis: Crisis) -> Array:
    """Return each camp's exact probability of winning [K] without stakes and ties.

    Then every free force keeps its first choice, which is logit and independent of the others,
    so that the (K + 1)^N profiles can be summed; no camp may give up (resolve = 1) and every
    signal must be heard from round 1.
    """
    if crisis.stakes.any() or crisis.ties.any() or (crisis.resolve < 1).any():
        raise ValueError("enumeration needs stakes = ties = 0 and resolve = 1")
    if any(signal.round > 1 for signal in crisis.signals):
        raise ValueError("enumeration needs every signal in round 1")
    options: list[list[tuple[int, float]]] = []
    for force in range(crisis.forces):
        bound = crisis.bound_side(force)
        if not crisis.may_respond(force):
            present = crisis.present[force]
            options.append([(bound if present and bound is not None else ASIDE, 1.0)])
            continue
        inclination = np.concatenate([[0.0], crisis.leans[force] + crisis.backing[force]])
        for signal in crisis.signals:
            inclination[signal.camp + 1] += signal.reach[force]
        weights = np.exp(inclination - inclination.max())
        options.append(list(enumerate((weights / weights.sum()).tolist())))
    winning = np.zeros(crisis.camps)
    for profile in itertools.product(*options):
        side = [choice for choice, _ in profile]
        power = strengths(crisis, showing_of_sides(crisis, side)) ** crisis.decisiveness
        winning += math.prod(share for _, share in profile) * power / power.sum()
    return winning
