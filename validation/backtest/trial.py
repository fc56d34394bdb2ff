"""Every contender states the chances of every case, each time without having seen it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from validation.backtest.predictors import Predictor
from validation.backtest.splits import Fold

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class EvidenceSet:
    """What may be looked at.

    Attributes
    ----------
    name : str
        As it stands in the tables.
    tags : tuple of str
        Columns of the data.
    leakage : str
        Why a score on this evidence is no skill, empty where nothing is known against it.
    """

    name: str
    tags: tuple[str, ...]
    leakage: str = ""


@dataclass(frozen=True)
class Contender:
    """A predictor and the evidence that it is given, one set after another.

    Attributes
    ----------
    name : str
        As it stands in the tables.
    predictor : Predictor
    evidence : tuple of EvidenceSet
    """

    name: str
    predictor: Predictor
    evidence: tuple[EvidenceSet, ...]


@dataclass(frozen=True, eq=False)
class Entry:
    """What a contender said on one set of evidence.

    Attributes
    ----------
    contender : str
    evidence : EvidenceSet
    chance : array, shape (cases,)
    """

    contender: str
    evidence: EvidenceSet
    chance: Numbers


@dataclass(frozen=True, eq=False)
class BacktestTrial:
    """All that was said about the tested cases of one split.

    Attributes
    ----------
    success : array, shape (cases,)
    country : array of str, shape (cases,)
    entries : tuple of Entry
    """

    success: Numbers
    country: NDArray[np.str_]
    entries: tuple[Entry, ...]


def hold_trial(
    cases: pd.DataFrame,
    split: Callable[[NDArray[np.int64]], Sequence[Fold]],
    contenders: Sequence[Contender],
) -> BacktestTrial:
    """Train every contender and ask it for the chances of the cases left out.

    Parameters
    ----------
    cases : DataFrame
        With ``year``, ``country``, ``success``, none of them missing, and the tags.
    split : callable
        From the years of the cases to folds; no case is tested twice.
    contenders : sequence of Contender

    Returns
    -------
    Trial
        Entries with the same evidence stand together.

    Raises
    ------
    ValueError
        When a contender states something that is no probability.
    """
    folds = split(cases["year"].to_numpy(np.int64))
    tested = np.sum([fold.test for fold in folds], axis=0) == 1
    entries = []
    for evidence in dict.fromkeys(one for each in contenders for one in each.evidence):
        for contender in contenders:
            if evidence not in contender.evidence:
                continue
            chance = np.full(len(cases), np.nan)
            for fold in folds:
                stated = contender.predictor(cases[fold.train], evidence.tags)
                chance[fold.test] = stated(cases[fold.test].drop(columns="success"))
            if not np.all((chance[tested] >= 0) & (chance[tested] <= 1)):
                raise ValueError(
                    f"{contender.name}, {evidence.name}: not every case got a probability"
                )
            entries.append(Entry(contender.name, evidence, chance[tested]))
    return BacktestTrial(
        success=cases["success"].to_numpy(float)[tested],
        country=cases["country"].to_numpy(str)[tested],
        entries=tuple(entries),
    )
