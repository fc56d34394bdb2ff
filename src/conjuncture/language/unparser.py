"""Writing a tree back in the grammar, with no more brackets than it needs.

``parse(write(tree)) == tree`` for every tree that the parser yields. A linked tree is written too,
its cells by key, for messages and as a name of what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Call,
    Cell,
    Compare,
    Either,
    Expression,
    Interval,
    Intervention,
    Label,
    Measure,
    Name,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Outcome,
    Quantity,
    RandomDraw,
    Reached,
    Within,
    Word,
)
from conjuncture.number_format import write_number, write_rounded

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
    return _write_with_binding(node)[0]


def write_interventions(interventions: Sequence[Intervention]) -> str:
    """Return the inside of a ``do(...)``.

    Examples
    --------
    >>> from conjuncture.language.interventions import Aside, SetCell
    >>> write_interventions([Aside("unions", secretly=True), SetCell("fog", NumberLiteral(0.5))])
    'unions aside secretly, fog = 0.5'
    """
    return ", ".join(map(str, interventions))


def write_sum(node: Expression) -> str:
    """Return a tree as it stands where the grammar takes a sum."""
    return _write_binding(node, SUM)


def _write_binding(node: Expression, level: int) -> str:
    text, binds = _write_with_binding(node)
    return text if binds >= level else f"({text})"


def _write_with_binding(node: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    match node:
        case Or(left=left, right=right):
            return f"{_write_binding(left, OR)} or {_write_binding(right, AND)}", OR
        case And(left=left, right=right):
            return f"{_write_binding(left, AND)} and {_write_binding(right, NOT)}", AND
        case Not(operand=operand):
            return f"not {_write_binding(operand, NOT)}", NOT
        case Compare(operator=operator, left=left, right=right):
            return (
                f"{_write_binding(left, SUM)} {operator} {_write_binding(right, SUM)}",
                COMPARISON,
            )
        case Within(operand=operand, low=low, high=high):
            ends = f"[{_write_binding(low, SUM)}, {_write_binding(high, SUM)}]"
            return f"{_write_binding(operand, SUM)} in {ends}", COMPARISON
        case Arithmetic(operator="^", left=left, right=right):
            return f"{_write_binding(left, ATOM)} ^ {_write_binding(right, UNARY)}", POWER
        case Arithmetic(operator=operator, left=left, right=right):
            level = BINDS[operator]
            return (
                f"{_write_binding(left, level)} {operator} {_write_binding(right, level + 1)}",
                level,
            )
        case Negative(operand=operand):
            return f"-{_write_binding(operand, UNARY)}", UNARY
        case Interval(low=low, high=high):
            return f"{_write_digits(low)} to {_write_digits(high)}", RANGE
        case NumberLiteral(value=value):
            return _write_digits(value), UNARY if value < 0 else ATOM
    return _write_atom(node), ATOM


def _write_atom(node: Expression) -> str:
    match node:
        case Name(root=root, path=path, visit=visit, index=index):
            return (
                _write_stage(root, visit)
                + "".join(f".{part}" for part in path)
                + _write_index(index)
            )
        case Word(word=word):
            return word
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Reached(stage=stage, visit=visit):
            return f"reached({_write_stage(stage, visit)})"
        case Cell(key=key):
            return key
        case Outcome(stage=stage, visit=visit):
            return _write_stage(stage, visit)
        case Measure(stage=stage, measure=measure, index=index, visit=visit):
            return f"{_write_stage(stage, visit)}.{measure}{_write_index(index)}"
        case Label(label=label):
            return label
        case RandomDraw():
            return _write_draw(node)
        case Either(options=options, weights=weights):
            parts = zip(map(write, options), weights, strict=True)
            return f"either({', '.join(f'{option}: {weight:.4g}' for option, weight in parts)})"
        case Quantity():
            return str(node)
    raise TypeError(f"{type(node).__name__} cannot be written")


def _write_stage(stage: str, visit: int | None) -> str:
    return stage if visit is None else f"{stage}[{visit}]"


def _write_index(index: str | None) -> str:
    return "" if index is None else f"[{index}]"


def _write_draw(node: RandomDraw) -> str:
    parameters = node.parameters
    if node.family == "lognormal":
        parameters = (math.exp(parameters[0]), parameters[1])
    if node.family == "logitnormal":
        parameters = (1 / (1 + math.exp(-parameters[0])), parameters[1])
    return f"{node.family}({', '.join(write_rounded(parameter, 9) for parameter in parameters)})"


def _write_digits(number: float) -> str:
    return "sworn" if math.isinf(number) else write_number(number)
