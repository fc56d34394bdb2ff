"""Tested claims in words: how many worlds, which word, and on what it hangs.

Number first, word second, reason third. Made once here; terminal, report, notebook and documents
only lay it out. Of all claims of a run together it is said how they stand and what they rest on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, floor, isfinite
from typing import Literal, Protocol

from conjuncture.analysis.claim_comparisons import quantity_compared
from conjuncture.analysis.clauses import event_in_words, outcome_in_words
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.phrases import unknown_in_words
from conjuncture.analysis.plain_words import capitalise, join_words, plain_label
from conjuncture.analysis.unsolved_stages import UnsolvedStage, worst_of_each_stage
from conjuncture.analysis.verdicts import ClaimResult, Reading, Verdict
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.language.nodes import Arithmetic, Compare, Expression, Within
from conjuncture.language.quantities import EventQuantity
from conjuncture.number_format import BLANK, figure_of, from_to, percent, round_number
from conjuncture.presentation.sections import ClaimText, HingeText, ReadingText
from conjuncture.scenario.crisis import Crisis

SYMBOLS = {
    "holds": "✓",
    "mostly holds": "◕",
    "depends": "◐",
    "mostly fails": "◔",
    "fails": "✗",
    "open": "?",
    "": "–",
}
"""Verdicts for readers who see no colours; the last of a claim that has none."""

STYLES = {
    "holds": "bold green",
    "mostly holds": "green",
    "depends": "bold yellow",
    "mostly fails": "red",
    "fails": "bold red",
    "open": "bold blue",
    "": "dim",
}
"""Verdicts on a terminal with colours."""

MEANINGS = {
    "holds": "it is true in at least nine of ten worlds",
    "mostly holds": "it is true in at least three of four worlds",
    "depends": "it is true in some worlds and not in others: it hangs on what nobody knows",
    "mostly fails": "it is true in at most one of four worlds",
    "fails": "it is true in at most one of ten worlds",
    "open": "the run does not tell which of these it is",
}
"""What each verdict means, which is what the whole of its interval says of the share of worlds."""

PRIOR, HAPPENED, RERUN, RERUN_BY_SMC = "prior", "as it happened", "re-run", "re-run by SMC"
RERUN_WHOLE = "re-run of all that happened"

READINGS = {
    PRIOR: "before one knows how it ended",
    HAPPENED: "among histories that went as observed",
    RERUN: "fresh luck in worlds weighed by what happened",
    RERUN_WHOLE: "fresh luck in worlds weighed by all that happened",
    RERUN_BY_SMC: "fresh luck in worlds that could have produced what happened",
}
"""What each reading means."""

FEW_WORLDS = 100
"""With fewer effective worlds than this their number is told."""

CONSTANT = "*"
CONSTANTS = f"{CONSTANT} a constant of the model, not a fact of the crisis"
MOST_HINGES = 2

TOO_FEW = "too few worlds for a word"
IN_BRIEF = "in fact"
"""What the reading *as it happened* is called where there is little room."""


Brevity = Literal[0, 1, 2]
"""How much of a sentence is left out: nothing, the ends of unknowns, the name of the reading."""


def sentence_on(text: ClaimText, hinges: int = MOST_HINGES, brevity: Brevity = 0) -> str:
    """Return how a claim stands, in a few sentences.

    Parameters
    ----------
    text : ClaimText
    hinges : int
        On how many unknowns it may at most be said to hang.
    brevity : int
        1 leaves out what their two ends are called, 2 the name of the reading *as it happened*.
    """
    prior, *others = text.readings
    told = f"{prior.share[0].upper()}{prior.share[1:]}"
    for other in others:
        name = IN_BRIEF if brevity == 2 and other.name == HAPPENED else other.name
        share = "the same" if other.share == prior.share else shorten_share(other.share)
        if other.share.startswith(TOO_FEW) and prior.share.startswith(TOO_FEW):
            share = f"too few too{other.share.removeprefix(TOO_FEW)}"
        # What is no share of worlds is set apart.
        told += f"; {name} {share}" if other.share.startswith("in ") else f"; {name}: {share}"
    told += "."
    for one in text.readings:
        if one.hangs:
            lead = "Most" if one is prior else f"{one.name[0].upper()}{one.name[1:]} most"
            parts = [hinge.brief if brevity else hinge.full for hinge in one.hangs[:hinges]]
            return f"{told} {lead} with {join_words(parts)}."
    return told


def shorten_share(share: str) -> str:
    """Return a second share in fewer words, the first having said of what it is one.

    Examples
    --------
    >>> shorten_share("in 5 of 10 worlds (39 to 54 %)")
    '5 (39 to 54 %)'
    """
    number, _, rest = share.removeprefix("in ").partition(" (")
    number = number.removesuffix(" worlds").removesuffix(" of 10")
    return f"{number.removesuffix(' world')} ({rest}" if rest else share


def claim_text(crisis: Crisis, result: ClaimResult) -> ClaimText:
    """Return a tested claim in words."""
    kind = kind_of_comparison(result.claim.test)
    return ClaimText(
        key=result.claim.key,
        says=result.claim.says,
        test=result.claim.written,
        readings=tuple(
            reading_text(crisis, name, reading, kind) for name, reading in readings_of(result)
        ),
        remarks=tuple(remarks_on(crisis, result)),
        announced=announcement_of(result),
    )


def chronicle_of(scenario: str, key: str) -> str:
    """Return the command that tells a pair of histories in which a claim holds, or fails."""
    return f"conjuncture chronicle {scenario} --claim {key}"


def readings_of(result: ClaimResult) -> list[tuple[str, Reading]]:
    """Return the readings of a claim, and how each was made."""
    happened = result.as_it_happened
    rerun = RERUN_WHOLE if result.posterior is None else RERUN_BY_SMC
    named = [(PRIOR, result.prior), (HAPPENED, happened), (rerun, result.rerun)]
    return [(name, reading) for name, reading in named if reading is not None]


def reading_text(crisis: Crisis, name: str, reading: Reading, kind: str) -> ReadingText:
    """Return a reading in words; ``kind`` says in what the claim's quantity is measured."""
    verdict = reading.verdict
    return ReadingText(
        name=RERUN if reading.decided else name,
        word=verdict.word or "",
        share=share_in_words(reading),
        hangs=tuple(hinge_in_words(crisis, one) for one in verdict.hinges),
        details=tuple(details_of(crisis, reading, kind)),
    )


