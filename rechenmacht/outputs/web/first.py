"""The first page as `rechenmacht serve` hands it out: the files of a static site, which compute in the browser."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse, Response

from rechenmacht.errors import BadInput
from rechenmacht.faces.language import LANGUAGES
from rechenmacht.outputs.stage.page import HOMES, Links, Stage
from rechenmacht.outputs.web.service import Service

MEDIA = {".bin": "application/octet-stream", ".js": "text/javascript"}


class First:
    """The first page of a server's fact base, made at the first request and kept."""

    def __init__(self, service: Service, links: Mapping[str, Links]) -> None:
        self.service, self.links = service, links
        self._made: Stage | None = None
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def stage(self) -> Stage:
        """The page's files.

        Raises:
            HTTPException: 503, if the page's script or the kernel is missing.
        """
        with self._lock:
            if self._made is None:
                try:
                    self._made = Stage(self.service.base)
                except BadInput as error:
                    raise HTTPException(503, str(error)) from None
            return self._made

    def html(self, code: str) -> str:
        """Return the page in a language."""
        stage = self.stage
        with self._lock:
            if code not in self._texts:
                self._texts[code] = stage.html(code, self.links[code], save=f"/{HOMES[code]}saved")
            return self._texts[code]

    def file(self, name: str) -> bytes | None:
        """Return one of its files, or None."""
        stage = self.stage
        with self._lock:
            return stage.files.get(name)


def elsewhere(request: Request, code: str, pages: Mapping[str, str]) -> Response | None:
    """Return where the page stands in the language that `?lang=` asks for; None if this is it."""
    wanted = request.query_params.get("lang", "")
    if wanted not in pages or wanted == code:
        return None
    left = urlencode([(name, text) for name, text in request.query_params.multi_items() if name != "lang"])
    return RedirectResponse(f"{pages[wanted]}?{left}" if left else pages[wanted], 307)


def add_first(app: FastAPI, service: Service, links: Mapping[str, Links]) -> None:
    """Serve the first page at / and /de/, and its files under /stage/."""
    first = First(service, links)
    told: dict[str, Any] = {"methods": ["GET", "HEAD"], "include_in_schema": False}
    for code in LANGUAGES:

        def page(request: Request, code: str = code) -> Response:
            other = elsewhere(request, code, {one: f"/{HOMES[one]}" for one in LANGUAGES})
            if other is not None:
                return other
            text, chosen = first.html(code), request.cookies.get("theme")
            if chosen in ("light", "dark"):
                text = text.replace("<html ", f'<html data-theme="{chosen}" ', 1)
            return HTMLResponse(text, headers={"Cache-Control": "no-cache", "Vary": "Cookie"})

        app.api_route(f"/{HOMES[code]}", response_class=HTMLResponse, **told)(page)

    @app.api_route("/stage/{name}", **told)
    def file(name: str) -> Response:
        content = first.file(name)
        if content is None:
            raise HTTPException(404, "no such file")
        ending = name[name.rfind(".") :]
        kind = MEDIA.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        lasting = "no-cache" if name == "colours.css" else "public, max-age=31536000, immutable"
        return Response(content, media_type=kind, headers={"Cache-Control": lasting})
