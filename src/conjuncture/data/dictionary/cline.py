"""Which kinds of actors an event had, by the Cline Center."""

from __future__ import annotations

from conjuncture.data.dictionary.entries import YES_NO, Column
from conjuncture.data.dictionary.shared import CLINE

_NOT_MATCHED = 33
_ENDED = "Partly defined by how the event ended."


def _flag(name: str, meaning: str, caution: str = "") -> Column:
    return Column(
        name, "tag", CLINE, meaning, _NOT_MATCHED, YES_NO, hindsight=True, caution=caution
    )


CLINE_FLAGS = (
    _flag("military", "Whether active military took part."),
    _flag(
        "dissident",
        "Whether a small group of discontents did: former officers, former politicians and others.",
    ),
    _flag("rebel", "Whether organised armed rebels did."),
    _flag("palace", "Whether insiders of the regime did.", _ENDED),
    _flag("foreign", "Whether a foreign power did."),
    _flag("popular", "Whether it was a popular revolt.", _ENDED),
)
"""The columns; several may be yes of one event."""
