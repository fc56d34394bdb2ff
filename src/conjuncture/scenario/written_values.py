"""Values as they are written: told apart by their shape, parsed, and linked to the vocabulary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from conjuncture.language.linker import link_either, link_value
from conjuncture.language.names import LanguageErrors, find_nearest_name
from conjuncture.language.nodes import Expression, Label, Word, literal_value, walk
from conjuncture.language.parser import parse_value
from conjuncture.language.symbols import (
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Domain,
    Kind,
    Vocabulary,
)
from conjuncture.scenario.crisis import Provenance, Words
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.wording import WORDING_KEYS, read_words
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode, YamlNode

_KEYS = ("value", "either", "quote", "note", "source")
MOST_OPTIONS = 20
NO_PROVENANCE = Provenance()
NO_WORDS = Words()

DOMAINS = {"0 to 1": UNIT_INTERVAL, "at least 0": NON_NEGATIVE, "any number": REAL}
"""How a domain is written."""

ChoiceT = TypeVar("ChoiceT")


@dataclass(frozen=True, slots=True)
class Option:
    """One text of a value and its tree."""

    scalar: ScalarNode
    tree: Expression


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value as it stands in the scenario.

    ``options`` has one entry for a plain value; of a weighted choice all, with ``weights`` that
    sum to one. It is empty when the value could not be understood, which has then been told.
    ``domain`` is what an unknown says of itself, ``words`` how it wants to be spoken of.
    """

    node: YamlNode
    options: tuple[Option, ...] = ()
    weights: tuple[float, ...] = ()
    provenance: Provenance = NO_PROVENANCE
    domain: Domain | None = None
    words: Words = NO_WORDS

    @property
    def text(self) -> str:
        """The value in one line."""
        texts = [" ".join(option.scalar.value.split()) for option in self.options]
        if not self.weights:
            return texts[0] if texts else ""
        parts = (f"{text}: {weight:.4g}" for text, weight in zip(texts, self.weights, strict=True))
        return f"either {', '.join(parts)}"


def read_value(
    node: YamlNode,
    diagnostics: Diagnostics,
    sources: ProvenanceReader,
    *,
    unknown: bool = False,
    constant: bool = False,
) -> WrittenValue:
    """Return what a value says.

    Parameters
    ----------
    node : YamlNode
        The value: a text, or a mapping with ``value`` or ``either``.
    diagnostics : Diagnostics
        Where mistakes go.
    sources : ProvenanceReader
        Reads quote, note and source.
    unknown : bool
        Whether it is that of an unknown, which may say its domain and how it is spoken of.
    constant : bool
        Whether it is that of a structural constant, which may say how it is spoken of.
    """
    if not isinstance(node, MappingNode):
        return _read_text(node, diagnostics, NO_PROVENANCE)
    if node.broken:
        return WrittenValue(node)
    own = (*(("domain",) if unknown else ()), *(WORDING_KEYS if unknown or constant else ()))
    _check_keys(node, diagnostics, own)
    written = _read_mapping(node, diagnostics, sources)
    if own:
        written = replace(written, words=read_words(node, diagnostics))
    if unknown and node.get("domain") is not None:
        domain = read_choice(node, "domain", DOMAINS, None, diagnostics)
        return replace(written, domain=domain)
    return written


def read_choice(
    node: MappingNode,
    field: str,
    known: Mapping[str, ChoiceT],
    unstated: ChoiceT,
    diagnostics: Diagnostics,
) -> ChoiceT:
    """Return what one of a few texts means that a field may hold."""
    written = node.get(field)
    if not isinstance(written, ScalarNode) or written.broken:
        return unstated
    text = " ".join(written.value.split())
    if text in known:
        return known[text]
    guess = find_nearest_name(text, known)
    remedy = f"write {', '.join(list(known)[:-1])} or {list(known)[-1]}"
    diagnostics.refuse(
        written, f"there is no {field} '{text}'", f"did you mean '{guess}'?" if guess else remedy
    )
    return unstated


def _read_mapping(
    node: MappingNode, diagnostics: Diagnostics, sources: ProvenanceReader
) -> WrittenValue:
    provenance = sources.read(node)
    value, either = node.get("value"), node.get("either")
    if value is not None and either is not None:
        problem = "a value cannot have both 'value' and 'either'"
        diagnostics.refuse(node.key("either") or node, problem, "keep one of the two")
    elif value is None and either is None:
        problem = "this value has neither 'value' nor 'either'"
        diagnostics.refuse(node, problem, "add 'value: ...', or write the value itself")
        return WrittenValue(node, provenance=provenance)
    if isinstance(value, MappingNode) and [key.value for key, _ in value.pairs] == ["either"]:
        either, value = value.get("either"), None
    if value is not None:
        return _read_text(value, diagnostics, provenance)
    return _read_either(either or node, diagnostics, provenance)


def link_written(
    written: WrittenValue,
    vocabulary: Vocabulary,
    kind: Kind,
    key: str,
    diagnostics: Diagnostics,
    *,
    leaning: bool = False,
    sworn: bool = False,
    because: str = "",
) -> Expression | None:
    """Return the expression that a value means, or None when that has been refused.

    Parameters
    ----------
    written : WrittenValue
        The value.
    vocabulary : Vocabulary
        What names mean.
    kind : Kind
        What the value must be.
    key : str
        The cell, which is also the address of its draw.
    diagnostics : Diagnostics
        Where mistakes go.
    leaning, sworn : bool
        Whether words for leanings may be used, and whether ``sworn`` may.
    because : str
        From which other number the domain was told, if it was.
    """
    linked: list[Expression] = []
    for option in written.options:
        if leaning and not sworn and _refuse_sworn(option, diagnostics):
            continue
        try:
            linked.append(
                link_value(option.tree, vocabulary, kind, key, leaning=leaning, because=because)
            )
        except LanguageErrors as errors:
            diagnostics.refuse_text(option.scalar, errors)
    if not linked or len(linked) < len(written.options):
        return None
    if not written.weights:
        return linked[0]
    return link_either(list(zip(linked, written.weights, strict=True)), key)


