"""Stages that have to be solved, such as games, and where they were not solved well enough.

What rests on such a stage means little in those worlds, so it is counted with every question and
said beside every answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.structure import Structure
from conjuncture.engine.tallies import Factor, Sums, TermGroup
from conjuncture.language.nodes import Compare, Measure, NumberLiteral, Reached


@dataclass(frozen=True)
class UnsolvedStage:
    """A stage that was not solved well enough everywhere.

    Attributes
    ----------
    stage : str
    worlds : int
        In how many worlds.
    of_worlds : int
        Of how many in which it was played.
    share : float
        Of the times that it was played.
    residual : float
        The largest mean residual of a world in which it was not solved.
    enough : float
        The largest residual with which it counts as solved.
    """

    stage: str
    worlds: int
    of_worlds: int
    share: float
    residual: float
    enough: float

    @property
    def sentence(self) -> str:
        """What to say of it.

        Examples
        --------
        >>> print(UnsolvedStage("vote", 3, 400, 0.0075, 0.42, 1e-6).sentence)
        the game 'vote' is not solved in 3 of 400 worlds (0.75 % of the times it was played): what \
is done there answers what the others do only to within 0.42, where 0.000001 counts as solved; \
what rests on it is not to be trusted; lower its precision, or write it with fewer hidden moves
        """
        times = f"{max(100 * self.share, 0.001):.3g} % of the times it was played"
        return (
            f"the game '{self.stage}' is not solved in {self.worlds:,} of {self.of_worlds:,} "
            f"worlds ({times}): what is done there answers what the others do only to within "
            f"{self.residual:.2g}, where {self.enough:.6f} counts as solved; what rests on it is "
            "not to be trusted; lower its precision, or write it with fewer hidden moves"
        )


@dataclass(frozen=True)
class PlayCounts:
    """How a stage was played in some worlds.

    Attributes
    ----------
    enough : float
        The largest residual with which it counts as solved.
    counts : array, shape (worlds, 3)
        How often it was played, how often it was not solved then, and the sum of residuals there.
    """

    enough: float
    counts: NDArray[np.float64]

    def __add__(self, other: PlayCounts) -> PlayCounts:
        return PlayCounts(self.enough, self.counts + other.counts)

    def to_unsolved_stage(self, stage: str) -> UnsolvedStage:
        """Return what is to be said of the stage."""
        played, missed, residual = self.counts.T
        here = missed > 0
        return UnsolvedStage(
            stage=stage,
            worlds=int(here.sum()),
            of_worlds=int((played > 0).sum()),
            share=float(missed.sum() / played.sum()),
            residual=float((residual[here] / missed[here]).max()),
            enough=self.enough,
        )


UnsolvedCounts = Mapping[str, PlayCounts]
"""The stages that were not solved somewhere, by name."""


@dataclass(frozen=True)
class SolutionWatch:
    """A stage at a visit in a run, of which it is counted how often it was not solved."""

    stage: str
    visit: int
    run: int
    enough: float

    @property
    def group(self) -> TermGroup:
        """What is counted: that it was played, that it was not solved, and the residual then."""
        residual = Measure(self.stage, "residual", None, self.visit)
        played = Factor(self.run, Reached(self.stage, self.visit), "true")
        missed = Factor(self.run, Compare(">", residual, NumberLiteral(self.enough)), "true")
        return TermGroup(((played,), (missed,), (missed, Factor(self.run, residual, "number"))))


def watches_of(
    structure: Structure, wanted: Sequence[Collection[str] | None]
) -> list[SolutionWatch]:
    """Return what has to be watched in some runs.

    Parameters
    ----------
    structure : Structure
    wanted : sequence of collection of str or None
        For each run the stages that are asked for; None: all of them.
    """
    return [
        SolutionWatch(name, visit, run, enough)
        for run, stages in enumerate(wanted)
        for name in stages_behind(structure, stages)
        if (enough := structure.crisis.stages[name].model.residual_tolerance()) is not None
        for visit in range(1, structure.crisis.stages[name].visits + 1)
    ]


def stages_behind(structure: Structure, stages: Collection[str] | None) -> tuple[str, ...]:
    """Return the stages on which an answer rests that reads some; None: all of them."""
    return structure.stages if stages is None else structure.stages_leading_to(stages)


def count_unsolved(
    watched: Iterable[tuple[SolutionWatch, Sums]],
    structure: Structure,
    read: Mapping[int, Collection[str] | None],
) -> UnsolvedCounts:
    """Return the stages on which an answer rests and that were not solved somewhere.

    Parameters
    ----------
    watched : iterable of (SolutionWatch, Sums)
    structure : Structure
    read : mapping of int to collection of str or None
        For each run that the answer reads the stages that it reads there.
    """
    rest_on = {run: stages_behind(structure, stages) for run, stages in read.items()}
    found: dict[str, PlayCounts] = {}
    for watch, sums in watched:
        if watch.stage in rest_on.get(watch.run, ()):
            one = PlayCounts(watch.enough, sums.first)
            found[watch.stage] = found[watch.stage] + one if watch.stage in found else one
    return {stage: one for stage, one in found.items() if one.counts[:, 1].any()}


def add_unsolved(first: UnsolvedCounts, second: UnsolvedCounts) -> UnsolvedCounts:
    """Return what was counted in two runs of the same worlds."""
    found = dict(first)
    for stage, one in second.items():
        found[stage] = found[stage] + one if stage in found else one
    return found


def worst_of_each_stage(answers: Iterable[Iterable[UnsolvedStage]]) -> list[UnsolvedStage]:
    """Return each stage once that some answers rest on and that was not solved, at its worst."""
    worst: dict[str, UnsolvedStage] = {}
    for one in (one for each in answers for one in each):
        if one.stage not in worst or one.share > worst[one.stage].share:
            worst[one.stage] = one
    return list(worst.values())
