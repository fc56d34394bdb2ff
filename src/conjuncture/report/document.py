"""Everything a report says, in order, and how it shows itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.result import Result
from conjuncture.presentation.documents import to_json_value
from conjuncture.presentation.sections import (
    AccountText,
    CitedWork,
    Drawing,
    ExplanationSections,
    Owner,
    QuotedPassage,
    Section,
    ShownClaim,
    StageEnds,
    Story,
    Strip,
    TextTable,
)
from conjuncture.report.renderers import as_html, as_markdown

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Report(Result):
    """Everything a report says, in order.

    Attributes
    ----------
    title, slug : str
        Of the crisis.
    summary : tuple of str
        Paragraphs in plain words.
    missing : tuple of str
        What an interrupted run left undone or could not be computed, each a sentence.
    account : AccountText
    unknowns, cast, stages : tuple of Owner
    defaults : Table or None
        Numbers of which the account says nothing.
    claims : tuple of ShownClaim
    evidence : tuple of str
        What the readings under evidence rest on.
    outcomes : Section
        How the crisis goes in the model.
    explained : tuple of ExplanationSections
    stories : tuple of Story
    drawings : tuple of Drawing
        Of the claims.
    caveats : tuple of str
    cited : tuple of CitedWork
    record : tuple of (str, str)
    comparison : Section or None
        Cases on record that are like this one, where the scenario says what kind of case it is.
    wrong : tuple of str
        What could not be computed, because a number went wrong; each stands under ``missing`` too.
    strips : tuple of Strip
        The claims' figure on the first screen.
    course : tuple of StageEnds
        The flow of outcomes where there is no room for its picture.
    """

    title: str
    slug: str
    summary: tuple[str, ...]
    missing: tuple[str, ...]
    account: AccountText
    unknowns: tuple[Owner, ...]
    cast: tuple[Owner, ...]
    stages: tuple[Owner, ...]
    defaults: TextTable | None
    claims: tuple[ShownClaim, ...]
    evidence: tuple[str, ...]
    outcomes: Section | None
    explained: tuple[ExplanationSections, ...]
    stories: tuple[Story, ...]
    drawings: tuple[Drawing, ...]
    caveats: tuple[str, ...]
    cited: tuple[CitedWork, ...]
    record: tuple[tuple[str, str], ...]
    comparison: Section | None = None
    wrong: tuple[str, ...] = ()
    strips: tuple[Strip, ...] = ()
    course: tuple[StageEnds, ...] = ()

    def __str__(self) -> str:
        return as_markdown(self, f"{self.slug}-report-figures")

    def _repr_html_(self) -> str:
        style = "width:100%;height:45em;border:0"
        return f'<iframe style="{style}" srcdoc="{escape(as_html(self))}"></iframe>'

    def to_dict(self) -> dict[str, Any]:
        """Return everything that it says as JSON knows it."""
        return dict(to_json_value(self))

    def to_frame(self) -> pandas.DataFrame:
        """Return how the claims stand as a table, a row a claim and reading.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        return pandas.DataFrame(
            {
                "claim": strip.anchor.removeprefix("claim-"),
                "says": strip.says,
                "reading": extent.name,
                "verdict": extent.word,
                "share_of_worlds": extent.share,
                "share_low": extent.low,
                "share_high": extent.high,
            }
            for strip in self.strips
            for extent in strip.extents
        )

    @property
    def omitted_passages(self) -> Sequence[QuotedPassage]:
        """Passages that are left out on purpose."""
        return [one for one in self.account.passages if one.kind == "omitted"]

    @property
    def uncovered_passages(self) -> Sequence[QuotedPassage]:
        """Sentences on which nothing rests, and nobody says why."""
        return [one for one in self.account.passages if one.kind == "nowhere"]

    @property
    def question(self) -> str:
        """What was asked, in a sentence or two: the first paragraph of the summary."""
        return self.summary[0] if self.summary else ""

    @property
    def answers(self) -> Sequence[str]:
        """What it came to: the rest of the summary."""
        return self.summary[1:]

    @property
    def readings(self) -> Sequence[str]:
        """The names of the readings that some claim has, in order."""
        return list(dict.fromkeys(one.name for claim in self.claims for one in claim.text.readings))

    @property
    def all_drawings(self) -> Sequence[Drawing]:
        """Every picture in the order in which it appears."""
        found = list(self.drawings)
        for section in filter(None, (self.outcomes, self.comparison)):
            found += section.drawings
        for explained in self.explained:
            found += [drawing for section in explained.sections for drawing in section.drawings]
        return found
