"""Sweeps: what a setting means, and that nothing is lost or done twice."""

import json

import pytest

import conjuncture
from conjuncture.analysis.answers import answer
from conjuncture.analysis.parameter_sweep import Journal, journal_beside, journal_of, points_of
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, ScenarioError, UsageError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.queries import read_interventions, read_query
from conjuncture.scenario.sweep_file import read_sweep
from crises import FREE
from crisis_with_traces import read, with_effects
from sweeps import SWEEP, write_sweep


class After(SilentProgress):
    """Fails, or stops, after some settings."""

    def __init__(self, settings, error=None):
        self.left = settings
        self.error = error

    def expect(self, label, blocks):
        self.left -= 1
        if self.left < 0 and self.error:
            raise self.error

    @property
    def is_stopped(self):
        return self.left < 0


def asked(crisis, query, setting=()):
    simulator = Simulator(Worlds(crisis, 1, 8, setting=setting), 2)
    question = compile_question(read_query(query, crisis))
    return answer(simulator.count([question], "histories")[0])


def test_a_number_is_lowered_from_what_it_was(crisis):
    free = crisis(FREE)
    lowered = asked(free, "P(showdown = a | do(line.troops -= 0.25))")
    written = asked(free, "P(showdown = a | do(line.troops = line.troops - 0.25))")
    assert lowered.value == written.value != asked(free, "P(showdown = a)").value
    with pytest.raises(QueryError, match=r"'line\.troops' would be -\d.* in world"):
        asked(free, "P(showdown = a | do(line.troops -= 50))")


@pytest.mark.parametrize(
    "act", ["line.troops = 0.5", "army.troops = 4", "fog = 0", "crowd.mass = 0"]
)
def test_a_setting_is_the_intervention_of_the_same_name(crisis, act):
    free = crisis(FREE)
    setting = read_interventions(act, free)
    for query, under in (
        ("P(showdown = a)", f"P(showdown = a | do({act}))"),
        ("E(showdown.margin)", f"E(showdown.margin | do({act}))"),
        ("P(showdown = a | do(crowd aside))", f"P(showdown = a | do({act}, crowd aside))"),
    ):
        assert asked(free, query, setting).value == asked(free, under).value


def test_within_a_setting_interventions_start_from_it(crisis):
    free = crisis(FREE)
    setting = read_interventions("line.troops = 2", free)
    doubled = asked(free, "P(showdown = a | do(line.troops *= 2))", setting)
    assert doubled.value == asked(free, "P(showdown = a | do(line.troops = 4))").value
    free_hand = asked(free, "necessity(do(line.troops = 2) for showdown = a)", setting)
    assert free_hand.value == 0.0


@pytest.mark.slow
def test_effects_leave_what_is_set(tmp_path):
    moved = read(
        tmp_path,
        with_effects("clash", "{set: {workers.mass: workers.mass * 0.2}, note: they tire}"),
    )
    setting = read_interventions("workers.mass = 20", moved)
    query = "P(talks = red | reached(talks))"
    here = asked(moved, query, setting)
    there = asked(
        moved, "P(talks = red | do(workers.mass = 20)) / P(reached(talks) | do(workers.mass = 20))"
    )
    assert here.value == pytest.approx(there.value, rel=1e-12)
    assert here.value != asked(moved, query).value


