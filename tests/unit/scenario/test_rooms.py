"""How many passes the stages come to, what compiling them takes, and where that is too much."""

from __future__ import annotations

import re

import pytest

import conjuncture
from conjuncture.errors import ScenarioError
from conjuncture.scenario.stage_graph import (
    LONG_SECONDS,
    MOST_SECONDS,
    duration_text,
    seconds_to_compile,
    unroll_stages,
)


def ring(stages: int, visits: int) -> str:
    """Return showdowns that lead to one another in a circle, and each back to itself."""
    return (
        "conjuncture: 1\ntitle: A ring\naccount: account.md\n"
        "forces: {red: {troops: 1 to 3}, blue: {troops: 1 to 3}}\nstages:\n"
    ) + "".join(
        f"  s{one}:\n    mechanism: showdown\n    visits: {visits}\n"
        f"    camps: {{a{one}: {{core: red}}, b{one}: {{core: blue}}}}\n"
        f"    next: {{a{one}: s{(one + 1) % stages}, b{one}: s{one}}}\n"
        for one in range(stages)
    )


def seconds(crisis) -> float:
    return seconds_to_compile(crisis.stages, unroll_stages(crisis.stages), crisis.cast)


@pytest.mark.parametrize(("stages", "visits", "rooms"), [(1, 5, 5), (4, 3, 36), (4, 5, 68)])
def test_rooms_of_a_ring(crisis, stages, visits, rooms):
    assert len(unroll_stages(crisis(ring(stages, visits)).stages)) == rooms


def test_what_takes_too_long_is_refused_with_what_to_write(crisis):
    with pytest.raises(ScenarioError) as caught:
        crisis(ring(10, 5))
    [mistake] = caught.value.mistakes
    assert (mistake.line, mistake.column) == (8, 13)
    assert "410 passes" in mistake.problem
    assert "about 5 minutes" in mistake.problem
    advised = int(re.fullmatch(r"write no 'visits' above (\d)", mistake.remedy)[1])
    allowed = crisis(ring(10, advised))
    assert LONG_SECONDS < seconds(allowed) <= MOST_SECONDS
    [warning] = [one for one in allowed.warnings if "passes" in one]
    assert "about 4 minutes before the first run" in warning
    with pytest.raises(ScenarioError):
        crisis(ring(10, advised + 1))


def test_the_largest_scenario_there_can_be_is_refused_at_once(crisis):
    with pytest.raises(ScenarioError, match="write no 'visits' above 1"):
        crisis(ring(50, 20))


def test_a_small_scenario_is_not_warned_of(crisis):
    assert not [one for one in crisis(ring(4, 3)).warnings if "passes" in one]


@pytest.mark.parametrize("name", ["bolivia-1970", "spain-1981", "ussr-1991"])
def test_the_catalogue_compiles_in_less_than_half_a_minute(name):
    assert 3.0 < seconds(conjuncture.load(name).crisis) < 30.0


def test_more_forces_take_longer(crisis):
    more = ring(4, 3).replace("forces: {", "forces: {green: {troops: 1}, white: {troops: 1}, ")
    assert seconds(crisis(more)) > seconds(crisis(ring(4, 3)))


def test_times_are_round():
    assert [duration_text(one) for one in (3.0, 44.0, 70.0, 150.0)] == [
        "about 10 seconds", "about 40 seconds", "about a minute", "about 2 minutes",
    ]  # fmt: skip
