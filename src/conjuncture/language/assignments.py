"""Linking assignments: ``target = value``, ``*=`` and ``+=`` in an intervention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conjuncture.language.meaning import LinkContext, LinkedNode, domain_problem
from conjuncture.language.names import unknown_name
from conjuncture.language.naming import (
    check_visit,
    dotted_name_of,
    explain_unknown,
    is_bare,
    resolve_cell,
)
from conjuncture.language.nodes import (
    Arithmetic,
    Assign,
    Expression,
    Label,
    Name,
    SetCell,
    SetOutcome,
)
from conjuncture.language.numbers import resolve_number
from conjuncture.language.symbols import DIMENSIONLESS, Kind
from conjuncture.language.units import unit_problem


def link_assignment(node: Assign, linking: LinkContext) -> Iterator[SetCell | SetOutcome]:
    """Yield what an assignment sets: an outcome, a cell, or the cell of each member of a group."""
    target, vocabulary = node.target, linking.vocabulary
    if node.at is not None and node.at not in vocabulary.stages:
        linking.complain(node, *unknown_name("stage", node.at, vocabulary.stages))
    if target.root in vocabulary.stages and not target.path:
        outcome = _set_outcome(node, linking)
        if outcome is not None:
            yield outcome
        return
    keys = _target_keys(target, linking)
    for place, key in enumerate(keys):
        # What is wrong with the value is the same for every member of a group.
        told = linking if place == 0 else replace(linking, problems=[])
        found = _set_cell(node, key, told)
        if found is not None:
            yield found


def _set_outcome(node: Assign, linking: LinkContext) -> SetOutcome | None:
    target, stage = node.target, linking.vocabulary.stages[node.target.root]
    if not check_visit(target, target.root, target.visit, linking):
        return None
    if target.index is not None or node.operator != "=":
        problem = f"the outcome of '{target.root}' can only be set with '='"
        linking.complain(node, problem, f"write {target.root} = {stage.outcomes[0]}")
        return None
    if node.at is not None:
        linking.complain(node, "an outcome is set for its own stage", f"leave 'at {node.at}' out")
        return None
    written = node.value
    if not isinstance(written, Name) or not is_bare(written):
        problem = f"an outcome of '{target.root}' is wanted here"
        linking.complain(written, problem, f"write one of: {', '.join(stage.outcomes)}")
        return None
    if written.root not in stage.outcomes:
        what = f"outcome of {target.root}"
        linking.complain(written, *unknown_name(what, written.root, stage.outcomes))
        return None
    code = stage.outcomes.index(written.root)
    return SetOutcome(target.root, written.root, code, target.visit, start=node.start, end=node.end)


def _target_keys(target: Name, linking: LinkContext) -> list[str]:
    vocabulary = linking.vocabulary
    key, part = dotted_name_of(target), ".".join(target.path)
    if target.visit is not None or target.index is not None:
        problem = "a visit or an index cannot stand in what an intervention sets"
        linking.complain(target, problem, f"write {key} = ..., or '{key} = ... at stage'")
        return []
    if key in vocabulary.cells:
        return [key]
    if part == "side":
        problem = f"'{key}' follows from the crisis"
        remedy = f"write '{target.root} sides camp' or '{target.root} aside'"
        linking.complain(target, problem, remedy)
        return []
    if target.root in vocabulary.groups and part:
        keys = [f"{member}.{part}" for member in vocabulary.groups[target.root]]
        missing = [key for key in keys if key not in vocabulary.cells]
        if missing:
            root = missing[0].split(".")[0]
            problem, remedy = explain_unknown(replace(target, root=root), vocabulary)
            linking.complain(target, f"in the group '{target.root}': {problem}", remedy)
            return []
        return keys
    if target.root in vocabulary.groups:
        problem = f"'{target.root}' is a group, not a number"
        linking.complain(target, problem, f"write '{target.root}.troops = ...', for example")
        return []
    stage = vocabulary.stages.get(target.root)
    if stage is not None and part in stage.measures:
        problem = f"'{key}' is what the stage yields and cannot be set"
        linking.complain(target, problem, f"set the outcome: {target.root} = {stage.outcomes[0]}")
        return []
    linking.complain(target, *explain_unknown(target, vocabulary))
    return []


def _set_cell(node: Assign, key: str, linking: LinkContext) -> SetCell | None:
    kind = linking.vocabulary.cells[key]
    if kind.labels is not None:
        value = _rule(node, key, kind.labels, linking)
    else:
        value = _amount(node, key, kind, linking)
    if value is None:
        return None
    domain = kind.domain
    place = {"start": node.start, "end": node.end}
    if kind.labels is not None:
        return SetCell(key, value, node.at, **place)
    return SetCell(key, value, node.at, domain.lower, domain.upper, **place)


def _rule(
    node: Assign, key: str, labels: tuple[str, ...], linking: LinkContext
) -> Expression | None:
    written = node.value
    if node.operator != "=" or not isinstance(written, Name) or not is_bare(written):
        problem = f"'{key}' is a choice between rules, not a number"
        linking.complain(node, problem, f"write {key} = {labels[0]}")
        return None
    if written.root not in labels:
        linking.complain(written, *unknown_name("rule", written.root, labels))
        return None
    place = {"start": written.start, "end": written.end}
    return Label(written.root, labels.index(written.root), **place)


def _amount(node: Assign, key: str, kind: Kind, linking: LinkContext) -> Expression | None:
    value = resolve_number(node.value, linking)
    if value.wrong:
        return None
    wanted = DIMENSIONLESS if node.operator == "*=" else kind.unit
    what = "a factor" if node.operator == "*=" else f"'{key}'"
    problem = unit_problem(what, wanted, value.unit)
    if problem:
        linking.complain(node.value, problem, "write it in the unit of what it is for")
        return None
    if node.operator == "=":
        return _require_domain(node, key, kind, value, linking)
    if node.operator == "*=" and kind.domain.lower == 0 and value.range.upper < 0:
        problem = f"'{key}' must be {kind.domain}, and this makes it negative"
        linking.complain(node.value, problem, "write a factor of at least 0")
        return None
    old = resolve_cell(key, node.target, linking.vocabulary).node
    place = {"start": node.start, "end": node.end}
    return Arithmetic("*" if node.operator == "*=" else "+", old, value.node, **place)


def _require_domain(
    node: Assign, key: str, kind: Kind, value: LinkedNode, linking: LinkContext
) -> Expression | None:
    if value.range.is_constant:
        outside = domain_problem(key, value.range.lower, kind.domain)
        if outside is not None:
            linking.complain(node.value, outside)
            return None
    return value.node
