"""Where what a scenario says comes from: quotes found in the account, sources in the references.

What a scenario leaves out of its account on purpose, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from conjuncture.errors import ScenarioError
from conjuncture.language.names import unknown_name
from conjuncture.scenario.account import Account
from conjuncture.scenario.crisis import Omission, Provenance, Quote
from conjuncture.scenario.source import Diagnostics, read_source
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode, SequenceNode

_MOST_GUESSES = 20


def read_account(folder: Path, node: ScalarNode, diagnostics: Diagnostics) -> Account | None:
    """Return the account that a scenario names, or None when it cannot be read.

    It must lie in the scenario's own folder, so that the folder is the whole crisis.
    """
    name = node.value.strip()
    path = folder / name
    remedy = "put the account beside the scenario and write its file name"
    if not Path(name).name or "\\" in name or not _stays_inside(folder, path):
        diagnostics.refuse(node, f"the account '{name}' lies outside the scenario's folder", remedy)
        return None
    if not path.is_file():
        diagnostics.refuse(node, f"there is no file '{name}' beside the scenario", remedy)
        return None
    try:
        source = read_source(path, "the account", as_it_is=True)
    except ScenarioError as error:
        diagnostics.add_mistakes(error.mistakes)
        return None
    if not source.text.strip():
        diagnostics.refuse(node, f"the account '{name}' is empty", "write down what happened")
        return None
    return Account(source)


def _stays_inside(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


class ProvenanceReader:
    """Reads ``quote``, ``note`` and ``source``, and remembers which quotes were found.

    Parameters
    ----------
    account : Account or None
        None where it could not be read: quotes are then not looked for.
    references : collection of str
        The keys of ``references``.
    diagnostics : Diagnostics
        Where mistakes go.
    """

    def __init__(
        self, account: Account | None, references: Collection[str], diagnostics: Diagnostics
    ) -> None:
        self._account = account
        self._references = references
        self._diagnostics = diagnostics
        self._guesses = 0
        self._missing: dict[str, list[ScalarNode]] = {}
        self.quotes: list[Quote] = []

    def read(self, node: MappingNode) -> Provenance:
        """Return where the part of the scenario comes from that ``node`` is."""
        quote, note, source = (_text(node, key) for key in ("quote", "note", "source"))
        if source is not None and source.value not in self._references:
            self._missing.setdefault(source.value, []).append(source)
        found = self.find(quote) if quote is not None else None
        return Provenance(
            found,
            " ".join(note.value.split()) if note is not None else "",
            source.value if source is not None else "",
        )

    def tell_missing(self) -> None:
        """Note each source that ``references`` lacks, once, with the lines that name it."""
        for key, nodes in self._missing.items():
            problem, remedy = unknown_name("reference", key, self._references)
            places = sorted(nodes, key=lambda node: node.start)
            lines = dict.fromkeys(self._diagnostics.line_of(node) for node in places[1:])
            if len(places) > 1:
                listed = ", ".join(map(str, lines))
                problem += f", which is named {len(places)} times (also in line {listed})"
            self._diagnostics.refuse(places[0], problem, remedy)

    def find(self, node: ScalarNode) -> Quote | None:
        """Return where the account has a quote; note it when it has not."""
        if self._account is None:
            return None
        found = self._account.find(node.value)
        if found is not None:
            self.quotes.append(found)
            return found
        text = " ".join(node.value.split())
        shown = text if len(text) <= 60 else text[:57] + "..."
        remedy = "copy its words exactly"
        if self._guesses < _MOST_GUESSES:
            self._guesses += 1
            near = self._account.nearest_sentence(node.value)
            if near is not None:
                passage = near if len(near) <= 160 else near[:157] + "..."
                remedy = f"the nearest passage is: {passage}"
        self._diagnostics.refuse(node, f"the account does not have the quote '{shown}'", remedy)
        return None


def _text(node: MappingNode, key: str) -> ScalarNode | None:
    value = node.get(key)
    return value if isinstance(value, ScalarNode) and not value.broken else None


def read_omissions(
    root: MappingNode, sources: ProvenanceReader, diagnostics: Diagnostics
) -> tuple[Omission, ...]:
    """Return the omissions in the order of the file.

    A sentence that something else in the scenario quotes is not left out: that is doubted.

    Parameters
    ----------
    root : MappingNode
        The scenario. Everything else in it must have been read before.
    sources : ProvenanceReader
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
