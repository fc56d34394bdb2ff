"""One evaluator of linked trees, for NumPy on the host and for JAX in the compiled program.

The library comes in as ``xp``, so that this module imports neither. Numbers keep the precision of
what the scope yields; the two sides of a comparison are rounded to single precision first, so that
both libraries decide alike. Events follow Kleene's three-valued logic.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Call,
    Cell,
    Compare,
    Expression,
    Label,
    Measure,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Outcome,
    Reached,
    Within,
    cells_of,
)

Array = Any
"""A NumPy or JAX array, or a Python number that stands for one."""

Defined = tuple[Array, Array]
"""Values, and where they are defined."""


class Scope(Protocol):
    """Where an evaluation finds what references stand for; all shapes must broadcast."""

    def cell(self, key: str) -> Array:
        """Return a number of the scenario; of a choice between rules, the code."""

    def outcome(self, stage: str, visit: int | None) -> Defined:
        """Return the codes of a stage's outcome, and where the stage was reached."""

    def measure(self, stage: str, measure: str, index: str | None, visit: int | None) -> Defined:
        """Return a measure, and where it is defined."""

    def is_reached(self, stage: str, visit: int | None) -> Array:
        """Return where a stage was reached."""


def evaluate(node: Expression, scope: Scope, xp: Any) -> Array:
    """Return the numbers that a linked expression is.

    Where a measure in it is undefined the number means nothing; :func:`evaluate_defined` says
    where that is.

    Parameters
    ----------
    node : Expression
        Linked; of Number, Cell, Outcome, Measure, Label, Negative, Arithmetic and Call.
    scope : Scope
        What references stand for.
    xp : module
        ``numpy`` or ``jax.numpy``.

    Returns
    -------
    array
        In the shape to which everything read broadcasts.

    Examples
    --------
    >>> import numpy
    >>> from types import SimpleNamespace
    >>> scope = SimpleNamespace(cell={"fog": numpy.array([1.0, 2.0])}.get)
    >>> evaluate(Arithmetic("^", Cell("fog"), NumberLiteral(2.0)), scope, numpy).tolist()
    [1.0, 4.0]
    """
    return evaluate_defined(node, scope, xp)[0]


def evaluate_defined(node: Expression, scope: Scope, xp: Any) -> Defined:
    """Return the numbers that a linked expression is, and where it is defined.

    Parameters
    ----------
    node, scope, xp
        As in :func:`evaluate`.

    Returns
    -------
    values, defined : array
    """
    defined: Array = True

    def leaf(reference: Expression) -> Array:
        nonlocal defined
        match reference:
            case Cell(key=key):
                return scope.cell(key)
            case Outcome(stage=stage, visit=visit):
                values, known = scope.outcome(stage, visit)
            case Measure(stage=stage, measure=measure, index=index, visit=visit):
                values, known = scope.measure(stage, measure, index, visit)
            case _:
                raise TypeError(f"{type(reference).__name__} is not a linked number")
        defined = xp.logical_and(defined, known)
        return values

    return _number(node, leaf, xp), defined


