"""A sweep: a file that asks the same of several scenarios, in several settings.

Its entries are texts of the language, and each is held against every scenario before anything is
simulated.
"""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path

from conjuncture.errors import UsageError
from conjuncture.language.linking import link_interventions, link_query
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import Compare, Expression, Intervention, SetCell, Within
from conjuncture.language.parser import parse_interventions, parse_query
from conjuncture.language.walk import cells_read
from conjuncture.scenario.catalogue import find
from conjuncture.scenario.crisis import Claim, Crisis
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.following import changing, refuse_unknowable
from conjuncture.scenario.reading import read_crisis
from conjuncture.scenario.source import read_source
from conjuncture.scenario.stages import StageModel
from conjuncture.scenario.staging import certain_stages
from conjuncture.scenario.tree import Entries, Mapping, Node, Scalar, Sequence, read_tree
from conjuncture.scenario.vocabulary import entries

KEYS = ("sweep", "scenarios", "questions", "claims", "set", "worlds", "histories", "seeds")
ALL = "all"
MOST_SETTINGS = 100_000
SIZES = {"worlds": 400, "histories": 512, "seeds": 1}
"""The numbers of a run, and what each is where the sweep does not say."""


@dataclass(frozen=True)
class Setting:
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
class Case:
    """A scenario of a sweep, and what is asked of it.

    Attributes
    ----------
    name : str
        As the sweep calls it.
    crisis : Crisis
    settings : tuple of Setting
    questions : mapping of str to (str, Expression, int)
        By name the question as written, what it means here, and where it stands.
    claims : tuple of Claim
    """

    name: str
    crisis: Crisis
    settings: tuple[Setting, ...]
    questions: dict[str, tuple[str, Expression, int]]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Sweep:
    """A sweep that has been read and checked.

    Attributes
    ----------
    cases : tuple of Case
    sizes : mapping of str to tuple of (int, int)
        For ``worlds``, ``histories`` and ``seeds`` each number and where it stands.
    keys : mapping of str to bool
        The numbers that are set, and whether every value of each is a number.
    findings : Findings
        For mistakes that are only found when questions are compiled.
    """

    cases: tuple[Case, ...]
    sizes: dict[str, tuple[tuple[int, int], ...]]
    keys: dict[str, bool]
    findings: Findings


def read_sweep(path: Path, models: Lookup[str, type[StageModel]]) -> Sweep:
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
    findings = Findings(source)
    root = read_tree(source, findings, "sweep", "sweep: 1")
    _check_keys(root, findings)
    sizes = {key: _numbers(root, key, default, findings) for key, default in SIZES.items()}
    crises = _crises(root, path.parent, models, findings)
    sets = _options(root, findings)
    settings = prod(len(options) for _, options in sets)
    count = len(crises) * settings * prod(map(len, sizes.values()))
    if count > MOST_SETTINGS:
        remedy = f"ask for at most {MOST_SETTINGS:,} at a time"
        findings.of(root, f"these are {count:,} settings", remedy)
        findings.raise_any()
    several = len(crises) > 1
    cases = tuple(
        _case(root, name, crisis, sets, findings, f" (in '{name}')" if several else "")
        for name, crisis in crises.items()
    )
    findings.raise_any()
    numeric = {
        key.value: all(isinstance(_plain(option), float) for option in options)
        for key, options in sets
    }
    return Sweep(cases, sizes, numeric, findings)


def _check_keys(root: Mapping, findings: Findings) -> None:
    for key, _ in root.pairs:
        if key.value not in KEYS:
            _, remedy = unknown_name("entry", key.value, KEYS)
            findings.of(key, f"a sweep has no entry '{key.value}'", remedy)
    version = root.get("sweep")
    if not isinstance(version, Scalar) or version.value != "1":
        start = version if version is not None else root
        findings.of(start, "this is not a sweep of version 1", "begin with 'sweep: 1'")
    if root.get("scenarios") is None:
        findings.of(root, "the sweep names no scenario", "write, for example, scenarios: [NAME]")
    if root.get("questions") is None and root.get("claims") is None:
        remedy = "write 'questions:' with a line 'name: P(...)', or 'claims: all'"
        findings.of(root, "the sweep asks nothing", remedy)


def _listed(root: Mapping, key: str, findings: Findings) -> list[Scalar]:
    """Return the texts under a key: one, or a list of them, none twice."""
    node = root.get(key)
    return [] if node is None else _texts(node, f"'{key}'", findings)


def _texts(node: Node, what: str, findings: Findings) -> list[Scalar]:
    found: dict[str, Scalar] = {}
    if isinstance(node, Mapping) or (isinstance(node, Sequence) and not node.items):
        findings.of(node, f"{what} is a text or a list of them", "as in [a, b]")
        return []
    for item in node.items if isinstance(node, Sequence) else [node]:
        if not isinstance(item, Scalar):
            findings.of(item, f"{what} is a list of texts, and this is none", "as in [a, b]")
        elif item.value in found:
            findings.of(item, f"'{item.value}' is written twice", "delete one of the two")
        elif not item.broken:
            found[item.value] = item
    return list(found.values())


