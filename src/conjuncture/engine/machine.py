"""The machine: its threads, what is kept of programs on its disk, and the record of a run on it.

Tracing a crisis takes longer than loading what was traced. What is kept is JAX's own portable form
of a traced function and the ledger of what it asks for. The name of the file is a digest of all
that the trace depends on; a file that cannot be read or written costs time, not results.

How blocks are laid out, by how many threads and how many in a call, changes no result. The first
long run on a machine tries the candidates on its own blocks, so that nothing is simulated for the
measuring, and the fastest is kept on disk for all later runs. Short runs take every core and full
calls.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np
import scipy
from jax import export

from conjuncture.engine import compiler, draws
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import PlainLedger
from conjuncture.engine.files import write_atomically
from conjuncture.engine.structure import Structure
from conjuncture.errors import UsageError
from conjuncture.installation import LANGUAGE, cache_root, package_version
from conjuncture.mechanisms.registry import packages
from conjuncture.scenario.crisis import Crisis


def trace_path(structure: Structure, kind: tuple[bool, bool], sizes: tuple[int, ...]) -> Path:
    """Return where a structure's traced program is kept, for so many blocks, runs and lanes."""
    mechanisms = {stage.mechanism for stage in structure.crisis.stages.values()}
    told = [
        jax.__version__,
        jax.default_backend(),
        digest_sources("conjuncture.engine"),
        digest_sources("conjuncture.language"),
        digest_sources("conjuncture.mechanisms"),
        *(digest_sources(packages()[name]) for name in sorted(mechanisms)),
        structure.digest,
        json.dumps([kind, sizes]),
    ]
    digest = hashlib.blake2b("\n".join(told).encode(), digest_size=12).hexdigest()
    return cache_root() / "traced" / digest


@cache
def digest_sources(package: str) -> str:
    """Return a digest of the source files directly in a package."""
    digest = hashlib.blake2b(digest_size=12)
    for folder in importlib.import_module(package).__path__:
        for file in sorted(Path(folder).glob("*.py")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def load_trace(path: Path) -> tuple[PlainLedger, export.Exported] | None:
    """Return the ledger and the traced program, or None where none is kept that can be read."""
    try:
        seal, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if seal != seal_of(content):
        return None
    head, _, body = content.partition(b"\n")
    told: PlainLedger = json.loads(head)
    return told, export.deserialize(bytearray(body))


def seal_of(content: bytes) -> bytes:
    """Return the digest that stands before the content: a spoilt file is never read on."""
    return hashlib.sha256(content).hexdigest().encode()


def save_trace(path: Path, told: PlainLedger, traced: Any) -> None:
    """Keep a traced program; where that cannot be done, do without."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path) as part:
            content = json.dumps(told).encode() + b"\n" + traced.serialize()
            part.write_bytes(seal_of(content) + b"\n" + content)
    except (OSError, UsageError):
        return


def threads() -> int:
    """Return how many threads run blocks: one for each core this process may use.

    A container may have been granted less than the cores that it sees.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        granted = int(quota) / int(period)
    except (OSError, ValueError):
        return cores or 1
    return max(1, min(cores or 1, round(granted)))


def cache_folder() -> Path:
    """Return where compiled programs are kept.

    Programs of another version of the library or another processor are kept apart.
    """
    return cache_root() / f"jax-{jax.__version__}-jaxlib-{version('jaxlib')}-{processor()}"


@cache
def processor() -> str:
    """Return a short digest of what the processor can do."""
    features = platform.machine() + platform.processor()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
        features += "".join(
            sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))})
        )
    return hashlib.blake2b(features.encode(), digest_size=6).hexdigest()


