"""The application: routes under /api/v1, the pages at /, and the guard before both."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from rechenmacht import __version__
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import accounts, described, problems
from rechenmacht.outputs.web.api import capital, charts, check, engine, facts, later, race, rules, tidy, workspaces
from rechenmacht.outputs.web.pages import add_pages
from rechenmacht.outputs.web.placed import add_site
from rechenmacht.outputs.web.security import Guard
from rechenmacht.outputs.web.service import Service
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.store.kinds import Limits
from rechenmacht.outputs.web.store.opened import Opened

PREFIX = "/api/v1"
ABOUT = (
    "An open, executable model of the AI compute race. Every answer carries the version, the checksum of the data and "
    "the sources its numbers rest on. Errors are RFC 9457 problem documents."
)


def _health(service: Service) -> APIRouter:
    router = APIRouter(tags=["server"])

    @router.get("/health")
    async def health() -> Response:
        """Tell whether the server answers, and with which backend."""
        row = {"status": "ok", "backend": service.race.backend, "trouble": service.race.trouble or None}
        return service.answer(row)

    return router


def create_app(base: Base, settings: Settings | None = None) -> FastAPI:
    """Return the application.

    Args:
        base: the fact base.
        settings: the settings; the defaults if none are given.
    """
    settings = settings or Settings()
    service = Service(base, settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for route in app.routes:  # FastAPI lays out what routes take when one is first looked for
            route.matches({"type": "http", "method": "GET", "path": f"{PREFIX}/health", "root_path": "", "headers": []})
        yield
        service.close()
        app.state.store.close()

    app = FastAPI(
        title="Rechenmacht", version=__version__, description=ABOUT,
        openapi_url=None, docs_url=None, redoc_url=None,
        lifespan=lifespan, separate_input_output_schemas=False,
        generate_unique_id_function=described.operation_id,
    )  # fmt: skip
    app.state.service = service
    problems.install(app)
    app.state.accounts = accounts.Accounts(settings)
    limits = Limits(settings.saved_scenarios, settings.saved_versions, settings.saved_bytes)
    app.state.store = Opened(settings.database_url, limits)
    app.state.accounts.remember(app.state.store)
    closed = [Depends(accounts.user_of)] if settings.accounts and not settings.public else []
    # Before those with a name in their path, such as /facts/{claim}.
    app.include_router(tidy.routes(service), prefix=PREFIX, dependencies=closed)
    for part in (race, facts, engine, rules, capital, check, charts):
        app.include_router(part.routes(service), prefix=PREFIX, dependencies=closed)
    made_later = later.routers(service, PREFIX)
    for one in made_later:
        app.include_router(one, prefix=PREFIX, dependencies=closed)
    for router in (_health(service), accounts.routes(service), workspaces.routes(service, app.state.store)):
        app.include_router(router, prefix=PREFIX)
    described.install(app, service, PREFIX, lambda: later.make(made_later))
    add_pages(app, service)
    add_site(app, service)
    accounts.install(app, settings)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(Guard, settings=settings)
    return app
