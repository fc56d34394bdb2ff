"""Read a crisis: from a folder on disk to checked, linked, plain data."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from pathlib import Path

from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.account import Account
from conjuncture.scenario.actors import check_sworn, check_weight, read_backers, read_forces
from conjuncture.scenario.canonical import canonical_text, digest
from conjuncture.scenario.cells import Reading, build_numbers, read_slots
from conjuncture.scenario.claims import read_claims
from conjuncture.scenario.crisis import Backer, Crisis, Declared, Force, Number, Reference, Stage
from conjuncture.scenario.declared import Declaration, read_declarations, towards
from conjuncture.scenario.effects import read_effects
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.following import changing
from conjuncture.scenario.leaving import refuse_leaving
from conjuncture.scenario.likeness import read_likeness
from conjuncture.scenario.models import scenario_model
from conjuncture.scenario.omissions import read_omissions
from conjuncture.scenario.pedantry import (
    doubt_effects,
    doubt_idle_attributes,
    doubt_idle_forces,
    doubt_idle_unknowns,
    doubt_intervals,
    doubt_unsourced,
    unsourced,
)
from conjuncture.scenario.provenance import Sources, read_account
from conjuncture.scenario.reads import Reads
from conjuncture.scenario.rooms import check_rooms
from conjuncture.scenario.shape import fit
from conjuncture.scenario.slots import (
    Slot,
    backer_slots,
    force_slots,
    stage_slots,
    unknown_slots,
)
from conjuncture.scenario.source import read_source, with_plain_line_ends
from conjuncture.scenario.stages import Cast, Constant, StageModel
from conjuncture.scenario.staging import (
    Staging,
    certain_stages,
    check_order,
    constants_of,
    read_observed,
    read_stages,
)
from conjuncture.scenario.tree import Mapping, Scalar, read_tree
from conjuncture.scenario.vocabulary import build_vocabulary, check_names, entries, read_groups

FILE = "scenario.yaml"


def read_crisis(path: Path, models: Lookup[str, type[StageModel]]) -> Crisis:
    """Read a scenario and everything that it rests on.

    Parameters
    ----------
    path : Path
        A folder that holds ``scenario.yaml``, or such a file.
    models : mapping
        Mechanism name to the model of what a stage may say, as
        :func:`conjuncture.mechanisms.registry.stage_models` returns it.

    Returns
    -------
    Crisis
        The crisis, with warnings but without mistakes.

    Raises
    ------
    ScenarioError
        With every mistake of a scenario that YAML can parse, in the order of the file.

    Examples
    --------
    >>> read_crisis(Path("nowhere"), {})
    Traceback (most recent call last):
    conjuncture.errors.ScenarioError: nowhere: there is no such file or folder
    """
    file = path / FILE if path.is_dir() else path
    source = read_source(file, "the scenario")
    findings = Findings(source)
    root = read_tree(source, findings)
    declared = towards(entries(root, "attributes"))
    outer = scenario_model(declared)
    fit(outer, root, findings, "the scenario", constants=constants_of(models))
    references = _references(root)
    account = _account(root, file.parent, findings)
    sources = Sources(account, references, findings)
    text = account.text if account is not None else ""
    parts = _read_parts(root, models, text, sources, findings)
    staging = parts.staging
    vocabulary = parts.vocabulary if staging.complete else None
    certain = certain_stages(staging.stages)
    stages = read_effects(staging, parts.vocabulary, parts.numbers, sources, findings)
    refuse_leaving(parts.readings, parts.numbers, stages, parts.refused, findings)
    cast = Cast(tuple(parts.forces), parts.groups)
    claims = read_claims(
        entries(root, "claims"), vocabulary, certain, changing(parts.numbers, stages), sources,
        findings,
    )  # fmt: skip
    reads = Reads.of(parts.numbers, stages, claims)
    pairs = entries(root, "forces")
    check_weight(pairs, parts.forces, stages, cast, parts.numbers, reads, findings)
    names = tuple(key.value for key, _ in entries(root, "stages"))
    check_order(staging, names, findings)
    check_rooms(staging, cast, findings)
    observed = read_observed(entries(root, "observed"), staging, names, findings)
    like = read_likeness(root, vocabulary, sources, findings)
    omissions = read_omissions(root, sources, findings)
    sources.tell_missing()
    findings.raise_any()
    doubt_intervals(parts.readings, findings)
    doubt_idle_forces(pairs, cast, stages, parts.numbers, reads, findings)
    doubt_idle_unknowns(parts.readings, reads, findings)
    doubt_idle_attributes(entries(root, "attributes"), reads, findings)
    doubt_effects(staging.nodes, stages, parts.numbers, findings)
    owned = (parts.forces, parts.backers, stages)
    owners = {key: part.provenance for group in owned for key, part in group.items()}
    doubt_unsourced(parts.readings, unsourced(parts.numbers, owners), findings)
    canonical = canonical_text(root)
    return Crisis(
        slug=file.parent.resolve().name,
        title=_title(root),
        folder=file.parent,
        account=text,
        forces=parts.forces,
        backers=parts.backers,
        groups=parts.groups,
        stages=stages,
        numbers=parts.numbers,
        observed=observed,
        claims=claims,
        references=references,
        vocabulary=parts.vocabulary,
        attributes=parts.attributes,
        like=like,
        omissions=omissions,
        uncovered=account.uncovered(sources.quotes) if account is not None else (),
        warnings=findings.warnings(),
        canonical=canonical,
        digest=digest(canonical),
        account_digest=digest(with_plain_line_ends(text)),
        account_file=account.file if account is not None else "",
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a scenario holds between its title and its claims."""

    forces: dict[str, Force]
    backers: dict[str, Backer]
    groups: dict[str, tuple[str, ...]]
    staging: Staging
    readings: list[Reading]
    numbers: dict[str, Number]
    refused: frozenset[str]
    vocabulary: Vocabulary
    attributes: dict[str, Declared]


