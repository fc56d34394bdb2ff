"""Files of pictures: both forms, the same bytes twice, whole or not at all."""

from __future__ import annotations

import warnings
from dataclasses import replace
from io import BytesIO

import matplotlib as mpl
import pytest
from PIL import Image

import sample_results
from conjuncture.errors import UsageError
from conjuncture.figures.claims import draw_claims
from conjuncture.figures.explanation import draw_sensitivity
from conjuncture.figures.picture import png, save, save_all, svg
from conjuncture.figures.tipping import draw_map

SPACE = sample_results.SPACE


def test_both_files_are_written_and_hold_the_description(tmp_path):
    picture = draw_claims(sample_results.CLAIMS)
    files = save(picture, tmp_path)
    assert [file.name for file in files] == ["claims.svg", "claims.png"]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    root = sample_results.parse_svg(files[0].read_text())
    assert root.tag == f"{SPACE}svg"
    assert root.find(f"{SPACE}title").text == picture.title
    words = [one.text for one in root.iter(f"{SPACE}text")]
    assert "✓ holds" in words
    with Image.open(files[1]) as image:
        image.load()
        assert image.format == "PNG"
        assert image.width == pytest.approx(6.7 * 200, abs=1)
        assert image.text["Description"] == picture.description


@pytest.mark.parametrize(
    "draw",
    [
        lambda: draw_claims(sample_results.CLAIMS),
        lambda: draw_sensitivity(sample_results.SENSITIVITY),
        lambda: draw_map(sample_results.MAP, sample_results.EVENT),
    ],
    ids=["claims", "sensitivity", "map"],
)
def test_the_same_picture_has_the_same_bytes(draw):
    first, second = draw(), draw()
    assert svg(first) == svg(second) == svg(first)
    assert png(first) == png(second)


def test_no_date_and_no_maker_stand_in_the_files():
    picture = draw_claims(sample_results.CLAIMS)
    assert "date" not in svg(picture).lower()
    assert "matplotlib" not in svg(picture).lower()
    with Image.open(BytesIO(png(picture))) as image:
        assert set(image.text) == {"Title", "Description"}


def test_pictures_in_one_page_share_no_identifier():
    picture = draw_claims(sample_results.CLAIMS)
    both = [svg(picture), svg(replace(picture, name="later"))]
    identifiers = [
        {one.get("id") for one in sample_results.parse_svg(text).iter() if one.get("id")}
        for text in both
    ]
    assert identifiers[0]
    assert not identifiers[0] & identifiers[1]
    for text, found in zip(both, identifiers, strict=True):
        for part in text.split('href="#')[1:] + text.split("url(#")[1:]:
            assert part[: min(part.find('"') % 999, part.find(")") % 999)] in found


def test_the_settings_of_the_reader_change_nothing_and_come_back():
    plain = svg(draw_claims(sample_results.CLAIMS))
    with mpl.rc_context({"font.size": 30.0, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert svg(draw_claims(sample_results.CLAIMS)) == plain
        assert mpl.rcParams["font.size"] == 30.0


def test_what_users_write_is_text_and_nothing_else():
    claim = sample_results.make_claim_result(
        "odd", "Cost $5 and $6 <b>&</b> \\frac{1}{2} of 価格 {x}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = draw_claims([claim])
        root = sample_results.parse_svg(svg(picture))
        assert png(picture)
    words = " ".join(one.text or "" for one in root.iter(f"{SPACE}text"))
    assert "Cost $5 and $6 <b>&</b> \\frac{1}{2} of 価格 {x}" in " ".join(words.split())


def test_a_folder_that_is_not_there_gets_a_sentence_and_no_file(tmp_path):
    with pytest.raises(UsageError, match="there is no folder"):
        save(draw_claims(sample_results.CLAIMS), tmp_path / "none")
    (tmp_path / "claims.png").mkdir()
    with pytest.raises(UsageError, match="it is a folder"):
        save(draw_claims(sample_results.CLAIMS), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["claims.png"]


def test_two_pictures_of_one_name_are_refused(tmp_path):
    picture = draw_claims(sample_results.CLAIMS)
    with pytest.raises(UsageError, match="same name"):
        save_all([picture, picture], tmp_path)
    assert not list(tmp_path.iterdir())
