"""What names may mean: the vocabulary that a scenario hands to linking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conjuncture.number_format import write_number


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a quantity can be; ``whole`` restricts them to integers.

    Examples
    --------
    >>> str(UNIT_INTERVAL)
    'between 0 and 1'
    """

    lower: float | None = None
    upper: float | None = None
    whole: bool = False

    def __contains__(self, number: float) -> bool:
        return (self.lower is None or number >= self.lower) and (
            self.upper is None or number <= self.upper
        )

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.lower is not None and self.upper is not None:
            return f"between {write_number(self.lower)} and {write_number(self.upper)}"
        if self.lower is not None:
            return f"{kind} of at least {write_number(self.lower)}"
        return "any whole number" if self.whole else "any number"


REAL = Domain()
NON_NEGATIVE = Domain(lower=0.0)
UNIT_INTERVAL = Domain(lower=0.0, upper=1.0)
COUNT = Domain(lower=0.0, whole=True)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as powers of base units; log-odds, shares and probabilities have none.

    Examples
    --------
    >>> str(BATTALIONS / THOUSANDS)
    'battalion equivalents per thousand people'
    """

    battalions: int = 0
    thousands: int = 0

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.battalions + other.battalions, self.thousands + other.thousands)

    def __truediv__(self, other: Unit) -> Unit:
        return Unit(self.battalions - other.battalions, self.thousands - other.thousands)

    def __pow__(self, power: int) -> Unit:
        return Unit(self.battalions * power, self.thousands * power)

    def __str__(self) -> str:
        powers = (("battalion equivalents", self.battalions), ("thousand people", self.thousands))
        above = [name + (f"^{power}" if power > 1 else "") for name, power in powers if power > 0]
        below = [name + (f"^{-power}" if power < -1 else "") for name, power in powers if power < 0]
        over = " times ".join(above) or ("" if below else "no unit")
        return over + (" per " if over and below else "per " if below else "") + " and ".join(below)


DIMENSIONLESS = Unit()
BATTALIONS = Unit(battalions=1)
THOUSANDS = Unit(thousands=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of thing a name stands for: a number in a unit, or one of some labels."""

    domain: Domain = REAL
    unit: Unit = DIMENSIONLESS
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class MeasureSymbol:
    """A measure of a stage: its kind, and what may stand in its brackets (None: nothing).

    A ``partial`` one is undefined where those are absent of whom it speaks. One ``of_outcome``
    hangs on how the stage ended; all others stand before that is drawn. ``axis`` says what those
    in its brackets are, where they are neither forces nor the camps of the stage.
    """

    kind: Kind
    index: tuple[str, ...] | None = None
    partial: bool = False
    of_outcome: bool = False
    axis: str = ""


@dataclass(frozen=True, slots=True)
class StageSymbols:
    """What the expressions may say of one stage.

    ``outcomes`` are coded by their place; ``sides`` maps a force to the labels of the side it
    takes (empty where a stage has no sides); ``moves`` maps a player to its moves; ``takes_part``
    lists the forces that the stage knows of; ``cores`` maps a camp to the force that is the camp
    and never leaves it; ``signals`` can be taken away. ``drawn`` says that the outcome is drawn
    last of all, from chances that are known by then.
    """

    outcomes: tuple[str, ...]
    visits: int = 1
    measures: Mapping[str, MeasureSymbol] = field(default_factory=dict)
    sides: tuple[str, ...] = ()
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes_part: tuple[str, ...] = ()
    cores: Mapping[str, str] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that names can mean in one scenario.

    ``cells`` maps the key of each number of the scenario (``army_mood``,
    ``altiplano.leans.torres``, ``showdown.miranda.resolve``) to its kind. ``forces``, ``backers``
    and ``groups`` say which roots are what; ``group.attribute`` sums over the members. A stage
    with ``sides`` has a measure ``side`` indexed by force, labels ``aside`` (0) and the camps from
    1 in order; ``force.side`` means that measure of the only such stage.
    """

    cells: Mapping[str, Kind]
    forces: tuple[str, ...]
    backers: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    stages: Mapping[str, StageSymbols]

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals of all stages; one name in several stages stands for all of them."""
        return tuple(dict.fromkeys(name for one in self.stages.values() for name in one.signals))

    def stages_open_to(self, force: str) -> tuple[str, ...]:
        """Return the stages from which a force can stand aside.

        It takes part there and is the core of no camp: a core is bound in its own stage, and in no
        other.

        Examples
        --------
        >>> first = StageSymbols(("a",), takes_part=("guard", "line"), cores={"a": "guard"})
        >>> names = Vocabulary({}, ("guard", "line"), (), {}, {"first": first})
        >>> names.stages_open_to("guard"), names.stages_open_to("line")
        ((), ('first',))
        """
        return tuple(
            name
            for name, stage in self.stages.items()
            if force in stage.takes_part and force not in stage.cores.values()
        )
