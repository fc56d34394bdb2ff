"""What a scenario has a key for, as words within a sentence: sides, stages, numbers, measures.

The scenario's own ``short`` and ``says`` come first, then what the model says of an attribute, a
constant or a mechanism, then the key as words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.analysis.plain_words import (
    capitalise,
    join_owner,
    join_words,
    name_of,
    plain_label,
    unit_of,
)
from conjuncture.language.nodes import (
    Arithmetic,
    Call,
    Cell,
    Expression,
    Label,
    Measure,
    Negative,
    NumberLiteral,
    Outcome,
)
from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.language.unparser import write
from conjuncture.number_format import change_of, round_number
from conjuncture.scenario.attributes import ATTRIBUTES, BACKER_ATTRIBUTES
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.stage_model import Constant
from conjuncture.scenario.wording import is_plural

BETWEEN = {"leans": "towards", "ties": "to", "reach": "to"}
WHEN_LOW, WHEN_HIGH = "when low", "when high"
VERB = re.compile(r"\[(?P<one>[^|\]]*)\|(?P<several>[^\]]*)\]")
FORMS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
OPERATOR_WORDS = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divided by",
    "^": "to the power of",
}
FUNCTION_WORDS = {"min": "the smaller of", "max": "the larger of"}


@dataclass(frozen=True, slots=True)
class UnknownWords:
    """How sentences speak of a number that worlds draw.

    Attributes
    ----------
    name : str
        As it stands within a sentence: ``the army's mood``, ``how far the parties are organised``.
    low_end, high_end : str
        What is so at its two ends: ``when it leans to Torres``; ``when low`` where nobody says.
    is_constant : bool
        Whether it is a structural constant of the model, and no fact of the crisis.
    unit : str
        Empty for a plain number.
    """

    name: str
    low_end: str = WHEN_LOW
    high_end: str = WHEN_HIGH
    is_constant: bool = False
    unit: str = ""


def unknown_in_words(crisis: Crisis, key: str) -> UnknownWords:
    """Return how sentences speak of a number of the scenario, and of its two ends.

    Parameters
    ----------
    crisis : Crisis
    key : str
        A number (``army_mood``, ``parties.organisation``), one of the draws within it
        (``altiplano.leans.torres#2``), or a force or backer that stands for all its numbers.

    Raises
    ------
    KeyError
        When there is no such number, force or backer.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> unknown_in_words(crisis, "parties.organisation").name
    'how far the parties are organised'
    >>> fog = unknown_in_words(crisis, "fog")
    >>> fog.name, fog.low_end, fog.is_constant
    ('how far everybody misjudges who is stronger', 'when little', True)
    """
    key = key.partition("#")[0]
    if key in crisis.forces or key in crisis.backers:
        return UnknownWords(name_of(crisis, key))
    number = crisis.numbers[key]
    unit = "" if number.unit == DIMENSIONLESS else str(number.unit)
    constant = constants_of(crisis).get(key)
    low, high = WHEN_LOW, WHEN_HIGH
    if constant is not None:
        low, high = constant.when_low or low, constant.when_high or high
    root, _, rest = key.partition(".")
    attribute = {**ATTRIBUTES, **BACKER_ATTRIBUTES}.get(rest.partition(".")[0])
    if attribute is not None and root not in crisis.stages:
        low, high = attribute.when_low or low, attribute.when_high or high
    own = number.words
    return UnknownWords(
        name=number_in_words(crisis, key),
        low_end=f"when {own.when_low}" if own.when_low else low,
        high_end=f"when {own.when_high}" if own.when_high else high,
        is_constant=constant is not None,
        unit=unit,
    )


def constants_of(crisis: Crisis) -> dict[str, Constant]:
    """Return the structural constants that the stages of a crisis read, by name."""
    return {one.name: one for stage in crisis.stages.values() for one in stage.model.constants}


def stage_in_words(crisis: Crisis, stage: str, visit: int | None = None) -> str:
    """Return how sentences call a stage.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> stage_in_words(crisis, "night"), stage_in_words(crisis, "night", 2)
    ('the night', 'the second round of the night')
    """
    name = crisis.stages[stage].short or f"the {plain_label(stage)}"
    if visit is None or (visit == 1 and crisis.stages[stage].visits == 1):
        return name
    return f"the {ordinal_of(visit)} round of {name}"


def stage_heading(crisis: Crisis, stage: str) -> str:
    """Return a stage as a heading.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> stage_heading(crisis, "pact"), stage_heading(crisis, "turn")
    ("The officers' pact", 'Turn')
    """
    return capitalise(crisis.stages[stage].short or plain_label(stage))


def ordinal_of(count: int) -> str:
    """Return a place in an order.

    Examples
    --------
    >>> ordinal_of(2), ordinal_of(12)
    ('second', '12th')
    """
    return FORMS[count - 1] if count <= len(FORMS) else f"{count}th"


def side_in_words(crisis: Crisis, camp: str, stage: str | None = None) -> str:
    """Return how sentences call those on the side of a camp.

    Parameters
    ----------
    crisis : Crisis
    camp : str
    stage : str, optional
        Of this stage; if not given, of the first that says something of the camp.

    Examples
    --------
    >>> import conjuncture
    >>> side_in_words(conjuncture.load("bolivia-1970").crisis, "government")
    'the side of the government'
    """
    stages = crisis.stages.values() if stage is None else (crisis.stages[stage],)
    for one in stages:
        if camp in (sides := one.model.sides_of()):
            return sides[camp]
    return f"the side of {name_of(crisis, camp)}"


def toward_in_words(crisis: Crisis, key: str) -> str:
    """Return how sentences call a force, or a camp that a force leans to."""
    says = any(key in stage.model.sides_of() for stage in crisis.stages.values())
    return side_in_words(crisis, key) if says else name_of(crisis, key)


def number_in_words(crisis: Crisis, key: str) -> str:
    """Return what a number of the scenario is, within a sentence.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> number_in_words(crisis, "air_force.troops")
    'the troops of the airmen'
    >>> number_in_words(crisis, "altiplano.leans.torres")
    "the leaning of the regiments of the Altiplano towards Torres's side"
    >>> number_in_words(crisis, "command.fear")
    'the fear of the high command'
    """
    root, _, rest = key.partition(".")
    if root in crisis.stages:
        parts = " ".join(map(plain_label, rest.split(".")))
        words = measure_in_words(crisis, root, rest)
        return words or f"the {parts} in {stage_in_words(crisis, root)}"
    if not rest:
        number, constant = crisis.numbers.get(key), constants_of(crisis).get(key)
        stated = number.words.short if number is not None else ""
        return (
            stated or (constant.short if constant is not None else "") or f"the {plain_label(key)}"
        )
    name, *toward = rest.split(".")
    attribute = {**ATTRIBUTES, **BACKER_ATTRIBUTES}.get(name)
    if attribute is not None and attribute.short and bool(toward) == bool(attribute.toward):
        other = toward_in_words(crisis, toward[0]) if toward else ""
        words = attribute.short.replace("{who}", name_of(crisis, root)).replace("{other}", other)
        return inflect_verbs(words, several=means_several(crisis, root))
    return f"the {join_owner(*possession_of(crisis, key))}"


def measure_in_words(
    crisis: Crisis, stage: str, key: str, visit: int | None = None, *, denied: bool = False
) -> str:
    """Return the mechanism's words for a number, a measure or a label of a stage.

    Parameters
    ----------
    crisis : Crisis
    stage, key : str
        As :meth:`conjuncture.scenario.stage_model.StageModel.words_for` takes it.
    visit : int, optional
    denied : bool
        Whether it is said that this is not so.

    Returns
    -------
    str
        Empty where the mechanism has none.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> measure_in_words(crisis, "showdown", "side[students] = aside")
    'the students stand aside in the showdown'
    """
    words, named = crisis.stages[stage].model.words_for(key)
    if not words:
        return ""
    if denied:
        words = negate_words(words)
    names = [name_of(crisis, one) for one in named]
    side = side_in_words(crisis, named[-1], stage) if named and "{side}" in words else ""
    filled = words.format(*names, stage=stage_in_words(crisis, stage, visit), side=side)
    return inflect_verbs(filled, several=bool(named) and means_several(crisis, named[0]))


def noun_of(crisis: Crisis, key: str) -> str:
    """Return a number of the scenario as a plain noun, for what is done to it.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> noun_of(crisis, "unions.mass"), noun_of(crisis, "army_mood")
    ('the mass of the unions', "the army's mood")
    """
    root, _, rest = key.partition(".")
    if not rest or root in crisis.stages:
        return number_in_words(crisis, key)
    return f"the {join_owner(*possession_of(crisis, key))}"


def possession_of(crisis: Crisis, key: str) -> tuple[str, str]:
    """Return what a number is and whose: ``("trust", "the unions")``; nobody's is empty.

    Examples
    --------
    >>> import conjuncture
    >>> possession_of(conjuncture.load("bolivia-1970").crisis, "air_force.leans.torres")
    ("leaning towards Torres's side", 'the airmen')
    """
    root, *parts = key.split(".")
    if root in crisis.stages:
        return " ".join(map(plain_label, parts)), ""
    if not parts:
        return plain_label(root), ""
    what = {"leans": "leaning", "ties": "tie"}.get(parts[0], plain_label(parts[0]))
    if len(parts) > 1:
        other = join_words([toward_in_words(crisis, one) for one in parts[1:]])
        what += f" {BETWEEN.get(parts[0], 'towards')} {other}"
    return what, name_of(crisis, root)


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
            what, whose = possession_of(crisis, key)
            verb = "rose" if after > before else "fell"
            change = change_of(before, after) + unit_of(crisis, key)
            groups.setdefault((what, verb), []).append((whose, change))
    sentences = []
    for (what, verb), moves in groups.items():
        whose, change = moves[0]
        if len(moves) == 1:
            sentences.append(f"Afterwards the {join_owner(what, whose)} {verb} {change}.")
        else:
            rest = "; ".join(f"{whose} {change}" for whose, change in moves)
            sentences.append(f"Afterwards the {what} {verb}: {rest}.")
    return sentences


def quantity_in_words(crisis: Crisis, quantity: Expression) -> str:
    """Return what a linked expression over numbers and measures is, within a sentence.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> quantity_in_words(crisis, Measure("window", "street"))
    'the number of people in the street in the hours without a command'
    >>> quantity_in_words(crisis, Arithmetic("*", NumberLiteral(2.0), Cell("fog")))
    '2 times how far everybody misjudges who is stronger'
    """
    match quantity:
        case Cell(key=key):
            return number_in_words(crisis, key)
        case Measure(stage=stage, measure=measure, index=index, visit=visit):
            key = measure if index is None else f"{measure}[{index}]"
            whose = "" if index is None else f" of {name_of(crisis, index)}"
            fallback = (
                f"the {plain_label(measure)}{whose} in {stage_in_words(crisis, stage, visit)}"
            )
            return measure_in_words(crisis, stage, key, visit) or fallback
        case Outcome(stage=stage, visit=visit):
            return f"the end of {stage_in_words(crisis, stage, visit)}"
        case NumberLiteral(value=value):
            return round_number(value, 6)
        case Negative(operand=NumberLiteral(value=value)):
            return round_number(-value, 6)
        case Label(label=label):
            return name_of(crisis, label)
        case Negative(operand=operand):
            return f"minus {quantity_in_words(crisis, operand)}"
        case Arithmetic(operator=operator, left=left, right=right):
            both = [quantity_in_words(crisis, one) for one in (left, right)]
            return f" {OPERATOR_WORDS[operator]} ".join(both)
        case Call(function=function, arguments=arguments):
            parts = join_words([quantity_in_words(crisis, one) for one in arguments])
            return f"{FUNCTION_WORDS.get(function, f'{function} of')} {parts}"
    return write(quantity)


def means_several(crisis: Crisis, key: str) -> bool:
    """Return whether a verb after a name stands in the plural."""
    actor = crisis.forces.get(key) or crisis.backers.get(key)
    return actor.plural if actor is not None else is_plural(name_of(crisis, key))


def negate_words(words: str) -> str:
    """Return that what some words say is not so.

    Examples
    --------
    >>> negate_words("{0} [stands|stand] aside"), negate_words("a rising is called")
    ('{0} [does not|do not] stand aside', 'it is not so that a rising is called')
    """
    verb = VERB.search(words)
    if verb is None:
        return f"it is not so that {words}"
    several = verb["several"]
    form = "[is not|are not]" if several == "are" else f"[does not|do not] {several}"
    return words[: verb.start()] + form + words[verb.end() :]


def inflect_verbs(words: str, *, several: bool) -> str:
    """Return words with each ``[is|are]`` in the form for one or for several.

    Examples
    --------
    >>> inflect_verbs("the unions [stands|stand] aside", several=True)
    'the unions stand aside'
    """
    return VERB.sub(lambda found: found["several" if several else "one"], words)
