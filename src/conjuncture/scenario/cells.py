"""Every place of a scenario that holds a number, stated or not, and the number it holds.

What may stand there follows from its kind; the domain of an unknown is written, told from its uses
or told from the law it is drawn from. The cells come out linked and free of cycles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from conjuncture.graph import cycles
from conjuncture.language.name_resolution import dotted_name_of, is_bare
from conjuncture.language.names import LanguageErrors, unknown_name
from conjuncture.language.nodes import Call, Expression, Name, NumberLiteral, literal_value, walk
from conjuncture.language.parser import parse_expression
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain, Kind, Vocabulary
from conjuncture.scenario.attributes import ATTRIBUTES, BACKER_ATTRIBUTES, Attribute
from conjuncture.scenario.crisis import Number, Place, Provenance, Stage, Words
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.schema_validation import locate
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_model import Constant
from conjuncture.scenario.written_values import WrittenValue, link_default, link_written, read_value
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode, SequenceNode, YamlNode


@dataclass(frozen=True, slots=True)
class CellSlot:
    """One cell before its value is read.

    Attributes
    ----------
    key : str
        The cell's key.
    kind : Kind
        What its value must be. For an unknown that is no structural constant it is only known
        once the value has been parsed.
    default, widest : str
        The documented ones, in the scenario language; both empty for a plain unknown.
    node : YamlNode or None
        The value as it stands in the file, if it is stated.
    name : ScalarNode or None
        The key in the file under which it stands.
    owner : str
        The force, backer or stage whose provenance also covers it; empty for an unknown.
    leaning, sworn : bool
        Whether words for leanings, and ``sworn``, may be written.
    declared : bool
        Whether the scenario itself declares the attribute.
    because : str
        Of an unknown, the number from whose use its domain was told.
    """

    key: str
    kind: Kind
    default: str = ""
    widest: str = ""
    node: YamlNode | None = None
    name: ScalarNode | None = None
    owner: str = ""
    leaning: bool = False
    sworn: bool = False
    declared: bool = False
    because: str = ""

    @property
    def is_plain_unknown(self) -> bool:
        """Whether it is an unknown that no mechanism documents."""
        return not self.owner and not self.default


def unknown_slots(
    unknowns: MappingNode | None, constants: Mapping[str, Constant]
) -> Iterator[CellSlot]:
    """Yield the unknowns in the order of the file, then the constants that are not named."""
    stated = {key.value: (key, value) for key, value in unknowns.pairs} if unknowns else {}
    for name, (key, value) in stated.items():
        constant = constants.get(name)
        if constant is None:
            yield CellSlot(name, Kind(REAL), node=value, name=key)
        else:
            kind = Kind(constant.domain, constant.unit)
            yield CellSlot(name, kind, constant.default, constant.default, value, key)
    for name, constant in constants.items():
        if name not in stated:
            kind = Kind(constant.domain, constant.unit)
            yield CellSlot(name, kind, constant.default, constant.default)


def force_slots(
    force: str,
    node: MappingNode,
    read: Iterable[str],
    forces: tuple[str, ...],
    camps: tuple[str, ...] | None,
    declared: Iterable[Attribute],
    diagnostics: Diagnostics,
) -> Iterator[CellSlot]:
    """Yield the numbers of a force.

    Parameters
    ----------
    force : str
        Its key.
    node : MappingNode
        What the scenario says of it.
    read : iterable of str
        The attributes that the mechanisms in use read.
    forces : tuple of str
        All forces.
    camps : tuple of str or None
        All camps of all stages; None when they could not be read.
    declared : iterable of Attribute
        The attributes that the scenario declares.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    wanted = set(read)
    for attribute in ATTRIBUTES.values():
        always = attribute.name in wanted
        known = forces if attribute.toward == "force" else camps
        everywhere = always and attribute.name == "leans"
        if attribute.toward:
            yield from _slots_toward(
                force, node, attribute, known, diagnostics, everywhere=everywhere
            )
        else:
            yield from _single_slot(force, node, attribute, always=always)
    for attribute in declared:
        always = bool(attribute.default)
        known = forces if attribute.toward == "force" else camps
        if attribute.toward:
            found = _slots_toward(force, node, attribute, known, diagnostics, everywhere=always)
        else:
            found = _single_slot(force, node, attribute, always=always)
        for slot in found:
            yield replace(slot, default=slot.default or slot.widest, declared=True)


def _single_slot(
    force: str, node: MappingNode, attribute: Attribute, *, always: bool
) -> Iterator[CellSlot]:
    value = node.get(attribute.name)
    if value is not None or always:
        key = node.key(attribute.name)
        yield _make_slot(f"{force}.{attribute.name}", attribute, value, key, force)


