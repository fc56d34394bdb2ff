"""One history read out of a trace: the stages it passed, in order, in words and plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import NUMBERS, Trace
from conjuncture.language.symbols import Kind, MeasureSymbol
from conjuncture.mechanisms.telling import MeasureValue

Readings = Mapping[str, MeasureValue | Mapping[str, MeasureValue]]
"""Measures by name; one with an index maps force, camp or issue to its reading."""

Round = Mapping[str, Mapping[str, MeasureValue]]
"""What showed in one round; a reading without an index stands under an empty name."""


@dataclass(frozen=True)
class PassedStage:
    """A stage that a history passed.

    Attributes
    ----------
    stage : str
    visit : int
        From 1.
    outcome : str
    imposed : bool
        Whether an intervention put the outcome in the place of what would have been.
    measures : mapping of str to float, str or mapping
    rounds : tuple of mapping
        What showed in each round; empty unless the trace was recorded.
    found, left : mapping of str to float
        The numbers that can change, as the stage found them and as its effects left them; empty
        unless the trace was recorded.
    """

    stage: str
    visit: int
    outcome: str
    imposed: bool
    measures: Readings
    rounds: tuple[Round, ...] = ()
    found: Mapping[str, float] = field(default_factory=dict)
    left: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> tuple[object, ...]:
        """Everything of it that is a word: what two computations of one history must share."""
        labels = [
            (name, inner, label)
            for name, value in self.measures.items()
            for inner, label in (value.items() if isinstance(value, Mapping) else [("", value)])
            if isinstance(label, str)
        ]
        return (self.stage, self.visit, self.outcome, self.imposed, *labels)


@dataclass(frozen=True)
class HistoryAddress:
    """Where a history stands in a trace: block of the call, run, place in the block."""

    block: int
    run: int
    lane: int

    def read(self, values: Any) -> Any:
        """Return the history's own of an array of (blocks, runs, ..., histories)."""
        own = np.asarray(values[self.block, self.run])
        return own[..., self.lane if own.shape[-1] > 1 else 0]


def stages_passed(
    structure: Structure, trace: Trace, address: HistoryAddress
) -> tuple[PassedStage, ...]:
    """Return the stages that a history passed, in order.

    Parameters
    ----------
    structure : Structure
    trace : Trace
        Arrays of (blocks, runs, ..., histories).
    address : Address
    """
    found = []
    for place, room in enumerate(structure.unrolled_stages):
        passage = trace.passages[place]
        visit = int(address.read(passage.visit))
        if not visit:
            continue
        name = structure.stages[room.stage]
        symbols = structure.crisis.vocabulary.stages[name]
        imposed = bool(address.read(passage.imposed))
        measures = {
            measure: reading_of(symbol, passage.measures[measure], address)
            for measure, symbol in symbols.measures.items()
        }
        how = symbols.measures.get("how")
        if imposed and how is not None and "imposed" in (how.kind.labels or ()):
            measures["how"] = "imposed"
        told = trace.rounds[place] if trace.rounds else {}
        numbers = told.get(NUMBERS, {})
        found.append(
            PassedStage(
                stage=name,
                visit=visit,
                outcome=symbols.outcomes[int(address.read(passage.outcome))],
                imposed=imposed,
                measures=measures,
                rounds=rounds_of(structure, symbols.measures, told, address),
                found=plain_numbers(numbers.get("found", {}), address),
                left=plain_numbers(numbers.get("left", {}), address),
            )
        )
    return tuple(found)


def reading_of(
    symbol: MeasureSymbol, value: Any, address: HistoryAddress
) -> MeasureValue | Mapping[str, MeasureValue]:
    """Return a measure of one history, labels in words."""
    if isinstance(value, Mapping):
        # A compiled program returns mappings in the order of the alphabet.
        names = symbol.index or tuple(value)
        return {name: decode_value(symbol.kind, address.read(value[name])) for name in names}
    own = address.read(value)
    if symbol.index is None:
        return decode_value(symbol.kind, own)
    return {
        name: decode_value(symbol.kind, one) for name, one in zip(symbol.index, own, strict=True)
    }


def decode_value(kind: Kind, value: Any) -> MeasureValue:
    """Return a number, or the label that its code stands for; NaN where it is undefined.

    Examples
    --------
    >>> decode_value(Kind(labels=("aside", "red")), np.int8(1)), decode_value(Kind(), np.float32(0.5))
    ('red', 0.5)
    """
    if np.issubdtype(np.asarray(value).dtype, np.integer) and value < 0:
        return float("nan")
    return kind.labels[int(value)] if kind.labels else float(value)


def rounds_of(
    structure: Structure,
    measures: Mapping[str, MeasureSymbol],
    told: Mapping[str, Any],
    address: HistoryAddress,
) -> tuple[Round, ...]:
    """Return what showed in each round; what is a measure too has its labels and its index."""
    by_name: dict[str, list[Mapping[str, MeasureValue]]] = {}
    for name, value in told.items():
        if name == NUMBERS:
            continue
        symbol = measures.get(name, MeasureSymbol(Kind()))
        if isinstance(value, Mapping):
            parts = {inner: address.read(one) for inner, one in value.items()}
        else:
            own = address.read(value)
            names = symbol.index or structure.forces
            parts = {"": own} if own.ndim == 1 else dict(zip(names, own.T, strict=True))
        by_name[name] = [
            {inner: decode_value(symbol.kind, one[place]) for inner, one in parts.items()}
            for place in range(len(next(iter(parts.values()))))
        ]
    count = max((len(shown) for shown in by_name.values()), default=0)
    return tuple(
        {name: shown[place] for name, shown in by_name.items() if place < len(shown)}
        for place in range(count)
    )


def plain_numbers(values: Mapping[str, Any], address: HistoryAddress) -> dict[str, float]:
    """Return the numbers of one history."""
    return {key: float(address.read(value)) for key, value in values.items()}
