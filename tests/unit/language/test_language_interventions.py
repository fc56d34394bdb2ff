from dataclasses import replace

import pytest

from conjuncture.language.interventions import Aside, Plays, SetCell, SetOutcome, Sides, Without
from conjuncture.language.linker import link_interventions
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import Arithmetic, Cell, Label, NumberLiteral
from conjuncture.language.parser import parse_interventions


def link(text, vocabulary):
    return link_interventions(parse_interventions(text), vocabulary)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("army_mood = 0.2", (SetCell("army_mood", NumberLiteral(0.2)),)),
        ("unions.mass = 3", (SetCell("unions.mass", NumberLiteral(3.0), lower=0.0),)),
        (
            "street.mass *= 0.5 at window",
            tuple(
                SetCell(
                    f"{force}.mass",
                    Arithmetic("*", Cell(f"{force}.mass"), NumberLiteral(0.5)),
                    "window",
                    lower=0.0,
                )
                for force in ("unions", "students")
            ),
        ),
        (
            "unions.cohesion += 0.1",
            (
                SetCell(
                    "unions.cohesion",
                    Arithmetic("+", Cell("unions.cohesion"), NumberLiteral(0.1)),
                    lower=0.0,
                    upper=1.0,
                ),
            ),
        ),
        (
            "street.mass -= 1 + 1 at window",
            tuple(
                SetCell(
                    f"{force}.mass",
                    Arithmetic(
                        "-",
                        Cell(f"{force}.mass"),
                        Arithmetic("+", NumberLiteral(1.0), NumberLiteral(1.0)),
                    ),
                    "window",
                    lower=0.0,
                )
                for force in ("unions", "students")
            ),
        ),
        ("showdown.strength = refusal", (SetCell("showdown.strength", Label("refusal", 1)),)),
        ("showdown = torres", (SetOutcome("showdown", "torres", 1),)),
        ("window[2] = carried", (SetOutcome("window", "carried", 2, 2),)),
        ("without street", (Without("unions"), Without("students"))),
        ("without services", (Without("services"),)),
        ("street aside", (Aside("unions"), Aside("students"))),
        ("unions sides torres secretly", (Sides("unions", "torres", secretly=True),)),
        ("unions plays arm", (Plays("unions", "arm"),)),
        ("street plays arm secretly", (Plays("unions", "arm", secretly=True),)),
    ],
)
def test_what_interventions_mean(vocabulary, text, linked):
    assert link(text, vocabulary) == linked


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("unions.mass = -3", "'unions.mass' must be a number of at least 0, and this is -3"),
        (
            "unions.mass *= -1",
            (
                "'unions.mass' must be a number of at least 0, and this makes it negative; "
                "write a factor of at least 0"
            ),
        ),
        (
            "unions.mass *= altiplano.troops",
            (
                "a factor is a plain number, and this is in battalion equivalents; "
                "write it in the unit of what it is for"
            ),
        ),
        (
            "army_mood -= unions.mass",
            (
                "'army_mood' is a plain number, and this is in thousand people; "
                "write it in the unit of what it is for"
            ),
        ),
        (
            "showdown.strength -= 1",
            (
                "'showdown.strength' is a choice between rules, not a number; "
                "write showdown.strength = weight"
            ),
        ),
        (
            "unions.mas = 3",
            "'unions' has no 'mas' that the scenario uses; did you mean 'unions.mass'?",
        ),
        (
            "army.mas = 3",
            (
                "in the group 'army': 'altiplano' has no 'mas' that the scenario uses; "
                "did you mean 'altiplano.mass'?"
            ),
        ),
        ("unions = 3", "'unions' is a force, not a number; write 'unions.troops', for example"),
        (
            "unions.side = torres",
            "'unions.side' follows from the crisis; write 'unions sides camp' or 'unions aside'",
        ),
        (
            "showdown.margin = 3",
            (
                "'showdown.margin' is what the stage yields and cannot be set; "
                "set the outcome: showdown = miranda"
            ),
        ),
        (
            "altiplano.ties.staff = 0",
            (
                "the scenario states no 'altiplano.ties.staff'; "
                "state 'ties: {staff: 0}' under 'altiplano' in the scenario"
            ),
        ),
        (
            "army_mood = showdown.margin",
            (
                "what an intervention sets is fixed before the crisis begins; "
                "it cannot read 'showdown.margin'; use numbers and cells of the scenario"
            ),
        ),
        ("army_mood = 0 at shwdown", "there is no stage 'shwdown'; did you mean 'showdown'?"),
        ("showdown = tores", "there is no outcome of showdown 'tores'; did you mean 'torres'?"),
        (
            "showdown *= 3",
            "the outcome of 'showdown' can only be set with '='; write showdown = miranda",
        ),
        (
            "showdown = torres at window",
            "an outcome is set for its own stage; leave 'at window' out",
        ),
        ("showdown.strength = refusl", "there is no rule 'refusl'; did you mean 'refusal'?"),
        (
            "showdown.strength = 3",
            (
                "'showdown.strength' is a choice between rules, not a number; "
                "write showdown.strength = weight"
            ),
        ),
        ("without unons", "there is no force, backer or group 'unons'; did you mean 'unions'?"),
        (
            "services aside",
            "'services' is a backer and takes no side; write 'without services' to withdraw it",
        ),
        ("unions sides tores", "there is no camp 'tores'; did you mean 'torres'?"),
        ("unions sides aside", "standing aside is no camp; write 'unions aside'"),
        ("students plays arm", "there is no player 'students'; write one of: unions"),
        ("unions plays run", "there is no move 'run'; write one of: arm, wait"),
        ("street plays run", "there is no move 'run'; write one of: arm, wait"),
        ("army plays arm", "nobody in the group 'army' has a move; the players are: unions"),
        (
            "showdown.resolve = 1",
            (
                "'showdown' has no number or measure 'resolve'; "
                "did you mean 'showdown.miranda.resolve'?"
            ),
        ),
        (
            "window.quorum = 1",
            "'window' has no number or measure 'quorum'; it has turnout",
        ),
        (
            "window.quiet = 1",
            "'quiet' is an outcome of 'window'; write 'window = quiet'",
        ),
        (
            "unions.mass = 3, unions.mass = 4",
            "'unions.mass' is set twice in one do(...); keep one of the two",
        ),
        (
            "street aside, without unions",
            "'unions' is set twice in one do(...); keep one of the two",
        ),
    ],
)
def test_interventions_that_are_refused(vocabulary, text, sentence):
    with pytest.raises(LanguageErrors) as caught:
        link(text, vocabulary)
    assert [str(problem) for problem in caught.value.problems] == [sentence]


