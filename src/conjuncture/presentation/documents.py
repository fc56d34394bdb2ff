"""Values as plain dictionaries and in figures: what the documents of all results are made of.

``docs/reference/json.md`` is the contract; what is not a number is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import numpy as np

from conjuncture.analysis.answers import Answer
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.number_format import bounds_or_none, figure_of, finite_or_none

Content = dict[str, Any]


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


def estimate_figure(answer: Answer) -> str:
    """Return a value with the digits that its standard error leaves."""
    return figure_of(answer.value, answer.standard_error)


def estimate_range(answer: Answer) -> str:
    """Return the middle nine tenths of the worlds, with the digits of the value."""
    low, high = (figure_of(end, answer.standard_error) for end in answer.interval)
    return f"{low} to {high}" if isfinite(answer.interval[0]) else ""


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


def flatten_estimate(estimate: Content) -> Content:
    """Return a value, its interval as two numbers, and its error."""
    low, high = estimate["interval"]
    names = ("value", "standard_error")
    return {**{name: estimate[name] for name in names}, "low": low, "high": high}


def to_json_value(value: Any) -> Any:
    """Return a result in what JSON knows: named fields, lists, numbers; None for what is none.

    Examples
    --------
    >>> from conjuncture.analysis.explain.tipping import Crossing
    >>> to_json_value(Crossing(0.5, (0.4, float("inf")), True, np.float64(1.0)))
    {'value': 0.5, 'interval': [0.4, None], 'rising': True, 'share': 1.0, 'steps': False}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json_value(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json_value(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return to_json_value(value.tolist())
    if isinstance(value, tuple | list | set | frozenset):
        return [to_json_value(one) for one in value]
    if isinstance(value, np.generic):
        return to_json_value(value.item())
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
