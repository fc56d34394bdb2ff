"""Tested claims as plain dictionaries and rows: the documented shapes of ``--json`` and of tables.

``docs/reference/json.md`` is the contract; what is not a number is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim, Reading
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.numbers import bounds_or_none, finite_or_none
from conjuncture.presentation.documents import (
    Content,
    estimate_document,
    flatten_estimate,
    likelihood_document,
)
from conjuncture.presentation.posterior import conditioning_document

READINGS = (
    ("prior", "prior"),
    ("as_it_happened", "as it happened"),
    ("rerun", "re-run"),
)
"""The keys of a claim's readings, and what they are called."""


def hinge_document(hinge: Hinge) -> Content:
    """Return an unknown on which a claim hangs."""
    return {
        "unknown": hinge.key,
        "label": hinge.label,
        "variance": finite_or_none(hinge.variance),
        "shares": {name: finite_or_none(share) for name, share in hinge.shares.items()},
        "limits": bounds_or_none(hinge.limits),
    }


def reading_document(reading: Reading) -> Content:
    """Return a claim under one reading of the evidence."""
    verdict, answer = reading.verdict, reading.answer
    decided = reading.decided
    return {
        "verdict": verdict.word,
        "share_of_worlds": finite_or_none(verdict.share),
        "share_interval": bounds_or_none(verdict.interval),
        "effective_worlds": finite_or_none(verdict.effective_worlds),
        "worlds_reaching": verdict.reaching,
        "at_line": verdict.at_line,
        "worlds_needed": verdict.worlds_needed,
        "histories_needed": verdict.histories_needed,
        "hangs_on": [hinge_document(one) for one in verdict.hinges],
        **estimate_document(answer),
        "no_value": answer.why_no_value or None,
        "undefined": finite_or_none(answer.undefined),
        "forestalled": finite_or_none(answer.forestalled),
        "coupling": bounds_or_none(answer.coupling),
        "last_draw": bounds_or_none(answer.last_draw),
        "coupling_matters": reading.coupling_matters,
        "fresh_luck": decided
        and {
            "because_of": decided.text,
            "why": "condition excluded" if decided.excluded else "event decided",
        },
        "screened_worlds": reading.screened or None,
        "evidence": likelihood_document(reading.evidence),
    }


def claim_document(result: ClaimResult) -> Content:
    """Return a tested claim with its readings."""
    return {
        "id": result.claim.key,
        "says": result.claim.says,
        "test": result.claim.written,
        "announced": result.announcement or None,
        "foregone": result.foregone,
        "placebo": result.placebo and result.placebo.word,
        **{
            key: (reading := getattr(result, key)) and reading_document(reading)
            for key, _ in READINGS
        },
    }


def failed_document(failed: FailedClaim) -> Content:
    """Return a claim that could not be tested."""
    claim = failed.claim
    return {
        "id": claim.key,
        "says": claim.says,
        "test": claim.written,
        "problem": failed.problem,
    }


def claims_document(
    results: Sequence[ClaimResult],
    failed: Sequence[FailedClaim],
    observed: Mapping[str, str],
    likelihood: Likelihood | None = None,
    posterior: Posterior | None = None,
) -> Content:
    """Return every claim, those that could not be tested apart, and what was observed.

    Parameters
    ----------
    results : sequence of ClaimResult
    failed : sequence of FailedClaim
    observed : mapping of str to str
        Stage to outcome.
    likelihood : Likelihood, optional
        How probable each world makes all that was observed.
    posterior : Posterior, optional
    """
    counts: dict[str, int] = {}
    for one in results:
        counts[one.word or "no word"] = counts.get(one.word or "no word", 0) + 1
    return {
        "summary": {"prior": counts},
        "claims": [claim_document(one) for one in results],
        **({"failed": [failed_document(one) for one in failed]} if failed else {}),
        "observed": {
            "outcomes": dict(observed),
            "rerun": likelihood_document(likelihood),
            "posterior": conditioning_document(posterior),
        },
    }


def claim_rows(content: Content) -> Iterator[dict[str, Any]]:
    """Yield tested claims as flat rows, one for each claim and reading."""
    for claim in content["claims"]:
        for key, name in READINGS:
            reading = claim[key]
            if reading is not None:
                yield {
                    "claim": claim["id"],
                    "says": claim["says"],
                    "test": claim["test"],
                    "reading": name,
                    **reading_row(reading),
                    "foregone": claim["foregone"],
                }


def world_rows(results: Iterable[ClaimResult]) -> Iterator[dict[str, Any]]:
    """Yield a row for each claim, reading and world."""
    for one in results:
        for key, name in READINGS:
            reading: Reading | None = getattr(one, key)
            favours = None if reading is None else reading.verdict.favours
            for world, share in enumerate(() if favours is None else favours.tolist()):
                yield {
                    "claim": one.claim.key,
                    "reading": name,
                    "world": world,
                    "holds": finite_or_none(share),
                }


def reading_row(reading: Content) -> dict[str, Any]:
    """Return the figures of a reading in the columns that every table of claims has."""
    low, high = reading["share_interval"]
    hangs = reading["hangs_on"]
    return {
        "verdict": reading["verdict"],
        "share_of_worlds": reading["share_of_worlds"],
        "share_low": low,
        "share_high": high,
        "effective_worlds": reading["effective_worlds"],
        "fresh_luck": reading["fresh_luck"] is not None,
        "hangs_on": ", ".join(one["unknown"] for one in hangs),
        **flatten_estimate(reading),
    }
