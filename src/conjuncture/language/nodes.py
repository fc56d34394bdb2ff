"""The syntax tree that the grammar yields, and the references that linking puts in its place.

Every node carries the character range ``start``–``end`` of the text it was read from, so that a
mistake found later can still be shown where it stands. The parser produces names as
:class:`Name`; linking (:mod:`conjuncture.language.linking`) replaces each by a :class:`Cell`,
:class:`Outcome`, :class:`Measure`, :class:`Reached` or :class:`Label`, which is what the
evaluator and the engine read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class SyntaxNode:
    """A piece of the tree and the place of its text."""

    start: int = field(default=0, kw_only=True, compare=False)
    end: int = field(default=0, kw_only=True, compare=False)


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
    """A weighted choice between values; ``weights`` sum to one. ``site`` as in :class:`RandomDraw`."""

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


@dataclass(frozen=True, slots=True)
class Assign(SyntaxNode):
    """``target = value`` or ``target *= value`` as parsed; a cell or a stage, linking tells.

    ``at`` names the stage from whose start the value counts (None: the whole history).
    """

    target: Name
    operator: Literal["=", "*=", "+="]
    value: Expression
    at: str | None = None


@dataclass(frozen=True, slots=True)
class SetCell(SyntaxNode):
    """A linked assignment: the cell ``key`` takes ``value`` (``*=`` and ``+=`` are written out).

    ``value`` contains Number, Cell, Arithmetic, Negative, Call only; a Cell of ``key`` inside it
    is the value as things were. ``lower`` and ``upper`` bound the domain (None: no bound), so
    that a value computed per world can be refused when it leaves it.
    """

    key: str
    value: Expression
    at: str | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class SetOutcome(SyntaxNode):
    """``stage = outcome``; ``visit`` None means every visit."""

    stage: str
    outcome: str
    code: int
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Without(SyntaxNode):
    """``without name``: a force absent, a backer withdrawn, a signal not sent."""

    name: str


@dataclass(frozen=True, slots=True)
class Aside(SyntaxNode):
    """``force aside``: it stands aside, and everyone knows."""

    force: str
    secretly: bool = False


@dataclass(frozen=True, slots=True)
class Sides(SyntaxNode):
    """``force sides camp``, announced from the start unless ``secretly``."""

    force: str
    camp: str
    secretly: bool = False


@dataclass(frozen=True, slots=True)
class Plays(SyntaxNode):
    """``player plays move`` in a stage that is a game."""

    player: str
    move: str
    secretly: bool = False


Intervention = Assign | SetCell | SetOutcome | Without | Aside | Sides | Plays


@dataclass(frozen=True, slots=True)
class Probability(SyntaxNode):
    """``P(event | given, do(...))``. ``given`` is one event (conditions joined by And) or None."""

    event: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class Mean(SyntaxNode):
    """``E(expression | given, do(...))``."""

    expression: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantile(SyntaxNode):
    """``Q(level, expression | given, do(...))``."""

    level: float
    expression: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class Necessity(SyntaxNode):
    """``necessity(do(...) for event given given [or forestalled])``."""

    interventions: tuple[Intervention, ...]
    event: Expression
    given: Expression | None = None
    or_forestalled: bool = False


@dataclass(frozen=True, slots=True)
class Sufficiency(SyntaxNode):
    """``sufficiency(do(...) for event given given)``."""

    interventions: tuple[Intervention, ...]
    event: Expression
    given: Expression | None = None


Quantity = Probability | Mean | Quantile | Necessity | Sufficiency

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
