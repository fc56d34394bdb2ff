"""Linking what must be a number: names, arithmetic, functions; units and ranges on the way."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from conjuncture.language import ranges, units
from conjuncture.language.bounds import LARGEST_NUMBER
from conjuncture.language.digits import write_number
from conjuncture.language.meaning import LinkContext, LinkedNode, write_labels
from conjuncture.language.naming import dotted_name_of, resolve_name
from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Call,
    Cell,
    Compare,
    Expression,
    Measure,
    Name,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Reached,
    Within,
)
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import Unit
from conjuncture.language.units import UnitError
from conjuncture.language.writing import write

SUM_WORDS = {"+": "added to", "-": "subtracted from"}


def resolve_number(node: Expression, linking: LinkContext) -> LinkedNode:
    """Return the meaning of a node that must be a number."""
    meaning = linking.leaf(node) if linking.leaf is not None else None
    if meaning is not None:
        return meaning
    match node:
        case NumberLiteral(value=value):
            return LinkedNode(node, None, Range(value, value), value.is_integer())
        case Name():
            return _resolve_numeric_name(node, linking)
        case Negative():
            operand = resolve_number(node.operand, linking)
            whole = LinkedNode(replace(node, operand=operand.node), operand.unit)
            return _combine_parts(whole, ranges.negative(operand.range), operand)
        case Arithmetic():
            return _resolve_arithmetic(node, linking)
        case Call():
            return _resolve_call(node, linking)
        case Compare() | Within() | Not() | And() | Or() | Reached():
            return linking.refuse(
                node, "this is an event, and a number is wanted here", "write P(...) of the event"
            )
    return linking.refuse(node, "this is not a number")


def _resolve_numeric_name(node: Name, linking: LinkContext) -> LinkedNode:
    meaning = resolve_name(node, linking)
    if meaning.wrong or meaning.labels is None:
        return meaning
    text = dotted_name_of(node)
    problem = f"'{text}' is no number: it is {write_labels(meaning.labels)}"
    return linking.refuse(node, problem, f"write {text} = {meaning.labels[-1]}, for example")


def _combine_parts(meaning: LinkedNode, span: Range, *parts: LinkedNode) -> LinkedNode:
    return replace(
        meaning,
        range=span,
        whole=all(part.whole for part in parts),
        wrong=any(part.wrong for part in parts),
    )


def _resolve_arithmetic(node: Arithmetic, linking: LinkContext) -> LinkedNode:
    left, right = resolve_number(node.left, linking), resolve_number(node.right, linking)
    built = LinkedNode(replace(node, left=left.node, right=right.node))
    if left.wrong or right.wrong:
        return replace(built, wrong=True)
    try:
        match node.operator:
            case "+" | "-":
                built = replace(built, unit=_unit_of_sum(node, left, right))
            case "*":
                built = replace(built, unit=units.unit_of_product(left.unit, right.unit))
            case "/":
                built = replace(built, unit=units.unit_of_quotient(left.unit, right.unit))
            case "^":
                constant = right.range.lower if right.range.is_constant else None
                built = replace(built, unit=units.unit_of_power(left.unit, right.unit, constant))
    except UnitError as error:
        return linking.refuse(node, error.problem, error.remedy)
    return _check_range(node, built, left, right, linking)


def _unit_of_sum(node: Arithmetic, left: LinkedNode, right: LinkedNode) -> Unit | None:
    if node.operator == "-":
        left, right = right, left
    return units.find_common_unit(left.unit, right.unit, SUM_WORDS[node.operator])


def _check_range(
    node: Arithmetic, built: LinkedNode, left: LinkedNode, right: LinkedNode, linking: LinkContext
) -> LinkedNode:
    span = ranges.arithmetic(node.operator, left.range, right.range)
    if is_too_large(span):
        return refuse_too_large(node, linking)
    match node.operator:
        case "+" | "-" | "*":
            return _combine_parts(built, span, left, right)
        case "/" if 0.0 in right.range and _is_checked(right, linking):
            return linking.refuse(node, "this divides by what can be 0", _suggest_floor(right))
        case "^":
            danger = ranges.power_is_partial(left.range, right.range)
            if danger is not None and _is_checked(left, linking):
                problem = f"'^' is not defined here: {danger}"
                return linking.refuse(node, problem, _suggest_floor(left))
    return replace(built, range=span)


def is_too_large(span: Range) -> bool:
    """Return whether a range is one number that is too large to compute with.

    The logarithm of nothing, which is minus infinity, has no value for another reason.

    Examples
    --------
    >>> is_too_large(Range(1e31, 1e31)), is_too_large(Range(0.0, 1e31))
    (True, False)
    """
    return span.is_constant and abs(span.lower) > LARGEST_NUMBER and span.lower != -inf


def refuse_too_large(node: Expression, linking: LinkContext) -> LinkedNode:
    """Note a constant that is too large to compute with."""
    problem = (
        f"'{write(node)}' comes to more than {write_number(LARGEST_NUMBER)}, the largest number"
    )
    return linking.refuse(node, problem, "write a smaller number")


def _is_checked(operand: LinkedNode, linking: LinkContext) -> bool:
    # A quotient of quantities is undefined world by world, which the engine counts.
    return linking.reads != "query" or operand.range.is_constant


def _suggest_floor(meaning: LinkedNode) -> str:
    text = _write_reference(meaning.node)
    return f"write max({text}, 0.01) instead of {text}" if text else "use max(x, 0.01)"


def _write_reference(node: Expression) -> str:
    match node:
        case Cell(key=key):
            return key
        case Measure(stage=stage, measure=measure, index=index):
            return f"{stage}.{measure}" + (f"[{index}]" if index else "")
    return ""


def _resolve_call(node: Call, linking: LinkContext) -> LinkedNode:
    arguments = tuple(resolve_number(argument, linking) for argument in node.arguments)
    built = LinkedNode(replace(node, arguments=tuple(argument.node for argument in arguments)))
    if any(argument.wrong for argument in arguments):
        return replace(built, wrong=True)
    first = arguments[0]
    try:
        unit = _unit_of_call(node.function, arguments)
    except UnitError as error:
        return linking.refuse(node, error.problem, error.remedy)
    if node.function == "log" and first.range.lower <= 0 and _is_checked(first, linking):
        problem = "this takes the logarithm of what can be 0 or less"
        return linking.refuse(node, problem, _suggest_floor(first))
    if node.function == "sqrt" and first.range.lower < 0 and _is_checked(first, linking):
        text = _write_reference(first.node)
        problem = "this takes the square root of what can be negative"
        instead = f" instead of sqrt({text})" if text else ""
        return linking.refuse(node, problem, f"write sqrt(max({text or 'x'}, 0)){instead}")
    if node.function == "clip" and arguments[1].range.lower > arguments[2].range.upper:
        return linking.refuse(node, "the bounds of clip run backwards", "write clip(x, low, high)")
    span = ranges.call(node.function, tuple(argument.range for argument in arguments))
    if is_too_large(span):
        return refuse_too_large(node, linking)
    chooses = node.function in ("min", "max", "clip")
    whole = chooses and all(argument.whole for argument in arguments)
    return replace(built, unit=unit, range=span, whole=whole)


def _unit_of_call(function: str, arguments: tuple[LinkedNode, ...]) -> Unit | None:
    first = arguments[0].unit
    if function == "sqrt":
        return units.unit_of_root(first)
    if function in ("exp", "log", "logistic"):
        units.require_no_unit(first, f"the argument of {function}")
        return first
    unit = first
    for argument in arguments[1:]:
        unit = units.find_common_unit(unit, argument.unit, "compared with")
    return unit
