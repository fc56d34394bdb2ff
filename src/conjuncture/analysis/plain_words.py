"""Names within sentences, and numbers as a reader reads them."""

from __future__ import annotations

from math import isinf

from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.mechanisms.narrators import capitalise, join_words
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.wording import phrase_of_key, spelling_of

__all__ = [
    "capitalise",
    "format_decimals",
    "from_to",
    "join_owner",
    "join_words",
    "labels_of",
    "name_of",
    "name_within_sentence",
    "names_of",
    "percent",
    "plain_label",
    "round_number",
    "to_or_more",
    "unit_of",
]

MOST_DIGITS = 6
MINUS = "\u2212"


def plain_label(label: str) -> str:
    """Return a label as a reader would write it.

    Examples
    --------
    >>> plain_label("air_force")
    'air force'
    """
    return label.replace("_", " ")


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


def round_number(number: float, digits: int = 2) -> str:
    """Return a number with some significant digits, a true minus sign, and no exponent.

    Examples
    --------
    >>> round_number(0.0312), round_number(-4.0), round_number(1234.5), round_number(-0.0)
    ('0.031', '−4', '1,234', '0')
    """
    if abs(number) >= 100:
        return f"{number:,.0f}".replace("-", MINUS)
    short = float(f"{number:.{digits}g}")
    text = f"{short:.{MOST_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def format_decimals(number: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return a number with some decimals and a true minus sign; what is rounded to 0 has no sign.

    Examples
    --------
    >>> format_decimals(-0.123), format_decimals(-0.001)
    ('−0.12', '0.00')
    >>> format_decimals(0.25, 3, signed=True), format_decimals(0.0001, signed=True)
    ('+0.250', '0.00')
    """
    text = f"{abs(number):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return (MINUS if number < 0 else "+" if signed else "") + text


def to_or_more(low: float, high: float) -> str:
    """Return an interval of numbers; an infinite end is one at which nothing more was tried.

    Examples
    --------
    >>> to_or_more(0.32, 0.5), to_or_more(0.32, float("inf")), to_or_more(float("-inf"), 2.0)
    ('0.32 to 0.5', '0.32 or more', 'up to 2')
    """
    if isinf(low) and isinf(high):
        return "anywhere"
    if isinf(low):
        return f"up to {round_number(high)}"
    return (
        f"{round_number(low)} or more"
        if isinf(high)
        else f"{round_number(low)} to {round_number(high)}"
    )


def percent(share: float) -> str:
    """Return a share as a reader reads it.

    Examples
    --------
    >>> percent(0.931), percent(1.0), percent(0.9999)
    ('93 %', '100 %', 'almost 100 %')
    """
    if 0.995 <= share < 1.0:
        return "almost 100 %"
    if 0.0 < share < 0.005:
        return "under 1 %"
    return f"{100.0 * share:.0f} %"


def from_to(before: float, after: float) -> str:
    """Return two numbers with as many digits as it takes to tell them apart.

    Examples
    --------
    >>> from_to(0.5, 0.31), from_to(0.501, 0.502)
    ('from 0.5 to 0.31', 'from 0.501 to 0.502')
    """
    for digits in range(2, MOST_DIGITS + 1):
        pair = round_number(before, digits), round_number(after, digits)
        if pair[0] != pair[1]:
            break
    return f"from {pair[0]} to {pair[1]}"


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
