"""How the making of a cabinet is told."""

from conjuncture.mechanisms.cabinet.inputs import Stage
from conjuncture.mechanisms.cabinet.narrative import tell
from conjuncture.mechanisms.registry import StageHistory
from conjuncture.scenario.stage_model import Cast

FORCES = ("presidency", "unions", "party", "command")
NAMES = {"presidency": "the president", "unions": "the unions", "command": "the high command"}
SETTER = Stage.model_validate(
    {
        "formateur": "presidency",
        "claimants": {"unions": {}, "party": {}},
        "veto_players": {"command": {}},
    }
)
CLOSED = Stage.model_validate(
    {"protocol": "closed_rule", "claimants": {"unions": {"weight": 2}, "party": {"weight": 1}}}
)


def offered(outcome="formed", refused=0, vetoed=0, share=0.25, *, imposed=False):
    measures = {
        "offered": {"unions": share, "party": share / 2},
        "refused": {"unions": refused, "party": 0},
        "vetoed": {"command": vetoed},
    }
    return tell(StageHistory(SETTER, Cast(FORCES), NAMES, outcome, imposed, measures))


def test_an_offer_is_accepted_refused_or_vetoed():
    first = "The president offered the unions 25 % and party 12 % of the posts."
    assert offered() == [first, "The offer was accepted and nobody objected."]
    assert offered("refused", refused=1) == [first, "The unions refused."]
    assert offered("vetoed", vetoed=1) == [
        first,
        "The offer was accepted, but the high command objected.",
    ]


def test_no_offer_and_what_is_imposed():
    assert offered("not_offered", share=0.0) == ["The president offered nobody any posts."]
    said = offered("formed", refused=1, imposed=True)
    assert said[-1] == "It was imposed that the cabinet was formed."


def test_votes():
    measures = {
        "proposer": "unions",
        "partner": {"unions": 0, "party": 1},
        "posts": {"unions": 0.7, "party": 0.3},
    }
    told = StageHistory(CLOSED, Cast(FORCES), NAMES, "formed", False, measures)
    assert tell(told) == ["The unions took in party with 30 % of the posts and kept 70 %."]
    measures["proposer"] = "nobody"
    assert tell(told) == ["Those who were left had not the votes for any cabinet."]
