"""Every result as text, for a notebook, as JSON and as a table: which module words which."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from conjuncture.analysis.alternatives import Alternatives
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.chronicle import Chronicle
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.analysis.outcome_tree import OutcomeTree
from conjuncture.analysis.parameter_sweep import SweepResults
from conjuncture.analysis.reference_classes.comparison import Comparison
from conjuncture.analysis.rivalry.rivals import Rivalry
from conjuncture.analysis.stage_summaries import StageSummaries
from conjuncture.presentation import (
    alternatives,
    answers,
    chronicle,
    comparison,
    explanation,
    outcomes,
    posterior,
    rivalry,
    sweep,
)
from conjuncture.presentation.documents import Content
from conjuncture.presentation.notebook import html_of_groups, html_of_pictures
from conjuncture.presentation.text import text_of_groups

WORDED_BY = {
    Alternatives: alternatives,
    Answer: answers,
    Chronicle: chronicle,
    OutcomeTree: outcomes,
    StageSummaries: outcomes,
    Posterior: posterior,
    Rivalry: rivalry,
    Comparison: comparison,
    SweepResults: sweep,
}
"""The others are explanations and their parts."""


def wording_of(result: Any) -> Any:
    """Return the module that words a result."""
    return WORDED_BY.get(type(result), explanation)


def text_of(result: Any) -> str:
    """Return a result as a terminal shows it, 80 columns wide."""
    return text_of_groups(list(wording_of(result).groups_of(result)))


def html_of(result: Any) -> str:
    """Return a result as a notebook shows it, with its picture; an explanation part by part."""
    groups = wording_of(result).groups_of(result)
    if isinstance(result, Explanation):
        parts = "".join(map(html_of, result.parts.values()))
        return html_of_groups(islice(groups, 1)) + parts
    return html_of_groups(groups) + html_of_pictures(result)


def document_of(result: Any) -> Content:
    """Return a result as ``--json`` writes it."""
    found: Content = wording_of(result).document_of(result)
    return found


def rows_of(result: Any) -> list[Content]:
    """Return the figures of a result as flat rows."""
    found: Iterable[Content] = wording_of(result).rows_of(result)
    return list(found)
