import itertools

import numpy as np
import pytest

from conjuncture.language.evaluator import evaluate, evaluate_defined, truth_of
from conjuncture.language.linker import link_event, link_expression
from conjuncture.language.nodes import (
    And,
    Cell,
    Compare,
    Measure,
    Not,
    NumberLiteral,
    Or,
    Reached,
    Within,
)
from conjuncture.language.parser import parse_event, parse_expression


class Histories:
    """Three histories: quiet, carried, and one in which the window is not reached."""

    def cell(self, key):
        return np.float64({"army_mood": -0.5, "scale": 2.0}.get(key, 3.0))

    def outcome(self, stage, visit):
        return np.array([0, 2, 1]), self.is_reached(stage, visit)

    def measure(self, stage, measure, _index, visit):
        values = np.array([1, 4, 9]) if measure == "rounds" else np.array([0.1, 0.6, 0.9])
        return values.astype(np.float32), self.is_reached(stage, visit)

    def is_reached(self, stage, _visit):
        return np.array([True, True, stage != "window"])


def number(text, vocabulary):
    return evaluate(link_expression(parse_expression(text), vocabulary), Histories(), np)


def event(text, vocabulary):
    true, false = truth_of(link_event(parse_event(text), vocabulary), Histories(), np)
    return "".join("TF?"[1 if f else 0 if t else 2] for t, f in zip(true, false, strict=True))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-army_mood + 1", 1.5),
        ("army_mood - 1 - 1", -2.5),
        ("scale * 3 / 4", 1.5),
        ("scale ^ 3 ^ 2", 512.0),
        ("-scale ^ 2", -4.0),
        ("army_mood ^ 2", 0.25),
        ("min(scale, 1, 3)", 1.0),
        ("max(scale, 1, 3)", 3.0),
        ("clip(scale, 0, 1)", 1.0),
        ("exp(log(max(scale, 1)))", 2.0),
        ("sqrt(scale + 2)", 2.0),
        ("logistic(0)", 0.5),
        ("logistic(-1000)", 0.0),
        ("army.troops", 9.0),
    ],
)
def test_numbers(vocabulary, text, value):
    assert number(text, vocabulary) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "histories"),
    [
        ("window = carried", "FT?"),
        ("window != carried", "TF?"),
        ("reached(window)", "TTF"),
        ("not reached(window)", "FFT"),
        ("window = carried or not reached(window)", "FTT"),
        ("window = carried and not reached(window)", "FF?"),
        ("window = carried and reached(window)", "FTF"),
        ("window.turnout[unions] in [0.5, 0.7]", "FT?"),
        ("showdown.rounds = 4", "FTF"),
        ("showdown.rounds >= 4", "FTT"),
        ("showdown.division < 0.6", "TFF"),
        ("showdown.division <= 0.6", "TTF"),
        ("showdown.division > 0.6", "FFT"),
        ("scale > 1", "T"),
    ],
)
def test_events(vocabulary, text, histories):
    if len(histories) == 1:
        assert bool(truth_of(link_event(parse_event(text), vocabulary), Histories(), np)[0])
    else:
        assert event(text, vocabulary) == histories


ATOMS = {"T": (True, False), "F": (False, True), "?": (False, False)}


class Atoms:
    """Reached stages stand for true and false, an undefined measure for undefined."""

    def is_reached(self, stage, _visit):
        return np.array(stage == "T")

    def measure(self, *_):
        return np.array(1.0), np.array(False)


def atom(sign):
    return Compare(">", Measure("x", "y"), NumberLiteral(0.0)) if sign == "?" else Reached(sign)


@pytest.mark.parametrize(("left", "right"), list(itertools.product("TF?", repeat=2)))
def test_kleenes_tables(left, right):
    order = "F?T"
    both = min(left, right, key=order.index)
    either = max(left, right, key=order.index)
    for kind, expected in ((And, both), (Or, either)):
        true, false = truth_of(kind(atom(left), atom(right)), Atoms(), np)
        assert (bool(true), bool(false)) == ATOMS[expected]
    true, false = truth_of(Not(atom(left)), Atoms(), np)
    assert (bool(true), bool(false)) == ATOMS[order[2 - order.index(left)]]


def test_comparisons_are_made_in_single_precision():
    class Scope:
        def cell(self, _key):
            return np.array([0.1, np.float32(0.1), np.nextafter(0.1, 1)])

    for node in (
        Compare(">=", Cell("x"), NumberLiteral(0.1)),
        Compare("<=", Cell("x"), NumberLiteral(0.1)),
        Within(Cell("x"), NumberLiteral(0.1), NumberLiteral(0.1)),
    ):
        assert truth_of(node, Scope(), np)[0].all()


def test_where_a_number_is_defined(vocabulary):
    node = link_expression(parse_expression("window.turnout[unions] + army_mood"), vocabulary)
    _, defined = evaluate_defined(node, Histories(), np)
    assert defined.tolist() == [True, True, False]


def test_what_is_not_linked_is_not_evaluated():
    with pytest.raises(TypeError, match="Name is not a linked number"):
        evaluate(parse_expression("a"), Histories(), np)
    with pytest.raises(TypeError, match="Name is not a linked event"):
        truth_of(parse_event("a"), Histories(), np)
