"""What a part of the benchmark found: rows of measurements, before anything is printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One thing measured several times.

    Parameters
    ----------
    what : str
        A program, or what was asked of it.
    values : sequence of float
        One for each repetition.
    unit : str
        ``histories/s``, ``s``, ``MiB`` and so on.
    how : str
        Options, threads, sizes.
    note : str
        What else is to be said, for instance why there is no value.
    """

    what: str
    values: Sequence[float]
    unit: str
    how: str = ""
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the repetitions."""
        return statistics.median(self.values)


@dataclass(frozen=True)
class Table:
    """Rows that belong together; ratios are to the first where ``ratio`` says what they mean."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    ratio: str = ""


@dataclass
class Part:
    """What a part returns: its tables, and the numbers that targets are set for, by name."""

    tables: list[Table] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Effort:
    """How much is run: repetitions, and a share of the full number of histories."""

    repetitions: int = 5
    share: float = 1.0

    def histories(self, full: int) -> int:
        """Return how many histories to run instead of the full number."""
        return max(int(full * self.share), 1)


FULL = Effort()
QUICK = Effort(repetitions=2, share=0.1)
