"""The floor: how long a showdown takes at least, from counted operations and measured rates.

Operations are counted from the equations of docs/mechanisms/showdown.md, for two camps, by weight,
with what follows from the world alone worked out once: each history makes its draws, runs its own
rounds and no round of another, and nothing is waited for. Rates are those of peers/rates.c, one
core with all numbers in its first cache. A program that keeps its draws in memory between making
and using them has a second floor, by bytes.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache

from peers.parameters import FREE, Parameters
from programs import BUILD, HERE

CORES = 2
CAMPS = 2
BYTES = 4
IN_A_CALL = 13 * 5 + 11
"""Thirteen rounds of an add, two shifts, an or and an exclusive or; the key is added four times."""

IN_A_LOGARITHM, IN_AN_EXPONENTIAL = 18, 14
IN_A_GUMBEL = IN_A_CALL / 2 + 3 + 2 * IN_A_LOGARITHM + 2
IN_A_NORMAL = IN_A_CALL / 2 + 3 + IN_A_LOGARITHM / 2 + 11
"""As showdown_lanes.h has them; two draws share a call, two normals a logarithm."""


@dataclass(frozen=True)
class Rates:
    """What one core does in a second, and the bytes that all cores move."""

    multiply_adds: float
    whole_numbers: float
    logarithms: float
    exponentials: float
    divisions: float
    gumbels: float
    normals: float
    bytes: float


@cache
def rates_of_this_machine() -> Rates:
    """Compile and run the C program that measures rates."""
    BUILD.mkdir(exist_ok=True)
    target = BUILD / "rates"
    flags = ("-O3", "-march=native", "-ffast-math", "-fopenmp")
    source = HERE / "peers" / "rates.c"
    subprocess.run(["gcc", *flags, str(source), "-o", str(target), "-lm"], check=True)
    told = subprocess.run([str(target), str(CORES)], check=True, capture_output=True, text=True)
    return Rates(**json.loads(told.stdout))


@dataclass(frozen=True)
class Floor:
    """Operations and bytes of one history, and what the machine can do of each.

    Attributes
    ----------
    gumbels, normals, logarithms, exponentials, divisions, multiply_adds, choices : float
        Counts of one history. ``choices`` are comparisons and selections, on whole numbers.
    bytes : float
        Draws written and read once.
    """

    gumbels: float
    normals: float
    logarithms: float
    exponentials: float
    divisions: float
    multiply_adds: float
    choices: float
    bytes: float

    @classmethod
    def of(cls, parameters: Parameters, rounds: float) -> Floor:
        """Count what a history needs.

        A response is, for each free force and camp, a logarithm (from the second round on), an
        exponential, a division and some ten multiply-adds; a tie is one for each camp; summing the
        strengths is one for each force and camp, at each later round and at the end. Giving up is
        looked at once a capitulation and once at the end, twice a history here.
        """
        forces = len(parameters.forces)
        free = int((parameters.bound_or_core == FREE).sum())
        ties = int((parameters.ties != 0).sum())
        later = rounds - 1
        responses, settled = free * CAMPS, 2
        sums = (later + settled + 1) * forces * CAMPS
        draws = forces * (2 * CAMPS + 1) + 2 * CAMPS
        return cls(
            gumbels=forces * (CAMPS + 1) + CAMPS,
            normals=forces * CAMPS + CAMPS,
            logarithms=later * (responses + CAMPS) + settled * CAMPS + CAMPS + 1,
            exponentials=rounds * responses + settled * CAMPS,
            divisions=rounds * responses + settled * CAMPS,
            multiply_adds=rounds * (10 * responses + ties * CAMPS) + sums + 3 * forces * CAMPS,
            choices=rounds * 5 * responses + sums + 3 * forces * (CAMPS + 1),
            bytes=2 * BYTES * draws,
        )

    @property
    def operations(self) -> float:
        """All operations, logarithms and the like as many as their polynomials have."""
        return (
            self.gumbels * IN_A_GUMBEL
            + self.normals * IN_A_NORMAL
            + self.logarithms * IN_A_LOGARITHM
            + self.exponentials * IN_AN_EXPONENTIAL
            + self.divisions
            + self.multiply_adds
            + self.choices
        )

    def seconds(self, rates: Rates) -> float:
        """Return the seconds that one core takes for one history."""
        return (
            self.gumbels / rates.gumbels
            + self.normals / rates.normals
            + self.logarithms / rates.logarithms
            + self.exponentials / rates.exponentials
            + self.divisions / rates.divisions
            + self.multiply_adds / rates.multiply_adds
            + self.choices / rates.whole_numbers
        )

    def describe(self, rates: Rates, cores: int) -> str:
        """Return the floor in a sentence."""
        seconds = self.seconds(rates)
        drawing = self.gumbels / rates.gumbels + self.normals / rates.normals
        memory = rates.bytes / self.bytes
        return (
            f"Floor by operations: {cores / seconds:,.0f} histories/s on {cores} cores, "
            f"{drawing / seconds:.0%} of it the draws ({self.gumbels:.0f} Gumbels, "
            f"{self.normals:.0f} normals; then {self.logarithms:.0f} logarithms, "
            f"{self.exponentials:.0f} exponentials, {self.divisions:.0f} divisions, "
            f"{self.multiply_adds:,.0f} multiply-adds). Floor by memory, were every draw written "
            f"and read once: {memory:,.0f} histories/s."
        )
