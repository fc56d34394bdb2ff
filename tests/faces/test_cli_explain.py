"""``conjuncture explain`` as a user meets it."""

import json

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from crises import FREE


@pytest.fixture(scope="module")
def free(write_crisis):
    return str(write_crisis(FREE))


def invoke(*words):
    ended = CliRunner().invoke(app, [*words])
    return ended.exit_code, ended.stdout, ended.stderr


SMALL = ("--worlds", "30", "--part", "attribution", "--part", "causes")


@pytest.mark.parametrize("columns", ["80", "160"])
def test_parts_with_their_tables(free, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    code, out, err = invoke("explain", free, "--outcome", "showdown = a", *SMALL)
    assert (code, err) == (0, "")
    assert "Why a wins the showdown  (showdown = a)" in out
    assert "Whose doing it was" in out
    assert "What would have turned it" in out
    assert "Where it tips" not in out
    assert "30 worlds × 16 histories" in out
    assert max(map(len, out.splitlines())) <= min(int(columns), 120)
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.slow
def test_a_part_with_worlds_of_its_own_says_how_many(free):
    code, out, _ = invoke(
        "explain", free, "--outcome", "showdown = a", *SMALL, "--part", "discovery"
    )
    told = " ".join(out.split())
    assert code == 0
    assert "looked at were 30 worlds × 16 histories, seed 1 (discovery: 150 worlds); in all" in told
    alone = ("--worlds", "30", "--part", "discovery")
    _, out, _ = invoke("explain", free, "--outcome", "showdown = a", *alone)
    told = " ".join(out.split())
    assert "looked at were 16 histories of each world, seed 1 (discovery: 150 worlds); in" in told


def test_in_a_narrow_window_figures_stand_below_their_labels(free, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    code, out, _ = invoke("explain", free, "--outcome", "showdown = a", *SMALL)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 60


def test_quiet_leaves_out_what_is_asked(free):
    _, out, _ = invoke("explain", free, "--outcome", "showdown = a", *SMALL, "--quiet")
    assert "averaged over every order" not in out
    assert "30 worlds × 16" not in out


def test_json_and_a_file_hold_the_same(free, tmp_path):
    target = tmp_path / "why.json"
    code, out, _ = invoke(
        "explain", free, "--outcome", "showdown = a", *SMALL, "--group", "army", "--json",
        "--output", str(target),
    )  # fmt: skip
    content = json.loads(out)
    assert code == 0
    assert json.loads(target.read_text(encoding="utf-8")) == content
    found = content["explanation"]
    assert set(found) == {"attribution", "causes"}
    army = next(one for one in found["attribution"]["shares"] if one["factor"] == "army")
    assert {part["factor"] for part in army["parts"]} == {"guard", "line"}
    assert content["run"]["request"]["groups"] == ["army"]


def test_a_claim_in_the_place_of_an_outcome(free):
    code, out, _ = invoke("explain", free, "--claim", "crowd", "--worlds", "60", "--json")
    content = json.loads(out)
    assert code == 0
    assert content["claim"] == "crowd"
    assert content["sentences"]


def test_a_query_in_the_place_of_an_outcome(free):
    code, out, _ = invoke("explain", free, "--query", "E(showdown.margin)", "--json")
    content = json.loads(out)
    assert code == 0
    assert content["query"] == "E(showdown.margin)"
    assert {one["factor"] for one in content["indices"]} >= {"mood"}


def test_conditions_of_ones_own(free):
    code, out, _ = invoke(
        "explain", free, "--outcome", "showdown = a", "--worlds", "30", "--part", "conditions",
        "--condition", "mood = 0", "--condition", "crowd.mass = 0", "--json",
    )  # fmt: skip
    assert code == 0
    shares = json.loads(out)["explanation"]["conditions"]["shares"]
    assert len(shares) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say what to explain"),
        (("--outcome", "showdown = a", "--claim", "crowd"), "one of three"),
        (("--outcome", "showdown = nobody"), "nobody"),
        (("--outcome", "showdown = a", "--part", "luck"), "no part of an explanation"),
        (("--outcome", "showdown = a", "--group", "navy"), "army"),
        (("--outcome", "showdown = a", "--map", "mood"), "two numbers"),
        (("--outcome", "showdown = a", "--level", "2"), "between 0 and 1"),
        (("--outcome", "showdown = a", "--histories", "0"), "512"),
        (("--outcome", "showdown = a", "--output", "why.txt"), ".json"),
        (("--outcome", "showdown = a and showdown = b", "--worlds", "20"), "nothing to explain"),
        (("--claim", "crown"), "crowd"),
    ],
)
def test_mistakes_get_a_sentence(free, words, said):
    code, out, err = invoke("explain", free, *words)
    assert code in (1, 2)
    assert out == ""
    assert said in err
    assert "Traceback" not in err
