"""Actual causes of an event in a crisis: in what share of its histories which forces made it.

In each history in which the event is true, a set of forces is a cause if its standing aside, with
others held to the sides that they in fact took, makes the event false, and no smaller part of it
does (:mod:`~conjuncture.analysis.explain.methods.actual_causes`). Where no set of up to three
forces turns it, those who cannot stand aside brought it about, more forces at once, or luck. The
shares are of all histories examined, several of which may come from one world; their errors are
therefore those of a ratio over worlds.

Forces are the variables, and what they do in the stages on the way to the event are their values:
the sides that they take, the moves that they make. The contrast is standing aside, in every stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan, nan, sqrt
from typing import ClassVar, Literal

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain.methods.actual_causes import (
    FREE,
    LARGEST,
    ActualCauses,
    Places,
    Truth,
    Values,
    find_actual_causes,
    join_causes,
    members_of,
    subsets_of,
)
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.plain_words import capitalise, join_words, names_of
from conjuncture.analysis.result import Result
from conjuncture.engine.force_conduct import ObservedConduct
from conjuncture.errors import UsageError
from conjuncture.language.interventions import Aside
from conjuncture.language.unparser import write
from conjuncture.ordering import put_in_order

MOST_TOLD = 3
"""Sets of forces that sentences name."""

FINE = 0.0095
"""Errors below this are told with a decimal."""

ROUNDING = 1e-18
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

Kind = Literal["but-for", "preempting"]
KINDS: dict[Kind, bool] = {"but-for": False, "preempting": True}


@dataclass(frozen=True)
class CauseSet:
    """A set of forces that was a cause in some histories.

    Attributes
    ----------
    members : tuple of str
    kind : str
        ``but-for``: without it, all else free, the event is false. ``preempting``: only once the
        others are held to what they did.
    frozen : tuple of str
        The forces that were held, in most of the histories; none for a but-for set.
    share : float
        Of the histories in which the event is true.
    error : float
        Standard error of the share, clustered by world.
    """

    members: tuple[str, ...]
    kind: Kind
    frozen: tuple[str, ...]
    share: float
    error: float


@dataclass(frozen=True)
class Causes(Result):
    """Who made the event true, over all histories examined.

    Attributes
    ----------
    event : str
    sets : tuple of CauseSet
        The largest share first. A history has as many causes as it has; the shares do not add up.
    single : float
        Share of the histories in which some force alone is a but-for set.
    several : float
        In which none alone is, but some set of two or more.
    preempted : float
        In which there are preempting causes only.
    luck : float
        In which no set of up to ``largest`` forces is a cause. The four add up to 1. That is not
        the share that luck would do alone: see ``regardless``.
    histories : int
        Histories examined; the event is true in all of them.
    worlds : int
        From how many worlds they come.
    errors : tuple of float
        Standard errors of the four shares, in the order in which they stand here.
    largest : int
        Size of the largest sets that were looked at.
    names : mapping of str to str
        How sentences call the forces.
    replays : int
        What the search cost.
    regardless, regardless_error : float
        Share of the histories in which the event comes about all the same when every force that can
        stand aside does so at once, and its standard error. NaN where that was not asked.
    says : str
        The event in words, as a clause.
    """

    part: ClassVar[str] = "causes"
    event: str
    sets: tuple[CauseSet, ...]
    single: float
    several: float
    preempted: float
    luck: float
    histories: int
    worlds: int
    errors: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    largest: int = LARGEST
    names: Mapping[str, str] = field(default_factory=dict)
    replays: int = 0
    regardless: float = nan
    regardless_error: float = nan
    says: str = ""

    @property
    def clause(self) -> str:
        """The event in words, or as the language writes it where nobody says it in words."""
        return self.says or self.event

    def sentences(self) -> list[str]:
        r"""Return in plain words what was found.

        Examples
        --------
        >>> guard = CauseSet(("guard",), "but-for", (), 0.4, 0.02)
        >>> errors = (0.02, 0.01, 0.0, 0.02)
        >>> found = Causes("c = a", (guard,), 0.41, 0.1, 0.0, 0.49, 900, 300, errors)
        >>> for place in (0, 1, -1):
        ...     print(found.sentences()[place])
        In 41 ± 2 % of 900 histories in which c = a, one force alone made the difference.
        In 10 ± 1 % it took two or three together.
        Most often it hung on guard (40 ± 2 %).
        """
        single, several, preempted, luck = (
            percent_with_error(share, error)
            for share, error in zip(self._shares, self.errors, strict=True)
        )
        where = f"{self.histories:,} histories in which {self.clause}"
        told = [f"In {single} of {where}, one force alone made the difference."]
        sizes = " or ".join(count_in_words(size) for size in range(2, self.largest + 1))
        more = []
        if self.several > 0.0:
            more.append(f"in {several} it took {sizes} together")
        if self.preempted > 0.0:
            more.append(
                f"in {preempted} it hung on forces that came before others who would have done "
                "the same"
            )
        if more:
            told.append(capitalise(f"{'; '.join(more)}."))
        told.append(
            f"In {luck} no set of up to {count_in_words(self.largest)} forces turns it by standing"
            " aside: those who cannot stand aside brought it about, more forces at once, or luck."
        )
        if not isnan(self.regardless):
            told.append(
                "If every force that can stand aside did so at once, it would still come about in "
                f"{percent_with_error(self.regardless, self.regardless_error)} of these histories; "
                "that takes away those on the other side too, so that it is none of the shares "
                "above."
            )
        if self.sets:
            often = join_words([self._cause_in_words(one) for one in self.sets[:MOST_TOLD]])
            told.append(f"Most often it hung on {often}.")
        return told

    @property
    def _shares(self) -> tuple[float, float, float, float]:
        return self.single, self.several, self.preempted, self.luck

    def _cause_in_words(self, one: CauseSet) -> str:
        first, others = self._join_names(one.members[:1]), self._join_names(one.members[1:])
        called = f"{first} together with {others}" if others else first
        fast = self._join_names(one.frozen)
        held = f", with what {fast} did and did not do held fast" if one.frozen else ""
        return f"{called} ({percent_with_error(one.share, one.error)}{held})"

    def _join_names(self, forces: Sequence[str]) -> str:
        return join_words([self.names.get(force, force) for force in forces])


def summarise_causes(
    found: ActualCauses, world: Places, forces: Sequence[str], event: str
) -> Causes:
    """Return the share of histories in which each set of forces is a cause.

    Parameters
    ----------
    found : ActualCauses
        The causes in every history examined.
    world : array of int, shape (histories,)
        The world of each history.
    forces : sequence of str
        What the variables are.
    event : str

    Returns
    -------
    Causes
    """
    sizes = np.array([len(one) for one in found.subsets])
    preempting = found.frozen != 0
    rank = np.where(preempting, 2, np.where(sizes[found.sets] == 1, 0, 1))
    best = np.full(found.examined, 3)
    np.minimum.at(best, found.items, rank)
    shares = [share_of(best == kind, world) for kind in range(4)]
    sets = []
    for place in np.unique(found.sets):
        for kind, such in KINDS.items():
            rows = (found.sets == place) & (preempting == such)
            if rows.any():
                true = np.zeros(found.examined, bool)
                true[found.items[rows]] = True
                masks, often = np.unique(found.frozen[rows], return_counts=True)
                witness = members_of(int(masks[often.argmax()]))
                sets.append(
                    CauseSet(
                        tuple(forces[one] for one in found.subsets[place]),
                        kind,
                        tuple(forces[one] for one in witness),
                        *share_of(true, world),
                    )
                )
    (single, one), (several, two), (preempted, three), (luck, four) = shares
    return Causes(
        event=event,
        sets=tuple(put_in_order(sets, lambda one: one.share, falling=True)),
        single=single,
        several=several,
        preempted=preempted,
        luck=luck,
        histories=found.examined,
        worlds=len(np.unique(world)),
        errors=(one, two, three, four),
        replays=found.replays,
    )


def share_of(true: Truth, world: Places) -> tuple[float, float]:
    r"""Return the share of histories in which something is true, and its standard error.

    Histories of one world are alike, so worlds are the sampling units: with :math:`k_w` of
    :math:`n_w` histories in world :math:`w`, and :math:`m` worlds that have any,

    .. math:: p = \frac{\sum_w k_w}{\sum_w n_w}, \qquad
       s^2 = \frac{m}{m - 1} \frac{\sum_w (k_w - p\,n_w)^2}{(\sum_w n_w)^2}.

    Where nothing varies between worlds, :math:`s^2 = 1 / (m (m + 4))`: four worlds more,
    half of them contrary, could have given as much.

    Parameters
    ----------
    true : array of bool, shape (histories,)
    world : array of int, shape (histories,)

    Returns
    -------
    share, error : float

    Examples
    --------
    >>> share_of(np.array([True, True, False, False]), np.array([0, 0, 1, 1]))
    (0.5, 0.5)
    """
    _, which = np.unique(world, return_inverse=True)
    number = np.bincount(which)
    worlds, share = len(number), float(true.mean())
    apart = np.bincount(which, weights=true) - share * number
    variance = float(apart @ apart) / len(true) ** 2
    if variance <= ROUNDING or worlds < 2:
        return share, 1.0 / sqrt(worlds * (worlds + 4.0))
    return share, sqrt(variance * worlds / (worlds - 1.0))


def percent_with_error(share: float, error: float) -> str:
    """Return a share and its error in percent, with a decimal where the error is small.

    Examples
    --------
    >>> percent_with_error(0.4123, 0.021), percent_with_error(0.9731, 0.0042)
    ('41 ± 2 %', '97.3 ± 0.4 %')
    """
    digits = 0 if error >= FINE else 1
    return f"{100 * share:.{digits}f} ± {100 * error:.{digits}f} %"


def count_in_words(number: int) -> str:
    """Return a small number as a word."""
    return WORDS.get(number, str(number))


LABEL = "replays for actual causes"
MOST_HISTORIES = 6400
MOST_FROZEN = 4
MOST_REPLAYS = 4_000_000
"""Once so many are made, no further portion of histories is begun."""

SETS_AT_ONCE = 100_000
"""Histories times sets of forces that are searched before somebody who waits is looked after."""


def find_causes(
    sample: Sample,
    *,
    most: int = MOST_HISTORIES,
    largest: int = LARGEST,
    exhaustive: bool = False,
) -> Causes:
    """Return the actual causes of an event, over the histories of a sample in which it is true.

    Parameters
    ----------
    sample : Sample
    most : int
        Histories examined at most: the first of every world, then the second, and so on.
    largest : int
        Size of the largest sets of forces.
    exhaustive : bool
        Look for witnesses among all sets of other forces, not only among those that react, of
        which there are up to four at a time; for a handful of forces.

    Returns
    -------
    Causes
        Of fewer histories than asked for, where four million replays did not reach further, or
        somebody wants the answer so far.

    Raises
    ------
    UsageError
        When the event is true in no history, or there are more than 62 forces.
    StoppedEarly
        When the answer so far is wanted and there is none.
    """
    replay = SampleReplay(sample)
    true, done = replay.replay_unchanged()
    # The first history of every world, then the second: whoever stops early has seen all worlds.
    history, world = np.nonzero(true.reshape(-1, sample.each).T)
    places = (world * sample.each + history)[:most]
    event = write(sample.event)
    if not len(places):
        raise UsageError(
            f"in none of {true.size:,} histories is '{event}' true, so nothing made it so; ask for "
            "an event that happens, or for more worlds"
        )
    deeds = ObservedConduct(done.values[places], done.acted[places])
    found = search_portions(replay, places, deeds, largest=largest, exhaustive=exhaustive)
    world_of = places[: found.examined] // sample.each
    counted = summarise_causes(found, world_of, sample.forces, event)
    counted = replace(
        counted,
        largest=largest,
        names=names_of(sample.crisis),
        says=event_in_words(sample.crisis, sample.event),
    )
    try:
        regardless = truth_without_all(sample).ravel()[places[: found.examined]]
    except StoppedEarly:
        return counted
    share, error = share_of(regardless, world_of)
    return replace(counted, regardless=share, regardless_error=error)


def truth_without_all(sample: Sample) -> Truth:
    """Return where the event is true when every force that can stand aside does so at once.

    Returns
    -------
    array of bool, shape (worlds, each)
    """
    nobody = tuple(Aside(force) for force in sample.forces)
    found: Truth = sample.truths([nobody], label="replays without all forces")[0]
    return found


def search_portions(
    replay: SampleReplay, places: Places, deeds: ObservedConduct, *, largest: int, exhaustive: bool
) -> ActualCauses:
    """Search histories portion by portion, until it is enough work or the answer is wanted."""
    portion = max(1, SETS_AT_ONCE // max(1, len(subsets_of(deeds.acted.shape[-1], largest))))
    done: list[ActualCauses] = []
    for start in range(0, len(places), portion):
        rows = slice(start, start + portion)
        part, actual = places[rows], deeds.values[rows]
        contrast = np.broadcast_to(replay.aside, actual.shape)
        try:
            done.append(
                find_actual_causes(
                    replay, part, actual, contrast, able=deeds.acted[rows], largest=largest,
                    most_frozen=None if exhaustive else MOST_FROZEN, exhaustive=exhaustive,
                )
            )  # fmt: skip
        except StoppedEarly:
            if not done:
                raise
            break
        if sum(one.replays for one in done) >= MOST_REPLAYS:
            break
    return join_causes(done)


@dataclass(frozen=True)
class SampleReplay:
    """The replay of a sample, of the stages and forces alone that matter on the way to the event.

    Attributes
    ----------
    sample : Sample
    """

    sample: Sample

    @cached_property
    def forces(self) -> Places:
        """The places of the forces that can stand aside among all."""
        every = list(self.sample.structure.forces)
        return np.array([every.index(name) for name in self.sample.forces], np.int64)

    @property
    def aside(self) -> Values:
        """What a force does that stands aside from all it can, shape (slots, forces)."""
        return self.sample.conduct.aside_values[:, self.forces]

    def replay_unchanged(self) -> tuple[Truth, ObservedConduct]:
        """Return of every history whether the event is true, and what these forces did in it.

        One replay that imposes nothing, by the program that the search needs anyway. In a stage
        that was not reached they did nothing.
        """
        count = self.sample.worlds.count * self.sample.each
        free = np.full((count, *self.sample.conduct.has_value.shape), FREE, np.int8)
        true, done = self.sample.replay(np.arange(count), free, LABEL)
        values = self.sample.conduct.fill_unreached(done.values)
        return true, ObservedConduct(values[..., self.forces], done.acted[:, self.forces])

    def replay(self, places: Places, values: Values, /) -> tuple[Truth, Values]:
        """Replay histories with something imposed on these forces, and read what they then did."""
        whole = np.full((len(places), *self.sample.conduct.has_value.shape), FREE, np.int8)
        whole[..., self.forces] = values
        true, done = self.sample.replay(places, whole, LABEL)
        return true, done.values[..., self.forces]
