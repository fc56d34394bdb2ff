"""The cases that are most like one: which tags they share with it, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from conjuncture.analysis.reference_classes.cases import RecordedCases
from conjuncture.analysis.reference_classes.telling import UNKNOWN
from conjuncture.data.tags import TAGS
from conjuncture.ordering import put_in_order

MOST = 8
LEAST_BITS = 1e-3
"""What a tag counts that says nothing: it still makes a case more alike."""


@dataclass(frozen=True)
class NamedCase:
    """A case on record beside the one of the scenario.

    Attributes
    ----------
    case : str
    success : bool
    shared : tuple of str
        The tags in which it is the same, the most telling first.
    differs : mapping of str to str
        Tags in which it is not, with what it is in the place.
    unknown : tuple of str
        Tags that the table does not have of it.
    """

    case: str
    success: bool
    shared: tuple[str, ...]
    differs: Mapping[str, str]
    unknown: tuple[str, ...]


def find_closest_cases(
    cases: RecordedCases, tags: Mapping[str, str], bits: Mapping[str, float], day: float
) -> tuple[NamedCase, ...]:
    """Return the eight cases that are most like one.

    A case is the more alike, the more its shared tags tell of how cases end; among equals the one
    nearer in time comes first, then the name decides.

    Parameters
    ----------
    cases : Cases
        Without the case itself.
    tags : mapping of str to str
        What is stated of it.
    bits : mapping of str to float
        How telling each tag is, the most telling first.
    day : float
        When it was, in days; not a number where nobody says.
    """
    places = {tag: TAGS[cases.among][tag].options.index(tags[tag]) for tag in bits}
    found = []
    for index, name in enumerate(cases.names):
        coded = {tag: int(cases.codes[tag][index]) for tag in bits}
        shared = tuple(tag for tag in bits if coded[tag] == places[tag])
        likeness = sum(max(bits[tag], LEAST_BITS) for tag in shared)
        apart = abs(cases.days[index] - day) if isfinite(day) else 0.0
        found.append((likeness, apart, name, index, shared, coded))
    found.sort(key=lambda one: one[2])
    found = put_in_order(found, lambda one: -one[0], lambda one: one[1])
    return tuple(
        NamedCase(
            case=name,
            success=bool(cases.success[index]),
            shared=shared,
            differs={
                tag: TAGS[cases.among][tag].options[code]
                for tag, code in coded.items()
                if code not in (UNKNOWN, places[tag])
            },
            unknown=tuple(tag for tag, code in coded.items() if code == UNKNOWN),
        )
        for _, _, name, index, shared, coded in found[:MOST]
        if shared
    )
