"""The standings as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conjuncture.data.dictionary import TAGS
from validation.backtest.standings import ContenderStanding, Result
from validation.backtest.trial import EvidenceSet
from validation.bootstrap import BootstrapEstimate

COLUMNS = (
    "may look at",
    "predictor",
    "log loss",
    "minus base rate's",
    "minus logistic's",
    "Brier score",
    "AUC",
)
HEAD = (f"| {' | '.join(COLUMNS)} |", "|" + " --- |" * len(COLUMNS))


def markdown(split: str, result: Result, what: str) -> str:
    """Return the standings of one split as a table under a line that says what was tested.

    Parameters
    ----------
    split : str
    result : Result
    what : str
        What the cases are, in the plural.
    """
    trial = result.trial
    told = (
        f"**{split[0].upper()}{split[1:]}**: {len(trial.success)} {what} tested, "
        f"{trial.success.sum():.0f} of them successes, {len(set(trial.country))} countries. "
        "Intervals: 90 %, bootstrap over countries."
    )
    return "\n".join((told, "", *HEAD, *(_line(one) for one in result.standings)))


def hindsight(table: str, evidence: Sequence[EvidenceSet]) -> str:
    """Return a sentence that names the tags which people coded who knew the outcome.

    Parameters
    ----------
    table : str
        Of :mod:`conjuncture.data`.
    evidence : sequence of EvidenceSet
        Whose tags are asked about.

    Examples
    --------
    >>> hindsight("campaigns", [EvidenceSet("both", ("aim", "method"))])
    'Coded by people who knew the outcome: `method`.'
    """
    used = dict.fromkeys(tag for one in evidence for tag in one.tags)
    named = ", ".join(f"`{tag}`" for tag in used if TAGS[table][tag].hindsight)
    return f"Coded by people who knew the outcome: {named}."


def _line(one: ContenderStanding) -> str:
    cells = (
        one.entry.evidence.name + (f"; **leakage**: {one.leakage}" if one.leakage else ""),
        one.entry.contender,
        _score(one.log_loss, 3),
        _difference(one.than_base) if one.than_base.low < one.than_base.high else "–",
        "–" if one.than_peer is None else _difference(one.than_peer),
        _score(one.brier, 3),
        _score(one.area, 2),
    )
    return f"| {' | '.join(cells)} |"


def _score(figure: BootstrapEstimate, decimals: int) -> str:
    # The columns fit on a page only where an interval is one word.
    return _short(figure.text(decimals)).replace(" to ", "–")


def _difference(figure: BootstrapEstimate) -> str:
    return re.sub(r"−(\.0+)(?!\d)", r"\1", _short(figure.text(3)))


def _short(text: str) -> str:
    return re.sub(r"(?<!\d)0\.", ".", text).replace("-", "−")
