"""What of a necessity or sufficiency hangs on how the last draw of a stage goes in two runs.

All that a history had come to before a stage drew its outcome is known in either run, and so are
the chances from which it was drawn. Another coupling of that last draw alone could turn the outcome
in more of the histories, or in fewer; how many at least and at most follows from the chances.
"""

from __future__ import annotations

from conjuncture.engine.intervening import descendants_of
from conjuncture.engine.structure import structure_of
from conjuncture.engine.tallies import Factor, FactorKind, Overlap, TermGroup
from conjuncture.language.nodes import (
    Cell,
    Compare,
    Expression,
    Label,
    Measure,
    Necessity,
    Outcome,
    Reached,
    Sufficiency,
)
from conjuncture.language.walk import walk
from conjuncture.scenario.crisis import Crisis

WAS, LEAST, MOST = range(3)
"""The places of a group's terms: the chance as things were, and both bounds of the joint chance."""


def last_draw_of(
    quantity: Necessity | Sufficiency, given: Expression | None, run: int, crisis: Crisis
) -> TermGroup | None:
    """Return the terms that bound a quantity over all couplings of a stage's last draw.

    Parameters
    ----------
    quantity : Necessity or Sufficiency
    given : Expression or None
        The condition, and what happened.
    run : int
        The place of the run under the intervention; things as they were are run 0.
    crisis : Crisis

    Returns
    -------
    Group or None
        Of three terms, at :data:`WAS`, :data:`LEAST` and :data:`MOST`. None where the event is not
        how one stage ended that draws its outcome last and comes once, or where the condition
        hangs on that draw.
    """
    event = quantity.event
    match event:
        case Compare(operator="=", left=Outcome(stage=stage), right=Label()):
            pass
        case _:
            return None
    structure = structure_of(crisis)
    once = structure.comes_once(structure.stages.index(stage))
    if not (crisis.vocabulary.stages[stage].drawn and once):
        return None
    if given is not None and depends_on_draw(given, stage, crisis):
        return None
    condition = () if given is None else (Factor(0, given, "true"),)
    if isinstance(quantity, Sufficiency):
        first: FactorKind = "complement"
        ways: tuple[FactorKind, ...] = ("chance",)
    else:
        first = "chance"
        ways = ("complement", "undefined") if quantity.or_forestalled else ("complement",)
    was = Factor(0, event, first)
    imposed = tuple(Factor(run, event, way) for way in ways)
    return TermGroup(
        (
            (*condition, was),
            (*condition, Overlap(was, imposed, "least")),
            (*condition, Overlap(was, imposed, "most")),
        )
    )


def depends_on_draw(event: Expression, stage: str, crisis: Crisis) -> bool:
    """Return whether an event can hang on how a stage ended, as things were.

    What a stage measures before it draws its outcome does not, nor do stages from which histories
    go on to it and to which none comes back.
    """
    structure = structure_of(crisis)
    later = descendants_of(structure)[stage]
    measures = crisis.vocabulary.stages[stage].measures
    for node, _ in walk(event):
        match node:
            case Cell(key=key) if key in structure.state_variables.changing_keys:
                return True
            case Outcome(stage=named) | Measure(stage=named) | Reached(stage=named) if (
                named in later
            ):
                return True
            case Outcome(stage=named) if named == stage:
                return True
            case Measure(stage=named, measure=measure) if named == stage:
                if measures[measure].of_outcome:
                    return True
    return False
