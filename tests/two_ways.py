"""Numbers of a run taken from its histories one by one, to be held against what a face says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from conjuncture.analysis.answers import answer
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.datatree import places_of_numbers
from conjuncture.language.symbols import StageSymbols
from conjuncture.scenario.queries import read_query

CLOSE = {"rtol": 2e-5, "atol": 2e-6}
"""Sums in single precision, added in another order."""


@dataclass(frozen=True)
class ExportedHistories:
    """The histories of an ensemble as they are exported, and what can be said of them."""

    ensemble: Any
    data: Any

    @property
    def crisis(self) -> Any:
        """The crisis."""
        return self.ensemble.crisis

    def visits(self, stage: str) -> list[str]:
        """Return how a stage is called at each visit: in a query as in the columns of a table."""
        most = self.crisis.stages[stage].visits
        return [stage] if most == 1 else [f"{stage}[{visit}]" for visit in range(1, most + 1)]

    def codes(self, stage: str, visit: int) -> Any:
        """Return the outcome of a visit in every history, -1 where it did not come to it."""
        return self.of_stage(stage, "outcome", visit).values

    def of_stage(self, stage: str, variable: str, visit: int = 1) -> Any:
        """Return an outcome or a measure at a visit."""
        group = self.data[f"stages/{stage}"]
        found = group[variable if variable in group.data_vars else f"{stage}.{variable}"]
        return found.sel(visit=visit) if "visit" in found.dims else found

    def last(self, stage: str, measure: str = "") -> Any:
        """Return the outcome, or a measure, of the last visit; missing where there was none."""
        variable = measure or "outcome"
        found = self.of_stage(stage, variable).values
        for visit in range(2, self.crisis.stages[stage].visits + 1):
            here = self.of_stage(stage, variable, visit).values
            found = np.where(self.codes(stage, visit) >= 0, here, found)
        return found

    def part(self, stage: str, measure: str, visit: int, part: str) -> Any:
        """Return a measure at a visit, of one of those that may stand in its brackets."""
        whole = self.of_stage(stage, measure, visit)
        return whole.sel({whole.dims[0]: part}) if part else whole

    def number(self, group: str, key: str) -> Any:
        """Return a number of the worlds, or one that effects move, by its key."""
        structure = self.ensemble.simulator.program().structure
        cells = self.crisis.vocabulary.cells
        keys = self.ensemble.worlds.table if group == "worlds" else structure.state_variables.moved
        place = places_of_numbers(group, {one: cells[one].labels for one in keys}, structure)[key]
        return self.data[place.group][place.variable].sel(place.at)

    def columns(self) -> Iterator[tuple[str, tuple[Any, list[str]]]]:
        """Yield by name what a table with a row for each history has: values or codes, and labels.

        A code is -1 and a number NaN where the history did not come there.
        """
        for key in self.ensemble.worlds.table:
            one = self.number("worlds", key).expand_dims(history=self.ensemble.histories, axis=1)
            yield f"value:{key}", flat(one)
        for key in self.ensemble.simulator.program().structure.state_variables.moved:
            yield key, flat(self.number("numbers", key))
        for stage, symbols in self.crisis.vocabulary.stages.items():
            for visit, name in enumerate(self.visits(stage), 1):
                yield name, flat(self.of_stage(stage, "outcome", visit))
                for measure, symbol in symbols.measures.items():
                    for part in symbol.index or ("",):
                        whole = f"{name}.{measure}" + (f".{part}" if part else "")
                        yield whole, flat(self.part(stage, measure, visit, part))

    def parts(self) -> Iterator[tuple[str, float]]:
        """Yield queries, and the value of each in the histories that are exported.

        Every outcome, every measure with all its parts, at every visit, and every number that
        effects move.
        """
        for stage, symbols in self.crisis.vocabulary.stages.items():
            for visit, name in enumerate(self.visits(stage), 1):
                codes = self.codes(stage, visit)
                came = codes >= 0
                if not came.any():
                    continue
                yield f"P(reached({name}))", float(came.mean())
                yield from shares(name, codes[came], symbols.outcomes, name)
                yield from self.measures_of(stage, visit, symbols, came)
        for key in self.ensemble.simulator.program().structure.state_variables.moved:
            yield f"E({key})", float(self.number("numbers", key).values.mean(dtype=float))

    def measures_of(
        self, stage: str, visit: int, symbols: StageSymbols, came: Any
    ) -> Iterator[tuple[str, float]]:
        """Yield what is asked of the measures of a visit, and its value."""
        name = self.visits(stage)[visit - 1]
        for measure, symbol in symbols.measures.items():
            for part in symbol.index or ("",):
                here = self.part(stage, measure, visit, part).values[came]
                what = f"{name}.{measure}" + (f"[{part}]" if part else "")
                if symbol.kind.labels:
                    yield from shares(what, here, symbol.kind.labels, name)
                else:
                    yield f"E({what} | reached({name}))", float(here.mean(dtype=float))


def flat(found: Any) -> tuple[Any, list[str]]:
    """Return values or codes with a row for each history, counts with NaN for missing, and labels."""
    labels = found.attrs.get("labels", [])
    values = found.values.reshape(-1)
    whole = not labels and np.issubdtype(values.dtype, np.integer)
    return np.where(values < 0, np.nan, values) if whole else values, labels


def shares(what: str, codes: Any, labels: Any, name: str) -> Iterator[tuple[str, float]]:
    """Yield how probable each label is where a stage was reached, and its share."""
    for code, label in enumerate(labels):
        yield f"P({what} = {label} | reached({name}))", float((codes == code).mean())


def values_of(ensemble: Any, queries: list[str], happened: list[Any] | None = None) -> Any:
    """Return what queries answer, all of them counted in one go."""
    asked = [read_query(text, ensemble.crisis) for text in queries]
    given = happened or [None] * len(asked)
    questions = [compile_question(one, seen) for one, seen in zip(asked, given, strict=True)]
    return [answer(one) for one in ensemble.simulator.count(questions, "histories")]
