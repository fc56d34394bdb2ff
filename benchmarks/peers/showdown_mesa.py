"""The benchmark's showdown as a Mesa model: one agent a force, one step a round.

One model serves many histories: building a model and its agents anew for each would cost more
than running it. Histories can be shared among processes.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np
from parameters import FREE, Parameters
from processes import Job, add_rows, tally
from protocol import serve

FLOOR = 1e-3
MOVES_ALLOWED = 2
LARGEST_EXPONENT = 80.0


class Force(mesa.Agent):
    """A force: weighs the camps in ``respond``, takes its side in ``advance``."""

    def __init__(self, model: Showdown, index: int) -> None:
        super().__init__(model)
        parameters = model.parameters
        self.index = index
        self.weight = float(parameters.weight[index])
        self.troops = float(parameters.troops[index])
        self.stakes = float(parameters.stakes[index])
        self.inclination = [
            float(lean - parameters.stakes[index] * parameters.breakeven[index])
            for lean in parameters.leaning[index]
        ]
        self.ties = [
            (int(other), float(parameters.ties[index, other]))
            for other in np.flatnonzero(parameters.ties[index])
        ]
        self.bound = int(parameters.bound_or_core[index])
        self.expected = self.expected_showing(parameters)

    def expected_showing(self, parameters: Parameters) -> list[float]:
        """Return how far the force shows in each camp before round 1."""
        if self.bound != FREE:
            return [float(self.bound == camp + 1) for camp in range(len(parameters.camps))]
        odds = [math.exp(lean) for lean in parameters.leaning[self.index]]
        return [parameters.first_showing * one / (1 + sum(odds)) for one in odds]

    def begin(self, temper: list[float], misjudged: list[float]) -> None:
        """Start a history with its own draws."""
        self.settled = [
            lean + spark - temper[0]
            for lean, spark in zip(self.inclination, temper[1:], strict=True)
        ]
        self.misjudged = misjudged
        self.side = self.next_side = max(self.bound, 0)
        self.moves = 0
        self.showing = self.expected

    def estimate(self, camp: int) -> float:
        """Return what the force thinks is the chance of a camp if it were wholly there."""
        model, mine = self.model, self.showing
        joined = model.power(model.totals[camp] + self.weight * (1 - mine[camp]))
        joined += self.misjudged[camp]
        against = 1.0
        for rival in model.left:
            if rival != camp:
                odds = model.power(model.totals[rival] - self.weight * mine[rival])
                odds += self.misjudged[rival] - joined
                against += math.exp(min(odds, LARGEST_EXPONENT))
        return 1 / against

    def respond(self) -> None:
        """Find the best side, given what showed."""
        if self.bound != FREE or self.moves >= MOVES_ALLOWED:
            return
        best, choice = 0.0, 0
        for camp in self.model.left:
            utility = self.settled[camp] + self.stakes * self.estimate(camp)
            for other, pull in self.ties:
                utility += pull * self.model.forces[other].showing[camp]
            if utility > best:
                best, choice = utility, camp + 1
        self.next_side = choice

    def advance(self) -> None:
        """Take the side that was found best."""
        if self.next_side != self.side:
            self.side = self.next_side
            self.moves += 1
            self.model.moved = True
        self.showing = self.model.wholly[self.side]

    def lay_down_arms(self, beaten: int) -> None:
        """Stand aside, moves forgotten, if the camp that gave up was one's own."""
        if self.side == beaten + 1:
            self.side = self.next_side = 0
            self.moves = 0
            self.showing = self.model.wholly[0]


class Showdown(mesa.Model):
    """A showdown by weight, in simultaneous order."""

    def __init__(self, parameters: Parameters, seed: int) -> None:
        super().__init__(seed=seed)
        self.parameters = parameters
        self.camps = range(len(parameters.camps))
        self.wholly = [
            [float(side == camp + 1) for camp in self.camps] for side in range(len(self.camps) + 1)
        ]
        self.materiel = parameters.materiel.tolist()
        self.resolve = parameters.resolve.tolist()
        self.forces = [Force(self, index) for index in range(len(parameters.forces))]

    def power(self, strength: float) -> float:
        """Return the logarithm of a strength, steepened by decisiveness."""
        return self.parameters.decisiveness * math.log(max(strength, FLOOR))

    def begin(self) -> None:
        """Start a history: make every draw."""
        forces, camps = len(self.forces), len(self.camps)
        public = self.parameters.public_share
        temper = self.rng.gumbel(size=(forces, camps + 1))
        rumour = self.rng.standard_normal(camps)
        judgement = self.rng.standard_normal((forces, camps))
        self.luck = self.rng.gumbel(size=camps).tolist()
        misjudged = self.parameters.fog * (
            math.sqrt(public) * rumour + math.sqrt(1 - public) * judgement
        )
        for force, sparks, errors in zip(
            self.forces, temper.tolist(), misjudged.tolist(), strict=True
        ):
            force.begin(sparks, errors)
        self.left = list(self.camps)
        self.rounds = 0
        self.sum_up()

    def sum_up(self) -> None:
        """Add up the strength that shows in each camp."""
        self.totals = [
            self.materiel[camp] + sum(force.weight * force.showing[camp] for force in self.forces)
            for camp in self.camps
        ]

    def step(self) -> None:
        """Run one round, and a capitulation where nobody moved."""
        self.rounds += 1
        self.moved = False
        self.agents.do("respond")
        self.agents.do("advance")
        self.sum_up()
        if self.rounds > 1 and not self.moved:
            self.give_up()

    def give_up(self) -> None:
        """Let the camp with the largest shortfall give up; end the history if none does."""
        strongest = max(FLOOR, *(self.totals[camp] for camp in self.left))
        worst, largest = None, 0.0
        for camp in self.left:
            if max(self.totals[camp], FLOOR) >= strongest:
                continue
            core = self.forces[self.parameters.cores[camp]]
            shortfall = 1 - self.resolve[camp] - core.estimate(camp)
            if shortfall > largest:
                worst, largest = camp, shortfall
        if worst is None:
            self.running = False
            return
        self.left.remove(worst)
        self.agents.do("lay_down_arms", worst)
        self.sum_up()

    def history(self) -> list[float]:
        """Run one history; return what the tally adds up, in the order of the other peers."""
        self.begin()
        self.running = True
        while self.running:
            self.step()
        strength = [max(total, FLOOR) for total in self.totals]
        winner = max(self.left, key=lambda camp: self.power(strength[camp]) + self.luck[camp])
        troops = sum(force.troops for force in self.forces)
        share = [0.0] * (len(self.camps) + 1)
        for force in self.forces:
            share[force.side] += force.troops / max(troops, FLOOR)
        fought = len(self.left) > 1
        rival = max(strength[camp] for camp in self.camps if camp != winner)
        return [
            *(float(camp == winner) for camp in self.camps),
            *strength,
            float(not fought),
            float(self.rounds),
            math.log(strength[winner] / rival),
            1 - sum(one * one for one in share),
            max(share[1:]),
            sum(strength) - max(strength) if fought else 0.0,
        ]


def run_share(job: Job) -> list[float]:
    """Run one process's share of the histories and add them up."""
    parameters, histories, seed = job
    model = Showdown(parameters, seed)
    return add_rows([model.history() for _ in range(histories)])


def simulate(parameters: Parameters, histories: int, seed: int, processes: int) -> dict[str, Any]:
    """Run histories and return the tally."""
    return tally(run_share, parameters, histories, seed, processes)


if __name__ == "__main__":
    serve(simulate)
