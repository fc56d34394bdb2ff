"""What every result can do, however it is looked at: speak, show itself, be written down.

What it says is worded on the floor above this one and drawn on one still higher. Those floors say
themselves how they are loaded; nothing is before somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas


Renderer = Literal["words", "pictures"]

_LOADERS: dict[Renderer, Callable[[], Any]] = {}


def set_renderer(name: Renderer, load: Callable[[], Any]) -> None:
    """Say how the module is loaded that words results, or the one that draws them."""
    _LOADERS[name] = load


def renderer_of(name: Renderer) -> Any:
    """Return the module that words results, or the one that draws them."""
    return _LOADERS[name]()


class Result:
    """A result that tells itself as text, in a notebook, as JSON and as a table."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(renderer_of("words").text_of(self))

    def _repr_html_(self) -> str:
        return str(renderer_of("words").html_of(self))

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``--json`` writes it, without the record of the run."""
        return dict(renderer_of("words").document_of(self))

    def to_frame(self) -> pandas.DataFrame:
        """Return its figures as a tidy table, a row each.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        return pandas.DataFrame(renderer_of("words").rows_of(self))
