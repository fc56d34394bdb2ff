"""Bounds over the last draw, against linear programs, enumerated couplings and closed forms.

Of a history all is known but the last draw of a stage: the chances of its outcomes in either run. A
coupling is any joint law of the two draws with these chances. The largest of Gumbels and logarithms
of chances is one of them, of which the chance that both draws end alike is known exactly.
"""

import numpy as np
import pytest
from scipy.optimize import linprog

from chance import bound
from conjuncture.analysis.questions import LEAST, MOST, WAS, compile_question
from conjuncture.engine.tallies import overlap_of
from conjuncture.ensemble import Ensemble
from conjuncture.scenario.queries import read_query
from crises import FREE, SWORN
from graphs import QUARREL

WORLDS, HISTORIES = 40, 4096
CUT = "do(reds.troops = 0)"

TRIANGLE = """
conjuncture: 1
title: Three sworn camps
account: account.md
unknowns: {decisiveness: 1.5, fog: 0.5}
forces:
  red: {kind: army, troops: 1 to 4}
  blue: {kind: army, troops: 1 to 4}
  green: {kind: army, troops: 1 to 4}
  reds: {kind: army, troops: 0.5 to 2, leans: {a: sworn}}
  blues: {kind: army, troops: 0.5 to 2, leans: {b: sworn}}
stages:
  showdown:
    mechanism: showdown
    camps:
      a: {core: red, resolve: 1}
      b: {core: blue, resolve: 1}
      c: {core: green, resolve: 1}
observed: {}
claims: {}
"""
"""Three camps that fight to the end: how the last draws go together hangs on all the chances."""


@pytest.fixture(scope="module")
def sworn(crisis):
    return Ensemble(crisis(SWORN), WORLDS, HISTORIES, seed=3)


@pytest.fixture(scope="module")
def triangle(crisis):
    return Ensemble(crisis(TRIANGLE), WORLDS, HISTORIES, seed=3)


@pytest.fixture(scope="module")
def free(crisis):
    return Ensemble(crisis(FREE), WORLDS, 1024, seed=3)


@pytest.fixture(scope="module")
def win(sworn):
    """Chance in each world that camp a wins a stage: as things were, and without reds or blues."""
    value = sworn.worlds.table

    def contest(red, blue):
        return red**1.5 / (red**1.5 + blue**1.5)

    red, blue = value["red.troops"], value["blue.troops"]
    reds, blues = red + value["reds.troops"], blue + value["blues.troops"]
    return contest(reds, blues), contest(red, blues), contest(reds, blue)


def compiled(ensemble, text):
    return compile_question(read_query(text, ensemble.crisis), crisis=ensemble.crisis)


def last_draw(ensemble, text):
    """Return in each world the chance as things were, and the least and most of both together."""
    return ensemble.simulator.count([compiled(ensemble, text)], "histories")[0].last_draw.means


def most_and_least(first, second, event):
    """Return the ends of P(event, not event) over all joint laws of two draws."""
    count = len(first)
    sides = np.zeros((2 * count, count, count))
    for place in range(count):
        sides[place, place] = 1.0
        sides[count + place, :, place] = 1.0
    wanted = np.zeros((count, count))
    wanted[event] = 1.0
    wanted[event, event] = 0.0
    laws = sides.reshape(2 * count, -1), np.concatenate([first, second])
    least, most = (
        linprog(sign * wanted.ravel(), A_eq=laws[0], b_eq=laws[1], bounds=(0, None))
        for sign in (1, -1)
    )
    assert least.success
    assert most.success
    return least.fun, -most.fun


def gumbel_max(first, second, event):
    """Return P(event, not event) where the same Gumbels are added to both logarithms of chances."""
    ratios = np.maximum(first / first[event], second / second[event])
    return first[event] - 1.0 / ratios.sum()


def test_no_joint_law_of_the_last_draw_leaves_the_bounds_and_some_attain_them():
    generator = np.random.default_rng(5)
    for spread in (0.2, 1.0, 5.0) * 10:
        first, second = generator.dirichlet(np.full(3, spread), size=2)
        chances = np.array([first[1]]), np.array([1.0 - second[1]])
        found = [overlap_of(end, *chances, np)[0] for end in ("least", "most")]
        assert found == pytest.approx(most_and_least(first, second, 1), abs=1e-6)
        assert found[0] - 1e-12 <= gumbel_max(first, second, 1) <= found[1] + 1e-12


def test_with_two_outcomes_the_coupling_of_the_model_is_the_least():
    generator = np.random.default_rng(6)
    for first, second in generator.dirichlet(np.ones(2), size=(50, 2)):
        least = overlap_of("least", first[0], second[1], np)
        assert gumbel_max(first, second, 0) == pytest.approx(least, abs=1e-12)


def test_three_camps_have_the_bounds_of_the_linear_program(triangle):
    """All luck is that of the last draw, so that every history of a world says the same.

    One rival grows weaker and the other stronger, so that the model's coupling is no end of them.
    """
    value = triangle.worlds.table
    blue = value["blue.troops"] + value["blues.troops"]

    def chances(red, green):
        strength = np.transpose([red, blue, green]) ** 1.5
        return strength / strength.sum(axis=1, keepdims=True)

    was = chances(value["red.troops"] + value["reds.troops"], value["green.troops"])
    without = chances(value["red.troops"], np.full(WORLDS, 4.0))
    text = "necessity(do(reds.troops = 0, green.troops = 4) for showdown = b)"
    found = last_draw(triangle, text)
    ends = [most_and_least(*pair, 1) for pair in zip(was, without, strict=True)]
    np.testing.assert_allclose(found[:, WAS], was[:, 1], rtol=1e-5)
    np.testing.assert_allclose(found[:, [LEAST, MOST]], ends, atol=1e-6)
    asked = triangle.query(text)
    turned = sum(gumbel_max(*pair, 1) for pair in zip(was, without, strict=True))
    room = bound() * 0.5 / np.sqrt(WORLDS * HISTORIES * was[:, 1].mean())
    assert abs(asked.value - turned / was[:, 1].sum()) < room
    assert asked.last_draw[0] + room < asked.value < asked.last_draw[1] - room


