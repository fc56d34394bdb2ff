"""How a showdown is told."""

from conjuncture.mechanisms.registry import StageHistory
from conjuncture.mechanisms.showdown.inputs import Camp, Signal, Stage
from conjuncture.mechanisms.showdown.narrative import tell
from conjuncture.scenario.stage_model import Cast

FORCES = ("staff", "base", "air_force", "line", "peasants")
STAGE = Stage(
    camps={"miranda": Camp(core="staff"), "old_guard": Camp(core="base")},
    signals={
        "strike": Signal(camp="old_guard", round=2, reach={"line": 1}),
        "king": Signal(camp="miranda", round=3, chance=0.5, reach={"line": 1}),
    },
)
NAMES = {"air_force": "the airmen", "line": "the line regiments", "peasants": "the peasants"}


def sides(*labels):
    return {"side": dict(zip(FORCES, labels, strict=True))}


def story(rounds, how="fighting", outcome="old_guard", *, imposed=False, king=0.0):
    final = rounds[-1]["side"]
    measures = {
        "how": how,
        "rounds": float(len(rounds)),
        "side": final,
        "strength": {"miranda": 2.04, "old_guard": 8.26},
        "heard": {"king": king},
    }
    return tell(StageHistory(STAGE, Cast(FORCES), NAMES, outcome, imposed, measures, rounds))


FIRST = sides("miranda", "old_guard", "miranda", "miranda", "aside")
SECOND = sides("miranda", "old_guard", "old_guard", "aside", "aside")
THIRD = sides("aside", "old_guard", "old_guard", "aside", "aside")


def test_joining_leaving_and_going_over():
    assert story([FIRST, SECOND]) == [
        "In the first round the airmen and the line regiments joined miranda.",
        (
            "In the second round 'strike' was heard, which spoke for old guard; "
            "the airmen went over from miranda to old guard; "
            "the line regiments left miranda and stood aside."
        ),
        "'King', due in the third round, was never heard.",
        "The peasants stood aside to the end.",
        "It came to fighting, and old guard prevailed, with 8.3 battalion equivalents against 2.",
    ]


def test_a_signal_that_was_taken_away_was_neither_heard_nor_missed():
    measures = {
        "how": "fighting",
        "rounds": 2.0,
        "side": SECOND["side"],
        "strength": {"miranda": 2.04, "old_guard": 8.26},
        "heard": {"king": 0.0},
    }
    gone = frozenset({"strike", "king"})
    rounds = [FIRST, SECOND]
    told = tell(
        StageHistory(STAGE, Cast(FORCES), NAMES, "old_guard", False, measures, rounds, silent=gone)
    )
    assert not [one for one in told if "heard" in one]


def test_a_camp_that_gives_up_takes_its_followers_with_it():
    last = sides("aside", "old_guard", "aside", "aside", "aside")
    told = story([FIRST, FIRST, last], how="capitulation", king=1.0)
    assert told[2] == (
        "In the third round 'king' was heard, which spoke for miranda; "
        "miranda gave up, and the airmen and the line regiments as well."
    )
    assert told[-1] == "So old guard prevailed without a fight."
    assert not any("never heard" in sentence for sentence in told)


def test_later_rounds_are_counted_in_figures_and_quiet_ones_passed_over():
    told = story([FIRST] * 11 + [SECOND])
    assert told[1].startswith("In the second round 'strike'")
    assert told[2].startswith("In round 12 the airmen went over")


def test_rounds_after_the_last_are_not_told():
    final = SECOND["side"]
    measures = {
        "how": "capitulation",
        "rounds": 1.0,
        "side": final,
        "strength": {},
        "heard": {"king": 1.0},
    }
    told = tell(
        StageHistory(
            STAGE, Cast(FORCES), NAMES, "old_guard", False, measures, [SECOND, THIRD, THIRD]
        )
    )
    assert not any("gave up" in sentence for sentence in told)


def test_without_rounds_the_end_is_told():
    measures = {
        "how": "imposed",
        "rounds": 4.0,
        "side": SECOND["side"],
        "strength": {"miranda": 1.0, "old_guard": 2.0},
        "heard": {"king": 1.0},
    }
    told = tell(StageHistory(STAGE, Cast(FORCES), NAMES, "miranda", True, measures))
    assert told == [
        "In the end staff stood with miranda.",
        "In the end base and the airmen stood with old guard.",
        "The line regiments and the peasants stood aside to the end.",
        "Whatever the sides taken, miranda was made to prevail.",
    ]


def test_strengths_have_as_many_digits_as_it_takes_to_tell_them_apart():
    measures = {
        "how": "fighting",
        "rounds": 1.0,
        "side": FIRST["side"],
        "strength": {"miranda": 2.0, "old_guard": 2.004},
        "heard": {"king": 1.0},
    }
    told = tell(StageHistory(STAGE, Cast(FORCES), NAMES, "old_guard", False, measures, [FIRST]))
    assert told[-1].endswith("with 2.004 battalion equivalents against 2.")
