"""A population: cases of a table, each played by one scenario of which a few numbers are known.

The scenario is written like any other. Some of its unknowns are the same in all cases (the
parameters, structural constants among them), some say what the table knows of a case (the tags,
0 or 1), the others differ from case to case and nobody knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from conjuncture.language.nodes import Either, Expression, RandomDraw, walk
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.queries import read_event
from conjuncture.scenario.scenario_file import read_crisis

SCENARIOS = Path(__file__).parent


@dataclass(frozen=True)
class Population:
    """Cases of a table and the scenario that plays each of them.

    Attributes
    ----------
    name : str
        The folder of the scenario, and the table of :mod:`conjuncture.data`.
    success : str
        The event that the table calls success.
    parameters : tuple of str
        The numbers that are the same in all cases.
    tags : mapping of str to (str, str)
        By unknown of the scenario, the column of the table and the text of a cell for which it
        is 1; any other text stands for 0.
    made : str
        The number above 0 in the cases that come to be recorded; all do if not stated.
    """

    name: str
    success: str
    parameters: tuple[str, ...]
    tags: Mapping[str, tuple[str, str]]
    made: str = ""

    @cached_property
    def crisis(self) -> Crisis:
        """The scenario."""
        return read_crisis(SCENARIOS / self.name, stage_models())

    @cached_property
    def event(self) -> Expression:
        """The linked event."""
        return read_event(self.success, self.crisis)

    @cached_property
    def cells(self) -> tuple[tuple[int, ...], ...]:
        """Every combination of tags, 0 or 1 each, the last changing fastest."""
        return tuple(product((0, 1), repeat=len(self.tags)))

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The draws that are the parameters, one each and in their order."""
        return tuple(self.site_of(name) for name in self.parameters)

    @cached_property
    def tag_sites(self) -> tuple[str, ...]:
        """The draws that are the tags."""
        return tuple(self.site_of(name) for name in self.tags)

    @cached_property
    def other_sites(self) -> tuple[str, ...]:
        """The draws that differ from case to case."""
        known = {*self.sites, *self.tag_sites}
        found = {
            node.site: None
            for number in self.crisis.numbers.values()
            for node, _ in walk(number.value)
            if isinstance(node, RandomDraw | Either)
        }
        return tuple(site for site in found if site not in known)

    def site_of(self, name: str) -> str:
        """Return the one draw that a number is.

        Raises
        ------
        ValueError
            When it is none, or more than one.
        """
        value = self.crisis.numbers[name].value
        [site] = [node.site for node, _ in walk(value) if isinstance(node, RandomDraw | Either)]
        return site


ATTEMPTS = Population(
    name="attempts",
    success="showdown = plotters",
    parameters=(
        "decisiveness", "fog", "public_share", "first_showing", "street_exchange",
        "careers", "caution", "stubbornness",
        "combat_force", "elite_force", "guard_force", "unevenness",
        "loyalty", "discontent", "moodiness", "orders",
        "crowd", "helpers", "good_name", "comrade", "bar",
    ),
    tags={
        "elite": ("plotters", "elite"),
        "protest": ("protest", "yes"),
        "outside": ("outside_support", "yes"),
        "soldier": ("incumbent", "military"),
    },
    made="margin_over_bar",
)  # fmt: skip
"""Attempts to seize power since 1950, played by ``showdown``."""

CAMPAIGNS = Population(
    name="campaigns",
    success="rising = carried or showdown = campaign",
    parameters=(
        "decisiveness", "fog", "street_exchange", "refusal",
        "threshold", "spread", "ease",
        "arms", "guard_force", "unevenness", "firmness",
        "loyalty", "discontent", "moodiness",
        "fraternity", "disaffection", "backfire", "patronage", "good_name",
    ),
    tags={
        "nonviolent": ("method", "nonviolent"),
        "small": ("size", "small"),
        "foreign": ("foreign_support", "yes"),
        "repression": ("repression", "yes"),
        "defection": ("defection", "yes"),
    },
)  # fmt: skip
"""Campaigns since 1945, played by ``rising`` and then ``showdown``."""
