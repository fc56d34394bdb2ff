"""Which numbers an effect may move, and why it may not move the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.names import find_nearest_name
from conjuncture.language.naming import dotted_name_of, explain_unknown
from conjuncture.language.nodes import Either, Expression, Name, NumberLiteral
from conjuncture.language.parser import parse_expression
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.crisis import Number, Stage
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.tree import ScalarNode

_SWORN_LITERAL = NumberLiteral(float("inf"))


@dataclass(frozen=True, slots=True)
class EffectTarget:
    """What an effect moves: the name as written, and for each cell the name of its bearer."""

    name: Name
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TargetReader:
    """Tells which numbers effects may move.

    Parameters
    ----------
    vocabulary : Vocabulary
        What names mean.
    numbers : mapping of str to Number
        Every cell.
    settled : mapping of str to str
        The cells that must be the same in all histories of a world, each with the number that
        follows from it.
    diagnostics : Diagnostics
        Where mistakes go.
    """

    vocabulary: Vocabulary
    numbers: Mapping[str, Number]
    settled: Mapping[str, str]
    diagnostics: Diagnostics

    def read(self, key: ScalarNode) -> EffectTarget | None:
        """Return what a name moves, or None when that has been refused."""
        try:
            name = parse_expression(key.value)
        except LanguageErrors as errors:
            self.diagnostics.refuse_text(key, errors)
            return None
        if not isinstance(name, Name) or name.visit is not None or name.index is not None:
            problem = f"'{key.value}' is not the name of a number of the scenario"
            self.diagnostics.refuse(key, problem, "write 'force.attribute', for example")
            return None
        cells = self._cells_of(name)
        if not cells:
            self.diagnostics.refuse(key, *self._explain_unknown(name))
            return None
        for cell, bearer in cells:
            refusal = self._refusal_of(cell)
            if refusal is not None:
                problem, remedy = refusal
                inside = f"in the group '{name.root}': " if bearer != name.root else ""
                self.diagnostics.refuse(key, inside + problem, remedy)
                return None
        return EffectTarget(name, cells)

    def _cells_of(self, name: Name) -> tuple[tuple[str, str], ...]:
        key, part = dotted_name_of(name), ".".join(name.path)
        if key in self.vocabulary.cells:
            return ((key, name.root),)
        members = self.vocabulary.groups.get(name.root, ())
        cells = ((f"{member}.{part}", member) for member in members)
        return tuple((cell, member) for cell, member in cells if cell in self.vocabulary.cells)

    def _explain_unknown(self, name: Name) -> tuple[str, str]:
        """Return why a name that is no cell cannot be moved."""
        key, part = dotted_name_of(name), ".".join(name.path)
        vocabulary = self.vocabulary
        stage = vocabulary.stages.get(name.root)
        if stage is not None and (not part or part in stage.measures):
            problem = f"'{key}' is what the stage yields and cannot be moved"
            return problem, "move what it follows from"
        if name.root in vocabulary.groups and not part:
            return f"'{key}' is a group, not a number", self._example_for(key)
        if name.root in vocabulary.groups:
            problem = f"nobody in the group '{name.root}' has '{part}'"
            return problem, "state it in one of its members, or declare it with a 'default'"
        if part == "side":
            return f"'{key}' follows from the crisis", "move leanings, which it follows from"
        if not part and name.root not in (*vocabulary.forces, *vocabulary.backers):
            guess = find_nearest_name(name.root, (*vocabulary.forces, *vocabulary.groups))
            problem = f"'{key}' is no number of the scenario"
            return problem, self._example_for(guess) if guess else "write 'force.attribute'"
        return explain_unknown(name, vocabulary)

    def _example_for(self, bearer: str) -> str:
        """Return what may be written of a force, or of a group whose members all have it."""
        cells, members = self.vocabulary.cells, self.vocabulary.groups.get(bearer, (bearer,))
        parts = (cell.partition(".")[2] for cell in cells if cell.startswith(f"{members[0]}."))
        for part in parts:
            mine = [f"{member}.{part}" for member in members]
            if all(cell in cells and self._refusal_of(cell) is None for cell in mine):
                return f"write '{bearer}.{part}', for example"
        return "name a number of one of them" if len(members) > 1 else "name a number of it"

    def _refusal_of(self, cell: str) -> tuple[str, str] | None:
        """Return why a cell cannot be moved, or None when it can."""
        if "." not in cell:
            return (
                f"'{cell}' is an unknown and stays as the world drew it",
                "declare an attribute under 'attributes' and move that",
            )
        if self.vocabulary.cells[cell].labels is not None:
            return f"'{cell}' is a choice between rules and holds for the whole crisis", ""
        if cell in self.settled:
            after = self.settled[cell]
            problem = f"'{cell}' must be the same in all histories of a world"
            if after != cell:
                problem = f"'{after}' follows from '{cell}' and is solved once for each world"
            return problem, "move another number"
        if _is_sworn(self.numbers[cell].value):
            return f"'{cell}' is sworn and cannot be moved", "write 'firm' where it is stated"
        return None


def world_fixed_cells(stages: Mapping[str, Stage], numbers: Mapping[str, Number]) -> dict[str, str]:
    """Return the cells that must be the same in all histories of a world.

    Returns
    -------
    dict of str to str
        Cell to the stage's number that follows from it, or to itself.
    """
    found: dict[str, str] = {}
    for stage in stages.values():
        for key in stage.model.world_fixed_keys():
            waiting = [f"{stage.key}.{key}"]
            while waiting:
                cell = waiting.pop()
                if cell in numbers and cell not in found:
                    found[cell] = f"{stage.key}.{key}"
                    waiting.extend(numbers[cell].reads)
    return found


def _is_sworn(value: Expression) -> bool:
    if isinstance(value, Either):
        return any(map(_is_sworn, value.options))
    return value == _SWORN_LITERAL
