"""Linking queries: quantities, what is asked of them, and how many a query may have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from conjuncture.language.bounds import MAX_INTERVENTIONS, MAX_QUANTITIES
from conjuncture.language.digits import write_number
from conjuncture.language.events import resolve_event
from conjuncture.language.meaning import LinkContext, LinkedNode
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Mean,
    Measure,
    Necessity,
    Not,
    Or,
    Probability,
    Quantile,
    Quantity,
    Reached,
    Sufficiency,
    SyntaxNode,
    Within,
)
from conjuncture.language.numbers import resolve_number
from conjuncture.language.patches import link_intervention_list
from conjuncture.language.ranges import Range
from conjuncture.language.walk import quantities_of, walk

SHARE = Range(0.0, 1.0)


def resolve_query(node: Expression, linking: LinkContext) -> Expression:
    """Return a linked query, a number or one comparison of numbers; problems are noted."""
    linking.leaf = lambda leaf: _resolve_quantity(leaf, linking)
    if isinstance(node, And | Or | Not):
        problem = "a query asks one thing at a time"
        remedy = "write P(...) of the event"
        if quantities_of(node):
            remedy = "write two queries, or two claims, instead of 'and', 'or' or 'not'"
        return linking.refuse(node, problem, remedy).node
    if not quantities_of(node):
        problem = "nothing is asked here"
        remedy = "write P(event), E(number), necessity(...), and so on"
        if isinstance(node, Compare | Within | Reached):
            problem, remedy = "this is an event, not a quantity", "write P(...) of the event"
        return linking.refuse(node, problem, remedy).node
    linked = (resolve_event if isinstance(node, Compare | Within) else resolve_number)(
        node, linking
    )
    asked = quantities_of(linked.node)
    if len(asked) > MAX_QUANTITIES:
        problem = f"this asks for {len(asked)} quantities, more than {MAX_QUANTITIES}"
        linking.complain(node, problem, "split it into several queries")
    imposed = len({one.interventions for one in asked if one.interventions})
    if imposed > MAX_INTERVENTIONS:
        problem = f"this compares {imposed} interventions, more than {MAX_INTERVENTIONS}"
        linking.complain(node, problem, "split it into several queries")
    return linked.node


def refuse_undecidable(node: Compare | Within, linking: LinkContext) -> None:
    """Note a comparison, as parsed, whose answer no draw can change."""
    trial = replace(linking, problems=[])
    trial.leaf = lambda leaf: _resolve_quantity(leaf, trial)
    if isinstance(node, Within):
        operand = resolve_number(node.operand, trial).range
        bounds = [resolve_number(bound, trial).range for bound in (node.low, node.high)]
        outside = [bound for bound in bounds if bound.is_constant and bound.lower not in operand]
        if outside:
            problem = f"no draw ever comes to {write_number(outside[0].lower)}"
            linking.complain(node, problem, _suggest_reachable(operand))
        return
    small, large = resolve_number(node.left, trial).range, resolve_number(node.right, trial).range
    asked = large if small.is_constant else small
    if node.operator in (">", ">="):
        small, large = large, small
    strict = node.operator in ("<", ">")
    never = small.lower >= large.upper if strict else small.lower > large.upper
    always = small.upper < large.lower if strict else small.upper <= large.lower
    if never or always:
        problem = f"no draw can ever decide this: it is {'never' if never else 'always'} true"
        linking.complain(node, problem, _suggest_reachable(asked))


def _suggest_reachable(span: Range) -> str:
    if span.lower == -math.inf and span.upper == math.inf:
        return "compare it with something that draws can change"
    if span.upper == math.inf:
        return f"compare it with a number above {write_number(span.lower)}"
    if span.lower == -math.inf:
        return f"compare it with a number below {write_number(span.upper)}"
    lower, upper = write_number(span.lower), write_number(span.upper)
    return f"compare it with a number between {lower} and {upper}"


def _resolve_quantity(node: Expression, linking: LinkContext) -> LinkedNode | None:
    inner = replace(linking, reads="history", leaf=None)
    match node:
        case Probability():
            happens = resolve_event(node.event, inner)
            linked: Quantity = replace(
                node,
                event=happens.node,
                given=_resolve_given(node, inner),
                interventions=link_intervention_list(node.interventions, inner),
            )
            return LinkedNode(linked, None, SHARE)
        case Mean() | Quantile():
            return _resolve_number_quantity(node, inner)
        case Necessity() | Sufficiency():
            interventions = link_intervention_list(node.interventions, inner)
            happens = resolve_event(node.event, inner)
            linked = replace(
                node,
                interventions=interventions,
                event=happens.node,
                given=_resolve_given(node, inner),
            )
            return LinkedNode(linked, None, SHARE)
    return None


def _resolve_given(node: Quantity, inner: LinkContext) -> Expression | None:
    return None if node.given is None else resolve_event(node.given, inner).node


def _resolve_number_quantity(node: Mean | Quantile, inner: LinkContext) -> LinkedNode:
    expression = resolve_number(node.expression, inner)
    given = _resolve_given(node, inner)
    interventions = link_intervention_list(node.interventions, inner)
    if not expression.wrong:
        _require_reached(node, expression.node, given, inner)
    linked = replace(node, expression=expression.node, given=given, interventions=interventions)
    return replace(expression, node=linked, whole=False)


def _require_reached(
    node: Mean | Quantile, expression: Expression, given: Expression | None, inner: LinkContext
) -> None:
    conditions = list(_conjuncts(given)) if given is not None else []
    told: set[str] = set()
    for measure, _ in walk(expression):
        if not isinstance(measure, Measure):
            continue
        visit = measure.visit or 1
        certain = visit == 1 and measure.stage in inner.certain
        kept = any(
            isinstance(condition, Reached)
            and condition.stage == measure.stage
            and (condition.visit or 1) >= visit
            for condition in conditions
        )
        text = measure.stage + (f"[{visit}]" if visit > 1 else "")
        if certain or kept or text in told:
            continue
        told.add(text)
        letter = "E" if isinstance(node, Mean) else "Q"
        problem = f"'{letter}' reads '{text}', which a history may not reach"
        inner.complain(node, problem, f"add the condition: | reached({text})")


def _conjuncts(node: Expression) -> Iterator[SyntaxNode]:
    if isinstance(node, And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
