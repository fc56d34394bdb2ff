r"""Which of many findings to tell, so that few of those told are chance.

Of a hundred unknowns that nothing was learnt about, a test at one in twenty names five. The false
discovery rate, the expected share of chance among what is named, is held below a level by the
procedure of Benjamini and Hochberg [benjaminihochberg1995]_: with :math:`p_{(1)} \le \dots \le
p_{(m)}` it names the :math:`k` smallest, where :math:`k` is the largest with

.. math:: p_{(k)} \le \frac{k}{m}\,q .

Where nothing is there to be found, it names anything at all with a probability of at most
:math:`q`. :func:`scipy.stats.false_discovery_control` returns for each finding the least level at
which it would be named.

References
----------
.. [benjaminihochberg1995] Benjamini, Y., and Hochberg, Y. (1995), Controlling the false discovery
   rate, Journal of the Royal Statistical Society B 57.
"""

from __future__ import annotations

import numpy as np
from scipy import special

LEVEL = 0.01
"""Of what is named, so much at most is expected to be chance."""


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
