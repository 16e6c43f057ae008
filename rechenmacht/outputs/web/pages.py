"""The playground's pages: one template per page, texts from the locales, scripts and styles as Vite built them."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.types import Scope

from rechenmacht.domains.capital.contracts import LAYERS
from rechenmacht.domains.capital.stages import RESTS
from rechenmacht.domains.race.axes import BLOCS, DEFINITIONS
from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.reader.writing.exports import rating_names
from rechenmacht.domains.rules.scope import known_to
from rechenmacht.domains.rules.specifications import SPECIFICATIONS
from rechenmacht.domains.uncertainty.chosen import QUARTER, USUAL, outcome
from rechenmacht.evidence.forms_filings import HOLDERS
from rechenmacht.faces import theme
from rechenmacht.faces.labels import series_name
from rechenmacht.faces.language import LANGUAGES, Language, language
from rechenmacht.outputs.rules_text import outcomes
from rechenmacht.outputs.web.drawn.race import SHOWN
from rechenmacht.outputs.web.first import add_first, elsewhere
from rechenmacht.outputs.web.service import Service

HERE = Path(__file__).parent
STATIC = HERE / "static"
ENTRY = "src/main.ts"
UNHASHED = {"manifest.json", "licences.txt"}
FIRST = "race"  # made by `outputs.stage`, computed in the browser
PAGES = (FIRST, "swarm", "rules", "capital", "check", "facts", "saved")
HOMES = {"en": "/", "de": "/de/"}
UNITS = ("GW", "month", "USD/year", "h100e", "TWh", "year", "1/year", "count/year", "GW/year", "count", "1", "day")
THEMES = ("light", "dark")
DRAWS = {"few": 1000, "many": 10_000}  # while a lever moves, and on demand; less where the settings allow less
# Groups of names a page needs beside its texts: the group's name in the script, and the locale's prefix.
_GROUPS = {
    "regions": ("region", BLOCS), "definitions": ("definition", tuple(DEFINITIONS)),
    "numbers": ("number", ("million", "billion", "trillion", "money_million", "money_billion", "money_trillion",
                           "percent")),
    "layers": ("capital.layer", tuple(theme.OF_LAYER)),
    "reach": ("reach", ("rack", "hall", "campuses", "sites", "racks", "nodes", "homes")),
    "grades": ("play.grade", ("primary", "secondary", "unverified")),
    "bases": ("play.basis", ("8bit", "16bit", "bandwidth")),
    "claim_bases": ("play.claim_basis", ("measured", "specified", "reported", "estimated", "forecast", "target",
                                         "judgement")),
    "left_out": ("play.left_out", ("proposed", "ended", "superseded", "aggregate", "historical", "unsupported",
                                   "unknown", "later")),
    "deal_kinds": ("deal_kind", tuple(LAYERS)),
    "rests_on": ("rests_on", RESTS),
    "holders": ("holder", (*HOLDERS, "shareholders", "sellers_and_suppliers")),
    "workloads": ("play.workload", ("train-70b", "train-405b", "train-gpt3", "train-deepseek-v3", "serve-deepseek-r1",
                                    "serve-llama-70b")),
    "methods": ("play.method", ("sync", "diloco", "opendiloco", "intellect-1", "covenant-72b", "psyche")),
}  # fmt: skip


def address(page: str, code: str) -> str:
    """Return the path of a page in a language."""
    return HOMES[code] if page == "race" else f"{HOMES[code]}{page}"


class Built:
    """What Vite built: the hashed names of the entry's script, styles and the modules a page needs."""

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest, empty if nothing is built."""
        path = STATIC / "manifest.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def files(self, page: str) -> dict[str, Any]:
        """Return the addresses of a page's script, styles and modules to load early."""
        entry = self.manifest[ENTRY]
        own = self.manifest.get(f"src/{page}.ts", {})
        names = [self.manifest[key]["file"] for key in own.get("imports", []) if key != ENTRY]
        names += [own["file"]] if own else []
        return {
            "script": f"/static/{entry['file']}",
            "styles": [f"/static/{name}" for name in entry.get("css", [])],
            "modules": [f"/static/{name}" for name in names],
        }


def _named(words: Language, prefix: str, key: str) -> str:
    separator = "_" if prefix.startswith("play.") else "."
    return words.maybe(f"{prefix}{separator}{key}") or key


def names(words: Language) -> dict[str, dict[str, str]]:
    """Return what regions, outcomes, rules' outcomes, units and the like are called, by group."""
    german = words.code == "de"
    found = {group: {key: _named(words, *(prefix, key)) for key in keys} for group, (prefix, keys) in _GROUPS.items()}
    found["outcomes"] = {v: words.text(f"play.outcome_{v.replace('|', '_')}") for v in SHOWN}
    found["mechanisms"] = {name: words.text(f"mechanism.{name}.name") for name in NAMES}
    known = {unit: words.maybe(f"unit.{unit}") for unit in UNITS}
    found["units"] = {unit: unit if shown is None else shown for unit, shown in known.items()}
    told = outcomes("de" if german else "en")
    found["outcomes_rules"] = {code: text.removeprefix(f"{code}, ") for code, text in told.items()}
    found["specifications"] = {key: one.name_de if german else one.name_en for key, one in SPECIFICATIONS.items()}
    found["verdicts"] = dict(rating_names("de" if words.code == "de" else "en"))
    prefix = "engine_bound."
    found["bounds"] = {key.removeprefix(prefix): said for key, said in words.texts.items() if key.startswith(prefix)}
    return found


