r"""An emulator: the chance of success in each cell as a smooth function of the parameters.

What an expensive simulation says at some points is learnt once and asked at any other point
(Kennedy & O'Hagan 2001 [kennedyohagan2001]_). The simulations are averages of chances, noisy and
many, so a regression that averages the noise out serves better than an interpolator. The surfaces
of all cells are the outputs of one small network on the scores of the parameters. Quadratic
surfaces were tried, and missed held-out points by more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from conjuncture.calibration import network
from conjuncture.calibration.design import SimulatedDesign
from conjuncture.calibration.network import Layers

Real = NDArray[np.float64]

MISFIT = 0.1
"""Standard deviation in log-odds that a point may miss the surface by, beside its noise."""

MOST_TRIALS = 1000.0
HELD_OUT = 5
"""One point in so many is held out when the error is measured."""

SEED = 1
EVERYWHERE = slice(None)
FEWEST = 50
LEAST, MOST = 0.05, 0.95


@dataclass(frozen=True)
class Emulator:
    """The surface of each cell.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    cells : tuple of tuple of str
    layers : sequence of (array, array)
        Of the network.
    error : array, shape (cells,)
        Root mean square of what held-out points miss the surface by, in log-odds, with the noise
        of their simulation taken off; of points whose chance is between 5 and 95 %.
    """

    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    layers: Layers
    error: Real

    @classmethod
    def of(cls, design: SimulatedDesign, judged: slice = EVERYWHERE) -> Emulator:
        """Learn the surface of each cell from a design.

        Parameters
        ----------
        design : SimulatedDesign
        judged : slice
            The points at which the error is measured.
        """
        scores, (chances, trials) = ndtri(design.points), chances_and_trials_of(design)
        out = np.arange(len(scores)) % HELD_OUT == 0
        layers = network.fit_network(scores[~out], chances[~out], trials[~out], SEED)
        unseen = np.zeros(len(scores), bool)
        unseen[judged] = out[judged]
        error = misses_of(network.network_outputs(layers, scores[unseen]), design, unseen)
        return cls(
            design.names, design.cells, network.fit_network(scores, chances, trials, SEED), error
        )

    @classmethod
    def read(cls, file: Path) -> Emulator:
        """Return what :meth:`save` wrote into a file."""
        with np.load(file) as kept:
            names, cells = (tuple(map(str, kept[part])) for part in ("names", "cells"))
            tags = tuple(tuple(cell.split()) for cell in cells)
            layers = [(kept[f"weights{place}"], kept[f"offsets{place}"]) for place in range(3)]
            return cls(names, tags, layers, kept["error"])

    def save(self, file: Path) -> None:
        """Write it into a file that ends in .npz."""
        content: dict[str, Any] = {
            "names": np.array(self.names),
            "cells": np.array([" ".join(cell) for cell in self.cells]),
            "error": self.error,
        }
        for place, (weights, offsets) in enumerate(self.layers):
            content |= {f"weights{place}": weights, f"offsets{place}": offsets}
        np.savez_compressed(file, **content)

    def log_odds(self, points: Real) -> Real:
        """Return log-odds of success, shape (points, cells), at points of the unit cube."""
        return network.network_outputs(self.layers, ndtri(points))

    def chances(self, points: Real) -> Real:
        """Return chances of success, shape (points, cells), at points of the unit cube."""
        return np.asarray(expit(self.log_odds(points)))


def chances_and_trials_of(design: SimulatedDesign) -> tuple[Real, Real]:
    """Return chances and how many draws each is worth, both 0 where nobody came to be recorded."""
    there = ~np.isnan(design.chances) & ~np.isnan(design.errors)
    chances, errors = np.where(there, design.chances, 0.0), np.where(there, design.errors, 1.0)
    slope = np.maximum(chances * (1.0 - chances), 0.02)
    trials = slope / (errors**2 + (MISFIT * slope) ** 2 + 1e-5)
    return chances, np.where(there, np.minimum(trials, MOST_TRIALS), 0.0)


def misses_of(log_odds: Real, design: SimulatedDesign, which: NDArray[np.bool_]) -> Real:
    """Return by how much some points miss the surface of each cell, shape (cells,)."""
    fitted = expit(log_odds)
    chances, errors = design.chances[which], design.errors[which]
    inside = (fitted > LEAST) & (fitted < MOST) & ~np.isnan(chances) & ~np.isnan(errors)
    slope = fitted * (1.0 - fitted)
    squares = np.where(inside, ((chances - fitted) ** 2 - errors**2) / slope**2, 0.0)
    count = inside.sum(axis=0)
    mean = np.where(count >= FEWEST, squares.sum(axis=0) / np.maximum(count, 1), np.nan)
    return np.asarray(np.sqrt(np.maximum(mean, 0.0)))
