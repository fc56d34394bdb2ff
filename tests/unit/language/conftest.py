"""A small crisis in names only, on which the tests of the language link."""

import pytest

from conjuncture.language.symbols import (
    BATTALIONS,
    COUNT,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
    Vocabulary,
)

FORCES = ("altiplano", "valleys", "staff", "unions", "students")
CAMPS = ("miranda", "torres")
SIDES = ("aside", *CAMPS)
RULES = ("weight", "refusal")


def build_vocabulary(*, second_showdown: bool = False) -> Vocabulary:
    """Return the vocabulary; with a second stage that has sides if that is asked for."""
    cells = {
        "army_mood": Kind(REAL),
        "scale": Kind(NON_NEGATIVE),
        "street_exchange": Kind(NON_NEGATIVE, BATTALIONS / THOUSANDS),
        "fog": Kind(NON_NEGATIVE),
        "services.materiel": Kind(NON_NEGATIVE, BATTALIONS),
        "services.reach.altiplano": Kind(REAL),
        "altiplano.ties.unions": Kind(REAL),
        "showdown.miranda.resolve": Kind(UNIT_INTERVAL),
        "showdown.strength": Kind(labels=RULES),
    }
    for force in FORCES:
        cells[f"{force}.troops"] = Kind(NON_NEGATIVE, BATTALIONS)
        cells[f"{force}.mass"] = Kind(NON_NEGATIVE, THOUSANDS)
        cells[f"{force}.cohesion"] = Kind(UNIT_INTERVAL)
        for camp in CAMPS:
            cells[f"{force}.leans.{camp}"] = Kind(REAL)
    showdown = StageSymbols(
        outcomes=CAMPS,
        sides=SIDES,
        takes_part=FORCES,
        measures={
            "how": MeasureSymbol(Kind(labels=("capitulation", "fighting", "imposed"))),
            "rounds": MeasureSymbol(Kind(COUNT)),
            "side": MeasureSymbol(Kind(labels=SIDES), FORCES),
            "strength": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS), CAMPS),
            "margin": MeasureSymbol(Kind(REAL, DIMENSIONLESS)),
            "division": MeasureSymbol(Kind(UNIT_INTERVAL)),
        },
    )
    window = StageSymbols(
        outcomes=("quiet", "crushed", "carried"),
        visits=2,
        measures={"turnout": MeasureSymbol(Kind(UNIT_INTERVAL), ("unions", "students"))},
        moves={"unions": ("arm", "wait")},
        takes_part=("unions", "students"),
    )
    stages = {"showdown": showdown, "window": window}
    if second_showdown:
        stages["rematch"] = showdown
    return Vocabulary(
        cells=cells,
        forces=FORCES,
        backers=("services",),
        groups={"army": ("altiplano", "valleys", "staff"), "street": ("unions", "students")},
        stages=stages,
    )


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return build_vocabulary()


@pytest.fixture(scope="session")
def two_showdowns() -> Vocabulary:
    return build_vocabulary(second_showdown=True)
