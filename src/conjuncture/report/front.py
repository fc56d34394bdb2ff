"""The first screen of a report: a line for every claim, and how the stages end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from conjuncture.analysis.claim_results import ClaimResult
from conjuncture.analysis.summary import StageSummary
from conjuncture.analysis.wording import labels_of, plain_label
from conjuncture.presentation.claims import readings_of
from conjuncture.presentation.numbers import percent
from conjuncture.report.content import EndShare, Extent, ShownClaim, StageEnds, Strip
from conjuncture.scenario.crisis import Crisis


def strips_of(results: Sequence[ClaimResult], shown: Sequence[ShownClaim]) -> tuple[Strip, ...]:
    """Return the claims as lines of a figure, one extent for each reading that could be asked.

    Parameters
    ----------
    results : sequence of ClaimResult
    shown : sequence of ClaimShown
        The same claims in the same order.
    """
    return tuple(
        Strip(one.number, one.anchor, one.says, tuple(extents_of(result)))
        for result, one in zip(results, shown, strict=True)
    )


def extents_of(result: ClaimResult) -> list[Extent]:
    """Return in what share of the worlds a claim holds, in each reading."""
    return [
        Extent(name, reading.verdict.word or "", reading.verdict.share, *reading.verdict.interval)
        for name, reading in readings_of(result)
        if isfinite(reading.verdict.share)
    ]


def ends_of(stages: Mapping[str, StageSummary], crisis: Crisis) -> tuple[StageEnds, ...]:
    """Return how often each stage ends in which way, with how it did end.

    Parameters
    ----------
    stages : mapping of str to StageSummary
        Of :attr:`conjuncture.ensemble.Ensemble.stages`.
    crisis : Crisis
    """
    labels = labels_of(crisis)
    return tuple(
        StageEnds(
            plain_label(stage),
            tuple(
                EndShare(
                    labels[label],
                    answer.value,
                    percent(answer.value, answer.standard_error),
                    crisis.observed.get(stage) == label,
                )
                for label, answer in summary.outcomes.items()
            ),
            percent(summary.reached_share) if summary.reached_share < 1.0 else "",
        )
        for stage, summary in stages.items()
    )