def given(words: Language, page: str, destinations: list[str], draws: dict[str, int]) -> dict[str, Any]:
    """Return what the script of a page needs: texts, names, colours, draws, and which outcomes are shown how."""
    prefix = "play."
    texts = {key.removeprefix(prefix): text for key, text in words.texts.items() if key.startswith(prefix)}
    other_pages = tuple(f"{one}." for one in PAGES if one != page)
    deciding = [outcome("installed|h100e_8bit@cn"), *(outcome(f"{variable}@{bloc}") for variable, bloc in USUAL)]
    places = Locale(words.code).territories
    groups = names(words)
    if page == "rules":
        groups["destinations"] = {code: str(places.get(code, code)) for code in destinations}
    return {
        "lang": words.code,
        "page": page,
        "home": HOMES[words.code],
        "draws": draws,
        "words": {key: text for key, text in texts.items() if not key.startswith(other_pages)},
        "names": groups,
        "colours": {name: {"light": one.light, "dark": one.dark} for name, one in theme.ROLES.items()},
        "outcomes": [{"variable": v, "log": one.log, "blocs": one.blocs} for v, one in SHOWN.items()],
        "deciding": [
            [str(one), f"{series_name(words, one.variable, one.region)}, {words.at_end(QUARTER)}"] for one in deciding
        ],
        "blocs": {bloc: {"region": REGION[bloc], "role": theme.OF_BLOC[bloc]} for bloc in BLOCS},
    }


def page(
    name: str, code: str, destinations: list[str], built: Built, draws: dict[str, int] = DRAWS, known_to: str = ""
) -> str:
    """Return a page in a language; `known_to` is the day to which the export rules are known."""
    words = language(code)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    other = next(one for one in HOMES if one != code)
    return environment.get_template(f"{name}.html.j2").render(
        t=words.text,
        lang=code,
        page=name,
        pages=PAGES,
        home=HOMES[code],
        links={one: address(one, code) for one in PAGES},
        other=address(name, other),
        other_code=other,
        other_name=language(other).text("page.language"),
        files=built.files(name),
        known_to=words.date(known_to),
        given=given(words, name, destinations, draws),
    )


def stylesheet() -> str:
    """Return the roles' colours as CSS variables: the system's theme, or the one a reader chose."""
    light, dark = (f"color-scheme:{one};{theme.css_variables(one)}" for one in THEMES)
    return (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f":root[data-theme=light]{{{light}}}\n:root[data-theme=dark]{{{dark}}}\n"
    )


class _Hashed(StaticFiles):
    """Files whose names change with their content may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        answer = await super().get_response(path, scope)
        if answer.status_code == 200 and path not in UNHASHED:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Rechenmacht</title><h1>The pages are not built</h1>"
    "<p>Run <code>make web</code> in the project's folder and start the server again; the API under /api/v1 answers."
)


def add_pages(app: FastAPI, service: Service) -> None:
    """Serve the pages and their files."""
    built = Built()

    @app.get("/theme.css", include_in_schema=False)
    async def colours() -> Response:
        return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})

    if not built.manifest:

        @app.get("/", include_in_schema=False)
        async def nothing() -> Response:
            return HTMLResponse(NOT_BUILT, 503)

        return
    made: dict[tuple[str, str], str] = {}
    add_first(app, service, {code: _links(code) for code in LANGUAGES})
    for code in LANGUAGES:
        for name in PAGES[1:]:
            _add(app, service, built, made, name, code)
    app.mount("/static", _Hashed(directory=STATIC), name="static")


def _links(code: str) -> list[tuple[str, str, bool]]:
    """Return what the first page's navigation names."""
    words = language(code)
    return [(words.text(f"play.{name}.name"), address(name, code), name == FIRST) for name in PAGES]


def _add(app: FastAPI, service: Service, built: Built, made: dict[tuple[str, str], str], name: str, code: str) -> None:
    def shown(request: Request) -> Response:
        other = elsewhere(request, code, {one: address(name, one) for one in LANGUAGES})
        if other is not None:
            return other
        key = (name, code)
        if key not in made:
            most = service.settings
            draws = {
                "few": min(DRAWS["few"], most.max_draws),
                "many": min(DRAWS["many"], most.max_draws, most.stream_draws),
            }
            of_rules = name == "rules"
            places, until = (list(service.rules.groups), known_to(service.rules)) if of_rules else ([], "")
            made[key] = page(name, code, places, built, draws, until)
        chosen = request.cookies.get("theme")
        text = made[key]
        if chosen in THEMES:
            text = text.replace("<html ", f'<html data-theme="{chosen}" ', 1)
        return HTMLResponse(text, headers={"Cache-Control": "no-cache", "Vary": "Cookie"})

    route = app.api_route(
        address(name, code), methods=["GET", "HEAD"], include_in_schema=False, response_class=HTMLResponse
    )
    route(shown)
