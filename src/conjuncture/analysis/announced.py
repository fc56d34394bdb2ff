"""Work that is announced as a whole before its parts are done."""

from __future__ import annotations

from dataclasses import dataclass

from conjuncture.engine.progress import Progress


@dataclass(frozen=True)
class Subprogress:
    """Passes on what is done; what its parts expect was announced with the whole.

    Attributes
    ----------
    progress : Progress
        Who is told.
    label : str
        What the whole was announced as.
    """

    progress: Progress
    label: str

    @classmethod
    def announce(cls, progress: Progress, label: str, blocks: int) -> Subprogress:
        """Announce the whole, and return what its parts tell."""
        progress.expect(label, blocks)
        return cls(progress, label)

    @property
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self.progress.is_stopped

    def expect(self, label: str, blocks: int) -> None:
        """Tell nothing new: only that the whole goes on."""
        del label, blocks
        self.progress.expect(self.label, 0)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        self.progress.advance(blocks)
