"""An explanation as sections: what each part asks, what it found, and the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.explain.causes import count_in_words
from conjuncture.analysis.explain.explanation import PARTS
from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.numbers import BLANK, MOST_DIGITS, from_to, interval, percent, round_number
from conjuncture.presentation.sections import Drawing, ExplanationSections, Section, TextTable

if TYPE_CHECKING:
    from conjuncture.analysis.explain.attribution import Attribution, Share
    from conjuncture.analysis.explain.causes import Causes
    from conjuncture.analysis.explain.discovery_result import Box, Discovery, Limit
    from conjuncture.analysis.explain.explanation import Explanation
    from conjuncture.analysis.explain.sensitivity import Sensitivity
    from conjuncture.analysis.explain.tipping import Curve, Tipping

MOST_ROWS = 10
KINDS = {"but-for": "but\u2011for", "preempting": "preempting"}
TENTH = 0.004
"""An error of a probability that leaves a tenth of a percentage point worth writing."""


TITLES = {
    "attribution": "Whose doing it was",
    "conditions": "Which conditions it rested on",
    "causes": "What would have turned it",
    "sensitivity": "Which unknown numbers it hangs on",
    "tipping": "Where it tips",
    "discovery": "In which worlds it comes about",
}

ASKS = {
    "attribution": (
        "What each force adds to the probability, averaged over every order in which the forces "
        "can come in (Shapley values); a force that is not in stands aside. The shares add up."
    ),
    "conditions": (
        "The same for conditions: what each adds to the probability by being there, beside its "
        "being taken away, averaged over every order."
    ),
    "causes": (
        "History by history: would it have ended otherwise had these forces stood aside? Alone, "
        "only together, or only while others are held to what they in fact did or left undone (a "
        "preempting cause). In the rest no set of up to three forces turns it: there it was those "
        "who cannot stand aside, more forces at once, or luck."
    ),
    "sensitivity": (
        "How much of the difference between worlds each unknown number accounts for: by itself, "
        "and together with all others (Sobol' indices). What several do together counts for each "
        "of them, so that the shares with all others can add up to more than 100\u00a0%. In "
        "brackets intervals of 90\u00a0%; where a share may be nothing they stand alone."
    ),
    "tipping": (
        "One number is moved and all else stays as it was drawn: where does the probability cross "
        "the level?"
    ),
    "discovery": (
        "The simplest description of the worlds in which it is likely: ranges of a few numbers, "
        "how many of the wanted worlds they catch, and how many of the caught are wanted."
    ),
}


def sections_of(
    explanation: Explanation,
    anchor: str,
    names: Mapping[str, str],
    drawings: Mapping[str, Sequence[Drawing]],
) -> ExplanationSections:
    """Return an explanation for a report.

    Parameters
    ----------
    explanation : Explanation
    anchor : str
        Where it stands; its sections stand at ``ANCHOR-PART``.
    names : mapping of str to str
        How sentences call each force.
    drawings : mapping of str to sequence of Drawing
        The pictures of each part.
    """
    sections = [
        section_of(part, found, names, f"{anchor}-{part}", drawings.get(part, ()))
        for part in PARTS
        if (found := getattr(explanation, part)) is not None
    ]
    answer = explanation.probability
    low, high = (percent(end, answer.standard_error) for end in answer.interval)
    sentence = (
        f"It comes about in {percent(answer.value, answer.standard_error)} of all histories; in "
        f"nine tenths of the worlds, in {from_to(low, high)}. {explanation.histories_in_words}"
    )
    missing = tuple(TITLES.get(one, one) for one in explanation.missing)
    return ExplanationSections(
        anchor,
        explanation.event,
        sentence.rstrip(),
        tuple(sections),
        missing,
        says=explanation.clause,
    )


def section_of(
    part: str,
    found: Any,
    names: Mapping[str, str],
    anchor: str = "",
    drawings: Sequence[Drawing] = (),
) -> Section:
    """Return one part of an explanation as a section.

    Parameters
    ----------
    part : str
        One of :data:`PARTS`.
    found : Attribution, Causes, Sensitivity, Tipping or Discovery
    names : mapping of str to str
        How sentences call each force.
    anchor : str
    drawings : sequence of Drawing
    """
    return Section(
        anchor=anchor,
        title=TITLES[part],
        asks=ASKS[part],
        sentences=tuple(found.sentences()),
        drawings=tuple(drawings),
        tables=tuple(tables_of(part, found, names)),
    )


def tables_of(part: str, found: Any, names: Mapping[str, str]) -> Iterator[TextTable]:
    """Return the tables of a part of an explanation."""
    match part:
        case "attribution" | "conditions":
            return attribution_tables(found)
        case "causes":
            return causes_tables(found, names)
        case "sensitivity":
            return sensitivity_tables(found)
        case "tipping":
            return tipping_tables(found)
        case _:
            return discovery_tables(found)


def attribution_tables(found: Attribution) -> Iterator[TextTable]:
    """Yield what each factor adds, and which pairs do more, or less, than both apart."""
    what = "force" if found.kind == "forces" else "condition"
    rows = [row for share in found.shares if not share.is_idle for row in share_rows(share, "")]
    rows.append(("all together", percentage_points(found.whole - found.empty), ""))
    yield TextTable(
        f"What each {what} adds to the probability, from {percent(found.empty)} with none of them "
        f"to {percent(found.whole)}",
        (what, "adds", "error"),
        tuple(rows),
        frozenset({1, 2}),
    )
    labels = {one.factor: one.label for share in found.shares for one in (share, *share.parts)}
    pairs = found.strong_interactions
    if pairs:
        more = len(pairs) - MOST_ROWS
        yield TextTable(
            "Pairs that do more together than apart (above 0), or less"
            + (f"; {more} that matter less are left out" if more > 0 else ""),
            (what, "and", "beyond both apart", "error"),
            tuple(
                (
                    capitalise(labels.get(one.first, one.first)),
                    capitalise(labels.get(one.second, one.second)),
                    percentage_points(one.value), percentage_points(one.error, sign=False),
                )
                for one in pairs[:MOST_ROWS]
            ),
            frozenset({2, 3}),
        )  # fmt: skip


def share_rows(share: Share, before: str) -> Iterator[tuple[str, ...]]:
    """Yield the row of a factor, and those of the members of a group."""
    yield (
        capitalise(before + share.label),
        percentage_points(share.value),
        percentage_points(share.error, sign=False),
    )
    for part in share.parts:
        if part.is_idle:
            continue
        yield from share_rows(part, f"{share.label}: ")


def percentage_points(value: float, *, sign: bool = True) -> str:
    r"""Return a difference of probabilities in percentage points.

    Examples
    --------
    >>> percentage_points(0.123), percentage_points(0.004, sign=False), percentage_points(-0.2)
    ('+12.3\xa0points', '±0.4\xa0points', '−20.0\xa0points')
    """
    if not isfinite(value):
        return "\u2013"
    written = percent(value, TENTH, signed=True)
    return written if sign else "±" + written.lstrip("+")


def causes_tables(found: Causes, names: Mapping[str, str]) -> Iterator[TextTable]:
    """Yield in how many histories which sets are causes, and what nobody turns."""
    yield TextTable(
        "What would have turned the histories in which it came about",
        ("turned by", "histories"),
        (
            ("one force standing aside", percent(found.single)),
            ("only several standing aside together", percent(found.several)),
            ("only while others are held to what they did", percent(found.preempted)),
            (f"no set of up to {count_in_words(found.largest)} forces", percent(found.luck)),
        ),
        frozenset({1}),
    )
    chosen = found.sets[:MOST_ROWS]
    if chosen:
        rows = tuple(
            (
                capitalise(join_words([names.get(one, one) for one in cause.members])),
                KINDS[cause.kind],
                join_words([names.get(one, one) for one in cause.frozen]) or "nobody",
                percent(cause.share, cause.error),
                "±" + percent(cause.error, 0.001),
            )
            for cause in chosen
        )
        more = len(found.sets) - len(chosen)
        yield TextTable(
            "Causes by the share of histories in which they are one"
            + (f"; {more} rarer ones are left out" if more > 0 else ""),
            ("standing aside", "kind", "while held fast", "histories", "error"),
            rows,
            frozenset({3, 4}),
        )


def sensitivity_tables(found: Sensitivity) -> Iterator[TextTable]:
    """Yield the indices of the unknowns that are seen to matter."""
    told = found.indices_beyond_chance[:MOST_ROWS]
    if not told:
        return
    rows = tuple(
        (
            capitalise(one.label),
            part_of_variance(one.first, one.first_interval, seen=one.first_beyond_chance),
            part_of_variance(one.total, one.total_interval, seen=one.beyond_chance),
        )
        for one in told
    )
    left = [
        f"{count} that {which}"
        for count, which in (
            (len(found.indices_beyond_chance) - len(told), "matter less"),
            (
                len(found.indices) - len(found.indices_beyond_chance),
                "are not told apart from nothing",
            ),
        )
        if count
    ]
    yield TextTable(
        "Share of the variance between worlds that each unknown accounts for"
        + (f"; left out: {join_words(left)}" if left else ""),
        ("unknown", "by itself", "with all others"),
        rows,
        frozenset({1, 2}),
    )


def part_of_variance(share: float, interval: tuple[float, float], *, seen: bool) -> str:
    r"""Return a share with its interval, the interval alone where the share may be nothing.

    Examples
    --------
    >>> part_of_variance(0.3, (0.2, 0.4), seen=True), part_of_variance(0.02, (0.0, 0.1), seen=False)
    ('30\xa0% (20 to 40\xa0%)', '0 to 10\xa0%')
    """
    ends = from_to(*map(percent, interval))
    return f"{percent(share)} ({ends})" if seen else ends


def tipping_tables(found: Tipping) -> Iterator[TextTable]:
    """Yield where the probability crosses its level, the nearest crossings first."""
    crossing = [curve for curve in found.curves if curve.crossings]
    if crossing:
        more = len(crossing) - MOST_ROWS
        yield TextTable(
            f"Where the probability crosses {percent(crossing[0].level)}"
            + (f"; {more} numbers that cross from farther away are left out" if more > 0 else ""),
            ("number", "now", "tips at", "90\u00a0% interval", "above it", "worlds that tip"),
            tuple(row for curve in crossing[:MOST_ROWS] for row in crossing_rows(curve)),
            frozenset({1, 2, 3, 5}),
        )


def crossing_rows(curve: Curve) -> Iterator[tuple[str, ...]]:
    """Yield a row for each place at which a curve crosses the level."""
    unit = f"{BLANK}{curve.unit}" if curve.unit and curve.unit != "no unit" else ""
    for place, one in enumerate(curve.crossings):
        yield (
            capitalise(curve.label if place == 0 else f"{curve.label} (again)"),
            interval(curve.now[0], curve.now[2]) + unit,
            round_number(one.value),
            join_words([round_number(end) for end in one.interval]) + " only"
            if one.steps
            else interval(*one.interval, tried=True),
            "likelier" if one.rising else "less likely",
            percent(one.share),
        )


def discovery_tables(found: Discovery) -> Iterator[TextTable]:
    """Yield the boxes, each with its limits."""
    for place, box in enumerate(found.boxes, start=1):
        which = f" {place}" if len(found.boxes) > 1 else ""
        yield TextTable(
            f"Box{which}: {percent(box.density)} of the worlds in it are such worlds, and it holds "
            f"{percent(box.coverage)} of all such worlds ({box.worlds:,} worlds)",
            ("number", "limits", "chance that it is idle"),
            tuple(
                (capitalise(limit.label), limit_in_words(limit), chance_of(limit))
                for limit in limits_in(box)
            ),
            frozenset({2}),
        )


def limits_in(box: Box) -> Sequence[Limit]:
    """Return the limits of a box."""
    return box.limits


def limit_in_words(limit: Limit) -> str:
    """Return a limit in words, with the digits that sentences tell."""
    if limit.allowed:
        return join_words(list(limit.allowed))
    if limit.low is not None and limit.high is not None:
        return interval(limit.low, limit.high, MOST_DIGITS)
    if limit.low is not None:
        return f"above {round_number(limit.low, MOST_DIGITS)}"
    return f"below {round_number(limit.high, MOST_DIGITS)}" if limit.high is not None else "any"


def chance_of(limit: Limit) -> str:
    """Return how probable it is that a limit helps as much by accident."""
    return percent(limit.p, 0.001) if isfinite(limit.p) else "\u2013"
