"""What an expression may read of the histories of a block."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from types import ModuleType
from typing import Any

from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Trace


@dataclass(frozen=True)
class HistoryScope:
    """What an event may read of one run of a call; arrays are (blocks, histories).

    ``trace`` and ``table`` lead with the axis of blocks and are those of the one run; ``xp`` is
    NumPy or ``jax.numpy``.
    """

    structure: Structure
    trace: Trace
    table: Any
    xp: ModuleType

    def cell(self, key: str) -> Any:
        """Return a number: of the world as the first stage finds it, shape (blocks, 1).

        One that effects move is what the end of each history left of it, shape (blocks,
        histories).
        """
        if key in self.trace.numbers:
            return self.trace.numbers[key]
        column = self.structure.cells[key]
        return self.table[:, 0, column : column + 1]

    def passages(self, stage: str, visit: int | None) -> list[tuple[int, Any]]:
        """Return the rooms of a stage and in which histories each holds the wanted visit."""
        index = self.structure.stages.index(stage)
        rooms = [
            place
            for place, room in enumerate(self.structure.unrolled_stages[: len(self.trace.passages)])
            if room.stage == index
        ]
        came = {place: self.trace.passages[place].visit for place in rooms}
        if visit is not None:
            return [(place, came[place] == visit) for place in rooms]
        last = reduce(self.xp.maximum, came.values()) if came else 0
        return [(place, (came[place] == last) & (last > 0)) for place in rooms]

    @property
    def all_false(self) -> Any:
        """False in every history."""
        return self.xp.zeros(self.trace.log_weight.shape, bool)

    def is_reached(self, stage: str, visit: int | None) -> Any:
        """Return whether each history came to the stage."""
        holds = [held for _, held in self.passages(stage, visit)]
        return reduce(self.xp.logical_or, holds, self.all_false)

    def outcome(self, stage: str, visit: int | None) -> tuple[Any, Any]:
        """Return the outcome's code and whether the stage was reached."""
        rooms = self.passages(stage, visit)
        found = self.trace.passages[rooms[0][0]].outcome if rooms else self.all_false
        for place, held in rooms[1:]:
            found = self.xp.where(held, self.trace.passages[place].outcome, found)
        return found, self.is_reached(stage, visit)

    def chance(self, stage: str, code: int) -> Any:
        """Return the chance of an outcome as each history found it, None where it is not kept.

        It is 0 or 1 where an intervention imposed the outcome, or no chance can be told.
        """
        rooms = self.passages(stage, None)
        kept = self.trace.passages[rooms[0][0]] if len(rooms) == 1 else None
        if kept is None or isinstance(kept.chances, tuple):
            return None
        chance, drawn, held = kept.chances[:, code], kept.outcome == code, rooms[0][1]
        known = ~kept.imposed & self.xp.isfinite(chance)
        return self.xp.where(known, chance, drawn) * held

    def measure(
        self, stage: str, measure: str, index: str | None, visit: int | None
    ) -> tuple[Any, Any]:
        """Return a measure, and where it is defined: the stage reached, and there whose it is."""
        symbol = self.structure.crisis.vocabulary.stages[stage].measures[measure]
        found, defined = self.all_false.astype(self.xp.float32), self.is_reached(stage, visit)
        for place, held in self.passages(stage, visit):
            passage = self.trace.passages[place]
            value = passage.measures[measure]
            if isinstance(value, dict):
                value = value[index]
            elif index is not None and symbol.index is not None:
                value = value[:, symbol.index.index(index)]
            if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                imposed = symbol.kind.labels.index("imposed")
                value = self.xp.where(passage.imposed, imposed, value)
            if symbol.partial:
                number = self.xp.issubdtype(value.dtype, self.xp.floating)
                lacking = self.xp.isnan(value) if number else value < 0
                defined = defined & ~(held & lacking)
            found = self.xp.where(held, value, found)
        return found, defined
