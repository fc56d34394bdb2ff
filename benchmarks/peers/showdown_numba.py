"""The benchmark's showdown in Numba: loops over lanes of histories, compiled and in parallel.

Written as the C program is, for two camps: the same generator, 64 histories at a time, whose rounds
run until all have settled. Numba's own logarithm and exponential work on one number at a time, a
seventh as fast, so both are the polynomials of the C program, which the compiler turns into vector
instructions. For the same reason flags are whole numbers as wide as a float, and a division by zero
is not looked out for. What follows from a world alone is worked out once, as all worlds are alike.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange, set_num_threads
from numba_lanes import DRAWN, HALF_BLOCK, draw, exponential, logarithm, make_keys
from parameters import FREE, Parameters
from protocol import MEASURES, serve

FLOOR = np.float32(1e-3)
ZERO, ONE = np.float32(0.0), np.float32(1.0)
NO, YES = np.int32(0), np.int32(1)
MOVES_ALLOWED = 2
SUMS = 4 + len(MEASURES)


class World(NamedTuple):
    """The numbers of a world, and what follows from them alone."""

    weight: np.ndarray
    troops: np.ndarray
    stakes: np.ndarray
    inclination: np.ndarray
    bound: np.ndarray
    free: np.ndarray
    core: np.ndarray
    materiel: np.ndarray
    bar: np.ndarray
    first_tie: np.ndarray
    towards: np.ndarray
    tie_pull: np.ndarray
    first_odds: np.ndarray
    first_pull: np.ndarray
    decisiveness: np.float32
    fog: np.float32
    public_share: np.float32
    all_troops: np.float32


class State(NamedTuple):
    """Where a group of histories stands, histories last, and room to work in."""

    side: np.ndarray
    moves: np.ndarray
    left: np.ndarray
    over: np.ndarray
    rounds: np.ndarray
    moved: np.ndarray
    strength: np.ndarray
    power: np.ndarray
    pull: np.ndarray
    wanted: np.ndarray


@njit(fastmath=True, error_model="numpy", inline="always")
def chance(odds, rival_left):
    """Return the chance against a rival, which is certain once the rival has left."""
    return ONE / (ONE + (exponential(odds) if rival_left != 0 else ZERO))


@njit(fastmath=True, error_model="numpy", inline="always")
def choose(first, second, first_left, second_left):
    """Return the side with the larger utility among the camps that are left; 0 is aside."""
    takes_first = (first_left != 0) & (first > ZERO)
    best = first if takes_first else ZERO
    takes_second = (second_left != 0) & (second > best)
    return np.int32(2) if takes_second else (YES if takes_first else NO)


@njit(fastmath=True, error_model="numpy")
def sum_strengths(world, side, strength):
    """Add up the strength of both camps by lane, without the floor."""
    strength[0, :], strength[1, :] = world.materiel[0], world.materiel[1]
    for i in range(side.shape[0]):
        weight = world.weight[i]
        for lane in range(DRAWN):
            strength[0, lane] += weight if side[i, lane] == 1 else ZERO
            strength[1, lane] += weight if side[i, lane] == 2 else ZERO


@njit(fastmath=True, error_model="numpy")
def first_round(world, drawn, state):
    """Answer to the showing at the start, which is the world's."""
    settled, misjudged, _ = drawn
    state.left[:], state.over[:], state.rounds[:], state.moves[:] = YES, NO, YES, NO
    for i in range(len(world.bound)):
        state.side[i, :] = max(world.bound[i], 0)
    for i in world.free:
        odds, pull, stakes = world.first_odds[i], world.first_pull[i], world.stakes[i]
        to_second, to_first, pull_first, pull_second = odds[0, 1], odds[1, 0], pull[0], pull[1]
        seen, gain = misjudged[i], settled[i]
        for lane in range(DRAWN):
            misjudgement = seen[1, lane] - seen[0, lane]
            first = stakes * chance(to_second + misjudgement, 1) + pull_first
            second = stakes * chance(to_first - misjudgement, 1) + pull_second
            first += gain[0, lane]
            second += gain[1, lane]
            choice = choose(first, second, 1, 1)
            state.side[i, lane] = choice
            state.moves[i, lane] = YES if choice != 0 else NO


