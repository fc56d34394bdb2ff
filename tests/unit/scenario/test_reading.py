from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.language.nodes import Cell, Either, NumberLiteral, RandomDraw
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.scenario_file import crises, find_scenario, read_crisis

GOOD = Path(__file__).parents[2] / "contracts" / "malformed"


@pytest.fixture(scope="module")
def crisis() -> Crisis:
    return read_crisis(GOOD, stage_models())


def changed(folder: Path, *edits: tuple[str, str]) -> Crisis:
    shutil.copy(GOOD / "account.md", folder)
    text = (GOOD / "scenario.yaml").read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "scenario.yaml").write_text(text, "utf-8")
    return read_crisis(folder, stage_models())


def warned(crisis: Crisis, words: str) -> bool:
    return any(words in warning for warning in crisis.warnings)


def test_order_of_the_file_is_kept(crisis):
    assert list(crisis.forces) == ["staff", "council", "army", "unions"]
    assert list(crisis.claims) == ["crowd", "numbers"]
    assert list(crisis.numbers)[:2] == ["mood", "fog"]


def test_cells_are_stated_or_documented(crisis):
    numbers = crisis.numbers
    assert numbers["fog"].stated
    assert not numbers["decisiveness"].stated
    assert numbers["army.mass"].value == NumberLiteral(0.0)
    assert "army.ties.staff" in numbers
    assert "staff.ties.army" not in numbers
    assert {"council.leans.general", "council.leans.president"} <= set(numbers)
    assert "army.organisation" not in numbers
    assert numbers["showdown.general.resolve"].stated
    assert numbers["showdown.broadcast.reach.army"].value == NumberLiteral(0.4)
    assert set(crisis.vocabulary.cells) == set(numbers)


def test_widest_is_what_the_placebo_run_needs(crisis):
    numbers = crisis.numbers
    assert numbers["mood"].widest == numbers["mood"].value
    fog = numbers["fog"].widest
    assert isinstance(fog, RandomDraw)
    assert fog != numbers["fog"].value
    lean = numbers["army.leans.general"].widest
    assert isinstance(lean, RandomDraw)
    assert lean.site == "army.leans.general"
    assert numbers["army.troops"].widest != numbers["army.troops"].value
    assert numbers["staff.mass"].widest == NumberLiteral(0.0)
    assert numbers["staff.leans.general"].widest == numbers["staff.leans.general"].value


def test_choice_of_rules_is_widest_when_any_may_apply(tmp_path):
    read = changed(tmp_path, ("    next:", "    strength: refusal\n    next:"))
    widest = read.numbers["showdown.strength"].widest
    assert isinstance(widest, Either)
    assert widest.weights == (0.5, 0.5)


def test_sworn_may_be_an_option(crisis):
    value = crisis.numbers["unions.leans.president"].value
    assert isinstance(value, Either)
    assert value.options[1] == NumberLiteral(float("inf"))
    assert value.weights == pytest.approx((0.7, 0.3))


def test_shared_unknowns_stay_references(crisis):
    value = crisis.numbers["army.leans.general"].value
    assert Cell("mood") in (value.left, value.right)


def test_places_and_provenance(crisis):
    number = crisis.numbers["unions.mass"]
    assert number.place is not None
    assert (number.place.line, number.place.column) == (21, 11)
    assert number.provenance.source == "smith"
    assert number.provenance.note == "a guess"
    quote = number.provenance.quote
    assert quote is not None
    assert crisis.account[quote.start : quote.end].split() == ["twenty", "thousand", "people"]
    assert crisis.uncovered == ("The envoy promised money.",)


def test_digest_does_not_hang_on_layout(crisis, tmp_path):
    same = changed(
        tmp_path,
        ("mass: 1 to 3", "mass:   1.0 to 3   # as written"),
        ("{staff: 1.5}", "\n      staff: 1.50"),
        ("general: warm + mood", '"general": "warm+mood"'),
        ("    says: Nobody could tell.", "    says: >-\n      Nobody\n      could tell."),
    )
    assert same.digest == crisis.digest
    assert same.account_digest == crisis.account_digest


def test_digest_hangs_on_values(crisis, tmp_path):
    assert changed(tmp_path, ("mass: 1 to 3", "mass: 1 to 4")).digest != crisis.digest


def test_wide_interval_is_doubted(tmp_path):
    assert warned(changed(tmp_path, ("mass: 1 to 3", "mass: 1 to 300")), "factor of 100")


def test_idle_unknown_is_doubted(tmp_path):
    read = changed(tmp_path, ("  fog:", "  idle: 1 to 2\n  fog:"))
    assert warned(read, "nothing reads the unknown 'idle'")
    assert not warned(read, "unknown 'mood'")
    assert not warned(read, "unknown 'fog'")


def test_unknown_that_a_claim_sets_is_read(tmp_path):
    edits = (("  fog:", "  idle: 1 to 2\n  fog:"), ("do(unions aside)", "do(idle = 2)"))
    assert not warned(changed(tmp_path, *edits), "unknown 'idle'")


def test_value_without_a_source_is_doubted(crisis):
    assert warned(crisis, "'mood' has no quote, note or source")
    assert not warned(crisis, "'mass' of 'unions'")


def test_second_stage_and_visits(tmp_path):
    more = (
        "    visits: 2\n    next: {general: again}\n"
        "  again:\n    mechanism: showdown\n"
        "    camps: {general: {core: staff}, president: {core: council}}\n"
        "    next: {general: showdown}\n"
    )
    edits = (
        ("    next: {general: end}\n", more),
        ("necessity(do(unions aside) for", "necessity(do(unions aside) for"),
        ("army.side = general", "showdown.side[army] = general"),
    )
    read = changed(tmp_path, *edits)
    assert read.stages["showdown"].visits == 2
    assert read.vocabulary.stages["showdown"].visits == 2


def test_stage_that_nothing_leads_to_is_doubted(tmp_path):
    more = (
        "    next: {general: end}\n  lost:\n    mechanism: showdown\n"
        "    camps: {general: {core: staff}, president: {core: council}}\n"
    )
    edits = (
        ("    next: {general: end}\n", more),
        ("army.side = general", "showdown.side[army] = general"),
    )
    assert warned(changed(tmp_path, *edits), "no outcome leads to the stage 'lost'")


def test_observed_must_be_a_path(tmp_path):
    more = (
        "    next: {general: second}\n  second:\n    mechanism: showdown\n"
        "    camps: {general: {core: staff}, president: {core: council}}\n"
    )
    edits = (
        ("    next: {general: end}\n", more),
        ("army.side = general", "showdown.side[army] = general"),
        ("{showdown: president}", "{showdown: president, second: general}"),
    )
    with pytest.raises(ScenarioError, match="'second' cannot have happened"):
        changed(tmp_path, *edits)


@pytest.mark.parametrize("slug", crises())
def test_every_crisis_of_the_catalogue_reads(slug):
    assert read_crisis(find_scenario(slug), stage_models()).slug == slug


def test_folder_and_file_are_the_same(crisis):
    assert read_crisis(GOOD / "scenario.yaml", stage_models()).digest == crisis.digest
