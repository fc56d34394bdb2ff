"""The YAML of a scenario as a tree of nodes that know where they stand.

ruamel's stream of events is read instead of constructed objects: nothing is resolved (no dates,
octals or ``null``), every duplicate key is seen, and aliases, tags and merges are refused before
they can grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from conjuncture.errors import ScenarioError
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.offsets import source_offsets
from conjuncture.scenario.source import SourceFile
from conjuncture.scenario.syntax import explain_yaml_error

REQUIRED_KEYS = frozenset(
    (
        "conjuncture",
        "title",
        "account",
        "forces",
        "stages",
        "mechanism",
        "core",
        "says",
        "test",
        "why",
    )
)
"""Keys that cannot be left out wherever they stand."""

DEEPEST = 20
MOST_NODES = 20_000


@dataclass(slots=True)
class ScalarNode:
    """A text: ``value`` as YAML reads it, ``written`` as it stands in the file.

    ``style`` is empty for a plain scalar, else ``'``, ``"``, ``|`` or ``>``. A node is ``broken``
    when a mistake in it has already been told, so that nothing more is said of it. ``in_flow`` says
    that it stands within brackets of YAML, where a comma would end it.
    """

    value: str
    style: str
    start: int
    written: str
    broken: bool = False
    in_flow: bool = False
    _offsets: list[int] | None = field(default=None, repr=False, compare=False)

    def offset_in_file(self, index: int) -> int:
        """Return where in the file the character ``index`` of the value stands."""
        if self._offsets is None:
            self._offsets = source_offsets(self.value, self.written, self.style)
        return self.start + self._offsets[max(0, min(index, len(self.value)))]


@dataclass(slots=True)
class SequenceNode:
    """A list of nodes."""

    start: int
    flow: bool = False
    items: list[YamlNode] = field(default_factory=list)
    broken: bool = False


@dataclass(slots=True)
class MappingNode:
    """Keys and values in the order of the file; of a key written twice the first is kept."""

    start: int
    flow: bool = False
    pairs: list[tuple[ScalarNode, YamlNode]] = field(default_factory=list)
    broken: bool = False

    def key(self, name: str) -> ScalarNode | None:
        """Return the key ``name`` as a node, or None."""
        return next((key for key, _ in self.pairs if key.value == name), None)

    def get(self, name: str) -> YamlNode | None:
        """Return the value under ``name``, or None."""
        return next((value for key, value in self.pairs if key.value == name), None)


YamlNode = ScalarNode | SequenceNode | MappingNode

Entries = list[tuple[ScalarNode, YamlNode]]
"""The keys and values of a mapping, in the order of the file."""


@dataclass(slots=True)
class _OpenNode:
    """A mapping or sequence whose end has not come; ``key`` waits for its value."""

    node: MappingNode | SequenceNode
    key: YamlNode | None = None
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    cut: ScalarNode | None = None


def read_tree(
    source: SourceFile,
    diagnostics: Diagnostics,
    what: str = "scenario",
    start: str = "conjuncture: 1",
) -> MappingNode:
    """Return the tree of a scenario; mistakes that leave it readable go to ``diagnostics``.

    Parameters
    ----------
    source : Source
    diagnostics : Diagnostics
    what : str
        What the file is, for the sentences.
    start : str
        How one begins.

    Raises
    ------
    ScenarioError
        When nothing can be read past a mistake: that one is told alone.
    """
    root: YamlNode | None = None
    opened: list[_OpenNode] = []
    nodes = documents = 0
    for event in _parse_events(source):
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                problem = "a second document starts here"
                raise _fatal_error(
                    source, event, problem, f"a {what} is one document: delete '---'"
                )
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            closed = opened.pop()
            _tell_cut(closed, diagnostics)
        elif isinstance(event, NodeEvent):
            nodes += 1
            if nodes > MOST_NODES:
                problem = f"the {what} has more than {MOST_NODES:,} entries"
                raise _fatal_error(source, event, problem, "leave out what is not needed")
            node = _make_node(source, event, diagnostics)
            if opened:
                _attach_node(opened[-1], node, diagnostics)
            else:
                root = node
            if not isinstance(node, ScalarNode):
                if len(opened) >= DEEPEST:
                    problem = f"this is nested more than {DEEPEST} levels deep"
                    raise _fatal_error(source, event, problem, f"no part of a {what} goes so deep")
                opened.append(_OpenNode(node))
    if root is None:
        problem, remedy = (
            f"the {what} is empty",
            f"start with '{start}'"
            + (", or let 'conjuncture new' write one" if what == "scenario" else ""),
        )
        raise ScenarioError([source.mistake_at(0, problem, remedy)])
    if not isinstance(root, MappingNode):
        problem = f"a {what} is a list of 'key: value' lines, and this is not one"
        raise ScenarioError([source.mistake_at(root.start, problem, f"start with '{start}'")])
    return root


def leading_texts(source: SourceFile) -> dict[str, str]:
    """Return the texts at the head of a scenario, up to its first section, reading no further."""
    texts: list[str] = []
    started = False
    for event in _parse_events(source):
        if isinstance(event, ScalarEvent):
            texts.append(event.value)
        elif started:
            break
        started = started or isinstance(event, MappingStartEvent)
    return dict(zip(texts[::2], texts[1::2], strict=False))


def plain_data(node: YamlNode) -> Any:
    """Return the node as dict, list and str; an empty text or a broken one is None.

    The depth of a tree is bounded, so recursion is safe here.
    """
    if isinstance(node, MappingNode):
        return {key.value: plain_data(value) for key, value in node.pairs}
    if isinstance(node, SequenceNode):
        return [plain_data(item) for item in node.items]
    return None if node.broken or not node.value.strip() else node.value


def _parse_events(source: SourceFile) -> Iterator[Event]:
    for number, line in enumerate(source.text.split("\n", 200)[:200], start=1):
        if line.startswith("%"):
            offset = source.text.index(line)
            problem = "a YAML directive ('%') has no meaning in a scenario"
            raise ScenarioError([source.mistake_at(offset, problem, f"delete line {number}")])
        if line.strip() and not line.startswith("#"):
            break
    reader = YAML(typ="safe", pure=True)
    try:
        yield from reader.parse(source.text)
    except MarkedYAMLError as error:
        raise ScenarioError([explain_yaml_error(error, source)]) from None
    except (YAMLError, ValueError, OverflowError, AssertionError):
        # ruamel lets the latter three escape, for example for "\UFFFFFFFF".
        problem = "the scenario cannot be read as YAML"
        remedy = "look for a '\\' inside double quotes; in single quotes it stands for itself"
        raise ScenarioError([source.mistake_at(0, problem, remedy)]) from None


def _fatal_error(source: SourceFile, event: Event, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([source.mistake_at(event.start_mark.index, problem, remedy)])


def _make_node(source: SourceFile, event: NodeEvent, diagnostics: Diagnostics) -> YamlNode:
    start, end = event.start_mark.index, event.end_mark.index
    if not isinstance(event, (ScalarEvent, CollectionStartEvent)):
        diagnostics.refuse_at(start, "aliases ('*name') are not read", "write the value out")
        return ScalarNode("", "", start, source.text[start:end], broken=True)
    if event.anchor is not None:
        diagnostics.refuse_at(start, "anchors ('&name') are not read", f"delete '&{event.anchor}'")
    if event.tag is not None:
        diagnostics.refuse_at(
            start, "tags ('!name') are not read", "delete the tag and keep the value"
        )
    if isinstance(event, MappingStartEvent):
        return MappingNode(start, flow=bool(event.flow_style))
    if not isinstance(event, ScalarEvent):
        return SequenceNode(start, flow=bool(event.flow_style))
    broken = event.anchor is not None or event.tag is not None
    return ScalarNode(event.value, event.style or "", start, source.text[start:end], broken)


def _attach_node(parent: _OpenNode, node: YamlNode, diagnostics: Diagnostics) -> None:
    if isinstance(node, ScalarNode):
        node.in_flow = parent.node.flow
    if isinstance(parent.node, SequenceNode):
        if _is_cut(parent, node):
            return
        if isinstance(node, ScalarNode) and not node.broken and not node.value.strip():
            diagnostics.refuse_at(
                node.start, "this entry of the list is empty", "write it or delete it"
            )
            node.broken = True
        parent.node.items.append(node)
    elif parent.key is None:
        parent.key = node
    else:
        key, parent.key = parent.key, None
        _attach_pair(parent, parent.node, key, node, diagnostics)


def _attach_pair(
    parent: _OpenNode,
    mapping: MappingNode,
    key: YamlNode,
    value: YamlNode,
    diagnostics: Diagnostics,
) -> None:
    if not isinstance(key, ScalarNode):
        diagnostics.refuse_at(
            key.start, "a list or mapping cannot be a key", "write a name before the ':'"
        )
        mapping.broken = True
    elif key.broken:
        mapping.broken = True
    elif _is_cut(parent, key) or _is_cut(parent, value):
        return
    elif key.value == "<<" and not key.style:
        diagnostics.refuse_at(key.start, "merge keys ('<<') are not read", "write the entries out")
        mapping.broken = True
    elif not key.value.strip():
        diagnostics.refuse_at(key.start, "this entry has no name", "write a name before the ':'")
        mapping.broken = True
    elif key.value in parent.keys:
        line, _ = diagnostics.source.position_of(parent.keys[key.value].start)
        problem = f"'{key.value}' is written twice here, first on line {line}"
        diagnostics.refuse_at(key.start, problem, "delete or rename one of the two")
    else:
        if isinstance(value, ScalarNode) and not value.broken and not value.value.strip():
            _tell_empty(key, value, diagnostics)
        parent.keys[key.value] = key
        mapping.pairs.append((key, value))


def _tell_empty(key: ScalarNode, value: ScalarNode, diagnostics: Diagnostics) -> None:
    remedy = "write its value after the ':'"
    if key.value not in REQUIRED_KEYS:
        remedy += ", or delete the line"
    if " " in key.value and not key.style:
        remedy = "a ':' may be missing after its first word: write 'key: value'"
    diagnostics.refuse_at(key.start, f"'{key.value}' is empty", remedy)
    value.broken = True


def _is_cut(parent: _OpenNode, node: YamlNode) -> bool:
    """Tell whether a comma of a flow collection has cut an expression at this node."""
    if not parent.node.flow or not isinstance(node, ScalarNode) or node.style:
        return False
    if node.value.count("(") == node.value.count(")"):
        return False
    parent.cut = parent.cut or node
    parent.node.broken = True
    return True


def _tell_cut(closed: _OpenNode, diagnostics: Diagnostics) -> None:
    if closed.cut is not None:
        problem = f"the comma ended the value: '{closed.cut.value}' has a bracket left over"
        remedy = 'put the expression in quotes, as in "min(1, 2)"'
        diagnostics.refuse_at(closed.cut.start, problem, remedy)
