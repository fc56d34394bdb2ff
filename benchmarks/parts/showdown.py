"""A showdown beside programs of the same model in C, Numba, NumPy, Mesa and plain Python."""

from __future__ import annotations

import importlib.util
import math
import shutil
import subprocess
import sys
from pathlib import Path

from floors import Floor, rates_of_this_machine
from peers.parameters import Parameters, read_parameters
from programs import BUILD, HERE, Command, Program, Worker, python, rates, side_by_side
from rows import Effort, Part, Row, Table
from scenarios import folder

FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp")
BLOCK = 512
CORES = 2
TWELVE = 12
SUSPICIOUS = 4.0
FULL = {6: 4_000_000, 12: 2_000_000, 48: 200_000, 200: 40_000}
"""Histories of the fast programs: a second or two each."""

SHARES = {"Numba": 1, "NumPy": 4, "Mesa": 250, "Python": 250}
UNTIED = (6, 12, 48, 200)


def compile_peer(parameters: Parameters, name: str) -> Path:
    """Compile the C program for so many forces and write its numbers; return where both lie."""
    if shutil.which("gcc") is None:
        raise SystemExit("the C program needs gcc, which is not on this machine; install gcc")
    made = BUILD / f"c-{name}"
    made.mkdir(parents=True, exist_ok=True)
    (made / "parameters.txt").write_text(parameters.as_text())
    ties = max(int((parameters.ties != 0).sum()), 1)
    sizes = (f"-DFORCES={len(parameters.forces)}", f"-DTIES={ties}")
    source = HERE / "peers" / "showdown.c"
    command = ["gcc", *FLAGS, *sizes, str(source), "-o", str(made / "showdown"), "-lm"]
    subprocess.run(command, check=True)
    return made


def c_program(made: Path, histories: int, seed: int, threads: int = CORES) -> Command:
    """Return the C program, to be run on so many threads."""
    worlds = math.ceil(histories / BLOCK)
    how = f"{' '.join(FLAGS)}; threads: {threads}"
    command = (made / "showdown", made / "parameters.txt", worlds, BLOCK, seed, threads)
    return Command("C", how, command)


def conjuncture(where: Path, histories: int, seed: int, asked: str = "one") -> Worker:
    """Return Conjuncture, asked one question or everything that the peers tally."""
    how = "one question" if asked == "one" else "every measure asked for, as the peers tally them"
    sizes = {"worlds": math.ceil(histories / BLOCK), "histories": BLOCK, "seed": seed}
    return Worker("Conjuncture", how, python("timed/showdown.py", where, asked), sizes)


def peer(name: str, how: str, where: Path, histories: int, seed: int) -> Worker:
    """Return a peer in Python."""
    sizes = {"histories": histories, "seed": seed, "threads": CORES}
    script = f"peers/showdown_{name.lower()}.py"
    return Worker(name, how, python(script, where / "scenario.yaml"), sizes)


