"""How often cases of a kind succeeded: raw rates by class, as the data have them.

The data come with the package; no folder of data is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest

from conjuncture import data
from validation.bootstrap import BootstrapEstimate

LEVEL = 0.9

Tags = Mapping[str, str]

ATTEMPTS: Sequence[Tags] = (
    {},
    {"plotters": "combat"},
    {"plotters": "elite"},
    {"protest": "yes"},
    {"protest": "no"},
    {"outside_support": "yes"},
    {"outside_support": "no"},
    {"incumbent": "military"},
    {"incumbent": "civilian"},
    {"plotters": "combat", "protest": "no"},
    {"plotters": "elite", "protest": "no"},
    {"plotters": "elite", "protest": "yes"},
)
MILITARY_ATTEMPTS: Sequence[Tags] = ({}, {"plotters": "combat"}, {"plotters": "elite"})
CAMPAIGNS: Sequence[Tags] = (
    {},
    {"method": "nonviolent"},
    {"method": "violent"},
    {"method": "nonviolent", "defection": "yes"},
    {"method": "nonviolent", "defection": "no"},
    {"method": "violent", "defection": "yes"},
    {"method": "violent", "defection": "no"},
)


def rate(cases: pd.DataFrame, tags: Tags) -> tuple[BootstrapEstimate, int, int, int]:
    """Return how often the cases of a class succeeded, and the numbers behind it.

    Parameters
    ----------
    cases : DataFrame
        With ``success``, missing where a case has not ended; those are left out.
    tags : mapping
        The class: tag to option, or empty for all cases.

    Returns
    -------
    rate : Estimate
        With Wilson's 90 % interval [wilson1927]_, which a class of a few cases does not upset.
    successes, members : int
    unknown : int
        Cases that might belong: what is coded of them agrees, and something is not coded.

    Examples
    --------
    >>> cases = pd.DataFrame({"rank": ["high", "high", "low", None], "success": [1, 0, 0, 1]})
    >>> rate(cases, {"rank": "high"})[1:]
    (1, 2, 1)
    """
    over = cases[cases["success"].notna()]
    belongs = pd.Series(True, index=over.index)
    might = pd.Series(True, index=over.index)
    for tag, option in tags.items():
        same = over[tag].isin([option])
        belongs &= same
        might &= same | over[tag].isna()
    successes, members = int(over.loc[belongs, "success"].sum()), int(belongs.sum())
    test = binomtest(successes, members)
    low, high = test.proportion_ci(LEVEL, "wilson")
    return (
        BootstrapEstimate(successes / members, low, high),
        successes,
        members,
        int(might.sum()) - members,
    )


def table(_: Path) -> str:
    """Return the rates as Markdown."""
    parts = (
        ("attempts", data.attempts(), ATTEMPTS),
        ("military_attempts", data.military_attempts(), MILITARY_ATTEMPTS),
        ("campaigns", data.campaigns(), CAMPAIGNS),
    )
    lines = [
        "Rates with Wilson's 90 % interval.\n",
        "| table | class | succeeded | of | rate | not coded |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for among, cases, classes in parts:
        for tags in classes:
            share, successes, members, unknown = rate(cases, tags)
            named = ", ".join(f"`{tag}: {option}`" for tag, option in tags.items()) or "all"
            lines.append(
                f"| `{among}` | {named} | {successes} | {members} | {share.text(3)} | {unknown} |"
            )
    return "\n".join(lines)
