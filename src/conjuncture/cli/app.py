"""The commands, each loaded only when it is wanted, and what their failures become."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from conjuncture.cli.failures import FAILED_LATE, guard_streams, tell_failures
from conjuncture.cli.interrupts import remember_interrupts
from conjuncture.cli.options import JSON_PRINTED

COMMANDS = (
    "new", "check", "run", "test", "compare", "query", "explain", "posterior", "sweep", "rival",
    "chronicle", "report", "export", "schema", "cite", "list", "data", "reproduce",
)  # fmt: skip
"""The commands in the order of the help. Each is a module of this folder with a function
``command``; what is heavy is imported inside that function, so that ``--help`` stays light."""

IN_CATALOGUE = ("new", "list", "cite", "schema")
"""Short commands that share the module ``catalogue``, as ``new_command`` and so on."""


class Commands(TyperGroup):
    """Loads commands by name and turns errors into sentences and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        if cmd_name in IN_CATALOGUE:
            from conjuncture.cli import catalogue

            alone.command(cmd_name)(getattr(catalogue, f"{cmd_name}_command"))
        else:
            module = import_module(f"conjuncture.cli.{cmd_name}")
            alone.command(cmd_name, cls=getattr(module, "Command", None))(module.command)
        return typer.main.get_command(alone)

    def main(self, args: Sequence[str] | None = None, *more: Any, **named: Any) -> Any:
        """Run a command line to its end: whatever happens, with an exit code."""
        with guard_streams():
            return super().main(args, *more, **named)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Read the options before the command."""
        for event in (JSON_PRINTED, FAILED_LATE):
            event.clear()
        self.arguments = tuple(args)
        with tell_failures(self.arguments):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what ends it before its end becomes sentences and an exit code."""
        with tell_failures(self.arguments), remember_interrupts():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"conjuncture {version('conjuncture')}")
        raise typer.Exit


@app.callback()
def conjuncture(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda wanted: _print_version(wanted=wanted),
            help="Print the version and stop.",
        ),
    ] = False,
) -> None:
    """From a written account of a political crisis to tested causal claims.

    A [bold]SCENARIO[/bold] is a folder, its scenario.yaml, or the name of a crisis in the
    catalogue (see [bold]conjuncture list[/bold]).
    """
    del version
