"""Conditions that an outcome may hang on, each with the neutral value that takes it away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from conjuncture.analysis.clauses import presence_of
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.plain_words import names_of
from conjuncture.engine.patches import removed_cells_of
from conjuncture.engine.structure import is_always_zero
from conjuncture.errors import Mistake, QueryError, UsageError
from conjuncture.language.interventions import SetCell, Without
from conjuncture.language.nodes import Expression, Intervention, NumberLiteral, walk
from conjuncture.mechanisms.registry import join_words
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.queries import read_interventions

KINDS = {
    "leans": "what forces lean to",
    "ties": "what binds them to each other",
    "stakes": "what they have at stake",
    "mass": "people in the street",
}
"""Attributes whose neutral value is 0, and how a reader is told of each."""

UNITY = "unity"
"""What a stage states of how members of a group hold together: it binds them, as ties do."""


@dataclass(frozen=True)
class Condition:
    """Something that was so and can be thought away.

    Attributes
    ----------
    key : str
    label : str
        How a reader is told of it.
    neutral : tuple of Intervention
        What is imposed where it is thought away.
    """

    key: str
    label: str
    neutral: tuple[Intervention, ...]


def usual_conditions(sample: Sample) -> tuple[Condition, ...]:
    """Return the conditions that most outcomes may hang on, as far as a crisis has them.

    What forces lean to (neutral: nothing draws them to any camp more than to standing aside), what
    binds them to each other (ties, and a group's wish for unity), what they have at stake, people
    in the street, each foreign backer and each signal (neutral: taken away). A sworn leaning stays,
    since who is sworn is what a camp consists of. Numbers that are zero anyway, or that nothing on
    the way to the event reads, are left out, and so is a condition of which nothing remains.

    Parameters
    ----------
    sample : Sample

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.scenario.queries import read_event
    >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=2)
    >>> sample = Sample(ensemble.simulator, read_event("showdown = torres", ensemble.crisis))
    >>> [condition.key for condition in usual_conditions(sample)]
    ['leans', 'ties', 'stakes', 'mass', 'services']
    """
    crisis = sample.crisis
    found = []
    for kind, label in KINDS.items():
        keys = [
            key
            for key, number in crisis.numbers.items()
            if key in sample.numbers
            and (
                is_attribute_of(key, kind, crisis.forces)
                or (kind == "ties" and is_unity(key, crisis))
            )
            and not is_always_zero(number.value)
            and not is_sworn(number.value)
        ]
        if keys:
            found.append(Condition(kind, label, tuple(set_to_zero(key, crisis) for key in keys)))
    stages = [crisis.vocabulary.stages[name] for name in sample.stages_on_the_way]
    camps = {camp for stage in stages for camp in stage.cores}
    names = [key for key, backer in crisis.backers.items() if backer.camp in camps]
    names += dict.fromkeys(name for stage in stages for name in stage.signals)
    called = names_of(crisis)
    for name in names:
        act = Without(name)
        numbers = [crisis.numbers[key].value for key in removed_cells_of(sample.structure, act)]
        if not all(map(is_always_zero, numbers)):
            found.append(Condition(name, called[name], (act,)))
    return tuple(found)


def conditions_of(texts: Sequence[str], crisis: Crisis) -> tuple[Condition, ...]:
    """Return conditions from what takes each of them away; a label says what is then missing.

    Parameters
    ----------
    texts : sequence of str
        The inside of a ``do(...)`` for each: ``army_mood = 0``.
    crisis : Crisis

    Raises
    ------
    QueryError
        When a text is no intervention, or one that begins at a stage.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> conditions_of(["army_mood = 0"], crisis)[0].label
    "the army's mood as it is (not 0)"
    """
    found = []
    for text in texts:
        acts = read_interventions(text, crisis)
        for act in acts:
            if isinstance(act, SetCell) and act.at is not None:
                problem = f"'{act.key}' is set at the stage '{act.at}', not from the start"
                remedy = f"leave out 'at {act.at}': a condition is thought away from the start"
                raise QueryError([Mistake("condition", 1, act.start + 1, problem, remedy)])
        label = join_words([presence_of(act, crisis) for act in acts])
        found.append(Condition(" ".join(text.split()), label, acts))
    return tuple(found)


def refuse_overlapping(conditions: Sequence[Condition]) -> None:
    """Refuse conditions of which two take away the same thing, and no conditions at all."""
    if not conditions:
        raise UsageError("there is no condition to think away; name one, as in 'army_mood = 0'")
    keys = Counter(condition.key for condition in conditions)
    key, count = keys.most_common(1)[0]
    if count > 1:
        raise UsageError(f"the condition '{key}' is named twice; name it once")
    owner: dict[str, str] = {}
    for condition in conditions:
        for what in dict.fromkeys(act.affected_name for act in condition.neutral):
            if what in owner:
                raise UsageError(
                    f"'{owner[what]}' and '{condition.label}' both change '{what}', so that they "
                    "cannot be thought away one without the other; make one condition of them"
                )
            owner[what] = condition.label


def set_to_zero(key: str, crisis: Crisis) -> SetCell:
    """Return the intervention that makes a number zero."""
    domain = crisis.numbers[key].domain
    return SetCell(key, NumberLiteral(0.0), lower=domain.lower, upper=domain.upper)


def is_attribute_of(key: str, attribute: str, owners: Collection[str]) -> bool:
    """Return whether a number is an attribute of a force.

    Examples
    --------
    >>> [is_attribute_of(key, "leans", ["line"]) for key in ("line.leans.a", "showdown.leans")]
    [True, False]
    """
    owner, _, rest = key.partition(".")
    return owner in owners and rest.partition(".")[0] == attribute


def is_unity(key: str, crisis: Crisis) -> bool:
    """Return whether a number is a group's wish for unity in a stage."""
    stage, _, rest = key.partition(".")
    return stage in crisis.stages and rest.partition(".")[0] == UNITY


def is_sworn(value: Expression) -> bool:
    """Return whether a leaning is sworn, or may be."""
    return any(
        isinstance(node, NumberLiteral) and math.isinf(node.value) for node, _ in walk(value)
    )
