"""A pact in sentences: what each thought of its chances, what was on offer, and how it ended."""

from __future__ import annotations

from typing import cast

from conjuncture.mechanisms.pact.inputs import Stage
from conjuncture.mechanisms.registry import StageHistory, capitalise, join_words


def tell(record: StageHistory) -> list[str]:
    """Return what happened when a pact was sought, in sentences.

    Examples
    --------
    >>> from conjuncture.mechanisms.pact.inputs import Party
    >>> from conjuncture.scenario.stage_model import Cast
    >>> stage = Stage(parties={"winners": Party(), "losers": Party()})
    >>> measures = {"surplus": 0.2, "reneges": {"winners": "no", "losers": "no"}}
    >>> measures |= {"estimate": {"winners": 0.7, "losers": 0.4}}
    >>> measures |= {"shares": {"winners": 0.55, "losers": 0.3}}
    >>> record = StageHistory(stage, Cast(("winners", "losers")), {}, "agreed", False, measures)
    >>> for sentence in tell(record):
    ...     print(sentence)
    Winners reckoned with 70 chances in a hundred if they fought on, losers with 40.
    Both closed ranks: winners had 55 per cent of what was at stake, losers 30.
    """
    stage = cast("Stage", record.stage)
    names = {
        party: record.name(party) for party in stage.parties if record.knows("estimate", party)
    }
    if not names:
        return ["Nobody was there to make a pact."]
    chances = {party: f"{100 * record.number('estimate', party):.0f}" for party in names}
    (first, name), *others = names.items()
    opening = f"{name} reckoned with {chances[first]} chances in a hundred if they fought on"
    rest = "".join(f", {other} with {chances[party]}" for party, other in others)
    return [capitalise(text) for text in (f"{opening}{rest}.", _tell_ending(record, names))]


def _tell_ending(record: StageHistory, names: dict[str, str]) -> str:
    every = "both" if len(names) == 2 else "all"
    if record.imposed:
        made = {
            "agreed": f"{every} were made to close ranks",
            "refused": "a pact was refused",
            "untrusted": "a pact failed for want of trust",
        }
        return f"Whatever was on offer, {made[record.outcome]}."
    if record.outcome == "agreed":
        shares = [
            f"{name} {100 * record.number('shares', party):.0f}"
            for party, name in names.items()
            if record.knows("shares", party)
        ]
        first = shares[0].rsplit(" ", 1)
        rest = "".join(f", {share}" for share in shares[1:])
        return (
            f"{every} closed ranks: {first[0]} had {first[1]} per cent of what was at stake{rest}."
        )
    if record.outcome == "refused":
        if record.number("surplus") < 0.0:
            return "Fighting on promised them more than a pact could give, and it was refused."
        return "One of them was missing at the table, and there was no pact."
    doubtful = [name for party, name in names.items() if record.label("reneges", party) == "yes"]
    return f"A pact would have paid, but {join_words(doubtful)} could not be trusted to keep it."
