"""What is said of a claim: number first, word second, reason third, and nothing that nobody can use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.observed_endings import DecidedPart
from conjuncture.analysis.verdicts import ClaimResult, Reading, Verdict
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.language.nodes import Compare, Label, Outcome
from conjuncture.presentation.claim_page import lines_of, lines_with_name
from conjuncture.presentation.claim_results import ClaimResults, claims_document
from conjuncture.presentation.claims import (
    BLANK,
    balance_in_words,
    claim_text,
    needs_in_words,
    notes_in_words,
    sentence_on,
    share_in_words,
)

pytestmark = pytest.mark.usefixtures("without_compiler")

WON = Compare("=", Outcome("showdown"), Label("torres", 1))
MOOD = Hinge("army_mood", "army mood", 0.2, {"low": 0.21, "high": 0.7}, (-0.3, 0.3))
PRECISION = Hinge("precision", "precision", 0.1, {"low": 0.5, "high": 0.96}, (1.0, 4.0))


@pytest.fixture(scope="module")
def crisis():
    return conjuncture.load("bolivia-1970").crisis


def reading(word, share, low, high, *, worth=300.0, hinges=(), **more):
    verdict = Verdict(word, share, (low, high), worth, 400, 400, hinges=hinges)
    return Reading(replace(verdict, **more), Answer(0.47, (0.1, 0.9), 0.01, 400, 204_800))


@pytest.fixture
def result(crisis):
    return ClaimResult(
        crisis.claims["alliance"],
        reading("depends", 0.46, 0.394, 0.536, hinges=(MOOD, PRECISION)),
        reading("open", 0.2, 0.02, 0.49, worth=79.4, histories_needed=13000),
    )


def test_a_claim_is_said_with_its_interval_rounded_outward_and_what_it_hangs_on(crisis, result):
    text = claim_text(crisis, result)
    assert sentence_on(text, 1) == (
        f"In 5 of 10 worlds (39 to 54{BLANK}%); as it happened 2 (2 to 49{BLANK}%, 79 worlds): "
        "needs 13,000 histories. Most with the army's mood (2 when it leans to Torres, 7 when it "
        "leans to Miranda)."
    )
    assert "; in fact 2 (2 to 49" in sentence_on(text, 1, 2)
    assert "Most with the army's mood (2→7)." in sentence_on(text, 1, 1)
    assert "and how surely players choose* (5→10)." in sentence_on(text, 2, 1)


def test_the_same_twice_is_said_once_and_a_late_hinge_where_the_first_reading_has_none(
    crisis, result
):
    alike = replace(result, as_it_happened=result.prior)
    assert "; as it happened the same." in sentence_on(claim_text(crisis, alike))
    late = replace(
        result,
        prior=reading("holds", 0.98, 0.95, 1.0),
        as_it_happened=reading("depends", 0.5, 0.4, 0.6, hinges=(MOOD,)),
    )
    assert "As it happened most with the army's mood" in sentence_on(claim_text(crisis, late))


def test_what_happened_settles_is_called_a_re_run_and_why(crisis, result):
    happened = reading("fails", 0.03, 0.0, 0.08)
    settled = replace(result, as_it_happened=replace(happened, decided=DecidedPart(WON, False)))
    text = claim_text(crisis, settled)
    assert text.readings[1].name == "re-run"
    assert "; re-run hardly any (0 to 8" in sentence_on(text)
    [remark] = text.remarks
    assert remark == (
        "What happened settles that Torres wins the showdown, so that it is re-run: with fresh "
        "luck in worlds weighed by what happened."
    )
    tests = ClaimResults(crisis, [settled])
    assert notes_in_words(tests) == ["Re-run (settled by what happened): alliance."]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"at_line": True}, "at its line"),
        ({"worlds_needed": 2500}, "needs 2,500 worlds"),
        ({"histories_needed": 13000}, "needs 13,000 histories"),
        ({}, "its share lies where two words meet"),
    ],
)
def test_an_open_claim_says_what_it_needs(more, said):
    verdict = reading("open", 0.8, 0.7, 0.95, **more).verdict
    assert needs_in_words(verdict) == said
    assert needs_in_words(replace(verdict, word="depends")) == ""


def test_too_few_worlds_are_counted_and_have_no_word():
    few = reading(None, 0.5, 0.1, 0.9, worth=3.2, reaching=4, worlds_needed=1300)
    assert share_in_words(few) == (
        "too few worlds for a word (4 worlds reach its condition, worth 3; about 1,300 would tell)"
    )


def test_a_claim_that_cannot_be_asked_says_why(crisis, result):
    missing = Answer(float("nan"), (float("nan"),) * 2, 0.0, 400, 204_800, met=False,
                     no_value="its condition was never met: 'x' is never true")  # fmt: skip
    verdict = Verdict(None, float("nan"), (0.0, 1.0), 0.0, 0, 400)
    text = claim_text(crisis, replace(result, prior=Reading(verdict, missing)))
    assert text.word == ""
    assert sentence_on(text).startswith("Cannot be asked: its condition was never met: 'x'")


def test_the_balance_counts_every_word(crisis, result):
    holds = replace(result, prior=reading("holds", 0.98, 0.95, 1.0))
    assert balance_in_words([result, holds, holds]) == (
        "Of 3 claims 2 hold and 1 depends, before one knows how it ended."
    )
    document = claims_document([result, holds], (), {})
    assert next(iter(document)) == "summary"
    assert document["summary"] == {"prior": {"depends": 1, "holds": 1}}


def test_results_are_a_row_for_each_claim_and_reading_and_a_block_of_text_each(crisis, result):
    evidence = Likelihood(np.array([0.2, 0.4]), np.array([0.01, 0.01]))
    seen = replace(result, as_it_happened=replace(result.as_it_happened, evidence=evidence))
    tests = ClaimResults(crisis, [seen])
    frame = tests.to_frame()
    assert list(frame["reading"]) == ["prior", "as it happened"]
    assert list(frame["hangs_on"]) == ["army_mood, precision", ""]
    assert str(tests).startswith("◐? It was the alliance")
    assert max(map(len, str(tests).splitlines())) <= 80
    assert "1 claim:  ◐ 1 depends" in str(tests)
    assert "39 to 54" in tests._repr_html_()
    assert "<img src=" in tests._repr_html_()
    assert repr(tests) == "ClaimResults(alliance='depends')"


def test_a_name_stands_where_the_last_line_has_room_and_else_in_the_first():
    from rich.text import Text

    short = lines_with_name(Text("one two three"), 12, "key")
    assert [line.plain for line in short] == ["one two", "three    key"]
    full = lines_with_name(Text("one two three four"), 10, "key")
    assert full[0].plain == "one    key"
    assert [line.plain for line in lines_of(Text(f"5 to 9{BLANK}% of it"), 7, "")] == [
        "5 to",
        f"9{BLANK}% of",
        "it",
    ]
