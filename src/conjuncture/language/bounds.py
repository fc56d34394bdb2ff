"""How long, how deep and how large a text of the language may be."""

MAX_LENGTH = 2_000
"""Characters."""

MAX_DEPTH = 50
"""Levels of brackets, and levels of the tree; a long sum has few, however many its terms."""

MAX_NODES = 500
"""Numbers, names, operators and functions."""

LARGEST_NUMBER = 1e30
"""The largest number: well inside the single precision that histories are computed in."""

MAX_QUANTITIES = 16
"""Distinct ``P``, ``E``, ``Q``, ``necessity`` and ``sufficiency`` in one query."""

MAX_INTERVENTIONS = 7
"""Distinct ``do(...)`` in one query; all are run together, beside things as they were."""
