"""Bad input gives a sentence with a place and exit code 1, never a traceback, never code run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import malformed_cases as cases
from conjuncture.cli.app import app
from conjuncture.errors import Mistake, ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.scenario_file import read_crisis
from malformed import (
    ALL,
    GOOD,
    MARK,
    ONE_AT_A_TIME,
    TOGETHER,
    edit_case,
    mistakes_in,
    mistakes_of,
    write_scenario,
)


def hold_against_the_form(found: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """Return what is wrong with a scenario: something, each with its place, on one line, in our words."""
    assert found
    for mistake in found:
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert mistake.problem
        assert len(str(mistake).splitlines()) == 1
        assert str(mistake).isprintable()
        for foreign in ("Traceback", "pydantic", "ruamel", "Input should", "NoneType"):
            assert foreign not in str(mistake)
    return found


def test_there_are_at_least_a_hundred():
    assert len(ALL) >= 100
    assert len({case.name for case in ALL if case not in cases.VALUES}) + len(
        {case.name for case in cases.VALUES}
    ) == len(ALL)


def test_good_one_is_good(tmp_path):
    crisis = read_crisis(write_scenario(tmp_path, GOOD), stage_models())
    assert isinstance(crisis, Crisis)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_mistake_has_its_place(case):
    _, place = edit_case(case)
    found = hold_against_the_form(mistakes_of(case))
    here = [mistake for mistake in found if place in (None, (mistake.line, mistake.column))]
    assert here, f"expected {place}, found:\n" + "\n".join(map(str, found))
    assert any(case.says in str(mistake) for mistake in here), "\n".join(map(str, found))


@pytest.mark.parametrize("case", ONE_AT_A_TIME, ids=lambda case: case.name)
def test_what_stops_yaml_is_told_alone(case):
    assert len(mistakes_of(case)) == 1


def test_all_mistakes_come_at_once(tmp_path):
    text = GOOD
    chosen = [
        case
        for case in TOGETHER
        if case.name
        in {
            "duplicate key", "unknown core", "unknown force in ties", "negative after a sum",
            "unknown source", "weight of zero", "unknown camp of a backer",
            "unknown force in a group", "unknown outcome", "quote not in the account",
            "interval backwards",
        }
    ]  # fmt: skip
    assert len(chosen) == 11
    for case in chosen:
        assert text.count(case.old) == 1
        text = text.replace(case.old, case.new.replace(MARK, ""))
    found = hold_against_the_form(mistakes_in(tmp_path, text))
    assert list(found) == sorted(found)
    for case in chosen:
        assert any(case.says in str(mistake) for mistake in found), case.name


BYTES = {
    "empty": b"",
    "comments only": b"# nothing\n\n",
    "a word": b"crisis\n",
    "a list": b"- a\n- b\n",
    "nul": b"conjuncture: 1\ntitle: a\x00b\n",
    "bell": b"conjuncture: 1\ntitle: a\x07b\n",
    "delete": b"title: a\x7fb\n",
    "latin-1": "title: Bolívar\n".encode("latin-1"),
    "utf-16": "conjuncture: 1\n".encode("utf-16"),
    "half a character": b"title: a\xc3",
    "byte order mark inside": "title: a\ufeffb\n".encode(),
    "line separator": "title: a\u2028b\n".encode(),
    "next line": "title: a\x85b\n".encode(),
    "deep flow": b"a: " + b"[" * 5000,
    "deep closed flow": b"a: " + b"[" * 60 + b"]" * 60,
    "deep mappings": b"a: " + b"{a: " * 3000,
    "deep dashes": b"- " * 3000 + b"a\n",
    "deep indentation": b"".join(b" " * level + b"a:\n" for level in range(400)),
    "huge": b"title: " + b"a" * 1_000_001,
    "many entries": b"unknowns: [" + b"1, " * 25_000 + b"1]\n",
    "laughs": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "huge escape": b'title: "\\UFFFFFFFF"\n',
    "surrogate escape": b'title: "\\uD800"\n',
    "odd version": b"%YAML 1.99999999999999999999\n---\na: 1\n",
    "huge number": b"conjuncture: " + b"9" * 6000 + b"\n",
    "pickled": b"!!python/object/apply:os.system ['false']\n",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("content", BYTES.values(), ids=BYTES.keys())
def test_bytes_that_are_no_scenario(content, tmp_path):
    hold_against_the_form(mistakes_in(tmp_path, content))


def test_byte_order_mark_and_carriage_returns_do_no_harm(tmp_path):
    content = "\ufeff" + GOOD.replace("\n", "\r\n")
    crisis = read_crisis(write_scenario(tmp_path, content), stage_models())
    plain = tmp_path / "plain"
    plain.mkdir()
    assert read_crisis(write_scenario(plain, GOOD), stage_models()).digest == crisis.digest


@pytest.mark.parametrize("size", [700, 2_100])
def test_too_many_of_everything(size, tmp_path):
    forces = "".join(f"  f{number}: {{troops: 1, mass: 1, stakes: 1}}\n" for number in range(size))
    text = GOOD.replace("  council:\n", forces + "  council:\n")
    found = hold_against_the_form(mistakes_in(tmp_path, text))
    assert any("500" in str(mistake) for mistake in found)


def test_code_is_never_run(tmp_path):
    witness = tmp_path / "witness"
    code = f"__import__('pathlib').Path('{witness}').touch()"
    for place in ("troops: 3 * 2", "test: P(showdown", "title: A small", "[unions, council]"):
        text = GOOD.replace(place, place.partition(":")[0] + f': !!python/eval "{code}"', 1)
        hold_against_the_form(mistakes_in(tmp_path, text))
        text = GOOD.replace(place, place.partition(":")[0] + f': "{code}"', 1)
        with contextlib.suppress(ScenarioError):
            read_crisis(write_scenario(tmp_path, text), stage_models())
    assert not witness.exists()


@pytest.mark.parametrize("case", ALL[::4], ids=lambda case: case.name)
def test_command_line_says_it_and_exits_with_one(case, tmp_path):
    text, _ = edit_case(case)
    result = CliRunner().invoke(app, ["check", str(write_scenario(tmp_path, text).parent)])
    assert result.exit_code == 1
    assert "scenario.yaml:" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["unknown core", "tab", "import"])
def test_program_says_it_and_exits_with_one(name, tmp_path):
    case = next(case for case in ALL if case.name == name)
    text, place = edit_case(case)
    assert place is not None
    result = subprocess.run(
        [sys.executable, "-m", "conjuncture.cli", "check", str(write_scenario(tmp_path, text))],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert f"scenario.yaml:{place[0]}:{place[1]}: " in result.stderr
    assert "Traceback" not in result.stderr + result.stdout


LINES = GOOD.splitlines(keepends=True)
FRAGMENTS = st.sampled_from(
    [
        "\t", "  ", ":", ": ", "- ", "{", "}", "[", "]", ",", "'", '"', "|", ">", "&a ", "*a ",
        "!!str ", "<<: ", "? ", "#", "%", "@", "\\", "\n", "\n\n", "---\n", "nan", "null", "~",
        "-1", "1e999", "to", "sworn", "either: ", "value: ", "é", "\u202e", "\x85", "\u2028",
        "__import__('os')", "P(", ")", "army", "0", "army.troops", " + ", "…",
    ]
)  # fmt: skip
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def reads_or_says(folder: Path, content: str | bytes) -> None:
    found: tuple[Mistake, ...] = ()
    try:
        read_crisis(write_scenario(folder, content), stage_models())
    except ScenarioError as error:
        found = error.mistakes or (Mistake("nothing said", 0, 0, ""),)
    assert all(mistake.line >= 1 and mistake.column >= 1 for mistake in found)
    assert all(str(mistake).isprintable() for mistake in found)


@QUICK
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), FRAGMENTS), min_size=1, max_size=4))
def test_inserted_fragments(tmp_path, inserted):
    text = GOOD
    for place, fragment in inserted:
        text = text[:place] + fragment + text[place:]
    reads_or_says(tmp_path, text)


@QUICK
@given(st.data())
def test_lines_lost_doubled_and_moved(tmp_path, data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        line = lines.pop(place)
        for _ in range(data.draw(st.integers(0, 2))):
            lines.insert(data.draw(st.integers(0, len(lines))), line)
    reads_or_says(tmp_path, "".join(lines))


@QUICK
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=30))
def test_replaced_stretches(tmp_path, place, length, new):
    text = GOOD[:place] + new + GOOD[place + length :]
    reads_or_says(tmp_path, text.encode("utf-8", "surrogatepass"))


@QUICK
@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_random_bytes(tmp_path, noise, place):
    encoded = GOOD.encode()
    reads_or_says(tmp_path, encoded[:place] + noise + encoded[place:])


NAMED = st.sampled_from(["army", "general", "mood", "showdown", "value", "either", "troops", "x"])
LEAVES = NAMED | st.sampled_from(["1", "-1", "2 to 5", "warm", "sworn", "nan", "{}", "[]", '""'])
SHAPES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(NAMED, inner, max_size=3).map(
            lambda parts: "{" + ", ".join(f"{key}: {part}" for key, part in parts.items()) + "}"
        )
    ),
    max_leaves=8,
)
KEYED = [number for number, line in enumerate(LINES) if ":" in line]


@QUICK
@given(st.sampled_from(KEYED), SHAPES)
def test_wrong_types_everywhere(tmp_path, number, shape):
    lines = list(LINES)
    key = lines[number].partition(":")[0]
    depth = len(key) - len(key.lstrip())
    end = number + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > depth:
        end += 1
    lines[number:end] = [f"{key}: {shape}\n"]
    reads_or_says(tmp_path, "".join(lines))
