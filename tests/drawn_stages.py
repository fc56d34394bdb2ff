"""Stages of every mechanism, drawn by Hypothesis: each key absent, or present at its extremes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conjuncture.language.symbols import BATTALIONS, NON_NEGATIVE, REAL, UNIT_INTERVAL
from conjuncture.mechanisms.programme.inputs import RULES
from conjuncture.mechanisms.showdown.inputs import STRENGTH_RULES
from drawn_values import NAMES, NOT_DRAWN, Dice, Names, Values

Groups = Mapping[str, Sequence[str]]


class Stages:
    """Stages for some forces and groups.

    Parameters
    ----------
    dice, names, values
    forces : sequence of str
    groups : mapping of str to sequence of str
    """

    def __init__(
        self, dice: Dice, names: Names, values: Values, forces: Sequence[str], groups: Groups
    ) -> None:
        self.dice, self.names, self.values = dice, names, values
        self.forces, self.groups = list(forces), dict(groups)
        self.camps: dict[str, str] = {}
        self.cores: set[str] = set()

    def stage(self) -> dict[str, Any]:
        """Return a stage of some mechanism, without what leads onwards."""
        several = len(self.forces) > 1
        possible: list[Callable[[], dict[str, Any]]] = [self.game]
        if several:
            possible += [self.showdown, self.rising, self.pact, self.cabinet, self.programme]
        return self.dice.one(possible)()

    def maybe(self, found: dict[str, Any], key: str, share: float, made: Callable[[], Any]) -> None:
        """Add a key, or not."""
        if self.dice.chance(share):
            found[key] = made()

    def unit(self) -> Any:
        """Return a value between 0 and 1."""
        return self.values.value(UNIT_INTERVAL)

    def positive(self) -> Any:
        """Return a value of at least 0."""
        return self.values.value(NON_NEGATIVE)

    def real(self) -> Any:
        """Return a value that can be any number."""
        return self.values.value(REAL)

    def members(self, name: str) -> set[str]:
        """Return the forces that a name stands for."""
        return set(self.groups.get(name, (name,)))

    def apart(self, least: int, most: int, without: set[str]) -> list[str]:
        """Return forces and groups of which no two share a force, none of them among some."""
        taken, found = set(without), []
        names = [*self.groups, *self.forces] if self.dice.chance(0.4) else [*self.forces]
        for name in self.dice.shuffle(names):
            own = self.members(name)
            room = len(set(self.forces) - taken - own) >= least - len(found) - 1
            wanted = len(found) < least or self.dice.chance(0.5)
            if len(found) < most and room and wanted and not own & taken:
                found.append(name)
                taken |= own
        return found

    def showdown(self) -> dict[str, Any]:
        """Return a showdown."""
        most = self.dice.one((2, 2, 3, 3, 8))
        cores = self.dice.some(self.forces, 2, most)
        self.cores |= set(cores)
        camps: dict[str, Any] = {}
        for core in cores:
            known = [name for name in self.camps if name not in camps]
            name = self.dice.one(known) if known and self.dice.chance(0.6) else self.names.new()
            self.camps[name] = core
            camps[name] = {"core": core}
            self.maybe(camps[name], "resolve", 0.5, self.unit)
        free = [force for force in self.forces if force not in cores]
        found: dict[str, Any] = {"mechanism": "showdown", "camps": camps}
        self.maybe(found, "order", 0.4, lambda: self.dice.one(("simultaneous", "sequential")))
        self.maybe(found, "strength", 0.5, lambda: self.values.value(REAL, options=STRENGTH_RULES))
        self.maybe(found, "signals", 0.5, lambda: self.signals(list(camps)))
        self.maybe(found, "among", 0.3, lambda: self.dice.some([*self.forces, *self.groups]))
        pairs = [name for name, members in self.groups.items() if len(members) > 1]
        self.maybe(
            found, "unity", 0.4, lambda: {name: self.positive() for name in self.dice.some(pairs)}
        )
        self.maybe(
            found, "enters", 0.3,
            lambda: {name: self.dice.one((1, 2, 40)) for name in self.apart(0, 3, set(cores))}
            if free else {},
        )  # fmt: skip
        return found

    def signals(self, camps: Sequence[str]) -> dict[str, Any]:
        """Return the signals of a showdown."""
        found = {}
        for _ in range(self.dice.whole(0, 2)):
            signal: dict[str, Any] = {"camp": self.dice.one(camps)}
            self.maybe(signal, "round", 0.5, lambda: self.dice.one((1, 2, 40)))
            signal["reach"] = {force: self.real() for force in self.dice.some(self.forces)}
            self.maybe(signal, "chance", 0.5, self.unit)
            found[self.names.new()] = signal
        return found

    def rising(self) -> dict[str, Any]:
        """Return a rising."""
        facing = self.apart(1, min(3, len(self.forces) - 1), {self.dice.one(self.forces)})
        against = {force for name in facing for force in self.members(name)}
        crowds = self.apart(1, 8, against)
        callers = [force for force in self.forces if force not in against]
        caller = self.dice.one(callers) if callers and self.dice.chance(0.6) else None
        found: dict[str, Any] = {
            "mechanism": "rising",
            "crowds": {name: self.crowd(crowds, caller) for name in crowds},
            "facing": {name: {} for name in facing},
        }
        for force in found["facing"].values():
            self.maybe(force, "goes_over", 0.5, self.real)
        if caller is not None:
            found["caller"] = caller
            self.maybe(found, "bar", 0.5, self.unit)
        self.maybe(found, "quiet_below", 0.5, self.unit)
        return found

    def crowd(self, crowds: Sequence[str], caller: str | None) -> dict[str, Any]:
        """Return one crowd of a rising."""
        found: dict[str, Any] = {}
        if self.dice.chance(0.3):
            ends = ("0", "1", "0.5", "0.05", "1e-3")
            found["thresholds"] = [self.dice.one(ends) for _ in range(self.dice.one((1, 2, 5, 40)))]
        else:
            self.maybe(found, "threshold", 0.6, self.real)
            self.maybe(found, "spread", 0.6, self.positive)
        self.maybe(found, "shock", 0.5, self.positive)
        self.maybe(
            found, "heeds", 0.4,
            lambda: {name: self.positive() for name in self.dice.some(crowds)},
        )  # fmt: skip
        if caller is not None:
            self.maybe(found, "hears", 0.5, self.unit)
        return found

    def pact(self) -> dict[str, Any]:
        """Return a pact."""
        parties: dict[str, Any] = {}
        for name in self.dice.some(self.forces, 2, self.dice.one((2, 3, 12))):
            party = parties[name] = {}
            self.maybe(party, "chance", 0.5, self.positive)
            self.maybe(party, "later", 0.5, self.unit)
            self.maybe(party, "cost", 0.5, self.positive)
            self.maybe(party, "bargaining", 0.5, self.positive)
        found: dict[str, Any] = {"mechanism": "pact", "parties": parties}
        if self.dice.chance(0.6):
            found["threat"] = {}
            self.maybe(found["threat"], "apart", 0.6, self.unit)
            self.maybe(found["threat"], "together", 0.6, self.unit)
        self.maybe(found, "governing", 0.5, self.real)
        self.maybe(found, "misjudgement", 0.5, self.positive)
        return found

    def cabinet(self) -> dict[str, Any]:
        """Return the making of a cabinet, by either protocol."""
        return self.closed_rule() if self.dice.chance(0.5) else self.setter()

    def setter(self) -> dict[str, Any]:
        """Return a cabinet that one force offers."""
        formateur = self.dice.one(self.forces)
        claimants = self.apart(1, 6, {formateur})
        taken = {formateur} | {force for name in claimants for force in self.members(name)}
        found: dict[str, Any] = {"mechanism": "cabinet", "formateur": formateur}
        self.maybe(found, "protocol", 0.5, lambda: "setter")
        found["claimants"] = {name: {} for name in claimants}
        for claimant in found["claimants"].values():
            self.maybe(claimant, "reservation", 0.6, self.unit)
        self.maybe(
            found, "veto_players", 0.5, lambda: {name: {} for name in self.apart(0, 3, taken)}
        )
        for player in found.get("veto_players", {}).values():
            self.maybe(player, "tolerance", 0.6, self.unit)
        for key in ("privacy", "benefit", "no_cabinet", "failed"):
            self.maybe(found, key, 0.4, self.positive)
        return found

    def closed_rule(self) -> dict[str, Any]:
        """Return a cabinet whose proposer buys the cheapest majority."""
        claimants: dict[str, Any] = {}
        for name in self.apart(1, 6, set()):
            claimants[name] = {"weight": self.dice.one((1, 0, 2, 3, 50))}
            self.maybe(claimants[name], "recognition", 0.4, self.positive)
            self.maybe(claimants[name], "veto", 0.3, lambda: self.dice.one(("true", "false")))
        votes = sum(one["weight"] for one in claimants.values())
        found: dict[str, Any] = {
            "mechanism": "cabinet", "protocol": "closed_rule", "claimants": claimants,
        }  # fmt: skip
        self.maybe(found, "formateur", 0.5, lambda: self.dice.one(list(claimants)))
        if votes == 0:
            claimants[next(iter(claimants))]["weight"] = votes = 1
        self.maybe(found, "quota", 0.4, lambda: self.dice.whole(1, votes))
        self.maybe(found, "discount", 0.5, self.unit)
        return found

    def programme(self) -> dict[str, Any]:
        """Return a programme."""
        issues: dict[str, Any] = {}
        for _ in range(self.dice.one((1, 1, 2, 3))):
            actors = self.apart(2, 6, set())
            low, high = self.dice.one(((0, 100), (0, 1), (-1e9, 1e9), (1970, 1975), (-1, 1e-3)))
            issue: dict[str, Any] = {}
            if (low, high) != (0, 100) or self.dice.chance(0.2):
                issue["scale"] = [f"{low}", f"{high}"]
            places = (low, high, (low + high) / 2)
            issue["positions"] = {
                name: f"{self.dice.one(places)}" if self.dice.chance(0.4)
                else self.dice.one((f"uniform({low}, {high})", f"clip({self.values.number(1)}, {low}, {high})"))
                for name in actors
            }  # fmt: skip
            self.maybe(
                issue, "salience", 0.5,
                lambda who=actors: {name: self.unit() for name in self.dice.some(who)},
            )  # fmt: skip
            free = [name for name in NAMES if name not in issues and name.isidentifier()]
            issues[self.dice.one(free)] = issue
        actors = list(dict.fromkeys(name for one in issues.values() for name in one["positions"]))
        found: dict[str, Any] = {"mechanism": "programme", "issues": issues}
        self.maybe(
            found, "capability", 0.5,
            lambda: {
                name: self.values.value(NON_NEGATIVE, BATTALIONS) for name in self.dice.some(actors)
            },
        )  # fmt: skip
        self.maybe(found, "rule", 0.6, lambda: self.values.value(REAL, options=RULES))
        self.maybe(found, "rounds", 0.5, lambda: self.dice.one(("1", "2", "20")))
        return found

    def game(self) -> dict[str, Any]:
        """Return a game."""
        return Trees(self.dice, self.values, self.forces).game()


class Trees:
    """Games, grown from their first node.

    Parameters
    ----------
    dice, values
    forces : sequence of str
        Who may play.
    """

    def __init__(self, dice: Dice, values: Values, forces: Sequence[str]) -> None:
        self.dice, self.values = dice, values
        self.players = dice.some(forces, int("games of chance alone" in NOT_DRAWN), 3)
        self.used: set[str] = set()
        self.nodes: dict[str, dict[str, Any]] = {}
        self.endings: dict[str, dict[str, Any]] = {}
        self.hidden = 0

    def game(self) -> dict[str, Any]:
        """Return a game."""
        self.grow(self.dice.one((1, 2, 2, 3)))
        nodes = self.nodes
        start = next(iter(nodes))
        if self.players and not any("player" in node for node in nodes.values()):
            nodes[start]["player"] = self.players[0]
            del nodes[start]["chance"]
        order = self.dice.shuffle(list(nodes)) if self.dice.chance(0.3) else list(nodes)
        found: dict[str, Any] = {
            "mechanism": "game", "nodes": {name: nodes[name] for name in order},
            "endings": self.endings,
        }  # fmt: skip
        if order[0] != start or self.dice.chance(0.3):
            found["start"] = start
        playing = {node["player"] for node in nodes.values() if "player" in node}
        for ending in self.endings.values():
            if self.dice.chance(0.2):
                ending["outcome"] = self.dice.one(list(self.endings))
            worth = {name: self.values.value(REAL) for name in self.dice.some(sorted(playing))}
            if worth or self.dice.chance(0.3):
                ending["payoffs"] = worth
        if self.dice.chance(0.4):
            found["precision"] = self.values.value(NON_NEGATIVE)
        return found

    def new(self) -> str:
        """Return a name for a node, an ending or a move."""
        free = [name for name in NAMES if name.isidentifier() and name not in (*self.used, "none")]
        name = self.dice.one(free) if free and self.dice.chance(0.3) else f"p{len(self.used)}"
        self.used.add(name)
        return name

    def moves(self) -> list[str]:
        """Return the moves of a node: those that other nodes have, too, or others."""
        common = ["go", "stay", "turn", "none_", *(f"m{one}" for one in range(8))]
        return common[: self.dice.one((2, 2, 2, 3, 12))]

    def grow(self, depth: int) -> str:
        """Add a node and all that it leads to, or an ending, and return its name."""
        if depth == 0 or len(self.nodes) > 7:
            name = self.new()
            self.endings[name] = {}
            return name
        name = self.new()
        node = self.nodes[name] = {}
        moves = self.moves()
        if self.players and self.dice.chance(0.7):
            node["player"] = self.dice.one(self.players)
            if self.dice.chance(0.3):
                node["absent"] = self.dice.one(moves)
        else:
            node["chance"] = {move: self.values.value(NON_NEGATIVE) for move in moves[:-1]}
            node["chance"][moves[-1]] = self.dice.one(("1", "0.2 to 0.5", "1e-3"))
        if self.players and len(moves) == 2 and depth > 1 and self.dice.chance(0.3):
            node["moves"] = self.add_unseen_moves(moves, depth - 1, node.get("player"))
        else:
            node["moves"] = {
                move: self.grow(depth - 1 if self.dice.chance(0.6) else 0) for move in moves
            }
        return name

    def add_unseen_moves(
        self, moves: Sequence[str], depth: int, before: str | None
    ) -> dict[str, str]:
        """Return moves after which the next player does not know which was made."""
        others = [name for name in self.players if name != before] or self.players
        player, theirs = self.dice.one(others), self.moves()
        self.hidden += 1
        absent = self.dice.one(theirs) if self.dice.chance(0.3) else None
        found = {}
        for move in moves:
            name = self.new()
            node = self.nodes[name] = {"player": player, "information": f"hidden_{self.hidden}"}
            if absent is not None:
                node["absent"] = absent
            node["moves"] = {
                own: self.grow(depth - 1 if self.dice.chance(0.4) else 0) for own in theirs
            }
            found[move] = name
        return found