def test_the_same_cell_may_be_set_from_two_stages_on(vocabulary):
    assert len(link("army_mood = 1 at showdown, army_mood = 2 at window", vocabulary)) == 2


def test_all_problems_of_a_list_are_told(vocabulary):
    with pytest.raises(LanguageErrors) as caught:
        link("without unons, unions.mass = -3, unions sides tores", vocabulary)
    assert len(caught.value.problems) == 3


def test_moves_of_one_player_in_two_stages(vocabulary):
    window = vocabulary.stages["window"]
    answer = replace(window, moves={"unions": ("accept", "refuse")})
    both = replace(vocabulary, stages={**vocabulary.stages, "answer": answer})
    assert len(link("unions plays arm, unions plays refuse secretly", both)) == 2
    with pytest.raises(LanguageErrors, match="'unions' is set twice"):
        link("unions plays arm, unions plays wait", both)


def test_group_is_each_of_its_members(vocabulary):
    assert link("street sides torres secretly", vocabulary) == (
        Sides("unions", "torres", secretly=True),
        Sides("students", "torres", secretly=True),
    )
    assert link("street aside", vocabulary) == (Aside("unions"), Aside("students"))
    assert link("without street", vocabulary) == (Without("unions"), Without("students"))


def test_whoever_takes_part_in_a_stage_can_stand_aside(vocabulary):
    unsided = replace(vocabulary, stages={"window": vocabulary.stages["window"]})
    assert link("unions aside secretly", unsided) == (Aside("unions", secretly=True),)
    everyone = replace(unsided, groups={"all": ("altiplano", "unions", "students")})
    assert link("all aside", everyone) == (Aside("unions"), Aside("students"))
    with pytest.raises(LanguageErrors) as caught:
        link("altiplano aside, unions sides torres", unsided)
    assert [str(problem) for problem in caught.value.problems] == [
        (
            "no stage takes 'altiplano' in, which has nothing to stand aside from; "
            "set an attribute instead"
        ),
        "no stage of this crisis has sides; write 'unions aside', or set an attribute",
    ]


