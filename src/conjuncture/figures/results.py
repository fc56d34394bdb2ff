"""The pictures of a result, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.alternatives import Alternatives
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.chronicle import Chronicle
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.analysis.outcome_tree import OutcomeTree
from conjuncture.analysis.parameter_sweep import SweepResults
from conjuncture.analysis.plain_words import labels_of
from conjuncture.analysis.reference_classes.comparison import Comparison
from conjuncture.analysis.rivalry.rivals import Rivalry
from conjuncture.analysis.stage_summaries import StageSummaries
from conjuncture.ensemble import Ensemble
from conjuncture.figures.claims import draw_claims
from conjuncture.figures.evidence import draw_comparison, draw_posterior, draw_rivalry
from conjuncture.figures.explanation import draw_explanation
from conjuncture.figures.explanation import pictures_of as pictures_of_part
from conjuncture.figures.outcomes import draw_outcomes
from conjuncture.figures.picture import Picture, svg
from conjuncture.presentation.claim_results import ClaimResults

__all__ = ["pictures_of", "svg"]


def pictures_of(
    result: Any, values: Mapping[str, NDArray[np.float64]] | None = None
) -> list[Picture]:
    """Draw a result; nothing where it has no picture.

    Parameters
    ----------
    result : Ensemble, ClaimResults, Explanation or a part of one, Posterior, or another result
    values : mapping of str to array, shape (worlds,), optional
        The numbers of the worlds, by key, as in ``worlds.table``, for the boxes of a discovery.
    """
    match result:
        case Explanation():
            return draw_explanation(result, values or {})
        case Posterior():
            return [draw_posterior(result)]
        case Rivalry():
            return [draw_rivalry(result)]
        case Comparison():
            return [draw_comparison(result)]
        case ClaimResults():
            return [draw_claims(result)]
        case Ensemble(crisis=crisis):
            return [draw_outcomes(result.flows(), crisis.observed, labels_of(crisis))]
        case (
            Alternatives()
            | Answer()
            | Chronicle()
            | OutcomeTree()
            | StageSummaries()
            | SweepResults()
        ):
            return []
        case _:
            return list(pictures_of_part(result, values or {}, empty=True))
