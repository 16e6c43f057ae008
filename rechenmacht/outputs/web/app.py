"""The application: routes under /api/v1. Every answer carries version, data checksum and sources."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from rechenmacht import __version__, scenario
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.labels import parameter_label
from rechenmacht.outputs.language import LANGUAGES, language
from rechenmacht.outputs.web import facts as tables
from rechenmacht.outputs.web.guard import protect
from rechenmacht.outputs.web.levers import levers
from rechenmacht.outputs.web.pages import add_pages
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.simulator import YEAR_ENDS, Asked, Simulator, Stopped
from rechenmacht.race.axes import QUARTERS

Short = Annotated[str, Field(min_length=1, max_length=120)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Id = Annotated[str, Path(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Search = Annotated[str, Query(max_length=200)]
QUARTER = re.compile(r"(\d{4})-?(Q[1-4])")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(_Strict):
    """A value of a lever from a quarter on."""

    at: Annotated[str, Field(pattern=r"^\d{4}-?Q[1-4]$")]
    value: Number


class World(_Strict):
    """A scenario with levers set."""

    scenario: Short = "reference"
    set: dict[Short, Number | Annotated[list[Dated], Field(min_length=1, max_length=60)]] = Field(
        default_factory=dict, max_length=60
    )


class Simulate(World):
    """What to simulate; `outcomes` are variables, all regions of each are returned."""

    draws: Annotated[int, Field(ge=1)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    outcomes: Annotated[list[Short], Field(max_length=60)] | None = None
    every: Literal["year", "quarter"] = "year"


class Compare(_Strict):
    """Two worlds on the same draws."""

    a: World
    b: World
    draws: Annotated[int, Field(ge=1)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    outcomes: Annotated[list[Short], Field(max_length=60)] | None = None
    every: Literal["year", "quarter"] = "year"


class Article(_Strict):
    """An article to check."""

    text: Annotated[str, Field(min_length=1, max_length=400_000)]
    lang: Literal["en", "de"] | None = None
    date: Annotated[str, Field(max_length=10)] = ""


def _asked(world: World, how: Simulate | Compare, most: int) -> Asked:
    """Return the request in the simulator's form.

    Raises:
        BadInput: if the draws are too many.
    """
    if how.draws > most:
        raise BadInput(f"draws: at most {most:,}, not {how.draws:,}")
    steps = []
    for name, value in sorted(world.set.items()):
        if isinstance(value, list):
            dated = sorted((QUARTER.sub(r"\1-\2", one.at), one.value) for one in value)
            steps.append((name, tuple(dated)))
        else:
            steps.append((name, (("", value),)))
    quarters = YEAR_ENDS if how.every == "year" else QUARTERS
    return Asked(world.scenario, tuple(steps), how.draws, how.seed, tuple(how.outcomes or ()), quarters)


class Service:
    """What the routes share: the base, the simulator, and how many may compute at once."""

    def __init__(self, base: Base, settings: Settings) -> None:
        self.base, self.settings = base, settings
        self.simulator = Simulator(base, compiled=settings.compiled, cached=settings.cached_answers)
        self.running = asyncio.Semaphore(settings.running)
        self.waiting = 0
        self.levers = levers(base)

    def say(self, found: dict[str, Any], sources: list[str] | None = None) -> dict[str, Any]:
        """Return an answer with version, data checksum and the sources its numbers rest on."""
        listed = [tables.source(self.base, name) for name in sources or ()]
        return {"version": __version__, "data_checksum": self.base.checksum, "sources": listed, **found}

    async def compute(self, work: Callable[[], Any]) -> Any:
        """Run work in a thread when a place is free, within the time that is allowed.

        Raises:
            HTTPException: 503 if too many wait or the time is up.
        """
        if self.waiting >= self.settings.waiting:
            raise HTTPException(503, "too many simulations wait; try again", {"Retry-After": "2"})
        self.waiting += 1
        try:
            async with asyncio.timeout(self.settings.seconds):
                async with self.running:
                    return await asyncio.to_thread(work)
        except TimeoutError:
            raise HTTPException(503, f"not done within {self.settings.seconds:g} seconds") from None
        finally:
            self.waiting -= 1

    def model_sources(self, asked: Asked) -> list[str]:
        """Return the sources of the claims that the levers set rest on, and of the series that condition a run."""
        claims = {c for one in self.levers if one["name"] in dict(asked.levers) for c in one["claims"]}
        history = {row.source for row in self.base.tables.history if row.quantity.startswith("h100e_delivered")}
        return sorted({self.base.claims[claim].source for claim in claims} | history)


def create_app(base: Base, settings: Settings | None = None) -> FastAPI:
    """Return the application over a fact base."""
    settings = settings or Settings()
    app = FastAPI(
        title="Rechenmacht", version=__version__, openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
        description="An open, executable model of the AI compute race. Errors are RFC 9457 problem documents.",
    )  # fmt: skip
    service = Service(base, settings)
    app.state.service = service
    protect(app, settings)
    _model_routes(app, service)
    _stream_route(app, service)
    _fact_routes(app, service)
    _more_routes(app, service)
    add_pages(app)
    return app


def _model_routes(app: FastAPI, service: Service) -> None:
    base, settings = service.base, service.settings

    @app.get("/api/v1/health", tags=["model"])
    async def health() -> dict[str, Any]:
        """Whether the server answers, and whether the compiled model is ready."""
        return service.say({"status": "ok", "compiled": service.simulator.compiled is not None})

    @app.get("/api/v1/scenarios", tags=["model"])
    async def scenarios() -> dict[str, Any]:
        """The scenarios: what each asks and what it changes."""
        found = [scenario.read(path).model_dump(mode="json") for path in scenario.available(base).values()]
        return service.say({"scenarios": found})

    @app.get("/api/v1/levers", tags=["model"])
    async def all_levers() -> dict[str, Any]:
        """The levers, with range, default, unit, texts in both languages, and what they rest on."""
        return service.say({"levers": service.levers}, sorted({s for one in service.levers for s in one["sources"]}))

    @app.post("/api/v1/simulate", tags=["model"])
    async def simulate(body: Simulate) -> dict[str, Any]:
        """Quantiles of outcomes per quarter, and who is ahead with which probability."""
        asked = _asked(body, body, settings.max_draws)
        found = await service.compute(lambda: service.simulator.simulate(asked))
        return service.say(found, service.model_sources(asked))

    @app.post("/api/v1/compare", tags=["model"])
    async def compare(body: Compare) -> dict[str, Any]:
        """Two worlds on the same draws: both, their difference, and what drives it."""
        pair = [_asked(w, body, settings.max_draws) for w in (body.a, body.b)]
        found = await service.compute(lambda: service.simulator.compare(*pair))
        return service.say(found, sorted({s for one in pair for s in service.model_sources(one)}))

    @app.get("/api/v1/decides", tags=["model"])
    async def decides(
        outcome: Annotated[str, Query(max_length=200)] = "installed|h100e_8bit@China@2030-Q4",
        scenario_id: Annotated[str, Query(alias="scenario", max_length=100)] = "reference",
    ) -> dict[str, Any]:
        """Which assumptions decide an outcome: rank correlations over 2,000 draws."""
        from rechenmacht.uncertainty.chosen import outcome as named

        one = named(outcome)
        asked = Asked(scenario_id, (), 2000, 1, ())
        work = lambda: service.simulator.decides(asked, one.variable, one.region, one.quarter)  # noqa: E731
        rows = await service.compute(work)
        for row in rows:
            p = base.parameters[row["name"]]
            row["title"] = {code: parameter_label(base, language(code), p.name) for code in LANGUAGES}
            row |= {"basis": p.basis, "claims": list(p.claims), "note": p.note}
        sources = {base.claims[c].source for row in rows for c in row["claims"]}
        return service.say({"outcome": str(one), "draws": 2000, "parameters": rows}, sorted(sources))


def _stream_route(app: FastAPI, service: Service) -> None:
    @app.post("/api/v1/simulate/stream", tags=["model"], response_class=StreamingResponse)
    async def stream(body: Simulate, request: Request) -> Response:
        """As simulate, with progress as server-sent events; the work stops when the caller hangs up."""
        asked = _asked(body, body, service.settings.stream_draws)
        service.simulator.variables(asked.variables or ())
        service.simulator.model(asked)  # refuse before the stream begins
        return StreamingResponse(_events(service, asked, request), media_type="text/event-stream")


async def _events(service: Service, asked: Asked, request: Request) -> AsyncIterator[str]:
    """Yield progress and the result of a simulation."""
    loop, queue, stopped = asyncio.get_running_loop(), asyncio.Queue[int](), [False]

    def progress(done: int) -> None:
        if stopped[0]:
            raise Stopped
        loop.call_soon_threadsafe(queue.put_nowait, done)

    task = asyncio.create_task(service.compute(lambda: service.simulator.simulate(asked, progress)))
    try:
        while not task.done():
            try:
                done = await asyncio.wait_for(queue.get(), 0.25)
            except TimeoutError:
                if await request.is_disconnected():
                    return
                continue
            yield f"event: progress\ndata: {json.dumps({'done': done, 'total': asked.draws})}\n\n"
        result = service.say(task.result(), service.model_sources(asked))
        yield f"event: result\ndata: {json.dumps(result)}\n\n"
    except HTTPException as error:
        yield f"event: problem\ndata: {json.dumps({'status': error.status_code, 'detail': str(error.detail)})}\n\n"
    finally:
        stopped[0] = True


def _finite(value: Any) -> Any:
    """Return a value with what JSON has no number for as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _fact_routes(app: FastAPI, service: Service) -> None:
    base = service.base

    @app.get("/api/v1/facts", tags=["facts"])
    async def facts(
        q: Search = "",
        subject: Search = "",
        quantity: Search = "",
        grade: Search = "",
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> dict[str, Any]:
        """Claims that match, each with its source; conflicts are marked."""
        rows = tables.search(base, q, subject, quantity, grade)
        page = rows[offset : offset + limit]
        found = {"total": len(rows), "facts": [tables.fact(base, row) for row in page]}
        return service.say(found, sorted({row.source for row in page}))

    @app.get("/api/v1/facts.csv", tags=["facts"], response_class=Response)
    async def as_csv(q: Search = "", subject: Search = "", quantity: Search = "", grade: Search = "") -> Response:
        """The same claims as CSV."""
        text = tables.csv_text(base, tables.search(base, q, subject, quantity, grade))
        name = {"Content-Disposition": 'attachment; filename="rechenmacht-facts.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=name)

    @app.get("/api/v1/facts/{claim}", tags=["facts"])
    async def one_fact(claim: Id) -> dict[str, Any]:
        """One claim."""
        if claim not in base.claims:
            raise HTTPException(404, "no such claim")
        return service.say({"fact": tables.fact(base, base.claims[claim])}, [base.claims[claim].source])


def _more_routes(app: FastAPI, service: Service) -> None:
    base = service.base

    @app.get("/api/v1/sources", tags=["facts"])
    async def sources(offset: Offset = 0, limit: Limit = 50) -> dict[str, Any]:
        """All sources."""
        names = list(base.sources)[offset : offset + limit]
        return service.say({"total": len(base.sources)}, names)

    @app.get("/api/v1/chips", tags=["facts"])
    async def chips() -> dict[str, Any]:
        """All chips, with what is known of each."""
        return service.say({"chips": tables.chips(base)})

    @app.get("/api/v1/rules/status", tags=["rules"])
    async def status(
        chip: Search,
        to: Annotated[str, Query(min_length=2, max_length=60)],
        date: Annotated[str, Query(max_length=10)] = "",
    ) -> dict[str, Any]:
        """Whether a chip is controlled to a destination on a day, and why."""
        found = tables.rule_status(base, chip, to, date)
        return service.say(_finite(found))

    @app.post("/api/v1/check", tags=["check"])
    async def check(body: Article) -> dict[str, Any]:
        """The numbers of an article, each with a verdict and its evidence; nothing that it names is opened."""
        found = await service.compute(lambda: tables.checked(base, body.text, body.lang, body.date))
        return service.say(_finite(found))
