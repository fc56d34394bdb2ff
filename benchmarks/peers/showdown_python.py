"""The benchmark's showdown as a plain Python loop: no library, one history after another."""

from __future__ import annotations

import math
import random
from typing import Any

from parameters import FREE, Parameters
from processes import Job, add_rows, tally
from protocol import serve

FLOOR = 1e-3
MOVES_ALLOWED = 2
LARGEST_EXPONENT = 80.0

Rows = list[list[float]]


class Showdown:
    """The numbers of the crisis as plain lists, and the histories that follow from them."""

    def __init__(self, parameters: Parameters, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self.camps = range(len(parameters.camps))
        self.bound = parameters.bound_or_core.tolist()
        self.free = [force for force, side in enumerate(self.bound) if side == FREE]
        self.cores = parameters.cores
        self.weight = parameters.weight.tolist()
        self.troops = parameters.troops.tolist()
        self.stakes = parameters.stakes.tolist()
        self.materiel = parameters.materiel.tolist()
        self.resolve = parameters.resolve.tolist()
        self.decisiveness = parameters.decisiveness
        self.fog, self.public = parameters.fog, parameters.public_share
        self.inclination = (
            parameters.leaning - (parameters.stakes * parameters.breakeven)[:, None]
        ).tolist()
        self.ties = [
            [(other, pull) for other, pull in enumerate(row) if pull]
            for row in parameters.ties.tolist()
        ]
        self.wholly = [[float(side == k + 1) for k in self.camps] for side in (0, *self.sides)]
        self.start = []
        for side, leaning in zip(self.bound, parameters.leaning.tolist(), strict=True):
            odds = [math.exp(lean) for lean in leaning]
            expected = [parameters.first_showing * one / (1 + sum(odds)) for one in odds]
            self.start.append(expected if side == FREE else self.wholly[side])

    @property
    def sides(self) -> list[int]:
        """The sides that stand for camps."""
        return [camp + 1 for camp in self.camps]

    def gumbel(self) -> float:
        """Draw a standard Gumbel."""
        return -math.log(self.random.expovariate(1.0))

    def power(self, strength: float) -> float:
        """Return the logarithm of a strength, steepened by decisiveness."""
        return self.decisiveness * math.log(max(strength, FLOOR))

    def totals(self, showing: Rows) -> list[float]:
        """Add up the strength that shows in each camp."""
        return [
            self.materiel[k] + sum(w * x[k] for w, x in zip(self.weight, showing, strict=True))
            for k in self.camps
        ]

    def estimate(self, force: int, camp: int, showing: Rows, totals: list[float]) -> float:
        """Return what a force thinks is the chance of a camp if it were wholly there."""
        weight, mine, errors = self.weight[force], showing[force], self.misjudged[force]
        joined = self.power(totals[camp] + weight * (1 - mine[camp])) + errors[camp]
        against = 1.0
        for rival in self.left:
            if rival != camp:
                odds = self.power(totals[rival] - weight * mine[rival]) + errors[rival] - joined
                against += math.exp(min(odds, LARGEST_EXPONENT))
        return 1 / against

    def best_response(self, force: int, showing: Rows, totals: list[float]) -> int:
        """Return the side that a free force would take, given what showed."""
        best, choice = 0.0, 0
        for camp in self.left:
            utility = self.settled[force][camp]
            utility += self.stakes[force] * self.estimate(force, camp, showing, totals)
            for other, pull in self.ties[force]:
                utility += pull * showing[other][camp]
            if utility > best:
                best, choice = utility, camp + 1
        return choice

    def camp_that_gives_up(self, showing: Rows, totals: list[float]) -> int | None:
        """Return the camp with the largest shortfall among those that would give up."""
        strength = [max(total, FLOOR) for total in totals]
        strongest = max(strength[camp] for camp in self.left)
        worst, largest = None, 0.0
        for camp in self.left:
            if strength[camp] < strongest:
                chance = self.estimate(self.cores[camp], camp, showing, totals)
                shortfall = 1 - self.resolve[camp] - chance
                if shortfall > largest:
                    worst, largest = camp, shortfall
        return worst

    def begin(self) -> list[float]:
        """Make every draw of a history; return the luck of the camps."""
        gauss, gumbel = self.random.gauss, self.gumbel
        common, private = math.sqrt(self.public), math.sqrt(1 - self.public)
        rumour = [gauss(0, 1) for _ in self.camps]
        luck = [gumbel() for _ in self.camps]
        self.settled, self.misjudged = [], []
        for inclination in self.inclination:
            aside = gumbel()
            self.settled.append([lean + gumbel() - aside for lean in inclination])
            self.misjudged.append(
                [self.fog * (common * heard + private * gauss(0, 1)) for heard in rumour]
            )
        self.left = list(self.camps)
        return luck

    def history(self) -> list[float]:
        """Run one history; return what the tally adds up."""
        luck = self.begin()
        side, moves = [max(bound, 0) for bound in self.bound], [0] * len(self.bound)
        showing, rounds, over = self.start, 0, False
        totals = self.totals(showing)
        while not over:
            rounds += 1
            wanted = [
                (force, self.best_response(force, showing, totals))
                for force in self.free
                if moves[force] < MOVES_ALLOWED
            ]
            moved = False
            for force, choice in wanted:
                if choice != side[force]:
                    side[force], moves[force], moved = choice, moves[force] + 1, True
            showing = [self.wholly[one] for one in side]
            totals = self.totals(showing)
            if moved or rounds == 1:
                continue
            beaten = self.camp_that_gives_up(showing, totals)
            over = beaten is None
            if beaten is not None:
                self.left.remove(beaten)
                for force, one in enumerate(side):
                    if one == beaten + 1:
                        side[force], moves[force] = 0, 0
                showing = [self.wholly[one] for one in side]
                totals = self.totals(showing)
        return self.measures_of(side, totals, rounds, luck)

    def measures_of(
        self, side: list[int], totals: list[float], rounds: int, luck: list[float]
    ) -> list[float]:
        """Draw the winner; return wins and strengths by camp, then the measures."""
        strength = [max(total, FLOOR) for total in totals]
        winner = max(self.left, key=lambda camp: self.power(strength[camp]) + luck[camp])
        held = [0.0] * (len(self.camps) + 1)
        for one, troops in zip(side, self.troops, strict=True):
            held[one] += troops
        everything = max(sum(held), FLOOR)
        rival = max(strength[camp] for camp in self.camps if camp != winner)
        fought = len(self.left) > 1
        return [
            *(float(camp == winner) for camp in self.camps),
            *strength,
            float(not fought),
            float(rounds),
            math.log(strength[winner] / rival),
            1 - sum((one / everything) ** 2 for one in held),
            max(held[1:]) / everything,
            sum(strength) - max(strength) if fought else 0.0,
        ]


def run_share(job: Job) -> list[float]:
    """Run one process's share of the histories and add them up."""
    parameters, histories, seed = job
    showdown = Showdown(parameters, seed)
    return add_rows([showdown.history() for _ in range(histories)])


def simulate(parameters: Parameters, histories: int, seed: int, processes: int) -> dict[str, Any]:
    """Run histories and return the tally."""
    return tally(run_share, parameters, histories, seed, processes)


if __name__ == "__main__":
    serve(simulate)
