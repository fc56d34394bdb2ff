"""Domains of unknowns, and values that can leave theirs or come to too much."""

import itertools

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL

RISING = """
conjuncture: 1
title: Whether they hear
account: account.md
unknowns: {UNKNOWNS}
attributes: {word: {default: 0.3 to 0.7, meaning: how far word spreads}}
forces:
  leaders: {kind: party, organisation: 0.5, stakes: STAKES}
  crowd: {kind: movement, mass: MASS}
  police: {kind: police, troops: 1}
stages:
  march: {mechanism: rising, crowds: {crowd: {hears: HEARS}}, caller: leaders, facing: {police: {}}EFFECTS}
"""


def text(unknowns="", hears="0.5", mass="10", stakes="1", effects=""):
    """Return the scenario with some of its values."""
    words = {"UNKNOWNS": unknowns, "HEARS": hears, "MASS": mass, "STAKES": stakes}
    found = RISING.replace("{UNKNOWNS}", "{" + unknowns + "}").replace("EFFECTS", effects)
    for word in ("HEARS", "MASS", "STAKES"):
        found = found.replace(word, words[word])
    return found


def refusal(crisis, written):
    """Return the one sentence with which a scenario is refused, without the name of its folder."""
    with pytest.raises(ScenarioError) as error:
        crisis(written)
    assert len(error.value.mistakes) == 1, str(error.value)
    mistake = error.value.mistakes[0]
    return f"{mistake.line}:{mistake.column}: {mistake.problem}; {mistake.remedy}"


@pytest.mark.parametrize(
    ("unknown", "uses", "domain", "family"),
    [
        ("0.05 to 0.3", {"hears": "lines"}, UNIT_INTERVAL, "logitnormal"),
        ("5 to 20", {"mass": "lines"}, NON_NEGATIVE, "lognormal"),
        ("0.05 to 0.3", {"stakes": "lines", "mass": "lines"}, NON_NEGATIVE, "lognormal"),
        ("0.05 to 0.3", {}, REAL, "normal"),
        ("uniform(0.1, 0.3)", {"hears": "lines"}, UNIT_INTERVAL, "uniform"),
        ("{value: 5 to 20, domain: at least 0}", {"mass": "2 * lines"}, NON_NEGATIVE, "lognormal"),
        ("{value: 0.1 to 0.2, domain: 0 to 1}", {"hears": "1 - lines"}, UNIT_INTERVAL,
         "logitnormal"),
        ("{value: 0.1 to 0.2, domain: any number}", {}, REAL, "normal"),
        ("{either: {0.1 to 0.2: 0.5, 0.4: 0.5}}", {"hears": "lines"}, UNIT_INTERVAL, None),
    ],
)  # fmt: skip
def test_the_domain_of_an_unknown(crisis, unknown, uses, domain, family):
    number = crisis(text(f"lines: {unknown}".replace("uniform(0.1, 0.3)", '"uniform(0.1, 0.3)"'),
                         **uses)).numbers["lines"]  # fmt: skip
    assert number.domain == domain
    if family is not None:
        assert number.value.family == family
    else:
        assert number.value.options[0].family == "logitnormal"


def test_a_domain_is_told_through_an_unknown_that_is_another(crisis):
    numbers = crisis(text("lines: 0.1 to 0.2, calls: lines", hears="calls")).numbers
    assert numbers["lines"].domain == numbers["calls"].domain == UNIT_INTERVAL
    assert numbers["lines"].value.family == "logitnormal"


def test_a_domain_is_told_from_what_effects_put_it_into(crisis):
    effects = ", effects: [{set: {leaders.word: lines}, note: so}]"
    assert crisis(text("lines: 0.1 to 0.2", effects=effects)).numbers["lines"].domain == (
        UNIT_INTERVAL
    )
    effects = ", effects: [{shift: {leaders.word: lines}, note: so}]"
    assert crisis(text("lines: 0.1 to 0.2", effects=effects)).numbers["lines"].domain == REAL


