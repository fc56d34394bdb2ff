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

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import adapt_signs, make_console
from conjuncture.cli.options import JsonOption, print_json
from conjuncture.errors import UsageError
from conjuncture.presentation.text import print_wrapped

if TYPE_CHECKING:
    from conjuncture.data import Column, DataSource, DataTable
    from conjuncture.data.case_records import Rate, Record


INDENT = 2
GAP = 2
MARK = "*"
NOT_CODED = "not coded"
ENDED = {"1": "succeeded", "0": "failed", "": "had not ended"}
YES_NO = ("yes", "no")


def show_data_table(
    table: DataTable, tags: Mapping[str, str], cases: Sequence[Record], console: Console
) -> None:
    """Print how often the cases succeeded by tag, then what each column holds and whose it is.

    Parameters
    ----------
    table : DataTable
    tags : mapping of str to str
        The tags by which the cases were chosen.
    cases : sequence of mapping of str to str
    console : rich.console.Console
    """
    _show_head(table, tags, cases, console)
    if cases:
        _show_rates(table, tags, cases, console)
    console.print()
    print_wrapped(
        console, Text(f"{MARK} Coded by people who knew how it ended, or follows from it.")
    )
    print_wrapped(console, Text(adapt_signs(table.caution)))
    _show_columns(table, console)
    console.print()
    print_wrapped(console, Text("Works to cite, and terms", "bold"))
    for source in table.sources:
        _show_source(source, console)


def show_cases(
    table: DataTable, tags: Mapping[str, str], cases: Sequence[Record], console: Console
) -> None:
    """Print cases, each with how it ended and what is known of it.

    Parameters
    ----------
    table : DataTable
    tags : mapping of str to str
        The tags by which the cases were chosen; they are not repeated.
    cases : sequence of mapping of str to str
    console : rich.console.Console
    """
    from conjuncture.data import TAGS

    _show_head(table, tags, cases, console)
    console.print()
    for case in cases:
        known = [f"{name} {case[name]}" for name in TAGS[table.name] if case[name]]
        line = Text(adapt_signs(case[table.case]), "bold")
        line.append(f" {ENDED[case['success']]}", "")
        print_wrapped(console, line)
        shown = [one for one in known if one.split(" ", 1)[0] not in tags]
        if shown:
            print_wrapped(console, Text(", ".join(shown), "dim"), INDENT)


def _show_head(
    table: DataTable, tags: Mapping[str, str], cases: Sequence[Record], console: Console
) -> None:
    from conjuncture.data.case_records import success_rate_of

    print_wrapped(console, Text(table.title, "bold"))
    chosen = ", ".join(f"{name} {option}" for name, option in tags.items())
    found = success_rate_of(cases)
    which = f"with {chosen}" if chosen else "in all"
    if not cases:
        print_wrapped(console, Text(f"no case {which}"))
        return
    left_out = f"; {found.unended} had not ended" if found.unended else ""
    print_wrapped(
        console, Text(f"{found.cases} {which}: {_share_in_words(found)} succeeded{left_out}")
    )


def _show_rates(
    table: DataTable, tags: Mapping[str, str], cases: Sequence[Record], console: Console
) -> None:
    from conjuncture.data import TAGS
    from conjuncture.data.case_records import success_rate_of

    asked = [tag for tag in TAGS[table.name].values() if tag.name not in tags]
    options = [*(option for tag in asked for option in tag.options), NOT_CODED]
    left = max(len(tag.name) for tag in asked) + len(MARK) + GAP
    middle = max(map(len, options)) + GAP
    console.print()
    print_wrapped(console, Text("tag".ljust(left + middle) + "succeeded     of", "dim"))
    for tag in asked:
        before = Text(tag.name + (MARK if tag.hindsight else ""), "bold")
        for option in (*tag.options, ""):
            found = success_rate_of([case for case in cases if case[tag.name] == option])
            if not option and not found.cases:
                continue
            line = (option or NOT_CODED).ljust(
                middle
            ) + f"{_share_in_words(found):>9}  {found.cases:>5}"
            print_wrapped(console, Text(line, "" if option else "dim"), left, before)
            before = Text()


def _share_in_words(found: Rate) -> str:
    return adapt_signs("–") if found.share is None else f"{found.share:.3f}"


def _show_columns(table: DataTable, console: Console) -> None:
    left = max(len(column.name) for column in table.columns) + len(MARK) + GAP
    console.print()
    print_wrapped(console, Text("Columns", "bold"))
    for column in table.columns:
        name = Text(column.name + (MARK if column.hindsight else ""), "bold")
        print_wrapped(console, Text(adapt_signs(_describe_column(column))), left, name)


def _describe_column(column: Column) -> str:
    """Return what a column holds as a paragraph."""
    parts = [column.meaning]
    told = [f"{option}: {meaning}" for option, meaning in column.options.items() if meaning]
    if told:
        parts.append("; ".join(told) + ".")
    elif column.options and tuple(column.options) != YES_NO:
        parts.append(" or ".join(column.options) + ".")
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.missing:
        parts.append(f"{column.missing} missing.")
    return " ".join([*parts, column.caution]).rstrip()


def _show_source(source: DataSource, console: Console) -> None:
    from conjuncture.scenario.bibliography import works

    known = works()
    print_wrapped(console, Text(adapt_signs(source.name)), INDENT)
    for key in source.works:
        print_wrapped(console, Text(adapt_signs(known[key].text()), "dim"), 2 * INDENT)
    print_wrapped(console, Text(adapt_signs(source.terms), "dim"), 2 * INDENT)


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
    from conjuncture.data.case_records import select_cases

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
    console = make_console()
    if rows:
        show_cases(entry, tags, cases, console)
    else:
        show_data_table(entry, tags, cases, console)


def _parse_tags(written: Sequence[str]) -> dict[str, str]:
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
    console = make_console()
    left = max(len(one.name) for one in tables) + 2
    for one in tables:
        line = Text(f"{one.rows} rows. {one.title}")
        print_wrapped(console, line, left, Text(one.name, "bold"))


def _content(
    entry: DataTable, tags: dict[str, str], cases: Sequence[Record], *, rows: bool
) -> dict[str, Any]:
    from conjuncture.data import TAGS
    from conjuncture.data.case_records import success_rate_of
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
