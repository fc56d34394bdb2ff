"""Learned constants: what ships, how a world takes them, what is left out."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scripts.learn.case_groups import GroupOutcomes, group_cases
from scripts.learn.learning_record import learning_markdown, structural_constants_of
from scripts.learn.population import ATTEMPTS
from scripts.learn.population_fit import NARROW

import conjuncture
from chance import bound
from conjuncture import data
from conjuncture.errors import UsageError
from conjuncture.learned_constants import (
    LearnedConstants,
    learned_uniforms_of,
    load_learned,
    own_country_of,
    read_learned,
)
from crises import FREE

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "src" / "conjuncture" / "learned"


def test_what_ships_is_small_and_belongs_to_the_scenario_and_the_table():
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 2**20
    record = load_learned().record
    assert record["scenario_sha256"] == ATTEMPTS.crisis.digest
    assert record["cases"] == len(data.attempts()) == 491
    assert load_learned().parameters == ATTEMPTS.parameters
    assert load_learned().points.min() > 0
    assert load_learned().points.max() < 1


def test_the_page_shows_the_record_that_ships():
    page = (ROOT / "docs/explanation/learned-constants.md").read_text(encoding="utf-8")
    assert learning_markdown(load_learned().record) in page


def test_only_what_became_narrow_is_a_default_and_defaults_say_so():
    summary = load_learned().record["summary"]
    narrow = [name for name, one in summary.items() if one["constant"] and one["width"] < NARROW]
    assert load_learned().record["defaults"] == narrow
    for name, constant in structural_constants_of(ATTEMPTS).items():
        low, _, high = summary[name]["after" if name in narrow else "before"]
        stated = [float(end) for end in constant.default.split(" to ")]
        assert stated == pytest.approx([low, high], rel=0.03)


def test_the_calibration_of_the_fit_gave_no_alarm():
    calibration = load_learned().record["calibration"]
    assert calibration["uniform"]
    assert calibration["repetitions"] >= 300
    assert calibration["covered_90"] == pytest.approx(0.9, abs=0.02)


def test_leaving_out_a_country_divides_by_its_likelihood():
    points = np.full((3, 1), 0.5)
    kept = LearnedConstants(("a",), points, ("Here",), np.log([[0.2], [0.4], [0.4]]), {})
    assert kept.weights("Here") == pytest.approx([0.5, 0.25, 0.25])
    assert kept.weights("Elsewhere") == pytest.approx([1 / 3] * 3)


def test_the_countries_together_make_the_likelihood_of_all():
    frame = data.attempts()
    found = group_cases(frame, ATTEMPTS, tuple(ATTEMPTS.tags))
    outcomes = GroupOutcomes(found.weights, found.successes, found.attempts)
    one = np.full((1, len(ATTEMPTS.cells)), 0.5)
    assert outcomes.log_likelihood(one) == pytest.approx(491 * np.log(0.5))
    everything = load_learned().log_likelihoods.sum(axis=1)
    assert everything == pytest.approx(-0.59 * 491, rel=0.05)


def test_a_case_of_the_catalogue_leaves_out_its_country():
    crisis = conjuncture.load("bolivia-1970").crisis
    assert own_country_of(crisis) == "Bolivia"
    weights = load_learned().weights("Bolivia")
    assert 1 / np.sum(weights**2) > 0.3 * len(weights)
    placed = learned_uniforms_of(crisis, 1, 400)
    assert set(placed) == {
        "decisiveness", "fog", "public_share", "first_showing", "street_exchange",
    }  # fmt: skip
    mean = weights @ load_learned().points[:, ATTEMPTS.parameters.index("decisiveness")]
    error = placed["decisiveness"].std() / 20
    assert abs(placed["decisiveness"].mean() - mean) < bound(1) * error


def test_worlds_take_whole_particles_and_more_worlds_extend_them():
    crisis = conjuncture.load("spain-1981").crisis
    few, many = learned_uniforms_of(crisis, 7, 50), learned_uniforms_of(crisis, 7, 120)
    rows = {tuple(point) for point in load_learned().points}
    columns = [ATTEMPTS.parameters.index(name) for name in few]
    kept = {tuple(np.array(row)[columns]) for row in rows}
    assert all(tuple(row) in kept for row in zip(*few.values(), strict=True))
    for site, uniforms in few.items():
        assert (many[site][:50] == uniforms).all()


def test_what_ships_can_be_written_and_read(tmp_path):
    kept = load_learned()
    kept.save(tmp_path)
    again = read_learned(tmp_path)
    assert again.countries == kept.countries
    assert (again.points == kept.points.astype(np.float32)).all()
    assert json.loads((tmp_path / "attempts.json").read_text())["version"] == kept.version
    assert again.record == replace(kept).record


@pytest.fixture(scope="module")
def free(write_crisis):
    return conjuncture.load(write_crisis(FREE))


def test_a_run_with_learned_constants_says_so_and_keeps_what_is_stated(free):
    run = free.run(worlds=20, constants="learned")
    assert run.record["constants"] == f"learned {load_learned().version}"
    plain = free.run(worlds=20)
    assert plain.record["constants"] == "documented"
    table, other = run.worlds.table, plain.worlds.table
    assert (table["decisiveness"] != other["decisiveness"]).any()
    assert (table["mood"] == other["mood"]).all()
    assert 0 < run.query("P(showdown = a)").value < 1


@pytest.mark.parametrize("ask", ["posterior", "explain", "sensitivity"])
def test_what_takes_unknowns_one_by_one_refuses_learned_constants(free, ask):
    run = free.run(worlds=20, constants="learned")
    with pytest.raises(UsageError, match="learned constants belong together"):
        getattr(run, ask)(*(["showdown = a"] if ask != "posterior" else []))


def test_other_words_for_constants_are_refused(free):
    with pytest.raises(UsageError, match="'documented' or 'learned', not 'guessed'"):
        free.run(worlds=2, constants="guessed")
