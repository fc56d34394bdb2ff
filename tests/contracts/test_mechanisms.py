"""What every mechanism keeps, whoever wrote it.

Each mechanism that is found has in its folder a ``sample.yaml``: a scenario whose first stage uses it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from conjuncture.engine.addresses import BLOCK, every_block, site, site_keys
from conjuncture.engine.batch import Batch
from conjuncture.engine.draws import draw_block
from conjuncture.engine.history_state import WorldInputs
from conjuncture.engine.patches import AS_THINGS_WERE, is_idle, patch_of, tables_of
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.structure import rule_codes_of
from conjuncture.engine.traces import no_patch
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import Aside, SetCell, Without
from conjuncture.language.nodes import NumberLiteral
from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.scenario_file import read_crisis
from interpreted_program import FEW, FewHistoriesProgram, without_compiling
from numpy_traces import run_closed

WORLDS = 6
IS_COMPILED = "CONJUNCTURE_COMPILED" in os.environ
ROUNDING = 1e-5 if IS_COMPILED else 1e-4
"""How far a history alone may be from that of a block; NumPy rounds otherwise than the compiler."""


@dataclass(frozen=True)
class OneHistory(WorldInputs):
    """The numbers of a world without the axis that histories broadcast over."""

    @property
    def present(self):
        return super().present[:, 0]

    @property
    def fixed_sides(self):
        return super().fixed_sides[:, 0]

    @property
    def secret(self):
        return super().secret[:, 0]

    def is_forced(self, player, move):
        return super().is_forced(player, move)[0]

    def ties(self):
        pairs, pull = super().ties()
        return pairs, pull[:, 0]

    def backing_of(self, camp):
        return jnp.ravel(super().backing_of(camp))

    def materiel(self, camp):
        return super().materiel(camp)[0]

    def _number(self, key):
        return self.row[self.structure.cells[key]]

    def _cell(self, key):
        return self.row[self.structure.cells[key]]

    def attribute(self, name, camp=""):
        return super().attribute(name, camp)[:, 0]

    def constant(self, name):
        return self._number(name)

    def value(self, key):
        return self._number(f"{self.name}.{key}")

    def _column(self, keys):
        return jnp.stack([self._number(key) for key in keys])[:, None]


@dataclass(frozen=True)
class OneDraw:
    """The draws of one history, looked up by address."""

    stage: str
    ledger: object
    draws: dict
    otherwise: object
    """Whether a choice that settles the outcome is another one."""
    settling: set = field(default_factory=set)
    """The names of such choices."""

    def _draw(self, law, variable, force, camp, persists):
        names = (force,) if isinstance(force, str) else force
        visit = 0 if persists else 1
        rows = [
            self.ledger.sites[law][site(self.stage, visit, variable, one, camp)] for one in names
        ]
        found = jnp.stack([self.draws[law][row] for row in rows])
        return found[0] if isinstance(force, str) else found

    def gumbel(self, variable, *, force="", camp="", persists=False):
        return self._draw("gumbel", variable, force, camp, persists)

    def normal(self, variable, *, force="", camp="", persists=False):
        return self._draw("normal", variable, force, camp, persists)

    def uniform(self, variable, *, force="", camp="", persists=False):
        return self._draw("uniform", variable, force, camp, persists)

    def choose(self, variable, options, log_weights, *, settles=False):
        values = [
            weight + self._draw("gumbel", variable, "", option, False)
            for option, weight in zip(options, log_weights, strict=True)
        ]
        choice = jnp.argmax(jnp.stack(values))
        if not settles:
            return choice
        self.settling.add(variable)
        return jnp.where(self.otherwise, (choice + 1) % len(options), choice)


@pytest.fixture(scope="module", params=sorted(packages()))
def mechanism(request, write_crisis):
    sample = files(packages()[request.param]) / "sample.yaml"
    assert sample.is_file(), f"the mechanism '{request.param}' has no sample.yaml in its folder"
    crisis = read_crisis(write_crisis(sample.read_text(encoding="utf-8")), stage_models())
    return crisis, program_for(crisis)


def runs_of(crisis):
    """Return things as they were, every force but one absent or aside, and each force absent."""
    forces = list(crisis.forces)
    cores = {core for stage in crisis.stages.values() for core in stage.model.camps_of().values()}
    free = [force for force in forces if force not in cores]
    return (
        AS_THINGS_WERE,
        tuple(Without(force) for force in free),
        tuple(Aside(force) for force in free),
        tuple(Without(force) for force in forces),
        (Without(forces[0]),),
    )


def traced(mechanism):
    crisis, made = mechanism
    batch = Batch(made, Worlds(crisis, 1, WORLDS), runs_of(crisis))
    return list(simulate_traces(batch, every_block(range(WORLDS), 0, 1), SilentProgress()))


def test_measures_are_those_declared_finite_and_of_their_kind(mechanism, blocks):
    crisis, _ = mechanism
    stage = next(iter(crisis.stages))
    symbols = crisis.vocabulary.stages[stage]
    runs = len(runs_of(crisis))
    for part, trace in blocks:
        passage = trace.passages[0]
        assert set(passage.measures) == set(symbols.measures)
        outcome = passage.outcome[: len(part), :runs]
        assert outcome.min() >= 0
        assert outcome.max() < len(symbols.outcomes)
        for name, symbol in symbols.measures.items():
            value = passage.measures[name]
            if symbol.index is not None:
                assert len(value) == len(symbol.index) or value.shape[2] == len(symbol.index), name
            values = value.values() if isinstance(value, dict) else [value]
            for one in values:
                held = one[: len(part), :runs]
                assert held.shape[-1] == BLOCK
                if symbol.partial:
                    whole = np.issubdtype(held.dtype, np.integer)
                    missing = held < 0 if whole else np.isnan(held)
                    assert not missing[:, 0].any(), name
                    held = held[~missing]
                    if not held.size:
                        continue
                assert np.isfinite(held).all(), name
                if symbol.kind.labels:
                    assert held.min() >= 0
                    assert held.max() < len(symbol.kind.labels)
                else:
                    slack = 1e-5
                    domain = symbol.kind.domain
                    assert domain.lower is None or held.min() >= domain.lower - slack, name
                    assert domain.upper is None or held.max() <= domain.upper + slack, name


def test_a_mechanism_is_reproducible_and_traced_once(mechanism, blocks):
    for (_, one), (_, other) in zip(blocks, traced(mechanism), strict=True):
        for before, after in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
            np.testing.assert_array_equal(before, after)
    assert len(mechanism[1].executables) == 1


@pytest.fixture(scope="module")
def blocks(mechanism):
    return traced(mechanism)


class Alone:
    """What the first stage makes of a single history that is computed alone.

    Parameters
    ----------
    crisis : Crisis
    program : Program
    """

    def __init__(self, crisis, program):
        self.program = program
        self.worlds = Worlds(crisis, 1, WORLDS)
        self.settling = set()

    def resolve(self, draws, otherwise, *numbers):
        structure, ledger = self.program.structure, self.program.ledger
        stage = structure.stages[0]
        draw = OneDraw(stage, ledger, draws, otherwise, self.settling)
        found = self.program.simulation.resolvers[stage](
            OneHistory(structure, stage, *numbers), draw
        )
        return {
            "outcome": found.outcome,
            "log_probabilities": list(found.log_probabilities),
            "measures": found.measures,
            "defined": found.defined,
        }

    def __call__(self, world, lane, run, *, otherwise=False):
        """Return its outcome, log-probabilities, measures, and which of these are defined."""
        structure, ledger = self.program.structure, self.program.ledger
        keys = site_keys(1, ledger.all_sites())
        draws = draw_block(ledger, keys, np.uint32(world), np.uint32(0))
        patch = patch_of(structure, [run], 1) if run else no_patch(structure)
        given = (
            {law: drawn[..., lane] for law, drawn in draws.items()},
            np.bool_(otherwise),
            jnp.asarray(tables_of(structure, self.worlds, run)[world, 0]),
            jnp.asarray(patch.present[0]),
            jnp.asarray(patch.side[0, 0]),
            jnp.asarray(patch.secret[0]),
            jnp.asarray(patch.moves[0]),
        )
        return SimpleNamespace(**self.run(*given))

    @cached_property
    def run(self):
        """How a history is resolved: compiled, or traced once and read by NumPy."""
        if IS_COMPILED:
            return jax.jit(self.resolve)
        known = []

        def read(*given):
            if not known:
                known.append(jax.make_jaxpr(self.resolve, return_shape=True)(*given))
            ((traced, shape),) = known
            with np.errstate(all="ignore"):
                left = run_closed(traced, *(np.asarray(one) for one in jax.tree.leaves(given)))
            return jax.tree.unflatten(jax.tree.structure(shape), left)

        return read


@pytest.fixture(scope="module")
def alone(mechanism):
    return Alone(*mechanism)


@pytest.mark.parametrize("address", [(1, 7), (2, 300)])
def test_one_history_alone_agrees_with_the_compiled_block(mechanism, alone, blocks, address):
    world, lane = address
    runs = runs_of(mechanism[0])
    for part, trace in blocks:
        for row in np.nonzero(part[:, 0] == world)[0]:
            for index in (0, 1, 2, 3):
                single = alone(world, lane, runs[index])
                passage = trace.passages[0]
                assert int(single.outcome) == passage.outcome[row, index, lane]
                for name, value in single.measures.items():
                    block = passage.measures[name]
                    known = single.defined.get(name, True)
                    parts = (
                        [
                            (value[camp], block[camp], known if known is True else known[camp])
                            for camp in value
                        ]
                        if isinstance(value, dict)
                        else [(value, block, known)]
                    )
                    for one, other, there in parts:
                        whole = np.issubdtype(other.dtype, np.integer)
                        own = np.where(there, np.asarray(one), -1 if whole else np.nan)
                        np.testing.assert_allclose(
                            own, other[row, index][..., lane], rtol=ROUNDING, atol=ROUNDING
                        )


def test_what_may_be_undefined_is_declared_so(mechanism, alone):
    crisis, _ = mechanism
    stage = next(iter(crisis.stages))
    symbols = crisis.vocabulary.stages[stage].measures
    partial = {name for name, symbol in symbols.items() if symbol.partial}
    assert set(alone(1, 7, AS_THINGS_WERE).defined) == partial


@pytest.mark.parametrize("lane", [2, 5, 11])
def test_what_hangs_on_an_outcome_that_is_drawn_last_is_declared_so(mechanism, alone, lane):
    crisis, _ = mechanism
    symbols = crisis.vocabulary.stages[next(iter(crisis.stages))]
    before = alone(1, lane, AS_THINGS_WERE)
    after = alone(1, lane, AS_THINGS_WERE, otherwise=True)
    assert symbols.drawn is bool(alone.settling)
    assert symbols.drawn is (int(before.outcome) != int(after.outcome))
    for name, symbol in symbols.measures.items():
        same = jax.tree.map(
            lambda one, two: np.array_equal(one, two, equal_nan=True),
            before.measures[name],
            after.measures[name],
        )
        assert all(jax.tree.leaves(same)) or symbol.of_outcome, name


@pytest.mark.parametrize("lane", [5])
def test_probabilities_sum_to_one_and_allow_the_outcome(mechanism, alone, lane):
    for run in runs_of(mechanism[0]):
        resolution = alone(1, lane, run)
        logs = np.array([float(value) for value in resolution.log_probabilities])
        assert np.exp(logs).sum() == pytest.approx(1.0, abs=1e-5)
        assert np.isfinite(logs[int(resolution.outcome)])


def left_by(mechanism, worlds):
    """Return what the first stage leaves in every history of some worlds, to the last bit."""
    made = mechanism[1]
    blocks = every_block(range(worlds.count), 0, 1)
    found = []
    for part, trace in simulate_traces(
        Batch(made, worlds, (AS_THINGS_WERE,)), blocks, SilentProgress()
    ):
        passage = trace.passages[0]
        leaves = jax.tree.leaves((passage.outcome, passage.measures, passage.chances))
        found.append([np.asarray(one)[: len(part)].tobytes() for one in leaves])
    return found


def set_otherwise(crisis, worlds, key):
    """Return worlds in which a number has another value, None where it can have none."""
    number = crisis.numbers[key]
    column = worlds.table[key]
    if rule_codes_of(number.value) or not np.isfinite(column).all():
        return None
    value = 1.3 * float(np.quantile(column, 0.9)) + 0.37
    low, high = number.domain.lower, number.domain.upper
    value = max(
        min(value, 0.9 * high) if high is not None else value, low if low is not None else value
    )
    return replace(worlds, setting=(SetCell(key, NumberLiteral(value), lower=low, upper=high),))


def test_what_is_said_to_be_never_used_changes_nothing_and_the_rest_does(mechanism):
    crisis, made = mechanism
    stage = made.structure.stages[0]
    worlds = Worlds(crisis, 1, WORLDS)
    before = left_by(mechanism, worlds)
    changes, keys = {}, sorted(made.ledger.reads[stage])
    for key in keys:
        other = set_otherwise(crisis, worlds, key)
        if other is not None:
            changes[key] = left_by(mechanism, other) != before
    idle = {key for key in changes if is_idle(made.structure, stage, key)}
    assert not [key for key in idle if changes[key]]
    # A soldier's discipline without a soldier, the least resolve of many: the sample has few worlds.
    in_vain = [key for key in changes if key not in idle and not changes[key]]
    assert len(in_vain) <= 4


def test_numpy_reads_the_trace_as_the_compiler_does(mechanism, blocks):
    crisis, _ = mechanism
    with without_compiling(FewHistoriesProgram):
        batch = Batch(program_for(crisis), Worlds(crisis, 1, WORLDS), runs_of(crisis))
        read = list(simulate_traces(batch, every_block(range(WORLDS), 0, 1), SilentProgress()))
    numbered = {
        tuple(row): (trace, place) for part, trace in read for place, row in enumerate(part)
    }
    for part, compiled in blocks:
        for place, row in enumerate(part):
            interpreted, own = numbered[tuple(row)]
            for one, other in zip(
                jax.tree.leaves(interpreted), jax.tree.leaves(compiled), strict=True
            ):
                if other.shape[-1] == BLOCK:
                    np.testing.assert_allclose(
                        one[own, ..., :FEW], other[place, ..., :FEW], rtol=1e-4, atol=1e-4
                    )
