"""What the benchmark ran on: processor, compiler and libraries."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("conjuncture", "jax", "numpy", "numba", "mesa", "pygambit", "distributed")


def processor() -> str:
    """Return the processor's name and how many cores this process may use."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {usable} cores usable"


def compiler() -> str:
    """Return the compiler's first line about itself."""
    told = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.splitlines()[0]


def libraries() -> str:
    """Return Python's version and those of the libraries compared."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def describe() -> list[str]:
    """Return the machine in a few lines."""
    system = f"{platform.system()} {platform.release()}"
    return [f"Processor: {processor()}; {system}", f"Compiler: {compiler()}", libraries()]
