"""The benchmark's showdown in NumPy: single precision, many histories at once.

Histories are the last axis. A block of them goes through the rounds together; those that have
settled are taken out, so that later rounds work on fewer. Blocks are shared among threads, which
NumPy lets run side by side.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from parameters import FREE, Parameters
from protocol import MEASURES, serve

BLOCK = 4096
FLOOR = np.float32(1e-3)
MOVES_ALLOWED = 2

Array = NDArray[np.float32]
Labels = NDArray[np.int8]
Mask = NDArray[np.bool_]


@dataclass
class Draws:
    """All chance of a block of H histories: [N, K + 1, H], [K, H], [N, K, H], [K, H]."""

    temper: Array
    rumour: Array
    judgement: Array
    winner: Array


@dataclass
class Running:
    """Histories under way: what is settled of their utilities, and where everybody stands."""

    place: NDArray[np.int64]
    settled: Array
    misjudged: Array
    side: Labels
    moves: Labels
    left: Mask

    def keep(self, mask: Mask) -> Running:
        """Return the histories in ``mask`` alone."""
        return Running(*(getattr(self, field.name)[..., mask] for field in fields(self)))


@dataclass
class Block:
    """How a block ended, histories last; ``winner`` counts camps from 0."""

    winner: Labels
    side: Labels
    capitulated: Mask
    rounds: NDArray[np.int32]
    strength: Array
    margin: Array
    division: Array
    largest_share: Array
    spent: Array


def gumbel(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draw standard Gumbels: minus the logarithm of an exponential."""
    drawn = generator.standard_exponential(shape, dtype=np.float32)
    return -np.log(np.maximum(drawn, np.finfo(np.float32).tiny))


def make_draws(generator: np.random.Generator, forces: int, camps: int, histories: int) -> Draws:
    """Draw everything for a block."""
    return Draws(
        temper=gumbel(generator, (forces, camps + 1, histories)),
        rumour=generator.standard_normal((camps, histories), dtype=np.float32),
        judgement=generator.standard_normal((forces, camps, histories), dtype=np.float32),
        winner=gumbel(generator, (camps, histories)),
    )


