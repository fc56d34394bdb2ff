"""Why it ended as it did: who made the difference, on what it hangs, where it tips."""

HISTORIES = 16
"""Histories of each world, where nobody asks for more: with 400 worlds 6,400 in all."""
