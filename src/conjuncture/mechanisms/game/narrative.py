"""A game in sentences: who did what, in turn, and where it ended."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.game.inputs import NO_MOVE, RESIDUAL_TOLERANCE, Stage
from conjuncture.mechanisms.registry import StageHistory, capitalise
from conjuncture.scenario.wording import plain_label

LIKELY, UNLIKELY = 0.8, 0.2


def tell(record: StageHistory) -> list[str]:
    """Return what happened in one game, in sentences.

    Examples
    --------
    >>> from conjuncture.mechanisms.game.inputs import Ending, Node
    >>> from conjuncture.scenario.stage_model import Cast
    >>> stage = Stage(
    ...     nodes={
    ...         "asking": Node(player="unions", moves={"ask": "answer", "stay_silent": "silence"}),
    ...         "answer": Node(player="crown", moves={"arm": "armed", "refuse": "refused"}),
    ...     },
    ...     endings={"silence": Ending(), "armed": Ending(), "refused": Ending()},
    ... )
    >>> measures = {
    ...     "move": {"asking": "ask", "answer": "refuse"},
    ...     "probability": {"asking_ask": 0.64, "answer_refuse": 0.12},
    ... }
    >>> names = {"unions": "the unions"}
    >>> record = StageHistory(stage, Cast(("unions", "crown")), names, "refused", False, measures)
    >>> for sentence in tell(record):
    ...     print(sentence)
    The unions had a move at 'asking' and chose 'ask'.
    Crown had a move at 'answer' and chose 'refuse', which was not expected (0.12).
    It ended in 'refused'.
    """
    stage = cast("Stage", record.stage)
    tree = stage.tree
    sentences: list[str] = []
    place = tree.start
    while place in tree.moves:
        name = tree.turn_at.get(place, place)
        move = record.label("move", name)
        if move == NO_MOVE:
            break
        turn = tree.turns.get(name)
        if turn is None:
            sentences.append(f"By chance '{plain_label(place)}' turned out '{plain_label(move)}'.")
        elif turn.player not in record.silent:
            chance = record.number("probability", f"{name}_{move}")
            unseen = ", not knowing how things stood," if turn.is_hidden else ""
            sentences.append(
                f"{capitalise(record.name(turn.player))} had a move at "
                f"'{plain_label(place)}'{unseen} "
                f"and chose '{plain_label(move)}'{write_expectation(chance)}."
            )
        place = tree.moves[place][move]
    if stage.residual_tolerance() is not None and record.number("residual") > RESIDUAL_TOLERANCE:
        sentences.append(
            "The game was not solved: how likely moves were holds only to within "
            f"{record.number('residual'):.2g}."
        )
    if record.imposed:
        sentences.append(f"Whatever the moves, it was made to end {write_ending(record)}.")
    else:
        sentences.append(f"It ended {write_ending(record)}.")
    return sentences


def write_ending(record: StageHistory) -> str:
    """Return the ending in the scenario's words, or else by its name."""
    says = record.says.get(record.outcome)
    return f"so: {says}" if says else f"in '{record.word(record.outcome)}'"


def write_expectation(chance: float) -> str:
    """Return what the others expected of a move, where that is worth a word."""
    if chance >= LIKELY:
        return f", as was expected ({chance:.2f})"
    if chance <= UNLIKELY:
        return f", which was not expected ({chance:.2f})"
    return ""
