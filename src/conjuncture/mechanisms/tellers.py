"""How each mechanism tells a stage: by its own ``telling.py``, or plainly where it has none."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

from conjuncture.mechanisms.registry import packages
from conjuncture.mechanisms.telling import Reading, Tell, Told


@cache
def tell_of(mechanism: str) -> Tell:
    """Return the ``tell`` of a mechanism; :func:`tell_plainly` where it ships none.

    Examples
    --------
    >>> tell_of("showdown").__module__
    'conjuncture.mechanisms.showdown.telling'
    """
    name = f"{packages()[mechanism]}.telling"
    if find_spec(name) is None:
        return tell_plainly
    tell: Tell = importlib.import_module(name).tell
    return tell


def tell_plainly(told: Told) -> list[str]:
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
    >>> told = Told(Stage.model_construct(), Cast(("line",)), names, "carried", False, measured)
    >>> tell_plainly(told)
    ['It ended as carried.', 'Odds: 0.25.', 'How: by night.', 'Turnout: the line 2.']
    """
    verb = "was made to end" if told.imposed else "ended"
    sentences = [f"It {verb} as {_plain(told.outcome)}."]
    for measure, value in told.measures.items():
        if isinstance(value, Mapping):
            parts = [f"{_plain(told.name(key))} {_shown(one)}" for key, one in value.items()]
            text = ", ".join(parts)
        else:
            text = _shown(value)
        if text:
            sentences.append(f"{_plain(measure).capitalize()}: {text}.")
    return sentences


def _shown(value: Reading) -> str:
    if isinstance(value, str):
        return _plain(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = f"{float(f'{value:.3g}'):.3f}".rstrip("0").rstrip(".")
    return "0" if decimals == "-0" else decimals


def _plain(label: str) -> str:
    return label.replace("_", " ")
