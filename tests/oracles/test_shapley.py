"""Shapley, Owen and interaction values against closed forms, published numbers and plain counting.

A game given by its dividends has them all in closed form: a dividend a of the players T adds a / |T|
to the Shapley value of each of them, a / (|T| - 1) to the interaction of any two, and, where T meets
h groups and m members of a player's group, a / (h m) to its Owen value.
"""

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest

from chance import bound
from conjuncture.analysis.explain.attribution import NINETY
from conjuncture.analysis.explain.methods.orders import (
    CrossedMeans,
    Orders,
    error_of_mean,
    values_of,
)
from conjuncture.analysis.explain.methods.shapley import (
    interaction_indices,
    owen_values,
    partition,
    quotient_game_of,
    shapley_values,
)
from conjuncture.errors import UsageError

REPETITIONS = 500
GROUPS = [(0, 3), (1, 2, 4)]


def lattice(players, worth):
    """Return the worths of all coalitions, each given as a set."""
    return np.array(
        [worth({one for one in range(players) if row >> one & 1}) for row in range(1 << players)],
        float,
    )


def voting(quota, weights):
    return lattice(len(weights), lambda inside: sum(weights[one] for one in inside) >= quota)


def random_game(players, seed, trailing=(3,)):
    return np.random.default_rng(seed).normal(size=(1 << players, *trailing))


def row_of(members):
    return sum(1 << one for one in members)


def values_over_orders(worths, orders):
    """Return what each player adds to those before it, on the mean over some orders."""
    players = len(orders[0])
    found = np.zeros((players, *worths.shape[1:]))
    for order in orders:
        for place, player in enumerate(order):
            found[player] += worths[row_of(order[: place + 1])] - worths[row_of(order[:place])]
    return found / len(orders)


@pytest.mark.parametrize(
    ("worths", "values"),
    [
        # One left glove, two right ones.
        (lattice(3, lambda inside: 0 in inside and bool(inside & {1, 2})), [2 / 3, 1 / 6, 1 / 6]),
        # A member with one vote of a hundred is as strong as one with 49.
        (voting(51, [50, 49, 1]), [2 / 3, 1 / 6, 1 / 6]),
        # Stach (2011), as quoted by the R package CoopGame.
        (voting(50, [10, 10, 20, 30]), [1 / 12, 1 / 12, 1 / 4, 7 / 12]),
        # The Security Council: five members with a veto, nine votes of fifteen.
        (voting(39, [7] * 5 + [1] * 10), [421 / 2145] * 5 + [4 / 2145] * 10),
    ],
)  # fmt: skip
def test_shapley_values_of_well_known_games(worths, values):
    assert shapley_values(worths) == pytest.approx(values, abs=1e-12)


def test_those_who_need_a_stretch_of_runway_share_its_cost():
    """Littlechild & Owen (1973, unverified); by groups, airlines share it first, and then their planes."""
    costs = [3.0, 4.0, 9.0, 9.0, 15.0]
    airlines = [(0, 3), (1, 4)]  # the third plane flies for itself
    worths = lattice(5, lambda inside: max((costs[one] for one in inside), default=0.0))
    shapley, owen = np.zeros(5), np.zeros(5)
    below = 0.0
    for cost in sorted(set(costs)):
        users = [one for one in range(5) if costs[one] >= cost]
        using = [set(users) & set(group) for group in partition(5, airlines)]
        shapley[users] += (cost - below) / len(users)
        for some in filter(None, using):
            owen[list(some)] += (cost - below) / (sum(map(bool, using)) * len(some))
        below = cost
    assert shapley_values(worths) == pytest.approx(shapley, abs=1e-12)
    assert owen_values(worths, airlines) == pytest.approx(owen, abs=1e-12)


def test_owen_values_as_published_with_the_package_for_r():
    """The example of GameTheoryAllocation: Owen_value and Shapley_value of one cost game."""
    costs = {(): 0, (0,): 1, (1,): 1, (2,): 2, (0, 1): 1, (0, 2): 2, (1, 2): 2, (0, 1, 2): 2}
    worths = lattice(3, lambda inside: costs[tuple(sorted(inside))])
    assert owen_values(worths, [[0, 1]]) == pytest.approx([0.25, 0.25, 1.5], abs=1e-12)
    assert shapley_values(worths) == pytest.approx([1 / 3, 1 / 3, 4 / 3], abs=1e-12)


def test_values_are_means_over_all_orders_that_keep_groups_together():
    worths = random_game(5, 1)
    every = list(permutations(range(5)))

    def together(order):
        return all(
            max(map(order.index, group)) - min(map(order.index, group)) == len(group) - 1
            for group in GROUPS
        )

    assert shapley_values(worths) == pytest.approx(values_over_orders(worths, every), abs=1e-12)
    kept = [order for order in every if together(order)]
    assert owen_values(worths, GROUPS) == pytest.approx(values_over_orders(worths, kept), abs=1e-12)


