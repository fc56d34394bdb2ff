"""What is known of the unknowns once it is known what happened: as text, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from conjuncture.analysis.conditioning.posterior import Posterior, Shift, Span
from conjuncture.number_format import finite_or_none, format_decimals, round_number
from conjuncture.presentation.documents import Content
from conjuncture.presentation.sections import TextTable
from conjuncture.presentation.text import Group, Paragraph, notes_of

MOST_ROWS = 15
HEADINGS = ("", "prior", "posterior", "moved")
LEGEND = (
    "moved: by how many standard deviations of the prior the mean has moved, on the scale on which "
    "the prior is normal, with its standard error; other numbers are medians with the middle nine "
    "tenths of the worlds. Of the unknowns that are named, one in a hundred is expected to be "
    "there by chance (false discovery rate); the others are left out."
)


def groups_of(posterior: Posterior, *, quiet: bool = False) -> Iterator[Group]:
    """Yield prior and posterior side by side, those unknowns first that moved most."""
    yield [Paragraph(sentence) for sentence in posterior.sentences()]
    moved = posterior.shifts_beyond_chance()
    if not moved:
        return
    rows = tuple(shift_row(one) for one in moved[:MOST_ROWS])
    more = len(moved) - MOST_ROWS
    left = [Paragraph(f"and {more} more, which --json or a file shows", "dim")] if more > 0 else []
    yield [TextTable("", HEADINGS, rows, frozenset({3})), *left]
    yield from notes_of([LEGEND], quiet=quiet)


def shift_row(one: Shift) -> tuple[str, str, str, str]:
    """Return an unknown before and after, and how far it moved, with the error of that."""
    span_in_words = share_in_words if one.rule else interval_in_words
    return (
        f"{one.label}{f',{one.unit}' if one.unit else ''}",
        span_in_words(one.prior),
        span_in_words(one.posterior),
        f"{format_decimals(one.shift, signed=True)} ± {one.error:.2f}",
    )


def interval_in_words(span: Span) -> str:
    """Return a median and the middle nine tenths around it.

    Examples
    --------
    >>> interval_in_words((0.1, 0.25, 0.5))
    '0.25 (0.1 to 0.5)'
    """
    low, middle, high = map(round_number, span)
    return f"{middle} ({low} to {high})"


def share_in_words(span: Span) -> str:
    """Return the share of worlds that have a rule.

    Examples
    --------
    >>> share_in_words((0.5, 0.5, 0.5))
    '50 % of worlds'
    """
    return f"{100 * span[1]:.0f} % of worlds"


def conditioning_document(posterior: Posterior | None) -> Content | None:
    """Return how worlds that could have produced what was observed were found."""
    if posterior is None:
        return None
    return {
        "worlds": len(posterior.values),
        "effective_worlds": finite_or_none(posterior.effective_worlds),
        "log_evidence": {
            "value": finite_or_none(posterior.log_evidence),
            "standard_error": finite_or_none(posterior.log_evidence_error),
        },
        "temperatures": list(posterior.temperatures),
        "acceptance": list(posterior.acceptance),
    }


def document_of(posterior: Posterior) -> Content:
    """Return what was observed, the worlds that could have produced it, and each unknown."""
    return {
        "observed": {
            "outcomes": dict(posterior.observed),
            "posterior": conditioning_document(posterior),
        },
        "unknowns": {
            one.key: {
                "label": one.label,
                "unit": one.unit.strip(),
                "prior": list(one.prior),
                "posterior": list(one.posterior),
                "moved": {
                    "value": finite_or_none(one.shift),
                    "standard_error": finite_or_none(one.error),
                },
                "adjusted_p": finite_or_none(one.adjusted),
                "beyond_chance": one.is_beyond_chance,
            }
            for one in posterior.shifts()
        },
    }


def rows_of(posterior: Posterior) -> Iterator[Content]:
    """Yield the unknowns as flat rows, the farthest moved first; spans as three numbers each."""
    for key, one in document_of(posterior)["unknowns"].items():
        spans = {
            f"{when}_{end}": value
            for when in ("prior", "posterior")
            for end, value in zip(("low", "median", "high"), one[when], strict=True)
        }
        yield {
            "unknown": key,
            "label": one["label"],
            "unit": one["unit"],
            **spans,
            "moved": one["moved"]["value"],
            "standard_error": one["moved"]["standard_error"],
            "adjusted_p": one["adjusted_p"],
            "beyond_chance": one["beyond_chance"],
        }
