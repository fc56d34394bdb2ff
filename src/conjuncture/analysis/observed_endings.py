"""What the evidence says of an event: that it holds, that it cannot, or nothing.

A comparison that the evidence decides tests nothing: given that something happened its probability
is 1, whatever else is imposed, and a claim that its absence would have made it likelier could not
but fail. Such terms are found when a question is compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.engine.structure import Structure, structure_of
from conjuncture.graph import reachable_from
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Measure,
    Not,
    Or,
    Outcome,
    Quantity,
    Reached,
    Within,
    quantities_of,
    walk,
)
from conjuncture.language.quantities import Probability
from conjuncture.language.unparser import write
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.stage_graph import END_INDEX


@dataclass(frozen=True)
class ObservedEndings:
    """How stages ended, as far as it was observed, and which stages were passed.

    Attributes
    ----------
    ended : mapping of str to int
        Stage to the code of its outcome, the last time that it came.
    passed : frozenset of str
        Stages that every such history comes to.
    once : frozenset of str
        Stages that come at most once.
    missed : frozenset of str
        Stages that no such history comes to; what happens there is undefined.
    """

    ended: Mapping[str, int]
    passed: frozenset[str]
    once: frozenset[str]
    missed: frozenset[str] = frozenset()

    def decides(self, event: Expression | None) -> bool | None:
        """Return whether an event holds in every such history, in none, or (None) in some.

        Parameters
        ----------
        event : Expression or None
            Of the run as things were; None is the event that always holds.
        """
        match event:
            case None:
                return True
            case And(left=left, right=right):
                both = self.decides(left), self.decides(right)
                return False if False in both else (None if None in both else True)
            case Or(left=left, right=right):
                either = self.decides(left), self.decides(right)
                return True if True in either else (None if None in either else False)
            case Not(operand=operand):
                inner = self.decides(operand)
                # Not what is undefined is undefined, and holds in no history either.
                unclear = inner is None or (inner is False and self.leaves_undefined(operand))
                return None if unclear else not inner
            case Reached(stage=stage, visit=None | 1) if stage in self.passed:
                return True
            case Reached(stage=stage) if stage in self.missed:
                return False
            case Compare() | Within() if self.leaves_undefined(event):
                return False
            case Compare(
                operator="=" | "!=" as operator,
                left=Outcome(stage=stage, visit=visit),
                right=Label(code=code),
            ) if stage in self.ended and (visit is None or stage in self.once):
                return (self.ended[stage] == code) == (operator == "=")
        return None

    def leaves_undefined(self, event: Expression) -> bool:
        """Return whether an event names what happens in a stage that no such history comes to."""
        return any(
            isinstance(node, Outcome | Measure) and node.stage in self.missed
            for node, _ in walk(event)
        )


def observed_endings_of(crisis: Crisis, happened: Expression) -> ObservedEndings:
    """Return what an event of observed outcomes says of the course of a history."""
    ended = {
        node.left.stage: node.right.code
        for node, _ in walk(happened)
        if isinstance(node, Compare)
        and isinstance(node.left, Outcome)
        and isinstance(node.right, Label)
    }
    structure = structure_of(crisis)
    passed = frozenset(ended).union(*(structure.dominators[stage] for stage in ended))
    once = frozenset(name for name, stage in crisis.stages.items() if stage.visits == 1)
    missed = frozenset().union(*(stages_missed_after(structure, *one) for one in ended.items()))
    return ObservedEndings(ended, passed, once, missed)


def stages_missed_after(structure: Structure, stage: str, code: int) -> frozenset[str]:
    """Return the stages that no history comes to in which a stage ended so the last time."""
    before = structure.ancestors[stage]
    target = structure.outcome_targets[structure.stages.index(stage)][code]
    onward = () if target == END_INDEX else (structure.stages[target],)
    # A stage that was passed already may be entered no more, and another is in its place.
    if before.isdisjoint(onward):
        after = reachable_from(structure.successors, *onward)
    else:
        after = structure.descendants[stage]
    return frozenset(structure.stages) - before - after


@dataclass(frozen=True)
class DecidedPart:
    """A part of a claim that what happened decides.

    Attributes
    ----------
    event : Expression
        The condition that what happened excludes, or the event whose probability it fixes.
    excluded : bool
        Whether it is such a condition.
    """

    event: Expression
    excluded: bool

    @property
    def text(self) -> str:
        """The event as the scenario writes it."""
        return write(self.event)


def find_decided_part(evidence: ObservedEndings, asked: Expression) -> DecidedPart | None:
    """Return the first part of a claim that the evidence decides; None where it decides none.

    Parameters
    ----------
    evidence : ObservedEndings
    asked : Expression
        A linked comparison.
    """
    for quantity in quantities_of(asked):
        found = decided_part_of(evidence, quantity)
        if found is not None:
            return found
    return None


def decided_part_of(evidence: ObservedEndings, quantity: Quantity) -> DecidedPart | None:
    """Return what the evidence decides of one quantity."""
    if quantity.given is not None and evidence.decides(quantity.given) is False:
        return DecidedPart(quantity.given, excluded=True)
    presupposition = quantity.presupposition
    if presupposition is not None and evidence.decides(presupposition) is False:
        return DecidedPart(presupposition, excluded=True)
    match quantity:
        case Probability(event=event, interventions=()) if evidence.decides(event) is not None:
            return DecidedPart(event, excluded=False)
    return None
