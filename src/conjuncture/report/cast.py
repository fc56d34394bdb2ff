"""The cast and the course: forces, stages and what they share, each value with where it is from.

Every number is called by what it is, and whose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.clauses import event_in_words, outcome_in_words
from conjuncture.analysis.phrases import (
    number_in_words,
    possession_of,
    stage_heading,
    stage_in_words,
)
from conjuncture.analysis.plain_words import (
    capitalise,
    join_words,
    labels_of,
    names_of,
    plain_label,
)
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Either, Label, NumberLiteral, SyntaxNode, walk
from conjuncture.language.symbols import DIMENSIONLESS
from conjuncture.language.unparser import write
from conjuncture.number_format import MINUS, interval
from conjuncture.presentation.sections import (
    AccountText,
    Link,
    Origin,
    Owner,
    ShownValue,
    TextTable,
)
from conjuncture.scenario.crisis import Crisis, Effect, Number, Provenance, Stage


def name_and_owner_of(crisis: Crisis, key: str) -> tuple[str, str]:
    """Return what a number is and whose it is; nobody's is empty.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> name_and_owner_of(crisis, "evening.calls.reach.madrid")
    ('calls, reach, the Madrid garrison', 'Evening')
    >>> name_and_owner_of(crisis, "madrid.troops")
    ('troops', 'The Madrid garrison')
    """
    root, *parts = key.split(".")
    if root in crisis.stages:
        signals = crisis.vocabulary.signals
        names = {one: name for one, name in names_of(crisis).items() if one not in signals}
        return ", ".join(names.get(part, plain_label(part)) for part in parts), stage_heading(
            crisis, root
        )
    if root not in crisis.forces and root not in crisis.backers:
        return number_in_words(crisis, key), ""
    what, whose = possession_of(crisis, key)
    return what, capitalise(whose)


def full_name_of(crisis: Crisis, key: str) -> str:
    """Return a number as one name, its owner first.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("spain-1981").crisis
    >>> full_name_of(crisis, "madrid.troops"), full_name_of(crisis, "obedience")
    ('The Madrid garrison: troops', "the officers' obedience to the King")
    """
    what, whose = name_and_owner_of(crisis, key)
    return f"{whose}: {what}" if whose else what


PLAIN = re.compile(r"-?[\d.]+(?: to -?[\d.]+)?")
"""What a reader understands without being told what the worlds make of it."""

EFFECT_VERBS = {"set": "becomes", "shift": "shifts by", "clip": "becomes, within its bounds,"}
MIDDLE = (5.0, 95.0)


class ScenarioDescriber:
    """Turns the parts of a crisis into what a report says of them.

    Parameters
    ----------
    worlds : Worlds
        What an expression comes to is shown as the middle nine tenths of these.
    account : AccountText
        Its passages are what quotes link to.
    """

    def __init__(self, worlds: Worlds, account: AccountText) -> None:
        self.crisis = worlds.crisis
        self._names, self._labels = names_of(self.crisis), labels_of(self.crisis)
        self._table: Mapping[str, NDArray[np.float64]] = worlds.table
        self._passages = {
            link.target: passage.number for passage in account.passages for link in passage.rests
        }

    def origin(self, provenance: Provenance, target: str) -> Origin:
        """Return where the part of the model with an anchor comes from."""
        number = self._passages.get(target)
        return Origin(
            passage=None if number is None else Link(f"passage {number}", f"passage-{number}"),
            source=source_link(self.crisis, provenance.source),
            note=provenance.note,
        )

    def value(self, number: Number, what: str) -> ShownValue:
        """Return a number; ``what`` says which of its owner's it is."""
        written = number.written.replace("-", MINUS)
        shown = written if PLAIN.fullmatch(number.written) else self.range_in_worlds(number)
        anchor = f"value-{number.key}"
        return ShownValue(
            anchor=anchor,
            what=what,
            shown=shown,
            written="" if shown == written else number.written,
            unit="" if number.unit == DIMENSIONLESS else str(number.unit),
            origin=self.origin(number.provenance, anchor),
        )

    def range_in_worlds(self, number: Number) -> str:
        """Return the middle nine tenths of the worlds; of a choice between rules, the rules."""
        values = self._table[number.key]
        if has_labels(number.value) or not np.isfinite(values).all():
            return number.written
        low, high = np.percentile(values, MIDDLE)
        return interval(float(low), float(high))

    def stated_numbers(self, root: str) -> Iterator[Number]:
        """Yield the numbers of an owner that the scenario states; of no owner, with root empty."""
        for key, number in self.crisis.numbers.items():
            if number.stated and (key.split(".")[0] == root if root else "." not in key):
                yield number

    def unknowns(self) -> tuple[Owner, ...]:
        """Return what several values share, and the attributes that the scenario declares."""
        shared = tuple(
            self.value(one, capitalise(number_in_words(self.crisis, one.key)))
            for one in self.stated_numbers("")
        )
        found = []
        if shared:
            found.append(Owner("unknowns", "Shared unknowns", "", Origin(), shared))
        for key, declared in self.crisis.attributes.items():
            facts = [capitalise(declared.meaning)] if declared.meaning else []
            if declared.default:
                facts.append(f"{declared.default} where it is not stated.")
            anchor = f"attribute-{key}"
            origin = self.origin(declared.provenance, anchor)
            found.append(
                Owner(
                    anchor,
                    capitalise(plain_label(key)),
                    "attribute of this account",
                    origin,
                    (),
                    tuple(facts),
                )
            )
        return tuple(found)

    def cast(self) -> tuple[Owner, ...]:
        """Return the forces, then the backers."""
        groups = self.crisis.groups
        found = []
        for key, force in self.crisis.forces.items():
            within = [self._names[name] for name, members in groups.items() if key in members]
            facts = (f"Counted among: {join_words(within)}.",) if within else ()
            found.append(
                self._owner(
                    f"force-{key}",
                    key,
                    force.name,
                    plain_label(force.kind),
                    force.provenance,
                    facts,
                )
            )
        for key, backer in self.crisis.backers.items():
            facts = (f"Backs {self._labels[backer.camp]}.",)
            found.append(
                self._owner(f"force-{key}", key, backer.name, "backer", backer.provenance, facts)
            )
        return tuple(found)

    def stages(self) -> tuple[Owner, ...]:
        """Return the stages in the order of the file, each with what it leaves behind."""
        found = []
        for key, stage in self.crisis.stages.items():
            effects = tuple(
                value
                for place, effect in enumerate(stage.effects, start=1)
                for value in self._effect(key, place, effect)
            )
            heading = stage_heading(self.crisis, key)
            found.append(
                self._owner(
                    f"stage-{key}", key, heading, stage.mechanism, stage.provenance,
                    tuple(self._course(stage)), effects,
                )
            )  # fmt: skip
        return tuple(found)

    def _owner(
        self,
        anchor: str,
        key: str,
        name: str,
        kind: str,
        provenance: Provenance,
        facts: tuple[str, ...],
        effects: tuple[ShownValue, ...] = (),
    ) -> Owner:
        values = tuple(
            self.value(one, name_and_owner_of(self.crisis, one.key)[0])
            for one in self.stated_numbers(key)
        )
        return Owner(anchor, name, kind, self.origin(provenance, anchor), values, facts, effects)

    def _course(self, stage: Stage) -> Iterator[str]:
        """Yield how a stage can end and where that leads."""
        symbols = self.crisis.vocabulary.stages[stage.key]
        ways = []
        for outcome in symbols.outcomes:
            after = stage.next.get(outcome, "end")
            where = "the end" if after == "end" else stage_in_words(self.crisis, after)
            ways.append(f"{outcome_in_words(self.crisis, stage.key, outcome)} (then {where})")
        yield f"It can end so that {'; '.join(ways)}."
        if stage.visits > 1:
            yield f"Can be passed {stage.visits} times."
        if stage.key in self.crisis.observed:
            ended = outcome_in_words(self.crisis, stage.key, self.crisis.observed[stage.key])
            yield f"As it was: {ended}."

    def _effect(self, stage: str, place: int, effect: Effect) -> Iterator[ShownValue]:
        anchor = f"effect-{stage}-{place}"
        origin = self.origin(effect.provenance, anchor)
        condition = "always"
        if effect.when is not None:
            condition = f"when {event_in_words(self.crisis, effect.when)}"
        for count, change in enumerate(effect.changes):
            yield ShownValue(
                anchor=anchor if count == 0 else "",
                what=full_name_of(self.crisis, change.key),
                shown=f"{EFFECT_VERBS[change.how]} {change.written or write(change.value)}",
                written=condition,
                unit="",
                origin=origin if count == 0 else Origin(),
            )

    def defaults(self) -> TextTable | None:
        """Return the uncertain numbers that the scenario leaves at their documented defaults."""
        whose: dict[tuple[str, str], list[str]] = {}
        for key, number in self.crisis.numbers.items():
            if number.stated or isinstance(number.value, NumberLiteral):
                continue
            what, owner = name_and_owner_of(self.crisis, key)
            whose.setdefault((what, number.written), []).append(owner)
        rows = tuple(
            (
                capitalise(what),
                written,
                join_words(list(dict.fromkeys(filter(None, owners)))) or "all",
            )
            for (what, written), owners in whose.items()
        )
        caption = "Uncertain numbers of which the account says nothing: documented defaults"
        return TextTable(caption, ("number", "value", "of"), rows) if rows else None


def has_labels(value: SyntaxNode) -> bool:
    """Return whether a value is a rule, or a choice between rules."""
    return any(
        isinstance(node, Label)
        or (isinstance(node, Either) and any(isinstance(one, Label) for one in node.options))
        for node, _ in walk(value)
    )


def source_link(crisis: Crisis, key: str) -> Link | None:
    """Return the link to a reference of the scenario, in the words by which it is known there."""
    return Link(key, f"work-{key}") if key in crisis.references else None
