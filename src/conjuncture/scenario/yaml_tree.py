"""The YAML of a scenario as a tree of nodes that know where they stand.

ruamel's stream of events is read instead of constructed objects: nothing is resolved (no dates,
octals or ``null``), every duplicate key is seen, and aliases, tags and merges are refused before
they can grow. From a character of a value it is found back to where it was typed: between the two
only white space (folding, indentation), quotes and escapes differ, and everything else stands in
the same order, so that both are walked together. What the parser cannot read is said in words for
people who are not programmers. A scenario's canonical text has a sha256 that says whether two are
the same.
"""

from __future__ import annotations

import hashlib
import json
import re
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

from conjuncture.errors import Mistake, ScenarioError
from conjuncture.scenario.source import Diagnostics, SourceFile

_ESCAPED_DIGITS = {"x": 2, "u": 4, "U": 8}


def source_offsets(value: str, written: str, style: str) -> list[int]:
    r"""Return, for each character of ``value`` and for its end, the offset in ``written``.

    Parameters
    ----------
    value : str
        The text as YAML reads it.
    written : str
        The text as it stands in the file, quotes or block header included.
    style : str
        Empty for plain, else ``'``, ``"``, ``|`` or ``>``.

    Examples
    --------
    >>> source_offsets("it's", "'it''s'", "'")
    [1, 2, 3, 5, 6]
    >>> source_offsets("a b", "a\n    b", "")
    [0, 1, 6, 7]
    """
    here = _content_start(written, style)
    found: list[int] = []
    for character in value:
        if not character.isspace():
            here = _skip_space(written, here, style)
        length = _source_length(written, here, style)
        found.append(min(here, len(written)))
        if not character.isspace() or written[here : here + 1].isspace() or length > 1:
            here += length
    found.append(min(here, len(written)))
    return found


def _content_start(written: str, style: str) -> int:
    if style in ("'", '"'):
        return 1
    if style in ("|", ">"):
        return written.find("\n") + 1
    return 0


def _skip_space(written: str, here: int, style: str) -> int:
    while here < len(written):
        if written[here].isspace():
            here += 1
        elif style == '"' and written.startswith("\\\n", here):
            here += 2
        else:
            break
    return here


def _source_length(written: str, here: int, style: str) -> int:
    """Return how many characters of the source make the one at ``here``."""
    if style == "'" and written.startswith("''", here):
        return 2
    if style == '"' and written.startswith("\\", here):
        return 2 + _ESCAPED_DIGITS.get(written[here + 1 : here + 2], 0)
    return 1


_GLUED = re.compile(r"\s*(?:- )?([A-Za-z_]\w*):[^\s:/]")
_STRAY = re.compile(r"found character '(.)'")


def explain_yaml_error(error: MarkedYAMLError, source: SourceFile) -> Mistake:
    """Return the one mistake at which reading stopped.

    Parameters
    ----------
    error : MarkedYAMLError
        What ruamel raised.
    source : SourceFile
        The file.
    """
    context, problem = error.context or "", error.problem or ""
    here = min(error.problem_mark.index, len(source.text)) if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else here
    line, column = source.position_of(here)
    if (
        "\t" in source.line_text(line)[: max(column, 1)]
        and not source.line_text(line)[: column - 1].strip()
    ):
        return _tab_mistake(source, here)
    if "quoted scalar" in context and "end of stream" in problem:
        return source.mistake_at(
            opened,
            "the quotation mark that opens here is never closed",
            "close it where the text ends",
        )
    if "double-quoted" in context or "quoted scalar" in context:
        remedy = "write the text in single quotes, or each '\\' as '\\\\'"
        return source.mistake_at(here, "this escape with '\\' is not known", remedy)
    if "flow" in context:
        return _flow_mistake(source, context, opened, here)
    if "block scalar" in context:
        remedy = "start the text on the next line, indented"
        return source.mistake_at(here, "nothing may follow '|' or '>' on its line", remedy)
    if "anchor" in context or "alias" in context or "tag" in context:
        remedy = "put a text that starts with '&', '*' or '!' in quotes"
        return source.mistake_at(opened, "anchors, aliases and tags are not read", remedy)
    if (stray := _STRAY.search(problem)) is not None:
        if "\t" in stray.group(1) or source.text[here : here + 1] == "\t":
            return _tab_mistake(source, here)
        character = source.text[here : here + 1]
        remedy = "put the text in quotes"
        return source.mistake_at(here, f"a text cannot start with '{character}'", remedy)
    return _layout_mistake(source, problem, here)