def share_in_words(reading: Reading) -> str:
    """Return in how many worlds a claim holds, with the interval and what else must be known."""
    verdict, answer = reading.verdict, reading.answer
    if not answer.met or not isfinite(verdict.share):
        return f"cannot be asked: {answer.why_no_value or 'no world reaches its condition'}"
    if verdict.word is None:
        counted = count_of_worlds(verdict.reaching)
        if verdict.reaching < verdict.worlds:
            counted += f" {'reaches' if verdict.reaching == 1 else 'reach'} its condition"
        worth = round(verdict.effective_worlds)
        counted += f", worth {worth}" * (worth < verdict.reaching)
        return f"{TOO_FEW} ({counted}; about {verdict.worlds_needed:,} would tell)"
    beside = [interval_in_words(verdict)]
    if reading.screened or verdict.effective_worlds < FEW_WORLDS:
        beside.append(count_of_worlds(round(verdict.effective_worlds)))
    told = f"in {tenths_in_words(verdict.share)} ({', '.join(beside)})"
    needs = needs_in_words(verdict)
    return f"{told}: {needs}" if needs else told


def count_of_worlds(count: int) -> str:
    """Return a number of worlds.

    Examples
    --------
    >>> count_of_worlds(1), count_of_worlds(1200)
    ('1 world', '1,200 worlds')
    """
    return f"{count:,} world{'' if count == 1 else 's'}"


def tenths_in_words(share: float) -> str:
    """Return a share of worlds in tenths.

    Examples
    --------
    >>> tenths_in_words(0.46), tenths_in_words(0.98), tenths_in_words(0.01)
    ('5 of 10 worlds', 'nearly all worlds', 'hardly any world')
    """
    tenths = round(10.0 * share)
    if tenths == 10:
        return "nearly all worlds"
    return f"{tenths} of 10 worlds" if tenths else "hardly any world"


def interval_in_words(verdict: Verdict) -> str:
    """Return the interval of a share in per cent, its ends rounded outward."""
    low = floor(100.0 * verdict.interval[0] + 1e-9)
    high = ceil(100.0 * verdict.interval[1] - 1e-9)
    return f"{low} to {high}{BLANK}%" if low < high else f"{low}{BLANK}%"


