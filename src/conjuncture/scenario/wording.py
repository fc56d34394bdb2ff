"""The words that a scenario has for sentences, and how names stand within them.

``says``, ``short``, ``when_low`` and ``when_high`` are written there. A scenario's keys are written
small and its names with a capital, as in a heading: their article, their number, and what is a name
of somebody and what an ordinary word are told from the account, which writes both within sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from conjuncture.language.names import unknown_name
from conjuncture.scenario.crisis import Words
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode

ARTICLES = ("the", "a", "an")
AFTER_THE_NOUN = (
    "of", "in", "at", "on", "from", "under", "with", "without", "around", "behind", "after", "for",
    "against", "near", "that", "who", "which", "as", "to", "by",
)  # fmt: skip
"""What begins the part of a name that says no more whether it means one or several."""

PLURALS = frozenset(("people", "police", "children", "clergy", "military", "cattle"))
"""Nouns that mean several without ending in s."""

SINGULAR_ENDINGS = ("ss", "us", "is")
SENTENCE_ENDS = frozenset('.!?:;\u2026\u201c\u201d\u00ab"#*|>')


def plain_label(label: str) -> str:
    """Return a label as a reader would write it.

    Examples
    --------
    >>> plain_label("air_force")
    'air force'
    """
    return label.replace("_", " ")


def spelling_of(label: str, account: str) -> str:
    """Return a label as words, with the capitals that the account gives them within sentences.

    Parameters
    ----------
    label : str
        A key of a scenario: a camp, a force, a group.
    account : str

    Examples
    --------
    >>> account = "Miranda fled. On Monday Torres and the air force held the palace."
    >>> [spelling_of(label, account) for label in ("torres", "air_force", "miranda", "navy")]
    ['Torres', 'air force', 'miranda', 'navy']
    """
    words = plain_label(label)
    found = [
        account[at : at + len(words)]
        for at in _places_of(words, account)
        if _is_within_sentence(account, at)
    ]
    return words if not found or words in found else found[0]


def phrase_of(name: str, account: str) -> str:
    """Return a name as it stands within a sentence.

    An article begins small. A first word that the account writes small within sentences loses its
    capital, and gets an article where the name means several.

    Examples
    --------
    >>> account = "The line regiments and the other works waited for Milans."
    >>> phrase_of("The airmen", account), phrase_of("Milans and the troops", account)
    ('the airmen', 'Milans and the troops')
    >>> phrase_of("Line regiments of the east", account), phrase_of("Other works", account)
    ('the line regiments of the east', 'the other works')
    """
    first, blank, rest = name.partition(" ")
    small = first.lower()
    if small in ARTICLES:
        return small + blank + rest if rest else name
    if first == small or not _is_word_of(small, account):
        return name
    phrase = small + blank + rest
    noun = _noun_of(phrase)
    return f"the {phrase}" if " and " not in noun and _has_plural_ending(noun) else phrase


def phrase_of_key(key: str, account: str) -> str:
    """Return how sentences call somebody who has a key and no name.

    A name with a capital gets an article only where most of its mentions have one: "the Torres
    government" makes no article of his.

    Examples
    --------
    >>> account = "The guards held the palace. A crowd came. Torres fled."
    >>> phrase_of_key("guards", account), phrase_of_key("crowd", account)
    ('the guards', 'the crowd')
    >>> phrase_of_key("plotters", account)
    'plotters'
    >>> phrase_of_key("torres", account + " So the Torres government fell, and Torres with it.")
    'Torres'
    """
    words = spelling_of(key, account)
    before = [account[max(0, at - 8) : at].rstrip().lower() for at in _places_of(words, account)]
    articled = sum(re.search(r"\b(?:the|a|an)$", text) is not None for text in before)
    enough = 1 if words.islower() else len(before) / 2
    return f"the {words}" if articled and articled >= enough else words


def is_plural(name: str) -> bool:
    """Return whether a name means several, as far as the name tells.

    Examples
    --------
    >>> [is_plural(name) for name in ("The unions", "Milans and the troops", "The airmen")]
    [True, True, True]
    >>> [is_plural(name) for name in ("Torres", "The leadership of the unions", "The press")]
    [False, False, False]
    >>> is_plural("The rest of the guard and the police"), is_plural("Yevdokimov's tanks")
    (False, True)
    """
    noun = _noun_of(name)
    if " and " in f" {noun} ":
        return True
    words = noun.split()
    proper = words[:1] != [] and all(word[:1].isupper() for word in words)
    if proper and words[0].lower() not in ARTICLES:
        return False
    return _has_plural_ending(noun)


def _has_plural_ending(noun: str) -> bool:
    last = noun.rsplit(" ", 1)[-1].lower()
    if last in PLURALS or last.endswith("men"):
        return True
    return last.endswith("s") and not last.endswith(SINGULAR_ENDINGS)


def _noun_of(name: str) -> str:
    """Return a name up to what only says which one is meant."""
    words = name.split()
    ends = (place for place, word in enumerate(words) if place and word.lower() in AFTER_THE_NOUN)
    return " ".join(words[: next(ends, len(words))])


def _is_word_of(word: str, account: str) -> bool:
    return any(account.startswith(word, at) for at in _places_of(word, account))


def _places_of(words: str, account: str) -> list[int]:
    """Return where the account has some words, whatever their capitals, as whole words."""
    lowered, sought = account.lower(), words.lower()
    if len(lowered) != len(account) or not sought:
        return []
    found, at = [], lowered.find(sought)
    while at >= 0:
        end = at + len(sought)
        begins = at == 0 or not lowered[at - 1].isalnum()
        if begins and not lowered[end : end + 1].isalnum():
            found.append(at)
        at = lowered.find(sought, end)
    return found


def _is_within_sentence(account: str, at: int) -> bool:
    before = account[max(0, at - 8) : at].rstrip()
    return bool(before) and before[-1] not in SENTENCE_ENDS and "\n\n" not in account[at - 2 : at]


WORDING_KEYS = ("short", "when_low", "when_high")
"""What only an unknown says of itself."""

WORDING_EXAMPLES = {
    "says": "Torres wins the showdown",
    "short": "the army's mood",
    "when_low": "it leans to Torres",
    "when_high": "it leans to Miranda",
}
WHEN_PREFIX = "when "
FORBIDDEN_ENDS = tuple(".!?;:,")


def read_words(node: MappingNode, diagnostics: Diagnostics) -> Words:
    """Return how an unknown is spoken of.

    Parameters
    ----------
    node : MappingNode
        What the scenario says of it.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    return Words(*(read_wording(node, name, diagnostics) for name in WORDING_KEYS))


