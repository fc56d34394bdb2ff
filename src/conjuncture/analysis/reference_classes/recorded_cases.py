"""The cases of a table, ready to be counted, and those of them that are most like one.

Of each case stand here its outcome, its tags by number and its date. A comparison rests on the tags
of the scenario, or on those named in their place; cases are the more alike the more they share of
tags that say something about how cases end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

from conjuncture.data.case_records import records, select_cases
from conjuncture.data.dictionary import TAGS, describe_table
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.ordering import put_in_order
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.models import CASE_TABLES

Real = NDArray[np.float64]
Codes = NDArray[np.int64]

UNKNOWN = -1
"""The code of a tag that nobody coded of a case; the options are numbered from 0."""


def information_of(codes: Codes, success: NDArray[np.bool_]) -> float:
    r"""Return how many bits a tag says about success, among the cases that have the tag.

    The mutual information of tag and success, less what it is on average where a tag with as many
    options says nothing [miller1955]_:

    .. math:: I = H(S) - \sum_o \frac{n_o}{n} H(S \mid o) - \frac{m - 1}{2 n \ln 2}

    with m options seen among n cases; zero where that is negative.

    Parameters
    ----------
    codes : array, shape (cases,)
        The option of each case, -1 where it is not known.
    success : array, shape (cases,)

    References
    ----------
    .. [miller1955] Miller, G. A. (1955), Note on the bias of information estimates.

    Examples
    --------
    >>> success = np.array([True, False] * 50)
    >>> round(information_of(np.array([0, 1] * 50), success), 2)
    0.99
    >>> information_of(np.array([0, 0, 1, 1] * 25), success)
    0.0
    """
    known = codes != UNKNOWN
    if not known.any():
        return 0.0
    options, places = np.unique(codes[known], return_inverse=True)
    cases = np.bincount(places).astype(float)
    successes = np.bincount(places, success[known].astype(float))
    total = cases.sum()
    within = float(cases @ entropy_of(successes / cases)) / total
    whole = float(entropy_of(np.array([successes.sum() / total]))[0])
    chance = (len(options) - 1) / (2.0 * total * log(2.0))
    return max(float(whole - within - chance), 0.0)


def entropy_of(rates: Real) -> Real:
    """Return the entropy in bits of events with these rates, shape (rates,).

    Examples
    --------
    >>> [float(one) for one in entropy_of(np.array([0.0, 0.5, 1.0]))]
    [0.0, 1.0, 0.0]
    """
    inner = np.clip(rates, 1e-300, 1.0)
    outer = np.clip(1.0 - rates, 1e-300, 1.0)
    found: Real = np.abs(-rates * np.log2(inner) - (1.0 - rates) * np.log2(outer))
    return found


BEGAN = {"attempts": "date", "campaigns": "start"}
"""The column of each table that says when a case was, or began."""

DAYS = 365.25


@dataclass(frozen=True)
class RecordedCases:
    """The cases of a table whose outcome is on record.

    Attributes
    ----------
    among : str
        The table.
    names : tuple of str
    success : array of bool, shape (cases,)
    codes : mapping of str to array, shape (cases,)
        Of each tag the option of each case by its place among the options, -1 where the table has
        none.
    days : array, shape (cases,)
        When each was, in days.
    """

    among: str
    names: tuple[str, ...]
    success: NDArray[np.bool_]
    codes: Mapping[str, Codes]
    days: Real

    def drop_case(self, case: str) -> RecordedCases:
        """Return the same less one case; all of them where there is none of that name."""
        kept = np.array([name != case for name in self.names], bool)
        return RecordedCases(
            self.among,
            tuple(name for name in self.names if name != case),
            self.success[kept],
            {tag: codes[kept] for tag, codes in self.codes.items()},
            self.days[kept],
        )

    def day_of(self, case: str) -> float:
        """Return when a case was, in days; not a number where there is none of that name."""
        return float(self.days[self.names.index(case)]) if case in self.names else float("nan")


def cases_of(among: str) -> RecordedCases:
    """Return the cases of a table whose outcome is on record.

    Parameters
    ----------
    among : str
        ``attempts`` or ``campaigns``.

    Examples
    --------
    >>> found = cases_of("campaigns")
    >>> len(found.names), round(float(found.success.mean()), 3)
    (352, 0.426)
    """
    rows = [row for row in records(among) if row["success"]]
    name = describe_table(among).case
    codes = {}
    for tag in TAGS[among].values():
        places = {option: place for place, option in enumerate(tag.options)}
        codes[tag.name] = np.array([places.get(row[tag.name], UNKNOWN) for row in rows], np.int64)
    return RecordedCases(
        among=among,
        names=tuple(row[name] for row in rows),
        success=np.array([row["success"] == "1" for row in rows]),
        codes=codes,
        days=np.array([day_of(row[BEGAN[among]]) for row in rows]),
    )


def day_of(written: str) -> float:
    """Return a date, or the beginning of a year, in days.

    Examples
    --------
    >>> day_of("1970-10-06") - day_of("1970-10-04")
    2.0
    >>> round(day_of("1971") - day_of("1970"))
    365
    """
    if "-" in written:
        return float(date.fromisoformat(written).toordinal())
    return DAYS * float(written)


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
    cases : RecordedCases
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


def stated_tags(
    crisis: Crisis, tags: Mapping[str, str] | None, among: str | None
) -> tuple[str, dict[str, str]]:
    """Return the table and the tags by which a crisis is to be compared.

    Parameters
    ----------
    crisis : Crisis
    tags : mapping of str to str, optional
        In the place of those of the scenario, or beside them.
    among : str, optional
        The table; that of the scenario if not given. The scenario's tags are kept only for the
        scenario's own table.

    Raises
    ------
    UsageError
        When there is no such table, tag or option, or neither the scenario nor anybody else says
        what kind of case it is.
    """
    like = crisis.like
    if not tags and among is None and like is None:
        raise UsageError(tags_remedy(crisis))
    table = among or (CASE_TABLES[0] if like is None else like.among)
    if table not in CASE_TABLES:
        raise UsageError("; ".join(unknown_name("table of cases", table, CASE_TABLES)))
    # Refuses tags and options that the table does not have.
    select_cases(table, tags or {})
    kept = dict(like.tags) if like is not None and like.among == table else {}
    return table, {**kept, **(tags or {})}


def tags_remedy(crisis: Crisis) -> str:
    """Return what to write where a scenario does not say what kind of case it is."""
    stage, symbols = next(iter(crisis.vocabulary.stages.items()))
    listed = "; ".join(
        f"{tag.name} ({', '.join(tag.options)})" for tag in TAGS[CASE_TABLES[0]].values()
    )
    return (
        f"'{crisis.slug}' does not say what kind of case it is; write what is known of it under "
        f"'like:', for example 'like: {{success: {stage} = {symbols.outcomes[0]}, plotters: "
        "combat}', or name tags with --tag plotters=combat. The tags of the attempts are: "
        f"{listed}. Those of campaigns: see 'conjuncture data show campaigns'"
    )
