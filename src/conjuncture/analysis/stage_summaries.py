"""A summary of every stage: how it ends, how often it is reached, what it measures.

With it stand the rows of tables that faces show: words and figures, without any layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.result import Result
from conjuncture.analysis.unsolved_stages import UnsolvedStage, worst_of_each_stage
from conjuncture.language.nodes import Compare, Label, Measure, Outcome, Quantity, Reached
from conjuncture.language.quantities import Mean, Probability
from conjuncture.scenario.crisis import Crisis


@dataclass(frozen=True)
class StageSummary:
    """What can be said of one stage on one screen.

    Attributes
    ----------
    outcomes : mapping of str to Answer
        Probability of each outcome among all histories.
    labels : mapping of str to mapping of str to Answer
        For each measure with labels, such as ``how``, their probabilities where it was reached.
    means : mapping of str to Answer
        Mean of each number that the stage measures, where it was reached.
    """

    outcomes: dict[str, Answer] = field(default_factory=dict)
    labels: dict[str, dict[str, Answer]] = field(default_factory=dict)
    means: dict[str, Answer] = field(default_factory=dict)

    @property
    def reached_share(self) -> float:
        """Share of the histories that came to the stage."""
        return 1.0 - next(iter(self.outcomes.values())).undefined


class StageSummaries(Result, dict[str, StageSummary]):
    """Every stage of a crisis, by its name, in the order of the scenario."""

    @property
    def unsolved_stages(self) -> list[UnsolvedStage]:
        """The stages that were not solved everywhere, each once."""
        return worst_of_each_stage(
            one.unsolved for stage in self.values() for one in stage.outcomes.values()
        )


def summarise(crisis: Crisis, counts: Sequence[Counts]) -> StageSummaries:
    """Summarise every stage; measures of single forces and camps are left to queries.

    Parameters
    ----------
    crisis : Crisis
    counts : sequence of Counts
        For each of :func:`questions_of`.
    """
    asked = questions_of(crisis)
    found = StageSummaries()
    for (stage, measure, label), counted in zip(asked.values(), counts, strict=True):
        summary = found.setdefault(stage, StageSummary())
        if not measure:
            summary.outcomes[label] = answer(counted)
        elif label:
            summary.labels.setdefault(measure, {})[label] = answer(counted)
        else:
            summary.means[measure] = answer(counted)
    return found


def questions_of(crisis: Crisis) -> Mapping[Quantity, tuple[str, str, str]]:
    """Return what a summary asks, and of each the stage, the measure and the label."""
    asked: dict[Quantity, tuple[str, str, str]] = {}
    for stage in crisis.stages:
        symbols = crisis.vocabulary.stages[stage]
        for code, label in enumerate(symbols.outcomes):
            event = Compare("=", Outcome(stage), Label(label, code))
            asked[Probability(event)] = (stage, "", label)
        for measure, symbol in symbols.measures.items():
            if symbol.index is not None:
                continue
            node, reached = Measure(stage, measure), Reached(stage)
            for code, label in enumerate(symbol.kind.labels or ()):
                event = Compare("=", node, Label(label, code))
                asked[Probability(event, given=reached)] = (stage, measure, label)
            if not symbol.kind.labels:
                asked[Mean(node, given=reached)] = (stage, measure, "")
    return asked
