"""The chronicle: one history in plain words, and beside it the same history under interventions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import jax
import numpy as np

from conjuncture.analysis.clauses import run_in_words
from conjuncture.analysis.divergence import Episode, EpisodeRow, rows_of
from conjuncture.analysis.illustrations import (
    ChosenHistory,
    Illustration,
    choose_by_address,
    choose_typical,
    illustration_of,
    show_claim,
)
from conjuncture.analysis.phrases import changes_in_words, stage_heading
from conjuncture.analysis.plain_words import capitalise, labels_of, names_of
from conjuncture.analysis.result import Result
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.program import Program
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.traced_histories import HistoryAddress, PassedStage, stages_passed
from conjuncture.errors import SimulationError, UsageError
from conjuncture.language.interventions import SetCell, SetOutcome, Without
from conjuncture.language.unparser import write, write_interventions
from conjuncture.mechanisms.registry import StageHistory, narrator_of
from conjuncture.scenario.crisis import Claim, Crisis
from conjuncture.scenario.queries import read_interventions

AS_IT_WAS = "As it was"


@dataclass(frozen=True, repr=False)
class Chronicle(Result):
    """One history, told stage by stage.

    Attributes
    ----------
    title : str
        Of the crisis.
    world, history, seed : int
        The address of the history.
    why : str
        Why this one was chosen, in a sentence; empty where it was asked for by its address.
    given, do : str or None
        The event it was chosen by and the interventions of the other column, as they were written.
    instead : str
        The interventions in plain words; empty without any.
    as_it_was : tuple of Episode
    under_do : tuple of Episode or None
        The same history, on the same draws, under the interventions.
    other : str
        The interventions of the first column in plain words; empty where it is as it was.
    under_other : tuple of Episode or None
        The same history under these, where a claim compares two changes.
    illustration : Illustration or None
        What it shows of a claim, where it was chosen for one.
    """

    title: str
    world: int
    history: int
    seed: int
    why: str
    given: str | None
    do: str | None
    instead: str
    as_it_was: tuple[Episode, ...]
    under_do: tuple[Episode, ...] | None
    other: str = ""
    under_other: tuple[Episode, ...] | None = None
    illustration: Illustration | None = None

    @property
    def rows(self) -> tuple[EpisodeRow, ...]:
        """Both histories side by side, stage by stage."""
        return rows_of(self.under_other or self.as_it_was, self.under_do)

    @property
    def column_titles(self) -> tuple[str, str]:
        """What the two columns are, to stand above them."""
        return capitalise(self.other) or AS_IT_WAS, capitalise(self.instead)

    @property
    def first_divergence(self) -> EpisodeRow | None:
        """The first place where the two part; None where they never do."""
        return next((row for row in self.rows if row.diverges), None)

    def __repr__(self) -> str:
        return f"Chronicle(world={self.world}, history={self.history}, seed={self.seed})"


def tell_one(
    simulator: Simulator,
    given: str | None = None,
    do: str | None = None,
    address: tuple[int, int] | None = None,
) -> Chronicle:
    """Choose a history and tell it.

    Parameters
    ----------
    simulator : Simulator
    given : str, optional
        An event: the history is chosen among those in which it is true.
    do : str, optional
        Interventions, as inside ``do(...)``: the same history is told under them too.
    address : pair of int, optional
        World and history, in the place of ``given``.

    Raises
    ------
    QueryError
        When ``given`` is no event or ``do`` no interventions.
    UsageError
        When no history fits.
    """
    if address is not None and given is not None:
        raise UsageError("a history is chosen by an event or by its address, not by both")
    crisis = simulator.worlds.crisis
    runs = (AS_THINGS_WERE,) if do is None else (AS_THINGS_WERE, read_interventions(do, crisis))
    choice = choose_by_address(simulator, *address) if address else choose_typical(simulator, given)
    return replace(tell_choice(simulator, choice, runs), given=given, do=do)


def tell_claim(simulator: Simulator, claim: Claim) -> Chronicle:
    """Choose the history that shows what a claim says, and tell it.

    Where the claim compares two interventions, the history is told under both, and otherwise as it
    was and under what the claim imposes.

    Parameters
    ----------
    simulator : Simulator
    claim : Claim

    Raises
    ------
    UsageError
        When the condition of the claim never comes about, with the nearest that does.
    """
    shown = show_claim(simulator, claim)
    columns, given = shown.pair.columns, shown.pair.given
    chronicle = tell_choice(simulator, shown.choice, columns)
    told = dict.fromkeys(columns, chronicle.as_it_was)
    if chronicle.under_other is not None:
        told[columns[0]] = chronicle.under_other
    if chronicle.under_do is not None:
        told[columns[-1]] = chronicle.under_do
    return replace(
        chronicle,
        given=None if given is None else write(given),
        do=write_interventions(columns[-1]) or None,
        illustration=illustration_of(simulator, shown, told),
    )


def tell_choice(simulator: Simulator, choice: ChosenHistory, columns: Sequence[Run]) -> Chronicle:
    """Tell a history that was chosen in one run, or in two side by side.

    Parameters
    ----------
    simulator : Simulator
    choice : ChosenHistory
    columns : sequence of Run
        Those that stand side by side; one alone is as things were.
    """
    worlds = simulator.worlds
    crisis = worlds.crisis
    runs = tuple(dict.fromkeys((AS_THINGS_WERE, *columns)))
    compared = tuple(dict.fromkeys(act for run in columns for act in run))
    told = {
        own: tuple(episode_of(crisis, one, own, compared) for one in passed)
        for own, passed in zip(runs, replay_stages(simulator, choice, runs), strict=True)
    }
    first, last = columns[0], columns[-1]
    return Chronicle(
        title=crisis.title,
        world=choice.world,
        history=choice.history,
        seed=worlds.seed,
        why=choice.why,
        given=None,
        do=None,
        instead=run_in_words(worlds, last, choice.world),
        as_it_was=told[AS_THINGS_WERE],
        under_do=told[last] if len(columns) > 1 else None,
        other=run_in_words(worlds, first, choice.world),
        under_other=None if first == AS_THINGS_WERE else told[first],
    )


def replay_stages(
    simulator: Simulator, choice: ChosenHistory, runs: tuple[Run, ...]
) -> list[tuple[PassedStage, ...]]:
    """Return the stages that a history passes in each run, with its rounds.

    What is told is what was counted: outcomes and measures come from the program that counts, the
    rounds from one that records them and must agree in every word.

    Raises
    ------
    SimulationError
        When a decision of this history lies within rounding, so that the two programs differ.
    """
    crisis = simulator.worlds.crisis
    counted, recorded = (
        replay_block(program_for(crisis, runs, recording=recording), simulator, choice, runs)
        for recording in (False, True)
    )
    found = []
    for one, other in zip(counted, recorded, strict=True):
        if [stage.words for stage in one] != [stage.words for stage in other]:
            raise SimulationError(
                f"history {choice.history} of world {choice.world} hangs on a decision within "
                "rounding and cannot be told round by round as it was counted; choose another "
                "with --world and --history"
            )
        found.append(
            tuple(
                replace(recording, measures=stage.measures)
                for stage, recording in zip(one, other, strict=True)
            )
        )
    return found


def replay_block(
    program: Program, simulator: Simulator, choice: ChosenHistory, runs: tuple[Run, ...]
) -> list[tuple[PassedStage, ...]]:
    """Run the block of a history and return the stages it passes in each run."""
    block, lane = divmod(choice.history, BLOCK)
    batch = Batch(program, simulator.worlds, runs)
    listed = np.array([[choice.world, block]], np.int64)
    ((_, trace),) = simulate_traces(batch, listed, SilentProgress())
    own = jax.tree.map(lambda values: values[:1], trace)
    return [
        stages_passed(program.structure, own, HistoryAddress(0, place, lane))
        for place in range(len(runs))
    ]


def episode_of(crisis: Crisis, passed: PassedStage, own: Run, compared: Run) -> Episode:
    """Return a stage that a history passed, told by its mechanism, and what its effects moved.

    Parameters
    ----------
    crisis : Crisis
    passed : PassedStage
    own : tuple of Intervention
        What was imposed on this history.
    compared : tuple of Intervention
        What is imposed on one of the two histories that are told side by side.
    """
    stage = crisis.stages[passed.stage]
    told = StageHistory(
        stage=stage.model,
        cast=crisis.cast,
        names=names_of(crisis),
        outcome=passed.outcome,
        imposed=passed.imposed,
        measures=passed.measures,
        rounds=passed.rounds,
        labels=labels_of(crisis),
        says=stage.says,
        plurals=frozenset(key for key, force in crisis.forces.items() if force.plural),
        silent=frozenset(act.name for act in own if isinstance(act, Without)),
    )
    moved = {
        key: value
        for key, value in passed.found.items()
        if key in keys_moved_by_effects(crisis) and key.partition(".")[0] not in told.silent
    }
    cells = {act.key for act in compared if isinstance(act, SetCell)}
    tell = narrator_of(stage.mechanism)
    of_itself = replace(
        told,
        imposed=any(
            isinstance(act, SetOutcome)
            and act.stage == passed.stage
            and act.visit in (None, passed.visit)
            for act in compared
        ),
        silent=frozenset(act.actor for act in compared if act.actor),
    )
    return Episode(
        stage=passed.stage,
        visit=passed.visit,
        recurs=stage.visits > 1,
        outcome=passed.outcome,
        imposed=passed.imposed,
        heading=stage_heading(crisis, passed.stage),
        lines=(*map(capitalise, tell(told)), *changes_in_words(crisis, moved, passed.left)),
        of_itself=(
            *tell(of_itself),
            *changes_in_words(
                crisis, {key: moved[key] for key in moved if key not in cells}, passed.left
            ),
        ),
    )


def keys_moved_by_effects(crisis: Crisis) -> frozenset[str]:
    """Return the numbers that some effect moves."""
    return frozenset(
        change.key
        for stage in crisis.stages.values()
        for effect in stage.effects
        for change in effect.changes
    )
