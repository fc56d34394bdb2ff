"""The syntax tree: its nodes, how large it may be, and walks over it.

Every node carries the character range ``start``–``end`` of the text it was read from, so that a
mistake found later can still be shown where it stands. The parser produces names as
:class:`Name`; linking (:mod:`conjuncture.language.linker`) replaces each by a :class:`Cell`,
:class:`Outcome`, :class:`Measure`, :class:`Reached` or :class:`Label`, which is what the
evaluator and the engine read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

MAX_LENGTH = 2_000
"""Characters."""

MAX_DEPTH = 50
"""Levels of brackets, and levels of the tree; a long sum has few, however many its terms."""

MAX_NODES = 500
"""Numbers, names, operators and functions."""

LARGEST_NUMBER = 1e30
"""The largest number: well inside the single precision that histories are computed in."""

MAX_QUANTITIES = 16
"""Distinct ``P``, ``E``, ``Q``, ``necessity`` and ``sufficiency`` in one query."""

MAX_INTERVENTIONS = 7
"""Distinct ``do(...)`` in one query; all are run together, beside things as they were."""


@dataclass(frozen=True, slots=True)
class SyntaxNode:
    """A piece of the tree and the place of its text."""

    start: int = field(default=0, kw_only=True, compare=False)
    end: int = field(default=0, kw_only=True, compare=False)


def span_of(pieces: Sequence[Any]) -> dict[str, int]:
    """Return where some pieces of a text, tokens or nodes, start and end."""
    first, last = pieces[0], pieces[-1]
    return {
        "start": first.start if isinstance(first, SyntaxNode) else first.start_pos,
        "end": last.end if isinstance(last, SyntaxNode) else last.end_pos,
    }


def nodes_in(pieces: Sequence[Any]) -> list[Any]:
    """Return the nodes among some pieces of a text."""
    return [piece for piece in pieces if isinstance(piece, SyntaxNode)]


@dataclass(frozen=True, slots=True)
class NumberLiteral(SyntaxNode):
    """A literal number."""

    value: float


@dataclass(frozen=True, slots=True)
class Name(SyntaxNode):
    """A dotted name as written: ``root[visit].path[index]``.

    ``altiplano.leans.torres`` is ``Name("altiplano", ("leans", "torres"))``,
    ``window[2].strength[torres]`` is ``Name("window", ("strength",), visit=2, index="torres")``.
    """

    root: str
    path: tuple[str, ...] = ()
    visit: int | None = None
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Negative(SyntaxNode):
    """Minus an expression."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic(SyntaxNode):
    """Two expressions (or two quantities) joined by ``+ - * / ^``."""

    operator: Literal["+", "-", "*", "/", "^"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call(SyntaxNode):
    """A function of the grammar: ``min max exp log sqrt clip logistic``, or in a value a law."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Interval(SyntaxNode):
    """``low to high``: a 90 % credible interval; only values may contain it."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Word(SyntaxNode):
    """A word for a leaning (``sworn firm warm undecided cool hostile``); only in values."""

    word: str


@dataclass(frozen=True, slots=True)
class Compare(SyntaxNode):
    """A comparison; in events ``=`` and ``!=`` take labels or whole numbers only."""

    operator: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Within(SyntaxNode):
    """``operand in [low, high]``."""

    operand: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Not(SyntaxNode):
    """Kleene's negation."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And(SyntaxNode):
    """Kleene's conjunction."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Or(SyntaxNode):
    """Kleene's disjunction."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class RandomDraw(SyntaxNode):
    """One draw of a world from a law; linking a value puts it where a law was written.

    Attributes
    ----------
    family : str
        ``normal`` (mean, standard deviation), ``lognormal`` (mean and standard deviation of the
        logarithm), ``logitnormal`` (the same of the log-odds), ``uniform`` (low, high),
        ``loguniform`` (low, high), ``triangular`` (low, mode, high), ``beta`` (a, b), ``gamma``
        (shape, scale), ``exponential`` (mean).
    parameters : tuple of float
    site : str
        The address of its uniform, for example ``altiplano.troops`` or, for the second draw
        inside one value, ``altiplano.troops#2``.
    """

    family: str
    parameters: tuple[float, ...]
    site: str


@dataclass(frozen=True, slots=True)
class Either(SyntaxNode):
    """A choice between values; ``weights`` sum to one, ``site`` as in :class:`RandomDraw`."""

    options: tuple[Expression, ...]
    weights: tuple[float, ...]
    site: str


@dataclass(frozen=True, slots=True)
class Cell(SyntaxNode):
    """A number of the scenario, by key: ``army_mood``, ``altiplano.leans.torres``."""

    key: str


@dataclass(frozen=True, slots=True)
class Outcome(SyntaxNode):
    """The outcome of a stage; ``visit`` counts from 1, None is the last visit reached."""

    stage: str
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Measure(SyntaxNode):
    """A measure of a stage; ``index`` names a force or a camp where the measure has one."""

    stage: str
    measure: str
    index: str | None = None
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Reached(SyntaxNode):
    """Whether a history came to a stage (never undefined)."""

    stage: str
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Label(SyntaxNode):
    """One of the labels of an outcome or of a measure; ``code`` is its number there."""

    label: str
    code: int


class Intervention(SyntaxNode):
    """What ``do(...)`` imposes; its kinds are in :mod:`conjuncture.language.interventions`.

    ``str`` of one is its text.
    """

    __slots__ = ()

    @property
    def affected_name(self) -> str:
        """The name of what it changes: a number, a stage, a force, a player, a signal."""
        raise NotImplementedError

    @property
    def actor(self) -> str:
        """The force, player or signal whose part it fixes; empty where it fixes no part."""
        return ""


State = Literal["true", "false", "undefined"]
"""How an event can be in a history."""


class Quantity(SyntaxNode):
    """What a query asks for; its kinds are in :mod:`conjuncture.language.quantities`.

    ``given`` is its condition and ``interventions`` what is imposed; ``str`` of one is its text.
    """

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def given(self) -> Expression | None:
            """The condition."""

        @property
        def interventions(self) -> tuple[Intervention, ...]:
            """What is imposed."""

    @property
    def about(self) -> Expression:
        """The event or the number of which it is."""
        raise NotImplementedError

    @property
    def counted_states(self) -> frozenset[State]:
        """How an event must be, where something is imposed, for a history to count."""
        return frozenset({"true"})

    @property
    def presupposition(self) -> Expression | None:
        """What must be so as things were, beside its condition, for a history to count."""
        return None


Expression = (
    NumberLiteral
    | Name
    | Negative
    | Arithmetic
    | Call
    | Interval
    | Word
    | Compare
    | Within
    | Not
    | And
    | Or
    | RandomDraw
    | Either
    | Cell
    | Outcome
    | Measure
    | Reached
    | Label
    | Quantity
)


AnyNode = TypeVar("AnyNode", bound=SyntaxNode)


def children(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """Yield the nodes directly below one, in the order of the text.

    Examples
    --------
    >>> from conjuncture.language.nodes import Arithmetic
    >>> list(children(Arithmetic("+", NumberLiteral(1.0), NumberLiteral(2.0))))
    [NumberLiteral(start=0, end=0, value=1.0), NumberLiteral(start=0, end=0, value=2.0)]
    """
    for attribute in fields(node):
        content = getattr(node, attribute.name)
        if isinstance(content, SyntaxNode):
            yield content
        elif isinstance(content, tuple):
            yield from (item for item in content if isinstance(item, SyntaxNode))


def map_children(node: AnyNode, change: Callable[[SyntaxNode], Any]) -> AnyNode:
    """Return a node with what a function makes of each of the nodes directly below it.

    Examples
    --------
    >>> map_children(Negative(Cell("fog")), lambda child: NumberLiteral(1.0)).operand.value
    1.0
    """

    def change_content(content: Any) -> Any:
        if isinstance(content, tuple):
            return tuple(map(change_content, content))
        return change(content) if isinstance(content, SyntaxNode) else content

    contents = {one.name: getattr(node, one.name) for one in fields(node)}
    below = {name: one for name, one in contents.items() if isinstance(one, SyntaxNode | tuple)}
    changed = {name: change_content(content) for name, content in below.items()}
    return replace(node, **changed) if changed else node


def walk(node: SyntaxNode) -> Iterator[tuple[SyntaxNode, int]]:
    """Yield every node, from the top, with its depth counted from 1; no recursion."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        waiting.extend((child, depth + 1) for child in reversed(list(children(current))))


def literal_value(node: SyntaxNode) -> float | None:
    """Return the number that a node is when it is written as one, else None.

    Examples
    --------
    >>> literal_value(Negative(NumberLiteral(3.0)))
    -3.0
    """
    match node:
        case NumberLiteral(value=value):
            return value
        case Negative(operand=NumberLiteral(value=value)):
            return -value
    return None


def cells_of(node: SyntaxNode) -> frozenset[str]:
    """Return the keys of all cells that a linked tree reads.

    Examples
    --------
    >>> from conjuncture.language.nodes import Arithmetic
    >>> sorted(cells_of(Arithmetic("*", Cell("fog"), Cell("unions.mass"))))
    ['fog', 'unions.mass']
    """
    return frozenset(found.key for found, _ in walk(node) if isinstance(found, Cell))


def quantities_of(node: SyntaxNode) -> tuple[Quantity, ...]:
    """Return the distinct quantities of a query, in the order of the text.

    Examples
    --------
    >>> from conjuncture.language.parser import parse_query
    >>> len(quantities_of(parse_query("P(a = b) - P(a = b) > E(x)")))
    2
    """
    return tuple(dict.fromkeys(found for found, _ in walk(node) if isinstance(found, Quantity)))


def dependency_order(values: Mapping[str, SyntaxNode]) -> list[str]:
    """Return the cells so that each comes after those of them that it reads.

    Parameters
    ----------
    values : mapping of str to SyntaxNode
        Linked, free of cycles.

    Examples
    --------
    >>> from conjuncture.language.nodes import Cell
    >>> dependency_order({"mass": Cell("fog"), "fog": NumberLiteral(1.0)})
    ['fog', 'mass']
    """
    order: list[str] = []
    placed: set[str] = set()
    for start in values:
        pending = [start]
        while pending:
            key = pending[-1]
            read = sorted(cells_of(values[key])) if key not in placed else []
            missing = [one for one in read if one in values and one not in placed]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if key not in placed:
                placed.add(key)
                order.append(key)
    return order