def test_values_add_up_and_treat_equals_alike_and_nobody_for_nothing():
    worths = random_game(6, 2)
    inside = np.arange(64)
    worths[inside & 1 == 1] = worths[inside & 1 == 0]  # player 0 adds nothing
    swapped = (inside & ~6) | (inside >> 1 & 2) | (inside << 1 & 4)
    worths = (worths + worths[swapped]) / 2  # players 1 and 2 are equals
    values = shapley_values(worths)
    assert values.sum(axis=0) == pytest.approx(worths[-1] - worths[0], abs=1e-12)
    assert values[0] == pytest.approx(0.0, abs=1e-12)
    assert values[1] == pytest.approx(values[2], abs=1e-12)
    assert interaction_indices(worths)[0] == pytest.approx(0.0, abs=1e-12)


def test_groups_share_what_they_bring_in_the_game_of_groups():
    worths = random_game(6, 3)
    groups = partition(6, GROUPS)
    owen = owen_values(worths, GROUPS)
    of_groups = shapley_values(quotient_game_of(worths, GROUPS))
    assert [owen[list(group)].sum(axis=0) for group in groups] == [
        pytest.approx(value, abs=1e-12) for value in of_groups
    ]
    assert owen_values(worths, []) == pytest.approx(shapley_values(worths), abs=1e-12)
    assert owen_values(worths, [range(6)]) == pytest.approx(shapley_values(worths), abs=1e-12)


def test_interactions_are_what_their_definition_counts():
    players = 5
    worths = random_game(players, 4)
    found = interaction_indices(worths)
    for i, j in combinations(range(players), 2):
        others = [one for one in range(players) if one not in (i, j)]
        total = 0.0
        for size in range(players - 1):
            weight = factorial(size) * factorial(players - 2 - size) / factorial(players - 1)
            for some in combinations(others, size):
                base, one, two = row_of(some), row_of((*some, i)), row_of((*some, j))
                total += weight * (
                    worths[row_of((*some, i, j))] - worths[one] - worths[two] + worths[base]
                )
        assert found[i, j] == pytest.approx(total, abs=1e-12)
        assert found[j, i] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda: shapley_values([1.0, 2.0, 3.0]), "a worth for each of its 2, 4, 8"),
        (lambda: shapley_values([1.0]), "coalitions, not 1"),
        (lambda: owen_values([0, 1, 1, 2], [[0], [0, 1]]), "player 0 is named twice"),
        (lambda: owen_values([0, 1, 1, 2], [[2]]), "the players are 0 to 1"),
    ],
)
def test_what_is_no_game_is_refused(ask, problem):
    with pytest.raises(UsageError, match=problem):
        ask()


class Dividends:
    """A game by its dividends, each of which varies from world to world about a known mean."""

    def __init__(self, players, dividends):
        self.players = players
        self.sets = list(dividends)
        self.means = np.array(list(dividends.values()))

    def shapley(self):
        return self.owen([(one,) for one in range(self.players)])

    def owen(self, groups):
        found = np.zeros(self.players)
        for members, mean in zip(self.sets, self.means, strict=True):
            met = [set(group) & set(members) for group in groups]
            for some in filter(None, met):
                found[list(some)] += mean / (sum(map(bool, met)) * len(some))
        return found

    def interaction(self, i, j):
        return sum(
            mean / (len(members) - 1)
            for members, mean in zip(self.sets, self.means, strict=True)
            if {i, j} <= set(members)
        )

    def worth(self, inside, of_worlds):
        """Return worths, given the dividends (dividends, worlds) of some worlds."""
        there = np.stack([inside[:, list(members)].all(axis=1) for members in self.sets], axis=1)
        return there @ of_worlds


def spread(game, worlds, generator):
    """Return dividends by world: independent, with the known means, none below 0."""
    return game.means[:, None] * generator.gamma(4.0, 0.25, size=(len(game.means), worlds))


LARGE = Dividends(
    14,
    {(one,): 0.01 * one for one in range(14)}
    | {(0, 1): 0.2, (2, 3, 4): 0.3, (5, 6): -0.1, (0, 7, 8, 9): 0.4, (10, 13): 0.1},
)


@pytest.mark.parametrize("groups", [[], [(0, 1, 7), (2, 3)]])
def test_drawn_orders_are_right_within_their_error_and_add_up(groups):
    acting = partition(14, groups)
    of_worlds = np.repeat(LARGE.means[:, None], 2, axis=1)  # no world differs from another
    found = values_of(
        lambda inside: LARGE.worth(inside, of_worlds), acting, seed=20261122, order_error=0.012
    )
    assert found.orders >= 64
    assert found.order_error <= 0.012
    limit = bound(2)
    error = max(one.error for one in found.players)
    off = np.array([one.value for one in found.players]) - LARGE.owen(acting)
    assert np.sqrt(np.mean(off**2)) < limit * error
    total = sum(one.value for one in found.groups)
    assert total == pytest.approx(found.whole.value - found.empty.value, abs=1e-12)
    for group, value in zip(acting, found.groups, strict=True):
        assert sum(found.players[one].value for one in group) == pytest.approx(value.value)
    if not groups:
        wrong = [
            (value.value - LARGE.interaction(*pair)) ** 2 for pair, value in found.pairs.items()
        ]
        assert len(wrong) > 80
        assert np.sqrt(np.mean(wrong)) < limit * max(one.error for one in found.pairs.values())