@cache
def prepare() -> None:
    """Keep compiled programs on disk, also those that compile fast.

    A folder that cannot be written costs time, not results: JAX then compiles anew.
    """
    folder = cache_folder()
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def release_memory() -> None:
    """Give memory that was freed back to the system, where the C library keeps it and can.

    Threads that end leave what they used to glibc, which keeps it for threads to come: after a
    dozen batches some hundred megabytes of it.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def describe_machine() -> dict[str, str | int]:
    """Return what a run record says of the machine."""
    device = jax.devices()[0]
    return {
        "conjuncture": package_version(),
        "jax": jax.__version__,
        "jaxlib": version("jaxlib"),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
        "device": f"{device.platform}: {device.device_kind}",
        "processor": processor(),
        "compiler": os.environ.get("XLA_FLAGS", ""),
        "threads": threads(),
    }


BUILD_KEYS = (
    "conjuncture",
    "jax",
    "jaxlib",
    "compiler",
    "numpy",
    "scipy",
    "processor",
    "device",
    "generator",
    "block",
    "language",
)
"""What two runs must share for their results to be promised equal bit for bit."""

DOCUMENTED = "documented"
"""Structural constants that a scenario leaves open are as wide as their mechanism documents."""

QUESTION_KEYS = ("scenario_sha256", "account_sha256", "seed", "worlds", "histories", "constants")
"""What of a record says which histories there are; :data:`BUILD_KEYS` say the rest."""


def run_record(
    crisis: Crisis, seed: int, worlds: int, histories: int, constants: str = DOCUMENTED
) -> dict[str, Any]:
    """Return the record of a run.

    Parameters
    ----------
    crisis : Crisis
    seed, worlds, histories : int
        ``histories`` counts those of one world.
    constants : str
        Where structural constants come from that the scenario leaves open.
    """
    return {
        "scenario": crisis.slug,
        "scenario_sha256": crisis.digest,
        "account_sha256": crisis.account_digest,
        "language": LANGUAGE,
        "seed": seed,
        "worlds": worlds,
        "histories": histories,
        "constants": constants,
        "block": BLOCK,
        "generator": draws.GENERATOR,
        **describe_machine(),
        "programs": compiler.SPENT.programs,
        "compiling_seconds": round(compiler.SPENT.seconds, 2),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv and sys.argv[0] else [],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit_of(crisis.folder),
    }


def decisive_entries_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a record decides the histories: runs that share it have the same."""
    return {name: record[name] for name in (*QUESTION_KEYS, *BUILD_KEYS)}


def commit_of(folder: Path) -> str | None:
    """Return the git commit that a scenario's folder is at, or None when there is none."""
    git = shutil.which("git")
    if git is None:
        return None
    try:
        found = subprocess.run(
            [git, "rev-parse", "HEAD"],
            cwd=folder, capture_output=True, text=True, timeout=5, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None


TURNS = 2
"""How often each candidate has its turn; its best one counts, for machines are shared."""

CALLS_PER_TURN = 6
"""Calls of each thread in a turn."""

LONG_RUN = 10
"""A run is long when trying the candidates takes at most one part in so many."""


@dataclass(frozen=True)
class Layout:
    """How many threads run blocks, and how many blocks each call has."""

    threads: int
    blocks: int

    @property
    def turn(self) -> int:
        """Blocks in a turn of the trial."""
        return self.threads * self.blocks * CALLS_PER_TURN


def default_layout(capacity: int) -> Layout:
    """Return the layout where nothing was measured: every core, full calls.

    On an accelerator two threads: while it works on one call, the other is being counted.
    """
    cores = threads()
    return Layout(cores if jax.default_backend() == "cpu" else min(cores, 2), capacity)


def candidate_layouts(capacity: int) -> list[Layout]:
    """Return the layouts worth trying for calls that have room for ``capacity`` blocks.

    Examples
    --------
    >>> [layout.blocks for layout in candidate_layouts(64)][:3]
    [64, 32, 16]
    """
    cores = default_layout(capacity).threads
    # Two threads to a core of the processor can be slower than one, and a host may say nothing.
    threads = [cores, cores // 2] if cores >= 4 else [cores]
    return [
        Layout(count, blocks)
        for count in threads
        for blocks in (capacity, capacity // 2, capacity // 4)
        if blocks
    ]


def is_worth_trying(capacity: int, blocks: int) -> bool:
    """Return whether a run of so many blocks is long enough to try the candidates in it."""
    return blocks >= LONG_RUN * TURNS * sum(layout.turn for layout in candidate_layouts(capacity))


def layout_path(capacity: int) -> Path:
    """Return where the layout of this machine is kept."""
    name = f"{processor()}-{threads()}-{capacity}.json"
    return cache_root() / "layout" / name


def load_layout(capacity: int) -> Layout | None:
    """Return the layout measured on this machine, or None where there is none that can be used."""
    try:
        told = json.loads(layout_path(capacity).read_text(encoding="utf-8"))
        found = Layout(int(told["threads"]), int(told["blocks"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found in candidate_layouts(capacity) else None


def save_layout(capacity: int, rates: Mapping[Layout, float]) -> Layout:
    """Keep the fastest layout, with what was measured, and return it.

    Parameters
    ----------
    capacity : int
    rates : mapping of Layout to float
        Blocks per second.
    """
    best = max(rates, key=lambda layout: rates[layout])
    measured = [
        {"threads": layout.threads, "blocks": layout.blocks, "blocks_per_second": round(rate, 1)}
        for layout, rate in rates.items()
    ]
    told = {"threads": best.threads, "blocks": best.blocks, "measured": measured}
    path = layout_path(capacity)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path) as part:
            part.write_text(json.dumps(told, indent=1), encoding="utf-8")
    except (OSError, UsageError):
        pass  # A folder that cannot be written costs time at the next run, nothing else.
    return best
