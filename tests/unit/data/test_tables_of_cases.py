"""The tables that come with the package: what is in them, what is missing, what is said of them."""

import csv

import pandas as pd
import pytest

from conjuncture import data
from conjuncture.data.case_records import records, select_cases, success_rate_of
from conjuncture.errors import UsageError
from conjuncture.scenario.bibliography import works

TABLES = {
    "attempts": data.attempts,
    "military_attempts": data.military_attempts,
    "campaigns": data.campaigns,
}


@pytest.fixture(params=TABLES)
def entry(request):
    return data.DICTIONARY[request.param]


@pytest.fixture
def frame(entry):
    return TABLES[entry.name]()


@pytest.mark.parametrize(
    ("table", "tags", "cases", "share"),
    [
        ("attempts", {}, 491, 0.499),
        ("attempts", {"plotters": "elite"}, 177, 0.780),
        ("attempts", {"plotters": "combat"}, 259, 0.328),
        ("attempts", {"plotters": None}, 55, 0.400),
        ("attempts", {"protest": "yes"}, 19, 0.947),
        ("attempts", {"protest": "no"}, 266, 0.508),
        ("attempts", {"outside_support": "yes"}, 132, 0.485),
        ("attempts", {"outside_support": "no"}, 153, 0.582),
        ("military_attempts", {"plotters": "combat"}, 286, 0.290),
        ("military_attempts", {"plotters": "elite"}, 191, 0.764),
        ("campaigns", {}, 352, 0.426),
        ("campaigns", {"method": "nonviolent", "defection": "yes"}, 52, 0.769),
    ],
)
def test_known_rates(table, tags, cases, share):
    frame = TABLES[table]()
    for name, option in tags.items():
        frame = frame[frame[name].isna() if option is None else (frame[name] == option)]
    assert frame["success"].count() == cases
    assert round(float(frame["success"].mean()), 3) == share


def test_bolivia():
    frame = data.attempts()
    bolivia = frame[(frame["country"] == "Bolivia") & frame["year"].between(1969, 1971)]
    assert dict(zip(bolivia["case"], bolivia["success"], strict=True)) == {
        "Bolivia 1969-09-26": 1,
        "Bolivia 1970-10-06": 1,
        "Bolivia 1971-01-10": 0,
        "Bolivia 1971-08-22": 1,
    }
    torres = frame.set_index("case").loc["Bolivia 1970-10-06"]
    told = {
        "plotters": "elite",
        "aim": "reshuffling",
        "outside_support": "yes",
        "protest": "no",
        "outsiders": "COB",
        "incumbent": "military",
        "prior": "one",
        "region": "americas",
    }
    assert {name: torres[name] for name in told} == told


def test_every_cell_is_what_the_dictionary_says(entry, frame):
    assert len(frame) == entry.rows
    assert list(frame.columns) == [column.name for column in entry.columns]
    assert frame[entry.case].is_unique
    for column in entry.columns:
        cells = frame[column.name]
        assert int(cells.isna().sum()) == column.missing, column.name
        assert pd.api.types.is_extension_array_dtype(cells.dtype), column.name
        if column.options:
            assert set(cells.dropna()) == set(column.options), column.name


def test_the_dictionary_says_of_every_column_what_it_is_and_whose(entry):
    for column in entry.columns:
        assert column.meaning.endswith("."), column.name
        assert set(column.source.works) <= set(works()), column.name
        assert column.source.terms.endswith("."), column.name
        assert bool(column.options) or column.kind != "tag", column.name
        assert column.hindsight or column.kind != "outcome", column.name


def test_the_tags_are_the_columns_of_that_kind(entry):
    tags = data.TAGS[entry.name]
    assert list(tags) == [column.name for column in entry.columns if column.kind == "tag"]
    for name, tag in tags.items():
        column = entry.column(name)
        assert (tag.name, tag.options) == (name, tuple(column.options))
        assert (tag.meaning, tag.hindsight) == (column.meaning, column.hindsight)


def test_nothing_missing_has_become_a_zero():
    attempts, campaigns = data.attempts(), data.campaigns()
    assert attempts.loc[attempts["outside_support"].isna(), "protest"].isna().all()
    assert attempts.loc[attempts["year"] < 1955, "prior_attempts"].isna().all()
    assert not attempts.loc[attempts["year"] >= 1955, "prior_attempts"].isna().any()
    assert not (campaigns["participation_share"] == 0).any()
    unended = campaigns["result"] == "ongoing"
    assert (campaigns["success"].isna() == unended).all()
    assert int(unended.sum()) == 37


def test_what_is_worked_out_agrees_with_what_it_is_worked_out_from():
    attempts, campaigns = data.attempts(), data.campaigns()
    several = attempts["prior_attempts"].dropna().clip(upper=2)
    words = several.map({0: "none", 1: "one", 2: "several"})
    assert (attempts["prior"].dropna() == words).all()
    named = attempts["outsiders"].str.casefold().str.contains("protest")
    assert (attempts.loc[named.fillna(False), "protest"] == "yes").all()
    assert (attempts["date"].str[:4].astype(int) == attempts["year"]).all()
    sizes = campaigns.groupby("size")["participation_share"]
    assert sizes.max()["small"] < 0.001 <= sizes.min()["medium"]
    assert sizes.max()["medium"] < 0.01 <= sizes.min()["large"]
    assert (campaigns["start"] <= campaigns["end"]).all()


def test_no_case_is_lost_to_words_that_look_like_nothing(entry, frame):
    with data.path(entry.name).open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    for column in entry.columns:
        if column.kind in ("text", "tag", "date"):
            kept = frame[column.name].fillna("").tolist()
            assert kept == [row[column.name] for row in written]
    assert list(records(entry.name)) == written


def test_cases_that_do_not_have_a_tag_are_left_out():
    found = select_cases("attempts", {"protest": "yes", "plotters": "elite"})
    assert all(case["protest"] == "yes" and case["plotters"] == "elite" for case in found)
    assert select_cases("attempts", {"aim": "warlord", "protest": "yes"}) == ()
    nothing = success_rate_of(())
    assert (nothing.cases, nothing.share) == (0, None)


@pytest.mark.parametrize(
    ("table", "tags", "says"),
    [
        ("atempts", {}, "there is no table 'atempts'; the tables are attempts, military_attempts"),
        ("attempts", {"protests": "yes"}, "did you mean 'protest'? the tags are: plotters, leader"),
        ("campaigns", {"size": "larg"}, "did you mean 'large'? write one of: small, medium, large"),
        ("attempts", {"success": "1"}, "the attempts have no tag 'success'"),
    ],
)
def test_what_is_not_there_gets_the_list(table, tags, says):
    with pytest.raises(UsageError) as error:
        select_cases(table, tags)
    assert says in str(error.value)
