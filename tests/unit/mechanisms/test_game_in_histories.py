"""Games within histories: solved once a world, or history by history, and what is said if not."""

import json
import re
from functools import partial

import jax
import numpy as np
import pytest
from typer.testing import CliRunner

import conjuncture
from chance import bound
from conjuncture.analysis.explain.explanation import ExplainOptions
from conjuncture.cli.app import app
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program import RUNS_PER_CALL, run_blocks_at_once
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.structure import structure_of
from conjuncture.engine.traces import SharedArguments
from conjuncture.engine.worlds import Worlds
from conjuncture.mechanisms.game import equilibrium
from crises import slow_unless

pytestmark = pytest.mark.usefixtures("without_compiler")

FORK = """
conjuncture: 1
title: A choice alike
account: account.md
attributes: {{nerve: {{domain: 0 to 1, default: 0}}}}
forces: {{left: {{mass: 1, nerve: 0.5}}, right: {{mass: 1}}}}
stages:
  day:
    mechanism: game
    nodes:
      luck: {{chance: {{fair: 1, foul: 1}}, moves: {{fair: fair, foul: foul}}}}
    endings: {{fair: {{}}, foul: {{}}}}
    next: {{fair: play, foul: play}}
    effects: [{{when: day = fair, set: {{left.nerve: 0.25}}}}]
  play:
    mechanism: game
    nodes:
      first: {{player: {one}, moves: {{his: a, hers: b}}}}
      a: {{player: {two}, information: unseen, moves: {{his: both_his, hers: split}}}}
      b: {{player: {two}, information: unseen, moves: {{his: split, hers: both_hers}}}}
    endings:
      both_his: {{payoffs: {{left: {zero} + 2, right: {zero} + 1}}}}
      both_hers: {{payoffs: {{left: {zero} + 1, right: {zero} + 2}}}}
      split: {{payoffs: {{left: {zero}, right: {zero}}}}}
    precision: {precision}
claims:
  left:
    says: The left was likelier to get its candidate than the right.
    test: P(play = both_his) > P(play = both_hers)
"""

CHANCE = """
conjuncture: 1
title: A raid
account: account.md
forces: {police: {troops: 1}, plotters: {troops: 1}}
stages:
  raid:
    mechanism: game
    nodes:
      luck: {chance: {caught: 0.7, missed: 0.3}, moves: {caught: in_prison, missed: again}}
      again: {chance: {caught: 1, missed: 3}, moves: {caught: in_prison, missed: at_large}}
    endings: {in_prison: {}, at_large: {}}
    next: {in_prison: fight, at_large: fight}
  fight:
    mechanism: showdown
    camps: {order: {core: police}, coup: {core: plotters}}
"""


def fork(write_crisis, *, precision="6 to 9", zero="0", one="left", two="right"):
    text = FORK.format(precision=precision, zero=zero, one=one, two=two)
    return write_crisis(text)


def chances(folder, worlds=6):
    """Return how likely each believes each move, and how often a game was not solved."""
    ensemble = conjuncture.load(folder).run(worlds, 512)
    asked = ("first_his", "first_hers", "unseen_his", "unseen_hers")
    found = [ensemble.query(f"E(play.probability[{one}] | day = fair)").value for one in asked]
    return np.array(found), ensemble.query("P(play.residual > 0.000001)").value


@pytest.mark.slow
def test_once_a_world_and_history_by_history_agree(write_crisis):
    """A precision of 9 that effects leave alone, and one that they bring there."""
    settled, first = chances(fork(write_crisis, precision="9"))
    living, second = chances(fork(write_crisis, precision="8 + 4 * left.nerve"))
    assert first == second == 0.0
    np.testing.assert_allclose(living, settled, atol=1e-6)
    np.testing.assert_allclose(settled[0], settled[3], atol=1e-6)


@pytest.mark.parametrize("precision", slow_unless({"9"}, ["9", "8 + 4 * left.nerve"]))
@pytest.mark.parametrize("zero", slow_unless({"1e8"}, ["1e8", "(0 * left.nerve + 1e8)"]))
def test_payoffs_far_from_zero_are_as_good_as_others(write_crisis, precision, zero):
    near, _ = chances(fork(write_crisis, precision="9"))
    far, unsolved = chances(fork(write_crisis, precision=precision, zero=zero))
    assert unsolved == 0.0
    np.testing.assert_allclose(far, near, atol=1e-6)


def test_what_effects_leave_alone_is_worked_out_beforehand(write_crisis):
    settled = conjuncture.load(fork(write_crisis)).crisis
    living = conjuncture.load(fork(write_crisis, precision="4 + left.nerve")).crisis
    assert set(structure_of(settled).precomputation.stages) == {"play"}
    assert not structure_of(living).precomputation.stages
    assert set(structure_of(living).precomputation.precise) == {"play"}
    for one in (settled, living):
        read = program_for(one).ledger.reads["play"]
        assert {"play.precision", "play.split.left"} <= read <= set(one.numbers)


