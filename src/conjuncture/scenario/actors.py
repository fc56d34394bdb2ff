"""The forces and backers of a scenario, and what makes a force count for nothing."""

from __future__ import annotations

from collections.abc import Mapping

from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import Either, Expression, NumberLiteral
from conjuncture.scenario.crisis import Backer, Force, Number, Place, Stage
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.reads import CellUsage
from conjuncture.scenario.spelling import ARTICLES, is_plural, phrase_of, phrase_of_key
from conjuncture.scenario.stages import Cast
from conjuncture.scenario.tree import Entries, MappingNode, ScalarNode
from conjuncture.scenario.wordings import read_wording

SWORN = float("inf")


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
            and _may_be_sworn(number.value)
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


def _may_be_sworn(value: Expression) -> bool:
    if isinstance(value, Either):
        return any(map(_may_be_sworn, value.options))
    return value == NumberLiteral(SWORN)


def _read_names(
    key: str, node: MappingNode, account: str, diagnostics: Diagnostics
) -> tuple[str, str, bool]:
    """Return a name, how sentences call it, and whether that means several."""
    stated, plural = _read_text(node, "name"), _read_text(node, "plural")
    short = read_wording(node, "short", diagnostics, "the regiments")
    name = stated or short or key.replace("_", " ")
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
