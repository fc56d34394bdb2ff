"""Every number that can be had in two ways is the same in both, in all cases of the catalogue.

The ways: a query, the export as arrays and as files, the tables of a run, the tree, the flows, the
tests of claims, the address that a chronicle chooses, the comparison, the report, and JSON. Where they
count the same histories they agree to rounding. Only a query about nothing but the outcomes of one
stage counts histories by their chances, and agrees with what was drawn within its error.
"""

import json
from importlib.resources import files

import numpy as np
import pyarrow.parquet
import pytest
import xarray
from scipy import stats
from typer.testing import CliRunner

import conjuncture
from chance import false_alarm
from conjuncture.analysis.chronicle import replay_block
from conjuncture.analysis.claim_comparisons import quantity_compared
from conjuncture.analysis.illustrations import choose_typical, choose_typical_of_observed
from conjuncture.analysis.questions import observed_event_of
from conjuncture.cli.app import app
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.ensemble import Ensemble
from conjuncture.language.unparser import write
from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.number_format import percent
from conjuncture.report.builder import course_section
from conjuncture.scenario.scenario_file import read_crisis
from crises import every_crisis
from two_ways import CLOSE, ExportedHistories, values_of

WORLDS = 40


@pytest.fixture(scope="module", params=every_crisis())
def ensemble(request):
    return conjuncture.load(request.param).run(worlds=WORLDS)


@pytest.fixture(scope="module")
def exported(ensemble):
    return ExportedHistories(ensemble, ensemble.to_xarray())


@pytest.fixture(scope="module")
def tested(ensemble):
    return ensemble.test()


def invoke(*arguments):
    found = CliRunner().invoke(app, [*arguments, "--worlds", str(WORLDS), "--json"])
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def hold_parts_against_queries(exported):
    asked = dict(exported.parts())
    found = [one.value for one in values_of(exported.ensemble, list(asked))]
    np.testing.assert_allclose(found, list(asked.values()), **CLOSE)
    return len(asked)


def test_every_exported_part_is_what_a_query_says(exported):
    assert hold_parts_against_queries(exported) > 90


@pytest.mark.parametrize("name", sorted(packages()))
def test_every_exported_part_of_every_mechanism_is_what_a_query_says(name, write_crisis):
    sample = files(packages()[name]) / "sample.yaml"
    crisis = read_crisis(write_crisis(sample.read_text(encoding="utf-8")), stage_models())
    ensemble = Ensemble(crisis, worlds=6)
    assert hold_parts_against_queries(ExportedHistories(ensemble, ensemble.to_xarray())) > 3


@pytest.mark.slow
def test_files_hold_what_the_arrays_hold(ensemble, tmp_path):
    few = Ensemble(ensemble.crisis, worlds=4)
    exported = ExportedHistories(few, few.to_xarray())
    exported.ensemble.save(tmp_path / "a.nc")
    with xarray.open_datatree(tmp_path / "a.nc", engine="h5netcdf") as again:
        xarray.testing.assert_equal(again.load(), exported.data)
    exported.ensemble.save(tmp_path / "a.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet").to_pandas()
    table = table.sort_values(["world", "history"]).drop(columns=["world", "history"])
    columns = dict(exported.columns())
    assert set(table.columns) == set(columns)
    for name, (values, labels) in columns.items():
        if not labels:
            found = table[name].to_numpy(float, na_value=np.nan)
            np.testing.assert_array_equal(found, values, name)
        elif name.startswith("value:"):
            assert table[name].tolist() == [labels[int(code)] for code in values]
        else:
            assert table[name].cat.categories.tolist() == labels
            np.testing.assert_array_equal(table[name].cat.codes, values, name)


