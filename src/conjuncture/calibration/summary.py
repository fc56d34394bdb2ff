"""What was learned, as a record: every parameter before and after, and what is known together."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.calibration.identifying import NARROW, combinations_of
from conjuncture.calibration.learned import LearnedConstants
from conjuncture.calibration.learning import Learning, LearningSizes
from conjuncture.calibration.outcomes import GroupOutcomes
from conjuncture.calibration.population import Population
from conjuncture.calibration.ranks import FALSE_ALARM, CalibrationRanks
from conjuncture.engine import machine
from conjuncture.engine.worlds import Worlds
from conjuncture.scenario.stage_model import Constant

if TYPE_CHECKING:
    import pandas

Real = NDArray[np.float64]

POINTS = (0.05, 0.5, 0.95)
PRIOR_DRAWS = 20_000


def summarise_learning(
    learning: Learning, frame: pandas.DataFrame, ranks: CalibrationRanks, *, version: str, seed: int,
    sizes: LearningSizes,
) -> dict[str, Any]:  # fmt: skip
    """Return the record of a run.

    Parameters
    ----------
    learning : Learning
    frame : pandas.DataFrame
        The table that was learned from.
    ranks : CalibrationRanks
        Of simulation-based calibration.
    version : str
    seed : int
    sizes : LearningSizes
    """
    population, found = learning.population, learning.found
    generator = np.random.default_rng(seed)
    before = values_of(population, generator.random((PRIOR_DRAWS, len(population.parameters))))
    after = values_of(population, found.points)
    constants = structural_constants_of(population)
    return {
        "version": version,
        "population": population.name,
        "scenario_sha256": population.crisis.digest,
        "table_sha256": hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest(),
        "cases": int(learning.groups.attempts.sum()),
        "seed": seed,
        "sizes": asdict(sizes),
        "seconds": round(learning.seconds),
        "build": machine.describe_machine(),
        "log_evidence": round(found.log_evidence, 2),
        "effective": round(learning.effective),
        "emulator_error": round_values(learning.emulator.error),
        "summary": {
            name: {
                "meaning": meaning_of(population, name),
                "before": round_values(np.quantile(before[name], POINTS)),
                "after": round_values(np.quantile(after[name], POINTS)),
                "width": round(float(width), 2),
                "width_error": round(float(width / np.sqrt(2.0 * learning.effective)), 2),
                "constant": name in constants,
            }
            for name, width in zip(found.names, found.widths, strict=True)
        },
        "defaults": [
            name
            for name, width in zip(found.names, found.widths, strict=True)
            if width < NARROW and name in constants
        ],
        "combinations": [
            {"width": round(one.width, 2), "of": str(one)}
            for one in combinations_of(learning.proposed, found)
            if one.width < NARROW
        ],
        "cells": [
            {
                "tags": list(tags),
                "after": round_values(np.quantile(chances, POINTS)),
                "mean": round(float(chances.mean()), 3),
            }
            for tags, chances in zip(learning.emulator.cells, learning.chances.T, strict=True)
        ],
        "calibration": {
            "repetitions": len(ranks.ranks),
            "least_p": round(float(ranks.p_values.min()), 4),
            "false_alarm": FALSE_ALARM,
            "uniform": ranks.is_uniform,
            "covered_50": round(ranks.coverage_of(0.5), 3),
            "covered_90": round(ranks.coverage_of(0.9), 3),
        },
    }


def learned_constants_from(
    learning: Learning, frame: pandas.DataFrame, record: dict[str, Any]
) -> LearnedConstants:
    """Return what ships: particles, and how probable each makes the outcomes of every country."""
    group = learning.groups.group
    success = frame["success"].to_numpy(np.float64, na_value=np.nan)
    countries = tuple(sorted(frame["country"][group >= 0].unique()))
    columns = []
    for country in countries:
        rows = (frame["country"] == country).to_numpy(bool) & (group >= 0)
        size = len(learning.groups.attempts)
        seen = GroupOutcomes(
            learning.groups.weights,
            np.bincount(group[rows], success[rows], size).astype(np.float64),
            np.bincount(group[rows], minlength=size).astype(np.float64),
        )
        columns.append(seen.log_likelihood(learning.chances))
    names = learning.population.parameters
    return LearnedConstants(
        names, learning.found.points, countries, np.stack(columns, axis=1), record
    )


def values_of(population: Population, points: Real) -> dict[str, Real]:
    """Return the parameters at points of the unit cube, shape (points,) each, in their units."""
    placed = dict(zip(population.sites, points.T, strict=True))
    worlds = Worlds(population.crisis, 0, len(points), placed=placed)
    known = worlds.work_out(population.parameters, {})
    return {name: known[name] for name in population.parameters}


def structural_constants_of(population: Population) -> dict[str, Constant]:
    """Return the parameters that are structural constants of a mechanism, by name."""
    every = {
        constant.name: constant
        for stage in population.crisis.stages.values()
        for constant in stage.model.constants
    }
    return {name: every[name] for name in population.parameters if name in every}


def meaning_of(population: Population, name: str) -> str:
    """Return what a parameter is, in a few words."""
    constant = structural_constants_of(population).get(name)
    if constant is not None:
        return constant.meaning
    note = population.crisis.numbers[name].provenance.note
    return note.removeprefix("Parameter: ").rstrip(".")


def round_values(values: Real) -> list[float]:
    """Return numbers with three digits."""
    return [float(f"{value:.3g}") for value in values]
