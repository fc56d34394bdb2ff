"""Factors: which draws of the worlds are moved together when sensitivity is asked for.

Values that hang together do so because they read a shared unknown, and all draws are independent of
each other. So a factor is a set of draws: those of one number, or those of all numbers that belong
to one force.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from conjuncture.analysis.phrases import number_in_words
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Either, Expression, RandomDraw
from conjuncture.language.walk import walk

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
