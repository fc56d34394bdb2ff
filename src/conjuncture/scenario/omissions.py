"""What a scenario leaves out of its account on purpose, with the reason."""

from __future__ import annotations

from conjuncture.scenario.crisis import Omission
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.tree import MappingNode, ScalarNode, SequenceNode


def read_omissions(
    root: MappingNode, sources: ProvenanceReader, diagnostics: Diagnostics
) -> tuple[Omission, ...]:
    """Return the omissions in the order of the file.

    A sentence that something else in the scenario quotes is not left out: that is doubted.

    Parameters
    ----------
    root : Mapping
        The scenario. Everything else in it must have been read before.
    sources : Sources
        Knows what has been quoted so far.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    listed = root.get("omissions")
    quoted = list(sources.quotes)
    found: list[Omission] = []
    for node in listed.items if isinstance(listed, SequenceNode) else []:
        if not isinstance(node, MappingNode):
            continue
        written, why = node.get("quote"), node.get("why")
        if not isinstance(written, ScalarNode) or written.broken:
            continue
        quote = sources.find(written)
        if quote is None or not isinstance(why, ScalarNode) or why.broken:
            continue
        if any(quote.start < other.end and other.start < quote.end for other in quoted):
            problem = "this is said to be left out, and another part of the scenario quotes it"
            diagnostics.warn(written, problem, "keep one of the two")
        found.append(Omission(quote, " ".join(why.value.split())))
    return tuple(found)
