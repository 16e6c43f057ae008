"""Routes of the race: scenarios, levers, simulations, comparisons, and what decides an outcome."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.errors import BadInput
from rechenmacht.faces.language import language
from rechenmacht.faces.said import worded
from rechenmacht.outputs.web import ensembles, problems
from rechenmacht.outputs.web.api.forms import PROBLEMS, Compare, Lang, Simulate, question
from rechenmacht.outputs.web.caller import caller
from rechenmacht.outputs.web.model import Question, Stopped, chosen
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service, json_answer
from rechenmacht.outputs.web.work import Job
from rechenmacht.runs import INDICATOR
from rechenmacht.wanted import still


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["race"], responses=PROBLEMS)
    _lists(router, service)
    _ensembles(router, service)
    _stream(router, service)
    return router


def _lists(router: APIRouter, service: Service) -> None:
    @router.get("/scenarios")
    async def scenarios(lang: Lang | None = None) -> Response:
        """List the scenarios: what each asks and what it changes."""
        del lang  # both languages are always given
        rows = [one.model_dump(mode="json") for one in service.race.scenarios.values()]
        claims = {lever.claims for one in service.race.scenarios.values() for lever in one.lever}
        return service.answer({"scenarios": rows}, [claim for some in claims for claim in some])

    @router.get("/levers")
    async def levers() -> Response:
        """List the levers: range, default (the prior's median), unit, texts, and what each rests on."""
        return service.answer({"levers": service.levers}, ids={s for row in service.levers for s in row["sources"]})

    @router.get("/outcomes")
    async def outcomes() -> Response:
        """List what a simulation can be asked for: variables with their regions and unit."""
        found: dict[str, dict[str, Any]] = {}
        for one in SERIES:
            if one.unit != INDICATOR:
                row = found.setdefault(one.variable, {"variable": one.variable, "unit": one.unit, "regions": []})
                row["regions"].append(one.region)
        return service.answer({"outcomes": list(found.values()), "quarters": list(QUARTERS)})


def _ensembles(router: APIRouter, service: Service) -> None:
    settings, race, work = service.settings, service.race, service.work

    @router.post("/simulate")
    async def simulate(body: Simulate) -> Response:
        """Run an ensemble: quantiles of outcomes by quarter, and how likely each bloc is ahead by each definition."""
        asked = question(body, body.draws, body.seed, settings.max_draws)
        variables = None if body.outcomes is None else tuple(body.outcomes)

        def answer() -> bytes:
            return service.bytes_of(*ensembles.simulate(race, asked, variables, settings.values_in_memory, still))

        return json_answer(await work.answer(("simulate", asked, variables), answer))

    @router.post("/compare")
    async def compare(body: Compare) -> Response:
        """Run two worlds on the same draws: A less B draw by draw, how often A is higher, and what decides it."""
        a, b = (question(one, body.draws, body.seed, settings.max_draws) for one in (body.a, body.b))
        variables, most = tuple(body.outcomes), settings.values_in_memory

        def answer() -> bytes:
            return service.bytes_of(*ensembles.compare(race, (a, b), variables, most, service.titles, still))

        return json_answer(await work.answer(("compare", a, b, variables), answer))

    @router.get("/decides")
    async def decides(
        outcome: Annotated[
            str, Query(min_length=1, max_length=200, description="variable@region@quarter")
        ] = "installed|h100e_8bit@China@2030-Q4",
        scenario: Annotated[str, Query(min_length=1, max_length=100)] = "reference",
    ) -> Response:
        """Say which assumptions decide an outcome: rank correlations over 2,000 draws."""
        asked = Question(scenario, (), ensembles.DECIDES_DRAWS, 1)

        def answer() -> bytes:
            return service.bytes_of(*ensembles.decides(race, asked, outcome, service.titles))

        return json_answer(await work.answer(("decides", asked, outcome), answer))


def _event(name: str, data: bytes | str) -> bytes:
    text = data if isinstance(data, bytes) else data.encode()
    return b"event: " + name.encode() + b"\ndata: " + text + b"\n\n"


def _stream(router: APIRouter, service: Service) -> None:
    settings, work = service.settings, service.work

    @router.post("/simulate/stream", response_class=StreamingResponse)
    async def stream(body: Simulate) -> Response:
        """As simulate, for more draws: `progress` events, then `result` or `problem`; hanging up stops the work."""
        asked = question(body, body.draws, body.seed, settings.stream_draws)
        variables = None if body.outcomes is None else tuple(body.outcomes)
        work.room("stream")
        chosen(variables)  # what cannot be answered is refused before the stream begins
        await work.run(lambda: service.race.setup(asked))
        job = work.job(asked.draws)
        caller().left += [job.stop.set, lambda: work.jobs.pop(job.id, None)]  # also if it hangs up before the beginning
        future = work.begin(lambda: _run(service, asked, variables, job), "stream")
        caller().left.append(lambda: work.stop(future))
        return StreamingResponse(_events(service, job, future, caller().lang), media_type="text/event-stream")

    @router.delete("/jobs/{job}")
    async def cancel(job: str) -> Response:
        """Stop a simulation that streams; its id is in the progress events."""
        found = work.jobs.get(job)
        if found is None:
            raise Problem(404, "no such job is under way")
        found.stop.set()
        return service.answer({"job": job, "stopped": True})


def _run(service: Service, asked: Question, variables: tuple[str, ...] | None, job: Job) -> bytes:
    def tick(done: int) -> None:
        job.done = done
        if job.stop.is_set():
            raise Stopped

    tick(0)
    return service.bytes_of(
        *ensembles.simulate(service.race, asked, variables, service.settings.values_in_memory, tick)
    )


async def _events(service: Service, job: Job, future: Future[bytes], lang: str) -> AsyncIterator[bytes]:
    def problem(status: int, detail: str) -> bytes:
        return _event("problem", json.dumps(problems.document(status, detail, lang=lang)))

    loop, waited = asyncio.get_running_loop(), asyncio.wrap_future(future)
    waited.add_done_callback(lambda done: done.cancelled() or done.exception())  # told below, or to nobody
    try:
        end, told = loop.time() + service.settings.stream_seconds, -1
        while not waited.done():
            if job.done != told:
                told = job.done
                yield _event("progress", json.dumps({"job": job.id, "done": told, "total": job.total}))
            await asyncio.wait([waited], timeout=0.1)
            if loop.time() > end:
                job.stop.set()
                service.work.stop(future)
        if waited.cancelled():
            raise Stopped
        yield _event("result", waited.result())
    except Stopped:
        yield problem(503, "the simulation was stopped before its end")
    except BadInput as error:
        yield problem(422, worded(error, language(lang)))
    except Problem as error:
        yield problem(error.status, error.detail)
    finally:
        job.stop.set()
        service.work.stop(future)
        service.work.jobs.pop(job.id, None)
