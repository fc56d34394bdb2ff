"""``like``: what kind of case a crisis is."""

from __future__ import annotations

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from conjuncture.data.case_records import case_names
from conjuncture.data.dictionary import TAGS
from conjuncture.errors import ScenarioError
from conjuncture.language.nodes import Compare, Label, Or, Outcome
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.account import ModelPart, coverage_of
from conjuncture.scenario.bibliography import citations_of, reference_text
from conjuncture.scenario.crisis import Likeness
from conjuncture.scenario.schema import build_schema
from crisis_with_traces import SCENARIO, has_warning, read

LIKE = """\
like:
  success: clash = red or purge = red
  case: Bolivia 1970-10-06
  plotters: elite
  protest: no
  outside_support: yes
  quote: The general marched
  note: >-
    As the tables
    have it.
"""


def mistakes_told_of(folder, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, SCENARIO + text)
    return [str(mistake).removeprefix(str(folder)) for mistake in caught.value.mistakes]


def fits(text: str) -> bool:
    written = YAML(typ="safe", pure=True).load(SCENARIO + text)
    return jsonschema.Draft202012Validator(build_schema(stage_models())).is_valid(written)


def test_what_is_said_is_read(tmp_path):
    like = read(tmp_path, SCENARIO + LIKE).like
    assert isinstance(like, Likeness)
    assert like.among == "attempts"
    assert like.case == "Bolivia 1970-10-06"
    assert list(like.tags.items()) == [
        ("plotters", "elite"), ("protest", "no"), ("outside_support", "yes"),
    ]  # fmt: skip
    assert like.written == "clash = red or purge = red"
    assert like.success == Or(
        Compare("=", Outcome("clash"), Label("red", 0)),
        Compare("=", Outcome("purge"), Label("red", 0)),
    )
    assert like.stages == ("clash", "purge")
    assert like.provenance.note == "As the tables have it."
    assert like.place is not None
    assert like.place.line == SCENARIO.count("\n") + 1


def test_nothing_said_is_nothing(tmp_path):
    assert read(tmp_path, SCENARIO).like is None


def test_success_is_all_that_must_be_said(tmp_path):
    like = read(tmp_path, SCENARIO + "like: {success: clash = red, note: x}\n").like
    assert like is not None
    assert (like.among, like.case, dict(like.tags)) == ("attempts", "", {})


def test_campaigns_have_tags_of_their_own(tmp_path):
    text = "like: {among: campaigns, success: clash = red, method: nonviolent, note: x}\n"
    like = read(tmp_path, SCENARIO + text).like
    assert like is not None
    assert (like.among, like.tags) == ("campaigns", {"method": "nonviolent"})


def test_all_mistakes_come_at_once_each_with_its_place(tmp_path):
    text = "like:\n  success: clash = green\n  case: Bolivia 1970\n  ploters: elite\n"
    text += "  protest: never\n  method: violent\n  source: nobody\n"
    found = mistakes_told_of(tmp_path, text)
    line = SCENARIO.count("\n")
    places = [tuple(map(int, one.split(":")[1:3])) for one in found]
    assert places == [
        (line + 2, 20), (line + 3, 9), (line + 4, 3), (line + 5, 12), (line + 6, 3), (line + 7, 11),
    ]  # fmt: skip
    assert "Bolivia 1970-10-06" in found[1]
    assert found[2].endswith(
        "the attempts have no tag 'ploters'; did you mean 'plotters'? "
        f"the tags of the attempts are: {', '.join(TAGS['attempts'])}"
    )
    assert found[3].endswith("'protest' is never 'never'; write one of: yes, no")
    assert "'method' is a tag of the campaigns, not of the attempts" in found[4]


def test_a_stage_that_cannot_be_read_hides_no_mistake_in_the_tags(tmp_path):
    text = SCENARIO.replace("mechanism: showdown", "mechanism: shodown", 1)
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text + "like: {success: clash = red, ploters: elite}\n")
    assert [mistake.problem for mistake in caught.value.mistakes] == [
        "there is no mechanism 'shodown'", "the attempts have no tag 'ploters'",
    ]  # fmt: skip


def test_without_a_source_it_is_doubted(tmp_path):
    crisis = read(tmp_path, SCENARIO + "like: {success: clash = red}\n")
    assert has_warning(crisis, "'like' has no quote, note or source")
    assert not has_warning(read(tmp_path, SCENARIO + LIKE), "'like'")


def test_its_quote_stands_behind_it(tmp_path):
    found = {one.sentence: one.parts for one in coverage_of(read(tmp_path, SCENARIO + LIKE))}
    assert found["The general marched."] == (ModelPart("like", "attempts"),)


def test_it_is_part_of_what_identifies_a_scenario(tmp_path):
    plain, liked = read(tmp_path, SCENARIO), read(tmp_path, SCENARIO + LIKE)
    assert plain.digest != liked.digest
    again = read(tmp_path, SCENARIO + LIKE.replace("plotters: elite", "plotters:   'elite' # so"))
    assert again.digest == liked.digest
    other = read(tmp_path, SCENARIO + LIKE.replace("plotters: elite", "plotters: combat"))
    assert other.digest != liked.digest
    kept = json.loads(liked.canonical)["like"]
    assert kept["note"] == "As the tables have it."


def test_every_option_fits_the_schema_and_is_read(tmp_path):
    for among in ("attempts", "campaigns"):
        tags = {tag: TAGS[among][tag].options[-1] for tag in TAGS[among]}
        listed = ", ".join(f"{tag}: '{option}'" for tag, option in tags.items())
        text = f"like: {{among: {among}, success: clash = red, note: x, {listed}}}\n"
        assert fits(text)
        like = read(tmp_path, SCENARIO + text).like
        assert like is not None
        assert like.tags == tags


@pytest.mark.parametrize(
    "text",
    [
        "{plotters: elite}",
        "{success: clash = red, ploters: elite}",
        "{success: clash = red, plotters: elites}",
        "{success: clash = red, method: violent}",
        "{among: campaigns, success: clash = red, plotters: elite}",
        "{among: wars, success: clash = red}",
    ],
)
def test_misshapen_ones_do_not_fit_the_schema(text):
    assert not fits(f"like: {text}\n")


def test_cases_are_named_once():
    for table, count in (("attempts", 491), ("military_attempts", 477), ("campaigns", 389)):
        assert len(case_names(table)) == count == len(set(case_names(table)))


def test_the_works_behind_the_table_are_cited(tmp_path):
    crisis = read(tmp_path, SCENARIO + LIKE)
    found = {key for key, who in citations_of(crisis).items() if who == "data"}
    assert {"powellthyne2011", "albrecht2021", "chin2021"} == found
    assert all(reference_text(crisis, key) for key in found)
    assert "data" not in citations_of(read(tmp_path, SCENARIO)).values()
