"""Extra histories, spent where they can settle a verdict and nowhere else.

Worlds that are too close to call double their histories, up to 64 times, while an allowance
lasts. A claim whose verdict stands gets none, nor does one that stays open however its uncalled
worlds would be called: it needs more worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.counting import Laboratory, added
from conjuncture.analysis.verdicts import Calls, Verdict, call_worlds, judge
from conjuncture.engine.addresses import BLOCK
from conjuncture.language.nodes import Compare, Within

Real = NDArray[np.float64]
MOST_DOUBLINGS = 6
SPLITS = 5


@dataclass(frozen=True)
class Case:
    """A claim in one reading, as far as it has been counted.

    Attributes
    ----------
    test : Compare or Within
    counts : Counts
    base : Counts
        Before extra histories.
    weights : array, shape (worlds,), or None
        Weights of worlds in the share that the verdict rests on.
    effective_worlds : float, optional
        How many independent worlds there are, where they are not independent.
    """

    test: Compare | Within
    counts: Counts
    base: Counts
    weights: Real | None = None
    effective_worlds: float | None = None

    def judged(self, calls: Calls) -> Verdict:
        """Return the verdict were the worlds called so."""
        return judge(calls, self.weights, self.effective_worlds)

    @property
    def calls(self) -> Calls:
        """How each world is called."""
        return call_worlds(self.test, self.counts)

    @property
    def worth_refining(self) -> bool:
        """Whether the verdict is open and calling the uncalled worlds could settle it."""
        calls = self.calls
        if self.judged(calls).word != "unresolved" or not calls.uncalled.any():
            return False
        uncalled = np.nonzero(calls.uncalled)[0]
        for part in range(SPLITS + 1):
            favours = calls.favours.copy()
            favours[uncalled[: len(uncalled) * part // SPLITS]] = True
            if self.judged(Calls(favours, ~favours)).word != "unresolved":
                return True
        return False


def refine(laboratory: Laboratory, cases: Sequence[Case], allowance: int) -> tuple[list[Case], int]:
    """Spend an allowance of blocks on the worlds that keep verdicts open.

    At each doubling what is left of the allowance is shared evenly among the claims worth it.

    Parameters
    ----------
    laboratory : Laboratory
    cases : sequence of Case
    allowance : int
        Blocks of histories.

    Returns
    -------
    refined : list of Case
    spent : int
        Blocks of the allowance.
    """
    refined, allowed = list(cases), allowance
    for doubling in range(MOST_DOUBLINGS):
        open_cases = [index for index, case in enumerate(refined) if case.worth_refining]
        if laboratory.progress.stopped:
            break
        for remaining, index in zip(range(len(open_cases), 0, -1), open_cases, strict=True):
            case = refined[index]
            blocks = next_blocks(case, laboratory.blocks * 2**doubling, allowance // remaining)
            if len(blocks):
                allowance -= len(blocks)
                question = case.counts.question
                more = laboratory.count_blocks([question], blocks, "close calls")[0]
                refined[index] = replace(case, counts=added(case.counts, more))
    return refined, allowed - allowance


def next_blocks(case: Case, done: int, allowance: int) -> NDArray[np.int64]:
    """Return (world, block) that double the uncalled worlds with ``done`` blocks so far.

    Worlds of greater weight come first; of equals, those of lower number.
    """
    uncalled = np.nonzero(case.calls.uncalled)[0]
    uncalled = uncalled[case.counts.sums.histories[uncalled] == done * BLOCK]
    if case.weights is not None:
        uncalled = uncalled[np.argsort(-case.weights[uncalled], kind="stable")]
    uncalled = uncalled[: allowance // done]
    blocks = np.arange(done, 2 * done)
    return np.stack(
        [np.repeat(uncalled, done), np.tile(blocks, len(uncalled))], axis=1, dtype=np.int64
    )
