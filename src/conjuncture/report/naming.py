"""What a report calls the numbers of a scenario: what each is, and whose."""

from __future__ import annotations

from conjuncture.analysis.phrases import number_in_words, possession, stage_heading
from conjuncture.analysis.wording import capital, names_of, plain
from conjuncture.scenario.crisis import Crisis


def called(crisis: Crisis, key: str) -> tuple[str, str]:
    """Return what a number is and whose it is; nobody's is empty.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> called(crisis, "evening.calls.reach.madrid")
    ('calls, reach, the Madrid garrison', 'Evening')
    >>> called(crisis, "madrid.troops")
    ('troops', 'The Madrid garrison')
    """
    root, *parts = key.split(".")
    if root in crisis.stages:
        signals = crisis.vocabulary.signals
        names = {one: name for one, name in names_of(crisis).items() if one not in signals}
        return ", ".join(names.get(part, plain(part)) for part in parts), stage_heading(
            crisis, root
        )
    if root not in crisis.forces and root not in crisis.backers:
        return number_in_words(crisis, key), ""
    what, whose = possession(crisis, key)
    return what, capital(whose)


def called_in_full(crisis: Crisis, key: str) -> str:
    """Return a number as one name, its owner first.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> called_in_full(crisis, "madrid.troops"), called_in_full(crisis, "obedience")
    ('The Madrid garrison: troops', "the officers' obedience to the King")
    """
    what, whose = called(crisis, key)
    return f"{whose}: {what}" if whose else what
