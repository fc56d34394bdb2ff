"""Two accounts held against the same evidence: as text, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, isfinite, isnan

from conjuncture.analysis.rivalry.rivals import EvidenceStep, RivalAccount, Rivalry, decibels_of
from conjuncture.number_format import bounds_or_none, figure_of, finite_or_none, format_decimals
from conjuncture.presentation.documents import Content
from conjuncture.presentation.sections import TextTable
from conjuncture.presentation.text import Group, Paragraph, notes_of, size_in_words

STEP_HEADINGS = ("evidence", "in the first", "in the second", "weight (dB)", "so far (dB)")
CODING_HEADINGS = ("if it was", "probability", "weight (dB)")
LEGEND = (
    "A weight of evidence is ten times the logarithm of how many times likelier the first account "
    "makes the evidence than the second, in decibels: 10 dB is ten times, 20 dB a hundred, and "
    "below 0 it speaks for the second. Each event is weighed given those before it; so far is "
    "their sum."
)
CAVEAT = (
    "An account is judged with all that it leaves open, and one that allows everything makes "
    "nothing likely. Both may be wrong, and this says only which of the two expected more of what "
    "happened."
)


def groups_of(found: Rivalry, *, quiet: bool = False) -> Iterator[Group]:
    """Yield how the weight of evidence builds up, and what it comes to."""
    one, two = found.accounts
    yield [
        Paragraph(f"{one.title} ({one.slug})", "bold"),
        Paragraph(f"against {two.title} ({two.slug})", "bold"),
        *(
            Paragraph(size_in_words(found.worlds, found.histories, record["seed"]))
            for record in found.records[:1]
        ),
    ]
    steps = tuple(step_row(one) for one in found.steps)
    yield [TextTable("", STEP_HEADINGS, steps, frozenset(range(1, len(STEP_HEADINGS))))]
    if len(found.codings) > 1:
        rows = tuple(
            (label, f"{share:.3g}", "–" if isnan(weight) else format_decimals(10.0 * weight, 1))
            for label, share, weight in found.codings
        )
        yield [TextTable("", CODING_HEADINGS, rows, frozenset({1, 2}))]
    yield from ([Paragraph(line)] for line in found.sentences())
    yield from notes_of([LEGEND, CAVEAT], quiet=quiet)


def step_row(step: EvidenceStep) -> tuple[str, ...]:
    """Return what one event adds, in figures."""
    chances = ("–" if isnan(chance) else f"{chance:.3g}" for chance in step.chances)
    weight, total = (step.weight, step.error), (step.total, step.total_error)
    return (step.says, *chances, in_decibels(*weight), in_decibels(*total))


def in_decibels(weight: float, error: float) -> str:
    """Return a weight with its error, in decibels.

    Examples
    --------
    >>> in_decibels(0.25, 0.012)
    '2.50 ± 0.12'
    """
    if not isfinite(weight):
        return "–"
    if not isfinite(error):
        return format_decimals(10.0 * weight, 1)
    return f"{figure_of(10.0 * weight, 10.0 * error)} ± {figure_of(10.0 * error, 10.0 * error)}"


def document_of(rivalry: Rivalry) -> Content:
    """Return what two accounts come to on the same evidence.

    Parameters
    ----------
    rivalry : Rivalry
    """
    return {
        "evidence": rivalry.evidence,
        "left_out": list(rivalry.left_out),
        "accounts": [account_document(one) for one in rivalry.accounts],
        "log10_bayes_factor": finite_or_none(rivalry.weight),
        "decibels": finite_or_none(rivalry.decibels),
        "standard_error": finite_or_none(rivalry.error),
        "interval": bounds_or_none(rivalry.interval),
        "bound": rivalry.bounded or None,
        "words": rivalry.words if finite_or_none(rivalry.weight) is not None else None,
        "prior_odds": finite_or_none(rivalry.odds),
        "posterior_odds": finite_or_none(rivalry.posterior_odds),
        "steps": [step_document(one) for one in rivalry.steps],
        "codings": [
            {"evidence": label, "probability": share, "log10_bayes_factor": finite_or_none(weight)}
            for label, share, weight in rivalry.codings
        ],
    }


def account_document(account: RivalAccount) -> Content:
    """Return how probable an account makes the evidence."""
    return {
        "scenario": account.slug,
        "title": account.title,
        "probability": exp(account.log_likelihood),
        "log_likelihood": finite_or_none(account.log_likelihood),
        "standard_error": finite_or_none(account.error),
        "at_most": finite_or_none(account.most),
        "effective_worlds": finite_or_none(account.effective_worlds),
    }


def step_document(step: EvidenceStep) -> Content:
    """Return what one event adds, given those before it."""
    return {
        "evidence": step.says,
        "probabilities": bounds_or_none(step.chances),
        "log10_bayes_factor": finite_or_none(step.weight),
        "standard_error": finite_or_none(step.error),
        "decibels": finite_or_none(decibels_of(step.weight)),
        "total_log10_bayes_factor": finite_or_none(step.total),
        "total_standard_error": finite_or_none(step.total_error),
    }


def rows_of(rivalry: Rivalry) -> list[Content]:
    """Return the steps as flat rows, one for each event."""
    return [
        {
            "evidence": step["evidence"],
            "first": step["probabilities"][0],
            "second": step["probabilities"][1],
            **{name: step[name] for name in step if name not in ("evidence", "probabilities")},
        }
        for step in map(step_document, rivalry.steps)
    ]
