"""Linking values: the draws that stand in them, and whether they fit the cell they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import count
from typing import Any, TypeVar

from conjuncture.language.intervals import interval_law
from conjuncture.language.laws import (
    LAWS,
    LEANINGS,
    LawError,
    law_outside,
    law_parameters,
    law_text,
)
from conjuncture.language.meaning import Linking, Meaning, domain_problem
from conjuncture.language.names import nearest, unknown_name
from conjuncture.language.naming import is_bare
from conjuncture.language.nodes import (
    Call,
    Drawn,
    Either,
    Expression,
    Interval,
    Label,
    Name,
    Node,
    Number,
    Word,
)
from conjuncture.language.numbers import number
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import REAL, Domain, Kind
from conjuncture.language.units import misfit
from conjuncture.language.walk import literal

AnyNode = TypeVar("AnyNode", bound=Node)


class ValueLinking:
    """The linking of one value: where its draws get their addresses and their laws.

    Parameters
    ----------
    linking : Linking
    kind : Kind
        What the cell can be.
    site : str
        The address of the first draw, the key of the cell; later ones are ``site#2`` and so on.
    leaning : bool
        Whether words for leanings may be used.
    because : str
        The key of the cell from which the domain was told, if it was.
    """

    def __init__(
        self, linking: Linking, kind: Kind, site: str, *, leaning: bool, because: str = ""
    ) -> None:
        self.linking = linking
        self.kind = kind
        self.site = site
        self.leaning = leaning
        self.because = f" (it is put into '{because}')" if because else ""
        self.draws = count(1)
        linking.leaf = self._leaf

    def link(self, node: Expression) -> Expression:
        """Return the linked value; problems are noted."""
        if self.kind.labels is not None:
            return self._label(node, self.kind.labels)
        match node:
            case Word(word="sworn") if self.leaning:
                return Number(float("inf"), start=node.start, end=node.end)
            case Interval():
                return self._interval(node, self.kind.domain).node
            case Call() if node.function in LAWS:
                return self._law(node, self.kind.domain).node
        meaning = number(node, self.linking)
        if not meaning.wrong:
            self._check(node, meaning)
        return meaning.node

    def _check(self, node: Expression, meaning: Meaning) -> None:
        problem = misfit(f"'{self.site}'", self.kind.unit, meaning.unit)
        if problem:
            self.linking.complain(node, problem, "write it in the unit of what it is for")
        if meaning.range.constant:
            outside = domain_problem(self.site, meaning.range.lower, self.kind.domain)
            if outside:
                self.linking.complain(node, outside + self.because)

    def _label(self, node: Expression, labels: tuple[str, ...]) -> Expression:
        if isinstance(node, Name) and is_bare(node):
            if node.root in labels:
                code = labels.index(node.root)
                return Label(node.root, code, start=node.start, end=node.end)
            return self.linking.refuse(node, *unknown_name("rule", node.root, labels)).node
        problem = f"'{self.site}' is a choice between rules, not a number"
        return self.linking.refuse(node, problem, f"write one of: {', '.join(labels)}").node

    def _leaf(self, node: Expression) -> Meaning | None:
        match node:
            case Interval():
                domain = self.kind.domain
                inside = node.low in domain and node.high in domain
                return self._interval(node, domain if inside else REAL)
            case Call() if node.function in LAWS:
                return self._law(node, None)
            case Word():
                return self._word(node)
            case Name() if self.leaning and is_bare(node):
                return self._misspelt(node)
        return None

    def _misspelt(self, node: Name) -> Meaning | None:
        """Note a word for a leaning that is misspelt; None for every other name."""
        vocabulary = self.linking.vocabulary
        known = (vocabulary.cells, vocabulary.forces, vocabulary.groups, vocabulary.stages)
        if any(node.root in names for names in known):
            return None
        word = nearest(node.root, ("sworn", *LEANINGS))
        if word is None or nearest(node.root, (word, *vocabulary.cells)) != word:
            return None
        problem = f"there is no unknown and no word for a leaning '{node.root}'"
        return self.linking.refuse(node, problem, f"did you mean '{word}'?")

    def _word(self, node: Word) -> Meaning:
        if not self.leaning:
            problem = f"'{node.word}' is a word for a leaning, and this is none"
            return self.linking.refuse(node, problem, "write a number or an interval")
        if node.word == "sworn":
            problem = "'sworn' cannot be part of an expression"
            return self.linking.refuse(node, problem, "write it alone, or write 'firm'")
        family, parameters, support = interval_law(*LEANINGS[node.word], REAL)
        return self._drawn(node, family, parameters, support)

    def _interval(self, node: Interval, domain: Domain) -> Meaning:
        try:
            family, parameters, support = interval_law(node.low, node.high, domain)
        except LawError as error:
            because = self.because if domain == self.kind.domain != REAL else ""
            return self.linking.refuse(node, error.problem + because, error.remedy)
        return self._drawn(node, family, parameters, support)

    def _law(self, node: Call, domain: Domain | None) -> Meaning:
        arguments = []
        for argument in node.arguments:
            value = literal(argument)
            if value is None:
                problem = f"the arguments of '{node.function}' are numbers, and this is none"
                remedy = "write a number, and put any other part of the expression beside the law"
                return self.linking.refuse(argument, problem, remedy)
            arguments.append(value)
        written = tuple(arguments)
        try:
            parameters, support = law_parameters(node.function, written)
        except LawError as error:
            return self.linking.refuse(node, error.problem, error.remedy)
        if domain is not None:
            instead = law_outside(node.function, written, support, domain)
            if instead is not None:
                text = law_text(node.function, written)
                problem = f"{text} leaves the domain of '{self.site}', which must be {domain}"
                problem += self.because
                return self.linking.refuse(node, problem, instead)
        return self._drawn(node, node.function, parameters, support)

    def _drawn(
        self, node: Expression, family: str, parameters: tuple[float, ...], support: Range
    ) -> Meaning:
        site = numbered(self.site, next(self.draws))
        drawn = Drawn(family, parameters, site, start=node.start, end=node.end)
        return Meaning(drawn, None, support)


def numbered(site: str, place: int) -> str:
    """Return the address of a draw by its place in a value, counted from 1.

    Examples
    --------
    >>> numbered("fog", 1), numbered("fog", 2)
    ('fog', 'fog#2')
    """
    return site if place == 1 else f"{site}#{place}"


def link_either(options: Sequence[tuple[Expression, float]], site: str) -> Either:
    """Return the weighted choice between linked values.

    Parameters
    ----------
    options : sequence of (Expression, float)
        Linked values and their weights, which must be above 0.
    site : str
        The address of the choice. The draws of the options get addresses after it, ``site#2`` and
        so on, so that what is chosen and what it is are drawn apart.

    Returns
    -------
    Either
        Its weights sum to one.

    Raises
    ------
    ValueError
        When there is no option or a weight is not above 0.

    Examples
    --------
    >>> choice = link_either([(Drawn("normal", (0.0, 1.0), "fog"), 3.0), (Number(1.0), 1.0)], "fog")
    >>> choice.weights, choice.options[0].site
    ((0.75, 0.25), 'fog#2')
    """
    total = sum(weight for _, weight in options)
    if not options or min(weight for _, weight in options) <= 0:
        raise ValueError("a choice needs options whose weights are above 0")
    places = count(2)
    return Either(
        tuple(_resited(option, site, places) for option, _ in options),
        tuple(weight / total for _, weight in options),
        site,
    )


def _resited(node: AnyNode, site: str, places: count[int]) -> AnyNode:
    changes: dict[str, Any] = {}
    if isinstance(node, Drawn | Either):
        changes["site"] = numbered(site, next(places))
    for item in fields(node):
        content = getattr(node, item.name)
        if isinstance(content, Node):
            changes[item.name] = _resited(content, site, places)
        elif isinstance(content, tuple) and content and isinstance(content[0], Node):
            changes[item.name] = tuple(_resited(part, site, places) for part in content)
    return replace(node, **changes) if changes else node
