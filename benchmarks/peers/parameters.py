"""The numbers of the benchmark scenario, as every peer reads them.

The scenario states every value as a plain number, so that all worlds are alike and each program
simulates exactly the same crisis.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

FREE = -1

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """One world: N forces, K camps; ``leaning`` [N, K] includes backing, ``ties`` is [N, N].

    ``bound`` [N] is the side of a sworn force, counted from 1, or -1.
    """

    forces: tuple[str, ...]
    camps: tuple[str, ...]
    cores: tuple[int, ...]
    bound: NDArray[np.int64]
    troops: Array
    mass: Array
    stakes: Array
    breakeven: Array
    leaning: Array
    ties: Array
    materiel: Array
    resolve: Array
    street_exchange: float
    decisiveness: float
    fog: float
    public_share: float
    first_showing: float

    @property
    def weight(self) -> Array:
        """What each force weighs by itself, in battalion equivalents."""
        return self.troops + self.street_exchange * self.mass

    @property
    def bound_or_core(self) -> NDArray[np.int64]:
        """``bound``, with each core bound to its camp."""
        sides = self.bound.copy()
        for camp, core in enumerate(self.cores, start=1):
            sides[core] = camp
        return sides

    def as_text(self) -> str:
        """Return the parameter file of the C program."""
        tied = np.argwhere(self.ties)
        lines = [f"{len(self.forces)} {len(self.camps)} {len(tied)}"]
        for i in range(len(self.forces)):
            leaning = " ".join(f"{value:.9g}" for value in self.leaning[i])
            lines.append(
                f"{self.troops[i]:.9g} {self.mass[i]:.9g} {self.stakes[i]:.9g} "
                f"{self.breakeven[i]:.9g} {self.bound[i]} {leaning}"
            )
        for camp, core in enumerate(self.cores):
            lines.append(f"{core} {self.materiel[camp]:.9g} {self.resolve[camp]:.9g}")
        lines += [f"{i} {j} {self.ties[i, j]:.9g}" for i, j in tied]
        lines.append(
            f"{self.street_exchange:.9g} {self.decisiveness:.9g} {self.fog:.9g} "
            f"{self.public_share:.9g} {self.first_showing:.9g}"
        )
        return "\n".join(lines) + "\n"


def read_parameters(path: Path) -> Parameters:
    """Read a scenario with one showdown, by weight, whose values are all plain numbers."""
    scenario = YAML(typ="safe").load(path)
    forces, backers = scenario["forces"], scenario.get("backers", {})
    stage = next(iter(scenario["stages"].values()))
    names, camps = tuple(forces), tuple(stage["camps"])
    leaning = np.zeros((len(names), len(camps)))
    ties = np.zeros((len(names), len(names)))
    materiel = np.zeros(len(camps))
    bound = np.full(len(names), FREE)
    for i, force in enumerate(forces.values()):
        for camp, lean in force["leans"].items():
            if lean == "sworn":
                bound[i] = camps.index(camp) + 1
            else:
                leaning[i, camps.index(camp)] = lean
        for other, pull in force.get("ties", {}).items():
            ties[i, names.index(other)] = pull
    for backer in backers.values():
        camp = camps.index(backer["camp"])
        materiel[camp] += backer["materiel"]
        for force, reach in backer["reach"].items():
            leaning[names.index(force), camp] += reach
    constants = scenario["unknowns"]

    def attribute(name: str) -> Array:
        return np.array([float(force.get(name, 0.0)) for force in forces.values()])

    return Parameters(
        forces=names,
        camps=camps,
        cores=tuple(names.index(camp["core"]) for camp in stage["camps"].values()),
        bound=bound,
        troops=attribute("troops"),
        mass=attribute("mass"),
        stakes=attribute("stakes"),
        breakeven=attribute("breakeven"),
        leaning=leaning,
        ties=ties,
        materiel=materiel,
        resolve=np.array([float(camp["resolve"]) for camp in stage["camps"].values()]),
        street_exchange=float(constants["street_exchange"]),
        decisiveness=float(constants["decisiveness"]),
        fog=float(constants["fog"]),
        public_share=float(constants["public_share"]),
        first_showing=float(constants["first_showing"]),
    )
