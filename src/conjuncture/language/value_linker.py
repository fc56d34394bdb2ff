"""Linking values: the draws that stand in them, and whether they fit the cell they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from conjuncture.language.distributions import (
    DISTRIBUTIONS,
    LEANINGS,
    DistributionError,
    distribution_of_interval,
    distribution_parameters,
    suggest_distribution,
    write_distribution,
)
from conjuncture.language.expression_linker import resolve_number
from conjuncture.language.name_resolution import LinkContext, LinkedNode, domain_problem, is_bare
from conjuncture.language.names import find_nearest_name, unknown_name
from conjuncture.language.nodes import (
    AnyNode,
    Call,
    Either,
    Expression,
    Interval,
    Label,
    Name,
    NumberLiteral,
    RandomDraw,
    Word,
    literal_value,
    map_children,
)
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import REAL, Domain, Kind
from conjuncture.language.units import unit_problem


class ValueLinker:
    """The linking of one value: where its draws get their addresses and their laws.

    Parameters
    ----------
    context : LinkContext
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
        self, context: LinkContext, kind: Kind, site: str, *, leaning: bool, because: str = ""
    ) -> None:
        self.context = context
        self.kind = kind
        self.site = site
        self.leaning = leaning
        self.because = f" (it is put into '{because}')" if because else ""
        self.draws = count(1)
        context.leaf = self._resolve_leaf

    def link(self, node: Expression) -> Expression:
        """Return the linked value; problems are noted."""
        if self.kind.labels is not None:
            return self._resolve_label(node, self.kind.labels)
        match node:
            case Word(word="sworn") if self.leaning:
                return NumberLiteral(float("inf"), start=node.start, end=node.end)
            case Interval():
                return self._resolve_interval(node, self.kind.domain).node
            case Call() if node.function in DISTRIBUTIONS:
                return self._resolve_distribution(node, self.kind.domain).node
        meaning = resolve_number(node, self.context)
        if not meaning.wrong:
            self._check(node, meaning)
        return meaning.node

    def _check(self, node: Expression, meaning: LinkedNode) -> None:
        problem = unit_problem(f"'{self.site}'", self.kind.unit, meaning.unit)
        if problem:
            self.context.complain(node, problem, "write it in the unit of what it is for")
        if meaning.range.is_constant:
            outside = domain_problem(self.site, meaning.range.lower, self.kind.domain)
            if outside:
                self.context.complain(node, outside + self.because)

    def _resolve_label(self, node: Expression, labels: tuple[str, ...]) -> Expression:
        if isinstance(node, Name) and is_bare(node):
            if node.root in labels:
                code = labels.index(node.root)
                return Label(node.root, code, start=node.start, end=node.end)
            return self.context.refuse(node, *unknown_name("rule", node.root, labels)).node
        problem = f"'{self.site}' is a choice between rules, not a number"
        return self.context.refuse(node, problem, f"write one of: {', '.join(labels)}").node

    def _resolve_leaf(self, node: Expression) -> LinkedNode | None:
        match node:
            case Interval():
                domain = self.kind.domain
                inside = node.low in domain and node.high in domain
                return self._resolve_interval(node, domain if inside else REAL)
            case Call() if node.function in DISTRIBUTIONS:
                return self._resolve_distribution(node, None)
            case Word():
                return self._resolve_word(node)
            case Name() if self.leaning and is_bare(node):
                return self._refuse_misspelt(node)
        return None

    def _refuse_misspelt(self, node: Name) -> LinkedNode | None:
        """Note a word for a leaning that is misspelt; None for every other name."""
        vocabulary = self.context.vocabulary
        known = (vocabulary.cells, vocabulary.forces, vocabulary.groups, vocabulary.stages)
        if any(node.root in names for names in known):
            return None
        word = find_nearest_name(node.root, ("sworn", *LEANINGS))
        if word is None or find_nearest_name(node.root, (word, *vocabulary.cells)) != word:
            return None
        problem = f"there is no unknown and no word for a leaning '{node.root}'"
        return self.context.refuse(node, problem, f"did you mean '{word}'?")

    def _resolve_word(self, node: Word) -> LinkedNode:
        if not self.leaning:
            problem = f"'{node.word}' is a word for a leaning, and this is none"
            return self.context.refuse(node, problem, "write a number or an interval")
        if node.word == "sworn":
            problem = "'sworn' cannot be part of an expression"
            return self.context.refuse(node, problem, "write it alone, or write 'firm'")
        family, parameters, support = distribution_of_interval(*LEANINGS[node.word], REAL)
        return self._add_draw(node, family, parameters, support)

    def _resolve_interval(self, node: Interval, domain: Domain) -> LinkedNode:
        try:
            family, parameters, support = distribution_of_interval(node.low, node.high, domain)
        except DistributionError as error:
            because = self.because if domain == self.kind.domain != REAL else ""
            return self.context.refuse(node, error.problem + because, error.remedy)
        return self._add_draw(node, family, parameters, support)

    def _resolve_distribution(self, node: Call, domain: Domain | None) -> LinkedNode:
        arguments = []
        for argument in node.arguments:
            value = literal_value(argument)
            if value is None:
                problem = f"the arguments of '{node.function}' are numbers, and this is none"
                remedy = "write a number, and put any other part of the expression beside the law"
                return self.context.refuse(argument, problem, remedy)
            arguments.append(value)
        written = tuple(arguments)
        try:
            parameters, support = distribution_parameters(node.function, written)
        except DistributionError as error:
            return self.context.refuse(node, error.problem, error.remedy)
        if domain is not None:
            instead = suggest_distribution(node.function, written, support, domain)
            if instead is not None:
                text = write_distribution(node.function, written)
                problem = f"{text} leaves the domain of '{self.site}', which must be {domain}"
                problem += self.because
                return self.context.refuse(node, problem, instead)
        return self._add_draw(node, node.function, parameters, support)

    def _add_draw(
        self, node: Expression, family: str, parameters: tuple[float, ...], support: Range
    ) -> LinkedNode:
        site = address_of_draw(self.site, next(self.draws))
        drawn = RandomDraw(family, parameters, site, start=node.start, end=node.end)
        return LinkedNode(drawn, None, support)


def address_of_draw(site: str, place: int) -> str:
    """Return the address of a draw by its place in a value, counted from 1.

    Examples
    --------
    >>> address_of_draw("fog", 1), address_of_draw("fog", 2)
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
    >>> drawn = RandomDraw("normal", (0.0, 1.0), "fog")
    >>> choice = link_either([(drawn, 3.0), (NumberLiteral(1.0), 1.0)], "fog")
    >>> choice.weights, choice.options[0].site
    ((0.75, 0.25), 'fog#2')
    """
    total = sum(weight for _, weight in options)
    if not options or min(weight for _, weight in options) <= 0:
        raise ValueError("a choice needs options whose weights are above 0")
    places = count(2)
    return Either(
        tuple(_renumber_draws(option, site, places) for option, _ in options),
        tuple(weight / total for _, weight in options),
        site,
    )


def _renumber_draws(node: AnyNode, site: str, places: count[int]) -> AnyNode:
    if isinstance(node, RandomDraw | Either):
        node = replace(node, site=address_of_draw(site, next(places)))
    return map_children(node, lambda part: _renumber_draws(part, site, places))
