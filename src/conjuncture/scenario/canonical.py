"""A canonical text of a scenario, so that its sha256 says whether two are the same."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from conjuncture.scenario.tree import MappingNode, SequenceNode, YamlNode

_PROSE = frozenset(
    (
        "title", "account", "name", "kind", "quote", "note", "source", "says", "why", "meaning",
        "plural", "short", "when_low", "when_high",
    )
)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)|[^\W\d]\w*|[<>!*+]=|\S"
)


def canonical_text(root: MappingNode) -> str:
    """Return the scenario as JSON without comments, layout or ways of writing numbers.

    Entries keep the order of the file, because the order of forces, camps, stages and claims has
    a meaning.
    """
    return json.dumps(_canonical_data(root, prose=False), ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the sha256 of a text in UTF-8, in hexadecimal.

    Examples
    --------
    >>> digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_expression(text: str) -> str:
    """Return an expression with one blank between signs and numbers in their shortest form.

    Examples
    --------
    >>> canonical_expression("1.50+army_mood *2")
    '1.5 + army_mood * 2'
    """
    return " ".join(
        f"{float(match['number']):.17g}" if match["number"] else match.group()
        for match in _TOKEN.finditer(text)
    )


def _canonical_data(node: YamlNode, *, prose: bool) -> Any:
    if isinstance(node, MappingNode):
        return {
            (key.value if prose else canonical_expression(key.value)): _canonical_data(
                value, prose=prose or key.value in _PROSE or key.value == "references"
            )
            for key, value in node.pairs
        }
    if isinstance(node, SequenceNode):
        return [_canonical_data(item, prose=prose) for item in node.items]
    return " ".join(node.value.split()) if prose else canonical_expression(node.value)
