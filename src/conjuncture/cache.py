"""Where things are kept that can always be made again: compiled programs, the grammar's tables."""

from __future__ import annotations

import os
from pathlib import Path


def cache_root() -> Path:
    """Return the cache folder: ``CONJUNCTURE_CACHE``, or a folder in the user's own.

    Nothing breaks when it cannot be written, things only take longer.
    """
    named = os.environ.get("CONJUNCTURE_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "conjuncture"
