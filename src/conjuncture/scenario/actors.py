"""The forces and backers of a scenario, and the attributes that it declares for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.language.linker import link_value
from conjuncture.language.names import LanguageErrors, unknown_name
from conjuncture.language.nodes import Name, NumberLiteral, walk
from conjuncture.language.parser import parse_value
from conjuncture.language.symbols import (
    BATTALIONS,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Domain,
    Kind,
    Unit,
    Vocabulary,
)
from conjuncture.language.value_ranges import ValueRanges
from conjuncture.scenario.attributes import ATTRIBUTES, BACKER_ATTRIBUTES, Attribute
from conjuncture.scenario.cells import CellSlot
from conjuncture.scenario.crisis import Backer, DeclaredAttribute, Force, Number, Place, Stage
from conjuncture.scenario.dependencies import CellUsage
from conjuncture.scenario.interval_analysis import MagnitudeBounds, out_of_domain_problem
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_model import Cast
from conjuncture.scenario.wording import (
    ARTICLES,
    is_plural,
    phrase_of,
    phrase_of_key,
    plain_label,
    read_wording,
)
from conjuncture.scenario.written_values import DOMAINS, read_choice
from conjuncture.scenario.yaml_tree import Entries, MappingNode, ScalarNode

WIDEST = {UNIT_INTERVAL: "0.05 to 0.95", NON_NEGATIVE: "0.1 to 10", REAL: "-2 to 2"}
"""What the placebo run puts in the place of a declared attribute that names nothing wider."""

UNITS = {"none": DIMENSIONLESS, "battalions": BATTALIONS, "thousands": THOUSANDS}
"""How a unit is written."""

_TOWARD = ("force", "camp")
_TAKEN = ("name", "short", "kind", "quote", "note", "source", "side")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared attribute, for slots as an attribute like any other, and for the crisis."""

    attribute: Attribute
    declared: DeclaredAttribute


def toward_of_attributes(pairs: Entries) -> dict[str, str]:
    """Return the declared attributes, each with what it is kept apart for, as they stand."""
    found = {}
    for key, node in pairs:
        toward = _scalar_under(node, "toward") if isinstance(node, MappingNode) else None
        known = toward is not None and toward.value in _TOWARD
        if key.value not in ATTRIBUTES and key.value not in _TAKEN:
            found[key.value] = toward.value if toward is not None and known else ""
    return found


