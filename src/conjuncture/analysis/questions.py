"""Questions: a linked query as runs to make and terms to count.

Every quantity becomes a ratio of means of terms. A term of a counterfactual is a product of
factors read from two runs of the same histories: the condition as things were, the event under
the intervention.

A necessity or sufficiency may hang on how the last draw of a stage goes in two runs. All that a
history had come to before a stage drew its outcome is known in either run, and so are the chances
from which it was drawn. Another coupling of that last draw alone could turn the outcome in more of
the histories, or in fewer; how many at least and at most follows from the chances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from conjuncture.analysis.linear_forms import exceedances_of
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.structure import structure_of
from conjuncture.engine.tallies import (
    Factor,
    FactorKind,
    Histogram,
    JointTerm,
    Overlap,
    Term,
    TermGroup,
    replace_chance,
)
from conjuncture.language.interventions import SetOutcome
from conjuncture.language.nodes import (
    And,
    Cell,
    Compare,
    Expression,
    Label,
    Measure,
    Outcome,
    Quantity,
    Reached,
    quantities_of,
    walk,
)
from conjuncture.language.quantities import Mean, Necessity, Probability, Quantile, Sufficiency
from conjuncture.scenario.crisis import Crisis

WAS, LEAST, MOST = range(3)
"""The places of a group's terms: the chance as things were, and both bounds of the joint chance."""


def last_draw_of(
    quantity: Necessity | Sufficiency, given: Expression | None, run: int, crisis: Crisis
) -> TermGroup | None:
    """Return the terms that bound a quantity over all couplings of a stage's last draw.

    Parameters
    ----------
    quantity : Necessity or Sufficiency
    given : Expression or None
        The condition, and what happened.
    run : int
        The place of the run under the intervention; things as they were are run 0.
    crisis : Crisis

    Returns
    -------
    TermGroup or None
        Of three terms, at :data:`WAS`, :data:`LEAST` and :data:`MOST`. None where the event is not
        how one stage ended that draws its outcome last and comes once, or where the condition
        hangs on that draw.
    """
    event = quantity.event
    match event:
        case Compare(operator="=", left=Outcome(stage=stage), right=Label()):
            pass
        case _:
            return None
    structure = structure_of(crisis)
    once = structure.comes_once(structure.stages.index(stage))
    if not (crisis.vocabulary.stages[stage].drawn and once):
        return None
    if given is not None and depends_on_draw(given, stage, crisis):
        return None
    condition = () if given is None else (Factor(0, given, "true"),)
    if isinstance(quantity, Sufficiency):
        first: FactorKind = "complement"
        ways: tuple[FactorKind, ...] = ("chance",)
    else:
        first = "chance"
        ways = ("complement", "undefined") if quantity.or_forestalled else ("complement",)
    was = Factor(0, event, first)
    imposed = tuple(Factor(run, event, way) for way in ways)
    return TermGroup(
        (
            (*condition, was),
            (*condition, Overlap(was, imposed, "least")),
            (*condition, Overlap(was, imposed, "most")),
        )
    )


def depends_on_draw(event: Expression, stage: str, crisis: Crisis) -> bool:
    """Return whether an event can hang on how a stage ended, as things were.

    What a stage measures before it draws its outcome does not, nor do stages from which histories
    go on to it and to which none comes back.
    """
    structure = structure_of(crisis)
    later = structure.descendants[stage]
    measures = crisis.vocabulary.stages[stage].measures
    for node, _ in walk(event):
        match node:
            case Cell(key=key) if key in structure.state_variables.changing_keys:
                return True
            case Outcome(stage=named) | Measure(stage=named) | Reached(stage=named) if (
                named in later
            ):
                return True
            case Outcome(stage=named) if named == stage:
                return True
            case Measure(stage=named, measure=measure) if named == stage:
                if measures[measure].of_outcome:
                    return True
    return False


class CouplingTerms(NamedTuple):
    """The terms of which bounds that hold for any coupling of the two runs are made.

    ``condition`` are the histories in the condition, ``imposed`` those among them that end as the
    quantity counts them when only the run under the intervention is looked at.
    """

    condition: int
    imposed: tuple[int, ...]


@dataclass(frozen=True)
class Ratio:
    """A quantity as a ratio of terms, by their place in the question's terms.

    ``extra`` are terms by name: ``undefined`` (histories in the condition in which the event is
    undefined) and ``forestalled``. ``coupling_terms_of`` is there for a necessity or sufficiency.
    """

    quantity: Quantity
    top: tuple[int, ...]
    bottom: int
    extra: dict[str, int] = field(default_factory=dict)
    coupling_terms: CouplingTerms | None = None


