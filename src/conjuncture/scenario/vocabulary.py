"""The names of a scenario: whether they may be used, and what each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Lookup

from conjuncture.language.names import unfit, unknown_name
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.cells import Reading
from conjuncture.scenario.crisis import Stage
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.stages import NOBODY, Cast
from conjuncture.scenario.staging import symbols_of
from conjuncture.scenario.tree import Entries, Mapping, Node, Scalar, Sequence

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
    root: Mapping, stages: Lookup[str, Stage], constants: Iterable[str], findings: Findings
) -> None:
    """Note names that cannot be used, or that stand for two things."""
    taken: dict[str, str] = {}
    documented = set(constants)
    for section, what in _SECTIONS.items():
        for key, _ in entries(root, section):
            check_name(key, findings)
            if section == "stages" and key.value in AXES:
                problem = f"'{key.value}' is an axis of saved histories, which also have the stages"
                findings.of(key, problem, "give the stage another name")
            if section != "unknowns" and key.value in documented:
                problem = f"'{key.value}' is a structural constant already"
                findings.of(key, problem, f"give {what} another name")
            elif key.value in taken:
                problem = f"'{key.value}' is {taken[key.value]} already"
                findings.of(key, problem, f"give {what} another name")
            else:
                taken[key.value] = what
    for key, _ in entries(root, "claims"):
        if not _NAME.fullmatch(key.value):
            findings.of(key, *_malformed(key.value))
    for stage in stages.values():
        node = root.get("stages")
        written = node.get(stage.key) if isinstance(node, Mapping) else None
        _check_labels(stage, written, taken, findings)


def check_name(key: Scalar, findings: Findings) -> None:
    """Note a name that is no name, or a word of the language."""
    if not _NAME.fullmatch(key.value):
        findings.of(key, *_malformed(key.value))
    elif (told := unfit(key.value)) is not None:
        findings.of(key, *told)


def build_vocabulary(
    root: Mapping,
    readings: Iterable[Reading],
    groups: Lookup[str, tuple[str, ...]],
    stages: Lookup[str, Stage],
) -> Vocabulary:
    """Return what every name of the scenario can mean."""
    forces = tuple(key.value for key, _ in entries(root, "forces"))
    return Vocabulary(
        cells={reading.slot.key: reading.slot.kind for reading in readings},
        forces=forces,
        backers=tuple(key.value for key, _ in entries(root, "backers")),
        groups=groups,
        stages={key: symbols_of(stage, Cast(forces, groups)) for key, stage in stages.items()},
    )


def entries(root: Mapping, section: str) -> Entries:
    """Return the entries of a top-level section, none where it is missing or misshapen."""
    node = root.get(section)
    return node.pairs if isinstance(node, Mapping) else []


def read_groups(root: Mapping, findings: Findings) -> dict[str, tuple[str, ...]]:
    """Return the groups; members that are no forces, or stand twice, are told."""
    forces = [key.value for key, _ in entries(root, "forces")]
    groups = {}
    for key, node in entries(root, "groups"):
        members: list[str] = []
        for item in node.items if isinstance(node, Sequence) else []:
            if not isinstance(item, Scalar) or item.broken:
                continue
            if item.value not in forces:
                findings.of(item, *unknown_name("force", item.value, forces))
            elif item.value in members:
                findings.of(item, f"'{item.value}' is in this group already", "delete it")
            else:
                members.append(item.value)
        if isinstance(node, Sequence) and not node.items and not node.broken:
            findings.of(key, f"the group '{key.value}' is empty", "name its forces, or delete it")
        groups[key.value] = tuple(members)
    return groups


def _check_labels(
    stage: Stage, written: Node | None, taken: dict[str, str], findings: Findings
) -> None:
    camps = stage.model.camps_of()
    symbols = stage.model.symbols(NOBODY)
    parts = {part for value in stage.model.values() for part in value.key.split(".")}
    for name in dict.fromkeys((*camps, *symbols.outcomes, *symbols.sides, *sorted(parts))):
        key = _key_below(written, name) if written is not None else None
        if key is None:
            continue
        check_name(key, findings)
        if name in camps and name in taken:
            problem = f"'{name}' is {taken[name]} already"
            findings.of(key, problem, "give the camp another name")
        elif name in symbols.signals and name in taken:
            problem = f"'{name}' is {taken[name]} already"
            findings.of(key, problem, "give the signal another name")


def _key_below(node: Node, name: str) -> Scalar | None:
    """Return the first key ``name`` somewhere in a part of the tree."""
    waiting = [node]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, Mapping):
            if (key := current.key(name)) is not None:
                return key
            waiting.extend(value for _, value in current.pairs)
        elif isinstance(current, Sequence):
            waiting.extend(current.items)
    return None


def _malformed(name: str) -> tuple[str, str]:
    shown = name if len(name) <= 40 else name[:37] + "..."
    suggestion = re.sub(r"\W+", "_", name).strip("_")[:40]
    remedy = "write letters, digits and '_', a letter first"
    if _NAME.fullmatch(suggestion):
        remedy += f", as in '{suggestion}'"
    return f"'{shown}' cannot be a name", remedy
