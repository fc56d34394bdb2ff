"""Known answers of the generator, from the test vectors of Random123 (Salmon et al. 2011)."""

import jax.numpy as jnp
import numpy as np
import pytest

from conjuncture.engine.addresses import threefry2x32

VECTORS = [
    (13, (0, 0), (0, 0), (0x9D1C5EC6, 0x8BD50731)),
    (13, (0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0xFD36D048, 0x2D17272C)),
    (13, (0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xBA3E4725, 0xF27D669E)),
    (20, (0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    (20, (0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    (20, (0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
@pytest.mark.parametrize(("rounds", "key", "counter", "expected"), VECTORS)
def test_known_answers(xp, rounds, key, counter, expected):
    word = [xp.array([value], xp.uint32) for value in (*key, *counter)]
    found = threefry2x32((word[0], word[1]), (word[2], word[3]), rounds, xp)
    assert tuple(int(value[0]) for value in found) == expected
