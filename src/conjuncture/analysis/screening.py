"""Screening: more worlds, run as things were, for claims that are asked of what rarely happened.

What happened late in a crisis leaves few worlds worth anything. Things as they were are therefore
run in several times the worlds asked for, and a late claim then only where the evidence occurred:
elsewhere it would count nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.questions import Question, compile_question
from conjuncture.analysis.simulator import Simulator, add_counts
from conjuncture.engine.addresses import MOST_WORLDS, every_block
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.engine.tallies import Sums
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Expression
from conjuncture.language.quantities import Probability

Real = NDArray[np.float64]

TIMES = 5
"""Things as they were are run in so many times the worlds asked for."""

LATE = 100.0
LATE_SHARE = 0.5
"""A claim is late where what happened leaves worlds that are worth fewer than the first number, and
than this share of those asked for."""


@dataclass
class Screening:
    """Worlds beyond those asked for, and which of them could have gone as observed.

    Attributes
    ----------
    simulator : Simulator
        As asked for.
    wide : Worlds
        The same worlds and more after them; the same alone where there are no more.
    events : tuple of Expression
        What was observed, up to each stage that a claim may name last.
    """

    simulator: Simulator
    wide: Worlds
    events: tuple[Expression, ...]
    _counted: dict[Expression, Counts] = field(default_factory=dict)

    def is_needed(self, evidence: Likelihood) -> bool:
        """Return whether a claim is so late that more worlds are looked at."""
        asked = self.simulator.worlds.count
        few = min(LATE, LATE_SHARE * asked)
        return self.wide.count > asked and 0.0 < evidence.effective_worlds < few

    def evidence(self, event: Expression, known: Counts) -> Likelihood | None:
        """Return how probable each of all the worlds makes what was observed.

        Parameters
        ----------
        event : Expression
        known : Counts
            Of the event, in the worlds asked for.

        Returns
        -------
        Likelihood or None
            None where the run was stopped meanwhile.
        """
        if not self._counted:
            self._count()
        if event not in self._counted:
            return None
        both = add_counts(extend_counts(known, self.wide.count), self._counted[event])
        return likelihood_of(both.sums)

    def _count(self) -> None:
        asked = self.simulator.worlds.count
        blocks = every_block(range(asked, self.wide.count), 0, self.simulator.blocks)
        questions = [question_of(event) for event in self.events]
        counted = replace(self.simulator, worlds=self.wide).count_blocks(
            questions, blocks, "histories as things were"
        )
        if not self.simulator.progress.is_stopped:
            self._counted = dict(zip(self.events, counted, strict=True))

    def count(
        self, questions: Sequence[Question], known: Sequence[Counts], evidence: Likelihood
    ) -> list[Counts] | None:
        """Count questions in those further worlds in which the evidence occurred.

        Parameters
        ----------
        questions : sequence of Question
        known : sequence of Counts
            Of the same questions, in the worlds asked for.
        evidence : Likelihood
            In all the worlds.

        Returns
        -------
        list of Counts or None
            Of all the worlds together; None where the run was stopped meanwhile.
        """
        asked = self.simulator.worlds.count
        occurred = np.flatnonzero(evidence.weights > 0.0)
        # The bins of a quantile hang on the worlds that are there, so that it is counted anew.
        whole = [question for question in questions if question.histograms]
        plain = [question for question in questions if not question.histograms]
        anew = self._count_in(occurred, whole)
        more = self._count_in(occurred[occurred >= asked], plain)
        if anew is None or more is None:
            return None
        further = iter(more)
        again = iter(anew)
        return [
            next(again)
            if question.histograms
            else add_counts(extend_counts(one, self.wide.count), next(further))
            for question, one in zip(questions, known, strict=True)
        ]

    def _count_in(
        self, worlds: NDArray[np.int64], questions: Sequence[Question]
    ) -> list[Counts] | None:
        """Count questions in some of all the worlds; None where the run was stopped meanwhile."""
        if not questions:
            return []
        blocks = every_block(worlds, 0, self.simulator.blocks)
        found = replace(self.simulator, worlds=self.wide).count_blocks(
            questions, blocks, "histories where it went as observed"
        )
        return None if self.simulator.progress.is_stopped else found


def wider_worlds(worlds: Worlds) -> Worlds:
    """Return the same worlds and more after them, in which a late claim may be asked.

    Draws that are placed have none after them.
    """
    if worlds.placed or worlds.placebo:
        return worlds
    return replace(worlds, count=min(TIMES * worlds.count, MOST_WORLDS))


def question_of(event: Expression) -> Question:
    """Return the question how probable something is, every outcome counted as it was drawn."""
    return compile_question(Probability(event)).as_drawn()


def likelihood_of(sums: Sums) -> Likelihood:
    """Return how probable what was observed is in each world, from counts of it.

    Worlds in which nothing was run have no weight.
    """
    ran = np.maximum(sums.histories, 1)
    share = sums.first[:, 0] / ran
    return Likelihood(share, np.sqrt(share * (1.0 - share) / ran))


def extend_counts(counts: Counts, worlds: int) -> Counts:
    """Return the same counts of more worlds, in which nothing was run so far."""
    more = worlds - len(counts.sums.histories)

    def extend(rows: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([rows, np.zeros((more, *rows.shape[1:]), rows.dtype)])

    return counts.by_rows(extend)
