"""Plain words for what has a key in a scenario: numbers, interventions, changes of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf

from conjuncture.engine.intervening import Run, imposed
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import (
    Aside,
    Intervention,
    Label,
    Plays,
    SetCell,
    SetOutcome,
    Sides,
    Without,
)
from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.mechanisms.telling import capital, listed
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.spelling import phrase_of_key, spelling_of

__all__ = [
    "capital",
    "changes_in_words",
    "fixed",
    "from_to",
    "in_words",
    "interventions_in_words",
    "label_of",
    "labels_of",
    "listed",
    "name_of",
    "names_of",
    "owned",
    "percent",
    "plain",
    "possession",
    "rounded",
    "to_or_more",
    "unit_of",
    "within",
]

BETWEEN = {"leans": "towards", "ties": "to", "reach": "to"}
MOST_DIGITS = 6
MINUS = "\u2212"


def plain(label: str) -> str:
    """Return a label as a reader would write it.

    Examples
    --------
    >>> plain("air_force")
    'air force'
    """
    return label.replace("_", " ")


def within(name: str) -> str:
    """Return a name as it stands within a sentence: an article begins small.

    Examples
    --------
    >>> within("The airmen"), within("Theatre workers")
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
        return f"the signal “{plain(key)}”"
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


def rounded(number: float, digits: int = 2) -> str:
    """Return a number with some significant digits, a true minus sign, and no exponent.

    Examples
    --------
    >>> rounded(0.0312), rounded(-4.0), rounded(1234.5), rounded(-0.0)
    ('0.031', '−4', '1,234', '0')
    """
    if abs(number) >= 100:
        return f"{number:,.0f}".replace("-", MINUS)
    short = float(f"{number:.{digits}g}")
    text = f"{short:.{MOST_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def fixed(number: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return a number with some decimals and a true minus sign; what is rounded to 0 has no sign.

    Examples
    --------
    >>> fixed(-0.123), fixed(-0.001), fixed(0.25, 3, signed=True), fixed(0.0001, signed=True)
    ('−0.12', '0.00', '+0.250', '0.00')
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
        return f"up to {rounded(high)}"
    return f"{rounded(low)} or more" if isinf(high) else f"{rounded(low)} to {rounded(high)}"


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
        pair = rounded(before, digits), rounded(after, digits)
        if pair[0] != pair[1]:
            break
    return f"from {pair[0]} to {pair[1]}"


def unit_of(crisis: Crisis, key: str) -> str:
    """Return the unit of a number, with a blank before it; nothing for a plain number."""
    unit = crisis.numbers[key].unit
    return "" if unit == DIMENSIONLESS else f" {unit}"


def possession(crisis: Crisis, key: str) -> tuple[str, str]:
    """Return what a number is and whose: ``("trust", "the unions")``; nobody's is empty.

    ``altiplano.leans.torres`` is the leaning of the line regiments towards torres.
    """
    names = names_of(crisis)
    root, *parts = key.split(".")
    if root in crisis.stages:
        return " ".join(map(plain, parts)), ""
    if not parts:
        return plain(root), ""
    what = {"leans": "leaning", "ties": "tie"}.get(parts[0], plain(parts[0]))
    if len(parts) > 1:
        other = listed([names.get(one, plain(one)) for one in parts[1:]])
        what += f" {BETWEEN.get(parts[0], 'towards')} {other}"
    return what, names.get(root, plain(root))


def label_of(crisis: Crisis, key: str) -> str:
    """Return how a reader is told of a number, and of which stage where it belongs to one.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> label_of(crisis, "air_force.troops"), label_of(crisis, "showdown.miranda.resolve")
    ('troops of the airmen', 'miranda resolve in showdown')
    """
    stage = key.partition(".")[0]
    where = f" in {plain(stage)}" if stage in crisis.stages else ""
    return owned(*possession(crisis, key)) + where


def owned(what: str, whose: str) -> str:
    """Return a number with its owner, who stands before what it is directed at.

    Examples
    --------
    >>> owned("troops", "the airmen"), owned("confidence towards Torres", "the unions")
    ('troops of the airmen', 'confidence of the unions towards Torres')
    """
    if not whose:
        return what
    for between in (" towards ", " to "):
        subject, there, other = what.partition(between)
        if there:
            return f"{subject} of {whose}{between}{other}"
    return f"{what} of {whose}"


def changes_in_words(
    crisis: Crisis, found: Mapping[str, float], left: Mapping[str, float]
) -> list[str]:
    """Return what became of the numbers that effects move, in sentences.

    Parameters
    ----------
    crisis : Crisis
    found, left : mapping of str to float
        The same numbers before and after.
    """
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key in crisis.numbers:
        if key not in found:
            continue
        before, after = found[key], left[key]
        if abs(after - before) > 1e-5 * max(abs(before), abs(after)):
            what, whose = possession(crisis, key)
            verb = "rose" if after > before else "fell"
            change = from_to(before, after) + unit_of(crisis, key)
            groups.setdefault((what, verb), []).append((whose, change))
    sentences = []
    for (what, verb), moves in groups.items():
        whose, change = moves[0]
        if len(moves) == 1:
            sentences.append(f"Afterwards the {owned(what, whose)} {verb} {change}.")
        else:
            rest = "; ".join(f"{whose} {change}" for whose, change in moves)
            sentences.append(f"Afterwards the {what} {verb}: {rest}.")
    return sentences


def interventions_in_words(worlds: Worlds, run: Run, world: int) -> str:
    """Return what a run imposes in one world, as the beginning of a sentence.

    Parameters
    ----------
    worlds : Worlds
    run : Run
    world : int
    """
    names, labels = names_of(worlds.crisis), labels_of(worlds.crisis)
    acts: dict[tuple[str, str], list[str]] = {}
    for act in run:
        before, subject, after = in_words(worlds, act, world, names, labels)
        acts.setdefault((before, after), []).append(subject)
    return ", ".join(
        " ".join(filter(None, [before, listed(subjects), after]))
        for (before, after), subjects in acts.items()
    )


def in_words(
    worlds: Worlds,
    act: Intervention,
    world: int,
    names: Mapping[str, str],
    labels: Mapping[str, str],
) -> tuple[str, str, str]:
    """Return an intervention in three parts: the middle one lists what suffers the same."""
    secretly = " in secret" if getattr(act, "secretly", False) else ""
    match act:
        case Without(name=name):
            return "without", names[name], ""
        case Aside(force=force):
            return "with", names[force], f"standing aside{secretly}"
        case Sides(force=force, camp=camp):
            return "with", names[force], f"on the side of {labels[camp]}{secretly}"
        case Plays(player=player, move=move):
            return "with", names.get(player, plain(player)), f"made to play {plain(move)}{secretly}"
        case SetOutcome(stage=stage, outcome=outcome, visit=visit):
            which = f" ({visit})" if visit is not None and visit > 1 else ""
            return "with", f"{plain(stage)}{which}", f"made to end as {labels[outcome]}"
        case SetCell(key=key, at=at):
            number = owned(*possession(worlds.crisis, key))
            since = f" from {plain(at)} on" if at is not None else ""
            if isinstance(act.value, Label):
                return "with", f"the {number}", f"by the rule {plain(act.value.label)}{since}"
            new = rounded(float(imposed(worlds, act)[world]))
            old = rounded(float(worlds.table[key][world]))
            unit = unit_of(worlds.crisis, key)
            instead = "" if at is not None or old == new else f" in the place of {old}"
            return "with", f"the {number} at {new}{instead}{unit}{since}", ""
    raise TypeError(act)
