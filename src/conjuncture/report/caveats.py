"""What no result here can do; it stands in every report."""

from __future__ import annotations

NO_PROOF = (
    "A single case cannot confirm a model. That claims hold shows that the account agrees with "
    "itself under the mechanisms chosen, not that these mechanisms were at work."
)
NO_TRUTH = (
    "A verbatim quote shows where a value comes from, not that it is true. If the account is "
    "wrong, so is everything here."
)
BETS = (
    "Ranges are bets at nine to one by whoever wrote the scenario. Another historian would bet "
    "differently; that is why every value carries its reason, and why a verdict is about all the "
    "worlds that a range allows."
)
CHOICES = (
    "The choice of forces, of stages, and of what \u201cwithout\u201d somebody means shapes the "
    "answer. What is left out of the account is listed, so that a reader can judge it."
)
FOLLOWS = (
    "It says what follows from what the account says and how much hangs on numbers nobody knows. "
    "It predicts nothing."
)

CAVEATS = (NO_PROOF, NO_TRUTH, BETS, CHOICES, FOLLOWS)
"""Sentences for the section of caveats, one idea each."""
