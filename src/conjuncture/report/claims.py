"""The claims as a report shows them: readings, verdicts, and what must be known beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, floor, isfinite

from conjuncture.analysis.tables import readings_of, remedy, unsolved_in
from conjuncture.analysis.testing import Reading, Tested
from conjuncture.analysis.verdicts import Word
from conjuncture.analysis.wording import capital, listed
from conjuncture.presentation.numbers import BLANK, from_to, kind_compared, measured, percent
from conjuncture.report.cast import Describing
from conjuncture.report.content import ClaimShown, ReadingShown

WORDS: tuple[Word, ...] = ("holds", "depends", "fails", "unresolved")

MEANINGS = {
    "holds": "it is true in at least nine of ten worlds",
    "depends": "it is true in some worlds and not in others: it hangs on what nobody knows",
    "fails": "it is true in at most one of ten worlds",
    "unresolved": "the run was too small to say which of these it is",
}
"""What each verdict means."""

READINGS = {
    "prior": "before one knows how it ended",
    "as it happened": "among histories that went as observed",
    "re-run": "fresh histories in worlds weighed by what happened",
    "re-run by SMC": "fresh histories in worlds that could have produced what happened",
}
"""What each reading means."""

CLOSE = 0.01
"""From this share of worlds on it is said that they were too close to call."""

FEW_WORLDS = 100


def claims_shown(
    tests: Sequence[Tested], describing: Describing, where: Mapping[str, str]
) -> tuple[ClaimShown, ...]:
    """Return the claims that were tested, in the account's order and numbered by it.

    Parameters
    ----------
    tests : sequence of Tested
    describing : Describing
    where : mapping of str to str
        In which worlds a claim holds, by its key, for those of which it is known.
    """
    numbers = {key: place for place, key in enumerate(describing.crisis.claims, start=1)}
    return tuple(
        claim_shown(one, numbers[one.claim.key], describing, where.get(one.claim.key, ""))
        for one in tests
    )


def claim_shown(tested: Tested, number: int, describing: Describing, where: str) -> ClaimShown:
    """Return a claim and how it stands."""
    claim = tested.claim
    anchor = f"claim-{claim.key}"
    kind = kind_compared(claim.test)
    return ClaimShown(
        number=number,
        anchor=anchor,
        says=claim.says,
        test=claim.written,
        origin=describing.origin(claim.provenance, anchor),
        readings=tuple(reading_shown(name, one, kind) for name, one in readings_of(tested)),
        remarks=tuple(sentences(tested)),
        where=where,
    )


def reading_shown(name: str, reading: Reading, kind: str) -> ReadingShown:
    """Return a claim in one reading; bounds of the share are rounded outwards."""
    answer, verdict = reading.answer, reading.verdict
    if not isfinite(answer.value):
        return ReadingShown(name, "", "\u2013", "", "", "")
    low, high = (measured(kind, end, answer.standard_error) for end in answer.interval)
    bottom, top = floor(100 * verdict.bounds[0] + 1e-9), ceil(100 * verdict.bounds[1] - 1e-9)
    return ReadingShown(
        name=name,
        word=verdict.word,
        value=measured(kind, answer.value, answer.standard_error),
        interval=from_to(low, high) if isfinite(answer.interval[0]) else "",
        share=percent(verdict.share),
        bounds=f"{bottom} to {top}{BLANK}%",
    )


def sentences(tested: Tested) -> list[str]:
    """Return what must be known beside the figures."""
    prior, answer = tested.prior, tested.prior.answer
    found = []
    if tested.foregone:
        found.append(
            f"Foregone: by the shape of the model it {prior.verdict.word}, whatever the account "
            "says."
        )
    if answer.coupling is not None and isfinite(answer.value):
        low, high = (percent(end, answer.standard_error) for end in answer.coupling)
        hangs = " The verdict depends on it." if prior.depends_on_coupling else ""
        found.append(f"However luck is coupled, it is {from_to(low, high)}.{hangs}")
    if answer.forestalled:
        found.append(f"In {percent(answer.forestalled)} the stage was no longer reached.")
    if answer.undefined:
        found.append(f"Undefined in {percent(answer.undefined)} of the histories that count.")
    found += [f"{capital(one.sentence)}." for one in unsolved_in(tested)]
    for name, reading in readings_of(tested):
        where = "" if name == "prior" else f" {name}"
        if not isfinite(reading.answer.value):
            found.append(f"It cannot be asked{where}: {reading.answer.lacking}.")
        elif reading.verdict.word == "unresolved":
            found.append(f"Unresolved{where}: {remedy(reading)}.")
        elif reading.verdict.uncalled >= CLOSE:
            share = percent(reading.verdict.uncalled)
            found.append(f"A close call{where}: {share} of the worlds lie too near the line.")
    return found


def balance(tests: Sequence[Tested]) -> str:
    """Return how many claims hold, depend, fail, and are unresolved, in a sentence.

    Examples
    --------
    >>> balance([])
    'No claim was tested.'
    """
    if not tests:
        return "No claim was tested."
    counted = Counter(one.prior.verdict.word for one in tests if isfinite(one.prior.answer.value))
    plural = {
        "holds": ("holds", "hold"),
        "depends": ("depends on what nobody knows", "depend on what nobody knows"),
        "fails": ("fails", "fail"),
        "unresolved": ("is unresolved", "are unresolved"),
    }
    parts = [
        f"{counted[word]} {plural[word][counted[word] > 1]}" for word in WORDS if counted[word]
    ]
    asked = len(tests) - sum(counted.values())
    if asked:
        parts.append(f"{asked} cannot be asked")
    whole = "The one claim" if len(tests) == 1 else f"Of {len(tests)} claims"
    if len(parts) == 1 and len(tests) > 1:
        return f"All {parts[0].replace(' ', ' claims ', 1)}, before one knows how it ended."
    if len(tests) == 1:
        return f"{whole} {parts[0].split(maxsplit=1)[1]}."
    return f"{whole} {listed(parts)}, before one knows how it ended."


def foregone(tests: Sequence[Tested]) -> str:
    """Return which verdicts follow from the shape of the model alone; nothing where none does."""
    count = sum(one.foregone for one in tests)
    if not count:
        return ""
    verb = "verdict is" if count == 1 else "verdicts are"
    return (
        f"{count} {verb} foregone: the same in worlds that know nothing of what the account says, "
        "and so no test of it."
    )


def evidence(tests: Sequence[Tested]) -> tuple[str, ...]:
    """Return what the reading *as it happened* rests on."""
    seen = [one.evidence for one in tests if one.evidence is not None]
    if not seen:
        return ()
    low, high = (pick(one.probability for one in seen) for pick in (min, max))
    worth = min(one.effective_worlds for one in seen)
    count = from_to(percent(low), percent(high))
    lines = [
        (
            "Read as it happened, a claim counts the histories that went as observed up to the "
            f"last stage that it names: {count} of them. Weighed by that, the worlds are worth "
            f"{worth:,.0f} equal ones or more."
        )
    ]
    if worth < FEW_WORLDS:
        lines.append(
            f"Fewer than {FEW_WORLDS} equal worlds are few: read these figures with caution, or "
            "ask for more worlds."
        )
    return tuple(lines)
