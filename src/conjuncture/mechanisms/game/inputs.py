"""What a scenario may say of a game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.symbols import (
    COUNT,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.mechanisms.game.game_tree import GameTree, InformationSet, tree_of, turns_of
from conjuncture.mechanisms.game.mistakes import mistakes_in
from conjuncture.scenario.stage_model import (
    Cast,
    Constant,
    StageMistake,
    StageModel,
    StageValue,
    ValueText,
)

MOST_NODES = 200
MOST_ENDINGS = 100
MOST_MOVES = 12
NO_MOVE = "none"
"""What the measure ``move`` says of a turn to which a history did not come."""
EXPECTS, RESIDUAL, STEPS = "expects ", "residual", "steps"
"""Of what is worked out beforehand, beside the probabilities of moves."""
RESIDUAL_TOLERANCE = 1e-6
"""Largest residual with which a game counts as solved."""


class Node(BaseModel):
    """A place in the tree where a player, or chance, decides what follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    player: str | None = Field(default=None, description="the force whose turn it is")
    chance: dict[str, ValueText] | None = Field(
        default=None,
        max_length=MOST_MOVES,
        description="instead of a player: what may happen, and the weight of each",
    )
    information: str | None = Field(
        default=None,
        description="a name that several nodes share when the player cannot tell at which of them "
        "he is",
    )
    absent: str | None = Field(
        default=None,
        description="the move that stands when the player is not there or stands aside; if not "
        "stated, every move is then equally likely",
    )
    moves: dict[str, str] = Field(
        max_length=MOST_MOVES, description="what can be done, and the node or ending it leads to"
    )


