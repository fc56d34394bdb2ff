"""The commands, each loaded only when it is wanted, and what their failures become."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from conjuncture.cli.stopping import interrupts_remembered
from conjuncture.errors import ConjunctureError, UsageError

COMMANDS = (
    "new", "check", "run", "test", "compare", "query", "explain", "posterior", "sweep", "rival",
    "chronicle", "report", "export", "schema", "cite", "list", "data", "reproduce",
)  # fmt: skip
"""The commands in the order of the help. Each is a module of this folder with a function
``command``; what is heavy is imported inside that function, so that ``--help`` stays light."""

WRONG, USAGE, STOPPED, UNREAD = 1, 2, 130, 141


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
        alone.command(cmd_name)(import_module(f"conjuncture.cli.{cmd_name}").command)
        return typer.main.get_command(alone)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; only errors that are not ours pass on with a traceback."""
        try:
            with interrupts_remembered():
                result = super().invoke(ctx)
            sys.stdout.flush()
        except UsageError as error:
            raise _ended("\n".join([str(error), *_notes(error)]), USAGE) from None
        except ConjunctureError as error:
            raise _ended("\n".join([str(error), *_notes(error)]), WRONG) from None
        except KeyboardInterrupt as error:
            told = _notes(error) or ["stopped before the end"]
            raise _ended("\n".join(told), STOPPED) from None
        except SystemExit as error:
            for note in _notes(error):
                typer.echo(note, err=True)
            raise
        except BrokenPipeError:
            # What is still buffered would fail again when the interpreter closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(UNREAD) from None
        return result


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _ended(sentences: str, code: int) -> typer.Exit:
    typer.echo(sentences, err=True)
    return typer.Exit(code)


def _notes(error: BaseException) -> list[str]:
    """Return what was added to an error on its way: what of the work is kept."""
    return getattr(error, "__notes__", [])


def _version(*, wanted: bool) -> None:
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
            callback=lambda wanted: _version(wanted=wanted),
            help="Print the version and stop.",
        ),
    ] = False,
) -> None:
    """From a written account of a political crisis to tested causal claims.

    A [bold]SCENARIO[/bold] is a folder, its scenario.yaml, or the name of a crisis in the
    catalogue (see [bold]conjuncture list[/bold]).
    """
    del version
