"""Attributes that a scenario declares: trust, fear, grievance, whatever its account speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from conjuncture.language.linking import link_value
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Name
from conjuncture.language.parser import parse_value
from conjuncture.language.spans import Spans
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
from conjuncture.scenario.crisis import Declared, Place
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.leaving import Sizes, leaving
from conjuncture.scenario.provenance import Sources
from conjuncture.scenario.slots import Slot
from conjuncture.scenario.tree import Entries, Mapping, Scalar
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
    declared: Declared


def towards(pairs: Entries) -> dict[str, str]:
    """Return the declared attributes, each with what it is kept apart for, as they stand."""
    found = {}
    for key, node in pairs:
        toward = _text(node, "toward") if isinstance(node, Mapping) else None
        known = toward is not None and toward.value in _TOWARD
        if key.value not in ATTRIBUTES and key.value not in _TAKEN:
            found[key.value] = toward.value if toward is not None and known else ""
    return found


def read_declarations(
    pairs: Entries, sources: Sources, findings: Findings
) -> dict[str, Declaration]:
    """Return the attributes that a scenario declares, in the order of the file.

    Parameters
    ----------
    pairs : list
        The entries of ``attributes`` in the tree.
    sources : Sources
        Reads quotes and sources.
    findings : Findings
        Where mistakes go.
    """
    kept = towards(pairs)
    found: dict[str, Declaration] = {}
    for key, node in pairs:
        if key.value not in kept or key.value in BACKER_ATTRIBUTES:
            problem = f"'{key.value}' is a word for something else already"
            if key.value in ATTRIBUTES:
                problem = f"every force can have '{key.value}' without its being declared"
            findings.of(key, problem, "choose another name, or delete it")
        elif isinstance(node, Mapping):
            found[key.value] = _declaration(key, node, kept[key.value], sources, findings)
    return found


def _declaration(
    key: Scalar, node: Mapping, toward: str, sources: Sources, findings: Findings
) -> Declaration:
    name = key.value
    domain: Domain = read_choice(node, "domain", DOMAINS, UNIT_INTERVAL, findings)
    unit: Unit = read_choice(node, "unit", UNITS, DIMENSIONLESS, findings)
    if unit != DIMENSIONLESS and domain == UNIT_INTERVAL:
        problem = f"'{name}' is a share between 0 and 1 and cannot be counted in {unit}"
        findings.of(_text(node, "unit") or key, problem, "write 'domain: at least 0'")
        domain = NON_NEGATIVE
    kind = Kind(domain, unit)
    default = _law(name, node, "default", kind, findings)
    if default and toward == "force":
        problem = f"'{name}' is kept toward forces, and a default would tie every force to all"
        findings.of(_text(node, "default") or key, problem, "state it where it matters")
        default = ""
    widest = _law(name, node, "widest", kind, findings) or WIDEST[domain]
    meaning = _text(node, "meaning")
    says = " ".join(meaning.value.split()) if meaning is not None else ""
    place = Place(findings.source.file, *findings.source.position(key.start))
    provenance = sources.read(node)
    return Declaration(
        Attribute(name, domain, unit, default, widest, says, toward),
        Declared(name, domain, unit, toward, default, says, provenance, place),
    )


def _law(name: str, node: Mapping, field: str, kind: Kind, findings: Findings) -> str:
    """Return what a default says: a number, an interval or a law, nothing that reads a name."""
    written = _text(node, field)
    if written is None:
        return ""
    try:
        tree = parse_value(written.value)
        for read, _ in walk(tree):
            if isinstance(read, Name):
                problem = f"the '{field}' of '{name}' stands by itself and reads no other number"
                findings.at(written.offset(read.start), problem, "write a number or an interval")
                return ""
        linked = link_value(tree, Vocabulary({}, (), (), {}, {}), kind, name)
    except LanguageErrors as errors:
        findings.within(written, errors)
        return ""
    text = written.value
    found = next(Sizes({}).too_large(linked, text), None)
    found = found or leaving(Slot(name, kind), linked, Spans({}), text, {})
    if found is not None:
        findings.at(written.offset(found.start), found.problem, found.remedy)
        return ""
    return " ".join(written.value.split())


def _text(node: Mapping, key: str) -> Scalar | None:
    value = node.get(key)
    return value if isinstance(value, Scalar) and not value.broken else None
