"""The site's pages on a server: the same pages as `rechenmacht site` writes, made when they are asked for.

Those that take long are kept on the disk, so that the first reader after a new start does not wait for them again.
"""

from __future__ import annotations

import mimetypes
import time
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rechenmacht.faces.language import LANGUAGES
from rechenmacht.outputs.stage.page import HOMES
from rechenmacht.outputs.web.service import Service

if TYPE_CHECKING:
    from rechenmacht.outputs.site.frame import Site

RACE = "./"  # the interactive page is the server's first
ENDINGS = (".html", ".svg", ".png", ".csv", ".json", ".css", ".js", ".atom", ".xml", ".txt")


LONG = 1.0  # seconds; what takes longer is kept on the disk
FRONT = tuple(f"{HOMES[code]}index.html" for code in LANGUAGES)  # those that ask most questions


class Placed:
    """The site of one server; assembled when the first of its pages is asked for."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._lock = Lock()

    @cached_property
    def _site(self) -> Site:
        from rechenmacht.outputs.site.assemble import assembled  # a third of a server's start

        site = assembled(self.service.base, self.service.day, race=RACE)
        site.report = False
        return site

    def made(self, path: str, *, keep: bool = False) -> bytes:
        """Return a page or file; one at a time, since answers are kept between them.

        Args:
            path: of the site.
            keep: whether it is kept on the disk however short it took.
        """
        with self._lock:
            found = self.service.kept.get(path)
            if found is None:
                began = time.monotonic()
                found = self._site.made(path)
                if found is not None and (keep or time.monotonic() - began > LONG):
                    self.service.kept.put(path, found)
        return b"" if found is None else found


def add_site(app: FastAPI, service: Service) -> None:
    """Answer the addresses of the site's pages and files that no other route has."""
    placed = Placed(service)

    def serve(ending: str) -> None:
        @app.api_route("/{path:path}" + ending, methods=["GET", "HEAD"], include_in_schema=False)
        async def page(request: Request, path: str) -> Response:
            name = path + ending
            body = await service.work.answer(("site", name), lambda: placed.made(name), "pages")
            if not body:
                raise HTTPException(404)
            return _answer(name, body, request.cookies.get("theme"))

    for ending in ENDINGS:
        serve(ending)


def _answer(name: str, body: bytes, theme: str | None) -> Response:
    if name.endswith(".html") and theme in ("light", "dark"):
        body = body.replace(b"<html ", f'<html data-theme="{theme}" '.encode(), 1)
    kind = mimetypes.guess_type(name)[0] or {".atom": "application/atom+xml"}.get(name[name.rfind(".") :], "text/plain")
    text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
    return Response(
        body,
        media_type=f"{kind}; charset=utf-8" if text else kind,
        headers={"Cache-Control": "no-cache", "Vary": "Cookie"},
    )
