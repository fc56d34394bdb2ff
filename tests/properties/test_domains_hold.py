"""What is read without a mistake never draws a value outside its domain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conjuncture.engine.worlds import Worlds
from conjuncture.errors import ScenarioError

SCENARIO = """
conjuncture: 1
title: Whether they hear
account: account.md
unknowns:
  u: {{value: "{u}"{domain}}}
  v: {{value: "{v}"}}
forces:
  leaders: {{kind: party, organisation: 0.5, stakes: "{stakes}"}}
  crowd: {{kind: movement, mass: "{mass}"}}
  police: {{kind: police, troops: 1, discipline: "{discipline}"}}
stages:
  march:
    mechanism: rising
    crowds: {{crowd: {{hears: "{hears}"}}}}
    caller: leaders
    facing: {{police: {{}}}}
"""

numbers = st.sampled_from([-3.0, -0.5, 0.0, 0.02, 0.1, 0.4, 0.7, 0.95, 1.0, 2.0, 8.0, 60.0])


@st.composite
def laws(draw):
    """Return a number, an interval or a law; not all of them can be."""
    family = draw(
        st.sampled_from(
            ["", "to", "normal", "lognormal", "logitnormal", "uniform", "loguniform", "triangular",
             "beta", "gamma", "exponential"]
        )
    )  # fmt: skip
    low, middle, high = sorted(draw(st.lists(numbers, min_size=3, max_size=3)))
    spread = draw(st.sampled_from([0.05, 0.5, 3.0]))
    match family:
        case "":
            return f"{middle}"
        case "to":
            return f"{low} to {high}"
        case "normal" | "lognormal" | "logitnormal":
            return f"{family}({middle}, {spread})"
        case "uniform" | "loguniform":
            return f"{family}({low}, {high})"
        case "triangular":
            return f"triangular({low}, {middle}, {high})"
        case "exponential":
            return f"exponential({abs(middle) + 0.1})"
    return f"{family}({abs(low) + 0.1}, {spread})"


uses = st.recursive(
    st.sampled_from(["u", "v", "crowd.mass", "leaders.organisation"])
    | numbers.map(str)
    | laws().map(lambda law: f"({law})"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
        inner.map(lambda x: f"logistic({x})"),
        inner.map(lambda x: f"exp(min({x}, 3))"),
        inner.map(lambda x: f"clip({x}, 0, 1)"),
        inner.map(lambda x: f"max({x}, 0)"),
        inner.map(lambda x: f"min({x}, 1)"),
        inner.map(lambda x: f"({x}) ^ 2"),
        st.tuples(inner, inner, inner).map(lambda x: f"({x[0]} * {x[1]} + (1 - {x[0]}) * {x[2]})"),
    ),
    max_leaves=5,
)


@st.composite
def scenarios(draw):
    """Return a scenario, often one that is refused."""
    anything = uses | laws()
    mass = draw(laws() | st.sampled_from(["u", "2 * u", "max(u, 0)"]))
    return SCENARIO.format(
        u=draw(laws()),
        domain=draw(st.sampled_from(["", "", ", domain: 0 to 1", ", domain: at least 0"])),
        v=draw(laws() | st.sampled_from(["u", "1 - u", "u * (1 - u)"])),
        hears=draw(anything),
        stakes=draw(anything),
        discipline=draw(anything),
        mass=mass,
    )


@pytest.mark.slow
def test_what_is_accepted_never_leaves_its_domain(crisis):
    tried = {"accepted": 0, "refused": 0}
    placeless = []

    @settings(max_examples=400)
    @given(scenarios())
    def hold(written):
        try:
            found = crisis(written)
        except ScenarioError as error:
            tried["refused"] += 1
            placeless.extend(one for one in error.mistakes if one.line < 1)
            return
        tried["accepted"] += 1
        # Where a value leaves its domain the engine ends the run, and this fails with its sentence.
        table = Worlds(found, 1, 2_000).table
        for key, number in found.numbers.items():
            low = -np.inf if number.domain.lower is None else number.domain.lower
            high = np.inf if number.domain.upper is None else number.domain.upper
            assert np.isfinite(table[key].astype(np.float32)).all(), key
            assert (table[key] >= low).all(), key
            assert (table[key] <= high).all(), key

    hold()
    assert min(tried.values()) > 40, tried
    assert not placeless
