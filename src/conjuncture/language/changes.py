"""Linking what an effect says: when it happens, and what it makes of a number."""

from __future__ import annotations

from dataclasses import replace

from conjuncture.language.events import resolve_event
from conjuncture.language.meaning import LinkContext, LinkedNode, domain_problem
from conjuncture.language.names import find_nearest_name
from conjuncture.language.naming import is_bare
from conjuncture.language.nodes import And, Compare, Expression, Name, Not, Or, Reached
from conjuncture.language.numbers import resolve_number
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import DIMENSIONLESS, Kind
from conjuncture.language.units import unit_problem


def resolve_condition(node: Expression, stage: str, linking: LinkContext) -> LinkedNode:
    """Return the meaning of an event in which an outcome of ``stage`` may stand alone."""
    return resolve_event(_expand_labels(node, stage, linking), linking)


def _expand_labels(node: Expression, stage: str, linking: LinkContext) -> Expression:
    match node:
        case Not():
            return replace(node, operand=_expand_labels(node.operand, stage, linking))
        case And() | Or():
            left = _expand_labels(node.left, stage, linking)
            return replace(node, left=left, right=_expand_labels(node.right, stage, linking))
        case Name() if is_bare(node):
            return _expand_label(node, stage, linking)
    return node


def _expand_label(node: Name, stage: str, linking: LinkContext) -> Expression:
    vocabulary = linking.vocabulary
    outcomes = vocabulary.stages[stage].outcomes
    if node.root in vocabulary.cells:
        return node
    if node.root in outcomes:
        ended = Name(stage, start=node.start, end=node.end)
        return Compare("=", ended, node, start=node.start, end=node.end)
    elsewhere = any(node.root in other.outcomes for other in vocabulary.stages.values())
    named = (*vocabulary.forces, *vocabulary.backers, *vocabulary.groups, *vocabulary.stages)
    if elsewhere or node.root in named:
        return node
    guess = find_nearest_name(node.root, outcomes)
    remedy = f"did you mean '{guess}'?" if guess else f"write one of: {', '.join(outcomes)}"
    linking.complain(node, f"'{stage}' has no outcome '{node.root}'", remedy)
    # Something that is an event, so that nothing more is said of this name.
    return Reached(stage, start=node.start, end=node.end)


def resolve_change(
    node: Expression, key: str, kind: Kind, how: str, linking: LinkContext
) -> LinkedNode:
    """Return the meaning of what a cell is set to, clipped to or shifted by."""
    value = resolve_number(node, linking)
    if value.wrong:
        return value
    shifts = how == "shift"
    problem = unit_problem(
        "a shift" if shifts else f"'{key}'", DIMENSIONLESS if shifts else kind.unit, value.unit
    )
    if problem:
        remedy = "write it in the unit of what it is for"
        if shifts:
            remedy = "divide it by another quantity in the same unit first"
        return linking.refuse(node, problem, remedy)
    if how == "set" and value.range.is_constant:
        outside = domain_problem(key, value.range.lower, kind.domain)
        if outside is not None:
            return linking.refuse(node, outside, "write 'clip' to keep it within its domain")
    domain = Range.of(kind.domain)
    if how == "set" and (value.range.lower > domain.upper or value.range.upper < domain.lower):
        problem = f"'{key}' must be {kind.domain}, and this never is"
        return linking.refuse(node, problem, "write 'clip' to keep it within its domain")
    return value