def link_default(
    text: str, vocabulary: Vocabulary, kind: Kind, key: str, *, leaning: bool = False
) -> Expression:
    """Return the expression of a documented default; of labels, an empty text means any.

    Examples
    --------
    >>> kind = Kind(labels=("weight", "refusal"))
    >>> link_default("weight", Vocabulary({}, (), (), {}, {}), kind, "showdown.strength").label
    'weight'
    """
    if kind.labels is not None and not text:
        labels = [Label(label, code) for code, label in enumerate(kind.labels)]
        return link_either([(label, 1.0) for label in labels], key)
    return link_value(_parse_cached(text), vocabulary, kind, key, leaning=leaning)


@lru_cache(maxsize=256)
def _parse_cached(text: str) -> Expression:
    return parse_value(text)


def _check_keys(node: MappingNode, diagnostics: Diagnostics, own: tuple[str, ...]) -> None:
    keys = (*_KEYS, *own)
    for key, _ in node.pairs:
        if key.value in keys:
            continue
        if key.value == "domain":
            problem = "only an unknown of the scenario says its own domain"
            diagnostics.refuse(key, problem, "delete 'domain': it follows from what the number is")
            continue
        if key.value in WORDING_KEYS:
            problem = f"only an unknown of the scenario has words of its own, such as '{key.value}'"
            remedy = f"delete '{key.value}', or make it an unknown and name that here"
            diagnostics.refuse(key, problem, remedy)
            continue
        guess = find_nearest_name(key.value, keys)
        remedy = f"did you mean '{guess}'?" if guess else f"write one of: {', '.join(keys)}"
        diagnostics.refuse(key, f"'{key.value}' is not known in a value", remedy)
    for name in ("quote", "note", "source", "domain", *WORDING_KEYS):
        text = node.get(name)
        if text is not None and not isinstance(text, ScalarNode):
            diagnostics.refuse(text, f"'{name}' is not a text", "write it as one line of text")


def _read_text(node: YamlNode, diagnostics: Diagnostics, provenance: Provenance) -> WrittenValue:
    if node.broken:
        return WrittenValue(node, provenance=provenance)
    if isinstance(node, ScalarNode):
        option = _read_option(node, diagnostics)
        return WrittenValue(node, (option,) if option else (), (), provenance)
    if isinstance(node, MappingNode):
        remedy = "write the value itself here; quote, note and source stand beside it"
        diagnostics.refuse(node, "a value cannot be a mapping inside 'value'", remedy)
    else:
        remedy = "write a number, an interval such as 2 to 5, or an expression"
        diagnostics.refuse(node, "a value cannot be a list", remedy)
    return WrittenValue(node, provenance=provenance)


def _read_either(node: YamlNode, diagnostics: Diagnostics, provenance: Provenance) -> WrittenValue:
    if not isinstance(node, MappingNode):
        if not node.broken:
            problem = "'either' needs the values and their weights"
            diagnostics.refuse(node, problem, "write either: {2 to 5: 0.7, 8 to 12: 0.3}")
        return WrittenValue(node, provenance=provenance)
    if not 2 <= len(node.pairs) <= MOST_OPTIONS:
        if not node.broken:
            many = len(node.pairs)
            problem = f"'either' has {many} option" + ("" if many == 1 else "s")
            diagnostics.refuse(node, problem, f"give it 2 to {MOST_OPTIONS}, each with its weight")
        return WrittenValue(node, provenance=provenance)
    before = diagnostics.mistake_count
    options = [_read_option(key, diagnostics) for key, _ in node.pairs]
    weights = [_read_weight(key, weight, diagnostics) for key, weight in node.pairs]
    if node.broken or diagnostics.mistake_count > before:
        return WrittenValue(node, provenance=provenance)
    total = math.fsum(weights)
    kept = tuple(option for option in options if option is not None)
    return WrittenValue(node, kept, tuple(weight / total for weight in weights), provenance)


def _read_weight(key: ScalarNode, node: YamlNode, diagnostics: Diagnostics) -> float:
    remedy = "write a number above 0, as in 0.7"
    if node.broken:
        return 1.0
    if not isinstance(node, ScalarNode):
        diagnostics.refuse(node, f"the weight of '{key.value}' is not a number", remedy)
        return 1.0
    try:
        number = literal_value(parse_value(node.value))
    except LanguageErrors:
        number = None
    if number is None or not 0 < number < 1e9:
        diagnostics.refuse(node, f"the weight of '{key.value}' is '{node.value}'", remedy)
        return 1.0
    return number


def _read_option(scalar: ScalarNode, diagnostics: Diagnostics) -> Option | None:
    try:
        return Option(scalar, parse_value(scalar.value))
    except LanguageErrors as errors:
        diagnostics.refuse_text(scalar, errors)
        return None


def _refuse_sworn(option: Option, diagnostics: Diagnostics) -> bool:
    found = [
        node for node, _ in walk(option.tree) if isinstance(node, Word) and node.word == "sworn"
    ]
    for node in found:
        problem = "only a force's own leaning can be sworn"
        diagnostics.refuse_at(
            option.scalar.offset_in_file(node.start), problem, "write 'firm' or a number"
        )
    return bool(found)
