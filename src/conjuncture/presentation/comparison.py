"""A comparison with cases on record: as text, as a section of a report, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite

from conjuncture.analysis.plain_words import capitalise, plain_label
from conjuncture.analysis.reference_classes.comparison import (
    Comparison,
    ReferenceClass,
    tags_in_brackets,
)
from conjuncture.analysis.reference_classes.recorded_cases import NamedCase
from conjuncture.number_format import bounds_or_none, finite_or_none, percent_range
from conjuncture.number_format import percent_in_text as percent
from conjuncture.presentation.documents import Content, estimate_document
from conjuncture.presentation.sections import Drawing, Section, TextTable
from conjuncture.presentation.text import Group, Paragraph, notes_of

HEADINGS = ("class", "succeeded", "raw", "estimate (90 %)", "own share")
FIGURES = frozenset(range(1, len(HEADINGS)))
CASE_HEADINGS = ("case", "outcome", "alike in", "otherwise")
LONGEST_ENDING = len("succeeded")

LEGEND = (
    "succeeded: how many of the cases on record with these tags did. raw: as a share. estimate: "
    "the same, drawn towards the wider classes by a hierarchical model, with "
    "its interval of 90 %. own share: how much of the estimate comes from the cases of the class "
    "itself. From line to line the tag is left out that says least about success."
)


def groups_of(found: Comparison, *, quiet: bool = False) -> Iterator[Group]:
    """Yield the classes, what they come to, the closest cases, and how to read it."""
    yield [Paragraph(f"among {found.among}: {tags_in_words(found)}")]
    yield [TextTable("", HEADINGS, class_rows(found), FIGURES)]
    yield from ([Paragraph(sentence)] for sentence in found.sentences())
    if found.nearest:
        cases = tuple(
            (name, ending.ljust(LONGEST_ENDING), "; ".join(filter(None, told)))
            for name, ending, *told in case_rows(found)
        )
        yield [Paragraph("closest cases", "dim"), TextTable("", (), cases)]
    yield [Paragraph(found.caution)]
    yield from notes_of([LEGEND], quiet=quiet)


def section_of(found: Comparison, drawings: Sequence[Drawing] = ()) -> Section:
    """Return how cases on record that are like this one ended, and how far the scenario stands off.

    Parameters
    ----------
    found : Comparison
    drawings : sequence of Drawing
    """
    caption = f"Ever wider classes of {found.among}: {tags_in_words(found)}"
    tables = [TextTable(caption, HEADINGS, class_rows(found), FIGURES)]
    if found.nearest:
        tables.append(TextTable("The closest cases", CASE_HEADINGS, case_rows(found)))
    return Section(
        anchor="similar-cases",
        title="Cases like this one",
        asks="What became of cases like it that are on record, and how far off is the model?",
        sentences=(*found.sentences(), found.caution),
        drawings=tuple(drawings),
        tables=tuple(tables),
        notes=(capitalise(LEGEND),),
    )


def tags_in_words(found: Comparison) -> str:
    """Return what kind of case it is."""
    return tags_in_brackets(found.tags).strip(" ()") or "no tag stated"


def class_rows(found: Comparison) -> tuple[tuple[str, ...], ...]:
    """Return the classes from the narrowest to all cases, and below them the scenario itself."""
    rows = [class_row(found, one) for one in found.classes]
    if (own := found.own) is not None and isfinite(own.value):
        estimate = f"{percent(own.value)} ({percent_range(*own.interval)})"
        rows.append(("in the scenario", "", "", estimate, ""))
    return tuple(rows)


def class_row(found: Comparison, one: ReferenceClass) -> tuple[str, ...]:
    """Return a class in figures."""
    return (
        label_of_class(one, len(found.tags), found.among),
        f"{one.successes:,} of {one.cases:,}",
        percent(one.raw) if one.cases else "\u2013",
        f"{percent(one.rate)} ({percent_range(*one.interval)})",
        percent(one.weight),
    )


def label_of_class(one: ReferenceClass, whole: int, among: str) -> str:
    """Return what a class is called in a table that widens from line to line.

    Parameters
    ----------
    one : ReferenceClass
    whole : int
        How many tags are stated.
    among : str
    """
    if not one.tags:
        return f"all {among}"
    if not one.dropped:
        return {1: "with the tag", 2: "with both tags"}.get(whole, f"with all {whole} tags")
    word = "without" if len(one.tags) == whole - 1 else "nor"
    return f"{word} {plain_label(one.dropped)}"


def case_rows(found: Comparison) -> tuple[tuple[str, str, str, str], ...]:
    """Return the cases most alike: how each ended, how many tags it shares, where it differs."""
    return tuple(
        (
            one.case,
            "succeeded" if one.success else "failed",
            f"{len(one.shared)} of {len(found.tags)} tags",
            differing_tags_in_words(one),
        )
        for one in found.nearest
    )


def differing_tags_in_words(one: NamedCase) -> str:
    """Return in which tags a case differs, or is not known.

    Examples
    --------
    >>> differing_tags_in_words(
    ...     NamedCase("A 1970", True, ("plotters",), {"region": "europe"}, ("protest",))
    ... )
    'region europe; protest not known'
    """
    parts = [f"{plain_label(tag)} {plain_label(option)}" for tag, option in one.differs.items()]
    if one.unknown:
        parts.append(", ".join(plain_label(tag) for tag in one.unknown) + " not known")
    return "; ".join(parts)


def document_of(found: Comparison) -> Content:
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


def rows_of(found: Comparison) -> list[Content]:
    """Return the classes as flat rows, the narrowest first."""
    return [
        {
            "tags": ", ".join(f"{tag}={option}" for tag, option in one["tags"].items()),
            **{name: one[name] for name in one if name not in ("tags", "interval")},
            "low": one["interval"][0],
            "high": one["interval"][1],
        }
        for one in map(class_document, found.classes)
    ]