def test_where_uses_differ_the_domain_is_to_be_written(crisis):
    told = refusal(crisis, text("lines: 0.1 to 0.2", hears="lines", mass='"max(lines, 0)"'))
    assert "must be between 0 and 1, and 'lines' can be below 0 and above 1" in told
    assert "give 'lines' under 'unknowns' the 'domain: 0 to 1'" in told
    given = "lines: {value: 0.1 to 0.2, domain: 0 to 1}"
    assert crisis(text(given, hears="lines", mass="lines"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            text("lines: 'normal(0.2, 0.3)'", hears="lines"),
            ("5:20: normal(0.2, 0.3) leaves the domain of 'lines', which must be between 0 and 1 "
            "(it is put into 'march.crowd.hears'); write logitnormal(0.2, 1.9)"),
        ),
        (
            text("lines: 0 to 0.3", hears="lines"),
            ("a logit-normal law cannot touch 0 or 1 (it is put into 'march.crowd.hears'); write "
            '0.003 to 0.3, or "uniform(0, 0.3)"'),
        ),
        (
            text("lines: 3", hears="lines"),
            "'lines' must be between 0 and 1, and this is 3 (it is put into 'march.crowd.hears')",
        ),
        (
            text("lines: {value: 1, domain: 0..1}"),
            "there is no domain '0..1'; write 0 to 1, at least 0 or any number",
        ),
        (
            text(mass="{value: 1, domain: at least 0}"),
            "only an unknown of the scenario says its own domain; delete 'domain'",
        ),
        (
            text("lines: -1 to 1", mass="3 + lines"),
            ("9:33: 'crowd.mass' must be a number of at least 0, and this can be below 0; write "
            '"max(3 + lines, 0)"'),
        ),
        (
            text("lines: 5 to 9", mass="3 * lines"),
            ("give 'lines' under 'unknowns' the 'domain: at least 0', or write "
            '"max(3 * lines, 0)"'),
        ),
        (
            text("both: 3 * leaders.organisation", hears="both"),
            ("'both' must be between 0 and 1, and this can be above 1 (it is put into "
            "'march.crowd.hears'); write \"clip(3 * leaders.organisation, 0, 1)\""),
        ),
        (
            text(mass='"-5 + lognormal(3, 0.5)"'),
            "and this can be below 0",
        ),
        (
            text(hears="{either: {0.5: 1, 0.5 + normal(0, 0.1): 1}}".replace("normal(0, 0.1)",
                 "(-1 to 1)")),
            'and this can be below 0 and above 1; write "clip(0.5 + (-1 to 1), 0, 1)"',
        ),
    ],
)  # fmt: skip
def test_what_can_leave_its_domain_is_refused_with_its_place(crisis, written, told):
    assert told in refusal(crisis, written)


@pytest.mark.parametrize(
    ("default", "told"),
    [
        ("0.8 + (0.1 to 0.3)", "'word' must be between 0 and 1, and this can be above 1; write"),
        ("exp(900)", "'exp(900)' comes to more than 1e+30"),
    ],
)
def test_the_default_of_a_declared_attribute_stays_in_its_domain(crisis, default, told):
    written = text().replace("default: 0.3 to 0.7", f"default: {default}")
    found = refusal(crisis, written)
    assert found.startswith("6:30: ")
    assert told in found


def test_a_remedy_is_taken(crisis):
    assert crisis(text("lines: -1 to 1", mass='"max(3 + lines, 0)"', hears='"clip(lines, 0, 1)"'))


@pytest.mark.parametrize(
    "hears",
    [
        "w * a + (1 - w) * b",
        "a + b - a * b",
        "a + (1 - a) * b",
        "1 - (1 - a) * (1 - b)",
        "2 * a - a ^ 2",
        "logistic(5 * a - 3 * mood)",
        "min(1, exp(-a))",
        "both * a + (1 - both) * (1 - a)",
        "choice * a + (1 - choice) * (1 - a)",
    ],
)
def test_what_stays_inside_is_not_refused(crisis, hears):
    unknowns = (
        "w: {value: 0.1 to 0.9, domain: 0 to 1}, a: {value: 0.1 to 0.5, domain: 0 to 1}, "
        "b: 'beta(2, 3)', mood: -1 to 1, both: w * a, choice: {either: {0: 0.5, 1: 0.5}}"
    )
    assert crisis(text(unknowns, hears=f'"{hears}"'))