def _slots_toward(
    force: str,
    node: MappingNode,
    attribute: Attribute,
    known: tuple[str, ...] | None,
    diagnostics: Diagnostics,
    *,
    everywhere: bool,
) -> Iterator[CellSlot]:
    """Yield the numbers of an attribute that is kept for each camp or each other force."""
    stated = _stated_members(node.get(attribute.name), known, attribute.toward, diagnostics)
    if attribute.toward == "force" and force in stated:
        itself, _ = stated.pop(force)
        what = "a tie to itself" if attribute.name == "ties" else f"'{attribute.name}' to itself"
        diagnostics.refuse(itself, f"'{force}' cannot have {what}", "delete it")
    others = known or () if everywhere else ()
    for other in dict.fromkeys((*others, *stated)):
        name, item = stated.get(other, (None, None))
        yield _make_slot(f"{force}.{attribute.name}.{other}", attribute, item, name, force)


def backer_slots(
    backer: str, node: MappingNode, forces: tuple[str, ...], diagnostics: Diagnostics
) -> Iterator[CellSlot]:
    """Yield the numbers of a backer: its materiel, and its reach where that is stated."""
    materiel, reach = BACKER_ATTRIBUTES["materiel"], BACKER_ATTRIBUTES["reach"]
    value, key = node.get("materiel"), node.key("materiel")
    yield _make_slot(f"{backer}.materiel", materiel, value, key, backer)
    for force, (name, item) in _stated_members(
        node.get("reach"), forces, "force", diagnostics
    ).items():
        yield _make_slot(f"{backer}.reach.{force}", reach, item, name, backer)


def stage_slots(stage: Stage, node: MappingNode) -> Iterator[CellSlot]:
    """Yield the numbers and the choices of rules that belong to a stage itself."""
    for value in stage.model.values():
        found, name, complete = locate(node, value.path)
        yield CellSlot(
            f"{stage.key}.{value.key}",
            Kind(value.domain, value.unit, value.choices or None),
            value.default,
            value.widest,
            found if complete and value.written is not None else None,
            name if complete else None,
            stage.key,
        )


def _make_slot(
    key: str, attribute: Attribute, node: YamlNode | None, name: ScalarNode | None, owner: str
) -> CellSlot:
    return CellSlot(
        key,
        Kind(attribute.domain, attribute.unit),
        attribute.default,
        attribute.widest,
        node,
        name,
        owner,
        leaning=attribute.name in ("leans", "reach"),
        sworn=attribute.name == "leans",
    )


def _stated_members(
    node: YamlNode | None, known: tuple[str, ...] | None, what: str, diagnostics: Diagnostics
) -> dict[str, tuple[ScalarNode, YamlNode]]:
    """Return what a mapping from camps or forces states; names that are not known are told."""
    if not isinstance(node, MappingNode):
        return {}
    stated = {}
    for key, value in node.pairs:
        if known is not None and key.value not in known:
            diagnostics.refuse(key, *unknown_name(what, key.value, known))
        elif known is not None:
            stated[key.value] = (key, value)
    return stated


MOST_IN_A_ROW = 50
"""Unknowns that are each nothing but the next, and still have a domain told from use."""


@dataclass(frozen=True, slots=True)
class ValueUse:
    """Where a tree is used: the key of the number, and its domain where that is known.

    The domain is None in an unknown whose own is not known yet, and in what is no number of its
    own.
    """

    key: str
    domain: Domain | None


ValueUses = Iterable[tuple[Expression, ValueUse]]


def domains_of(
    unknowns: Mapping[str, WrittenValue], uses: ValueUses
) -> dict[str, tuple[Domain, str]]:
    """Return the domain of every unknown, and the number from whose use it was told, if any.

    What an unknown says itself counts first. Where it says nothing and every use puts it, as it is,
    into numbers of one domain, it has that domain; otherwise that of the laws it is drawn from,
    or it can be any number.

    Parameters
    ----------
    unknowns : mapping of str to WrittenValue
        The unknowns that no mechanism documents.
    uses : iterable of (Expression, ValueUse)
        Every tree of a scenario that may read an unknown, as it was parsed.
    """
    found = _DomainInference(unknowns, uses)
    return {name: found.of(name) for name in unknowns}


