"""The tree of worlds and histories: what stands where, and under which labels."""

import numpy as np
import pytest
import xarray

import conjuncture
from conjuncture.engine.datatree import AXES, parts_of_key, places_of_numbers
from conjuncture.engine.structure import structure_of


@pytest.fixture(scope="module")
def bolivia():
    return conjuncture.load("bolivia-1970").run(worlds=4)


@pytest.fixture(scope="module")
def tree(bolivia):
    return bolivia.to_xarray()


@pytest.fixture(scope="module")
def structure(bolivia):
    return structure_of(bolivia.crisis)


def test_groups_and_the_axes_that_they_share(bolivia, tree):
    assert list(tree.children) == ["worlds", "numbers", "stages"]
    assert list(tree["stages"].children) == list(bolivia.crisis.stages)
    assert tree["stages/showdown"].sizes == {"world": 4, "history": 512, "force": 10, "camp": 2}
    assert tree["stages/posts/position"].dims == ("issue", "world", "history")
    assert tree["stages/demands/outcome"].dims == ("visit", "world", "history")
    assert tree["worlds/leans"].dims == ("force", "camp", "world")
    assert tree["worlds/ties"].dims == ("force", "other", "world")
    assert tree["numbers/cohesion"].dims == ("force", "world", "history")
    assert tree.attrs["scenario"] == "bolivia-1970"


def test_every_variable_is_none_of_the_axes(tree):
    for group in tree.subtree:
        assert not set(group.data_vars) & set(AXES)
    assert "window.force" in tree["stages/window"]


def test_what_a_group_says_nothing_of_is_missing(tree):
    sides = tree["stages/showdown/side"]
    assert sides.dtype == np.int8
    assert sides.attrs == {"missing": -1, "labels": ["aside", "miranda", "torres"]}
    stance = tree["stages/window/stance"]
    assert (stance.sel(force="unions") == -1).all()
    assert np.isnan(tree["stages/window/turnout"].sel(force="staff")).all()


def test_every_value_of_a_world_stands_once(bolivia, tree, structure):
    table = bolivia.worlds.table
    labels = {key: bolivia.crisis.vocabulary.cells[key].labels for key in table}
    places = places_of_numbers("worlds", labels, structure)
    assert len({(one.variable, *one.at.items()) for one in places.values()}) == len(table)
    for key, place in places.items():
        found = tree[place.group][place.variable].sel(place.at)
        np.testing.assert_array_equal(found.values, table[key], key)
    known = sum(int(np.isfinite(one).sum()) for one in tree["worlds"].data_vars.values())
    assert known == 4 * len(table)


@pytest.mark.parametrize(
    ("key", "name", "at"),
    [
        ("army_mood", "army_mood", {}),
        ("unions.troops", "troops", {"force": "unions"}),
        ("unions.leans.torres", "leans", {"force": "unions", "camp": "torres"}),
        ("unions.confidence.leaders", "confidence", {"force": "unions", "other": "leaders"}),
        ("services.reach.staff", "services.reach", {"force": "staff"}),
        ("turn.banzer.resolve", "turn.resolve", {"camp": "banzer"}),
        (
            "posts.enterprise.salience.unions",
            "posts.salience",
            {"issue": "enterprise", "force": "unions"},
        ),
    ],
)
def test_a_key_in_parts(structure, key, name, at):
    assert parts_of_key(key, structure) == (name, at)


def test_what_does_not_make_one_array_is_kept_whole(structure):
    keys = {
        "window.bar": None,
        "window.unions.bar": None,
        "unions.rule": ("a",),
        "staff.rule": ("b",),
    }
    places = places_of_numbers("worlds", {**keys, "force": None, "trust": None}, structure)
    assert [one.variable for one in places.values()] == [
        "value:window.bar", "value:window.unions.bar", "value:unions.rule", "value:staff.rule",
        "value:force", "trust",
    ]  # fmt: skip


def test_a_file_holds_the_tree(bolivia, tree, tmp_path):
    bolivia.save(tmp_path / "a.nc")
    with xarray.open_datatree(tmp_path / "a.nc", engine="h5netcdf") as again:
        xarray.testing.assert_equal(again.load(), tree)
        assert again["stages/showdown/side"].attrs["labels"] == ["aside", "miranda", "torres"]
