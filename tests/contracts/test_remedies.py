"""What a mistake tells the user to write is written, and the next check does not refuse it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from conjuncture.errors import Mistake
from malformed import ALL, edit_case, mistakes_in, mistakes_of

TOKEN = re.compile(r"[\w.-]+|[*=]+|[{\[][^}\]]*[}\]]")
SCALAR = re.compile(r"(?:\w+\([^)]*\)|[^,}\n\"'])*")
LAW = re.compile(r"write ([\"']?(?:\w+\()?-?[\d.]+(?:\)|,? .*)?[\"']?)")


def offset_of(text: str, mistake: Mistake) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: mistake.line - 1]) + mistake.column - 1


def replace_at(text: str, start: int, pattern: re.Pattern[str], new: str) -> str:
    found = pattern.match(text, start)
    assert found is not None
    return text[:start] + new + text[found.end() :]


ANOTHER = {
    "foreign section": "what stands in it belongs to no other section",
    "domain in words": "domains are listed, not laws",
    "unknown unit": "the domain does not go with any unit that counts",
    "tag like no other": "the option belongs to the tag that is meant",
}
"""Where another thing is wrong too, which shows once the first is mended."""


def mended_texts_of(text: str, mistake: Mistake) -> Iterator[str]:
    """Yield the text with the remedy applied, once for each way that it names."""
    remedy, place = mistake.remedy, offset_of(text, mistake)
    line_start = text.rfind("\n", 0, place) + 1
    line_end = text.index("\n", place)
    if found := re.match(r"did you mean '([\w.-]+)'\?", remedy):
        wrong = re.search(r"'([^']+)'", mistake.problem)
        part = wrong is not None and "." not in found[1] and text.startswith(wrong[1], place)
        pattern = re.compile(re.escape(wrong[1])) if wrong and part else TOKEN
        yield replace_at(text, place, pattern, found[1])
    elif found := re.fullmatch(r"write one of: ([^.]*)", remedy):
        for option in found[1].split(", "):
            yield replace_at(text, place, TOKEN, option)
    elif found := re.fullmatch(r"write '((?!force)[\w.]+)'(, for example)?", remedy):
        yield replace_at(text, place, TOKEN, found[1])
    elif remedy == "write '^'":
        yield replace_at(text, place, TOKEN, "^")
    elif found := re.match(r"write (max\(.*?\)) instead of (\w+)$", remedy):
        yield text[:place] + text[place:].replace(found[2], found[1], 1)
    elif remedy.startswith("use max(x, 0.01)"):
        yield text[:place] + text[place:].replace("/ 0", "/ max(0, 0.01)", 1)
    elif found := LAW.fullmatch(remedy):
        for option in found[1].split(", or "):
            yield replace_at(text, place, SCALAR, option)
    elif found := re.search(r"as in '(\w+)'$", remedy):
        yield replace_at(text, place, re.compile(r"[^:\n]+"), found[1])
    elif remedy == "delete it" and text[place] in "}]":
        yield text[:place] + text[place + 1 :]
    elif found := re.fullmatch(r"delete '(&\w+)'", remedy):
        yield text[:place] + text[place:].replace(f"{found[1]} ", "", 1)
    elif remedy.endswith("or delete the line"):
        yield text[:line_start] + text[line_end + 1 :]
    elif found := re.match(r"write 'visits: (\d+)' in '(\w+)'", remedy):
        stage = text.index(f"\n  {found[2]}:\n", text.index("\nstages:")) + len(found[2]) + 5
        yield f"{text[:stage]}    visits: {found[1]}\n{text[stage:]}"


def words_of_mistakes(mistakes: tuple[Mistake, ...]) -> set[str]:
    return {mistake.problem for mistake in mistakes}


@pytest.mark.parametrize(
    "case", [case for case in ALL if case.name not in ANOTHER], ids=lambda case: case.name
)
def test_what_is_advised_is_not_refused(case, tmp_path):
    text, place = edit_case(case)
    before = mistakes_of(case)
    mistakes = [one for one in before if place in (None, (one.line, one.column))]
    for mistake in mistakes:
        for new in mended_texts_of(text, mistake):
            after = mistakes_in(tmp_path, new)
            gone = mistake.problem not in words_of_mistakes(after) or len(after) < len(before)
            shown = f"{mistake}\n{new}\n" + "\n".join(map(str, after))
            assert gone, f"the same again:\n{shown}"
            assert words_of_mistakes(after) <= words_of_mistakes(before), f"something new:\n{shown}"


def test_many_remedies_are_applied():
    applied = 0
    for case in ALL:
        text, _ = edit_case(case)
        applied += sum(1 for one in mistakes_of(case) for _ in mended_texts_of(text, one))
    assert applied > 150


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_nobody_is_told_to_add_what_is_there(case):
    found = mistakes_of(case)
    guessed = {one.remedy for one in found if one.remedy.startswith("did you mean")}
    for mistake in found:
        if missing := re.match(r"'?\w+'? has no '(\w+)'$", mistake.problem):
            assert f"did you mean '{missing[1]}'?" not in guessed, mistake
