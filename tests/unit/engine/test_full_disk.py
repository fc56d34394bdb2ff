"""A disk that fills up while a file is written leaves a sentence and no half file."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest
import xarray

from conjuncture.engine.files import DeferredErrorFile, write_netcdf

ROWS = "[{'name': 'a' * 50, 'number': float(i)} for i in range(20_000)]"
WRITERS = {
    "rows.nc": f"write_rows(part, {ROWS}, 'x' * 200_000)",
    "rows.parquet": f"write_rows(part, {ROWS}, 'x' * 200_000)",
    "result.json": "write_result(part, {'a': ['x' * 200_000]}, [])",
    "table.csv": "csv_table(target)",
    "table.parquet": "csv_table(target)",
    "picture.svg": "save(drawn(), target.parent)",
    "report.html": "part.write_text('x' * 200_000)",
}


@pytest.mark.parametrize("name", WRITERS)
def test_full_disk_leaves_nothing(name, tmp_path):
    code = f"""
        import resource, sys
        from pathlib import Path
        from conjuncture.analysis.parameter_sweep import FIGURES, PROBLEM, RUNS, TEXTS, VERDICTS, write_table
        from conjuncture.cli.outputs import write_rows
        from conjuncture.cli.outputs import write_result
        from conjuncture.engine.files import write_atomically
        from conjuncture.errors import UsageError

        def csv_table(target):
            row = dict.fromkeys((*TEXTS, *VERDICTS, *FIGURES, *RUNS, PROBLEM))
            names = [f"set.x{{i}}" for i in range(3000)]
            rows = [row | {{name: i * 0.1 for name in names}} for i in range(100)]
            write_table(target, rows, {{name[4:]: True for name in names}})

        def save(picture, folder):
            from conjuncture.figures.picture import save
            save(picture, folder)

        def drawn():
            from conjuncture.figures.picture import Picture, house_style
            from matplotlib.figure import Figure
            figure = Figure(figsize=(9, 9))
            figure.add_subplot().plot(range(20000), [i * 7919 % 104729 for i in range(20000)])
            return Picture("picture", "t", figure, "d")

        target = Path({str(tmp_path / name)!r})
        limit = 50_000
        ready = drawn() if {name!r}.endswith("svg") else None
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            if {WRITERS[name].startswith(("csv", "save"))}:
                {WRITERS[name]}
            else:
                with write_atomically(target) as part:
                    {WRITERS[name]}
        except UsageError as error:
            print(error)
    """
    ended = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("cannot be written: file too large\n")
    assert ended.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_netcdf_is_what_it_was(tmp_path):
    data = xarray.Dataset(
        {"a": ("x", np.arange(5000.0)), "b": ("y", np.array(["é", "long text"], object))},
        attrs={"told": "x" * 100_000},
    )
    write_netcdf(data, tmp_path / "a.nc")
    data.to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    with (
        xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as one,
        xarray.open_dataset(tmp_path / "b.nc", engine="h5netcdf") as two,
    ):
        xarray.testing.assert_identical(one, two)
        xarray.testing.assert_equal(one, data)


class Failing:
    """A file that takes so many bytes at a time, and none after the third write."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: memoryview) -> int:
        if len(self.taken) >= 6:
            raise OSError(28, "full")
        self.taken += bytes(data[:2])
        return min(len(data), 2)


def test_what_failed_is_remembered_and_nothing_more_is_written():
    file = Failing()
    sheltering = DeferredErrorFile(file)
    assert sheltering.write(b"abcd") == 4
    assert sheltering.failure is None
    assert sheltering.write(b"efgh") == 4
    assert sheltering.failure is not None
    assert sheltering.write(b"ijkl") == 4
    assert file.taken == b"abcdef"
    sheltering.close()
