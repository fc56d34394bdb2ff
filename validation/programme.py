"""The rules of the programme on the issues of DEU III: positions, salience and what was decided.

Every issue is one lane of the mechanism's own rule functions; actors without a position on an
issue do not take part in it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from conjuncture.mechanisms.programme.challenge import Bargain
from conjuncture.mechanisms.programme.inputs import RULES
from conjuncture.mechanisms.programme.model import rule_of_name
from validation.bootstrap import bootstrap

FOLDER = "deu3"
FILES = ("issues.csv", "positions.csv", "actors.csv")
FEWEST_POSITIONS = 3
ROUNDS = 5
OTHER_ROUNDS = (1, 8)
MIDDLE = 50.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Issues:
    """The issues that can be used.

    Attributes
    ----------
    position, salience : array, shape (actors, issues)
        0 to 100 and 0 to 1.
    active : array, shape (actors, issues)
        1 where an actor takes a position.
    product : array, shape (actors,)
        Gross domestic product, relative.
    outcome : array, shape (issues,)
        What was decided, 0 to 100.
    """

    position: Numbers
    salience: Numbers
    active: Numbers
    product: Numbers
    outcome: Numbers


def missing_files_of(data: Path) -> list[Path]:
    """Return the files that are not where they are expected."""
    return [data / FOLDER / name for name in FILES if not (data / FOLDER / name).is_file()]


def read(data: Path) -> Issues:
    """Return the issues with an outcome and at least three positions.

    A salience that is missing is the mean of the issue's others.
    """
    product = {row["actor"]: float(row["relative_gdp"]) for row in _rows(data, "actors.csv")}
    actors = list(product)
    outcome = {
        row["issue"]: float(row["outcome"]) for row in _rows(data, "issues.csv") if row["outcome"]
    }
    issues = list(outcome)
    shape = (len(actors), len(issues))
    position, salience = np.full(shape, np.nan), np.full(shape, np.nan)
    for row in _rows(data, "positions.csv"):
        if row["issue"] in outcome and row["position"]:
            at = actors.index(row["actor"]), issues.index(row["issue"])
            position[at] = float(row["position"])
            salience[at] = float(row["salience"] or "nan") / 100
    active = ~np.isnan(position)
    usable = active.sum(axis=0) >= FEWEST_POSITIONS
    position, salience, active = position[:, usable], salience[:, usable], active[:, usable]
    known = ~np.isnan(salience)
    usual = np.where(known, salience, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return Issues(
        np.where(active, position, 0.0),
        np.where(known, salience, usual),
        active.astype(float),
        np.array(list(product.values())),
        np.array(list(outcome.values()))[usable],
    )


def errors(issues: Issues, rule: str, *, product: bool, salience: bool, rounds: int) -> Numbers:
    """Return by issue how far a rule is off the outcome, shape (issues,).

    ``product``: capability is gross domestic product, otherwise equal. ``salience``: as coded,
    otherwise 1.
    """
    capability = issues.product if product else np.ones_like(issues.product)
    bargain = Bargain(
        jnp.asarray(issues.position, jnp.float32),
        jnp.asarray(capability[:, None], jnp.float32),
        jnp.asarray(issues.salience if salience else issues.active, jnp.float32),
        jnp.asarray(issues.active, jnp.float32),
    )
    return np.abs(np.asarray(_settle_issues(rule, rounds, bargain), np.float64) - issues.outcome)


def table(data: Path) -> str:
    """Return the errors of every rule as Markdown.

    Parameters
    ----------
    data : Path
        The folder that holds ``deu3``.
    """
    issues = read(data)
    plain = errors(issues, "compromise", product=False, salience=False, rounds=ROUNDS)
    what = (
        f"{len(issues.outcome)} issues with an outcome and at least {FEWEST_POSITIONS} positions; "
        f"the challenge rules play {ROUNDS} rounds unless it says otherwise. Intervals: 95 %, "
        "bootstrap over issues."
    )
    head = (
        f"{what}\n",
        "| rule | capability | salience | mean absolute error | more than the plain mean |",
        "| --- | --- | --- | --- | --- |",
    )

    def line(rule: str, *, product: bool, salience: bool, rounds: int = ROUNDS) -> str:
        found = errors(issues, rule, product=product, salience=salience, rounds=rounds)
        shown = f"`{rule}`" + (f", {_rounds(rounds)}" if rounds != ROUNDS else "")
        return (
            f"| {shown} | {'GDP' if product else 'equal'} | {'coded' if salience else 'all 1'} "
            f"| {bootstrap(found)} | {_typeset_minus(bootstrap(found - plain).text(1))} |"
        )

    lines = [
        line(rule, product=product, salience=salience)
        for rule in RULES
        for product in (False, True)
        for salience in (False, True)
    ]
    lines += [
        line(rule, product=True, salience=True, rounds=rounds)
        for rule in RULES[2:]
        for rounds in OTHER_ROUNDS
    ]
    middle = bootstrap(np.abs(MIDDLE - issues.outcome))
    apart = bootstrap(np.abs(MIDDLE - issues.outcome) - plain)
    lines.append(f"| always {MIDDLE:g} | – | – | {middle} | {_typeset_minus(apart.text(1))} |")
    return "\n".join((*head, *lines))


@partial(jax.jit, static_argnums=0)
def _settle_issues(rule: str, rounds: int, bargain: Bargain) -> jax.Array:
    return rule_of_name(rule, rounds)(bargain)


def _rounds(rounds: int) -> str:
    return "1 round" if rounds == 1 else f"{rounds} rounds"


def _typeset_minus(text: str) -> str:
    return re.sub(r"-0\.0(?!\d)", "0.0", text).replace("-", "−")


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
