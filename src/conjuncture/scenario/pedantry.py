"""Warnings in the manner of a pedantic compiler: what is allowed, but probably not meant."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Lookup

from conjuncture.language.nodes import Interval, SetCell
from conjuncture.language.symbols import UNIT_INTERVAL
from conjuncture.language.walk import cells_read, walk
from conjuncture.scenario.cells import Reading
from conjuncture.scenario.crisis import Claim, Number, Provenance, Stage
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.slots import Slot
from conjuncture.scenario.stages import Cast
from conjuncture.scenario.tree import Entries

WIDEST_FACTOR = 100.0


def doubt_intervals(readings: Iterable[Reading], findings: Findings) -> None:
    """Warn of intervals wider than a factor of 100, where a factor means something."""
    for reading in readings:
        written = reading.written
        if written is None or reading.slot.kind.domain == UNIT_INTERVAL:
            continue
        for option in written.options:
            for node, _ in walk(option.tree):
                if isinstance(node, Interval) and node.high > WIDEST_FACTOR * node.low > 0:
                    findings.doubt(
                        option.scalar,
                        f"the interval {node.low:g} to {node.high:g} of '{reading.slot.key}' is "
                        "wider than a factor of 100",
                        "is the unit right?",
                    )


def doubt_idle_forces(
    pairs: Entries,
    cast: Cast,
    stages: Lookup[str, Stage],
    findings: Findings,
) -> None:
    """Warn of forces that no stage knows of."""
    used = {force for stage in stages.values() for force in stage.model.takes_part(cast)}
    for key, _ in pairs:
        if key.value in cast.forces and key.value not in used:
            findings.doubt(key, f"no stage uses the force '{key.value}'", "leave it out")


def doubt_idle_unknowns(
    readings: Iterable[Reading],
    numbers: Lookup[str, Number],
    claims: Iterable[Claim],
    findings: Findings,
) -> None:
    """Warn of unknowns that no value and no claim reads."""
    used = {cell for number in numbers.values() for cell in cells_read(number.value)}
    for claim in claims:
        used |= cells_read(claim.test)
        used |= {node.key for node, _ in walk(claim.test) if isinstance(node, SetCell)}
    for reading in readings:
        slot = reading.slot
        if slot.plain_unknown and slot.name is not None and slot.key not in used:
            findings.doubt(
                slot.name, f"nothing reads the unknown '{slot.key}'", "use it, or leave it out"
            )


def unsourced(numbers: Lookup[str, Number], owners: Lookup[str, Provenance]) -> tuple[str, ...]:
    """Return the stated numbers that neither have a quote, note or source nor inherit one.

    Parameters
    ----------
    numbers : mapping
        Every cell of the scenario.
    owners : mapping
        Force, backer or stage to where it comes from; what it says covers its numbers.
    """
    nothing = Provenance()
    return tuple(
        key
        for key, number in numbers.items()
        if number.stated
        and number.provenance == nothing
        and owners.get(key.partition(".")[0], nothing) == nothing
    )


def doubt_unsourced(readings: Iterable[Reading], keys: tuple[str, ...], findings: Findings) -> None:
    """Warn of numbers without a source, one warning a force, backer or stage."""
    by_owner: dict[str, list[Slot]] = {}
    for reading in readings:
        if reading.slot.key in keys:
            by_owner.setdefault(reading.slot.owner or reading.slot.key, []).append(reading.slot)
    for owner, slots in by_owner.items():
        place = slots[0].name or slots[0].node
        if place is None:
            continue
        names = [f"'{slot.key.removeprefix(f'{owner}.')}'" for slot in slots]
        listed = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
        whose = f" of '{owner}'" if slots[0].owner else ""
        verb = "has" if len(names) == 1 else "have"
        problem = f"{listed}{whose} {verb} no quote, note or source"
        findings.doubt(place, problem, "say where the value comes from")
