"""The table of a sweep, as Parquet or CSV: a row for each question in each setting."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conjuncture.analysis.sweeping import FIGURES, PROBLEM, RUNS, TEXTS, VERDICTS
from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError

ENDINGS = (".parquet", ".csv")


def refuse_unknown_form(target: Path) -> None:
    """Raise when a file's ending does not say in which form to write the table."""
    if target.suffix not in ENDINGS:
        raise UsageError(
            f"'{target}' does not say in which form to write; end its name in .parquet or .csv"
        )


def write_table(target: Path, rows: Sequence[Mapping[str, Any]], keys: Mapping[str, bool]) -> None:
    """Write rows, each with the same columns; the file is there whole or not at all.

    Parameters
    ----------
    target : Path
        Ends in ``.parquet`` or ``.csv``. In CSV what is not known is empty.
    rows : sequence of mapping
    keys : mapping of str to bool
        The numbers that are set, and whether every value of each is a number.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    kinds = {f"set.{key}": "number" if numeric else "text" for key, numeric in keys.items()}
    texts = dict.fromkeys((*TEXTS, "verdict", PROBLEM), "text")
    figures = dict.fromkeys((*FIGURES, *VERDICTS[1:]), "number")
    kinds = {**texts, **figures, **dict.fromkeys(RUNS, "count"), **kinds}
    names = (*TEXTS, *FIGURES, *VERDICTS, *RUNS, *(f"set.{key}" for key in keys), PROBLEM)
    with write_atomically(target) as part:
        if target.suffix == ".csv":
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(rows)
            return
        import pyarrow
        import pyarrow.parquet

        # Seeds go up to 2^64 - 1.
        types = {"text": pyarrow.string(), "number": pyarrow.float64(), "count": pyarrow.uint64()}
        schema = pyarrow.schema([(name, types[kinds[name]]) for name in names])
        plain = [{name: to_column_value(row[name], kinds[name]) for name in names} for row in rows]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(plain, schema), part)


def to_column_value(value: Any, kind: str) -> Any:
    """Return a value as its column holds it: beside names of rules, numbers are texts."""
    return str(value) if kind == "text" and value is not None else value
