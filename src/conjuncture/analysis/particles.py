"""Copies among worlds that were found by sequential Monte Carlo: which are one world.

Resampling copies particles, and a copy that no move led away is the same world again. Its histories
tell more of that world; taken for a world of its own it would count what is known of it twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.conditioning.posterior import Posterior

Places = NDArray[np.int64]


def find_copies(posterior: Posterior, keys: Iterable[str]) -> Places:
    """Return which of the distinct worlds each particle is.

    Two particles are one world where all that bears on what happened is equal in them, and so are
    the numbers that bear on what is asked: what does not bear on what happened is drawn anew for
    every particle.

    Parameters
    ----------
    posterior : Posterior
        With its worlds.
    keys : iterable of str
        The numbers that bear on what is asked.

    Returns
    -------
    array of int, shape (particles,)
        From 0 on, each number in some particle.
    """
    columns = list(posterior.values.T)
    if posterior.worlds is not None:
        columns += [posterior.worlds.table[key] for key in sorted(keys)]
    _, places = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return places.reshape(-1).astype(np.int64)


def merge_counts(counts: Counts, places: Places) -> Counts:
    """Return counts in which those of equal places are one world.

    Parameters
    ----------
    counts : Counts
    places : array of int, shape (worlds,)
        From 0 on.

    Examples
    --------
    >>> from conjuncture.analysis.questions import compile_question
    >>> from conjuncture.engine.adding import Sums
    >>> from conjuncture.language.nodes import NumberLiteral
    >>> sums = Sums(np.array([5, 5, 5]), np.arange(3.0)[:, None], np.arange(3.0)[:, None, None])
    >>> found = merge_counts(Counts(compile_question(NumberLiteral(1.0)), sums), np.array([0, 1, 0]))
    >>> found.sums.histories.tolist(), found.sums.first[:, 0].tolist()
    ([10, 5], [2.0, 1.0])
    """
    worlds = int(places.max()) + 1
    return counts.by_rows(lambda rows: add_rows(rows, places, worlds))


def add_rows(rows: NDArray[Any], places: Places, count: int) -> NDArray[Any]:
    """Return rows added up by their place, shape (count, ...)."""
    found = np.zeros((count, *rows.shape[1:]), rows.dtype)
    np.add.at(found, places, rows)
    return found