def with_stages(vocabulary, **stages):
    return replace(vocabulary, stages={**vocabulary.stages, **stages})


def test_a_signal_is_taken_away_wherever_it_is_sent(vocabulary):
    showdown = replace(vocabulary.stages["showdown"], signals=("broadcast", "bells"))
    names = with_stages(vocabulary, showdown=showdown)
    assert names.signals == ("broadcast", "bells")
    assert link("without broadcast, unions aside", names) == (Without("broadcast"), Aside("unions"))
    with pytest.raises(LanguageErrors) as caught:
        link("without broadcst, bells aside, broadcast sides torres, without bells", names)
    assert [str(problem) for problem in caught.value.problems] == [
        "there is no force, backer, signal or group 'broadcst'; did you mean 'broadcast'?",
        "'bells' is a signal and takes no side; write 'without bells' to withdraw it",
        "'broadcast' is a signal and takes no side; write 'without broadcast' to withdraw it",
    ]
    with pytest.raises(LanguageErrors, match="'bells' is set twice"):
        link("without bells, without bells", names)


def test_a_core_is_bound_in_its_own_stage_alone(vocabulary):
    showdown = replace(
        vocabulary.stages["showdown"], cores={"miranda": "staff", "torres": "unions"}
    )
    names = with_stages(vocabulary, showdown=showdown)
    assert names.stages_open_to("unions") == ("window",)
    assert names.stages_open_to("staff") == ()
    assert link("unions aside", names) == (Aside("unions"),)
    assert link("staff sides miranda", names) == (Sides("staff", "miranda"),)
    told = (
        "'staff' is the core of the camp 'miranda' and cannot leave it; fix the outcome "
        "(do(showdown = ...)) or take its troops away (do(staff.troops = 0))"
    )
    for text in ("staff aside", "army aside secretly", "staff sides torres"):
        with pytest.raises(LanguageErrors) as caught:
            link(text, names)
        assert [str(problem) for problem in caught.value.problems] == [told]
    rematch = replace(showdown, cores={"torres": "altiplano"})
    both = with_stages(names, rematch=rematch)
    assert link("staff sides torres, unions sides torres", both) == (
        Sides("staff", "torres"),
        Sides("unions", "torres"),
    )


def test_a_move_is_played_by_those_in_a_group_who_have_it(vocabulary):
    window = vocabulary.stages["window"]
    answer = replace(window, moves={"students": ("wait", "march")})
    both = replace(vocabulary, stages={**vocabulary.stages, "answer": answer})
    assert link("street plays wait", both) == (Plays("unions", "wait"), Plays("students", "wait"))
    assert link("street plays march", both) == (Plays("students", "march"),)
    with pytest.raises(LanguageErrors, match="'unions' is set twice"):
        link("street plays wait, unions plays arm", both)


def test_a_number_that_a_stage_has_not_is_told_at_its_name(vocabulary):
    with pytest.raises(LanguageErrors) as caught:
        link("army_mood = 1, showdown.resolv = 1", vocabulary)
    (problem,) = caught.value.problems
    assert (problem.start, problem.end) == (15, 30)
