"""What the data tell of the parameters: how narrow each has become, and which combinations have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.calibration.fitting import PopulationFit
from conjuncture.ordering import places_in_order, put_in_order

Real = NDArray[np.float64]

NARROW = 0.7
"""A posterior narrower than this share of the prior counts as learned."""

LEAST_LOADING = 0.3
"""Loadings below this are left out where a combination is named."""


@dataclass(frozen=True)
class Combination:
    """A direction in the space of the scores.

    Attributes
    ----------
    width : float
        Standard deviation of the posterior along it; beforehand it is 1 in every direction.
    loadings : array, shape (parameters,)
        Of length 1; the largest is positive.
    names : tuple of str
        The parameters.
    """

    width: float
    loadings: Real
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return the parameters that make it up, the heaviest first."""
        order = places_in_order(np.abs(self.loadings).tolist(), falling=True)
        heavy = [place for place in order if abs(self.loadings[place]) >= LEAST_LOADING]
        parts = [
            f"{'−' if self.loadings[place] < 0 else '+'} {self.names[place].replace('_', ' ')}"
            for place in heavy
        ]
        return " ".join(parts).removeprefix("+ ")


def combinations_of(
    fit: PopulationFit, judge: PopulationFit | None = None
) -> tuple[Combination, ...]:
    """Return combinations of the parameters, the best known first.

    They are the eigenvectors of the posterior covariance of the scores. As the prior is standard
    normal in every direction, the standard deviation of the posterior along one is its width as a
    share of the prior's.

    Parameters
    ----------
    fit : PopulationFit
        The posterior that chooses the directions, and finds them uncorrelated.
    judge : PopulationFit, optional
        The posterior whose widths they have; the same if not given. Widths are too small where
        few particles both choose and judge.

    Examples
    --------
    A sum of two scores that is known exactly, and nothing else.

    >>> scores = np.random.default_rng(1).standard_normal((4000, 1)) @ [[1.0, -1.0]] / 2**0.5
    >>> from scipy.special import ndtr
    >>> known = PopulationFit(("decisiveness", "unevenness"), ndtr(scores), 0.0, 0.0, 4000.0, (1.0,))
    >>> print(known.widths.round(1), combinations_of(known)[0], round(combinations_of(known)[0].width, 1))
    [0.7 0.7] decisiveness + unevenness 0.0
    """
    covariance = np.atleast_2d(np.cov(fit.scores.T))
    _, vectors = np.linalg.eigh(covariance)
    scores = (judge or fit).scores
    found = []
    for vector in vectors.T:
        sign = np.sign(vector[places_in_order(np.abs(vector).tolist(), falling=True)[0]])
        width = float((scores @ vector).std(ddof=1))
        found.append(Combination(width, sign * vector, fit.names))
    return tuple(put_in_order(found, lambda one: one.width))
