"""Traced programs on disk: the same results from them, and nothing lost without them."""

from collections import OrderedDict

import pytest

from conjuncture.engine import machine, program_registry
from conjuncture.engine.program_registry import program_for
from conjuncture.ensemble import Ensemble
from crises import FREE

QUERY = "E(showdown.margin | crowd.side = a, do(guard aside))"


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """Forget every program in memory and on disk; return the cache folder."""
    monkeypatch.setenv("CONJUNCTURE_CACHE", str(tmp_path))

    def forget():
        monkeypatch.setattr(program_registry, "_programs", OrderedDict())

    forget()
    return tmp_path, forget


def test_a_kept_program_gives_the_same_results_bit_for_bit(crisis, fresh):
    folder, forget = fresh
    first = Ensemble(crisis(FREE), 4).query(QUERY)
    assert len(list((folder / "traced").iterdir())) == 1
    forget()
    program = program_for(crisis(FREE))
    assert Ensemble(crisis(FREE), 4).query(QUERY) == first
    assert "ledger_and_shapes" not in vars(program), "nothing was traced again"


@pytest.mark.slow
def test_a_spoilt_file_is_passed_over(crisis, fresh):
    folder, forget = fresh
    first = Ensemble(crisis(FREE), 4).query(QUERY)
    kept = next((folder / "traced").iterdir())
    for spoilt in (b"", b"{}", b"not json\nrubbish", b'{"gumbel": []}\nrubbish'):
        kept.write_bytes(spoilt)
        forget()
        assert Ensemble(crisis(FREE), 4).query(QUERY) == first


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    crisis, fresh, monkeypatch, tmp_path
):
    _, forget = fresh
    first = Ensemble(crisis(FREE), 4).query(QUERY)
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("CONJUNCTURE_CACHE", str(blocked / "below"))
    forget()
    assert Ensemble(crisis(FREE), 4).query(QUERY) == first


def test_another_structure_has_another_name(crisis):
    one = program_for(crisis(FREE)).structure
    names = {
        machine.trace_path(one, (evidence, recording), room)
        for evidence in (False, True)
        for recording in (False, True)
        for room in ((32, 2), (32, 4))
    }
    assert len(names) == 8
