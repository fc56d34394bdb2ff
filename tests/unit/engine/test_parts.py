"""Saving that goes on where it was stopped: the same file whatever happened in between."""

from __future__ import annotations

import errno
import json
import shutil

import numpy as np
import pyarrow.parquet
import pytest
import xarray

from conjuncture.engine.files import RESULT_KEY
from conjuncture.engine.history_files import Parts
from conjuncture.ensemble import Ensemble
from conjuncture.errors import SimulationError, UsageError
from crises import FREE

WORLDS, HISTORIES = 5, 512 * 24
PARTS = 8
JOINING = "parts, put together"


@pytest.fixture(autouse=True, scope="module")
def small_portions():
    """Make a portion of each slab of a world, and of two worlds where the slab is half full."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("conjuncture.engine.traced_histories.BLOCKS_PER_PORTION", 16)
        yield


class Watched:
    """Counts what is done, and may end one kind of work after some blocks, as an interrupt does."""

    stopped = False

    def __init__(self, label="", blocks=0):
        self.limit = {label: blocks}
        self.done = {}

    def expect(self, label, blocks):
        self.label = label
        self.done.setdefault(label, 0)

    def advance(self, blocks):
        self.done[self.label] += blocks
        if self.done[self.label] > self.limit.get(self.label, 10**9):
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def ensemble(free, progress=None, seed=1):
    return Ensemble(free, WORLDS, HISTORIES, seed, progress)


@pytest.fixture(scope="module")
def expected(free, tmp_path_factory):
    """The table of an uninterrupted run, and the digest it carries."""
    target = tmp_path_factory.mktemp("whole") / "expected.parquet"
    ensemble(free).save(target)
    return contents(target)


def contents(target):
    table = pyarrow.parquet.read_table(target)
    kept = json.loads(pyarrow.parquet.read_metadata(target).metadata[RESULT_KEY.encode()])
    return table, kept["histories_sha256"]


def folder_of(target):
    return target.with_name(target.name + ".parts")


def dying_at(part, error):
    """Return what keeps parts, up to the one at which it fails."""
    write = Parts.write

    def failing(parts, number, table, content):
        if number == part:
            raise error
        write(parts, number, table, content)

    return failing


@pytest.fixture
def interrupted(free, tmp_path, monkeypatch):
    """A target of which some parts are there."""
    target = tmp_path / "histories.parquet"
    with monkeypatch.context() as patched:
        patched.setattr(Parts, "write", dying_at(5, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt) as stopped:
            ensemble(free).save(target)
    assert not target.exists()
    assert len(parts_in(target)) == 5
    there = "5 of 8 parts); run the same again to go on from there, or delete that folder"
    (note,) = stopped.value.__notes__
    assert there in note
    assert f"of {WORLDS * HISTORIES:,} histories are kept in '{folder_of(target)}'" in note
    return target


def parts_in(target):
    return sorted(folder_of(target).glob("part-*.parquet"))


def finish_save(free, target, expected, tell=None):
    """Save to the end and hold the file against that of an uninterrupted run."""
    progress = Watched()
    told = []
    ensemble(free, progress).save(target, tell=tell or told.append)
    assert contents(target)[1] == expected[1]
    assert contents(target)[0].equals(expected[0])
    assert not folder_of(target).exists()
    return progress.done["histories, one by one"], told


def test_rows_stand_in_the_order_of_addresses_and_each_once(expected):
    table, _ = expected
    world, history = table["world"].to_numpy(), table["history"].to_numpy()
    assert len(set(zip(world.tolist(), history.tolist(), strict=True))) == WORLDS * HISTORIES
    order = np.lexsort((history, world, history // (16 * 512)))
    assert (order == np.arange(len(order))).all()


def test_the_digest_is_the_same_in_every_form(free, expected, tmp_path):
    small = ensemble(free)
    assert small.fingerprint() == expected[1]
    small.save(tmp_path / "histories.nc")
    with xarray.open_dataset(tmp_path / "histories.nc", engine="h5netcdf") as data:
        assert json.loads(data.attrs[RESULT_KEY])["histories_sha256"] == expected[1]


def test_another_seed_has_another_digest(free, expected):
    assert ensemble(free, seed=2).fingerprint() != expected[1]


def test_what_is_there_is_not_simulated_again(free, interrupted, expected):
    blocks, told = finish_save(free, interrupted, expected)
    assert told == ["resuming: 5 of 8 parts are there"]
    assert blocks == 40
    assert finish_save(free, interrupted, expected) == (120, []), "an older file is replaced"


def test_an_interrupt_before_the_first_part_leaves_nothing(free, tmp_path):
    with pytest.raises(KeyboardInterrupt) as stopped:
        ensemble(free, Watched("histories, one by one")).save(tmp_path / "histories.parquet")
    assert not hasattr(stopped.value, "__notes__")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("blocks", [0, 50, 119])
def test_an_interrupt_while_parts_are_joined_loses_nothing(free, tmp_path, expected, blocks):
    target = tmp_path / "histories.parquet"
    with pytest.raises(KeyboardInterrupt):
        ensemble(free, Watched(JOINING, blocks)).save(target)
    assert len(parts_in(target)) == PARTS
    assert {path.name for path in tmp_path.iterdir()} == {folder_of(target).name}
    assert finish_save(free, target, expected) == (0, ["resuming: 8 of 8 parts are there"])


def test_a_death_after_the_file_is_there_and_before_the_parts_go(
    free, tmp_path, expected, monkeypatch
):
    def dies(parts):
        parts.path(3).unlink()
        raise MemoryError

    target = tmp_path / "histories.parquet"
    with monkeypatch.context() as patched:
        patched.setattr(Parts, "remove", dies)
        with pytest.raises(MemoryError):
            ensemble(free).save(target)
    assert contents(target)[0].equals(expected[0])
    finish_save(free, target, expected)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-200])


def emptied(path):
    path.write_bytes(b"")


def turned_over(path):
    """Change a byte of the data, as a dying disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x40
    path.write_bytes(content)


