"""Rivals as plain dictionaries: the documented shape of ``rival --json``."""

from __future__ import annotations

from math import exp

from conjuncture.analysis.reporting.result_documents import Content, bounds_or_none, finite_or_none
from conjuncture.analysis.rivalry.rivals import EvidenceStep, RivalAccount, Rivalry, decibels_of


def rivalry_document(rivalry: Rivalry) -> Content:
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


def rival_table(content: Content) -> list[Content]:
    """Return the steps as flat rows, one for each event."""
    return [
        {
            "evidence": step["evidence"],
            "first": step["probabilities"][0],
            "second": step["probabilities"][1],
            **{name: step[name] for name in step if name not in ("evidence", "probabilities")},
        }
        for step in content["steps"]
    ]