def needs_in_words(verdict: Verdict) -> str:
    """Return what would tell more of an open claim; empty of any other."""
    if verdict.word != "open":
        return ""
    if verdict.at_line:
        return "at its line"
    if verdict.worlds_needed is not None:
        return f"needs {verdict.worlds_needed:,} worlds"
    if verdict.histories_needed is not None:
        return f"needs {verdict.histories_needed:,} histories"
    return "its share lies where two words meet"


def needs_in_details(verdict: Verdict) -> str:
    """Return what would tell more of an open claim, and why."""
    if verdict.at_line:
        return (
            "in most worlds what is compared lies next to the claim's line, so that more histories "
            "would hardly tell on which side"
        )
    if verdict.worlds_needed is not None:
        return f"too few worlds: about {verdict.worlds_needed:,} would tell"
    if verdict.histories_needed is not None:
        return f"too few histories: about {verdict.histories_needed:,} in each world would tell"
    return "its share lies where two words meet, so that more would hardly tell which"


def hinge_in_words(crisis: Crisis, hinge: Hinge) -> HingeText:
    """Return an unknown on which a claim hangs, with the shares at its two ends, in tenths.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> hinge = Hinge("fog", "fog", 0.2, {"low": 0.21, "high": 0.7}, (0.1, 0.3))
    >>> print(hinge_in_words(crisis, hinge).full)
    how far everybody misjudges who is stronger* (2 when little, 7 when much)
    """
    words = unknown_in_words(crisis, hinge.key)
    name = f"{words.name}{CONSTANT if words.is_constant else ''}"
    shares = hinge.shares
    if hinge.limits is None:
        brief = {plain_label(option): share for option, share in shares.items()}
        full = {f"with {option}": share for option, share in brief.items()}
    else:
        brief = dict(shares)
        full = {words.low_end: shares["low"], words.high_end: shares["high"]}
    told = ", ".join(f"{tenth(share)} {end}" for end, share in full.items())
    low, *_, high = brief.values()
    named = ", ".join(f"{end} {tenth(share)}" for end, share in brief.items())
    short = named if hinge.limits is None else f"{tenth(low)}→{tenth(high)}"
    return HingeText(f"{name} ({told})", f"{name} ({short})", words.is_constant)


def tenth(share: float) -> str:
    """Return a share as a number of tenths.

    Examples
    --------
    >>> tenth(0.04), tenth(0.96), tenth(0.52)
    ('0', '10', '5')
    """
    return f"{round(10.0 * share)}"


def details_of(crisis: Crisis, reading: Reading, kind: str) -> list[tuple[str, str]]:
    """Return what is told of a reading on request."""
    verdict, answer = reading.verdict, reading.answer
    if not answer.met or not isfinite(answer.value):
        return []
    error = answer.standard_error
    low, high = (format_quantity(kind, end, error) for end in answer.interval)
    spread = f" ({from_to(low, high)} in the middle nine tenths of the worlds)"
    found = [
        (
            "compared",
            format_quantity(kind, answer.value, error) + spread * isfinite(answer.interval[0]),
        ),
        ("share of worlds", f"{percent(verdict.share)} ({interval_in_words(verdict)})"),
        (
            "worlds",
            f"{verdict.reaching:,} reach the condition, worth {verdict.effective_worlds:.0f}",
        ),
    ]
    if verdict.word == "open":
        found.append(("more", needs_in_details(verdict)))
    if reading.evidence is not None:
        seen = f"{percent(reading.evidence.probability)} of the histories went as observed"
        looked = f", looked for in {reading.screened:,} worlds" if reading.screened else ""
        found.append(("what happened", seen + looked))
    if answer.coupling is not None:
        least, most = (percent(end, error) for end in answer.coupling)
        found.append(("coupling", f"at least {least}, at most {most}, however luck is coupled"))
    if answer.last_draw is not None:
        least, most = (percent(end, error) for end in answer.last_draw)
        told = f"at least {least}, at most {most}, if the last stroke of luck fell otherwise"
        found.append(("last draw", told))
    if answer.forestalled:
        found.append(("forestalled", f"{percent(answer.forestalled)}: the stage was not reached"))
    if answer.undefined:
        found.append(("undefined", f"{percent(answer.undefined)} of the histories that count"))
    found += [("hangs on", hinge_in_details(crisis, hinge)) for hinge in verdict.hinges]
    return found


