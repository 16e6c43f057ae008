"""Routes of charts: the specification for a page, and the same chart as SVG, PNG or CSV.

Each chart has one address whose parameters are the question; with `.svg`, `.png` or `.csv` behind its name it answers
with a file that carries title and origin and can be embedded and cited.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from rechenmacht.errors import BadInput
from rechenmacht.faces.language import language
from rechenmacht.outputs.web.api.capital import MOST_DRAWS
from rechenmacht.outputs.web.api.forms import PROBLEMS, REGION, Day, Lang, Search, Seed, no_place, steps_of
from rechenmacht.outputs.web.api.rules import Place, day_of, place_of
from rechenmacht.outputs.web.drawn import drawing
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look
from rechenmacht.outputs.web.ensembles import Tick
from rechenmacht.outputs.web.envelope import sources_of
from rechenmacht.outputs.web.model import Question
from rechenmacht.outputs.web.service import Service, file_answer, json_answer
from rechenmacht.wanted import still

ENDINGS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
Width = Annotated[int, Query(ge=280, le=2000, description="CSS pixels that the chart is drawn for")]
Draws = Annotated[int, Query(ge=1, le=1_000_000)]
Text = Annotated[str, Query(min_length=1, max_length=120), AfterValidator(no_place)]
Where = Annotated[str, Query(min_length=2, max_length=20, pattern=REGION)]
Settings = Annotated[
    list[Annotated[str, Query(max_length=200)]],
    Query(max_length=60, alias="set", description="NAME=VALUE or NAME=VALUE@2027Q1; may be repeated"),
]
Shifts = Annotated[
    list[Annotated[str, Query(max_length=200)]],
    Query(max_length=60, alias="shift", description="As set; the whole range moves so that its median is the value"),
]
NAMES = ("race", "comparison", "reach", "plane", "timeline", "network", "layers", "stress", "wall", "path")
CapitalDraws = Annotated[int, Query(ge=1, le=MOST_DRAWS)]


class Made(NamedTuple):
    """Charts and the publications they rest on."""

    charts: list[Drawn]
    sources: list[dict[str, str]]


class Asked(NamedTuple):
    """A question in charts: what it is kept under, and what makes its charts."""

    key: Hashable
    make: Callable[[Look, Tick], Made]


def look_of(lang: Lang = "en", width: Width = 680) -> Look:
    """Return how a chart is to be drawn."""
    return Look(language(lang), width)


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["charts"], prefix="/charts", responses=PROBLEMS)

    @router.get("")
    async def charts() -> Response:
        """List the charts; each answers as JSON (Vega-Lite), .svg, .png and .csv."""
        rows = [{"name": name, "endings": list(ENDINGS), "address": f"/api/v1/charts/{name}"} for name in NAMES]
        return service.answer({"charts": rows})

    for name, asked in _questions(service).items():
        _serve(router, service, name, asked)
    return router


def _serve(router: APIRouter, service: Service, name: str, asked: Callable[..., Asked]) -> None:
    work, checksum = service.work, service.base.checksum

    async def spec(one: Asked = Depends(asked), look: Look = Depends(look_of)) -> Response:
        def answer() -> bytes:
            made = one.make(look, still)
            return service.bytes_of({"charts": [_shown(chart) for chart in made.charts]}, made.sources)

        return json_answer(await work.answer(("chart", name, one.key, look.width, look.language.code), answer))

    spec.__doc__ = f"Give the chart {name}: title, notes, a sentence for those who cannot see it, and Vega-Lite."
    router.get(f"/{name}", name=f"chart_{name}")(spec)
    for ending, kind in ENDINGS.items():
        _file(router, service, name, asked, ending, kind, checksum)


def _file(
    router: APIRouter, service: Service, name: str, asked: Callable[..., Asked], ending: str, kind: str, checksum: str
) -> None:
    work = service.work

    async def file(request: Request, one: Asked = Depends(asked), look: Look = Depends(look_of)) -> Response:
        def answer() -> bytes:
            found = one.make(look, still).charts
            if ending == "csv":
                return drawing.as_csv(found)
            if ending == "png":
                return drawing.as_png(found, look, checksum)
            return drawing.as_svg(found, look, checksum).encode()

        body = await work.answer((ending, name, one.key, look.width, look.language.code), answer)
        described = quote(f"/api/v1/charts/{name}?{request.url.query}", safe="/?=&%+")
        return file_answer(service.base, body, kind, f"rechenmacht-{name}.{ending}", described, "inline")

    file.__doc__ = f"Give the chart {name} as {ending.upper()}; of several outcomes, one after the other."
    router.get(f"/{name}.{ending}", name=f"chart_{name}_{ending}", response_class=Response)(file)


def _shown(chart: Drawn) -> dict[str, Any]:
    head = {"title": chart.title, "notes": list(chart.notes), "alt": chart.alt, **chart.more}
    return {**head, "spec": chart.spec, "rows": list(chart.rows)}


def _questions(service: Service) -> dict[str, Callable[..., Asked]]:
    return {
        "race": _race(service),
        "comparison": _comparison(service),
        "reach": _reach(service),
        "plane": _plane(service),
        "timeline": _timeline(service),
        "network": _network(service, "network"),
        "layers": _network(service, "layers"),
        "stress": _stress(service),
        "wall": _wall(service),
        "path": _path(service),
    }


def _made(service: Service, *charts: Drawn) -> Made:
    claims = {claim for chart in charts for claim in chart.claims}
    return Made(list(charts), sources_of(service.base, claims, {name for chart in charts for name in chart.ids}))


def _race(service: Service) -> Callable[..., Asked]:
    def race(
        outcome: Annotated[list[Text], Query(min_length=1, max_length=12)] = ["installed|h100e_8bit"],  # noqa: B006
        scenario: Text = "reference", against: Annotated[str, Query(max_length=120)] = "",
        settings: Settings = [], shifts: Shifts = [],  # noqa: B006
        draws: Draws = 1000, seed: Seed = 1,
    ) -> Asked:  # fmt: skip
        from rechenmacht.outputs.web.drawn import race as drawn

        most = service.settings.max_draws
        if draws > most:
            raise BadInput(f"draws: at most {most:,}, not {draws:,}")
        a = Question(scenario, steps_of(settings), draws, seed, steps_of(shifts, "shift"))
        b = Question(against, (), draws, seed) if against else None
        outcomes = tuple(dict.fromkeys(outcome))

        def make(look: Look, tick: Tick) -> Made:
            return Made(*drawn.drawn(service.race, look, outcomes, a, b, service.settings.values_in_memory, tick))

        return Asked((outcomes, a, b), make)

    return race


def _comparison(service: Service) -> Callable[..., Asked]:
    def comparison(
        a: Text = "cloudmatrix-384", b: Text = "gb200-nvl72", workload: Text = "train-70b", region_a: Where = "us",
        region_b: Where = "us",
    ) -> Asked:  # fmt: skip
        from rechenmacht.outputs.web.api.engine import asked_of
        from rechenmacht.outputs.web.drawn import engine as drawn

        body = {"system": [a, b], "workload": workload, "region": [region_a, region_b]}

        def make(look: Look, _: Tick) -> Made:
            return _made(service, drawn.comparison(look, asked_of(service, "compare", body)))

        return Asked((a, b, workload, region_a, region_b), make)

    return comparison


def _reach(service: Service) -> Callable[..., Asked]:
    def reach(
        chip: Annotated[list[Text], Query(min_length=1, max_length=2)] = ["h100-sxm"],  # noqa: B006
        chips: Annotated[int, Query(ge=1, le=10_000_000)] = 1024, model: Text = "llama3-70b", method: Text = "diloco",
        uplink: Annotated[float | None, Query(gt=0, le=1e5, allow_inf_nan=False)] = None,
    ) -> Asked:  # fmt: skip
        from rechenmacht.outputs.web.api.engine import asked_of
        from rechenmacht.outputs.web.drawn import engine as drawn

        about = {"chips": chips, "model": model, "method": method, "uplink": uplink}

        def make(look: Look, _: Tick) -> Made:
            found = [asked_of(service, "reach", {"chip": one, **about}) for one in chip]
            return _made(service, drawn.reach(look, found, model, method))

        return Asked((tuple(chip), chips, model, method, uplink), make)

    return reach


def _plane(service: Service) -> Callable[..., Asked]:
    def plane(to: Place = "CN", date: Day = "") -> Asked:
        from rechenmacht.outputs.web.drawn import rules as drawn

        place, day = place_of(service, to), day_of(date)

        def make(look: Look, _: Tick) -> Made:
            chart = drawn.plane(look, service.rules, service.ruled_chips, place, day, [])
            named = {rule for row in chart.rows for rule in row["rules"].split(", ")}
            return _made(service, chart._replace(ids=frozenset(service.rule_sources(named))))

        return Asked((place, day), make)

    return plane


def _timeline(service: Service) -> Callable[..., Asked]:
    def timeline(chip: Search = "h20", to: Place = "CN") -> Asked:
        from rechenmacht.domains.rules import chips
        from rechenmacht.domains.rules.timeline import timeline as periods_of
        from rechenmacht.outputs.web.drawn import rules as drawn

        one, place, today = chips.chip(service.base, chip), place_of(service, to), day_of("")

        def make(look: Look, _: Tick) -> Made:
            periods = periods_of(service.rules, one, chips.row_of(one, "2022-01-01", place))
            ids = service.rule_sources({rule for period in periods for rule in period.fired})
            return _made(service, drawn.timeline(look, service.rules, one, place, periods, today, ids))

        return Asked((one.id, place, today), make)

    return timeline


def _network(service: Service, which: Literal["network", "layers"]) -> Callable[..., Asked]:
    def network(date: Day = "", proposed: bool = False) -> Asked:
        from rechenmacht.outputs.web.api.capital import network_of
        from rechenmacht.outputs.web.drawn import capital as drawn

        at = day_of(date) if date else None

        def make(look: Look, _: Tick) -> Made:
            content, answer = network_of(service, at, proposed)
            if which == "network":
                return _made(service, drawn.network(look, service.base, content, answer))
            return _made(service, drawn.layers(look, service.base, answer))

        return Asked((at, proposed), make)

    return network


def _stress(service: Service) -> Callable[..., Asked]:
    def stress(
        scenario: Text = "funding_stop", date: Day = "",
        draws: CapitalDraws = 1000, seed: Seed = 1,
    ) -> Asked:  # fmt: skip
        from rechenmacht.outputs.web.api.capital import StressBody, asked_of, stressed
        from rechenmacht.outputs.web.drawn import capital as drawn

        at = day_of(date) if date else None
        told = asked_of(service, StressBody(scenario=None if scenario == "none" else scenario))

        def make(look: Look, _: Tick) -> Made:
            content, answer = stressed(service, told, at, draws, seed)
            return _made(service, drawn.stress(look, service.base, content, answer))

        return Asked((told, at, draws, seed), make)

    return stress


def _wall(service: Service) -> Callable[..., Asked]:
    def wall(date: Day = "", draws: CapitalDraws = 1000, seed: Seed = 1) -> Asked:
        from rechenmacht.domains.capital.questions import Coverage
        from rechenmacht.outputs.web.api.capital import answer_of
        from rechenmacht.outputs.web.drawn import capital as drawn

        at = day_of(date) if date else None

        def make(look: Look, _: Tick) -> Made:
            answer = answer_of(service, Coverage, at=at, draws=draws, seed=seed)
            return _made(service, drawn.wall(look, service.base, answer))

        return Asked((at, draws, seed), make)

    return wall


def _path(service: Service) -> Callable[..., Asked]:
    def path(
        date: Day = "", lever: Annotated[list[Text], Query(max_length=12)] = [],  # noqa: B006 - never changed
        draws: CapitalDraws = 1000, seed: Seed = 1,
    ) -> Asked:  # fmt: skip
        from rechenmacht.domains.capital.questions import Path
        from rechenmacht.outputs.web.api.capital import answer_of
        from rechenmacht.outputs.web.drawn import capital as drawn

        at, moved = day_of(date) if date else None, tuple(lever)

        def make(look: Look, _: Tick) -> Made:
            answer = answer_of(service, Path, at=at, set=list(moved), draws=draws, seed=seed)
            return _made(service, drawn.path(look, service.base, answer))

        return Asked((at, moved, draws, seed), make)

    return path
