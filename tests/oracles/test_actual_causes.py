"""Actual causes against published verdicts, and against the definition enumerated to the letter.

The models are those of Halpern, "A modification of the Halpern-Pearl definition of causality"
(IJCAI 2015) and of chapter 2 of his "Actual causality" (MIT Press 2016), with the verdicts that he
gives under the modified definition; the loader is that of Hopkins and Pearl (AAAI Spring Symposium
2003), the trainee with a backup that of Hitchcock, "The intransitivity of causation revealed in
equations and graphs" (Journal of Philosophy 98, 2001). Each verdict lists all minimal causes among
the variables named.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest

from conjuncture.analysis.explain.methods.actual_causes import find_actual_causes
from conjuncture.errors import UsageError


@dataclass
class Equations:
    """Binary structural equations, in the order in which they are solved; the last is the event."""

    equations: dict

    def replay(self, places, values):
        solved = {}
        for index, (name, equation) in enumerate(self.equations.items()):
            free = np.broadcast_to(np.asarray(equation(solved), np.int8), len(places))
            imposed = values[:, 0, index] if index < values.shape[-1] else -1
            solved[name] = np.where(imposed >= 0, imposed, free)
        *variables, event = solved.values()
        return event > 0, np.stack(variables, axis=-1)[:, None, :].astype(np.int8)


def causes_in(equations, **how):
    model = Equations(equations)
    free = np.full((1, 1, len(equations) - 1), -1, np.int8)
    true, actual = model.replay(np.zeros(1, int), free)
    assert true.all()
    found = find_actual_causes(model, np.zeros(1, int), actual, 1 - actual, **how)
    names = list(equations)
    return {
        " ".join(names[one] for one in members): " ".join(names[one] for one in witness)
        for members, witness in found.causes_of(0).items()
    }


def always(value):
    return lambda _: value


PUBLISHED = {
    "forest fire, lightning and match are both needed": (
        {"L": always(1), "MD": always(1), "FF": lambda v: v["L"] & v["MD"]},
        {"L": "", "MD": ""},
    ),
    "forest fire, either is enough: only both together": (
        {"L": always(1), "MD": always(1), "FF": lambda v: v["L"] | v["MD"]},
        {"L MD": ""},
    ),
    "Suzy and Billy, without what happens in between": (
        {"ST": always(1), "BT": always(1), "BS": lambda v: v["ST"] | v["BT"]},
        {"ST BT": ""},
    ),
    "Suzy hits first: her throw is a cause, Billy's is not": (
        {
            "ST": always(1),
            "BT": always(1),
            "SH": lambda v: v["ST"],
            "BH": lambda v: v["BT"] & (1 - v["SH"]),
            "BS": lambda v: v["SH"] | v["BH"],
        },
        {"ST": "BH", "SH": "BH"},
    ),
    "the trainee shoots, the supervisor would have": (
        {"T": always(1), "S": lambda v: 1 - v["T"], "D": lambda v: v["T"] | v["S"]},
        {"T": "S"},
    ),
    "the loader: A loaded, B did not shoot, C loaded and shot": (
        {
            "A": always(1),
            "B": always(0),
            "C": always(1),
            "D": lambda v: (v["A"] & v["B"]) | v["C"],
        },
        {"C": ""},
    ),
    "a firing squad of two: the order, and both shots together": (
        {
            "C": always(1),
            "A": lambda v: v["C"],
            "B": lambda v: v["C"],
            "D": lambda v: v["A"] | v["B"],
        },
        {"C": "", "A B": ""},
    ),
}


@pytest.mark.parametrize("exhaustive", [False, True])
@pytest.mark.parametrize(("equations", "verdict"), PUBLISHED.values(), ids=PUBLISHED.keys())
def test_published_verdicts(equations, verdict, exhaustive):
    assert causes_in(equations, exhaustive=exhaustive) == verdict


def voters(votes):
    names = [f"V{index}" for index in range(len(votes))]
    equations = {name: always(vote) for name, vote in zip(names, votes, strict=True)}
    return equations | {"W": lambda v: 2 * sum(v[name] for name in names) > len(names)}


def test_votes_of_six_to_five_and_of_three_to_two():
    assert causes_in(voters([1, 1, 1, 0, 0])) == {"V0": "", "V1": "", "V2": ""}
    six_to_five = causes_in(voters([1] * 6 + [0] * 5))
    assert six_to_five == {f"V{index}": "" for index in range(6)}


def test_unanimous_votes_have_every_bare_half_as_a_cause():
    five = causes_in(voters([1] * 5))
    assert five == {f"V{a} V{b} V{c}": "" for a, b, c in combinations(range(5), 3)}
    assert causes_in(voters([1] * 11)) == {}
    eleven = causes_in(voters([1] * 11), largest=6)
    assert len(eleven) == 462
    assert all(len(members.split()) == 6 for members in eleven)


@dataclass
class Tables:
    """Many random recursive models side by side: each variable a table of those before it."""

    tables: list

    def replay(self, places, values):
        taken = np.zeros((len(places), 0), np.int64)
        for index, table in enumerate(self.tables):
            situation = taken @ (1 << np.arange(index))
            free = table[places, situation]
            if index < values.shape[-1]:
                free = np.where(values[:, 0, index] >= 0, values[:, 0, index], free)
            taken = np.column_stack([taken, free])
        return taken[:, -1] > 0, taken[:, None, :-1].astype(np.int8)


def random_models(count, variables, seed):
    generator = np.random.default_rng(seed)
    tables = [
        generator.integers(0, 2, (count, 1 << index)).astype(np.int8)
        for index in range(variables + 1)
    ]
    # In half of the models the event is true of most situations, so that it is hard to turn.
    tables[-1][: count // 2] |= generator.integers(0, 2, tables[-1][: count // 2].shape) > 0
    return Tables(tables)


def by_the_letter(model, place, actual, largest):
    """Return the minimal causes in one model, from the definition and nothing else."""
    variables = range(len(actual))

    def is_turned(members, witness):
        values = np.full((1, 1, len(actual)), -1, np.int8)
        values[0, 0, list(members)] = 1 - actual[list(members)]
        values[0, 0, list(witness)] = actual[list(witness)]
        return not model.replay(np.array([place]), values)[0][0]

    causes = {}
    for size in range(1, largest + 1):
        for members in combinations(variables, size):
            if any(set(one) < set(members) for one in causes):
                continue
            others = [one for one in variables if one not in members]
            witnesses = (
                witness
                for many in range(len(others) + 1)
                for witness in combinations(others, many)
                if is_turned(members, witness)
            )
            smallest = next(witnesses, None)
            if smallest is not None:
                causes[members] = len(smallest)
    return causes


def test_the_search_finds_what_the_definition_finds_in_random_recursive_models():
    count, variables = 60, 5
    model = random_models(count, variables, seed=11)
    free = np.full((count, 1, variables), -1, np.int8)
    true, actual = model.replay(np.arange(count), free)
    places = np.flatnonzero(true)
    actual = actual[places]
    found = find_actual_causes(model, places, actual, 1 - actual)
    every = find_actual_causes(model, places, actual, 1 - actual, exhaustive=True)
    for item, place in enumerate(places):
        sizes = {members: len(witness) for members, witness in found.causes_of(item).items()}
        assert sizes == by_the_letter(model, place, actual[item, 0], 3)
        assert found.causes_of(item).keys() == every.causes_of(item).keys()
    assert (found.frozen > 0).sum() > 10
    assert found.refused == every.refused == 0
    assert found.replays < every.replays


class Announced:
    """Freezing the second variable turns the event by itself, whatever the first does."""

    def replay(self, places, values):
        taken = np.where(values < 0, 1, values)
        taken[:, 0, 1] = np.where(values[:, 0, 1] >= 0, values[:, 0, 1], taken[:, 0, 0])
        return values[:, 0, 1] < 0, taken.astype(np.int8)


def test_what_turns_the_event_by_being_frozen_is_no_witness():
    actual = np.ones((1, 1, 2), np.int8)
    found = find_actual_causes(Announced(), np.zeros(1, int), actual, 1 - actual)
    assert found.causes_of(0) == {(1,): ()}
    assert found.refused == 1


def test_one_that_did_what_its_contrast_does_is_in_no_cause():
    model = Equations({"A": always(1), "B": always(0), "E": lambda v: v["A"] & (1 - v["B"])})
    actual = np.array([[[1, 0]]], np.int8)
    found = find_actual_causes(model, np.zeros(1, int), actual, np.zeros_like(actual))
    assert found.causes_of(0) == {(0,): ()}


def test_too_many_variables_are_refused():
    actual = np.ones((1, 1, 63), np.int8)
    with pytest.raises(UsageError, match="among 62 forces at most, and here are 63"):
        find_actual_causes(Announced(), np.zeros(1, int), actual, 1 - actual)
