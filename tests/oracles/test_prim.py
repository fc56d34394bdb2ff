"""Patient rule induction and quasi-p-values against the EMA Workbench 2.5.3.

Its published example is the data of Bryant and Lempert (2010), a biofuel policy in 882 futures; the
numbers below were printed by ``ema_workbench.analysis.prim.Prim(x, y, threshold=0.8,
peel_alpha=...)`` on them, and box 21 stands in its documentation. The made-up cases have a choice,
a box of their own among the remaining ones, and slices pasted back.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conjuncture.analysis.explain.methods.boxes import prune_box, quasi_p, quasi_p_by_side
from conjuncture.analysis.explain.methods.prim import LabelledCases, peel_trajectory

DATA = Path(__file__).parent / "bryant_lempert_2010.csv"

TENTHS = [
    (89, 882, 0), (89, 792, 1), (89, 710, 2), (89, 638, 2), (89, 573, 3), (89, 513, 3),
    (89, 458, 3), (89, 412, 3), (89, 368, 3), (89, 329, 3), (89, 296, 3), (88, 264, 3),
    (87, 237, 3), (86, 213, 3), (85, 191, 4), (82, 170, 4), (81, 152, 4), (78, 136, 4),
    (75, 121, 4), (74, 108, 4), (71, 97, 4), (67, 87, 4), (65, 78, 4), (61, 70, 4),
    (57, 63, 4), (52, 56, 5), (48, 50, 6), (45, 45, 6),
]  # fmt: skip
"""Futures of interest, futures and limited uncertainties in each box, slices of a tenth."""

TWENTIETHS = [
    (89, 882, 0), (89, 834, 1), (89, 792, 1), (89, 750, 1), (89, 710, 2), (89, 672, 2),
    (89, 637, 2), (89, 602, 2), (89, 569, 3), (89, 539, 3), (89, 511, 3), (89, 484, 3),
    (89, 459, 3), (89, 435, 3), (89, 411, 3), (89, 390, 3), (89, 369, 3), (89, 349, 3),
    (89, 330, 3), (89, 313, 3), (89, 297, 3), (89, 279, 3), (88, 264, 3), (88, 250, 3),
    (87, 236, 3), (87, 224, 3), (86, 212, 4), (86, 201, 4), (84, 189, 4), (83, 179, 4),
    (82, 170, 4), (81, 161, 4), (79, 151, 4), (77, 143, 4), (76, 135, 4), (74, 128, 4),
    (74, 121, 4), (73, 114, 4), (71, 108, 4), (71, 102, 4), (70, 96, 4), (68, 91, 4),
    (66, 86, 4), (64, 81, 4), (63, 75, 4), (61, 71, 5), (59, 67, 6), (56, 63, 6), (54, 59, 7),
    (52, 56, 7), (50, 53, 7), (47, 49, 7),
]  # fmt: skip
"""The same with its default, slices of a twentieth."""

MADE_UP = [
    (295, 1000, 0), (269, 747, 1), (265, 709, 2), (262, 671, 2), (259, 636, 2), (256, 604, 2),
    (255, 573, 2), (254, 544, 2), (250, 515, 2), (243, 489, 2), (241, 464, 2), (239, 440, 2),
    (229, 418, 3), (225, 397, 3), (217, 377, 3), (213, 358, 3), (209, 338, 3), (209, 321, 3),
    (205, 304, 3), (204, 288, 3), (204, 273, 3), (203, 259, 3), (203, 246, 3), (202, 233, 3),
    (201, 221, 3), (200, 209, 3), (190, 198, 3), (181, 188, 3), (172, 178, 3), (164, 169, 3),
    (111, 112, 3), (57, 57, 3),
]  # fmt: skip

THE_REST = [
    (93, 767, 0), (92, 728, 1), (90, 691, 2), (87, 656, 2), (84, 623, 2), (81, 591, 3),
    (81, 561, 3), (81, 532, 3), (79, 505, 3), (77, 479, 3), (75, 455, 3), (75, 432, 3),
    (73, 410, 3), (73, 389, 3), (72, 367, 3), (72, 345, 3), (71, 327, 3), (71, 310, 3),
    (69, 293, 3), (68, 278, 3), (68, 263, 3), (67, 249, 3), (66, 236, 3), (65, 223, 3),
    (65, 209, 3), (65, 198, 3), (65, 188, 3), (63, 177, 3), (62, 168, 3), (62, 159, 3),
    (60, 150, 3), (58, 142, 3), (58, 134, 3), (58, 127, 3), (57, 120, 3), (56, 114, 3),
    (56, 108, 3), (55, 102, 3), (55, 96, 3), (55, 91, 3), (55, 86, 3), (55, 81, 3), (55, 76, 3),
    (55, 72, 3), (54, 67, 3), (54, 63, 3), (54, 59, 3), (53, 56, 3), (51, 53, 3), (49, 50, 3),
    (50, 51, 3), (51, 52, 3),
]  # fmt: skip
"""Among the cases that the first dense box leaves; the last two are pasted."""


def all_of(values, holds, choices=()):
    return LabelledCases(np.asarray(values), holds, frozenset(choices), np.ones(len(holds), bool))


@pytest.fixture(scope="module")
def biofuels():
    lines = [line for line in DATA.read_text().splitlines() if not line.startswith("#")]
    names = lines[0].split(",")
    rows = np.array([line.split(",") for line in lines[1:]], float).T
    return names, all_of(rows[:-1], rows[-1] == 1)


@pytest.fixture(scope="module")
def made_up():
    random = np.random.Generator(np.random.PCG64(20101))
    a, b, c = np.round(random.random((3, 1000)), 3)
    rule = random.integers(0, 4, 1000)
    holds = ((a > 0.55) & (b < 0.6) & (rule != 2)) | ((a < 0.25) & (c > 0.7))
    holds ^= random.random(1000) < 0.05
    return all_of([a, b, c, rule], holds, [3])


def counts(boxes):
    return [(box.hits, box.size, len(box.limits.columns)) for box in boxes]


def first_dense(boxes):
    return next(box for box in boxes if box.density >= 0.85)


@pytest.mark.parametrize(("peel", "published"), [(0.1, TENTHS), (0.05, TWENTIETHS)])
def test_the_trajectory_of_the_published_example(biofuels, peel, published):
    assert counts(peel_trajectory(biofuels[1], peel)) == published


def test_the_box_of_the_published_example(biofuels):
    names, cases = biofuels
    box = peel_trajectory(cases, 0.1)[21]
    assert (round(box.coverage, 6), round(box.density, 6)) == (0.752809, 0.770115)
    assert round(box.mass, 6) == 0.098639
    lower = {names[column]: limit for column, limit in box.limits.lower.items()}
    assert lower == pytest.approx(
        {"Demand elasticity": -0.422, "Biomass backstop price": 150.05, "Cellulosic cost": 72.65}
    )
    upper = {names[column]: limit for column, limit in box.limits.upper.items()}
    assert upper == pytest.approx({"Total biomass": 755.8})
    found = {(side, names[column]): p for (side, column), p in quasi_p_by_side(box).items()}
    assert found == pytest.approx(
        {
            ("lower", "Demand elasticity"): 1.184930e-16,
            ("lower", "Biomass backstop price"): 3.515113e-11,
            ("upper", "Total biomass"): 4.717e-06,
            ("lower", "Cellulosic cost"): 1.574133e-01,
        },
        rel=1e-4,
    )
    without = {names[column] for column in prune_box(box).limits.columns}
    assert without == set(names[:-1]) & {name for (_, name), p in found.items() if p < 0.05}


def test_choices_later_boxes_and_pasting(made_up):
    boxes = peel_trajectory(made_up)
    assert counts(boxes) == MADE_UP
    box = first_dense(boxes)
    assert box.limits.lower == pytest.approx({0: 0.5055})
    assert box.limits.upper == pytest.approx({1: 0.5975})
    assert box.limits.barred == {3: {2.0}}
    found = [quasi_p(box, ("lower", 0)), quasi_p(box, ("upper", 1)), quasi_p(box, ("barred", 3))]
    assert found == pytest.approx([3.65604e-26, 1.257938e-24, 2.157293e-10], rel=1e-4)

    rest = replace(made_up, remaining=~box.inside)
    boxes = peel_trajectory(rest)
    assert counts(boxes) == THE_REST
    box = first_dense(boxes)
    found = [quasi_p(box, ("upper", 0)), quasi_p(box, ("upper", 1)), quasi_p(box, ("lower", 2))]
    assert found == pytest.approx([5.483049e-16, 0.5101545, 2.666182e-26], rel=1e-4)


def test_what_lies_behind_a_dip_is_found_where_that_is_asked_for():
    numbers = np.linspace(0.0, 1.0, 400)
    cases = all_of(
        [numbers], (numbers < 0.05) | ((numbers > 0.3) & (numbers < 0.6)) | (numbers > 0.95)
    )
    assert len(peel_trajectory(cases)) == 1
    assert max(box.density for box in peel_trajectory(cases, dips=True)) > 0.95


def test_quasi_p_values_of_all_sides_are_those_of_each(made_up):
    for box in peel_trajectory(made_up)[::5]:
        each = {side: quasi_p(box, side) for side in box.limits.sides}
        assert quasi_p_by_side(box) == pytest.approx(each)
