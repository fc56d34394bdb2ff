"""What nobody knows and bears on a claim, in each world: on what the claim may hang."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.counting import Simulator, stages_read
from conjuncture.analysis.explaining.discovery.candidates import Candidates, candidates_of
from conjuncture.analysis.hinges import Hinge, hinges_of
from conjuncture.analysis.questions import Question, stages_named
from conjuncture.engine.bearing import relevant_numbers_of
from conjuncture.engine.worlds import Worlds

Real = NDArray[np.float64]


@dataclass
class Unknowns:
    """The unknowns of a crisis, as far as they bear on claims.

    Attributes
    ----------
    simulator : Laboratory
    """

    simulator: Simulator
    _known: dict[tuple[int, int, str], Candidates] = field(default_factory=dict)

    def hinges(
        self,
        favours: Real,
        weights: Real,
        question: Question,
        worlds: Worlds,
        effective: float | None = None,
    ) -> tuple[Hinge, ...]:
        """Return on what a claim hangs.

        Parameters
        ----------
        favours : array, shape (worlds,)
            Probability that the claim holds in each world.
        weights : array, shape (worlds,)
        question : Question
            The claim, compiled.
        worlds : Worlds
        effective : float, optional
            How many equal worlds they are worth, where the weights do not say so.
        """
        said = weights > 0.0
        found = self.candidates(question, worlds)
        numbers = {
            key: column[said] for key, column in found.table.items() if key not in found.options
        }
        choices = {
            key: (found.table[key][said].astype(np.int64), names)
            for key, names in found.options.items()
        }
        return tuple(
            hinges_of(favours[said], weights[said], numbers, choices, found.labels, effective)
        )

    def candidates(self, question: Question, worlds: Worlds) -> Candidates:
        """Return the numbers drawn for themselves that bear on a question."""
        keys = self.keys_bearing_on(question, worlds)
        numbers = worlds.crisis.numbers
        return join_candidates(self._candidates_of(worlds, key) for key in numbers if key in keys)

    def keys_bearing_on(self, question: Question, worlds: Worlds) -> frozenset[str]:
        """Return the numbers that bear on a question."""
        program = self.simulator.program(list(question.runs))
        crisis = worlds.crisis
        read = stages_read(question.factors, crisis)
        stages = frozenset(crisis.stages) if read is None else read | stages_named(question.asked)
        return relevant_numbers_of(
            stages, worlds, program.structure, program.ledger.reads, [question.asked]
        )

    def _candidates_of(self, worlds: Worlds, key: str) -> Candidates:
        """Return what of a number was drawn for itself, worked out once for all claims."""
        place = (worlds.seed, worlds.count, key)
        if place not in self._known:
            self._known[place] = candidates_of(worlds, [key])
        return self._known[place]


def join_candidates(parts: Iterable[Candidates]) -> Candidates:
    """Return the candidates of several numbers together, in their order."""
    table: dict[str, Real] = {}
    labels: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    computed: list[str] = []
    for part in parts:
        table |= part.table
        labels |= part.labels
        options |= part.options
        computed += part.computed
    return Candidates(table, labels, options, tuple(computed))