class _DomainInference:
    def __init__(self, unknowns: Mapping[str, WrittenValue], uses: ValueUses) -> None:
        self._unknowns = unknowns
        self._bare: dict[str, dict[ValueUse, None]] = {name: {} for name in unknowns}
        self._mixed: set[str] = set()
        self._known: dict[str, tuple[Domain, str]] = {}
        self._asked: set[str] = set()
        for tree, use in uses:
            if isinstance(tree, Name) and is_bare(tree) and tree.root in unknowns:
                self._bare[tree.root][use] = None
                continue
            for node, _ in walk(tree):
                if isinstance(node, Name) and is_bare(node) and node.root in unknowns:
                    self._mixed.add(node.root)

    def of(self, name: str) -> tuple[Domain, str]:
        if name not in self._known:
            if len(self._asked) - len(self._known) >= MOST_IN_A_ROW:
                return REAL, ""
            self._asked.add(name)
            self._known[name] = self._infer(name)
        return self._known[name]

    def _infer(self, name: str) -> tuple[Domain, str]:
        written = self._unknowns[name]
        if written.domain is not None:
            return written.domain, ""
        told = None if name in self._mixed else self._infer_from_uses(name)
        if told is None or told[0] == REAL:
            return _domain_of_laws(written), ""
        return told

    def _infer_from_uses(self, name: str) -> tuple[Domain, str] | None:
        domains: dict[Domain, str] = {}
        for use in self._bare[name]:
            if use.domain is not None:
                domains.setdefault(use.domain, use.key)
            elif use.key in self._asked and use.key not in self._known:
                return None  # They need each other, which is told elsewhere.
            elif use.key in self._unknowns:
                domains.setdefault(self.of(use.key)[0], use.key)
            else:
                return None
        return next(iter(domains.items())) if len(domains) == 1 else None


def uses_of_values(
    slots: Iterable[tuple[CellSlot, WrittenValue | None]],
) -> Iterator[tuple[Expression, ValueUse]]:
    """Yield the trees of all values, each with the number that it is for."""
    for slot, written in slots:
        for option in written.options if written is not None else ():
            if slot.kind.labels is None:
                yield (
                    option.tree,
                    ValueUse(slot.key, None if slot.is_plain_unknown else slot.kind.domain),
                )


def uses_of_effects(
    nodes: Mapping[str, MappingNode],
    kinds: Mapping[str, Kind],
    groups: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[Expression, ValueUse]]:
    """Yield the trees of all effects, each with the number that it moves.

    Texts that cannot be read are told where effects are read.
    """
    for node in nodes.values():
        listed = node.get("effects")
        for item in listed.items if isinstance(listed, SequenceNode) else ():
            for how in ("set", "clip", "shift"):
                section = item.get(how) if isinstance(item, MappingNode) else None
                for key, value in section.pairs if isinstance(section, MappingNode) else ():
                    tree = _parse_or_none(value) if isinstance(value, ScalarNode) else None
                    if tree is not None:
                        kind = _kind_of_target(key, kinds, groups)
                        taken = kind.domain if kind is not None and how != "shift" else None
                        yield tree, ValueUse(key.value, REAL if how == "shift" else taken)


def _parse_or_none(value: ScalarNode) -> Expression | None:
    try:
        return parse_expression(value.value)
    except LanguageErrors:
        return None


def _kind_of_target(
    key: ScalarNode, kinds: Mapping[str, Kind], groups: Mapping[str, tuple[str, ...]]
) -> Kind | None:
    name = _parse_or_none(key)
    if not isinstance(name, Name):
        return None
    members = groups.get(name.root, (name.root,))
    found = (kinds.get(dotted_name_of(replace(name, root=member))) for member in members)
    return next((kind for kind in found if kind is not None), None)


def _domain_of_laws(written: WrittenValue) -> Domain:
    """Return the domain of the laws that an unknown is drawn from, else any number."""
    found = [
        _LAW_DOMAINS.get(option.tree.function, _domain_of_bounds(option.tree))
        if isinstance(option.tree, Call)
        else REAL
        for option in written.options
    ]
    for domain in (REAL, NON_NEGATIVE, UNIT_INTERVAL):
        if domain in found:
            return domain
    return REAL


_LAW_DOMAINS = {
    "lognormal": NON_NEGATIVE,
    "gamma": NON_NEGATIVE,
    "exponential": NON_NEGATIVE,
    "loguniform": NON_NEGATIVE,
    "beta": UNIT_INTERVAL,
    "logitnormal": UNIT_INTERVAL,
}


def _domain_of_bounds(call: Call) -> Domain:
    """Return the domain of ``uniform`` and ``triangular``, which their first end bounds."""
    lowest = literal_value(call.arguments[0]) if call.arguments else None
    bounded = call.function in ("uniform", "triangular") and lowest is not None and lowest >= 0
    return NON_NEGATIVE if bounded else REAL


