"""What is uncertain of a world: the numbers drawn for themselves, and the factors they form.

A number that is worked out from others, such as a leaning that is the army's mood and nothing
else, would only repeat them. Where a number has a share of its own beside what it reads, that
share is a candidate, and the rest is left to the numbers it comes from.

Values that hang together do so because they read a shared unknown, and all draws are independent of
each other. So a factor, which is moved as one when sensitivity is asked for, is a set of draws:
those of one number, or those of all numbers that belong to one force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.phrases import number_in_words
from conjuncture.analysis.plain_words import plain_label
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.patches import Run, relevant_numbers_of
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import (
    Either,
    Expression,
    Label,
    RandomDraw,
    SyntaxNode,
    cells_of,
    children,
    walk,
)
from conjuncture.language.unparser import write

Grouping = Literal["force", "value"]


@dataclass(frozen=True)
class InputFactor:
    """Draws that are moved together.

    Attributes
    ----------
    key, label : str
        What identifies it, and what a reader sees.
    members : tuple of str
        The numbers whose draws these are.
    sites : tuple of str
        The addresses of the draws.
    """

    key: str
    label: str
    members: tuple[str, ...]
    sites: tuple[str, ...]


def factors_of(
    worlds: Worlds, numbers: Collection[str], by: Grouping = "force"
) -> tuple[InputFactor, ...]:
    """Return the factors among the draws of some numbers.

    Parameters
    ----------
    worlds : Worlds
    numbers : collection of str
        The numbers whose draws count; of the others none is moved.
    by : {"force", "value"}
        ``"force"``: the numbers of a force, or of a backer, belong together; unknowns that the
        scenario declares, structural constants and what a stage states stand alone, each for
        itself. ``"value"``: every number stands alone.

    Returns
    -------
    tuple of Factor
        In the order of the scenario; numbers without draws of their own are in none.

    Raises
    ------
    UsageError
        When ``by`` is something else.

    Examples
    --------
    >>> import conjuncture
    >>> worlds = Worlds(conjuncture.load("bolivia-1970").crisis, seed=1, count=1)
    >>> keys = ["army_mood", "unions.mass", "altiplano.troops", "altiplano.leans.torres"]
    >>> for factor in factors_of(worlds, keys):
    ...     print(factor.label, factor.sites)
    the army's mood ('army_mood',)
    the regiments of the Altiplano ('altiplano.troops', 'altiplano.leans.torres')
    the unions ('unions.mass',)
    """
    if by not in ("force", "value"):
        raise UsageError(f"draws are grouped by 'force' or by 'value', not by '{by}'")
    crisis = worlds.crisis
    names = {key: force.phrase for key, force in crisis.forces.items()}
    names |= {key: backer.phrase for key, backer in crisis.backers.items()}
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    for key in crisis.numbers:
        sites = draws_of(worlds.values[key]) if key in numbers else ()
        if sites:
            owner = key.partition(".")[0]
            grouped = by == "force" and owner in names
            groups.setdefault(owner if grouped else key, {})[key] = sites
    return tuple(
        InputFactor(
            key=owner,
            label=names.get(owner) or number_in_words(crisis, owner),
            members=tuple(members),
            sites=tuple(site for sites in members.values() for site in sites),
        )
        for owner, members in groups.items()
    )


def draws_of(value: Expression) -> tuple[str, ...]:
    """Return the sites of the draws within a value.

    Examples
    --------
    >>> from conjuncture.language.nodes import Cell
    >>> law = RandomDraw("uniform", (0.0, 1.0), "trust#2")
    >>> draws_of(Either((Cell("fear"), law), (0.5, 0.5), "trust"))
    ('trust', 'trust#2')
    """
    return tuple(
        dict.fromkeys(node.site for node, _ in walk(value) if isinstance(node, RandomDraw | Either))
    )


Real = NDArray[np.float64]
BEYOND_ALL = 2.0
"""A sworn leaning is infinite; it stands so far above the greatest finite one."""


@dataclass(frozen=True)
class Candidates:
    """Numbers of the worlds that were drawn for themselves.

    Attributes
    ----------
    table : mapping of str to array, shape (worlds,)
        By key; a choice is the place of the option.
    labels : mapping of str to str
        How a reader is told of each.
    options : mapping of str to tuple of str
        The options of each choice.
    computed : tuple of str
        Labels of numbers left out because others determine them.
    """

    table: Mapping[str, Real] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    computed: tuple[str, ...] = ()


def numbers_behind(
    simulator: Simulator,
    runs: Collection[Run],
    named: Iterable[Expression],
    stages: Iterable[str],
) -> frozenset[str]:
    """Return the numbers that can matter for what is asked.

    Parameters
    ----------
    simulator : Simulator
    runs : collection of Run
        What is compared.
    named : iterable of Expression
        Expressions whose numbers count in any case.
    stages : iterable of str
        The stages that are asked about.
    """
    program = simulator.program(list(runs))
    reads = program.ledger.reads
    return relevant_numbers_of(stages, simulator.worlds, program.structure, reads, named)


def candidates_of(worlds: Worlds, keys: Collection[str]) -> Candidates:
    """Return those of some numbers that vary between worlds and were drawn for themselves.

    Parameters
    ----------
    worlds : Worlds
    keys : collection of str

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.engine.worlds import Worlds
    >>> worlds = Worlds(conjuncture.load("bolivia-1970").crisis, seed=1, count=10)
    >>> keys = ["army_mood", "altiplano.breakeven", "altiplano.leans.torres"]
    >>> found = candidates_of(worlds, keys)
    >>> for label in found.labels.values():
    ...     print(label)
    the army's mood
    the part of its own in the leaning of the regiments of the Altiplano towards Torres's side
    >>> found.computed
    ('the chance of winning at which the regiments of the Altiplano join',)
    """
    crisis = worlds.crisis
    table: dict[str, Real] = {}
    labels: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    computed = []
    for key in crisis.numbers:
        if key not in keys or not varies(worlds.table[key]):
            continue
        value, label = worlds.values[key], number_in_words(crisis, key)
        alone = not any(varies(worlds.table[read]) for read in worlds.reads[key])
        if alone:
            found = {key: clip_infinite(worlds.table[key])}
            if isinstance(value, Either) and all(isinstance(one, Label) for one in value.options):
                codes, names = rules_of(value)
                found = {key: np.searchsorted(codes, worlds.table[key]).astype(np.float64)}
                options[key] = names
        else:
            found = {}
            for node in own_draws(value):
                found[node.site] = column_of(worlds, node)
                if isinstance(node, Either) and cells_of(node):
                    options[node.site] = tuple(write(option) for option in node.options)
            label = f"the part of its own in {label}"
        found = {name: column for name, column in found.items() if varies(column)}
        if not found:
            computed.append(number_in_words(crisis, key))
        for place, (name, column) in enumerate(found.items()):
            table[name] = column
            labels[name] = label if place == 0 else f"{label} ({place + 1})"
    return Candidates(table, labels, options, tuple(computed))


def varies(column: Real) -> bool:
    """Return whether a number differs between worlds."""
    return bool((column != column[0]).any())


def clip_infinite(column: Real) -> Real:
    """Return a number in which a sworn leaning stands above all others that some world has."""
    known = column[np.isfinite(column)]
    beyond = (float(np.abs(known).max()) if known.size else 0.0) + BEYOND_ALL
    return np.clip(column, -beyond, beyond)


def rules_of(value: Either) -> tuple[list[int], tuple[str, ...]]:
    """Return the codes of a choice between rules in order, and their names."""
    rules = {one.code: plain_label(one.label) for one in value.options if isinstance(one, Label)}
    codes = sorted(rules)
    return codes, tuple(rules[code] for code in codes)


def own_draws(value: SyntaxNode) -> Iterator[RandomDraw | Either]:
    """Yield the draws within a value; those within a choice that reads no number count with it."""
    if isinstance(value, RandomDraw | Either):
        yield value
        if isinstance(value, RandomDraw) or not cells_of(value):
            return
    for child in children(value):
        yield from own_draws(child)


def column_of(worlds: Worlds, node: RandomDraw | Either) -> Real:
    """Return a draw in every world; of a choice between values that read others, which it was."""
    if isinstance(node, Either) and cells_of(node):
        places = range(len(node.options))
        picked = [place * worlds.known_values[f"draw {node.site} is {place}"] for place in places]
        return np.asarray(np.sum(picked, axis=0))
    return clip_infinite(worlds.known_values[f"draw {node.site}"])
