"""Asking a crisis: a query, an event or interventions given apart from the scenario file."""

from __future__ import annotations

from conjuncture.errors import Mistake, QueryError
from conjuncture.language.linking import link_event, link_interventions, link_query
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Compare, Expression, Intervention, Within
from conjuncture.language.parser import parse_event, parse_interventions, parse_query
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.following import refuse_unknowable, varying_cells
from conjuncture.scenario.staging import certain_stages


def read_query(text: str, crisis: Crisis) -> Expression:
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
        refuse_unknowable(asked, varying_cells(crisis.numbers, crisis.stages))
    except LanguageErrors as errors:
        raise query_error(text, errors, "query") from None
    if isinstance(asked, Compare | Within):
        raise QueryError(
            [
                Mistake(
                    "query", *place_of(text, asked.start), "this is a comparison, not a quantity",
                    "ask for the quantity alone, or make the comparison the 'test' of a claim",
                )
            ]
        )  # fmt: skip
    return asked


def read_event(text: str, crisis: Crisis) -> Expression:
    """Return what an event means in a crisis.

    Parameters
    ----------
    text : str
        For example ``showdown = torres and showdown.side[unions] = torres``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text.
    """
    try:
        return link_event(parse_event(text), crisis.vocabulary)
    except LanguageErrors as errors:
        raise query_error(text, errors, "event") from None


def read_interventions(text: str, crisis: Crisis) -> tuple[Intervention, ...]:
    """Return what the inside of a ``do(...)`` means in a crisis.

    Parameters
    ----------
    text : str
        For example ``unions aside, without air_force``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text.
    """
    try:
        linked = link_interventions(parse_interventions(text), crisis.vocabulary)
        refuse_unknowable(linked, varying_cells(crisis.numbers, crisis.stages))
    except LanguageErrors as errors:
        raise query_error(text, errors, "do(...)") from None
    return linked


def query_error(text: str, errors: LanguageErrors, what: str) -> QueryError:
    """Return the error that shows each mistake at its place in the text."""
    return QueryError(
        [
            Mistake(what, *place_of(text, one.start), one.problem, one.remedy)
            for one in errors.problems
        ]
    )


def place_of(text: str, offset: int) -> tuple[int, int]:
    r"""Return line and column of a character, counted from 1.

    Examples
    --------
    >>> place_of("P(a)\n> 1", 5)
    (2, 1)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
