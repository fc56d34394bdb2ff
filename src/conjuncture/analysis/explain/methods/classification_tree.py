r"""A small classification tree: which questions, in which order, tell worlds apart best.

The tree is grown as in [breiman1984]_: each split makes the two parts as pure as it can, that is,
it lowers :math:`\sum_{parts} n\, p (1 - p)` most, with :math:`p` the share of the part in which it
holds. No part has fewer worlds than a stated number, and no branch asks more than three questions.

How deep it goes is settled by cross-validation with one standard error: the worlds are dealt into
ten parts, the share that a tree of each depth foretells for a part is held against what is there,
grown on the other nine, and the shallowest tree is taken whose squared error is not more than one
standard error above the least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.ordering import RELATIVE_TOLERANCE, places_in_order

Real = NDArray[np.float64]
Bool = NDArray[np.bool_]

DEEPEST = 3
PARTS = 10
LEAST_SHARE = 0.03
FEWEST = 10
"""A part has at least this share of the worlds and at least so many."""


@dataclass(frozen=True)
class TreeSplit:
    """Worlds that a tree keeps together, and how it parts them.

    Attributes
    ----------
    share : float
        In which share of them it holds.
    worlds : int
    column : int
        What parts them.
    cut : float or None
        Those up to this value go below. None for a choice.
    codes : tuple of float
        The options of a choice that go below.
    below, above : TreeSplit or None
        None at the end of a branch.
    """

    share: float
    worlds: int
    column: int = -1
    cut: float | None = None
    codes: tuple[float, ...] = ()
    below: TreeSplit | None = None
    above: TreeSplit | None = None

    def goes_below(self, values: Real) -> Bool:
        """Return which worlds go below, ``values`` of shape (columns, worlds)."""
        column = values[self.column]
        return np.isin(column, self.codes) if self.cut is None else column <= self.cut

    def predict(self, values: Real) -> Real:
        """Return the share that the tree foretells for each world, shape (worlds,)."""
        if self.below is None or self.above is None:
            return np.full(values.shape[1], self.share)
        below = self.goes_below(values)
        found = np.empty(values.shape[1])
        found[below] = self.below.predict(values[:, below])
        found[~below] = self.above.predict(values[:, ~below])
        return found

    def to_depth(self, depth: int) -> TreeSplit:
        """Return the tree with at most so many questions on a branch."""
        if self.below is None or self.above is None:
            return self
        if depth == 0:
            return TreeSplit(self.share, self.worlds)
        below, above = self.below.to_depth(depth - 1), self.above.to_depth(depth - 1)
        return replace(self, below=below, above=above)


def best_tree(values: Real, holds: Bool, choices: frozenset[int], seed: int = 1) -> TreeSplit:
    """Return the tree of the depth that cross-validation chooses; it may be a single leaf.

    Parameters
    ----------
    values : array, shape (columns, worlds)
    holds : bool array, shape (worlds,)
    choices : frozenset of int
        Columns whose values are codes without an order.
    seed : int
        Of how worlds are dealt into parts.

    Returns
    -------
    TreeSplit

    Examples
    --------
    >>> numbers = np.linspace(0, 1, 100)[None]
    >>> tree = best_tree(numbers, numbers[0] > 0.5, frozenset())
    >>> tree.below.share, tree.above.share, round(tree.cut, 6)
    (0.0, 1.0, 0.5)
    """
    count = len(holds)
    part = np.random.default_rng(seed).permutation(count) % PARTS
    least = max(FEWEST, int(np.ceil(LEAST_SHARE * count)))
    errors = np.zeros((DEEPEST + 1, count))
    for turn in range(PARTS):
        out = part == turn
        tree = grow_tree(values[:, ~out], holds[~out], choices, DEEPEST, least)
        for depth in range(DEEPEST + 1):
            told = tree.to_depth(depth).predict(values[:, out])
            errors[depth, out] = (told - holds[out]) ** 2
    best = places_in_order(errors.mean(axis=1))[0]
    excess = errors - errors[best]
    allowed = excess.std(axis=1) / np.sqrt(max(count, 1))
    depth = int(np.argmax(excess.mean(axis=1) <= allowed))
    return prune_tree(grow_tree(values, holds, choices, depth, least))


def grow_tree(
    values: Real, holds: Bool, choices: frozenset[int], depth: int, least: int
) -> TreeSplit:
    """Return a tree with at most ``depth`` questions on a branch and ``least`` worlds in a part."""
    count, hits = len(holds), int(holds.sum())
    leaf = TreeSplit(hits / count if count else 0.0, count)
    if depth == 0 or hits in (0, count):
        return leaf
    ranks = rank_options(values, holds, choices)
    order = np.argsort(ranks, axis=1, kind="stable")
    ordered = np.take_along_axis(ranks, order, axis=1)
    before = np.arange(1, count)
    below = np.cumsum(holds[order], axis=1)[:, :-1]
    impurity = below * (before - below) / before
    rest = hits - below
    impurity = impurity + rest * (count - before - rest) / (count - before)
    possible = (ordered[:, 1:] > ordered[:, :-1]) & (before >= least) & (count - before >= least)
    impurity = np.where(possible, impurity, np.inf)
    purest = int(np.argmax(impurity <= impurity.min() * (1.0 + RELATIVE_TOLERANCE)))
    column, place = np.unravel_index(purest, impurity.shape)
    if not impurity[column, place] < hits * (count - hits) / count - 1e-9:
        return leaf
    question = replace(leaf, column=int(column))
    if int(column) in choices:
        codes = np.unique(values[column, order[column, : place + 1]])
        question = replace(question, codes=tuple(map(float, codes)))
    else:
        cut = float(ordered[column, place] + ordered[column, place + 1]) / 2.0
        question = replace(question, cut=cut)
    low = question.goes_below(values)
    return replace(
        question,
        below=grow_tree(values[:, low], holds[low], choices, depth - 1, least),
        above=grow_tree(values[:, ~low], holds[~low], choices, depth - 1, least),
    )


def rank_options(values: Real, holds: Bool, choices: frozenset[int]) -> Real:
    """Return the values, options of a choice in the order of how often it holds under them.

    Of all ways to part the options in two, the best then cuts this order ([breiman1984]_, 4.2).
    """
    if not choices:
        return values
    found = values.copy()
    for column in choices:
        share: Mapping[float, float] = {
            float(code): float(holds[values[column] == code].mean())
            for code in np.unique(values[column])
        }
        order = sorted(share, key=lambda code: (share[code], code))
        for rank, code in enumerate(order):
            found[column, values[column] == code] = rank
    return found


def prune_tree(tree: TreeSplit) -> TreeSplit:
    """Return the tree without questions whose answers do not change what is likelier than not."""
    if tree.below is None or tree.above is None:
        return tree
    below, above = prune_tree(tree.below), prune_tree(tree.above)
    ends = below.below is None and above.below is None
    if ends and (below.share >= 0.5) == (above.share >= 0.5):
        return TreeSplit(tree.share, tree.worlds)
    return replace(tree, below=below, above=above)
