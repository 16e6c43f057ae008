"""What stands before every request: host check, same origin, size, rate; and the headers on every answer."""

from __future__ import annotations

import time
from collections import OrderedDict
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rechenmacht.outputs.web import problems
from rechenmacht.outputs.web.caller import CALLER, Caller
from rechenmacht.outputs.web.gate import client_of
from rechenmacht.outputs.web.journal import journal
from rechenmacht.outputs.web.settings import LOOPBACK, Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_CLIENTS = 10_000  # buckets kept; the client that was silent longest is forgotten first
UPLOADS = frozenset({"/api/v1/check"})


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the host names, without port, under which the server answers; `*` is any."""
    everywhere = settings.host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
    mine = {"" if everywhere else settings.host, urlsplit(settings.address).hostname or ""}
    # A page of another origin can make a browser send any name that it owns, but not the loopback's.
    return frozenset({name.lower() for name in (*settings.hosts, *mine, *LOOPBACK) if name})


def content_policy(settings: Settings) -> str:
    """Return the Content-Security-Policy: everything from here, no script or style in the page itself.

    The first page runs the model as WebAssembly, which needs a word of its own; it allows no `eval`.
    """
    ancestors = " ".join(("'self'", *settings.framed_by))
    return (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )


class Buckets:
    """Token buckets by client: `rate` requests a second, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, float(burst)
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float | None = None) -> float:
        """Take one token; return 0, or the seconds until there is one."""
        at = time.monotonic() if now is None else now
        tokens, last = self._known.pop(client, (self.burst, at))
        tokens = min(self.burst, tokens + (at - last) * self.rate)
        granted = tokens >= 1
        self._known[client] = (tokens - 1 if granted else tokens, at)
        while len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self.rate


def _client(scope: Scope) -> str:
    return client_of(scope["client"][0]) if scope.get("client") else "-"


def _host(value: str) -> str:
    return (urlsplit(f"//{value}").hostname or "").lower()


class Guard:
    """The ASGI middleware that refuses what must not reach the app, and sets the headers of what leaves it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.hosts = allowed_hosts(settings)
        self.log = journal(settings.log)
        self.buckets = Buckets(settings.requests_per_second, settings.burst)
        self.headers = {
            "Content-Security-Policy": content_policy(settings),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }
        if not settings.framed_by:
            self.headers["X-Frame-Options"] = "SAMEORIGIN"
        if settings.tls:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str, dict[str, str]] | None:
        try:
            host = _host(headers.get("host", ""))
        except ValueError:
            host = ""
        if "*" not in self.hosts and host not in self.hosts:
            return 421, "this server does not answer under that host name (setting hosts)", {}
        origin = headers.get("origin")
        if origin is not None and scope["method"] not in SAFE:
            try:
                same = bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
            except ValueError:
                same = False
            mine = self.settings.address.rstrip("/")
            if not same and not (mine and origin.rstrip("/") == mine):
                return 403, "pages of other origins may not send requests here", {}
        if not scope["path"].startswith("/api/"):
            return None
        limit = self.settings.upload_bytes if scope["path"] in UPLOADS else self.settings.body_bytes
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            return 413, f"a request to this address may have {limit:,} bytes at most", {}
        wait = self.buckets.wait(_client(scope))
        if wait > 0:
            seconds = str(int(wait) + 1)
            said = f"too many requests (limit requests_per_second); try again in {seconds} s"
            return 429, said, {"Retry-After": seconds}
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, started, status = Headers(scope=scope), time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    out.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    out.setdefault("Cache-Control", "no-store")
                    out["Server-Timing"] = f"app;dur={(time.perf_counter() - started) * 1000:.1f}"
            await send(message)

        refused = self._refused(scope, headers)
        if refused is not None:
            status, detail, more = refused
            await problems.response(status, detail, more, request=Request(scope))(scope, receive, sending)
            self.log.request(scope, Caller(_client(scope)), status, time.perf_counter() - started)
            return
        limit = self.settings.upload_bytes if scope["path"] in UPLOADS else self.settings.body_bytes
        read = 0

        async def reading() -> Message:
            # A body sent in chunks names no length, so what arrives is counted.
            nonlocal read
            message = await receive()
            read += len(message.get("body", b"")) if message["type"] == "http.request" else 0
            if read > limit:
                raise HTTPException(413, f"a request to this address may have {limit:,} bytes at most")
            return message

        asking = Caller(_client(scope), reading, lang=problems.lang_of(Request(scope)))
        kept = CALLER.set(asking)
        try:
            await self.app(scope, reading, sending)
        except Exception as error:
            if not status:  # answered here, where headers are set; it is logged further out
                await problems.unexpected(Request(scope), error)(scope, receive, sending)
            raise
        finally:
            CALLER.reset(kept)
            asking.end()
            self.log.request(scope, asking, status, time.perf_counter() - started)
