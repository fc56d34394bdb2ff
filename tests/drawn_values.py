"""Values as the language lets one write them, drawn by Hypothesis: numbers, laws, expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

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

Item = TypeVar("Item")

NAMES = (
    "a", "b", "c", "red", "blue", "crowd", "guard", "line", "unions", "_", "_1", "x_2", "E1", "Pq",
    "Ñandú", "日本", "ё", "straße", "ﬁn", "x²", "ªº", "n" * 60, "none", "yes", "no", "nobody",
    "None", "True", "null", "is", "self", "how", "side", "margin", "strength",
    "rounds", "numbers", "draw", "imposed", "call", "wait", "join", "face", "keep", "renege",
    "formed", "refused", "agreed", "quiet", "carried", "weight", "refusal", "median", "rule",
    "chance", "start", "troops", "mass", "leans", "ties", "reach", "materiel", "posts", "threat",
    "value", "either", "quote", "note", "next", "visits", "among", "success", "world", "history",
)  # fmt: skip
"""Names that are plain, long, in other scripts, or mean something elsewhere."""

UNFIT = ("nan", "inf", "lambda", "aside", "__", "two words", "1st", "é", "")
"""Names that are refused."""


NOT_DRAWN: frozenset[str] = frozenset()
"""Known faults that are being mended: who mends one takes it out here."""


class Dice:
    """Choices that Hypothesis makes; what is left out, or first in a list, is the simplest.

    Parameters
    ----------
    draw : callable
        What ``st.composite`` hands over.
    """

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def chance(self, share: float) -> bool:
        """Return yes in about such a share of cases."""
        return self.whole(0, 99) >= 100 * (1 - share)

    def whole(self, least: int, most: int) -> int:
        """Return a whole number."""
        return self.draw(st.integers(least, most))

    def one(self, items: Sequence[Item]) -> Item:
        """Return one of some things."""
        return self.draw(st.sampled_from(items))

    def some(self, items: Sequence[Item], least: int = 0, most: int | None = None) -> list[Item]:
        """Return some of some things, each once, in their order."""
        most = len(items) if most is None else min(most, len(items))
        wanted = self.whole(min(least, most), most)
        left, found = list(range(len(items))), []
        while len(found) < wanted:
            found.append(left.pop(self.whole(0, len(left) - 1)))
        return [items[place] for place in sorted(found)]

    def shuffle(self, items: Sequence[Item]) -> list[Item]:
        """Return the same things in another order."""
        return self.draw(st.permutations(items))


@dataclass
class Names:
    """Names that are taken in the one set that unknowns, forces, stages and so on share."""

    dice: Dice
    taken: set[str] = field(default_factory=set)

    def new(self) -> str:
        """Return a name that is free, plain most of the time."""
        if self.dice.chance(0.005):
            return self.dice.one(UNFIT)
        free = [name for name in NAMES if name not in self.taken]
        name = self.dice.one(free) if free and self.dice.chance(0.5) else f"n{len(self.taken)}"
        self.taken.add(name)
        return name

    def news(self, least: int, most: int) -> list[str]:
        """Return some names that are free."""
        return [self.new() for _ in range(self.dice.whole(least, most))]


@dataclass(frozen=True)
class Readable:
    """A number that expressions may read."""

    key: str
    unit: Unit = DIMENSIONLESS
    domain: Domain = REAL


PLAIN = {
    REAL: ("0", "1", "-1", "0.5", "-0.25", "2", "-4", "7.5", "1e-3", "-30", "200", "-1e20", "1e20"),
    NON_NEGATIVE: ("0", "1", "0.5", "2", "12.5", "1e-3", "1e-30", "300", "1e5", "1e20"),
    UNIT_INTERVAL: ("0", "1", "0.5", "0.1", "0.999", "1e-6", "1e-30"),
}
DRAWN = {
    REAL: (
        "0 to 2", "-1 to 1", "2 to 3", "-5 to -1", "normal(0, 1)", "normal(-3, 0.1)",
        "uniform(-1, 4)", "triangular(-1, 0, 1)", "lognormal(1, 0.5)", "beta(2, 2)",
    ),
    NON_NEGATIVE: (
        "1 to 2", "0.1 to 20", "0.01 to 0.02", "lognormal(1, 0.5)", "gamma(2, 0.5)", "uniform(0, 3)",
        "exponential(1)", "loguniform(0.01, 5)", "triangular(0, 0, 2)", "beta(0.5, 0.5)",
        "uniform(2, 2.5)", "gamma(0.2, 5)",
    ),
    UNIT_INTERVAL: (
        "0.2 to 0.8", "0.01 to 0.99", "0.5 to 0.6", "beta(2, 5)", "beta(0.3, 0.3)",
        "logitnormal(0.5, 1)", "uniform(0, 1)", "triangular(0, 0.5, 1)", "logitnormal(0.9, 2)",
    ),
}  # fmt: skip
LEANINGS = ("warm", "cool", "undecided", "firm", "hostile")
WEIGHTS = ("1", "3", "0.5", "1e-6", "0.01", "1e8")


class Values:
    """Values that stay inside their domains, whatever they read.

    Parameters
    ----------
    dice : Dice
    readable : list of Readable
        What may be read so far: nothing that is drawn later, so that no circle arises.
    sources : sequence of str
        What ``source`` may name.
    quotes : sequence of str
        Words of the account.
    """

    def __init__(self, dice: Dice, sources: Sequence[str] = (), quotes: Sequence[str] = ()) -> None:
        self.dice = dice
        self.readable: list[Readable] = []
        self.sources = sources
        self.quotes = quotes

    def value(
        self, domain: Domain, unit: Unit = DIMENSIONLESS, *, leaning: bool = False,
        sworn: bool = False, options: Sequence[str] = (),
    ) -> Any:  # fmt: skip
        """Return a value: a text, a weighted choice, or either with where it comes from."""
        one = self.option(domain, unit, leaning=leaning, sworn=sworn, options=options)
        found: Any = one
        if self.dice.chance(0.12):
            texts = {one} | {
                self.option(domain, unit, leaning=leaning, sworn=sworn, options=options)
                for _ in range(self.dice.whole(1, 3))
            }
            if len(texts) > 1:
                found = {"either": {text: self.dice.one(WEIGHTS) for text in sorted(texts)}}
        if self.dice.chance(0.12):
            held = found if isinstance(found, dict) and self.dice.chance(0.5) else {"value": found}
            found = {**held, **self.provenance()}
        return found

    def provenance(self) -> dict[str, str]:
        """Return where something comes from."""
        found = {}
        if self.dice.chance(0.5):
            found["note"] = self.dice.one(("a guess", "n.", "“said” – twice: {x}", "#1"))
        if self.sources and self.dice.chance(0.3):
            found["source"] = self.dice.one(self.sources)
        if self.quotes and self.dice.chance(0.3):
            found["quote"] = self.dice.one(self.quotes)
        return found

    def option(
        self, domain: Domain, unit: Unit, *, leaning: bool = False, sworn: bool = False,
        options: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Return a value in one text."""
        if options:
            return self.dice.one(options)
        if sworn and self.dice.chance(0.1):
            return "sworn"
        if leaning and self.dice.chance(0.5):
            word = self.dice.one(LEANINGS)
            return word if self.dice.chance(0.6) else f"{word} + {self.number(1)}"
        form = self.dice.whole(0, 9)
        if form < 4:
            return self.dice.one(PLAIN[domain])
        if form < 8:
            return self.dice.one(DRAWN[domain])
        return self.inside(self.number(2, unit), domain, unit)

    def inside(self, text: str, domain: Domain, unit: Unit) -> str:
        """Return an expression made to stay inside a domain."""
        if domain == UNIT_INTERVAL:
            return self.dice.one(
                (f"clip({text}, 0, 1)", f"logistic({text})", f"min(1, max(0, {text}))")
            )
        if domain == NON_NEGATIVE:
            forms = [f"max({text}, 0)", f"clip({text}, 0, 1e3)"]
            if unit == DIMENSIONLESS:
                forms += [f"exp(clip({text}, -3, 3))", f"sqrt(max({text}, 0))", f"({text}) ^ 2"]
            return self.dice.one(forms)
        return text

    def number(self, depth: int, unit: Unit = DIMENSIONLESS) -> str:
        """Return an expression that is a number in a unit; without unit also one of none."""
        if depth <= 0 or self.dice.chance(0.4):
            return self.leaf(unit)
        one = self.number(depth - 1, unit)
        plain = unit == DIMENSIONLESS
        form = self.dice.whole(0, 11 if plain else 6)
        factor = self.dice.one(("2", "0.5", "-1.5", "1e-3", "0"))
        match form:
            case 0 | 1:
                return f"{one} + {self.number(depth - 1, unit)}"
            case 2:
                return f"{one} - ({self.number(depth - 1, unit)})"
            case 3:
                return f"{factor} * ({one})"
            case 4:
                return f"({one}) / {self.dice.one(('2', '0.1', '-3'))}"
            case 5:
                return f"{self.dice.one(('min', 'max'))}({one}, {self.number(depth - 1, unit)})"
            case 6:
                return f"-({one})"
            case 7:
                return f"logistic({one})"
            case 8:
                return f"log(max({one}, 0.01))"
            case 9:
                return f"({one}) / max({self.number(depth - 1)}, 0.1)"
            case 10:
                return f"exp(min({one}, 3))"
            case _:
                return f"clip(({one}) * ({self.number(depth - 1)}), -50, 50)"

    def leaf(self, unit: Unit) -> str:
        """Return a number that stands by itself."""
        known = [one.key for one in self.readable if one.unit == unit]
        if known and self.dice.chance(0.7):
            return self.dice.one(known)
        if self.dice.chance(0.2):
            # In a number that is at least 0 an interval is lognormal, and cannot start at 0.
            return f"({self.dice.one(DRAWN[REAL][1:])})"
        return self.dice.one(("1", "0.5", "2", "0", "3.25"))


UNITS = {"none": DIMENSIONLESS, "battalions": BATTALIONS, "thousands": THOUSANDS}
DOMAINS = {"0 to 1": UNIT_INTERVAL, "at least 0": NON_NEGATIVE, "any number": REAL}
