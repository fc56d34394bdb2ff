"""Mass campaigns that have ended: which predictor tells best how those it has not seen did.

A campaign belongs to the year in which it ended, when its outcome was known. The data come with
the package; no folder of data is needed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
from scripts.learn.population import CAMPAIGNS

from conjuncture import data
from conjuncture.figures.picture import Picture
from validation.backtest.mechanism_predictor import MechanismPredictor
from validation.backtest.pictures import draw_calibration, draw_losses
from validation.backtest.predictors import Logistic, base_rate
from validation.backtest.standings import Result, results
from validation.backtest.tables import hindsight, markdown
from validation.backtest.trial import Contender, EvidenceSet

NOTHING = EvidenceSet("nothing", ())
AIM = EvidenceSet("aim", ("aim",))
METHOD = EvidenceSet("method", ("method",))
TURNED = EvidenceSet("method, defection", ("method", "defection"))
MEANS = EvidenceSet("method, aim", ("method", "aim"))
REPRESSION = EvidenceSet("method, aim, repression", (*MEANS.tags, "repression"))
SIZE = EvidenceSet("method, aim, repression, size", (*REPRESSION.tags, "size"))
DEFECTION = EvidenceSet("method, aim, repression, size, defection", (*SIZE.tags, "defection"))
CODED = (AIM, METHOD, TURNED, MEANS, REPRESSION, SIZE, DEFECTION)

LOGISTIC = "logistic"

BASELINES = (
    Contender("base rate", base_rate, (NOTHING,)),
    Contender(LOGISTIC, Logistic("level"), CODED),
)
"""Who takes part and knows of no mechanism, the base rate first."""

PLAYED = "rising and showdown"

CONTENDERS = (
    *BASELINES,
    Contender(PLAYED, MechanismPredictor(CAMPAIGNS), (NOTHING, METHOD, TURNED, SIZE, DEFECTION)),
)
"""Who takes part. Mechanisms come in as one more contender, with the evidence that they can use."""

PICTURED = (
    ("base rate", NOTHING.name),
    (LOGISTIC, METHOD.name),
    (LOGISTIC, DEFECTION.name),
    (PLAYED, DEFECTION.name),
)
"""The contenders and evidence whose calibration is drawn."""


def select_ended() -> pd.DataFrame:
    """Return the campaigns that have ended, by the year of their end and where they took place."""
    every = data.campaigns()
    done = every[every["success"].notna()]
    return done.assign(year=done["end"], country=done["location"])


@cache
def compute_results() -> dict[str, Result]:
    """Return by split how the contenders did."""
    return results(select_ended(), CONTENDERS, LOGISTIC)


def table(_: Path) -> str:
    """Return the standings as Markdown."""
    tables = [markdown(split, one, "campaigns") for split, one in compute_results().items()]
    return "\n\n".join([hindsight("campaigns", CODED), *tables])


def pictures() -> tuple[Picture, ...]:
    """Return the pictures of the standings."""
    return (
        draw_losses(
            "backtest-campaigns", "Campaigns: who predicts them best", compute_results(), 0.0
        ),
        draw_calibration(
            "calibration-campaigns",
            "Campaigns: stated chances and what followed",
            compute_results(),
            PICTURED,
        ),
    )
