from __future__ import annotations

import pytest

from conjuncture.language.linker import link_change, link_condition
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import Compare, Label, NumberLiteral, Or, Outcome
from conjuncture.language.parser import parse_event, parse_expression


def condition(text, vocabulary, stage="window"):
    return link_condition(parse_event(text), vocabulary, stage)


def change(text, vocabulary, key, how):
    return link_change(parse_expression(text), vocabulary, key, how)


def quiet(label, code):
    return Compare("=", Outcome("window"), Label(label, code))


def test_labels_alone(vocabulary):
    assert condition("quiet", vocabulary) == quiet("quiet", 0)
    assert condition("quiet or crushed", vocabulary) == Or(quiet("quiet", 0), quiet("crushed", 1))
    assert condition("window = quiet", vocabulary) == quiet("quiet", 0)


def test_labels_keep_their_place(vocabulary):
    found = condition("not carried", vocabulary)
    assert (found.operand.start, found.operand.end) == (4, 11)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("quit", "'window' has no outcome 'quit'; did you mean 'quiet'?"),
        ("xyz", "'window' has no outcome 'xyz'; write one of: quiet, crushed, carried"),
        ("torres", "'torres' alone is not an event; write showdown = torres"),
        ("army_mood", "'army_mood' alone is not an event"),
        ("unions", "'unions' is a force, not a number"),
        ("quiet > 1", "quiet"),
        ("not quiet and crashed", "did you mean 'crushed'?"),
    ],
)
def test_what_is_no_condition(text, says, vocabulary):
    with pytest.raises(LanguageErrors) as caught:
        condition(text, vocabulary)
    assert says in str(caught.value)
    assert len(caught.value.problems) == 1


def test_changes_read_histories(vocabulary):
    for how in ("set", "clip", "shift"):
        assert change("window.turnout[unions] / 2", vocabulary, "valleys.cohesion", how)
    assert change("0.5 * valleys.troops", vocabulary, "valleys.troops", "set")
    assert change("1.5", vocabulary, "valleys.cohesion", "clip") == NumberLiteral(1.5)
    assert change("1.5", vocabulary, "valleys.cohesion", "shift") == NumberLiteral(1.5)


@pytest.mark.parametrize(
    ("text", "key", "how", "says"),
    [
        ("1.5", "valleys.cohesion", "set", "must be between 0 and 1, and this is 1.5"),
        ("valleys.cohesion - 2", "valleys.cohesion", "set", "and this never is; write 'clip'"),
        ("valleys.troops", "valleys.troops", "shift", "a shift is a plain number"),
        ("unions.mass", "valleys.troops", "set", "is in battalion equivalents"),
        ("unions.mass", "valleys.troops", "clip", "is in battalion equivalents"),
        ("window", "valleys.troops", "set", "is no number"),
        ("1 / army_mood", "valleys.troops", "clip", "divides by what can be 0"),
    ],
)
def test_what_is_no_change(text, key, how, says, vocabulary):
    with pytest.raises(LanguageErrors) as caught:
        change(text, vocabulary, key, how)
    assert says in str(caught.value)
