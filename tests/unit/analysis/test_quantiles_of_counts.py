"""Quantiles of whole numbers: in what share of worlds a claim about them holds, and their values."""

import operator

import numpy as np
import pytest
from scipy.stats import binom

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.claim_comparisons import condition_counts, is_share, share_where
from conjuncture.analysis.estimates import Bins
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.tallies import BINS, Sums
from conjuncture.ensemble import Ensemble
from conjuncture.language.quantities import Quantile
from crises import FREE, linked_test

ROUNDS = "Q(0.5, showdown.rounds)"
CHANGED = "Q(0.5, showdown.rounds | do(crowd.mass = 9))"
WORLDS, HISTORIES, TRIALS = 200, 512, 6
BEYOND = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def bins_of(numbers, widen=0.25):
    """Return the bins of numbers of shape (worlds, histories)."""
    low, high = numbers.min(), numbers.max()
    low, high = low - widen * (high - low), high + widen * (high - low)
    place = np.clip((numbers - low) / ((high - low) / BINS), 0, BINS - 1).astype(int)
    return Bins(np.stack([np.bincount(row, minlength=BINS) for row in place]), low, high)


def share_of(test, crisis, *numbers, widen=(0.25, 0.25)):
    """Return the share of worlds in which a claim holds of numbers, one array for each quantile."""
    asked = linked_test(test, crisis)
    question = compile_question(asked)
    worlds, histories = numbers[0].shape
    columns = np.ones((worlds, histories, len(question.terms)))
    quantiles = [one for one in question.ratios if isinstance(one, Quantile)]
    for share, ratio in question.ratios.items():
        if not isinstance(share, Quantile):
            line = share.event
            columns[:, :, ratio.top[0]] = BEYOND[line.operator](numbers[0], line.right.value)
    sums = Sums(
        np.full(worlds, histories), columns.sum(1), np.einsum("whi,whj->wij", columns, columns)
    )
    bins = {
        quantile: bins_of(drawn, wide)
        for quantile, drawn, wide in zip(quantiles, numbers, widen, strict=False)
    }
    counts = Counts(question, sums, bins)
    return share_where(asked, counts, condition_counts(counts))


