"""Where sentences end, in the languages that accounts are written in.

A dot ends a sentence unless it belongs to an abbreviation, an initial, an ordinal or to dots of
omission; what goes on in small letters has not ended. Abbreviations that may stand last (*etc.*,
*U.S.*) end a sentence where the next word is one that sentences begin with (Kiss and Strunk 2006
learn both kinds from a text; an account is too short for that, so they are listed here, in small
letters: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Russian).
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _word_set(
    """
    adm amb bp brig capt cdr cel cmdr cmdt cnel col cpl cpt d-r dhr dn dott dr dra drs dñ excmo fr
    frl gen gob gov gral hl hon hr hrn ing insp ks lic lt ltc maj messrs mevr mgr mlle mm mme mr
    mrs ms mt mw ofr phil por ppor pr pres prof pte płk rep rev rt sen sgt sig sr sra sres srta st
    sta ste supt tte vda św акад г-н ген им полк ул
    """
)
"""Before a name: never last."""

BETWEEN_WORDS = _word_set(
    """
    appr approx aprox av bijv bl.a bspw bzw ca cca cf circa d.h dgl dvs ebd eds engl env etw evtl
    exkl f.eks geb gegr gest ggf inkl insb insbes m.in mio mrd np orig resp sog t.ex tj tsd tzn
    u.a ungef urspr v.a vgl viz vs wg z.b zit zzgl млн млрд напр см тыс
    """
)
"""Between words: never last."""

BEFORE_NUMBERS = _word_set(
    """
    abs apr april art arts aug ausg avr bd bde c cap ch dec dez div déc ed f feb febr fig fol févr
    jan janv juil jul jun jän kap lib mar mär n nn no nos nov nr nro num núm oct okt op p pag par
    parr pos pp pág págs reg regt s sec sect sep sept t tab tit tom v vol vols z zam гл ст стр тел
    """
)
"""Before a number: not last there."""

AND_SO_ON = _word_set(
    """
    al ecc enz etc ff itd itp o.ä sqq u.ä usf usw др проч
    """
)
"""Last where a capital letter follows."""

MAY_STAND_LAST = _word_set(
    """
    chr co corp dept ee ff.aa inc jh jhdt jhs jr ltd phd r ud uds uu vds г р
    """
)
"""Last where a word follows that begins sentences; so are U.S. and its like, and initials."""

STARTERS = _word_set(
    """
    aber además after ahora algunos all allora als although am anche and antes apesar après aquel
    aquella as así at até auch aucun auf aunque aus aussi avant avec because before bei bis both
    but by cada ce ceci cela celle celui ces cet cette ceux chaque che com comme como così cuando
    dabei damit dann dans daraufhin das dass denn dennoch depois depuis desde deshalb después die
    dies diese dieser doch donc donde dopo dove durante during dès each egli ein eine einen einer
    ela ele eles ella ellas elle elles ellos enfin enquanto ensuite entonces er era erano erst es
    esa ese eso essi esta este esto estos even every few for from fu für hasta he her here his how
    however ici if ihm ihr ihre il ils im in infine instead isso isto it its je jetzt kein later
    lorsque luego ma mais malgré man many mas meanwhile mentre mientras mit most muchos muitos
    nach nachdem nada nadie nas neither nel nella nem nevertheless nicht nobody noch noi none not
    nothing nous now nun nur não ob obwohl of ogni ohne on once one only others otra otros ou our
    où par para parce pela pelo pendant pero personne però peu plus plusieurs poi por porque pour
    pourquoi pourtant prima pues puis quale quand quando que quello quem questa questo qui rien
    schon según seine selon sem ses seu she sie sin since sino sobre sofort some sono soon sotto
    sous still sua such sur são también that the their then there therefore these they this those
    though through thus to tous tout toutefois tras tutti uma und under une unter until vers viele
    voici voilà vom vor we weil wenn wer what when where whether which while who why wie wir with
    without während y ya yet you your zu zum zur zwar а в во все всё где для до его ее если еще её
    же за из их к как когда который мы на но о об он она они от по под после потом при с так там
    то тогда у что эта эти это этот я
    """
)
"""What sentences begin with and names do not."""

MONTHS = _word_set(
    """
    apr april aug august dez dezember feb feber februar jan januar jul juli jun juni jän jänner
    mai mär märz nov november okt oktober sep sept september
    """
)
"""German months, before which a number with a dot is an ordinal."""

BEFORE_ORDINALS = _word_set(
    """
    ab am beim bis das dem den der des die dieser ein eine einem einen einer im ins nach oder seit
    und vom zum zur
    """
)
"""German words between which and a noun a number with a dot is an ordinal."""

LETTERED = _word_set(
    """
    appendix article camp class group plan point section type war zone
    """
)
"""A single capital after one of these is no initial."""

DAYS = _word_set(
    """
    bst cet eastern edt est friday gmt local monday pst saturday sunday thursday tuesday utc
    wednesday
    """
)
"""What follows a time of day without beginning a sentence."""


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
