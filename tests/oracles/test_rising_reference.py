"""The rising against its plain transcription, history by history, on the same draws."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from reference_rising import Chance, Numbers, resolve

from conjuncture.engine import draws
from conjuncture.engine.addresses import draw_words, every_block, site, site_keys
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE, tables_of
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import Aside, Plays, Without
from crises import slow_unless

pytestmark = pytest.mark.usefixtures("without_compiler")

SEED = 11
WORLDS = 16
HISTORIES = np.array([0, 1, 100, 255, 256, 300, 400, 511])
NUMBERS = ("foreseen", "chance", "odds", "street", "force")
ROUNDING = 2.0**-24

NUDGE = 2e-6
"""The program computes in single, the transcription in double precision. Where a choice lies closer
than rounding, or a street hesitates, a history may go another way, but only one that the
transcription goes too when its draws are nudged by this much."""

FORCES = """
conjuncture: 1
title: Random risings
account: account.md
forces:
  vanguard: {mass: 1 to 5, organisation: 0.1 to 0.9}
  unions: {mass: 10 to 60}
  miners: {mass: 5 to 30}
  students: {mass: 5 to 30}
  suburbs: {mass: 5 to 90, organisation: 0.05 to 0.5}
  line: {troops: 0.5 to 4, discipline: -1 to 3}
  guard: {troops: 0.5 to 2}
  cadets: {troops: 0.1 to 0.5, mass: 1}
groups: {labour: [unions, miners], garrison: [guard, cadets]}
stages:
"""

CASES = {
    "one crowd, no caller": """
  street:
    mechanism: rising
    crowds: {labour: {threshold: 0.1 to 0.4, spread: 0.05 to 0.3}}
    facing: {line: {goes_over: -2 to 2}}
""",
    "the street as a whole": """
  street:
    mechanism: rising
    crowds: {labour: {shock: 0.05 to 0.3}, students: {threshold: 0.1 to 0.4}, suburbs: {}}
    caller: vanguard
    facing: {line: {goes_over: -2 to 2}, garrison: {goes_over: -1}}
""",
    "each looks elsewhere": """
  street:
    mechanism: rising
    crowds:
      vanguard: {threshold: 0 to 0.2, heeds: {}}
      labour: {threshold: 0.2 to 0.5, heeds: {labour: 0.5 to 0.9, students: 0.1 to 0.6}, hears: 0.2 to 0.9}
      students: {threshold: 0.1 to 0.3, heeds: {students: 0.4, vanguard: 0.5}}
      suburbs: {threshold: 0.1 to 0.5, heeds: {labour: 0.4, suburbs: 0.8, students: 0.2}}
    caller: vanguard
    bar: 0.1 to 0.5
    facing: {line: {goes_over: -2 to 2}, garrison: {}}
    quiet_below: 0.05 to 0.3
