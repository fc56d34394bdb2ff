"""Draws and arithmetic of the Numba program, one lane at a time, so that they compile to vectors.

The generator, the pairing of histories and the polynomials are those of showdown_lanes.h. Every
step is cast back to 32 bits, since Numba's integers grow to 64.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

DRAWN = 64
"""Histories whose draws are made together; the second half shares its generator calls."""

HALF_BLOCK = 256
real, whole, word = np.float32, np.int32, np.uint32


@njit(fastmath=True, error_model="numpy", inline="always")
def logarithm(x):
    """Return ln x for positive normal x: the exponent apart, then a polynomial around 1."""
    shifted = whole(real(x).view(whole) - whole(0x3F3504F3))
    mantissa = whole((shifted & whole(0x007FFFFF)) + whole(0x3F3504F3)).view(real)
    m = mantissa - real(1.0)
    square = m * m
    p = real(7.0376836292e-2) * m - real(1.1514610310e-1)
    p = p * m + real(1.1676998740e-1)
    p = p * m - real(1.2420140846e-1)
    p = p * m + real(1.4249322787e-1)
    p = p * m - real(1.6668057665e-1)
    p = p * m + real(2.0000714765e-1)
    p = p * m - real(2.4999993993e-1)
    p = p * m + real(3.3333331174e-1)
    exponent = real(whole(shifted >> whole(23)))
    return exponent * real(0.69314718056) + (m + square * (m * p - real(0.5)))


@njit(fastmath=True, error_model="numpy", inline="always")
def exponential(x):
    """Return e^x; beyond e^80 either way it stays there."""
    x = min(max(real(x), real(-80.0)), real(80.0))
    power = whole(real(x * real(1.44269504089) + real(12582912.0)).view(whole) - whole(0x4B400000))
    times = real(power)
    r = (x - times * real(0.693359375)) + times * real(2.12194440e-4)
    p = real(1.9875691500e-4) * r + real(1.3981999507e-3)
    p = p * r + real(8.3334519073e-3)
    p = p * r + real(4.1665795894e-2)
    p = p * r + real(1.6666665459e-1)
    p = p * r + real(5.0000001201e-1)
    p = p * r * r + r + real(1.0)
    return p * whole((power + whole(127)) << whole(23)).view(real)


@njit(fastmath=True, error_model="numpy", inline="always")
def uniform(bits):
    """Return the middle of a cell of (0, 1) from the 23 high bits."""
    return real(whole(bits >> word(9))) * real(2.0**-23) + real(2.0**-24)


@njit(fastmath=True, error_model="numpy", inline="always")
def mix_words(first, second, rotation):
    """Return both words after one round of the generator."""
    first = word(first + second)
    second = word(word(second << word(rotation)) | word(second >> word(32 - rotation)))
    return first, word(second ^ first)


@njit(fastmath=True, error_model="numpy", inline="always")
def threefry(key0, key1, first, second):
    """Return the two words of a counter: Threefry-2x32 with 13 rounds."""
    key2 = word(key0 ^ key1 ^ word(0x1BD11BDA))
    first, second = word(first + key0), word(second + key1)
    first, second = mix_words(first, second, 13)
    first, second = mix_words(first, second, 15)
    first, second = mix_words(first, second, 26)
    first, second = mix_words(first, second, 6)
    first, second = word(first + key1), word(second + word(key2 + word(1)))
    first, second = mix_words(first, second, 17)
    first, second = mix_words(first, second, 29)
    first, second = mix_words(first, second, 16)
    first, second = mix_words(first, second, 24)
    first, second = word(first + key2), word(second + word(key0 + word(2)))
    first, second = mix_words(first, second, 13)
    first, second = mix_words(first, second, 15)
    first, second = mix_words(first, second, 26)
    first, second = mix_words(first, second, 6)
    first, second = word(first + key0), word(second + word(key1 + word(3)))
    return mix_words(first, second, 17)


@njit(fastmath=True, error_model="numpy")
def gumbels(key, world, start, made):
    """Fill ``made`` with standard Gumbels."""
    key0, key1 = key[0], key[1]
    for lane in range(DRAWN // 2):
        first, second = threefry(key0, key1, word(world), word(start + word(lane)))
        made[lane] = -logarithm(-logarithm(uniform(first)))
        made[lane + DRAWN // 2] = -logarithm(-logarithm(uniform(second)))


@njit(fastmath=True, error_model="numpy")
def normals(key, world, start, made):
    """Fill ``made`` with standard normals, as Box and Muller make two from two words.

    Sine and cosine of a quarter of the angle are polynomials, then doubled twice.
    """
    key0, key1 = key[0], key[1]
    for lane in range(DRAWN // 2):
        first, second = threefry(key0, key1, word(world), word(start + word(lane)))
        radius = math.sqrt(real(-2.0) * logarithm(uniform(first)))
        a = (uniform(second) - real(0.5)) * real(1.57079632679)
        s = a * a
        sine = a + a * s * (
            real(-1.6666654611e-1) + s * (real(8.3321608736e-3) - s * real(1.9515295891e-4))
        )
        cosine = (
            real(1.0)
            - real(0.5) * s
            + s
            * s
            * (real(4.166664568e-2) + s * (real(-1.388731625e-3) + s * real(2.443315711e-5)))
        )
        sine2, cosine2 = real(2.0) * sine * cosine, real(1.0) - real(2.0) * sine * sine
        made[lane] = radius * real(2.0) * sine2 * cosine2
        made[lane + DRAWN // 2] = radius * (real(1.0) - real(2.0) * sine2 * sine2)


@njit(fastmath=True, error_model="numpy")
def draw(world, keys, number, start, drawn, rumour):
    """Make every draw for the histories from ``start`` on, of two camps.

    ``drawn`` receives what is settled of each force's utility of each camp, what it misjudges and
    the luck of the camps; the last row of ``rumour`` is room to work in.
    """
    settled, misjudged, luck = drawn
    common = real(world.fog * math.sqrt(world.public_share))
    private = real(world.fog * math.sqrt(real(1.0) - world.public_share))
    place = 0
    for k in range(2):
        normals(keys[place], number, word(start), rumour[k])
        gumbels(keys[place + 1], number, word(start), luck[k])
        place += 2
    aside, judgement = rumour[2], rumour[3]
    for i in range(settled.shape[0]):
        gumbels(keys[place], number, word(start), aside)
        place += 1
        for k in range(2):
            gumbels(keys[place], number, word(start), settled[i, k])
            normals(keys[place + 1], number, word(start), judgement)
            place += 2
            inclination = world.inclination[i, k]
            for lane in range(DRAWN):
                settled[i, k, lane] += inclination - aside[lane]
                misjudged[i, k, lane] = common * rumour[k, lane] + private * judgement[lane]


def make_keys(seed: int, sites: int) -> np.ndarray:
    """Return a key for each site; any spread of the sites over 64 bits would do."""
    return np.random.SeedSequence(seed).generate_state(2 * sites).astype(word).reshape(-1, 2)
