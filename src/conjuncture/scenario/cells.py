"""From slots to numbers: what every cell of a scenario is, linked and free of cycles."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conjuncture.language.nodes import Call, Expression
from conjuncture.language.nodes import Number as Literal
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain, Kind, Vocabulary
from conjuncture.language.walk import cells_read
from conjuncture.scenario.crisis import Number, Place, Provenance
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.graph import cycles
from conjuncture.scenario.provenance import Sources
from conjuncture.scenario.slots import Slot
from conjuncture.scenario.values import Written, documented, link, literal, read_value

MOST_STATED = 2_000
"""Numbers that a scenario may state."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A slot and what the scenario writes there, if anything."""

    slot: Slot
    written: Written | None


def read_slots(slots: Sequence[Slot], findings: Findings, sources: Sources) -> list[Reading]:
    """Parse the value of every slot that is stated."""
    stated = [slot for slot in slots if slot.node is not None]
    if len(stated) > MOST_STATED:
        extra = stated[MOST_STATED]
        problem = f"the scenario states more than {MOST_STATED:,} numbers"
        if extra.node is not None:
            findings.of(extra.node, problem, "leave some to their defaults")
        return []
    return [_read_slot(slot, findings, sources) for slot in slots]


def build_numbers(
    readings: Sequence[Reading], vocabulary: Vocabulary, findings: Findings
) -> dict[str, Number]:
    """Return every cell of the scenario by key.

    A stated value that was refused is replaced by a documented one, so that the rest can be
    checked; the scenario is then refused as a whole.
    """
    numbers: dict[str, Number] = {}
    for reading in readings:
        slot, written = reading.slot, reading.written
        value = None
        if written is not None:
            value = link(
                written, vocabulary, slot.kind, slot.key, findings,
                leaning=slot.leaning, sworn=slot.sworn,
            )  # fmt: skip
        numbers[slot.key] = _number(slot, written, value, vocabulary, findings)
    _tell_cycles(numbers, readings, findings)
    return numbers


def _read_slot(slot: Slot, findings: Findings, sources: Sources) -> Reading:
    if slot.node is None:
        return Reading(slot, None)
    written = read_value(slot.node, findings, sources)
    if slot.plain_unknown:
        return Reading(replace(slot, kind=Kind(_support(written))), written)
    return Reading(slot, written)


def _number(
    slot: Slot,
    written: Written | None,
    value: Expression | None,
    vocabulary: Vocabulary,
    findings: Findings,
) -> Number:
    place = None
    if slot.node is not None:
        place = Place(findings.source.file, *findings.source.position(slot.node.start))
    if slot.plain_unknown:
        default = widest = value if value is not None else Literal(0.0)
    else:
        default = documented(slot.default, vocabulary, slot.kind, slot.key, leaning=slot.leaning)
        widest = default
        if written is not None or slot.declared:
            widest = documented(slot.widest, vocabulary, slot.kind, slot.key, leaning=slot.leaning)
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
    )


def _support(written: Written) -> Domain:
    """Return the domain of a plain unknown: that of the laws it is drawn from, else any number."""
    found = [
        _LAW_DOMAINS.get(option.tree.function, _positive(option.tree))
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


def _positive(call: Call) -> Domain:
    """Return the domain of ``uniform`` and ``triangular``, which their first end bounds."""
    lowest = literal(call.arguments[0]) if call.arguments else None
    bounded = call.function in ("uniform", "triangular") and lowest is not None and lowest >= 0
    return NON_NEGATIVE if bounded else REAL


def _tell_cycles(
    numbers: Lookup[str, Number], readings: Sequence[Reading], findings: Findings
) -> None:
    written = {reading.slot.key: reading.written for reading in readings}
    edges = {
        key: [cell for cell in sorted(cells_read(number.value)) if cell in numbers]
        for key, number in numbers.items()
        if number.stated
    }
    for path in cycles(edges):
        node = written[path[0]]
        if node is not None:
            problem = f"these values need each other: {' → '.join((*path, path[0]))}"
            findings.of(node.node, problem, "give one of them a value of its own")
