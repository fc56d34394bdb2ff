"""A showdown in sentences: who joined whom in which round, who gave up, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from conjuncture.mechanisms.registry import StageHistory, capitalise, join_words
from conjuncture.mechanisms.showdown.inputs import Stage
from conjuncture.number_format import write_rounded

ASIDE = "aside"
MOST_DIGITS = 6
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def tell(record: StageHistory) -> list[str]:
    """Return what happened in one showdown, in sentences.

    Parameters
    ----------
    record : StageHistory
        ``rounds`` hold ``{"side": {force: label}}``; without them only the end is told.

    Examples
    --------
    >>> from conjuncture.mechanisms.showdown.inputs import Camp
    >>> from conjuncture.scenario.stage_model import Cast
    >>> stage = Stage(camps={"red": Camp(core="staff"), "blue": Camp(core="guard")})
    >>> forces = ("staff", "guard", "line")
    >>> first = {"side": {"staff": "red", "guard": "blue", "line": "blue"}}
    >>> second = {"side": {"staff": "aside", "guard": "blue", "line": "blue"}}
    >>> ending = {"how": "capitulation", "rounds": 2, "side": second["side"]}
    >>> names = {"line": "the line regiments"}
    >>> record = StageHistory(stage, Cast(forces), names, "blue", False, ending, (first, second))
    >>> for sentence in tell(record):
    ...     print(sentence)
    In the first round the line regiments joined blue.
    In the second round red gave up.
    So blue prevailed without a fight.
    """
    stage = cast("Stage", record.stage)
    last = round(record.number("rounds"))
    shown = [one["side"] for one in record.rounds[:last]]
    sentences: list[str] = []
    before: Mapping[str, object] = {}
    for place, after in enumerate(shown, start=1):
        happened = [
            *_tell_signals_heard(record, stage, place),
            *_tell_changes(record, stage, before, after),
        ]
        if happened:
            sentences.append(f"In {_name_round(place)} {'; '.join(happened)}.")
        before = after
    sentences.extend(_tell_signals_never_sent(record, stage))
    sentences.extend(_tell_end(record, stage, moves_told=bool(shown)))
    return [capitalise(sentence) for sentence in sentences]


def _tell_changes(
    record: StageHistory, stage: Stage, before: Mapping[str, object], after: Mapping[str, object]
) -> list[str]:
    """Return what changed between two rounds, in clauses."""
    cores = {camp.core: name for name, camp in stage.camps.items()}
    beaten = [
        name for core, name in cores.items() if before.get(core) == name and after[core] == ASIDE
    ]
    moves: dict[tuple[str, str], list[str]] = {}
    for force, side in after.items():
        left = str(before.get(force, ASIDE))
        free = force not in cores and force not in record.silent
        if free and side != left and not (left in beaten and side == ASIDE):
            moves.setdefault((left, str(side)), []).append(record.name(force))
    clauses = []
    for (left, side), names in moves.items():
        who = join_words(names)
        if left == ASIDE:
            clauses.append(f"{who} joined {record.word(side)}")
        elif side == ASIDE:
            clauses.append(f"{who} left {record.word(left)} and stood aside")
        else:
            clauses.append(f"{who} went over from {record.word(left)} to {record.word(side)}")
    for name in beaten:
        followers = [
            record.name(force)
            for force, side in before.items()
            if side == name
            and force not in cores
            and force not in record.silent
            and after[force] == ASIDE
        ]
        clauses.append(
            f"{record.word(name)} gave up"
            + (f", and {join_words(followers)} as well" if followers else "")
        )
    return clauses


def _tell_signals_heard(record: StageHistory, stage: Stage, place: int) -> list[str]:
    return [
        f"'{record.word(name)}' was heard, which spoke for {record.word(signal.camp)}"
        for name, signal in stage.signals.items()
        if name not in record.silent and signal.round == place and _is_sent(record, stage, name)
    ]


def _tell_signals_never_sent(record: StageHistory, stage: Stage) -> list[str]:
    return [
        f"'{record.word(name)}', due in {_name_round(stage.signals[name].round)}, was never heard."
        for name in stage.signals_in_doubt
        if name not in record.silent and not _is_sent(record, stage, name)
    ]


def _is_sent(record: StageHistory, stage: Stage, name: str) -> bool:
    return name not in stage.signals_in_doubt or record.number("heard", name) > 0


def _tell_end(record: StageHistory, stage: Stage, *, moves_told: bool) -> list[str]:
    side = cast("Mapping[str, str]", record.measures["side"])
    cores = {camp.core for camp in stage.camps.values()}

    def is_spoken_of(force: str) -> bool:
        return force not in record.silent

    sentences = []
    for camp in () if moves_told else stage.camps:
        names = [
            record.name(one) for one, taken in side.items() if taken == camp and is_spoken_of(one)
        ]
        if names:
            sentences.append(f"In the end {join_words(names)} stood with {record.word(camp)}.")
    waiting = [
        record.name(one)
        for one, taken in side.items()
        if taken == ASIDE and one not in cores and is_spoken_of(one)
    ]
    ever = {
        record.name(one)
        for shown in record.rounds
        for one, taken in shown["side"].items()
        if taken != ASIDE
    }
    waiting = [name for name in waiting if name not in ever]
    if waiting:
        sentences.append(f"{join_words(waiting)} stood aside to the end.")
    sentences.append(_tell_ending(record, stage))
    return sentences


def _tell_ending(record: StageHistory, stage: Stage) -> str:
    winner = record.word(record.outcome)
    if record.imposed:
        return f"Whatever the sides taken, {winner} was made to prevail."
    if record.label("how") == "capitulation":
        return f"So {winner} prevailed without a fight."
    own = record.number("strength", record.outcome)
    others = [record.number("strength", camp) for camp in stage.camps if camp != record.outcome]
    ours, theirs = write_distinct(own, max(others))
    return (
        f"It came to fighting, and {winner} prevailed, with {ours} battalion equivalents "
        f"against {theirs}."
    )


def write_distinct(ours: float, theirs: float) -> tuple[str, str]:
    """Return two strengths in two digits, or in as many as it takes to tell them apart.

    Examples
    --------
    >>> write_distinct(8.26, 2.04), write_distinct(2.04, 1.996), write_distinct(2.0, 2.0)
    (('8.3', '2'), ('2.04', '2'), ('2', '2'))
    """
    for digits in range(2, MOST_DIGITS + 1):
        pair = write_rounded(ours, digits), write_rounded(theirs, digits)
        if pair[0] != pair[1]:
            return pair
    return write_rounded(ours, 2), write_rounded(theirs, 2)


def _name_round(place: int) -> str:
    return f"the {ORDINALS[place - 1]} round" if place <= len(ORDINALS) else f"round {place}"
