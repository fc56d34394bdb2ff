"""What comes out of a comparison with cases on record: numbers, sentences, rows of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.plain_words import join_words, plain_label
from conjuncture.analysis.reference_classes.recorded_cases import NamedCase
from conjuncture.analysis.result import Result
from conjuncture.data.dictionary import TAGS
from conjuncture.number_format import percent_in_text as percent
from conjuncture.number_format import percent_range, round_number

DISAGREEMENT = (
    "Disagreement is information, not an error: either the account knows something of this case "
    "that its tags do not tell, or the model leaves out what mattered in cases like it."
)
MADE = "Only attempts that were made are on record, so nothing here says how likely one was."
WAGED = "Only campaigns that grew large enough to be listed are on record."


def comparison_in_words(found: Comparison) -> list[str]:
    """Return what a comparison comes to.

    Parameters
    ----------
    found : Comparison
    """
    told = [found.empty] if found.empty else []
    told.append(class_in_words(found))
    if found.own is not None:
        told += [model_in_words(found), DISAGREEMENT]
    elif not found.event:
        told.append(
            "The scenario does not say which outcome counts as success among these cases, so there "
            "is nothing to hold against them."
        )
    return told


def class_in_words(found: Comparison) -> str:
    """Return how the cases of the class ended, and what is made of it."""
    one, cases = found.reference, count_in_words(found.among, found.reference.cases)
    if not one.cases:
        return f"No other case of the {found.among} has an outcome on record."
    told = (
        f"Of {cases}{tags_in_brackets(one.tags)}, {one.successes:,} succeeded: {percent(one.raw)}."
        if one.tags
        else f"Of all {cases}, {one.successes:,} succeeded: {percent(one.raw)}."
    )
    low, high = one.interval
    if one.tags:
        least, middle, most = map(round_number, found.strength)
        told += (
            f" Drawn towards the wider classes around it, the rate is {percent(one.rate)} "
            f"({percent_range(low, high)}); {percent(one.weight)} of that estimate comes from "
            f"the cases of this class, since a class leans on the wider one as on {middle} cases "
            f"({least} to {most})."
        )
    else:
        told += f" The rate behind that is {percent_range(low, high)}."
    if one.unknown:
        told += (
            f" Of {one.unknown:,} more a tag is not known: they may belong to it, and are left "
            "out, not counted as other."
        )
    if found.case:
        told += f" {found.case}, the case itself, is in no class."
    return told


def model_in_words(found: Comparison) -> str:
    """Return how probable success is in the scenario, and how far that is from the class."""
    own = found.own
    if own is None or not isfinite(own.value):
        return ""
    low, high = found.distance_interval
    told = (
        f"In the scenario, before one knows how it ended, it comes about that {found.clause} in "
        f"{percent(own.value)} of all histories ({percent_range(*own.interval)} in nine tenths "
        f"of the worlds). In log-odds that is {distance_in_words(found.distance)} the class "
        f"({log_odds_in_words(low)} to {log_odds_in_words(high)}, what is not known of either "
        "taken together)"
    )
    if low <= 0.0 <= high:
        return f"{told}: the two do not contradict one another."
    side = "likelier" if found.distance > 0.0 else "less likely"
    return f"{told}: the scenario makes success {side} than cases like it do."


def summary_in_words(found: Comparison) -> str:
    """Return a comparison in a line or two, for the end of a table of claims.

    Parameters
    ----------
    found : Comparison
    """
    one = found.reference
    cases = count_in_words(found.among, one.cases)
    kind = f"the {cases} most like it" if one.tags else f"all {cases} on record"
    told = f"Outside view: {percent(one.raw)} of {kind} succeeded"
    if found.own is not None and isfinite(found.distance):
        told += f", here {percent(found.own.value)}"
    return f"{told}."


def caution_on(among: str, tags: Mapping[str, str]) -> str:
    """Return what to beware of where cases are told apart by some tags.

    Parameters
    ----------
    among : str
    tags : mapping of str to str

    Examples
    --------
    >>> caution_on("attempts", {"region": "europe"})[:30]
    'Only attempts that were made a'
    """
    known = [plain_label(tag) for tag in tags if TAGS[among][tag].hindsight]
    selected = MADE if among == "attempts" else WAGED
    if not known:
        return selected
    coded = "the tag {} was" if len(known) == 1 else "the tags {} were"
    return (
        f"Caution: {coded.format(join_words(known))} coded by people who knew how each case ended. "
        "Part of what such tags seem to tell is hindsight, and nobody had them beforehand. "
        f"{selected}"
    )


def no_case_message(among: str, tags: Mapping[str, str], nearest: ReferenceClass) -> str:
    """Return that no case has all the tags, and which class is the nearest that has one."""
    left = [plain_label(tag) for tag in tags if tag not in nearest.tags]
    return (
        f"None of the {among} on record has all of these tags{tags_in_brackets(tags)}. The nearest "
        f"class that has any leaves out {join_words(left)}."
    )


def tags_in_brackets(tags: Mapping[str, str]) -> str:
    """Return tags in brackets.

    Examples
    --------
    >>> tags_in_brackets({"plotters": "elite", "outside_support": "yes"})
    ' (plotters elite, outside support yes)'
    """
    inside = ", ".join(f"{plain_label(tag)} {plain_label(option)}" for tag, option in tags.items())
    return f" ({inside})" if inside else ""


def count_in_words(among: str, count: int) -> str:
    """Return how many cases.

    Examples
    --------
    >>> count_in_words("attempts", 1), count_in_words("campaigns", 352)
    ('1 attempt', '352 campaigns')
    """
    return f"{count:,} {among.removesuffix('s') if count == 1 else among}"


def log_odds_in_words(value: float) -> str:
    """Return a difference of log-odds.

    Examples
    --------
    >>> log_odds_in_words(-0.52), log_odds_in_words(1.0), log_odds_in_words(0.01)
    ('\u22120.5', '+1.0', '0.0')
    """
    size = f"{abs(value):.1f}"
    if not isfinite(value) or float(size) == 0.0:
        return size if isfinite(value) else "\u2013"
    return ("+" if value > 0.0 else "\u2212") + size


def distance_in_words(value: float) -> str:
    """Return on which side of a class a scenario is, and how far.

    Examples
    --------
    >>> distance_in_words(-0.52), distance_in_words(0.3), distance_in_words(0.01)
    ('0.5 below', '0.3 above', 'level with')
    """
    size = f"{abs(value):.1f}"
    if float(size) == 0.0:
        return "level with"
    return f"{size} {'above' if value > 0.0 else 'below'}"


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
class Comparison(Result):
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
