"""Two tellings of one history side by side, and where they part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from conjuncture.analysis.plain_words import plain_label


@dataclass(frozen=True)
class Episode:
    """A stage that a history passed, in sentences.

    Attributes
    ----------
    stage : str
    visit : int
        From 1.
    recurs : bool
        Whether the stage can be passed more than once.
    outcome : str
    imposed : bool
    lines : tuple of str
        Sentences in the order in which things happened, what effects moved last.
    of_itself : tuple of str
        The same without what the interventions of the comparison impose: where these are equal in
        both histories, and the outcomes too, nothing has followed from the interventions.
    heading : str
        How headings call the stage; the key as words where it is empty.
    """

    stage: str
    visit: int
    recurs: bool
    outcome: str
    imposed: bool
    lines: tuple[str, ...]
    of_itself: tuple[str, ...] = field(default=(), compare=False, repr=False)
    heading: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """The stage, and from the second time on which time it is: ``Demands (2)``."""
        name = self.heading or plain_label(self.stage)
        return name[:1].upper() + name[1:] + (f" ({self.visit})" if self.visit > 1 else "")


@dataclass(frozen=True)
class EpisodeRow:
    """What stands beside one another: the same stage, or the stages in which the two are by now.

    Attributes
    ----------
    left, right : Episode or None
        As it was, and under the interventions; both the same where nothing is compared.
    """

    left: Episode | None
    right: Episode | None

    @property
    def is_same_stage(self) -> bool:
        """Whether both are in the same stage, at the same visit."""
        return (
            self.left is not None
            and self.right is not None
            and (self.left.stage, self.left.visit) == (self.right.stage, self.right.visit)
        )

    @property
    def title(self) -> str:
        """The name of the stage, or of the two stages in which the histories are by now."""
        names = [one.name for one in (self.left, self.right) if one is not None]
        return " / ".join(dict.fromkeys(names))

    @property
    def shared_lines(self) -> tuple[str, ...]:
        """The lines that both tell, up to the first that differs."""
        if not (self.is_same_stage and self.left and self.right):
            return ()
        pairs = zip_longest(self.left.lines, self.right.lines)
        count = next((place for place, (one, other) in enumerate(pairs) if one != other), None)
        return self.left.lines[:count]

    @property
    def has_differences(self) -> bool:
        """Whether the two are told differently here."""
        return bool(self.lines_as_it_was or self.lines_under_do) or not self.is_same_stage

    @property
    def diverges(self) -> bool:
        """Whether they differ here in more than what is imposed."""
        if not (self.is_same_stage and self.left and self.right):
            return True
        ends = (self.left.outcome, self.right.outcome)
        return ends[0] != ends[1] or self.left.of_itself != self.right.of_itself

    @property
    def lines_as_it_was(self) -> tuple[str, ...]:
        """The lines of the history as it was from the first that differs on."""
        return self.left.lines[len(self.shared_lines) :] if self.left else ()

    @property
    def lines_under_do(self) -> tuple[str, ...]:
        """The lines of the history under the interventions from the first that differs on."""
        return self.right.lines[len(self.shared_lines) :] if self.right else ()


def rows_of(was: Sequence[Episode], would_be: Sequence[Episode] | None) -> tuple[EpisodeRow, ...]:
    """Return two histories side by side; the same stage stands beside itself where it can.

    Parameters
    ----------
    was : sequence of Episode
    would_be : sequence of Episode or None

    Examples
    --------
    >>> def passed(*stages):
    ...     return [Episode(stage, 1, False, "a", False, ("It ended.",)) for stage in stages]
    >>> rows = rows_of(passed("showdown", "pact", "end_game"), passed("showdown", "end_game"))
    >>> [row.title for row in rows], [row.diverges for row in rows]
    (['Showdown', 'Pact', 'End game'], [False, True, False])
    """
    if would_be is None:
        return tuple(EpisodeRow(one, one) for one in was)
    keys, other_keys = ([(one.stage, one.visit) for one in passed] for passed in (was, would_be))
    rows: list[EpisodeRow] = []
    matched = SequenceMatcher(None, keys, other_keys, autojunk=False)
    for _, low, high, other_low, other_high in matched.get_opcodes():
        pairs = zip_longest(was[low:high], would_be[other_low:other_high])
        rows += [EpisodeRow(one, other) for one, other in pairs]
    return tuple(rows)
