"""The closed rule of the cabinet on portfolios that coalition governments in fact shared out.

For every cabinet the voting game of its whole parliament is solved by the mechanism itself: seats
are weights, and parties propose as often as they have seats. Against it stand shares in proportion
to seats and to minimum integer weights, and Gamson's regression of posts on seats.

``python -m validation.cabinet [DATA]`` prints the table alone.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from conjuncture.mechanisms.cabinet.closed_rule import solve_bargaining
from conjuncture.mechanisms.cabinet.inputs import VotingGame
from validation.bootstrap import BootstrapEstimate, bootstrap

FOLDER = "portfolios"
PARTIES, PAIRS = "demarchi_laver_party_portfolios.csv", "warwick_druckman_gamson.csv"
DISCOUNTS = (1.0, 0.9, 0.5)
LEAST_SUM, MOST_ERROR = 0.999, 1e-5

Numbers = NDArray[np.float64]
Row = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Cabinet:
    """A coalition cabinet and the parliament it stood before.

    Attributes
    ----------
    seats : tuple of int
        Of every party in parliament.
    quota : int
        Seats that carry a vote.
    members : tuple of int
        The places of the parties in the cabinet.
    head : int or None
        The place of the prime minister's party, None where nobody is marked so.
    minimum : array, shape (parties,)
        Minimum integer weights.
    posts : array, shape (members,)
        Shares of the portfolios.
    """

    seats: tuple[int, ...]
    quota: int
    members: tuple[int, ...]
    head: int | None
    minimum: Numbers
    posts: Numbers


Prediction = Callable[[Cabinet], Numbers]


def missing_files_of(data: Path) -> list[Path]:
    """Return the files that are not where they are expected."""
    return [path for name in (PARTIES, PAIRS) if not (path := data / FOLDER / name).is_file()]


def read(data: Path) -> list[Cabinet]:
    """Return the coalition cabinets all of whose members are in the data."""
    parliaments: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(data, PARTIES):
        parliaments[row["cabinet_id"]].append(row)
    found = []
    for rows in parliaments.values():
        members = tuple(place for place, row in enumerate(rows) if row["cabinet_party"] == "1")
        posts = np.array([float(rows[place]["cabinet_proportion"]) for place in members])
        if len(members) < 2 or posts.sum() < LEAST_SUM:
            continue
        heads = [place for place in members if rows[place]["prime_minister"] == "1"]
        found.append(
            Cabinet(
                seats=tuple(int(row["seats"]) for row in rows),
                quota=int(rows[0]["W"]),
                members=members,
                head=heads[0] if len(heads) == 1 else None,
                minimum=np.array([float(row["miw_new"]) for row in rows]),
                posts=posts,
            )
        )
    return found


def by_seats(cabinet: Cabinet) -> Numbers:
    """Return shares in proportion to seats."""
    return _shares_among_members(np.array(cabinet.seats, float), cabinet)


def by_minimum_weights(cabinet: Cabinet) -> Numbers:
    """Return shares in proportion to minimum integer weights."""
    return _shares_among_members(cabinet.minimum, cabinet)


def by_value(values: Mapping[Cabinet, Numbers], cabinet: Cabinet) -> Numbers:
    """Return shares in proportion to what the bargaining is worth before anybody proposes."""
    return _shares_among_members(values[cabinet], cabinet)


def by_proposal(values: Mapping[Cabinet, Numbers], discount: float, cabinet: Cabinet) -> Numbers:
    """Return what partners accept from the prime minister's party, which keeps the rest."""
    shares = discount * values[cabinet][list(cabinet.members)]
    head = np.array([place == cabinet.head for place in cabinet.members])
    shares[head] = 1.0 - shares[~head].sum()
    return np.asarray(shares)


def solve_parliament(cabinet: Cabinet) -> Numbers:
    """Return the equilibrium values of the game of a parliament.

    Returns
    -------
    array, shape (discounts, parties)
        All discounts are solved side by side, each on a lane of its own.
    """
    count = len(cabinet.seats)
    game = VotingGame(cabinet.seats, (False,) * count, (True,) * count, cabinet.quota)
    here = [jnp.ones(1, bool)] * count
    chances = [jnp.full(1, seats, jnp.float32) for seats in cabinet.seats]
    found = jax.jit(partial(solve_bargaining, game, here, chances))(jnp.array(DISCOUNTS))
    if not float(found.residual.max()) < MOST_ERROR:
        raise RuntimeError(f"the bargaining over {cabinet.seats} was not solved")
    values = np.empty((len(DISCOUNTS), count))
    for kind, places in enumerate(game.kinds):
        values[:, list(places)] = np.array(found.value[kind])[:, None]
    return values


