"""The claims of an account: what each says, and the comparison that tests it."""

from __future__ import annotations

from conjuncture.language.linking import link_test
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Compare, Necessity, Probability, Sufficiency, Within
from conjuncture.language.parser import parse_query
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.crisis import Claim, Place
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.provenance import Sources
from conjuncture.scenario.tree import Entries, Mapping, Scalar
from conjuncture.scenario.values import literal

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_claims(
    pairs: Entries,
    vocabulary: Vocabulary | None,
    certain: frozenset[str],
    sources: Sources,
    findings: Findings,
) -> dict[str, Claim]:
    """Return the claims in the order of the file.

    Parameters
    ----------
    pairs : list
        The entries of ``claims`` in the tree.
    vocabulary : Vocabulary or None
        What names mean; None where the stages could not be read: only the grammar is then
        checked.
    certain : frozenset of str
        The stages that every history reaches.
    sources : Sources
        Reads quotes and sources.
    findings : Findings
        Where mistakes go.
    """
    claims: dict[str, Claim] = {}
    for key, node in pairs:
        if not isinstance(node, Mapping):
            continue
        provenance = sources.read(node)
        says, test = node.get("says"), node.get("test")
        if not isinstance(test, Scalar) or test.broken:
            continue
        linked = _read_test(test, vocabulary, certain, findings)
        if linked is None or not isinstance(says, Scalar) or says.broken:
            continue
        place = Place(findings.source.file, *findings.source.position(key.start))
        text = " ".join(says.value.split())
        written = " ".join(test.value.split())
        claims[key.value] = Claim(key.value, text, linked, written, provenance, place)
        if (trivial := _trivial(linked)) is not None:
            findings.doubt(test, f"the claim '{key.value}' {trivial}", "choose another threshold")
    return claims


def _read_test(
    test: Scalar, vocabulary: Vocabulary | None, certain: frozenset[str], findings: Findings
) -> Compare | Within | None:
    try:
        parsed = parse_query(test.value)
        return link_test(parsed, vocabulary, certain) if vocabulary else None
    except LanguageErrors as errors:
        findings.within(test, errors)
        return None


def _trivial(test: Compare | Within) -> str | None:
    """Return in words that a threshold lies where no probability can cross it, or None."""
    if isinstance(test, Within):
        low, high = literal(test.low), literal(test.high)
        if not _is_probability(test.operand) or low is None or high is None:
            return None
        return "is true of any probability" if low <= 0 and high >= 1 else None
    operator: str = test.operator
    left, right = test.left, test.right
    if _is_probability(right):
        operator, left, right = _FLIPPED.get(operator, operator), right, left
    threshold = literal(right)
    if not _is_probability(left) or threshold is None:
        return None
    always = {">=": threshold <= 0, ">": threshold < 0, "<=": threshold >= 1, "<": threshold > 1}
    never = {">=": threshold > 1, ">": threshold >= 1, "<=": threshold < 0, "<": threshold <= 0}
    if always.get(operator):
        return "is true of any probability"
    return "is true of no probability" if never.get(operator) else None


def _is_probability(node: object) -> bool:
    return isinstance(node, (Probability, Necessity, Sufficiency))
