"""Which law the likelihood of a claim has, and that its share of worlds is that of the law."""

import numpy as np
import pytest
from claim_families import DIFFERENCES, HISTORIES, count_differences, count_shares

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.claim_comparisons import (
    condition_counts,
    exact_comparison,
    is_share,
    margins_of,
    share_where,
)
from conjuncture.analysis.linear_forms import exceedances_of
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.shares_of_worlds import (
    share_of_differences,
    share_of_margins,
    share_of_worlds,
)
from conjuncture.engine.tallies import Sums
from crises import FREE, linked_test

WON = "P(showdown = a | crowd.side = a)"
CHANGED = "P(showdown = a | crowd.side = a, do(friends.materiel = 0))"
CAUSE = "necessity(do(crowd aside) for showdown = a given crowd.side = a)"
STRENGTH = "showdown.strength[a]"


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def law_of(test, crisis):
    """Return the law of a claim's likelihood, the lines, and whether it must lie above."""
    asked = linked_test(test, crisis)
    beyond = exceedances_of(asked)
    found = exact_comparison(beyond[0] if beyond else asked, compile_question(asked))
    if found is None:
        return "normal", None, None
    ratios, lines = found
    return ("binomial", "trinomial")[len(ratios) - 1], lines.lines, lines.above


@pytest.mark.parametrize(
    ("test", "lines", "above"),
    [
        (f"{WON} > 0.4", (0.4,), True),
        (f"{WON} <= 0.4", (0.4,), False),
        (f"0.4 < {WON}", (0.4,), True),
        (f"0.4 >= {WON}", (0.4,), False),
        (f"-{WON} > -0.4", (0.4,), False),
        (f"1 - {WON} > 0.4", (0.6,), False),
        (f"2 * {WON} > 1", (0.5,), True),
        (f"{WON} / -2 > -0.1", (0.2,), False),
        (f"{WON} + {WON} > 1", (0.5,), True),
        (f"{WON} + 0.1 > 1 - {WON}", (0.45,), True),
        (f"{CAUSE} > 0.5", (0.5,), True),
        (CAUSE.replace("necessity", "sufficiency") + " > 0.5", (0.5,), True),
        (f"{WON} in [0.2, 0.6]", (0.2, 0.6), True),
        (f"2 * {WON} in [0.2, 0.6]", (0.1, 0.3), True),
        (f"1 - {WON} in [0.2, 0.5]", (0.5, 0.8), False),
        # Beyond 0 and 1 no share lies.
        (f"{WON} in [0, 0.6]", (0.6,), False),
        (f"{WON} in [-1, 0.6]", (0.6,), False),
        (f"{WON} in [0.3, 1]", (0.3,), True),
        (f"{WON} in [0.3, 2]", (0.3,), True),
        (f"Q(0.9, {STRENGTH}) > 3", (0.1,), True),
        (f"Q(0.9, {STRENGTH} | crowd.side = a) >= 3", (0.1,), True),
        (f"Q(0.9, {STRENGTH} | crowd.side = a, do(crowd.mass = 9)) < 3", (0.9,), True),
        (f"2 * Q(0.9, {STRENGTH}) > 6", (0.1,), True), (f"6 < 2 * Q(0.9, {STRENGTH})", (0.1,), True),
        (f"Q(0.9, {STRENGTH}) - 1 >= 2", (0.1,), True), (f"3 > Q(0.9, {STRENGTH})", (0.9,), True),
        (f"1 - Q(0.9, {STRENGTH}) > -2", (0.9,), True),
        # What it is at least, of which what it is above is taken away.
        (f"Q(0.9, {STRENGTH}) in [2, 3]", (0.1,), True),
    ],
)  # fmt: skip
def test_a_ratio_of_counts_against_a_number_is_binomial(free, test, lines, above):
    law, found, side = law_of(test, free)
    assert law == "binomial"
    assert found == pytest.approx(lines)
    assert side is above or len(lines) == 2


@pytest.mark.parametrize(
    ("test", "lines", "above"),
    [
        (f"{CHANGED} - {WON} > 0", (0.0,), True),
        (f"{CHANGED} > {WON}", (0.0,), True),
        (f"{WON} <= {CHANGED}", (0.0,), False),
        (f"{WON} - {CHANGED} > 0.1", (0.1,), True),
        (f"0.1 < {WON} - {CHANGED}", (-0.1,), False),
        (f"-{WON} + {CHANGED} < 0.1", (-0.1,), True),
        (f"2 * {WON} - 2 * {CHANGED} > 0.1", (0.05,), True),
        (f"{WON} > {CHANGED} + 0.1", (0.1,), True),
        (f"{WON} - {CHANGED} in [-0.1, 0.2]", (-0.1, 0.2), True),
        (f"{CHANGED} - {WON} in [-0.1, 0.2]", (-0.1, 0.2), True),
    ],
)
def test_a_difference_under_one_condition_is_trinomial(free, test, lines, above):
    law, found, side = law_of(test, free)
    assert law == "trinomial"
    first, _ = exact_comparison(linked_test(test, free), compile_question(linked_test(test, free)))
    del first
    if len(lines) == 1:
        # Seen from the quantity that stands first in the question.
        assert (abs(found[0]), side == (found[0] == lines[0])) in (
            (abs(lines[0]), above), (abs(lines[0]), not above),
        )  # fmt: skip
    else:
        assert found in (lines, tuple(-one for one in lines[::-1]))