def read_declarations(
    pairs: Entries, sources: ProvenanceReader, diagnostics: Diagnostics
) -> dict[str, Declaration]:
    """Return the attributes that a scenario declares, in the order of the file.

    Parameters
    ----------
    pairs : list
        The entries of ``attributes`` in the tree.
    sources : ProvenanceReader
        Reads quotes and sources.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    kept = toward_of_attributes(pairs)
    found: dict[str, Declaration] = {}
    for key, node in pairs:
        if key.value not in kept or key.value in BACKER_ATTRIBUTES:
            problem = f"'{key.value}' is a word for something else already"
            if key.value in ATTRIBUTES:
                problem = f"every force can have '{key.value}' without its being declared"
            diagnostics.refuse(key, problem, "choose another name, or delete it")
        elif isinstance(node, MappingNode):
            found[key.value] = _read_declaration(key, node, kept[key.value], sources, diagnostics)
    return found


def _read_declaration(
    key: ScalarNode,
    node: MappingNode,
    toward: str,
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> Declaration:
    name = key.value
    domain: Domain = read_choice(node, "domain", DOMAINS, UNIT_INTERVAL, diagnostics)
    unit: Unit = read_choice(node, "unit", UNITS, DIMENSIONLESS, diagnostics)
    if unit != DIMENSIONLESS and domain == UNIT_INTERVAL:
        problem = f"'{name}' is a share between 0 and 1 and cannot be counted in {unit}"
        diagnostics.refuse(
            _scalar_under(node, "unit") or key, problem, "write 'domain: at least 0'"
        )
        domain = NON_NEGATIVE
    kind = Kind(domain, unit)
    default = _read_law(name, node, "default", kind, diagnostics)
    if default and toward == "force":
        problem = f"'{name}' is kept toward forces, and a default would tie every force to all"
        diagnostics.refuse(
            _scalar_under(node, "default") or key, problem, "state it where it matters"
        )
        default = ""
    widest = _read_law(name, node, "widest", kind, diagnostics) or WIDEST[domain]
    meaning = _scalar_under(node, "meaning")
    says = " ".join(meaning.value.split()) if meaning is not None else ""
    place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
    provenance = sources.read(node)
    return Declaration(
        Attribute(name, domain, unit, default, widest, says, toward),
        DeclaredAttribute(name, domain, unit, toward, default, says, provenance, place),
    )


def _read_law(
    name: str, node: MappingNode, field: str, kind: Kind, diagnostics: Diagnostics
) -> str:
    """Return what a default says: a number, an interval or a law, nothing that reads a name."""
    written = _scalar_under(node, field)
    if written is None:
        return ""
    try:
        tree = parse_value(written.value)
        for read, _ in walk(tree):
            if isinstance(read, Name):
                problem = f"the '{field}' of '{name}' stands by itself and reads no other number"
                diagnostics.refuse_at(
                    written.offset_in_file(read.start), problem, "write a number or an interval"
                )
                return ""
        linked = link_value(tree, Vocabulary({}, (), (), {}, {}), kind, name)
    except LanguageErrors as errors:
        diagnostics.refuse_text(written, errors)
        return ""
    text = written.value
    found = next(MagnitudeBounds({}).find_too_large(linked, text), None)
    found = found or out_of_domain_problem(CellSlot(name, kind), linked, ValueRanges({}), text, {})
    if found is not None:
        diagnostics.refuse_at(written.offset_in_file(found.start), found.problem, found.remedy)
        return ""
    return " ".join(written.value.split())


def _scalar_under(node: MappingNode, key: str) -> ScalarNode | None:
    value = node.get(key)
    return value if isinstance(value, ScalarNode) and not value.broken else None


def read_forces(
    pairs: Entries, account: str, sources: ProvenanceReader, diagnostics: Diagnostics
) -> dict[str, Force]:
    """Return the forces in the order of the file; the account shows how their names are written."""
    forces = {}
    names = {key.value for key, _ in pairs}
    for key, node in pairs:
        if isinstance(node, MappingNode):
            ties = _known_keys(node, "ties", names)
            place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
            forces[key.value] = Force(
                key.value,
                *_read_names(key.value, node, account, diagnostics),
                _read_text(node, "kind") or "force",
                tuple(tie for tie in ties if tie != key.value),
                sources.read(node),
                place,
            )
    return forces


def read_backers(
    pairs: Entries,
    forces: Mapping[str, Force],
    camps: tuple[str, ...] | None,
    account: str,
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> dict[str, Backer]:
    """Return the backers; a camp that is not there is told (``camps`` None: not known)."""
    backers = {}
    for key, node in pairs:
        if not isinstance(node, MappingNode):
            continue
        camp = node.get("camp")
        name = _read_text(node, "camp")
        if name and camp is not None and camps is not None and name not in camps:
            diagnostics.refuse(camp, *unknown_name("camp", name, camps))
        place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
        backers[key.value] = Backer(
            key.value,
            *_read_names(key.value, node, account, diagnostics),
            name,
            _known_keys(node, "reach", forces),
            sources.read(node),
            place,
        )
    return backers


def check_weight(
    pairs: Entries,
    forces: Mapping[str, Force],
    stages: Mapping[str, Stage],
    cast: Cast,
    numbers: Mapping[str, Number],
    reads: CellUsage,
    diagnostics: Diagnostics,
) -> None:
    """Note forces that can change nothing: no weight, no tie, at no camp's core, read by nothing.

    A force that a stage without camps names (a player, a claimant) acts there, whatever it weighs,
    and one to which an effect gives weight has it later.
    """
    if not any({"troops", "mass"} & set(stage.model.attributes) for stage in stages.values()):
        return
    cores = {core for stage in stages.values() for core in stage.model.camps_of().values()}
    leaders = {tie for force in forces.values() for tie in force.ties}
    acting = {
        force
        for stage in stages.values()
        if not stage.model.camps_of()
        for force in stage.model.takes_part(cast)
    }
    given = {
        change.key
        for stage in stages.values()
        for effect in stage.effects
        for change in effect.changes
        if change.how != "shift"
    }
    weighty = {
        force
        for force in forces
        if any(
            (number := numbers.get(cell := f"{force}.{attribute}")) is not None
            and (number.value != NumberLiteral(0.0) or cell in given)
            for attribute in ("troops", "mass")
        )
    }
    idle = set(forces) - weighty - cores - leaders - acting
    idle -= reads.find_read_owners(idle, numbers)
    for key, _ in pairs:
        if key.value in idle:
            diagnostics.refuse(
                key,
                f"'{key.value}' has neither troops nor mass, and no force has a tie to it, nothing "
                "reads its numbers, so it changes nothing",
                "give it 'troops' or 'mass', or another force a tie to it, or leave it out",
            )


def check_sworn(
    pairs: Entries,
    stages: Mapping[str, Stage],
    numbers: Mapping[str, Number],
    diagnostics: Diagnostics,
) -> None:
    """Note forces that are sworn to two camps of one stage, or to another camp than their own."""
    for key, node in pairs:
        leans = node.get("leans") if isinstance(node, MappingNode) else None
        if not isinstance(leans, MappingNode):
            continue
        sworn = [
            (camp, value)
            for camp, value in leans.pairs
            if (number := numbers.get(f"{key.value}.leans.{camp.value}")) is not None
            and number.may_be_sworn
        ]
        for stage in stages.values():
            _check_oaths(key.value, stage, sworn, diagnostics)


def _check_oaths(force: str, stage: Stage, sworn: Entries, diagnostics: Diagnostics) -> None:
    camps = stage.model.camps_of()
    own = next((camp for camp, core in camps.items() if core == force), None)
    first = own
    for camp, value in sworn:
        if camp.value not in camps or camp.value == own:
            continue
        if first is None:
            first = camp.value
        elif first == own:
            problem = f"'{force}' is the core of '{own}' and cannot be sworn to '{camp.value}'"
            diagnostics.refuse(value, problem, "delete this leaning")
        else:
            problem = f"'{force}' is sworn to '{first}' and to '{camp.value}'"
            diagnostics.refuse(
                value, problem, "a force is sworn to one camp: write 'firm' for the other"
            )


def _read_names(
    key: str, node: MappingNode, account: str, diagnostics: Diagnostics
) -> tuple[str, str, bool]:
    """Return a name, how sentences call it, and whether that means several."""
    stated, plural = _read_text(node, "name"), _read_text(node, "plural")
    short = read_wording(node, "short", diagnostics, "the regiments")
    name = stated or short or plain_label(key)
    phrase = phrase_of(stated, account) if stated else phrase_of_key(key, account)
    first, blank, rest = short.partition(" ")
    if short:
        phrase = (first.lower() if first.lower() in ARTICLES else first) + blank + rest
    return name, phrase, plural == "yes" if plural else is_plural(phrase)


def _known_keys(
    node: MappingNode, name: str, known: Mapping[str, object] | set[str]
) -> tuple[str, ...]:
    stated = node.get(name)
    if not isinstance(stated, MappingNode):
        return ()
    return tuple(key.value for key, _ in stated.pairs if key.value in known)


def _read_text(node: MappingNode, name: str) -> str:
    value = node.get(name)
    return (
        " ".join(value.value.split()) if isinstance(value, ScalarNode) and not value.broken else ""
    )
