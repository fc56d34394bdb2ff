"""Highlighting: every character once, every passage whole, overlapping ones told apart."""

import itertools

import pytest

from conjuncture.report.account import highlight_account
from reports import ACCOUNT, QUOTING

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(scope="module")
def text(write_crisis):
    from conjuncture.api import load

    return highlight_account(load(write_crisis(QUOTING, ACCOUNT)).crisis)


def shown(block):
    return "".join(segment.text for segment in block.segments)


def test_blocks_hold_the_account_without_its_marks(text):
    assert [(block.kind, block.level, shown(block)) for block in text.blocks] == [
        (
            "paragraph",
            0,
            (
                "The guard stood between both camps. The line would not fire: so it was said in the "
                "barracks."
            ),
        ),
        ("heading", 1, "What was said"),
        ("quotation", 0, "Nobody gave an order."),
        ("item", 0, "The crowd filled the square."),
        ("item", 0, "A report of the night is lost."),
        ("paragraph", 0, "The friends abroad paid. It rained."),
    ]


def test_a_passage_covers_what_it_quotes(text):
    covered = dict.fromkeys(range(1, len(text.passages) + 1), "")
    for block in text.blocks:
        for segment in block.segments:
            for number in segment.passages:
                covered[number] += segment.text
    assert covered == {one.number: one.text for one in text.passages}


def test_each_passage_begins_once_and_ends_once(text):
    segments = [segment for block in text.blocks for segment in block.segments]
    numbers = [one.number for one in text.passages]
    assert sorted(number for one in segments for number in one.starts) == numbers
    assert sorted(number for one in segments for number in one.ends) == numbers
    for number in numbers:
        inside = [place for place, one in enumerate(segments) if number in one.passages]
        assert number in segments[inside[0]].starts
        assert number in segments[inside[-1]].ends


def test_a_passage_within_another_and_two_parts_on_one_passage(text):
    by_text = {one.text: one for one in text.passages}
    whole = by_text["The guard stood between both camps."]
    part = by_text["both camps"]
    first = text.blocks[0].segments
    assert [one.text for one in first if set(one.passages) == {whole.number, part.number}] == [
        "both",
        " camps",
    ]
    assert [one.weight for one in first[:3]] == ["", "emphasis", ""]
    square = by_text["The crowd filled the square."]
    assert [link.target for link in square.rests] == ["value-crowd.mass", "claim-crowd"]
    assert [link.text for link in square.rests] == ["The crowd: mass", "claim 1"]


def test_what_is_left_out_and_what_nothing_rests_on(text):
    left = next(one for one in text.passages if one.kind == "omitted")
    assert (left.text, left.why) == ("Nobody gave an order.", "Orders are not in the model.")
    nowhere = [one.text for one in text.passages if one.kind == "nowhere"]
    assert nowhere == ["A report of the night is lost.", "It rained."]


def test_marks_are_not_shown_and_quotes_across_them_are_marked(write_crisis):
    from conjuncture.api import load

    written = (
        "\ufeff"
        + ACCOUNT.replace("\n", "\r\n")
        + (
            "\r\nThey *filled*\r\nthe [square](https://example.org/a_b) of Gulf &amp; Co.[^1]\r\n"
            "\r\n| a | b |\r\n| - | - |\r\n| c | d |\r\n\r\n[^1]: A newspaper.\r\n"
        )
    )
    quoting = QUOTING.replace(
        "  note: As the table has it.", "  quote: They filled the square of Gulf & Co."
    )
    text = highlight_account(load(write_crisis(quoting, written)).crisis)
    assert [shown(block) for block in text.blocks[-4:]] == [
        "They filled the square of Gulf & Co.",
        "| a | b |",
        "| c | d |",
        "A newspaper.",
    ]
    (whole,) = [one for one in text.passages if "Gulf" in one.text]
    assert whole.text == "They filled the square of Gulf & Co."
    segments = text.blocks[-4].segments
    assert all(whole.number in one.passages for one in segments)
    assert [(one.text, one.weight) for one in segments[:2]] == [
        ("They ", ""),
        ("filled", "emphasis"),
    ]


def test_headings_never_skip_a_level(write_crisis):
    from conjuncture.api import load

    account = "### Deep\n\nx\n\n# Top\n\n###### Deepest\n\ny\n"
    crisis = load(write_crisis(QUOTING, account + ACCOUNT)).crisis
    levels = [block.level for block in highlight_account(crisis).blocks if block.kind == "heading"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_what_the_kind_of_case_rests_on_leads_to_its_stage(write_crisis):
    from conjuncture.api import load

    quoting = QUOTING.replace("  note: As the table has it.", "  quote: It rained.")
    found = highlight_account(load(write_crisis(quoting, ACCOUNT)).crisis)
    (rained,) = (one for one in found.passages if one.text == "It rained.")
    assert [(link.text, link.target) for link in rained.rests] == [
        ("what kind of case showdown is", "stage-showdown")
    ]


def test_words_that_the_end_of_a_line_breaks_are_whole(write_crisis):
    from conjuncture.api import load

    account = ACCOUNT + "\nA self-\nmade man had ten thous-\nand hands.\n"
    quoting = QUOTING.replace("  note: As the table has it.", "  quote: ten thousand hands")
    found = highlight_account(load(write_crisis(quoting, account)).crisis)
    assert shown(found.blocks[-1]) == "A self-made man had ten thousand hands."
    assert "ten thousand hands" in [one.text for one in found.passages]
