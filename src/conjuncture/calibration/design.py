"""What simulations at many parameter points say of each cell of a population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedDesign:
    """Chances of success by simulation, at points of the unit cube.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    points : array, shape (points, parameters)
    chances : array, shape (points, cells)
        NaN where no case came to be recorded.
    errors : array, shape (points, cells)
        Their standard errors.
    cells : tuple of tuple of str
        The tags that are there in each cell.
    """

    names: tuple[str, ...]
    points: Real
    chances: Real
    errors: Real
    cells: tuple[tuple[str, ...], ...]

    def join(self, other: SimulatedDesign) -> SimulatedDesign:
        """Return the points of two designs of one population."""
        return SimulatedDesign(
            self.names,
            np.concatenate([self.points, other.points]),
            np.concatenate([self.chances, other.chances]),
            np.concatenate([self.errors, other.errors]),
            self.cells,
        )
