"""Every mechanism tells its sample, and every crisis of the catalogue, in plain sentences."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest

from conjuncture.analysis.chronicle import episode_of
from conjuncture.analysis.clauses import run_in_words
from conjuncture.analysis.plain_words import names_of
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.traced_histories import HistoryAddress, stages_passed
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import Without
from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.queries import read_interventions
from conjuncture.scenario.scenario_file import find_scenario, read_crisis
from crises import every_crisis

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS = 3
LANES = range(0, 512, 37)
NOT_PLAIN = re.compile(r"[_{}\[\]<>]|  |\bnan\b|\binf\b|\bNone\b|\d\.\d{5}")


SLIPS = re.compile(
    r"\b(?:itself|themselves|himself)\b"  # nobody is told to be a thing, or several
    r"|[^.'’] (?:The|A|An) "  # an article keeps its capital at the beginning alone
    r"|\b(\w+) \1\b"  # the same word twice
    r"|\b(?:the|a) (?:the|a|an)\b"
    r"| ,|,,|\.\.| \.|;\.|\(\)"
)
SINGULAR = "is|was|has|brings|wants|it wanted"
PLURAL = "are|were|have|bring|want|they wanted"

CASES = {
    "bolivia-1970": ("without unions", "students sides miranda", "showdown = torres"),
    "spain-1981": ("without brunete_men", "police aside, others sides crown", "evening = crown"),
    "ussr-1991": ("without moscow", "alpha aside secretly", "taman.troops *= 2"),
}


@pytest.fixture(scope="module", params=sorted(packages()))
def crisis(request, write_crisis):
    sample = files(packages()[request.param]) / "sample.yaml"
    return read_crisis(write_crisis(sample.read_text(encoding="utf-8")), stage_models())


def episodes(crisis, *runs):
    """Yield the stages that some histories pass in the last of some runs."""
    last = len(runs) - 1
    program = program_for(crisis, runs, recording=True)
    batch = Batch(program, Worlds(crisis, 1, WORLDS), runs)
    ((part, trace),) = simulate_traces(batch, every_block(range(WORLDS), 0, 1), SilentProgress())
    for block in range(len(part)):
        for lane in LANES:
            for passed in stages_passed(
                program.structure, trace, HistoryAddress(block, last, lane)
            ):
                yield episode_of(crisis, passed, runs[last], runs[last])


def test_every_stage_is_told_in_plain_sentences(crisis):
    runs = [AS_THINGS_WERE, *((Without(force),) for force in crisis.forces)]
    for run in runs:
        told = list(episodes(crisis, AS_THINGS_WERE, run))
        assert told
        for one in told:
            assert one.lines, run
            for sentence in one.lines:
                assert isinstance(sentence, str)
                assert sentence.endswith("."), sentence
                assert re.match(r"['\"“‘(]?[A-Z0-9]", sentence), sentence
                assert not NOT_PLAIN.search(sentence), sentence


def test_rounds_are_words_and_numbers(crisis):
    program = program_for(crisis, (AS_THINGS_WERE,), recording=True)
    batch = Batch(program, Worlds(crisis, 1, 1), (AS_THINGS_WERE,))
    ((_, trace),) = simulate_traces(batch, np.array([[0, 0]]), SilentProgress())
    for passed in stages_passed(program.structure, trace, HistoryAddress(0, 0, 5)):
        for shown in passed.rounds:
            for readings in shown.values():
                assert all(isinstance(one, str | float) for one in readings.values())


def slips_in(sentence, crisis):
    """Return what is wrong with a sentence: wrong number, an article or a name in the wrong case."""
    found = [match.group() for match in SLIPS.finditer(sentence)]
    for key, phrase in names_of(crisis).items():
        for match in re.finditer(re.escape(phrase), sentence, re.IGNORECASE):
            begins = match.start() == 0 or sentence[match.start() - 1] in "'(["
            if match.group()[1:] != phrase[1:] or (not begins and match.group() != phrase):
                found.append(match.group())
        force = crisis.forces.get(key)
        wrong = SINGULAR if force is None or force.plural else PLURAL
        if force is not None and re.search(
            rf"^{re.escape(phrase)} (?:{wrong})\b", sentence, re.IGNORECASE
        ):
            found.append(f"number of '{phrase}'")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("slug", every_crisis())
def test_the_sentences_of_the_catalogue_are_without_slips(slug):
    crisis = read_crisis(find_scenario(slug), stage_models())
    said = set()
    for do in (None, *CASES[slug]):
        run = AS_THINGS_WERE if do is None else read_interventions(do, crisis)
        said |= {line for one in episodes(crisis, AS_THINGS_WERE, run) for line in one.lines}
        said.add(f"{run_in_words(Worlds(crisis, 1, 1), run, 0)}.")
    assert len(said) > 100
    wrong = {sentence: slips for sentence in said if (slips := slips_in(sentence, crisis))}
    assert not wrong


def test_a_force_that_is_absent_is_not_told_of():
    crisis = read_crisis(find_scenario("bolivia-1970"), stage_models())
    name = crisis.forces["unions"].phrase
    run = read_interventions("without unions", crisis)
    told = [one for one in episodes(crisis, AS_THINGS_WERE, run) if one.stage == "showdown"]
    assert told
    assert not any(name in line for one in told for line in one.lines[:-1])
