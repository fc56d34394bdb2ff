"""From slots to numbers: what every cell of a scenario is, linked and free of cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from conjuncture.language.nodes import Expression, NumberLiteral
from conjuncture.language.symbols import Kind, Vocabulary
from conjuncture.scenario.crisis import Number, Place, Provenance, Words
from conjuncture.scenario.domains import domains_of, uses_of_effects, uses_of_values
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.graph import cycles
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.slots import CellSlot
from conjuncture.scenario.tree import MappingNode
from conjuncture.scenario.values import WrittenValue, link_default, link_written, read_value

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
    slots : sequence of Slot
    nodes : mapping of str to Mapping
        The stages as they stand, for their effects.
    groups : mapping of str to tuple of str
    diagnostics : Diagnostics
        Where mistakes go.
    sources : Sources
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
