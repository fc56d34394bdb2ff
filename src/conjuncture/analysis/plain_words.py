"""Names within sentences."""

from __future__ import annotations

from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.mechanisms.registry import capitalise, join_words
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.wording import phrase_of_key, plain_label, spelling_of

__all__ = [
    "capitalise",
    "join_owner",
    "join_words",
    "labels_of",
    "name_of",
    "name_within_sentence",
    "names_of",
    "plain_label",
    "unit_of",
]


def name_within_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: an article begins small.

    Examples
    --------
    >>> name_within_sentence("The airmen"), name_within_sentence("Theatre workers")
    ('the airmen', 'Theatre workers')
    """
    article, space, rest = name.partition(" ")
    return article.lower() + space + rest if article in ("The", "A", "An") and rest else name


def names_of(crisis: Crisis) -> dict[str, str]:
    """Return how sentences call each force, backer, group and signal."""
    named = (crisis.vocabulary.signals, crisis.groups, crisis.backers, crisis.forces)
    return {key: name_of(crisis, key) for group in named for key in group}


def name_of(crisis: Crisis, key: str) -> str:
    """Return how sentences call whatever has a key and a name: a force, a camp, an outcome.

    A name that stands for two things is that of the force, or else of the backer, the group, the
    signal, the camp.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> name_of(crisis, "air_force"), name_of(crisis, "government"), name_of(crisis, "not_offered")
    ('the airmen', 'the government', 'not offered')
    """
    actor = crisis.forces.get(key) or crisis.backers.get(key)
    if actor is not None:
        return actor.phrase
    if key in crisis.vocabulary.signals and key not in crisis.groups:
        return f"the signal “{plain_label(key)}”"
    camps = (stage.model.camps_of() for stage in crisis.stages.values())
    named = key in crisis.groups or any(key in one for one in camps)
    return (phrase_of_key if named else spelling_of)(key, crisis.account)


def labels_of(crisis: Crisis) -> dict[str, str]:
    """Return each camp and outcome as words, with the capitals that the account gives them.

    Camps get the article that the account gives them as well; so does an outcome that is a camp in
    any stage.

    Examples
    --------
    >>> import conjuncture
    >>> labels = labels_of(conjuncture.load("bolivia-1970").crisis)
    >>> labels["government"], labels["torres"], labels["vetoed"]
    ('the government', 'Torres', 'vetoed')
    """
    stages = crisis.vocabulary.stages.values()
    labels = {label for stage in stages for label in stage.outcomes}
    camps = {camp for stage in crisis.stages.values() for camp in stage.model.camps_of()}
    return {
        label: (phrase_of_key if label in camps else spelling_of)(label, crisis.account)
        for label in sorted(labels | camps)
    }


def unit_of(crisis: Crisis, key: str) -> str:
    """Return the unit of a number, with a blank before it; nothing for a plain number."""
    unit = crisis.numbers[key].unit
    return "" if unit == DIMENSIONLESS else f" {unit}"


def join_owner(what: str, whose: str) -> str:
    """Return a number with its owner, who stands before what it is directed at.

    Examples
    --------
    >>> join_owner("troops", "the airmen"), join_owner("confidence towards Torres", "the unions")
    ('troops of the airmen', 'confidence of the unions towards Torres')
    """
    if not whose:
        return what
    for between in (" towards ", " to "):
        subject, there, other = what.partition(between)
        if there:
            return f"{subject} of {whose}{between}{other}"
    return f"{what} of {whose}"