def hinge_in_details(crisis: Crisis, hinge: Hinge) -> str:
    """Return an unknown on which a claim hangs, with where its thirds end and how much it tells."""
    words = unknown_in_words(crisis, hinge.key)
    told = f"{words.name}: {percent(hinge.variance)} of the difference between worlds goes with it"
    if hinge.limits is not None:
        unit = f" {words.unit}" if words.unit else ""
        low, high = (round_number(end) for end in hinge.limits)
        told += f"; the thirds end at {low} and {high}{unit}"
    shares = [f"{plain_label(name)} {percent(share)}" for name, share in hinge.shares.items()]
    told += f" ({', '.join(shares)})"
    if words.is_constant:
        told += "; it is a constant of the model, not a fact of the crisis"
    return told


def remarks_on(crisis: Crisis, result: ClaimResult) -> list[str]:
    """Return the sentences that must stand beside a claim."""
    found = []
    if result.foregone:
        found.append(
            f"Foregone: by the shape of the model it {result.word}, whatever the account says."
        )
    if told := fresh_luck_in_words(crisis, result):
        found.append(told)
    if result.prior.coupling_matters:
        found.append(
            "The verdict would be another one if the last stroke of luck fell otherwise between "
            "the two runs."
        )
    found += [f"{one.sentence[0].upper()}{one.sentence[1:]}." for one in unsolved_in(result)]
    return found


def fresh_luck_in_words(crisis: Crisis, result: ClaimResult) -> str:
    """Return why a claim is answered with fresh luck; empty where it is not."""
    happened = result.as_it_happened
    if happened is None or happened.decided is None:
        return ""
    does = "excludes its condition," if happened.decided.excluded else "settles"
    why = f"{does} that {event_in_words(crisis, happened.decided.event)}"
    return (
        f"What happened {why}, so that it is re-run: with fresh luck in worlds weighed by what "
        "happened."
    )


def unsolved_in(result: ClaimResult) -> list[UnsolvedStage]:
    """Return the stages on which a claim rests and that were not solved everywhere."""
    return worst_of_each_stage(reading.answer.unsolved for _, reading in readings_of(result))


def announcement_of(result: ClaimResult) -> str:
    """Return whether what players do under a claim's interventions is known to the others."""
    return {
        "": "",
        "announced": "what players do under it is announced, and the others reckon with it",
        "secret": "what players do under it is secret, and the others reckon with things as before",
        "mixed": "what players do under it is announced in one part of it and secret in another",
    }[result.announcement]


def kind_of(asked: Expression) -> str:
    """Return whether a quantity is a ``share``, a difference of shares (``points``) or a number."""
    if isinstance(asked, EventQuantity):
        return "share"
    if isinstance(asked, Arithmetic) and asked.operator in ("+", "-"):
        parts = {kind_of(asked.left), kind_of(asked.right)}
        return "points" if parts <= {"share", "points"} else "number"
    return "number"


def kind_of_comparison(test: Compare | Within) -> str:
    """Return the kind of the quantity that a claim compares."""
    return kind_of(quantity_compared(test))


def format_quantity(kind: str, value: float, error: float) -> str:
    """Return a quantity of a kind with the digits that its error leaves."""
    if kind == "number":
        return figure_of(value, error)
    return percent(value, error, signed=kind == "points")


TWO_SIGNS = "Signs: before it ended, then as it happened."
RISES = "(2→7): worlds of 10, at its lowest and highest."
CAVEAT = "All this confirms neither account nor model and predicts nothing."


class ClaimResultsLike(Protocol):
    """The tested claims of a run, with what its reading *re-run* rests on."""

    crisis: Crisis
    likelihood: Likelihood | None
    posterior: Posterior | None

    def __iter__(self) -> Iterator[ClaimResult]: ...

    def __len__(self) -> int: ...


WORDS_OF_MANY: Mapping[str, tuple[str, str]] = {
    "holds": ("holds", "hold"),
    "mostly holds": ("mostly holds", "mostly hold"),
    "depends": ("depends", "depend"),
    "mostly fails": ("mostly fails", "mostly fail"),
    "fails": ("fails", "fail"),
    "open": ("is open", "are open"),
    "": ("has no verdict", "have no verdict"),
}


def balance_of(results: Sequence[ClaimResult]) -> list[tuple[str, int, str]]:
    """Return each word that some claim has, how many have it, and the verb that says so."""
    counted: Counter[str] = Counter(one.word or "" for one in results)
    return [
        (word, counted[word], verbs[counted[word] > 1])
        for word, verbs in WORDS_OF_MANY.items()
        if counted[word]
    ]


