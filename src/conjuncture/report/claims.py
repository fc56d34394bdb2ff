"""The claims as a report shows them: each with its origin and where in the worlds it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conjuncture.analysis.claim_results import ClaimResult
from conjuncture.presentation.claims import chronicle_of, claim_text, sentence_on
from conjuncture.report.cast import ScenarioDescriber
from conjuncture.report.content import ShownClaim


def show_claims(
    results: Sequence[ClaimResult], describing: ScenarioDescriber, where: Mapping[str, str]
) -> tuple[ShownClaim, ...]:
    """Return the claims that were tested, in the account's order and numbered by it.

    Parameters
    ----------
    results : sequence of ClaimResult
    describing : Describing
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
        says=text.says,
        test=text.test,
        origin=describing.origin(result.claim.provenance, anchor),
        sentence=sentence_on(text),
        readings=text.readings,
        remarks=text.remarks,
        where=where,
        announced=text.announced,
        see=chronicle_of(crisis.slug, text.key) if text.word in ("holds", "fails") else "",
    )
