"""A game in sentences: who did what, in turn, and where it ended."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.game.inputs import NO_MOVE, Stage
from conjuncture.mechanisms.telling import Told

LIKELY, UNLIKELY = 0.8, 0.2


def tell(told: Told) -> list[str]:
    """Return what happened in one game, in sentences.

    Examples
    --------
    >>> from conjuncture.mechanisms.game.inputs import Ending, Node
    >>> from conjuncture.scenario.stages import Cast
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
    >>> told = Told(stage, Cast(("unions", "crown")), names, "refused", False, measures)
    >>> for sentence in tell(told):
    ...     print(sentence)
    The unions had a move at 'asking' and chose 'ask'.
    Crown had a move at 'answer' and chose 'refuse', which was not expected of it (0.12).
    It ended in 'refused'.
    """
    stage = cast("Stage", told.stage)
    tree = stage.tree
    sentences = []
    place = tree.start
    while place in tree.moves:
        name = tree.turn_at.get(place, place)
        move = told.label("move", name)
        if move == NO_MOVE:
            break
        turn = tree.turns.get(name)
        if turn is None:
            sentences.append(f"By chance '{plain(place)}' turned out '{plain(move)}'.")
        else:
            chance = told.number("probability", f"{name}_{move}")
            who = told.name(turn.player)
            unseen = ", not knowing how things stood," if turn.hidden else ""
            sentences.append(
                f"{who[:1].upper()}{who[1:]} had a move at '{plain(place)}'{unseen} and chose "
                f"'{plain(move)}'{expectation(chance)}."
            )
        place = tree.moves[place][move]
    if told.imposed:
        sentences.append(f"Whatever the moves, it was made to end in '{plain(told.outcome)}'.")
    else:
        sentences.append(f"It ended in '{plain(told.outcome)}'.")
    return sentences


def expectation(chance: float) -> str:
    """Return what the others expected of a move, where that is worth a word."""
    if chance >= LIKELY:
        return f", as was expected of it ({chance:.2f})"
    if chance <= UNLIKELY:
        return f", which was not expected of it ({chance:.2f})"
    return ""


def plain(label: str) -> str:
    """Return a label as words."""
    return label.replace("_", " ")
