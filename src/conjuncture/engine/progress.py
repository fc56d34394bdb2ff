"""Telling how far a run has come; faces show it, the engine only reports."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Someone who is told of work to come and of work done, in blocks times runs."""

    def expect(self, label: str, blocks: int) -> None:
        """Learn that ``blocks`` more are to be run, for what ``label`` says."""

    def advance(self, blocks: int) -> None:
        """Learn that ``blocks`` more are done."""


class Silent:
    """Tells nobody."""

    def expect(self, label: str, blocks: int) -> None:
        """Tell nobody."""

    def advance(self, blocks: int) -> None:
        """Tell nobody."""
