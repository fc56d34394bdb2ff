"""Rows of results as a Parquet or NetCDF file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conjuncture.engine.files import RESULT_KEY, write_netcdf


def write_rows(path: Path, rows: list[dict[str, Any]], result: str) -> None:
    """Write flat rows, and with them the JSON of the whole result.

    Parameters
    ----------
    path : Path
        Ends in ``.parquet`` or ``.nc``. In NetCDF the rows are the dimension ``row``, and truth is
        1 or 0.
    rows : list of dict
        The same keys in each; a number may be None.
    result : str
    """
    if path.suffix == ".parquet":
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.Table.from_pylist(rows)
        pyarrow.parquet.write_table(table.replace_schema_metadata({RESULT_KEY: result}), path)
        return
    import numpy as np
    import xarray

    columns = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        kind = next((type(value) for value in values if value is not None), float)
        dtype: Any = {str: object, bool: np.int8, int: np.int64}.get(kind, np.float64)
        columns[name] = ("row", np.array(values, dtype))
    write_netcdf(xarray.Dataset(columns, attrs={RESULT_KEY: result}), path)
