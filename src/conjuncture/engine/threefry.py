"""The Threefry-2x32 counter-based generator [salmon2011]_.

A counter-based generator is a function from a key and a counter to random integers: it has no
state, so a draw depends on its address alone. Written once for NumPy and for JAX.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
PARITY = 0x1BD11BDA
KEY_ROUNDS = 20
DRAW_ROUNDS = 13
"""The fewest rounds at which Threefry-2x32 passes every test of BigCrush [salmon2011]_."""


def threefry2x32(
    key: tuple[Any, Any], counter: tuple[Any, Any], rounds: int, xp: ModuleType
) -> tuple[Any, Any]:
    """Return the two random words of a counter under a key.

    Parameters
    ----------
    key, counter : pair of array of uint32
        Shapes broadcast against each other.
    rounds : int
        20 where keys are made, 13 where draws are made.
    xp : module
        ``numpy`` or ``jax.numpy``.

    Returns
    -------
    pair of array of uint32

    References
    ----------
    .. [salmon2011] Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as
       1, 2, 3, SC11.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(1, np.uint32)
    >>> [hex(int(word[0])) for word in threefry2x32((zero, zero), (zero, zero), 20, np)]
    ['0x6b200159', '0x99ba4efe']
    """
    schedule = (key[0], key[1], key[0] ^ key[1] ^ xp.uint32(PARITY))
    first, second = counter[0] + schedule[0], counter[1] + schedule[1]
    for turn in range(rounds):
        rotation = ROTATIONS[turn % 8]
        first = first + second
        second = (second << xp.uint32(rotation)) | (second >> xp.uint32(32 - rotation))
        second = second ^ first
        if turn % 4 == 3:
            injection = turn // 4 + 1
            first = first + schedule[injection % 3]
            second = second + (schedule[(injection + 1) % 3] + xp.uint32(injection))
    return first, second
