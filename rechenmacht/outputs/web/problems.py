"""Errors as RFC 9457 problem documents: one form for everything that can go wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rechenmacht.answers.question import field_error
from rechenmacht.errors import BadInput
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.faces.words import worded
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


def document(status: int, detail: str, errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return a problem document."""
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(detail.split()),
    }
    return {**found, "errors": errors} if errors else found


def response(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict[str, Any]] | None = None
) -> Response:
    """Return a problem document as an answer."""
    body = json.dumps(document(status, detail, errors), ensure_ascii=False).encode("utf-8", errors="replace")
    return Response(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class alone
    return response(error.status, error.detail, error.headers, error.errors)


def _bad_input(_: Request, error: Exception) -> Response:
    return response(507 if isinstance(error, NoRoom) else 422, str(error))


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    details = {404: "there is nothing at this address", 405: "this address does not answer that method"}
    return response(error.status_code, details.get(error.status_code, str(error.detail)), error.headers)


def _lang(request: Request) -> str:
    """Return the language that a caller asks for by parameter or header: English, if it is none of ours."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return next((code for code in LANGUAGES if wanted.lower().startswith(code)), LANGUAGES[0])


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    faults, texts = error.errors()[:MOST_ERRORS], language(_lang(request))
    found = [
        {"where": ".".join(str(part) for part in one["loc"])[:200], "reason": worded(field_error([one]), texts)[:300]}
        for one in faults
    ]
    if not found:
        return response(422, "the request cannot be read")
    return response(422, found[0]["reason"], errors=found)


def _unexpected(_: Request, __: Exception) -> Response:
    return response(500, "a fault of the server; its log has the details")


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(BadInput, _bad_input)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
