"""Writing a tree back in the grammar, with no more brackets than it needs.

``parse(write(tree)) == tree`` for every tree that the parser yields. A linked tree is written too,
its cells by key, for messages and as a name of what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from conjuncture.language.digits import write_number, write_rounded
from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Aside,
    Assign,
    Call,
    Cell,
    Compare,
    Drawn,
    Either,
    Expression,
    Interval,
    Intervention,
    Label,
    Mean,
    Measure,
    Name,
    Necessity,
    Negative,
    Not,
    Number,
    Or,
    Outcome,
    Plays,
    Probability,
    Quantile,
    Quantity,
    Reached,
    SetCell,
    SetOutcome,
    Sides,
    Sufficiency,
    Within,
    Without,
    Word,
)

OR, AND, NOT, COMPARISON, SUM, PRODUCT, RANGE, UNARY, POWER, ATOM = range(10)
BINDS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}


def write(node: Expression) -> str:
    """Return a tree as a text of the language.

    Examples
    --------
    >>> from conjuncture.language.parser import parse_query
    >>> write(parse_query("((P((a.side=b) | reached(c),do(without u))))*2>1"))
    'P(a.side = b | reached(c), do(without u)) * 2 > 1'
    """
    return _written(node)[0]


def write_interventions(interventions: Sequence[Intervention]) -> str:
    """Return the inside of a ``do(...)``.

    Examples
    --------
    >>> write_interventions([Aside("unions", secretly=True), SetCell("fog", Number(0.5))])
    'unions aside secretly, fog = 0.5'
    """
    return ", ".join(map(_intervention, interventions))


def _at_least(node: Expression, level: int) -> str:
    text, binds = _written(node)
    return text if binds >= level else f"({text})"


def _written(node: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    match node:
        case Or(left=left, right=right):
            return f"{_at_least(left, OR)} or {_at_least(right, AND)}", OR
        case And(left=left, right=right):
            return f"{_at_least(left, AND)} and {_at_least(right, NOT)}", AND
        case Not(operand=operand):
            return f"not {_at_least(operand, NOT)}", NOT
        case Compare(operator=operator, left=left, right=right):
            return f"{_at_least(left, SUM)} {operator} {_at_least(right, SUM)}", COMPARISON
        case Within(operand=operand, low=low, high=high):
            ends = f"[{_at_least(low, SUM)}, {_at_least(high, SUM)}]"
            return f"{_at_least(operand, SUM)} in {ends}", COMPARISON
        case Arithmetic(operator="^", left=left, right=right):
            return f"{_at_least(left, ATOM)} ^ {_at_least(right, UNARY)}", POWER
        case Arithmetic(operator=operator, left=left, right=right):
            level = BINDS[operator]
            return f"{_at_least(left, level)} {operator} {_at_least(right, level + 1)}", level
        case Negative(operand=operand):
            return f"-{_at_least(operand, UNARY)}", UNARY
        case Interval(low=low, high=high):
            return f"{_digits(low)} to {_digits(high)}", RANGE
        case Number(value=value):
            return _digits(value), UNARY if value < 0 else ATOM
    return _atom(node), ATOM


def _atom(node: Expression) -> str:
    match node:
        case Name(root=root, path=path, visit=visit, index=index):
            return _stage(root, visit) + "".join(f".{part}" for part in path) + _index(index)
        case Word(word=word):
            return word
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Reached(stage=stage, visit=visit):
            return f"reached({_stage(stage, visit)})"
        case Cell(key=key):
            return key
        case Outcome(stage=stage, visit=visit):
            return _stage(stage, visit)
        case Measure(stage=stage, measure=measure, index=index, visit=visit):
            return f"{_stage(stage, visit)}.{measure}{_index(index)}"
        case Label(label=label):
            return label
        case Drawn():
            return _law(node)
        case Either(options=options, weights=weights):
            parts = zip(map(write, options), weights, strict=True)
            return f"either({', '.join(f'{option}: {weight:.4g}' for option, weight in parts)})"
        case Probability() | Mean() | Quantile() | Necessity() | Sufficiency():
            return _quantity(node)
    raise TypeError(f"{type(node).__name__} cannot be written")


def _quantity(node: Quantity) -> str:
    match node:
        case Probability(event=event):
            return f"P({write(event)}{_conditions(node)})"
        case Mean(expression=expression):
            return f"E({write(expression)}{_conditions(node)})"
        case Quantile(level=level, expression=expression):
            return f"Q({_digits(level)}, {write(expression)}{_conditions(node)})"
        case Necessity() | Sufficiency():
            word = "necessity" if isinstance(node, Necessity) else "sufficiency"
            given = "" if node.given is None else f" given {write(node.given)}"
            last = " or forestalled" if isinstance(node, Necessity) and node.or_forestalled else ""
            done = write_interventions(node.interventions)
            return f"{word}(do({done}) for {write(node.event)}{given}{last})"


def _conditions(node: Probability | Mean | Quantile) -> str:
    parts = [] if node.given is None else [write(node.given)]
    if node.interventions:
        parts.append(f"do({write_interventions(node.interventions)})")
    return f" | {', '.join(parts)}" if parts else ""


def _intervention(node: Intervention) -> str:
    secretly = " secretly" if getattr(node, "secretly", False) else ""
    match node:
        case Assign(target=target, operator=operator, value=value, at=at):
            return f"{write(target)} {operator} {_at_least(value, SUM)}{_at(at)}"
        case SetCell(key=key, value=value, at=at):
            return f"{key} = {_at_least(value, SUM)}{_at(at)}"
        case SetOutcome(stage=stage, outcome=outcome, visit=visit):
            return f"{_stage(stage, visit)} = {outcome}"
        case Without(name=name):
            return f"without {name}"
        case Aside(force=force):
            return f"{force} aside{secretly}"
        case Sides(force=force, camp=camp):
            return f"{force} sides {camp}{secretly}"
        case Plays(player=player, move=move):
            return f"{player} plays {move}{secretly}"


def _at(stage: str | None) -> str:
    return f" at {stage}" if stage is not None else ""


def _stage(stage: str, visit: int | None) -> str:
    return stage if visit is None else f"{stage}[{visit}]"


def _index(index: str | None) -> str:
    return "" if index is None else f"[{index}]"


def _law(node: Drawn) -> str:
    parameters = node.parameters
    if node.family == "lognormal":
        parameters = (math.exp(parameters[0]), parameters[1])
    if node.family == "logitnormal":
        parameters = (1 / (1 + math.exp(-parameters[0])), parameters[1])
    return f"{node.family}({', '.join(write_rounded(parameter, 9) for parameter in parameters)})"


def _digits(number: float) -> str:
    return "sworn" if math.isinf(number) else write_number(number)
