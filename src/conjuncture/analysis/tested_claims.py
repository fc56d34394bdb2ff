"""The tested claims of a run, together with what the reading *re-run* rests on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.tables import claim_rows, html_claims
from conjuncture.analysis.testing import Failed, Tested
from conjuncture.engine.evidence import Likelihood
from conjuncture.scenario.crisis import Crisis


class Tests(Sequence[Tested]):
    """Tested claims in the account's order, shown as a table in notebooks.

    Parameters
    ----------
    crisis : Crisis
    tested : sequence of Tested
    likelihood : Likelihood or None
        How probable each world makes what was observed, where the reading *re-run* was asked for.
    posterior : Posterior or None
        The worlds of that reading, where worlds weighed so would have been worth too few.
    failed : sequence of Failed
        Claims that could not be tested, because a number went wrong in their runs.
    """

    __test__ = False

    def __init__(
        self,
        crisis: Crisis,
        tested: Sequence[Tested],
        likelihood: Likelihood | None = None,
        posterior: Posterior | None = None,
        failed: Sequence[Failed] = (),
    ) -> None:
        self.crisis = crisis
        self.likelihood = likelihood
        self.posterior = posterior
        self.failed = tuple(failed)
        self._tested = tuple(tested)

    def __len__(self) -> int:
        return len(self._tested)

    def __getitem__(self, key: Any) -> Any:
        """Return a claim by place or by its name in the scenario."""
        if isinstance(key, str):
            return {one.claim.key: one for one in self._tested}[key]
        return self._tested[key]

    def __repr__(self) -> str:
        words: dict[str, str] = {one.claim.key: one.prior.verdict.word for one in self._tested}
        words |= {one.claim.key: "failed" for one in self.failed}
        found = ", ".join(f"{key}={word!r}" for key, word in words.items())
        return f"Tests({found})"

    def _repr_html_(self) -> str:
        failed = "".join(f"<p>{escape(str(one))}</p>" for one in self.failed)
        return html_claims(claim_rows(self)) + failed
