"""The populations, and the chances of their cells by simulation."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm
from scripts.learn.case_simulator import CaseSimulator
from scripts.learn.population import ATTEMPTS, CAMPAIGNS, Population

from chance import bound
from conjuncture.data.dictionary import TAGS
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Either, RandomDraw, walk

TOY = """
conjuncture: 1
title: Everyone sworn
account: account.md
unknowns:
  edge: 0 to 2
  uneven: {either: {0: 0.5, 1: 0.5}}
  strong: {either: {0: 0.5, 1: 0.5}}
  lucky: {either: {0: 0.5, 1: 0.5}}
  luck: {value: "normal(0, 1)"}
  margin: uneven * luck + 0.5 * (1 - uneven)
forces:
  red: {kind: army, troops: exp(uneven * luck)}
  reds: {kind: army, troops: exp(edge) * strong * exp(uneven * luck), leans: {a: sworn}}
  blue: {kind: army, troops: 1 + lucky}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
"""
"""Nobody chooses: the contest success function gives the chance of every case."""


@pytest.fixture(scope="module")
def toy(write_crisis):
    """A population in which every chance is known."""
    return Population(
        name=str(write_crisis(TOY)),
        success="showdown = a",
        parameters=("decisiveness", "edge", "uneven"),
        tags={"strong": ("might", "strong"), "lucky": ("luck", "other")},
    )


@pytest.mark.parametrize("population", [ATTEMPTS, CAMPAIGNS], ids=lambda one: one.name)
class TestPopulations:
    def test_tags_are_columns_of_the_table_and_words_in_its_cells(self, population):
        for column, text in population.tags.values():
            assert text in TAGS[population.name][column].options

    def test_every_combination_of_tags_is_a_cell(self, population):
        cells = population.cells
        assert len(set(cells)) == len(cells) == 2 ** len(population.tags)
        assert cells[0] == (0,) * len(population.tags)
        assert cells[1] == (0,) * (len(population.tags) - 1) + (1,)

    def test_each_draw_of_the_scenario_is_a_parameter_a_tag_or_differs_from_case_to_case(
        self, population
    ):
        sites = {
            node.site
            for number in population.crisis.numbers.values()
            for node, _ in walk(number.value)
            if isinstance(node, RandomDraw | Either)
        }
        parts = [*population.sites, *population.tag_sites, *population.other_sites]
        assert len(parts) == len(set(parts))
        assert set(parts) == sites

    def test_a_tag_is_0_in_the_lower_half_of_its_draw_and_1_in_the_upper(self, population):
        places = np.array([0.25, 0.75])
        placed = dict.fromkeys(population.tag_sites, places)
        table = Worlds(population.crisis, 1, 2, placed=placed).table
        for name in population.tags:
            assert table[name].tolist() == [0.0, 1.0]

    def test_no_number_that_differs_from_case_to_case_is_noted_as_a_parameter(self, population):
        for key, number in population.crisis.numbers.items():
            told = number.provenance.note.startswith("Parameter")
            assert not told or key in population.parameters


def test_a_number_that_is_no_single_draw_is_no_parameter():
    with pytest.raises(ValueError, match="not enough values"):
        ATTEMPTS.site_of("to_plot")


def test_cases_that_come_to_be_recorded_are_those_whose_number_is_above_0():
    simulator = CaseSimulator(ATTEMPTS, cases=4, seed=3)
    count = 40 * simulator.cases * simulator.tries
    generator = np.random.default_rng(5)
    sites = (*ATTEMPTS.sites, *ATTEMPTS.tag_sites, *ATTEMPTS.other_sites)
    place = {site: generator.random(count) for site in sites}
    place[ATTEMPTS.site_of("bar")] = np.full(count, 0.999)
    kept, made = simulator.select_recorded(place, count)
    margin = Worlds(ATTEMPTS.crisis, 3, count, placed=place).table[ATTEMPTS.made]
    np.testing.assert_array_equal(made, margin > 0.0)
    by_cell = [np.flatnonzero(some) for some in made.reshape(40, -1)]
    wanted = [16 * cell + row for cell, rows in enumerate(by_cell) for row in rows[:4]]
    assert kept.tolist() == wanted
    assert 0 < len(wanted) < 160


def test_where_nobody_chooses_the_contest_success_function_gives_the_chance_of_each_cell(toy):
    points = np.array([[0.2, 0.7, 0.25], [0.9, 0.4, 0.25]])
    found = CaseSimulator(toy, cases=2, seed=1).chances(points)
    decisiveness, edge = worked_out(toy, points)
    strong, lucky = np.array(toy.cells).T
    ratio = (1.0 + strong * np.exp(edge)[:, None]) / (1.0 + lucky)
    np.testing.assert_allclose(found.means, expit(decisiveness[:, None] * np.log(ratio)), 1e-5)
    assert (found.errors < 1e-4).all()
    assert (found.made == 1.0).all()


def test_the_chance_is_averaged_over_cases_that_came_to_be_recorded(toy):
    points = np.array([[0.5, 0.5, 0.75]])
    [decisiveness], [edge] = worked_out(toy, points)
    strong, lucky = np.array(toy.cells).T
    edges = np.log((1.0 + strong * np.exp(edge)) / (1.0 + lucky))
    for made, lower in (("", 0.0), ("margin", 0.5)):
        found = CaseSimulator(replace(toy, made=made), cases=512, seed=2).chances(points)
        luck = norm.ppf(lower + (1.0 - lower) * (np.arange(20_000) + 0.5) / 20_000)
        chance = expit(decisiveness * (edges[:, None] + luck))
        errors = chance.std(axis=1) / np.sqrt(512)
        wrong = (found.means[0] - chance.mean(axis=1)) / errors
        assert np.abs(wrong).max() < bound(len(wrong))
        np.testing.assert_allclose(found.errors[0], errors, rtol=0.25)
        if made:
            kept = (found.made[0] - 0.5) / (0.5 / np.sqrt(4 * 512))
            assert np.abs(kept).max() < bound(len(kept))


def test_equal_seeds_give_equal_chances(toy):
    points = np.array([[0.5, 0.5, 0.75]])
    one, other, third = (CaseSimulator(toy, 8, seed).chances(points).means for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, other)
    assert (one != third).any()


def worked_out(population, points):
    """Return the first two parameters at some points."""
    placed = {site: points[:, place] for place, site in enumerate(population.sites)}
    table = Worlds(population.crisis, 1, len(points), placed=placed).table
    return table["decisiveness"], table["edge"]
