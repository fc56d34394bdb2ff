"""What every result can do, however it is looked at: speak, show itself, be written down.

What it says is worded on the floor above this one and drawn on one still higher. Both are found by
name when somebody asks, so that computing a result loads neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


class Result:
    """A result that tells itself as text, in a notebook, as JSON and as a table."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(presentation().text_of(self))

    def _repr_html_(self) -> str:
        return str(presentation().html_of(self))

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``--json`` writes it, without the record of the run."""
        return dict(presentation().document_of(self))

    def to_frame(self) -> pandas.DataFrame:
        """Return its figures as a tidy table, a row each.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        return pandas.DataFrame(presentation().rows_of(self))


def presentation() -> Any:
    """Return the module that words results."""
    return import_module("conjuncture.presentation.results")
