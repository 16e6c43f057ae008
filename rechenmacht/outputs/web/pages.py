"""The playground's pages: one template per page, texts from the locales, scripts and styles from `static/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rechenmacht.outputs.labels import series_name
from rechenmacht.outputs.language import Language, language
from rechenmacht.race.axes import BLOCS, DEFINITIONS
from rechenmacht.race.step import NAMES
from rechenmacht.uncertainty.chosen import QUARTER, USUAL, outcome

HERE = Path(__file__).parent
HOMES = {"en": "/", "de": "/de/"}
OUTCOMES = (
    "installed|h100e_8bit", "power_connected", "firms_using_ai", "measure|stack", "virtual_workers", "frontier_gap",
)  # fmt: skip
# Words that the script needs; they stand in the page as data attributes.
KEYS = (
    "log", "why", "claims", "judgement", "definition", "other", "done", "draws", "bands", "dashed", "data", "seed",
    "nothing", "assumption", "rank", "rests",
)  # fmt: skip
UNITS = ("GW", "month", "USD/year", "h100e", "TWh", "year", "1/year", "count/year", "GW/year")


def _names(words: Language) -> dict[str, Any]:
    """Return what regions, outcomes, definitions, mechanisms and units are called."""
    deciding = [outcome("installed|h100e_8bit@cn"), *(outcome(f"{variable}@{bloc}") for variable, bloc in USUAL)]
    return {
        "regions": {bloc: words.text(f"region.{bloc}") for bloc in BLOCS},
        "outcomes": {v: words.text(f"play.outcome_{v.replace('|', '_')}") for v in OUTCOMES},
        "definitions": {name: words.text(f"definition.{name}") for name in DEFINITIONS},
        "mechanisms": {name: words.text(f"mechanism.{name}.name") for name in NAMES},
        "units": {unit: words.maybe(f"unit.{unit}") or unit for unit in UNITS},
        "deciding": [
            [str(one), f"{series_name(words, one.variable, one.region)}, {words.at_end(QUARTER)}"] for one in deciding
        ],
    }


def page(code: str) -> str:
    """Return the page on the race in a language."""
    words = language(code)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    other = next(name for name in HOMES if name != code)
    return environment.get_template("race.html.j2").render(
        t=words.text,
        lang=code,
        home=HOMES[code],
        other=HOMES[other],
        other_code=other,
        other_name=language(other).text("page.language"),
        names=_names(words),
        keys=KEYS,
    )


def add_pages(app: FastAPI) -> None:
    """Serve the pages and their files."""
    made = {code: page(code) for code in HOMES}

    @app.get("/", include_in_schema=False, response_class=HTMLResponse)
    async def english() -> HTMLResponse:
        return HTMLResponse(made["en"], headers={"Cache-Control": "no-cache"})

    @app.get("/de/", include_in_schema=False, response_class=HTMLResponse)
    async def german() -> HTMLResponse:
        return HTMLResponse(made["de"], headers={"Cache-Control": "no-cache"})

    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
