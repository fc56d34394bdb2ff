"""Outcomes counted by their chances: the same answers, a smaller and rightly told error."""

import pickle
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from chance import bound, false_alarm
from conjuncture.analysis.answers import estimate
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.runner import tally_work_of
from conjuncture.engine.tallies import Factor, Overlap, TermGroup
from conjuncture.engine.traces import HistoryScope, StagePassage
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.queries import read_query
from conjuncture.scenario.scenario_file import read_crisis
from crises import FREE, SWORN
from graphs import QUARREL

CABINETS = Path(__file__).parents[3] / "benchmarks" / "showdown"
WORLDS, HISTORIES = 60, 1024
ASIDE = "P(showdown = cabinet) - P(showdown = cabinet | do(guard aside))"
OTHERS = "P(showdown = committee | do(unions aside)) / P(showdown = cabinet)"


@pytest.fixture(scope="module")
def cabinets():
    """Sixty worlds that are all the same: sixty runs of one, each with luck of its own."""
    return Ensemble(read_crisis(CABINETS, stage_models()), WORLDS, HISTORIES)


@pytest.fixture(scope="module")
def free(crisis):
    return Ensemble(crisis(FREE), 20, HISTORIES)


@pytest.fixture(scope="module")
def sworn(crisis):
    return Ensemble(crisis(SWORN), 20, HISTORIES)


def asked(ensemble, text):
    return compile_question(read_query(text, ensemble.crisis))


def counted(ensemble, text):
    """Return the counts by chances, and as drawn, of the same histories."""
    question = asked(ensemble, text)
    return ensemble.simulator.count([question, question.as_drawn()], "histories")


def by_world(counts):
    """Return the value in each world, and its variance."""
    found = estimate(counts.question.asked, counts, counts.sums.means)
    return found.value, found.variance(counts.sums.covariances)


@pytest.mark.parametrize(
    ("query", "by_chances"),
    [
        ("P(showdown = a)", True),
        ("P(showdown = a | do(second = b))", True),
        ("P(showdown = a) - P(showdown = b | do(reds.troops = 0))", True),
        ("P(showdown = a | second = b)", False),
        ("P(showdown = a) - P(showdown = a | second = b)", False),
        ("P(showdown = a) - P(second = a)", False),
        ("P(showdown = a) * E(showdown.margin)", False),
        ("P(showdown != a)", False),
        ("P(showdown = a and reached(second))", False),
        ("necessity(do(reds aside) for showdown = a)", False),
        ("sufficiency(do(reds aside) for showdown = a)", False),
    ],
)
def test_only_what_hangs_on_the_luck_of_one_stage_counts_by_chances(sworn, query, by_chances):
    question = asked(sworn, query)
    whats = [one.what for term in question.terms for one in term]
    assert ("chance" in whats) is by_chances
    assert all(len(t) == 1 for t in question.terms if any(one.what == "chance" for one in t))
    assert "chance" not in [one.what for term in question.as_drawn().terms for one in term]


def test_what_is_asked_as_it_happened_is_counted_as_drawn(sworn):
    seen = read_query("P(second = b)", sworn.crisis).event
    question = compile_question(read_query("P(showdown = a)", sworn.crisis), seen)
    assert "chance" not in [one.what for term in question.terms for one in term]


@pytest.mark.parametrize("query", ["P(showdown = cabinet)", ASIDE, OTHERS])
def test_the_answer_is_the_same_and_varies_less(cabinets, query):
    (chances, drawn) = (by_world(one) for one in counted(cabinets, query))
    # What was drawn is the chance and luck that has nothing to do with it.
    luck = drawn[1].mean() - chances[1].mean()
    assert 0.15 * drawn[1].mean() < luck < drawn[1].mean()
    off = np.mean(chances[0]) - np.mean(drawn[0])
    # A ratio of means is off by as much as the square of its error besides.
    assert abs(off) < bound() * np.sqrt(luck / WORLDS) + drawn[1].mean()


@pytest.mark.parametrize("query", ["P(showdown = cabinet)", ASIDE, OTHERS])
def test_the_error_told_is_the_spread_over_independent_runs(cabinets, query):
    values, variances = by_world(counted(cabinets, query)[0])
    spread = (WORLDS - 1) * values.var(ddof=1) / variances.mean()
    rate = false_alarm() / 2
    low, high = stats.chi2.ppf(rate, WORLDS - 1), stats.chi2.isf(rate, WORLDS - 1)
    assert low < spread < high


def test_chances_are_those_of_the_contest(sworn):
    value = sworn.worlds.table
    red = (value["red.troops"] + value["reds.troops"]) ** 1.5
    blue = (value["blue.troops"] + value["blues.troops"]) ** 1.5
    found, variance = by_world(counted(sworn, "P(showdown = a)")[0])
    np.testing.assert_allclose(found, red / (red + blue), rtol=1e-5)
    assert variance.max() < 1e-9


def test_a_history_that_does_not_come_to_the_stage_counts_nothing(sworn):
    reached, _ = by_world(counted(sworn, "P(second = a) + P(second = b)")[1])
    found, _ = by_world(counted(sworn, "P(second = a) + P(second = b)")[0])
    np.testing.assert_allclose(found, reached, rtol=1e-5)


