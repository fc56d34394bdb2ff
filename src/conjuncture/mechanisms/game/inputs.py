"""What a scenario may say of a game, and what can be wrong with its tree, in sentences.

Players remember what they knew and did: without perfect recall a tree is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.graph import cycles
from conjuncture.language.names import name_problem, unknown_name
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
from conjuncture.mechanisms.game import game_tree as trees
from conjuncture.mechanisms.game.game_tree import GameTree, InformationSet, Step, tree_of, turns_of
from conjuncture.scenario.stage_model import (
    Cast,
    Constant,
    StageMistake,
    StageModel,
    StageValue,
    ValueText,
)


def recall_problems(tree: GameTree) -> Iterator[StageMistake]:
    """Yield the information sets at which a player would have forgotten something.

    The equilibrium takes a player's beliefs from what the others do. That is right only where, at
    all nodes of an information set, the player has known and done the same before.
    """
    for turn in tree.turns.values():
        first = turn.nodes[0]
        behind = next((node for node in turn.nodes if _is_passed_before(tree, node, turn)), None)
        if behind is not None:
            problem = (
                f"'{behind}' lies behind another node of the same information set "
                f"('{turn.name}'): '{turn.player}' would not know whether it has moved"
            )
            yield ("nodes", behind, "information"), problem, "give it other information"
            continue
        for other in turn.nodes[1:]:
            one, two = _moves_of(tree, first, turn.player), _moves_of(tree, other, turn.player)
            if one != two:
                problem = (
                    f"'{turn.player}' would forget what it did: {_write_moves(one)} before "
                    f"'{first}', "
                    f"{_write_moves(two)} before '{other}', and yet both are one information set "
                    f"('{turn.name}')"
                )
                yield ("nodes", other, "information"), problem, "give it other information"


def _is_passed_before(tree: GameTree, node: str, turn: InformationSet) -> bool:
    return any(step in turn.nodes for step, _ in tree.before[node])


def _moves_of(tree: GameTree, node: str, player: str) -> list[Step]:
    return [
        (tree.turn_at[step], move)
        for step, move in tree.before[node]
        if tree.player_at(step) == player
    ]


def _write_moves(steps: list[Step]) -> str:
    if not steps:
        return "nothing"
    return ", then ".join(f"'{move}' at '{turn}'" for turn, move in steps)


class ChanceNodeLike(trees.NodeLike, Protocol):
    """A node and the weights of what may happen there."""

    @property
    def chance(self) -> Mapping[str, Any] | None:
        """What may happen, and the weight of each; None where a player decides."""


class EndingLike(Protocol):
    """An ending, its outcome and what it is worth."""

    @property
    def outcome(self) -> str | None:
        """The outcome of the stage."""

    @property
    def payoffs(self) -> Mapping[str, Any]:
        """What it is worth to each player."""


Nodes = Mapping[str, ChanceNodeLike]
Endings = Mapping[str, EndingLike]


def mistakes_in(
    start: str | None, nodes: Nodes, endings: Endings, cast: Cast
) -> list[StageMistake]:
    """Return everything that is wrong with a game.

    Parameters
    ----------
    start : str or None
        Where it begins; None: at the first node.
    nodes, endings : mapping
    cast : Cast
    """
    shape = [*_lone_nodes(nodes), *_targets(start, nodes, endings)]
    first = start if start is not None else next(iter(nodes))
    if not shape:
        shape.extend(_not_a_tree(first, nodes, endings))
    sets = list(_information_sets(nodes))
    if not shape and not sets:
        sets.extend(recall_problems(trees.tree_of(first, nodes, endings)))
    return [
        *_names(nodes, endings), *_people(nodes, endings, cast), *_chances(nodes), *shape, *sets,
    ]  # fmt: skip


def _names(nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if name in endings:
            problem = f"'{name}' is a node and an ending"
            yield ("nodes", name), problem, "give one of the two another name"
        yield from _name_problems(("nodes", name), name)
        if node.information is not None:
            yield from _name_problems(("nodes", name, "information"), node.information)
        for move in node.moves:
            at = ("nodes", name, "moves", move)
            yield from _name_problems(at, move)
            if move == "none":
                problem = "'none' stands for a turn to which a history did not come"
                yield at, problem, "give the move another name"
    for name, ending in endings.items():
        if ending.outcome is not None:
            yield from _name_problems(("endings", name, "outcome"), ending.outcome)
    joined: dict[str, tuple[str, str]] = {}
    for turn in trees.turns_of(nodes).values():
        for move in turn.moves:
            other = joined.setdefault(f"{turn.name}_{move}", (turn.name, move))
            if other != (turn.name, move):
                problem = (
                    f"'{turn.name}' with '{move}' and '{other[0]}' with '{other[1]}' would both "
                    f"be called '{turn.name}_{move}' in measures"
                )
                yield ("nodes", turn.nodes[0], "moves"), problem, "rename one of them"
            elif (told := name_problem(f"{turn.name}_{move}")) is not None:
                yield ("nodes", turn.nodes[0], "moves"), told[0], "rename the node, or the move"


def _name_problems(path: tuple[str, ...], name: str) -> Iterator[StageMistake]:
    if not name.isidentifier():
        yield path, f"'{name}' cannot be a name", "write letters, digits and '_', a letter first"
    elif (told := name_problem(name)) is not None:
        yield path, *told


def _people(nodes: Nodes, endings: Endings, cast: Cast) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.player is not None and node.player not in cast.forces:
            path = ("nodes", name, "player")
            if node.player in cast.groups:
                problem = f"'{node.player}' is a group, and a player decides as one"
                yield path, problem, "name one of its forces"
            else:
                yield path, *unknown_name("force", node.player, cast.forces)
    players = tuple(dict.fromkeys(node.player for node in nodes.values() if node.player))
    for name, ending in endings.items():
        for player in ending.payoffs:
            at = ("endings", name, "payoffs", player)
            if player in players:
                continue
            if player in cast.names:
                problem = f"'{player}' makes no move in this game, so a payoff changes nothing"
                yield at, problem, "delete it, or give it a move"
            else:
                yield at, *unknown_name("player", player, players)


def _chances(nodes: Nodes) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.chance is None:
            continue
        for move in node.chance:
            if move not in node.moves:
                at = ("nodes", name, "chance", move)
                yield at, *unknown_name("move", move, tuple(node.moves))
        for move in node.moves:
            if move not in node.chance:
                problem = f"chance has no weight for '{move}'"
                yield ("nodes", name, "moves", move), problem, f"add '{move}: 1' to 'chance'"
        if node.chance and all(_is_zero(weight) for weight in node.chance.values()):
            problem = f"the weights of chance at '{name}' sum to nothing"
            remedy = "give at least one of them a weight above 0"
            yield ("nodes", name, "chance"), problem, remedy
        for said, value in (("information", node.information), ("absent", node.absent)):
            if value is not None:
                problem = f"chance is no player, so '{said}' says nothing"
                yield ("nodes", name, said), problem, "delete it"


def _is_zero(weight: Any) -> bool:
    written = weight.get("value") if isinstance(weight, dict) else weight
    try:
        return float(str(written)) == 0.0
    except ValueError:
        return False


def _lone_nodes(nodes: Nodes) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.player is None and node.chance is None:
            problem = f"nobody decides at '{name}'"
            remedy = "write 'player: FORCE', or 'chance: {MOVE: WEIGHT, ...}'"
            yield ("nodes", name), problem, remedy
        elif node.player is not None and node.chance is not None:
            problem = f"both a player and chance decide at '{name}'"
            yield ("nodes", name), problem, "keep one of the two"
        if len(node.moves) < 2:
            number = "only one move" if node.moves else "no move"
            problem = f"'{name}' has {number}, so nothing is decided there"
            remedy = "add a move, or let what leads here lead to where it leads"
            yield ("nodes", name), problem, remedy


def _targets(start: str | None, nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    if start is not None and start not in nodes:
        yield ("start",), *unknown_name("node", start, tuple(nodes))
    for name, node in nodes.items():
        for move, target in node.moves.items():
            if target not in nodes and target not in endings:
                path = ("nodes", name, "moves", move)
                yield path, *unknown_name("node or ending", target, (*nodes, *endings))


def _not_a_tree(first: str, nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    edges = {
        name: [to for to in node.moves.values() if to in nodes] for name, node in nodes.items()
    }
    circles = list(cycles(edges))
    for path in circles:
        move = next(move for move, to in nodes[path[-1]].moves.items() if to == path[0])
        problem = f"the moves run in a circle: {' → '.join((*path, path[0]))}"
        remedy = "let one of them lead to an ending, or repeat the stage with 'visits'"
        yield ("nodes", path[-1], "moves", move), problem, remedy
    led: dict[str, tuple[str, str]] = {}
    for name, node in nodes.items():
        for move, target in node.moves.items():
            before = led.setdefault(target, (name, move))
            again = before != (name, move) and target in nodes
            if again and not any(target in path for path in circles):
                problem = (
                    f"two moves lead to the node '{target}': '{before[1]}' at '{before[0]}' and "
                    f"'{move}' at '{name}'"
                )
                remedy = (
                    "write a node for each; if the player cannot tell them apart, give both the "
                    "same 'information'"
                )
                yield ("nodes", name, "moves", move), problem, remedy
    for section, known in (("nodes", nodes), ("endings", endings)):
        for name in known:
            if name not in led and name != first:
                remedy = "let a move lead there, or delete it"
                yield (section, name), f"no move leads to '{name}'", remedy


def _information_sets(nodes: Nodes) -> Iterator[StageMistake]:
    for turn in trees.turns_of(nodes).values():
        first = turn.nodes[0]
        called = [node for node in turn.nodes if nodes[node].information == turn.name]
        if called and turn.name in nodes and turn.name not in called:
            path = ("nodes", called[0], "information")
            yield path, f"'{turn.name}' is a node already", "give the information another name"
            continue
        if turn.absent is not None and turn.absent not in turn.moves:
            path = ("nodes", first, "absent")
            yield path, *unknown_name("move", turn.absent, turn.moves)
        for other in turn.nodes[1:]:
            told = f"'{first}' and '{other}' are one information set ('{turn.name}')"
            node = nodes[other]
            if node.player != turn.player:
                problem = f"{told} but belong to '{turn.player}' and '{node.player}'"
                remedy = "give them one player, or other information"
                yield ("nodes", other, "player"), problem, remedy
            if set(node.moves) != set(turn.moves):
                problem = f"{told} but have different moves, by which they could be told apart"
                remedy = f"write the moves of '{first}': {', '.join(turn.moves)}"
                yield ("nodes", other, "moves"), problem, remedy
            if node.absent != turn.absent:
                problem = f"{told} but differ in what is done when the player is absent"
                yield ("nodes", other), problem, "write the same 'absent' for both"


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
