r"""In which worlds of an ensemble a claim holds, or an event is likely enough.

Boxes and a tree say where it holds; how often it holds is estimated apart, since each world is
looked at only a few times. Whether a probability :math:`p_w` reaches a level is read off :math:`n`
histories of each world, and where they are few some worlds are put on the wrong side. The share of
worlds above the level can still be told: the observed shares :math:`m_w` are the distribution
:math:`G` of :math:`p` blurred by a known law, and :math:`G` is the one that makes them likeliest,

.. math:: \hat G = \arg\max_G \sum_w \ln \int p^{n m_w} (1 - p)^{n (1 - m_w)} \, dG(p)

[laird1978]_, sought on a grid by expectation and maximisation. It is left off after twenty steps:
further ones follow the noise (in trials with 16 histories of 400 worlds the error of the share
doubled by step 300).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.claim_comparisons import condition_counts, share_where
from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain.discovery_result import (
    MOST_DIGITS,
    Box,
    DecisionNode,
    Discovery,
    Limit,
    Peel,
    sentence_of,
)
from conjuncture.analysis.explain.methods import prim
from conjuncture.analysis.explain.methods.boxes import (
    BoxSearch,
    ChosenBox,
    distinguishing_columns,
    find_box,
    quasi_p,
)
from conjuncture.analysis.explain.methods.classification_tree import TreeSplit, best_tree
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.explain.uncertain_inputs import Candidates, candidates_of, numbers_behind
from conjuncture.analysis.plain_words import capitalise, plain_label
from conjuncture.analysis.questions import compile_question, stages_named
from conjuncture.analysis.simulator import Simulator, stages_read
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.tallies import Factor
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Compare, Expression, NumberLiteral, Within
from conjuncture.language.quantities import Probability
from conjuncture.number_format import percent_in_text as percent
from conjuncture.number_format import write_number
from conjuncture.ordering import put_in_order
from conjuncture.scenario.crisis import Claim, Crisis

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
    rule : BoxSearch, optional
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


Real = NDArray[np.float64]
GRID = 101
STEPS = 20


def effective_trials(chances: NDArray[np.floating]) -> float:
    """Return how many plain histories of a world are worth as much as its chances.

    A history may count by the chance of how it ended, which varies less than how it ended.

    Parameters
    ----------
    chances : array, shape (worlds, histories)

    Returns
    -------
    float
        Infinite where there is no noise.

    Examples
    --------
    >>> drawn = np.random.default_rng(1).random((4000, 16)) < 0.3
    >>> 15 < effective_trials(drawn.astype(float)) < 17
    True
    """
    wide = chances.astype(np.float64)
    each = wide.shape[1]
    if each < 2:
        return 1.0
    means, noise = wide.mean(axis=1), wide.var(axis=1, ddof=1) / each
    total = float(noise.mean())
    return float((means * (1.0 - means) + noise).mean()) / total if total > 0.0 else float("inf")


def share_above(means: Real, trials: float, level: float) -> float:
    """Return in what share of worlds a probability is at least at a level, freed of noise.

    Parameters
    ----------
    means : array, shape (worlds,)
        The observed share in each.
    trials : float
        Histories behind each share.
    level : float

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> true = random.beta(2, 4, 4000)
    >>> seen = random.binomial(16, true) / 16
    >>> found = share_above(seen, 16, 0.5)
    >>> bool(abs((true >= 0.5).mean() - found) < 0.03 < abs((seen >= 0.5).mean() - found))
    True
    """
    if not len(means):
        return 0.0
    if not np.isfinite(trials):
        return float((means >= level).mean())
    grid = (np.arange(GRID) + 0.5) / GRID
    seen, counts = np.unique(means, return_counts=True)
    logs = trials * (seen[:, None] * np.log(grid) + (1.0 - seen[:, None]) * np.log1p(-grid))
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights = np.full(GRID, 1.0 / GRID)
    for _ in range(STEPS):
        joint = likelihood * weights
        joint *= (counts / joint.sum(axis=1))[:, None]
        weights = joint.sum(axis=0) / counts.sum()
    return float(weights[grid >= level].sum())


LEVEL = 0.5
SURE = 0.95
"""A world is called for or against where it is on that side at least so probably."""

MORE = 5
"""A discovery from few histories of each world takes so many times as many worlds."""


def discover_claim(simulator: Simulator, claim: Claim, rule: BoxSearch | None = None) -> Discovery:
    """Say in which worlds a claim holds.

    Worlds too close to call are left out and counted.

    Parameters
    ----------
    simulator : Simulator
    claim : Claim
    rule : BoxSearch, optional
        How boxes are sought and chosen.

    Raises
    ------
    UsageError
        When no world can be called.
    StoppedEarly
        When somebody wants the answer so far.
    """
    return discover_test(simulator, claim.test, f"the claim '{claim.key}'", rule)


def discover_event(
    simulator: Simulator, event: Expression, level: float = LEVEL, rule: BoxSearch | None = None
) -> Discovery:
    """Say in which worlds an event has at least some probability.

    Parameters
    ----------
    simulator : Simulator
    event : Expression
        A linked event.
    level : float
        From 0 to 1.
    rule : BoxSearch, optional

    Raises
    ------
    UsageError
        When the level is no probability, or no world can be called.
    StoppedEarly
        When somebody wants the answer so far.
    """
    test = threshold_test(event, level)
    what = threshold_in_words(simulator.worlds.crisis, event, level)
    return discover_test(simulator, test, what, rule)


def discover_sample(
    sample: Sample,
    level: float = LEVEL,
    worlds: int | None = None,
    rule: BoxSearch | None = None,
) -> Discovery:
    """Say in which worlds an event has at least some probability, from a few histories of many.

    Many worlds tell better where a box ends, but which side of the level a world is on is read
    off few histories, and some are put on the wrong one. The result says what remains of share,
    coverage and density without that noise.

    Parameters
    ----------
    sample : Sample
    level : float
        From 0 to 1.
    worlds : int, optional
        How many; five times those of the sample if not given, and always those of the sample where
        its draws are placed.
    rule : BoxSearch, optional

    Raises
    ------
    UsageError
        When the level is no probability.
    StoppedEarly
        When somebody wants the answer so far.
    """
    test = threshold_test(sample.event, level)
    few = sample.worlds
    many = few if few.placed else replace(few, count=worlds or MORE * few.count)
    chances = sample.chances((AS_THINGS_WERE,), many, "histories of more worlds")[0]
    means = chances.mean(axis=1, dtype=np.float64)
    candidates = candidates_for(sample.simulator, (AS_THINGS_WERE,), test, many)
    what = threshold_in_words(sample.crisis, sample.event, level)
    found = discover_among(candidates, means >= level, np.ones(len(means), bool), what, rule)
    found = replace(found, histories=sample.each)
    trials = effective_trials(chances)
    if not np.isfinite(trials):
        return found
    share = density = share_above(means, trials, level)
    inside = len(means)
    if found.boxes:
        box = found.boxes[0].inside(candidates.table, candidates.options)
        inside, density = int(box.sum()), share_above(means[box], trials, level)
    coverage = min(1.0, inside * density / (len(means) * share)) if share else 0.0
    return replace(found, corrected=(share, coverage, density))


def discover_test(
    simulator: Simulator, test: Compare | Within, what: str, rule: BoxSearch | None
) -> Discovery:
    """Say in which worlds a comparison holds."""
    question = compile_question(test)
    counts = simulator.count([question], "histories")[0]
    if simulator.progress.is_stopped:
        raise StoppedEarly
    met = condition_counts(counts)
    favours = share_where(test, counts, met).favours
    called = (met > 0.0) & (np.abs(favours - 0.5) >= SURE - 0.5)
    if not called.any():
        raise UsageError(
            f"no world can be called for or against {what}; ask for more histories, or for a "
            "condition that is met more often"
        )
    candidates = candidates_for(simulator, question.runs, test, simulator.worlds)
    found = discover_among(candidates, favours > 0.5, called, what, rule)
    return replace(found, histories=simulator.blocks * BLOCK)


def threshold_test(event: Expression, level: float) -> Compare:
    """Return the comparison that an event is at least so probable.

    Examples
    --------
    >>> from conjuncture.language.nodes import Reached
    >>> from conjuncture.language.unparser import write
    >>> write(threshold_test(Reached("pact"), 0.25))
    'P(reached(pact)) >= 0.25'
    """
    if not 0.0 <= level <= 1.0:
        raise UsageError(f"the level is a probability, from 0 to 1, not {write_number(level)}")
    return Compare(">=", Probability(event), NumberLiteral(level))


def threshold_in_words(crisis: Crisis, event: Expression, level: float) -> str:
    """Return that an event is at least so probable, as the subject of a sentence."""
    least = write_number(level)
    return f"a probability of at least {least} that {event_in_words(crisis, event)}"


def candidates_for(
    simulator: Simulator, runs: Collection[Run], test: Expression, worlds: Worlds
) -> Candidates:
    """Return the numbers of the worlds that can matter for a comparison."""
    crisis = worlds.crisis
    read = stages_read([Factor(0, test, "true")], crisis)
    stages = frozenset(crisis.stages) if read is None else read | stages_named(test)
    return candidates_of(worlds, numbers_behind(simulator, runs, [test], stages))


def discover_among(
    candidates: Candidates, holds: Bool, called: Bool, what: str, rule: BoxSearch | None
) -> Discovery:
    """Return what tells the worlds that were called apart."""
    found = discover(
        {key: column[called] for key, column in candidates.table.items()},
        holds[called],
        what=what,
        labels=candidates.labels,
        options=candidates.options,
        uncalled=int((~called).sum()),
        rule=rule,
    )
    return replace(found, computed=candidates.computed)
