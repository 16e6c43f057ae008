"""Make the report: sections in reading order, one page per language, its charts and their data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from markupsafe import Markup

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces import theme
from rechenmacht.faces.language import LANGUAGES, Language, language
from rechenmacht.outputs.report import appendix, assumptions, backtests, bases, capital, claims, disputes, headline, race, scenarios, who
from rechenmacht.outputs.report.context import Context, csv_text, write_whole
from rechenmacht.outputs.report.results import reference, scenario_id
from rechenmacht.outputs.report.view import Figure, Num, Section, Words
from rechenmacht.runs import Run

HERE = Path(__file__).parent
FILES = {"en": "index.html", "de": "index.de.html"}


def _usable(runs: list[Run]) -> None:
    if not runs:
        raise BadInput("a report needs at least one run")
    for run in runs:
        for (variable, region), values in run.summary.items():
            if not np.isfinite(values).all():
                raise BadInput(
                    f"{run.folder}: {variable}, {region} is not a number somewhere; run {scenario_id(run)} again"
                )
    first = reference(runs)
    for run in runs:
        if run.meta["quarters"] != first.meta["quarters"]:
            raise BadInput(f"{run.folder}: other quarters than {first.folder}")


def style() -> str:
    """Return the style sheet with the colours of both themes filled in."""
    sheet = (HERE / "style.css").read_text(encoding="utf-8")
    return sheet.replace("/*LIGHT*/", theme.css_variables("light")).replace("/*DARK*/", theme.css_variables("dark"))


def sections(context: Context) -> list[Section]:
    """Return the numbered sections in reading order; the appendix comes last, since it shows what they cite."""
    found = [
        who.section(context),
        bases.section(context),
        bases.power_section(context),
        race.section(context),
        backtests.section(context),
        scenarios.section(context),
        claims.section(context),
        capital.section(context),
    ]
    disputed, data = disputes.section(context)
    write_whole(context.out / "data" / "disputes.csv", csv_text(data))
    return [*found, disputed, assumptions.section(context), appendix.section(context)]


def _alternates(lang: Language) -> list[tuple[str, str, str]]:
    return [(code, FILES[code], language(code).text("page.language")) for code in LANGUAGES if code != lang.code]


def page(context: Context) -> str:
    """Return the page's HTML. Everything inserted is escaped but the charts, which vl-convert drew."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["number"] = lambda value: isinstance(value, Num)
    environment.tests["figure"] = lambda value: isinstance(value, Figure)
    environment.tests["words"] = lambda value: isinstance(value, Words)
    environment.globals["t"] = context.t
    lead = {
        "answer": headline.answer(context),
        "headlines": headline.headlines(context),
        "facts": headline.run_facts(context),
    }
    return environment.get_template("page.html.j2").render(
        lang=context.language.code,
        style=Markup(style()),  # noqa: S704 - our own file
        alternates=_alternates(context.language),
        here=FILES[context.language.code],
        files=FILES,
        sections=sections(context),
        cite=headline.citation(context),
        **lead,
    )


def build(base: Base, runs: list[Run], lang: str, out: Path) -> Path:
    """Write the report in one language.

    Args:
        base: the fact base that the runs used.
        runs: the reference run and the scenarios to compare with it.
        lang: `en` or `de`.
        out: the folder; gets `index.html` or `index.de.html`, `charts/` and `data/`.

    Returns:
        The page's path.

    Raises:
        BadInput: if there is no run, a run holds no finite numbers, the language is unknown or
            a file cannot be written.
    """
    words = language(lang)
    _usable(runs)
    runs = sorted(runs, key=lambda run: run is not reference(runs))  # the reference first, the others as given
    path = out / FILES[lang]
    with ThreadPoolExecutor(1) as pool:
        context = Context(base, runs, words, out, pool)
        text = page(context)
        for task in context.later:
            task.result()
    write_whole(path, text)
    return path