def counts_drawn(seed, worlds=WORLDS):
    """Return whole numbers drawn in worlds of which each has a chance of its own, and that."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(6, 6, worlds)
    return rng.binomial(TRIALS, chance[:, None], (worlds, HISTORIES)), chance, rng


def medians_of(chance):
    return binom.ppf(0.5, TRIALS, chance)


@pytest.mark.parametrize("ends", [(3, 3), (0, 4), (2, 3), (2.5, 3.5), (4, 9), (-3, -1)])
@pytest.mark.parametrize("form", ["{0} in [{1}, {2}]", "1 - 2 * {0} in [1 - 2 * {2}, 1 - 2 * {1}]"])
def test_a_median_between_two_numbers_has_the_share_of_worlds(free, ends, form):
    drawn, chance, _ = counts_drawn(1)
    test = form.format(ROUNDS, *ends)
    true = (medians_of(chance) >= ends[0]) & (medians_of(chance) <= ends[1])
    found = share_of(test, free, drawn)
    assert found.low <= true.mean() <= found.high
    # A median is the wrong one only in the few worlds whose chance is next to a step.
    assert np.mean(np.abs(found.favours - true)) < 0.1
    assert is_share(linked_test(test, free))


@pytest.mark.parametrize(
    ("test", "plain"),
    [
        (f"2 * {ROUNDS} > 6", f"{ROUNDS} > 3"), (f"6 < 2 * {ROUNDS}", f"{ROUNDS} > 3"),
        (f"{ROUNDS} - 1 > 2", f"{ROUNDS} > 3"), (f"{ROUNDS} + {ROUNDS} >= 6", f"{ROUNDS} >= 3"),
        (f"-{ROUNDS} > -3", f"{ROUNDS} < 3"), (f"3 >= {ROUNDS}", f"{ROUNDS} <= 3"),
        (f"0.1 * {ROUNDS} > 0.3", f"{ROUNDS} > 3"), (f"{ROUNDS} / -2 <= -1.5", f"{ROUNDS} >= 3"),
    ],
)  # fmt: skip
def test_a_median_with_a_factor_is_asked_as_the_median_is(free, test, plain):
    drawn, chance, _ = counts_drawn(2)
    one, other = share_of(test, free, drawn), share_of(plain, free, drawn)
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)
    word = linked_test(plain, free)
    true = BEYOND[word.operator](medians_of(chance), 3)
    assert other.low <= true.mean() <= other.high


DIFFERENCES = {
    f"{CHANGED} - {ROUNDS} > 0": lambda step: step > 0,
    f"{CHANGED} >= {ROUNDS}": lambda step: step >= 0,
    f"{ROUNDS} < {CHANGED}": lambda step: step > 0,
    f"2 * {CHANGED} - 2 * {ROUNDS} <= 0": lambda step: step <= 0,
    f"{CHANGED} - {ROUNDS} >= 1": lambda step: step >= 1,
    f"{CHANGED} - {ROUNDS} > 1": lambda step: step > 1,
    f"{CHANGED} - {ROUNDS} in [0, 0]": lambda step: step == 0,
    f"{CHANGED} - {ROUNDS} in [1, 2]": lambda step: (step >= 1) & (step <= 2),
}


@pytest.mark.parametrize("test", DIFFERENCES)
@pytest.mark.parametrize("moved", [0.0, 0.3, 1.0])
def test_a_difference_of_medians_has_the_share_of_worlds(free, test, moved):
    """The changed run differs in a share ``moved`` of worlds; elsewhere only by its luck."""
    drawn, chance, rng = counts_drawn(3)
    raised = np.where(rng.random(WORLDS) < moved, np.minimum(chance + 0.25, 0.98), chance)
    changed = rng.binomial(TRIALS, raised[:, None], drawn.shape)
    true = DIFFERENCES[test](medians_of(raised) - medians_of(chance))
    quantiles = list(compile_question(linked_test(test, free)).ratios)
    order = [changed, drawn] if quantiles[0].interventions else [drawn, changed]
    found = share_of(test, free, *order, widen=(0.25, 0.4))
    # Where it holds in all worlds or in none, the interval ends next to that.
    assert found.low - 1e-3 <= true.mean() <= found.high + 1e-3
    assert np.mean(np.abs(found.favours - true)) < 0.15


@pytest.mark.parametrize(("word", "value"), [(">", 0.0), (">=", 1.0), ("<", 0.0), ("<=", 1.0)])
@pytest.mark.parametrize("whole", [True, False])
def test_the_same_histories_in_both_runs_make_no_difference(free, whole, word, value):
    drawn, _, rng = counts_drawn(4)
    drawn = drawn if whole else drawn + rng.normal(size=drawn.shape)
    found = share_of(f"{CHANGED} {word} {ROUNDS}", free, drawn, drawn)
    assert found.value == pytest.approx(value, abs=0.01)
    assert found.low >= 0.9 or found.high <= 0.1


def test_quantiles_of_whole_numbers_are_whole_whatever_the_bins():
    drawn, _, _ = counts_drawn(5)
    for widen in (0.25, 0.31, 1.7):
        bins = bins_of(drawn, widen)
        for level in (0.1, 0.5, 0.9):
            value, _ = bins.quantile(level)
            assert (
                value.tolist() == np.quantile(drawn, level, axis=1, method="inverted_cdf").tolist()
            )
        pooled, _ = bins.quantile(0.5, np.full(WORLDS, 1 / WORLDS))
        assert pooled.tolist() == [np.median(drawn)]
        assert bins.nearest(2.9) == 3.0


def test_other_numbers_lie_between_the_edges_of_their_bins():
    rng = np.random.default_rng(6)
    for drawn in (rng.normal(size=(20, HISTORIES)), rng.normal(size=(2, 8))):
        bins = bins_of(drawn)
        assert bins.lattice is None
        value, _ = bins.quantile(0.5)
        least = np.quantile(drawn, 0.5, axis=1, method="inverted_cdf")
        assert np.abs(value - least).max() <= bins.width
        assert bins.nearest(0.123) == 0.123


def test_a_median_on_a_step_varies_as_often_as_it_is_the_next_value():
    """Its variance is a quarter there, and so is the mean of the normal approximation of it."""
    rng = np.random.default_rng(7)
    worlds, histories = 1000, 2000
    bins = bins_of(rng.binomial(1, 0.5, (worlds, histories)))
    values, _ = bins.quantile(0.5)
    found = bins.variance(0.5)
    # Of Phi(-|z|), evenly spread from 0 to a half, the standard deviation is 1 / sqrt(48).
    assert abs(found.mean() - 0.25) < 4.0 / np.sqrt(48 * worlds) + 1.0 / np.sqrt(histories) / 2
    assert abs(values.var() - 0.25) < 0.02
    sure = bins_of(rng.binomial(1, 0.3, (worlds, histories)))
    assert not sure.variance(0.5).any()


MARCH = """
conjuncture: 1
title: A march
account: account.md
forces:
  line: {troops: 1}
  prefect: {troops: 0.1 to 0.3}
  committee: {mass: 0.5 to 2}
  salters: {mass: 3 to 12, leans: {strike: warm, order: hostile}}
  tinners: {mass: 2 to 9, leans: {strike: undecided, order: cool}}
stages:
  march:
    mechanism: showdown
    camps:
      order: {core: prefect, resolve: 0.6 to 0.9}
      strike: {core: committee}
claims:
  longer: {says: Longer., test: "Q(0.5, march.rounds) - Q(0.5, march.rounds | do(line.discipline = 0.5)) > 0"}
  no_shorter: {says: No shorter., test: "Q(0.5, march.rounds) - Q(0.5, march.rounds | do(line.discipline = 0.5)) >= 0"}
  sides: {says: Longer., test: "Q(0.5, march.rounds | do(tinners sides strike)) > Q(0.5, march.rounds | do(tinners aside))"}
  above: {says: Above three., test: "Q(0.5, march.rounds) > 3"}
  twice: {says: Twice., test: "2 * Q(0.5, march.rounds) > 6"}
  least: {says: Three., test: "Q(0.5, march.rounds) >= 3"}
  three: {says: Three., test: "Q(0.5, march.rounds) in [3, 3]"}
"""


@pytest.mark.slow
def test_claims_about_the_rounds_of_a_march(crisis):
    tested = Ensemble(crisis(MARCH), 100).test()
    verdicts = {one.claim.key: one.prior.verdict for one in tested}
    words = {name: verdict.word for name, verdict in verdicts.items()}
    assert (words["longer"], words["no_shorter"]) == ("fails", "holds")
    assert words["sides"] == "fails"
    assert verdicts["twice"].interval == verdicts["above"].interval
    between = verdicts["least"].share - verdicts["above"].share
    assert verdicts["three"].share == pytest.approx(between)
    assert verdicts["three"].interval[0] <= between <= verdicts["three"].interval[1]
