"""Asking a crisis: a query, an event or interventions given apart from the scenario file.

The claims of an account: what each says, and the comparison that tests it.
"""

from __future__ import annotations

from conjuncture.errors import Mistake, QueryError
from conjuncture.language.linker import link_event, link_interventions, link_query, link_test
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import Compare, Expression, Intervention, Within
from conjuncture.language.parser import parse_event, parse_interventions, parse_query
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.crisis import Claim, Crisis, Place
from conjuncture.scenario.dependencies import refuse_unknowable, varying_cells
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_graph import certain_stages
from conjuncture.scenario.yaml_tree import Entries, MappingNode, ScalarNode


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
    sources : ProvenanceReader
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


def read_query(text: str, crisis: Crisis) -> Expression:
    """Return what a query asks of a crisis.

    Parameters
    ----------
    text : str
        For example ``P(showdown = torres | do(unions aside))``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text, and for a comparison, which is a claim.
    """
    try:
        asked = link_query(parse_query(text), crisis.vocabulary, certain_stages(crisis.stages))
        refuse_unknowable(asked, varying_cells(crisis.numbers, crisis.stages))
    except LanguageErrors as errors:
        raise query_error(text, errors, "query") from None
    if isinstance(asked, Compare | Within):
        raise QueryError(
            [
                Mistake(
                    "query", *place_of(text, asked.start), "this is a comparison, not a quantity",
                    "ask for the quantity alone, or make the comparison the 'test' of a claim",
                )
            ]
        )  # fmt: skip
    return asked


def read_event(text: str, crisis: Crisis) -> Expression:
    """Return what an event means in a crisis.

    Parameters
    ----------
    text : str
        For example ``showdown = torres and showdown.side[unions] = torres``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text.
    """
    try:
        return link_event(parse_event(text), crisis.vocabulary)
    except LanguageErrors as errors:
        raise query_error(text, errors, "event") from None


def read_interventions(text: str, crisis: Crisis) -> tuple[Intervention, ...]:
    """Return what the inside of a ``do(...)`` means in a crisis.

    Parameters
    ----------
    text : str
        For example ``unions aside, without air_force``.
    crisis : Crisis

    Raises
    ------
    QueryError
        With the place of every mistake in the text.
    """
    try:
        linked = link_interventions(parse_interventions(text), crisis.vocabulary)
        refuse_unknowable(linked, varying_cells(crisis.numbers, crisis.stages))
    except LanguageErrors as errors:
        raise query_error(text, errors, "do(...)") from None
    return linked


def query_error(text: str, errors: LanguageErrors, what: str) -> QueryError:
    """Return the error that shows each mistake at its place in the text."""
    return QueryError(
        [
            Mistake(what, *place_of(text, one.start), one.problem, one.remedy)
            for one in errors.problems
        ]
    )


def place_of(text: str, offset: int) -> tuple[int, int]:
    r"""Return line and column of a character, counted from 1.

    Examples
    --------
    >>> place_of("P(a)\n> 1", 5)
    (2, 1)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
