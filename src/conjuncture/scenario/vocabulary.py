"""The names of a scenario: whether they may be used, and what each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from conjuncture.language.names import name_problem, unknown_name
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.cells import SlotValue
from conjuncture.scenario.crisis import Stage
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_graph import symbols_of
from conjuncture.scenario.stage_model import NOBODY, Cast
from conjuncture.scenario.yaml_tree import Entries, MappingNode, ScalarNode, SequenceNode, YamlNode

_NAME = re.compile(r"[^\W\d]\w*")
AXES = ("world", "history", "force")
"""How saved histories are laid out: no stage may be called so."""

_SECTIONS = {
    "unknowns": "an unknown",
    "forces": "a force",
    "backers": "a backer",
    "groups": "a group",
    "stages": "a stage",
    "attributes": "an attribute",
}


def check_names(
    root: MappingNode,
    stages: Mapping[str, Stage],
    constants: Iterable[str],
    diagnostics: Diagnostics,
) -> None:
    """Note names that cannot be used, or that stand for two things."""
    taken: dict[str, str] = {}
    documented = set(constants)
    for section, what in _SECTIONS.items():
        for key, _ in entries_of(root, section):
            check_name(key, diagnostics)
            if section == "stages" and key.value in AXES:
                problem = f"'{key.value}' is an axis of saved histories, which also have the stages"
                diagnostics.refuse(key, problem, "give the stage another name")
            if section != "unknowns" and key.value in documented:
                problem = f"'{key.value}' is a structural constant already"
                diagnostics.refuse(key, problem, f"give {what} another name")
            elif key.value in taken:
                problem = f"'{key.value}' is {taken[key.value]} already"
                diagnostics.refuse(key, problem, f"give {what} another name")
            else:
                taken[key.value] = what
    for key, _ in entries_of(root, "claims"):
        if not _NAME.fullmatch(key.value):
            diagnostics.refuse(key, *_malformed_name(key.value))
    for stage in stages.values():
        node = root.get("stages")
        written = node.get(stage.key) if isinstance(node, MappingNode) else None
        _check_labels(stage, written, taken, diagnostics)


def check_name(key: ScalarNode, diagnostics: Diagnostics) -> None:
    """Note a name that is no name, or a word of the language."""
    if not _NAME.fullmatch(key.value):
        diagnostics.refuse(key, *_malformed_name(key.value))
    elif (told := name_problem(key.value)) is not None:
        diagnostics.refuse(key, *told)


def build_vocabulary(
    root: MappingNode,
    readings: Iterable[SlotValue],
    groups: Mapping[str, tuple[str, ...]],
    stages: Mapping[str, Stage],
) -> Vocabulary:
    """Return what every name of the scenario can mean."""
    forces = tuple(key.value for key, _ in entries_of(root, "forces"))
    return Vocabulary(
        cells={reading.slot.key: reading.slot.kind for reading in readings},
        forces=forces,
        backers=tuple(key.value for key, _ in entries_of(root, "backers")),
        groups=groups,
        stages={key: symbols_of(stage, Cast(forces, groups)) for key, stage in stages.items()},
    )


def entries_of(root: MappingNode, section: str) -> Entries:
    """Return the entries of a top-level section, none where it is missing or misshapen."""
    node = root.get(section)
    return node.pairs if isinstance(node, MappingNode) else []


def read_groups(root: MappingNode, diagnostics: Diagnostics) -> dict[str, tuple[str, ...]]:
    """Return the groups; members that are no forces, or stand twice, are told."""
    forces = [key.value for key, _ in entries_of(root, "forces")]
    groups = {}
    for key, node in entries_of(root, "groups"):
        members: list[str] = []
        for item in node.items if isinstance(node, SequenceNode) else []:
            if not isinstance(item, ScalarNode) or item.broken:
                continue
            if item.value not in forces:
                diagnostics.refuse(item, *unknown_name("force", item.value, forces))
            elif item.value in members:
                diagnostics.refuse(item, f"'{item.value}' is in this group already", "delete it")
            else:
                members.append(item.value)
        if isinstance(node, SequenceNode) and not node.items and not node.broken:
            diagnostics.refuse(
                key, f"the group '{key.value}' is empty", "name its forces, or delete it"
            )
        groups[key.value] = tuple(members)
    return groups


def _check_labels(
    stage: Stage, written: YamlNode | None, taken: dict[str, str], diagnostics: Diagnostics
) -> None:
    camps = stage.model.camps_of()
    symbols = stage.model.symbols(NOBODY)
    parts = {part for value in stage.model.values() for part in value.key.split(".")}
    for name in dict.fromkeys((*camps, *symbols.outcomes, *symbols.sides, *sorted(parts))):
        key = _key_below(written, name) if written is not None else None
        if key is None:
            continue
        check_name(key, diagnostics)
        if name in camps and name in taken:
            problem = f"'{name}' is {taken[name]} already"
            diagnostics.refuse(key, problem, "give the camp another name")
        elif name in symbols.signals and name in taken:
            problem = f"'{name}' is {taken[name]} already"
            diagnostics.refuse(key, problem, "give the signal another name")


def _key_below(node: YamlNode, name: str) -> ScalarNode | None:
    """Return the first key ``name`` somewhere in a part of the tree."""
    waiting = [node]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, MappingNode):
            if (key := current.key(name)) is not None:
                return key
            waiting.extend(value for _, value in current.pairs)
        elif isinstance(current, SequenceNode):
            waiting.extend(current.items)
    return None


def _malformed_name(name: str) -> tuple[str, str]:
    shown = name if len(name) <= 40 else name[:37] + "..."
    suggestion = re.sub(r"\W+", "_", name).strip("_")[:40]
    remedy = "write letters, digits and '_', a letter first"
    if _NAME.fullmatch(suggestion):
        remedy += f", as in '{suggestion}'"
    return f"'{shown}' cannot be a name", remedy
