"""A question as a command: options from its fields, the answer as text, JSON or CSV."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer

from rechenmacht.answers.question import Question
from rechenmacht.errors import BadInput
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.console import base, emit, note, say, spoken
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import language
from rechenmacht.files import write

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer
    from rechenmacht.faces.words import Words

Param = inspect.Parameter
LAST = ("at", "unsupported", "proposed", "draws", "seed")
"""Fields that many questions share; their options stand after those of the question's own."""


def _option(field: Any) -> Param:
    empty = Param.empty if field.info.is_required() else field.default
    if field.positional:
        taken = Path if field.file else field.type
        return Param(field.name, Param.POSITIONAL_OR_KEYWORD, default=empty,
                     annotation=Annotated[taken, typer.Argument(help=field.help)])  # fmt: skip
    name = field.name.replace("_", "-")
    undecided = field.type == bool | None  # neither said nor denied: then there is a flag for either
    option = typer.Option(f"--{name}/--not-{name}" if undecided else f"--{name}", help=field.help)
    choices = get_origin(field.type) is list and get_origin(get_args(field.type)[0]) is Literal  # the form checks them
    kind = (Path | None if empty is not Param.empty else Path) if field.file else list[str] if choices else field.type
    return Param(field.name, Param.KEYWORD_ONLY, default=empty, annotation=Annotated[kind, option])


def command(question: type[Question]) -> Callable[..., None]:
    """Return the function that Typer makes a command of."""
    texts = language(spoken["lang"])
    offered = [field for field in fields(question, texts) if field.plain or field.file]
    own = [_option(field) for field in sorted(offered, key=lambda one: one.name in LAST)]
    own.sort(key=lambda one: one.kind is Param.KEYWORD_ONLY)
    shared: dict[str, tuple[Any, Any, str, str]] = {
        "as_json": (bool, False, "json", "json"), "as_csv": (bool, False, "csv", "csv"),
        "lang": (Literal["en", "de"], "en", "lang", "lang"),
    }  # fmt: skip
    if question.writes:
        shared = {"out": (Path | None, None, "out", "file"), **shared}
    if question.home:
        shared = {"out": (Path | None, None, "out", "out"), **shared}
    if question.saves:
        shared = {"out": (Path | None, None, "out", "out"), "force": (bool, False, "force", "force"), **shared}
    if not question.tables:
        del shared["as_csv"]
    own += [
        Param(name, Param.KEYWORD_ONLY, default=default,
              annotation=Annotated[kind, typer.Option(f"--{word}", help=texts.text(f"ask.field.{key}"))])
        for name, (kind, default, word, key) in shared.items()
    ]  # fmt: skip

    def run(
        as_json: bool, lang: str, as_csv: bool = False, out: Path | None = None, force: bool = False, **given: Any
    ) -> None:  # fmt: skip
        _run(question, given, as_json, as_csv, lang, out, force)

    run.__name__, run.__doc__ = question.name.rpartition(".")[2], about(question, texts)
    run.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in own}
    return run


def _run(
    question: type[Question], given: dict[str, Any], as_json: bool, as_csv: bool, lang: str, out: Path | None,
    force: bool,
) -> None:  # fmt: skip
    from rechenmacht.faces.words import Words

    facts = base(checked=not question.unchecked)
    words = Words(language(lang), facts)
    if question.home:
        out = out or _home(question, facts.workspace, words)
    with _progress() as told:
        answer = answered(settled(question, given, facts, lang, files=True), facts, lang, told)
    if answer.file is not None and (out is not None or not (as_json or as_csv)):
        _text(answer.file(), out)
        if out is None:
            return
    elif question.home and answer.save and out is not None:
        answer.save(out)
    elif out is not None:
        from rechenmacht.faces import save
        from rechenmacht.files import whole_folder

        with whole_folder(out, force=force) as folder:
            save.write(folder, answer, words)
    kind = "folder" if answer.file is None else "file"
    show(answer, words, as_json, as_csv, {kind: str(out)} if out is not None else {})
    if out is not None and not as_json:
        note(f"-> {out}")
    if answer.failed:
        raise typer.Exit(1)


def _text(text: str, out: Path | None) -> None:
    """Print a text, or write it to a file that does not exist yet.

    Raises:
        BadInput: if there is such a file, or it cannot be written.
    """
    if out is None:
        say(text.rstrip("\n"))
        return
    if out.exists():
        raise BadInput(f"{out} exists already; a file is never overwritten")
    write(out, text, new=True)


def _home(question: type[Question], workspace: Path | None, words: Words) -> Path:
    """Return the folder of the workspace that a question writes to.

    Raises:
        BadInput: if there is no workspace.
    """
    from rechenmacht.faces.said import told

    if workspace is None:
        text = "no workspace to write to: make one with `rechenmacht init DIR`, or name a folder: --out"
        raise told(BadInput.of("error.no_workspace", text), words.language)
    return Path(workspace) / question.home


def show(
    answer: Answer, words: Words, as_json: bool = False, as_csv: bool = False, more: Mapping[str, Any] | None = None
) -> None:
    """Print an answer: results on stdout, what explains them on stderr."""
    from rechenmacht.faces import machine, terminal

    for warning in answer.warnings:
        note(words.note(warning))
    if as_json and answer.bare is not None:
        say(answer.bare())
    elif as_json:
        emit({**machine.document(answer, words.base), **(more or {})})
    elif as_csv:
        say(machine.csv_text(machine.first_table(answer)).rstrip("\n"))
    else:
        say(terminal.text(answer, words, get_terminal_size().columns if sys.stdout.isatty() else None))
        for line in words.legends(answer):
            note(line)


class _progress:  # noqa: N801
    """A bar on stderr for work that says how far it is, where somebody looks."""

    bar: Any = None
    task: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self._told if sys.stderr.isatty() else lambda _done, _of: None

    def _told(self, done: int, of: int) -> None:
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
