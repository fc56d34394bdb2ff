"""A rising in sentences: who called, who came, who faced them, and how it ended."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.registry import StageHistory, capitalise, join_words
from conjuncture.mechanisms.rising.inputs import Stage


def tell(record: StageHistory) -> list[str]:
    """Return what happened in one rising, in sentences.

    Examples
    --------
    >>> from conjuncture.mechanisms.rising.inputs import Crowd, Facing
    >>> from conjuncture.scenario.stage_model import Cast
    >>> stage = Stage(crowds={"unions": Crowd()}, caller="party", facing={"line": Facing()})
    >>> measures = {"called": "no", "foreseen": 0.12, "street": 1.4, "chance": 0.05, "force": 1.8}
    >>> measures |= {"turnout": {"unions": 0.03}, "stance": {"line": "faces"}}
    >>> names = {"unions": "the unions", "party": "the party", "line": "the line"}
    >>> cast = Cast(("unions", "party", "line"))
    >>> record = StageHistory(stage, cast, names, "quiet", False, measures)
    >>> for sentence in tell(record):
    ...     print(sentence)
    The party reckoned with 12 chances in a hundred and did not call.
    Hardly anybody of the unions came out: some 1,400 people in all.
    All stayed quiet.
    """
    stage = cast("Stage", record.stage)
    sentences = [*_tell_call(record, stage), _tell_crowds(record, stage)]
    if record.outcome != "quiet" or record.imposed:
        sentences.extend(_tell_forces(record))
    sentences.append(_tell_ending(record))
    return [capitalise(sentence) for sentence in sentences]


def _tell_call(record: StageHistory, stage: Stage) -> list[str]:
    if stage.caller is None:
        return []
    did = "called people out" if record.label("called") == "yes" else "did not call"
    chances = f"{_write_chances(record.number('foreseen'))} in a hundred"
    return [f"{record.name(stage.caller)} reckoned with {chances} and {did}."]


def _tell_crowds(record: StageHistory, stage: Stage) -> str:
    parts = [
        f"{_turnout_words(record.number('turnout', crowd))} of {record.name(crowd)}"
        for crowd in stage.crowds
    ]
    people = 1000.0 * record.number("street")
    rounded = round(people, -3 if people >= 20_000 else -2)
    many = f"some {rounded:,.0f} people" if rounded else "next to nobody"
    return f"{join_words(parts)} came out: {many} in all."


def _tell_forces(record: StageHistory) -> list[str]:
    stance = cast("dict[str, str]", record.measures["stance"])
    sentences = []
    for taken, verb in (("joins", "went over to the crowd"), ("faces", "faced the crowd")):
        who = [
            record.name(force)
            for force, label in stance.items()
            if label == taken and force not in record.silent
        ]
        if who:
            sentences.append(f"{join_words(who)} {verb}.")
    return sentences


def _tell_ending(record: StageHistory) -> str:
    if record.imposed:
        made = {"quiet": "all stayed quiet", "crushed": "it was crushed", "carried": "it carried"}
        return f"Whatever the odds, {made[record.outcome]}."
    if record.outcome == "quiet":
        return "All stayed quiet."
    chances = f"with {_write_chances(record.number('chance'))} in a hundred"
    if record.outcome == "carried":
        return f"The rising carried, {chances} of doing so."
    return f"The rising was crushed, {chances} of carrying."


def _write_chances(chance: float) -> str:
    count = round(100.0 * chance)
    if count in (0, 100):
        return "less than one chance" if count == 0 else "more than 99 chances"
    return f"{count} chance" + ("s" if count > 1 else "")


def _turnout_words(turnout: float) -> str:
    words = (
        (0.001, "nobody"), (0.05, "hardly anybody"), (0.2, "a few"), (0.4, "a good part"),
        (0.6, "about half"), (0.9, "most"),
    )  # fmt: skip
    return next((word for below, word in words if turnout < below), "nearly all")
