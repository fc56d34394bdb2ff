"""Which version this is, and where it keeps what can be made again: programs, tables of grammar."""

from __future__ import annotations

import os
from pathlib import Path

LANGUAGE = 1
"""Version of the scenario language and of the addresses of draws."""


def package_version() -> str:
    """Return the version of the package that is installed."""
    from importlib.metadata import version

    return version("conjuncture")


def cache_root() -> Path:
    """Return the cache folder: ``CONJUNCTURE_CACHE``, or a folder in the user's own.

    Nothing breaks when it cannot be written, things only take longer.
    """
    named = os.environ.get("CONJUNCTURE_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "conjuncture"
