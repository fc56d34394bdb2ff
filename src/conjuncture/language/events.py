"""Linking what must be an event: comparisons, their labels, and what joins them."""

from __future__ import annotations

from dataclasses import replace

from conjuncture.language.digits import write_number
from conjuncture.language.meaning import LinkContext, LinkedNode, write_labels
from conjuncture.language.names import find_nearest_name
from conjuncture.language.naming import dotted_name_of, is_bare, resolve_name, resolve_reached
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Name,
    Not,
    Or,
    Reached,
    Within,
)
from conjuncture.language.numbers import resolve_number
from conjuncture.language.symbols import Kind, StageSymbols
from conjuncture.language.units import UnitError, find_common_unit


def resolve_event(node: Expression, linking: LinkContext) -> LinkedNode:
    """Return the meaning of a node that must be an event."""
    match node:
        case Compare(operator="=" | "!="):
            return _resolve_equality(node, linking)
        case Compare():
            return _resolve_order(node, linking)
        case Within():
            return _resolve_within(node, linking)
        case Not():
            operand = resolve_event(node.operand, linking)
            return LinkedNode(replace(node, operand=operand.node), wrong=operand.wrong)
        case And() | Or():
            left, right = resolve_event(node.left, linking), resolve_event(node.right, linking)
            built = replace(node, left=left.node, right=right.node)
            return LinkedNode(built, wrong=left.wrong or right.wrong)
        case Reached():
            return resolve_reached(node, linking)
        case Name():
            return _refuse_lone_name(node, linking)
    meaning = resolve_number(node, linking)
    if meaning.wrong:
        return meaning
    return linking.refuse(node, "this is a number, not an event", "compare it, as in '... > 0.5'")


def _refuse_lone_name(node: Name, linking: LinkContext) -> LinkedNode:
    if is_bare(node):
        for key, stage in linking.vocabulary.stages.items():
            if node.root in stage.outcomes:
                problem = f"'{node.root}' alone is not an event"
                return linking.refuse(node, problem, f"write {key} = {node.root}")
    meaning = resolve_name(node, linking)
    if meaning.wrong:
        return meaning
    text = dotted_name_of(node)
    if meaning.labels is not None:
        remedy = f"write {text} = {meaning.labels[-1]}, for example"
    else:
        remedy = f"compare it, as in '{text} > 1'"
    return linking.refuse(node, f"'{text}' alone is not an event", remedy)


def _resolve_labels(node: Expression, linking: LinkContext) -> LinkedNode | None:
    """Return what a name means when that is one of some labels; note no problem."""
    if not isinstance(node, Name) or linking.reads == "query":
        return None
    trial = replace(linking, problems=[])
    meaning = resolve_name(node, trial)
    return meaning if meaning.labels is not None else None


def _resolve_equality(node: Compare, linking: LinkContext) -> LinkedNode:
    left, right = _resolve_labels(node.left, linking), _resolve_labels(node.right, linking)
    if left is not None:
        return _resolve_label_comparison(node, left, node.right, right, linking)
    if right is not None:
        meaning = _resolve_label_comparison(node, right, node.left, None, linking)
        if isinstance(meaning.node, Compare):
            turned = replace(meaning.node, left=meaning.node.right, right=meaning.node.left)
            return replace(meaning, node=turned)
        return meaning
    one, other = _resolve_sides(node, linking)
    built = LinkedNode(replace(node, left=one.node, right=other.node))
    if one.wrong or other.wrong or not _same_units(node, one, other, linking):
        return replace(built, wrong=True)
    for literal, counted in ((one, other), (other, one)):
        if literal.range.is_constant and counted.whole and not literal.whole:
            problem = f"a whole number is never {write_number(literal.range.lower)}"
            return linking.refuse(node, problem, "write a whole number")
    if not (one.whole and other.whole):
        return linking.refuse(
            node,
            f"'{node.operator}' between real numbers says nothing: they are almost never equal",
            "write '>=' or '<=', or 'x in [low, high]'",
        )
    return built


