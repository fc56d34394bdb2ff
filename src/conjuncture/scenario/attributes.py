"""What a force can have: the attributes of the model, their domains, units and defaults.

``default`` is the value of a force that does not state the attribute; ``widest`` is what the
placebo run puts in the place of a stated one. Both are written in the scenario language.
"""

from __future__ import annotations

from dataclasses import dataclass

from conjuncture.language.symbols import (
    BATTALIONS,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Domain,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: ``toward`` says whether it is kept per camp or per other force."""

    name: str
    domain: Domain
    unit: Unit
    default: str
    widest: str
    meaning: str
    toward: str = ""


ATTRIBUTES = {
    attribute.name: attribute
    for attribute in (
        Attribute(
            "troops",
            NON_NEGATIVE,
            BATTALIONS,
            "0",
            "0.2 to 10",
            "men under arms it can commit, in battalion equivalents",
        ),
        Attribute(
            "mass",
            NON_NEGATIVE,
            THOUSANDS,
            "0",
            "2 to 200",
            "people it can bring into the street, in thousands",
        ),
        Attribute(
            "organisation",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "0.05 to 0.95",
            "how far it acts as one on a signal, 0 to 1",
        ),
        Attribute(
            "discipline",
            REAL,
            DIMENSIONLESS,
            "0 to 4",
            "-2 to 6",
            "readiness to obey an order to fire on a crowd, in log-odds",
        ),
        Attribute(
            "cohesion",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.5 to 0.95",
            "0.1 to 0.95",
            "share of the unit that follows when it moves, 0 to 1",
        ),
        Attribute(
            "stakes",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.5 to 4",
            "0.2 to 8",
            "what ending on the winning side is worth, in log-odds",
        ),
        Attribute(
            "breakeven",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.3 to 0.7",
            "0.1 to 0.9",
            "the chance of winning at which joining is worth it, a probability",
        ),
        Attribute(
            "leans",
            REAL,
            DIMENSIONLESS,
            "undecided",
            "undecided",
            "inclination to a camp before anyone moves, in log-odds against standing aside",
            toward="camp",
        ),
        Attribute(
            "ties",
            REAL,
            DIMENSIONLESS,
            "0",
            "-2 to 2",
            "pull towards the side that another force takes, in log-odds",
            toward="force",
        ),
    )
}

BACKER_ATTRIBUTES = {
    attribute.name: attribute
    for attribute in (
        Attribute(
            "materiel",
            NON_NEGATIVE,
            BATTALIONS,
            "0",
            "0.05 to 2",
            "what its money and arms add to the camp's strength, in battalion equivalents",
        ),
        Attribute(
            "reach",
            REAL,
            DIMENSIONLESS,
            "0",
            "-1 to 2",
            "what it adds to a force's leaning to the camp it backs, in log-odds",
            toward="force",
        ),
    )
}

__all__ = ["ATTRIBUTES", "BACKER_ATTRIBUTES", "Attribute"]
