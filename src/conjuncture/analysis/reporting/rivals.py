"""Rivals as plain dictionaries: the documented shape of ``rival --json``."""

from __future__ import annotations

from math import exp

from conjuncture.analysis.reporting.results import Content, finite, pair
from conjuncture.analysis.rivalry.rivals import Account, Rivalry, Step
from conjuncture.analysis.rivalry.weight_of_evidence import decibels


def rivalled(rivalry: Rivalry) -> Content:
    """Return what two accounts come to on the same evidence.

    Parameters
    ----------
    rivalry : Rivalry
    """
    return {
        "evidence": rivalry.evidence,
        "left_out": list(rivalry.left_out),
        "accounts": [accounted(one) for one in rivalry.accounts],
        "log10_bayes_factor": finite(rivalry.weight),
        "decibels": finite(rivalry.decibels),
        "standard_error": finite(rivalry.error),
        "interval": pair(rivalry.interval),
        "bound": rivalry.bounded or None,
        "words": rivalry.words if finite(rivalry.weight) is not None else None,
        "prior_odds": finite(rivalry.odds),
        "posterior_odds": finite(rivalry.posterior_odds),
        "steps": [stepped(one) for one in rivalry.steps],
        "codings": [
            {"evidence": label, "probability": share, "log10_bayes_factor": finite(weight)}
            for label, share, weight in rivalry.codings
        ],
    }


def accounted(account: Account) -> Content:
    """Return how probable an account makes the evidence."""
    return {
        "scenario": account.slug,
        "title": account.title,
        "probability": exp(account.log_likelihood),
        "log_likelihood": finite(account.log_likelihood),
        "standard_error": finite(account.error),
        "at_most": finite(account.most),
        "effective_worlds": finite(account.effective_worlds),
    }


def stepped(step: Step) -> Content:
    """Return what one event adds, given those before it."""
    return {
        "evidence": step.says,
        "probabilities": pair(step.chances),
        "log10_bayes_factor": finite(step.weight),
        "standard_error": finite(step.error),
        "decibels": finite(decibels(step.weight)),
        "total_log10_bayes_factor": finite(step.total),
        "total_standard_error": finite(step.total_error),
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