def _tab_mistake(source: SourceFile, here: int) -> Mistake:
    line, _ = source.position_of(here)
    start = here - source.position_of(here)[1] + 1
    tab = start + max(source.line_text(line).find("\t"), 0)
    return source.mistake_at(tab, "a tab cannot indent a line", "write spaces in its place")


def _flow_mistake(source: SourceFile, context: str, opened: int, here: int) -> Mistake:
    bracket, closing = ("{", "}") if "mapping" in context else ("[", "]")
    found = source.text[here : here + 1]
    line, _ = source.position_of(here)
    if found in ("[", "{", "]", "}", '"', "'") and line == source.position_of(opened)[0]:
        problem = f"'{found}' does not fit inside '{bracket} {closing}' here"
        remedy = "put an expression or a text with brackets or quotation marks in quotes"
        return source.mistake_at(here, problem, remedy)
    problem = f"the bracket '{bracket}' that opens here is not closed, or a comma is missing"
    return source.mistake_at(
        opened, problem, f"write '{closing}' where it ends, commas between entries"
    )


def _layout_mistake(source: SourceFile, problem: str, here: int) -> Mistake:
    line, column = source.position_of(here)
    for number in (line, line - 1):
        if number >= 1 and (glued := _GLUED.match(source.line_text(number))) is not None:
            offset = here - column + 1 if number == line else _line_start(source, here, number)
            name = glued.group(1)
            problem = f"a space is missing after '{name}:'"
            return source.mistake_at(
                offset + glued.start(1), problem, f"write '{name}: ' and then the value"
            )
    text = source.line_text(line)
    before = text[: column - 1]
    if "mapping values are not allowed" in problem and ": " in before + " ":
        remedy = "put the text after the first ':' in quotes"
        if ": " in before:
            return source.mistake_at(here, "a second ':' stands in this line", remedy)
    if "mapping values are not allowed" in problem:
        return source.mistake_at(
            here - column + 1 + len(text) - len(text.lstrip()),
            "this line does not fit under the line before it",
            "give it the indentation of its neighbours, and end a line that opens a block with ':'",
        )
    if "could not find expected ':'" in problem:
        return source.mistake_at(here, "a ':' is missing in the line before", "write 'key: value'")
    if text[column - 1 : column] in ("}", "]", ","):
        character = text[column - 1]
        return source.mistake_at(
            here, f"'{character}' stands here without its partner", "delete it"
        )
    if before.strip():
        remedy = "put the whole text in quotes"
        return source.mistake_at(here, "this does not belong to the value before it", remedy)
    return source.mistake_at(
        here,
        "this line's indentation fits none of the lines before it",
        "indent it exactly as the lines that it belongs with",
    )


def _line_start(source: SourceFile, here: int, number: int) -> int:
    offset = here
    while source.position_of(offset)[0] > number:
        offset -= source.position_of(offset)[1]
    return offset - source.position_of(offset)[1] + 1


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
    source : SourceFile
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


_PROSE = frozenset(
    (
        "title", "account", "name", "kind", "quote", "note", "source", "says", "why", "meaning",
        "plural", "short", "when_low", "when_high",
    )
)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)|[^\W\d]\w*|[<>!*+]=|\S"
)


def canonical_text(root: MappingNode) -> str:
    """Return the scenario as JSON without comments, layout or ways of writing numbers.

    Entries keep the order of the file, because the order of forces, camps, stages and claims has
    a meaning.
    """
    return json.dumps(_canonical_data(root, prose=False), ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the sha256 of a text in UTF-8, in hexadecimal.

    Examples
    --------
    >>> digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_expression(text: str) -> str:
    """Return an expression with one blank between signs and numbers in their shortest form.

    Examples
    --------
    >>> canonical_expression("1.50+army_mood *2")
    '1.5 + army_mood * 2'
    """
    return " ".join(
        f"{float(match['number']):.17g}" if match["number"] else match.group()
        for match in _TOKEN.finditer(text)
    )


def _canonical_data(node: YamlNode, *, prose: bool) -> Any:
    if isinstance(node, MappingNode):
        return {
            (key.value if prose else canonical_expression(key.value)): _canonical_data(
                value, prose=prose or key.value in _PROSE or key.value == "references"
            )
            for key, value in node.pairs
        }
    if isinstance(node, SequenceNode):
        return [_canonical_data(item, prose=prose) for item in node.items]
    return " ".join(node.value.split()) if prose else canonical_expression(node.value)