def test_the_table_of_a_run_says_what_the_histories_do(exported):
    ensemble = exported.ensemble
    for stage, summary in ensemble.stages().items():
        symbols = ensemble.crisis.vocabulary.stages[stage]
        codes = exported.last(stage)
        came = codes >= 0
        assert summary.reached_share == pytest.approx(came.mean(), abs=1e-12)
        for code, label in enumerate(symbols.outcomes):
            assert summary.outcomes[label].value == pytest.approx((codes == code).mean(), abs=1e-12)
        for measure, shares in summary.labels.items():
            here = exported.last(stage, measure)[came]
            for code, label in enumerate(symbols.measures[measure].kind.labels):
                expected = (here == code).mean() if came.any() else np.nan
                assert shares[label].value == pytest.approx(expected, abs=1e-12, nan_ok=True)
        for measure, found in summary.means.items():
            here = exported.last(stage, measure)[came]
            expected = here.mean(dtype=float) if came.any() else np.nan
            np.testing.assert_allclose(found.value, expected, **CLOSE)


def test_a_query_about_one_stage_counts_chances_and_agrees_within_its_error(ensemble):
    """Of a history whose outcome has chance p, what was drawn differs from p with variance p (1 - p)."""
    pairs = [
        (f"P({stage} = {label})", one.value)
        for stage, summary in ensemble.stages().items()
        for label, one in summary.outcomes.items()
    ]
    found = np.array([one.value for one in values_of(ensemble, [text for text, _ in pairs])])
    drawn = np.array([value for _, value in pairs])
    error = np.sqrt(np.maximum(found * (1.0 - found), 1e-9) / (WORLDS * ensemble.histories))
    # One comparison of the suite, shared by all outcomes of a case.
    room = stats.norm.isf(false_alarm() / 2 / len(pairs))
    assert (np.abs(found - drawn) < room * error + 1e-6).all()
    assert not np.array_equal(found, drawn)


def test_the_tree_has_the_shares_of_the_histories(exported):
    tree = exported.ensemble.tree(0.002)
    seen = 0

    def walk(fork, here):
        nonlocal seen
        codes = exported.codes(fork.stage, fork.visit)
        labels = exported.crisis.vocabulary.stages[fork.stage].outcomes
        told = sum(branch.probability.value for branch in fork.branches)
        assert told + fork.rarer_probability == pytest.approx((here & (codes >= 0)).mean())
        for branch in fork.branches:
            seen += 1
            taken = here & (codes == labels.index(branch.outcome))
            assert branch.probability.value == pytest.approx(taken.mean(), abs=1e-12)
            assert branch.here.value == pytest.approx(taken.sum() / here.sum(), abs=1e-12)
            if branch.then is not None:
                walk(branch.then, taken)

    walk(tree.root, np.ones((WORLDS, exported.ensemble.histories), bool))
    assert seen > 3
    for name in {(flow.stage) for flow in exported.ensemble.flows()}:
        stage, _, visit = name.partition(" (")
        codes = exported.codes(stage, int(visit.rstrip(")") or 1))
        for code, label in enumerate(exported.crisis.vocabulary.stages[stage].outcomes):
            share = sum(
                flow.share
                for flow in exported.ensemble.flows()
                if (flow.stage, flow.outcome) == (name, label)
            )
            assert share == pytest.approx((codes == code).mean(), abs=1e-12)


def test_a_chronicle_counts_the_histories_that_went_its_way(exported):
    """The course it names, how many took it, and every outcome and measure at its address."""
    ensemble = exported.ensemble
    choice = choose_typical(ensemble.simulator)
    program = program_for(ensemble.crisis)
    (passed,) = replay_block(program, ensemble.simulator, choice, (AS_THINGS_WERE,))
    same = np.ones((WORLDS, ensemble.histories), bool)
    for one in passed:
        labels = ensemble.crisis.vocabulary.stages[one.stage].outcomes
        same &= exported.codes(one.stage, one.visit) == labels.index(one.outcome)
        for measure, reading in one.measures.items():
            symbol = ensemble.crisis.vocabulary.stages[one.stage].measures[measure]
            kind = symbol.kind
            told = reading.values() if symbol.index else [reading]
            if symbol.index:
                assert list(reading) == list(symbol.index)
            for shown, part in zip(told, symbol.index or [""], strict=True):
                value = exported.part(one.stage, measure, one.visit, part).values[
                    choice.world, choice.history
                ]
                if kind.labels:
                    assert shown == kind.labels[int(value)]
                else:
                    assert shown == pytest.approx(float(value), rel=1e-6)
    assert choice.why.startswith(f"{same.sum():,} of the {same.size:,} histories took this course")
    assert (choice.world, choice.history) == tuple(np.argwhere(same)[0])


