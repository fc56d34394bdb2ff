"""The dictionary of ``campaigns``: mass campaigns, nonviolent and violent, and how they ended."""

from __future__ import annotations

from conjuncture.data.dictionary.entries import YES_NO, Column, DataTable
from conjuncture.data.dictionary.shared import NAVCO

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
