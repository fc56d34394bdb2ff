"""The works that Conjuncture cites, read from the small part of BibTeX that our file uses.

Which works a crisis rests on: its own, those of its mechanisms, those of cases like it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from conjuncture.data.dictionary import DICTIONARY
from conjuncture.language.nodes import walk
from conjuncture.language.quantities import CausalQuantity
from conjuncture.scenario.crisis import Crisis

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,")
_FIELD = re.compile(r"\s*(\w+)\s*=\s*")
_ACCENT = re.compile(r"\\([`'^\"~=.cvuH])\s*(?:\{\s*)?\\?(\w)\}?")
_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry: its kind (``book``, ``article``, ...), key, fields, and the text as it stands."""

    kind: str
    key: str
    fields: Mapping[str, str]
    bibtex: str

    def text(self) -> str:
        """Return the work in a line, as a list of references has it.

        Examples
        --------
        >>> works()["skaperdas1996"].text()
        'Skaperdas, Stergios (1996). Contest Success Functions. Economic Theory 7 (2), 283–290.'
        """
        known = {name: _strip_latex(value) for name, value in self.fields.items()}
        who = known.get("author", "") or known.get("editor", "")
        names = who.split(" and ")
        who = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else who
        if "author" not in known and who:
            who += " (eds.)"
        year = f" ({known['year']})" if "year" in known else ""
        parts = [f"{who}{year}".strip(), known.get("title", ""), _container_of(known)]
        parts.append(known.get("note", "").replace("unverified", ""))
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    def short_text(self) -> str:
        """Return the work as a citation in running text has it.

        Examples
        --------
        >>> works()["skaperdas1996"].short_text(), works()["salmon2011"].short_text()
        ('Skaperdas 1996', 'Salmon et al. 2011')
        """
        who = self.fields.get("author", "") or self.fields.get("editor", "") or self.key
        names = [_strip_latex(name.split(",")[0]) for name in who.split(" and ")]
        shown = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        return f"{shown} {self.fields.get('year', '')}".strip()


@cache
def works() -> Mapping[str, BibliographyEntry]:
    """Return the works that the package cites, by key.

    Examples
    --------
    >>> works()["caspertyson2014"].fields["volume"]
    '76'
    """
    return read_bibtex(files("conjuncture").joinpath("references.bib").read_text("utf-8"))


def read_bibtex(text: str) -> Mapping[str, BibliographyEntry]:
    """Read entries whose fields are in braces, quotes or bare numbers.

    Raises
    ------
    ValueError
        When an entry is not closed, a field cannot be read, or a key stands twice.

    Examples
    --------
    >>> read_bibtex("@book{key, title = {A {B}}, year = 1970}")["key"].fields
    {'title': 'A {B}', 'year': '1970'}
    """
    found: dict[str, BibliographyEntry] = {}
    for entry in _ENTRY.finditer(text):
        kind, key = entry.groups()
        fields, end = _read_fields(text, entry.end(), key)
        if key in found:
            raise ValueError(f"'{key}' stands twice")
        found[key] = BibliographyEntry(kind.lower(), key, fields, text[entry.start() : end])
    return found


def _read_fields(text: str, at: int, key: str) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while field := _FIELD.match(text, at):
        value, at = _read_field_value(text, field.end(), key)
        fields[field.group(1).lower()] = " ".join(value.split())
        rest = re.compile(r"\s*,?").match(text, at)
        at = rest.end() if rest else at
    closing = re.compile(r"\s*\}").match(text, at)
    if closing is None:
        raise ValueError(f"the entry '{key}' cannot be read at character {at}")
    return fields, closing.end()


def _read_field_value(text: str, at: int, key: str) -> tuple[str, int]:
    bare = re.compile(r"\w+").match(text, at)
    if bare is not None:
        return bare.group(), bare.end()
    depth, start = 0, at
    quoted = text[at : at + 1] == '"'
    for here in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[here], 0)
        if quoted and here > start and text[here] == '"' and depth == 0:
            return text[start + 1 : here], here + 1
        if not quoted and depth == 0:
            return text[start + 1 : here], here + 1
    raise ValueError(f"a field of '{key}' is not closed")


def _strip_latex(value: str) -> str:
    r"""Return a field without the marks of LaTeX.

    Examples
    --------
    >>> _strip_latex("Coup d'{\\'e}tat, 1952--1982")
    "Coup d'état, 1952–1982"
    """
    accented = _ACCENT.sub(
        lambda match: unicodedata.normalize("NFC", match[2] + _COMBINING[match[1]]), value
    )
    return re.sub(r"[{}]", "", accented.replace("---", "—").replace("--", "–"))


def _container_of(known: Mapping[str, str]) -> str:
    if "journal" in known:
        volume = known.get("volume", "") + (f" ({known['number']})" if "number" in known else "")
        parts = (f"{known['journal']} {volume}".strip(), known.get("pages", ""))
        return ", ".join(part for part in parts if part)
    publisher = ": ".join(known[name] for name in ("address", "publisher") if name in known)
    if "booktitle" in known:
        return f"In {known['booktitle']}" + (f". {publisher}" if publisher else "")
    return publisher


def citations_of(crisis: Crisis) -> dict[str, str]:
    """Return the keys of the works, the scenario's own first, and who cites them.

    Who cites is ``scenario``, ``method``, ``data`` (the table of similar cases: their outcomes and
    the tags by which the scenario compares itself with them) or the name of a mechanism.

    Examples
    --------
    >>> import conjuncture
    >>> found = citations_of(conjuncture.load("bolivia-1970").crisis)
    >>> found["source_text"], found["skaperdas1996"], found["oberstsontag2019"]
    ('scenario', 'showdown', 'method')
    """
    found = dict.fromkeys(crisis.references, "scenario")
    for stage in crisis.stages.values():
        for key in type(stage.model).references:
            found.setdefault(key, stage.mechanism)
    if crisis.like is not None:
        for column in DICTIONARY[crisis.like.among].columns:
            if column.kind == "outcome" or column.name in crisis.like.tags:
                for key in column.source.works:
                    found.setdefault(key, "data")
    found.setdefault("oberstsontag2019", "method")
    tests = [node for claim in crisis.claims.values() for node, _ in walk(claim.test)]
    if any(isinstance(node, CausalQuantity) for node in tests):
        for key in ("pearl2000", "tianpearl2000"):
            found.setdefault(key, "method")
    return found


def reference_text(crisis: Crisis, key: str) -> str:
    """Return a work in a line, as a list of references has it.

    Examples
    --------
    >>> import conjuncture
    >>> reference_text(conjuncture.load("bolivia-1970").crisis, "skaperdas1996")[:28]
    'Skaperdas, Stergios (1996). '
    """
    own = crisis.references.get(key)
    return works()[key].text() if own is None else own.text
