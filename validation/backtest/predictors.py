"""What a predictor is, and those that know nothing of any mechanism.

A predictor is given cases to learn from and the tags it may look at, and returns what states the
chances of other cases. A missing tag is never taken for an answer: see :class:`Logistic`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Numbers = NDArray[np.float64]
Chances = Callable[[pd.DataFrame], Numbers]
"""From cases, whose success it does not look at, to their chances of success, shape (cases,)."""

PRIOR_SPREAD = 1.0
"""Standard deviation of the normal prior of a logistic regression's effects, in log-odds."""


class Predictor(Protocol):
    """Learn from cases and return what states the chances of others.

    Parameters
    ----------
    train : DataFrame
        Cases with ``success``, 0 or 1, and tags, missing where nobody coded them.
    evidence : tuple of str
        The columns of tags that may be looked at, in training and after.

    Returns
    -------
    Chances
    """

    def __call__(self, train: pd.DataFrame, evidence: tuple[str, ...]) -> Chances: ...  # noqa: D102


def base_rate(train: pd.DataFrame, evidence: tuple[str, ...]) -> Chances:  # noqa: ARG001
    """Give every case the share of training cases that succeeded; a :class:`Predictor`.

    Examples
    --------
    >>> base_rate(pd.DataFrame({"success": [1, 0, 0, 0]}), ())(pd.DataFrame(index=range(2)))
    array([0.25, 0.25])
    """
    share = float(train["success"].mean())
    return lambda test: np.full(len(test), share)


@dataclass(frozen=True)
class Logistic:
    """Logistic regression on tags, with a normal prior; a :class:`Predictor`.

    Every option of a tag is a column of its own, so that none is the one the others are held
    against, and their effects are drawn towards 0 alike (ridge, standard deviation 1); the
    intercept is free. Fitted by scikit-learn [pedregosa2011]_.

    Attributes
    ----------
    missing : {"level", "mean"}
        What becomes of a tag that nobody coded. ``level``: "not coded" is one more option, so the
        regression may learn from the fact itself: which cases were coded depends on what they were.
        ``mean``: the tag's options count as often as they occur among the training cases that were
        coded, which says nothing for or against.

    Examples
    --------
    >>> cases = pd.DataFrame({"rank": ["high", "high", "low", None], "success": [1, 1, 0, 0]})
    >>> Logistic("mean")(cases, ("rank",))(cases).round(2)
    array([0.58, 0.58, 0.34, 0.5 ])
    """

    missing: Literal["level", "mean"]

    def __call__(self, train: pd.DataFrame, evidence: tuple[str, ...]) -> Chances:
        """Fit the regression."""
        regression = LogisticRegression(C=PRIOR_SPREAD**2, tol=1e-8, solver="newton-cholesky")
        regression.fit(self._columns(train, train, evidence), train["success"].to_numpy(int))

        def chances(test: pd.DataFrame) -> Numbers:
            found = regression.predict_proba(self._columns(test, train, evidence))[:, 1]
            return np.asarray(found, float)

        return chances

    def _columns(
        self, cases: pd.DataFrame, train: pd.DataFrame, evidence: tuple[str, ...]
    ) -> Numbers:
        columns = []
        for tag in evidence:
            known = cases[tag].notna().to_numpy(bool)
            coded = train[tag].dropna()
            for option in sorted(coded.unique()):
                column = cases[tag].isin([option]).to_numpy(float)
                if self.missing == "mean":
                    column[~known] = (coded == option).mean()
                columns.append(column)
            if self.missing == "level":
                columns.append((~known).astype(float))
        return np.column_stack(columns)
