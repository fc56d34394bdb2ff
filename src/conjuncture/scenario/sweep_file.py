"""A sweep: a file that asks the same of several scenarios, in several settings.

Its entries are texts of the language, and each is held against every scenario before anything is
simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path

from conjuncture.errors import UsageError
from conjuncture.language.interventions import SetCell
from conjuncture.language.linker import link_interventions, link_query
from conjuncture.language.names import LanguageErrors, unknown_name
from conjuncture.language.nodes import Compare, Expression, Intervention, Within, cells_of
from conjuncture.language.parser import parse_interventions, parse_query
from conjuncture.scenario.crisis import Claim, Crisis
from conjuncture.scenario.dependencies import refuse_unknowable, varying_cells
from conjuncture.scenario.scenario_file import find_scenario, read_crisis
from conjuncture.scenario.source import Diagnostics, read_source
from conjuncture.scenario.stage_graph import certain_stages
from conjuncture.scenario.stage_model import StageModel
from conjuncture.scenario.vocabulary import entries_of
from conjuncture.scenario.yaml_tree import (
    Entries,
    MappingNode,
    ScalarNode,
    SequenceNode,
    YamlNode,
    read_tree,
)

SWEEP_KEYS = ("sweep", "scenarios", "questions", "claims", "set", "worlds", "histories", "seeds")
ALL = "all"
MOST_SETTINGS = 100_000
SIZES = {"worlds": 400, "histories": 512, "seeds": 1}
"""The numbers of a run, and what each is where the sweep does not say."""


@dataclass(frozen=True)
class SweepSetting:
    """Numbers that are set in every world, from the start.

    Attributes
    ----------
    values : mapping of str to float or str
        As they were written: a number, or the name of a rule.
    acts : tuple of SetCell
        What they mean in a scenario.
    """

    values: dict[str, float | str]
    acts: tuple[SetCell, ...]


@dataclass(frozen=True)
class SweepCase:
    """A scenario of a sweep, and what is asked of it.

    Attributes
    ----------
    name : str
        As the sweep calls it.
    crisis : Crisis
    settings : tuple of SweepSetting
    questions : mapping of str to (str, Expression, int)
        By name the question as written, what it means here, and where it stands.
    claims : tuple of Claim
    """

    name: str
    crisis: Crisis
    settings: tuple[SweepSetting, ...]
    questions: dict[str, tuple[str, Expression, int]]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Sweep:
    """A sweep that has been read and checked.

    Attributes
    ----------
    cases : tuple of SweepCase
    sizes : mapping of str to tuple of (int, int)
        For ``worlds``, ``histories`` and ``seeds`` each number and where it stands.
    keys : mapping of str to bool
        The numbers that are set, and whether every value of each is a number.
    diagnostics : Diagnostics
        For mistakes that are only found when questions are compiled.
    """

    cases: tuple[SweepCase, ...]
    sizes: dict[str, tuple[tuple[int, int], ...]]
    keys: dict[str, bool]
    diagnostics: Diagnostics


def read_sweep(path: Path, models: Mapping[str, type[StageModel]]) -> Sweep:
    """Read a sweep and every scenario that it names.

    Parameters
    ----------
    path : Path
        A YAML file.
    models : mapping
        Mechanism name to the model of what a stage may say.

    Raises
    ------
    ScenarioError
        With every mistake, each with its place and what to write instead.
    """
    source = read_source(path, "the sweep")
    diagnostics = Diagnostics(source)
    root = read_tree(source, diagnostics, "sweep", "sweep: 1")
    _check_keys(root, diagnostics)
    sizes = {key: _read_numbers(root, key, default, diagnostics) for key, default in SIZES.items()}
    crises = _read_crises(root, path.parent, models, diagnostics)
    sets = _read_options(root, diagnostics)
    settings = prod(len(options) for _, options in sets)
    count = len(crises) * settings * prod(map(len, sizes.values()))
    if count > MOST_SETTINGS:
        remedy = f"ask for at most {MOST_SETTINGS:,} at a time"
        diagnostics.refuse(root, f"these are {count:,} settings", remedy)
        diagnostics.raise_any()
    several = len(crises) > 1
    cases = tuple(
        _read_case(root, name, crisis, sets, diagnostics, f" (in '{name}')" if several else "")
        for name, crisis in crises.items()
    )
    diagnostics.raise_any()
    numeric = {
        key.value: all(isinstance(_number_or_name(option), float) for option in options)
        for key, options in sets
    }
    return Sweep(cases, sizes, numeric, diagnostics)


def _check_keys(root: MappingNode, diagnostics: Diagnostics) -> None:
    for key, _ in root.pairs:
        if key.value not in SWEEP_KEYS:
            _, remedy = unknown_name("entry", key.value, SWEEP_KEYS)
            diagnostics.refuse(key, f"a sweep has no entry '{key.value}'", remedy)
    version = root.get("sweep")
    if not isinstance(version, ScalarNode) or version.value != "1":
        start = version if version is not None else root
        diagnostics.refuse(start, "this is not a sweep of version 1", "begin with 'sweep: 1'")
    if root.get("scenarios") is None:
        diagnostics.refuse(
            root, "the sweep names no scenario", "write, for example, scenarios: [NAME]"
        )
    if root.get("questions") is None and root.get("claims") is None:
        remedy = "write 'questions:' with a line 'name: P(...)', or 'claims: all'"
        diagnostics.refuse(root, "the sweep asks nothing", remedy)


def _scalars_under(root: MappingNode, key: str, diagnostics: Diagnostics) -> list[ScalarNode]:
    """Return the texts under a key: one, or a list of them, none twice."""
    node = root.get(key)
    return [] if node is None else _read_texts(node, f"'{key}'", diagnostics)


def _read_texts(node: YamlNode, what: str, diagnostics: Diagnostics) -> list[ScalarNode]:
    found: dict[str, ScalarNode] = {}
    if isinstance(node, MappingNode) or (isinstance(node, SequenceNode) and not node.items):
        diagnostics.refuse(node, f"{what} is a text or a list of them", "as in [a, b]")
        return []
    for item in node.items if isinstance(node, SequenceNode) else [node]:
        if not isinstance(item, ScalarNode):
            diagnostics.refuse(item, f"{what} is a list of texts, and this is none", "as in [a, b]")
        elif item.value in found:
            diagnostics.refuse(item, f"'{item.value}' is written twice", "delete one of the two")
        elif not item.broken:
            found[item.value] = item
    return list(found.values())


def _read_numbers(
    root: MappingNode, key: str, default: int, diagnostics: Diagnostics
) -> tuple[tuple[int, int], ...]:
    found = []
    for scalar in _scalars_under(root, key, diagnostics):
        if scalar.value.isascii() and scalar.value.isdecimal():
            found.append((int(scalar.value), scalar.start))
        else:
            remedy = f"as in {key}: {default}"
            diagnostics.refuse(scalar, f"'{scalar.value}' is no whole number", remedy)
    return tuple(found) or ((default, root.start),)


def _read_crises(
    root: MappingNode,
    folder: Path,
    models: Mapping[str, type[StageModel]],
    diagnostics: Diagnostics,
) -> dict[str, Crisis]:
    found = {}
    for scalar in _scalars_under(root, "scenarios", diagnostics):
        beside = folder / scalar.value
        try:
            found[scalar.value] = read_crisis(
                beside if beside.exists() else find_scenario(scalar.value), models
            )
        except UsageError as error:
            problem, _, remedy = str(error).partition("; ")
            diagnostics.refuse(scalar, problem, remedy)
    return found


def _read_options(
    root: MappingNode, diagnostics: Diagnostics
) -> list[tuple[ScalarNode, list[ScalarNode]]]:
    node = root.get("set")
    if node is not None and not isinstance(node, MappingNode):
        diagnostics.refuse(node, "'set' names numbers", "as in 'set: {army.troops: [10, 12]}'")
    return [
        (key, options)
        for key, value in entries_of(root, "set")
        if (options := _read_texts(value, f"'{key.value}'", diagnostics))
    ]


def _read_case(
    root: MappingNode,
    name: str,
    crisis: Crisis,
    sets: list[tuple[ScalarNode, list[ScalarNode]]],
    diagnostics: Diagnostics,
    where: str,
) -> SweepCase:
    every = [
        [(key, option, _read_acts(key, option, crisis, diagnostics, where)) for option in options]
        for key, options in sets
    ]
    settings = tuple(
        SweepSetting(
            {key.value: _number_or_name(option) for key, option, _ in chosen},
            tuple(act for _, _, acts in chosen for act in acts),
        )
        for chosen in product(*every)
    )
    questions = _read_questions(entries_of(root, "questions"), crisis, diagnostics, where)
    node = root.get("questions")
    if node is not None and not isinstance(node, MappingNode):
        remedy = "write a line 'name: P(...)' for each"
        diagnostics.refuse(node, "'questions' gives every question a name", remedy)
    return SweepCase(
        name, crisis, settings, questions, _read_claims(root, crisis, diagnostics, where)
    )


def _read_acts(
    key: ScalarNode, option: ScalarNode, crisis: Crisis, diagnostics: Diagnostics, where: str
) -> tuple[SetCell, ...]:
    head = f"{key.value} = "
    acts: tuple[Intervention, ...] = ()
    try:
        acts = link_interventions(parse_interventions(head + option.value), crisis.vocabulary)
    except LanguageErrors as errors:
        for one in errors.problems:
            inside = one.start - len(head)
            place = option.offset_in_file(inside) if inside >= 0 else key.offset_in_file(one.start)
            diagnostics.refuse_at(place, one.problem + where, one.remedy)
    cells = tuple(act for act in acts if isinstance(act, SetCell))
    if len(cells) < len(acts) or any(act.at or cells_of(act.value) for act in cells):
        problem = f"'{key.value}' cannot be set to '{option.value}'{where}"
        remedy = "set a number of the scenario to a number, and put all else into do(...)"
        diagnostics.refuse(option, problem, remedy)
    return cells


def _read_questions(
    asked: Entries, crisis: Crisis, diagnostics: Diagnostics, where: str
) -> dict[str, tuple[str, Expression, int]]:
    found: dict[str, tuple[str, Expression, int]] = {}
    for key, node in asked:
        if not isinstance(node, ScalarNode):
            diagnostics.refuse(
                node, f"'{key.value}' is no question", "as in 'name: P(showdown = a)'"
            )
            continue
        if node.broken:
            continue
        try:
            parsed = parse_query(node.value)
            linked = link_query(parsed, crisis.vocabulary, certain_stages(crisis.stages))
            refuse_unknowable(linked, varying_cells(crisis.numbers, crisis.stages))
        except LanguageErrors as errors:
            for one in errors.problems:
                diagnostics.refuse_at(
                    node.offset_in_file(one.start), one.problem + where, one.remedy
                )
            continue
        if isinstance(linked, Compare | Within):
            remedy = "ask for the quantity alone, or make it the test of a claim"
            diagnostics.refuse(node, "this is a comparison, not a quantity", remedy)
            continue
        found[key.value] = (" ".join(node.value.split()), linked, node.start)
    return found


def _read_claims(
    root: MappingNode, crisis: Crisis, diagnostics: Diagnostics, where: str
) -> tuple[Claim, ...]:
    listed = _scalars_under(root, "claims", diagnostics)
    if [scalar.value for scalar in listed] == [ALL]:
        return tuple(crisis.claims.values())
    found = []
    for scalar in listed:
        if scalar.value in crisis.claims:
            found.append(crisis.claims[scalar.value])
        else:
            problem, remedy = unknown_name("claim", scalar.value, crisis.claims)
            diagnostics.refuse(scalar, problem + where, remedy)
    return tuple(found)


def _number_or_name(option: ScalarNode) -> float | str:
    try:
        return float(option.value)
    except ValueError:
        return option.value