def _resolve_sides(node: Compare, linking: LinkContext) -> tuple[LinkedNode, LinkedNode]:
    """Link both sides; where one means nothing, say nothing of a label on the other."""
    if _is_label(node.right, linking):
        left = resolve_number(node.left, linking)
        return left, LinkedNode(node.right, wrong=True) if left.wrong else resolve_number(
            node.right, linking
        )
    if _is_label(node.left, linking):
        right = resolve_number(node.right, linking)
        return LinkedNode(node.left, wrong=True) if right.wrong else resolve_number(
            node.left, linking
        ), right
    return resolve_number(node.left, linking), resolve_number(node.right, linking)


def _is_label(node: Expression, linking: LinkContext) -> bool:
    stages = linking.vocabulary.stages.values()
    labels = [stage.outcomes + stage.sides for stage in stages]
    labels += [kind.labels or () for stage in stages for kind in _measure_kinds(stage)]
    return isinstance(node, Name) and is_bare(node) and any(node.root in group for group in labels)


def _measure_kinds(stage: StageSymbols) -> list[Kind]:
    return [measure.kind for measure in stage.measures.values()]


def _resolve_label_comparison(
    node: Compare,
    known: LinkedNode,
    written: Expression,
    meaning: LinkedNode | None,
    linking: LinkContext,
) -> LinkedNode:
    labels = known.labels or ()
    built = replace(node, left=known.node)
    if isinstance(written, Name) and is_bare(written) and written.root in labels:
        label = Label(
            written.root, labels.index(written.root), start=written.start, end=written.end
        )
        return LinkedNode(replace(built, right=label))
    if meaning is not None and meaning.labels == labels:
        return LinkedNode(replace(built, right=meaning.node))
    remedy = f"write one of: {', '.join(labels)}"
    if isinstance(written, Name) and is_bare(written):
        guess = find_nearest_name(written.root, labels)
        if guess is not None:
            remedy = f"did you mean '{guess}'?"
        return linking.refuse(written, f"this is never '{written.root}'", remedy)
    words = write_labels(labels)
    return linking.refuse(written, f"this is compared with {words}, and is none of them", remedy)


def _resolve_order(node: Compare, linking: LinkContext) -> LinkedNode:
    for side in (node.left, node.right):
        meaning = _resolve_labels(side, linking)
        if meaning is not None and meaning.labels is not None:
            words = write_labels(meaning.labels)
            problem = f"'{node.operator}' cannot order {words}"
            return linking.refuse(node, problem, "write '=' or '!='")
    left, right = resolve_number(node.left, linking), resolve_number(node.right, linking)
    built = replace(node, left=left.node, right=right.node)
    wrong = left.wrong or right.wrong or not _same_units(node, left, right, linking)
    return LinkedNode(built, wrong=wrong)


def _resolve_within(node: Within, linking: LinkContext) -> LinkedNode:
    operand = resolve_number(node.operand, linking)
    low, high = resolve_number(node.low, linking), resolve_number(node.high, linking)
    built = replace(node, operand=operand.node, low=low.node, high=high.node)
    if operand.wrong or low.wrong or high.wrong:
        return LinkedNode(built, wrong=True)
    if low.range.lower > high.range.upper:
        text = f"[{write_number(high.range.upper)}, {write_number(low.range.lower)}]"
        return linking.refuse(node, "the bounds of 'in' run backwards", f"write in {text}")
    units_fit = [_same_units(node, operand, bound, linking) for bound in (low, high)]
    return LinkedNode(built, wrong=not all(units_fit))


def _same_units(
    node: Expression, left: LinkedNode, right: LinkedNode, linking: LinkContext
) -> bool:
    try:
        find_common_unit(left.unit, right.unit, "compared with")
    except UnitError as error:
        linking.complain(node, error.problem, error.remedy)
        return False
    return True
