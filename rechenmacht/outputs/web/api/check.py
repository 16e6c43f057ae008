"""The route that checks an article: its numbers, each with a verdict and the evidence."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rechenmacht.domains.reader.model import Document
from rechenmacht.domains.reader.rows import VERDICTS
from rechenmacht.domains.reader.sources import SECONDS, extracted
from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.api.forms import PROBLEMS, Strict
from rechenmacht.outputs.web.envelope import sources_of
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service, json_answer


class Article(Strict):
    """An article as text."""

    text: str = Field(min_length=1)
    lang: Literal["en", "de", ""] = ""
    date: str = Field("", max_length=10)


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": Article.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "text, HTML or PDF"},
                        "lang": {"type": "string", "enum": ["en", "de", ""]},
                        "date": {"type": "string", "maxLength": 10},
                    },
                }
            },
        },
    }
}


def routes(service: Service) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["check"], responses=PROBLEMS)
    most = service.settings.text_characters

    @router.post("/check", openapi_extra=BODY)
    async def check(request: Request) -> Response:
        """Check the numbers of an article: JSON, or an uploaded text, HTML or PDF file. Nothing it names is opened."""
        article, day = await _article(service, request)
        if len(article.text) > most:
            raise Problem(413, f"an article may have {most:,} characters at most")
        if not article.text.strip():
            raise BadInput("the article is empty")

        def answer() -> bytes:
            document = service.reader.read(article.text, "article", day, article.lang or None)
            claims = {claim for verdict in document.verdicts for claim in verdict.claims}
            return service.bytes_of(_content(service, document), sources_of(service.base, claims))

        # Not kept, as other answers are: the text is somebody's.
        return json_answer(await service.work.run(answer, "check"))

    return router


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"date: {text!r} is no day of the calendar (write 2025-11-20)") from None


def _form(content: dict[str, Any]) -> Article:
    try:
        return Article.model_validate(content)
    except ValidationError as error:
        rows = [
            {"where": ".".join(("body", *map(str, one["loc"])))[:200], "reason": str(one["msg"])}
            for one in error.errors(include_input=False)[:20]
        ]
        raise Problem(422, f"{rows[0]['where']}: {rows[0]['reason']}", errors=rows) from None


async def _article(service: Service, request: Request) -> tuple[Article, date | None]:
    """Return what is to be checked, and the day it appeared."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            content = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise Problem(400, "the body is no JSON") from None
        if not isinstance(content, dict):
            raise Problem(422, "body: an object with text is needed")
        article = _form(content)
        return article, _day(article.date)
    if kind != "multipart/form-data":
        raise Problem(415, "send application/json or multipart/form-data")
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=service.settings.body_bytes) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Problem(422, "body.file: a file is needed")
            data = await file.read()
            told = {name: str(form.get(name) or "") for name in ("lang", "date")}
    except HTTPException as error:
        raise Problem(error.status_code, str(error.detail)) from None
    settings = service.settings
    if len(data) > settings.upload_bytes:
        raise Problem(413, f"the upload may have {settings.upload_bytes:,} bytes at most")
    seconds = min(SECONDS, settings.seconds)
    found = await service.work.run(lambda: extracted("the upload", data, seconds), "check")
    article = _form({"text": found.text, **told})
    return article, _day(article.date) or found.date


def _content(service: Service, document: Document) -> dict[str, Any]:
    """Return the claims in the order of the text, and the text cut at their ends, so that a page can mark them."""
    quantities = {one.id: one for one in document.quantities}
    verdicts = sorted(document.verdicts, key=lambda v: quantities[v.quantity_id].start)
    claims, parts, place = [], list[dict[str, Any]](), 0
    for verdict in verdicts:
        one = quantities[verdict.quantity_id]
        claims.append(
            {
                "text": document.text[one.start : one.end], "start": one.start, "end": one.end,
                "verdict": verdict.verdict, "check": verdict.check, "explanation": verdict.explanation,
                "expected": {"low": verdict.expected_low, "high": verdict.expected_high},
                "read_as": {"low": one.low, "high": one.high, "unit": one.unit, "time": one.time},
                "claims": verdict.claims,
                "sources": [row["id"] for row in sources_of(service.base, verdict.claims)],
            }
        )  # fmt: skip
        if one.start >= place:
            parts.append({"text": document.text[place : one.start], "claim": None})
            parts.append({"text": document.text[one.start : one.end], "claim": len(claims) - 1})
            place = one.end
    parts.append({"text": document.text[place:], "claim": None})
    counts = {name: sum(row["verdict"] == name for row in claims) for name in VERDICTS}
    return {
        "lang": document.language, "date": document.date, "counts": counts, "claims": claims,
        "parts": [part for part in parts if part["text"]],
    }  # fmt: skip
