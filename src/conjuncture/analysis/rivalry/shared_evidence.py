"""What two accounts are held against: outcomes of stages, some of them coded with doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isclose, prod

from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.number_format import write_number, write_rounded
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.stage_graph import stage_order

MOST_CODINGS = 64
"""Each is a run of all histories under both accounts."""

Codings = Mapping[str, Mapping[str, float]]
"""Stage to outcome to the probability that this is what happened there."""

EXAMPLE = "cabinet = vetoed: 0.8, refused: 0.2"


@dataclass(frozen=True)
class SharedEvidence:
    """What happened, as far as one knows.

    Attributes
    ----------
    coded : mapping of str to mapping of str to float
        Stage to outcome to probability, in the order in which stages are passed; an outcome of
        which nobody doubts has probability 1.
    left_out : tuple of str
        Stages of which something was observed and that are no part of it.
    """

    coded: Codings
    left_out: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """What happened at each stage, in the words of the language."""
        return tuple(write_coding(stage, outcomes) for stage, outcomes in self.coded.items())

    def __str__(self) -> str:
        return ", ".join(self.parts)

    def codings(self, stages: int | None = None) -> Iterator[tuple[dict[str, str], float]]:
        """Yield every reading of the first so many stages, with its probability.

        Doubts about one stage say nothing about another: probabilities multiply.

        Examples
        --------
        >>> peace = {"signed": 0.8, "refused": 0.2}
        >>> doubtful = SharedEvidence({"war": {"won": 1.0}, "peace": peace})
        >>> [(*one.values(), weight) for one, weight in doubtful.codings()]
        [('won', 'signed', 0.8), ('won', 'refused', 0.2)]
        """
        chosen = list(self.coded.items())[:stages]
        for outcomes in product(*(options.items() for _, options in chosen)):
            reading = {stage: one for (stage, _), (one, _) in zip(chosen, outcomes, strict=True)}
            yield reading, prod(share for _, share in outcomes)


def write_coding(stage: str, outcomes: Mapping[str, float]) -> str:
    """Return what happened at a stage in the words of the language.

    Examples
    --------
    >>> write_coding("cabinet", {"vetoed": 1.0})
    'cabinet = vetoed'
    >>> write_coding("cabinet", {"vetoed": 0.8, "refused": 0.2})
    'cabinet = vetoed: 0.8, refused: 0.2'
    """
    if len(outcomes) == 1:
        return f"{stage} = {next(iter(outcomes))}"
    shares = (f"{name}: {write_number(share)}" for name, share in outcomes.items())
    return f"{stage} = " + ", ".join(shares)


def evidence_for(
    first: Crisis,
    second: Crisis,
    evidence: str | Mapping[str, str] | None = None,
    coding: Sequence[str] | Codings = (),
) -> SharedEvidence:
    """Return what two accounts are held against.

    Parameters
    ----------
    first, second : Crisis
    evidence : str or mapping of str to str, optional
        Stage to outcome, or as a text: ``"showdown = torres, cabinet = vetoed"``. What both say
        was observed if not given.
    coding : sequence of str, or mapping
        Stages of which one is not sure what happened: ``"cabinet = vetoed: 0.8, refused: 0.2"``.
        They take the place of what the evidence says of them, or are added to it.

    Raises
    ------
    UsageError
        When this is no evidence for both, with what to write instead.
    """
    doubtful = parse_codings(coding)
    left_out: tuple[str, ...] = ()
    if evidence is None:
        sure, left_out = outcomes_seen_by_both(first, second, doubtful)
    else:
        sure = parse_outcomes(evidence) if isinstance(evidence, str) else dict(evidence)
    coded: dict[str, Mapping[str, float]] = {stage: {one: 1.0} for stage, one in sure.items()}
    coded |= doubtful
    if not coded:
        raise UsageError(
            f"nothing was observed of a stage in both {quoted_name_of(first)} and "
            f"{quoted_name_of(second)}; say what they are held against, as in "
            f'--evidence "{example_evidence(first)}"'
        )
    for crisis, other in ((first, second), (second, first)):
        refuse_unknown_endings(coded, crisis, other)
    number = prod(len(outcomes) for outcomes in coded.values())
    if number > MOST_CODINGS:
        raise UsageError(
            f"the codings make {number} readings of the evidence, and at most {MOST_CODINGS} can "
            "be weighed; leave out the rarest outcomes, or a stage"
        )
    order = [stage for stage in stage_order(first.stages) if stage in coded]
    return SharedEvidence({stage: dict(coded[stage]) for stage in order}, left_out)


def quoted_name_of(crisis: Crisis) -> str:
    """Return an account's name as sentences have it."""
    return f"'{crisis.slug}'"


def example_evidence(crisis: Crisis) -> str:
    """Return evidence that one could write for a crisis."""
    stage = next(iter(crisis.stages))
    return f"{stage} = {crisis.vocabulary.stages[stage].outcomes[0]}"