def read_wording(node: MappingNode, name: str, diagnostics: Diagnostics, example: str = "") -> str:
    """Return a text that is to stand within a sentence, empty where it is not there.

    Parameters
    ----------
    node : MappingNode
    name : str
        The key under which it stands.
    diagnostics : Diagnostics
        Where mistakes go: a text that ends as a sentence does. What is empty has been told before.
    example : str
        What could be written; an example for the key where it is empty.
    """
    written = node.get(name)
    if not isinstance(written, ScalarNode) or written.broken:
        return ""
    text = " ".join(written.value.split())
    wrong = refuse_wording(
        text, name, example or WORDING_EXAMPLES.get(name, WORDING_EXAMPLES["says"])
    )
    if wrong is not None:
        diagnostics.refuse(written, *wrong)
    return text


def refuse_wording(text: str, name: str, example: str) -> tuple[str, str] | None:
    """Return what is wrong with a text that is to stand within a sentence, and what to write.

    Examples
    --------
    >>> refuse_wording("Torres wins.", "says", "Torres wins the showdown")[0]
    "'says' stands within sentences and ends with '.'"
    """
    if text.endswith(FORBIDDEN_ENDS):
        problem = f"'{name}' stands within sentences and ends with '{text[-1]}'"
        return problem, f"leave the sign out, as in '{example}'"
    if name.startswith("when_") and text.lower().startswith(WHEN_PREFIX):
        return (
            f"'{name}' stands after the word 'when' already",
            f"write '{text[len(WHEN_PREFIX) :]}'",
        )
    return None


def read_says(
    node: MappingNode, outcomes: Iterable[str], diagnostics: Diagnostics
) -> dict[str, str]:
    """Return what happens in each outcome of a stage, of those of which the scenario says it.

    Parameters
    ----------
    node : MappingNode
        The stage.
    outcomes : iterable of str
        How it can end.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    says = node.get("says")
    known = tuple(outcomes)
    found: dict[str, str] = {}
    if not isinstance(says, MappingNode):
        return found
    for key, _ in says.pairs:
        if key.value not in known:
            diagnostics.refuse(key, *unknown_name("outcome", key.value, known))
        else:
            found[key.value] = read_wording(says, key.value, diagnostics)
    return found
