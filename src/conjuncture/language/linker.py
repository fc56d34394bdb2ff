"""Linking: names get their meaning, and everything that can be checked before a run is checked.

Linking replaces every name of a parsed value, effect, event or query by what it stands for in one
scenario, and refuses what has no meaning: unknown names, units that do not go together, forms that
are not defined everywhere, values outside their domain, queries that no draw decides. Each function
notes all problems of a text before it raises :class:`~conjuncture.language.names.LanguageErrors`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from conjuncture.language.expression_linker import resolve_event, resolve_number
from conjuncture.language.interventions import link_interventions_of
from conjuncture.language.name_resolution import LinkContext, LinkedNode, domain_problem, is_bare
from conjuncture.language.names import LanguageErrors, find_nearest_name
from conjuncture.language.nodes import (
    MAX_INTERVENTIONS,
    MAX_QUANTITIES,
    And,
    Compare,
    Expression,
    Intervention,
    Name,
    Not,
    Or,
    Reached,
    Within,
    quantities_of,
)
from conjuncture.language.quantities import resolve_quantity
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import DIMENSIONLESS, Kind, Vocabulary
from conjuncture.language.units import unit_problem
from conjuncture.language.value_linker import ValueLinker, link_either
from conjuncture.number_format import write_number

__all__ = [
    "link_change",
    "link_condition",
    "link_either",
    "link_event",
    "link_expression",
    "link_interventions",
    "link_query",
    "link_test",
    "link_value",
]


def resolve_condition(node: Expression, stage: str, context: LinkContext) -> LinkedNode:
    """Return the meaning of an event in which an outcome of ``stage`` may stand alone."""
    return resolve_event(_expand_labels(node, stage, context), context)


def _expand_labels(node: Expression, stage: str, context: LinkContext) -> Expression:
    match node:
        case Not():
            return replace(node, operand=_expand_labels(node.operand, stage, context))
        case And() | Or():
            left = _expand_labels(node.left, stage, context)
            return replace(node, left=left, right=_expand_labels(node.right, stage, context))
        case Name() if is_bare(node):
            return _expand_label(node, stage, context)
    return node


def _expand_label(node: Name, stage: str, context: LinkContext) -> Expression:
    vocabulary = context.vocabulary
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
    context.complain(node, f"'{stage}' has no outcome '{node.root}'", remedy)
    # Something that is an event, so that nothing more is said of this name.
    return Reached(stage, start=node.start, end=node.end)


def resolve_change(
    node: Expression, key: str, kind: Kind, how: str, context: LinkContext
) -> LinkedNode:
    """Return the meaning of what a cell is set to, clipped to or shifted by."""
    value = resolve_number(node, context)
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
        return context.refuse(node, problem, remedy)
    if how == "set" and value.range.is_constant:
        outside = domain_problem(key, value.range.lower, kind.domain)
        if outside is not None:
            return context.refuse(node, outside, "write 'clip' to keep it within its domain")
    domain = Range.of(kind.domain)
    if how == "set" and (value.range.lower > domain.upper or value.range.upper < domain.lower):
        problem = f"'{key}' must be {kind.domain}, and this never is"
        return context.refuse(node, problem, "write 'clip' to keep it within its domain")
    return value


def resolve_query(node: Expression, context: LinkContext) -> Expression:
    """Return a linked query, a number or one comparison of numbers; problems are noted."""
    context.leaf = lambda leaf: resolve_quantity(leaf, context)
    if isinstance(node, And | Or | Not):
        problem = "a query asks one thing at a time"
        remedy = "write P(...) of the event"
        if quantities_of(node):
            remedy = "write two queries, or two claims, instead of 'and', 'or' or 'not'"
        return context.refuse(node, problem, remedy).node
    if not quantities_of(node):
        problem = "nothing is asked here"
        remedy = "write P(event), E(number), necessity(...), and so on"
        if isinstance(node, Compare | Within | Reached):
            problem, remedy = "this is an event, not a quantity", "write P(...) of the event"
        return context.refuse(node, problem, remedy).node
    linked = (resolve_event if isinstance(node, Compare | Within) else resolve_number)(
        node, context
    )
    asked = quantities_of(linked.node)
    if len(asked) > MAX_QUANTITIES:
        problem = f"this asks for {len(asked)} quantities, more than {MAX_QUANTITIES}"
        context.complain(node, problem, "split it into several queries")
    imposed = len({one.interventions for one in asked if one.interventions})
    if imposed > MAX_INTERVENTIONS:
        problem = f"this compares {imposed} interventions, more than {MAX_INTERVENTIONS}"
        context.complain(node, problem, "split it into several queries")
    return linked.node


def refuse_undecidable(node: Compare | Within, context: LinkContext) -> None:
    """Note a comparison, as parsed, whose answer no draw can change."""
    trial = replace(context, problems=[])
    trial.leaf = lambda leaf: resolve_quantity(leaf, trial)
    if isinstance(node, Within):
        operand = resolve_number(node.operand, trial).range
        bounds = [resolve_number(bound, trial).range for bound in (node.low, node.high)]
        outside = [bound for bound in bounds if bound.is_constant and bound.lower not in operand]
        if outside:
            problem = f"no draw ever comes to {write_number(outside[0].lower)}"
            context.complain(node, problem, _suggest_reachable(operand))
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
        context.complain(node, problem, _suggest_reachable(asked))


def _suggest_reachable(span: Range) -> str:
    if span.lower == -math.inf and span.upper == math.inf:
        return "compare it with something that draws can change"
    if span.upper == math.inf:
        return f"compare it with a number above {write_number(span.lower)}"
    if span.lower == -math.inf:
        return f"compare it with a number below {write_number(span.upper)}"
    lower, upper = write_number(span.lower), write_number(span.upper)
    return f"compare it with a number between {lower} and {upper}"


def link_value(
    node: Expression,
    vocabulary: Vocabulary,
    kind: Kind,
    site: str,
    *,
    leaning: bool = False,
    because: str = "",
) -> Expression:
    """Return what a value means for one cell.

    Parameters
    ----------
    node : Expression
        From :func:`~conjuncture.language.parser.parse_value`.
    vocabulary : Vocabulary
        What names mean.
    kind : Kind
        What the cell can be.
    site : str
        The key of the cell, which is the address of the first draw in the value; further draws
        have ``site#2``, ``site#3`` and so on.
    leaning : bool
        Whether words for leanings may be used; ``sworn`` alone becomes ``Number(inf)``.
    because : str
        The key of the cell from which the domain was told, if it was.

    Returns
    -------
    Expression
        Contains Number, Drawn, Cell, Negative, Arithmetic, Call; or is one Label.

    Raises
    ------
    LanguageErrors

    Examples
    --------
    >>> from conjuncture.language.parser import parse_value
    >>> from conjuncture.language.symbols import NON_NEGATIVE
    >>> nothing = Vocabulary({}, (), (), {}, {})
    >>> link_value(parse_value("3 to 5"), nothing, Kind(NON_NEGATIVE), "a.troops").family
    'lognormal'
    """
    context = LinkContext(vocabulary, "value")
    linked = ValueLinker(context, kind, site, leaning=leaning, because=because).link(node)
    _raise(context)
    return linked


def link_expression(node: Expression, vocabulary: Vocabulary) -> Expression:
    """Return what an expression over a history means; it must be a number.

    Raises
    ------
    LanguageErrors
    """
    context = LinkContext(vocabulary, "history")
    linked = resolve_number(node, context)
    _raise(context)
    return linked.node


def link_event(node: Expression, vocabulary: Vocabulary) -> Expression:
    """Return what an event means.

    Raises
    ------
    LanguageErrors
    """
    context = LinkContext(vocabulary, "history")
    linked = resolve_event(node, context)
    _raise(context)
    return linked.node


def link_condition(node: Expression, vocabulary: Vocabulary, stage: str) -> Expression:
    """Return what the condition of an effect means.

    Parameters
    ----------
    node : Expression
        From :func:`~conjuncture.language.parser.parse_event`. An outcome of the stage may stand
        alone in it.
    vocabulary : Vocabulary
        What names mean.
    stage : str
        The stage that the effect follows.

    Raises
    ------
    LanguageErrors

    Examples
    --------
    >>> from conjuncture.language.parser import parse_event
    >>> from conjuncture.language.symbols import StageSymbols
    >>> stages = {"demands": StageSymbols(("promised", "refused"))}
    >>> names = Vocabulary({}, (), (), {}, stages)
    >>> link_condition(parse_event("not promised"), names, "demands").operand.right.label
    'promised'
    """
    context = LinkContext(vocabulary, "history")
    linked = resolve_condition(node, stage, context)
    _raise(context)
    return linked.node


def link_change(
    node: Expression, vocabulary: Vocabulary, key: str, how: Literal["set", "shift", "clip"]
) -> Expression:
    """Return what an effect makes of a cell; see :class:`~conjuncture.scenario.crisis.Change`.

    Parameters
    ----------
    node : Expression
        From :func:`~conjuncture.language.parser.parse_expression`.
    vocabulary : Vocabulary
        What names mean.
    key : str
        The cell, a number.
    how : str
        ``set`` and ``clip`` want the unit of the cell, ``shift`` a plain number.

    Raises
    ------
    LanguageErrors

    Examples
    --------
    >>> from conjuncture.language.parser import parse_expression
    >>> from conjuncture.language.symbols import UNIT_INTERVAL
    >>> names = Vocabulary({"line.cohesion": Kind(UNIT_INTERVAL)}, ("line",), (), {}, {})
    >>> link_change(parse_expression("1 / 2"), names, "line.cohesion", "set").operator
    '/'
    """
    context = LinkContext(vocabulary, "history")
    linked = resolve_change(node, key, vocabulary.cells[key], how, context)
    _raise(context)
    return linked.node


def link_interventions(
    nodes: Sequence[Intervention], vocabulary: Vocabulary
) -> tuple[Intervention, ...]:
    """Return what the inside of one ``do(...)`` means; groups are expanded to their members.

    Returns
    -------
    tuple of Intervention
        SetCell, SetOutcome, Without, Aside, Sides and Plays, in the order of the text.

    Raises
    ------
    LanguageErrors
    """
    context = LinkContext(vocabulary, "intervention")
    linked = link_interventions_of(nodes, context)
    _raise(context)
    return linked


def link_query(
    node: Expression, vocabulary: Vocabulary, certain: frozenset[str] = frozenset()
) -> Expression:
    """Return what a query means: arithmetic of quantities, or a comparison of such.

    Parameters
    ----------
    node : Expression
        From :func:`~conjuncture.language.parser.parse_query`.
    vocabulary : Vocabulary
        What names mean.
    certain : frozenset of str
        Stages that every history reaches: a mean over them needs no ``reached(stage)``.

    Raises
    ------
    LanguageErrors
    """
    context = LinkContext(vocabulary, "query", certain=certain)
    linked = resolve_query(node, context)
    _raise(context)
    return linked


def link_test(
    node: Expression, vocabulary: Vocabulary, certain: frozenset[str] = frozenset()
) -> Compare | Within:
    """Return what the test of a claim means: a comparison that draws can decide.

    Parameters
    ----------
    node, vocabulary, certain
        As in :func:`link_query`.

    Raises
    ------
    LanguageErrors
    """
    context = LinkContext(vocabulary, "query", certain=certain)
    linked = resolve_query(node, context)
    if isinstance(node, Compare | Within) and not context.problems:
        refuse_undecidable(node, context)
    if isinstance(linked, Compare | Within):
        _raise(context)
        return linked
    if not context.problems:
        problem = "a claim is tested by a comparison, and this is a number"
        context.complain(node, problem, "compare it, as in '... > 0.5'")
    raise LanguageErrors(context.problems)


def _raise(context: LinkContext) -> None:
    if context.problems:
        raise LanguageErrors(context.problems)
