"""Run the commands whose output stands in the documents, and put in what they print now.

A block begins with the comment ``<!-- output: conjuncture ... -->`` and ends with
``<!-- end of output -->``. Commands run in an empty folder, in which the scenario of the tutorial
is ``my-crisis``.

    .venv/bin/python scripts/renew_outputs.py [PAGE...]
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- output: (.*?) -->\n).*?(<!-- end of output -->)", re.DOTALL)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COLUMNS = "80"


def scenario_of(tutorial: str) -> dict[str, str]:
    """Return the files of the scenario that a page writes, by name."""
    fences = FENCE.findall(tutorial)
    account = next(body for language, body in fences if language == "text")
    parts = [body for language, body in fences if language == "yaml"]
    return {"account.md": account, "scenario.yaml": "\n".join(parts)}


def output_of(command: str, folder: Path) -> str:
    """Return what a command prints, in a terminal of 80 columns."""
    words = [sys.executable, "-m", "conjuncture.cli", *shlex.split(command)[1:]]
    surroundings = {**os.environ, "COLUMNS": COLUMNS, "NO_COLOR": "1"}
    done = subprocess.run(
        words, cwd=folder, env=surroundings, capture_output=True, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def renew(page: Path, folder: Path) -> None:
    """Renew every output of a page."""

    def put(match: re.Match[str]) -> str:
        command = match.group(2)
        print(f"{page.relative_to(ROOT)}: {command}")
        return f"{match.group(1)}```text\n{output_of(command, folder)}\n```\n{match.group(3)}"

    page.write_text(BLOCK.sub(put, page.read_text(encoding="utf-8")), encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Renew the pages of these names, all of them where none is given."""
    pages = [Path(name).resolve() for name in names]
    pages = pages or [*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md"))]
    with TemporaryDirectory() as place:
        crisis = Path(place, "my-crisis")
        crisis.mkdir()
        tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
        for name, text in scenario_of(tutorial).items():
            (crisis / name).write_text(text, encoding="utf-8")
        for page in pages:
            renew(page, Path(place))


if __name__ == "__main__":
    main(sys.argv[1:])
