"""``python -m scripts.data``: how the tables are built, on sources that were made up."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from scripts.data import __main__ as building
from scripts.data import attempts, campaigns, military_attempts
from scripts.data.checks import complaints
from scripts.data.matching import match_events
from scripts.data.page import PAGE, fill_page
from scripts.data.sources import SourceError

from conjuncture.data import DICTIONARY, columns

ROOT = Path(__file__).parents[3]
FLAGS = ("military", "dissident", "rebel", "palace", "foreign", "popular")


def write(folder, source, rows):
    file = folder / source.file
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def attempt(when, coup="1", country="Ruritania", ccode="369"):
    year, month, day = when.split("-")
    return {
        "country": country, "ccode": ccode, "year": year, "month": str(int(month)),
        "day": str(int(day)), "coup": coup,
    }  # fmt: skip


def ranked(when, combat, country="Ruritania", code="145"):
    return {
        "cowcode": code, "region": "5", "year": when[:4], "country": country, "successful": "1",
        "date": when, "combat": combat,
    }  # fmt: skip


def supported(when, support="", outsiders="", **other):
    row = {
        "ccode": "369", "date": when, "type": "CH", "srofficial": "", "jrofficer": "",
        "anyoutsidesupport": support, "outsidesupporters": outsiders,
    }  # fmt: skip
    return {**row, **other}


def led(begun, ended, career):
    year, month, day = begun.split("-")
    end_year, _, end_month = ended.partition("-")
    return {
        "ccode": "369", "sdate": str(int(day)), "smonth": str(int(month)), "syear": year,
        "emonth": str(int(end_month)) if end_month else "", "eyear": end_year,
        "militarycareer": career,
    }  # fmt: skip


def campaign(name, **other):
    row = dict.fromkeys(
        ("success", "limited", "failure", "ongoing", "nonviol", "viol", "regchange", "fselfdet",
         "secession", "other", "regviol", "defect", "regaid", "statesup"),
        "0",
    )  # fmt: skip
    return {
        "campaign": name, "location": "Ruritania", "byear": "1989", "eyear": "1990", **row,
        "nonviol": "1", "regchange": "1", "success": "1", "participation": "5000",
        "percentage_popular_participation": "0.005", **other,
    }  # fmt: skip


@pytest.fixture
def sources(tmp_path):
    write(
        tmp_path,
        columns.POWELL_THYNE,
        [
            attempt("1951-03-01"),
            attempt("1960-01-10", "2"),
            attempt("1960-01-13"),
            attempt("1963-05-05"),
            attempt("1963-05-05", country="Ruritania", ccode="145"),
            attempt("2022-01-01"),
        ],
    )
    write(
        tmp_path,
        columns.CAM,
        [ranked("1960-01-14", "1", code="369"), ranked("1963-05-05", "0")],
    )
    write(
        tmp_path,
        columns.COLPUS,
        [
            supported("1951-03-01"),
            supported("1960-01-09", "1", "Protesters; Unions", srofficial="1", jrofficer="1"),
            supported("1960-01-13", "0", srofficial="0", jrofficer="0", type="SH"),
            supported("1963-05-20", "1", "Protestors"),
        ],
    )
    flags = dict.fromkeys(FLAGS, "0")
    event = {"cowcode": "369", "year": "1960", "month": "1", "day": "13", **flags, "palace": "1"}
    write(tmp_path, columns.CLINE, [event])
    write(
        tmp_path,
        columns.REIGN,
        [
            led("1950-01-01", "1960-01", "0.0"),
            led("1960-01-10", "1961-02", "1.0"),
            led("1961-02-03", "", "0.5"),
        ],
    )
    write(
        tmp_path,
        columns.NAVCO,
        [
            campaign("Spring", participation="", percentage_popular_participation="0"),
            campaign("Autumn"),
            campaign("Autumn", byear="1995", success="0", failure="1", ongoing="1"),
            campaign("War", nonviol="0", viol="1", success="0", limited="1"),
        ],
    )
    return tmp_path


@pytest.fixture
def built(sources):
    return attempts.build(sources)


def column(rows, name):
    return [row[name] for row in rows]


def test_outcomes_and_names(built):
    assert column(built, "success") == ["0", "1", "0", "0", "0", "0"]
    assert column(built, "case")[3:5] == ["Ruritania 1963-05-05", "Ruritania 1963-05-05 (2)"]


def test_an_event_goes_to_the_attempt_nearest_in_time(built):
    assert column(built, "plotters") == ["", "", "combat", "", "elite", ""]
    assert column(built, "palace") == ["", "", "yes", "", "", ""]
    assert column(built, "rebel") == ["", "", "no", "", "", ""]


def test_what_a_list_does_not_code_stays_empty(built):
    assert column(built, "outside_support") == ["", "yes", "no", "", "", ""]
    assert column(built, "protest") == ["", "yes", "no", "", "", ""]
    assert column(built, "leader") == ["", "senior", "other", "", "", ""]
    assert column(built, "aim") == ["regime_change", "regime_change", "reshuffling", "", "", ""]


def test_the_incumbent_is_who_was_in_office_two_days_before(built):
    assert column(built, "incumbent") == ["civilian", "civilian", "military", "", "", ""]
    months = column(built, "tenure_months")
    assert months[2] == "0.0"
    assert months[3] != ""
    assert months[5] == ""


def test_earlier_attempts_are_not_known_where_the_list_had_not_begun(built):
    assert column(built, "prior_attempts") == ["", "0", "1", "2", "0", "0"]
    assert column(built, "prior") == ["", "none", "one", "several", "none", "none"]


def test_a_match_is_one_to_one_and_at_most_a_week_apart():
    day = [(1, date(1970, 1, number)) for number in range(1, 20)]
    assert match_events([day[0], day[3]], [day[4]]) == {1: 0}
    assert match_events([day[0]], [day[7]]) == {0: 0}
    assert match_events([day[0]], [day[8]]) == {}
    assert match_events([day[0]], [(2, day[0][1])]) == {}
    assert match_events([day[0], day[2]], [day[1], day[1]]) == {0: 0, 1: 1}


def test_campaigns(sources):
    rows = campaigns.build(sources)
    assert column(rows, "campaign") == [
        "Spring", "Autumn (Ruritania 1989)", "Autumn (Ruritania 1995)", "War",
    ]  # fmt: skip
    assert column(rows, "participation_share") == ["", "0.005", "0.005", "0.005"]
    assert column(rows, "size") == ["", "medium", "medium", "medium"]
    assert column(rows, "result") == ["success", "success", "ongoing", "limited"]
    assert column(rows, "success") == ["1", "1", "", "0"]
    assert column(rows, "method")[2:] == ["nonviolent", "violent"]


def test_a_campaign_without_an_aim_is_refused(sources):
    write(sources, columns.NAVCO, [campaign("Spring", regchange="0")])
    with pytest.raises(SourceError, match="'Spring' is not one of regchange"):
        campaigns.build(sources)


def test_a_code_that_is_not_known_is_refused(sources):
    write(sources, columns.CAM, [ranked("1960-01-14", "2")])
    with pytest.raises(SourceError, match="column combat has '2'; known are 1, 0"):
        military_attempts.build(sources)


def test_a_country_without_a_region_is_refused(sources):
    write(sources, columns.POWELL_THYNE, [attempt("1960-01-10", ccode="7")])
    with pytest.raises(SourceError, match="no region for the countries 7"):
        attempts.build(sources)


def test_every_departure_from_the_dictionary_is_told(built):
    told = complaints(DICTIONARY["attempts"], [*built, built[0]])
    assert "has 7 rows, not 491" in told
    assert "the case 'Ruritania 1951-03-01' stands more than once" in told
    assert "aim is never 'warlord'" in told
    assert "there is no case 'Bolivia 1970-10-06'" in told
    assert "of the cases with all 0.143 of 7 succeeded, not 0.499 of 491" in told
    changed = [{**built[0], "region": "atlantis"}]
    assert "region has 'atlantis'" in complaints(DICTIONARY["attempts"], changed)
    shuffled = [dict(reversed(built[0].items()))]
    assert complaints(DICTIONARY["attempts"], shuffled)[1].startswith("the columns are not case,")


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "scripts.data", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_nothing_is_written_when_a_check_fails(sources, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    ended = run(sources, "--into", into)
    assert ended.returncode == 1
    assert "data: attempts: has 6 rows, not 491" in ended.stderr
    assert ended.stderr.endswith("data: nothing was written\n")
    assert list(into.iterdir()) == []


def test_a_source_that_is_not_there_is_named(tmp_path):
    ended = run(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("data: powell_thyne/coups_events")
    assert "is not in" in ended.stderr


def test_a_column_that_is_not_there_is_named(sources, tmp_path, capsys):
    write(sources, columns.CAM, [{"cowcode": "1"}])
    assert building.main([str(sources)]) == 1
    assert "cam/cam_list_v3.0.csv has no column region, year" in capsys.readouterr().err


def test_tables_that_pass_are_written(sources, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "complaints", lambda *_: [])
    into = tmp_path / "into"
    into.mkdir()
    assert building.main([str(sources), "--into", str(into)]) == 0
    with (into / "attempts.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == attempts.build(sources)
    assert {file.name for file in into.iterdir()} == {f"{name}.csv" for name in DICTIONARY}


def test_the_page_says_what_the_dictionary_says():
    # To renew it: python -m scripts.data.page
    text = PAGE.read_text(encoding="utf-8")
    assert fill_page(text) == text
    assert all(f"| `{column.name}` |" in text for column in DICTIONARY["campaigns"].columns)
