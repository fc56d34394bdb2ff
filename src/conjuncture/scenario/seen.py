"""An account as a reader sees it: without the marks of Markdown, block by block."""

from __future__ import annotations

from dataclasses import dataclass

from conjuncture.scenario.blocks import BlockKind, blocks_of
from conjuncture.scenario.inline import Emphasis, Marks, marks_of
from conjuncture.scenario.rewriting import Edit, EditedText


@dataclass(frozen=True, slots=True)
class VisibleBlock:
    """A block and its characters in what is seen, ``start`` up to ``end``."""

    kind: BlockKind
    level: int
    start: int
    end: int
    after_blank: bool


class VisibleText:
    r"""What a reader sees of an account.

    Parameters
    ----------
    text : str
        The account as it stands in its file.
    emphasis : bool
        Whether ``*``, ``_`` and backticks are marks, as they are in Markdown.

    Examples
    --------
    >>> seen = VisibleText("# A\n\nThe *crowd*[^1]\n> and `troops`.\n")
    >>> [seen.rewritten.text[block.start : block.end] for block in seen.blocks]
    ['A', 'The crowd', 'and troops.']
    """

    def __init__(self, text: str, *, emphasis: bool = True) -> None:
        blocks, self.labels = blocks_of(text)
        self.emphasis = emphasis
        gaps: list[Edit] = []
        places: list[tuple[int, int]] = []
        here = length = 0
        for block in blocks:
            for number, (start, end) in enumerate(block.lines):
                gap = "\n" if number else "\n\n" if places else ""
                gaps.append((here, start, gap))
                length += len(gap)
                if not number:
                    places.append((length, length))
                length += end - start
                here = end
            places[-1] = places[-1][0], length
        gaps.append((here, len(text), ""))
        lines = EditedText.of(text).apply_edits(gaps)
        marks = [
            Marks() if block.kind == "code" else self._find_marks(lines.text, *place)
            for block, place in zip(blocks, places, strict=True)
        ]
        self._length = len(lines.text)
        self.rewritten = lines.apply_edits(edit for found in marks for edit in found.edits)
        self.blocks: list[VisibleBlock] = []
        self._weights = [weight for found in marks for weight in found.weights]
        moved = 0
        for block, (start, end), found in zip(blocks, places, marks, strict=True):
            first = start + moved
            moved += sum(len(put) - (high - low) for low, high, put in found.edits)
            self.blocks.append(
                VisibleBlock(block.kind, block.level, first, end + moved, block.after_blank)
            )

    def _find_marks(self, text: str, start: int, end: int) -> Marks:
        return marks_of(text, start, end, self.labels, emphasis=self.emphasis)

    def weights(self) -> list[Emphasis]:
        """Return how strongly each character that is seen is emphasised."""
        found: list[Emphasis] = [""] * self._length
        for start, end, weight in sorted(self._weights, key=lambda one: one[2]):
            found[start:end] = [weight] * (end - start)
        text = self.rewritten
        return [found[text.span_before(place, place + 1)[0]] for place in range(len(text.text))]