def test_the_history_that_a_report_tells_went_as_observed(exported):
    ensemble = exported.ensemble
    choice = choose_typical_of_observed(ensemble.courses(), ensemble.crisis)
    so = np.ones((WORLDS, ensemble.histories), bool)
    for stage, outcome in ensemble.crisis.observed.items():
        labels = ensemble.crisis.vocabulary.stages[stage].outcomes
        so &= exported.last(stage) == labels.index(outcome)
    assert so[choice.world, choice.history]
    assert f"{so.sum():,} histories that went as observed" in choice.why


def test_a_claim_and_a_query_of_what_it_compares_have_one_value(ensemble, tested):
    queries = [write(quantity_compared(one.claim.test)) for one in tested]
    prior = values_of(ensemble, queries)
    for one, before in zip(tested, prior, strict=True):
        answer = one.prior.answer
        assert answer.value == pytest.approx(before.value, abs=1e-9, nan_ok=True)
        assert answer.interval == pytest.approx(before.interval, abs=1e-9, nan_ok=True)
        assert answer.standard_error == pytest.approx(before.standard_error, nan_ok=True)
        assert answer.undefined == pytest.approx(before.undefined, abs=1e-12)
        assert answer.forestalled == before.forestalled
        assert (answer.coupling is None) == (before.coupling is None)
        if answer.coupling is not None:
            assert answer.coupling == pytest.approx(before.coupling, abs=1e-12)
            low, high = answer.coupling
            assert 0.0 <= low <= answer.value <= high <= 1.0
    one = next(one for one in tested if np.isfinite(one.prior.answer.value))
    alone = ensemble.query(write(quantity_compared(one.claim.test)))
    assert alone.value == pytest.approx(one.prior.answer.value, abs=1e-9)


@pytest.mark.slow
def test_a_claim_as_it_happened_is_a_query_of_as_many_worlds(ensemble, tested):
    """Those that were looked for count as if all the worlds had been asked."""
    crisis = ensemble.crisis
    late = [one for one in tested if one.as_it_happened and not one.as_it_happened.fresh_luck]
    assert late
    for worlds in {one.as_it_happened.screened or WORLDS for one in late}:
        asked = [one for one in late if (one.as_it_happened.screened or WORLDS) == worlds]
        queries = [write(quantity_compared(one.claim.test)) for one in asked]
        happened = [observed_event_of(crisis, one.claim.test) for one in asked]
        for one, after in zip(
            asked, values_of(Ensemble(crisis, worlds), queries, happened), strict=True
        ):
            found = one.as_it_happened.answer.value
            assert found == pytest.approx(after.value, abs=1e-9, nan_ok=True)


@pytest.mark.slow
def test_json_says_the_same(ensemble, tested):
    slug = ensemble.crisis.slug
    stages = invoke("run", slug)["stages"]
    for stage, summary in ensemble.stages().items():
        for label, one in summary.outcomes.items():
            assert stages[stage]["outcomes"][label]["value"] == one.value
            assert stages[stage]["outcomes"][label]["counts_sha256"] == one.counts_sha256
    claims = {one["id"]: one for one in invoke("test", slug)["claims"]}
    for one in tested:
        value = claims[one.claim.key]["prior"]["value"]
        assert (np.nan if value is None else value) == pytest.approx(
            one.prior.answer.value, abs=1e-12, nan_ok=True
        )
    stage, outcome = next(iter(ensemble.crisis.observed.items()))
    text = f"P({stage} = {outcome})"
    assert invoke("query", slug, text)["value"] == ensemble.query(text).value


def test_the_report_and_the_comparison_show_these_numbers(ensemble):
    shown = {(row[0], row[1]): row[2] for row in course_section(ensemble).tables[0].rows}
    expected = [
        percent(one.value, one.standard_error)
        for summary in ensemble.stages().values()
        for one in summary.outcomes.values()
    ]
    assert list(shown.values()) == expected
    like = ensemble.crisis.like
    beside = ensemble.compare().own
    assert beside.value == pytest.approx(ensemble.query(f"P({like.written})").value, abs=1e-9)
