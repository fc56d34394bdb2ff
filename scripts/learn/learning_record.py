"""What was learned, as a record and as tables: each parameter before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scripts.learn.case_groups import GroupOutcomes
from scripts.learn.pipeline import Learning, LearningSizes
from scripts.learn.population import Population
from scripts.learn.population_fit import FALSE_ALARM, NARROW, CalibrationRanks, combinations_of

from conjuncture.engine import machine
from conjuncture.engine.worlds import Worlds
from conjuncture.learned_constants import LearnedConstants
from conjuncture.ordering import put_in_order
from conjuncture.scenario.stage_model import Constant

if TYPE_CHECKING:
    import pandas


Real = NDArray[np.float64]

POINTS = (0.05, 0.5, 0.95)
PRIOR_DRAWS = 20_000


def summarise_learning(
    learning: Learning, frame: pandas.DataFrame, ranks: CalibrationRanks, *, version: str,
    seed: int, sizes: LearningSizes,
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


def learning_markdown(record: Mapping[str, Any]) -> str:
    """Return what was learned as Markdown.

    Parameters
    ----------
    record : mapping
        Of :func:`~scripts.learn.learning_record.summarise_learning`.
    """
    calibration, effective = record["calibration"], record["effective"]
    proposed = record["sizes"]["last"]
    verdict = "no alarm" if calibration["uniform"] else "an alarm"
    error = max(record["emulator_error"])
    run = (
        f"Version {record['version']}, {record['cases']} attempts, seed {record['seed']}, "
        f"{record['seconds']} seconds on two cores. Log evidence {record['log_evidence']}. The "
        f"emulator misses held-out points by up to {error:.2f} in log-odds; weighed by the engine, "
        f"{proposed:,} particles are worth {effective} independent ones."
    )
    checked = (
        f"Simulation-based calibration, {calibration['repetitions']} repetitions: {verdict} at a "
        f"false-alarm rate of {calibration['false_alarm']:g} for all parameters together (least "
        f"p-value {calibration['least_p']:g}); intervals of 50 and 90 % held the true value in "
        f"{100 * calibration['covered_50']:.0f} and {100 * calibration['covered_90']:.0f} %."
    )
    legend = (
        "Each parameter before and after: median and the middle nine tenths. *Width* is the "
        "standard deviation after as a share of that before, on the scale on which the prior is "
        "normal; its error is that of so many particles."
    )
    together = [(one["width"], one["of"]) for one in record["combinations"]]
    chances = [
        (
            ", ".join(cell["tags"]) or "none of the four",
            f"{cell['mean']:.2f}",
            f"{cell['after'][0]:.2f} to {cell['after'][2]:.2f}",
        )
        for cell in record["cells"]
    ]
    paragraphs = [
        run,
        checked,
        legend,
        parameters_table(record["summary"]),
        say_defaults(record["defaults"]),
        "Combinations that became narrower than 0.7, uncorrelated with each other:",
        markdown_table(("width", "combination"), together),
        "The chance of success that follows, by what is known of an attempt:",
        markdown_table(("what is there", "mean", "middle nine tenths"), chances),
    ]
    return "\n\n".join(paragraphs)


def parameters_table(summary: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table of parameters, the best known first."""
    ordered = put_in_order(summary.items(), lambda item: item[1]["width"])
    return markdown_table(
        ("parameter", "what it is", "before", "after", "width"),
        [
            (f"`{name}`", one["meaning"], interval_text_of(one["before"]),
             interval_text_of(one["after"]), f"{one['width']:.2f} ± {one['width_error']:.2f}")
            for name, one in ordered
        ],
    )  # fmt: skip


def say_defaults(defaults: list[str]) -> str:
    """Say which structural constants take their defaults from here."""
    if not defaults:
        return (
            "No structural constant became narrower than 0.7 of what it was: all keep their "
            "documented defaults."
        )
    names = ", ".join(f"`{name}`" for name in defaults)
    return f"Narrower than 0.7 of what they were, and so defaults from here on: {names}."


def interval_text_of(quantiles: list[float]) -> str:
    """Return a median and an interval.

    Examples
    --------
    >>> interval_text_of([0.7, 1.67, 4.0])
    '1.67 (0.7 to 4)'
    """
    low, middle, high = (f"{round(value, 3) + 0.0:g}".replace("-", "−") for value in quantiles)
    return f"{middle} ({low} to {high})"


def markdown_table(head: Iterable[str], body: Iterable[Iterable[object]]) -> str:
    """Return a table.

    Examples
    --------
    >>> print(markdown_table(("a", "b"), [(1, 2)]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in body)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
