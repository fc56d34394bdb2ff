"""A claim is shown by a pair of histories in which it goes as it says, or does not."""

import re

import pytest

from conjuncture.analysis.pairs import pair_of, survey_pairs
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

CLAIMS = {
    "needed": "necessity(do(crowd aside) for showdown = a given showdown.side[crowd] = a) > 0.05",
    "spared": "necessity(do(crowd aside) for showdown = a given showdown.side[crowd] = a) < 0.9",
    "forestalled": "necessity(do(crowd aside) for showdown = a or forestalled) > 0.5",
    "enough": "sufficiency(do(guard sides a) for showdown = a given showdown.side[guard] != a) > 0.02",
    "alone": "P(showdown = b | showdown.side[line] = b, do(crowd aside)) > 0.5",
    "unchanged": "P(showdown.side[crowd] = a | showdown = a) > 0.5",
    "helped": "P(showdown = a) - P(showdown = a | do(crowd aside)) > 0.02",
    "hindered": "P(showdown = a) < P(showdown = a | do(crowd aside))",
    "cost_nothing": "P(showdown = a) - P(showdown = a | do(crowd.mass *= 1.01)) in [-0.1, 0.1]",
    "more_is_better": (
        "P(showdown = a | do(crowd.mass = 90)) - P(showdown = a | do(crowd.mass = 1)) > 0"
    ),
    "wider": (
        "E(showdown.largest_share | do(guard sides a)) > E(showdown.largest_share | do(guard sides b))"
    ),
    "no_wider": (
        "E(showdown.largest_share | do(showdown = a)) > E(showdown.largest_share | do(showdown = b))"
    ),
    "large": "E(showdown.largest_share) > 0.6",
    "middling": "P(showdown = a) in [0.2, 0.8]",
    "product": "P(showdown = a) * P(showdown = b) > 0.1",
    "never": "P(showdown = a | showdown = a and showdown = b) > 0.5",
}
TEXT = FREE[: FREE.index("claims:")] + "claims:\n" + "".join(
    f"  {key}: {{says: It was {key}., note: x, test: '{test}'}}\n" for key, test in CLAIMS.items()
)  # fmt: skip


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(TEXT), 20, 512)


@pytest.fixture(scope="module")
def pairs(ensemble):
    return {key: pair_of(claim.test) for key, claim in ensemble.crisis.claims.items()}


def so(pair):
    return {"/".join(states) for states in pair.agreeing_states}


def test_what_claims_say_of_a_history(pairs):
    """A necessity is a history that turns, a share one that ends so, a difference one that parts."""
    assert so(pairs["needed"]) == {"true/false", "false/false", "undefined/false"}
    assert {"true/true", "true/undefined"} <= so(pairs["spared"])
    assert not so(pairs["spared"]) & so(pairs["needed"])
    assert {"true/false", "true/undefined"} <= so(pairs["forestalled"])
    assert "false/true" in so(pairs["enough"])
    assert so(pairs["unchanged"]) == {"true"}
    assert so(pairs["helped"]) == {"true/false", "true/undefined"}
    assert so(pairs["hindered"]) == {"false/true", "undefined/true"}
    assert "true/true" in so(pairs["cost_nothing"])
    assert not {"true/false", "false/true"} & so(pairs["cost_nothing"])
    assert so(pairs["wider"]) == {"true"}
    assert pairs["wider"].gap == (0.0, float("inf"))
    assert pairs["middling"].agreeing_states is None
    assert pairs["product"].agreeing_states is None


def test_which_runs_stand_side_by_side(pairs):
    assert pairs["unchanged"].columns == pairs["large"].columns == (AS_THINGS_WERE,)
    for key in ("needed", "enough", "alone", "helped", "hindered"):
        assert pairs[key].columns[0] == AS_THINGS_WERE
        assert len(pairs[key].columns) == 2
    assert AS_THINGS_WERE not in pairs["more_is_better"].columns


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("needed", CLAIMS["needed"].partition(" > ")[0]),
        ("enough", CLAIMS["enough"].partition(" > ")[0]),
        ("alone", CLAIMS["alone"].partition(" > ")[0]),
        ("unchanged", CLAIMS["unchanged"].partition(" > ")[0]),
    ],
)
def test_how_common_it_is_is_the_value_of_the_claim(ensemble, key, query):
    """The very histories are counted that a query counts."""
    shown = ensemble.chronicle(claim=key).illustration
    value = ensemble.query(query).value
    assert shown.share == pytest.approx(value if shown.as_said else 1.0 - value, abs=1e-12)


