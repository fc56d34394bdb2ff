"""Counting of events, 64 histories at a time: whether each holds stands in one bit.

Most claims only ask of histories whether something is so. Kept as bits, a block of 512 histories is
eight words, and how often two things hold together is a count of ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def pack_bits(holds: NDArray[np.bool_]) -> Words:
    """Return the bits of where something holds.

    Parameters
    ----------
    holds : array of bool, shape (blocks, histories)
        Histories in multiples of 64.

    Returns
    -------
    array of uint64, shape (blocks, words)

    Examples
    --------
    >>> pack_bits(np.arange(64)[None] < 3).shape
    (1, 1)
    """
    return np.packbits(holds, axis=-1).view(np.uint64)


def count_cooccurrences(terms: Sequence[Words]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how often each term holds, and how often each two of them hold together.

    Parameters
    ----------
    terms : sequence of array of uint64, shape (blocks, words)

    Returns
    -------
    sums : array of float32, shape (blocks, terms)
    products : array of float32, shape (blocks, terms, terms)

    Examples
    --------
    >>> history = np.arange(64)[None]
    >>> sums, products = count_cooccurrences([pack_bits(history < 3), pack_bits(history >= 2)])
    >>> sums.tolist(), products.tolist()
    ([[3.0, 62.0]], [[[3.0, 1.0], [1.0, 62.0]]])
    """
    blocks, count = len(terms[0]), len(terms)
    products = np.empty((blocks, count, count), np.float32)
    for first in range(count):
        for second in range(first + 1):
            both: Any = terms[first] & terms[second]
            products[:, first, second] = np.bitwise_count(both).sum(axis=1)
            products[:, second, first] = products[:, first, second]
    return np.ascontiguousarray(np.einsum("btt->bt", products)), products
