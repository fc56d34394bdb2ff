"""What must be known of all claims of a run together: how they stand, and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from conjuncture.analysis.clauses import outcome_in_words
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.analysis.unsolved_stages import worst_of_each_stage
from conjuncture.analysis.verdicts import ClaimResult
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.number_format import from_to, percent
from conjuncture.presentation.claims import unsolved_in
from conjuncture.scenario.crisis import Crisis

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
