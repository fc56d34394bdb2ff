"""What an expression says: events and conditions, interventions and queries, in plain words.

An event becomes a clause that can follow *why*, *when*, *if* and *that*: ``Torres wins the
showdown``. A scenario's own ``says`` comes first, then the mechanism's words, then the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from conjuncture.analysis.phrases import (
    measure_in_words,
    noun_of,
    ordinal_of,
    quantity_in_words,
    side_in_words,
    stage_in_words,
)
from conjuncture.analysis.plain_words import join_words, name_of, plain_label, unit_of
from conjuncture.engine.patches import Run, imposed_value_of
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import (
    ActorIntervention,
    Aside,
    Plays,
    SetCell,
    SetOutcome,
    Sides,
    Without,
)
from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Cell,
    Compare,
    Expression,
    Intervention,
    Label,
    Measure,
    Not,
    NumberLiteral,
    Or,
    Outcome,
    Reached,
    Within,
    literal_value,
)
from conjuncture.language.quantities import Mean, Necessity, Probability, Quantile, Sufficiency
from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.language.unparser import write, write_interventions
from conjuncture.number_format import round_number
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.queries import read_event

Comparator = Literal["=", "!=", "<", "<=", ">", ">="]
COMPARES = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}
OPPOSITE: dict[str, Comparator] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
TIMES = {2.0: "doubled", 0.5: "halved", 3.0: "tripled"}
DIGITS = 6


def event_in_words(crisis: Crisis, event: Expression | str) -> str:
    """Return an event or a condition as a clause, without a capital or a full stop.

    Parameters
    ----------
    crisis : Crisis
    event : Expression or str
        Linked, or as a query writes it.

    Raises
    ------
    QueryError
        When a text is no event of this crisis.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> event_in_words(crisis, "showdown = torres")
    'Torres wins the showdown'
    >>> event_in_words(crisis, "showdown.side[students] = aside and not reached(cabinet)")
    'the students stand aside in the showdown and it does not come to the joint cabinet'
    """
    tree = read_event(event, crisis) if isinstance(event, str) else event
    match tree:
        case And(left=left, right=right):
            return f"{_operand_in_words(crisis, left)} and {_operand_in_words(crisis, right)}"
        case Or(left=left, right=right):
            return f"{event_in_words(crisis, left)} or {event_in_words(crisis, right)}"
        case Not(operand=operand):
            return denial_in_words(crisis, operand)
        case Reached(stage=stage, visit=visit):
            return f"it comes to {stage_in_words(crisis, stage, visit)}"
        case Compare():
            return _comparison_in_words(crisis, tree)
        case Within(operand=operand, low=low, high=high):
            ends = [quantity_in_words(crisis, end) for end in (low, high)]
            unit = unit_in_words(crisis, operand)
            return (
                f"{quantity_in_words(crisis, operand)} lies between {ends[0]} and {ends[1]}{unit}"
            )
    return write(tree)


def _operand_in_words(crisis: Crisis, event: Expression) -> str:
    """Return one of two events that are joined; a choice within is set apart."""
    words = event_in_words(crisis, event)
    return f"either {words}" if isinstance(event, Or) else words


def denial_in_words(crisis: Crisis, event: Expression) -> str:
    """Return that an event does not come about, as a clause.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> denial_in_words(crisis, Reached("pact")), denial_in_words(crisis, Not(Reached("pact")))
    ("it does not come to the officers' pact", "it comes to the officers' pact")
    """
    match event:
        case Not(operand=operand):
            return event_in_words(crisis, operand)
        case Reached(stage=stage, visit=visit):
            return f"it does not come to {stage_in_words(crisis, stage, visit)}"
        case Compare(operator=operator, left=left, right=right):
            return event_in_words(crisis, Compare(OPPOSITE[operator], left, right))
    return f"it is not so that {event_in_words(crisis, event)}"


def _comparison_in_words(crisis: Crisis, event: Compare) -> str:
    operator, left, right = event.operator, event.left, event.right
    match left, right:
        case Outcome(stage=stage, visit=visit), Label(label=label):
            return _end_in_words(crisis, stage, label, visit, same=operator == "=")
        case Measure(measure=measure, index=index), _:
            found = _label_in_words(
                crisis, event, f"{measure}{'' if index is None else f'[{index}]'}"
            )
            if found:
                return found
    words = (
        f"{quantity_in_words(crisis, left)} {COMPARES[operator]} {quantity_in_words(crisis, right)}"
    )
    return words + (unit_in_words(crisis, left) if isinstance(right, NumberLiteral) else "")


def _end_in_words(crisis: Crisis, stage: str, label: str, visit: int | None, *, same: bool) -> str:
    """Return that a stage ends in an outcome, or in another."""
    if same:
        return outcome_in_words(crisis, stage, label, visit)
    others = [one for one in crisis.vocabulary.stages[stage].outcomes if one != label]
    if len(others) <= 2:
        return " or ".join(outcome_in_words(crisis, stage, one, visit) for one in others)
    return f"it is not so that {outcome_in_words(crisis, stage, label, visit)}"


def outcome_in_words(crisis: Crisis, stage: str, outcome: str, visit: int | None = None) -> str:
    """Return what happens in an outcome of a stage, as a clause.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> outcome_in_words(crisis, "night", "crown")
    'the King wins the night'
    """
    words = crisis.stages[stage].says.get(outcome, "")
    if words:
        return words if visit is None else f"{words} the {ordinal_of(visit)} time"
    words = measure_in_words(crisis, stage, f"outcome = {outcome}", visit)
    if words:
        return words
    label = name_of(crisis, outcome)
    named = outcome in crisis.forces or outcome in crisis.stages[stage].model.camps_of()
    how = f"with {label}" if named else f"as “{label}”"
    return f"{stage_in_words(crisis, stage, visit)} ends {how}"


def _label_in_words(crisis: Crisis, event: Compare, measure: str) -> str:
    """Return the mechanism's words for a measure that is one of its labels, or a small count."""
    left, right, operator = event.left, event.right, event.operator
    if not isinstance(left, Measure) or not isinstance(right, Label | NumberLiteral):
        return ""
    value = right.label if isinstance(right, Label) else f"{right.value:g}"
    if operator == "=":
        return measure_in_words(crisis, left.stage, f"{measure} = {value}", left.visit)
    if operator != "!=":
        return ""
    labels = crisis.vocabulary.stages[left.stage].measures[left.measure].kind.labels or ()
    others = [one for one in labels if one != value]
    if len(others) == 1:
        found = measure_in_words(crisis, left.stage, f"{measure} = {others[0]}", left.visit)
        if found:
            return found
    return measure_in_words(crisis, left.stage, f"{measure} = {value}", left.visit, denied=True)


