"""The tested claims of a run, as Python and notebooks show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.presentation.claim_documents import claim_rows, claims_document, world_rows
from conjuncture.presentation.claim_notes import balance_in_words
from conjuncture.presentation.claim_page import ClaimPage
from conjuncture.presentation.claims import SYMBOLS, claim_text, sentence_on
from conjuncture.presentation.notebook import html_of_groups, html_of_pictures
from conjuncture.presentation.sections import ClaimText, TextTable
from conjuncture.presentation.text import Group, Paragraph, text_printed_by
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import pandas
    from rich.console import Console


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
