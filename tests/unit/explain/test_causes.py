"""Actual causes in crises: shares with their errors, and the binding to a sample."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from conjuncture.analysis.explain import causes
from conjuncture.analysis.explain.causes import (
    Causes,
    SampleReplay,
    find_causes,
    search_portions,
    share_of,
    summarise_causes,
)
from conjuncture.analysis.explain.methods.actual_causes import (
    ActualCauses,
    find_actual_causes,
    join_causes,
    subsets_of,
)
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.force_conduct import ObservedConduct
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.interventions import Aside
from conjuncture.scenario.queries import read_event
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

BACKUP = """
conjuncture: 1
title: A backup that comes in where the first stays away
account: account.md
unknowns: {decisiveness: 2, fog: 0}
forces:
  red: {kind: army, troops: 1}
  blue: {kind: army, troops: 3}
  first: {kind: army, troops: 5, leans: {a: sworn}}
  backup: {kind: army, troops: 5, leans: {a: 20, b: -30}, ties: {first: -40}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 0.4}, b: {core: blue, resolve: 0.4}}
claims: {}
"""

PACT = """
conjuncture: 1
title: Three at a table
account: account.md
forces:
  winners: {kind: army}
  losers: {kind: army}
  onlookers: {kind: army}
stages:
  pact:
    mechanism: pact
    parties:
      winners: {chance: 0.6, cost: 0.2}
      losers: {chance: 0.4, cost: 0.2}
