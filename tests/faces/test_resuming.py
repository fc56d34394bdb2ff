"""``run -o histories.parquet`` goes on where it was stopped or killed, and nothing shows in the end."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from crises import FREE

KILLS = 12
LIMIT = 300.0
SIZE = ("--worlds", "2", "--histories", str(512 * 16 * 10))
"""Ten portions, small ones because there are few worlds."""


@pytest.fixture(scope="module")
def free(write_crisis):
    return str(write_crisis(FREE))


def start_export(free: str, target: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "conjuncture.cli", "run", free, *SIZE, "--json",
         "--output", str(target)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def folder_of(target: Path) -> Path:
    return target.with_name(target.name + ".parts")


def parts_in(target: Path) -> set[Path]:
    return set(folder_of(target).glob("part-*.parquet"))


def finish_export(free: str, target: Path) -> str:
    """Let a run come to its end, and return what was said."""
    run = start_export(free, target)
    out, err = run.communicate(timeout=LIMIT)
    assert run.returncode == 0, err
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert json.loads(out)["histories_sha256"] == contents(target)[1]
    return err


def contents(target: Path) -> tuple[pyarrow.Table, str]:
    kept = pyarrow.parquet.read_metadata(target).metadata[b"conjuncture_result"]
    return pyarrow.parquet.read_table(target), json.loads(kept)["histories_sha256"]


def assert_same(target: Path, whole: tuple[pyarrow.Table, str]) -> None:
    table, digest = contents(target)
    assert digest == whole[1]
    assert table.equals(whole[0])


@pytest.fixture(scope="module")
def whole(free, tmp_path_factory):
    """An uninterrupted run."""
    target = tmp_path_factory.mktemp("whole") / "histories.parquet"
    assert finish_export(free, target) == ""
    return contents(target)


def wait_until(condition, run) -> None:
    limit = time.monotonic() + LIMIT
    while not condition() and run.poll() is None:
        assert time.monotonic() < limit
        time.sleep(0.002)


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_with_the_same_histories(free, whole, tmp_path):
    """Kills fall into the start, between parts, into the joining and into what comes after."""
    chance = random.Random(1970)  # noqa: S311 - nothing is hidden by it
    target = tmp_path / "histories.parquet"
    kills = 0
    while kills < KILLS:
        run = start_export(free, target)
        there = parts_in(target)
        wait_until(moment(chance, target, len(there)), run)
        time.sleep(chance.uniform(0.0, 0.05))
        kills += run.poll() is None
        run.kill()
        run.communicate()
        if target.exists():
            assert_same(target, whole)
            target.unlink()
        else:
            assert there <= parts_in(target), "a part that was there is lost"
    finish_export(free, target)
    assert_same(target, whole)


def moment(chance, target, there):
    """Return what is to be waited for before a kill."""
    more = there + chance.randint(1, 3)
    return chance.choice(
        [
            folder_of(target).exists,
            lambda: len(parts_in(target)) >= more,
            lambda: len(parts_in(target)) >= more,
            lambda: len(parts_in(target)) >= more,
            (folder_of(target) / ".whole.parquet").exists,
            target.exists,
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_stopped_it_says_what_is_kept_and_goes_on_from_there(free, whole, tmp_path, number, code):
    target = tmp_path / "histories.parquet"
    run = start_export(free, target)
    wait_until(lambda: len(parts_in(target)) >= 2, run)
    run.send_signal(number)
    _, err = run.communicate(timeout=LIMIT)
    assert run.returncode == code, err
    there = len(parts_in(target))
    assert err.startswith("stopped before the end: ")
    assert err.count("\n") == 1
    assert f"({there} of 10 parts); run the same again to go on from there, or delete" in err
    assert finish_export(free, target) == f"resuming: {there} of 10 parts are there\n"
    assert_same(target, whole)
