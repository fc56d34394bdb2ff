"""The claims of an account: what each says, and the comparison that tests it."""

from __future__ import annotations

from conjuncture.language.linking import link_test
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Compare, Within
from conjuncture.language.parser import parse_query
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.crisis import Claim, Place
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.following import refuse_unknowable
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.tree import Entries, MappingNode, ScalarNode


def read_claims(
    pairs: Entries,
    vocabulary: Vocabulary | None,
    certain: frozenset[str],
    changing: frozenset[str],
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
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
    changing : frozenset of str
        The cells that can differ between the histories of a world.
    sources : Sources
        Reads quotes and sources.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    claims: dict[str, Claim] = {}
    for key, node in pairs:
        if not isinstance(node, MappingNode):
            continue
        provenance = sources.read(node)
        says, test = node.get("says"), node.get("test")
        if not isinstance(test, ScalarNode) or test.broken:
            continue
        linked = _read_test(test, vocabulary, certain, changing, diagnostics)
        if linked is None or not isinstance(says, ScalarNode) or says.broken:
            continue
        place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
        text = " ".join(says.value.split())
        written = " ".join(test.value.split())
        claims[key.value] = Claim(key.value, text, linked, written, provenance, place)
    return claims


def _read_test(
    test: ScalarNode,
    vocabulary: Vocabulary | None,
    certain: frozenset[str],
    changing: frozenset[str],
    diagnostics: Diagnostics,
) -> Compare | Within | None:
    try:
        parsed = parse_query(test.value)
        if vocabulary is None:
            return None
        linked = link_test(parsed, vocabulary, certain)
        refuse_unknowable(linked, changing)
        return linked
    except LanguageErrors as errors:
        diagnostics.refuse_text(test, errors)
        return None
