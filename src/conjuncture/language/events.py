"""Linking what must be an event: comparisons, their labels, and what joins them."""

from __future__ import annotations

from dataclasses import replace

from conjuncture.language.digits import write_number
from conjuncture.language.meaning import Linking, Meaning, labels_in_words
from conjuncture.language.names import nearest
from conjuncture.language.naming import dotted, is_bare, reached, resolve
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
from conjuncture.language.numbers import number
from conjuncture.language.symbols import Kind, StageSymbols
from conjuncture.language.units import UnitError, same_unit


def event(node: Expression, linking: Linking) -> Meaning:
    """Return the meaning of a node that must be an event."""
    match node:
        case Compare(operator="=" | "!="):
            return _equality(node, linking)
        case Compare():
            return _ordering(node, linking)
        case Within():
            return _within(node, linking)
        case Not():
            operand = event(node.operand, linking)
            return Meaning(replace(node, operand=operand.node), wrong=operand.wrong)
        case And() | Or():
            left, right = event(node.left, linking), event(node.right, linking)
            built = replace(node, left=left.node, right=right.node)
            return Meaning(built, wrong=left.wrong or right.wrong)
        case Reached():
            return reached(node, linking)
        case Name():
            return _alone(node, linking)
    meaning = number(node, linking)
    if meaning.wrong:
        return meaning
    return linking.refuse(node, "this is a number, not an event", "compare it, as in '... > 0.5'")


def _alone(node: Name, linking: Linking) -> Meaning:
    if is_bare(node):
        for key, stage in linking.vocabulary.stages.items():
            if node.root in stage.outcomes:
                problem = f"'{node.root}' alone is not an event"
                return linking.refuse(node, problem, f"write {key} = {node.root}")
    meaning = resolve(node, linking)
    if meaning.wrong:
        return meaning
    text = dotted(node)
    if meaning.labels is not None:
        remedy = f"write {text} = {meaning.labels[-1]}, for example"
    else:
        remedy = f"compare it, as in '{text} > 1'"
    return linking.refuse(node, f"'{text}' alone is not an event", remedy)


def _labels(node: Expression, linking: Linking) -> Meaning | None:
    """Return what a name means when that is one of some labels; note no problem."""
    if not isinstance(node, Name) or linking.reads == "query":
        return None
    trial = replace(linking, problems=[])
    meaning = resolve(node, trial)
    return meaning if meaning.labels is not None else None


def _equality(node: Compare, linking: Linking) -> Meaning:
    left, right = _labels(node.left, linking), _labels(node.right, linking)
    if left is not None:
        return _labelled(node, left, node.right, right, linking)
    if right is not None:
        meaning = _labelled(node, right, node.left, None, linking)
        if isinstance(meaning.node, Compare):
            turned = replace(meaning.node, left=meaning.node.right, right=meaning.node.left)
            return replace(meaning, node=turned)
        return meaning
    one, other = _numbers(node, linking)
    built = Meaning(replace(node, left=one.node, right=other.node))
    if one.wrong or other.wrong or not _same_units(node, one, other, linking):
        return replace(built, wrong=True)
    for literal, counted in ((one, other), (other, one)):
        if literal.range.constant and counted.whole and not literal.whole:
            problem = f"a whole number is never {write_number(literal.range.lower)}"
            return linking.refuse(node, problem, "write a whole number")
    if not (one.whole and other.whole):
        return linking.refuse(
            node,
            f"'{node.operator}' between real numbers says nothing: they are almost never equal",
            "write '>=' or '<=', or 'x in [low, high]'",
        )
    return built


def _numbers(node: Compare, linking: Linking) -> tuple[Meaning, Meaning]:
    """Link both sides; where one means nothing, say nothing of a label on the other."""
    if _is_label(node.right, linking):
        left = number(node.left, linking)
        return left, Meaning(node.right, wrong=True) if left.wrong else number(node.right, linking)
    if _is_label(node.left, linking):
        right = number(node.right, linking)
        return Meaning(node.left, wrong=True) if right.wrong else number(node.left, linking), right
    return number(node.left, linking), number(node.right, linking)


def _is_label(node: Expression, linking: Linking) -> bool:
    stages = linking.vocabulary.stages.values()
    labels = [stage.outcomes + stage.sides for stage in stages]
    labels += [kind.labels or () for stage in stages for kind in _kinds(stage)]
    return isinstance(node, Name) and is_bare(node) and any(node.root in group for group in labels)


def _kinds(stage: StageSymbols) -> list[Kind]:
    return [measure.kind for measure in stage.measures.values()]


def _labelled(
    node: Compare,
    known: Meaning,
    written: Expression,
    meaning: Meaning | None,
    linking: Linking,
) -> Meaning:
    labels = known.labels or ()
    built = replace(node, left=known.node)
    if isinstance(written, Name) and is_bare(written) and written.root in labels:
        label = Label(
            written.root, labels.index(written.root), start=written.start, end=written.end
        )
        return Meaning(replace(built, right=label))
    if meaning is not None and meaning.labels == labels:
        return Meaning(replace(built, right=meaning.node))
    remedy = f"write one of: {', '.join(labels)}"
    if isinstance(written, Name) and is_bare(written):
        guess = nearest(written.root, labels)
        if guess is not None:
            remedy = f"did you mean '{guess}'?"
        return linking.refuse(written, f"this is never '{written.root}'", remedy)
    words = labels_in_words(labels)
    return linking.refuse(written, f"this is compared with {words}, and is none of them", remedy)


def _ordering(node: Compare, linking: Linking) -> Meaning:
    for side in (node.left, node.right):
        meaning = _labels(side, linking)
        if meaning is not None and meaning.labels is not None:
            words = labels_in_words(meaning.labels)
            problem = f"'{node.operator}' cannot order {words}"
            return linking.refuse(node, problem, "write '=' or '!='")
    left, right = number(node.left, linking), number(node.right, linking)
    built = replace(node, left=left.node, right=right.node)
    wrong = left.wrong or right.wrong or not _same_units(node, left, right, linking)
    return Meaning(built, wrong=wrong)


def _within(node: Within, linking: Linking) -> Meaning:
    operand = number(node.operand, linking)
    low, high = number(node.low, linking), number(node.high, linking)
    built = replace(node, operand=operand.node, low=low.node, high=high.node)
    if operand.wrong or low.wrong or high.wrong:
        return Meaning(built, wrong=True)
    if low.range.lower > high.range.upper:
        text = f"[{write_number(high.range.upper)}, {write_number(low.range.lower)}]"
        return linking.refuse(node, "the bounds of 'in' run backwards", f"write in {text}")
    units_fit = [_same_units(node, operand, bound, linking) for bound in (low, high)]
    return Meaning(built, wrong=not all(units_fit))


def _same_units(node: Expression, left: Meaning, right: Meaning, linking: Linking) -> bool:
    try:
        same_unit(left.unit, right.unit, "compared with")
    except UnitError as error:
        linking.complain(node, error.problem, error.remedy)
        return False
    return True