class Showdown:
    """The crisis of ``parameters``, ready to run blocks of histories."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.camps = len(parameters.camps)
        self.free = np.flatnonzero(parameters.bound_or_core == FREE)
        self.cores = np.array(parameters.cores)
        self.weight = parameters.weight.astype(np.float32)
        self.free_weight = self.weight[self.free, None]
        self.materiel = parameters.materiel.astype(np.float32)[:, None]
        self.stakes = parameters.stakes.astype(np.float32)[self.free, None]
        self.tied = np.argwhere(parameters.ties[self.free])
        self.bar = (1 - parameters.resolve).astype(np.float32)[:, None]
        self.decisiveness = np.float32(parameters.decisiveness)
        self.labels = np.arange(1, self.camps + 1, dtype=np.int8)
        self.first = self.showing_at_start()

    def showing_at_start(self) -> Array:
        """Return x [N, K, 1] before anyone has moved."""
        parameters = self.parameters
        odds = np.exp(parameters.leaning)
        showing = parameters.first_showing * odds / (1 + odds.sum(axis=1, keepdims=True))
        for force, side in enumerate(parameters.bound_or_core):
            if side != FREE:
                showing[force] = self.labels == side
        column: Array = showing.astype(np.float32)[:, :, None]
        return column

    def strengths(self, showing: Array) -> Array:
        """Return strengths [K, H], without the floor."""
        total: Array = self.materiel + np.einsum("i,ikh->kh", self.weight, showing)
        return total

    def shown_by(self, side: Labels) -> Array:
        """Return x [N, K, H] once sides are taken."""
        shown: Array = (side[:, None, :] == self.labels[:, None]).astype(np.float32)
        return shown

    def chances(self, out: Array, joined: Array, misjudged: Array, left: Mask) -> Array:
        """Return the estimates [.., K, H]: of each camp when joined, the others without."""
        out = self.decisiveness * np.log(np.maximum(out, FLOOR)) + misjudged
        joined = self.decisiveness * np.log(np.maximum(joined, FLOOR)) + misjudged
        chance = np.empty_like(joined)
        for camp in range(self.camps):
            against = np.ones_like(joined[..., 0, :])
            for rival in range(self.camps):
                if rival != camp:
                    odds = out[..., rival, :] - joined[..., camp, :]
                    against += np.exp(np.minimum(odds, 80)) * left[rival]
            chance[..., camp, :] = 1 / against
        return chance

    def respond(self, running: Running, showing: Array) -> Mask:
        """Let every free force answer to what shows; return where [H] somebody moved."""
        free, shown = self.free, showing[self.free]
        own = self.free_weight[:, None] * shown
        out = self.strengths(showing) - own
        joined = out + self.free_weight[:, None]
        misjudged = running.misjudged[free]
        utility = self.stakes[:, None] * self.chances(out, joined, misjudged, running.left)
        utility += running.settled
        for force, other in self.tied:
            utility[force] += np.float32(self.parameters.ties[free[force], other]) * showing[other]
        utility[:, ~running.left] = -np.inf
        best = np.zeros(utility[:, 0].shape, np.float32)
        choice = np.zeros(best.shape, np.int8)
        for camp in range(self.camps):
            better = utility[:, camp] > best
            choice[better] = camp + 1
            np.maximum(best, utility[:, camp], out=best)
        moving = (choice != running.side[free]) & (running.moves[free] < MOVES_ALLOWED)
        running.side[free] = np.where(moving, choice, running.side[free])
        running.moves[free] += moving
        moved: Mask = moving.any(axis=0)
        return moved

    def give_up(self, running: Running, settled: Mask) -> Mask:
        """Let the worst camp give up where all has settled; return where [H] none does."""
        strength = np.maximum(self.strengths(self.shown_by(running.side)), FLOOR)
        strongest = np.where(running.left, strength, 0).max(axis=0)
        misjudged = running.misjudged[self.cores]
        shortfall = np.empty_like(strength)
        for camp in range(self.camps):
            estimates = self.chances(strength, strength, misjudged[camp], running.left)
            shortfall[camp] = self.bar[camp] - estimates[camp]
        eligible = running.left & (strength < strongest) & settled & (shortfall > 0)
        beaten = np.where(eligible, shortfall, 0).argmax(axis=0)
        falls = eligible.any(axis=0)
        running.left[beaten[falls], np.flatnonzero(falls)] = False
        aside = falls & (running.side == beaten + 1)
        running.side[aside] = 0
        running.moves[aside] = 0
        over: Mask = settled & ~falls
        return over

    def run(self, draws: Draws) -> Block:
        """Run a block of histories to its end."""
        parameters, camps = self.parameters, self.camps
        forces, _, histories = draws.judgement.shape
        public = np.float32(parameters.public_share)
        misjudged = np.float32(parameters.fog) * (
            np.sqrt(public) * draws.rumour + np.sqrt(1 - public) * draws.judgement
        )
        inclination = parameters.leaning - (parameters.stakes * parameters.breakeven)[:, None]
        settled = draws.temper[:, 1:] - draws.temper[:, :1]
        settled += inclination.astype(np.float32)[:, :, None]
        bound = np.where(parameters.bound_or_core == FREE, 0, parameters.bound_or_core)
        running = Running(
            place=np.arange(histories),
            settled=settled[self.free],
            misjudged=misjudged,
            side=np.repeat(bound.astype(np.int8)[:, None], histories, axis=1),
            moves=np.zeros((forces, histories), np.int8),
            left=np.ones((camps, histories), np.bool_),
        )
        side = np.empty((forces, histories), np.int8)
        left = np.empty((camps, histories), np.bool_)
        rounds = np.empty(histories, np.int32)
        self.respond(running, np.broadcast_to(self.first, (forces, camps, histories)))
        round_ = 1
        while len(running.place):
            round_ += 1
            moved = self.respond(running, self.shown_by(running.side))
            over = self.give_up(running, ~moved)
            done = running.place[over]
            side[:, done], left[:, done] = running.side[:, over], running.left[:, over]
            rounds[done] = round_
            running = running.keep(~over)
        return self.conclude(draws, side, left, rounds)

    def conclude(self, draws: Draws, side: Labels, left: Mask, rounds: NDArray[np.int32]) -> Block:
        """Draw the winners and compute the measures."""
        strength = np.maximum(self.strengths(self.shown_by(side)), FLOOR)
        value = self.decisiveness * np.log(strength) + draws.winner
        winner = np.where(left, value, -np.inf).argmax(axis=0).astype(np.int8)
        won = np.arange(self.camps)[:, None] == winner
        troops = self.parameters.troops.astype(np.float32)
        held = np.stack([troops @ (side == label) for label in range(self.camps + 1)])
        share = held / np.maximum(troops.sum(), FLOOR)
        capitulated = left.sum(axis=0) == 1
        idle = strength.sum(axis=0) - strength.max(axis=0)
        return Block(
            winner=winner,
            side=side,
            capitulated=capitulated,
            rounds=rounds,
            strength=strength,
            margin=np.log((strength * won).max(axis=0) / np.where(won, 0, strength).max(axis=0)),
            division=1 - (share * share).sum(axis=0),
            largest_share=share[1:].max(axis=0),
            spent=np.where(capitulated, 0, idle),
        )


def simulate(parameters: Parameters, histories: int, seed: int, threads: int) -> dict[str, Any]:
    """Run ``histories``, rounded up to whole blocks, and return the tally as the C peer does."""
    showdown = Showdown(parameters)
    blocks = -(-histories // BLOCK)
    seeds: Iterator[np.random.SeedSequence] = iter(np.random.SeedSequence(seed).spawn(blocks))

    def tally(sequence: np.random.SeedSequence) -> NDArray[np.float64]:
        generator = np.random.Generator(np.random.SFC64(sequence))
        shape = (len(parameters.forces), len(parameters.camps), BLOCK)
        block = showdown.run(make_draws(generator, *shape))
        sums = [np.count_nonzero(block.winner == camp) for camp in range(shape[1])]
        sums += [row.sum() for row in block.strength]
        single = ("capitulated", *MEASURES[1:])
        return np.array(sums + [getattr(block, name).sum() for name in single], np.float64)

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        total = np.sum(list(pool.map(tally, seeds)), axis=0)
    seconds = time.perf_counter() - start
    done, camps = blocks * BLOCK, len(parameters.camps)
    return {
        "histories": done,
        "seconds": seconds,
        "wins": total[:camps].tolist(),
        "strength": (total[camps : 2 * camps] / done).tolist(),
        **dict(zip(MEASURES, (total[2 * camps :] / done).tolist(), strict=True)),
    }


if __name__ == "__main__":
    serve(simulate)