""",
}

RUNS = (
    AS_THINGS_WERE,
    (Without("miners"), Aside("guard"), Plays("line", "join")),
    (Aside("unions", secretly=True), Aside("cadets", secretly=True), Aside("suburbs")),
    (Plays("line", "face", secretly=True), Plays("guard", "face"), Without("students")),
)
CALLING = (Plays("vanguard", "call"),)
WAITING = (Plays("vanguard", "wait"), Plays("cadets", "join", secretly=True))


def numbers_of(structure, row, run) -> Numbers:
    """Return the numbers of one world under one run as the transcription takes them."""
    crisis, forces = structure.crisis, structure.forces
    stage = crisis.stages["street"].model

    def cell(key):
        return float(row[structure.cells[key]])

    def places(name):
        return [forces.index(one) for one in crisis.cast.members(name)]

    def by_crowd(part):
        return np.array([cell(f"street.{name}.{part}") for name in stage.crowds])

    def acting(kind):
        return [act for act in run if isinstance(act, kind)]

    def who(acts, of="force"):
        return np.isin(forces, [getattr(act, of) for act in acts])

    heeds = None
    if any(crowd.heeds is not None for crowd in stage.crowds.values()):
        heeds = np.array(
            [
                [
                    cell(f"street.{name}.heeds.{other}") if other in crowd.heeds else 0.0
                    for other in stage.crowds
                ]
                for name, crowd in stage.crowds.items()
            ]
        )
    caller = stage.caller
    hidden = [act for act in acting(Aside) if act.secretly]
    concealed = [act for act in acting(Plays) if act.secretly]
    return Numbers(
        **{
            name: np.array([cell(f"{force}.{name}") for force in forces])
            for name in ("troops", "mass", "organisation", "discipline", "cohesion")
        },
        crowds=[places(name) for name in stage.crowds],
        heeds=heeds,
        threshold=by_crowd("threshold"),
        spread=by_crowd("spread"),
        shock=by_crowd("shock"),
        hears=by_crowd("hears") if caller else np.ones(len(stage.crowds)),
        facing=[place for name in stage.facing for place in places(name)],
        goes_over=np.array(
            [cell(f"street.{name}.goes_over") for name in stage.facing for _ in places(name)]
        ),
        caller=forces.index(caller) if caller else None,
        bar=cell("street.bar") if caller else 1.0,
        quiet_below=cell("street.quiet_below"),
        **{
            name: cell(name)
            for name in ("street_exchange", "decisiveness", "fog", "refusal", "call_strength")
        },
        present=~who(acting(Without), "name"),
        away=who(acting(Aside)),
        hidden=who(hidden) | who(concealed, "player"),
        moves={forces.index(act.player): act.move for act in acting(Plays)},
    )


def chances_of(stage, facing, world: int) -> list[Chance]:
    """Return the draws of some histories, each looked up by its address."""

    def drawn(law, variable, forces, options, visit=1):
        sites = [site("street", visit, variable, one, camp) for one in forces for camp in options]
        words = draw_words(site_keys(SEED, sites), world, HISTORIES)
        return np.asarray(law(words), np.float64).T.reshape(
            len(HISTORIES), len(forces), len(options)
        )

    mood = drawn(draws.normal_of, "mood", ("",), tuple(stage.crowds))[:, 0]
    fog = drawn(draws.normal_of, "judgement", (stage.caller or "",), ("street", "order"))[:, 0]
    loyalty = drawn(draws.gumbel_of, "loyalty", facing, ("join", "face"), visit=0)
    ending = drawn(draws.gumbel_of, "ending", ("",), ("crushed", "carried"))[:, 0]
    return [Chance(*one) for one in zip(mood, fog, loyalty, ending, strict=True)]


def bound_on_turnout(world: Numbers, steepness: float) -> float:
    """Return what rounding can do to a turnout: to what is seen, to its share, to the last round."""
    seen = 8 * ROUNDING / np.sqrt(2 * np.pi) / world.spread.min()
    return (seen + 4 * ROUNDING + 2e-7) / (1 - steepness)


def agrees(world: Numbers, chance: Chance, passage, stage, facing, at) -> bool:
    """Return whether a history of the program is that of the transcription."""
    history = resolve(world, chance)
    measures = passage.measures
    stance = [int(measures["stance"][name][at]) for name in facing]
    exact = (int(passage.outcome[at]), int(measures["called"][at]), stance)
    if exact != (history.outcome, history.called, history.stance) or history.steepness >= 1:
        return False
    bound = bound_on_turnout(world, history.steepness)
    turnout = np.array([measures["turnout"][name][at] for name in stage.crowds])
    if np.max(np.abs(turnout - history.turnout)) > bound:
        return False
    numbers = np.array([measures[name][at] for name in NUMBERS])
    least = 1e-3 / world.street_exchange / world.mass.sum()
    relative = 1e-4 + 3 * world.decisiveness * bound / least
    return np.allclose(numbers, history.numbers, rtol=relative, atol=relative)


def nudged(chance: Chance, generator) -> Chance:
    """Return the same draws, moved by less than rounding can matter."""
    return replace(
        chance,
        **{
            name: value + NUDGE * generator.uniform(-1, 1, np.shape(value))
            for name, value in vars(chance).items()
        },
    )


@pytest.mark.parametrize("case", slow_unless({"one crowd, no caller"}, CASES))
def test_each_history_is_that_of_the_transcription(crisis, case):
    read = crisis(FORCES + CASES[case] + "claims: {}\n")
    stage = read.stages["street"].model
    runs = (*RUNS, CALLING, WAITING) if stage.caller else RUNS
    program = program_for(read)
    worlds = Worlds(read, SEED, WORLDS)
    facing = read.cast.all_members(stage.facing)
    runs = tuple(tuple(act for act in run if may(act, stage, facing)) for run in runs)
    generator = np.random.default_rng(SEED)
    seen = set()
    for batch in batched(program, worlds, runs):
        for rows, trace in simulate_traces(
            batch, every_block(range(WORLDS), 0, 1), SilentProgress()
        ):
            passage = trace.passages[0]
            for place, (world, _) in enumerate(rows):
                chances = chances_of(stage, facing, int(world))
                for index, run in enumerate(batch.runs):
                    table = tables_of(program.structure, worlds, run)[world, 0]
                    numbers = numbers_of(program.structure, table, run)
                    for chance, lane in zip(chances, HISTORIES, strict=True):
                        at = (place, index, lane)
                        seen.add(int(passage.outcome[at]))
                        tries = chain([chance], (nudged(chance, generator) for _ in range(100)))
                        assert any(
                            agrees(numbers, one, passage, stage, facing, at) for one in tries
                        ), (world, run, lane)
    assert seen == {0, 1, 2}


def batched(program, worlds, runs) -> list[Batch]:
    """Return the runs in batches that a program has room for, the first run in each."""
    return [
        Batch(program, worlds, (runs[0], *runs[first : first + 3]))
        for first in range(1, len(runs), 3)
    ]


def may(act, stage, facing) -> bool:
    """Return whether a stage knows of a move; whoever it does not know may still be absent."""
    return not isinstance(act, Plays) or act.player in (stage.caller, *facing)
