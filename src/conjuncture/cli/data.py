"""``conjuncture data``: the tables of historical cases that come with the package.

With ``--json``, ``list``: ``tables``, a list of ``{name, title, rows}``. ``path``: ``table``,
``path``. ``show``: ``table``, ``title``, ``rows``, ``caution``; ``where`` (the tags asked for) and
the ``rate`` of the cases that have them, ``{cases, successes, unended, share}``; ``tags``, a list
of ``{name, meaning, hindsight, options, not_coded}`` with a rate for each option and for the cases
that are not coded; ``columns``, what the dictionary says of every column; ``sources``, a list of
``{name, works, terms}``, each work as ``{key, text}``; and with ``--rows`` the ``cases``
themselves, missing values null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.options import JsonOption, print_json

if TYPE_CHECKING:
    from conjuncture.data import DataTable
    from conjuncture.data.rates import Rate, Record


class Action(StrEnum):
    """What is asked about the tables."""

    list = "list"
    show = "show"
    path = "path"


def command(
    action: Annotated[
        Action,
        typer.Argument(
            metavar="ACTION",
            help="[bold]list[/bold] the tables, [bold]show[/bold] what one holds and how often "
            "cases of each kind succeeded, or print the [bold]path[/bold] of its CSV file.",
        ),
    ] = Action.list,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="Which table.", show_default=False)
    ] = "",
    *,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG=OPTION",
            help="Show only cases with this tag; may be given several times.",
            show_default=False,
        ),
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Show the cases themselves.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the tables of historical cases, or show one: columns, base rates, works, terms."""
    from conjuncture.data import DICTIONARY, describe_table, path
    from conjuncture.data.rates import select_cases
    from conjuncture.errors import UsageError

    if (where or rows) and action is not Action.show:
        raise UsageError("--where and --rows go with 'conjuncture data show TABLE'")
    if action is Action.list:
        if table:
            raise UsageError(f"'list' takes no table; write 'conjuncture data show {table}'")
        _show_tables(list(DICTIONARY.values()), as_json=as_json)
        return
    if not table:
        known = ", ".join(DICTIONARY)
        raise UsageError(f"say which table: {known}; as in 'conjuncture data {action} attempts'")
    entry = describe_table(table)
    if action is Action.path:
        file = str(path(table))
        if as_json:
            print_json({"table": table, "path": file})
        else:
            typer.echo(file)
        return
    tags = _parse_tags(where or ())
    cases = select_cases(table, tags)
    if as_json:
        print_json(_content(entry, tags, cases, rows=rows))
        return
    from conjuncture.cli.console import make_console
    from conjuncture.cli.tables import show_cases, show_data_table

    console = make_console()
    if rows:
        show_cases(entry, tags, cases, console)
    else:
        show_data_table(entry, tags, cases, console)


def _parse_tags(written: Sequence[str]) -> dict[str, str]:
    from conjuncture.errors import UsageError

    found: dict[str, str] = {}
    for one in written:
        name, sign, option = (part.strip() for part in one.partition("="))
        if not (name and sign and option):
            raise UsageError(f"'--where {one}' is not a tag; write it as in --where region=europe")
        if name in found:
            raise UsageError(f"--where has '{name}' twice; a case has one option of a tag")
        found[name] = option
    return found


def _show_tables(tables: Sequence[DataTable], *, as_json: bool) -> None:
    if as_json:
        listed = [{"name": one.name, "title": one.title, "rows": one.rows} for one in tables]
        print_json({"tables": listed})
        return
    from rich.text import Text

    from conjuncture.cli.console import make_console, print_wrapped

    console = make_console()
    left = max(len(one.name) for one in tables) + 2
    for one in tables:
        line = Text(f"{one.rows} rows. {one.title}")
        print_wrapped(console, line, left, Text(one.name, "bold"))


def _content(
    entry: DataTable, tags: dict[str, str], cases: Sequence[Record], *, rows: bool
) -> dict[str, Any]:
    from conjuncture.data import TAGS
    from conjuncture.data.rates import success_rate_of
    from conjuncture.scenario.bibliography import works

    def of(name: str, option: str) -> dict[str, Any]:
        return _rate_content(success_rate_of([case for case in cases if case[name] == option]))

    known = works()
    content = {
        "table": entry.name,
        "title": entry.title,
        "rows": entry.rows,
        "caution": entry.caution,
        "where": tags,
        "rate": _rate_content(success_rate_of(cases)),
        "tags": [
            {
                "name": tag.name,
                "meaning": tag.meaning,
                "hindsight": tag.hindsight,
                "options": {option: of(tag.name, option) for option in tag.options},
                "not_coded": of(tag.name, ""),
            }
            for tag in TAGS[entry.name].values()
        ],
        "columns": [
            {
                "name": column.name,
                "kind": column.kind,
                "meaning": column.meaning,
                "options": dict(column.options),
                "unit": column.unit,
                "missing": column.missing,
                "hindsight": column.hindsight,
                "caution": column.caution,
                "source": column.source.name,
                "file": column.source.file,
            }
            for column in entry.columns
        ],
        "sources": [
            {
                "name": source.name,
                "works": [{"key": key, "text": known[key].text()} for key in source.works],
                "terms": source.terms,
            }
            for source in entry.sources
        ],
    }
    if rows:
        content["cases"] = [{name: cell or None for name, cell in case.items()} for case in cases]
    return content


def _rate_content(found: Rate) -> dict[str, Any]:
    return {**asdict(found), "share": found.share}
