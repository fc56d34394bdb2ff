"""Which mechanisms there are: those in this folder and those that other packages ship.

A mechanism is an entry point in the group ``conjuncture.mechanisms`` whose name is what a
scenario writes after ``mechanism:`` and whose object is a folder (package) with ``inputs.py``
(holding ``Stage``, a :class:`~conjuncture.scenario.stage_model.StageModel`) and ``model.py``
(holding ``resolve``), and ``sample.yaml``, a scenario whose first stage uses it, on which the
contract tests run. Looking one up loads ``inputs`` alone; the engine loads ``model``.

A folder's ``narrative.py`` holds ``tell(record)``, which returns plain sentences in the order in
which things happened. It imports nothing heavy. A mechanism that has none is told plainly.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from math import isnan
from typing import Protocol

from conjuncture import mechanisms
from conjuncture.scenario.stage_model import Cast, StageModel
from conjuncture.scenario.wording import plain_label

GROUP = "conjuncture.mechanisms"


@cache
def packages() -> Mapping[str, str]:
    """Return mechanism name to the dotted name of its folder.

    Examples
    --------
    >>> packages()["showdown"]
    'conjuncture.mechanisms.showdown'
    """
    found = {
        module.name: f"{mechanisms.__name__}.{module.name}"
        for module in pkgutil.iter_modules(mechanisms.__path__)
        if module.ispkg
    }
    for entry in entry_points(group=GROUP):
        found.setdefault(entry.name, entry.value)
    return dict(sorted(found.items()))


@cache
def stage_models() -> Mapping[str, type[StageModel]]:
    """Return mechanism name to the model of what a stage may say."""
    return {
        name: importlib.import_module(f"{package}.inputs").Stage
        for name, package in packages().items()
    }


MeasureValue = float | str
"""A number, or the label of something that has labels."""


@dataclass(frozen=True)
class StageHistory:
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
    labels : mapping of str to str
        Camps and outcomes as words.
    says : mapping of str to str
        What happens in each outcome, as a clause, of those of which the scenario says it.
    plurals : set of str
        Forces whose name means several.
    silent : set of str
        Forces and signals of which nothing is said: they were taken away, or their part is not of
        interest.
    rounds : sequence of mapping
        What showed in each round, for a mechanism that keeps rounds: ``{"side": {force: label}}``.

    Examples
    --------
    >>> from conjuncture.mechanisms.showdown.inputs import Stage
    >>> stage = Stage.model_construct()
    >>> StageHistory(stage, Cast(), {"line": "The line"}, "a", False, {}).name("line")
    'The line'
    """

    stage: StageModel
    cast: Cast
    names: Mapping[str, str]
    outcome: str
    imposed: bool
    measures: Mapping[str, MeasureValue | Mapping[str, MeasureValue]]
    rounds: Sequence[Mapping[str, Mapping[str, MeasureValue]]] = field(default_factory=tuple)
    labels: Mapping[str, str] = field(default_factory=dict)
    plurals: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)

    def name(self, force: str) -> str:
        """Return how reports call a force."""
        return self.names.get(force) or force

    def word(self, label: str) -> str:
        """Return a camp or an outcome as words."""
        return self.labels.get(label) or plain_label(label)

    def verb(self, force: str, singular: str, plural: str) -> str:
        """Return the form of a verb that goes with a force."""
        return plural if force in self.plurals else singular

    def knows(self, measure: str, index: str = "") -> bool:
        """Return whether a measure is defined: it is not of those who are absent."""
        found = self._value_of(measure, index)
        return isinstance(found, str) or not isnan(found)

    def number(self, measure: str, index: str = "") -> float:
        """Return a measure that is a number."""
        return float(self._value_of(measure, index))

    def label(self, measure: str, index: str = "") -> str:
        """Return a measure that is a label."""
        return str(self._value_of(measure, index))

    def _value_of(self, measure: str, index: str) -> MeasureValue:
        found = self.measures[measure]
        return found[index] if isinstance(found, Mapping) else found


class Narrator(Protocol):
    """A mechanism's ``tell``."""

    def __call__(self, record: StageHistory) -> list[str]:
        """Return what happened, in sentences."""


def join_words(parts: Sequence[str]) -> str:
    """Return several things as one; where one of them has an 'and' itself, a comma keeps it apart.

    Examples
    --------
    >>> join_words(["a", "b", "c"]), join_words(["Milans and his men", "the police"])
    ('a, b and c', 'Milans and his men, and the police')
    """
    if len(parts) < 2:
        return "".join(parts)
    apart = any(" and " in part for part in parts)
    return f"{', '.join(parts[:-1])}{', and ' if apart else ' and '}{parts[-1]}"


def capitalise(sentence: str) -> str:
    """Return a sentence with a capital at its beginning, be it within quotation marks.

    Examples
    --------
    >>> capitalise("'all quiet' was heard."), capitalise("")
    ("'All quiet' was heard.", '')
    """
    first = 1 if sentence[:1] in ("'", '"', "\u201c", "\u2018") else 0
    return sentence[:first] + sentence[first : first + 1].upper() + sentence[first + 1 :]


@cache
def narrator_of(mechanism: str) -> Narrator:
    """Return the ``tell`` of a mechanism; :func:`tell_plainly` where it ships none.

    Examples
    --------
    >>> narrator_of("showdown").__module__
    'conjuncture.mechanisms.showdown.narrative'
    """
    name = f"{packages()[mechanism]}.narrative"
    if find_spec(name) is None:
        return tell_plainly
    tell: Narrator = importlib.import_module(name).tell
    return tell


def tell_plainly(record: StageHistory) -> list[str]:
    """Return the outcome of a stage and what it measured, in sentences.

    Parameters
    ----------
    record : StageHistory

    Examples
    --------
    >>> from conjuncture.mechanisms.showdown.inputs import Stage
    >>> from conjuncture.scenario.stage_model import Cast
    >>> measured = {"odds": 0.25, "how": "by_night", "turnout": {"line": 2.0}}
    >>> stage, names = Stage.model_construct(), {"line": "the line"}
    >>> record = StageHistory(stage, Cast(("line",)), names, "carried", False, measured)
    >>> tell_plainly(record)
    ['It ended as carried.', 'Odds: 0.25.', 'How: by night.', 'Turnout: the line 2.']
    """
    verb = "was made to end" if record.imposed else "ended"
    sentences = [f"It {verb} as {plain_label(record.outcome)}."]
    for measure, value in record.measures.items():
        if isinstance(value, Mapping):
            parts = [
                f"{plain_label(record.name(key))} {_write_value(one)}" for key, one in value.items()
            ]
            text = ", ".join(parts)
        else:
            text = _write_value(value)
        if text:
            sentences.append(f"{plain_label(measure).capitalize()}: {text}.")
    return sentences


def _write_value(value: MeasureValue) -> str:
    if isinstance(value, str):
        return plain_label(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = f"{float(f'{value:.3g}'):.3f}".rstrip("0").rstrip(".")
    return "0" if decimals == "-0" else decimals
