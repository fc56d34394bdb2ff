"""Where sentences end, in the languages that accounts are written in.

A dot ends a sentence unless it belongs to an abbreviation, an initial, an ordinal or to dots of
omission; what goes on in small letters has not ended. Abbreviations that may stand last (*etc.*,
*U.S.*) end a sentence where the next word is one that sentences begin with (Kiss and Strunk 2006
learn both kinds from a text; an account is too short for that, so they are listed here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conjuncture.scenario.abbreviations import (
    AND_SO_ON,
    BEFORE_NUMBERS,
    BEFORE_ORDINALS,
    BETWEEN_WORDS,
    DAYS,
    LETTERED,
    MAY_STAND_LAST,
    MONTHS,
    STARTERS,
    TITLES,
)

_SAYING = (
    "said|says|asked|asks|cried|shouted|replied|answered|demanded|wrote|added|insisted|exclaimed"
    "|called|told|declared|warned|fragte|sagte|rief|schrie|antwortete|erklärte|schrieb|demanda|dit"
    "|cria|répondit|s'écria|écrivit|preguntó|dijo|gritó|respondió|exclamó|escribió|perguntou|disse"
    "|gritou|respondeu|chiese|gridò|rispose"
)
_SAID = re.compile(
    rf"(?:[A-Z\u00c0-\u00de][\w'\u2019-]*\.?\s+){{1,3}}(?:{_SAYING})\b|(?:{_SAYING})\s", re.UNICODE
)

_CLOSERS = "\"'\u2019\u201d\u201c\u00bb\u00ab\u203a)\\]\u300d\u300f\uff09\u3011"
_ENDING = re.compile(
    r"(?:(?P<stop>[.!?\u2026\u061f\u06d4\u0964\u0965\u1362\u203c-\u203d\u2047-\u2049]+)"
    rf"(?P<closers>(?:[{_CLOSERS}]|\s[\u00bb\u203a])*(?:\[\d{{1,3}}\])*[\u00b9\u00b2\u00b3\u2070-\u2079]*)"
    r"(?=\s|$)"
    rf"|(?P<wide>[\u3002\uff01\uff1f\uff61]+)(?P<wide_closers>[{_CLOSERS}]*))"
)
_OPENERS = "\"'\u2018\u201a\u201c\u201e\u00ab\u00bb\u2039\u203a\u00bf\u00a1([{\u2013\u2014\u2015-"
_WORD = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
_PARTICLE = re.compile(r"[a-z]{1,3}['\u2019-][A-Z]|(?:bin|ibn|von|van|de|di) [A-Z]")


_SKIPPED = re.compile(rf"[\s.\u2026{_OPENERS}]{{0,80}}")
_PIECES = re.compile(r"[-\u2010\u2013\u2014/(\[\"'\u2018\u2019\u201c\u201e\u00ab\u00bb]")
_LONG = re.compile(
    r"[)\]\"\u201d\u00bb]$|[^\W\d_]{5,}(?<![bcdfghjkmnpqrstvwxz]l)[^\W\d_]$(?<![bcdfghjkmnpqrstvwxz]l)"
)
_NUMBER = re.compile(r"\d|[IVXLC]{2,}\b")


def ends_of(text: str) -> Iterator[int]:
    """Yield where sentences end within a block, the last one apart.

    Examples
    --------
    >>> text = 'Gen. Torres met Col. Miranda at 5 p.m. "Why?" he asked. They left... He did not.'
    >>> [text[:end].split()[-1] for end in ends_of(text)]
    ['p.m.', 'asked.', 'left...']
    """
    first = _WORD.search(text)
    for found in _ENDING.finditer(text):
        if first is None or found.end() == len(text):
            return
        if first.start() < found.start() and _is_sentence_end(text, first.start(), found):
            yield found.end()
            first = _WORD.search(text, found.end())


def _is_sentence_end(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a sentence whose first word stands at ``start`` ends here."""
    if found["wide"]:
        after = text[found.end()]
        return not found["wide_closers"] or after.isspace() or after in "\u300c\u300e\u201c\uff08"
    dot = found.start()
    skipped = _SKIPPED.match(text, found.end())
    here = skipped.end() if skipped else found.end()
    if here >= len(text) or text[dot - 1] in "([":
        return False
    stop, closers = found["stop"], found["closers"]
    before = text[max(start, dot - 80) : dot]
    if text[here].islower():
        plain = _PARTICLE.match(text, here) or _LONG.search(before)
        return stop == "." and bool(plain) and _ends_word(before, text, here)
    if stop != ".":
        dots = not set(stop) - set(".\u2026") and len(stop) < 4
        if dots and before[-1:].isspace():
            return False
        return dots or not _is_said_or_inserted(text, start, found, here)
    if before[-1:].isspace() and (before.rstrip().endswith(".") or "." in text[found.end() : here]):
        return False
    return bool(closers.strip(")]")) or _ends_word(before, text, here)


