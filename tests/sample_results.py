"""Results to draw: ordinary ones, and the extremes that a picture must survive."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from xml.etree import ElementTree

import numpy as np

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.courses import Flow
from conjuncture.analysis.explain.attribution import Attribution, Interaction, Share
from conjuncture.analysis.explain.causes import Causes, CauseSet
from conjuncture.analysis.explain.discovery_result import Box, Discovery, Limit, Peel
from conjuncture.analysis.explain.methods.crossing import Crossing
from conjuncture.analysis.explain.sensitivity import FactorIndices, Sensitivity
from conjuncture.analysis.explain.tipping import Curve, Tipping, TippingMap
from conjuncture.analysis.reference_classes.outside_view import compare_with_cases
from conjuncture.analysis.rivalry.rivals import Coding, EvidenceStep, RivalAccount, Rivalry
from conjuncture.analysis.verdicts import ClaimResult, Reading, Verdict
from conjuncture.language.nodes import Compare, NumberLiteral
from conjuncture.scenario.crisis import Claim

SPACE = "{http://www.w3.org/2000/svg}"
EVENT = "showdown = torres"
NONE = float("nan")
LONG = "the leaning of the regiments of the high plain, none excepted"
UNBROKEN = "W" * 60
random = np.random.default_rng(1)


def parse_svg(text):
    """Return the root of an SVG."""
    return ElementTree.fromstring(text)  # noqa: S314 - we wrote it


def make_reading(word, share, low, high, value=0.5):
    answer = Answer(value, (0.1, 0.9), 0.01, 400, 204800, met=not isnan(value))
    return Reading(Verdict(word, share, (low, high), 300.0, 400, 400), answer)


def make_claim_result(key, says):
    test = Compare(">", NumberLiteral(1.0), NumberLiteral(0.0))
    claim = Claim(key, says, test, "P(x = a) > 0.5")
    return ClaimResult(
        claim,
        make_reading("holds", 0.97, 0.94, 0.99),
        make_reading("open", 0.86, 0.7, 0.93),
        make_reading("fails", 0.02, 0.0, 0.05),
        Verdict("depends", 0.5, (0.4, 0.6), 100.0, 100, 100),
    )


CLAIMS = [
    make_claim_result("unions", "Without the unions Torres would not have won."),
    make_claim_result("m", LONG),
]
NEVER_MET = replace(CLAIMS[0], prior=make_reading(None, NONE, 0.0, 1.0, NONE))

FORCES = Attribution(
    "forces", EVENT, 0.40, 0.36,
    (
        Share("army", "the army", -0.21, 0.01,
              (Share("line", LONG, -0.30, 0.01), Share("air", "the air force", 0.09, 0.01))),
        Share("unions", "the unions", 0.25, 0.009),
        Share("nobody", "peasants", 0.0, 0.0),
    ),
    (Interaction("army", "unions", -0.05, 0.01), Interaction("unions", "nobody", NONE, NONE)),
    True, 0, 400, 16,
)  # fmt: skip
CONDITIONS = replace(
    FORCES,
    kind="conditions",
    whole=0.44,
    empty=0.40,
    shares=tuple(Share(f"c{n}", f"condition {n}", 0.001, 0.004) for n in range(40)),
    interactions=(),
)
NOTHING = replace(FORCES, whole=0.0, empty=0.0, shares=(Share("a", UNBROKEN, NONE, NONE),))

CAUSES = Causes(
    EVENT,
    (
        CauseSet(("unions",), "but-for", (), 0.42, 0.02),
        CauseSet(("air_force",), "preempting", ("guard",), 0.07, 0.01),
        CauseSet((UNBROKEN, "b"), "but-for", (), 0.001, 0.002),
    ),
    0.48, 0.14, 0.05, 0.33, 6400, 400, names={"unions": "the unions"},
)  # fmt: skip
LUCK = Causes(f"{EVENT} and {LONG}", (), 0.0, 0.0, 0.0, 1.0, 10, 2)

INDICES = (
    FactorIndices("mood", "the mood of the army", ("mood",), 0.31, (0.28, 0.34), 0.45, (0.4, 0.5)),
    FactorIndices("bare", UNBROKEN, (), 0.02, (0.0, 0.05), 0.2, (0.1, 0.3), True, False),
    FactorIndices("fog", LONG, ("fog",), 0.0, (0.0, 0.02), 0.01, (0.0, 0.05), False, False),
)
UNKNOWN = FactorIndices("mood", LONG, (), NONE, (NONE, NONE), NONE, (NONE, NONE), False, False)
SENSITIVITY = Sensitivity(f"P({EVENT})", 0.4, 0.05, 0.1, INDICES, 1024, 16)


def curve(label, unit, crossings):
    grid = np.linspace(0.0, 4.0, 9)
    chance = grid / 4.0
    return Curve(
        label, label, unit, 0.5, (1.0, 1.5, 2.5), grid, chance,
        np.clip(chance - 0.1, 0, 1), np.clip(chance + 0.1, 0, 1), crossings,
    )  # fmt: skip


CROSSED = curve("troops of the guard", "men", (Crossing(2.0, (1.7, 2.4), True, 0.9),))
NOT_CROSSED = curve(LONG, "", (Crossing(3.0, (NONE, NONE), False, 0.1),))
TIPPING = Tipping(EVENT, 0.5, 0.4, (CROSSED, NOT_CROSSED, curve("fog", "", ())), ())
GRIDS = (np.linspace(0.0, 4.0, 9), np.linspace(-1.0, 1.0, 7))
CHANCES = np.clip(GRIDS[0][None, :] / 4.0 + GRIDS[1][:, None] / 4.0, 0.0, 1.0)
MAP = TippingMap(
    ("a", "b"), ("troops of the guard", LONG), ("men", ""), 0.5, GRIDS, CHANCES,
    np.zeros_like(CHANCES), (2.0, 0.1),
)  # fmt: skip

VALUES = {"street": random.uniform(0.0, 0.5, 200), "mood": random.normal(0.0, 0.4, 200)}
BOX = Box(
    (
        Limit("street", "street exchange", 0.11, None, p=0.0001),
        Limit("mood", LONG, -0.5, 0.2, p=0.02),
        Limit("rule", "rule of strength", None, None, ("square", "linear")),
    ),
    0.88, 0.93, 0.6, 240,
)  # fmt: skip
DISCOVERY = Discovery(
    "the claim 'unions'", 0.55, 200, 4, (BOX, replace(BOX, limits=BOX.limits[:1])),
    tuple(Peel(1 - 0.05 * n, 0.55 + 0.04 * n, 1 - 0.06 * n, n // 3) for n in range(9)),
    None, "It holds when the street exchange exceeds 0.11.",
)  # fmt: skip

POSTERIOR = Posterior(
    EVENT, tuple("abcd"), ("mood", LONG, UNBROKEN, "constant"),
    np.column_stack([random.normal(size=(200, 3)), np.ones(200)]),
    np.column_stack([random.normal((2.0, 0.8, 0.0), size=(100, 3)), np.ones(100)]),
    np.full(100, 0.01), (0.3, 1.0), 80.0, -3.0, 0.1, (0.4, 0.3), (" men", "", "", ""),
)  # fmt: skip

ACCOUNTS = (
    RivalAccount(LONG, "one", -3.0, 0.1, 200.0),
    RivalAccount("Another", "other", -4.0, 0.1, 150.0),
)
RIVALRY = Rivalry(
    EVENT, ACCOUNTS, 0.62, 0.1,
    (Coding("quiet", 0.8, 0.7), Coding(LONG, 0.2, NONE)), (0.45, 0.8),
    (
        EvidenceStep(EVENT, (0.4, 0.3), 0.12, 0.02, 0.12, 0.02),
        EvidenceStep("window = quiet", (0.8, 0.0), NONE, NONE, 0.62, 0.1),
    ),
)  # fmt: skip

FLOWS = (
    Flow("showdown", "miranda", None, 0.6),
    Flow("showdown", "torres", "window", 0.35),
    Flow("showdown", "nobody_at_all_and_that_for_a_long_time", "pact", 0.05),
    Flow("window", "quiet", "pact", 0.3),
    Flow("window", "carried", None, 0.048),
    Flow("window", "strange", None, 0.001),
    Flow("window", "stranger", "cellar", 0.001),
    Flow("pact", "agreed", None, 0.2),
    Flow("pact", "refused", "demands (2)", 0.15),
    Flow("cellar", "found", None, 0.001),
    Flow("demands (2)", "granted", None, 0.15),
)

COMPARISON = compare_with_cases(
    "attempts",
    {"plotters": "combat", "protest": "yes", "prior": "several", "region": "asia_pacific"},
    "",
    f"{EVENT} or {LONG}",
    Answer(0.999, (0.9, 1.0), 0.001, 400, 204800),
)
"""A scenario far from its class, which has no case."""

UNTAGGED = compare_with_cases("campaigns", {})
