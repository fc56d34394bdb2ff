"""A plain transcription of the rising in double precision, one history at a time, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

FLOOR = 1e-3


@dataclass(frozen=True)
class Numbers:
    """One world under one intervention; arrays over forces, crowds and forces that are sent.

    ``heeds`` has a row a crowd; ``crowds`` and ``facing`` list places of forces. ``away`` says who
    stands aside, ``hidden`` whose doings nobody knows of beforehand, ``moves`` who is made to do
    what. ``caller`` is a place, or None.
    """

    troops: np.ndarray
    mass: np.ndarray
    organisation: np.ndarray
    discipline: np.ndarray
    cohesion: np.ndarray
    crowds: list[list[int]]
    heeds: np.ndarray | None
    threshold: np.ndarray
    spread: np.ndarray
    shock: np.ndarray
    hears: np.ndarray
    facing: list[int]
    goes_over: np.ndarray
    caller: int | None
    bar: float
    quiet_below: float
    street_exchange: float
    decisiveness: float
    fog: float
    refusal: float
    call_strength: float
    present: np.ndarray
    away: np.ndarray
    hidden: np.ndarray
    moves: dict[int, str]


@dataclass(frozen=True)
class Chance:
    """What is drawn in one history: mood by crowd, fog on street and order, loyalty, ending."""

    mood: np.ndarray
    fog: np.ndarray
    loyalty: np.ndarray
    ending: np.ndarray


@dataclass(frozen=True)
class History:
    """How it went; ``steepness`` is that of the street where it came to rest."""

    outcome: int
    called: bool
    stance: list[int]
    numbers: np.ndarray
    turnout: np.ndarray
    steepness: float


def least_fixed_point(heeds, push, threshold, spread, there):
    """Return turnout by crowd: from nobody on, all join whose threshold is reached, and so on."""
    turnout = np.zeros(len(push))
    for _ in range(1_000_000):
        after = there * special.ndtr((heeds @ turnout + push - threshold) / spread)
        if np.max(after - turnout) < 1e-14:
            break
        turnout = after
    distance = (heeds @ turnout + push - threshold) / spread
    slopes = there * np.exp(-0.5 * distance**2) / np.sqrt(2 * np.pi) / spread
    steepness = np.max(np.abs(np.linalg.eigvals(slopes[:, None] * heeds)))
    return turnout, float(steepness)


def resolve(world: Numbers, chance: Chance) -> History:
    """Play one rising."""
    here = world.present & ~world.away
    seen = world.present & (~world.away | world.hidden)
    sums = [[(world.mass * who)[list(crowd)].sum() for crowd in world.crowds]
            for who in (world.present, here, seen)]  # fmt: skip
    every, ready, believed = (np.array(one) for one in sums)
    heeds = world.heeds
    if heeds is None:
        heeds = np.tile(every / max(every.sum(), 1e-6), (len(every), 1))
    mood = world.shock * chance.mood

    def street(voice, who):
        share = who / np.maximum(every, 1e-6)
        turnout, steep = least_fixed_point(
            heeds, mood + voice, world.threshold, world.spread, share
        )
        joined = special.ndtr((heeds @ turnout + mood + voice - world.threshold) / world.spread)
        return joined, turnout, steep

    def sides(joined, who, against):
        out = np.zeros(len(world.mass))
        for share, crowd in zip(joined, world.crowds, strict=True):
            out[list(crowd)] += share * (world.mass * who)[list(crowd)]
        strain = world.refusal * np.log1p(out.sum() / 10)
        sent = world.troops * world.cohesion * world.present
        firing = special.expit(world.discipline - strain) * sent
        crowd = max(world.street_exchange * (world.organisation * out).sum(), FLOOR)
        force = max(
            sum(w * firing[place] for w, place in zip(against, world.facing, strict=True)), FLOOR
        )
        return out.sum(), force, world.decisiveness * np.log(crowd / force)

    stance, expected = [], []
    for place, leaning, (joins, faces) in zip(
        world.facing, world.goes_over, chance.loyalty, strict=True
    ):
        made = world.moves.get(place)
        over = made == "join" or (made != "face" and leaning + joins > faces)
        stance.append((2 if over else 1) if here[place] else 0)
        known = (made is not None or not here[place]) and not world.hidden[place]
        likely = world.present[place] * special.expit(-leaning)
        expected.append(here[place] * (made != "join") if known else likely)
    against = [1.0 * (one == 1) for one in stance]

    joined, turnout, steepness = street(0.0, ready)
    called, foreseen = False, 0.0
    if world.caller is not None:
        organisation = world.organisation[world.caller]
        voice = world.call_strength * organisation * world.hears
        hoped, _, steep = street(voice, believed)
        blur = world.fog * (1 - organisation) * (chance.fog[0] - chance.fog[1])
        foreseen = special.expit(sides(hoped, seen, expected)[2] + blur)
        made = world.moves.get(world.caller)
        willing = made == "call" or (made != "wait" and foreseen > world.bar)
        called = bool(here[world.caller] and willing)
        steepness = max(steepness, steep)
        if called:
            joined, turnout, steep = street(voice, ready)
            steepness = max(steepness, steep)
    out, force, odds = sides(joined, here, against)
    overall = (every * turnout).sum() / max(every.sum(), 1e-6)
    if not called and overall < world.quiet_below:
        outcome = 0
    else:
        outcome = 1 + int(odds + chance.ending[1] > chance.ending[0])
    numbers = np.array([foreseen, special.expit(odds), np.exp(np.clip(odds, -20, 20)), out, force])
    return History(outcome, called, stance, numbers, turnout, steepness)