def balance_in_words(results: Sequence[ClaimResult]) -> str:
    """Return how many claims hold, depend and fail, in a sentence.

    Examples
    --------
    >>> balance_in_words([])
    'No claim was tested.'
    """
    if not results:
        return "No claim was tested."
    parts = [f"{count} {verb}" for _, count, verb in balance_of(results)]
    if len(results) == 1:
        return f"The one claim {parts[0].split(maxsplit=1)[1]}, before one knows how it ended."
    return f"Of {len(results)} claims {join_words(parts)}, before one knows how it ended."


def foregone_in_words(results: Iterable[ClaimResult], *, quoted: bool = False) -> str:
    """Return which verdicts follow from the shape of the model alone; empty where none does.

    Parameters
    ----------
    results : iterable of ClaimResult
    quoted : bool
        Whether to name claims by what they say, and not by the names that commands take.
    """
    named = [
        f"“{one.claim.says.rstrip('.')}”" if quoted else one.claim.key
        for one in results
        if one.foregone
    ]
    return f"Foregone whatever the account says: {', '.join(named)}." if named else ""


def reruns_in_words(results: Iterable[ClaimResult]) -> str:
    """Return which claims are answered with fresh luck, and why; empty where none is."""
    keys = [
        one.claim.key
        for one in results
        if one.as_it_happened is not None and one.as_it_happened.fresh_luck
    ]
    if not keys:
        return ""
    return f"Re-run (settled by what happened): {', '.join(keys)}."


def evidence_in_words(results: Iterable[ClaimResult]) -> str:
    """Return what the reading *as it happened* rests on; empty where nothing was observed."""
    readings = [one.as_it_happened for one in results if one.as_it_happened is not None]
    shares = [one.evidence.probability for one in readings if one.evidence is not None]
    if not shares:
        return ""
    count = from_to(percent(min(shares), 0.0005), percent(max(shares), 0.0005))
    found = (
        "As it happened a claim counts the histories that went as observed up to the last stage "
        f"it names: {count} of them."
    )
    screened = max(one.screened for one in readings)
    if screened:
        found += f" For late stages these were looked for in {screened:,} worlds."
    return found


def rerun_in_words(results: ClaimResultsLike) -> str:
    """Return what the reading *re-run* rests on; empty where it was not asked for."""
    weighing, given = results.likelihood, results.posterior
    if weighing is None:
        return ""
    crisis = results.crisis
    happened = join_words(
        [outcome_in_words(crisis, stage, end) for stage, end in crisis.observed.items()]
    )
    found = (
        f"Re-run: {percent(weighing.probability, 0.0005)} of the histories end as observed "
        f"({happened}); the worlds, weighed by that, are worth {weighing.effective_worlds:.0f} "
        "equal ones."
    )
    if given is not None:
        found += (
            " That is too few, so claims are re-run in other worlds that could have produced it: "
            f"{len(given.values):,}, worth {given.effective_worlds:.0f} independent ones. "
            f"Sequential Monte Carlo (SMC) led there from the first in {len(given.temperatures)} "
            "steps; 'conjuncture posterior' shows what they have in common."
        )
    return found


def secrets_in_words(results: Iterable[ClaimResult]) -> str:
    """Return which claims ask what players do as if nobody else knew; empty where none does."""
    keys = [one.claim.key for one in results if one.announcement == "secret"]
    return f"What is done is kept from the others: {', '.join(keys)}." if keys else ""


def couplings_in_words(results: Iterable[ClaimResult]) -> str:
    """Return which verdicts the last stroke of luck could change; empty where none."""
    keys = [one.claim.key for one in results if one.prior.coupling_matters]
    return f"The last stroke of luck could change: {', '.join(keys)}." if keys else ""


def unsolved_in_words(results: Iterable[ClaimResult]) -> str:
    """Return which stages were not solved everywhere; empty where all were."""
    found = worst_of_each_stage(unsolved_in(one) for one in results)
    return " ".join(f"{capitalise(one.sentence)}." for one in found)


def notes_in_words(results: ClaimResultsLike) -> list[str]:
    """Return what must be known of all claims of a run together, a paragraph each."""
    found = (
        secrets_in_words(results),
        foregone_in_words(results),
        reruns_in_words(results),
        couplings_in_words(results),
        rerun_in_words(results),
        unsolved_in_words(results),
    )
    return [one for one in found if one]
