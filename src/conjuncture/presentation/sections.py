"""What a report says, before it is written down in any form: plain texts, tables and pictures.

Nothing here is marked up. Every text may come from a scenario, so whoever writes it down
escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Link:
    """A place in the report that a text leads to; ``target`` is its anchor."""

    text: str
    target: str


@dataclass(frozen=True)
class Segment:
    """A stretch of the account on which the same passages lie.

    Attributes
    ----------
    text : str
    passages : tuple of int
        Numbers of the passages that it is part of, in order.
    starts, ends : tuple of int
        Passages that begin with it, and that end with it.
    weight : str
        ``emphasis``, ``strong`` or empty.
    kind : str
        ``rests`` where something in the model rests on it, ``omitted``, ``nowhere``, or empty.
    """

    text: str
    passages: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    weight: Literal["", "emphasis", "strong"] = ""
    kind: Literal["", "rests", "omitted", "nowhere"] = ""


@dataclass(frozen=True)
class AccountBlock:
    """A heading, a paragraph, an item of a list or a quotation of the account.

    ``level`` is that of a heading, from 1.
    """

    kind: Literal["heading", "paragraph", "item", "quotation"]
    segments: tuple[Segment, ...]
    level: int = 0


@dataclass(frozen=True)
class QuotedPassage:
    """A quoted passage of the account and what rests on it.

    Attributes
    ----------
    number : int
        From 1, in the order in which the account has them.
    text : str
    kind : str
        ``rests``, ``omitted`` (left out on purpose) or ``nowhere`` (nothing rests on it).
    rests : tuple of Link
        The forces, values, stages and claims that quote it.
    why : str
        Why it is left out.
    """

    number: int
    text: str
    kind: Literal["rests", "omitted", "nowhere"]
    rests: tuple[Link, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class AccountText:
    """The account with its passages."""

    blocks: tuple[AccountBlock, ...]
    passages: tuple[QuotedPassage, ...]


@dataclass(frozen=True)
class Origin:
    """Where something comes from: a passage of the account, a source, and why."""

    passage: Link | None = None
    source: Link | None = None
    note: str = ""


@dataclass(frozen=True)
class ShownValue:
    """A number of the scenario as a reader sees it.

    Attributes
    ----------
    anchor : str
    what : str
        For example ``leaning towards torres``.
    shown : str
        ``0.3 to 1.5``; of an expression, the middle nine tenths of the worlds.
    written : str
        The expression as the scenario has it; empty where ``shown`` is all it says.
    unit : str
    origin : Origin
    """

    anchor: str
    what: str
    shown: str
    written: str
    unit: str
    origin: Origin


@dataclass(frozen=True)
class Owner:
    """A force, a backer, a stage, or what they share, with its values.

    ``facts`` are sentences about it; ``effects`` say what a stage leaves behind.
    """

    anchor: str
    name: str
    kind: str
    origin: Origin
    values: tuple[ShownValue, ...]
    facts: tuple[str, ...] = ()
    effects: tuple[ShownValue, ...] = ()


@dataclass(frozen=True)
class HingeText:
    """An unknown on which a claim hangs.

    Attributes
    ----------
    full : str
        Its name, with a star where it is a constant of the model and not a fact of the crisis, and
        in how many of ten worlds the claim holds at its two ends.
    brief : str
        The same, from the lowest to the highest without words for these.
    is_constant : bool
    """

    full: str
    brief: str
    is_constant: bool


@dataclass(frozen=True)
class ReadingText:
    """A claim under one reading, in words.

    Attributes
    ----------
    name : str
        Of the reading.
    word : str
        The verdict; empty where there is none.
    share : str
        ``in about 5 of 10 worlds (39 to 54 %)``, or why it cannot be asked.
    hangs : tuple of HingeText
        On what it hangs most; none where nothing stands out.
    details : tuple of (str, str)
        What is told on request: a name and what stands beside it.
    """

    name: str
    word: str
    share: str
    hangs: tuple[HingeText, ...]
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClaimText:
    """A tested claim in words.

    Attributes
    ----------
    key, says, test : str
    readings : tuple of ReadingText
        The prior one first.
    remarks : tuple of str
        Sentences that must stand beside it.
    announced : str
        Whether what players do under its interventions is known to the others; empty where no
        intervention is on what somebody does.
    """

    key: str
    says: str
    test: str
    readings: tuple[ReadingText, ...]
    remarks: tuple[str, ...]
    announced: str

    @property
    def word(self) -> str:
        """The verdict before one knows how it ended; empty where there is none."""
        return self.readings[0].word


@dataclass(frozen=True)
class ShownClaim:
    """A claim in a report, and how it stands.

    ``sentence`` says how it stands, ``where`` in which worlds it holds, and ``see`` is the command
    that tells a pair of histories in which it holds, or fails.
    """

    number: int
    anchor: str
    text: ClaimText
    origin: Origin
    sentence: str
    where: str = ""
    see: str = ""


@dataclass(frozen=True)
class Extent:
    """A reading of a claim as the first screen draws it.

    Attributes
    ----------
    name : str
        Of the reading.
    word : str
    share, low, high : float
        The share of the worlds in which the claim holds, and its bounds; from 0 to 1.
    """

    name: str
    word: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Strip:
    """A claim in the figure on the first screen, one line of it; ``anchor`` leads to the claim."""

    number: int
    anchor: str
    says: str
    extents: tuple[Extent, ...]


@dataclass(frozen=True)
class EndShare:
    """How often a stage ends in a way: ``share`` of all histories, ``shown`` as it is written."""

    name: str
    share: float
    shown: str
    happened: bool


@dataclass(frozen=True)
class StageEnds:
    """A stage and how it ends; ``reached`` is the share of all histories, where not all come."""

    name: str
    ends: tuple[EndShare, ...]
    reached: str = ""


@dataclass(frozen=True)
class TextTable:
    """A table: ``rows`` of texts under ``headings``, the first of each row being its own heading.

    ``figures`` are the columns that hold numbers, counted from 0.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TreeLine:
    """A branch of a tree, or what is folded, which has no figures.

    Attributes
    ----------
    guides : str
        What leads to it from the branches above.
    outcome, then : str
        What it is, and what follows; empty where nothing does.
    figures : tuple of str
    told : str
        The figures in a sentence, to stand below.
    """

    guides: str
    outcome: str
    then: str = ""
    figures: tuple[str, ...] = ()
    told: str = ""

    @property
    def label(self) -> str:
        """What it is and what follows."""
        return f"{self.outcome} → {self.then}" if self.then else self.outcome


