"""By which tags a crisis is compared, and what is said where that cannot be."""

from __future__ import annotations

import pytest

from conjuncture.analysis.reference_classes.recorded_cases import stated_tags
from conjuncture.api import load
from conjuncture.errors import UsageError
from crises import FREE

LIKE = """
like:
  success: showdown = a
  plotters: elite
  protest: no
  note: as the table has it
"""


@pytest.fixture(scope="module")
def tagged(write_crisis):
    return load(write_crisis(FREE + LIKE)).crisis


@pytest.fixture(scope="module")
def untagged(write_crisis):
    return load(write_crisis(FREE)).crisis


def test_tags_are_overridden_and_added(tagged):
    found = stated_tags(tagged, {"plotters": "combat", "region": "europe"}, None)
    assert found == ("attempts", {"plotters": "combat", "protest": "no", "region": "europe"})
    assert stated_tags(tagged, None, None)[1] == {"plotters": "elite", "protest": "no"}


def test_another_table_keeps_nothing_of_like(tagged):
    assert stated_tags(tagged, None, "campaigns") == ("campaigns", {})


def test_tags_may_be_named_where_the_scenario_has_none(untagged):
    assert stated_tags(untagged, {"aim": "secession"}, "campaigns")[1] == {"aim": "secession"}
    assert stated_tags(untagged, None, "attempts") == ("attempts", {})


def test_without_a_word_it_says_what_to_write(untagged):
    with pytest.raises(UsageError) as refused:
        stated_tags(untagged, None, None)
    told = str(refused.value)
    assert "like: {success: showdown = a, plotters: combat}" in told
    assert "plotters (combat, elite)" in told
    assert "--tag plotters=combat" in told


@pytest.mark.parametrize(
    ("tags", "among", "parts"),
    [
        ({"ploters": "elite"}, None, ("no tag 'ploters'", "did you mean 'plotters'?", "protest")),
        ({"plotters": "generals"}, None, ("never 'generals'", "combat, elite")),
        ({"plotters": "elite"}, "campaigns", ("the campaigns have no tag 'plotters'", "method")),
        (None, "coups", ("there is no table of cases 'coups'", "attempts, campaigns")),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(tagged, tags, among, parts):
    with pytest.raises(UsageError) as refused:
        stated_tags(tagged, tags, among)
    assert all(part in str(refused.value) for part in parts)
