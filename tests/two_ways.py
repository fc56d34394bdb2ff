"""Numbers of a run taken from its histories one by one, to be held against what a face says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from conjuncture.analysis.answers import answer
from conjuncture.analysis.questions import compile_question
from conjuncture.language.symbols import StageSymbols
from conjuncture.scenario.asking import linked_query

CLOSE = {"rtol": 2e-5, "atol": 2e-6}
"""Sums in single precision, added in another order."""


@dataclass(frozen=True)
class Exported:
    """The histories of an ensemble as they are exported, and what can be said of them."""

    ensemble: Any
    data: Any

    @property
    def crisis(self) -> Any:
        """The crisis."""
        return self.ensemble.crisis

    def visits(self, stage: str) -> list[str]:
        """Return how a stage is called at each visit: in a query as in the columns."""
        most = self.crisis.stages[stage].visits
        return [stage] if most == 1 else [f"{stage}[{visit}]" for visit in range(1, most + 1)]

    def codes(self, stage: str, visit: int) -> Any:
        """Return the outcome of a visit in every history, -1 where it did not come to it."""
        return self.data[self.visits(stage)[visit - 1]].values

    def last(self, stage: str, measure: str = "") -> Any:
        """Return the outcome, or a measure, of the last visit; missing where there was none."""
        ending = f".{measure}" if measure else ""
        names = self.visits(stage)
        found = self.data[names[0] + ending].values
        for name in names[1:]:
            found = np.where(self.data[name].values >= 0, self.data[name + ending].values, found)
        return found

    def columns(self) -> Iterator[tuple[str, tuple[Any, list[str]]]]:
        """Yield by name what a table with a row for each history has: values or codes, and labels.

        A code is -1 and a number NaN where the history did not come there.
        """
        for name, one in self.data.data_vars.items():
            labels = one.attrs.get("labels", [])
            values = one.values
            if one.ndim == 1:
                values = np.repeat(values[:, None], self.ensemble.histories, axis=1)
            rows = self.data.sizes["world"] * self.data.sizes["history"]
            for place, flat in enumerate(values.reshape(-1, rows)):
                part = f".{one[one.dims[0]].values[place]}" if one.ndim == 3 else ""
                whole = not labels and np.issubdtype(flat.dtype, np.integer)
                known = np.where(flat < 0, np.nan, flat) if whole else flat
                yield f"{name}{part}", (known, labels)

    def parts(self) -> Iterator[tuple[str, float]]:
        """Yield queries, and the value of each in the histories that are exported.

        Every outcome, every measure with all its parts, at every visit, and every number that
        effects move.
        """
        for stage, symbols in self.crisis.vocabulary.stages.items():
            for name in self.visits(stage):
                came = self.data[name].values >= 0
                if not came.any():
                    continue
                yield f"P(reached({name}))", float(came.mean())
                yield from shares(name, self.data[name].values[came], symbols.outcomes, name)
                yield from self.measured(name, symbols, came)
        for key in self.ensemble.laboratory.program().structure.living.moved:
            yield f"E({key})", float(self.data[key].values.mean(dtype=float))

    def measured(self, name: str, symbols: StageSymbols, came: Any) -> Iterator[tuple[str, float]]:
        """Yield what is asked of the measures of a visit, and its value."""
        for measure, symbol in symbols.measures.items():
            whole = self.data[f"{name}.{measure}"]
            for part in symbol.index or ("",):
                one = whole.sel({whole.dims[0]: part}) if part else whole
                here = one.values[came]
                what = f"{name}.{measure}" + (f"[{part}]" if part else "")
                if symbol.kind.labels:
                    yield from shares(what, here, symbol.kind.labels, name)
                else:
                    yield f"E({what} | reached({name}))", float(here.mean(dtype=float))


def shares(what: str, codes: Any, labels: Any, name: str) -> Iterator[tuple[str, float]]:
    """Yield how probable each label is where a stage was reached, and its share."""
    for code, label in enumerate(labels):
        yield f"P({what} = {label} | reached({name}))", float((codes == code).mean())


def values_of(ensemble: Any, queries: list[str], happened: list[Any] | None = None) -> Any:
    """Return what queries answer, all of them counted in one go."""
    asked = [linked_query(text, ensemble.crisis) for text in queries]
    given = happened or [None] * len(asked)
    questions = [compile_question(one, seen) for one, seen in zip(asked, given, strict=True)]
    return [answer(one) for one in ensemble.laboratory.count(questions, "histories")]
