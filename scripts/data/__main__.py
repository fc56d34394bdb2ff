"""Build the tables that come with the package from the files that their authors publish.

``python -m scripts.data FOLDER``, from the root of the repository. Nothing is written unless every
table passes its checks.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.data import attempts, campaigns, military_attempts
from scripts.data.checks import complaints
from scripts.data.sources import Row, SourceError

from conjuncture.data.dictionary import DICTIONARY, DataTable

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "conjuncture" / "data"
BUILDERS = {
    "attempts": attempts.build,
    "military_attempts": military_attempts.build,
    "campaigns": campaigns.build,
}


def as_csv(table: DataTable, rows: Sequence[Row]) -> str:
    """Return a table as text: commas, a header, empty cells where nothing is known."""
    stream = io.StringIO()
    names = [column.name for column in table.columns]
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, check and write the tables; return 0, or 1 where something is wrong.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m scripts.data", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of source files")
    parser.add_argument("--into", type=Path, default=SHIPPED, help="where the tables go")
    asked = parser.parse_args(arguments)
    try:
        built = {name: build(asked.folder) for name, build in BUILDERS.items()}
    except SourceError as error:
        print(f"data: {error}", file=sys.stderr)
        return 1
    wrong = [
        f"data: {name}: {complaint}"
        for name, rows in built.items()
        for complaint in complaints(DICTIONARY[name], rows)
    ]
    if wrong:
        print("\n".join([*wrong, "data: nothing was written"]), file=sys.stderr)
        return 1
    for name, rows in built.items():
        path = asked.into / f"{name}.csv"
        path.write_text(as_csv(DICTIONARY[name], rows), encoding="utf-8")
        print(f"{path.name}: {len(rows)} rows, {len(DICTIONARY[name].columns)} columns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
