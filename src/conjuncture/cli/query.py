"""``conjuncture query``: the answer to one question."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from conjuncture.cli.console import make_console, show_groups
from conjuncture.cli.interrupts import (
    exit_partial,
    partial_json_of,
    partial_run_of,
    print_partial,
    show_progress,
)
from conjuncture.cli.options import (
    ClusterOption,
    Constants,
    ConstantsOption,
    HistoriesOption,
    JsonOption,
    OutputOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
    print_whole,
)
from conjuncture.cli.outputs import (
    build_result_document,
    open_cluster_client,
    open_output,
    refuse_unknown_ending,
)
from conjuncture.presentation.text import size_in_words

NEGATIVE = re.compile(r"-\s*([\d.(]|[A-Za-z]\w*\s*\()")


class Command(TyperCommand):
    """Takes a query that begins with a minus sign for a query, and not for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; what must be the query comes last, behind ``--``."""
        kept: list[str] = []
        queries: list[str] = []
        valued = {name for one in self.params if not takes_no_value(one) for name in one.opts}
        for place, argument in enumerate(args):
            if argument == "--":
                return super().parse_args(ctx, args)
            is_value = place > 0 and args[place - 1] in valued
            if NEGATIVE.match(argument) and not is_value:
                queries.append(argument)
            else:
                kept.append(argument)
        return super().parse_args(ctx, [*kept, "--", *queries] if queries else args)


def takes_no_value(parameter: Any) -> bool:
    """Return whether a parameter of a command is a flag, or no option at all."""
    return bool(parameter.param_type_name != "option" or parameter.is_flag)


def command(
    scenario: ScenarioArgument,
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='For example "P(showdown = torres | do(unions aside))".',
            show_default=False,
        ),
    ],
    *,
    as_it_happened: Annotated[
        bool,
        typer.Option("--as-it-happened", help="Count only histories that ended as observed."),
    ] = False,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    constants: ConstantsOption = Constants.documented,
    cluster: ClusterOption = None,
    output: OutputOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Answer one question about a scenario."""
    from conjuncture.api import load
    from conjuncture.engine.addresses import blocks_for
    from conjuncture.scenario.queries import read_query

    refuse_unknown_ending(output)
    loaded = load(scenario)
    blocks_for(worlds, histories, seed)
    read_query(question, loaded.crisis)
    with open_output(output) as keep:
        from conjuncture.presentation.answers import groups_of, rows_of

        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):
            ensemble = loaded.run(worlds, histories, seed, progress, client, constants)
            answer = ensemble.query(question, as_it_happened=as_it_happened)
        request = {
            "command": "query",
            "scenario": scenario,
            "query": question,
            "as_it_happened": as_it_happened,
        }
        stopped = partial_run_of(ensemble, answer)
        content = build_result_document(
            ensemble, request, {**answer.to_dict(), **partial_json_of(stopped)}
        )
        keep(content, rows_of(answer))
    print_partial(stopped, as_json=as_json)
    if as_json:
        print_whole(content)
    else:
        reading = "as it happened, " if as_it_happened else ""
        run = reading + size_in_words(worlds, ensemble.histories, seed, ensemble.constants)
        show_groups(groups_of(answer, run, quiet=quiet), make_console())
    exit_partial(stopped)