class Ending(BaseModel):
    """How the game can end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str | None = Field(
        default=None,
        description="the outcome of the stage; several endings may share one; by default the "
        "ending's own name",
    )
    payoffs: dict[str, ValueText] = Field(
        default_factory=dict,
        description="what the ending is worth to each player, on that player's own scale; to a "
        "player that is not named it is worth 0",
    )


class Stage(StageModel):
    """A game: moves in turn, chance, hidden moves, and what each ending is worth to whom."""

    constants: ClassVar[tuple[Constant, ...]] = (
        Constant(
            "precision",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "1 to 20",
            "lambda: log-odds of a move worth a player's best ending against one worth the worst",
            short="how surely players choose",
            when_low="when hardly",
            when_high="when almost always",
        ),
    )
    compile_seconds: ClassVar[tuple[float, float]] = (1.2, 0.0)
    references: ClassVar[tuple[str, ...]] = ("mckelveypalfrey1998", "turocy2005", "turocy2010")

    words: ClassVar[Mapping[str, str]] = {
        "precision": "how surely players choose in {stage}",
        "*.*": "what the ending “{0}” of {stage} is worth to {1}",
        "ending = *": "{stage} ends as “{0}”",
        "ending": "the ending of {stage}",
        "move[*] = none": "it does not come to “{0}” in {stage}",
        "move[*] = *": "“{1}” is chosen at “{0}” in {stage}",
        "move[*]": "what is done at “{0}” in {stage}",
        "moves": "the number of moves in {stage}",
        "probability[*]": "the chance of “{0}” in {stage}",
        "expects[*]": "what {0} [expects|expect] of {stage}",
        "payoff[*]": "what the ending of {stage} is worth to {0}",
    }

    start: str | None = Field(
        default=None, description="the node where the game begins; by default the first"
    )
    nodes: dict[str, Node] = Field(
        min_length=1, max_length=MOST_NODES, description="the nodes by name"
    )
    endings: dict[str, Ending] = Field(
        min_length=1, max_length=MOST_ENDINGS, description="the endings by name"
    )
    precision: ValueText = Field(
        default=None,
        description="how surely the players take the better move; if not stated, the structural "
        "constant of that name",
    )

    def words_for(self, key: str) -> tuple[str, tuple[str, ...]]:
        words, named = super().words_for(key)
        node = self.nodes.get(named[0]) if named else None
        if node is None or words not in (self.words["*.*"], self.words["move[*] = *"]):
            return words, named
        if key.startswith("move"):
            played = "{0} [plays|play] “{1}” in {stage}"
            return (played, (node.player, named[1])) if node.player is not None else (words, named)
        return "how likely “{1}” is at “{0}” in {stage}", named

    @property
    def tree(self) -> GameTree:
        """The tree; only of a stage in which nothing is wrong."""
        return tree_of(self.start or next(iter(self.nodes)), self.nodes, self.endings)

    @property
    def outcome_of(self) -> dict[str, str]:
        """Ending to the outcome of the stage."""
        return {name: ending.outcome or name for name, ending in self.endings.items()}

    def symbols(self, cast: Cast) -> StageSymbols:
        del cast
        turns = turns_of(self.nodes)
        draws = {name: node for name, node in self.nodes.items() if node.player is None}
        players = self._players()
        moves = {
            player: tuple(
                dict.fromkeys(
                    move for turn in turns.values() if turn.player == player for move in turn.moves
                )
            )
            for player in players
        }
        everything = (move for node in self.nodes.values() for move in node.moves)
        options = tuple(f"{name}_{move}" for name, turn in turns.items() for move in turn.moves)
        measures = {
            "ending": MeasureSymbol(Kind(labels=tuple(self.endings))),
            "move": MeasureSymbol(
                Kind(labels=tuple(dict.fromkeys((NO_MOVE, *everything)))),
                (*turns, *draws),
                axis="turn",
            ),
            "moves": MeasureSymbol(Kind(COUNT, DIMENSIONLESS)),
            "probability": MeasureSymbol(
                Kind(UNIT_INTERVAL, DIMENSIONLESS), options, axis="option"
            ),
            "expects": MeasureSymbol(Kind(REAL, DIMENSIONLESS), players),
            "payoff": MeasureSymbol(Kind(REAL, DIMENSIONLESS), players),
            "residual": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS)),
            "steps": MeasureSymbol(Kind(COUNT, DIMENSIONLESS)),
        }
        return StageSymbols(
            outcomes=tuple(dict.fromkeys(self.outcome_of.values())),
            # Where chance alone decides there are no players to measure anything of.
            measures={name: one for name, one in measures.items() if one.index != ()},
            moves=moves,
        )

    def values(self) -> Sequence[StageValue]:
        found = [
            StageValue(
                f"{name}.{player}",
                REAL,
                DIMENSIONLESS,
                "0",
                "-1 to 1",
                ending.payoffs.get(player),
                ("endings", name, "payoffs", player),
            )
            for name, ending in self.endings.items()
            for player in self._players()
        ]
        found.extend(
            StageValue(
                f"{name}.{move}",
                NON_NEGATIVE,
                DIMENSIONLESS,
                "1",
                "0.2 to 5",
                weight,
                ("nodes", name, "chance", move),
            )
            for name, node in self.nodes.items()
            for move, weight in (node.chance or {}).items()
        )
        if self.precision is not None:
            found.append(
                StageValue(
                    "precision",
                    NON_NEGATIVE,
                    DIMENSIONLESS,
                    "1 to 20",
                    "1 to 20",
                    self.precision,
                    ("precision",),
                )
            )
        return found

    def turns(self) -> Mapping[str, InformationSet]:
        return turns_of(self.nodes)

    def takes_part(self, cast: Cast) -> Sequence[str]:
        del cast
        return self._players()

    def precomputed_names(self) -> Sequence[str]:
        turns, players = turns_of(self.nodes), self._players()
        if not players:
            return ()
        moves = (f"{name}_{move}" for name, turn in turns.items() for move in turn.moves)
        return (*moves, *(f"{EXPECTS}{player}" for player in players), RESIDUAL, STEPS)

    def residual_tolerance(self) -> float | None:
        hidden = any(turn.is_hidden for turn in turns_of(self.nodes).values())
        return RESIDUAL_TOLERANCE if hidden else None

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        return mistakes_in(self.start, self.nodes, self.endings, cast)

    def _players(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(turn.player for turn in turns_of(self.nodes).values()))
