"""The site's pages on a server: the same pages as `rechenmacht site` writes, made when they are asked for.

Those that take long are kept on the disk, so that the first reader after a new start does not wait for them again.
"""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import shutil
import time
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rechenmacht import files
from rechenmacht.domains.race.backends.files import cache_folder
from rechenmacht.errors import BadInput
from rechenmacht.outputs.site.assemble import assembled
from rechenmacht.outputs.site.frame import Site
from rechenmacht.outputs.web.service import Service

RACE = "./"  # the interactive page is the server's first
ENDINGS = (".html", ".svg", ".png", ".csv", ".json", ".css", ".js", ".atom", ".xml", ".txt")


LONG = 1.0  # seconds; what takes longer is kept on the disk
MOST = 8_000_000  # bytes of a page
PACKAGE = Path(__file__).parents[2]


def _state(checksum: str, day: str) -> str:
    """Return what the pages depend on, as a short hash: the data, the day, and the package's files as they are now."""
    found = hashlib.sha256(f"{checksum} {day}".encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            told = path.stat()
            found.update(f"{path.relative_to(PACKAGE)} {told.st_size} {told.st_mtime_ns}\n".encode())
    return found.hexdigest()[:32]


class Kept:
    """Pages on the disk, for one state of data and code; those of other states are removed.

    Args:
        folder: where they lie; it is made.
        state: what the pages depend on.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._folder = folder / state
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in folder.iterdir():
                if old.name != state:
                    shutil.rmtree(old, ignore_errors=True)

    def _place(self, path: str) -> Path:
        return self._folder / hashlib.sha256(path.encode()).hexdigest()

    def get(self, path: str) -> bytes | None:
        """Return a page, or None; one whose bytes have changed is none."""
        with contextlib.suppress(BadInput):
            content = files.read(self._place(path), MOST + 32)
            if len(content) > 32 and hashlib.sha256(content[32:]).digest() == content[:32]:
                return content[32:]
        return None

    def put(self, path: str, body: bytes) -> None:
        """Keep a page, where the disk has room for it."""
        with contextlib.suppress(BadInput):
            if len(body) <= MOST:
                files.write(self._place(path), hashlib.sha256(body).digest() + body, mode=0o600)


class Placed:
    """The site of one server; assembled when the first of its pages is asked for."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._lock = Lock()
        self._day = date.today().isoformat()

    @cached_property
    def _site(self) -> Site:
        site = assembled(self.service.base, self._day, race=RACE)
        site.report = False
        return site

    @cached_property
    def _kept(self) -> Kept:
        return Kept(cache_folder() / "pages", _state(self.service.base.checksum, self._day))

    def made(self, path: str) -> bytes:
        """Return a page or file; one at a time, since answers are kept between them."""
        with self._lock:
            found = self._kept.get(path)
            if found is None:
                began = time.monotonic()
                found = self._site.made(path)
                if found is not None and time.monotonic() - began > LONG:
                    self._kept.put(path, found)
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
