"""An explanation and its parts: what may be asked of one, and what comes out.

Everything heavy is loaded when a part is worked out, so that faces can name the parts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.explain import HISTORIES
from conjuncture.analysis.result import Result
from conjuncture.errors import UsageError
from conjuncture.number_format import write_number

if TYPE_CHECKING:
    from conjuncture.analysis.answers import Answer
    from conjuncture.analysis.explain.attribution import Attribution
    from conjuncture.analysis.explain.causes import Causes
    from conjuncture.analysis.explain.discovery_result import Discovery
    from conjuncture.analysis.explain.sample import Sample
    from conjuncture.analysis.explain.sensitivity import Sensitivity
    from conjuncture.analysis.explain.tipping import Tipping


PARTS = ("attribution", "conditions", "causes", "sensitivity", "tipping", "discovery")
"""What an explanation consists of, in the order in which it is worked out and told.

Each part has a field of its name in :class:`Explanation`, and says its name as ``part``.
"""


@dataclass(frozen=True)
class ExplainOptions:
    """What is asked of an explanation beyond the event.

    Attributes
    ----------
    parts : sequence of str
        Some of :data:`PARTS`.
    each : int
        Histories of each world in the subsample.
    level : float
        The probability whose crossing counts for tipping points and discovery.
    groups : mapping of str to sequence of str
        Forces that act as one: the name of the group, and its members.
    conditions : sequence of str
        Interventions that set a condition to its neutral value; the usual ones where empty.
    pairs : sequence of pair of str
        Numbers to move together, a map for each pair; where empty, the two that tip nearest.
    """

    parts: Sequence[str] = PARTS
    each: int = HISTORIES
    level: float = 0.5
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conditions: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        from conjuncture.analysis.explain.sample import refuse_no_size

        for part in self.parts:
            if part not in PARTS:
                raise UsageError(
                    f"'{part}' is no part of an explanation; choose {choice_of(PARTS)}"
                )
        refuse_no_size(self.each)
        if not 0.0 < self.level < 1.0:
            raise UsageError(
                f"a level lies between 0 and 1, and {write_number(self.level)} does not; write 0.5"
            )


@dataclass(frozen=True)
class Explanation(Result):
    """Why an event came about, or did not.

    Attributes
    ----------
    event : str
        As the language writes it.
    probability : Answer
        In all histories of the run, as a query answers.
    attribution, conditions : Attribution or None
        Over forces, and over conditions set to their neutral value.
    causes : Causes or None
    sensitivity : Sensitivity or None
    tipping : Tipping or None
    discovery : Discovery or None
    missing : tuple of str
        The parts that were asked for and not reached before somebody wanted the answer so far.
    each : int
        How many histories of each world the parts look at; discovery has more worlds of as many,
        and sensitivity worlds of its own.
    wrong : mapping of str to str
        The parts that ended because a number went wrong in their runs, each with what it was.
    says : str
        The event in words, as a clause.
    """

    event: str
    probability: Answer
    attribution: Attribution | None = None
    conditions: Attribution | None = None
    causes: Causes | None = None
    sensitivity: Sensitivity | None = None
    tipping: Tipping | None = None
    discovery: Discovery | None = None
    missing: tuple[str, ...] = ()
    each: int = HISTORIES
    wrong: Mapping[str, str] = field(default_factory=dict)
    says: str = ""

    @property
    def clause(self) -> str:
        """The event in words, or as the language writes it where nobody says it in words."""
        return self.says or self.event

    @property
    def histories_in_words(self) -> str:
        """Which histories the parts look at, in a sentence; empty without any part."""
        if not self.parts:
            return ""
        some = "the first history" if self.each == 1 else f"the first {self.each} histories"
        own = self.own_worlds and f" ({self.own_worlds})"
        return (
            f"The parts look at {some} of each world{own}; where one states this probability "
            "again, it is that of the histories it looks at."
        )

    @property
    def own_worlds(self) -> str:
        """How many worlds those parts look at that have worlds of their own; empty without any."""
        found, hangs = self.discovery, self.sensitivity
        counts = {
            "discovery": found and found.worlds + found.uncalled,
            "sensitivity": hangs and hangs.worlds,
        }
        return "; ".join(f"{part}: {count:,} worlds" for part, count in counts.items() if count)

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that there are, by name, in the order in which they are told."""
        parts = {name: getattr(self, name) for name in PARTS}
        return {name: part for name, part in parts.items() if part is not None}

    def sentences(self) -> list[str]:
        """Return what every part says, one after another."""
        return [sentence for part in self.parts.values() for sentence in part.sentences()]


def compute_part(part: str, sample: Sample, asked: ExplainOptions) -> Any:
    """Return one part of an explanation; None where there is nothing of which it could tell."""
    match part:
        case "attribution":
            from conjuncture.analysis.explain.attribution import attribute_to_forces

            return attribute_to_forces(sample, asked.groups) if sample.forces else None
        case "conditions":
            from conjuncture.analysis.explain.attribution import attribute_to_conditions
            from conjuncture.analysis.explain.conditions import conditions_of, usual_conditions

            chosen = conditions_of(asked.conditions, sample.crisis) or usual_conditions(sample)
            return attribute_to_conditions(sample, chosen) if chosen else None
        case "causes":
            from conjuncture.analysis.explain.causes import find_causes

            return find_causes(sample) if sample.forces else None
        case "sensitivity":
            from conjuncture.analysis.explain.sensitivity import sensitivity_of_event

            return sensitivity_of_event(sample)
        case "tipping":
            from conjuncture.analysis.explain.tipping import find_tipping_points

            return find_tipping_points(sample, asked.level, pairs=asked.pairs or None)
        case _:
            from conjuncture.analysis.explain.discovery import discover_sample

            return discover_sample(sample, asked.level)


def choice_of(names: Sequence[str]) -> str:
    """Return names as a choice.

    Examples
    --------
    >>> choice_of(["causes", "tipping"])
    'causes or tipping'
    """
    return f"{', '.join(names[:-1])} or {names[-1]}"
