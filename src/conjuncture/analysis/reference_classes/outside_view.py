"""Holding a crisis against cases on record: its classes, the closest cases, and the distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import hypot, isfinite, log

import numpy as np

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.reference_classes.comparison import (
    Comparison,
    ReferenceClass,
    caution_on,
    no_case_message,
)
from conjuncture.analysis.reference_classes.recorded_cases import (
    RecordedCases,
    cases_of,
    find_closest_cases,
    information_of,
    stated_tags,
)
from conjuncture.analysis.reference_classes.shrinkage import (
    ClassHierarchy,
    count_possible_members,
    own_shares,
    shrink_rates,
)
from conjuncture.analysis.simulator import Simulator
from conjuncture.data.dictionary import TAGS
from conjuncture.language.quantities import Probability
from conjuncture.ordering import put_in_order

NO_INTERVAL = float("nan"), float("nan")


def compare_crisis(
    simulator: Simulator, tags: Mapping[str, str] | None = None, among: str | None = None
) -> Comparison:
    """Compare a crisis with cases on record that are like it.

    Parameters
    ----------
    simulator : Simulator
    tags : mapping of str to str, optional
        In the place of those under ``like`` in the scenario, or beside them.
    among : str, optional
        The table: ``attempts`` or ``campaigns``; the scenario's own if not given. In another table
        nothing under ``like`` counts.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        When there is no such table, tag or option, or nobody says what kind of case it is.
    """
    crisis = simulator.worlds.crisis
    table, chosen = stated_tags(crisis, tags, among)
    like = crisis.like
    if like is None or like.among != table:
        return compare_with_cases(table, chosen)
    question = compile_question(Probability(like.success))
    own = answer(simulator.count([question], "histories")[0])
    says = event_in_words(simulator.worlds.crisis, like.success)
    return replace(compare_with_cases(table, chosen, like.case, like.written, own), says=says)


def compare_with_cases(
    among: str,
    tags: Mapping[str, str],
    case: str = "",
    event: str = "",
    own: Answer | None = None,
) -> Comparison:
    """Compare with the cases of a table.

    The narrowest class has all the tags. Tag after tag is then relaxed, from the least telling to
    the most telling one, up to all cases. How telling a tag is, is the information that it has
    about success in all cases but this one (:func:`.information`), not in the class: so the order
    does not hang on the few cases of a small class, and the tag whose loss costs the least goes
    first.

    Parameters
    ----------
    among : str
        ``attempts`` or ``campaigns``.
    tags : mapping of str to str
        Tags of that table, each with one of its options.
    case : str
        The case itself, to be left out; empty where the table does not have it.
    event : str
        What counts as success in the scenario, as a reader is to see it.
    own : Answer, optional
        How probable that is there.

    Examples
    --------
    >>> found = compare_with_cases("attempts", {"plotters": "combat", "protest": "no"})
    >>> [(dict(one.tags), one.cases) for one in found.classes[1:]]
    [({'plotters': 'combat'}, 259), ({}, 491)]
    """
    whole = cases_of(among)
    cases = whole.drop_case(case)
    bits = rank_tags(cases, tags)
    kept = {tag: tags[tag] for tag in bits}
    classes, strength = classes_of(cases, kept)
    nearest = next((one for one in classes if one.cases), classes[-1])
    distance, interval = distance_from_class(nearest, own)
    return Comparison(
        among=among,
        tags=kept,
        bits=bits,
        case=case,
        classes=classes,
        strength=strength,
        nearest=find_closest_cases(cases, kept, bits, whole.day_of(case)),
        event=event,
        own=own,
        distance=distance,
        distance_interval=interval,
        empty="" if classes[0].cases else no_case_message(among, kept, nearest),
        caution=caution_on(among, kept),
    )


def rank_tags(cases: RecordedCases, tags: Mapping[str, str]) -> dict[str, float]:
    """Return how many bits each tag tells, the most telling first, equals as they are stated."""
    bits = {tag: information_of(cases.codes[tag], cases.success) for tag in tags}
    return dict(put_in_order(bits.items(), lambda pair: pair[1], falling=True))


def classes_of(
    cases: RecordedCases, tags: Mapping[str, str]
) -> tuple[tuple[ReferenceClass, ...], tuple[float, float, float]]:
    """Return the classes from the narrowest to all cases, and how much they lean on one another.

    Parameters
    ----------
    cases : RecordedCases
    tags : mapping of str to str
        The most telling first.
    """
    places = [TAGS[cases.among][tag].options.index(option) for tag, option in tags.items()]
    stated = np.array(places, np.int64)
    columns = [cases.codes[tag] for tag in tags]
    codes = np.column_stack(columns) if columns else np.zeros((len(cases.names), 0), np.int64)
    nesting = ClassHierarchy.of(codes, cases.success, stated)
    found = shrink_rates(nesting)
    shares, names = own_shares(nesting, found), list(tags)
    classes = []
    for level, (successes, size) in enumerate(nesting.counts):
        raw = successes / size if size else float("nan")
        rate = float(found.rates[level])
        classes.append(
            ReferenceClass(
                tags={tag: tags[tag] for tag in names[:level]},
                dropped=names[level] if level < len(names) else "",
                successes=successes,
                cases=size,
                unknown=count_possible_members(codes[:, :level], stated[:level]),
                raw=raw,
                rate=rate,
                interval=found.intervals[level],
                pulled=rate - raw,
                weight=float(shares[level]),
            )
        )
    strength = found.strength(0.05), found.strength(0.5), found.strength(0.95)
    return tuple(reversed(classes)), strength


def distance_from_class(
    one: ReferenceClass, own: Answer | None
) -> tuple[float, tuple[float, float]]:
    r"""Return how far a scenario stands from a class in log-odds, with an interval of 90 %.

    .. math:: d = \log\frac{P}{1 - P} - \log\frac{r}{1 - r}

    Each end lies off by the root of the sum of two squares: how far the end of the interval of
    P over worlds is from P, and how far the opposite end of that of r is from r, both in log-odds.
    A share of histories is kept half a history away from 0 and 1.

    Parameters
    ----------
    one : ReferenceClass
    own : Answer or None
    """
    if own is None or not isfinite(own.value):
        return float("nan"), NO_INTERVAL
    least = 0.5 / (own.histories + 1.0)
    least_of_world = 0.5 / (own.histories / own.worlds + 1.0)
    here, there = log_odds_of(own.value, least), log_odds_of(one.rate)
    low, high = (log_odds_of(end, least_of_world) for end in own.interval)
    below, above = (log_odds_of(end) for end in one.interval)
    distance = here - there
    return distance, (
        distance - hypot(here - low, above - there),
        distance + hypot(high - here, there - below),
    )


def log_odds_of(share: float, least: float = 1e-12) -> float:
    """Return the natural logarithm of the odds of a share.

    Parameters
    ----------
    share : float
    least : float
        How far from 0 and 1 it is kept.

    Examples
    --------
    >>> log_odds_of(0.5), round(log_odds_of(0.9), 3)
    (0.0, 2.197)
    """
    inside = min(max(share, least), 1.0 - least)
    return log(inside / (1.0 - inside))
