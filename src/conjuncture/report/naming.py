"""What a report calls the numbers of a scenario: what each is, and whose."""

from __future__ import annotations

from conjuncture.analysis.phrases import number_in_words, possession_of, stage_heading
from conjuncture.analysis.wording import capitalise, names_of, plain_label
from conjuncture.scenario.crisis import Crisis


def name_and_owner_of(crisis: Crisis, key: str) -> tuple[str, str]:
    """Return what a number is and whose it is; nobody's is empty.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> name_and_owner_of(crisis, "evening.calls.reach.madrid")
    ('calls, reach, the Madrid garrison', 'Evening')
    >>> name_and_owner_of(crisis, "madrid.troops")
    ('troops', 'The Madrid garrison')
    """
    root, *parts = key.split(".")
    if root in crisis.stages:
        signals = crisis.vocabulary.signals
        names = {one: name for one, name in names_of(crisis).items() if one not in signals}
        return ", ".join(names.get(part, plain_label(part)) for part in parts), stage_heading(
            crisis, root
        )
    if root not in crisis.forces and root not in crisis.backers:
        return number_in_words(crisis, key), ""
    what, whose = possession_of(crisis, key)
    return what, capitalise(whose)


def full_name_of(crisis: Crisis, key: str) -> str:
    """Return a number as one name, its owner first.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> full_name_of(crisis, "madrid.troops"), full_name_of(crisis, "obedience")
    ('The Madrid garrison: troops', "the officers' obedience to the King")
    """
    what, whose = name_and_owner_of(crisis, key)
    return f"{whose}: {what}" if whose else what
