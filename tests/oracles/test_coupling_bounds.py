"""Bounds that hold however luck is coupled, against linear programs over all couplings.

A history has a condition that it meets or not, and in each of two runs an event that is true, false
or undefined. What is known of a world are the law of condition and event in the run as it was, and
that of condition and event under the intervention; a coupling is any joint law that has both. The
smallest and the largest necessity and sufficiency over all couplings are linear programs.
"""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from conjuncture.analysis.answers import Counts, answer
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.tallies import Sums
from conjuncture.scenario.queries import read_query
from crises import SWORN

WAYS = ("true", "false", "undefined")
KINDS = [*product(WAYS, WAYS, WAYS)]
"""How condition, event as it was and event under the intervention may be, together."""

QUANTITIES = {
    "necessity({} for second = a given showdown = a)": ("true", {"false"}),
    "necessity({} for second = a given showdown = a or forestalled)": (
        "true",
        {"false", "undefined"},
    ),
    "sufficiency({} for second = a given showdown = a)": ("false", {"true"}),
}
"""Each quantity, how its event is as it was, and how it is under the intervention."""


@pytest.fixture(scope="module")
def sworn(crisis):
    return crisis(SWORN)


def counted(question, laws, histories):
    """Return the counts of a question in worlds whose histories are of each kind so often."""
    given, event = (
        next(one.expression for one in question.factors if one.expression.left.stage == stage)
        for stage in ("showdown", "second")
    )

    def holds(factor, kind):
        place = 0 if factor.expression == given else 1 + factor.run
        assert factor.expression in (given, event)
        return kind[place] == factor.what

    values = np.array(
        [[all(holds(one, kind) for one in term) for term in question.terms] for kind in KINDS],
        float,
    )
    first = laws @ values
    second = np.einsum("wk,ka,kb->wab", laws, values, values)
    return Counts(question, Sums(np.full(len(laws), histories), first, second))


def most_and_least(law, was, imposed):
    """Return how often both runs can end so within the condition, at least and at most."""
    same = [
        [float((kind[0], kind[place]) == one) for kind in KINDS]
        for place in (1, 2)
        for one in product(WAYS, WAYS)
    ]
    sides = np.array(same) @ law
    wanted = np.array([kind[:2] == ("true", was) and kind[2] in imposed for kind in KINDS], float)
    least, most = (
        linprog(sign * wanted, A_eq=same, b_eq=sides, bounds=(0, None)) for sign in (1, -1)
    )
    assert least.success
    assert most.success
    return least.fun, -most.fun


@pytest.mark.parametrize("text", QUANTITIES)
def test_no_coupling_leaves_the_bounds_and_some_attain_them(sworn, text):
    """Sparse laws, in which some kinds never occur, as well as full ones; worlds weigh unequally."""
    was, imposed = QUANTITIES[text]
    generator = np.random.default_rng(11)
    question = compile_question(read_query(text.format("do(reds.troops = 0)"), sworn))
    ends = []
    for spread in (0.1, 0.3, 1.0, 10.0) * 8:
        laws = generator.multinomial(1000, generator.dirichlet(np.full(27, spread), size=3))
        weights = generator.dirichlet(np.ones(3))
        found = answer(counted(question, laws, 1000), weights)
        bottom = weights @ [
            sum(law[place] for place, kind in enumerate(KINDS) if kind[:2] == ("true", was))
            for law in laws
        ]
        if bottom == 0:
            assert np.isnan(found.value)
            continue
        least, most = np.transpose([most_and_least(law, was, imposed) for law in laws])
        expected = (weights @ least / bottom, weights @ most / bottom)
        assert found.coupling == pytest.approx(expected, abs=1e-9)
        assert found.coupling[0] <= found.value <= found.coupling[1]
        ends.append(found.coupling)
    assert len(ends) > 20
    assert any(0 < low < high < 1 for low, high in ends), "neither bound is trivial throughout"


def test_worlds_by_themselves_are_bounded_more_narrowly_than_their_pool(sworn):
    """Of two worlds in which everything is known, nothing is left to the coupling."""
    text = "necessity(do(reds.troops = 0) for second = a given showdown = a)"
    question = compile_question(read_query(text, sworn))
    laws = np.zeros((2, 27))
    laws[0, KINDS.index(("true", "true", "true"))] = 1000
    laws[1, KINDS.index(("true", "true", "false"))] = 1000
    found = answer(counted(question, laws, 1000))
    assert found.value == pytest.approx(0.5)
    assert found.coupling == pytest.approx((0.5, 0.5))
