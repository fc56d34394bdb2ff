"""Attributes that a scenario declares: trust, fear, grievance, whatever its account speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from conjuncture.language.linking import link_value
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Name
from conjuncture.language.parser import parse_value
from conjuncture.language.spans import ValueRanges
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
from conjuncture.language.walk import walk
from conjuncture.scenario.attributes import ATTRIBUTES, BACKER_ATTRIBUTES, Attribute
from conjuncture.scenario.crisis import DeclaredAttribute, Place
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.leaving import MagnitudeBounds, out_of_domain_problem
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.slots import CellSlot
from conjuncture.scenario.tree import Entries, MappingNode, ScalarNode
from conjuncture.scenario.values import DOMAINS, read_choice

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
    sources : Sources
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
