"""How telling a tag is: what it says about how cases end."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Codes = NDArray[np.int64]

UNKNOWN = -1
"""The code of a tag that nobody coded of a case; the options are numbered from 0."""


def information_of(codes: Codes, success: NDArray[np.bool_]) -> float:
    r"""Return how many bits a tag says about success, among the cases that have the tag.

    The mutual information of tag and success, less what it is on average where a tag with as many
    options says nothing [miller1955]_:

    .. math:: I = H(S) - \sum_o \frac{n_o}{n} H(S \mid o) - \frac{m - 1}{2 n \ln 2}

    with m options seen among n cases; zero where that is negative.

    Parameters
    ----------
    codes : array, shape (cases,)
        The option of each case, -1 where it is not known.
    success : array, shape (cases,)

    References
    ----------
    .. [miller1955] Miller, G. A. (1955), Note on the bias of information estimates.

    Examples
    --------
    >>> success = np.array([True, False] * 50)
    >>> round(information_of(np.array([0, 1] * 50), success), 2)
    0.99
    >>> information_of(np.array([0, 0, 1, 1] * 25), success)
    0.0
    """
    known = codes != UNKNOWN
    if not known.any():
        return 0.0
    options, places = np.unique(codes[known], return_inverse=True)
    cases = np.bincount(places).astype(float)
    successes = np.bincount(places, success[known].astype(float))
    total = cases.sum()
    within = float(cases @ entropy_of(successes / cases)) / total
    whole = float(entropy_of(np.array([successes.sum() / total]))[0])
    chance = (len(options) - 1) / (2.0 * total * log(2.0))
    return max(float(whole - within - chance), 0.0)


def entropy_of(rates: Real) -> Real:
    """Return the entropy in bits of events with these rates, shape (rates,).

    Examples
    --------
    >>> [float(one) for one in entropy_of(np.array([0.0, 0.5, 1.0]))]
    [0.0, 1.0, 0.0]
    """
    inner = np.clip(rates, 1e-300, 1.0)
    outer = np.clip(1.0 - rates, 1e-300, 1.0)
    found: Real = np.abs(-rates * np.log2(inner) - (1.0 - rates) * np.log2(outer))
    return found
