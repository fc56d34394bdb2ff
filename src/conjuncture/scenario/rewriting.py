"""Text that was rewritten step by step, and where each of its characters comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Edit = tuple[int, int, str]
"""Characters ``start`` up to ``end`` and what stands in their place."""


class EditedText:
    """A text with a way back to the text that it was made from.

    Examples
    --------
    >>> text = EditedText.of("a &amp; b").apply_edits([(2, 7, "&")])
    >>> text.text, text.span(2, 5)
    ('a & b', (2, 9))
    """

    def __init__(self, text: str, before: EditedText | None, runs: list[tuple[int, int, int]]):
        self.text = text
        self.before = before
        self._runs = runs
        self._starts = [run[0] for run in runs]

    @classmethod
    def of(cls, text: str) -> EditedText:
        """Return a text as it is."""
        return cls(text, None, [])

    def apply_edits(self, edits: Iterable[Edit]) -> EditedText:
        """Return the text after edits that stand in order and do not overlap."""
        pieces: list[str] = []
        runs: list[tuple[int, int, int]] = []
        here = length = 0
        for start, end, put in edits:
            if start > here:
                pieces.append(self.text[here:start])
                runs.append((length, here, -1))
                length += start - here
            if put:
                pieces.append(put)
                runs.append((length, start, end))
                length += len(put)
            here = end
        if here < len(self.text):
            pieces.append(self.text[here:])
            runs.append((length, here, -1))
        return EditedText("".join(pieces), self, runs)

    def span_before(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the text before that ``start`` up to ``end`` come from."""
        if self.before is None:
            return start, end
        return self._origin_of(start)[0], self._origin_of(end - 1)[1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the first text that ``start`` up to ``end`` come from."""
        text: EditedText | None = self
        while text is not None:
            start, end = text.span_before(start, end)
            text = text.before
        return start, end

    def _origin_of(self, index: int) -> tuple[int, int]:
        first, start, end = self._runs[bisect_right(self._starts, index) - 1]
        if end >= 0:
            return start, end
        return start + index - first, start + index - first + 1
