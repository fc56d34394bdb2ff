"""Learned constants on the command line: asked for, recorded, reproduced, refused."""

import json

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from conjuncture.learned_constants import load_learned
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(scope="module")
def free(write_crisis):
    return str(write_crisis(FREE))


def invoke(*words):
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_a_query_says_which_constants_it_had_and_is_reproduced(free, tmp_path):
    target = tmp_path / "answer.json"
    asked = ("query", free, "P(showdown = a)", "--worlds", "20", "--constants", "learned")
    code, out, err = invoke(*asked, "-o", str(target))
    assert code == 0, err
    assert f"seed 1, constants learned {load_learned().version}" in out
    run = json.loads(target.read_text(encoding="utf-8"))["run"]
    assert run["constants"] == f"learned {load_learned().version}"
    code, out, err = invoke("reproduce", str(target))
    assert code == 0, err
    assert "bit for bit" in out


def test_a_result_of_another_fit_is_not_reproduced(free, tmp_path):
    target = tmp_path / "answer.json"
    invoke(
        "query", free, "P(showdown = a)", "--worlds", "4", "--constants", "learned",
        "-o", str(target),
    )  # fmt: skip
    text = target.read_text(encoding="utf-8")
    target.write_text(
        text.replace(f"learned {load_learned().version}", "learned 0"), encoding="utf-8"
    )
    code, _, err = invoke("reproduce", str(target))
    assert code == 1
    assert "this result has constants learned 0" in err


def test_choices_between_models_keep_documented_constants(free):
    code, _, err = invoke("test", free, "--alternatives", "--constants", "learned")
    assert code == 2
    assert "--alternatives keeps documented constants; leave out --constants" in err


def test_other_constants_are_a_usage_error(free):
    code, _, err = invoke("query", free, "P(showdown = a)", "--constants", "guessed")
    assert code == 2
    assert "documented" in err
    assert "learned" in err
