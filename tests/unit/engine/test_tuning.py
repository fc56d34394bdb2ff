"""Which layout a machine gets: measured in the first long run, kept, and without any influence."""

import json

import numpy as np
import pytest

from conjuncture.engine import machine, runner
from conjuncture.engine.addresses import every_block


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("CONJUNCTURE_CACHE", str(tmp_path))
    return tmp_path


def rows_done(blocks, capacity=4):
    return np.concatenate(list(runner.run_in_threads(lambda rows: rows.copy(), blocks, capacity)))


def test_a_long_run_tries_every_layout_on_its_own_blocks(empty_cache, monkeypatch):
    monkeypatch.setattr(machine, "threads", lambda: 4)
    blocks = every_block(range(50), 0, 400)
    assert machine.is_worth_trying(4, len(blocks))
    found = rows_done(blocks)
    np.testing.assert_array_equal(found, blocks.rows_of_piles(0, blocks.piles))
    told = json.loads(machine.layout_path(4).read_text())
    tried = {(one["threads"], one["blocks"]) for one in told["measured"]}
    assert tried == {(4, 4), (4, 2), (4, 1), (2, 4), (2, 2), (2, 1)}
    assert machine.load_layout(4) == machine.Layout(told["threads"], told["blocks"])


def test_a_short_run_measures_nothing(empty_cache):
    rows_done(every_block(range(5), 0, 2))
    assert machine.load_layout(4) is None


def test_the_fastest_is_kept(empty_cache):
    slow, fast = machine.candidate_layouts(8)[:2]
    assert machine.save_layout(8, {slow: 1.0, fast: 2.0}) == fast == machine.load_layout(8)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"threads": 0, "blocks": 7}'])
def test_a_spoilt_file_counts_as_none(empty_cache, content):
    path = machine.layout_path(8)
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert machine.load_layout(8) is None


def test_a_folder_that_cannot_be_written_costs_nothing_else(empty_cache, monkeypatch):
    (empty_cache / "file").touch()
    monkeypatch.setenv("CONJUNCTURE_CACHE", str(empty_cache / "file"))
    best = machine.default_layout(8)
    assert machine.save_layout(8, {best: 1.0}) == best
    assert machine.load_layout(8) is None


def test_a_container_counts_the_cores_it_was_granted(monkeypatch, tmp_path):
    limit = tmp_path / "cpu.max"
    monkeypatch.setattr(machine, "Path", lambda _: limit)
    cores = machine.threads()
    limit.write_text("100000 100000\n")
    assert machine.threads() == 1
    limit.write_text("max 100000\n")
    assert machine.threads() == cores
