"""Somebody who wants the answer so far when some blocks are done."""

from __future__ import annotations


class BlockLimit:
    """Wants the answer so far when some blocks are done.

    Parameters
    ----------
    blocks : int
    """

    def __init__(self, blocks: int) -> None:
        self.left = blocks

    @property
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self.left <= 0

    def expect(self, label: str, blocks: int) -> None:
        """Expect nothing."""

    def advance(self, blocks: int) -> None:
        """Note that some blocks are done."""
        self.left -= blocks
