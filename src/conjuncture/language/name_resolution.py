"""What a name means: a cell, a sum over a group, an outcome, a measure, the side of a force.

A name that means nothing gets its error here, with the nearest that does. A name that does comes
with its unit, its range and its labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from conjuncture.language.names import Problem, find_nearest_name, unknown_name
from conjuncture.language.nodes import (
    Arithmetic,
    Cell,
    Expression,
    Measure,
    Name,
    Outcome,
    Reached,
    SyntaxNode,
)
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import DIMENSIONLESS, Domain, Kind, Unit, Vocabulary
from conjuncture.number_format import write_number

EVERYTHING = Range()


@dataclass(frozen=True, slots=True)
class LinkedNode:
    """A linked node and what is known of it.

    Attributes
    ----------
    node : Expression
    unit : Unit or None
        None fits any unit: a literal, or an unknown of the scenario, which declares none.
    range : Range
        Holds every number that it can be.
    whole : bool
        Whether it is always a whole number.
    labels : tuple of str or None
        The labels it can be, when it is no number.
    wrong : bool
        True where a problem has been told already; nothing more is then said of it.
    """

    node: Expression
    unit: Unit | None = None
    range: Range = EVERYTHING
    whole: bool = False
    labels: tuple[str, ...] | None = None
    wrong: bool = False

    @classmethod
    def of(cls, node: Expression, kind: Kind, *, any_unit: bool = False) -> LinkedNode:
        """Return the meaning of a reference to something of a kind."""
        if kind.labels is not None:
            return cls(node, labels=kind.labels)
        unit = None if any_unit else kind.unit
        return cls(node, unit, Range.of(kind.domain), kind.domain.whole)


Reads = Literal["value", "intervention", "history", "query"]
"""What names may be read: cells alone (twice), everything, or only quantities."""


@dataclass(slots=True)
class LinkContext:
    """One linking: what names mean, what may be read, and the problems found so far.

    Attributes
    ----------
    leaf : callable or None
        Asked first for every node of a number: links intervals and laws in values, quantities in
        queries; returns None for what it leaves to the ordinary rules.
    certain : frozenset of str
        Stages that every history reaches.
    """

    vocabulary: Vocabulary
    reads: Reads
    leaf: Callable[[Expression], LinkedNode | None] | None = None
    certain: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def complain(self, node: SyntaxNode, problem: str, remedy: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(node.start, node.end, problem, remedy))

    def refuse(self, node: Expression, problem: str, remedy: str = "") -> LinkedNode:
        """Note a problem at a node and return a meaning of which nothing more is said."""
        self.complain(node, problem, remedy)
        return LinkedNode(node, wrong=True)


def write_labels(labels: tuple[str, ...]) -> str:
    """Return labels as a sentence lists them.

    Examples
    --------
    >>> write_labels(("aside", "miranda", "torres"))
    'aside, miranda or torres'
    """
    return " or ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))


def domain_problem(key: str, number: float, domain: Domain) -> str | None:
    """Return what is wrong with a number as the value of a cell, or None."""
    if number not in domain or (domain.whole and not number.is_integer()):
        return f"'{key}' must be {domain}, and this is {write_number(number)}"
    return None


FIXED = {
    "value": "a value is fixed before the crisis begins",
    "intervention": "what an intervention sets is fixed before the crisis begins",
}


def resolve_name(name: Name, context: LinkContext) -> LinkedNode:
    """Return what a name means, or note that it means nothing."""
    vocabulary = context.vocabulary
    if context.reads == "query":
        problem = f"'{dotted_name_of(name)}' stands outside P, E or Q"
        return context.refuse(name, problem, f"write E({dotted_name_of(name)})")
    if name.root in vocabulary.stages:
        return _resolve_in_stage(name, context)
    if name.visit is not None or name.index is not None:
        problem = f"'{dotted_name_of(name)}' takes nothing in square brackets"
        return context.refuse(name, problem, "only a stage has visits, only a measure an index")
    key = dotted_name_of(name)
    if key in vocabulary.cells:
        return resolve_cell(key, name, vocabulary)
    if name.root in vocabulary.groups:
        return _resolve_group(name, context)
    if name.path == ("side",) and name.root in vocabulary.forces:
        return _resolve_side(name, context)
    return context.refuse(name, *explain_unknown(name, vocabulary, fixed=context.reads in FIXED))


def dotted_name_of(name: Name) -> str:
    """Return the dotted part of a name.

    Examples
    --------
    >>> dotted_name_of(Name("window", ("strength",), visit=2, index="torres"))
    'window.strength'
    """
    return ".".join((name.root, *name.path))


def is_bare(node: Expression) -> bool:
    """Return whether a node is a single word, which may be a label."""
    return isinstance(node, Name) and not node.path and node.visit is None and node.index is None


def resolve_cell(key: str, at: Expression, vocabulary: Vocabulary) -> LinkedNode:
    """Return the meaning of a cell; unknowns of the scenario fit any unit."""
    kind = vocabulary.cells[key]
    any_unit = "." not in key and kind.unit == DIMENSIONLESS
    return LinkedNode.of(Cell(key, start=at.start, end=at.end), kind, any_unit=any_unit)


def explain_unknown(name: Name, vocabulary: Vocabulary, *, fixed: bool = False) -> tuple[str, str]:
    """Return problem and remedy for a name that means nothing.

    Parameters
    ----------
    name : Name
    vocabulary : Vocabulary
    fixed : bool
        Whether it may only name what is fixed before the crisis begins.
    """
    key = dotted_name_of(name)
    if name.root in vocabulary.stages:
        return _explain_unknown_of_stage(name, vocabulary)
    roots = {key for key in vocabulary.cells if "." not in key}
    named = (*vocabulary.forces, *vocabulary.backers)
    if name.root in roots and name.path:
        return f"'{name.root}' is a number and has no part '{key}'", f"write '{name.root}'"
    if name.root not in named and fixed and not name.path:
        kinds = ((key, vocabulary.cells[key]) for key in sorted(roots))
        fitting = [key for key, kind in kinds if kind.unit == DIMENSIONLESS and not kind.labels]
        return unknown_name("unknown", name.root, fitting)
    if name.root not in named:
        known = [*vocabulary.forces, *vocabulary.backers, *vocabulary.groups]
        known += [*vocabulary.stages, *sorted(roots)]
        return unknown_name("force, group, stage or unknown", name.root, known)
    if not name.path:
        attributes = [part for part in _parts_of(name.root, vocabulary) if "." not in part]
        example = f"{name.root}.{attributes[0]}" if attributes else f"{name.root}.troops"
        what = "force" if name.root in vocabulary.forces else "backer"
        return f"'{name.root}' is a {what}, not a number", f"write '{example}', for example"
    if len(name.path) == 2 and name.path[0] in ("ties", "reach"):
        attribute, other = name.path
        if other not in vocabulary.forces:
            return unknown_name("force", other, vocabulary.forces)
        problem = f"the scenario states no '{key}'"
        return problem, f"state '{attribute}: {{{other}: 0}}' under '{name.root}' in the scenario"
    return _explain_unknown_part(name, _parts_of(name.root, vocabulary))


def _parts_of(root: str, vocabulary: Vocabulary) -> list[str]:
    prefix = f"{root}."
    return [key.removeprefix(prefix) for key in vocabulary.cells if key.startswith(prefix)]


def _explain_unknown_part(name: Name, known: list[str]) -> tuple[str, str]:
    part = ".".join(name.path)
    problem = f"'{name.root}' has no '{part}' that the scenario uses"
    guess = find_nearest_name(part, known)
    if guess is not None:
        return problem, f"did you mean '{name.root}.{guess}'?"
    return problem, f"it has {', '.join(known[:12])}" if known else ""


def _explain_unknown_of_stage(name: Name, vocabulary: Vocabulary) -> tuple[str, str]:
    stage, part = vocabulary.stages[name.root], ".".join(name.path)
    if part in stage.outcomes:
        return f"'{part}' is an outcome of '{name.root}'", f"write '{name.root} = {part}'"
    problem = f"'{name.root}' has no number or measure '{part}'"
    known = [*stage.measures, *_parts_of(name.root, vocabulary)]
    # Whoever leaves out the first part of a longer name means the whole of it.
    ends = {whole.split(".", cut)[-1]: whole for cut in (2, 1, 0) for whole in reversed(known)}
    guess = find_nearest_name(part, ends)
    if guess is not None:
        return problem, f"did you mean '{name.root}.{ends[guess]}'?"
    return problem, f"it has {', '.join(known[:12])}" if known else ""


def _resolve_group(name: Name, context: LinkContext) -> LinkedNode:
    vocabulary = context.vocabulary
    members = vocabulary.groups[name.root]
    part = ".".join(name.path)
    if not part:
        problem = f"'{name.root}' is a group, not a number"
        return context.refuse(name, problem, f"write '{name.root}.troops', for example")
    if part == "side":
        problem = f"the group '{name.root}' has no one side"
        return context.refuse(name, problem, f"write '{members[0]}.side', and the others apart")
    missing = [member for member in members if f"{member}.{part}" not in vocabulary.cells]
    if missing:
        problem, remedy = explain_unknown(replace(name, root=missing[0]), vocabulary)
        return context.refuse(name, f"in the group '{name.root}': {problem}", remedy)
    meanings = [resolve_cell(f"{member}.{part}", name, vocabulary) for member in members]
    if any(meaning.labels is not None for meaning in meanings):
        problem = f"'{dotted_name_of(name)}' is a choice of rules and cannot be summed"
        return context.refuse(name, problem, f"write '{members[0]}.{part}'")
    return _sum_nodes(meanings)


def _sum_nodes(meanings: list[LinkedNode]) -> LinkedNode:
    # Halving keeps the tree of a large group shallow.
    if len(meanings) == 1:
        return meanings[0]
    middle = (len(meanings) + 1) // 2
    left, right = _sum_nodes(meanings[:middle]), _sum_nodes(meanings[middle:])
    node = Arithmetic("+", left.node, right.node, start=left.node.start, end=left.node.end)
    lower = left.range.lower + right.range.lower
    span = replace(left.range, lower=lower, upper=left.range.upper + right.range.upper)
    return replace(left, node=node, range=span, whole=left.whole and right.whole)


def _resolve_side(name: Name, context: LinkContext) -> LinkedNode:
    stages = context.vocabulary.stages
    sided = [key for key, stage in stages.items() if stage.sides]
    if len(sided) != 1:
        problem = f"'{dotted_name_of(name)}' is not clear: "
        problem += "several stages have sides" if sided else "no stage has sides"
        remedy = f"write {sided[0]}.side[{name.root}]" if sided else ""
        return context.refuse(name, problem, remedy)
    return _resolve_in_stage(replace(name, root=sided[0], index=name.root), context)


def check_visit(at: Expression, stage: str, visit: int | None, context: LinkContext) -> bool:
    """Note a visit that a stage does not have; return whether it has it."""
    visits = context.vocabulary.stages[stage].visits
    if visit is None or visit <= visits:
        return True
    times = "once" if visits == 1 else f"{visits} times at most"
    context.complain(at, f"'{stage}' is visited {times}", f"write '{stage}' or raise its 'visits'")
    return False


def resolve_reached(node: Reached, context: LinkContext) -> LinkedNode:
    """Return the meaning of ``reached(stage)``."""
    if node.stage not in context.vocabulary.stages:
        return context.refuse(node, *unknown_name("stage", node.stage, context.vocabulary.stages))
    return LinkedNode(node, wrong=not check_visit(node, node.stage, node.visit, context))


def _resolve_in_stage(name: Name, context: LinkContext) -> LinkedNode:
    vocabulary = context.vocabulary
    stage = vocabulary.stages[name.root]
    key, measure = dotted_name_of(name), ".".join(name.path)
    place = {"start": name.start, "end": name.end}
    symbol = stage.measures.get(measure)
    plain = name.visit is None and name.index is None
    alike = symbol is not None and symbol.index is None and context.reads not in FIXED
    if key in vocabulary.cells and plain and not alike:
        return resolve_cell(key, name, vocabulary)
    if not check_visit(name, name.root, name.visit, context):
        return LinkedNode(name, wrong=True)
    if context.reads in FIXED and (not measure or symbol is not None):
        problem = f"{FIXED[context.reads]}; it cannot read '{key}'"
        return context.refuse(name, problem, "use numbers and cells of the scenario")
    if not measure:
        if name.index is not None:
            return context.refuse(name, f"'{key}' takes nothing in square brackets but a visit")
        outcome = Outcome(name.root, name.visit, **place)
        return LinkedNode.of(outcome, Kind(labels=stage.outcomes))
    if symbol is None:
        return context.refuse(name, *explain_unknown(name, vocabulary))
    if symbol.index is None and name.index is not None:
        return context.refuse(name, f"'{key}' takes nothing in square brackets", f"write '{key}'")
    if symbol.index is not None and name.index is None:
        example = f"write {key}[{symbol.index[0]}], for example" if symbol.index else ""
        return context.refuse(name, f"'{key}' needs to know of which", example)
    if symbol.index is not None and name.index not in symbol.index:
        problem, remedy = unknown_name(f"{key} of", str(name.index), symbol.index)
        return context.refuse(name, problem, remedy)
    return LinkedNode.of(Measure(name.root, measure, name.index, name.visit, **place), symbol.kind)