def peers(where: Path, histories: int, seed: int) -> list[Worker]:
    """Return the peers in Python that can be run here."""
    hows = {
        "Numba": f"parallel, fastmath; threads: {CORES}",
        "NumPy": f"float32; threads: {CORES}",
        "Mesa": f"processes: {CORES}",
        "Python": f"plain loops; processes: {CORES}",
    }
    found = []
    for name, how in hows.items():
        package = name.lower()
        if name != "Python" and importlib.util.find_spec(package) is None:
            print(f"{name} is left out: it is not installed", file=sys.stderr)
            continue
        found.append(peer(name, how, where, max(histories // SHARES[name], 200), seed))
    return found


def share_of_wins(program: Program) -> tuple[float, float]:
    """Return how often the first camp won, and the standard error."""
    result = program.results[-1]
    won = result["wins"][0] / result["histories"]
    return won, math.sqrt(won * (1 - won) / result["histories"])


def as_row(program: Program, yardstick: Program, floor: float) -> Row:
    """Return a program's rates, how far they are from the floor, and how often it won."""
    won, error = share_of_wins(program)
    other, other_error = share_of_wins(yardstick)
    found = Row(program.name, rates(program), "histories/s", program.how)
    note = f"{found.median / floor:.1%} of the floor; cabinet wins {won:.4f} ± {error:.4f}"
    if abs(won - other) / math.hypot(error, other_error) > SUSPICIOUS:
        note += " (differs)"
    return Row(found.what, found.values, found.unit, found.how, note)


def showdown(forces: int, effort: Effort, seed: int = 1) -> Part:
    """Compare all programs on a showdown of 6, 12, 48 or 200 forces with ties."""
    where = folder(forces)
    parameters = read_parameters(where / "scenario.yaml")
    made = compile_peer(parameters, str(forces))
    histories = effort.histories(FULL[forces])
    yardstick = c_program(made, histories, seed)
    alone = [c_program(made, histories, seed, threads=1)] if forces == TWELVE else []
    ours = conjuncture(where, histories, seed)
    everything = conjuncture(where, histories, seed, "all")
    others = peers(where, histories, seed)
    programs: list[Program] = [yardstick, ours, everything, *others, *alone]
    side_by_side(programs, effort.repetitions)
    rounds = yardstick.results[-1]["rounds"]
    floor, machine = Floor.of(parameters, rounds), rates_of_this_machine()
    most = CORES / floor.seconds(machine)
    rows = [
        as_row(program, yardstick, most / CORES if program in alone else most)
        for program in programs
    ]
    sizes = f"{5 * forces + 4} draws a history in every program, {rounds:.2f} rounds on average, "
    sizes += f"{int((parameters.ties != 0).sum())} ties."
    start = "Before the first run that counts Conjuncture took "
    start += f"{ours.first['seconds']:.1f} s for the same, compiling or loading included."
    notes = [sizes, floor.describe(machine, CORES), start]
    beside = {
        program.name: row
        for program, row in zip(programs, rows, strict=True)
        if program in (yardstick, *others)
    }
    numbers = {
        f"showdown-{forces} of {name}": rows[1].median / row.median for name, row in beside.items()
    }
    return Part([Table(f"{forces} forces", rows, notes, "C = 1")], numbers)


def showdown_without_ties(effort: Effort, seed: int = 1) -> Part:
    """Time showdowns without ties, of ever more forces: cost is to grow no worse than linearly."""
    rows = []
    costs: dict[str, list[tuple[float, float]]] = {}
    for forces in UNTIED:
        where = folder(forces, tied=False)
        made = compile_peer(read_parameters(where / "scenario.yaml"), f"{forces}-untied")
        histories = effort.histories(FULL[forces])
        programs = [c_program(made, histories, seed), conjuncture(where, histories, seed)]
        side_by_side(programs, effort.repetitions)
        rounds = programs[0].results[-1]["rounds"]
        for program in programs:
            what, note = f"{program.name}, {forces} forces", f"{rounds:.2f} rounds on average"
            row = Row(what, rates(program), "histories/s", note=note)
            rows.append(row)
            costs.setdefault(program.name, []).append((forces, 1 / row.median))
            costs.setdefault(f"{program.name} a round", []).append(
                (forces, 1 / row.median / rounds)
            )
    slopes = {name: slope(points) for name, points in costs.items()}
    told = ", ".join(f"{name} {value:.2f}" for name, value in slopes.items())
    note = (
        f"Slope of the logarithm of time a history in that of the number of forces: {told}. The "
        "more forces, the more rounds until all have settled, in every program."
    )
    numbers = {"slope in forces": slopes["Conjuncture"]}
    return Part([Table("Without ties", rows, [note])], numbers)


def slope(points: list[tuple[float, float]]) -> float:
    """Return the slope of a line through points on logarithmic scales, by least squares.

    Examples
    --------
    >>> round(slope([(1.0, 2.0), (10.0, 20.0), (100.0, 200.0)]), 6)
    1.0
    """
    x = [math.log(point[0]) for point in points]
    y = [math.log(point[1]) for point in points]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - middle_x) ** 2 for a in x)
