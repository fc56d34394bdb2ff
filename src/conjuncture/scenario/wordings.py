"""The words that a scenario has for sentences: ``says``, ``short``, ``when_low``, ``when_high``."""

from __future__ import annotations

from collections.abc import Iterable

from conjuncture.language.names import unknown_name
from conjuncture.scenario.crisis import Words
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.tree import MappingNode, ScalarNode

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
    node : Mapping
        What the scenario says of it.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    return Words(*(read_wording(node, name, diagnostics) for name in WORDING_KEYS))


def read_wording(node: MappingNode, name: str, diagnostics: Diagnostics, example: str = "") -> str:
    """Return a text that is to stand within a sentence, empty where it is not there.

    Parameters
    ----------
    node : Mapping
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
    node : Mapping
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
