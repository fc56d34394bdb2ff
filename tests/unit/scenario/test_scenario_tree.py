from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from conjuncture.errors import ScenarioError
from conjuncture.scenario.source import Diagnostics, SourceFile
from conjuncture.scenario.yaml_tree import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    leading_texts,
    plain_data,
    read_tree,
)


def tree_of(text: str) -> tuple[MappingNode, Diagnostics]:
    diagnostics = Diagnostics(SourceFile("scenario.yaml", text))
    return read_tree(diagnostics.source, diagnostics), diagnostics


def scalar(text: str) -> tuple[ScalarNode, Diagnostics]:
    root, diagnostics = tree_of(text)
    value = root.pairs[0][1]
    assert isinstance(value, ScalarNode)
    return value, diagnostics


def test_nothing_is_resolved():
    root, _ = tree_of("a: 1970-10-07\nb: 010\nc: no\nd: 1e3\ne: [~, 0x1F]\n")
    assert plain_data(root) == {
        "a": "1970-10-07", "b": "010", "c": "no", "d": "1e3", "e": ["~", "0x1F"],
    }  # fmt: skip


def test_nodes_know_where_they_stand():
    root, diagnostics = tree_of("a: 1\nb:\n  - c\n  - {d: e}\n")
    listed = root.get("b")
    assert isinstance(listed, SequenceNode)
    inner = listed.items[1]
    assert isinstance(inner, MappingNode)
    assert inner.flow
    assert diagnostics.source.position_of(inner.pairs[0][1].start) == (4, 9)


@pytest.mark.parametrize(
    ("text", "index", "place"),
    [
        ("a: plain", 2, (1, 6)),
        ("a: one\n  two three", 8, (2, 7)),
        ("a: 'it''s so'", 5, (1, 11)),
        ('a: "x\\ty\\u00e9z"', 4, (1, 15)),
        ('a: "one \\\n   two"', 4, (2, 4)),
        ("a: >-\n  one\n  two\n", 4, (3, 3)),
        ("a: |\n    one\n    two\n", 4, (3, 5)),
        ("a: >\n\n  one\n\n  two\n", 5, (5, 3)),
    ],
)
def test_characters_are_found_again(text, index, place):
    value, diagnostics = scalar(text)
    assert diagnostics.source.position_of(value.offset_in_file(index)) == place


WORDS = st.lists(st.text("abc'\"é(){}:#\\ ", min_size=1, max_size=8), min_size=1, max_size=5)


@given(WORDS, st.sampled_from(["'", '"', "|", ">"]))
def test_every_character_maps_to_itself(words, style):
    text = " ".join(words).strip() or "x"
    if style in "'\"":
        quoted = text.replace("'", "''") if style == "'" else text.replace("\\", "\\\\")
        quoted = quoted.replace('"', '\\"') if style == '"' else quoted
        source = f"a: {style}{quoted}{style}\n"
    else:
        lines = "\n".join(f"  {word.strip() or 'x'}" for word in words)
        source = f"a: {style}-\n{lines}\n"
    value, diagnostics = scalar(source)
    assert value.value == YAML(typ="safe", pure=True).load(source)["a"]
    for index, character in enumerate(value.value):
        if not character.isspace():
            found = diagnostics.source.text[value.offset_in_file(index)]
            assert found in {character, "\\"}


def test_all_duplicate_keys_are_told():
    _, diagnostics = tree_of("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n")
    assert diagnostics.mistake_count == 3


def test_broken_brackets_leave_the_rest():
    root, diagnostics = tree_of("a: {value: min(1, 2), note: x}\nb: 1\n")
    assert diagnostics.mistake_count == 1
    assert root.pairs[0][1].broken
    assert plain_data(root) == {"a": {"note": "x"}, "b": "1"}


def test_brackets_in_block_style_are_left_to_the_grammar():
    _, diagnostics = tree_of("a: min(1, 2\nb: [f(x), g]\n")
    assert diagnostics.mistake_count == 0


def test_deep_and_wide_trees_stop_early():
    with pytest.raises(ScenarioError, match="20 levels"):
        tree_of("a: " + "[" * 10_000)
    with pytest.raises(ScenarioError, match="20,000 entries"):
        tree_of("a: [" + "1, " * 30_000 + "1]")


def test_leading_texts_stop_at_the_first_section():
    source = SourceFile("scenario.yaml", "conjuncture: 1\ntitle: A\nforces:\n  a: b\n")
    assert leading_texts(source) == {"conjuncture": "1", "title": "A"}