def test_necessity_and_sufficiency_where_all_luck_is_the_last(sworn, win):
    was, cut, helped = win
    found = last_draw(sworn, f"necessity({CUT} for showdown = a)")
    expected = [was, was - cut, np.minimum(was, 1 - cut)]
    np.testing.assert_allclose(found, np.transpose(expected), atol=1e-5)
    found = last_draw(sworn, "sufficiency(do(blues.troops = 0) for showdown = a)")
    expected = [1 - was, helped - was, np.minimum(1 - was, helped)]
    np.testing.assert_allclose(found, np.transpose(expected), atol=1e-5)


@pytest.mark.parametrize("forestalled", [False, True])
def test_an_earlier_draw_is_left_as_it_was(sworn, win, forestalled):
    """Given the first win only the second draw is open; a lost one forestalls it for certain."""
    was, cut, _ = win
    ending = " or forestalled" if forestalled else ""
    text = f"necessity({CUT} for second = a given showdown = a{ending})"
    found = last_draw(sworn, text).mean(axis=0)
    gone = (was - cut) * was if forestalled else 0.0
    expected = np.transpose(
        [was * was, cut * (was - cut) + gone, cut * np.minimum(was, 1 - cut) + gone]
    ).mean(axis=0)
    room = bound(3) * 0.5 / np.sqrt(WORLDS * HISTORIES)
    assert np.abs(found - expected).max() < room
    asked = sworn.query(text)
    assert asked.last_draw[0] <= asked.value <= asked.last_draw[1]


@pytest.mark.parametrize(
    "text",
    [
        "necessity(do(crowd aside) for showdown = a given crowd.side = a)",
        "necessity(do(guard aside) for showdown = a given showdown.how = fighting)",
        "necessity(do(line sides b) for showdown = a or forestalled)",
        "sufficiency(do(guard aside) for showdown = b given showdown.rounds > 2)",
        "sufficiency(do(showdown = a) for showdown = a)",
    ],
)
def test_they_lie_within_the_bounds_whatever_couples_and_hold_the_value(free, text):
    asked = free.query(text)
    whatever, last = asked.coupling, asked.last_draw
    assert whatever[0] <= last[0] <= asked.value <= last[1] <= whatever[1]
    # So they do before sampling errors are taken out.
    counts = free.simulator.count([compiled(free, text)], "histories")[0]
    was, least, most = counts.last_draw.means.mean(axis=0)
    seen = counts.sums.first[:, counts.question.ratios[counts.question.asked].bottom].sum()
    room = bound(4) / np.sqrt(seen)
    assert whatever[0] - room < least / was < asked.value + room
    assert asked.value - room < most / was < whatever[1] + room


def test_they_are_narrower_where_more_than_the_last_draw_is_luck(free):
    asked = free.query("necessity(do(crowd aside) for showdown = a given crowd.side = a)")
    widths = [end[1] - end[0] for end in (asked.last_draw, asked.coupling)]
    assert 0.0 < widths[0] < 0.9 * widths[1]


@pytest.mark.parametrize(
    ("given", "defined"),
    [
        ("showdown.side[reds] = a", True),
        ("showdown.how = fighting and showdown.strength[a] > 2", True),
        ("reached(showdown)", True),
        ("red.troops > 2", True),
        ("showdown.margin > 0.1", False),
        ("showdown.rounds > 0 or showdown = a", False),
        ("reached(second)", False),
        ("not second = a", False),
        ("second.rounds > 1", False),
    ],
)
def test_there_are_none_where_the_condition_hangs_on_the_draw(sworn, given, defined):
    text = f"necessity({CUT} for showdown = a given {given})"
    assert (compiled(sworn, text).last_draw is not None) is defined


@pytest.mark.parametrize(
    "text",
    [
        f"necessity({CUT} for showdown != a)",
        f"necessity({CUT} for showdown = a and second = a)",
        f"necessity({CUT} for showdown.margin > 0.1)",
        f"necessity({CUT} for showdown = a) - necessity(do(reds aside) for showdown = a)",
        f"P(showdown = a | {CUT})",
    ],
)
def test_there_are_none_of_anything_but_one_outcome(sworn, text):
    assert compiled(sworn, text).last_draw is None


def test_there_are_none_where_the_stage_recurs_or_a_condition_moves(crisis):
    quarrel = Ensemble(crisis(QUARREL), 1)
    assert compiled(quarrel, "necessity(do(line aside) for contest = a)").last_draw is None
    again = "necessity(do(line aside) for reckoning = a{})"
    assert compiled(quarrel, again.format("")).last_draw is not None
    assert compiled(quarrel, again.format(" given contest = b")).last_draw is not None
    assert compiled(quarrel, again.format(" given red.troops > 2.5")).last_draw is None


def test_there_are_none_as_it_happened_where_the_draw_itself_was_seen(sworn):
    text = f"necessity({CUT} for second = a given showdown = a)"
    assert sworn.query(text).last_draw is not None
    assert sworn.query(text, as_it_happened=True).last_draw is None