def outcomes_seen_by_both(
    first: Crisis, second: Crisis, doubtful: Codings
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what both accounts say was observed, and the stages of which only one says so."""
    found = {}
    for stage, outcome in first.observed.items():
        if stage in doubtful or stage not in second.observed:
            continue
        if (other := second.observed[stage]) != outcome:
            raise UsageError(
                f"'{stage}' ended in '{outcome}' for {quoted_name_of(first)} and in '{other}' for "
                f"{quoted_name_of(second)}; say how sure each is, as in "
                f'--coding "{stage} = {outcome}: 0.5, {other}: 0.5"'
            )
        found[stage] = outcome
    either = dict.fromkeys((*first.observed, *second.observed))
    return found, tuple(one for one in either if one not in found and one not in doubtful)


def parse_outcomes(text: str) -> dict[str, str]:
    """Return stage to outcome as a text has them.

    Examples
    --------
    >>> parse_outcomes("showdown = torres, cabinet = vetoed")
    {'showdown': 'torres', 'cabinet': 'vetoed'}
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        stage, sign, outcome = (one.strip() for one in part.partition("="))
        if not (stage and sign and outcome) or ":" in part:
            raise UsageError(
                f"'{part.strip()}' is no outcome of a stage; write the evidence as "
                '"showdown = torres, cabinet = vetoed", and what is in doubt with '
                f'--coding "{EXAMPLE}"'
            )
        if stage in found:
            raise UsageError(f"the evidence names '{stage}' twice; write each stage once")
        found[stage] = outcome
    return found


def parse_codings(coding: Sequence[str] | Codings) -> dict[str, dict[str, float]]:
    """Return stage to outcome to probability as texts have them, and check that they add up."""
    found: dict[str, dict[str, float]] = {}
    if isinstance(coding, Mapping):
        found = {stage: dict(outcomes) for stage, outcomes in coding.items()}
    else:
        for text in coding:
            stage, outcomes = parse_coding(text)
            if stage in found:
                raise UsageError(f"two codings are of '{stage}'; write one with all its outcomes")
            found[stage] = outcomes
    for stage, outcomes in found.items():
        for outcome, share in outcomes.items():
            if not 0.0 < share <= 1.0:
                raise UsageError(
                    f"the coding of '{stage}' gives '{outcome}' the probability "
                    f"{write_number(share)}; write one above 0 and up to 1, and leave out what "
                    "cannot be"
                )
        total = sum(outcomes.values())
        if not isclose(total, 1.0, abs_tol=1e-6):
            raise UsageError(
                f"the probabilities of '{stage}' in its coding add up to "
                f"{write_rounded(total)}, not to 1; name every outcome that it may have been"
            )
    return found


def parse_coding(text: str) -> tuple[str, dict[str, float]]:
    """Return a stage and its outcomes with their probabilities.

    Examples
    --------
    >>> parse_coding("cabinet = vetoed: 0.8, refused: 0.2")
    ('cabinet', {'vetoed': 0.8, 'refused': 0.2})
    """
    stage, sign, rest = (one.strip() for one in text.partition("="))
    found: dict[str, float] = {}
    for part in rest.split(","):
        outcome, colon, share = (one.strip() for one in part.partition(":"))
        try:
            number = float(share)
        except ValueError:
            number = float("nan")
        if not (stage and sign and outcome and colon) or number != number:
            raise UsageError(f"'{text}' is no coding of what happened; write it as \"{EXAMPLE}\"")
        if outcome in found:
            raise UsageError(f"the coding '{text}' names '{outcome}' twice; write it once")
        found[outcome] = number
    return stage, found


def refuse_unknown_endings(coded: Codings, crisis: Crisis, other: Crisis) -> None:
    """Raise where a crisis has no such stage or outcome."""
    for stage, outcomes in coded.items():
        rest = [write_coding(name, options) for name, options in coded.items() if name != stage]
        if stage not in crisis.stages:
            problem, remedy = unknown_name("stage", stage, crisis.stages)
            if stage in other.stages:
                leaving_out = omission_remedy(stage, rest, example_evidence(crisis))
                remedy = f"{quoted_name_of(other)} has one; {leaving_out}"
            raise UsageError(f"evidence: {problem} in {quoted_name_of(crisis)}; {remedy}")
        known = crisis.vocabulary.stages[stage].outcomes
        for outcome in outcomes:
            if outcome not in known:
                problem, remedy = unknown_name("outcome", outcome, known)
                raise UsageError(
                    f"evidence: {problem} of '{stage}' in {quoted_name_of(crisis)}; {remedy}"
                )


def omission_remedy(stage: str, rest: Sequence[str], otherwise: str) -> str:
    """Return what to write where a stage can be no part of the evidence."""
    if not rest:
        return f"name other evidence than '{stage}', as in --evidence \"{otherwise}\""
    sure = ", ".join(one for one in rest if ":" not in one)
    doubtful = "".join(f' --coding "{one}"' for one in rest if ":" in one)
    written = (f' --evidence "{sure}"' if sure else "") + doubtful
    return f"leave it out:{written}"
