"""What a report says, built from an ensemble: every question is asked and the answers are kept.

Every claim has its origin beside it, where in the worlds it holds, and its pictures as text that
can stand in a page. Where somebody wants the answer so far, what is done is kept and the report
says what is missing. What no result here can do stands in every report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain.attribution import Attribution
from conjuncture.analysis.explain.causes import Causes, count_in_words
from conjuncture.analysis.explain.sample import StoppedEarly
from conjuncture.analysis.explain.tipping import Tipping
from conjuncture.analysis.plain_words import capitalise, join_words, plain_label
from conjuncture.analysis.readings import WENT_WRONG
from conjuncture.analysis.unsolved_stages import worst_of_each_stage
from conjuncture.analysis.verdicts import ClaimResult
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from conjuncture.figures.picture import Picture, svg
from conjuncture.figures.results import pictures_of
from conjuncture.number_format import from_to, percent
from conjuncture.ordering import put_in_order
from conjuncture.presentation import outcomes
from conjuncture.presentation.claim_results import ClaimResults
from conjuncture.presentation.claims import (
    balance_in_words,
    chronicle_of,
    claim_text,
    evidence_in_words,
    foregone_in_words,
    readings_of,
    sentence_on,
)
from conjuncture.presentation.claims import unsolved_in as unsolved_in_claim
from conjuncture.presentation.comparison import section_of
from conjuncture.presentation.explanation import WORDING, sections_of
from conjuncture.presentation.outcomes import ends_of
from conjuncture.presentation.sections import (
    CitedWork,
    Drawing,
    Extent,
    Section,
    ShownClaim,
    Story,
    Strip,
)
from conjuncture.report import stories
from conjuncture.report.account import highlight_account
from conjuncture.report.cast import ScenarioDescriber
from conjuncture.report.document import Report
from conjuncture.scenario.bibliography import citations_of, reference_text, works
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.queries import read_event

if TYPE_CHECKING:
    from conjuncture.analysis.explain.explanation import Explanation


def strips_of(results: Sequence[ClaimResult], shown: Sequence[ShownClaim]) -> tuple[Strip, ...]:
    """Return the claims as lines of a figure, one extent for each reading that could be asked.

    Parameters
    ----------
    results : sequence of ClaimResult
    shown : sequence of ShownClaim
        The same claims in the same order.
    """
    return tuple(
        Strip(one.number, one.anchor, one.text.says, tuple(extents_of(result)))
        for result, one in zip(results, shown, strict=True)
    )


def extents_of(result: ClaimResult) -> list[Extent]:
    """Return in what share of the worlds a claim holds, in each reading."""
    return [
        Extent(name, reading.verdict.word or "", reading.verdict.share, *reading.verdict.interval)
        for name, reading in readings_of(result)
        if isfinite(reading.verdict.share)
    ]


def show_claims(
    results: Sequence[ClaimResult], describing: ScenarioDescriber, where: Mapping[str, str]
) -> tuple[ShownClaim, ...]:
    """Return the claims that were tested, in the account's order and numbered by it.

    Parameters
    ----------
    results : sequence of ClaimResult
    describing : ScenarioDescriber
    where : mapping of str to str
        In which worlds a claim holds, by its key, for those of which it is known.
    """
    numbers = {key: place for place, key in enumerate(describing.crisis.claims, start=1)}
    return tuple(
        show_claim(one, numbers[one.claim.key], describing, where.get(one.claim.key, ""))
        for one in results
    )


def show_claim(
    result: ClaimResult, number: int, describing: ScenarioDescriber, where: str
) -> ShownClaim:
    """Return a claim and how it stands."""
    crisis = describing.crisis
    text = claim_text(crisis, result)
    anchor = f"claim-{text.key}"
    return ShownClaim(
        number=number,
        anchor=anchor,
        text=text,
        origin=describing.origin(result.claim.provenance, anchor),
        sentence=sentence_on(text),
        where=where,
        see=chronicle_of(crisis.slug, text.key) if text.word in ("holds", "fails") else "",
    )


Values = Mapping[str, NDArray[np.float64]]
MOST_MAPS, MOST_BARS, MOST_CURVES = 3, 12, 12
"""Maps, bars and curves in a picture of a report; all of them come with ``--figures``."""


def drawing_of(picture: Picture, name: str) -> Drawing:
    """Return a picture as a report keeps it, under a name that is unique in the report."""
    text = svg(replace(picture, name=name))
    return Drawing(name, picture.title, picture.description, text)


def drawings_of(result: Any) -> tuple[Drawing, ...]:
    """Return the pictures of a result of which a report has but one."""
    return tuple(drawing_of(one, one.name) for one in pictures_of(result))


def drawings_of_explanation(
    found: Explanation, prefix: str, values: Values
) -> dict[str, list[Drawing]]:
    """Return the pictures of each part of an explanation.

    Parameters
    ----------
    found : Explanation
    prefix : str
        With which their names begin.
    values : mapping of str to array, shape (worlds,)
        The numbers of the worlds, by key.
    """
    return {
        name: [
            drawing_of(picture, f"{prefix}-{picture.name}")
            for picture in pictures_of(keep_first(part), values)
        ]
        for name, part in found.parts.items()
    }


def keep_first(part: Any) -> Any:
    """Return a part of an explanation with no more than a picture in a report shows."""
    match part:
        case Attribution(kind="forces"):
            strongest = put_in_order(part.interactions, lambda one: abs(one.value), falling=True)
            return replace(part, interactions=tuple(strongest[:MOST_BARS]))
        case Attribution():
            return replace(part, interactions=())
        case Causes():
            return replace(part, sets=part.sets[:MOST_BARS])
        case Tipping():
            return replace(part, curves=part.curves[:MOST_CURVES], maps=part.maps[:MOST_MAPS])
    return part


NO_PROOF = (
    "A single case cannot confirm a model. That claims hold shows that the account agrees with "
    "itself under the mechanisms chosen, not that these mechanisms were at work."
)
NO_TRUTH = (
    "A verbatim quote shows where a value comes from, not that it is true. If the account is "
    "wrong, so is everything here."
)
BETS = (
    "Ranges are bets at nine to one by whoever wrote the scenario. Another historian would bet "
    "differently; that is why every value carries its reason, and why a verdict is about all the "
    "worlds that a range allows."
)
CHOICES = (
    "The choice of forces, of stages, and of what \u201cwithout\u201d somebody means shapes the "
    "answer. What is left out of the account is listed, so that a reader can judge it."
)
FOLLOWS = (
    "It says what follows from what the account says and how much hangs on numbers nobody knows. "
    "It predicts nothing."
)

CAVEATS = (NO_PROOF, NO_TRUTH, BETS, CHOICES, FOLLOWS)
"""Sentences for the section of caveats, one idea each."""


COMPARISON_WORKS = ("good1965", "gelman2013", "daniels1999", "miller1955")
"""The works that a comparison rests on, by their keys."""

Part = TypeVar("Part")


def build_report(ensemble: Ensemble, outcomes: Sequence[str] | None = None) -> Report:
    """Ask everything that a report tells.

    Parameters
    ----------
    ensemble : Ensemble
    outcomes : sequence of str, optional
        The events to explain, for example ``["showdown = torres"]``; if not given, how the first
        stage ended of which the scenario says how it ended.

    Returns
    -------
    Report

    Raises
    ------
    QueryError
        When an outcome is no event.
    UsageError
        When there is no outcome to explain.
    """
    crisis = ensemble.crisis
    events = list(dict.fromkeys(outcomes or [default_outcome_of(crisis)]))
    for event in events:
        read_event(event, crisis)
    progress = ensemble.simulator.progress
    tests = ensemble.test()
    wrong = [f"{capitalise(str(one))}." for one in tests.failed]

    def part(what: str, made: Callable[[], Part]) -> Part | None:
        """Return a part of the report; None where nobody wants it or a number went wrong."""
        if progress.is_stopped:
            return None
        try:
            return made()
        except WENT_WRONG as error:
            wrong.append(f"{what}: {error}.")
            return None

    never: dict[str, str] = {}

    def explanation_of(event: str) -> Explanation | None:
        title = f"Why {event_in_words(crisis, event)}"
        return part(title, partial(explanation, ensemble, event, never))

    why = {event: explanation_of(event) for event in events}
    if never and not outcomes and not any(why.values()):
        # What the scenario says of the end never comes about: how it does end is told instead.
        event = commonest_end_of(ensemble, events[0])
        why[event] = explanation_of(event)
    found = [one for one in why.values() if one is not None]
    for one in found:
        wrong += [
            f"{WORDING[name].title} ({one.clause}): {how}." for name, how in one.wrong.items()
        ]
    unexplained = [event for event, one in why.items() if one is None and event not in never]
    claimed = part("Where claims hold", partial(worlds_of_claims, ensemble, tests))
    where, unsought = claimed or ({}, "")
    course = part("How each stage ends", partial(course_section, ensemble))
    beside = part("Similar cases", partial(similar_cases_section, ensemble))
    told, untold = part("Histories told", partial(stories_of, ensemble, found)) or ((), "")
    missing = [*missing_parts(ensemble, tests, unexplained, found), *never.values()]
    if course is None:
        missing.append("How often each stage ends in which way was not counted.")
    if beside is None and ensemble.crisis.like is not None:
        missing.append("There is no comparison with similar cases.")
    if not told:
        missing.append("No history is told.")
    missing += [one for one in (unsought, untold) if one]
    report = assemble_report(ensemble, tests, where, found, course, told, [*wrong, *missing])
    return replace(report, comparison=beside, wrong=tuple(wrong))


def default_outcome_of(crisis: Crisis) -> str:
    """Return the event that a report explains where nobody says which.

    Examples
    --------
    >>> import conjuncture
    >>> default_outcome_of(conjuncture.load("bolivia-1970").crisis)
    'showdown = torres'
    """
    for stage in crisis.stages:
        if stage in crisis.observed:
            return f"{stage} = {crisis.observed[stage]}"
    raise UsageError(
        "the scenario does not say how it ended; name the outcome to explain, "
        'for example --outcome "showdown = torres"'
    )


def explanation(ensemble: Ensemble, event: str, never: dict[str, str]) -> Explanation | None:
    """Return the explanation of an event, None where there is none.

    Either the user stopped before, or the event never comes about: then ``never`` says so.
    """
    try:
        return ensemble.explain(event)
    except UsageError as error:
        clause = event_in_words(ensemble.crisis, event)
        never[event] = f"Nothing explains why {clause}: {error}."
        return None
    except StoppedEarly:
        return None


def commonest_end_of(ensemble: Ensemble, event: str) -> str:
    """Return the commonest end of the stage that an event of the form ``stage = outcome`` names."""
    stage = event.partition(" = ")[0]
    answers = ensemble.stages()[stage].outcomes
    (most, *_) = put_in_order(answers, lambda outcome: answers[outcome].value, falling=True)
    return f"{stage} = {most}"


def worlds_of_claims(ensemble: Ensemble, tests: ClaimResults) -> tuple[dict[str, str], str]:
    """Return in which worlds each claim that depends holds, and what to say where that is not all.

    Claims of which nothing simple can be said are left out.
    """
    found: dict[str, str] = {}
    for tested in tests:
        if tested.prior.verdict.word != "depends":
            continue
        try:
            discovery = ensemble.discover(tested.claim.key)
        except UsageError:
            continue
        except StoppedEarly:
            return found, "In which worlds the later claims hold was not looked for."
        if discovery.boxes:
            found[tested.claim.key] = capitalise(discovery.sentence)
    return found, ""


def stories_of(ensemble: Ensemble, found: Sequence[Explanation]) -> tuple[tuple[Story, ...], str]:
    """Return the histories told, and what to say of one that could not be."""
    told = [stories.typical_story(ensemble)]
    if not found:
        return tuple(told), ""
    try:
        turned = stories.turning_story(
            ensemble, found[0].event, found[0].attribution, found[0].each
        )
    except StoppedEarly:
        return tuple(told), "The history that turns was not looked for."
    if turned is None:
        return tuple(told), (
            f"No history told turns: whoever stands aside, {found[0].clause} all the same in every "
            "history of the subsample in which it was so."
        )
    return (*told, turned), ""


def course_section(ensemble: Ensemble) -> Section:
    """Return how often each stage ends in which way."""
    crisis, flows = ensemble.crisis, ensemble.flows()
    pictures = drawings_of(ensemble)
    return outcomes.section_of(ensemble.stages(), crisis, flows, pictures)


def similar_cases_section(ensemble: Ensemble) -> Section | None:
    """Return cases like this one, where the scenario says what kind of case it is."""
    if ensemble.crisis.like is None:
        return None
    found = ensemble.compare()
    return section_of(found, drawings_of(found))


def missing_parts(
    ensemble: Ensemble,
    tests: ClaimResults,
    unexplained: Sequence[str],
    found: Sequence[Explanation],
) -> list[str]:
    """Return what a run that was stopped left undone, in sentences."""
    missing = []
    asked = len(ensemble.crisis.claims)
    if len(tests) + len(tests.failed) < asked:
        missing.append(f"Only {len(tests)} of {asked} claims were tested.")
    if unexplained:
        told = [event_in_words(ensemble.crisis, event) for event in unexplained]
        missing.append(f"Nothing explains why {join_words(told)}.")
    for one in found:
        parts = [f"\u201c{WORDING[part].title}\u201d" for part in one.missing]
        if parts:
            missing.append(f"Of the explanation why {one.clause} there is no {join_words(parts)}.")
    return missing


def assemble_report(
    ensemble: Ensemble,
    tests: ClaimResults,
    where: Mapping[str, str],
    found: Sequence[Explanation],
    course: Section | None,
    told: Sequence[Story],
    missing: Sequence[str],
) -> Report:
    """Return the report of what was found."""
    crisis = ensemble.crisis
    account = highlight_account(crisis)
    describing = ScenarioDescriber(ensemble.worlds, account)
    shown = show_claims(tests, describing, where)
    table = ensemble.worlds.table
    why = tuple(
        sections_of(one, f"why-{place}", drawings_of_explanation(one, f"why-{place}", table))
        for place, one in enumerate(found, start=1)
    )
    return Report(
        title=crisis.title,
        slug=crisis.slug,
        summary=tuple(summary(ensemble, tests, found)),
        missing=tuple(missing),
        account=account,
        unknowns=describing.unknowns(),
        cast=describing.cast(),
        stages=describing.stages(),
        defaults=describing.defaults(),
        claims=shown,
        evidence=tuple(filter(None, [evidence_in_words(tests)])),
        outcomes=course,
        explained=why,
        stories=tuple(told),
        drawings=drawings_of(tests) if len(tests) else (),
        caveats=CAVEATS,
        cited=works_cited(crisis, found),
        record=tuple(record_of(ensemble.record)),
        strips=strips_of(tests, shown),
        course=() if course is None else ends_of(ensemble.stages(), crisis),
    )


def summary(ensemble: Ensemble, tests: ClaimResults, found: Sequence[Explanation]) -> list[str]:
    """Return what the report comes to, a paragraph each."""
    crisis = ensemble.crisis
    worlds = ensemble.worlds.count
    stages = "one stage" if len(crisis.stages) == 1 else f"{len(crisis.stages)} stages"
    paragraphs = [
        (
            f"An account of this crisis was turned into a model of {len(crisis.forces)} forces and "
            f"{stages}, and its causal claims were put to the test. What the account leaves "
            f"uncertain was drawn {worlds:,} times (each draw is a world), and in every world the "
            f"crisis was played out {ensemble.histories:,} times (each play is a history)."
        )
    ]
    if crisis.claims:
        unsolved = worst_of_each_stage(unsolved_in_claim(one) for one in tests)
        warnings = [f"{capitalise(one.sentence)}." for one in unsolved]
        parts = [balance_in_words(tests), foregone_in_words(tests, quoted=True), *warnings]
        paragraphs.append(" ".join(filter(None, parts)))
    for one in found:
        answer = one.probability
        low, high = (percent(end, answer.standard_error) for end in answer.interval)
        told = [f"{capitalise(unsolved.sentence)}." for unsolved in answer.unsolved]
        text = (
            f"In {percent(answer.value, answer.standard_error)} of all histories {one.clause}, in "
            f"{from_to(low, high)} in nine tenths of the worlds."
        )
        paragraphs.append(" ".join([text, *told, *strongest_in_words(one)]))
    return paragraphs


def strongest_in_words(found: Explanation) -> list[str]:
    """Return what an explanation comes to, in a sentence or two."""
    told = []
    if found.attribution is not None and found.attribution.shares:
        clear = found.attribution.clear_shares
        for_it = [share.label for share in clear if share.value > 0.0][:3]
        if for_it:
            told.append(f"Most is owed to {join_words(for_it)}.")
    if found.causes is not None:
        told.append(
            f"In {percent(found.causes.luck)} of these histories no set of up to "
            f"{count_in_words(found.causes.largest)} forces would have turned it by standing aside."
        )
    return told


def works_cited(crisis: Crisis, found: Sequence[Explanation]) -> tuple[CitedWork, ...]:
    """Return the works that the scenario, its mechanisms and the explanations rest on."""
    known = works()
    keys = dict.fromkeys(citations_of(crisis))
    if crisis.like is not None:
        keys |= dict.fromkeys(COMPARISON_WORKS)
    for one in found:
        for part in one.parts:
            keys |= dict.fromkeys(key for key in WORDING[part].works if key in known)
    return tuple(CitedWork(f"work-{key}", key, reference_text(crisis, key)) for key in keys)


def record_of(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the run record says; what it does not know is left out."""
    for name, value in record.items():
        written = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        if value is not None and written:
            yield capitalise(plain_label(name)), written
