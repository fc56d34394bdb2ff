"""From random integers to draws, and the handle that gives a mechanism those it asks for.

A stage is traced twice. First with a :class:`Ledger`, which writes down every site the mechanism
asks for; then all integers of the block are made in one call and the mechanism is traced with a
:class:`BlockDraw`, which hands them out. So the draws are made once and shared by all runs
(things as they were, and each intervention) of the block.

The transforms are our own, so that no release of a library changes them. Each takes one 32-bit
word, whose 23 high bits give a uniform in the middle of its cell, (n + 1/2) / 2^23, which single
precision holds exactly and which is never 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partialmethod

import jax.numpy as jnp
from jax import Array

from conjuncture.engine.addresses import BLOCK, DRAW_ROUNDS, LANES, site, threefry2x32
from conjuncture.mechanisms.algebra import index_of_largest, log_softmax, pick

GENERATOR = "threefry2x32-13/uniform23/gumbel-log-log/normal-giles2010"
"""Names the generator and the transforms; stands in every run record."""

ERFINV_CENTRAL = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
ERFINV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def uniform_of(words: Array) -> Array:
    """Return uniforms in (0, 1) from 32-bit words.

    Examples
    --------
    >>> uniform_of(jnp.array([0, 2**32 - 1], jnp.uint32)).tolist()
    [5.960464477539063e-08, 0.9999999403953552]
    """
    cells = (words >> jnp.uint32(9)).astype(jnp.float32)
    shares: Array = cells * jnp.float32(2.0**-23) + jnp.float32(2.0**-24)
    return shares


def gumbel_of(words: Array) -> Array:
    """Return standard Gumbel draws, -ln(-ln u).

    Examples
    --------
    >>> [round(g, 4) for g in gumbel_of(jnp.array([0, 2**31], jnp.uint32)).tolist()]
    [-2.8115, 0.3665]
    """
    return -jnp.log(-jnp.log(uniform_of(words)))


def normal_of(words: Array) -> Array:
    r"""Return standard normal draws, :math:`\sqrt 2\,\mathrm{erf}^{-1}(2u - 1)`.

    The inverse error function is the single-precision approximation of Giles (2010).

    References
    ----------
    Giles, M. (2010), Approximating the erfinv function, in GPU Computing Gems, vol. 2.

    Examples
    --------
    >>> [round(z, 4) for z in normal_of(jnp.array([0, 2**31, 2**32 - 1], jnp.uint32)).tolist()]
    [-5.2947, 0.0, 5.2947]
    """
    share = uniform_of(words)
    signed = 2.0 * share - 1.0
    depth = -jnp.log(4.0 * share * (1.0 - share))
    central, outer = depth - 2.5, jnp.sqrt(depth) - 3.0
    near, far = jnp.full_like(central, ERFINV_CENTRAL[0]), jnp.full_like(outer, ERFINV_TAIL[0])
    for middle, edge in zip(ERFINV_CENTRAL[1:], ERFINV_TAIL[1:], strict=True):
        near, far = middle + near * central, edge + far * outer
    drawn: Array = jnp.float32(2.0**0.5) * jnp.where(depth < 5.0, near, far) * signed
    return drawn


LAWS: Mapping[str, Callable[[Array], Array]] = {
    "gumbel": gumbel_of,
    "normal": normal_of,
    "uniform": uniform_of,
}


PlainLedger = dict[str, dict[str, list[str]]]
"""A ledger as plain lists, as it is kept on disk."""


@dataclass
class Ledger:
    """What the stages of a crisis ask for.

    Attributes
    ----------
    sites : dict of str to dict
        By law, every site with its row, in the order of asking.
    reads : dict of str to set of str
        By stage, the numbers that its mechanism reads.
    """

    sites: dict[str, dict[str, int]] = field(default_factory=lambda: {law: {} for law in LAWS})
    reads: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, told: PlainLedger) -> Ledger:
        """Return the ledger that :meth:`to_plain` returned."""
        return cls(
            {law: {site: row for row, site in enumerate(told["sites"][law])} for law in LAWS},
            {stage: set(keys) for stage, keys in told["reads"].items()},
        )

    def to_plain(self) -> PlainLedger:
        """Return the ledger as plain lists."""
        return {
            "sites": {law: [*table] for law, table in self.sites.items()},
            "reads": {stage: sorted(keys) for stage, keys in self.reads.items()},
        }

    def rows_of(self, law: str, sites: Sequence[str]) -> list[int]:
        """Return the rows of these sites in the table of their law, adding what is new."""
        table = self.sites[law]
        return [table.setdefault(name, len(table)) for name in sites]

    def all_sites(self) -> list[str]:
        """Return every site, law after law."""
        return [name for table in self.sites.values() for name in table]


def draw_block(
    ledger: Ledger,
    keys: Array,
    world: Array,
    block: Array,
    first: Array | int = 0,
    lanes: int = BLOCK,
) -> dict[str, Array]:
    """Make every draw of one block, or of a part of it.

    Parameters
    ----------
    ledger : Ledger
    keys : Array of uint32, shape (sites, 2)
        In the order of :meth:`Ledger.all_sites`.
    world, block : Array of uint32, shape ()
    first, lanes : int
        From which history of the block on, and how many.

    Returns
    -------
    dict of str to Array of float32, shape (sites of the law, lanes)
    """
    history = jnp.uint32(first) + jnp.arange(lanes, dtype=jnp.uint32)
    return draw_at(ledger, keys, world, block, history)


def draw_at(
    ledger: Ledger, keys: Array, world: Array, block: Array, history: Array
) -> dict[str, Array]:
    """Make every draw of some histories, which may be of different worlds.

    Parameters
    ----------
    ledger : Ledger
    keys : Array of uint32, shape (sites, 2)
        In the order of :meth:`Ledger.all_sites`.
    world, block : Array of uint32, shape () or (lanes,)
    history : Array of uint32, shape (lanes,)
        Within the block.

    Returns
    -------
    dict of str to Array of float32, shape (sites of the law, lanes)
    """
    counter = block * jnp.uint32(LANES) + history % LANES
    made: dict[str, Array] = {}
    row = 0
    for law, table in ledger.sites.items():
        key = keys[row : row + len(table)]
        words = threefry2x32((key[:, :1], key[:, 1:]), (world, counter), DRAW_ROUNDS, jnp)
        made[law] = LAWS[law](jnp.where(history < LANES, *words))
        row += len(table)
    return made


@dataclass
class OutcomeEvidence:
    """What was observed of a stage's outcome, and what that makes of the history.

    Attributes
    ----------
    observed : Array, integer, shape (), or None
        The code of the observed outcome; -1 or None where nothing was.
    log_weight : Array
        Logarithm of the probability of what was observed, given what went before.
    luck : dict of str to Array
        Gumbels by site, from their law given the observed choice, for the replays.
    """

    observed: Array | None = None
    log_weight: Array | float = 0.0
    luck: dict[str, Array] = field(default_factory=dict)


@dataclass
class BlockDraw:
    """The handle for one stage; implements the contract's ``Draw``.

    Parameters
    ----------
    stage : str
    visits : sequence of int
        The visits, from 1, that histories can be at here.
    visit : Array, integer, shape (histories,), or None
        At which visit each history is, where there are several.
    ledger : Ledger
    draws : mapping of str to Array, shape (sites, histories), or None
        None while the sites are being written down.
    evidence : OutcomeEvidence
    lanes : int
        Histories.

    Attributes
    ----------
    settled : bool
        Whether a choice settled the stage's outcome.
    """

    stage: str
    visits: Sequence[int]
    visit: Array | None
    ledger: Ledger
    draws: Mapping[str, Array] | None
    evidence: OutcomeEvidence = field(default_factory=OutcomeEvidence)
    lanes: int = BLOCK
    settled: bool = False

    def _draw(
        self,
        law: str,
        variable: str,
        *,
        force: str | tuple[str, ...] = "",
        camp: str = "",
        persists: bool = False,
    ) -> Array:
        forces = (force,) if isinstance(force, str) else force
        visits = (0,) if persists else self.visits
        found = self._rows_of(law, variable, forces, camp, visits[0])
        for later in visits[1:]:
            found = jnp.where(
                self.visit == later, self._rows_of(law, variable, forces, camp, later), found
            )
        return found[0] if isinstance(force, str) else found

    gumbel = partialmethod(_draw, "gumbel")
    normal = partialmethod(_draw, "normal")
    uniform = partialmethod(_draw, "uniform")

    def choose(
        self,
        variable: str,
        options: Sequence[str],
        log_weights: Sequence[Array],
        *,
        settles: bool = False,
    ) -> Array:
        """Return the index of the option with the largest log-weight plus Gumbel.

        With ``settles`` the choice is the stage's outcome: where that was observed, the observed
        option is returned, its log-probability is added to the history's weight, and the Gumbels
        are drawn from their law given that choice.
        """
        self.settled |= settles
        names = [site(self.stage, self.visits[-1], variable, "", option) for option in options]
        gumbels = [
            self.evidence.luck.get(name, self.gumbel(variable, camp=option))
            for name, option in zip(names, options, strict=True)
        ]
        choice = index_of_largest(
            [weight + gumbel for weight, gumbel in zip(log_weights, gumbels, strict=True)]
        )
        observed = self.evidence.observed
        if observed is None or not settles:
            return choice
        seen = observed >= 0
        shares = log_softmax(log_weights)
        self.evidence.log_weight = self.evidence.log_weight + jnp.where(
            seen, pick(shares, observed), 0.0
        )
        given = gumbels_given(observed, log_weights, gumbels)
        for name, posterior, prior in zip(names, given, gumbels, strict=True):
            self.evidence.luck[name] = jnp.where(seen, posterior, prior)
        return jnp.where(seen, observed, choice)

    def _rows_of(
        self, law: str, variable: str, forces: Sequence[str], camp: str, visit: int
    ) -> Array:
        rows = self.ledger.rows_of(
            law, [site(self.stage, visit, variable, one, camp) for one in forces]
        )
        if self.draws is None:
            return jnp.zeros((len(rows), self.lanes), jnp.float32)
        first = rows[0]
        if rows == list(range(first, first + len(rows))):
            return self.draws[law][first : first + len(rows)]
        return self.draws[law][jnp.array(rows)]


def gumbels_given(
    choice: Array, log_weights: Sequence[Array], gumbels: Sequence[Array]
) -> list[Array]:
    r"""Return Gumbels from their law given which option won.

    With :math:`Z = G_c + \ln\sum_l e^{w_l}` the value of the winner ``c`` (the largest value has
    that law whoever wins), the others are Gumbels truncated at Z,
    :math:`-\ln(e^{-Z} + e^{-(w_k + G_k)})`, and each Gumbel is its value less its weight
    [maddison2014]_. An option of weight zero keeps its Gumbel.

    Parameters
    ----------
    choice : Array, integer
    log_weights, gumbels : sequence of Array, one per option

    Examples
    --------
    >>> even = [jnp.zeros(()), jnp.zeros(())]
    >>> given = gumbels_given(jnp.int32(1), even, [jnp.ones(()), jnp.zeros(())])
    >>> bool(given[1] > given[0])
    True
    """
    shares = log_softmax(log_weights)
    top = pick(gumbels, choice)
    conditioned = []
    for option, (share, gumbel) in enumerate(zip(shares, gumbels, strict=True)):
        below = -jnp.logaddexp(-top, -(share + gumbel)) - share
        value = jnp.where(choice == option, top - share, below)
        conditioned.append(jnp.where(share > -jnp.inf, value, gumbel))
    return conditioned
