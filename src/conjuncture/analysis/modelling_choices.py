"""The choices between models that a scenario could have made otherwise.

Nothing here knows any mechanism. A choice is whatever an input model offers: a value with
``choices`` (a rule that worlds may differ in), a field of ``Literal`` type (part of the shape), and
the numbers that a constant lists as ``rules``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from conjuncture.engine.structure import structure_of
from conjuncture.language.interventions import SetCell
from conjuncture.language.nodes import Label, NumberLiteral, cells_of
from conjuncture.number_format import write_number
from conjuncture.scenario.crisis import Crisis, Stage
from conjuncture.scenario.dependencies import derived_cells, moved_cells
from conjuncture.scenario.stage_graph import stage_order
from conjuncture.scenario.stage_model import Constant, StageModel
from conjuncture.scenario.wording import plain_label
from conjuncture.scenario.yaml_tree import digest


@dataclass(frozen=True)
class ModelChoice:
    """One option of a choice between models.

    Attributes
    ----------
    key : str
        What is chosen, as the scenario names it: ``showdown.strength``.
    label : str
        What a reader sees: ``strength in 'showdown'``.
    option : str
        ``refusal``.
    """

    key: str
    label: str
    option: str

    def __str__(self) -> str:
        return f"{self.label}: {self.option}"


@dataclass(frozen=True)
class Variant:
    """A crisis in which one choice is made otherwise.

    Attributes
    ----------
    choice : ModelChoice
    crisis : Crisis
    setting : tuple of SetCell
        What is set in all worlds.
    stages : frozenset of str
        The stages that can go otherwise: where the choice is made, and all that may follow.
    """

    choice: ModelChoice
    crisis: Crisis
    setting: tuple[SetCell, ...] = ()
    stages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OmittedOption:
    """An option that cannot be tried with the numbers that the scenario states, and why."""

    choice: ModelChoice
    why: str


@dataclass
class FoundVariants:
    """The variants of a crisis, and what had to be left out."""

    variants: list[Variant] = field(default_factory=list)
    left_out: list[OmittedOption] = field(default_factory=list)


def variants_of(crisis: Crisis) -> FoundVariants:
    """Return every variant of a crisis in which one choice is made otherwise.

    Constants come first, then the choices of each stage in the order in which stages are passed.

    Parameters
    ----------
    crisis : Crisis
    """
    found = FoundVariants()
    order = stage_order(crisis.stages)
    later = structure_of(crisis).descendants
    constants = {
        one.name: one
        for stage in order
        for one in crisis.stages[stage].model.constants
        if one.rules
    }
    for constant in constants.values():
        found.variants.extend(variants_of_constant(crisis, constant, later))
    for name in order:
        reach = later[name] | {name}
        found.variants.extend(variants_of_rules(crisis, crisis.stages[name], reach))
        for one in variants_of_shape(crisis, crisis.stages[name], reach):
            if isinstance(one, Variant):
                found.variants.append(one)
            else:
                found.left_out.append(one)
    return found


def variants_of_constant(
    crisis: Crisis, constant: Constant, later: Mapping[str, frozenset[str]]
) -> Iterator[Variant]:
    """Yield the variants in which a constant is at one of its rules."""
    number = crisis.numbers[constant.name]
    reading = [
        name for name, stage in crisis.stages.items() if reads_constant(stage.model, constant.name)
    ]
    stages = frozenset(one for name in reading for one in (name, *later[name]))
    if is_read_elsewhere(crisis, constant.name):
        stages = frozenset(crisis.stages)
    for value, meaning in constant.rules:
        if number.value == NumberLiteral(value):
            continue
        act = SetCell(
            constant.name, NumberLiteral(value), None, constant.domain.lower, constant.domain.upper
        )
        choice = ModelChoice(
            constant.name, plain_label(constant.name), f"{write_number(value)}, {meaning}"
        )
        yield Variant(choice, crisis, (act,), stages)


def reads_constant(model: StageModel, constant: str) -> bool:
    """Return whether a mechanism reads a constant."""
    return any(one.name == constant for one in model.constants)


def is_read_elsewhere(crisis: Crisis, key: str) -> bool:
    """Return whether some value or effect of the scenario itself reads a number."""
    values = [number.value for number in crisis.numbers.values()]
    changes = [
        change.value
        for stage in crisis.stages.values()
        for effect in stage.effects
        for change in effect.changes
    ]
    return any(key in cells_of(value) for value in (*values, *changes))


def variants_of_rules(crisis: Crisis, stage: Stage, reach: frozenset[str]) -> Iterator[Variant]:
    """Yield the variants in which all worlds have the same of a stage's rules."""
    for value in stage.model.values():
        key = f"{stage.key}.{value.key}"
        for code, option in enumerate(value.choices):
            rule = Label(option, code)
            if crisis.numbers[key].value == rule:
                continue
            choice = ModelChoice(key, f"{plain_label(value.key)} in '{stage.key}'", option)
            yield Variant(choice, crisis, (SetCell(key, rule),), reach)


def variants_of_shape(
    crisis: Crisis, stage: Stage, reach: frozenset[str]
) -> Iterator[Variant | OmittedOption]:
    """Yield the variants in which a stage has another shape, and those that cannot be had."""
    for name, options in literal_fields(stage.model):
        for option in options:
            if option == getattr(stage.model, name):
                continue
            choice = ModelChoice(
                f"{stage.key}.{name}", f"{plain_label(name)} in '{stage.key}'", str(option)
            )
            altered = reshape_crisis(crisis, stage, name, option)
            if isinstance(altered, str):
                yield OmittedOption(choice, altered)
            else:
                yield Variant(choice, altered, (), reach)


def literal_fields(model: StageModel) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the fields of a model that take one of a few words, with these words."""
    for name, declared in type(model).model_fields.items():
        if get_origin(declared.annotation) is Literal:
            yield name, get_args(declared.annotation)


def reshape_crisis(crisis: Crisis, stage: Stage, name: str, option: Any) -> Crisis | str:
    """Return the crisis with another word in a field of a stage, or why there is none."""
    model = stage.model
    stated = {one: getattr(model, one) for one in model.model_fields_set}
    try:
        altered = type(model).model_validate({**stated, name: option})
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).lower()
    mistakes = altered.mistakes(crisis.cast)
    if mistakes:
        return f"the stage would have to state other things: {mistakes[0][1]}"
    missing = [
        key for one in altered.values() if (key := f"{stage.key}.{one.key}") not in crisis.numbers
    ]
    if missing:
        return f"the scenario has no '{missing[0]}'"
    if altered.symbols(crisis.cast) != model.symbols(crisis.cast):
        return "its outcomes or measures have other names"
    changing = moved_cells(crisis) | frozenset(derived_cells(crisis))
    unsettled = [
        key for one in altered.world_fixed_keys() if (key := f"{stage.key}.{one}") in changing
    ]
    if unsettled:
        return f"effects move '{unsettled[0]}'"
    canonical = f"{crisis.canonical}\n{stage.key}.{name} = {option}"
    return replace(
        crisis,
        stages={**crisis.stages, stage.key: replace(stage, model=altered)},
        canonical=canonical,
        digest=digest(canonical),
    )
