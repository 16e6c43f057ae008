"""A question as a command: options from its fields, the answer as text, JSON or CSV."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from shutil import get_terminal_size
from typing import Annotated, Any, Literal

import typer

from rechenmacht.answers.question import Question
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.console import base, emit, note, say
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import language

Param = inspect.Parameter


def _option(field: Any) -> Param:
    empty = Param.empty if field.info.is_required() else field.info.default
    if field.positional:
        return Param(field.name, Param.POSITIONAL_OR_KEYWORD, default=empty,
                     annotation=Annotated[field.type, typer.Argument(help=field.help)])  # fmt: skip
    option = typer.Option(f"--{field.name.replace('_', '-')}", help=field.help)
    return Param(field.name, Param.KEYWORD_ONLY, default=empty, annotation=Annotated[field.type, option])


def command(question: type[Question]) -> Callable[..., None]:
    """Return the function that Typer makes a command of."""
    english = language("en")
    own = [_option(field) for field in fields(question, english) if field.plain]
    shared = {
        "as_json": (bool, False, "--json"), "as_csv": (bool, False, "--csv"),
        "lang": (Literal["en", "de"], "en", "--lang"),
    }  # fmt: skip
    own += [
        Param(name, Param.KEYWORD_ONLY, default=default,
              annotation=Annotated[kind, typer.Option(flag, help=english.text(f"ask.field.{flag[2:]}"))])
        for name, (kind, default, flag) in shared.items()
    ]  # fmt: skip

    def run(as_json: bool, as_csv: bool, lang: str, **given: Any) -> None:
        _run(question, given, as_json, as_csv, lang)

    run.__name__, run.__doc__ = question.name.rpartition(".")[2], about(question, english)
    run.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in own}
    return run


def _run(question: type[Question], given: dict[str, Any], as_json: bool, as_csv: bool, lang: str) -> None:
    from rechenmacht.faces import machine, terminal
    from rechenmacht.faces.words import Words

    facts = base()
    words = Words(language(lang), facts)
    with _progress() as told:
        answer = answered(settled(question, given, facts, lang, files=True), facts, lang, told)
    if as_json:
        emit(machine.document(answer, facts))
    elif as_csv:
        say(machine.csv_text(answer.tables[0]).rstrip("\n"))
    else:
        say(terminal.text(answer, words, get_terminal_size().columns if sys.stdout.isatty() else None))
        for line in words.notes(answer):
            note(line)
    if answer.failed:
        raise typer.Exit(1)


class _progress:  # noqa: N801
    """A bar on stderr for work that says how far it is, where somebody looks."""

    def __init__(self) -> None:
        self.bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self._told

    def _told(self, done: int, of: int) -> None:
        if not sys.stderr.isatty():
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("", total=of)
        self.bar.update(self.task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
