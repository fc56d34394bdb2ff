"""A comparison with cases on record as a plain dictionary: the documented shape of ``compare``."""

from __future__ import annotations

from dataclasses import asdict

from conjuncture.analysis.reference_classes.comparison import Comparison, ReferenceClass
from conjuncture.analysis.reporting.result_documents import (
    Content,
    bounds_or_none,
    estimate_document,
    finite_or_none,
)


def comparison_document(found: Comparison) -> Content:
    """Return what a comparison with cases on record comes to.

    Parameters
    ----------
    found : Comparison
    """
    return {
        "among": found.among,
        "tags": dict(found.tags),
        "bits": dict(found.bits),
        "case": found.case or None,
        "classes": [class_document(one) for one in found.classes],
        "strength": list(found.strength),
        "nearest": [
            {**asdict(one), "shared": list(one.shared), "unknown": list(one.unknown)}
            for one in found.nearest
        ],
        "success": found.event or None,
        "own": None if found.own is None else estimate_document(found.own),
        "distance": finite_or_none(found.distance),
        "distance_interval": bounds_or_none(found.distance_interval),
        "sentences": found.sentences(),
        "caution": found.caution,
    }


def class_document(one: ReferenceClass) -> Content:
    """Return a class of cases and its rate."""
    return {
        "tags": dict(one.tags),
        "dropped": one.dropped or None,
        "successes": one.successes,
        "cases": one.cases,
        "unknown": one.unknown,
        "raw": finite_or_none(one.raw),
        "rate": finite_or_none(one.rate),
        "interval": bounds_or_none(one.interval),
        "pulled": finite_or_none(one.pulled),
        "weight": finite_or_none(one.weight),
    }


def class_table(content: Content) -> list[Content]:
    """Return the classes as flat rows, the narrowest first."""
    return [
        {
            "tags": ", ".join(f"{tag}={option}" for tag, option in one["tags"].items()),
            **{name: one[name] for name in one if name not in ("tags", "interval")},
            "low": one["interval"][0],
            "high": one["interval"][1],
        }
        for one in content["classes"]
    ]
