"""Each other mechanism by itself, on its own sample; the game beside Gambit."""

from __future__ import annotations

import importlib.util
from importlib.resources import files
from pathlib import Path

from programs import BUILD, Worker, python, rates, side_by_side
from rows import Effort, Part, Row, Table

OTHERS = ("rising", "pact", "programme", "cabinet", "game")
HISTORIES = 512
WORLDS = {"rising": 1000, "pact": 2000, "programme": 1000, "cabinet": 2000, "game": 400}
"""How many worlds of 512 histories take about a second."""

GAMBIT_WORLDS = 200
ACCOUNT = "A sample of a mechanism, as the tests run it.\n"


def sample(mechanism: str) -> Path:
    """Write the sample of a mechanism as a scenario and return its folder."""
    made = BUILD / f"sample-{mechanism}"
    made.mkdir(parents=True, exist_ok=True)
    text = files(f"conjuncture.mechanisms.{mechanism}").joinpath("sample.yaml").read_text()
    (made / "scenario.yaml").write_text(text)
    (made / "account.md").write_text(ACCOUNT)
    return made


def program(mechanism: str, effort: Effort, seed: int) -> Worker:
    """Return Conjuncture on the sample of a mechanism."""
    worlds = effort.histories(WORLDS[mechanism])
    sizes = {"worlds": worlds, "histories": HISTORIES, "seed": seed}
    return Worker(
        mechanism, f"{worlds:,} worlds", python("timed/stage.py", sample(mechanism)), sizes
    )


def mechanisms(effort: Effort, seed: int = 1) -> Part:
    """Time every mechanism but the showdown."""
    programs = [program(mechanism, effort, seed) for mechanism in OTHERS]
    side_by_side(programs, effort.repetitions)
    rows = [Row(one.name, rates(one), "histories/s", one.how) for one in programs]
    rows[-1] = Row(
        "game", rows[-1].values, "histories/s", rows[-1].how, "beside Gambit in the table below"
    )
    note = (
        "Each by itself, on the sample that its tests run, whose sizes differ: the rows are "
        "not to be compared with each other. We know of no program of the same models of a "
        "rising, a pact, a cabinet and a programme; the plain transcriptions of the tests are "
        "written to be read, not to be timed."
    )
    return Part([Table("One stage each", rows, [note])])


def gambit(effort: Effort, seed: int = 1) -> Part:
    """Compare the game with Gambit: logit equilibria of the same tree, a second."""
    here = program("game", effort, seed)
    programs = [here]
    if importlib.util.find_spec("pygambit") is not None:
        script = python("timed/gambit.py", sample("game"), "arms")
        sizes = {"worlds": effort.histories(GAMBIT_WORLDS), "seed": seed}
        programs.insert(0, Worker("pygambit", "one process, equilibria alone", script, sizes))
    side_by_side(programs, effort.repetitions)
    rows = []
    for one in programs:
        each = [result["worlds"] / result["seconds"] for result in one.results]
        how = f"{one.how}, each with {HISTORIES} histories played" if one is here else one.how
        rows.append(Row(one.name if one is not here else "Conjuncture", each, "worlds/s", how))
    note = (
        "The same tree with the same payoffs and precision in each world: Gambit follows the "
        "branch of logit equilibria to it and plays no history; Conjuncture does so once a "
        "world and then plays 512 histories."
    )
    return Part([Table("The game: logit equilibria", rows, [note], "pygambit = 1")])