@dataclass(frozen=True)
class Question:
    """A query compiled against a list of runs.

    Attributes
    ----------
    asked : Expression
        Quantities, numbers and arithmetic, or a comparison of two such.
    runs : tuple of Run
        Things as they were first.
    terms : tuple of Term
        Factors refer to ``runs`` by place.
    ratios : dict of Quantity to Ratio
    histograms : dict of Quantity to (Factor, Term)
        For quantiles: the number and the condition.
    last_draw : TermGroup or None
        Of a single necessity or sufficiency, terms of which bounds over the last draw are made.
    """

    asked: Expression
    runs: tuple[Run, ...]
    terms: tuple[Term, ...]
    ratios: dict[Quantity, Ratio]
    histograms: dict[Quantity, tuple[Factor, Term]]
    last_draw: TermGroup | None = None

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Every distinct thing that is read of some run."""
        binned = [(value, *given) for value, given in self.histograms.values()]
        return tuple(dict.fromkeys(one for term in (*self.terms, *binned) for one in term))

    def as_drawn(self) -> Question:
        """Return the same question with every outcome counted as it was drawn, 0 or 1."""
        terms = tuple(tuple(replace_chance(one) for one in term) for term in self.terms)
        return replace(self, terms=terms, last_draw=None)

    def group(self, place: Sequence[int]) -> TermGroup:
        """Return the terms with runs renumbered: run r of the question is ``place[r]``."""
        return renumber_group(TermGroup(self.terms), place)

    def last_draw_group(self, place: Sequence[int]) -> TermGroup | None:
        """Return the terms of the last draw with runs renumbered, None where there are none."""
        return None if self.last_draw is None else renumber_group(self.last_draw, place)

    def histogram(
        self, quantity: Quantity, place: Sequence[int], low: float, high: float
    ) -> Histogram:
        """Return the bins of a quantile, with runs renumbered."""
        value, given = self.histograms[quantity]
        return Histogram(
            renumber_factor(value, place),
            tuple(renumber_factor(one, place) for one in given),
            low,
            high,
        )


def renumber_factor(factor: Factor, place: Sequence[int]) -> Factor:
    """Return a factor with its run renumbered."""
    return Factor(place[factor.run], factor.expression, factor.what)


def renumber_group(group: TermGroup, place: Sequence[int]) -> TermGroup:
    """Return terms with their runs renumbered."""

    def renumber_part(one: Factor | Overlap) -> Factor | Overlap:
        if isinstance(one, Factor):
            return renumber_factor(one, place)
        return Overlap(
            renumber_factor(one.first, place),
            tuple(renumber_factor(each, place) for each in one.second),
            one.end,
        )

    terms: tuple[JointTerm, ...] = tuple(tuple(map(renumber_part, term)) for term in group.terms)
    return TermGroup(terms)


class TermRegister:
    """The distinct terms and runs of a question while it is compiled."""

    def __init__(self) -> None:
        self.runs: dict[Run, int] = {AS_THINGS_WERE: 0}
        self.terms: dict[Term, int] = {}

    def run(self, interventions: Run) -> int:
        """Return the place of a run, adding it when it is new."""
        return self.runs.setdefault(interventions, len(self.runs))

    def add(self, *factors: tuple[int, Expression | None, FactorKind]) -> int:
        """Return the place of the product of some factors; a condition of None is left out."""
        term = tuple(Factor(run, what, how) for run, what, how in factors if what is not None)
        return self.terms.setdefault(term, len(self.terms))


def compile_question(
    asked: Expression, happened: Expression | None = None, crisis: Crisis | None = None
) -> Question:
    """Compile a linked query.

    Parameters
    ----------
    asked : Expression
    happened : Expression, optional
        What was observed, as one event: only histories in which it held count, as things were.
    crisis : Crisis, optional
        That of the query. With it, what bounds a single necessity or sufficiency over the last draw
        is counted too, where such bounds are defined.
    """
    terms = TermRegister()
    settled: FactorKind = "chance" if happened is None and asks_only_chances(asked) else "true"
    ratios: dict[Quantity, Ratio] = {}
    histograms: dict[Quantity, tuple[Factor, Term]] = {}
    last_draw: TermGroup | None = None
    quantities = quantities_of(asked)
    for quantity in quantities:
        given = join_events([part for part in (quantity.given, happened) if part is not None])
        run = terms.run(tuple(quantity.interventions))
        match quantity:
            case Probability(event=event):
                top = terms.add((0, given, "true"), (run, event, settled))
                missing = terms.add((0, given, "true"), (run, event, "undefined"))
                bottom = terms.add((0, given, "true"))
                ratios[quantity] = Ratio(quantity, (top,), bottom, {"undefined": missing})
            case Mean(expression=expression):
                top = terms.add(
                    (0, given, "true"), (run, expression, "defined"), (run, expression, "number")
                )
                bottom = terms.add((0, given, "true"), (run, expression, "defined"))
                ratios[quantity] = Ratio(quantity, (top,), bottom, {})
            case Quantile(expression=expression):
                bottom = terms.add((0, given, "true"), (run, expression, "defined"))
                ratios[quantity] = Ratio(quantity, (), bottom, {})
                histograms[quantity] = (
                    Factor(run, expression, "number"),
                    next(term for term, place in terms.terms.items() if place == bottom),
                )
                for beyond in exceedances_of(asked):
                    match beyond:
                        case Compare(left=Probability(event=event) as share):
                            top = terms.add(
                                (0, given, "true"),
                                (run, expression, "defined"),
                                (run, event, "true"),
                            )
                            ratios[share] = Ratio(share, (top,), bottom)
            case Necessity(event=event, or_forestalled=either):
                bottom = terms.add((0, given, "true"), (0, event, "true"))
                ways: tuple[FactorKind, ...] = ("false", "undefined")
                turned, gone = (
                    terms.add((0, given, "true"), (0, event, "true"), (run, event, way))
                    for way in ways
                )
                ratios[quantity] = Ratio(
                    quantity,
                    (turned, gone) if either else (turned,),
                    bottom,
                    {"forestalled": gone},
                    coupling_terms_of(terms, given, run, event, ways if either else ways[:1]),
                )
            case Sufficiency(event=event):
                bottom = terms.add((0, given, "true"), (0, event, "false"))
                top = terms.add((0, given, "true"), (0, event, "false"), (run, event, "true"))
                ratios[quantity] = Ratio(
                    quantity,
                    (top,),
                    bottom,
                    {},
                    coupling_terms_of(terms, given, run, event, ("true",)),
                )
        if crisis is not None and len(quantities) == 1:
            match quantity:
                case Necessity() | Sufficiency():
                    last_draw = last_draw_of(quantity, given, run, crisis)
    return Question(asked, tuple(terms.runs), tuple(terms.terms), ratios, histograms, last_draw)


def asks_only_chances(asked: Expression) -> bool:
    """Return whether all that is asked is how probable outcomes of one stage are, in any runs.

    Then a history may count by the chance with which it ended so: the expected value is the same,
    and sums and differences vary less, because what is averaged is one stage's luck, all else
    being as it is. Luck of several stages, or a condition, would have to be averaged jointly.
    """
    stages: set[Expression] = set()
    for quantity in quantities_of(asked):
        match quantity:
            case Probability(
                event=Compare(operator="=", left=Outcome() as stage, right=Label()), given=None
            ):
                stages.add(stage)
            case _:
                return False
    return len(stages) == 1


def coupling_terms_of(
    terms: TermRegister,
    given: Expression | None,
    run: int,
    event: Expression,
    ways: Sequence[FactorKind],
) -> CouplingTerms:
    """Return the terms that bound a necessity or sufficiency, whatever couples the two runs.

    ``ways`` is how the event may be under the intervention for a history to count.
    """
    imposed = tuple(terms.add((0, given, "true"), (run, event, way)) for way in ways)
    return CouplingTerms(terms.add((0, given, "true")), imposed)


def join_events(conditions: Iterable[Expression]) -> Expression | None:
    """Return several events as one, or None."""
    parts = list(conditions)
    return reduce(And, parts) if parts else None


def observed_event_of(crisis: Crisis, asked: Expression | None = None) -> Expression | None:
    """Return what was observed as one event, or None where nothing was.

    Parameters
    ----------
    crisis : Crisis
    asked : Expression, optional
        A query: what happened up to the last stage that it names. Few histories go as things went
        to the very end of a long crisis, and what came after a stage says little about it.
    """
    named = stages_named(asked) if asked is not None else frozenset()
    before = structure_of(crisis).stages_leading_to(named or crisis.stages)
    return join_events(
        Compare(
            "=",
            Outcome(stage),
            Label(label, crisis.vocabulary.stages[stage].outcomes.index(label)),
        )
        for stage, label in crisis.observed.items()
        if stage in before
    )


def stages_named(asked: Expression) -> frozenset[str]:
    """Return the stages that a linked query names."""
    return frozenset(
        node.stage
        for node, _ in walk(asked)
        if isinstance(node, Outcome | Measure | Reached | SetOutcome)
    )
