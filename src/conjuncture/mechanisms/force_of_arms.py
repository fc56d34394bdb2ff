"""Force of arms, as several mechanisms have it: one name is one unknown, whoever reads it."""

from __future__ import annotations

from conjuncture.language.symbols import (
    BATTALIONS,
    DIMENSIONLESS,
    NON_NEGATIVE,
    THOUSANDS,
)
from conjuncture.scenario.stage_model import Constant

LEAST_STRENGTH = 1e-3
"""Battalions that a side counts for at least, so that odds are finite."""

CROWD_SCALE = 10.0
"""Thousands in the street from which on soldiers feel a crowd."""

STREET_EXCHANGE = Constant(
    "street_exchange",
    NON_NEGATIVE,
    BATTALIONS / THOUSANDS,
    "0.02 to 0.4",
    "gamma: battalion equivalents that a thousand people in the street are worth",
    short="what crowds count for against soldiers",
    when_low="when little",
    when_high="when much",
)

DECISIVENESS = Constant(
    "decisiveness",
    NON_NEGATIVE,
    DIMENSIONLESS,
    "0.7 to 4",
    "rho: how steeply the odds of winning follow the ratio of strengths",
    short="how surely the stronger side wins",
    when_low="when hardly more often than not",
    when_high="when almost always",
)

FOG = Constant(
    "fog",
    NON_NEGATIVE,
    DIMENSIONLESS,
    "0.2 to 1.5",
    "standard deviation of what a force misjudges in log strength",
    short="how far everybody misjudges who is stronger",
    when_low="when little",
    when_high="when much",
)

REFUSAL = Constant(
    "refusal",
    NON_NEGATIVE,
    DIMENSIONLESS,
    "0.3 to 3",
    "phi: how fast soldiers stop firing as the crowd against them grows",
    short="how soon soldiers before a crowd stop firing",
    when_low="when late",
    when_high="when soon",
)
