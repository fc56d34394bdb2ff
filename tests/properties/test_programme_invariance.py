"""What holds for every programme: hull, order, scale, weight."""

from functools import partial
from itertools import product

import jax
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conjuncture.mechanisms.programme.challenge import Bargain
from conjuncture.mechanisms.programme.model import rule_of_name

RULES = ("compromise", "median", "challenge", "challenge_replication")
ACTORS = 5
ROUNDS = 3
numbers = partial(st.lists, min_size=ACTORS, max_size=ACTORS)
positions = numbers(st.integers(0, 20).map(lambda tick: 5.0 * tick))
capabilities = numbers(st.floats(0.1, 10))
saliences = numbers(st.floats(0.05, 1))


@partial(jax.jit, static_argnums=0)
def _settled(rule, columns):
    return rule_of_name(rule, ROUNDS)(Bargain(*columns))


def settled(rule, position, capability, salience):
    with jax.enable_x64(True):
        columns = np.array([position, capability, salience, np.ones(ACTORS)], float)
        return float(_settled(rule, columns))


@pytest.mark.parametrize("rule", RULES)
@given(position=positions, capability=capabilities, salience=saliences)
def test_what_is_settled_lies_among_what_is_wanted(rule, position, capability, salience):
    found = settled(rule, position, capability, salience)
    assert min(position) - 1e-9 <= found <= max(position) + 1e-9


@pytest.mark.parametrize("rule", RULES)
@given(
    position=positions,
    capability=capabilities,
    salience=saliences,
    order=st.permutations(range(ACTORS)),
)
def test_the_order_of_the_actors_does_not_matter(rule, position, capability, salience, order):
    found = settled(rule, position, capability, salience)
    mixed = [[column[place] for place in order] for column in (position, capability, salience)]
    assert settled(rule, *mixed) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("rule", RULES)
@given(position=positions, capability=capabilities, salience=saliences)
def test_neither_the_unit_of_the_scale_nor_that_of_capability_matters(
    rule, position, capability, salience
):
    found = settled(rule, position, capability, salience)
    moved = [-30 + 0.5 * place for place in position]
    stronger = [8 * each for each in capability]
    assert settled(rule, moved, stronger, salience) == pytest.approx(-30 + 0.5 * found, abs=1e-6)


@pytest.mark.parametrize("rule", ["compromise", "median", "challenge"])
@given(position=positions, capability=capabilities, salience=saliences)
def test_turning_the_scale_round_turns_the_result_round(rule, position, capability, salience):
    assume(not _can_be_halved(np.multiply(capability, salience)))
    found = settled(rule, position, capability, salience)
    turned = settled(rule, [100 - place for place in position], capability, salience)
    assert turned == pytest.approx(100 - found, abs=1e-6)


def _can_be_halved(weight):
    """Return whether some actors weigh as much as all the others: then there are two medians."""
    parts = np.array(list(product((0, 1), repeat=ACTORS))) @ weight / weight.sum()
    return np.abs(parts - 0.5).min() < 1e-4
