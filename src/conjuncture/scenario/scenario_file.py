"""Read a crisis: from a folder on disk to checked, linked, plain data.

The crises that ship with the package, each a folder whose name is its slug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from conjuncture.errors import UsageError
from conjuncture.language.names import find_nearest_name
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.account import Account
from conjuncture.scenario.actors import (
    Declaration,
    check_sworn,
    check_weight,
    read_backers,
    read_declarations,
    read_forces,
    toward_of_attributes,
)
from conjuncture.scenario.cells import (
    CellSlot,
    SlotValue,
    backer_slots,
    build_numbers,
    force_slots,
    read_slots,
    stage_slots,
    unknown_slots,
)
from conjuncture.scenario.crisis import (
    Backer,
    Crisis,
    DeclaredAttribute,
    Force,
    Number,
    Reference,
    Stage,
)
from conjuncture.scenario.dependencies import CellUsage, varying_cells
from conjuncture.scenario.effects import read_effects
from conjuncture.scenario.interval_analysis import refuse_out_of_domain
from conjuncture.scenario.likeness import read_likeness
from conjuncture.scenario.lint import (
    unsourced_numbers,
    warn_of_effects,
    warn_of_idle_attributes,
    warn_of_idle_forces,
    warn_of_idle_unknowns,
    warn_of_unsourced,
    warn_of_wide_intervals,
)
from conjuncture.scenario.models import scenario_model
from conjuncture.scenario.provenance import ProvenanceReader, read_account, read_omissions
from conjuncture.scenario.queries import read_claims
from conjuncture.scenario.schema_validation import validate
from conjuncture.scenario.source import Diagnostics, normalize_line_ends, read_source
from conjuncture.scenario.stage_graph import (
    ParsedStages,
    certain_stages,
    check_compile_time,
    check_order,
    constants_of,
    read_observed,
    read_stages,
)
from conjuncture.scenario.stage_model import Cast, Constant, StageModel
from conjuncture.scenario.vocabulary import build_vocabulary, check_names, entries_of, read_groups
from conjuncture.scenario.yaml_tree import (
    MappingNode,
    ScalarNode,
    canonical_text,
    digest,
    leading_texts,
    read_tree,
)

SCENARIO_FILE = "scenario.yaml"


def read_crisis(path: Path, models: Mapping[str, type[StageModel]]) -> Crisis:
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
    file = path / SCENARIO_FILE if path.is_dir() else path
    source = read_source(file, "the scenario")
    diagnostics = Diagnostics(source)
    root = read_tree(source, diagnostics)
    declared = toward_of_attributes(entries_of(root, "attributes"))
    outer = scenario_model(declared)
    validate(outer, root, diagnostics, "the scenario", constants=constants_of(models))
    references = _read_references(root)
    account = _read_account(root, file.parent, diagnostics)
    sources = ProvenanceReader(account, references, diagnostics)
    text = account.text if account is not None else ""
    parts = _read_parts(root, models, text, sources, diagnostics)
    staging = parts.staging
    vocabulary = parts.vocabulary if staging.complete else None
    certain = certain_stages(staging.stages)
    stages = read_effects(staging, parts.vocabulary, parts.numbers, sources, diagnostics)
    refuse_out_of_domain(parts.readings, parts.numbers, stages, parts.refused, diagnostics)
    cast = Cast(tuple(parts.forces), parts.groups)
    claims = read_claims(
        entries_of(root, "claims"), vocabulary, certain, varying_cells(parts.numbers, stages),
        sources, diagnostics,
    )  # fmt: skip
    reads = CellUsage.of(parts.numbers, stages, claims)
    pairs = entries_of(root, "forces")
    check_weight(pairs, parts.forces, stages, cast, parts.numbers, reads, diagnostics)
    names = tuple(key.value for key, _ in entries_of(root, "stages"))
    check_order(staging, names, diagnostics)
    check_compile_time(staging, cast, diagnostics)
    observed = read_observed(entries_of(root, "observed"), staging, names, diagnostics)
    like = read_likeness(root, vocabulary, sources, diagnostics)
    omissions = read_omissions(root, sources, diagnostics)
    sources.tell_missing()
    diagnostics.raise_any()
    warn_of_wide_intervals(parts.readings, diagnostics)
    warn_of_idle_forces(pairs, cast, stages, parts.numbers, reads, diagnostics)
    warn_of_idle_unknowns(parts.readings, reads, diagnostics)
    warn_of_idle_attributes(entries_of(root, "attributes"), reads, diagnostics)
    warn_of_effects(staging.nodes, stages, parts.numbers, diagnostics)
    owned = (parts.forces, parts.backers, stages)
    owners = {key: part.provenance for group in owned for key, part in group.items()}
    warn_of_unsourced(parts.readings, unsourced_numbers(parts.numbers, owners), diagnostics)
    canonical = canonical_text(root)
    return Crisis(
        slug=file.parent.resolve().name,
        title=_read_title(root),
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
        uncovered=account.uncovered_sentences(sources.quotes) if account is not None else (),
        warnings=diagnostics.warnings(),
        canonical=canonical,
        digest=digest(canonical),
        account_digest=digest(normalize_line_ends(text)),
        account_file=account.file if account is not None else "",
    )


@dataclass(frozen=True, slots=True)
class _ScenarioParts:
    """What a scenario holds between its title and its claims."""

    forces: dict[str, Force]
    backers: dict[str, Backer]
    groups: dict[str, tuple[str, ...]]
    staging: ParsedStages
    readings: list[SlotValue]
    numbers: dict[str, Number]
    refused: frozenset[str]
    vocabulary: Vocabulary
    attributes: dict[str, DeclaredAttribute]


def _read_parts(
    root: MappingNode,
    models: Mapping[str, type[StageModel]],
    account: str,
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> _ScenarioParts:
    forces = read_forces(entries_of(root, "forces"), account, sources, diagnostics)
    names = tuple(key.value for key, _ in entries_of(root, "forces"))
    groups = read_groups(root, diagnostics)
    cast = Cast(names, groups)
    staging = read_stages(entries_of(root, "stages"), models, cast, sources, diagnostics)
    backers = read_backers(
        entries_of(root, "backers"), forces, staging.camps, account, sources, diagnostics
    )
    constants = _constants_in(staging.stages)
    check_names(root, staging.stages, constants, diagnostics)
    declarations = read_declarations(entries_of(root, "attributes"), sources, diagnostics)
    slots = _collect_slots(root, staging, constants, names, declarations, diagnostics)
    readings = read_slots(slots, staging.nodes, groups, diagnostics, sources)
    vocabulary = build_vocabulary(root, readings, groups, staging.stages)
    numbers, refused = build_numbers(readings, vocabulary, diagnostics)
    check_sworn(entries_of(root, "forces"), staging.stages, numbers, diagnostics)
    attributes = {key: declaration.declared for key, declaration in declarations.items()}
    return _ScenarioParts(
        forces, backers, groups, staging, readings, numbers, refused, vocabulary, attributes
    )


def _collect_slots(
    root: MappingNode,
    staging: ParsedStages,
    constants: Mapping[str, Constant],
    forces: tuple[str, ...],
    declarations: Mapping[str, Declaration],
    diagnostics: Diagnostics,
) -> list[CellSlot]:
    unknowns = root.get("unknowns")
    slots = list(unknown_slots(unknowns if isinstance(unknowns, MappingNode) else None, constants))
    read = [name for stage in staging.stages.values() for name in stage.model.attributes]
    declared = [declaration.attribute for declaration in declarations.values()]
    for key, node in entries_of(root, "forces"):
        if isinstance(node, MappingNode):
            slots.extend(
                force_slots(key.value, node, read, forces, staging.camps, declared, diagnostics)
            )
    for key, node in entries_of(root, "backers"):
        if isinstance(node, MappingNode):
            slots.extend(backer_slots(key.value, node, forces, diagnostics))
    for stage in staging.stages.values():
        slots.extend(stage_slots(stage, staging.nodes[stage.key]))
    return slots


def _constants_in(stages: Mapping[str, Stage]) -> dict[str, Constant]:
    return {
        constant.name: constant for stage in stages.values() for constant in stage.model.constants
    }


def _read_references(root: MappingNode) -> dict[str, Reference]:
    return {
        key.value: Reference(key.value, " ".join(node.value.split()))
        for key, node in entries_of(root, "references")
        if isinstance(node, ScalarNode)
    }


def _read_account(root: MappingNode, folder: Path, diagnostics: Diagnostics) -> Account | None:
    node = root.get("account")
    if not isinstance(node, ScalarNode) or node.broken:
        return None
    return read_account(folder, node, diagnostics)


def _read_title(root: MappingNode) -> str:
    node = root.get("title")
    return " ".join(node.value.split()) if isinstance(node, ScalarNode) else ""


def crises() -> Mapping[str, Path]:
    """Return slug to folder of every crisis in the catalogue, in alphabetical order.

    Examples
    --------
    >>> crises()["bolivia-1970"].name
    'bolivia-1970'
    """
    folder = Path(str(files("conjuncture"))) / "crises"
    return {found.parent.name: found.parent for found in sorted(folder.glob(f"*/{SCENARIO_FILE}"))}


def find_scenario(scenario: str | Path) -> Path:
    """Return where a scenario is that is given as a path or as a slug of the catalogue.

    Raises
    ------
    UsageError
        When there is neither such a path nor such a slug.

    Examples
    --------
    >>> find_scenario("bolivia-1970").name
    'bolivia-1970'
    >>> find_scenario("bolivia-1790")
    Traceback (most recent call last):
    conjuncture.errors.UsageError: there is no scenario 'bolivia-1790'; did you mean 'bolivia-1970'?
    """
    path, known = Path(scenario), crises()
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        pass
    if str(scenario) in known:
        return known[str(scenario)]
    guess = find_nearest_name(str(scenario), known)
    remedy = f"did you mean '{guess}'?" if guess else "give a folder that holds scenario.yaml, or "
    if guess is None:
        remedy += f"one of the catalogue: {', '.join(known)}"
    raise UsageError(f"there is no scenario '{scenario}'; {remedy}")


def title_of(folder: Path) -> str:
    """Return the title of a crisis without reading all of it.

    Examples
    --------
    >>> title_of(find_scenario("bolivia-1970"))
    'Bolivia, October 1970'
    """
    source = read_source(folder / SCENARIO_FILE, "the scenario")
    return leading_texts(source).get("title", folder.name)
