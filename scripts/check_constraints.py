"""Check constraints.txt: a line ``name==version`` each, sorted, nothing missing, nothing else."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

LINE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.!+]*")


def requirements_of(root: str, *wanted: str) -> set[NormalizedName]:
    """Return the installed packages that a package and its extras need, directly or not."""
    found: set[NormalizedName] = set()
    waiting = [(root, frozenset(wanted))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(canonicalize_name(name))
        for text in requires(name) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append((requirement.name, frozenset(requirement.extras)))
    return found - {canonicalize_name(root)}


def mistakes(text: str) -> list[str]:
    """Return what is wrong with the text of a constraints file, as sentences."""
    lines = text.splitlines()
    found = [
        f"constraints.txt:{number}:1: '{line}' is not a name and a version; write name==version"
        for number, line in enumerate(lines, 1)
        if not LINE.fullmatch(line)
    ]
    if found:
        return found
    pinned = {canonicalize_name(name): pin for name, pin in (line.split("==") for line in lines)}
    if len(pinned) != len(lines):
        found.append("constraints.txt: a package stands there twice; keep one line for each")
    for name in sorted(requirements_of("conjuncture", "test", "docs")):
        if name not in pinned:
            found.append(f"constraints.txt: '{name}' is missing; add {name}=={version(name)}")
        elif version(name) != pinned[name]:
            found.append(
                f"constraints.txt: '{name}' is pinned at {pinned[name]} but {version(name)} is "
                "installed; run 'make clean' and try again, or change the pin"
            )
    return found


def main() -> int:
    """Print every mistake and return the exit status."""
    path = Path(__file__).resolve().parent.parent / "constraints.txt"
    try:
        found = mistakes(path.read_text(encoding="utf-8"))
    except PackageNotFoundError as error:
        found = [f"constraints.txt: '{error.name}' is not installed; run this through 'make test'"]
    sys.stderr.write("".join(f"{sentence}\n" for sentence in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
