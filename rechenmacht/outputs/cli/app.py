"""The root of the command line and its exit codes: 0 done, 1 a check failed, 2 bad input."""

from __future__ import annotations

import io
import itertools
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer import exceptions

from rechenmacht import __version__, extras, files
from rechenmacht.errors import BadInput, one_line
from rechenmacht.faces import console
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli import (
    capital,
    engine,
    facts,
    forecast,
    model,
    rules,
    scenarios,
    serve,
    site,
    sweep,
)
from rechenmacht.outputs.cli.common import chosen, note, say

app = typer.Typer(
    name="rechenmacht",
    help="Who commands AI compute, what it can really do, what limits it, and what would change that.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    cls=group("", ("race", "reader", "uncertainty")),
)
app.add_typer(facts.app, name="facts")
app.add_typer(rules.app, name="rules")
app.add_typer(capital.app, name="capital")
app.add_typer(engine.app, name="engine")
app.add_typer(engine.chip_app, name="chip")
app.add_typer(forecast.app, name="forecast")
app.add_typer(model.app, name="model")
app.command("init")(facts.init)
app.command("serve")(serve.serve)
app.command("serve-token")(serve.serve_token)
app.command("sweep")(sweep.sweep)
app.command("report")(scenarios.report)
app.command("site")(site.site)


def _version(value: bool) -> None:
    if value:
        say(f"rechenmacht {__version__}")
        raise typer.Exit


@app.callback()
def root(
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", help="Workspace folder whose claims overlay the shipped ones."),
    ] = None,
    plugins: Annotated[
        bool | None,
        typer.Option("--plugins/--no-plugins", help="Run the Python that the workspace names, or leave it out."),
    ] = None,
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Rechenmacht: an open, executable model of the AI compute race."""
    chosen["workspace"], console.plugins["run"] = workspace, plugins


def _error(text: str, arguments: list[str]) -> str:
    """Return an error's line in the language that was asked for."""
    from rechenmacht.faces.language import LANGUAGES, language

    words = [word for one in arguments for word in one.split("=")]
    asked = [after for word, after in itertools.pairwise(words) if word == "--lang" and after in LANGUAGES]
    return language(asked[-1] if asked else "en").text("error.prefix", said=one_line(text))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; the installed script exits with it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with extras.told():
            code = app(arguments, standalone_mode=False)
    except BadInput as error:
        note(_error(str(error), given))
        code = 2
    except exceptions.TyperException as error:
        text = error.format_message()
        # A group without a command answers with its help, which keeps its lines.
        note(text if text.startswith("Usage:") else _error(text, given))
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        note("stopped")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:  # a disk that is full or closed, a name that is none: what the system says, in one line
        note(_error(str(files.refused(error.filename or "output", error)), given))
        code = 2
    except SystemExit:  # of what a plug-in runs when it is loaded; commands end by returning
        note("error: something that was loaded, such as a plug-in, wanted to end the program")
        code = 2
    except ValueError as error:
        if "null" not in str(error):
            raise
        note("error: a name of a file or folder holds a NUL character")
        code = 2
    except MemoryError:
        note("error: not enough memory for this; ask for less at once")
        code = 2
    return _flushed(code if isinstance(code, int) else 0)


def _flushed(code: int) -> int:
    """Return the exit code when all that was printed has arrived: 2 where it could not be written."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        note(f"error: {one_line(str(files.refused('standard output', error)))}")
        return 2
    return code
