"""The domains of unknowns: written, told from use, or told from the law they are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.naming import dotted_name_of, is_bare
from conjuncture.language.nodes import Call, Expression, Name
from conjuncture.language.parser import parse_expression
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain, Kind
from conjuncture.language.walk import literal_value, walk
from conjuncture.scenario.slots import CellSlot
from conjuncture.scenario.tree import MappingNode, ScalarNode, SequenceNode
from conjuncture.scenario.values import WrittenValue

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
    unknowns : mapping of str to Written
        The unknowns that no mechanism documents.
    uses : iterable of (Expression, Use)
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
