"""How well each contender did, how sure that is, and which scores are no skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from validation.backtest.countries import interval, mean, resample_countries
from validation.backtest.scores import areas, log_losses, squared_errors
from validation.backtest.splits import SPLITS
from validation.backtest.trial import BacktestTrial, Contender, Entry, hold_trial
from validation.bootstrap import BootstrapEstimate


@dataclass(frozen=True)
class ContenderStanding:
    """The scores of one entry; intervals 90 %, from the same draws of countries for all.

    Attributes
    ----------
    entry : Entry
    log_loss, brier, area : Estimate
    than_base : Estimate
        Log loss minus that of the base rate; negative is better.
    than_peer : Estimate or None
        Log loss minus that of the peer with the same evidence, None where there is none or it is
        the peer itself.
    leakage : str
        Why the score is no skill, empty where nothing is known against it.
    """

    entry: Entry
    log_loss: BootstrapEstimate
    brier: BootstrapEstimate
    area: BootstrapEstimate
    than_base: BootstrapEstimate
    than_peer: BootstrapEstimate | None
    leakage: str


@dataclass(frozen=True, eq=False)
class Result:
    """What one split gave.

    Attributes
    ----------
    trial : Trial
    standings : tuple of ContenderStanding
        In the order of the trial's entries.
    """

    trial: BacktestTrial
    standings: tuple[ContenderStanding, ...]


def results(
    cases: pd.DataFrame, contenders: Sequence[Contender], peer: str, floor: float = 0.0
) -> dict[str, Result]:
    """Return by split how the contenders did.

    Parameters
    ----------
    cases : DataFrame
        With ``year``, ``country``, ``success`` and the tags of the evidence.
    contenders : sequence of Contender
        The first is the base rate.
    peer : str
    floor : float
        Both as :func:`standings` takes them.
    """
    trials = {name: hold_trial(cases, split, contenders) for name, split in SPLITS.items()}
    return {name: Result(one, standings(one, peer, floor)) for name, one in trials.items()}


def standings(trial: BacktestTrial, peer: str, floor: float = 0.0) -> tuple[ContenderStanding, ...]:
    """Score the entries of a trial, the first of which is the base rate.

    Parameters
    ----------
    trial : Trial
    peer : str
        The contender that the others are held against with the same evidence.
    floor : float
        A log loss below it is leakage, whatever the evidence is called.
    """
    weights = resample_countries(list(trial.country))
    once = np.ones((1, len(trial.success)))
    losses = [log_losses(trial.success, entry.chance) for entry in trial.entries]
    peers = {
        entry.evidence: loss
        for entry, loss in zip(trial.entries, losses, strict=True)
        if entry.contender == peer
    }
    found = []
    for entry, loss in zip(trial.entries, losses, strict=True):
        against = peers.get(entry.evidence)
        area = float(areas(trial.success, entry.chance, once)[0])
        reasons = [
            entry.evidence.leakage,
            f"below {floor:g}".replace("0.", ".") if loss.mean() < floor else "",
        ]
        found.append(
            ContenderStanding(
                entry=entry,
                log_loss=mean(loss, weights),
                brier=mean(squared_errors(trial.success, entry.chance), weights),
                area=interval(area, areas(trial.success, entry.chance, weights)),
                than_base=mean(loss - losses[0], weights),
                than_peer=(
                    None
                    if against is None or entry.contender == peer
                    else mean(loss - against, weights)
                ),
                leakage=", ".join(reason for reason in reasons if reason),
            )
        )
    return tuple(found)
