"""The street: turnouts are shares."""

import jax
import numpy as np

from conjuncture.mechanisms.rising.street import CrowdResponse


def test_no_share_that_joins_is_below_0():
    """Where nobody comes, rounding made it -6e-8, and what is below 0 was taken for a call."""
    whole = np.float32(1.0)
    crowd = CrowdResponse(whole, 0.0 * whole, [whole])
    distance = np.linspace(-6.0, 6.0, 400_001, dtype=np.float32)
    share = np.asarray(jax.jit(crowd.share_past_threshold)(distance))
    assert 0.0 <= share.min() < 1e-6
    assert 1.0 - 1e-6 < share.max() <= 1.0