def errors(cabinets: Sequence[Cabinet], predict: Prediction) -> Numbers:
    """Return by cabinet the sums of absolute and squared errors in points, and its parties.

    Returns
    -------
    array, shape (cabinets, 3)
    """
    off = [100.0 * (predict(cabinet) - cabinet.posts) for cabinet in cabinets]
    return np.array([(np.abs(one).sum(), (one**2).sum(), len(one)) for one in off])


def premium(cabinets: Sequence[Cabinet], predict: Prediction) -> BootstrapEstimate:
    """Return what the prime minister's party gets above its share of the seats, in points."""
    above = [
        100.0 * (predict(cabinet) - by_seats(cabinet))[cabinet.members.index(cabinet.head)]
        for cabinet in cabinets
        if cabinet.head is not None
    ]
    return bootstrap(np.array(above))


def slope(samples: Numbers) -> Numbers:
    """Return the slope of the second number on the first in each sample."""
    apart = samples - samples.mean(axis=1, keepdims=True)
    return np.asarray((apart[..., 0] * apart[..., 1]).sum(1) / (apart[..., 0] ** 2).sum(1))


def intercept(samples: Numbers) -> Numbers:
    """Return where the line of :func:`slope` begins."""
    first, second = samples.mean(axis=1).T
    return np.asarray(second - slope(samples) * first)


def table(data: Path) -> str:
    """Return the table of the cabinet, in Markdown.

    Parameters
    ----------
    data : Path
        The folder that holds ``portfolios``.
    """
    every = read(data)
    cabinets = [cabinet for cabinet in every if cabinet.head is not None]
    pairs = np.array(
        [(float(row["seat_share"]), float(row["portfolio_share"])) for row in _rows(data, PAIRS)]
    )
    predictions: list[tuple[str, str, Prediction]] = [
        ("in proportion to seats", "–", by_seats),
        ("in proportion to minimum integer weights", "–", by_minimum_weights),
    ]
    every_value = {cabinet: solve_parliament(cabinet) for cabinet in cabinets}
    for place, discount in enumerate(DISCOUNTS):
        values = {cabinet: found[place] for cabinet, found in every_value.items()}
        predictions += [
            ("`closed_rule`, in proportion to values", f"{discount:g}", partial(by_value, values)),
            (
                "`closed_rule`, the prime minister's party proposes",
                f"{discount:g}",
                partial(by_proposal, values, discount),
            ),
        ]
    lines = [
        (
            f"{len(every)} coalition cabinets with all members in the data, "
            f"{sum(len(one.members) for one in every)} parties; errors in points of the posts. "
            "Intervals: 95 %, bootstrap over cabinets."
        ),
        "",
        (
            "| shares | discount | mean absolute error | root mean square error "
            "| premium of the prime minister's party |"
        ),
        "| --- | --- | --- | --- | --- |",
        f"| in fact | – | – | – | {_typeset_minus(premium(cabinets, _in_fact))} |",
    ]
    for name, discounted, predict in predictions:
        found = errors(every if discounted == "–" else cabinets, predict)
        absolute = bootstrap(found, lambda sample: sample[..., 0].sum(1) / sample[..., 2].sum(1))
        square = bootstrap(
            found, lambda sample: np.sqrt(sample[..., 1].sum(1) / sample[..., 2].sum(1))
        )
        above = _typeset_minus(premium(cabinets, predict))
        lines.append(f"| {name} | {discounted} | {absolute} | {square} | {above} |")
    if len(cabinets) < len(every):
        lines += [
            "",
            (
                f"The rows of `closed_rule` and the premium leave out {len(every) - len(cabinets)} "
                "cabinets in which no party, or more than one, is marked as the prime minister's."
            ),
        ]
    lines += [
        "",
        (
            f"Gamson's regression, {len(pairs)} parties: share of posts on share of coalition "
            f"seats, slope {bootstrap(pairs, slope).text(2)}, "
            f"intercept {bootstrap(pairs, intercept).text(2)}."
        ),
    ]
    return "\n".join(lines)


def _in_fact(cabinet: Cabinet) -> Numbers:
    return cabinet.posts


def _typeset_minus(estimate: BootstrapEstimate) -> str:
    return str(estimate).replace("-", "−")


def _shares_among_members(weights: Numbers, cabinet: Cabinet) -> Numbers:
    own = weights[list(cabinet.members)]
    return np.asarray(own / own.sum())


def _rows(data: Path, name: str) -> list[Row]:
    with (data / FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    from validation.__main__ import DATA

    print(table(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
