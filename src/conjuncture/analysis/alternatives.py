"""Alternatives: every claim tested again under each choice between models made otherwise.

One choice at a time is made otherwise, from the scenario as it is and on the same draws, so that
a verdict that changes does so because of the choice. Verdicts are those of the prior reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from conjuncture.analysis.modelling_choices import ModelChoice, OmittedOption, Variant, variants_of
from conjuncture.analysis.questions import Question, compile_question
from conjuncture.analysis.readings import CountedClaim, Tester, reading_of
from conjuncture.analysis.result import Result
from conjuncture.analysis.simulator import Simulator, Subprogress, batch_questions, stages_read
from conjuncture.analysis.verdicts import Reading, contradict
from conjuncture.errors import QueryError, SimulationError, UsageError
from conjuncture.language.interventions import SetCell
from conjuncture.language.nodes import Cell, NumberLiteral, cells_of, walk
from conjuncture.scenario.crisis import Claim

LABEL = "histories under alternatives"
NO_WORD = "no word"
OPEN = ("open", NO_WORD)
NOTHING_TO_TRY = (
    "There was nothing to try: no choice between models can be made otherwise in this scenario, so "
    "that this says nothing about how firm the verdicts are."
)


@dataclass(frozen=True)
class Alternative:
    """The claims under one alternative.

    Attributes
    ----------
    choice : ModelChoice or None
        None: as the scenario has it.
    words : mapping of str to str
        Claim to verdict.
    values : mapping of str to float
        Claim to what it compares.
    readings : mapping of str to Reading
        Claim to verdict and value with all that belongs to them.
    untouched : frozenset of str
        Claims about stages that the choice cannot reach: they stand as they are.
    """

    choice: ModelChoice | None
    words: Mapping[str, str]
    values: Mapping[str, float]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Alternatives(Result):
    """On which choices between models the verdicts hang.

    Attributes
    ----------
    claims : mapping of str to Claim
        Those that were tested, by their names.
    rows : tuple of Alternative
        As the scenario has it first.
    hangs : mapping of str to tuple of ModelChoice
        Claim to the choices under which its word contradicts that as the scenario has it.
    unsettled : mapping of str to tuple of ModelChoice
        Claim to those under which its word is another, and some share of worlds agrees with both.
    left_out : tuple of OmittedOption
        Options that could not be tried.
    asked : int
        How many alternatives there are; more than ``rows`` less one and less those left out where
        the run was stopped.
    """

    claims: Mapping[str, Claim]
    rows: tuple[Alternative, ...]
    hangs: Mapping[str, tuple[ModelChoice, ...]]
    unsettled: Mapping[str, tuple[ModelChoice, ...]] = field(default_factory=dict)
    left_out: tuple[OmittedOption, ...] = ()
    asked: int = 0

    @property
    def tried_count(self) -> int:
        """How many alternatives were tried."""
        return max(len(self.rows) - 1, 0)

    @property
    def is_stopped(self) -> bool:
        """Whether the user stopped the run before all alternatives were tried."""
        return self.tried_count < self.asked

    def changes(self, row: Alternative) -> dict[str, tuple[str, str]]:
        """Return the claims with another verdict than as the scenario has it: before, and then."""
        before = self.rows[0].words
        return {
            claim: (before[claim], word)
            for claim, word in row.words.items()
            if word != before[claim]
        }

    def sentences(self) -> list[str]:
        """Return what a reader should know, in plain sentences."""
        if not self.rows:
            return ["No alternative was tried."]
        if not self.tried_count:
            return [NOTHING_TO_TRY if not self.asked else "No alternative was tried."]
        number = f"{self.tried_count} alternative{'' if self.tried_count == 1 else 's'}"
        hanging = [claim for claim in self.claims if self.hangs[claim]]
        open_ones = [c for c in self.claims if self.unsettled[c] and not self.hangs[c]]
        firm = [
            claim
            for claim in self.claims
            if claim not in hanging and claim not in open_ones
            and self.rows[0].words[claim] not in OPEN
        ]  # fmt: skip
        found = [f"Each claim was tested under {number}, one choice made otherwise at a time."]
        for claim in hanging:
            choices = "; ".join(str(one) for one in self.hangs[claim])
            found.append(f"'{claim}' {self.rows[0].words[claim]} and would not under {choices}.")
        if open_ones:
            found.append(
                "Under some alternative the word is another that does not contradict the first: "
                f"{', '.join(open_ones)}."
            )
        if firm:
            found.append(f"The verdict is the same under all of them: {', '.join(firm)}.")
        return found


def try_alternatives(
    simulator: Simulator,
    claims: Sequence[Claim],
    *,
    tell: Callable[[Alternative, Alternative], None] | None = None,
) -> Alternatives:
    """Test claims as the scenario has it, and under each choice made otherwise.

    Parameters
    ----------
    simulator : Simulator
        Where its progress says that somebody wants the answer so far, alternatives that are not
        done by then are missing.
    claims : sequence of Claim
    tell : callable, optional
        Told of things as the scenario has them and of each alternative, as soon as it is done.

    Raises
    ------
    UsageError
        When there is no claim.
    """
    if not claims:
        raise UsageError("there is no claim to test; write one under 'claims:' in the scenario")
    found = variants_of(simulator.worlds.crisis)
    reached = [
        [claim for claim in claims if can_change(variant, claim)] for variant in found.variants
    ]
    keyed = {claim.key: claim for claim in claims}
    whole = sum(blocks_needed(simulator, some) for some in (claims, *reached))
    announced = Subprogress.announce(simulator.progress, LABEL, whole)
    base = prior_readings(simulator, announced, claims)
    if base is None:
        return Alternatives(keyed, (), {}, {}, tuple(found.left_out), len(found.variants))
    rows = [row_of(None, base)]
    left_out = list(found.left_out)
    failed = 0
    for variant, some in zip(found.variants, reached, strict=True):
        worlds = replace(
            simulator.worlds,
            crisis=variant.crisis,
            setting=(*simulator.worlds.setting, *variant.setting),
        )
        try:
            readings = prior_readings(replace(simulator, worlds=worlds), announced, some)
        except (SimulationError, QueryError) as error:
            left_out.append(OmittedOption(variant.choice, str(error)))
            failed += 1
            continue
        if readings is None:
            break
        rows.append(row_of(variant.choice, {**base, **readings}, readings))
        if tell is not None:
            tell(rows[0], rows[-1])
    return summarise_alternatives(keyed, rows, left_out, len(found.variants) - failed)


def can_change(variant: Variant, claim: Claim) -> bool:
    """Return whether a choice can change anything that a claim rests on.

    Draws have addresses: what passes before the stage of a choice is the same bit for bit.
    """
    question = compile_question(claim.test)
    read = stages_read(question.factors, variant.crisis)
    if read is None or read & variant.stages:
        return True
    numbers = any(isinstance(act.value, NumberLiteral) for act in variant.setting)
    return numbers and reads_numbers(question)


def reads_numbers(question: Question) -> bool:
    """Return whether a question, or an intervention in it, reads a number of the scenario."""
    in_factors = any(
        isinstance(node, Cell) for factor in question.factors for node, _ in walk(factor.expression)
    )
    in_runs = any(
        isinstance(act, SetCell) and cells_of(act.value) for run in question.runs for act in run
    )
    return in_factors or in_runs


def blocks_needed(simulator: Simulator, claims: Sequence[Claim]) -> int:
    """Return how many blocks testing some claims takes."""
    questions = [compile_question(claim.test) for claim in claims]
    runs = sum(len(part.runs) for part in batch_questions(questions, simulator.worlds.crisis))
    return runs * simulator.worlds.count * simulator.blocks


def prior_readings(
    simulator: Simulator, announced: Subprogress, claims: Sequence[Claim]
) -> dict[str, Reading] | None:
    """Return the prior reading of claims, None where the user stopped the run meanwhile."""
    if announced.is_stopped:
        return None
    questions = [compile_question(claim.test) for claim in claims]
    counted = replace(simulator, progress=announced).count(questions, LABEL) if claims else []
    if simulator.progress.is_stopped:
        return None
    tester = Tester.of(simulator)
    return {
        claim.key: reading_of(tester, CountedClaim(claim.test, one))
        for claim, one in zip(claims, counted, strict=True)
    }


def row_of(
    choice: ModelChoice | None,
    readings: Mapping[str, Reading],
    touched: Mapping[str, Reading] | None = None,
) -> Alternative:
    """Return the claims under a choice; those that it did not touch stand as they were."""
    return Alternative(
        choice=choice,
        words={key: one.verdict.word or NO_WORD for key, one in readings.items()},
        values={key: one.answer.value for key, one in readings.items()},
        readings=dict(readings),
        untouched=frozenset() if touched is None else frozenset(readings.keys() - touched.keys()),
    )


def summarise_alternatives(
    claims: Mapping[str, Claim],
    rows: Sequence[Alternative],
    left_out: Sequence[OmittedOption],
    asked: int,
) -> Alternatives:
    """Return on which choices each verdict hangs.

    Examples
    --------
    >>> claim = Claim("numbers", "They were more.", NumberLiteral(1.0), "1")
    >>> refusal = ModelChoice("showdown.strength", "strength in 'showdown'", "refusal")
    >>> rows = [Alternative(None, {"numbers": "holds"}, {"numbers": 0.7}),
    ...         Alternative(refusal, {"numbers": "depends"}, {"numbers": 0.5})]
    >>> summarise_alternatives({"numbers": claim}, rows, (), 1).hangs["numbers"] == (refusal,)
    True
    """
    before = rows[0].words

    def choices_that_change(key: str, *, contrary: bool) -> tuple[ModelChoice, ...]:
        return tuple(
            row.choice
            for row in rows[1:]
            if row.choice is not None
            and row.words[key] != before[key]
            and contrary == contradict(row.words[key], before[key])
        )

    return Alternatives(
        claims=claims,
        rows=tuple(rows),
        hangs={key: choices_that_change(key, contrary=True) for key in claims},
        unsettled={key: choices_that_change(key, contrary=False) for key in claims},
        left_out=tuple(left_out),
        asked=asked,
    )
