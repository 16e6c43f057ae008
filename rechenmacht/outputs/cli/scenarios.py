"""`rechenmacht report`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rechenmacht.evidence.base import Base
    from rechenmacht.scenario import Scenario

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import (
    Draws,
    Json,
    Language,
    Seed,
    base,
    emit,
    note,
    say,
)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None] | None]:
    """Give a callback that draws a progress bar on stderr where a person looks at it; otherwise nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def report(
    names: Annotated[list[str] | None, typer.Argument(help="Scenarios; all if none is named.")] = None,
    lang: Language = "en",
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = Path("report"),
    draws: Draws = 10_000,
    seed: Seed = 1,
    force: Annotated[bool, typer.Option("--force", help="Make the page anew even if nothing has changed.")] = False,
    as_json: Json = False,
) -> None:
    """Write the report as one self-contained HTML file, with its charts as SVG, PNG and CSV beside it."""
    from rechenmacht import runs, scenario
    from rechenmacht.domains.race.plugins import alone
    from rechenmacht.outputs.report.build import build

    facts = base()
    alone(facts, "the report shows")
    asked = names or list(scenario.available(facts))
    wanted = [scenario.find(facts, name) for name in dict.fromkeys(["reference", *asked])]
    page, made_from = out / PAGES[lang], _made_from(facts, [one.id for one in wanted], draws, seed)
    if not force and page.exists() and _read_json(_stamp(out, lang)) == made_from:
        note("nothing has changed since this page was made (--force makes it anew)")
        _done(page, wanted, draws, seed, as_json)
        return
    done = []
    for one in wanted:
        folder = out / "runs" / one.id
        if runs.same_run(folder, facts, one, draws, seed):
            done.append(runs.read(folder))
            continue
        if folder.exists() and (folder / "run.json").exists():
            shutil.rmtree(folder)
        with progress(one.id, draws) as tick:
            done.append(runs.run(facts, one, folder, draws=draws, seed=seed, progress=tick))
    page = build(facts, done, lang, out)
    if made_from is not None:
        files.write(_stamp(out, lang), json.dumps(made_from, indent=1) + "\n")
    _done(page, wanted, draws, seed, as_json)


PAGES = {"en": "index.html", "de": "index.de.html"}


def _stamp(out: Path, lang: str) -> Path:
    return out / "data" / f"made-from.{lang}.json"


def _read_json(path: Path) -> Any:
    try:
        return files.json_of(path)
    except BadInput:
        return None


def _made_from(facts: Base, names: list[str], draws: int, seed: int) -> dict[str, Any] | None:
    """Return what decides a page's content, or None where the code's state is not known."""
    from rechenmacht import __version__
    from rechenmacht.commit import commit

    code = commit()
    if code == "unknown" or code.endswith("+changes"):
        return None
    made_from = {"version": __version__, "commit": code, "data": facts.checksum}
    return made_from | {"scenarios": names, "draws": draws, "seed": seed}


def _done(page: Path, wanted: list[Scenario], draws: int, seed: int, as_json: bool) -> None:
    if as_json:
        emit({"report": str(page), "scenarios": [one.id for one in wanted], "draws": draws, "seed": seed})
    else:
        say(str(page))
