"""A mechanism is one folder: a toy in a package of its own is found, and everything works with it.

The package is made in a temporary folder with an entry point in the group ``conjuncture.mechanisms``
and is visible to subprocesses alone, so that this process goes on without it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy import special

from chance import bound
from conjuncture.mechanisms.registry import GROUP, packages

pytestmark = pytest.mark.usefixtures("without_compiler")

ROOT = Path(__file__).parents[2]
WORLDS, HISTORIES = 16, 1024

INPUTS = '''
"""What a scenario may say of a coin."""

from pydantic import Field

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import (
    DIMENSIONLESS, REAL, UNIT_INTERVAL, Kind, MeasureSymbol, StageSymbols,
)
from conjuncture.scenario.stage_model import StageModel, StageValue, ValueText


class Stage(StageModel):
    """A coin: it is tossed once, and those who are there have bent it."""

    bias: dict[str, ValueText] = Field(
        min_length=1, description="by force: the log-odds of heads that it adds; default -1 to 1"
    )

    def symbols(self, cast):
        return StageSymbols(
            outcomes=("heads", "tails"),
            measures={
                "chance": MeasureSymbol(Kind(UNIT_INTERVAL)),
                "added": MeasureSymbol(Kind(REAL), tuple(self.bias)),
            },
            drawn=True,
        )

    def values(self):
        return [
            StageValue(f"{force}.bias", REAL, DIMENSIONLESS, "-1 to 1", "-2 to 2", written,
                       ("bias", force))
            for force, written in self.bias.items()
        ]

    def takes_part(self, cast):
        return tuple(self.bias)

    def mistakes(self, cast):
        return [
            (("bias", force), *unknown_name("force", force, cast.forces))
            for force in self.bias
            if force not in cast.forces
        ]
'''

MODEL = '''
"""The toss, for one history."""

import jax.numpy as jnp
from jax.nn import sigmoid

from conjuncture.mechanisms.algebra import log_softmax, total
from conjuncture.mechanisms.contract import Resolution


def resolve(inputs, draw):
    """Toss once: heads with the odds that those who are there have added up."""
    here = jnp.where(inputs.fixed_sides == 0, 0.0, inputs.present)
    added = {
        force: here[inputs.forces.index(force)] * inputs.value(f"{force}.bias")
        for force in inputs.stage.bias
    }
    log_odds = total(list(added.values()))
    log_weights = [log_odds, 0.0 * log_odds]
    return Resolution(
        outcome=draw.choose("toss", ("heads", "tails"), log_weights, settles=True),
        log_probabilities=log_softmax(log_weights),
        measures={"chance": sigmoid(log_odds), "added": added},
    )
'''

TELLING = '''
"""A toss in sentences."""


def tell(record):
    """Return what came of the toss."""
    sentences = [f"{record.name(force)} had a hand in the coin." for force in record.stage.bias]
    return [*sentences, f"It came down {record.outcome}."]
'''

SAMPLE = """
conjuncture: 1
title: A sample of the coin
account: account.md
unknowns: {weather: -0.2 to 0.2}
forces:
  crown: {name: The crown, kind: government}
  commons: {name: The commons, kind: movement}
stages:
  toss:
    mechanism: coin
    bias: {crown: 1, commons: weather - 0.5}
"""

SCENARIO = f"""{SAMPLE}
    visits: 2
    next: {{tails: toss}}
    effects:
      - {{when: tails, shift: {{toss.crown.bias: 0.5}}}}
claims:
  crown:
    says: Without the crown it would have been a fair coin at best.
    test: P(toss[1] = heads | do(without crown)) < 0.5
"""

DRIVER = """
import json, sys
from typer.testing import CliRunner
from conjuncture.cli.app import app

for words in json.loads(sys.argv[1]):
    result = CliRunner().invoke(app, words)
    print(json.dumps([result.exit_code, result.stdout, result.stderr]))
