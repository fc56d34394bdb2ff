"""Alternatives as plain dictionaries: the documented shape of ``test --alternatives --json``."""

from __future__ import annotations

from conjuncture.analysis.alternatives import Alternative, Alternatives
from conjuncture.analysis.modelling_choices import ModelChoice
from conjuncture.analysis.reporting.result_documents import Content
from conjuncture.presentation.claim_documents import reading_document, reading_row
from conjuncture.scenario.crisis import Crisis


def alternatives_document(found: Alternatives, crisis: Crisis) -> Content:
    """Return each claim with the choices that its verdict hangs on, and every alternative.

    Parameters
    ----------
    found : Alternatives
    crisis : Crisis
    """
    if not found.rows:
        return {"claims": [], "alternatives": [], "left_out": [], "stopped": stop_document(found)}
    claims = [
        {
            "id": key,
            "says": crisis.claims[key].says,
            "test": crisis.claims[key].written,
            **reading_document(found.rows[0].readings[key]),
            "changed_by": [choice_document(one) for one in found.hangs[key]],
            "unsettled_by": [choice_document(one) for one in found.unsettled[key]],
        }
        for key in found.claims
    ]
    content = {
        "claims": claims,
        "alternatives": [alternative_document(row) for row in found.rows[1:]],
        "left_out": [{**choice_document(one.choice), "why": one.why} for one in found.left_out],
    }
    return {**content, "stopped": stop_document(found)} if found.is_stopped else content


def stop_document(found: Alternatives) -> Content:
    """Return how far a run came that the user stopped."""
    return {"alternatives": found.tried_count, "asked": found.asked}


def choice_document(choice: ModelChoice | None) -> Content:
    """Return a choice; nothing for things as the scenario has them."""
    if choice is None:
        return {}
    return {"key": choice.key, "label": choice.label, "option": choice.option}


def alternative_document(row: Alternative) -> Content:
    """Return every claim under one choice."""
    return {
        **choice_document(row.choice),
        "claims": [
            {"id": key, **reading_document(reading), "untouched": key in row.untouched}
            for key, reading in row.readings.items()
        ],
    }


def alternative_rows(content: Content) -> list[Content]:
    """Return claims under alternatives as flat rows; as the scenario has it the choice is empty."""
    before = {"key": "", "label": "", "option": ""}
    return [
        *(alternative_row(claim, before) for claim in content["claims"]),
        *(
            alternative_row(claim, {name: one[name] for name in before})
            for one in content["alternatives"]
            for claim in one["claims"]
        ),
    ]


def alternative_row(claim: Content, choice: Content) -> Content:
    """Return a claim under one choice as a row."""
    return {
        "claim": claim["id"],
        "choice": choice["key"],
        "option": choice["option"],
        **reading_row(claim),
    }
