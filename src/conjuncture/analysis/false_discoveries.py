r"""Which of many findings to tell, so that few of those told are chance.

Of a hundred unknowns that nothing was learnt about, a test at one in twenty names five. The false
discovery rate, the expected share of chance among what is named, is held below a level by the
procedure of Benjamini and Hochberg [benjaminihochberg1995]_: with :math:`p_{(1)} \le \dots \le
p_{(m)}` it names the :math:`k` smallest, where :math:`k` is the largest with

.. math:: p_{(k)} \le \frac{k}{m}\,q .

Where nothing is there to be found, it names anything at all with a probability of at most
:math:`q`.

References
----------
.. [benjaminihochberg1995] Benjamini, Y., and Hochberg, Y. (1995), Controlling the false discovery
   rate, Journal of the Royal Statistical Society B 57.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

LEVEL = 0.01
"""Of what is named, so much at most is expected to be chance."""


def adjusted(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Return for each finding the least level at which it would be named.

    Parameters
    ----------
    p_values : sequence of float
        How probable as much as was seen is where there is nothing.

    Examples
    --------
    >>> adjusted([0.01, 0.5, 0.001, 0.02]).round(4).tolist()
    [0.02, 0.5, 0.004, 0.0267]
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    raised = given[order] * len(given) / np.arange(1, len(given) + 1)
    found = np.empty_like(given)
    found[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.minimum(found, 1.0)


def two_sided(value: float, error: float) -> float:
    """Return how probable a normal number so far from 0 is, at either side, were its mean 0.

    What is exactly 0 is no finding, even without an error, nor is what has no known error; what is
    known without error is one.

    Examples
    --------
    >>> round(two_sided(-1.96, 1.0), 3), two_sided(0.0, 0.0), two_sided(0.1, 0.0)
    (0.05, 1.0, 0.0)
    """
    if value == 0.0 or not np.isfinite([value, error]).all():
        return 1.0
    return float(2.0 * special.ndtr(-abs(value) / error)) if error > 0.0 else 0.0