def test_what_follows_from_what_effects_move_can_be_all_that_they_make_of_it(crisis):
    effects = ", effects: [{set: {leaders.word: 1}, note: so}]"
    unknowns, forces = "", {"mass": "5 - 8 * leaders.word"}
    written = text(unknowns, **forces).replace("stakes: 1", "stakes: 1, word: 0.5")
    assert crisis(written)
    moved = written.replace("facing: {police: {}}", "facing: {police: {}}" + effects)
    assert "can be below 0" in refusal(crisis, moved)
    clipped = moved.replace("set: {leaders.word: 1}", "clip: {leaders.word: 0.1}")
    assert crisis(clipped)
    shifted = moved.replace("set: {leaders.word: 1}", "shift: {leaders.word: 1}")
    assert "can be below 0" in refusal(crisis, shifted)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("exp(exp(9))", "'exp(exp(9))' comes to more than 1e+30, the largest number; write a smaller"),
        ("exp(700)", "'exp(700)' comes to more than 1e+30"),
        ("10 ^ 40", "'10 ^ 40' comes to more than 1e+30"),
        ('"lognormal(1, 1e5)"', ("'lognormal(1, 1e5)' draws numbers beyond 1e+30, the largest "
         "allowed; narrow it")),
        ('"gamma(1e12, 1e20)"', "draws numbers beyond 1e+30"),
        ('"beta(1e20, 1e30)"', "'beta(a, b)' needs both parameters above 0 and at most 1e12"),
        ('"loguniform(1e-300, 1e30)"', "is not a law"),
        ("1e-300 to 1e30", "'1e-300 to 1e30' draws numbers beyond 1e+30"),
        ("exp(50 * mood)", 'write "exp(min(50 * mood, 60))"'),
    ],
)  # fmt: skip
def test_what_can_come_to_too_much_is_refused_with_its_place(crisis, value, told):
    found = refusal(crisis, text("mood: -1 to 1", mass=value))
    assert told in found
    assert found.startswith("9:")


def test_a_sum_of_many_draws_never_has_all_of_them_far_out(crisis):
    names = [f"u{place}" for place in range(60)]
    unknowns = ", ".join(f"{name}: -1 to 1" for name in names)
    assert crisis(text(unknowns, mass=f"exp({' + '.join(names)})"))


def test_values_that_need_each_other_are_told_once(crisis):
    assert "need each other" in refusal(crisis, text("a: b, b: a", hears="a"))


def test_a_long_chain_of_unknowns_is_read(crisis):
    names = [f"u{place}" for place in range(600)]
    chain = ", ".join(f"{one}: {before} + 1" for before, one in itertools.pairwise(names))
    assert crisis(text(f"u0: 0, {chain}", mass="u599"))
    same = ", ".join(f"{one}: {before}" for before, one in itertools.pairwise(names))
    assert crisis(text(f"u0: 0.5, {same}", mass="u599"))


def test_dates_as_a_scale_are_refused_with_all_their_digits(crisis):
    told = refusal(
        crisis,
        """
conjuncture: 1
title: A date as a scale
account: account.md
forces: {a: {mass: 1}, b: {mass: 1}}
stages:
  s:
    mechanism: programme
    issues: {election: {scale: [19701001, 19701031], positions: {a: 19701005, b: 19701020}}}
""",
    )
    assert told == (
        "9:25: the scale of 'election', 19701001 to 19701031, is too short for numbers of this "
        "size: histories are computed with seven digits; count from its lower end, positions too, "
        "as in scale: [0, 30]"
    )
