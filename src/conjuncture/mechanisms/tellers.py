"""How each mechanism tells a stage: by its own ``telling.py``, or plainly where it has none."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

from conjuncture.mechanisms.registry import packages
from conjuncture.mechanisms.telling import MeasureValue, Narrator, StageHistory


@cache
def narrator_of(mechanism: str) -> Narrator:
    """Return the ``tell`` of a mechanism; :func:`tell_plainly` where it ships none.

    Examples
    --------
    >>> narrator_of("showdown").__module__
    'conjuncture.mechanisms.showdown.telling'
    """
    name = f"{packages()[mechanism]}.telling"
    if find_spec(name) is None:
        return tell_plainly
    tell: Narrator = importlib.import_module(name).tell
    return tell


def tell_plainly(told: StageHistory) -> list[str]:
    """Return the outcome of a stage and what it measured, in sentences.

    Parameters
    ----------
    told : Told

    Examples
    --------
    >>> from conjuncture.mechanisms.showdown.inputs import Stage
    >>> from conjuncture.scenario.stages import Cast
    >>> measured = {"odds": 0.25, "how": "by_night", "turnout": {"line": 2.0}}
    >>> names = {"line": "the line"}
    >>> told = StageHistory(Stage.model_construct(), Cast(("line",)), names, "carried", False, measured)
    >>> tell_plainly(told)
    ['It ended as carried.', 'Odds: 0.25.', 'How: by night.', 'Turnout: the line 2.']
    """
    verb = "was made to end" if told.imposed else "ended"
    sentences = [f"It {verb} as {_plain_words_of(told.outcome)}."]
    for measure, value in told.measures.items():
        if isinstance(value, Mapping):
            parts = [
                f"{_plain_words_of(told.name(key))} {_write_value(one)}"
                for key, one in value.items()
            ]
            text = ", ".join(parts)
        else:
            text = _write_value(value)
        if text:
            sentences.append(f"{_plain_words_of(measure).capitalize()}: {text}.")
    return sentences


def _write_value(value: MeasureValue) -> str:
    if isinstance(value, str):
        return _plain_words_of(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = f"{float(f'{value:.3g}'):.3f}".rstrip("0").rstrip(".")
    return "0" if decimals == "-0" else decimals


def _plain_words_of(label: str) -> str:
    return label.replace("_", " ")