"""

FAIR = "P(toss[1] = heads | do(toss.crown.bias = 0, commons aside))"
BENT = "P(toss[1] = heads | do(without commons))"
SIZE = ("--worlds", str(WORLDS), "--histories", str(HISTORIES))


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """Install the toy beside everything else, for subprocesses; return their environment."""
    site = tmp_path_factory.mktemp("site")
    package = site / "coins_and_dice" / "coin"
    package.mkdir(parents=True)
    files = {"inputs.py": INPUTS, "model.py": MODEL, "narrative.py": TELLING, "sample.yaml": SAMPLE}
    for name, text in files.items():
        (package / name).write_text(text.lstrip(), encoding="utf-8")
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text('"""Games of chance."""\n', encoding="utf-8")
    told = site / "coins_and_dice-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: coins-and-dice\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{GROUP}]\ncoin = coins_and_dice.coin\n")
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "100"}


@pytest.fixture(scope="module")
def printed(outside, write_crisis):
    """Return what each command prints, all run in one process that knows the toy."""
    good = str(write_crisis(SCENARIO))
    misspelt = str(write_crisis(SCENARIO.replace("{crown: 1", "{crwn: 1")))
    commands = {
        "list": ["list"],
        "schema": ["schema"],
        "check": ["check", good],
        "misspelt": ["check", misspelt],
        "run": ["run", good, *SIZE, "--json"],
        "test": ["test", good, *SIZE, "--json"],
        "fair": ["query", good, FAIR, *SIZE, "--json"],
        "bent": ["query", good, BENT, *SIZE, "--json"],
        "nothing": ["query", good, "P(toss = heads | do(toss.bias = 0))", *SIZE],
        "chronicle": [
            "chronicle",
            good,
            *SIZE,
            "--given",
            "toss[1] = heads",
            "--do",
            "toss[1] = tails",
        ],
    }
    ended = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps([*commands.values()])],
        env=outside, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    lines = map(json.loads, ended.stdout.splitlines())
    return dict(zip(commands, lines, strict=True))


def has_succeeded(printed, command):
    code, out, err = printed[command]
    assert code == 0, err
    return out


def test_this_process_knows_nothing_of_it():
    assert "coin" not in packages()


def test_it_is_listed_by_the_first_line_of_what_it_says_of_itself(printed):
    assert "  coin " in has_succeeded(printed, "list")
    assert "A coin: it is tossed once, and those who are there have bent it." in printed["list"][1]


def test_editors_know_it(printed):
    schema = json.loads(has_succeeded(printed, "schema"))
    text = YAML(typ="safe", pure=True).load(SCENARIO)
    jsonschema.validate(text, schema)
    text["stages"]["toss"]["bias"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(text, schema)


def test_its_mistakes_have_a_place(printed):
    has_succeeded(printed, "check")
    code, out, err = printed["misspelt"]
    assert code == 1
    line = SCENARIO.splitlines().index("    bias: {crown: 1, commons: weather - 0.5}") + 1
    sentence = f"scenario.yaml:{line}:12: there is no force 'crwn'; did you mean 'crown'?"
    assert sentence in out + err


def test_it_is_run_and_its_claims_are_tested(printed):
    assert set(json.loads(has_succeeded(printed, "run"))["tree"]["branches"]) == {"heads", "tails"}
    assert '"crown"' in has_succeeded(printed, "test")


@pytest.mark.parametrize(("command", "log_odds"), [("fair", 0.0), ("bent", 1.0)])
def test_its_probabilities_are_those_of_the_closed_form(printed, command, log_odds):
    found = json.loads(has_succeeded(printed, command))["value"]
    chance = special.expit(log_odds)
    room = bound() * np.sqrt(chance * (1 - chance) / (WORLDS * HISTORIES))
    assert abs(found - chance) < room


@pytest.mark.slow
def test_a_number_that_its_stage_has_not_is_told(printed):
    code, _, err = printed["nothing"]
    assert code == 1
    assert "'toss' has no number or measure 'bias'; did you mean 'toss.crown.bias'?" in err


def test_its_histories_are_told_in_its_own_words(printed):
    told = has_succeeded(printed, "chronicle")
    assert "The crown had a hand in the coin." in told
    assert "It came down heads." in told


@pytest.mark.slow
def test_the_contract_tests_run_on_it(outside):
    ended = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "coin",
            "tests/contracts/test_mechanisms.py", "tests/contracts/test_tellings.py",
        ],
        cwd=ROOT, env=outside, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    assert "failed" not in ended.stdout
    assert "passed" in ended.stdout