def test_no_coalition_is_asked_for_twice():
    asked = []

    def worth(inside):
        asked.extend(map(tuple, inside.tolist()))
        return LARGE.worth(inside, LARGE.means[:, None])

    orders = Orders(worth, partition(14, []), seed=3)
    orders.add(10)
    orders.add(10)
    assert len(asked) == len(set(asked)) == orders.coalition_count


SMALL = Dividends(
    6, {(0,): 0.05, (1,): 0.1, (0, 1): 0.15, (1, 2, 3): 0.2, (3, 4): 0.2, (2, 4, 5): 0.2}
)


def covers(value, error, truth):
    return np.abs(value - truth) <= NINETY * error


def test_stated_intervals_cover_where_all_coalitions_are_run():
    """Worlds differ, and in each of them 16 histories are luck, the same for every coalition."""
    generator = np.random.default_rng(20261122)
    worlds, histories = 60, 16
    inside = (np.arange(64)[:, None] >> np.arange(6)) & 1 == 1
    of_worlds = SMALL.means[:, None] * generator.uniform(0.2, 1.8, (6, REPETITIONS * worlds))
    chance = SMALL.worth(inside, of_worlds).reshape(64, REPETITIONS, worlds)
    luck = generator.uniform(high=1.9, size=(REPETITIONS, worlds, histories))
    worths = np.mean([luck[:, :, one] < chance for one in range(histories)], axis=0)
    values, indices = shapley_values(worths), interaction_indices(worths)
    right = covers(values.mean(axis=2), error_of_mean(values), SMALL.shapley()[:, None] / 1.9)
    assert 0.86 <= right.mean() <= 0.94
    assert (right.mean(axis=1) > 0.86).all()
    truth = np.array([[SMALL.interaction(1, 2)], [SMALL.interaction(3, 4)]]) / 1.9
    two = indices[[1, 3], [2, 4]]
    assert 0.86 <= covers(two.mean(axis=2), error_of_mean(two), truth).mean() <= 0.94


def test_stated_intervals_cover_where_orders_are_drawn_and_stop_early():
    generator = np.random.default_rng(20261123)
    acting = partition(6, [])
    right, stopped = [], []
    for repetition in range(REPETITIONS):
        of_worlds = spread(SMALL, 40, generator)
        found = values_of(
            lambda inside, of_worlds=of_worlds: SMALL.worth(inside, of_worlds),
            acting,
            seed=repetition,
            order_error=0.009,
            counted_out=0,
        )
        values = np.array(found.players)
        right.append(covers(values[:, 0], values[:, 1], SMALL.shapley()))
        pair = found.pairs[3, 4]
        right[-1] = np.append(right[-1], covers(pair.value, pair.error, SMALL.interaction(3, 4)))
        stopped.append(found.orders)
    coverage = np.mean(right, axis=0)
    assert len(set(stopped)) > 1
    assert 0.86 <= coverage[:6].mean() <= 0.94
    assert 0.86 <= coverage[-1] <= 0.94


def test_errors_of_worlds_and_draws_count_what_neither_explains_once():
    """Numbers that are all independent: the error is that of as many numbers."""
    generator = np.random.default_rng(7)
    crossed = CrossedMeans(200, 30)
    for _ in range(50):
        crossed.add(np.arange(200), generator.normal(size=(200, 30)))
    errors, of_draws = crossed.errors()
    once = 1 / np.sqrt(30 * 50)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(once, rel=0.1)
    assert np.sqrt(np.mean(of_draws**2)) == pytest.approx(once, rel=0.1)


def test_who_adds_nothing_has_nothing_and_no_share_of_the_rounding():
    """Sums in which all that such a player adds cancels leave 1e-18 or so, with an error as small."""
    generator = np.random.default_rng(5)
    known = generator.random((1 << 6, 30))

    def worth(inside):
        return known[(inside[:, :6] * (1 << np.arange(6))).sum(axis=1)]

    idle = (6, 7)
    found = values_of(worth, [(one,) for one in range(8)], seed=1)
    for player in idle:
        assert (found.players[player].value, found.players[player].error) == (0.0, 0.0)
    for first, second in found.pairs:
        if {first, second} & set(idle):
            assert found.pairs[first, second].value == 0.0
    assert all(abs(found.players[player].value) > 1e-6 for player in range(6))
