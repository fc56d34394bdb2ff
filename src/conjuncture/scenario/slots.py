"""Every place of a scenario that holds a number, stated or not, and what may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import REAL, Kind
from conjuncture.scenario.attributes import ATTRIBUTES, BACKER_ATTRIBUTES, Attribute
from conjuncture.scenario.crisis import Stage
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.shape import locate
from conjuncture.scenario.stages import Constant
from conjuncture.scenario.tree import MappingNode, ScalarNode, YamlNode


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
    node : Node or None
        The value as it stands in the file, if it is stated.
    name : Scalar or None
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
    node : Mapping
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
