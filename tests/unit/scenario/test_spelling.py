"""Names within sentences: article, number and capitals."""

import pytest

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis
from conjuncture.scenario.wording import is_plural, phrase_of, phrase_of_key, spelling_of

ACCOUNT = """\
# The strike of the line

Torres came. On that day Torres and the air force met the line regiments, the other works and a
crowd of Catholic workers. Line regiments waited. "Officers," he said, "wait for the Catholic unions."
"""

SCENARIO = """
conjuncture: 1
title: Names
account: account.md
forces:
  red: {troops: 1}
  blue: {troops: 1}
  air_force: {troops: 1, leans: {torres: 1, miranda: 0}}
  crowd: {mass: 5, leans: {torres: 1, miranda: 0}}
  works: {mass: 5, name: Other works, leans: {torres: 1, miranda: 0}}
  staff: {troops: 1, name: The United States, plural: "no", leans: {torres: 1, miranda: 0}}
stages:
  day: {mechanism: showdown, camps: {torres: {core: red}, miranda: {core: blue}}}
"""


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("torres", "Torres"),
        ("air_force", "air force"),
        ("line", "line"),
        ("catholic_unions", "Catholic unions"),
        ("unheard_of", "unheard of"),
        ("", ""),
    ],
)
def test_a_label_has_the_capitals_that_the_account_gives_it(label, words):
    assert spelling_of(label, ACCOUNT) == words


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("The airmen", "the airmen"),
        ("An old guard", "an old guard"),
        ("Line regiments of the east", "the line regiments of the east"),
        ("Other works", "the other works"),
        ("Catholic workers", "Catholic workers"),
        ("Torres", "Torres"),
        ("the line regiments", "the line regiments"),
        ("The", "The"),
    ],
)
def test_a_name_stands_within_a_sentence(name, phrase):
    assert phrase_of(name, ACCOUNT) == phrase


@pytest.mark.parametrize(
    ("key", "phrase"), [("air_force", "the air force"), ("crowd", "the crowd")]
)
def test_who_has_no_name_gets_the_article_of_the_account(key, phrase):
    assert phrase_of_key(key, ACCOUNT) == phrase
    assert phrase_of_key("red", ACCOUNT) == "red"


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("The vanguard parties", True),
        ("The police", True),
        ("The people of the town", True),
        ("Yeltsin and the White House", True),
        ("The five captaincies that Milans had sounded", True),
        ("The confederation of the trade unions", False),
        ("The press", False),
        ("Milans del Bosch", False),
        ("Torres as president", False),
        ("the crisis committee", False),
    ],
)
def test_whether_a_name_means_several(name, plural):
    assert is_plural(name) is plural


def test_a_scenario_is_read_with_its_names(tmp_path):
    (tmp_path / "account.md").write_text(ACCOUNT)
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    forces = read_crisis(tmp_path, stage_models()).forces
    assert {key: (one.phrase, one.plural) for key, one in forces.items()} == {
        "red": ("red", False),
        "blue": ("blue", False),
        "air_force": ("the air force", False),
        "crowd": ("the crowd", False),
        "works": ("the other works", True),
        "staff": ("the United States", False),
    }


def test_a_lower_case_that_is_longer_than_what_was_written_does_no_harm():
    assert spelling_of("torres", "İ Torres came to Torres.") == "torres"
