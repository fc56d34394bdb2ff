"""Which tags a comparison rests on: those of the scenario, and those named in their place."""

from __future__ import annotations

from collections.abc import Mapping

from conjuncture.data.rates import select_cases
from conjuncture.data.tags import TAGS
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.tagging import CASE_TABLES


def stated_tags(
    crisis: Crisis, tags: Mapping[str, str] | None, among: str | None
) -> tuple[str, dict[str, str]]:
    """Return the table and the tags by which a crisis is to be compared.

    Parameters
    ----------
    crisis : Crisis
    tags : mapping of str to str, optional
        In the place of those of the scenario, or beside them.
    among : str, optional
        The table; that of the scenario if not given. The scenario's tags are kept only for the
        scenario's own table.

    Raises
    ------
    UsageError
        When there is no such table, tag or option, or neither the scenario nor anybody else says
        what kind of case it is.
    """
    like = crisis.like
    if not tags and among is None and like is None:
        raise UsageError(tags_remedy(crisis))
    table = among or (CASE_TABLES[0] if like is None else like.among)
    if table not in CASE_TABLES:
        raise UsageError("; ".join(unknown_name("table of cases", table, CASE_TABLES)))
    # Refuses tags and options that the table does not have.
    select_cases(table, tags or {})
    kept = dict(like.tags) if like is not None and like.among == table else {}
    return table, {**kept, **(tags or {})}


def tags_remedy(crisis: Crisis) -> str:
    """Return what to write where a scenario does not say what kind of case it is."""
    stage, symbols = next(iter(crisis.vocabulary.stages.items()))
    listed = "; ".join(
        f"{tag.name} ({', '.join(tag.options)})" for tag in TAGS[CASE_TABLES[0]].values()
    )
    return (
        f"'{crisis.slug}' does not say what kind of case it is; write what is known of it under "
        f"'like:', for example 'like: {{success: {stage} = {symbols.outcomes[0]}, plotters: "
        "combat}', or name tags with --tag plotters=combat. The tags of the attempts are: "
        f"{listed}. Those of campaigns: see 'conjuncture data show campaigns'"
    )