def test_rows_are_the_answers_of_each_setting(tmp_path):
    rows = conjuncture.sweep(write_sweep(tmp_path, SWEEP + "claims: all\n"))
    assert len(rows) == 2 * 2 * (2 + 2)
    assert all(list(row) == list(rows[0]) for row in rows)
    first = rows[0]
    free = conjuncture.load(tmp_path / "free").crisis
    found = Ensemble(free, 4, seed=1).query("P(showdown = a | do(line.troops = 1))")
    assert (first["value"], first["standard_error"]) == (found.value, found.standard_error)
    assert (first["low"], first["high"]) == found.interval
    assert {key: first[key] for key in ("scenario", "asked", "name", "text", "reading")} == {
        "scenario": "free", "asked": "question", "name": "wins", "text": "P(showdown = a)",
        "reading": "prior",
    }  # fmt: skip
    claims = [row for row in rows if row["asked"] == "claim"]
    assert {row["reading"] for row in claims} == {"prior", "as it happened"}
    assert all(0.0 <= row["share_low"] <= row["share_high"] <= 1.0 for row in claims)
    assert {(row["set.line.troops"], row["seed"]) for row in rows} == {
        (1.0, 1), (1.0, 2), (3.0, 1), (3.0, 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[1, 3]", "[1, -3]", "7:20: 'line.troops' must be a number of at least 0"),
        ("worlds: 4", "worlds: 0", "8:9: worlds must be 1 to"),
        ("histories: 512", "histories: 99999999999999", "9:12: histories must be 1 to"),
        ("[1, 2]", "[1, 99999999999999999999]", "10:12: seed must be 0 to"),
        (
            "E(showdown.margin | do(crowd aside))",
            " + ".join(f"P(showdown = a | do(fog = 0.{one}))" for one in range(1, 10)),
            "5:11: this compares 9 interventions, more than 7",
        ),
    ],
)
def test_what_cannot_be_run_is_told_with_its_place(tmp_path, old, new, told):
    file = write_sweep(tmp_path, SWEEP.replace(old, new))
    with pytest.raises(ScenarioError) as raised:
        points_of(read_sweep(file, stage_models()))
    assert f"sweep.yaml:{told}" in str(raised.value)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_sweep_that_is_stopped_goes_on_where_it_was(tmp_path, ending):
    import pandas

    reading = {".parquet": pandas.read_parquet, ".csv": pandas.read_csv}[ending]
    file, target = write_sweep(tmp_path), tmp_path / f"table{ending}"
    whole = conjuncture.sweep(file)
    for settings, error, rows in ((1, None, 2), (1, KeyboardInterrupt, 4), (0, ValueError, 4)):
        try:
            conjuncture.sweep(file, target, progress=After(settings, error))
        except (KeyboardInterrupt, ValueError):
            assert error is not None
        assert len(reading(target)) == rows
        assert journal_of(target).exists()
    told = []
    assert conjuncture.sweep(file, target, tell=told.append) == whole
    assert told[0] == "2 of 4 were there already"
    assert len(told) == 3
    assert not journal_of(target).exists()
    found = reading(target)
    assert found["value"].tolist() == [row["value"] for row in whole]
    assert found["set.line.troops"].tolist() == [1.0] * 4 + [3.0] * 4


def test_a_journal_that_was_cut_anywhere_keeps_whole_lines(tmp_path):
    path = tmp_path / "table.csv"
    with journal_beside(path) as journal:
        for one in range(3):
            journal.add(f"key {one}", [{"value": one / 3}])
    content = journal_of(path).read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(len(content)):
        journal_of(path).write_bytes(content[:cut])
        with journal_beside(path) as journal:
            assert len(journal.done) == sum(end <= cut for end in ends)
            journal.add("later", [])
        lines = journal_of(path).read_bytes().splitlines()
        assert [json.loads(line)[0] for line in lines][-1] == "later"


def test_a_line_that_is_spoilt_is_done_again(tmp_path):
    path = tmp_path / "table.csv"
    journal_of(path).write_bytes(b'["a", [\n["b", []]\n')
    with journal_beside(path) as journal:
        assert journal.done == {"b": []}


def test_two_sweeps_do_not_write_one_table(tmp_path):
    with (
        journal_beside(tmp_path / "table.csv"),
        pytest.raises(UsageError, match="another sweep is writing"),
        journal_beside(tmp_path / "table.csv"),
    ):
        pass


def test_without_a_file_nothing_is_written():
    journal = Journal()
    journal.add("key", [{}])
    assert journal.done == {"key": [{}]}


@pytest.mark.parametrize(
    ("name", "told"), [("table.txt", "in .parquet or .csv"), ("none/table.csv", "no folder")]
)
def test_a_table_that_cannot_be_written_is_found_out_at_once(tmp_path, name, told):
    with pytest.raises(UsageError, match=told):
        conjuncture.sweep(write_sweep(tmp_path), tmp_path / name, progress=After(0, ValueError))
