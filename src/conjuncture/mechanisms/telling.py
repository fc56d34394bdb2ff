"""What a chronicle knows of one stage in one history, and how a mechanism tells it.

A mechanism's ``telling.py`` holds ``tell(told)``, which returns plain sentences in the order in
which things happened. It imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from conjuncture.scenario.stages import Cast, StageModel

Reading = float | str
"""A number, or the label of something that has labels."""


@dataclass(frozen=True)
class Told:
    """One stage in one history.

    Attributes
    ----------
    stage : StageModel
        What the scenario says of the stage.
    cast : Cast
    names : mapping of str to str
        How reports call each force.
    outcome : str
    imposed : bool
        Whether an intervention put the outcome in the place of what would have been.
    measures : mapping of str to float, str or mapping
        Each measure; one with an index maps force or camp to number or label.
    rounds : sequence of mapping
        What showed in each round, for a mechanism that keeps rounds: ``{"side": {force: label}}``.

    Examples
    --------
    >>> from conjuncture.mechanisms.showdown.inputs import Stage
    >>> Told(Stage.model_construct(), Cast(), {"line": "The line"}, "a", False, {}).name("line")
    'The line'
    """

    stage: StageModel
    cast: Cast
    names: Mapping[str, str]
    outcome: str
    imposed: bool
    measures: Mapping[str, Reading | Mapping[str, Reading]]
    rounds: Sequence[Mapping[str, Mapping[str, Reading]]] = field(default_factory=tuple)

    def name(self, force: str) -> str:
        """Return how reports call a force."""
        return self.names.get(force) or force

    def number(self, measure: str, index: str = "") -> float:
        """Return a measure that is a number."""
        return float(self._reading(measure, index))

    def label(self, measure: str, index: str = "") -> str:
        """Return a measure that is a label."""
        return str(self._reading(measure, index))

    def _reading(self, measure: str, index: str) -> Reading:
        found = self.measures[measure]
        return found[index] if isinstance(found, Mapping) else found


class Tell(Protocol):
    """A mechanism's ``tell``."""

    def __call__(self, told: Told) -> list[str]:
        """Return what happened, in sentences."""
