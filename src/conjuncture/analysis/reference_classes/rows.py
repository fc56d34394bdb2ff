"""Rows of the tables of a comparison: words and figures without any layout."""

from __future__ import annotations

from math import isfinite

from conjuncture.analysis.reference_classes.comparison import Comparison, ReferenceClass
from conjuncture.analysis.reference_classes.in_words import interval_in_words, label_of_class
from conjuncture.analysis.reference_classes.named_cases import NamedCase
from conjuncture.analysis.wording import percent, plain_label

HEADINGS = ("class", "succeeded", "raw", "estimate (90 %)", "own share")
CASE_HEADINGS = ("case", "outcome", "alike in", "otherwise")

LEGEND = (
    "succeeded: how many of the cases on record with these tags did. raw: as a share. estimate: "
    "the same, drawn towards the wider classes by a hierarchical model, with "
    "its interval of 90 %. own share: how much of the estimate comes from the cases of the class "
    "itself. From line to line the tag is left out that says least about success."
)


def class_rows(found: Comparison) -> list[tuple[str, ...]]:
    """Return the classes from the narrowest to all cases, and below them the scenario itself."""
    rows = [class_row(found, one) for one in found.classes]
    if (own := found.own) is not None and isfinite(own.value):
        estimate = f"{percent(own.value)} ({interval_in_words(*own.interval)})"
        rows.append(("in the scenario", "", "", estimate, ""))
    return rows


def class_row(found: Comparison, one: ReferenceClass) -> tuple[str, ...]:
    """Return a class in figures."""
    return (
        label_of_class(one, len(found.tags), found.among),
        f"{one.successes:,} of {one.cases:,}",
        percent(one.raw) if one.cases else "\u2013",
        f"{percent(one.rate)} ({interval_in_words(*one.interval)})",
        percent(one.weight),
    )


def ending_in_words(one: NamedCase) -> str:
    """Return how a case ended."""
    return "succeeded" if one.success else "failed"


def shared_tags_in_words(one: NamedCase, whole: int) -> str:
    """Return in how many tags a case is the same.

    Parameters
    ----------
    one : NamedCase
    whole : int
        How many tags are stated.
    """
    return f"{len(one.shared)} of {whole} tags"


def differing_tags_in_words(one: NamedCase) -> str:
    """Return in which tags a case differs, or is not known.

    Examples
    --------
    >>> differing_tags_in_words(NamedCase("A 1970", True, ("plotters",), {"region": "europe"}, ("protest",)))
    'region europe; protest not known'
    """
    parts = [f"{plain_label(tag)} {plain_label(option)}" for tag, option in one.differs.items()]
    if one.unknown:
        parts.append(", ".join(plain_label(tag) for tag in one.unknown) + " not known")
    return "; ".join(parts)