def test_an_outcome_that_is_imposed_is_certain(sworn):
    assert sworn.query("P(showdown = a | do(showdown = a))").value == 1.0
    assert sworn.query("P(showdown = b | do(showdown = a))").value == 0.0


def test_a_stage_that_a_run_does_not_play_keeps_its_chances(sworn):
    asked = sworn.query("P(showdown = a) - P(showdown = a | do(second = b))")
    assert (asked.value, asked.standard_error) == (0.0, 0.0)


@pytest.mark.parametrize("query", ["P(contest = a)", "P(contest[2] = a | do(contest[1] = b))"])
def test_a_stage_that_recurs_is_counted_as_drawn(crisis, query):
    chances, drawn = counted(Ensemble(crisis(QUARREL), 4, HISTORIES), query)
    np.testing.assert_array_equal(chances.sums.first, drawn.sums.first)
    np.testing.assert_array_equal(chances.sums.second, drawn.sums.second)


def test_chances_are_kept_only_where_they_can_be_counted(crisis, sworn):
    for evidence, kept in ((False, (2, 512)), (True, None)):
        program = sworn.simulator.program(evidence=evidence)
        left = program.ledger_and_shapes[1]
        assert {getattr(one.chances, "shape", None) for one in left.passages} == {kept}
    quarrel = Ensemble(crisis(QUARREL), 1).simulator.program().ledger_and_shapes[1].passages
    assert quarrel[0].chances == ()


def test_the_summary_of_a_run_counts_the_same_outcomes_as_its_tree(free):
    branches = {one.outcome: one.probability.value for one in free.tree(0.0).root.branches}
    told = free.stages()["showdown"].outcomes
    assert branches == pytest.approx({name: one.value for name, one in told.items()}, abs=1e-12)


def test_a_chance_that_is_no_number_counts_as_it_was_drawn(sworn):
    structure = sworn.simulator.program().structure
    visit, outcome = np.array([[1, 1, 1, 0]]), np.array([[0, 0, 1, 0]])
    imposed = np.array([[False, False, True, False]])
    chances = np.array([[[0.25, np.nan, 0.25, 0.25], [0.75, np.nan, 0.75, 0.75]]], np.float32)
    passage = StagePassage(visit, outcome, imposed, {}, chances)
    trace = SimpleNamespace(passages=(passage, passage), log_weight=np.zeros((1, 4)))
    scope = HistoryScope(structure, trace, None, np)
    assert scope.chance("showdown", 0).tolist() == [[0.25, 1.0, 0.0, 0.0]]
    assert scope.chance("showdown", 1).tolist() == [[0.75, 0.0, 1.0, 0.0]]


@pytest.mark.parametrize(
    "query",
    [
        "P(showdown = a) - P(showdown = b | do(guard aside))",
        "necessity(do(guard aside) for showdown = a given crowd.side = a or forestalled)",
        "sufficiency(do(guard aside) for showdown = a given showdown.rounds > 1)",
    ],
)
def test_the_host_and_the_compiled_counts_of_chances_agree_also_when_sent(free, query):
    question = compile_question(read_query(query, free.crisis), crisis=free.crisis)
    program = free.simulator.program(question.runs)
    batch = Batch(program, free.worlds, question.runs)
    last_draw = question.last_draw_group((0, 1))
    group = question.group((0, 1)) if last_draw is None else last_draw
    sent = pickle.dumps(tally_work_of(batch, (group,), ()))
    work = pickle.loads(sent)  # noqa: S301
    assert work.counting.groups == (group,)
    prepared = batch.prepare()
    with prepared.call(np.zeros((1, 2), np.int64)) as (trace, tables):
        host = work.counting.count_on_host(trace, tables, prepared.needed)
        device = work.counting.executable(trace, tables, prepared.needed)
    assert question.runs[0] == AS_THINGS_WERE
    assert last_draw is None or host.sums[0][0].min() > 0
    np.testing.assert_allclose(host.sums[0][0], device.sums[0][0], rtol=1e-5)
    np.testing.assert_allclose(host.products[0][0], device.products[0][0], rtol=1e-5)


def test_where_no_chance_is_kept_what_was_drawn_stands_for_it(crisis):
    """Then nothing is left open: both bounds are how often it was turned."""
    quarrel = Ensemble(crisis(QUARREL), 4, HISTORIES)
    query = read_query("necessity(do(line aside) for contest = a)", quarrel.crisis)
    question = compile_question(query)
    was, turned = Factor(0, query.event, "chance"), Factor(1, query.event, "complement")
    ends = tuple((Overlap(was, (turned,), end),) for end in ("least", "most"))
    asked = replace(question, last_draw=TermGroup(((was,), *ends)))
    counts = quarrel.simulator.count([asked], "histories")[0]
    ratio = question.ratios[query]
    drawn = counts.sums.first[:, [ratio.bottom, *ratio.top, *ratio.top]]
    np.testing.assert_array_equal(counts.last_draw.first, drawn)