@pytest.mark.parametrize(
    "test",
    [
        # Outcomes of one stage count by their chances.
        "P(showdown = a) > 0.5", "P(showdown = a | do(crowd aside)) - P(showdown = a) > 0",
        # Other conditions, other factors, more than two.
        f"{WON} - P(showdown = a | mood > 0) > 0", f"2 * {WON} - {CHANGED} > 0",
        f"{WON} + {CHANGED} > 1", f"{WON} - {CHANGED} > {CAUSE}",
        # No sums of shares.
        f"{WON} / {CHANGED} > 1", f"{WON} * {CHANGED} > 0.2", f"max({WON}, 0.2) > 0.3",
        f"E({STRENGTH}) > 2", f"E({STRENGTH}) in [2, 3]",
        f"Q(0.5, {STRENGTH}) > 2 * Q(0.1, {STRENGTH})",
        # Nothing but the end, a line that varies, no order.
        f"{WON} > 0", f"{WON} >= 1", f"{WON} in [0, 1]", f"{WON} > 1.5", f"{WON} < -0.5",
        f"{WON} in [{CHANGED}, 1]", f"{WON} - {WON} > 0",
    ],
)  # fmt: skip
def test_everything_else_is_normal(free, test):
    assert law_of(test, free)[0] == "normal"


@pytest.mark.parametrize(
    ("test", "share"),
    [
        (f"{WON} > 0.4", True), (f"{WON} - {CHANGED} > 0", True), ("P(showdown = a) > 0.5", True),
        (f"2 * {WON} > 0.4", False), (f"E({STRENGTH}) > 2", False), (f"{WON} / {CHANGED} > 1", False),
    ],
)  # fmt: skip
def test_what_is_in_the_units_of_shares_is_known(free, test, share):
    assert is_share(linked_test(test, free)) is share


def counts_of(test, crisis, n, tops, both=None, histories=HISTORIES):
    """Return counts of a claim: ``n`` histories in the condition, and those counted of its ratios.

    Parameters
    ----------
    n : array, shape (worlds,)
    tops : sequence of array, shape (worlds,)
        Of each ratio as the claim names them.
    both : array, shape (worlds,), optional
        Histories that count for the first two.
    """
    asked = linked_test(test, crisis)
    question = compile_question(asked)
    first = np.zeros((len(n), len(question.terms)))
    ratios = list(question.ratios.values())
    for ratio, top in zip(ratios, tops, strict=True):
        first[:, ratio.bottom], first[:, ratio.top[0]] = n, top
    second = np.minimum(first[:, :, None], first[:, None, :])
    if both is not None:
        one, other = ratios[0].top[0], ratios[1].top[0]
        second[:, one, other] = second[:, other, one] = both
    return asked, Counts(question, Sums(np.full(len(n), histories), first, second))


def same(one, other):
    """Return whether two shares are the same."""
    return (one.value, one.low, one.high, one.effective) == pytest.approx(
        (other.value, other.low, other.high, other.effective), abs=1e-12
    ) and np.allclose(one.favours, other.favours)


