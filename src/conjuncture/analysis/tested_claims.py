"""The tested claims of a run, together with what the reading *re-run* rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.tables import claim_rows, html_claims
from conjuncture.analysis.testing import Tested
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
    """

    __test__ = False

    def __init__(
        self,
        crisis: Crisis,
        tested: Sequence[Tested],
        likelihood: Likelihood | None = None,
        posterior: Posterior | None = None,
    ) -> None:
        self.crisis = crisis
        self.likelihood = likelihood
        self.posterior = posterior
        self._tested = tuple(tested)

    def __len__(self) -> int:
        return len(self._tested)

    def __getitem__(self, key: Any) -> Any:
        """Return a claim by place or by its name in the scenario."""
        if isinstance(key, str):
            return {one.claim.key: one for one in self._tested}[key]
        return self._tested[key]

    def __repr__(self) -> str:
        found = ", ".join(f"{one.claim.key}={one.prior.verdict.word!r}" for one in self._tested)
        return f"Tests({found})"

    def _repr_html_(self) -> str:
        return html_claims(claim_rows(self))
