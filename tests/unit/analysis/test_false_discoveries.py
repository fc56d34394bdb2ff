"""What is named among many findings: the procedure, and how often it names chance."""

import numpy as np
import pytest
from scipy import stats

from conjuncture.analysis.estimates import LEVEL, two_sided


def test_of_what_is_named_few_are_chance():
    """Thirty of a hundred have something; of those named the expected share of chance is 0.7 q."""
    generator = np.random.default_rng(2)
    shares = []
    for _ in range(2000):
        values = generator.standard_normal(100) + np.where(np.arange(100) < 30, 4.0, 0.0)
        named = stats.false_discovery_control([two_sided(value, 1.0) for value in values]) <= 0.1
        shares.append(named[30:].sum() / max(named.sum(), 1))
    error = np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) == pytest.approx(0.07, abs=4.0 * error)


def test_what_is_exactly_nothing_or_of_unknown_error_is_no_finding():
    assert two_sided(0.0, 0.0) == 1.0
    assert two_sided(0.3, np.inf) == 1.0
    assert two_sided(np.nan, 0.1) == 1.0
    assert two_sided(0.3, 0.0) == 0.0
    assert 0.0 < LEVEL < 0.05