@dataclass(frozen=True)
class Tree:
    """A tree with figures: what it grows from, the heads of the figures, the branches."""

    name: str
    heads: tuple[str, ...]
    lines: tuple[TreeLine, ...]


@dataclass(frozen=True)
class Told:
    """Sentences of a history, a line each."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A line across the page, with what it says."""

    text: str


@dataclass(frozen=True)
class SideBySide:
    """Two texts that stand beside one another, under their heads."""

    heads: tuple[str, str]
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """A picture as the text of an SVG, ready to stand inside a page."""

    name: str
    title: str
    description: str
    svg: str


@dataclass(frozen=True)
class Section:
    """A part of an explanation: sentences, pictures, tables, and what is said in small letters."""

    anchor: str
    title: str
    asks: str
    sentences: tuple[str, ...]
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[TextTable, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExplanationSections:
    """Why an outcome: its sections, and the names of those that are missing.

    ``event`` is the outcome as a query writes it, ``says`` the same in words.
    """

    anchor: str
    event: str
    sentence: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Scene:
    """A stage of a told history: what both tell, then how the two go on apart."""

    heading: str
    shared: tuple[str, ...]
    was: tuple[str, ...] = ()
    would_be: tuple[str, ...] = ()
    parts: bool = False


@dataclass(frozen=True)
class Story:
    """A history in plain words, and beside it, where there is one, the same under a change."""

    anchor: str
    title: str
    why: tuple[str, ...]
    address: str
    heads: tuple[str, str]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class CitedWork:
    """A work: ``number`` is its place in the list, ``text`` the whole reference."""

    anchor: str
    key: str
    text: str
