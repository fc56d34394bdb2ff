"""Which kinds of actors an event had, by the Cline Center."""

from __future__ import annotations

from conjuncture.data.dictionary.entries import YES_NO, Column
from conjuncture.data.dictionary.shared import CLINE

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
