"""Errors as RFC 9457 problem documents: one form for everything that can go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rechenmacht.answers.question import field_error
from rechenmacht.errors import BadInput, one_line
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.faces.said import said, worded
from rechenmacht.files import NoRoom

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20


class Problem(Exception):
    """Something that ends a request.

    Args:
        status: HTTP status.
        detail: one sentence for the caller.
        headers: further headers of the answer.
        errors: places and reasons, where there are several.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.errors = status, detail, dict(headers or {}), errors


def document(
    status: int, detail: str, errors: list[dict[str, Any]] | None = None, lang: str = LANGUAGES[0]
) -> dict[str, Any]:
    """Return a problem document in a language; titles are HTTP's own in English."""
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase if lang == LANGUAGES[0] else _title(status, lang),
        "status": status,
        "detail": one_line(said(detail, lang)),
    }
    told = [{**one, "reason": said(one["reason"], lang)} if "reason" in one else one for one in errors or []]
    return {**found, "errors": told} if told else found


def _title(status: int, lang: str) -> str:
    words = language(lang)
    return words.maybe(f"problem.title.{status}") or words.text("problem.title.other")


def response(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict[str, Any]] | None = None,
    request: Request | None = None,
) -> Response:  # fmt: skip
    """Return a problem as an answer: a document for programs, a page for a person's browser, in the reader's language."""
    lang = lang_of(request) if request is not None else LANGUAGES[0]
    if request is not None and _a_person(request):
        return Response(
            page(status, one_line(said(detail, lang)), lang),
            status,
            headers=dict(headers or {}),
            media_type="text/html",
        )
    body = json.dumps(document(status, detail, errors, lang), ensure_ascii=False).encode("utf-8", errors="replace")
    return Response(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _a_person(request: Request) -> bool:
    """Tell whether a browser asks for a page, not a program for an answer."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith("/api/")


def page(status: int, detail: str, lang: str) -> str:
    """Return a problem as a page with a way home."""
    title, words = _title(status, lang), language(lang)
    if re.match(r"[^\W\d_]+ ", detail):  # a name in front stays as it is written
        detail = detail[:1].upper() + detail[1:]
    detail = detail if detail.endswith((".", "?", "!")) else f"{detail}."
    home = "/" if lang == LANGUAGES[0] else f"/{lang}/"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(title)} – Rechenmacht</title>'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/site.css">'
        f'</head><body><header class="bar"><a class="brand" href="{home}">Rechenmacht</a></header><main id="main"><h1>{escape(title)}</h1>'
        f'<p class="says">{escape(detail)}</p><p><a href="{home}">{escape(words.text("site.nav.front"))}</a></p></main></body></html>'
    )


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class alone
    return response(error.status, error.detail, error.headers, error.errors, request)


def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput)  # noqa: S101 - registered for this class alone
    status = 507 if isinstance(error, NoRoom) else 422
    return response(status, worded(error, language(lang_of(request))), request=request)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    details = {404: "there is nothing at this address", 405: "this address does not answer that method"}
    detail = details.get(error.status_code, str(error.detail))
    return response(error.status_code, detail, error.headers, request=request)


def lang_of(request: Request) -> str:
    """Return the language that a caller asks for by parameter or header: English, if it is none of ours."""
    if request.url.path == "/de" or request.url.path.startswith("/de/"):
        return "de"
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return next((code for code in LANGUAGES if wanted.lower().startswith(code)), LANGUAGES[0])


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    faults, texts = error.errors()[:MOST_ERRORS], language(lang_of(request))
    found = [
        {"where": ".".join(str(part) for part in one["loc"])[:200], "reason": worded(field_error([one]), texts)[:300]}
        for one in faults
    ]
    if not found:
        return response(422, "the request cannot be read", request=request)
    return response(422, found[0]["reason"], errors=found, request=request)


def _wrong_field(request: Request, error: Exception) -> Response:
    """Answer a question that a route put together from parameters that it does not take."""
    assert isinstance(error, ValidationError)  # noqa: S101 - registered for this class alone
    told = worded(field_error(error.errors(include_url=False)[:1]), language(lang_of(request)))
    return response(422, told[:600])


def unexpected(request: Request, _: Exception) -> Response:
    """Answer what nobody has foreseen."""
    return response(500, "a fault of the server; its log has the details", request=request)


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(BadInput, _bad_input)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ValidationError, _wrong_field)
    app.add_exception_handler(Exception, unexpected)
