"""The data dictionary: what every column of every table means, where it comes from, its terms.

``attempts`` are coups 1950 to 2023, joined from five data sets, of which the Cline Center's says
which kinds of actors took part; ``military_attempts`` a list of its own, with its own outcomes;
``campaigns`` mass campaigns, nonviolent and violent, and how they ended. Some columns are tags, by
which cases are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from conjuncture.data.columns import (
    CAM,
    CLINE,
    COLPUS,
    NAVCO,
    PLOTTERS,
    POWELL_THYNE,
    RANK_IN_HINDSIGHT,
    REGIONS,
    REIGN,
    YES_NO,
    Column,
    DataSource,
    DataTable,
    Kind,
)
from conjuncture.errors import UsageError

__all__ = ["DICTIONARY", "Column", "DataSource", "DataTable", "Kind", "describe_table", "path"]


_NOT_MATCHED = 33
_ENDED_CAUTION = "Partly defined by how the event ended."


def _cline_flag(name: str, meaning: str, caution: str = "") -> Column:
    return Column(
        name, "tag", CLINE, meaning, _NOT_MATCHED, YES_NO, hindsight=True, caution=caution
    )


CLINE_FLAGS = (
    _cline_flag("military", "Whether active military took part."),
    _cline_flag(
        "dissident",
        "Whether a small group of discontents did: former officers, former politicians and others.",
    ),
    _cline_flag("rebel", "Whether organised armed rebels did."),
    _cline_flag("palace", "Whether insiders of the regime did.", _ENDED_CAUTION),
    _cline_flag("foreign", "Whether a foreign power did."),
    _cline_flag("popular", "Whether it was a popular revolt.", _ENDED_CAUTION),
)
"""The columns; several may be yes of one event."""


ATTEMPTS = DataTable(
    name="attempts",
    title="Attempts at a coup, 1950 to 2023: every one that Powell and Thyne count",
    rows=491,
    case="case",
    columns=(
        Column("case", "text", POWELL_THYNE, "Country and day of the attempt."),
        Column("country", "text", POWELL_THYNE, "The country, as the source names it."),
        Column(
            "ccode",
            "integer",
            POWELL_THYNE,
            "The country's number in the Correlates of War project.",
            caution="The Soviet Union has Russia's.",
        ),
        Column(
            "date",
            "date",
            POWELL_THYNE,
            "The day of the attempt.",
            caution="Niger 2023-06-26 stands as in the source; the coup was on 26 July.",
        ),
        Column("year", "integer", POWELL_THYNE, "The year of the attempt."),
        Column(
            "success",
            "outcome",
            POWELL_THYNE,
            "1 where the plotters held power for at least seven days, otherwise 0.",
            hindsight=True,
        ),
        Column(
            "plotters",
            "tag",
            CAM,
            "The rank of those who plotted.",
            missing=55,
            options=PLOTTERS,
            hindsight=True,
            caution=RANK_IN_HINDSIGHT,
        ),
        Column(
            "leader",
            "tag",
            COLPUS,
            "What the leader of the attempt was in the regime.",
            missing=208,
            options={
                "senior": "a senior official of the regime, of whatever military rank",
                "junior": "a junior officer who is no senior official",
                "other": "neither",
            },
            hindsight=True,
            caution="Coded mainly for attempts against autocracies.",
        ),
        Column(
            "aim",
            "tag",
            COLPUS,
            "What kind of attempt it was, by aim and target.",
            missing=91,
            options={
                "regime_change": "to bring down an autocratic regime",
                "reshuffling": "to replace the leader of an autocratic regime that stays",
                "against_democracy": "against a democracy",
                "against_provisional": "against a provisional government",
                "warlord": "by a warlord, where no state held",
                "non_military": "by others than the military",
            },
            hindsight=True,
            caution="Whether the regime was to change is read in part off what followed.",
        ),
        Column(
            "outside_support",
            "tag",
            COLPUS,
            "Whether anyone outside the military supported the attempt.",
            missing=206,
            options=YES_NO,
            hindsight=True,
            caution="Coded mainly for attempts against autocracies.",
        ),
        Column(
            "protest",
            "tag",
            COLPUS,
            "Whether protesters are named among those outside the military who supported it.",
            missing=206,
            options=YES_NO,
            hindsight=True,
            caution="Protest is more likely to be named where it won.",
        ),
        Column(
            "outsiders",
            "text",
            COLPUS,
            "Who outside the military supported the attempt, in the source's words.",
            missing=358,
            hindsight=True,
            caution="Empty also where nobody did.",
        ),
        Column(
            "incumbent",
            "tag",
            REIGN,
            "Whether the leader in office two days before had a military career.",
            missing=10,
            options={"military": "the leader had one", "civilian": "the leader had none"},
            caution="The list of leaders ends in August 2021.",
        ),
        Column(
            "tenure_months",
            "number",
            REIGN,
            "How long that leader had been in office.",
            missing=10,
            unit="months of 30.4375 days",
        ),
        Column(
            "region",
            "tag",
            CAM,
            "The part of the world; Ukraine, which the source lacks, is added to Europe.",
            options=REGIONS,
        ),
        Column(
            "prior_attempts",
            "integer",
            POWELL_THYNE,
            "How many attempts there had been in the country in the five years before.",
            missing=22,
            unit="attempts",
            caution="The list begins in 1950: not known before 1955.",
        ),
        Column(
            "prior",
            "tag",
            POWELL_THYNE,
            "The same in words.",
            missing=22,
            options={"none": "no attempt", "one": "one", "several": "two or more"},
        ),
        *CLINE_FLAGS,
    ),
    caution="Rank, support, aim and flags were coded by people who knew how the attempt ended. All "
    "of them together reach a log loss of .564 for attempts left out: a lower score is leakage, "
    "not skill. Only attempts that were made are here, not those that were thought better of.",
)
"""Coup attempts with the outcome of Powell and Thyne, and what other data sets say of each."""


SMALL, LARGE = 0.001, 0.01
"""Shares of the population at which a campaign is no longer small, and at which it is large."""

CAMPAIGNS = DataTable(
    name="campaigns",
    title="Mass campaigns against a government or an occupation, 1945 to 2013",
    rows=389,
    case="campaign",
    columns=(
        Column(
            "campaign",
            "text",
            NAVCO,
            "What the source calls it; where it calls several so, with place and year in brackets.",
        ),
        Column("location", "text", NAVCO, "Where it took place."),
        Column("start", "integer", NAVCO, "The year in which it began."),
        Column(
            "end",
            "integer",
            NAVCO,
            "The year in which it ended, or the last one observed.",
            hindsight=True,
        ),
        Column(
            "result",
            "outcome",
            NAVCO,
            "How it ended.",
            options={
                "success": "it reached its stated aim in full",
                "limited": "it won concessions short of its aim",
                "failure": "it did not reach its aim",
                "ongoing": "it had not ended when the list was closed",
            },
            hindsight=True,
        ),
        Column(
            "success",
            "outcome",
            NAVCO,
            "1 where it reached its aim, 0 where it ended otherwise.",
            missing=37,
            hindsight=True,
            caution="Empty for campaigns that had not ended; the source counts them as failures.",
        ),
        Column(
            "method",
            "tag",
            NAVCO,
            "By what means it was mainly fought.",
            options={"nonviolent": "", "violent": ""},
            hindsight=True,
            caution="One word for the whole campaign, however its means changed.",
        ),
        Column(
            "aim",
            "tag",
            NAVCO,
            "What it was for.",
            options={
                "regime_change": "another regime",
                "self_determination": "the end of foreign rule or occupation",
                "secession": "a state of its own",
                "other": "something else",
            },
        ),
        Column(
            "defection",
            "tag",
            NAVCO,
            "Whether security forces of the regime went over to it or refused orders.",
            options=YES_NO,
            hindsight=True,
            caution="Part of how it went: forces leave a regime that is about to lose.",
        ),
        Column(
            "repression",
            "tag",
            NAVCO,
            "Whether the regime used violence against it.",
            options=YES_NO,
            hindsight=True,
        ),
        Column(
            "foreign_support",
            "tag",
            NAVCO,
            "Whether it had support from a foreign state.",
            options=YES_NO,
            hindsight=True,
        ),
        Column(
            "regime_aid",
            "tag",
            NAVCO,
            "Whether the regime had aid from abroad.",
            options=YES_NO,
            hindsight=True,
        ),
        Column(
            "participation",
            "integer",
            NAVCO,
            "How many took part at its peak.",
            missing=9,
            unit="people",
            hindsight=True,
            caution="Estimates, rounded to thousands and more.",
        ),
        Column(
            "participation_share",
            "number",
            NAVCO,
            "The same as a share of the population.",
            missing=9,
            unit="fraction of the population (0.035 is 3.5 %)",
            hindsight=True,
            caution="The source has 0 where the number of people is not known; it is empty here.",
        ),
        Column(
            "size",
            "tag",
            NAVCO,
            "The same in words.",
            missing=9,
            options={
                "small": "less than 0.1 % of the population",
                "medium": "from 0.1 % to less than 1 %",
                "large": "1 % or more",
            },
            hindsight=True,
            caution="Known only afterwards; and a campaign may grow because it is winning.",
        ),
    ),
    caution="Everything but place, aim and beginning was coded by people who knew how the campaign "
    "ended, and over its whole course. Movements that never came to about a thousand people are "
    "not here.",
)
"""Campaigns with the outcome of Chenoweth and her co-authors."""


MILITARY_ATTEMPTS = DataTable(
    name="military_attempts",
    title="Attempts at a coup by the military, 1950 to 2017, all with the rank of the plotters",
    rows=477,
    case="case",
    columns=(
        Column("case", "text", CAM, "Country and day of the attempt."),
        Column("country", "text", CAM, "The country, as the source names it."),
        Column("ccode", "integer", CAM, "The country's number in the Correlates of War project."),
        Column("date", "date", CAM, "The day of the attempt."),
        Column("year", "integer", CAM, "The year of the attempt."),
        Column(
            "success",
            "outcome",
            CAM,
            "1 where the attempt succeeded, otherwise 0.",
            hindsight=True,
            caution="The list's own outcome; that of Powell and Thyne differs in 2.3 % of the "
            "attempts that both have.",
        ),
        Column(
            "plotters",
            "tag",
            CAM,
            "The rank of those who plotted.",
            options=PLOTTERS,
            hindsight=True,
            caution=RANK_IN_HINDSIGHT,
        ),
        Column("region", "tag", CAM, "The part of the world.", options=REGIONS),
    ),
    caution="Ranks were coded by people who knew how the attempt ended.",
)
"""Military attempts with the outcome of Albrecht, Koehler and Schutz."""


DICTIONARY: Mapping[str, DataTable] = MappingProxyType({
    table.name: table for table in (ATTEMPTS, MILITARY_ATTEMPTS, CAMPAIGNS)
})  # fmt: skip
"""The tables that come with the package, by name."""


def describe_table(name: str) -> DataTable:
    """Return what the dictionary says of a table.

    Parameters
    ----------
    name : str
        ``attempts``, ``military_attempts`` or ``campaigns``.

    Raises
    ------
    UsageError
        When there is no such table.

    Examples
    --------
    >>> describe_table("campaigns").rows
    389
    """
    if name not in DICTIONARY:
        raise UsageError(
            f"there is no table '{name}'; the tables are {', '.join(DICTIONARY)}: "
            "see 'conjuncture data list'"
        )
    return DICTIONARY[name]


def path(name: str) -> Any:
    """Return where the CSV file of a table lies.

    Parameters
    ----------
    name : str

    Returns
    -------
    importlib.resources.abc.Traversable

    Raises
    ------
    UsageError
        When there is no such table.

    Examples
    --------
    >>> path("attempts").name
    'attempts.csv'
    """
    return files("conjuncture.data").joinpath(f"{describe_table(name).name}.csv")


@dataclass(frozen=True, slots=True)
class Tag:
    """A column of which every cell is one of a few words, or empty.

    Attributes
    ----------
    name : str
        The name of the column.
    options : tuple of str
        The words, as they stand in the cells.
    meaning : str
        What it says of a case.
    hindsight : bool
        Whether it was coded by people who knew how the case ended, or follows from that.
    """

    name: str
    options: tuple[str, ...]
    meaning: str
    hindsight: bool


TAGS: Mapping[str, Mapping[str, Tag]] = MappingProxyType({
    name: MappingProxyType({
        column.name: Tag(column.name, tuple(column.options), column.meaning, column.hindsight)
        for column in table.columns
        if column.kind == "tag"
    })
    for name, table in DICTIONARY.items()
})  # fmt: skip
"""The tags of each table, by the table's name and the tag's.

Examples
--------
>>> TAGS["attempts"]["plotters"].options, TAGS["attempts"]["plotters"].hindsight
(('combat', 'elite'), True)
"""
