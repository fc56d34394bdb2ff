"""What the attempts of a table leave of the structural constants, as it ships with the package.

The posterior is kept as particles on the unit cube of the documented defaults, so that a scenario
takes a whole particle at a time: constants that the data know only together stay together. Beside
the particles stands how probable each makes the outcomes of every country, so that any country can
be left out: the attempts of different countries are independent given the constants, and without
one of them a particle weighs by the inverse of that country's likelihood.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.data.case_records import country_of
from conjuncture.engine.addresses import world_uniforms
from conjuncture.engine.machine import DOCUMENTED
from conjuncture.errors import UsageError
from conjuncture.language.nodes import RandomDraw, walk
from conjuncture.scenario.crisis import Crisis

Real = NDArray[np.float64]

LEARNED = "learned"
"""Structural constants that a scenario leaves open are as attempts elsewhere leave them."""

SITE = "learned/particle"
"""The draw by which a world takes a particle."""


@dataclass(frozen=True)
class LearnedConstants:
    """Particles of equal weight, and the record of the run that made them.

    Attributes
    ----------
    parameters : tuple of str
    points : array, shape (particles, parameters)
        In the unit cube of the documented defaults and of the population's priors.
    countries : tuple of str
    log_likelihoods : array, shape (particles, countries)
        Of the outcomes of each country's attempts.
    record : mapping
        Version, seed, sizes, data, build, and a summary of each parameter.
    """

    parameters: tuple[str, ...]
    points: Real
    countries: tuple[str, ...]
    log_likelihoods: Real
    record: Mapping[str, Any]

    @property
    def version(self) -> str:
        """The version of the fit."""
        return str(self.record["version"])

    def weights(self, country: str = "") -> Real:
        """Return what each particle weighs when a country is left out, shape (particles,).

        A country without attempts takes nothing away.
        """
        if country not in self.countries:
            return np.full(len(self.points), 1.0 / len(self.points))
        against = -self.log_likelihoods[:, self.countries.index(country)]
        weights = np.exp(against - against.max())
        return np.asarray(weights / weights.sum())

    def save(self, folder: Path) -> None:
        """Write particles and record into a folder."""
        np.savez_compressed(
            folder / "attempts.npz",
            points=self.points.astype(np.float32),
            log_likelihoods=self.log_likelihoods.astype(np.float32),
        )
        content = {
            **self.record,
            "parameters": list(self.parameters),
            "countries": list(self.countries),
        }
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (folder / "attempts.json").write_text(text + "\n", encoding="utf-8")


def constants_of(
    crisis: Crisis, seed: int, worlds: int, constants: str
) -> tuple[str, dict[str, Real]]:
    """Return what a run record says of the structural constants, and the draws that they have.

    Raises
    ------
    UsageError
        When ``constants`` is neither ``documented`` nor ``learned``.
    """
    if constants == DOCUMENTED:
        return DOCUMENTED, {}
    if constants != LEARNED:
        raise UsageError(f"constants are '{DOCUMENTED}' or '{LEARNED}', not '{constants}'")
    country = own_country_of(crisis)
    without = f", without {country}" if country else ""
    return f"{LEARNED} {load_learned().version}{without}", learned_uniforms_of(crisis, seed, worlds)


@cache
def load_learned() -> LearnedConstants:
    """Return what ships with the package.

    Examples
    --------
    >>> load_learned().version
    '1'
    """
    return read_learned(Path(str(files("conjuncture"))) / "learned")


def read_learned(folder: Path) -> LearnedConstants:
    """Return what :meth:`LearnedConstants.save` wrote into a folder."""
    record = json.loads((folder / "attempts.json").read_text(encoding="utf-8"))
    with np.load(folder / "attempts.npz") as kept:
        points, log_likelihoods = (
            kept[name].astype(np.float64) for name in ("points", "log_likelihoods")
        )
    parameters, countries = tuple(record.pop("parameters")), tuple(record.pop("countries"))
    return LearnedConstants(parameters, points, countries, log_likelihoods, record)


def own_country_of(crisis: Crisis) -> str:
    """Return the country whose attempts tell nothing about a scenario: its own, if it is known."""
    if crisis.like is None or not crisis.like.case:
        return ""
    return country_of(crisis.like.among, crisis.like.case)


def learned_uniforms_of(crisis: Crisis, seed: int, worlds: int) -> dict[str, Real]:
    """Return the uniforms that a scenario's constants have where they are the learned ones.

    Parameters
    ----------
    crisis : Crisis
    seed, worlds : int

    Returns
    -------
    dict of str to array, shape (worlds,)
        By the site of the draw. Only constants that stand at their documented default are there.
    """
    found = load_learned()
    [uniforms] = world_uniforms(seed, [SITE], np.arange(worlds))
    cumulated = np.cumsum(found.weights(own_country_of(crisis)))
    particle = np.minimum(np.searchsorted(cumulated, uniforms, "right"), len(cumulated) - 1)
    return {
        site: found.points[particle, found.parameters.index(name)]
        for name, site in sites_at_default(crisis).items()
    }


def sites_at_default(crisis: Crisis) -> dict[str, str]:
    """Return the draw behind each constant that the population knows and the scenario leaves open.

    Examples
    --------
    >>> import conjuncture
    >>> list(sites_at_default(conjuncture.load("bolivia-1970").crisis))
    ['decisiveness', 'fog', 'public_share', 'first_showing', 'street_exchange']
    """
    found = {}
    for name in load_learned().parameters:
        number = crisis.numbers.get(name)
        if number is None or number.stated:
            continue
        for node, _ in walk(number.value):
            if isinstance(node, RandomDraw):
                found[name] = node.site
    return found