def _read_parts(
    root: Mapping,
    models: Lookup[str, type[StageModel]],
    account: str,
    sources: Sources,
    findings: Findings,
) -> _Parts:
    forces = read_forces(entries(root, "forces"), account, sources, findings)
    names = tuple(key.value for key, _ in entries(root, "forces"))
    groups = read_groups(root, findings)
    cast = Cast(names, groups)
    staging = read_stages(entries(root, "stages"), models, cast, sources, findings)
    backers = read_backers(
        entries(root, "backers"), forces, staging.camps, account, sources, findings
    )
    constants = _constants(staging.stages)
    check_names(root, staging.stages, constants, findings)
    declarations = read_declarations(entries(root, "attributes"), sources, findings)
    slots = _slots(root, staging, constants, names, declarations, findings)
    readings = read_slots(slots, staging.nodes, groups, findings, sources)
    vocabulary = build_vocabulary(root, readings, groups, staging.stages)
    numbers, refused = build_numbers(readings, vocabulary, findings)
    check_sworn(entries(root, "forces"), staging.stages, numbers, findings)
    attributes = {key: declaration.declared for key, declaration in declarations.items()}
    return _Parts(
        forces, backers, groups, staging, readings, numbers, refused, vocabulary, attributes
    )


def _slots(
    root: Mapping,
    staging: Staging,
    constants: Lookup[str, Constant],
    forces: tuple[str, ...],
    declarations: Lookup[str, Declaration],
    findings: Findings,
) -> list[Slot]:
    unknowns = root.get("unknowns")
    slots = list(unknown_slots(unknowns if isinstance(unknowns, Mapping) else None, constants))
    read = [name for stage in staging.stages.values() for name in stage.model.attributes]
    declared = [declaration.attribute for declaration in declarations.values()]
    for key, node in entries(root, "forces"):
        if isinstance(node, Mapping):
            slots.extend(
                force_slots(key.value, node, read, forces, staging.camps, declared, findings)
            )
    for key, node in entries(root, "backers"):
        if isinstance(node, Mapping):
            slots.extend(backer_slots(key.value, node, forces, findings))
    for stage in staging.stages.values():
        slots.extend(stage_slots(stage, staging.nodes[stage.key]))
    return slots


def _constants(stages: Lookup[str, Stage]) -> dict[str, Constant]:
    return {
        constant.name: constant for stage in stages.values() for constant in stage.model.constants
    }


def _references(root: Mapping) -> dict[str, Reference]:
    return {
        key.value: Reference(key.value, " ".join(node.value.split()))
        for key, node in entries(root, "references")
        if isinstance(node, Scalar)
    }


def _account(root: Mapping, folder: Path, findings: Findings) -> Account | None:
    node = root.get("account")
    if not isinstance(node, Scalar) or node.broken:
        return None
    return read_account(folder, node, findings)


def _title(root: Mapping) -> str:
    node = root.get("title")
    return " ".join(node.value.split()) if isinstance(node, Scalar) else ""
