"""An explanation as plain dictionaries: the documented shape of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import numpy as np

from conjuncture.analysis.explain.explanation import PARTS, Explanation
from conjuncture.analysis.reporting.result_documents import answer_document


def explanation_document(found: Explanation) -> dict[str, Any]:
    """Return an explanation: the event, its probability, every part with its sentences.

    Parameters
    ----------
    found : Explanation
    """
    parts = {part: getattr(found, part) for part in PARTS}
    return {
        "event": found.event,
        "says": found.clause,
        "probability": answer_document(found.probability),
        "missing": list(found.missing),
        "histories": found.each,
        **({"wrong": dict(found.wrong)} if found.wrong else {}),
        "explanation": {
            name: {**to_json_value(part), "sentences": part.sentences()}
            for name, part in parts.items()
            if part is not None
        },
    }


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
