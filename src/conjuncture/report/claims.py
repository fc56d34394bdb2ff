"""The claims as a report shows them: each with its origin and where in the worlds it holds.

On the first screen there is a line for every claim, and how the stages end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from conjuncture.analysis.verdicts import ClaimResult
from conjuncture.presentation.claims import chronicle_of, claim_text, readings_of, sentence_on
from conjuncture.presentation.sections import Extent, ShownClaim, Strip
from conjuncture.report.cast import ScenarioDescriber


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
