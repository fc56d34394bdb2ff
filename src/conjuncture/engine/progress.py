"""Telling how far a run has come; faces show it, the engine only reports."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Someone who is told of work to come and of work done, in blocks times runs."""

    @property
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted, and no more histories.

        Whoever counts looks here between portions of work, after at least one, and then returns
        what it has. Saving histories one by one has no answer so far and goes on.
        """

    def expect(self, label: str, blocks: int) -> None:
        """Learn that ``blocks`` more are to be run, for what ``label`` says."""

    def advance(self, blocks: int) -> None:
        """Learn that ``blocks`` more are done."""


class SilentProgress:
    """Tells nobody, and lets every run come to its end."""

    @property
    def is_stopped(self) -> bool:
        """Nobody wants the answer early."""
        return False

    def expect(self, label: str, blocks: int) -> None:
        """Tell nobody."""

    def advance(self, blocks: int) -> None:
        """Tell nobody."""
