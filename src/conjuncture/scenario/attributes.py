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
    """One attribute: ``toward`` says whether it is kept per camp or per other force.

    ``short``, ``when_low`` and ``when_high`` are how sentences speak of it: ``{who}`` is its owner,
    ``{other}`` the camp or force that it is toward, ``[acts|act]`` a verb for one and for several.
    """

    name: str
    domain: Domain
    unit: Unit
    default: str
    widest: str
    meaning: str
    toward: str = ""
    short: str = ""
    when_low: str = ""
    when_high: str = ""


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
            short="the troops of {who}",
            when_low="when they are few",
            when_high="when they are many",
        ),
        Attribute(
            "mass",
            NON_NEGATIVE,
            THOUSANDS,
            "0",
            "2 to 200",
            "people it can bring into the street, in thousands",
            short="how many people {who} can bring out",
            when_low="when few",
            when_high="when many",
        ),
        Attribute(
            "organisation",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "0.05 to 0.95",
            "how far it acts as one on a signal, 0 to 1",
            short="how far {who} [is|are] organised",
            when_low="when loosely",
            when_high="when tightly",
        ),
        Attribute(
            "discipline",
            REAL,
            DIMENSIONLESS,
            "0 to 4",
            "-2 to 6",
            "readiness to obey an order to fire on a crowd, in log-odds",
            short="how readily {who} [obeys|obey] an order to fire",
            when_low="when reluctantly",
            when_high="when readily",
        ),
        Attribute(
            "cohesion",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.5 to 0.95",
            "0.1 to 0.95",
            "share of the unit that follows when it moves, 0 to 1",
            short="how far {who} [holds|hold] together",
            when_low="when loosely",
            when_high="when firmly",
        ),
        Attribute(
            "stakes",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.5 to 4",
            "0.2 to 8",
            "what ending on the winning side is worth, in log-odds",
            short="what winning is worth to {who}",
            when_low="when little",
            when_high="when much",
        ),
        Attribute(
            "breakeven",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.3 to 0.7",
            "0.1 to 0.9",
            "the chance of winning at which joining is worth it, a probability",
            short="the chance of winning at which {who} [joins|join]",
            when_low="when a small one is enough",
            when_high="when only a large one is enough",
        ),
        Attribute(
            "leans",
            REAL,
            DIMENSIONLESS,
            "undecided",
            "undecided",
            "inclination to a camp before anyone moves, in log-odds against standing aside",
            toward="camp",
            short="the leaning of {who} towards {other}",
            when_low="when it is cool",
            when_high="when it is warm",
        ),
        Attribute(
            "ties",
            REAL,
            DIMENSIONLESS,
            "0",
            "-2 to 2",
            "pull towards the side that another force takes, in log-odds",
            toward="force",
            short="the pull of {other} on {who}",
            when_low="when it is weak",
            when_high="when it is strong",
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
            short="what the money and arms of {who} add",
            when_low="when little",
            when_high="when much",
        ),
        Attribute(
            "reach",
            REAL,
            DIMENSIONLESS,
            "0",
            "-1 to 2",
            "what it adds to a force's leaning to the camp it backs, in log-odds",
            toward="force",
            short="the sway of {who} over {other}",
            when_low="when it is small",
            when_high="when it is great",
        ),
    )
}

__all__ = ["ATTRIBUTES", "BACKER_ATTRIBUTES", "Attribute"]
