"""The root of the command line and its exit codes: 0 done, 1 a check failed, 2 bad input."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import exceptions

from rechenmacht import __version__, extras, files
from rechenmacht.errors import BadInput, one_line
from rechenmacht.faces import console
from rechenmacht.faces.group import group
from rechenmacht.faces.helped import helped
from rechenmacht.faces.language import LANGUAGES, Language, language
from rechenmacht.faces.said import worded
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


def asked_for(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, whether or not it can be understood otherwise, or English."""
    given = [after for word, after in pairwise([*arguments, ""]) if word == "--lang"]
    given += [word.partition("=")[2] for word in arguments if word.startswith("--lang=")]
    return given[-1] if given and given[-1] in LANGUAGES else LANGUAGES[0]


def _without_language(arguments: Sequence[str]) -> list[str]:
    after = {place + 1 for place, word in enumerate(arguments) if word == "--lang"}
    return [
        word for place, word in enumerate(arguments)
        if place not in after and word != "--lang" and not word.startswith("--lang=")
    ]  # fmt: skip


def _group() -> Any:
    return helped(typer.main.get_command(app))


def _words() -> Language:
    return language(console.spoken["lang"])


def _refused(error: BadInput) -> None:
    """Print an error as one line in the language of the command line."""
    note(_words().text("error.prefix", said=one_line(worded(error, _words()))))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; the installed script exits with it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if arguments is None else arguments
    console.spoken["lang"] = asked_for(given)
    try:
        # Every command tells what it does in either language, also one that answers in none.
        return _flushed(_run(_without_language(given) if "--help" in given else given))
    finally:
        console.spoken["lang"] = LANGUAGES[0]


def _run(arguments: list[str]) -> int:
    code: object = 2
    try:
        with extras.told():
            code = _group()(arguments, standalone_mode=False)
    except BadInput as error:
        _refused(error)
    except exceptions.TyperException as error:
        _misused(error.format_message())
    except (typer.Abort, KeyboardInterrupt):
        note(_words().text("said.stopped"))
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:  # a disk that is full or closed, a name that is none: what the system says, in one line
        _refused(files.refused(error.filename or "output", error))
    except SystemExit as ended:  # of what a plug-in runs when it is loaded; commands end by returning
        if isinstance(ended.__context__, BrokenPipeError):  # Typer ends so where nobody reads on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        _refused(BadInput("something that was loaded, such as a plug-in, wanted to end the program"))
    except ValueError as error:
        if "null" not in str(error):
            raise
        _refused(BadInput("a name of a file or folder holds a NUL character"))
    except MemoryError:
        _refused(BadInput(language("en").text("said.memory")))
    return code if isinstance(code, int) else 0


def _misused(text: str) -> None:
    """Print what is wrong with a command line; a group without a command answers with its help, lines and all."""
    if text.startswith(_words().text("help.usage")):
        note(text)
    else:
        _refused(BadInput(text))


def _flushed(code: int) -> int:
    """Return the exit code when all that was printed has arrived: 2 where it could not be written."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _refused(files.refused("standard output", error))
        return 2
    return code
