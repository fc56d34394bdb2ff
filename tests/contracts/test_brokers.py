"""The page on leaders who broker: confidence lost through an empty promise moves the base."""

import re
import shlex
from pathlib import Path

import pytest

import conjuncture
from chance import bound

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "brokers.md"
TEXT = PAGE.read_text(encoding="utf-8")


def fences(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def ensemble(write_crisis):
    folder = write_crisis("".join(fences("yaml")), account=fences("text")[0])
    return conjuncture.load(str(folder)).run(worlds=100)


@pytest.fixture(scope="module")
def answers(ensemble):
    """Return the answers to the questions of the page, in its order."""
    commands = [shlex.split(body.replace("\\\n", " ")) for body in fences("sh")]
    assert all(words[:3] == ["conjuncture", "query", "brokers"] for words in commands)
    return [ensemble.query(words[3]) for words in commands]


def test_the_scenario_reads_without_a_warning(ensemble):
    assert ensemble.crisis.warnings == ()


def test_an_empty_promise_costs_confidence_in_every_world(answers):
    lost = answers[0]
    assert lost.value < -bound() * lost.standard_error
    assert lost.interval[1] < 0
    assert abs(lost.value + 0.30) < bound() * lost.standard_error


def test_the_committee_is_followed_more_often_after_the_promise(answers):
    moved = answers[1]
    assert moved.value > bound() * moved.standard_error
    assert abs(moved.value - 1 / 3) < bound() * moved.standard_error


@pytest.mark.slow
def test_confidence_that_is_held_leaves_nothing_of_the_difference(answers):
    assert answers[2].value == 0
    assert answers[2].interval == (0, 0)


def test_leaders_without_fear_call_their_base_out(answers):
    called = answers[3]
    assert called.value > bound() * called.standard_error
    assert abs(called.value - 0.75) < bound() * called.standard_error


def test_the_claims_of_the_page_are_tested(ensemble):
    assert [one.claim.key for one in ensemble.test()] == ["broker", "confidence"]
