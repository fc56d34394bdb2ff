"""A claim that was tested, with its readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.observed import DecidedPart
from conjuncture.analysis.verdicts import Verdict, Word
from conjuncture.engine.evidence import Likelihood
from conjuncture.language.nodes import Aside, Plays, Sides
from conjuncture.language.walk import walk
from conjuncture.scenario.crisis import Claim

Announcement = Literal["announced", "secret", "mixed", ""]


@dataclass(frozen=True)
class Reading:
    """A claim under one reading of the evidence.

    Attributes
    ----------
    verdict : Verdict
    answer : Answer
        Of the quantity that the claim compares with a number, or of the difference of the two
        sides.
    coupling_matters : bool
        Whether another coupling of luck, within the bounds of the last draw, contradicts the word.
    decided : Decided or None
        Of the reading *as it happened*: the part of the claim that the evidence decides, so that
        it is answered with fresh luck in the worlds weighed by what happened.
    evidence : Likelihood or None
        How probable each world makes what was observed.
    screened : int
        How many worlds were run as things were to find those in which it could go as observed; 0
        where those asked for were enough.
    """

    verdict: Verdict
    answer: Answer
    coupling_matters: bool = False
    decided: DecidedPart | None = None
    evidence: Likelihood | None = None
    screened: int = 0

    @property
    def fresh_luck(self) -> bool:
        """Whether it is answered with fresh luck, because what happened decides the claim."""
        return self.decided is not None


@dataclass(frozen=True, repr=False)
class ClaimResult:
    """A tested claim.

    Attributes
    ----------
    claim : Claim
    prior : Reading
    as_it_happened : Reading or None
        None where the scenario states nothing observed.
    rerun : Reading or None
        On request: fresh histories in worlds weighed by all that happened.
    placebo : Verdict or None
        The verdict in worlds that do not know what the account says; None where it would tell
        nothing because the claim neither holds nor fails.
    posterior : Posterior or None
        The worlds of the re-run, where they were found by sequential Monte Carlo.
    """

    claim: Claim
    prior: Reading
    as_it_happened: Reading | None = None
    rerun: Reading | None = None
    placebo: Verdict | None = None
    posterior: Posterior | None = None

    @property
    def word(self) -> Word | None:
        """The word before one knows how it ended."""
        return self.prior.verdict.word

    @property
    def foregone(self) -> bool:
        """Whether the verdict follows from the shape of the model, not from the account."""
        return (
            self.placebo is not None
            and self.word in ("holds", "fails")
            and self.word == self.placebo.word
        )

    @property
    def announcement(self) -> Announcement:
        """Whether what players do under the claim's interventions is known to the others.

        Empty where no intervention is on what somebody does.
        """
        acts = [one for one, _ in walk(self.claim.test) if isinstance(one, Aside | Sides | Plays)]
        if not acts:
            return ""
        kept = {one.secretly for one in acts}
        return "mixed" if len(kept) > 1 else ("secret" if kept == {True} else "announced")

    def __repr__(self) -> str:
        return f"ClaimResult({self.claim.key!r}, {self.word or 'no word'!r})"


@dataclass(frozen=True)
class FailedClaim:
    """A claim that could not be tested, and why: a number went wrong in one of its runs."""

    claim: Claim
    problem: str

    def __str__(self) -> str:
        place = self.claim.place
        where = f" ({place.file}:{place.line})" if place else ""
        return f"claim '{self.claim.key}'{where}: {self.problem}"
