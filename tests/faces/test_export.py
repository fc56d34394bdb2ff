"""``export``: a game as Gambit reads it."""

import io
import json
import warnings

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app

pytestmark = pytest.mark.usefixtures("without_compiler")

with warnings.catch_warnings():
    # What Gambit's own modules warn of when they are loaded is not ours to mend.
    warnings.simplefilter("ignore")
    import pygambit

GAME = """
conjuncture: 1
title: A "small" game
account: account.md
unknowns: {trust: 0 to 2}
forces:
  unions: {mass: 30}
  army: {troops: 5, leans: {a: 0}}
stages:
  deal:
    mechanism: game
    nodes:
      weather: {chance: {fair: 1, mixed: 1, foul: 1}, moves: {fair: f, mixed: m, foul: wet}}
      f: {player: unions, information: dark, moves: {go: won, stay: home}}
      m: {player: unions, information: dark, moves: {go: met, stay: home}}
      met: {player: army, moves: {fire: lost, yield: won}}
    endings:
      won: {payoffs: {unions: 3, army: trust}}
      home: {}
      lost: {payoffs: {unions: -1, army: 0.5}}
      wet: {}
    precision: 3
    next: {won: contest}
  contest:
    mechanism: showdown
    camps: {a: {core: unions}, b: {core: army}}
"""


@pytest.fixture(scope="module")
def folder(write_crisis):
    return str(write_crisis(GAME))


def invoke(*arguments):
    result = CliRunner().invoke(app, ["export", *arguments])
    return result.exit_code, result.stdout, result.stderr


def read(text):
    return pygambit.read_efg(io.BytesIO(text.encode()))


def test_gambit_reads_what_is_printed(folder):
    code, out, _ = invoke(folder, "deal")
    assert code == 0
    found = read(out)
    assert list(found.players) == ["unions", "army"]
    assert found.title == 'A "small" game: deal'
    assert len(found.get_infosets("unions")) == 1
    assert found.is_perfect_recall if hasattr(found, "is_perfect_recall") else True
    assert '"won" { 3 ' in out
    assert "precision 3" in out


def test_worlds_differ_and_scaling_puts_payoffs_between_nothing_and_one(folder):
    one, other = (invoke(folder, "deal", "--world", world)[1] for world in ("0", "1"))
    assert one != other
    scaled = invoke(folder, "deal", "--scaled")[1]
    assert '"lost" { 0 ' in scaled
    assert '"won" { 1 1 }' in scaled
    read(scaled)


def test_file_and_json(folder, tmp_path):
    target = tmp_path / "deal.efg"
    code, out, _ = invoke(folder, "deal", "-o", str(target))
    assert (code, out) == (0, "")
    content = json.loads(invoke(folder, "deal", "--json")[1])
    assert content["text"] == target.read_text("utf-8")
    assert (content["stage"], content["format"], content["precision"]) == ("deal", "efg", 3.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["del"], "there is no stage 'del'; did you mean 'deal'?"),
        (["contest"], "'contest' is no game but a stage of 'showdown'; write one of: deal"),
        (["deal", "-o", "none/deal.efg"], "cannot be written"),
    ],
)
def test_what_cannot_be_exported(folder, arguments, says):
    code, out, err = invoke(folder, *arguments)
    assert (code, out) == (2, "")
    assert says in err
