"""Linking what must be a number: names, arithmetic, functions; units and ranges on the way."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from conjuncture.language import ranges, units
from conjuncture.language.bounds import LARGEST
from conjuncture.language.digits import write_number
from conjuncture.language.meaning import Linking, Meaning, labels_in_words
from conjuncture.language.naming import dotted, resolve
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
    Number,
    Or,
    Reached,
    Within,
)
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import Unit
from conjuncture.language.units import UnitError
from conjuncture.language.writing import write

JOINED = {"+": "added to", "-": "subtracted from"}


def number(node: Expression, linking: Linking) -> Meaning:
    """Return the meaning of a node that must be a number."""
    meaning = linking.leaf(node) if linking.leaf is not None else None
    if meaning is not None:
        return meaning
    match node:
        case Number(value=value):
            return Meaning(node, None, Range(value, value), value.is_integer())
        case Name():
            return _named(node, linking)
        case Negative():
            operand = number(node.operand, linking)
            whole = Meaning(replace(node, operand=operand.node), operand.unit)
            return _carry(whole, ranges.negative(operand.range), operand)
        case Arithmetic():
            return _arithmetic(node, linking)
        case Call():
            return _call(node, linking)
        case Compare() | Within() | Not() | And() | Or() | Reached():
            return linking.refuse(
                node, "this is an event, and a number is wanted here", "write P(...) of the event"
            )
    return linking.refuse(node, "this is not a number")


def _named(node: Name, linking: Linking) -> Meaning:
    meaning = resolve(node, linking)
    if meaning.wrong or meaning.labels is None:
        return meaning
    text = dotted(node)
    problem = f"'{text}' is no number: it is {labels_in_words(meaning.labels)}"
    return linking.refuse(node, problem, f"write {text} = {meaning.labels[-1]}, for example")


def _carry(meaning: Meaning, span: Range, *parts: Meaning) -> Meaning:
    return replace(
        meaning,
        range=span,
        whole=all(part.whole for part in parts),
        wrong=any(part.wrong for part in parts),
    )


def _arithmetic(node: Arithmetic, linking: Linking) -> Meaning:
    left, right = number(node.left, linking), number(node.right, linking)
    built = Meaning(replace(node, left=left.node, right=right.node))
    if left.wrong or right.wrong:
        return replace(built, wrong=True)
    try:
        match node.operator:
            case "+" | "-":
                built = replace(built, unit=_joined(node, left, right))
            case "*":
                built = replace(built, unit=units.times(left.unit, right.unit))
            case "/":
                built = replace(built, unit=units.over(left.unit, right.unit))
            case "^":
                constant = right.range.lower if right.range.constant else None
                built = replace(built, unit=units.raised(left.unit, right.unit, constant))
    except UnitError as error:
        return linking.refuse(node, error.problem, error.remedy)
    return _spanned(node, built, left, right, linking)


def _joined(node: Arithmetic, left: Meaning, right: Meaning) -> Unit | None:
    if node.operator == "-":
        left, right = right, left
    return units.same_unit(left.unit, right.unit, JOINED[node.operator])


def _spanned(
    node: Arithmetic, built: Meaning, left: Meaning, right: Meaning, linking: Linking
) -> Meaning:
    span = ranges.arithmetic(node.operator, left.range, right.range)
    if too_large(span):
        return refuse_too_large(node, linking)
    match node.operator:
        case "+" | "-" | "*":
            return _carry(built, span, left, right)
        case "/" if 0.0 in right.range and _checked(right, linking):
            return linking.refuse(node, "this divides by what can be 0", _kept_above(right))
        case "^":
            danger = ranges.power_is_partial(left.range, right.range)
            if danger is not None and _checked(left, linking):
                problem = f"'^' is not defined here: {danger}"
                return linking.refuse(node, problem, _kept_above(left))
    return replace(built, range=span)


def too_large(span: Range) -> bool:
    """Return whether a range is one number that is too large to compute with.

    The logarithm of nothing, which is minus infinity, has no value for another reason.

    Examples
    --------
    >>> too_large(Range(1e31, 1e31)), too_large(Range(0.0, 1e31))
    (True, False)
    """
    return span.constant and abs(span.lower) > LARGEST and span.lower != -inf


def refuse_too_large(node: Expression, linking: Linking) -> Meaning:
    """Note a constant that is too large to compute with."""
    problem = f"'{write(node)}' comes to more than {write_number(LARGEST)}, the largest number"
    return linking.refuse(node, problem, "write a smaller number")


def _checked(operand: Meaning, linking: Linking) -> bool:
    # A quotient of quantities is undefined world by world, which the engine counts.
    return linking.reads != "query" or operand.range.constant


def _kept_above(meaning: Meaning) -> str:
    text = _text(meaning.node)
    return f"write max({text}, 0.01) instead of {text}" if text else "use max(x, 0.01)"


def _text(node: Expression) -> str:
    match node:
        case Cell(key=key):
            return key
        case Measure(stage=stage, measure=measure, index=index):
            return f"{stage}.{measure}" + (f"[{index}]" if index else "")
    return ""


def _call(node: Call, linking: Linking) -> Meaning:
    arguments = tuple(number(argument, linking) for argument in node.arguments)
    built = Meaning(replace(node, arguments=tuple(argument.node for argument in arguments)))
    if any(argument.wrong for argument in arguments):
        return replace(built, wrong=True)
    first = arguments[0]
    try:
        unit = _unit_of_call(node.function, arguments)
    except UnitError as error:
        return linking.refuse(node, error.problem, error.remedy)
    if node.function == "log" and first.range.lower <= 0 and _checked(first, linking):
        problem = "this takes the logarithm of what can be 0 or less"
        return linking.refuse(node, problem, _kept_above(first))
    if node.function == "sqrt" and first.range.lower < 0 and _checked(first, linking):
        text = _text(first.node)
        problem = "this takes the square root of what can be negative"
        instead = f" instead of sqrt({text})" if text else ""
        return linking.refuse(node, problem, f"write sqrt(max({text or 'x'}, 0)){instead}")
    if node.function == "clip" and arguments[1].range.lower > arguments[2].range.upper:
        return linking.refuse(node, "the bounds of clip run backwards", "write clip(x, low, high)")
    span = ranges.call(node.function, tuple(argument.range for argument in arguments))
    if too_large(span):
        return refuse_too_large(node, linking)
    chooses = node.function in ("min", "max", "clip")
    whole = chooses and all(argument.whole for argument in arguments)
    return replace(built, unit=unit, range=span, whole=whole)


def _unit_of_call(function: str, arguments: tuple[Meaning, ...]) -> Unit | None:
    first = arguments[0].unit
    if function == "sqrt":
        return units.root(first)
    if function in ("exp", "log", "logistic"):
        units.require_none(first, f"the argument of {function}")
        return first
    unit = first
    for argument in arguments[1:]:
        unit = units.same_unit(unit, argument.unit, "compared with")
    return unit
