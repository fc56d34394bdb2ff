"""Warnings in the manner of a pedantic compiler: what is allowed, but probably not meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conjuncture.language.nodes import Interval, literal_value, walk
from conjuncture.language.symbols import UNIT_INTERVAL
from conjuncture.number_format import write_ends, write_number
from conjuncture.scenario.cells import CellSlot, SlotValue
from conjuncture.scenario.crisis import Number, Provenance, Stage
from conjuncture.scenario.dependencies import CellUsage
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_model import Cast
from conjuncture.scenario.yaml_tree import Entries, MappingNode, SequenceNode

WIDEST_FACTOR = 100.0


def warn_of_wide_intervals(readings: Iterable[SlotValue], diagnostics: Diagnostics) -> None:
    """Warn of intervals wider than a factor of 100, where a factor means something."""
    for reading in readings:
        written = reading.written
        if written is None or reading.slot.kind.domain == UNIT_INTERVAL:
            continue
        for option in written.options:
            for node, _ in walk(option.tree):
                if isinstance(node, Interval) and node.high > WIDEST_FACTOR * node.low > 0:
                    diagnostics.warn(
                        option.scalar,
                        f"the interval {write_ends(node.low, node.high)} of '{reading.slot.key}' "
                        "is wider than a factor of 100",
                        "is the unit right?",
                    )


def warn_of_idle_forces(
    pairs: Entries,
    cast: Cast,
    stages: Mapping[str, Stage],
    numbers: Mapping[str, Number],
    reads: CellUsage,
    diagnostics: Diagnostics,
) -> None:
    """Warn of forces that no stage knows of and whose numbers nothing reads, sets or moves."""
    taking_part = {force for stage in stages.values() for force in stage.model.takes_part(cast)}
    idle = {key.value for key, _ in pairs if key.value in cast.forces} - taking_part
    idle -= reads.find_read_owners(idle, numbers)
    named = {part for key in numbers for part in key.split(".")[2:] if numbers[key].stated}
    named |= {member for members in cast.groups.values() for member in members}
    for key, _ in pairs:
        if key.value in idle:
            also = ", and where 'ties', 'reach' or 'groups' name it" * (key.value in named)
            problem = f"no stage uses the force '{key.value}', and nothing reads its numbers"
            diagnostics.warn(key, problem, f"leave it out{also}")


def warn_of_idle_unknowns(
    readings: Iterable[SlotValue], reads: CellUsage, diagnostics: Diagnostics
) -> None:
    """Warn of unknowns that nothing reads and no claim sets."""
    used = reads.read | reads.imposed
    for reading in readings:
        slot = reading.slot
        if slot.is_plain_unknown and slot.name is not None and slot.key not in used:
            diagnostics.warn(
                slot.name, f"nothing reads the unknown '{slot.key}'", "use it, or leave it out"
            )


def warn_of_idle_attributes(pairs: Entries, reads: CellUsage, diagnostics: Diagnostics) -> None:
    """Warn of declared attributes that nothing reads, of whatever force."""
    used = {cell.split(".")[1] for cell in reads.read if "." in cell}
    for key, _ in pairs:
        if key.value not in used:
            diagnostics.warn(
                key,
                f"nothing reads the attribute '{key.value}'",
                "let a value or an effect depend on it, or leave it out",
            )


def warn_of_effects(
    nodes: Mapping[str, MappingNode],
    stages: Mapping[str, Stage],
    numbers: Mapping[str, Number],
    diagnostics: Diagnostics,
) -> None:
    """Warn of effects without a source, and of shifts that move nothing."""
    changes = [c for stage in stages.values() for effect in stage.effects for c in effect.changes]
    put = {change.key for change in changes if change.how != "shift"}
    for key, stage in stages.items():
        listed = nodes[key].get("effects")
        if stage.provenance != Provenance() or not isinstance(listed, SequenceNode):
            continue
        for node, effect in zip(listed.items, stage.effects, strict=True):
            if effect.provenance == Provenance():
                problem = f"this effect of '{key}' has no quote, note or source"
                diagnostics.warn(node, problem, "say why it is so")
    for key, stage in stages.items():
        listed = nodes[key].get("effects")
        items = listed.items if isinstance(listed, SequenceNode) else []
        for node, effect in zip(items, stage.effects, strict=True):
            for change in effect.changes:
                stuck = _edge_value_of(numbers[change.key]) if change.how == "shift" else None
                if stuck is not None and change.key not in put:
                    problem = (
                        f"'{change.key}' is {write_number(stuck)}, and a shift leaves that as it is"
                    )
                    diagnostics.warn(node, problem, "write 'set', or let it start elsewhere")


def _edge_value_of(number: Number) -> float | None:
    """Return the value of a number that stands on the edge of its domain, else None."""
    value = literal_value(number.value)
    on_edge = value is not None and value in (number.domain.lower, number.domain.upper)
    return value if on_edge else None


def unsourced_numbers(
    numbers: Mapping[str, Number], owners: Mapping[str, Provenance]
) -> tuple[str, ...]:
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


def warn_of_unsourced(
    readings: Iterable[SlotValue], keys: tuple[str, ...], diagnostics: Diagnostics
) -> None:
    """Warn of numbers without a source, one warning a force, backer or stage."""
    by_owner: dict[str, list[CellSlot]] = {}
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
        diagnostics.warn(place, problem, "say where the value comes from")
