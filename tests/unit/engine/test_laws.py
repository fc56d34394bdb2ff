"""The laws of draws: exact values, and agreement with the distributions they are named for."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats

from chance import bound, false_alarm
from conjuncture.engine import draws
from conjuncture.engine.addresses import draw_words, site_keys

EDGES = np.array([0, 1 << 9, 1 << 20, 1 << 31, 3 << 30, (1 << 32) - 1], np.uint32)


def exact_uniform(words):
    return ((words.astype(np.uint64) >> 9) + 0.5) * 2.0**-23


def test_uniforms_are_exact():
    assert np.asarray(draws.uniform_of(jnp.array(EDGES))).tolist() == exact_uniform(EDGES).tolist()


@pytest.mark.parametrize(
    ("law", "inverse"),
    [
        (draws.gumbel_of, lambda u: -np.log(-np.log(u))),
        (draws.normal_of, special.ndtri),
    ],
    ids=["gumbel", "normal"],
)
def test_transforms_agree_with_the_inverse_distribution_functions(law, inverse):
    words = np.concatenate(
        [EDGES, np.arange(0, 1 << 32, 1 << 17, dtype=np.uint64).astype(np.uint32)]
    )
    expected = inverse(exact_uniform(words))
    np.testing.assert_allclose(np.asarray(law(jnp.array(words))), expected, rtol=4e-6, atol=4e-6)


@pytest.mark.parametrize(
    ("law", "distribution"),
    [
        (draws.uniform_of, stats.uniform),
        (draws.gumbel_of, stats.gumbel_r),
        (draws.normal_of, stats.norm),
    ],
    ids=["uniform", "gumbel", "normal"],
)
def test_draws_follow_their_law(law, distribution):
    keys = site_keys(1, ["test/1/law//"])
    words = draw_words(keys, 0, np.arange(200_000))[0]
    drawn = np.asarray(law(jnp.array(words)), np.float64)
    assert stats.kstest(drawn, distribution.cdf).pvalue > false_alarm()


def test_draws_of_neighbouring_addresses_are_independent():
    keys = site_keys(1, ["a/1/x//", "b/1/x//"])
    first = exact_uniform(draw_words(keys, 0, np.arange(100_000)))
    second = exact_uniform(draw_words(keys, 1, np.arange(100_000)))
    pairs = [(first[0], first[1]), (first[0], second[0]), (first[0][:-256], first[0][256:])]
    for one, other in pairs:
        correlation = np.corrcoef(one, other)[0, 1]
        assert abs(correlation) * np.sqrt(len(one)) < bound()
