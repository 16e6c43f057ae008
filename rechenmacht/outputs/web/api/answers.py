"""A question as routes: GET with its plain fields, POST with all, the same with .csv and .html, and as a stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field as Form
from pydantic import create_model
from starlette.responses import Response, StreamingResponse

from rechenmacht import __version__
from rechenmacht.answers.question import Question, Told, untold
from rechenmacht.errors import BadInput
from rechenmacht.faces import html, machine
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words
from rechenmacht.outputs.web import problems
from rechenmacht.outputs.web.api.forms import PROBLEMS
from rechenmacht.outputs.web.caller import caller
from rechenmacht.outputs.web.envelope import written
from rechenmacht.outputs.web.model import Stopped
from rechenmacht.outputs.web.service import Service, json_answer
from rechenmacht.wanted import still

MORE = {"race.allocate": 40_000, "race.run": 110_000}  # bytes of a draw: of the longest list; slices are large, too
ENDINGS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


def routes(service: Service, domain: str, questions: dict[str, type[Question]]) -> APIRouter:
    """Return the routes of a domain's questions."""
    router = APIRouter(tags=[domain], prefix=f"/answers/{domain}", responses=PROBLEMS)
    for name, question in questions.items():
        _add(router, service, name, question)
    return router


def _forms(question: type[Question]) -> tuple[type[Question], type[Question]]:
    """Return the forms of the query and of the body, described; only the query names a language."""
    english = language("en")
    all_: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    for field in fields(question, english):
        default = ... if field.info.is_required() else field.default
        marks = tuple(field.info.metadata)
        kind = Annotated[(field.type, *marks)] if marks else field.type
        all_[field.name] = (kind, Form(default, description=field.help, examples=field.info.examples))
        if field.plain:
            plain[field.name] = all_[field.name]
    stem = machine.stem(question)
    body = create_model(f"{stem}Question", __base__=Question, **all_)
    lang: Any = (Literal["en", "de"], Form("en", description=english.text("ask.field.lang")))
    return create_model(f"{stem}Query", __base__=Question, **plain, lang=lang), body


def _add(router: APIRouter, service: Service, name: str, question: type[Question]) -> None:
    query, body = _forms(question)
    pool = "check" if question.name.startswith("reader.") else "other"  # articles take nobody else's place
    said = about(question, language("en"))
    model: dict[int | str, dict[str, Any]] = {200: {"model": machine.model(question)}}

    def made(asked: Question, ending: str, lang: str, told: Told = untold) -> bytes:
        answer = answered(asked, service.base, lang, told)
        if ending == "json":
            return written(machine.document(answer, service.base))
        if ending == "csv":
            return machine.csv_text(machine.first_table(answer)).encode()
        return html.html(answer, Words(language(lang), service.base)).encode()

    async def give(given: Any, ending: str) -> Response:
        content = given.model_dump()
        lang = content.pop("lang", "en")
        asked = _allowed(settled(question, content, service.base, lang), service, service.settings.max_draws)
        key = (asked.key(service.base, __version__), ending, lang if ending == "html" else "")
        found = await service.work.answer(key, lambda: made(asked, ending, lang, still), pool)
        return json_answer(found) if ending == "json" else _file(found, question, ending)

    for ending in ENDINGS:
        router.add_api_route(
            f"/{name}" + ("" if ending == "json" else f".{ending}"), _bound(give, query, ending), methods=["GET"],
            summary=said, name=f"{question.name}.{ending}", responses=model if ending == "json" else {},
            response_class=Response,
        )  # fmt: skip

    async def post(given: Any) -> Response:
        return await give(given, "json")

    post.__annotations__ = {"given": body, "return": Response}
    router.add_api_route(f"/{name}", post, methods=["POST"], summary=said, responses=model,
                         name=f"{question.name}.post", response_class=Response)  # fmt: skip

    async def stream(given: Any) -> Response:
        service.work.room("stream")
        lang = caller().lang
        asked = settled(question, given.model_dump(), service.base, lang)
        asked = _allowed(asked, service, service.settings.stream_draws)
        heard = _Heard(asyncio.get_running_loop(), service.settings.stream_seconds)
        caller().left.append(heard.gone.set)
        future = service.work.begin(lambda: _told(asked, made, heard, lang), "stream")
        caller().left.append(lambda: service.work.stop(future))
        return StreamingResponse(_events(heard), media_type="text/event-stream")

    stream.__annotations__ = {"given": body, "return": Response}
    router.add_api_route(f"/{name}/stream", stream, methods=["POST"], summary=said, response_class=Response,
                         name=f"{question.name}.stream")  # fmt: skip


def draw_bytes(question: type[Question]) -> int:
    """Return the memory that a draw takes while a question is answered; 0 where draws are taken in slices."""
    return question.draw_bytes or MORE.get(question.name, 0)


def _allowed(asked: Question, service: Service, most: int) -> Question:
    """Return the question.

    Raises:
        BadInput: if it asks for more than the server does; it is worded where it is answered.
    """
    if size := draw_bytes(type(asked)):  # all draws are in memory at once
        most = min(most, max(1, service.settings.answer_bytes // size))
    asked.afar(most)
    return asked


def _bound(give: Any, form: type[Question], ending: str) -> Any:
    async def get(given: Any) -> Response:
        found: Response = await give(given, ending)
        return found

    get.__annotations__ = {"given": Annotated[form, Query()], "return": Response}
    return get


def _file(body: bytes, question: type[Question], ending: str) -> Response:
    """Return a CSV file to keep, or a page to look at."""
    shown = "inline" if ending == "html" else "attachment"
    name = f"rechenmacht-{question.name.replace('.', '-')}.{ending}"
    return Response(body, headers={"Content-Disposition": f'{shown}; filename="{name}"'}, media_type=ENDINGS[ending])


class _Heard:
    """What a stream has been told by the thread that computes, whether its caller has hung up, and when it must end."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop, self.events, self.gone = loop, asyncio.Queue[tuple[str, str]](), threading.Event()
        self.end, self.seconds = loop.time() + seconds, seconds

    def say(self, kind: str, content: str) -> None:
        """Tell the stream something, from another thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self.events.put_nowait, (kind, content))


def _told(asked: Question, made: Any, heard: _Heard, lang: str) -> None:
    """Compute an answer, telling a stream how far it is and what came of it."""

    def told(done: int, of: int) -> None:
        if heard.gone.is_set() or heard.loop.time() > heard.end:
            raise InterruptedError
        heard.say("progress", json.dumps({"done": done, "total": of}))

    try:
        heard.say("result", made(asked, "json", lang, told).decode())
    except BadInput as error:
        heard.say("problem", json.dumps(problems.document(422, str(error), lang=lang)))
    except (InterruptedError, Stopped):
        pass
    except Exception:
        logging.getLogger("rechenmacht").exception("a stream failed")
        detail = "a fault of the server; its log has the details"
        heard.say("problem", json.dumps(problems.document(500, detail, lang=lang)))


async def _events(heard: _Heard) -> AsyncIterator[str]:
    """Yield how far the work is, and its result; a caller who hangs up stops it, and so does the end of its time."""
    try:
        while True:
            left = heard.end - heard.loop.time()
            try:
                kind, data = await asyncio.wait_for(heard.events.get(), max(left, 0))
            except TimeoutError:
                said = f"this took longer than {heard.seconds:g} s (limit stream_seconds): ask for less at once"
                kind, data = "problem", json.dumps(problems.document(503, said))
            yield f"event: {kind}\ndata: {data}\n\n"
            if kind != "progress":
                return
    finally:
        heard.gone.set()