@njit(fastmath=True, error_model="numpy")
def add_ties(world, force, state):
    """Add up the pull of ties on a force towards both camps."""
    state.pull[:] = ZERO
    for tie in range(world.first_tie[force], world.first_tie[force + 1]):
        other, size = world.towards[tie], world.tie_pull[tie]
        for lane in range(DRAWN):
            state.pull[0, lane] += size if state.side[other, lane] == 1 else ZERO
            state.pull[1, lane] += size if state.side[other, lane] == 2 else ZERO


@njit(fastmath=True, error_model="numpy")
def respond(world, drawn, state):
    """Run a later round; leave in ``moved`` where somebody moved."""
    settled, misjudged, _ = drawn
    side, moves, left, over, power, pull = (
        state.side, state.moves, state.left, state.over, state.power, state.pull,
    )  # fmt: skip
    strength, rho = state.strength, world.decisiveness
    sum_strengths(world, side, strength)
    for lane in range(DRAWN):
        power[0, lane] = rho * logarithm(max(strength[0, lane], FLOOR))
        power[1, lane] = rho * logarithm(max(strength[1, lane], FLOOR))
    state.moved[:] = NO
    for f in range(len(world.free)):
        i = world.free[f]
        weight, stakes = world.weight[i], world.stakes[i]
        add_ties(world, i, state)
        seen, gain = misjudged[i], settled[i]
        for lane in range(DRAWN):
            now = side[i, lane]
            in_first, in_second = now == 1, now == 2
            turned = strength[0, lane] + (-weight if in_first else weight)
            then = rho * logarithm(max(turned, FLOOR))
            without_first = then if in_first else power[0, lane]
            with_first = power[0, lane] if in_first else then
            turned = strength[1, lane] + (-weight if in_second else weight)
            then = rho * logarithm(max(turned, FLOOR))
            without_second = then if in_second else power[1, lane]
            with_second = power[1, lane] if in_second else then
            misjudgement = seen[1, lane] - seen[0, lane]
            first = stakes * chance(without_second - with_first + misjudgement, left[1, lane])
            second = stakes * chance(without_first - with_second - misjudgement, left[0, lane])
            first += gain[0, lane] + pull[0, lane]
            second += gain[1, lane] + pull[1, lane]
            choice = choose(first, second, left[0, lane], left[1, lane])
            moves_now = (choice != now) & (moves[i, lane] < MOVES_ALLOWED) & (over[lane] == 0)
            state.wanted[f, lane] = choice if moves_now else now
            moves[i, lane] += YES if moves_now else NO
            state.moved[lane] |= YES if moves_now else NO
    for f in range(len(world.free)):
        side[world.free[f], :] = state.wanted[f]
    for lane in range(DRAWN):
        state.rounds[lane] += YES if over[lane] == 0 else NO


@njit(fastmath=True, error_model="numpy")
def lay_down_arms(side, moves, beaten):
    """Let all of a beaten camp stand aside, their moves forgotten."""
    for i in range(side.shape[0]):
        for lane in range(DRAWN):
            moves[i, lane] = NO if side[i, lane] == beaten[lane] else moves[i, lane]
        for lane in range(DRAWN):
            side[i, lane] = NO if side[i, lane] == beaten[lane] else side[i, lane]


