"""Which part of the model each sentence of the account stands behind, and which stand nowhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Literal, NamedTuple

from conjuncture.scenario.account import account_of
from conjuncture.scenario.crisis import Backer, Claim, Crisis, Declared, Force, Number, Quote, Stage

Kind = Literal["force", "number", "stage", "effect", "claim", "like"]
KINDS: tuple[Kind, ...] = ("force", "number", "stage", "effect", "claim", "like")
"""The parts of a model; backers count as forces, declared attributes as numbers."""


class Part(NamedTuple):
    """A part of the model that quotes the account: its kind, and what it is called."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Covered:
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
    parts: tuple[Part, ...]
    why: str = ""

    @property
    def nowhere(self) -> bool:
        """Whether it has no place in the model and nobody says why."""
        return not self.parts and not self.why


def coverage(crisis: Crisis) -> tuple[Covered, ...]:
    """Return the sentences of the account in order, each with what rests on it.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> nowhere = [found.sentence for found in coverage(crisis) if found.nowhere]
    >>> nowhere == list(crisis.uncovered)
    True
    """
    account = account_of(crisis)
    starts = [start for start, _ in account.paragraphs]
    parts: list[dict[Part, None]] = [{} for _ in account.sentences]
    reasons: list[list[str]] = [[] for _ in account.sentences]
    for part, quote in quotations(crisis):
        for place in account.touched(quote):
            parts[place][part] = None
    for left in crisis.omissions:
        for place in account.touched(left.quote):
            reasons[place].append(left.why)
    return tuple(
        Covered(one.text, bisect_right(starts, one.start), tuple(quoting), "; ".join(why))
        for one, quoting, why in zip(account.sentences, parts, reasons, strict=True)
    )


def quotations(crisis: Crisis) -> Iterator[tuple[Part, Quote]]:
    """Yield every part of the model that quotes the account, with its quote."""
    quoting: tuple[tuple[Kind, Lookup[str, _Quoting]], ...] = (
        ("force", crisis.forces),
        ("force", crisis.backers),
        ("number", crisis.attributes),
        ("number", crisis.numbers),
        ("stage", crisis.stages),
    )
    for kind, group in quoting:
        for key, part in group.items():
            if part.provenance.quote is not None:
                yield Part(kind, key), part.provenance.quote
    for stage in crisis.stages.values():
        for place, effect in enumerate(stage.effects, start=1):
            if effect.provenance.quote is not None:
                yield Part("effect", f"{place} of {stage.key}"), effect.provenance.quote
    for key, claim in crisis.claims.items():
        if claim.provenance.quote is not None:
            yield Part("claim", key), claim.provenance.quote
    if crisis.like is not None and crisis.like.provenance.quote is not None:
        yield Part("like", crisis.like.among), crisis.like.provenance.quote


_Quoting = Force | Backer | Declared | Number | Stage | Claim
