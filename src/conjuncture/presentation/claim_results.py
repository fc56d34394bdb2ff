"""The tested claims of a run as Python and notebooks show them, as ``--json`` and as tables.

``docs/reference/json.md`` is the contract; what is not a number is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim, Reading
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.number_format import bounds_or_none, finite_or_none
from conjuncture.presentation.claim_page import ClaimPage
from conjuncture.presentation.claims import SYMBOLS, balance_in_words, claim_text, sentence_on
from conjuncture.presentation.documents import (
    Content,
    estimate_document,
    flatten_estimate,
    likelihood_document,
)
from conjuncture.presentation.notebook import html_of_groups, html_of_pictures
from conjuncture.presentation.posterior import conditioning_document
from conjuncture.presentation.sections import ClaimText, TextTable
from conjuncture.presentation.text import Group, Paragraph, text_printed_by
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import pandas
    from rich.console import Console


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


class ClaimResults(Sequence[ClaimResult]):
    """Tested claims in the account's order.

    Parameters
    ----------
    crisis : Crisis
    results : sequence of ClaimResult
    likelihood : Likelihood or None
        How probable each world makes what was observed, where the reading *re-run* was asked for.
    posterior : Posterior or None
        The worlds of that reading, where worlds weighed so would have been worth too few.
    failed : sequence of FailedClaim
        Claims that could not be tested, because a number went wrong in their runs.
    """

    def __init__(
        self,
        crisis: Crisis,
        results: Sequence[ClaimResult],
        likelihood: Likelihood | None = None,
        posterior: Posterior | None = None,
        failed: Sequence[FailedClaim] = (),
    ) -> None:
        self.crisis = crisis
        self.likelihood = likelihood
        self.posterior = posterior
        self.failed = tuple(failed)
        self._results = tuple(results)

    def __len__(self) -> int:
        return len(self._results)

    def __getitem__(self, key: Any) -> Any:
        """Return a claim by place or by its name in the scenario."""
        if isinstance(key, str):
            return {one.claim.key: one for one in self._results}[key]
        return self._results[key]

    def __repr__(self) -> str:
        words: dict[str, str] = {one.claim.key: one.word or "no word" for one in self._results}
        words |= {one.claim.key: "failed" for one in self.failed}
        found = ", ".join(f"{key}={word!r}" for key, word in words.items())
        return f"ClaimResults({found})"

    @property
    def texts(self) -> list[ClaimText]:
        """The claims in words."""
        return [claim_text(self.crisis, one) for one in self]

    def __str__(self) -> str:
        return text_printed_by(self.print_on)

    def print_on(self, console: Console) -> None:
        """Print the claims, how they stand together, and how to read the page."""
        page = ClaimPage(console, self.crisis, self.crisis.slug)
        for one in self:
            page.add(one)
        for failed in self.failed:
            page.add_failed(failed)
        if self:
            page.conclude(self)
        elif not self.failed:
            console.print(f"{self.crisis.title}: no claims")

    def _repr_html_(self) -> str:
        rows = tuple(
            (
                text.says,
                f"{SYMBOLS[text.word]} {text.word}",
                " ".join([sentence_on(text), *text.remarks]),
                text.test,
            )
            for text in self.texts
        )
        table = TextTable("", ("claim", "verdict", "how it stands", "test"), rows)
        groups: list[Group] = [[Paragraph(balance_in_words(self)), table]]
        groups.append([Paragraph(str(one)) for one in self.failed])
        return html_of_groups(groups) + (html_of_pictures(self) if self else "")

    def to_dict(self) -> dict[str, Any]:
        """Return everything as ``--json`` writes it."""
        return claims_document(
            self, self.failed, self.crisis.observed, self.likelihood, self.posterior
        )

    def to_frame(self, *, worlds: bool = False) -> pandas.DataFrame:
        """Return a table with a row for each claim and reading.

        Parameters
        ----------
        worlds : bool
            Whether to have a row for each world as well, with the probability that the world is on
            the claim's side; the share itself where its condition never came about there.
        """
        import pandas

        rows = world_rows(self) if worlds else claim_rows(self.to_dict())
        return pandas.DataFrame(list(rows))
