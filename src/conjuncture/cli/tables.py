"""A table of historical cases on a terminal: base rates, columns, works and terms, or cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import adapt_signs, print_wrapped
from conjuncture.data import TAGS, Column, DataSource, DataTable
from conjuncture.data.rates import Rate, Record, success_rate_of
from conjuncture.scenario.bibliography import works

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
    table : Table
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
    table : Table
    tags : mapping of str to str
        The tags by which the cases were chosen; they are not repeated.
    cases : sequence of mapping of str to str
    console : rich.console.Console
    """
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
    known = works()
    print_wrapped(console, Text(adapt_signs(source.name)), INDENT)
    for key in source.works:
        print_wrapped(console, Text(adapt_signs(known[key].text()), "dim"), 2 * INDENT)
    print_wrapped(console, Text(adapt_signs(source.terms), "dim"), 2 * INDENT)
