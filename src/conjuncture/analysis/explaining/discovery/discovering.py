"""Finding the boxes and the tree that say in which worlds something holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explaining.discovery import prim
from conjuncture.analysis.explaining.discovery.boxes import BoxSearch, ChosenBox, find_box
from conjuncture.analysis.explaining.discovery.discovery import (
    MOST_DIGITS,
    Box,
    DecisionNode,
    Discovery,
    Limit,
    Peel,
    sentence_of,
)
from conjuncture.analysis.explaining.discovery.quasi_p import quasi_p
from conjuncture.analysis.explaining.discovery.screening import distinguishing_columns
from conjuncture.analysis.explaining.discovery.tree_of_worlds import TreeSplit, best_tree
from conjuncture.analysis.wording import capitalise, percent, plain_label
from conjuncture.errors import UsageError
from conjuncture.ordering import put_in_order

Bool = NDArray[np.bool_]

MOST_BOXES = 3
WORTH_MENTION = 0.1
"""A later box covers at least this share of the worlds in which it holds."""

FEWEST = 10
"""Fewer worlds than this have too little in common to tell what."""

MOVED_BY_ROUNDING = 0.01


def discover(
    table: Mapping[str, NDArray[Any]],
    holds: Bool,
    *,
    what: str = "it",
    labels: Mapping[str, str] | None = None,
    options: Mapping[str, Sequence[str]] | None = None,
    uncalled: int = 0,
    rule: BoxSearch | None = None,
) -> Discovery:
    """Say in which worlds something holds.

    Parameters
    ----------
    table : mapping of str to array, shape (worlds,)
        Numbers of each world; of a choice, the place of the option.
    holds : bool array, shape (worlds,)
    what : str
        What holds, as the subject of a sentence.
    labels : mapping of str to str, optional
        How a reader is told of each number, without an article; the key, underscores as blanks,
        where absent.
    options : mapping of str to sequence of str, optional
        The names of the options of each number that is a choice.
    uncalled : int
        Worlds that were left out because they could not be called.
    rule : Rule, optional
        How boxes are sought and chosen.

    Returns
    -------
    Discovery

    Raises
    ------
    UsageError
        When there are no worlds, or not as many of each number as of what holds.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> table = {"street_exchange": random.random(400), "army_mood": random.normal(size=400)}
    >>> holds = (table["street_exchange"] > 0.4) & (table["army_mood"] < 0.2)
    >>> found = discover(table, holds, what="the claim")
    >>> sorted(limit.key for limit in found.boxes[0].limits)
    ['army_mood', 'street_exchange']
    >>> discover(table, holds | True, what="the claim").sentence
    'The claim holds in all of the 400 worlds, so that nothing tells them apart.'
    """
    holds = np.asarray(holds, bool)
    names = {key: (labels or {}).get(key, plain_label(key)) for key in table}
    columns = Columns(
        tuple(table), names, {key: tuple(one) for key, one in (options or {}).items()}
    )
    for key, column in table.items():
        if np.shape(column) != holds.shape or not np.isfinite(column).all():
            raise UsageError(
                f"'{key}' has no finite number for each of the {holds.size:,} worlds; give one "
                "array of as many numbers as there are worlds"
            )
    if not holds.size:
        raise UsageError("there are no worlds to tell apart; give some, or call more of them")
    blank = Discovery(
        what, float(holds.mean()), holds.size, uncalled, (), (), None, "",
        candidates=tuple(names.values()),
    )  # fmt: skip
    hopeless = why_undiscoverable(blank, int(holds.sum()), bool(table))
    if hopeless:
        return replace(blank, sentence=hopeless)
    values = np.array([np.asarray(column, np.float64) for column in table.values()])
    choices = frozenset(place for place, key in enumerate(table) if key in columns.options)
    rule = rule or BoxSearch()
    cases = prim.LabelledCases(values, holds, choices, np.ones(holds.size, bool))
    first = find_box(cases, rule)
    boxes = tuple(columns.box(one) for one in find_boxes(cases, first, rule))
    tree = best_tree(values, holds, choices, rule.seed)
    found = replace(
        blank,
        boxes=boxes,
        trajectory=tuple(
            Peel(box.coverage, box.density, box.mass, len(box.limits.columns))
            for box in first.trajectory
        ),
        tree=None if tree.below is None else columns.decision_node(tree),
    )
    return replace(found, sentence=sentence_of(found))


def why_undiscoverable(found: Discovery, hits: int, numbers: bool) -> str:
    """Return a sentence where there is nothing to tell apart, else an empty text."""
    worlds = f"{found.worlds:,} worlds"
    if hits in (0, found.worlds):
        many = "all" if hits else "none"
        return capitalise(
            f"{found.what} holds in {many} of the {worlds}, so that nothing tells them apart."
        )
    if min(hits, found.worlds - hits) < FEWEST:
        verb, few = ("holds", hits) if hits < FEWEST else ("fails", found.worlds - hits)
        return capitalise(
            f"{found.what} {verb} in {few} of {worlds}, too few to tell what they have in common."
        )
    if not numbers:
        return capitalise(
            f"{found.what} holds in {percent(found.share)} of {worlds}, which differ in no number "
            "that counts for it."
        )
    return ""


def find_boxes(cases: prim.LabelledCases, first: ChosenBox, rule: BoxSearch) -> list[ChosenBox]:
    """Return the boxes worth a mention, each sought among the worlds that earlier ones leave."""
    found: list[ChosenBox] = []
    latest, wanted = first, rule.least_density(cases)
    while latest.is_confirmed and (not found or is_worth_mention(latest.box, wanted)):
        found.append(replace(latest, box=round_limits(latest.box)))
        cases = replace(cases, remaining=cases.remaining & ~found[-1].box.inside)
        if len(found) == MOST_BOXES or not is_worth_mention(
            rule.seek(cases, distinguishing_columns(cases))[0], wanted
        ):
            break
        latest = find_box(cases, rule)
    return found


def is_worth_mention(box: prim.PrimBox, wanted: float) -> bool:
    """Return whether a later box is worth a mention."""
    dense = bool(box.density >= wanted)
    return dense and bool(box.coverage >= WORTH_MENTION) and box.hits >= FEWEST


def round_limits(box: prim.PrimBox) -> prim.PrimBox:
    """Return a box with as few digits in each limit as move no more than a hundredth of worlds."""
    for kind, column in box.limits.sides:
        if kind == "barred":
            continue
        ends = getattr(box.limits, kind)
        values = box.cases.values[column]
        for digits in range(2, MOST_DIGITS + 1):
            short = float(f"{ends[column]:.{digits}g}")
            moved = (values >= min(short, ends[column])) & (values <= max(short, ends[column]))
            if moved.mean() <= MOVED_BY_ROUNDING:
                limits = replace(box.limits, **{kind: {**ends, column: short}})
                box = box.cases.box(limits)
                break
    return box


@dataclass(frozen=True)
class Columns:
    """What the columns of the values are called."""

    keys: tuple[str, ...]
    labels: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]

    def box(self, found: ChosenBox) -> Box:
        """Return a box by the names of its numbers."""
        box, trial = found.box, found.trial
        limits = []
        for column in sorted(box.limits.columns):
            key = self.keys[column]
            sides = [side for side in box.limits.sides if side[1] == column]
            limits.append(
                Limit(
                    key, self.labels[key],
                    box.limits.lower.get(column), box.limits.upper.get(column),
                    self.allowed_options(key, box.limits.barred.get(column)),
                    quasi_p(box, *sides), trial.comes_back[column],
                )
            )  # fmt: skip
        limits = put_in_order(limits, lambda limit: limit.p)
        tried = (trial.coverage, trial.density)
        return Box(tuple(limits), box.coverage, box.density, box.mass, box.size, tried)

    def allowed_options(self, key: str, barred: frozenset[float] | None) -> tuple[str, ...]:
        """Return the options that a limit on a choice leaves."""
        if barred is None:
            return ()
        return tuple(
            name for code, name in enumerate(self.options[key]) if float(code) not in barred
        )

    def decision_node(self, split: TreeSplit) -> DecisionNode:
        """Return a tree by the names of its numbers."""
        if split.below is None or split.above is None:
            return DecisionNode(None, "", None, (), split.share, split.worlds)
        key = self.keys[split.column]
        allowed = tuple(self.options[key][int(code)] for code in split.codes)
        below, above = self.decision_node(split.below), self.decision_node(split.above)
        label = self.labels[key]
        return DecisionNode(key, label, split.cut, allowed, split.share, split.worlds, below, above)