def test_a_game_solved_history_by_history_runs_on_an_accelerator_too(write_crisis):
    """There the blocks of a call stand side by side: transformed, and lowered, in one go."""
    living = conjuncture.load(fork(write_crisis, precision="4 + left.nerve")).crisis
    program = program_for(living)
    batch = Batch(program, Worlds(living, 1, 2), (AS_THINGS_WERE,)).prepare()
    room = jax.tree.map(
        lambda one: jax.ShapeDtypeStruct((2, RUNS_PER_CALL, *one.shape), one.dtype),
        program.ledger_and_shapes[1],
    )
    tables = np.repeat(batch.tables, RUNS_PER_CALL, axis=1)
    common = SharedArguments(batch.keys, np.int32(1), batch.patch, batch.observed, batch.needed)
    numbers = np.arange(2, dtype=np.uint32)
    lowered = jax.jit(partial(run_blocks_at_once, program)).lower(
        common, numbers, numbers, tables, room
    )
    assert "f64" in lowered.as_text()


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_whoever_stands_first_the_verdict_is_the_same(write_crisis, order):
    one, two = order
    folder = fork(write_crisis, precision="10", one=one, two=two)
    ensemble = conjuncture.load(folder).run(40, 1024)
    assert ensemble.test()["left"].prior.verdict.word not in ("holds", "fails")
    likely = "E(play.probability[first_his] * play.probability[unseen_his])"
    other = "E(play.probability[first_hers] * play.probability[unseen_hers])"
    chosen = [ensemble.query(text).value for text in (likely, other)]
    assert chosen[0] == pytest.approx(chosen[1], abs=1e-6)
    assert chosen[0] == pytest.approx(0.2328, abs=1e-4)


def test_all_histories_of_a_world_play_one_game(write_crisis):
    ensemble = conjuncture.load(fork(write_crisis)).run(8, 1024)
    found = ensemble.to_xarray()["stages/play/probability"]
    assert found.dims == ("option", "world", "history")
    assert np.ptp(found.to_numpy(), axis=-1).max() == 0.0


@pytest.fixture
def hurried(monkeypatch):
    """A walk along the branch that is given up long before its end."""
    monkeypatch.setattr(equilibrium, "MOST_STEPS", 15)


def test_a_game_that_stays_unsolved_is_said_everywhere(write_crisis, hurried):
    folder = str(fork(write_crisis, precision="6.25 to 9.5"))
    told = "the game 'play' is not solved in 12 of 12 worlds"

    def shown(*arguments):
        result = CliRunner().invoke(app, [*arguments, "--worlds", "12"], env={"COLUMNS": "100"})
        assert result.exit_code == 0, result.output
        return re.sub(r"\s+", " ", result.output)

    assert told in shown("query", folder, "P(play = split)")
    assert told.capitalize() in shown("test", folder)
    assert told in shown("run", folder)
    assert told not in shown("query", folder, "P(day = fair)")
    (found,) = json.loads(shown("query", folder, "P(play = split)", "--json"))["unsolved"]
    assert (found["stage"], found["worlds"], found["of_worlds"]) == ("play", 12, 12)
    assert found["share"] == 1.0
    assert found["residual"] > 0.01
    (claim,) = json.loads(shown("test", folder, "--json"))["claims"]
    assert claim["prior"]["unsolved"][0]["worlds"] == 12
    stages = json.loads(shown("run", folder, "--json"))["stages"]
    assert "unsolved" in stages["play"]["outcomes"]["split"]
    assert "unsolved" not in stages["day"]["outcomes"]["fair"]


def test_a_game_that_stays_unsolved_is_said_in_reports_and_explanations(write_crisis, hurried):
    from conjuncture.presentation.claims import remarks_on
    from conjuncture.report.builder import course_section, summary

    folder = fork(write_crisis, precision="6.125 to 9.5")
    ensemble = conjuncture.load(folder).run(40, 512)
    tests = ensemble.test()
    explanation = ensemble.explain("play = split", ExplainOptions(("attribution",)))
    told = "The game 'play' is not solved in 40 of 40 worlds"
    paragraphs = summary(ensemble, tests, [explanation])
    assert sum(told in paragraph for paragraph in paragraphs) == 2
    assert any(told in sentence for sentence in remarks_on(ensemble.crisis, tests["left"]))
    assert any(told in sentence for sentence in course_section(ensemble).sentences)
    assert not ensemble.explain("day = fair", ExplainOptions(("attribution",))).probability.unsolved


def test_a_game_of_chance_alone_runs(write_crisis, tmp_path):
    ensemble = conjuncture.load(write_crisis(CHANCE)).run(40, 512)
    expected = 0.7 + 0.3 * 0.25
    found = ensemble.query("P(raid = in_prison)")
    assert abs(found.value - expected) < bound() * np.sqrt(0.25 / (40 * 512))
    ends = ensemble.query("P(fight = order)").value + ensemble.query("P(fight = coup)").value
    assert 0.9 < ends <= 1.0
    assert ensemble.query("E(raid.moves)").value == 0.0
    assert ensemble.query("P(raid.move[luck] = caught | raid = at_large)").value == 0.0
    assert ensemble.stages()["raid"].reached_share == 1.0
    assert "By chance" in "".join(ensemble.chronicle("raid = at_large").as_it_was[0].lines)
    ensemble.save(tmp_path / "raids.parquet")
    assert (tmp_path / "raids.parquet").exists()