@njit(fastmath=True, error_model="numpy")
def give_up(world, drawn, state):
    """Where all has settled, let the camp with a shortfall give up, or end the history."""
    misjudged, left, over, rho = drawn[1], state.left, state.over, world.decisiveness
    strength, beaten = state.strength, state.wanted[0]
    sum_strengths(world, state.side, strength)
    bar_first, bar_second = world.bar[0], world.bar[1]
    by_first, by_second = misjudged[world.core[0]], misjudged[world.core[1]]
    for lane in range(DRAWN):
        first, second = max(strength[0, lane], FLOOR), max(strength[1, lane], FLOOR)
        odds = rho * logarithm(second / first)
        short_first = bar_first - chance(odds + by_first[1, lane] - by_first[0, lane], 1)
        short_second = bar_second - chance(by_second[0, lane] - by_second[1, lane] - odds, 1)
        settled = (state.moved[lane] == 0) & (over[lane] == 0)
        both = (left[0, lane] != 0) & (left[1, lane] != 0)
        first_falls = (first < second) & (short_first > ZERO)
        second_falls = (second < first) & (short_second > ZERO)
        who = YES if first_falls else (np.int32(2) if second_falls else np.int32(-1))
        beaten[lane] = np.int32(-2) if not settled else (who if both else np.int32(-1))
    for lane in range(DRAWN):
        left[0, lane] = NO if beaten[lane] == 1 else left[0, lane]
        left[1, lane] = NO if beaten[lane] == 2 else left[1, lane]
        over[lane] = YES if beaten[lane] == -1 else over[lane]
    lay_down_arms(state.side, state.moves, beaten)


@njit(fastmath=True, error_model="numpy")
def hold(world, state, sided):
    """Add up which share of the troops both camps hold, and which nobody; count sides."""
    first_held, second_held, nobody = state.pull[0], state.pull[1], state.power[0]
    state.pull[:], nobody[:] = ZERO, ZERO
    scale = ONE / max(world.all_troops, FLOOR)
    for i in range(len(world.bound)):
        share, first, second = world.troops[i] * scale, NO, NO
        for lane in range(DRAWN):
            now = state.side[i, lane]
            first_held[lane] += share if now == 1 else ZERO
            second_held[lane] += share if now == 2 else ZERO
            nobody[lane] += share if now == 0 else ZERO
            first += YES if now == 1 else NO
            second += YES if now == 2 else NO
        sided[i, 0] += DRAWN - first - second
        sided[i, 1] += first
        sided[i, 2] += second


@njit(fastmath=True, error_model="numpy")
def conclude(world, drawn, state, sums, sided):
    """Draw the winners and add up outcomes and measures."""
    luck, left, strength = drawn[2], state.left, state.strength
    sum_strengths(world, state.side, strength)
    hold(world, state, sided)
    wins, capitulations, rounds = NO, NO, NO
    one, two, margin, division, largest, spent = ZERO, ZERO, ZERO, ZERO, ZERO, ZERO
    for lane in range(DRAWN):
        first, second = max(strength[0, lane], FLOOR), max(strength[1, lane], FLOOR)
        ratio = logarithm(first / second)
        ahead = world.decisiveness * ratio + luck[0, lane] > luck[1, lane]
        fought = (left[0, lane] != 0) & (left[1, lane] != 0)
        first_wins = ahead if fought else left[0, lane] != 0
        wins += YES if first_wins else NO
        capitulations += NO if fought else YES
        rounds += state.rounds[lane]
        margin += ratio if first_wins else -ratio
        mine, other, nobody = state.pull[0, lane], state.pull[1, lane], state.power[0, lane]
        division += ONE - nobody * nobody - mine * mine - other * other
        largest += max(mine, other)
        spent += min(first, second) if fought else ZERO
        one += first
        two += second
    sums[0] += wins
    sums[1] += DRAWN - wins
    sums[2] += one
    sums[3] += two
    sums[4] += capitulations
    sums[5] += rounds
    sums[6] += margin
    sums[7] += division
    sums[8] += largest
    sums[9] += spent