def _is_said_or_inserted(text: str, start: int, found: re.Match[str], here: int) -> bool:
    """Whether a call or question is one that somebody utters within the sentence."""
    closers = found["closers"]
    if ")" in closers or "]" in closers:
        opened = max(text.rfind("(", start, found.start()), text.rfind("[", start, found.start()))
        return opened > start
    return bool(closers) and bool(_SAID.match(text, here))


def _ends_word(before: str, text: str, here: int) -> bool:
    """Whether a dot after a word ends the sentence, where the next word stands at ``here``."""
    chunk = (before.split() or [""])[-1] if not before[-1:].isspace() else ""
    last = _PIECES.split(chunk)[-1] or chunk
    word = last.casefold()
    earlier = before[: len(before) - len(chunk)].split()
    if word in BEFORE_NUMBERS and _NUMBER.match(text, here):
        return False
    if last.isdigit():
        return not _is_ordinal(last, earlier, text, here)
    if chunk.casefold() in TITLES or word in TITLES:
        return False
    if word in BETWEEN_WORDS:
        return False
    if word in AND_SO_ON and (word != "al" or earlier[-1:] == ["et"]):
        return True
    if word in ("a.m", "p.m") or (word == "m" and earlier[-1:] in (["a."], ["p."])):
        return _next_word(text, here) not in DAYS
    if len(last) == 1 and last.isalpha():
        return _ends_letter(last, earlier, text, here)
    pieces = last.split(".")
    if len(pieces) > 1 and all(piece.isalpha() and len(piece) < 3 for piece in pieces):
        return not last.islower() and _begins_sentence(text, here)
    if word in MAY_STAND_LAST:
        return _begins_sentence(text, here)
    return True


def _ends_letter(last: str, earlier: list[str], text: str, here: int) -> bool:
    """Whether the dot after a single letter ends the sentence: an initial, or z. B. and m."""
    if last.isupper():
        lettered = bool(earlier) and earlier[-1].casefold() in LETTERED
        return last != "M" and (lettered or _begins_sentence(text, here))
    if _next_word(text, here) in MAY_STAND_LAST:
        return False
    if earlier and earlier[-1][-1].isdigit():
        return last not in "rг" or _begins_sentence(text, here)
    return last in "éèóяиоа"


def _is_ordinal(number: str, earlier: list[str], text: str, here: int) -> bool:
    """Whether a number with a dot is an ordinal, as in German, or counts what follows."""
    if not earlier:
        return True
    following = _next_word(text, here)
    if len(number) > 2 or following in STARTERS:
        return False
    return following in MONTHS or (
        earlier[-1].casefold() in BEFORE_ORDINALS and text[here].isalpha()
    )


def _begins_sentence(text: str, here: int) -> bool:
    word = _next_word(text, here)
    return word == "i" or word in STARTERS or re.split("['\u2019]", word)[0] in STARTERS


def _next_word(text: str, here: int) -> str:
    found = _WORD.match(text, here)
    return found[0].casefold() if found else ""
