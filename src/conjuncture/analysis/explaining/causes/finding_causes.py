"""Actual causes of an event in the histories of a sample: who is asked to stand aside, and where.

Forces are the variables, and what they do in the stages on the way to the event are their values:
the sides that they take, the moves that they make. The contrast is standing aside, in every stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explaining.causes.actual_causes import (
    FREE,
    LARGEST,
    ActualCauses,
    Places,
    Truth,
    Values,
    find_actual_causes,
    join_causes,
    subsets_of,
)
from conjuncture.analysis.explaining.causes.causes import Causes, share_of, summarise_causes
from conjuncture.analysis.explaining.sample import Sample, StoppedEarly
from conjuncture.analysis.wording import names_of
from conjuncture.engine.conduct import ObservedConduct
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Aside
from conjuncture.language.writing import write

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
    Enough
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
