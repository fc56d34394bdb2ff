"""The machine: threads, the compilation cache on disk, and what the run record says of both."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import jax
import numpy as np
import scipy

from conjuncture.cache import cache_root
from conjuncture.version import __version__


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
        "conjuncture": __version__,
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
