"""The tables that come with the package are those that the scripts build, where the sources are."""

import csv
from pathlib import Path

import pytest
from scripts.data.__main__ import BUILDERS, as_csv

from conjuncture.data import DICTIONARY, path

SOURCES = Path(__file__).parents[4] / "shared" / "data"
MERGED = SOURCES / "merged" / "coup_attempts_merged.csv"

pytestmark = pytest.mark.skipif(not MERGED.is_file(), reason="the sources are not on this machine")

AIM = {
    "CH": "regime_change", "SH": "reshuffling", "AD": "against_democracy",
    "PR": "against_provisional", "WR": "warlord", "NM": "non_military", "": "",
}  # fmt: skip
REGION = {
    "Americas": "americas", "Europe": "europe", "MENA": "middle_east_north_africa",
    "Sub-Saharan Africa": "sub_saharan_africa", "Asia-Pacific": "asia_pacific",
}  # fmt: skip
YES_NO = {"1": "yes", "0": "no", "": ""}
SAME = {
    "success": ("success", {"0": "0", "1": "1"}),
    "region": ("region", REGION),
    "incumbent": ("inc_military", {"1": "military", "0": "civilian", "": ""}),
    "plotters": ("cam_combat", {"1": "combat", "0": "elite", "": ""}),
    "aim": ("colpus_type", AIM),
    "outside_support": ("colpus_anyoutsidesupport", YES_NO),
    **{
        flag: (f"cdp_{flag}", YES_NO)
        for flag in ("military", "dissident", "rebel", "palace", "foreign", "popular")
    },
}
COVERED = {"plotters": 436, "leader": 283, "military": 458, "incumbent": 481}

NEARER = {"Brazil 1964-03-30", "Brazil 1964-04-01"}
"""Colpus and Cline date their one event to 1 April: ours goes to the attempt of that day, and the
merged file's to the first within a week."""


@pytest.fixture(scope="module", params=BUILDERS)
def table(request):
    return request.param, BUILDERS[request.param](SOURCES)


def test_the_tables_are_those_that_are_built(table):
    name, rows = table
    assert as_csv(DICTIONARY[name], rows) == path(name).read_text(encoding="utf-8")


def test_the_attempts_agree_with_the_merged_file():
    rows = BUILDERS["attempts"](SOURCES)
    with MERGED.open(encoding="utf-8", newline="") as stream:
        merged = list(csv.DictReader(stream))
    assert {name: sum(bool(row[name]) for row in rows) for name in COVERED} == COVERED
    for row, other in zip(rows, merged, strict=True):
        assert (row["ccode"], row["date"]) == (other["ccode"], other["date"])
        for ours, (theirs, words) in SAME.items():
            if row["case"] in NEARER and theirs.startswith(("colpus", "cdp")):
                continue
            assert row[ours] == words[other[theirs]], (row["case"], ours)
        assert row["outsiders"] == " ".join(other["colpus_outsiders"].split())
        assert row["prior_attempts"] in ("", other["prior_attempts_5y"]), row["case"]
