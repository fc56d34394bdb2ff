from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conjuncture.scenario.account import Account
from conjuncture.scenario.source import SourceFile

TEXT = """# A heading. With a stop

Gen. Torres won – “easily”, they
said. J. Lechín came too! Why?

## Second

| a | b |

Nothing more… And
an end
"""


def account(text: str = TEXT) -> Account:
    return Account(SourceFile("account.md", text))


def test_sentences_are_those_of_the_prose():
    assert [sentence.text for sentence in account().sentences] == [
        "Gen. Torres won – “easily”, they said.",
        "J. Lechín came too!",
        "Why?",
        "| a | b |",
        "Nothing more…",
        "And an end",
    ]


def test_quotes_fold_white_space_quotation_marks_and_dashes():
    found = account().find('Torres   won - "easily", they said')
    assert found is not None
    assert found.paragraph == 1
    assert TEXT[found.start : found.end] == "Torres won – “easily”, they\nsaid"


def test_quotes_keep_case_and_words():
    assert account().find("torres won") is None
    assert account().find("Torres lost") is None
    assert account().find("   ") is None


def test_paragraphs_do_not_count_headings():
    found = account().find("Nothing more...")
    assert found is not None
    assert found.paragraph == 3


def test_nearest_passage():
    assert account().nearest_sentence("General Torres won easily") == (
        "Gen. Torres won – “easily”, they said."
    )
    assert account().nearest_sentence("zebras eat cabbage") is None


def test_uncovered_sentences_are_those_that_no_quote_touches():
    whole = account()
    found = whole.find("came too! Why?")
    assert found is not None
    assert whole.uncovered_sentences([found]) == (
        "Gen. Torres won – “easily”, they said.",
        "| a | b |",
        "Nothing more…",
        "And an end",
    )


@given(st.text(max_size=80), st.integers(0, 80), st.integers(1, 30))
def test_every_stretch_of_the_account_is_found(text, start, length):
    stretch = text[start : start + length]
    if stretch.strip() and account(text)._folded_text and stretch.replace("\u00ad", "").strip():
        found = account(text).find(stretch)
        assert found is not None
        assert 0 <= found.start < found.end <= len(text)