MOST_STATED = 2_000
"""Numbers that a scenario may state."""


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A slot and what the scenario writes there, if anything."""

    slot: CellSlot
    written: WrittenValue | None


def read_slots(
    slots: Sequence[CellSlot],
    nodes: Mapping[str, MappingNode],
    groups: Mapping[str, tuple[str, ...]],
    diagnostics: Diagnostics,
    sources: ProvenanceReader,
) -> list[SlotValue]:
    """Parse the value of every slot that is stated, and tell the domains of unknowns.

    Parameters
    ----------
    slots : sequence of CellSlot
    nodes : mapping of str to Mapping
        The stages as they stand, for their effects.
    groups : mapping of str to tuple of str
    diagnostics : Diagnostics
        Where mistakes go.
    sources : ProvenanceReader
        Reads quotes and sources.
    """
    stated = [slot for slot in slots if slot.node is not None]
    if len(stated) > MOST_STATED:
        extra = stated[MOST_STATED]
        problem = f"the scenario states more than {MOST_STATED:,} numbers"
        if extra.node is not None:
            diagnostics.refuse(extra.node, problem, "leave some to their defaults")
        return []
    written = {
        slot.key: read_value(
            slot.node, diagnostics, sources, unknown=slot.is_plain_unknown, constant=not slot.owner
        )
        for slot in slots
        if slot.node is not None
    }
    read = [(slot, written.get(slot.key)) for slot in slots]
    unknowns = {slot.key: one for slot, one in read if slot.is_plain_unknown and one is not None}
    kinds = {slot.key: slot.kind for slot in slots}
    uses = chain(uses_of_values(read), uses_of_effects(nodes, kinds, groups))
    domains = domains_of(unknowns, uses)
    readings = []
    for slot, one in read:
        if slot.key in domains:
            domain, because = domains[slot.key]
            slot = replace(slot, kind=Kind(domain), because=because)  # noqa: PLW2901
        readings.append(SlotValue(slot, one))
    return readings


def build_numbers(
    readings: Sequence[SlotValue], vocabulary: Vocabulary, diagnostics: Diagnostics
) -> tuple[dict[str, Number], frozenset[str]]:
    """Return every cell of the scenario by key, and which of them were refused.

    A stated value that was refused is replaced by a documented one, so that the rest can be
    checked; the scenario is then refused as a whole.
    """
    numbers: dict[str, Number] = {}
    refused = set()
    for reading in readings:
        slot, written = reading.slot, reading.written
        value = None
        if written is not None:
            value = link_written(
                written, vocabulary, slot.kind, slot.key, diagnostics,
                leaning=slot.leaning, sworn=slot.sworn, because=slot.because,
            )  # fmt: skip
            if value is None:
                refused.add(slot.key)
        numbers[slot.key] = _make_number(slot, written, value, vocabulary, diagnostics)
    refused |= _tell_cycles(numbers, readings, diagnostics)
    return numbers, frozenset(refused)


def _make_number(
    slot: CellSlot,
    written: WrittenValue | None,
    value: Expression | None,
    vocabulary: Vocabulary,
    diagnostics: Diagnostics,
) -> Number:
    place = None
    if slot.node is not None:
        place = Place(diagnostics.source.file, *diagnostics.source.position_of(slot.node.start))
    if slot.is_plain_unknown:
        default = widest = value if value is not None else NumberLiteral(0.0)
    else:
        default = link_default(slot.default, vocabulary, slot.kind, slot.key, leaning=slot.leaning)
        widest = default
        if written is not None or slot.declared:
            widest = link_default(
                slot.widest, vocabulary, slot.kind, slot.key, leaning=slot.leaning
            )
    return Number(
        slot.key,
        value if value is not None else default if written is None else widest,
        widest,
        slot.kind.domain,
        slot.kind.unit,
        stated=written is not None,
        place=place,
        provenance=written.provenance if written is not None else Provenance(),
        written=written.text if written is not None else slot.default,
        words=written.words if written is not None else Words(),
    )


def _tell_cycles(
    numbers: Mapping[str, Number], readings: Sequence[SlotValue], diagnostics: Diagnostics
) -> set[str]:
    """Note values that need each other, and return which do."""
    found = set()
    written = {reading.slot.key: reading.written for reading in readings}
    edges = {
        key: [cell for cell in sorted(number.reads) if cell in numbers]
        for key, number in numbers.items()
        if number.stated
    }
    for path in cycles(edges):
        found |= {*path}
        node = written[path[0]]
        if node is not None:
            problem = f"these values need each other: {' → '.join((*path, path[0]))}"
            diagnostics.refuse(node.node, problem, "give one of them a value of its own")
    return found