@njit(fastmath=True, error_model="numpy", parallel=True, cache=True)
def run(world, keys, worlds, blocks, threads):
    """Run every block of every world, shared among threads; return sums."""
    forces = len(world.bound)
    totals = np.zeros((threads, SUMS))
    for thread in prange(threads):
        settled = np.empty((forces, 2, DRAWN), np.float32)
        misjudged = np.empty((forces, 2, DRAWN), np.float32)
        drawn = (settled, misjudged, np.empty((2, DRAWN), np.float32))
        rumour = np.empty((4, DRAWN), np.float32)
        state = State(
            np.empty((forces, DRAWN), np.int32),
            np.empty((forces, DRAWN), np.int32),
            np.empty((2, DRAWN), np.int32),
            np.empty(DRAWN, np.int32),
            np.empty(DRAWN, np.int32),
            np.empty(DRAWN, np.int32),
            np.empty((2, DRAWN), np.float32),
            np.empty((2, DRAWN), np.float32),
            np.empty((2, DRAWN), np.float32),
            np.empty((forces, DRAWN), np.int32),
        )
        sums, sided = np.zeros(SUMS), np.zeros((forces, 3), np.int64)
        for number in range(thread, worlds, threads):
            for start in range(0, blocks * HALF_BLOCK, DRAWN // 2):
                draw(world, keys, number, start, drawn, rumour)
                first_round(world, drawn, state)
                while state.over.min() == 0:
                    respond(world, drawn, state)
                    if (state.moved + state.over).min() == 0:
                        give_up(world, drawn, state)
                conclude(world, drawn, state, sums, sided)
        totals[thread] = sums
    return totals.sum(axis=0)


def prepare(parameters: Parameters) -> World:
    """Return the world in single precision, with the showing before round 1 worked out."""
    weight, ties, camps = parameters.weight, parameters.ties, len(parameters.camps)
    bound = parameters.bound_or_core
    odds = np.exp(parameters.leaning)
    showing = parameters.first_showing * odds / (1 + odds.sum(axis=1, keepdims=True))
    sure = bound != FREE
    showing[sure] = bound[sure, None] == np.arange(1, camps + 1)
    outside = parameters.materiel + weight @ showing - weight[:, None] * showing
    joined = np.log(np.maximum(outside + weight[:, None], FLOOR))
    absent = np.log(np.maximum(outside, FLOOR))
    first_odds = parameters.decisiveness * (absent[:, None, :] - joined[:, :, None])
    from_, towards = np.nonzero(ties)

    def real(values: object) -> np.ndarray:
        return np.asarray(values, np.float32)

    return World(
        weight=real(weight),
        troops=real(parameters.troops),
        stakes=real(parameters.stakes),
        inclination=real(parameters.leaning - (parameters.stakes * parameters.breakeven)[:, None]),
        bound=bound.astype(np.int32),
        free=np.flatnonzero(bound == FREE),
        core=np.array(parameters.cores),
        materiel=real(parameters.materiel),
        bar=real(1 - parameters.resolve),
        first_tie=np.searchsorted(from_, np.arange(len(weight) + 1)),
        towards=towards,
        tie_pull=real(ties[from_, towards]),
        first_odds=real(first_odds),
        first_pull=real(ties @ showing),
        decisiveness=np.float32(parameters.decisiveness),
        fog=np.float32(parameters.fog),
        public_share=np.float32(parameters.public_share),
        all_troops=np.float32(parameters.troops.sum()),
    )


def simulate(parameters: Parameters, histories: int, seed: int, threads: int) -> dict[str, Any]:
    """Run ``histories``, rounded up to whole worlds of 512, and return the tally."""
    set_num_threads(threads)
    worlds = -(-histories // (2 * HALF_BLOCK))
    keys = make_keys(seed, 4 + 5 * len(parameters.forces))
    begin = time.perf_counter()
    sums = run(prepare(parameters), keys, worlds, 1, threads)
    seconds = time.perf_counter() - begin
    done = worlds * 2 * HALF_BLOCK
    return {
        "histories": done,
        "seconds": seconds,
        "wins": sums[:2].tolist(),
        "strength": (sums[2:4] / done).tolist(),
        **dict(zip(MEASURES, (sums[4:] / done).tolist(), strict=True)),
    }


if __name__ == "__main__":
    serve(simulate)