def truth_of(node: Expression, scope: Scope, xp: Any) -> tuple[Array, Array]:
    """Return where a linked event is true and where it is false; elsewhere it is undefined.

    Parameters
    ----------
    node : Expression
        Linked; of Compare, Within, Reached, Not, And and Or.
    scope, xp
        As in :func:`evaluate`.

    Returns
    -------
    true, false : array of bool
        Never both.

    Examples
    --------
    >>> import numpy
    >>> from types import SimpleNamespace
    >>> window = numpy.array([0, 1, 1]), numpy.array([True, True, False])
    >>> scope = SimpleNamespace(outcome=lambda stage, visit: window)
    >>> carried = Compare("=", Outcome("window"), Label("carried", 1))
    >>> [part.tolist() for part in truth_of(carried, scope, numpy)]
    [[False, True, False], [True, False, False]]
    """
    match node:
        case Not():
            true, false = truth_of(node.operand, scope, xp)
            return false, true
        case And():
            left_true, left_false = truth_of(node.left, scope, xp)
            right_true, right_false = truth_of(node.right, scope, xp)
            return xp.logical_and(left_true, right_true), xp.logical_or(left_false, right_false)
        case Or():
            left_true, left_false = truth_of(node.left, scope, xp)
            right_true, right_false = truth_of(node.right, scope, xp)
            return xp.logical_or(left_true, right_true), xp.logical_and(left_false, right_false)
        case Reached(stage=stage, visit=visit):
            reached = scope.is_reached(stage, visit)
            return reached, xp.logical_not(reached)
        case Compare():
            left, left_known = _to_single(node.left, scope, xp)
            right, right_known = _to_single(node.right, scope, xp)
            holds = compare(node.operator, left, right, xp)
            return _kleene(holds, xp.logical_and(left_known, right_known), xp)
        case Within():
            sides = [_to_single(side, scope, xp) for side in (node.operand, node.low, node.high)]
            (operand, _), (low, _), (high, _) = sides
            holds = xp.logical_and(operand >= low, operand <= high)
            return _kleene(holds, reduce(xp.logical_and, (known for _, known in sides)), xp)
    raise TypeError(f"{type(node).__name__} is not a linked event")


def compare(operator: str, left: Array, right: Array, xp: Any) -> Array:
    """Return where a comparison holds, both sides as they are."""
    match operator:
        case "=":
            return xp.equal(left, right)
        case "!=":
            return xp.not_equal(left, right)
        case "<":
            return xp.less(left, right)
        case "<=":
            return xp.less_equal(left, right)
        case ">":
            return xp.greater(left, right)
        case _:
            return xp.greater_equal(left, right)


def _kleene(holds: Array, known: Array, xp: Any) -> tuple[Array, Array]:
    return xp.logical_and(known, holds), xp.logical_and(known, xp.logical_not(holds))


def _to_single(node: Expression, scope: Scope, xp: Any) -> Defined:
    values, known = evaluate_defined(node, scope, xp)
    # Codes of labels and counts stay what they are; numbers are compared in single precision.
    whole = xp.issubdtype(getattr(values, "dtype", type(values)), xp.integer)
    return values if whole else xp.asarray(values, dtype=xp.float32), known


def _number(node: Expression, leaf: Callable[[Expression], Array], xp: Any) -> Array:
    match node:
        case NumberLiteral(value=value):
            return value
        case Label(code=code):
            return code
        case Negative(operand=operand):
            return -_number(operand, leaf, xp)
        case Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(operator, _number(left, leaf, xp), _number(right, leaf, xp), xp)
        case Call(function=function, arguments=arguments):
            return _call(function, [_number(argument, leaf, xp) for argument in arguments], xp)
    return leaf(node)


def _arithmetic(operator: str, left: Array, right: Array, xp: Any) -> Array:
    match operator:
        case "+":
            return xp.add(left, right)
        case "-":
            return xp.subtract(left, right)
        case "*":
            return xp.multiply(left, right)
        case "/":
            return xp.true_divide(left, right)
        case _:
            # Whole-number arrays raised to a negative power are refused by NumPy.
            return xp.power(xp.multiply(left, 1.0), right)


def _call(function: str, arguments: list[Array], xp: Any) -> Array:
    match function, arguments:
        case "min", _:
            return reduce(xp.minimum, arguments)
        case "max", _:
            return reduce(xp.maximum, arguments)
        case "clip", [operand, low, high]:
            return xp.minimum(xp.maximum(operand, low), high)
        case "exp", [operand]:
            return xp.exp(operand)
        case "log", [operand]:
            return xp.log(operand)
        case "sqrt", [operand]:
            return xp.sqrt(operand)
        case "logistic", [operand]:
            # Through tanh it cannot overflow.
            return xp.multiply(0.5, xp.add(1.0, xp.tanh(xp.multiply(0.5, operand))))
    raise TypeError(f"'{function}' is not a function of the language")


__all__ = ["Scope", "cells_of", "compare", "evaluate", "evaluate_defined", "truth_of"]
