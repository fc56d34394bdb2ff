"""Quotes are found as a reader would find them, at their place in the file as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.account import Account, coverage_of
from conjuncture.scenario.scenario_file import read_crisis
from conjuncture.scenario.source import SourceFile
from crisis_with_traces import ACCOUNT, SCENARIO

FOUND = [
    ("composed", "deux compagnies préparées", "compagnies pre\u0301pare\u0301es", None),
    ("decomposed", "compagnies pre\u0301pare\u0301es", "préparées", "pre\u0301pare\u0301es"),
    ("ligature", "Les o\ufb03ciers sont l\u00e0", "Les officiers", "Les o\ufb03ciers"),
    ("within a ligature", "Les o\ufb03ciers", "iciers", "\ufb03ciers"),
    ("full width", "\uff21\uff22\uff23\uff01", "ABC!", None),
    ("Hangul jamo", "\u1112\u1161\u11ab", "\ud55c", "\u1112\u1161\u11ab"),
    ("broken word", "la garni-\nson a ouvert", "la garnison a", "la garni-\nson a"),
    ("broken word, written so", "la garni-\nson a ouvert", "la garni-son a", "la garni-\nson a"),
    ("broken in both", "la garni-\nson a ouvert", "la garni- son a", "la garni-\nson a"),
    ("broken in the quote alone", "la garnison a", "la garni-\n  son a", "la garnison a"),
    ("real hyphen at a line's end", "a half-\nhearted man", "half-hearted", "half-\nhearted"),
    ("two of them", "a half-\nhearted garri-\nson", "half-hearted garrison", None),
    ("in a quotation", "> the garri-\n> son left", "the garrison left", "the garri-\n> son left"),
    ("suspended hyphen", "pre- and post-war", "pre- and post-war", None),
    ("soft hyphen", "gar\u00adri\u00adson", "garrison", None),
    ("soft hyphen at a line's end", "gar\u00ad\nrison", "garrison", None),
    ("no-width space", "gar\u200brison\ufeff left", "garrison left", None),
    ("emphasis", "they *filled* the **whole** place", "filled the whole place", None),
    ("underscores", "they _filled_ the __whole__ place", "filled the whole place", None),
    ("both at once", "***all* of it**", "all of it", None),
    ("code", "the ``a ` b`` file", "the a ` b file", None),
    ("struck out", "~~nobody~~ left", "nobody left", None),
    ("escaped", r"five \* six", "five * six", None),
    ("a star alone", "5 * 3 is not *15", "5 * 3 is not *15", None),
    ("names with underscores", "an_old_name", "an_old_name", None),
    ("link", "the [place](https://x.org/a_(b) 'T') d'Armes", "the place d'Armes", None),
    ("emphasis in a link", "the [*old* place](x)", "old place", "old* place"),
    ("reference", "the [place][p] here\n\n[p]: https://x.org", "the place here", None),
    ("reference by its text", "the [place] here\n\n[PLACE]: x", "the place here", None),
    ("brackets that are no link", "the [place] here", "the [place] here", None),
    ("address", "see <https://x.org> there", "see https://x.org there", None),
    ("image", "the ![a map](map.png) crowd", "the crowd", None),
    ("footnote mark", "d'Armes[^1]; the", "d'Armes; the", None),
    ("heading", "# A rising ##\n\nx", "A rising", None),
    ("block quote", "> he said\n> nothing", "he said nothing", "he said\n> nothing"),
    ("item", "- he said\n  nothing\n- she", "he said nothing she", "he said\n  nothing\n- she"),
    ("table", "| a | troops |\n|---|---|\n| b | 5 men |", "b 5 men", "b | 5 men"),
    ("cell", "| a | troops |\n|---|---|\n| b | 5 men |", "5 men", None),
    ("entities", "Gulf &amp; Co.&nbsp;&#39;68 &Eacute;tat", "Gulf & Co. '68 État", None),
    ("elements", "the <b>whole</b><br>place <!-- no -->here", "the whole place here", None),
    ("quotation marks", "\u00ab\u00a0non\u202f!\u00a0\u00bb dit-il", '"non!" dit-il', None),
    ("other quotation marks", "\u201eNein\u201c, sagte er", "\u2018Nein\u2019, sagte er", None),
    ("nested ones", "\u201c\u2018Why\u2019 is it\u201d", "\"'Why' is it\"", None),
    ("apostrophes", "l\u2019\u00e9tat d`urgence", "l'état d'urgence", None),
    ("dashes", "he won\u2014easily \u2013 so -- they say", "won - easily - so — they", None),
    ("minus", "\u22125 degrees", "-5 degrees", None),
    ("omission", "they left\u2026 nobody", "they left... nobody", None),
    ("spaced omission", "they left . . . nobody", "they left … nobody", None),
    ("white space", "they\u2003left\u00a0in\t\n  May", "they left in May", None),
    ("lines of another system", "they\r\nleft\rin May", "they left in May", None),
    ("a mark of byte order", "\ufeffThey left", "They left", None),
    ("Chinese at a line's end", "\u5de5\u4eba\n\u7f62\u5de5", "\u5de5\u4eba\u7f62\u5de5", None),
    ("marks in the quote too", "they *filled* it[^1] all", "they *filled* it[^1] all", None),
    ("cut out of the file", "they *filled* it", "they *filled", None),
    ("an address from the file", "a [b](https://x.org)", "https://x.org", None),
]  # fmt: skip

NOT_FOUND = [
    ("another case", "The general left", "the general"),
    ("another accent", "préparées", "preparées"),
    ("a letter without its accent", "e\u0301tat pre\u0301", "pre"),
    ("a hyphen that is not there", "they reformed", "they re-formed"),
    ("a hyphen that is there", "they re-formed", "they reformed"),
    ("a dash between words", "he won \u2013 easily", "he won easily"),
    ("a word left out", "they *all* left", "they left"),
    ("over the end of a paragraph", "garri-\n\nson", "garrison"),
    ("numbers at a line's end", "1970-\n71", "197071"),
    ("nothing", "text", "   "),
    ("marks alone", "*text*", "-"),
    ("a minus sign", "5 degrees", "-5 degrees"),
]


def account(text: str, file: str = "account.md") -> Account:
    return Account(SourceFile(file, text))


@pytest.mark.parametrize(
    ("text", "quote", "place"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND]
)
def test_what_a_reader_finds_is_found(text, quote, place):
    found = account(text).find(quote)
    assert found is not None
    assert found.text == quote
    if place is not None:
        assert text[found.start : found.end] == place


@pytest.mark.parametrize(
    ("text", "quote"), [case[1:] for case in NOT_FOUND], ids=[case[0] for case in NOT_FOUND]
)
def test_what_is_not_there_is_not_found(text, quote):
    assert account(text).find(quote) is None


def test_whole_words_come_before_parts_of_words():
    text = "The farms lay waste. They took up arms."
    found = account(text).find("arms")
    assert found is not None
    assert found.start == text.index("arms.")
    assert account("farms").find("arm") is not None


def test_plain_text_keeps_its_stars_and_lines():
    text = "They *won*, see my_file_name, `so`\nin the garri-\nson\u2019s house."
    plain = account(text, "account.txt")
    assert plain.find("They *won*, see my_file_name, `so` in the garrison's house") is not None
    assert plain.find("They won") is None
    assert plain.sentences[0].text.startswith("They *won*, see my_file_name, `so` in")
    assert account(text).find("They won") is not None


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(words=st.lists(st.text("aéôßñçŁ한が", min_size=1, max_size=6), min_size=1, max_size=6))
def test_the_form_of_letters_does_not_count(form, words):
    text = " ".join(words)
    written = unicodedata.normalize(form, text)
    found = account(f"He said: {written}.").find(unicodedata.normalize("NFC", text))
    assert found is not None
    assert (found.start, found.end) == (9, 9 + len(written))


@given(
    st.lists(
        st.sampled_from(
            ["*a*", "**b c**", "[d](e)", "f[^1]", "&amp;", "g-\nh", "\u201ci\u201d", "| j |", "k",
             "> l", "- m", "_n_", "`o`", "\u2026", "\r\n", "\n\n", "# p", "e\u0301", "\ufb01", "!"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_each_sentence_is_found_where_it_stands(pieces):
    text = " ".join(pieces)
    whole = account(text)
    ends = 0
    for sentence in whole.sentences:
        assert ends <= sentence.start < sentence.end <= len(text)
        ends = sentence.end
        found = whole.find(sentence.text)
        assert found is not None
        assert found.start < sentence.end


def test_places_are_those_of_the_file_as_it_is(tmp_path):
    written = "\ufeff" + ACCOUNT.replace("promised much", "promised *much*").replace("\n", "\r\n")
    (tmp_path / "account.md").write_bytes(written.encode())
    (tmp_path / "scenario.yaml").write_text(
        SCENARIO + "omissions:\n  - {quote: He promised much, why: nobody knows what}\n", "utf-8"
    )
    crisis = read_crisis(tmp_path, stage_models())
    assert crisis.account == written
    place = crisis.omissions[0].quote
    assert written[place.start : place.end] == "He promised *much"
    (tmp_path / "account.md").write_text(ACCOUNT, "utf-8")
    plain = read_crisis(tmp_path, stage_models())
    assert [one.sentence for one in coverage_of(plain)] == [
        one.sentence for one in coverage_of(crisis)
    ]


def test_line_ends_do_not_change_the_digest_of_an_account(tmp_path):
    digests = set()
    for written in (ACCOUNT, "\ufeff" + ACCOUNT.replace("\n", "\r\n")):
        (tmp_path / "account.md").write_bytes(written.encode())
        (tmp_path / "scenario.yaml").write_text(SCENARIO, "utf-8")
        digests.add(read_crisis(tmp_path, stage_models()).account_digest)
    assert len(digests) == 1


def test_a_plain_account_is_known_by_the_name_of_its_file(tmp_path):
    (tmp_path / "account.txt").write_text(ACCOUNT + "\nThey _all_ left.\n", "utf-8")
    scenario = SCENARIO.replace("account.md", "account.txt")
    (tmp_path / "scenario.yaml").write_text(scenario, "utf-8")
    crisis = read_crisis(tmp_path, stage_models())
    assert crisis.account_file == "account.txt"
    assert "They _all_ left." in crisis.uncovered
    assert coverage_of(crisis)[-1].sentence == "They _all_ left."


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "*a " * 50_000, "_a *b " * 30_000, "`" + "`a" * 50_000, "<a <!-- " * 30_000,
     "](" * 50_000, "![a " * 30_000 + "]()" * 30_000, ". " * 50_000, "a- \n" * 50_000,
     "- " * 50_000, "> " * 50_000, "|" * 50_000, "e" + "\u0301" * 50_000, "# " + " #" * 50_000],
    ids=range(14),
)  # fmt: skip
def test_no_account_takes_long(text):
    whole = account(text)
    assert whole.find("not there") is None
    assert len(whole.sentences) >= 0
