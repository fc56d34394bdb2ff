"""The outcome tree says what the histories and the queries say."""

import numpy as np
import pytest

from conjuncture.analysis.courses import survey_courses
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from conjuncture.scenario.queries import read_event
from graphs import QUARREL, outcomes_of

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(QUARREL), 30, 1024)


@pytest.fixture(scope="module")
def saved(ensemble):
    return outcomes_of(ensemble.to_xarray())


def forks(fork, path=()):
    yield path, fork
    for branch in fork.branches:
        if branch.then is not None:
            yield from forks(branch.then, (*path, branch.outcome))


def named(fork):
    return f"{fork.stage}[{fork.visit}]" if fork.stage == "contest" else fork.stage


def test_every_course_is_that_of_the_saved_histories(ensemble, saved):
    courses, _ = survey_courses(ensemble.simulator)
    course, world, count = courses.by_world()
    columns = ["contest[1]", "contest[2]", "contest[3]", "reckoning"]
    table = np.stack([saved[name].values for name in columns], axis=-1)
    seen = {}
    for place in range(ensemble.worlds.count):
        for row in table[place]:
            key = (place, tuple(row.tolist()))
            seen[key] = seen.get(key, 0) + 1
    found = {}
    for one, place, times in zip(course, world, count, strict=True):
        row = [-1] * 4
        for step in courses.paths[one]:
            name = f"contest[{step.visit}]" if step.stage == "contest" else step.stage
            row[columns.index(name)] = "ab".index(step.outcome)
        found[place, tuple(row)] = times
    assert found == seen
    for path, (place, history) in zip(courses.paths, courses.first, strict=True):
        row = table[place, history]
        assert [step.outcome for step in path] == ["ab"[code] for code in row if code >= 0]


def test_branches_are_what_queries_answer(ensemble):
    tree = ensemble.tree(least=0.0)
    for path, fork in forks(tree.root):
        given = [f"contest[{visit}] = {outcome}" for visit, outcome in enumerate(path, start=1)]
        given.append(f"reached({named(fork)})")
        for branch in fork.branches:
            event = f"{named(fork)} = {branch.outcome}"
            here = ensemble.query(f"P({event} | {' and '.join(given)})")
            assert branch.here.value == pytest.approx(here.value, abs=1e-12)
            assert branch.here.interval == pytest.approx(here.interval, abs=1e-9)
            assert branch.here.standard_error == pytest.approx(here.standard_error, rel=1e-6)
            of_all = ensemble.query(f"P({' and '.join([event, *given])})")
            assert branch.probability.value == pytest.approx(of_all.value, abs=1e-12)


def test_worlds_behind_a_branch_are_those_in_which_it_is_likeliest(ensemble, saved):
    root = ensemble.tree(least=0.0).root
    shares = np.stack([(saved["contest[1]"] == code).mean("history") for code in range(2)], axis=1)
    best = shares == shares.max(axis=1, keepdims=True)
    expected = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    for branch in root.branches:
        assert branch.likeliest == pytest.approx(expected["ab".index(branch.outcome)])
    for _, fork in forks(root):
        assert sum(branch.likeliest for branch in fork.branches) == pytest.approx(1.0)


def test_what_is_rare_is_folded_and_nothing_is_lost(ensemble):
    tree = ensemble.tree(least=0.2)
    for path, fork in forks(tree.root):
        if path:
            continue
        shown = sum(branch.probability.value for branch in fork.branches)
        assert shown + fork.rarer_probability == pytest.approx(1.0)
    assert all(
        branch.probability.value >= 0.2 for _, fork in forks(tree.root) for branch in fork.branches
    )
    assert any(fork.rarer for _, fork in forks(tree.root))
    assert "rare" in str(tree)


def test_repeated_visits_are_numbered(ensemble):
    assert "a → contest (2)" in str(ensemble.tree())
    assert repr(ensemble.tree()).startswith("OutcomeTree('contest', branches=")
    assert "a → contest (2)</code>" in ensemble.tree()._repr_html_()


@pytest.mark.parametrize("least", [-0.1, 1.5, float("nan")])
def test_least_is_a_share(ensemble, least):
    with pytest.raises(UsageError, match="least must be 0 to 1"):
        ensemble.tree(least)


def test_a_condition_selects_histories(ensemble, saved):
    event = read_event("reckoning = b", ensemble.crisis)
    courses, _ = survey_courses(ensemble.simulator, given=event)
    fit = saved["reckoning"].values
    assert courses.totals().sum() == (fit == 1).sum()
    assert courses.undefined == (fit == -1).sum()


def test_courses_do_not_depend_on_how_counts_are_merged(ensemble, monkeypatch):
    before, _ = survey_courses(ensemble.simulator)
    monkeypatch.setattr("conjuncture.analysis.courses.MOST_PENDING", 0)
    after, _ = survey_courses(ensemble.simulator)
    assert before.paths == after.paths
    for one, other in zip(before.by_world(), after.by_world(), strict=True):
        np.testing.assert_array_equal(one, other)
