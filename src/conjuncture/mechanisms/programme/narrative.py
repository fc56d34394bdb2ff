"""A programme in sentences: what was settled on each issue, and whose programme it came near."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.programme.inputs import Stage
from conjuncture.mechanisms.registry import StageHistory, capitalise
from conjuncture.number_format import write_ends
from conjuncture.ordering import find_largest
from conjuncture.scenario.wording import plain_label


def tell(record: StageHistory) -> list[str]:
    """Return what was settled, in sentences.

    Parameters
    ----------
    record : StageHistory

    Examples
    --------
    >>> from conjuncture.mechanisms.programme.inputs import Issue
    >>> from conjuncture.scenario.stage_model import Cast
    >>> issue = Issue(positions={"army": "20", "unions": "90"})
    >>> measures = {"position": {"land": 71.6}, "distance": {"army": 0.516, "unions": 0.184}}
    >>> names = {"army": "the army", "unions": "the unions"}
    >>> stage, cast = Stage(issues={"land": issue}), Cast(("army", "unions"))
    >>> several = frozenset({"unions"})
    >>> record = StageHistory(stage, cast, names, "unions", False, measures, plurals=several)
    >>> for sentence in tell(record):
    ...     print(sentence)
    On land they settled at 72, on a scale from 0 to 100.
    The unions came nearest to what they wanted; the army remained furthest from it.
    """
    stage = cast("Stage", record.stage)
    sentences = [
        f"On {plain_label(name)} they settled at "
        f"{_on_scale(record.number('position', name), issue.length)}, "
        f"on a scale from {write_ends(issue.scale[0], issue.scale[1])}."
        for name, issue in stage.issues.items()
        if record.knows("position", name)
    ]
    nearest, whose = record.name(record.outcome), record.verb(record.outcome, "it", "they")
    if record.imposed:
        ending = f"whatever was settled, the programme was made that of {nearest}"
    else:
        ending = f"{nearest} came nearest to what {whose} wanted"
        there = [actor for actor in stage.actors if record.knows("distance", actor)] or [
            record.outcome
        ]
        furthest = find_largest(there, lambda actor: record.number("distance", actor))
        if furthest != record.outcome:
            ending += f"; {record.name(furthest)} remained furthest from it"
    return [*sentences, f"{capitalise(ending)}."]


def _on_scale(position: float, length: float) -> str:
    """Return a position, rounded to about a hundredth of its scale."""
    decimals = 0 if length > 20 else 1 if length > 2 else 2
    return f"{position:.{decimals}f}"
