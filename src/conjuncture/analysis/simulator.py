"""Counting for questions: which runs share histories, and collecting what they count.

Work of several parts is announced as a whole before they are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.estimates import Bins
from conjuncture.analysis.questions import Question
from conjuncture.analysis.unsolved_stages import add_unsolved, count_unsolved, watches_of
from conjuncture.engine import machine
from conjuncture.engine.addresses import Blocks, Rows, every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import Run
from conjuncture.engine.program import RUNS_PER_CALL, Program
from conjuncture.engine.program_registry import program_for, tally_for
from conjuncture.engine.progress import Progress, SilentProgress
from conjuncture.engine.runner import tally
from conjuncture.engine.structure import Structure
from conjuncture.engine.tallies import Factor
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Cell, Measure, Outcome, Quantity, Reached, walk
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.dependencies import derived_cells, moved_cells
from conjuncture.scenario.stage_graph import stage_order

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Subprogress:
    """Passes on what is done; what its parts expect was announced with the whole.

    Attributes
    ----------
    progress : Progress
        Who is told.
    label : str
        What the whole was announced as.
    """

    progress: Progress
    label: str

    @classmethod
    def announce(cls, progress: Progress, label: str, blocks: int) -> Subprogress:
        """Announce the whole, and return what its parts tell."""
        progress.expect(label, blocks)
        return cls(progress, label)

    @property
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self.progress.is_stopped

    def expect(self, label: str, blocks: int) -> None:
        """Tell nothing new: only that the whole goes on."""
        del label, blocks
        self.progress.expect(self.label, 0)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        self.progress.advance(blocks)


@dataclass(frozen=True)
class Simulator:
    """Worlds, and how their histories are run.

    Attributes
    ----------
    worlds : Worlds
    blocks : int
        Blocks of 512 histories in each world.
    progress : Progress
    client : distributed.Client, optional
        Of a cluster that runs them.
    """

    worlds: Worlds
    blocks: int
    progress: Progress = field(default_factory=SilentProgress)
    client: Client | None = None

    def program(self, runs: Sequence[Run] = (), *, evidence: bool = False) -> Program:
        """Return the compiled simulation that can make these runs."""
        every_run = [*runs, self.worlds.setting]
        return program_for(self.worlds.crisis, every_run, evidence=evidence)

    def count(self, questions: Sequence[Question], label: str) -> list[Counts]:
        """Count every block of every world for some questions."""
        blocks = every_block(range(self.worlds.count), 0, self.blocks)
        return self.count_blocks(questions, blocks, label)

    def count_blocks(
        self, questions: Sequence[Question], blocks: Blocks | Rows, label: str
    ) -> list[Counts]:
        """Count some blocks for some questions; questions that share runs share histories."""
        parts = batch_questions(questions, self.worlds.crisis)
        every_run = [run for part in parts for run in part.runs]
        program = self.program(every_run)
        self.progress.expect(label, sum(len(blocks) * len(part.runs) for part in parts))
        found: dict[int, Counts] = {}
        for part in parts:
            asked = [questions[index] for index in part.questions]
            places = [tuple(part.runs.index(run) for run in question.runs) for question in asked]
            wanted = stages_wanted(program.structure, asked, places, len(part.runs))
            batch = Batch(program, self.worlds, part.runs, wanted)
            watched = watches_of(program.structure, wanted)
            last_draws = [
                question.last_draw_group(place)
                for question, place in zip(asked, places, strict=True)
            ]
            groups = (
                *(question.group(place) for question, place in zip(asked, places, strict=True)),
                *(group for group in last_draws if group is not None),
                *(watch.group for watch in watched),
            )
            ranges = self.ranges(batch, asked, places)
            histograms = tuple(
                question.histogram(quantity, place, *ranges[quantity])
                for question, place in zip(asked, places, strict=True)
                for quantity in question.histograms
            )
            counting = tally_for(program, groups, histograms)
            counted = tally(batch, counting, blocks, self.progress, self.client)
            machine.release_memory()
            remaining = iter(counted.histograms)
            sums = iter(counted.sums)
            of_questions = [next(sums) for _ in asked]
            of_last_draws = [None if group is None else next(sums) for group in last_draws]
            seen = list(zip(watched, sums, strict=True))
            for index, question, place, own, last_draw in zip(
                part.questions, asked, places, of_questions, of_last_draws, strict=True
            ):
                bins = {
                    quantity: Bins(next(remaining), *ranges[quantity])
                    for quantity in question.histograms
                }
                read = stages_by_run(program.structure, [question], [place], len(part.runs))
                unsolved = count_unsolved(seen, program.structure, read)
                found[index] = Counts(question, own, bins, unsolved, last_draw)
        return [found[index] for index in range(len(questions))]

    def ranges(
        self, batch: Batch, questions: Sequence[Question], places: Sequence[Sequence[int]]
    ) -> dict[Quantity, tuple[float, float]]:
        """Return where the bins of each quantile begin and end.

        The first block of every world tells the range, widened by a quarter on either side; the
        same blocks always, so that the bins do not depend on how much is run.
        """
        wanted = [
            (quantity, question.histogram(quantity, place, 0.0, 1.0))
            for question, place in zip(questions, places, strict=True)
            for quantity in question.histograms
        ]
        if not wanted:
            return {}
        counting = tally_for(batch.program, (), tuple(histogram for _, histogram in wanted))
        first = every_block(range(self.worlds.count), 0, 1)
        seen = tally(batch, counting, first, SilentProgress(), self.client).ranges
        found = {}
        for (quantity, _), ends in zip(wanted, seen, strict=True):
            low, high = ends if ends[0] <= ends[1] else (0.0, 1.0)
            margin = max((high - low) / 4.0, 1e-6 * max(abs(low), abs(high), 1.0))
            found[quantity] = (float(low - margin), float(high + margin))
        return found


@dataclass(frozen=True)
class QuestionBatch:
    """Questions that are counted together, and their runs."""

    questions: tuple[int, ...]
    runs: tuple[Run, ...]


def batch_questions(questions: Sequence[Question], crisis: Crisis) -> list[QuestionBatch]:
    """Return the questions in parts of few runs; a large question stands alone.

    Questions about early stages come first and so together: their runs need not go further.
    """
    stages = list(stage_order(crisis.stages))

    def depth(index: int) -> int:
        read = stages_read(questions[index].factors, crisis)
        return len(stages) if read is None else max(map(stages.index, read), default=0)

    parts: list[QuestionBatch] = []
    for index in sorted(range(len(questions)), key=depth):
        question = questions[index]
        for place, part in enumerate(parts):
            runs = tuple(dict.fromkeys((*part.runs, *question.runs)))
            if len(runs) <= RUNS_PER_CALL:
                parts[place] = QuestionBatch((*part.questions, index), runs)
                break
        else:
            parts.append(QuestionBatch((index,), question.runs))
    return parts


def stages_wanted(
    structure: Structure,
    questions: Sequence[Question],
    places: Sequence[Sequence[int]],
    runs: int,
) -> list[frozenset[str] | None]:
    """Return for each run of a batch the stages that some question reads in it; None: all."""
    read = stages_by_run(structure, questions, places, runs)
    return [read.get(run, frozenset()) for run in range(runs)]


def stages_by_run(
    structure: Structure,
    questions: Sequence[Question],
    places: Sequence[Sequence[int]],
    runs: int,
) -> dict[int, frozenset[str] | None]:
    """Return the same for the runs that some question reads."""
    found: dict[int, frozenset[str] | None] = {}
    for run in range(runs):
        factors = [
            factor
            for question, place in zip(questions, places, strict=True)
            for factor in question.factors
            if place[factor.run] == run
        ]
        if factors:
            found[run] = stages_read(
                factors, structure.crisis, structure.state_variables.changing_keys
            )
    return found


def stages_read(
    factors: Iterable[Factor], crisis: Crisis, changing: Set[str] | None = None
) -> frozenset[str] | None:
    """Return the stages that some factors read; None where they read what every stage may change.

    Parameters
    ----------
    factors : iterable of Factor
    crisis : Crisis
    changing : set of str, optional
        The numbers that change within histories; those that effects move if not given.
    """
    if changing is None:
        changing = moved_cells(crisis) | frozenset(derived_cells(crisis))
    nodes = [node for factor in factors for node, _ in walk(factor.expression)]
    if any(isinstance(node, Cell) and node.key in changing for node in nodes):
        return None
    return frozenset(node.stage for node in nodes if isinstance(node, Outcome | Measure | Reached))


def add_counts(first: Counts, second: Counts) -> Counts:
    """Return the counts of both: each world keeps its own mean over its own histories."""
    last_draw = None
    if first.last_draw is not None and second.last_draw is not None:
        last_draw = first.last_draw + second.last_draw
    bins = {
        quantity: replace(one, counts=one.counts + second.bins[quantity].counts)
        for quantity, one in first.bins.items()
    }
    unsolved = add_unsolved(first.unsolved, second.unsolved)
    return Counts(first.question, first.sums + second.sums, bins, unsolved, last_draw)
