"""What comes out of a comparison with cases on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.reference_classes.in_words import comparison_in_words
from conjuncture.analysis.reference_classes.named_cases import NamedCase


@dataclass(frozen=True)
class ReferenceClass:
    """The cases on record that share some tags.

    Attributes
    ----------
    tags : mapping of str to str
        That they share, the most telling first; none for all cases.
    dropped : str
        The tag that the next narrower class has and this one does not; empty for the narrowest.
    successes, cases : int
    unknown : int
        Cases that may belong to it or not, since a tag of theirs is not known; they are left out.
    raw : float
        The share that succeeded; not a number where there is no case.
    rate : float
        The same, shrunk towards the wider classes.
    interval : pair of float
        90 % of what is known of that rate.
    pulled : float
        ``rate`` less ``raw``, as a share; not a number where there is no case.
    weight : float
        The share of the estimate that comes from its own cases.
    """

    tags: Mapping[str, str]
    dropped: str
    successes: int
    cases: int
    unknown: int
    raw: float
    rate: float
    interval: tuple[float, float]
    pulled: float
    weight: float


@dataclass(frozen=True)
class Comparison:
    """A scenario beside cases like it.

    Attributes
    ----------
    among : str
        The table of cases.
    tags : mapping of str to str
        What is stated of the case, the most telling first.
    bits : mapping of str to float
        How many bits each of these tags tells about success, in all cases.
    case : str
        The case itself, which is left out of every class; empty where the table does not have it.
    classes : tuple of ReferenceClass
        From the narrowest to all cases.
    strength : tuple of float
        How many cases' worth a class leans on the one above it: 5th, 50th and 95th percentile.
    nearest : tuple of NamedCase
    event : str
        What counts as success, as the scenario has it; empty where it does not say.
    own : Answer or None
        How probable that is in the scenario, before one knows how it ended.
    distance : float
        The logarithm of the scenario's odds less that of the class; not a number without ``own``.
    distance_interval : pair of float
        90 %, of worlds and of the rate of the class together.
    empty : str
        A sentence where no case has all tags, with the nearest class that has a case.
    caution : str
        What to beware of, in sentences.
    says : str
        The event in words, as a clause.
    """

    among: str
    tags: Mapping[str, str]
    bits: Mapping[str, float]
    case: str
    classes: tuple[ReferenceClass, ...]
    strength: tuple[float, float, float]
    nearest: tuple[NamedCase, ...]
    event: str
    own: Answer | None
    distance: float
    distance_interval: tuple[float, float]
    empty: str
    caution: str
    says: str = ""

    @property
    def clause(self) -> str:
        """The event in words, or as the language writes it where nobody says it in words."""
        return self.says or self.event

    @property
    def reference(self) -> ReferenceClass:
        """The narrowest class that has a case: the one that the scenario is held against."""
        return next((one for one in self.classes if one.cases), self.classes[-1])

    def sentences(self) -> list[str]:
        """Return what it comes to, in words."""
        return comparison_in_words(self)

    def __str__(self) -> str:
        return "\n".join(self.sentences())
