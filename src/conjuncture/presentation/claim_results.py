"""The tested claims of a run, as Python and notebooks show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conjuncture.analysis.claim_results import ClaimResult, FailedClaim
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.engine.evidence import Likelihood
from conjuncture.scenario.crisis import Crisis


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
