"""Run every part of the validation; write its tables into ``docs/validation.md``, with pictures.

``python -m validation [DATA]``, from the root of the repository. Parts whose data come with the
package run without DATA.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from conjuncture.figures.picture import Picture, svg

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "docs" / "validation.md"
PARTS = ("classes", "attempts", "campaigns", "programme", "cabinet")
PICTURES = "pictures"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the validation and return an exit code: 0, or 1 where data or a marker is missing.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="the folder of data")
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="the page to write into")
    parser.add_argument("--only", choices=PARTS, help="run one part")
    asked = parser.parse_args(arguments)
    parts = [asked.only] if asked.only else list(PARTS)
    text = asked.document.read_text(encoding="utf-8")
    unplaced = [part for part in parts if between_markers(text, part, "") is None]
    for part in unplaced:
        print(
            f"validation: {asked.document} has no place for {part}; add the lines "
            f"'<!-- {part} -->' and '<!-- end of {part} -->'",
            file=sys.stderr,
        )
    if unplaced:
        return 1
    complete = True
    for part in parts:
        module = importlib.import_module(f"validation.{part}")
        absent = module.missing_files_of(asked.data) if hasattr(module, "missing_files_of") else []
        if absent:
            listed = ", ".join(str(path.relative_to(asked.data)) for path in absent)
            print(
                f"validation: {part} needs {listed} in {asked.data}, which is not there; "
                "name the folder that holds it: make validation DATA=...",
                file=sys.stderr,
            )
            complete = False
            continue
        found = module.table(asked.data)
        print(f"{part}\n\n{found}\n")
        text = between_markers(text, part, found) or text
        asked.document.write_text(text, encoding="utf-8")
        if hasattr(module, "pictures"):
            draw(module.pictures(), asked.document.parent / PICTURES)
    return 0 if complete else 1


def draw(pictures: Sequence[Picture], folder: Path) -> None:
    """Write pictures into a folder as SVG: the same bytes for the same figures."""
    folder.mkdir(exist_ok=True)
    for picture in pictures:
        (folder / f"{picture.name}.svg").write_text(svg(picture), encoding="utf-8")


def between_markers(text: str, part: str, table: str) -> str | None:
    r"""Return the page with a part's table in its place, or None where it has no markers.

    Examples
    --------
    >>> print(between_markers("<!-- a -->\nold\n<!-- end of a -->", "a", "new"))
    <!-- a -->
    <BLANKLINE>
    new
    <BLANKLINE>
    <!-- end of a -->
    """
    start, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    place = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if not place.search(text):
        return None
    return place.sub(lambda _: f"{start}\n\n{table}\n\n{end}", text, count=1)


if __name__ == "__main__":
    sys.exit(main())
