"""What every crisis of the catalogue keeps."""

import csv
from importlib.resources import files

import pytest

import conjuncture
from conjuncture.data.dictionary import DICTIONARY
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import crises, find_scenario, read_crisis


@pytest.fixture(scope="module", params=sorted(crises()))
def crisis(request):
    return read_crisis(find_scenario(request.param), stage_models())


def test_it_reads_without_a_warning(crisis):
    assert crisis.warnings == ()


def test_every_stated_number_says_where_it_comes_from(crisis):
    for number in crisis.numbers.values():
        said = number.provenance
        assert not number.stated or said.quote or said.note or said.source, number.key


def test_every_claim_quotes_the_account(crisis):
    assert crisis.claims
    for claim in crisis.claims.values():
        assert claim.provenance.quote is not None, claim.key
        quote = claim.provenance.quote
        found = crisis.account[quote.start : quote.end]
        assert found.split()[0] == quote.text.split()[0]


def test_the_kind_of_case_is_what_the_table_has(crisis):
    like = crisis.like
    assert like is not None
    assert like.provenance.source
    assert "knew the outcome" in like.provenance.note
    name = DICTIONARY[like.among].case
    table = files("conjuncture.data").joinpath(f"{like.among}.csv").read_text("utf-8")
    (row,) = (one for one in csv.DictReader(table.splitlines()) if one[name] == like.case)
    assert {tag: row[tag] for tag in like.tags} == like.tags


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(crises()))
def test_what_happened_is_possible_and_every_claim_can_be_tested(name):
    ensemble = conjuncture.load(name).run(worlds=64)
    crisis = ensemble.crisis
    for stage, outcome in crisis.observed.items():
        assert ensemble.query(f"P({stage} = {outcome})").value > 0
    tested = ensemble.test()
    assert [one.claim.key for one in tested] == list(crisis.claims)
    for one in tested:
        assert 0 <= one.prior.verdict.interval[0] <= one.prior.verdict.interval[1] <= 1
