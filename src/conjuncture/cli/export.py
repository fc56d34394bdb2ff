"""``conjuncture export``: a game as a file that Gambit and other solvers read.

With ``--json``: ``scenario``, ``stage``, ``format`` (``efg``), ``precision`` and ``text``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.options import JsonOption, ScenarioArgument, print_json
from conjuncture.errors import UsageError

if TYPE_CHECKING:
    from conjuncture.mechanisms.game.inputs import Stage
    from conjuncture.scenario.crisis import Crisis

MEDIAN_WORLDS = 400
"""Worlds whose median stands in the file where no world is named."""


def command(
    scenario: ScenarioArgument,
    stage: Annotated[
        str, typer.Argument(metavar="STAGE", help="A stage that is a game.", show_default=False)
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", show_default=False),
    ] = None,
    world: Annotated[
        int | None,
        typer.Option(
            "--world",
            metavar="N",
            min=0,
            max=99_999,
            help="The numbers of one world; without it each number is its median.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", min=0, max=2**64 - 1, help="The seed of the worlds."),
    ] = 1,
    scaled: Annotated[
        bool,
        typer.Option("--scaled", help="Scale the payoffs of each player to range from 0 to 1."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print a stage that is a game in Gambit's format for trees (.efg).

    The numbers are those with which the crisis starts. At the precision that stands in the file's
    comment, the logit equilibrium of the scaled game is the one that Conjuncture plays.
    """
    from conjuncture.engine.files import write_atomically
    from conjuncture.mechanisms.game.efg import write_game
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import find_scenario, read_crisis

    crisis = read_crisis(find_scenario(scenario), stage_models())
    model = _find_game(crisis, stage)
    known = _numbers_of(crisis, seed, world)
    tree = model.tree
    payoffs = {
        ending: {player: known[f"{stage}.{ending}.{player}"] for player in tree.players}
        for ending in tree.endings
    }
    weights = {
        node: [known[f"{stage}.{node}.{move}"] for move in moves]
        for node, moves in tree.moves.items()
        if node not in tree.turn_at
    }
    own = model.precision is not None
    precision = known[f"{stage}.precision" if own else "precision"]
    which = f"world {world} of seed {seed}" if world is not None else "each number at its median"
    text = write_game(
        tree,
        f"{crisis.title}: {stage}",
        _scale_payoffs(payoffs) if scaled else payoffs,
        weights,
        f"{which}; precision {precision:.6g}"
        + ("" if scaled else ", once the payoffs of each player are scaled to range 1"),
    )
    if output is not None:
        with write_atomically(output) as part:
            part.write_text(text, encoding="utf-8")
    if as_json:
        print_json(
            {
                "scenario": crisis.slug,
                "stage": stage,
                "format": "efg",
                "precision": precision,
                "text": text,
            }
        )
    elif output is None:
        typer.echo(text, nl=False)


def _find_game(crisis: Crisis, name: str) -> Stage:
    """Return the game that a stage is."""
    from conjuncture.language.names import unknown_name
    from conjuncture.mechanisms.game.inputs import Stage

    games = [key for key, stage in crisis.stages.items() if isinstance(stage.model, Stage)]
    if name not in crisis.stages:
        raise UsageError("; ".join(unknown_name("stage", name, games)))
    stage = crisis.stages[name]
    if not isinstance(stage.model, Stage):
        remedy = f"write one of: {', '.join(games)}" if games else "the scenario has no game"
        raise UsageError(f"'{name}' is no game but a stage of '{stage.mechanism}'; {remedy}")
    return stage.model


def _numbers_of(crisis: Crisis, seed: int, world: int | None) -> dict[str, float]:
    """Return the numbers of a world, or the median of each."""
    import numpy as np

    from conjuncture.engine.worlds import Worlds

    table = Worlds(crisis, seed, MEDIAN_WORLDS if world is None else world + 1).table
    if world is None:
        return {key: float(np.median(values)) for key, values in table.items()}
    return {key: float(values[world]) for key, values in table.items()}


def _scale_payoffs(payoffs: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return payoffs of which each player's range from 0 to 1."""
    scaled: dict[str, dict[str, float]] = {ending: {} for ending in payoffs}
    for player in next(iter(payoffs.values())):
        values = [worth[player] for worth in payoffs.values()]
        span = max(values) - min(values) or 1.0
        for ending, worth in payoffs.items():
            scaled[ending][player] = (worth[player] - min(values)) / span
    return scaled
