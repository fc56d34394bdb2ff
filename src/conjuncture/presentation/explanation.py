"""An explanation in words: what each part asks, what it found, and the figures behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from conjuncture.analysis.explain.attribution import Attribution, Share
from conjuncture.analysis.explain.causes import Causes, count_in_words
from conjuncture.analysis.explain.discovery_result import Discovery, Limit
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.analysis.explain.sensitivity import Sensitivity
from conjuncture.analysis.explain.tipping import Curve, Tipping
from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.number_format import (
    BLANK,
    MOST_DIGITS,
    finite_or_none,
    from_to,
    interval,
    percent,
    round_number,
)
from conjuncture.presentation.documents import Content, answer_document, to_json_value
from conjuncture.presentation.sections import Drawing, ExplanationSections, Section, TextTable
from conjuncture.presentation.text import Group, Paragraph
from conjuncture.presentation.text import groups_of as groups_of_section

MOST_ROWS = 10
KINDS = {"but-for": "but\u2011for", "preempting": "preempting"}
TENTH = 0.004
"""An error of a probability that leaves a tenth of a percentage point worth writing."""


def sections_of(
    explanation: Explanation, anchor: str = "", drawings: Mapping[str, Sequence[Drawing]] = {}
) -> ExplanationSections:
    """Return an explanation for a report.

    Parameters
    ----------
    explanation : Explanation
    anchor : str
        Where it stands; its sections stand at ``ANCHOR-PART``.
    drawings : mapping of str to sequence of Drawing
        The pictures of each part.
    """
    sections = [
        section_of(found, f"{anchor}-{part}", drawings.get(part, ()))
        for part, found in explanation.parts.items()
    ]
    answer = explanation.probability
    low, high = (percent(end, answer.standard_error) for end in answer.interval)
    sentence = (
        f"It comes about in {percent(answer.value, answer.standard_error)} of all histories; in "
        f"nine tenths of the worlds, in {from_to(low, high)}. {explanation.histories_in_words}"
    )
    return ExplanationSections(
        anchor,
        explanation.event,
        sentence.rstrip(),
        tuple(sections),
        tuple(WORDING[part].title for part in explanation.missing),
        says=explanation.clause,
    )


def section_of(found: Any, anchor: str = "", drawings: Sequence[Drawing] = ()) -> Section:
    """Return one part of an explanation as a section.

    Parameters
    ----------
    found : Attribution, Causes, Sensitivity, Tipping or Discovery
    anchor : str
    drawings : sequence of Drawing
    """
    words = WORDING[found.part]
    return Section(
        anchor=anchor,
        title=words.title,
        asks=words.asks,
        sentences=tuple(found.sentences()),
        drawings=tuple(drawings),
        tables=tuple(words.tables_of(found)),
    )


def groups_of(found: Any, *, quiet: bool = False) -> Iterator[Group]:
    """Yield an explanation, or a part of one, as blocks of text."""
    if not isinstance(found, Explanation):
        yield from groups_of_section(section_of(found), quiet=quiet)
        return
    whole = sections_of(found)
    yield [Paragraph(f"Why {whole.says}  ({whole.event})", "bold"), Paragraph(whole.sentence)]
    for section in whole.sections:
        yield from groups_of_section(section, quiet=quiet)
    if whole.missing:
        yield [Paragraph(f"missing: {'; '.join(whole.missing).lower()}")]


def document_of(found: Any) -> Content:
    """Return an explanation, or a part of one, with its sentences.

    Parameters
    ----------
    found : Explanation, Attribution, Causes, Sensitivity, Tipping or Discovery
    """
    if not isinstance(found, Explanation):
        return {**to_json_value(found), "sentences": found.sentences()}
    return {
        "event": found.event,
        "says": found.clause,
        "probability": answer_document(found.probability),
        "missing": list(found.missing),
        "histories": found.each,
        **({"wrong": dict(found.wrong)} if found.wrong else {}),
        "explanation": {part: document_of(one) for part, one in found.parts.items()},
    }


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


def causes_tables(found: Causes) -> Iterator[TextTable]:
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
                capitalise(join_words([found.names.get(one, one) for one in cause.members])),
                KINDS[cause.kind],
                join_words([found.names.get(one, one) for one in cause.frozen]) or "nobody",
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
                for limit in box.limits
            ),
            frozenset({2}),
        )


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


def rows_of(found: Any) -> Iterator[Content]:
    """Yield the figures of an explanation, or of a part of one, as flat rows.

    Parameters
    ----------
    found : Explanation, Attribution, Causes, Sensitivity, Tipping or Discovery

    Yields
    ------
    dict
        ``part``, ``key`` and ``label`` of what the figure is about, ``quantity``, its ``value``
        and ``standard_error``, and ``low`` and ``high``, the ends of its interval of 90 % or, of a
        limit, of its range.
    """
    parts = found.parts.values() if isinstance(found, Explanation) else [found]
    for one in parts:
        for row in WORDING[one.part].rows_of(one):
            yield {"part": one.part, **row}


def figure_row(
    key: str,
    label: str,
    quantity: str,
    value: float | None,
    error: float | None = None,
    ends: tuple[float | None, float | None] = (None, None),
) -> Content:
    """Return a figure as a row; what is not known, or without end, is None."""
    low, high = map(finite_or_none, ends)
    return {
        "key": key,
        "label": label,
        "quantity": quantity,
        "value": finite_or_none(value),
        "standard_error": finite_or_none(error),
        "low": low,
        "high": high,
    }


def attribution_rows(found: Attribution) -> Iterator[Content]:
    """Yield what each factor adds, the members of groups included, and each pair beyond that."""
    for share in found.shares:
        for one in (share, *share.parts):
            yield figure_row(one.factor, one.label, "adds", one.value, one.error, one.interval)
    for pair in found.interactions:
        key, label = (
            f"{first} & {second}"
            for first, second in (
                (pair.first, pair.second),
                (
                    found.labels.get(pair.first, pair.first),
                    found.labels.get(pair.second, pair.second),
                ),
            )
        )
        yield figure_row(key, label, "beyond both apart", pair.value, pair.error, pair.interval)


def causes_rows(found: Causes) -> Iterator[Content]:
    """Yield in which share of the histories each set of forces is a cause."""
    for cause in found.sets:
        label = join_words([found.names.get(one, one) for one in cause.members])
        yield figure_row(" & ".join(cause.members), label, cause.kind, cause.share, cause.error)


def sensitivity_rows(found: Sensitivity) -> Iterator[Content]:
    """Yield the first-order and the total index of each factor."""
    for one in found.indices:
        yield figure_row(one.factor, one.label, "first", one.first, ends=one.first_interval)
        yield figure_row(one.factor, one.label, "total", one.total, ends=one.total_interval)


def tipping_rows(found: Tipping) -> Iterator[Content]:
    """Yield where the probability crosses its level."""
    for curve in found.curves:
        for one in curve.crossings:
            yield figure_row(curve.key, curve.label, "tips at", one.value, ends=one.interval)


def discovery_rows(found: Discovery) -> Iterator[Content]:
    """Yield the coverage and the density of each box, and its limits."""
    for place, box in enumerate(found.boxes, start=1):
        for name in ("coverage", "density"):
            yield figure_row(f"box {place}", f"box {place}", name, getattr(box, name))
        for limit in box.limits:
            label = f"{limit.label}: {limit_in_words(limit)}"
            yield figure_row(
                limit.key, label, f"limit of box {place}", None, ends=(limit.low, limit.high)
            )


@dataclass(frozen=True)
class PartWording:
    """How a part of an explanation is told.

    Attributes
    ----------
    title, asks : str
    tables_of, rows_of : callable
        Return its tables as text, and its figures as flat rows.
    works : tuple of str
        The works that it rests on, by their keys.
    """

    title: str
    asks: str
    tables_of: Callable[[Any], Iterator[TextTable]]
    rows_of: Callable[[Any], Iterator[Content]]
    works: tuple[str, ...] = ()


WORDING = {
    "attribution": PartWording(
        "Whose doing it was",
        "What each force adds to the probability, averaged over every order in which the forces "
        "can come in (Shapley values); a force that is not in stands aside. The shares add up.",
        attribution_tables,
        attribution_rows,
        ("shapley1953", "owen1977", "grabischroubens1999"),
    ),
    "conditions": PartWording(
        "Which conditions it rested on",
        "The same for conditions: what each adds to the probability by being there, beside its "
        "being taken away, averaged over every order.",
        attribution_tables,
        attribution_rows,
        ("shapley1953",),
    ),
    "causes": PartWording(
        "What would have turned it",
        "History by history: would it have ended otherwise had these forces stood aside? Alone, "
        "only together, or only while others are held to what they in fact did or left undone (a "
        "preempting cause). In the rest no set of up to three forces turns it: there it was those "
        "who cannot stand aside, more forces at once, or luck.",
        causes_tables,
        causes_rows,
        ("halpern2015",),
    ),
    "sensitivity": PartWording(
        "Which unknown numbers it hangs on",
        "How much of the difference between worlds each unknown number accounts for: by itself, "
        "and together with all others (Sobol' indices). What several do together counts for each "
        "of them, so that the shares with all others can add up to more than 100\u00a0%. In "
        "brackets intervals of 90\u00a0%; where a share may be nothing they stand alone.",
        sensitivity_tables,
        sensitivity_rows,
        ("sobol2001", "saltelli2010", "jansen1999"),
    ),
    "tipping": PartWording(
        "Where it tips",
        "One number is moved and all else stays as it was drawn: where does the probability cross "
        "the level?",
        tipping_tables,
        tipping_rows,
    ),
    "discovery": PartWording(
        "In which worlds it comes about",
        "The simplest description of the worlds in which it is likely: ranges of a few numbers, "
        "how many of the wanted worlds they catch, and how many of the caught are wanted.",
        discovery_tables,
        discovery_rows,
        ("friedmanfisher1999", "bryantlempert2010"),
    ),
}
"""Of every part, in the order in which they are told."""
