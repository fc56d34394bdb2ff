"""Traced programs, kept on disk: tracing a crisis takes longer than loading what was traced.

What is kept is JAX's own portable form of a traced function and the ledger of what it asks for.
The name
of the file is a digest of all that the trace depends on; a file that cannot be read or written
costs time, not results.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import jax
from jax import export

from conjuncture.cache import cache_root
from conjuncture.engine.draws import PlainLedger
from conjuncture.engine.files import write_atomically
from conjuncture.engine.structure import Structure
from conjuncture.errors import UsageError
from conjuncture.mechanisms.registry import packages


def trace_path(structure: Structure, kind: tuple[bool, bool], room: tuple[int, ...]) -> Path:
    """Return where a structure's traced program is kept, for so many blocks, runs and lanes."""
    mechanisms = {stage.mechanism for stage in structure.crisis.stages.values()}
    told = [
        jax.__version__,
        jax.default_backend(),
        digest_sources("conjuncture.engine"),
        digest_sources("conjuncture.mechanisms"),
        *(digest_sources(packages()[name]) for name in sorted(mechanisms)),
        structure.crisis.digest,
        json.dumps([*structure.cells]),
        json.dumps([sorted(structure.rules.items()), sorted(structure.raised), kind, room]),
        json.dumps(sorted(structure.state_variables.timed)),
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
