"""Linking: names get their meaning, and everything that can be checked before a run is checked.

Linking replaces every name of a parsed tree by what it stands for in one scenario, and refuses what
has no meaning: unknown names, units that do not go together, forms that are not defined
everywhere, values outside their domain. Each function notes all problems of a text before it raises
:class:`~conjuncture.language.mistakes.LanguageErrors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from conjuncture.language.changes import resolve_change, resolve_condition
from conjuncture.language.events import resolve_event
from conjuncture.language.meaning import LinkContext
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Compare, Expression, Intervention, Within
from conjuncture.language.numbers import resolve_number
from conjuncture.language.patches import link_intervention_list
from conjuncture.language.quantities import refuse_undecidable, resolve_query
from conjuncture.language.symbols import Kind, Vocabulary
from conjuncture.language.values import ValueLinker, link_either


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
    linking = LinkContext(vocabulary, "value")
    linked = ValueLinker(linking, kind, site, leaning=leaning, because=because).link(node)
    _raise(linking)
    return linked


def link_expression(node: Expression, vocabulary: Vocabulary) -> Expression:
    """Return what an expression over a history means; it must be a number.

    Raises
    ------
    LanguageErrors
    """
    linking = LinkContext(vocabulary, "history")
    linked = resolve_number(node, linking)
    _raise(linking)
    return linked.node


def link_event(node: Expression, vocabulary: Vocabulary) -> Expression:
    """Return what an event means.

    Raises
    ------
    LanguageErrors
    """
    linking = LinkContext(vocabulary, "history")
    linked = resolve_event(node, linking)
    _raise(linking)
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
    linking = LinkContext(vocabulary, "history")
    linked = resolve_condition(node, stage, linking)
    _raise(linking)
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
    linking = LinkContext(vocabulary, "history")
    linked = resolve_change(node, key, vocabulary.cells[key], how, linking)
    _raise(linking)
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
    linking = LinkContext(vocabulary, "intervention")
    linked = link_intervention_list(nodes, linking)
    _raise(linking)
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
    linking = LinkContext(vocabulary, "query", certain=certain)
    linked = resolve_query(node, linking)
    _raise(linking)
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
    linking = LinkContext(vocabulary, "query", certain=certain)
    linked = resolve_query(node, linking)
    if isinstance(node, Compare | Within) and not linking.problems:
        refuse_undecidable(node, linking)
    if isinstance(linked, Compare | Within):
        _raise(linking)
        return linked
    if not linking.problems:
        problem = "a claim is tested by a comparison, and this is a number"
        linking.complain(node, problem, "compare it, as in '... > 0.5'")
    raise LanguageErrors(linking.problems)


def _raise(linking: LinkContext) -> None:
    if linking.problems:
        raise LanguageErrors(linking.problems)


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