def renamed(path):
    path.write_bytes(path.with_name("part-000001.parquet").read_bytes())


def another_table(path):
    pyarrow.parquet.write_table(pyarrow.table({"world": [1]}), path)


@pytest.mark.parametrize("spoil", [cut_short, emptied, renamed, another_table])
def test_a_spoilt_part_is_found_and_simulated_again(free, interrupted, expected, spoil):
    spoil(parts_in(interrupted)[0])
    _, told = finish_save(free, interrupted, expected)
    assert told == ["resuming: 4 of 8 parts are there; 1 damaged, to be made again"]


@pytest.mark.parametrize("spoil", [cut_short, emptied, turned_over, renamed])
def test_a_part_that_turns_out_to_be_spoilt_when_it_is_joined_is_simulated_again(
    free, interrupted, expected, spoil
):
    finish_save(free, interrupted, expected, tell=lambda _: spoil(parts_in(interrupted)[0]))


def test_a_disk_that_keeps_nothing_is_a_sentence(free, tmp_path, monkeypatch):
    monkeypatch.setattr(Parts, "read", lambda *_: None)
    with pytest.raises(UsageError, match="cannot be read back as it was written; write to another"):
        ensemble(free).save(tmp_path / "histories.parquet")


def test_a_full_disk_is_a_sentence_and_keeps_what_is_there(free, tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Parts, "write", dying_at(4, full))
    target = tmp_path / "histories.parquet"
    with pytest.raises(UsageError, match="cannot be written: no space left on device") as failed:
        ensemble(free).save(target)
    assert "(4 of 8 parts)" in failed.value.__notes__[0]
    assert len(parts_in(target)) == 4


def test_parts_of_another_run_are_refused_and_left_alone(free, interrupted):
    before = {path.name for path in folder_of(interrupted).iterdir()}
    with pytest.raises(UsageError, match=r"another run \(seed 1 there, 2 here\); finish that one"):
        ensemble(free, seed=2).save(interrupted)
    assert {path.name for path in folder_of(interrupted).iterdir()} == before


def test_a_folder_that_does_not_say_which_run_is_refused(free, interrupted):
    (folder_of(interrupted) / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"'run.json' there does not say which; delete the folder"):
        ensemble(free).save(interrupted)


def test_a_folder_of_which_only_the_beginning_was_made_is_used(free, interrupted, expected):
    for path in parts_in(interrupted):
        path.unlink()
    (folder_of(interrupted) / "run.json").write_text('{"seed"', encoding="utf-8")
    (folder_of(interrupted) / ".part-000000-12345678.parquet").write_bytes(b"half")
    finish_save(free, interrupted, expected)


def test_what_is_not_ours_stays(free, interrupted):
    mine = folder_of(interrupted) / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    ensemble(free).save(interrupted)
    assert interrupted.exists()
    assert [path.name for path in folder_of(interrupted).iterdir()] == ["notes.txt"]


def test_two_processes_do_not_save_into_the_same_folder(free, tmp_path):
    target = tmp_path / "histories.parquet"

    def second(digest):
        with pytest.raises(UsageError, match="another process is saving into"):
            ensemble(free).save(target)
        return {"histories_sha256": digest}

    ensemble(free).save(target, second)
    assert target.exists()


@pytest.mark.parametrize("name", ["none/histories.parquet", "."])
def test_a_place_that_cannot_be_written_is_a_sentence_before_anything_runs(
    free, tmp_path, name, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.parquet").mkdir()
    progress = Watched()
    with pytest.raises(UsageError, match="cannot be written"):
        ensemble(free, progress).save("folder.parquet" if name == "." else name)
    assert progress.done == {}
    shutil.rmtree(tmp_path / "folder.parquet")
    assert list(tmp_path.iterdir()) == []


def test_what_was_done_before_a_number_went_wrong_is_kept(free, tmp_path, monkeypatch):
    target = tmp_path / "histories.parquet"
    monkeypatch.setattr(Parts, "write", dying_at(5, SimulationError("as it must")))
    with pytest.raises(SimulationError, match="as it must") as ended:
        ensemble(free).save(target)
    assert len(parts_in(target)) == 5
    (note,) = ended.value.__notes__
    assert "in which nothing went wrong, are kept in" in note
    assert "delete that folder before the scenario, mended" in note