"""


NOBODY = (
    "no set of up to three forces turns it by standing aside: those who cannot stand aside brought it "
    "about, more forces at once, or luck."
)


def sample_of(crisis, event, worlds=40, each=8):
    return Sample(Simulator(Worlds(crisis, 1, worlds), 1), read_event(event, crisis), each)


@pytest.fixture(scope="module")
def free(crisis):
    return sample_of(crisis(FREE), "showdown = a")


def found(examined, *rows, variables=3):
    """Return causes as (history, members, witness as a sum of powers of two)."""
    subsets = subsets_of(variables)
    return ActualCauses(
        examined=examined,
        subsets=subsets,
        items=np.array([row[0] for row in rows]),
        sets=np.array([subsets.index(row[1]) for row in rows]),
        frozen=np.array([row[2] for row in rows]),
        replays=10,
        refused=0,
    )


def test_each_history_counts_where_the_least_was_enough():
    rows = [
        (0, (0,), 0), (0, (1, 2), 0),
        (1, (1, 2), 0), (1, (0,), 0b010),
        (2, (0,), 0b110),
        (3, (0,), 0b110),
    ]  # fmt: skip
    causes = summarise_causes(found(5, *rows), np.arange(5), ("x", "y", "z"), "c = a")
    shares = (causes.single, causes.several, causes.preempted, causes.luck)
    assert shares == (0.2, 0.2, 0.4, 0.2)
    assert (causes.histories, causes.worlds, causes.replays) == (5, 5, 10)
    told = [(one.members, one.kind, one.frozen, one.share) for one in causes.sets]
    assert told == [
        (("x",), "preempting", ("y", "z"), 0.6),
        (("y", "z"), "but-for", (), 0.4),
        (("x",), "but-for", (), 0.2),
    ]


def test_portions_add_up_to_the_whole():
    whole = found(4, (0, (0,), 0), (2, (1,), 4), (3, (2,), 0))
    parts = join_causes([found(2, (0, (0,), 0)), found(2, (0, (1,), 4), (1, (2,), 0))])
    assert parts.examined == whole.examined
    assert parts.replays == 20
    for name in ("items", "sets", "frozen"):
        assert getattr(parts, name).tolist() == getattr(whole, name).tolist()


def test_nine_in_ten_intervals_hold_the_share():
    generator = np.random.default_rng(5)
    worlds, each, reach = 200, 6, stats.norm.isf(0.05)
    held = []
    for _ in range(500):
        likely = generator.beta(1.0, 2.0, worlds)
        happened = generator.random((worlds, each)) < np.sqrt(likely)[:, None]
        caused = generator.random((worlds, each)) < likely[:, None]
        share, error = share_of(caused[happened], np.nonzero(happened)[0])
        # For p from Beta(1, 2): E(p sqrt(p)) / E(sqrt(p)) = (8/35) / (8/15).
        held.append(abs(share - 3 / 7) < reach * error)
    assert 0.86 <= np.mean(held) <= 0.94


def test_an_error_is_never_nothing():
    same, worlds = np.ones(12, bool), np.arange(12) // 3
    assert share_of(same, worlds) == (1.0, pytest.approx(1 / np.sqrt(4 * 8)))
    assert share_of(~same, worlds)[1] > 0.0
    assert share_of(same, np.zeros(12, int))[1] > 0.4


def test_sentences_name_what_nobody_turns_and_what_was_held():
    rows = [(history, (0,), 0b010) for history in range(19)]
    causes = summarise_causes(found(20, *rows), np.arange(20), ("x", "y", "z"), "c = a")
    assert causes.sentences() == [
        "In 0 ± 5 % of 20 histories in which c = a, one force alone made the difference.",
        "In 95 ± 5 % it hung on forces that came before others who would have done the same.",
        f"In 5 ± 5 % {NOBODY}",
        "Most often it hung on x (95 ± 5 %, with what y did and did not do held fast).",
    ]


def test_sentences_say_who_acts_together_and_leave_out_what_is_nothing():
    rows = [(0, (0, 1, 2), 0), (1, (0, 1), 0)]
    causes = summarise_causes(found(2, *rows), np.arange(2), ("x", "y", "z"), "c = a")
    assert causes.sentences()[1:] == [
        "In 100 ± 29 % it took two or three together.",
        f"In 0 ± 29 % {NOBODY}",
        "Most often it hung on x together with y (50 ± 50 %), and x together with y and z (50 ± 50 %).",
    ]


def test_the_first_of_two_is_a_preempting_cause(crisis):
    causes = find_causes(sample_of(crisis(BACKUP), "showdown = a"))
    assert causes.histories == 320
    assert causes.preempted > 0.99
    first = causes.sets[0]
    assert (first.members, first.kind, first.frozen) == (("first",), "preempting", ("backup",))


def test_single_forces_are_those_without_whom_it_ends_otherwise(free):
    causes = find_causes(free)
    assert causes.single + causes.several + causes.preempted + causes.luck == pytest.approx(1.0)
    true, done = SampleReplay(free).replay_unchanged()
    # Forces that joined and left are asked as well: only those aside throughout are not.
    left = done.acted & (done.values[:, 0] == 0)
    assert left.any()
    alone = {one.members: one.share for one in causes.sets if one.kind == "but-for"}
    for place, force in enumerate(free.forces):
        aside = np.full((len(true), 1, len(free.crisis.forces)), -1, np.int8)
        aside[..., list(free.crisis.forces).index(force)] = 0
        happened, _ = free.replay(np.arange(len(true)), aside)
        turned = true & ~happened & done.acted[:, place]
        assert alone.get((force,), 0.0) == pytest.approx(turned.sum() / true.sum())


def test_what_is_left_when_all_stand_aside_is_no_share_of_those_that_nobody_turns(free):
    """By brute force: every set of up to three on every history, and all at once."""
    causes = find_causes(free)
    true = free.truths([()])[0]
    sets = [one for size in (1, 2, 3) for one in combinations(free.forces, size)]
    runs = [tuple(Aside(force) for force in one) for one in sets]
    without = free.truths(runs)[:, true]
    unturned = without.all(axis=0).mean()
    # Of those whom no such set turns some have a preempting cause; here nobody forestalls anybody.
    assert causes.luck + causes.preempted == pytest.approx(unturned, abs=0.01)
    everybody = tuple(Aside(force) for force in free.forces)
    left = free.truths([everybody])[0][true]
    assert causes.regardless == pytest.approx(left.mean())
    world = np.nonzero(true)[0]
    assert (causes.regardless, causes.regardless_error) == pytest.approx(share_of(left, world))
    assert causes.regardless >= unturned
    assert "If every force that can stand aside did so at once" in " ".join(causes.sentences())
    assert "only luck" not in " ".join(causes.sentences())


def test_the_search_agrees_with_full_enumeration(free):
    replay = SampleReplay(free)
    true, done = replay.replay_unchanged()
    places = np.flatnonzero(true)
    deeds = ObservedConduct(done.values[places], done.acted[places])
    quick, whole = (
        search_portions(replay, places, deeds, largest=3, exhaustive=exhaustive)
        for exhaustive in (False, True)
    )
    same = [
        quick.causes_of(item).keys() == whole.causes_of(item).keys() for item in range(len(places))
    ]
    assert np.mean(same) > 0.95
    assert quick.replays < whole.replays


def test_who_takes_part_where_there_are_no_sides_can_be_a_cause(crisis):
    sample = sample_of(crisis(PACT), "pact = agreed", worlds=8)
    assert SampleReplay(sample).replay_unchanged()[1].acted.all()
    causes = find_causes(sample)
    assert {one.members for one in causes.sets} == {("winners",), ("losers",)}
    assert causes.single == 1.0


def test_an_event_that_never_happens_is_refused(free):
    both = read_event("showdown = a and showdown = b", free.crisis)
    never = Sample(free.simulator, both, 1)
    with pytest.raises(
        UsageError, match="in none of 40 histories is 'showdown = a and showdown = b'"
    ):
        find_causes(never)


def test_what_was_searched_before_somebody_asked_is_kept(free, monkeypatch):
    done = []

    def interrupted(*arguments, **options):
        if len(done) == 2:
            raise StoppedEarly
        done.append(find_actual_causes(*arguments, **options))
        return done[-1]

    monkeypatch.setattr(causes, "SETS_AT_ONCE", 70)
    monkeypatch.setattr(causes, "find_actual_causes", interrupted)
    result = find_causes(free)
    assert isinstance(result, Causes)
    assert result.histories == 20
    with pytest.raises(StoppedEarly):
        find_causes(free)


def test_enough_work_is_enough(free, monkeypatch):
    monkeypatch.setattr(causes, "SETS_AT_ONCE", 70)
    monkeypatch.setattr(causes, "MOST_REPLAYS", 1)
    assert find_causes(free).histories == 10
    assert find_causes(free, most=4).histories == 4