@pytest.mark.parametrize(
    ("test", "lines", "above"),
    [
        (f"{WON} > 0.5", (0.5,), True), (f"1 - 2 * {WON} >= 0", (0.5,), False),
        (f"{WON} in [0.3, 0.7]", (0.3, 0.7), True), (f"{WON} in [0.3, 1]", (0.3,), True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("family", ["smooth", "rare"])
def test_counts_of_a_ratio_have_the_share_of_their_binomials(free, family, test, lines, above):
    k, n, _ = count_shares(family, 1, 80)
    asked, counts = counts_of(test, free, n, [k])
    found = share_where(asked, counts, condition_counts(counts))
    every = np.full(len(n), float(HISTORIES))
    assert same(found, share_of_worlds(k, n, every, lines, n, above=above))


@pytest.mark.parametrize(
    ("test", "sign", "line", "above", "strict"),
    [
        (f"{WON} - {CHANGED} > 0.05", 1, 0.05, True, True),
        (f"{WON} - {CHANGED} <= 0.05", 1, 0.05, False, False),
        (f"{WON} < {CHANGED}", 1, 0.0, False, True),
        (f"-{WON} + {CHANGED} >= -0.1", 1, 0.1, False, False),
        (f"{CHANGED} - {WON} > 0", -1, 0.0, False, True),
        (f"3 * {CHANGED} - 3 * {WON} < 0.3", -1, -0.1, True, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", DIFFERENCES)
def test_counts_of_a_difference_have_the_share_of_their_trinomials(
    free, kind, test, sign, line, above, strict
):
    """``sign`` -1: the claim names the other run first."""
    n10, n01, n, _ = count_differences(kind, 1, 60)
    both = np.floor((n - n10 - n01) / 3)
    tops = [n10 + both, n01 + both][::sign]
    asked, counts = counts_of(test, free, n, tops, both)
    found = share_where(asked, counts, condition_counts(counts))
    assert same(found, share_of_differences(n10, n01, n, (line,), n, above=above, strict=strict))


def test_worlds_in_which_the_condition_never_came_are_left_out(free):
    k, n, _ = count_shares("smooth", 2, 80)
    k[:20] = n[:20] = 0.0
    found, alone = (
        share_where(asked, counts, condition_counts(counts))
        for asked, counts in (
            counts_of(f"{WON} > 0.5", free, n, [k]),
            counts_of(f"{WON} > 0.5", free, n[20:], [k[20:]]),
        )
    )
    assert (found.value, found.low, found.high) == (alone.value, alone.low, alone.high)
    assert found.favours[20:] == pytest.approx(alone.favours)
    assert found.favours[:20] == pytest.approx(alone.value)


def test_the_rarest_of_several_conditions_weighs_a_world(free):
    test = f"{WON} - P(showdown = a | mood > 0) > 0"
    asked = linked_test(test, free)
    question = compile_question(asked)
    first = np.zeros((3, len(question.terms)))
    one, other = question.ratios.values()
    first[:, one.bottom], first[:, other.bottom] = (10, 50, 0), (20, 30, 40)
    counts = Counts(
        question, Sums(np.full(3, 64), first, first[:, :, None] * np.eye(first.shape[1]))
    )
    assert condition_counts(counts).tolist() == [10, 30, 0]
    assert np.isfinite(margins_of(asked, counts)[0]).tolist() == [True, True, False]


def test_means_have_the_share_of_their_normals(free):
    generator = np.random.default_rng(20261130)
    worlds, noise = 150, 1.5
    true = generator.normal(2.0, 0.5, worlds)
    drawn = true[:, None] + noise * generator.standard_normal((worlds, HISTORIES))
    asked = linked_test(f"E({STRENGTH} | crowd.side = a) > 2", free)
    question = compile_question(asked)
    (ratio,) = question.ratios.values()
    numbers = [None] * len(question.terms)
    numbers[ratio.top[0]], numbers[ratio.bottom] = drawn, np.ones_like(drawn)
    assert all(one is not None for one in numbers)
    columns = np.stack(numbers, axis=-1)
    sums = Sums(
        np.full(worlds, HISTORIES), columns.sum(1), np.einsum("whi,whj->wij", columns, columns)
    )
    counts = Counts(question, sums)
    found = share_where(asked, counts, condition_counts(counts))
    seen = drawn.mean(axis=1) - 2.0
    expected = share_of_margins(seen, drawn.var(axis=1) / HISTORIES, np.ones(worlds))
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), abs=2e-3
    )
    assert found.low < np.mean(true > 2.0) < found.high


@pytest.mark.parametrize(("operator", "value"), [(">", 0.0), (">=", 1.0), ("<", 0.0), ("<=", 1.0)])
def test_exactly_no_difference_is_decided_by_the_operator(free, operator, value):
    """Chances that are the same in both runs, in every history, are no close call."""
    asked = linked_test(f"P(showdown = a | do(mood = mood)) {operator} P(showdown = a)", free)
    question = compile_question(asked)
    worlds = 60
    chances = np.random.default_rng(1).beta(5, 5, (worlds, HISTORIES))
    first = np.full((worlds, len(question.terms)), float(HISTORIES))
    second = np.full((worlds, len(question.terms), len(question.terms)), float(HISTORIES))
    tops = [ratio.top[0] for ratio in question.ratios.values()]
    missing = [ratio.extra["undefined"] for ratio in question.ratios.values()]
    columns = np.ones((worlds, HISTORIES, len(question.terms)))
    columns[:, :, tops] = chances[:, :, None]
    columns[:, :, missing] = 0.0
    first, second = columns.sum(1), np.einsum("whi,whj->wij", columns, columns)
    counts = Counts(question, Sums(np.full(worlds, HISTORIES), first, second))
    found = share_where(asked, counts, condition_counts(counts))
    assert found.value == pytest.approx(value, abs=0.01)
    assert found.low >= 0.9 or found.high <= 0.1
