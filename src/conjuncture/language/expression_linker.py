"""Linking what must be a number: names, arithmetic, functions; units and ranges on the way.

Linking what must be an event: comparisons, their labels, and what joins them.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from conjuncture.language import ranges, units
from conjuncture.language.name_resolution import (
    LinkContext,
    LinkedNode,
    dotted_name_of,
    is_bare,
    resolve_name,
    resolve_reached,
    write_labels,
)
from conjuncture.language.names import find_nearest_name
from conjuncture.language.nodes import (
    LARGEST_NUMBER,
    And,
    Arithmetic,
    Call,
    Cell,
    Compare,
    Expression,
    Label,
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
from conjuncture.language.symbols import Kind, StageSymbols, Unit
from conjuncture.language.units import UnitError, find_common_unit
from conjuncture.language.unparser import write
from conjuncture.number_format import write_number

SUM_WORDS = {"+": "added to", "-": "subtracted from"}


def resolve_number(node: Expression, context: LinkContext) -> LinkedNode:
    """Return the meaning of a node that must be a number."""
    meaning = context.leaf(node) if context.leaf is not None else None
    if meaning is not None:
        return meaning
    match node:
        case NumberLiteral(value=value):
            return LinkedNode(node, None, Range(value, value), value.is_integer())
        case Name():
            return _resolve_numeric_name(node, context)
        case Negative():
            operand = resolve_number(node.operand, context)
            whole = LinkedNode(replace(node, operand=operand.node), operand.unit)
            return _combine_parts(whole, ranges.negative(operand.range), operand)
        case Arithmetic():
            return _resolve_arithmetic(node, context)
        case Call():
            return _resolve_call(node, context)
        case Compare() | Within() | Not() | And() | Or() | Reached():
            return context.refuse(
                node, "this is an event, and a number is wanted here", "write P(...) of the event"
            )
    return context.refuse(node, "this is not a number")


def _resolve_numeric_name(node: Name, context: LinkContext) -> LinkedNode:
    meaning = resolve_name(node, context)
    if meaning.wrong or meaning.labels is None:
        return meaning
    text = dotted_name_of(node)
    problem = f"'{text}' is no number: it is {write_labels(meaning.labels)}"
    return context.refuse(node, problem, f"write {text} = {meaning.labels[-1]}, for example")


def _combine_parts(meaning: LinkedNode, span: Range, *parts: LinkedNode) -> LinkedNode:
    return replace(
        meaning,
        range=span,
        whole=all(part.whole for part in parts),
        wrong=any(part.wrong for part in parts),
    )


def _resolve_arithmetic(node: Arithmetic, context: LinkContext) -> LinkedNode:
    left, right = resolve_number(node.left, context), resolve_number(node.right, context)
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
        return context.refuse(node, error.problem, error.remedy)
    return _check_range(node, built, left, right, context)


def _unit_of_sum(node: Arithmetic, left: LinkedNode, right: LinkedNode) -> Unit | None:
    if node.operator == "-":
        left, right = right, left
    return units.find_common_unit(left.unit, right.unit, SUM_WORDS[node.operator])


def _check_range(
    node: Arithmetic, built: LinkedNode, left: LinkedNode, right: LinkedNode, context: LinkContext
) -> LinkedNode:
    span = ranges.arithmetic(node.operator, left.range, right.range)
    if is_too_large(span):
        return refuse_too_large(node, context)
    match node.operator:
        case "+" | "-" | "*":
            return _combine_parts(built, span, left, right)
        case "/" if 0.0 in right.range and _is_checked(right, context):
            return context.refuse(node, "this divides by what can be 0", _suggest_floor(right))
        case "^":
            danger = ranges.power_is_partial(left.range, right.range)
            if danger is not None and _is_checked(left, context):
                problem = f"'^' is not defined here: {danger}"
                return context.refuse(node, problem, _suggest_floor(left))
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


def refuse_too_large(node: Expression, context: LinkContext) -> LinkedNode:
    """Note a constant that is too large to compute with."""
    problem = (
        f"'{write(node)}' comes to more than {write_number(LARGEST_NUMBER)}, the largest number"
    )
    return context.refuse(node, problem, "write a smaller number")


def _is_checked(operand: LinkedNode, context: LinkContext) -> bool:
    # A quotient of quantities is undefined world by world, which the engine counts.
    return context.reads != "query" or operand.range.is_constant


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


def _resolve_call(node: Call, context: LinkContext) -> LinkedNode:
    arguments = tuple(resolve_number(argument, context) for argument in node.arguments)
    built = LinkedNode(replace(node, arguments=tuple(argument.node for argument in arguments)))
    if any(argument.wrong for argument in arguments):
        return replace(built, wrong=True)
    first = arguments[0]
    try:
        unit = _unit_of_call(node.function, arguments)
    except UnitError as error:
        return context.refuse(node, error.problem, error.remedy)
    if node.function == "log" and first.range.lower <= 0 and _is_checked(first, context):
        problem = "this takes the logarithm of what can be 0 or less"
        return context.refuse(node, problem, _suggest_floor(first))
    if node.function == "sqrt" and first.range.lower < 0 and _is_checked(first, context):
        text = _write_reference(first.node)
        problem = "this takes the square root of what can be negative"
        instead = f" instead of sqrt({text})" if text else ""
        return context.refuse(node, problem, f"write sqrt(max({text or 'x'}, 0)){instead}")
    if node.function == "clip" and arguments[1].range.lower > arguments[2].range.upper:
        return context.refuse(node, "the bounds of clip run backwards", "write clip(x, low, high)")
    span = ranges.call(node.function, tuple(argument.range for argument in arguments))
    if is_too_large(span):
        return refuse_too_large(node, context)
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


def resolve_event(node: Expression, context: LinkContext) -> LinkedNode:
    """Return the meaning of a node that must be an event."""
    match node:
        case Compare(operator="=" | "!="):
            return _resolve_equality(node, context)
        case Compare():
            return _resolve_order(node, context)
        case Within():
            return _resolve_within(node, context)
        case Not():
            operand = resolve_event(node.operand, context)
            return LinkedNode(replace(node, operand=operand.node), wrong=operand.wrong)
        case And() | Or():
            left, right = resolve_event(node.left, context), resolve_event(node.right, context)
            built = replace(node, left=left.node, right=right.node)
            return LinkedNode(built, wrong=left.wrong or right.wrong)
        case Reached():
            return resolve_reached(node, context)
        case Name():
            return _refuse_lone_name(node, context)
    meaning = resolve_number(node, context)
    if meaning.wrong:
        return meaning
    return context.refuse(node, "this is a number, not an event", "compare it, as in '... > 0.5'")


def _refuse_lone_name(node: Name, context: LinkContext) -> LinkedNode:
    if is_bare(node):
        for key, stage in context.vocabulary.stages.items():
            if node.root in stage.outcomes:
                problem = f"'{node.root}' alone is not an event"
                return context.refuse(node, problem, f"write {key} = {node.root}")
    meaning = resolve_name(node, context)
    if meaning.wrong:
        return meaning
    text = dotted_name_of(node)
    if meaning.labels is not None:
        remedy = f"write {text} = {meaning.labels[-1]}, for example"
    else:
        remedy = f"compare it, as in '{text} > 1'"
    return context.refuse(node, f"'{text}' alone is not an event", remedy)


def _resolve_labels(node: Expression, context: LinkContext) -> LinkedNode | None:
    """Return what a name means when that is one of some labels; note no problem."""
    if not isinstance(node, Name) or context.reads == "query":
        return None
    trial = replace(context, problems=[])
    meaning = resolve_name(node, trial)
    return meaning if meaning.labels is not None else None


def _resolve_equality(node: Compare, context: LinkContext) -> LinkedNode:
    left, right = _resolve_labels(node.left, context), _resolve_labels(node.right, context)
    if left is not None:
        return _resolve_label_comparison(node, left, node.right, right, context)
    if right is not None:
        meaning = _resolve_label_comparison(node, right, node.left, None, context)
        if isinstance(meaning.node, Compare):
            turned = replace(meaning.node, left=meaning.node.right, right=meaning.node.left)
            return replace(meaning, node=turned)
        return meaning
    one, other = _resolve_sides(node, context)
    built = LinkedNode(replace(node, left=one.node, right=other.node))
    if one.wrong or other.wrong or not _same_units(node, one, other, context):
        return replace(built, wrong=True)
    for literal, counted in ((one, other), (other, one)):
        if literal.range.is_constant and counted.whole and not literal.whole:
            problem = f"a whole number is never {write_number(literal.range.lower)}"
            return context.refuse(node, problem, "write a whole number")
    if not (one.whole and other.whole):
        return context.refuse(
            node,
            f"'{node.operator}' between real numbers says nothing: they are almost never equal",
            "write '>=' or '<=', or 'x in [low, high]'",
        )
    return built


def _resolve_sides(node: Compare, context: LinkContext) -> tuple[LinkedNode, LinkedNode]:
    """Link both sides; where one means nothing, say nothing of a label on the other."""
    if _is_label(node.right, context):
        left = resolve_number(node.left, context)
        return left, LinkedNode(node.right, wrong=True) if left.wrong else resolve_number(
            node.right, context
        )
    if _is_label(node.left, context):
        right = resolve_number(node.right, context)
        return LinkedNode(node.left, wrong=True) if right.wrong else resolve_number(
            node.left, context
        ), right
    return resolve_number(node.left, context), resolve_number(node.right, context)


def _is_label(node: Expression, context: LinkContext) -> bool:
    stages = context.vocabulary.stages.values()
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
    context: LinkContext,
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
        return context.refuse(written, f"this is never '{written.root}'", remedy)
    words = write_labels(labels)
    return context.refuse(written, f"this is compared with {words}, and is none of them", remedy)


def _resolve_order(node: Compare, context: LinkContext) -> LinkedNode:
    for side in (node.left, node.right):
        meaning = _resolve_labels(side, context)
        if meaning is not None and meaning.labels is not None:
            words = write_labels(meaning.labels)
            problem = f"'{node.operator}' cannot order {words}"
            return context.refuse(node, problem, "write '=' or '!='")
    left, right = resolve_number(node.left, context), resolve_number(node.right, context)
    built = replace(node, left=left.node, right=right.node)
    wrong = left.wrong or right.wrong or not _same_units(node, left, right, context)
    return LinkedNode(built, wrong=wrong)


def _resolve_within(node: Within, context: LinkContext) -> LinkedNode:
    operand = resolve_number(node.operand, context)
    low, high = resolve_number(node.low, context), resolve_number(node.high, context)
    built = replace(node, operand=operand.node, low=low.node, high=high.node)
    if operand.wrong or low.wrong or high.wrong:
        return LinkedNode(built, wrong=True)
    if low.range.lower > high.range.upper:
        text = f"[{write_number(high.range.upper)}, {write_number(low.range.lower)}]"
        return context.refuse(node, "the bounds of 'in' run backwards", f"write in {text}")
    units_fit = [_same_units(node, operand, bound, context) for bound in (low, high)]
    return LinkedNode(built, wrong=not all(units_fit))


def _same_units(
    node: Expression, left: LinkedNode, right: LinkedNode, context: LinkContext
) -> bool:
    try:
        find_common_unit(left.unit, right.unit, "compared with")
    except UnitError as error:
        context.complain(node, error.problem, error.remedy)
        return False
    return True