def unit_in_words(crisis: Crisis, quantity: Expression) -> str:
    """Return the unit of a number or measure, with a blank before it; nothing for a plain one."""
    match quantity:
        case Cell(key=key):
            return unit_of(crisis, key)
        case Measure(stage=stage, measure=measure):
            unit = crisis.vocabulary.stages[stage].measures[measure].kind.unit
            return "" if unit == DIMENSIONLESS else f" {unit}"
    return ""


def interventions_in_words(crisis: Crisis, acts: Sequence[Intervention]) -> str:
    """Return what interventions impose, as the beginning of a sentence.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.scenario.queries import read_interventions
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> acts = read_interventions("unions aside, students aside, unions.mass *= 2", crisis)
    >>> interventions_in_words(crisis, acts)
    'with the unions and the students standing aside, with the mass of the unions doubled'
    """
    return join_acts([act_in_words(crisis, act) for act in acts])


def run_in_words(worlds: Worlds, run: Run, world: int) -> str:
    """Return what a run imposes in one world, each number with what it was there before.

    Parameters
    ----------
    worlds : Worlds
    run : Run
    world : int
    """
    crisis = worlds.crisis
    acts = []
    for act in run:
        words = act_in_words(crisis, act)
        if isinstance(act, SetCell) and not isinstance(act.value, Label):
            new = round_number(float(imposed_value_of(worlds, act)[world]))
            old = round_number(float(worlds.table[act.key][world]))
            unit = unit_of(crisis, act.key)
            instead = "" if act.at is not None or old == new else f" in the place of {old}"
            since = "" if act.at is None else f" from {stage_in_words(crisis, act.at)} on"
            words = ("with", f"{noun_of(crisis, act.key)} at {new}{instead}{unit}{since}", "")
        acts.append(words)
    return join_acts(acts)


def join_acts(acts: Sequence[tuple[str, str, str]]) -> str:
    """Return interventions, those who suffer the same together."""
    same: dict[tuple[str, str], list[str]] = {}
    for before, subject, after in acts:
        same.setdefault((before, after), []).append(subject)
    return ", ".join(
        " ".join(filter(None, [before, join_words(subjects), after]))
        for (before, after), subjects in same.items()
    )


def act_in_words(crisis: Crisis, act: Intervention) -> tuple[str, str, str]:
    """Return an intervention in three parts: the middle one lists what suffers the same."""
    secretly = " in secret" if isinstance(act, ActorIntervention) and act.secretly else ""
    match act:
        case Without(name=name):
            return "without", name_of(crisis, name), ""
        case Aside(force=force):
            return "with", name_of(crisis, force), f"standing aside{secretly}"
        case Sides(force=force, camp=camp):
            return "with", name_of(crisis, force), f"on {side_in_words(crisis, camp)}{secretly}"
        case Plays(player=player, move=move):
            return "with", name_of(crisis, player), f"made to play “{plain_label(move)}”{secretly}"
        case SetOutcome(stage=stage, outcome=outcome, visit=visit):
            says = crisis.stages[stage].says.get(outcome)
            how = f"end so that {says}" if says else f"end as “{name_of(crisis, outcome)}”"
            return "with", stage_in_words(crisis, stage, visit), f"made to {how}"
        case SetCell(key=key, value=value, at=at):
            since = f" from {stage_in_words(crisis, at)} on" if at is not None else ""
            subject = noun_of(crisis, key)
            return "with", subject, f"{value_in_words(crisis, key, value)}{since}"
    raise TypeError(act)


