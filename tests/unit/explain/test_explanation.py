"""An explanation part by part, stopped early, and of what never happens."""

from dataclasses import replace

import pytest

import conjuncture
from conjuncture.analysis.explain.explanation import PARTS, ExplainOptions
from conjuncture.analysis.explain.procedure import explain, histories_per_world, nearest_possible
from conjuncture.analysis.explain.sample import Sample
from conjuncture.engine.progress import SilentProgress
from conjuncture.errors import QueryError, UsageError
from conjuncture.scenario.queries import read_event
from crises import FREE, SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

SMALL = ExplainOptions(["attribution", "causes"])


@pytest.fixture(scope="module")
def free(write_crisis):
    return conjuncture.load(write_crisis(FREE)).run(worlds=30)


@pytest.fixture(scope="module")
def sworn(write_crisis):
    return conjuncture.load(write_crisis(SWORN)).run(worlds=30)


def about(ensemble, text, each=64):
    return Sample(ensemble.simulator, read_event(text, ensemble.crisis), each)


def test_its_probability_is_that_of_the_ensemble(free):
    """More histories than the parts look at: it is that of all of them, bit for bit."""
    more = conjuncture.Ensemble(free.crisis, worlds=30, histories=1024)
    found = more.explain("showdown = a", ExplainOptions(["attribution"]))
    assert found.probability == more.query("P(showdown = a)")
    assert found.clause == "a wins the showdown"
    assert (found.each, found.probability.histories) == (16, 30 * 1024)
    assert "the first 16 histories of each world" in found.histories_in_words
    (first, *_) = found.attribution.sentences()
    assert first.startswith(
        "In the histories looked at, the probability that a wins the showdown is"
    )


def test_undefined_counts_as_in_a_query(sworn):
    found = sworn.explain("second = b", ExplainOptions([]))
    assert found.probability == sworn.query("P(second = b)")
    assert found.probability.undefined > 0.1
    assert found.histories_in_words == ""


def test_parts_come_in_order_and_each_is_told(free):
    told = []
    found = free.explain("showdown = a", SMALL, tell=lambda name, part: told.append((name, part)))
    assert [name for name, _ in told] == ["attribution", "causes"]
    assert found.attribution is told[0][1]
    assert found.causes is told[1][1]
    assert found.sensitivity is None
    assert found.missing == ()
    assert set(found.sentences()) == {*found.attribution.sentences(), *found.causes.sentences()}
    shares = sum(share.value for share in found.attribution.shares)
    assert shares == pytest.approx(found.attribution.whole - found.attribution.empty)


@pytest.mark.slow
def test_as_json_it_is_named_fields(free):
    content = free.explain("showdown = a", SMALL).to_dict()
    assert content["event"] == "showdown = a"
    assert set(content["explanation"]) == {"attribution", "causes"}
    share = content["explanation"]["attribution"]["shares"][0]
    assert set(share) >= {"factor", "label", "value", "error", "parts"}
    assert content["explanation"]["causes"]["sentences"]


class Impatient(SilentProgress):
    """Wants the answer so far as soon as some kind of work is announced."""

    is_stopped = False

    def __init__(self, at):
        self.at = at

    def expect(self, label, blocks):
        self.is_stopped |= self.at in label


@pytest.mark.parametrize(
    ("at", "kept"),
    [("1 of 6", []), ("2 of 6", ["attribution"]), ("3 of 6", ["attribution", "conditions"])],
)
def test_an_interrupt_keeps_what_is_done(free, at, kept):
    event = read_event("showdown = a", free.crisis)
    told = []
    hasty = replace(free.simulator, progress=Impatient(at))
    found = explain(hasty, event, ExplainOptions(), lambda name, _: told.append(name))
    assert told == kept
    assert found.missing == tuple(part for part in PARTS if part not in kept)
    assert [part for part in PARTS if getattr(found, part) is not None] == kept


def test_where_nobody_can_stand_aside_there_is_nothing_to_attribute(write_crisis):
    alone = """
conjuncture: 1
title: Two alone
account: account.md
forces:
  red: {kind: army, troops: 1 to 4}
  blue: {kind: army, troops: 1 to 4}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
claims: {}
"""
    ensemble = conjuncture.load(write_crisis(alone)).run(worlds=20)
    found = ensemble.explain("showdown = a", SMALL)
    assert (found.attribution, found.causes, found.missing) == (None, None, ())


def test_a_rare_event_gets_more_histories(free):
    happened = about(free, "showdown = a", 512).truths([()])[0]
    assert histories_per_world(happened, 16) == 16
    assert histories_per_world(happened & False, 16) == 512


@pytest.mark.slow
def test_what_never_happens_is_said_with_what_is_nearest(free, sworn):
    with pytest.raises(UsageError, match="lies between") as raised:
        free.explain("showdown.margin > 20")
    assert (
        "is it so that the winner's lead in the showdown is above 20 ('showdown.margin > 20')"
        in str(raised.value)
    )
    with pytest.raises(UsageError, match=r"all but one happen together: leave out that"):
        free.explain("showdown = a and showdown = b")
    never = about(sworn, "showdown = b and second = b")
    assert "b wins the showdown ('showdown = b')" in nearest_possible(never)


@pytest.mark.slow
def test_a_stage_that_none_reaches(write_crisis):
    text = (
        SWORN.replace("leans: {a: sworn}", "leans: {b: sworn}")
        .replace("red: {kind: army, troops: 1 to 4}", "red: {kind: army, troops: 0}")
        .replace("decisiveness: 1.5", "decisiveness: 12")
    )
    ensemble = conjuncture.load(write_crisis(text)).run(worlds=20)
    with pytest.raises(
        UsageError, match=r"no history comes to the second \('second'\).*'showdown'"
    ):
        ensemble.explain("second = a")
    with pytest.raises(
        UsageError, match=r"the nearest possible: b wins the showdown \('showdown = b'\) in 100"
    ):
        ensemble.explain("showdown = a")


def test_mistakes_are_sentences(free):
    with pytest.raises(UsageError, match="no part of an explanation"):
        ExplainOptions(["atribution"])
    with pytest.raises(UsageError, match="between 0 and 1"):
        ExplainOptions(level=1.0)
    with pytest.raises(QueryError):
        free.explain("showdown = nobody")
