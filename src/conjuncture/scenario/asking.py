"""Asking a crisis: a query given apart from the scenario file."""

from __future__ import annotations

from conjuncture.errors import Mistake, QueryError
from conjuncture.language.linking import link_query
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Compare, Expression, Within
from conjuncture.language.parser import parse_query
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.staging import certain_stages


def linked_query(text: str, crisis: Crisis) -> Expression:
    """Return what a query asks of a crisis.

    Parameters
    ----------
    text : str
        For example ``P(showdown = torres | do(unions aside))``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text, and for a comparison, which is a claim.
    """
    try:
        asked = link_query(parse_query(text), crisis.vocabulary, certain_stages(crisis.stages))
    except LanguageErrors as errors:
        raise QueryError(
            [
                Mistake("query", *place(text, one.start), one.problem, one.remedy)
                for one in errors.problems
            ]
        ) from None
    if isinstance(asked, Compare | Within):
        raise QueryError(
            [
                Mistake(
                    "query", *place(text, asked.start), "this is a comparison, not a quantity",
                    "ask for the quantity alone, or make the comparison the 'test' of a claim",
                )
            ]
        )  # fmt: skip
    return asked


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Return line and column of a character, counted from 1.

    Examples
    --------
    >>> place("P(a)\n> 1", 5)
    (2, 1)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