def presence_of(act: Intervention, crisis: Crisis) -> str:
    """Return what an intervention takes away: that which is there where it is not imposed."""
    match act:
        case SetCell(key=key, value=value):
            return f"{noun_of(crisis, key)} as it is (not {write(value)})"
        case SetOutcome(stage=stage, outcome=outcome):
            said = outcome_in_words(crisis, stage, outcome)
            return f"the end of {stage_in_words(crisis, stage)} as it would be (not that {said})"
        case Without(name=name):
            return name_of(crisis, name)
        case Aside(force=force):
            return f"what {name_of(crisis, force)} would do (not standing aside)"
        case Sides(force=force, camp=camp):
            return f"what {name_of(crisis, force)} would do (not on {side_in_words(crisis, camp)})"
        case Plays(player=player, move=move):
            return f"what {name_of(crisis, player)} would do (not “{plain_label(move)}”)"
    return write_interventions((act,))


def value_in_words(crisis: Crisis, key: str, value: Expression) -> str:
    """Return to what a number is set, or how it is changed.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> value_in_words(crisis, "unions.mass", NumberLiteral(0.0))
    'at 0 thousand people'
    >>> value_in_words(crisis, "fog", Arithmetic("*", Cell("fog"), NumberLiteral(1.5)))
    'multiplied by 1.5'
    """
    unit = unit_of(crisis, key)
    match value:
        case NumberLiteral(value=number):
            return f"at {round_number(number, DIGITS)}{unit}"
        case Label(label=label):
            return f"by the rule “{plain_label(label)}”"
        case Arithmetic(operator="*", left=Cell(key=of), right=NumberLiteral(value=number)) if (
            of == key
        ):
            return TIMES.get(number, f"multiplied by {round_number(number, DIGITS)}")
        case Arithmetic(operator="+" | "-" as sign, left=Cell(key=of), right=amount) if (
            of == key and (change := literal_value(amount)) is not None
        ):
            way = "lowered" if (change < 0) == (sign == "+") else "raised"
            return f"{way} by {round_number(abs(change), DIGITS)}{unit}"
    return f"at {quantity_in_words(crisis, value)}"


def query_in_words(crisis: Crisis, query: Expression) -> str:
    """Return what a query asks for, within a sentence.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.scenario.queries import read_query
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> query_in_words(crisis, read_query("P(showdown = torres | do(unions aside))", crisis))
    'the probability that Torres wins the showdown with the unions standing aside'
    """
    match query:
        case Probability(event=event):
            event_words = event_in_words(crisis, event)
            return f"the probability that {event_words}{_interventions_of(crisis, query)}"
        case Mean(expression=expression):
            asked = quantity_in_words(crisis, expression)
            return f"the mean of {asked}{_interventions_of(crisis, query)}"
        case Quantile(level=level, expression=expression):
            asked = quantity_in_words(crisis, expression)
            return f"the {100 * level:g} % point of {asked}{_interventions_of(crisis, query)}"
        case Necessity(interventions=acts, event=event, given=given):
            where = event_in_words(crisis, event if given is None else And(event, given))
            change = interventions_in_words(crisis, acts)
            return f"how often, where {where}, that would not have come about {change}"
        case Sufficiency(interventions=acts, event=event, given=given):
            where = event_in_words(crisis, Not(event) if given is None else And(Not(event), given))
            turned = f"{event_in_words(crisis, event)} {interventions_in_words(crisis, acts)}"
            return f"how often, where {where}, it would have come about that {turned}"
        case Arithmetic(operator="-", left=left, right=right):
            both = [query_in_words(crisis, one) for one in (left, right)]
            return f"the difference between {both[0]} and {both[1]}"
        case Compare(operator=operator, left=left, right=right):
            both = [query_in_words(crisis, one) for one in (left, right)]
            return f"{both[0]} {COMPARES[operator]} {both[1]}"
        case Within(operand=operand, low=low, high=high):
            ends = [quantity_in_words(crisis, end) for end in (low, high)]
            return f"{query_in_words(crisis, operand)} lies between {ends[0]} and {ends[1]}"
    return quantity_in_words(crisis, query)


def _interventions_of(crisis: Crisis, query: Probability | Mean | Quantile) -> str:
    acts = interventions_in_words(crisis, query.interventions)
    return f" {acts}".rstrip() + _condition_in_words(crisis, query.given)


def _condition_in_words(crisis: Crisis, given: Expression | None) -> str:
    return "" if given is None else f", where {event_in_words(crisis, given)},"
