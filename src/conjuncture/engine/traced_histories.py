"""Histories kept one by one: simulated in portions that fit into memory, and read out in words.

A portion is some piles of one slab (:mod:`conjuncture.engine.addresses`). Which they are follows
from the size of the run alone, so that a run which was stopped finds its portions again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, SLAB, Blocks, Rows
from conjuncture.engine.batch import Batch
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import NUMBERS, Trace
from conjuncture.language.symbols import Kind, MeasureSymbol
from conjuncture.mechanisms.registry import MeasureValue

BLOCKS_PER_PORTION = 8 * SLAB
"""Blocks in a portion, 65,536 histories: a file each while they are saved, then a row group."""

Columns = Mapping[str, NDArray[Any]]
"""Histories by name, arrays of (..., blocks, histories)."""


@dataclass(frozen=True)
class Portion:
    """Consecutive piles of one slab.

    Attributes
    ----------
    number : int
        Which portion of the run it is, from 0.
    rows : array of int, shape (blocks, 2)
        World and block of each.
    """

    number: int
    rows: Rows


class Portions:
    """All portions of a run, each made when it is asked for.

    Parameters
    ----------
    blocks : Blocks
        Of every world, from block 0 on.

    Examples
    --------
    >>> from conjuncture.engine.addresses import every_block
    >>> portions = Portions(every_block(range(10), 0, 17))
    >>> len(portions), [portions.size(number) for number in range(3)]
    (3, [65536, 16384, 5120])
    """

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        worlds = len(blocks.worlds)
        self._bounds: list[tuple[int, int]] = []
        self._sizes: list[int] = []
        for slab in range(blocks.slabs):
            deep = min(SLAB, blocks.last - slab * SLAB)
            step = BLOCKS_PER_PORTION // deep
            for first in range(0, worlds, step):
                last = min(first + step, worlds)
                self._bounds.append((slab * worlds + first, slab * worlds + last))
                self._sizes.append((last - first) * deep * BLOCK)

    def __len__(self) -> int:
        return len(self._bounds)

    def get(self, number: int) -> Portion:
        """Return a portion by its number."""
        return Portion(number, self._blocks.rows_of_piles(*self._bounds[number]))

    @property
    def histories(self) -> int:
        """How many histories they hold together."""
        return len(self._blocks) * BLOCK

    def size(self, number: int) -> int:
        """Return how many histories a portion holds."""
        return self._sizes[number]


def regroup_by_portion(
    portions: Iterable[Portion], calls: Iterable[tuple[Rows, Columns]]
) -> Iterator[tuple[Portion, Columns]]:
    """Put together what calls leave, portion by portion.

    Parameters
    ----------
    portions : iterable of Portion
    calls : iterable of (rows, columns)
        The rows of the portions one after another, however they are shared out among calls.
    """
    source = iter(calls)
    pieces: list[Columns] = []
    waiting = 0
    for portion in portions:
        wanted = len(portion.rows)
        while waiting < wanted:
            rows, found = next(source)
            pieces.append(found)
            waiting += len(rows)
        whole = {name: concatenate_blocks([piece[name] for piece in pieces]) for name in pieces[0]}
        yield portion, {name: values[..., :wanted, :] for name, values in whole.items()}
        waiting -= wanted
        pieces = (
            [{name: values[..., wanted:, :] for name, values in whole.items()}] if waiting else []
        )


def concatenate_blocks(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays of (..., blocks, histories) as one."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-2)


def columns_of(structure: Structure, trace: Trace, run: int = 0) -> dict[str, NDArray[Any]]:
    """Return what a trace holds of one run, by name, each of shape (..., blocks, histories).

    ``showdown`` is the outcome's code (-1 where the stage was not reached), ``showdown.margin`` a
    measure (NaN, or -1 for labels and counts, where it was not reached). A stage that recurs adds
    the visit: ``window[2].odds``. A measure by force or camp leads with that axis. A number that
    effects move stands as the history leaves it: ``unions.trust``.
    """
    found: dict[str, NDArray[Any]] = {
        key: trace.numbers[key][:, run] for key in structure.state_variables.moved
    }
    for index, name in enumerate(structure.stages):
        symbols = structure.crisis.vocabulary.stages[name]
        places = structure.places_of(index)
        for visit in range(1, structure.crisis.stages[name].visits + 1):
            label = name if structure.crisis.stages[name].visits == 1 else f"{name}[{visit}]"
            for place in places:
                passage = trace.passages[place]
                here = passage.visit[:, run] == visit
                merge(found, label, here, passage.outcome[:, run])
                for measure, symbol in symbols.measures.items():
                    stacked = stack_parts(passage.measures[measure], symbol, run)
                    if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                        code = symbol.kind.labels.index("imposed")
                        stacked = np.where(passage.imposed[:, run], code, stacked)
                    merge(found, f"{label}.{measure}", here, stacked)
    return found


def stack_parts(value: Any, symbol: MeasureSymbol, run: int) -> NDArray[Any]:
    """Return a measure of one run, its parts in the order in which they are declared.

    Parameters
    ----------
    value : array or mapping of str to array
        Of (blocks, runs, ..., histories). A compiled program returns mappings in the order of the
        alphabet, whatever the order in which the mechanism made them.
    symbol : MeasureSymbol
    run : int

    Returns
    -------
    array, shape (..., blocks, histories)

    Examples
    --------
    >>> posts = {"church": np.full((1, 1, 2), 5), "army": np.full((1, 1, 2), 7)}
    >>> stack_parts(posts, MeasureSymbol(Kind(), ("church", "army")), 0)[:, 0, 0].tolist()
    [5, 7]
    """
    if isinstance(value, Mapping):
        return np.stack([value[name][:, run] for name in symbol.index or ()])
    return np.moveaxis(value[:, run], 0, -2)


def merge(
    found: dict[str, NDArray[Any]], name: str, here: NDArray[np.bool_], value: NDArray[Any]
) -> None:
    """Put a value where the history is here; what is nowhere stays missing."""
    missing = np.nan if np.issubdtype(value.dtype, np.floating) else -1
    before = found.get(name, np.full(value.shape, missing, value.dtype))
    found[name] = np.where(here, value, before)


def symbol_of(structure: Structure, name: str) -> MeasureSymbol | None:
    """Return what kind of measure a column of :func:`columns_of` holds, None for an outcome."""
    if name in structure.state_variables.moved:
        number = structure.crisis.numbers[name]
        return MeasureSymbol(Kind(number.domain, number.unit))
    stage, _, measure = name.partition(".")
    symbols = structure.crisis.vocabulary.stages[stage.partition("[")[0]]
    return symbols.measures[measure] if measure else None


def labels_of(structure: Structure, name: str) -> tuple[str, ...] | None:
    """Return the labels that the codes of a column stand for, None for numbers."""
    symbol = symbol_of(structure, name)
    if symbol is not None:
        return symbol.kind.labels
    return structure.crisis.vocabulary.stages[name.partition("[")[0]].outcomes


def digest_of(found: Columns) -> str:
    """Return the digest of a portion, which does not depend on how its histories are kept."""
    digest = hashlib.sha256()
    for name, values in sorted(found.items()):
        digest.update(f"{name} {values.dtype} {values.shape}\n".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def fingerprint_of(digests: Iterable[str]) -> str:
    """Return the digest of all histories from those of their portions, in order.

    Examples
    --------
    >>> fingerprint_of(["a", "b"])[:8], fingerprint_of(["b", "a"])[:8]
    ('7e18f737', 'c4a78e5b')
    """
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


PORTIONS_AT_ONCE = 64
"""Portions between which threads are never left without work."""


def simulate_portions(
    batch: Batch, portions: Portions, numbers: Sequence[int], progress: Progress
) -> Iterator[tuple[Portion, Columns]]:
    """Simulate some portions and yield the histories of each.

    Parameters
    ----------
    batch : Batch
        Of things as they were.
    portions : Portions
    numbers : sequence of int
        Which portions.
    progress : Progress
    """
    for start in range(0, len(numbers), PORTIONS_AT_ONCE):
        wanted = [portions.get(number) for number in numbers[start : start + PORTIONS_AT_ONCE]]
        rows = np.concatenate([portion.rows for portion in wanted])
        yield from regroup_by_portion(wanted, simulate_columns(batch, rows, progress))


def simulate_columns(
    batch: Batch, rows: Rows, progress: Progress
) -> Iterator[tuple[Rows, Columns]]:
    """Simulate blocks and yield their histories, call by call."""
    for part, trace in simulate_traces(batch, rows, progress):
        found = columns_of(batch.program.structure, trace)
        yield part, {name: value[..., : len(part), :] for name, value in found.items()}


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
    address : HistoryAddress
    """
    found = []
    for place, unrolled in enumerate(structure.unrolled_stages):
        passage = trace.passages[place]
        visit = int(address.read(passage.visit))
        if not visit:
            continue
        name = structure.stages[unrolled.stage]
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
    >>> side = Kind(labels=("aside", "red"))
    >>> decode_value(side, np.int8(1)), decode_value(Kind(), np.float32(0.5))
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
