"""Attempts at a coup, 491 of them: which predictor tells best how those it has not seen ended.

The data come with the package; no folder of data is needed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scripts.learn.population import ATTEMPTS

from conjuncture import data
from conjuncture.figures.picture import Picture
from validation.backtest.mechanism_predictor import MechanismPredictor
from validation.backtest.pictures import draw_calibration, draw_losses
from validation.backtest.predictors import Logistic, base_rate
from validation.backtest.standings import Result, results
from validation.backtest.tables import hindsight, markdown
from validation.backtest.trial import Contender, EvidenceSet

FLOOR = 0.564
"""A log loss below this is leakage: all flags together reach it, with those that tell the end."""

NOTHING = EvidenceSet("nothing", ())
RANK = EvidenceSet("rank", ("plotters",))
PROTEST = EvidenceSet("rank, protest", (*RANK.tags, "protest"))
SUPPORT = EvidenceSet("rank, protest, support", (*PROTEST.tags, "outside_support"))
INCUMBENT = EvidenceSet("rank, protest, support, incumbent", (*SUPPORT.tags, "incumbent"))
EVERYTHING = EvidenceSet(
    "everything",
    (*INCUMBENT.tags, "leader", "military", "dissident", "rebel", "palace", "foreign", "popular"),
    leakage="tells the end",
)
CODED = (RANK, PROTEST, SUPPORT, INCUMBENT)

LEVEL, MEAN = "logistic", "logistic, mean"

BASELINES = (
    Contender("base rate", base_rate, (NOTHING,)),
    Contender(LEVEL, Logistic("level"), (*CODED, EVERYTHING)),
    Contender(MEAN, Logistic("mean"), (*CODED, EVERYTHING)),
)
"""Who takes part and knows of no mechanism, the base rate first."""

SHOWDOWN = "showdown"

CONTENDERS = (*BASELINES, Contender(SHOWDOWN, MechanismPredictor(ATTEMPTS), (NOTHING, *CODED)))
"""Who takes part. A mechanism comes in as one more contender, with the evidence that it can use."""

PICTURED = (
    ("base rate", NOTHING.name),
    (LEVEL, SUPPORT.name),
    (LEVEL, EVERYTHING.name),
    (SHOWDOWN, SUPPORT.name),
)
"""The contenders and evidence whose calibration is drawn."""


@cache
def compute_results() -> dict[str, Result]:
    """Return by split how the contenders did."""
    return results(data.attempts(), CONTENDERS, LEVEL, FLOOR)


def table(_: Path) -> str:
    """Return the standings as Markdown."""
    caution = (
        f"{hindsight('attempts', (*CODED, EVERYTHING))} A log loss below {FLOOR:g} is leakage, not "
        "skill, and is marked."
    )
    tables = [markdown(split, one, "attempts") for split, one in compute_results().items()]
    return "\n\n".join([caution, *tables])


def pictures() -> tuple[Picture, ...]:
    """Return the pictures of the standings."""
    return (
        draw_losses(
            "backtest-attempts",
            "Attempts at a coup: who predicts them best",
            compute_results(),
            FLOOR,
        ),
        draw_calibration(
            "calibration-attempts",
            "Attempts at a coup: stated chances and what followed",
            compute_results(),
            PICTURED,
        ),
    )
