"""Which part of the model each sentence of the account stands behind, and which stand nowhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from conjuncture.scenario.account import account_of
from conjuncture.scenario.crisis import (
    Backer,
    Claim,
    Crisis,
    DeclaredAttribute,
    Force,
    Number,
    Quote,
    Stage,
)

PartKind = Literal["force", "number", "stage", "effect", "claim", "like"]
PART_KINDS: tuple[PartKind, ...] = ("force", "number", "stage", "effect", "claim", "like")
"""The parts of a model; backers count as forces, declared attributes as numbers."""


class ModelPart(NamedTuple):
    """A part of the model that quotes the account: its kind, and what it is called."""

    kind: PartKind
    name: str


@dataclass(frozen=True, slots=True)
class SentenceCoverage:
    """A sentence of the account and what rests on it.

    Attributes
    ----------
    sentence : str
    paragraph : int
        Counted from 1, headings apart.
    parts : tuple of Part
        What quotes it, in the order of the kinds.
    why : str
        Why it is left out, where the scenario says so.
    """

    sentence: str
    paragraph: int
    parts: tuple[ModelPart, ...]
    why: str = ""

    @property
    def is_unplaced(self) -> bool:
        """Whether it has no place in the model and nobody says why."""
        return not self.parts and not self.why


def coverage_of(crisis: Crisis) -> tuple[SentenceCoverage, ...]:
    """Return the sentences of the account in order, each with what rests on it.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> nowhere = [found.sentence for found in coverage_of(crisis) if found.nowhere]
    >>> nowhere == list(crisis.uncovered)
    True
    """
    account = account_of(crisis)
    starts = [start for start, _ in account.paragraphs]
    parts: list[dict[ModelPart, None]] = [{} for _ in account.sentences]
    reasons: list[list[str]] = [[] for _ in account.sentences]
    for part, quote in quotations_of(crisis):
        for place in account.sentence_range_of(quote):
            parts[place][part] = None
    for left in crisis.omissions:
        for place in account.sentence_range_of(left.quote):
            reasons[place].append(left.why)
    return tuple(
        SentenceCoverage(one.text, bisect_right(starts, one.start), tuple(quoting), "; ".join(why))
        for one, quoting, why in zip(account.sentences, parts, reasons, strict=True)
    )


def quotations_of(crisis: Crisis) -> Iterator[tuple[ModelPart, Quote]]:
    """Yield every part of the model that quotes the account, with its quote."""
    quoting: tuple[tuple[PartKind, Mapping[str, _QuotingPart]], ...] = (
        ("force", crisis.forces),
        ("force", crisis.backers),
        ("number", crisis.attributes),
        ("number", crisis.numbers),
        ("stage", crisis.stages),
    )
    for kind, group in quoting:
        for key, part in group.items():
            if part.provenance.quote is not None:
                yield ModelPart(kind, key), part.provenance.quote
    for stage in crisis.stages.values():
        for place, effect in enumerate(stage.effects, start=1):
            if effect.provenance.quote is not None:
                yield ModelPart("effect", f"{place} of {stage.key}"), effect.provenance.quote
    for key, claim in crisis.claims.items():
        if claim.provenance.quote is not None:
            yield ModelPart("claim", key), claim.provenance.quote
    if crisis.like is not None and crisis.like.provenance.quote is not None:
        yield ModelPart("like", crisis.like.among), crisis.like.provenance.quote


_QuotingPart = Force | Backer | DeclaredAttribute | Number | Stage | Claim
