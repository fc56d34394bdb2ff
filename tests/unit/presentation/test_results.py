"""Every result speaks: 80 columns of text, a piece of a page, JSON, a tidy table."""

import json

import pytest

import conjuncture
from conjuncture.analysis.alternatives import Alternative, summarise_alternatives
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.chronicle import Chronicle
from conjuncture.analysis.divergence import Episode
from conjuncture.analysis.modelling_choices import ModelChoice
from conjuncture.analysis.outcome_tree import Fork, OutcomeBranch, OutcomeTree
from conjuncture.analysis.stage_summaries import StageSummaries, StageSummary
from conjuncture.presentation.chronicle import groups_of
from conjuncture.presentation.text import text_of_groups
from sample_results import CLAIMS, make_reading

ANSWER = Answer(0.47, (0.1, 0.9), 0.01, 400, 204_800, query="P(showdown = torres)")
RAREST = Answer(0.53, (0.1, 0.9), 0.01, 400, 204_800, undefined=0.2)
LINES = ("In the first round the unions joined Torres; the airmen stood aside to the very end.",)


def episode(stage, outcome, lines=LINES):
    return Episode(stage, 1, False, outcome, False, lines)


def chronicle():
    was = (episode("showdown", "torres"), episode("pact", "agreed"))
    would_be = (episode("showdown", "miranda", ("The unions stood aside.",)),)
    return Chronicle(
        "Bolivia, October 1970", 3, 7, 1, "This is the first of them.", None, "unions aside",
        "with the unions standing aside", was, would_be,
    )  # fmt: skip


def alternatives():
    claim = CLAIMS[0].claim
    readings = {claim.key: make_reading("holds", 0.97, 0.94, 0.99)}
    others = {claim.key: make_reading("fails", 0.02, 0.0, 0.05)}
    rows = [
        Alternative(choice, {claim.key: word}, {claim.key: 0.5}, some)
        for choice, word, some in (
            (None, "holds", readings),
            (ModelChoice("showdown.strength", "strength", "refusal"), "fails", others),
        )
    ]
    return summarise_alternatives({claim.key: claim}, rows, (), 1)


def tree():
    pact = Fork("pact", 1, 1.0, (OutcomeBranch("agreed", ANSWER, ANSWER, 1.0, None),), 2, 0.01)
    branches = (
        OutcomeBranch("torres", ANSWER, ANSWER, 0.5, pact),
        OutcomeBranch("miranda", RAREST, RAREST, 0.5, None),
    )
    return OutcomeTree(Fork("showdown", 1, 1.0, branches, 0, 0.0), 0.01)


STAGES = StageSummaries(
    showdown=StageSummary({"torres": RAREST}, {"how": {"fight": ANSWER}}, {"rounds": ANSWER})
)
RESULTS = [
    (ANSWER, "P(showdown = torres) = 0.470", 1),
    (chronicle(), "Here the two part", 3),
    (alternatives(), "✗ fails", 2),
    (tree(), "├ torres → pact", 3),
    (STAGES, "mean of rounds", 3),
]


@pytest.mark.parametrize(
    ("result", "said", "rows"), RESULTS, ids=lambda one: type(one).__name__
)  # fmt: skip
def test_a_result_speaks_in_four_ways(result, said, rows):
    assert said in str(result)
    assert max(map(len, str(result).splitlines())) <= 80
    assert said.split()[0] in result._repr_html_().replace("</b>", "")
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert len(result.to_frame()) == rows


def test_figures_of_a_tree_stand_below_where_there_is_no_room():
    from conjuncture.presentation.outcomes import groups_of as tree_groups

    narrow = text_of_groups(list(tree_groups(tree(), quiet=True)), 50).splitlines()
    assert narrow[1] == "├ torres → pact"
    assert narrow[2].startswith("    0.47 of all")


def test_two_histories_stand_side_by_side_where_there_is_room():
    wide = text_of_groups(list(groups_of(chronicle())), 120)
    assert "As it was" in wide
    assert " │ " in wide
    assert "It did not come to this." in wide
    assert "To tell it again: --world 3 --history 7." in wide


def test_a_value_that_is_none_says_why():
    nothing = Answer(float("nan"), (float("nan"),) * 2, 0.0, 4, 2048, met=False, query="P(a = b)")
    assert str(nothing) == "P(a = b) has no value: its condition was never met in 2,048 histories"
    assert nothing.to_dict()["value"] is None


def test_claims_have_a_row_for_each_world_where_that_is_asked():
    from dataclasses import replace

    import numpy as np

    from conjuncture.presentation.claim_results import ClaimResults

    crisis = conjuncture.load("bolivia-1970").crisis
    prior = CLAIMS[0].prior
    known = replace(prior, verdict=replace(prior.verdict, favours=np.array([1.0, 0.25])))
    frame = ClaimResults(crisis, [replace(CLAIMS[0], prior=known)]).to_frame(worlds=True)
    assert list(frame.columns) == ["claim", "reading", "world", "holds"]
    assert frame["holds"].tolist() == [1.0, 0.25]