def _numbers(
    root: Mapping, key: str, default: int, findings: Findings
) -> tuple[tuple[int, int], ...]:
    found = []
    for scalar in _listed(root, key, findings):
        if scalar.value.isascii() and scalar.value.isdecimal():
            found.append((int(scalar.value), scalar.start))
        else:
            remedy = f"as in {key}: {default}"
            findings.of(scalar, f"'{scalar.value}' is no whole number", remedy)
    return tuple(found) or ((default, root.start),)


def _crises(
    root: Mapping, folder: Path, models: Lookup[str, type[StageModel]], findings: Findings
) -> dict[str, Crisis]:
    found = {}
    for scalar in _listed(root, "scenarios", findings):
        beside = folder / scalar.value
        try:
            found[scalar.value] = read_crisis(
                beside if beside.exists() else find(scalar.value), models
            )
        except UsageError as error:
            problem, _, remedy = str(error).partition("; ")
            findings.of(scalar, problem, remedy)
    return found


def _options(root: Mapping, findings: Findings) -> list[tuple[Scalar, list[Scalar]]]:
    node = root.get("set")
    if node is not None and not isinstance(node, Mapping):
        findings.of(node, "'set' names numbers", "as in 'set: {army.troops: [10, 12]}'")
    return [
        (key, options)
        for key, value in entries(root, "set")
        if (options := _texts(value, f"'{key.value}'", findings))
    ]


def _case(
    root: Mapping,
    name: str,
    crisis: Crisis,
    sets: list[tuple[Scalar, list[Scalar]]],
    findings: Findings,
    where: str,
) -> Case:
    every = [
        [(key, option, _acts(key, option, crisis, findings, where)) for option in options]
        for key, options in sets
    ]
    settings = tuple(
        Setting(
            {key.value: _plain(option) for key, option, _ in chosen},
            tuple(act for _, _, acts in chosen for act in acts),
        )
        for chosen in product(*every)
    )
    questions = _questions(entries(root, "questions"), crisis, findings, where)
    node = root.get("questions")
    if node is not None and not isinstance(node, Mapping):
        remedy = "write a line 'name: P(...)' for each"
        findings.of(node, "'questions' gives every question a name", remedy)
    return Case(name, crisis, settings, questions, _claims(root, crisis, findings, where))


def _acts(
    key: Scalar, option: Scalar, crisis: Crisis, findings: Findings, where: str
) -> tuple[SetCell, ...]:
    head = f"{key.value} = "
    acts: tuple[Intervention, ...] = ()
    try:
        acts = link_interventions(parse_interventions(head + option.value), crisis.vocabulary)
    except LanguageErrors as errors:
        for one in errors.problems:
            inside = one.start - len(head)
            place = option.offset(inside) if inside >= 0 else key.offset(one.start)
            findings.at(place, one.problem + where, one.remedy)
    cells = tuple(act for act in acts if isinstance(act, SetCell))
    if len(cells) < len(acts) or any(act.at or cells_read(act.value) for act in cells):
        problem = f"'{key.value}' cannot be set to '{option.value}'{where}"
        remedy = "set a number of the scenario to a number, and put all else into do(...)"
        findings.of(option, problem, remedy)
    return cells


def _questions(
    asked: Entries, crisis: Crisis, findings: Findings, where: str
) -> dict[str, tuple[str, Expression, int]]:
    found: dict[str, tuple[str, Expression, int]] = {}
    for key, node in asked:
        if not isinstance(node, Scalar):
            findings.of(node, f"'{key.value}' is no question", "as in 'name: P(showdown = a)'")
            continue
        if node.broken:
            continue
        try:
            parsed = parse_query(node.value)
            linked = link_query(parsed, crisis.vocabulary, certain_stages(crisis.stages))
            refuse_unknowable(linked, changing(crisis.numbers, crisis.stages))
        except LanguageErrors as errors:
            for one in errors.problems:
                findings.at(node.offset(one.start), one.problem + where, one.remedy)
            continue
        if isinstance(linked, Compare | Within):
            remedy = "ask for the quantity alone, or make it the test of a claim"
            findings.of(node, "this is a comparison, not a quantity", remedy)
            continue
        found[key.value] = (" ".join(node.value.split()), linked, node.start)
    return found


def _claims(root: Mapping, crisis: Crisis, findings: Findings, where: str) -> tuple[Claim, ...]:
    listed = _listed(root, "claims", findings)
    if [scalar.value for scalar in listed] == [ALL]:
        return tuple(crisis.claims.values())
    found = []
    for scalar in listed:
        if scalar.value in crisis.claims:
            found.append(crisis.claims[scalar.value])
        else:
            problem, remedy = unknown_name("claim", scalar.value, crisis.claims)
            findings.of(scalar, problem + where, remedy)
    return tuple(found)


def _plain(option: Scalar) -> float | str:
    try:
        return float(option.value)
    except ValueError:
        return option.value
