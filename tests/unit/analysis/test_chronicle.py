"""A chronicle tells the very history that the ensemble counted."""

import re
from importlib.resources import files

import pytest

from conjuncture.analysis.divergence import Episode, rows_of
from conjuncture.analysis.plain_words import labels_of
from conjuncture.api import load
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, UsageError
from graphs import QUARREL, outcomes_of

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(QUARREL), 30, 1024)


@pytest.fixture(scope="module")
def saved(ensemble):
    return outcomes_of(ensemble.to_xarray())


def column(episode):
    return episode.stage if episode.stage == "reckoning" else f"contest[{episode.visit}]"


@pytest.mark.parametrize("address", [(0, 0), (3, 511), (17, 512), (29, 1023)])
def test_outcomes_are_those_of_the_saved_history(ensemble, saved, address):
    world, history = address
    told = ensemble.chronicle(world=world, history=history).as_it_was
    at = saved.isel(world=world, history=history)
    columns = ["contest[1]", "contest[2]", "contest[3]", "reckoning"]
    reached = [name for name in columns if int(at[name]) >= 0]
    assert [column(one) for one in told] == reached
    for one in told:
        assert one.outcome == "ab"[int(at[column(one)])]
        assert not one.imposed
        assert re.search(rf"\b{one.outcome} prevailed", " ".join(one.lines), re.IGNORECASE)


def test_what_is_told_is_the_first_history_of_the_commonest_course(ensemble, saved):
    told = ensemble.chronicle("reached(reckoning)")
    columns = ["contest[1]", "contest[2]", "contest[3]", "reckoning"]
    counts, first = {}, {}
    for world in range(30):
        rows = zip(*(saved[name].values[world] for name in columns), strict=True)
        for history, row in enumerate(rows):
            if row[3] >= 0:
                counts[row] = counts.get(row, 0) + 1
                first.setdefault(row, (world, history))
    commonest = max(counts, key=counts.get)
    assert (told.world, told.history) == first[commonest]
    assert f"{counts[commonest]:,} of the {sum(counts.values()):,} histories" in told.why


def test_effects_are_told_with_what_they_moved(ensemble):
    told = ensemble.chronicle("contest[1] = a and contest[2] = b")
    first, second = told.as_it_was[:2]
    assert any("Afterwards the troops of red rose from" in line for line in first.lines)
    assert any(
        line.startswith("Afterwards the troops fell: the line from") and "; hill men from" in line
        for line in first.lines
    )
    assert any("the nerve of the blue guard rose from" in line for line in second.lines)
    assert any("to 0.9." in line for line in second.lines)
    assert (first.name, second.name) == ("Contest", "Contest (2)")


@pytest.mark.slow
def test_what_an_intervention_holds_is_not_moved(ensemble):
    told = ensemble.chronicle("contest[1] = a", "red.troops = 2")
    assert any("troops of red rose" in line for line in told.as_it_was[0].lines)
    assert not any("troops of red" in line for line in told.under_do[0].lines)
    assert "the troops of red at 2 in the place of" in told.instead


def test_the_other_column_is_the_same_history_replayed(ensemble, crisis):
    told = ensemble.chronicle("contest[1] = a", "contest[1] = b, line aside")
    assert told.as_it_was[0].outcome == "a"
    assert told.under_do[0].outcome == "b"
    assert told.under_do[0].imposed
    assert told.first_divergence == told.rows[0]
    same = ensemble.chronicle(world=told.world, history=told.history)
    assert same.as_it_was == told.as_it_was
    assert same.under_do is None
    assert same.why == ""


def test_two_histories_part_only_where_more_differs_than_what_is_imposed(ensemble):
    told = ensemble.chronicle("contest[1] = b", "contest[1] = b")
    first = told.rows[0]
    assert first.has_differences
    assert "was made to prevail" in first.lines_under_do[0]
    assert not first.diverges
    assert told.first_divergence is None
    changed = ensemble.chronicle("contest[1] = a", "contest[1] = b")
    assert changed.first_divergence == changed.rows[0]


def test_a_force_whose_side_is_imposed_does_not_make_two_histories_part():
    was = Episode("day", 1, False, "a", False, ("The line joined a.", "A won."), ("A won.",))
    same = Episode("day", 1, False, "a", False, ("A won.",), ("A won.",))
    other = Episode(
        "day", 1, False, "a", False, ("The hill men left.", "A won."), ("The hill men left.",)
    )
    assert [row.diverges for row in rows_of([was], [same])] == [False]
    assert [row.diverges for row in rows_of([was], [other])] == [True]


def test_an_intervention_that_changes_nothing_never_parts(ensemble):
    told = ensemble.chronicle("contest[1] = b", "blue.nerve = 0.9")
    assert (
        told.as_it_was[0].lines[:-1] == told.under_do[0].lines[: len(told.as_it_was[0].lines) - 1]
    )


def test_more_worlds_and_histories_do_not_change_a_history(ensemble, crisis):
    larger = Ensemble(ensemble.crisis, 31, 2048)
    one = ensemble.chronicle(world=7, history=700)
    assert larger.chronicle(world=7, history=700).as_it_was == one.as_it_was


def test_no_history_fits(ensemble):
    with pytest.raises(UsageError, match="in none of the 30,720 histories searched is 'contest"):
        ensemble.chronicle("contest[1] = a and contest[1] = b")
    with pytest.raises(UsageError, match="it is undefined, because they never reach a stage"):
        ensemble.chronicle("reckoning = a and reckoning = b")


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"given": "contst = a"}, QueryError, r"event:1:1: .*'contest'"),
        ({"do": "lin aside"}, QueryError, r"do\(...\):1:1: .*'line'"),
        ({"do": "red aside"}, QueryError, "core of the camp 'a'"),
        ({"world": 30, "history": 0}, UsageError, "world must be 0 to 29, not 30"),
        ({"world": 0, "history": -1}, UsageError, "history must be 0 to 1,023, not -1"),
        ({"world": 0}, UsageError, "two parts"),
        ({"given": "contest = a", "world": 0, "history": 0}, UsageError, "not by both"),
    ],
)
def test_what_cannot_be_told_is_a_sentence(ensemble, arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        ensemble.chronicle(**arguments)


def test_shapes_for_people_and_programs(ensemble):
    told = ensemble.chronicle("contest[1] = a", "contest[1] = b")
    text = str(told)
    assert text.startswith(f"A quarrel that comes again\nworld {told.world}, history")
    assert "  As it was:" in text
    assert "  With the first round of the contest made to end as “b”:" in text
    assert repr(told) == f"Chronicle(world={told.world}, history={told.history}, seed=1)"
    assert "Afterwards" in told._repr_html_()
    content = told.to_dict()
    assert content["as_it_was"][0]["lines"] == list(told.as_it_was[0].lines)
    assert content["parted"]["stage"] == "Contest"
    assert ensemble.chronicle("contest[1] = a").to_dict()["under_do"] is None


def test_one_history_alone_shares_all_its_lines(ensemble):
    told = ensemble.chronicle("contest[1] = a")
    assert [row.shared_lines for row in told.rows] == [one.lines for one in told.as_it_was]
    assert not any(row.diverges for row in told.rows)
    assert rows_of((), ()) == ()


def test_camps_have_the_article_that_the_account_gives_them():
    crisis = load(str(files("conjuncture.cli") / "template" / "scenario.yaml")).crisis
    assert labels_of(crisis) == {"governor": "the governor", "mayor": "the mayor"}