def test_the_share_of_worlds_is_that_of_the_verdict(ensemble):
    keys = ["needed", "helped", "wider"]
    for one in ensemble.test(keys):
        shown = ensemble.chronicle(claim=one.claim.key).illustration
        assert shown.worlds == one.prior.verdict.share


def test_kinds_of_histories_are_those_of_saved_ones(ensemble, pairs):
    saved = ensemble.to_xarray()
    won = saved["stages/showdown/outcome"].values == 0
    surveyed = survey_pairs(ensemble.simulator, pairs["helped"], None)
    first_won = surveyed.share(lambda states: states[0] == "true")
    assert surveyed.total == won.size
    assert first_won == pytest.approx(won.mean(), abs=1e-12)


def test_a_necessity_that_holds_is_a_history_that_turns(ensemble):
    told = ensemble.chronicle(claim="needed")
    shown = told.illustration
    assert shown.worlds > 0.5
    assert shown.as_said
    assert (told.as_it_was[-1].outcome, told.under_do[-1].outcome) == ("a", "b")
    assert told.do == "crowd aside"
    assert told.given == "showdown.side[crowd] = a and showdown = a"
    assert shown.sentences.startswith(
        "In this history a wins the showdown; with crowd standing aside, and the same luck, "
        "b wins the showdown. The claim holds in "
    )
    assert shown.sentences.endswith("A pair illustrates and proves nothing.")
    assert "that go so and went as observed" in told.why


def test_where_it_fails_a_pair_in_which_it_does_not_go_so(ensemble):
    told = ensemble.chronicle(claim="hindered")
    shown = told.illustration
    assert shown.worlds <= 0.5
    assert shown.as_said is False
    assert "it does not go as the claim says" in shown.sentences
    assert (told.as_it_was[-1].outcome, told.under_do[-1].outcome) != ("b", "a")


def test_where_it_went_as_observed_that_is_told(ensemble):
    """Both camps win some histories without the crowd; the first camp did, and is told to."""
    for key in ("needed", "helped", "cost_nothing", "unchanged"):
        assert ensemble.chronicle(claim=key).as_it_was[-1].outcome == "a"


def test_two_changes_stand_side_by_side(ensemble):
    told = ensemble.chronicle(claim="more_is_better")
    assert told.under_other[-1].outcome == "a"
    assert told.under_do[-1].outcome == "b"
    assert [head[:8] for head in told.column_titles] == ["With the", "With the"]
    assert told.rows[0].left == told.under_other[0]
    assert ", the reverse in " in told.illustration.sentences
    content = told.to_dict()
    assert content["other"] == told.other != content["instead"]
    assert content["under_other"][-1]["outcome"] == "a"
    assert content["claim"]["key"] == "more_is_better"


def test_a_mean_is_shown_by_its_number_in_both_runs(ensemble):
    told = ensemble.chronicle(claim="wider")
    found = re.findall(r" is (0\.\d+|1)\b", told.illustration.sentences)
    assert len(found) == 2
    assert (float(found[0]) > float(found[1])) == told.illustration.as_said


def test_numbers_that_are_alike_are_not_one_larger_than_the_other(ensemble):
    """The end is imposed, not how the troops stood before it."""
    shown = ensemble.chronicle(claim="no_wider").illustration
    assert shown.as_said is False
    assert shown.share == 1.0
    assert "that is no different" in shown.sentences


def test_what_no_single_history_shows_is_said(ensemble):
    told = ensemble.chronicle(claim="product")
    assert told.illustration.as_said is None
    assert told.illustration.sentences.startswith("What the claim compares no single history shows")


def test_one_history_where_nothing_is_imposed(ensemble):
    told = ensemble.chronicle(claim="unchanged")
    assert told.under_do is None
    assert told.do is None
    assert "One history illustrates and proves nothing." in str(told)


def test_in_secret(ensemble):
    told = ensemble.chronicle(claim="needed", secretly=True)
    assert told.do == "crowd aside secretly"
    assert "standing aside in secret" in told.instead


def test_what_cannot_be_shown_is_a_sentence(ensemble):
    with pytest.raises(UsageError, match="no history shows what 'never' says: its condition was"):
        ensemble.chronicle(claim="never")
    with pytest.raises(UsageError, match="needed"):
        ensemble.chronicle(claim="neded")
    with pytest.raises(UsageError, match="leave out given, do, world and history"):
        ensemble.chronicle("showdown = a", claim="needed")
    with pytest.raises(UsageError, match="secretly is said of the interventions of a claim"):
        ensemble.chronicle("showdown = a", secretly=True)
