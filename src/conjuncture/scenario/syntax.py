"""What YAML's parser could not read, in words for people who are not programmers."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from conjuncture.errors import Mistake
from conjuncture.scenario.source import SourceFile

_GLUED = re.compile(r"\s*(?:- )?([A-Za-z_]\w*):[^\s:/]")
_STRAY = re.compile(r"found character '(.)'")


def explain_yaml_error(error: MarkedYAMLError, source: SourceFile) -> Mistake:
    """Return the one mistake at which reading stopped.

    Parameters
    ----------
    error : MarkedYAMLError
        What ruamel raised.
    source : Source
        The file.
    """
    context, problem = error.context or "", error.problem or ""
    here = min(error.problem_mark.index, len(source.text)) if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else here
    line, column = source.position_of(here)
    if (
        "\t" in source.line_text(line)[: max(column, 1)]
        and not source.line_text(line)[: column - 1].strip()
    ):
        return _tab_mistake(source, here)
    if "quoted scalar" in context and "end of stream" in problem:
        return source.mistake_at(
            opened,
            "the quotation mark that opens here is never closed",
            "close it where the text ends",
        )
    if "double-quoted" in context or "quoted scalar" in context:
        remedy = "write the text in single quotes, or each '\\' as '\\\\'"
        return source.mistake_at(here, "this escape with '\\' is not known", remedy)
    if "flow" in context:
        return _flow_mistake(source, context, opened, here)
    if "block scalar" in context:
        remedy = "start the text on the next line, indented"
        return source.mistake_at(here, "nothing may follow '|' or '>' on its line", remedy)
    if "anchor" in context or "alias" in context or "tag" in context:
        remedy = "put a text that starts with '&', '*' or '!' in quotes"
        return source.mistake_at(opened, "anchors, aliases and tags are not read", remedy)
    if (stray := _STRAY.search(problem)) is not None:
        if "\t" in stray.group(1) or source.text[here : here + 1] == "\t":
            return _tab_mistake(source, here)
        character = source.text[here : here + 1]
        remedy = "put the text in quotes"
        return source.mistake_at(here, f"a text cannot start with '{character}'", remedy)
    return _layout_mistake(source, problem, here)


def _tab_mistake(source: SourceFile, here: int) -> Mistake:
    line, _ = source.position_of(here)
    start = here - source.position_of(here)[1] + 1
    tab = start + max(source.line_text(line).find("\t"), 0)
    return source.mistake_at(tab, "a tab cannot indent a line", "write spaces in its place")


def _flow_mistake(source: SourceFile, context: str, opened: int, here: int) -> Mistake:
    bracket, closing = ("{", "}") if "mapping" in context else ("[", "]")
    found = source.text[here : here + 1]
    line, _ = source.position_of(here)
    if found in ("[", "{", "]", "}", '"', "'") and line == source.position_of(opened)[0]:
        problem = f"'{found}' does not fit inside '{bracket} {closing}' here"
        remedy = "put an expression or a text with brackets or quotation marks in quotes"
        return source.mistake_at(here, problem, remedy)
    problem = f"the bracket '{bracket}' that opens here is not closed, or a comma is missing"
    return source.mistake_at(
        opened, problem, f"write '{closing}' where it ends, commas between entries"
    )


def _layout_mistake(source: SourceFile, problem: str, here: int) -> Mistake:
    line, column = source.position_of(here)
    for number in (line, line - 1):
        if number >= 1 and (glued := _GLUED.match(source.line_text(number))) is not None:
            offset = here - column + 1 if number == line else _line_start(source, here, number)
            name = glued.group(1)
            problem = f"a space is missing after '{name}:'"
            return source.mistake_at(
                offset + glued.start(1), problem, f"write '{name}: ' and then the value"
            )
    text = source.line_text(line)
    before = text[: column - 1]
    if "mapping values are not allowed" in problem and ": " in before + " ":
        remedy = "put the text after the first ':' in quotes"
        if ": " in before:
            return source.mistake_at(here, "a second ':' stands in this line", remedy)
    if "mapping values are not allowed" in problem:
        return source.mistake_at(
            here - column + 1 + len(text) - len(text.lstrip()),
            "this line does not fit under the line before it",
            "give it the indentation of its neighbours, and end a line that opens a block with ':'",
        )
    if "could not find expected ':'" in problem:
        return source.mistake_at(here, "a ':' is missing in the line before", "write 'key: value'")
    if text[column - 1 : column] in ("}", "]", ","):
        character = text[column - 1]
        return source.mistake_at(
            here, f"'{character}' stands here without its partner", "delete it"
        )
    if before.strip():
        remedy = "put the whole text in quotes"
        return source.mistake_at(here, "this does not belong to the value before it", remedy)
    return source.mistake_at(
        here,
        "this line's indentation fits none of the lines before it",
        "indent it exactly as the lines that it belongs with",
    )


def _line_start(source: SourceFile, here: int, number: int) -> int:
    offset = here
    while source.position_of(offset)[0] > number:
        offset -= source.position_of(offset)[1]
    return offset - source.position_of(offset)[1] + 1
