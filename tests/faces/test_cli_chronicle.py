"""``chronicle`` and the tree of ``run``: what they print at every width, as JSON, and refuse."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from graphs import QUARREL

SIZE = ("--worlds", "30", "--histories", "1024")
CHOSEN = ("--given", "contest[1] = a", "--do", "contest[1] = b, line aside")


@pytest.fixture(scope="session")
def repeated(write_crisis):
    return str(write_crisis(QUARREL))


CLAIMS = """claims:
  line:
    says: The line decided how the first contest ended.
    note: x
    test: necessity(do(line aside) for contest[1] = a given contest[1].side[line] = a) < 0.9
  sides:
    says: It made a difference on which side the line stood.
    note: x
    test: P(contest[1] = a | do(line sides a)) - P(contest[1] = a | do(line sides b)) > 0.05
"""


@pytest.fixture(scope="session")
def claiming(write_crisis):
    return str(write_crisis(QUARREL.replace("claims: {}\n", CLAIMS)))


def invoke(*arguments, **environment):
    environment = {"NO_COLOR": "1", "COLUMNS": "80", **environment}
    result = CliRunner().invoke(app, list(arguments), env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_tree_fits(repeated, width):
    code, out, _ = invoke("run", repeated, *SIZE, COLUMNS=str(width))
    assert code == 0
    assert max(map(len, out.splitlines())) <= width
    assert all(line == line.rstrip() for line in out.splitlines())
    if width >= 80:
        assert re.search(r"^contest +of all +from here +likeliest$", out, re.MULTILINE)
        assert re.search(
            r"^├ a → contest \(2\) +0\.\d+ +0\.\d+  \(0\.\d+ to 0\.\d+\) ", out, re.MULTILINE
        )
    assert "contest  reached in 100 % of the histories" in out


@pytest.mark.slow
def test_figures_stand_under_the_branches_where_there_is_no_room(repeated, write_crisis):
    longer = QUARREL.replace("contest", "a_contest_that_has_a_rather_long_name")
    _, out, _ = invoke("run", str(write_crisis(longer)), *SIZE, COLUMNS="60")
    assert max(map(len, out.splitlines())) <= 60
    assert re.search(r"0\.\d+ of all, 0\.\d+ \(0\.\d+ to 0\.\d+\) from here", out)


def test_rare_branches_are_folded_on_request(repeated):
    _, out, _ = invoke("run", repeated, *SIZE, "--least", "0.3")
    assert re.search(r"└ … and \d rarer, 0\.\d+ of all", out)
    code, _, err = invoke("run", repeated, *SIZE, "--least", "2")
    assert (code, err) == (2, "least must be 0 to 1, a share of the histories, not 2\n")


def test_json_of_the_tree(repeated):
    tree = json.loads(invoke("run", repeated, *SIZE, "--json")[1])["tree"]
    assert set(tree) == {"least", "stage", "visit", "worlds", "branches", "rarer"}
    assert (tree["least"], tree["stage"], tree["visit"], tree["worlds"]) == (
        0.01,
        "contest",
        1,
        1.0,
    )
    assert set(tree["branches"]) == {"a", "b"}
    branch = tree["branches"]["a"]
    assert set(branch) == {"probability", "here", "likeliest", "then"}
    assert branch["then"]["visit"] == 2
    assert set(branch["here"]) == {"value", "interval", "standard_error", "counts_sha256"}
    assert tree["branches"]["b"]["then"]["stage"] == "reckoning"


def test_a_kept_tree_reproduces(repeated, tmp_path):
    target = tmp_path / "result.json"
    assert invoke("run", repeated, *SIZE, "--least", "0.2", "--output", str(target))[0] == 0
    code, out, _ = invoke("reproduce", str(target))
    assert code == 0, out
    content = json.loads(target.read_text(encoding="utf-8"))
    content["run"]["jax"] = "0.1"
    del content["tree"]["branches"]["b"]
    target.write_text(json.dumps(content), encoding="utf-8")
    assert invoke("reproduce", str(target))[0] == 0


def test_a_chronicle_tells_one_history_under_its_address(repeated):
    code, out, err = invoke("chronicle", repeated, *SIZE, *CHOSEN[:2])
    assert (code, err) == (0, "")
    assert re.match(r"A quarrel that comes again\nworld \d+, history \d+, seed 1\n", out)
    assert re.search(r"To tell it again: --world \d+ --history \d+\.", " ".join(out.split()))
    assert "\nContest\n" in out
    assert "_" not in out
    world, history = re.search(r"world (\d+), history (\d+)", out).groups()
    again = invoke("chronicle", repeated, "--world", world, "--history", history)[1]
    assert again[again.index("\nContest") :] == out[out.index("\nContest") :]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_both_histories_fit(repeated, width):
    code, out, _ = invoke("chronicle", repeated, *SIZE, *CHOSEN, COLUMNS=str(width))
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    assert out.count("Here the two part") == 1
    if width == 160:
        assert any(re.match(r"  As it was +│ With ", line) for line in lines)
    else:
        assert "  As it was:" in lines
        assert "│" not in out
    assert "made to end as “b”" in " ".join(out.split())


@pytest.mark.slow
def test_a_change_that_changes_nothing_says_so(repeated):
    quiet = ("--given", "reckoning = a", "--do", "hill_men.mass = 0")
    _, out, _ = invoke("chronicle", repeated, *SIZE, *quiet)
    assert "all else goes as it was: the two never part." in " ".join(out.split())
    assert "As it was" not in out


def test_json_of_a_chronicle(repeated):
    found = json.loads(invoke("chronicle", repeated, *SIZE, *CHOSEN, "--json")[1])
    assert {"world", "history", "seed", "why", "given", "do", "instead", "run"} <= set(found)
    assert found["as_it_was"][0]["outcome"] == "a"
    assert found["under_do"][0]["imposed"] is True
    assert set(found["as_it_was"][0]) == {"stage", "visit", "outcome", "imposed", "lines"}
    assert found["parted"]["stage"] == "Contest"


@pytest.mark.parametrize("width", [60, 80, 160])
@pytest.mark.parametrize("claim", ["line", "sides"])
def test_a_claim_is_shown_by_a_pair_of_histories(claiming, claim, width):
    code, out, err = invoke("chronicle", claiming, *SIZE, "--claim", claim, COLUMNS=str(width))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    told = " ".join(out.split())
    assert re.search(r"seed 1 (The line decided how|It made a difference on)", told)
    assert "and the same luck," in told
    assert "A pair illustrates and proves nothing. " in told
    assert "this is the first of them." in told
    assert "--world" not in told
    if claim == "sides":
        assert "As it was" not in told
        assert "With the line on the side of a" in told


@pytest.mark.slow
def test_json_and_secret_of_a_claim(claiming):
    asked = ("chronicle", claiming, *SIZE, "--claim", "line", "--secretly", "--json")
    found = json.loads(invoke(*asked)[1])
    assert found["do"] == "line aside secretly"
    assert found["run"]["request"]["claim"] == "line"
    assert found["run"]["request"]["secretly"] is True
    assert set(found["claim"]) == {
        "key", "says", "worlds", "as_said", "share", "histories", "sentences",
    }  # fmt: skip
    assert (found["other"], found["under_other"]) == (None, None)


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--claim", "line", "--given", "contest = a"], 2, "leave out --given, --do, --world"),
        (["--claim", "line", "--world", "0"], 2, "leave out --given, --do, --world"),
        (["--claim", "lin"], 2, "did you mean 'line'"),
        (["--secretly"], 2, "--secretly is said of the interventions of a claim"),
    ],
)
def test_what_of_a_claim_cannot_be_told_is_a_sentence(claiming, options, code, sentence):
    ended, out, err = invoke("chronicle", claiming, *SIZE, *options)
    assert (ended, out) == (code, "")
    assert sentence in " ".join(err.split())


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--given", "contest[1] = a and contest[1] = b"], 2, "search more of them with --worlds"),
        (["--given", "contst = a"], 1, "event:1:1:"),
        (["--do", "nobody aside"], 1, "do(...):1:1:"),
        (["--world", "3"], 2, "give both --world and --history"),
        (["--world", "-1", "--history", "0"], 2, "world must be 0 to"),
        (["--world", "0", "--history", "0", "--given", "contest = a"], 2, "not by both"),
    ],
)
def test_what_cannot_be_told_is_a_sentence(repeated, options, code, sentence):
    ended, out, err = invoke("chronicle", repeated, *SIZE, *options)
    assert (ended, out) == (code, "")
    assert sentence in " ".join(err.split())
