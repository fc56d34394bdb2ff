"""The tested claims of a run, as Python and notebooks show them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.stage_summaries import html_table
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.presentation.claim_documents import claim_rows, claims_document
from conjuncture.presentation.claim_notes import balance_in_words
from conjuncture.presentation.claims import SYMBOLS, ClaimText, ReadingText, claim_text, sentence_on
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import pandas


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
        lines = [f"{self.crisis.title}: {balance_in_words(self)}"]
        lines += [
            f"{SYMBOLS[text.word]} {text.key}: {text.says} {sentence_on(text)}"
            for text in self.texts
        ]
        return "\n".join([*lines, *map(str, self.failed)])

    def _repr_html_(self) -> str:
        return claims_html(self) + "".join(f"<p>{escape(str(one))}</p>" for one in self.failed)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as ``--json`` writes it."""
        return claims_document(
            self, self.failed, self.crisis.observed, self.likelihood, self.posterior
        )

    def to_frame(self) -> pandas.DataFrame:
        """Return a table with a row for each claim and reading.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        return pandas.DataFrame(list(claim_rows(self.to_dict())))


def claims_html(results: ClaimResults) -> str:
    """Return the claims as a table for notebooks."""
    texts = results.texts
    names = list(dict.fromkeys(one.name for text in texts for one in text.readings))
    rows = []
    for text in texts:
        small = "".join(f"<br><small><i>{escape(remark)}</i></small>" for remark in text.remarks)
        cells = [f"<b>{escape(text.says)}</b><br><code>{escape(text.test)}</code>{small}"]
        by_name = {reading.name: reading for reading in text.readings}
        cells += [reading_html(by_name.get(name)) for name in names]
        rows.append(cells)
    return f"<p>{escape(balance_in_words(results))}</p>" + html_table(["claim", *names], rows)


def reading_html(reading: ReadingText | None) -> str:
    """Return a reading as a cell of such a table."""
    if reading is None:
        return "–"
    hangs = "".join(f"<br><small>{escape(one.full)}</small>" for one in reading.hangs)
    return (
        f"<b>{SYMBOLS[reading.word]} {escape(reading.word)}</b><br>{escape(reading.share)}{hangs}"
    )
