"""Results as plain dictionaries: the documented shapes of ``--json``.

``docs/reference/json.md`` is the contract; what is not a number is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.outcome_tree import Fork, OutcomeTree
from conjuncture.analysis.stage_summaries import StageSummary
from conjuncture.engine.likelihood_weighting import Likelihood

Content = dict[str, Any]


def finite_or_none(value: float | None) -> float | None:
    """Return a number, or None for what JSON has no word for.

    Examples
    --------
    >>> finite_or_none(0.5), finite_or_none(float("nan"))
    (0.5, None)
    """
    return None if value is None or not isfinite(value) else float(value)


def bounds_or_none(values: tuple[float, float] | None) -> list[float | None] | None:
    """Return a lower and an upper bound, or None where there are none."""
    return None if values is None else [finite_or_none(values[0]), finite_or_none(values[1])]


def estimate_document(answer: Answer) -> Content:
    """Return a value, its interval over worlds, its error, and the digest of what was counted.

    And the games on which it rests that were not solved everywhere, where there are any.
    """
    found: Content = {
        "value": finite_or_none(answer.value),
        "interval": bounds_or_none(answer.interval),
        "standard_error": finite_or_none(answer.standard_error),
        "counts_sha256": answer.counts_sha256,
    }
    if answer.unsolved:
        found["unsolved"] = [
            {
                "stage": one.stage,
                "worlds": one.worlds,
                "of_worlds": one.of_worlds,
                "share": finite_or_none(one.share),
                "residual": finite_or_none(one.residual),
                "sentence": one.sentence,
            }
            for one in answer.unsolved
        ]
    return found


def answer_document(answer: Answer) -> Content:
    """Return the answer to a query."""
    return {
        **estimate_document(answer),
        "worlds": answer.worlds,
        "histories": answer.histories // answer.worlds,
        "undefined": finite_or_none(answer.undefined),
        "coupling": bounds_or_none(answer.coupling),
        "last_draw": bounds_or_none(answer.last_draw),
        "forestalled": finite_or_none(answer.forestalled),
        "no_value": answer.no_value or None,
    }


def likelihood_document(likelihood: Likelihood | None) -> Content | None:
    """Return how probable what was observed is, and how many worlds it leaves."""
    if likelihood is None:
        return None
    return {
        "probability": finite_or_none(likelihood.probability),
        "effective_worlds": finite_or_none(likelihood.effective_worlds),
    }


def summary_document(stages: Mapping[str, StageSummary]) -> Content:
    """Return the outcomes and measures of every stage."""
    return {
        "stages": {
            name: {
                "reached": finite_or_none(stage.reached_share),
                "outcomes": {
                    label: estimate_document(one) for label, one in stage.outcomes.items()
                },
                "labels": {
                    measure: {label: estimate_document(one) for label, one in shares.items()}
                    for measure, shares in stage.labels.items()
                },
                "means": {measure: estimate_document(one) for measure, one in stage.means.items()},
            }
            for name, stage in stages.items()
        }
    }


def tree_document(tree: OutcomeTree) -> Content:
    """Return the outcome tree."""
    return {"tree": {"least": tree.least, **fork_document(tree.root)}}


def fork_document(fork: Fork) -> Content:
    """Return a stage at one place of the tree, its branches by outcome."""
    return {
        "stage": fork.stage,
        "visit": fork.visit,
        "worlds": finite_or_none(fork.worlds),
        "branches": {
            branch.outcome: {
                "probability": estimate_document(branch.probability),
                "here": estimate_document(branch.here),
                "likeliest": finite_or_none(branch.likeliest),
                "then": branch.then and fork_document(branch.then),
            }
            for branch in fork.branches
        },
        "rarer": {"branches": fork.rarer, "probability": finite_or_none(fork.rarer_probability)},
    }


def flatten_estimate(estimate: Content) -> Content:
    """Return a value, its interval as two numbers, and its error."""
    low, high = estimate["interval"]
    names = ("value", "standard_error")
    return {**{name: estimate[name] for name in names}, "low": low, "high": high}
