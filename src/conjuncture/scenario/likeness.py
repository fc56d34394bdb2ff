"""What kind of case a crisis is: ``like``, the tags by which similar cases are found."""

from __future__ import annotations

import difflib

from conjuncture.data.case_records import case_names
from conjuncture.data.dictionary import TAGS
from conjuncture.language.linker import link_event
from conjuncture.language.names import LanguageErrors, find_nearest_name, unknown_name
from conjuncture.language.nodes import Cell, Expression, Measure, Outcome, walk
from conjuncture.language.parser import parse_event
from conjuncture.language.symbols import Vocabulary
from conjuncture.language.unparser import write
from conjuncture.scenario.crisis import Likeness, Place, Provenance
from conjuncture.scenario.models import CASE_TABLES, DEFAULT_TABLE, LikenessModel
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode, YamlNode

_FIXED_KEYS = tuple(LikenessModel.model_fields)
_MOST_SHOWN = 3


def read_likeness(
    root: MappingNode,
    vocabulary: Vocabulary | None,
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> Likeness | None:
    """Return what kind of case the scenario says it is, or None where it does not say.

    Parameters
    ----------
    root : MappingNode
        The scenario.
    vocabulary : Vocabulary or None
        What names mean; None where the stages could not be read: of ``success`` only the grammar
        is then checked.
    sources : ProvenanceReader
        Reads quotes and sources.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    key, node = root.key("like"), root.get("like")
    if key is None or not isinstance(node, MappingNode):
        return None
    provenance = sources.read(node)
    if provenance == Provenance():
        problem = "'like' has no quote, note or source"
        diagnostics.warn(key, problem, "say who codes the case so, and from what")
    among = _read_table(node, diagnostics)
    success = _read_success(node, vocabulary, diagnostics)
    tags: dict[str, str] = {}
    case = ""
    if among is not None:
        case = _read_case(node, among, diagnostics)
        tags = _read_tags(node, among, diagnostics)
    if among is None or success is None:
        return None
    place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
    return Likeness(among, *success, case, tags, provenance, place)


def _read_table(node: MappingNode, diagnostics: Diagnostics) -> str | None:
    if node.get("among") is None:
        return DEFAULT_TABLE
    written = _text(node, "among")
    if written is None:
        return None
    if written.value not in CASE_TABLES:
        diagnostics.refuse(written, *unknown_name("table of cases", written.value, CASE_TABLES))
        return None
    return written.value


def _read_success(
    node: MappingNode, vocabulary: Vocabulary | None, diagnostics: Diagnostics
) -> tuple[Expression, str] | None:
    """Return the event, linked and as written; it must be about how stages end, and no more."""
    written = _text(node, "success")
    if written is None:
        return None
    try:
        parsed = parse_event(written.value)
        if vocabulary is None:
            return None
        linked = link_event(parsed, vocabulary)
    except LanguageErrors as errors:
        diagnostics.refuse_text(written, errors)
        return None
    found = [part for part, _ in walk(linked)]
    wrong = next((part for part in found if isinstance(part, Cell | Measure)), None)
    if wrong is None and any(isinstance(part, Outcome) for part in found):
        return linked, " ".join(written.value.split())
    example = _example_outcome(vocabulary)
    reads = f"'{write(wrong)}' does not" if wrong is not None else "this does not"
    diagnostics.refuse_at(
        written.offset_in_file(wrong.start) if wrong is not None else written.start,
        f"'success' says how a stage ends, and {reads}",
        f"write the outcome of a stage, as in {example}",
    )
    return None


def _example_outcome(vocabulary: Vocabulary) -> str:
    """Return an outcome of the first stage, to show how one is written."""
    stage, symbols = next(iter(vocabulary.stages.items()))
    return f"{stage} = {symbols.outcomes[-1]}"


def _read_case(node: MappingNode, among: str, diagnostics: Diagnostics) -> str:
    written = _text(node, "case")
    if written is None:
        return ""
    name = " ".join(written.value.split())
    if name in case_names(among):
        return name
    begun = [case for case in case_names(among) if case.casefold().startswith(name.casefold())]
    close = difflib.get_close_matches(name, case_names(among), n=_MOST_SHOWN, cutoff=0.5)
    near = list(dict.fromkeys([*begun, *close]))[:_MOST_SHOWN]
    remedy = f"see 'conjuncture data show {among}'"
    if near:
        remedy = f"the nearest {'is' if len(near) == 1 else 'are'}: {', '.join(near)}"
    diagnostics.refuse(written, f"the {among} do not have the case '{name}'", remedy)
    return ""


def _read_tags(node: MappingNode, among: str, diagnostics: Diagnostics) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in node.pairs:
        if key.value in _FIXED_KEYS:
            continue
        if key.value not in TAGS[among]:
            diagnostics.refuse(key, *_unknown_tag(key.value, among))
            continue
        option = _read_option(key.value, value, among, diagnostics)
        if option is not None:
            found[key.value] = option
    return found


def _unknown_tag(name: str, among: str) -> tuple[str, str]:
    listed = f"the tags of the {among} are: {', '.join(TAGS[among])}"
    other = next((table for table in CASE_TABLES if name in TAGS[table]), None)
    if other is not None:
        return f"'{name}' is a tag of the {other}, not of the {among}", listed
    guess = find_nearest_name(name, (*TAGS[among], *_FIXED_KEYS))
    hint = f"did you mean '{guess}'? " if guess is not None else ""
    return f"the {among} have no tag '{name}'", hint + listed


def _read_option(tag: str, value: YamlNode, among: str, diagnostics: Diagnostics) -> str | None:
    if value.broken:
        return None
    options = TAGS[among][tag].options
    remedy = f"write one of: {', '.join(options)}"
    if not isinstance(value, ScalarNode):
        diagnostics.refuse(value, f"'{tag}' takes one word", remedy)
    elif value.value in options:
        return value.value
    else:
        guess = find_nearest_name(value.value, options)
        hint = f"did you mean '{guess}'? " if guess is not None else ""
        diagnostics.refuse(value, f"'{tag}' is never '{value.value}'", hint + remedy)
    return None


def _text(node: MappingNode, key: str) -> ScalarNode | None:
    value = node.get(key)
    return value if isinstance(value, ScalarNode) and not value.broken else None
