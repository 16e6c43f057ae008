"""What stands before every route: size, rate and host checks, security headers, errors as RFC 9457 problems."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.settings import Settings

KEPT_CLIENTS = 10_000
TITLES = {
    400: "Bad request", 404: "Not found", 405: "Method not allowed", 413: "Too large", 421: "Wrong host",
    422: "Unusable input", 429: "Too many requests", 500: "Internal error", 503: "Busy",
}  # fmt: skip


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """Return an RFC 9457 problem document."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


class Limits:
    """Refuses bodies that are too large as they arrive, callers that ask too often, and names of other hosts."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def _allowed(self, client: str) -> bool:
        """Take a token of the caller's bucket, if there is one."""
        now = time.monotonic()
        tokens, then = self.buckets.pop(client, (float(self.settings.burst), now))
        tokens = min(self.settings.burst, tokens + (now - then) * self.settings.requests_per_second)
        self.buckets[client] = (max(tokens - 1, 0.0) if tokens >= 1 else tokens, now)
        while len(self.buckets) > KEPT_CLIENTS:
            self.buckets.popitem(last=False)
        return tokens >= 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request and pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").rsplit(":", 1)
        name = host[0] if len(host) == 1 or host[1].isdigit() else ":".join(host)
        client = (scope.get("client") or ("?", 0))[0]
        refused = None
        if "*" not in self.settings.hosts and name not in self.settings.hosts:
            refused = problem(421, "this server does not answer to that name")
        elif not self._allowed(client):
            refused = problem(429, "too many requests; wait a little")
        elif _length(headers) > self.settings.body_bytes:
            refused = problem(413, f"a request may have at most {self.settings.body_bytes:,} bytes")
        if refused is not None:
            await refused(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.settings.body_bytes:
                raise HTTPException(413, f"a request may have at most {self.settings.body_bytes:,} bytes")
            return message

        await self.app(scope, counted, send)


def _length(headers: dict[bytes, bytes]) -> int:
    text = headers.get(b"content-length", b"0").decode("latin-1")
    return int(text) if text.isdigit() and len(text) < 20 else 0


def _security(settings: Settings) -> dict[str, str]:
    frames = " ".join(("'self'", *settings.framed_by))
    policy = (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {frames}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def protect(app: FastAPI, settings: Settings) -> None:
    """Put limits, headers and problem documents before an application's routes."""
    headers = _security(settings)

    @app.middleware("http")
    async def secured(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.add_middleware(Limits, settings=settings)

    @app.exception_handler(BadInput)
    async def unusable(_request: Request, error: BadInput) -> Response:
        return problem(422, " ".join(str(error).split()))

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Response:
        answer = problem(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        rows = [{"where": ".".join(map(str, one["loc"])), "reason": one["msg"]} for one in error.errors()]
        first = f"{rows[0]['where']}: {rows[0]['reason']}" if rows else "unusable"
        return problem(422, first, errors=rows)

    @app.exception_handler(Exception)
    async def failed(_request: Request, _error: Exception) -> Response:
        return problem(500, "something went wrong on the server")
