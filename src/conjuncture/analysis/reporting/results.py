"""Results as plain dictionaries: the documented shapes of ``--json``.

``docs/reference/json.md`` is the contract; what is not a number is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.summary import StageSummary
from conjuncture.analysis.tree import Fork, OutcomeTree
from conjuncture.engine.evidence import Likelihood

Content = dict[str, Any]


def finite(value: float | None) -> float | None:
    """Return a number, or None for what JSON has no word for.

    Examples
    --------
    >>> finite(0.5), finite(float("nan"))
    (0.5, None)
    """
    return None if value is None or not isfinite(value) else float(value)


def pair(values: tuple[float, float] | None) -> list[float | None] | None:
    """Return a lower and an upper bound, or None where there are none."""
    return None if values is None else [finite(values[0]), finite(values[1])]


def estimated(answer: Answer) -> Content:
    """Return a value, its interval over worlds, its error, and the digest of what was counted.

    And the games on which it rests that were not solved everywhere, where there are any.
    """
    found: Content = {
        "value": finite(answer.value),
        "interval": pair(answer.interval),
        "standard_error": finite(answer.standard_error),
        "counts_sha256": answer.counts_sha256,
    }
    if answer.unsolved:
        found["unsolved"] = [
            {
                "stage": one.stage,
                "worlds": one.worlds,
                "of_worlds": one.of_worlds,
                "share": finite(one.share),
                "residual": finite(one.residual),
                "sentence": one.sentence,
            }
            for one in answer.unsolved
        ]
    return found


def answered(answer: Answer) -> Content:
    """Return the answer to a query."""
    return {
        **estimated(answer),
        "worlds": answer.worlds,
        "histories": answer.histories // answer.worlds,
        "undefined": finite(answer.undefined),
        "coupling": pair(answer.coupling),
        "last_draw": pair(answer.last_draw),
        "forestalled": finite(answer.forestalled),
        "no_value": answer.no_value or None,
    }


def weighed(likelihood: Likelihood | None) -> Content | None:
    """Return how probable what was observed is, and how many worlds it leaves."""
    if likelihood is None:
        return None
    return {
        "probability": finite(likelihood.probability),
        "effective_worlds": finite(likelihood.effective_worlds),
    }


def conditioned(posterior: Posterior | None) -> Content | None:
    """Return how worlds that could have produced what was observed were found."""
    if posterior is None:
        return None
    return {
        "worlds": len(posterior.values),
        "effective_worlds": finite(posterior.effective_worlds),
        "log_evidence": {
            "value": finite(posterior.log_evidence),
            "standard_error": finite(posterior.log_evidence_error),
        },
        "temperatures": list(posterior.temperatures),
        "acceptance": list(posterior.acceptance),
    }


def learnt(posterior: Posterior) -> Content:
    """Return what was observed, the worlds that could have produced it, and each unknown."""
    return {
        "observed": {
            "outcomes": dict(posterior.observed),
            "posterior": conditioned(posterior),
        },
        "unknowns": {
            one.key: {
                "label": one.label,
                "unit": one.unit.strip(),
                "prior": list(one.prior),
                "posterior": list(one.posterior),
                "moved": {"value": finite(one.shift), "standard_error": finite(one.error)},
                "adjusted_p": finite(one.adjusted),
                "beyond_chance": one.beyond_chance,
            }
            for one in posterior.shifts()
        },
    }


def summarised(stages: Mapping[str, StageSummary]) -> Content:
    """Return the outcomes and measures of every stage."""
    return {
        "stages": {
            name: {
                "reached": finite(stage.reached),
                "outcomes": {label: estimated(one) for label, one in stage.outcomes.items()},
                "labels": {
                    measure: {label: estimated(one) for label, one in shares.items()}
                    for measure, shares in stage.labels.items()
                },
                "means": {measure: estimated(one) for measure, one in stage.means.items()},
            }
            for name, stage in stages.items()
        }
    }


def grown_tree(tree: OutcomeTree) -> Content:
    """Return the outcome tree."""
    return {"tree": {"least": tree.least, **forked(tree.root)}}


def forked(fork: Fork) -> Content:
    """Return a stage at one place of the tree, its branches by outcome."""
    return {
        "stage": fork.stage,
        "visit": fork.visit,
        "worlds": finite(fork.worlds),
        "branches": {
            branch.outcome: {
                "probability": estimated(branch.probability),
                "here": estimated(branch.here),
                "likeliest": finite(branch.likeliest),
                "then": branch.then and forked(branch.then),
            }
            for branch in fork.branches
        },
        "rarer": {"branches": fork.rarer, "probability": finite(fork.rarer_probability)},
    }


def flat(estimate: Content) -> Content:
    """Return a value, its interval as two numbers, and its error."""
    low, high = estimate["interval"]
    names = ("value", "standard_error")
    return {**{name: estimate[name] for name in names}, "low": low, "high": high}
