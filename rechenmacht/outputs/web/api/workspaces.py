"""Routes of what users save. A save says which version it has seen (If-Match); one that is outdated is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Header, Path
from pydantic import AfterValidator, Field
from starlette.responses import Response

from rechenmacht.outputs.web.accounts import User
from rechenmacht.outputs.web.api.forms import PROBLEMS, Limit, Offset, Strict, World, kept_text, question
from rechenmacht.outputs.web.journal import journal
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service
from rechenmacht.outputs.web.store.kinds import Busy, Conflict, Denied, Full, Missing, Row
from rechenmacht.outputs.web.store.opened import Opened

T = TypeVar("T")
MemberId = Annotated[str, Path(pattern=r"^(\*|[A-Za-z0-9:._-]{1,200})$")]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Seen = Annotated[str | None, Header(alias="If-Match", description='The ETag of the version seen, such as "3"')]
ETAG = re.compile(r'"(\d{1,9})"')


class NewWorkspace(Strict):
    """A workspace; a shared one is open to everyone with an account, in a role."""

    name: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(kept_text)]
    shared: bool = False
    role: Literal["editor", "reader"] = "editor"


class NewRole(Strict):
    """A role in a workspace: editors save and delete, readers read."""

    role: Literal["editor", "reader"]


class SavedScenario(World):
    """A scenario to save: name, levers, a note, and the page's state as a link."""

    name: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(kept_text)]
    note: Annotated[str, Field(max_length=4000), AfterValidator(kept_text)] = ""
    view: Annotated[str, Field(max_length=8000), AfterValidator(kept_text)] = ""


def _shown(row: Row) -> dict[str, Any]:
    head = {"id": row.id, "workspace": row.workspace, "version": row.version, "author": row.author, "saved": row.saved}
    return {"scenario": {**json.loads(row.content), **head}}


def _version(seen: str | None) -> int:
    if seen is None:
        raise Problem(428, "send If-Match with the ETag of the version you have seen")
    found = ETAG.fullmatch(seen.strip())
    if found is None:
        raise Problem(412, 'If-Match is no ETag of this server, which look like "3"')
    return int(found[1])


def _conflict(error: Conflict) -> Problem:
    return Problem(
        412, f"somebody saved version {error.version} in between: read it, then save again or save a copy",
        {"ETag": f'"{error.version}"'},
    )  # fmt: skip


def routes(service: Service, store: Opened) -> APIRouter:
    """Return the routes. They work in threads of their own: a database that waits holds nothing else up."""
    router = APIRouter(tags=["workspaces"], prefix="/workspaces", responses=PROBLEMS)
    asks = partial(_asked, service)
    _folders(router, service, store, asks)
    _roles(router, service, store, asks)
    _reading(router, service, store, asks)
    _writing(router, service, store, asks)
    _deleted(router, service, store, asks)
    return router


async def _asked(service: Service, work: Callable[[], T], what: str) -> T:
    """Return what the store says, in a thread of its own.

    Raises:
        Problem: 403, 404, 409, 412, 503 or 507 in place of what the store raises.
    """
    try:
        return await service.work.run(work, "store")
    except Missing:
        raise Problem(404, f"no such {what}") from None
    except Denied:
        raise Problem(403, f"your role does not allow that for this {what}") from None
    except Full as error:
        raise Problem(409, str(error)) from None
    except Conflict as error:
        raise _conflict(error) from None
    except Busy:
        said = "the database is held by somebody else or does not answer: nothing was changed; try again in a moment"
        raise Problem(503, said, {"Retry-After": "5"}) from None


def _page(rows: list[Any], total: int, offset: int) -> dict[str, Any]:
    return {"total": total, "offset": offset, "next": offset + len(rows) if offset + len(rows) < total else None}


def _folders(router: APIRouter, service: Service, store: Opened, asks: Any) -> None:
    log = journal(service.settings.log)

    @router.get("")
    async def workspaces(user: User, offset: Offset = 0, limit: Limit = 200) -> Response:
        """List the workspaces that you may see, with your role in each."""
        rows, total = await asks(lambda: store().workspaces(user, offset, limit), "workspace")
        return service.answer({"workspaces": rows, **_page(rows, total, offset)})

    @router.post("", status_code=201)
    async def make(user: User, body: NewWorkspace) -> Response:
        """Make a workspace; a shared one gives everyone with an account a role."""
        made = await asks(lambda: store().add_workspace(user, body.name, body.shared, body.role), "workspace")
        log.event("workspace made", user, workspace=made["id"])
        return service.answer({"workspace": made}, status=201, Location=f"/api/v1/workspaces/{made['id']}/scenarios")

    @router.delete("/{workspace}", status_code=204, response_class=Response)
    async def remove(user: User, workspace: Id) -> Response:
        """Delete your workspace and what is in it; it can be had back for 30 days."""
        await asks(lambda: store().remove_workspace(user, workspace), "workspace")
        log.event("workspace deleted", user, workspace=workspace)
        return Response(status_code=204)

    @router.post("/{workspace}/restore")
    async def restore(user: User, workspace: Id) -> Response:
        """Take your deleted workspace back."""
        row = await asks(lambda: store().restore_workspace(user, workspace), "deleted workspace")
        log.event("workspace restored", user, workspace=workspace)
        return service.answer({"workspace": row})


def _roles(router: APIRouter, service: Service, store: Opened, asks: Any) -> None:
    log = journal(service.settings.log)

    @router.get("/{workspace}/members")
    async def members(user: User, workspace: Id) -> Response:
        """List who has which role in a workspace; `*` is everyone with an account."""
        rows = await asks(lambda: store().members(user, workspace), "workspace")
        return service.answer({"members": rows})

    @router.put("/{workspace}/members/{member}")
    async def put(user: User, workspace: Id, member: MemberId, body: NewRole) -> Response:
        """Give somebody (`*`: everyone with an account) a role in your workspace."""
        await asks(lambda: store().set_member(user, workspace, member, body.role), "workspace")
        log.event("role given", user, workspace=workspace, member=member, role=body.role)
        rows = await asks(lambda: store().members(user, workspace), "workspace")
        return service.answer({"members": rows})

    @router.delete("/{workspace}/members/{member}", status_code=204, response_class=Response)
    async def remove(user: User, workspace: Id, member: MemberId) -> Response:
        """Take somebody's role in your workspace away."""
        await asks(lambda: store().set_member(user, workspace, member, None), "workspace")
        log.event("role taken", user, workspace=workspace, member=member)
        return Response(status_code=204)


def _reading(router: APIRouter, service: Service, store: Opened, asks: Any) -> None:
    @router.get("/{workspace}/scenarios")
    async def scenarios(user: User, workspace: Id, offset: Offset = 0, limit: Limit = 200) -> Response:
        """List the saved scenarios of a workspace."""
        rows, total = await asks(lambda: store().scenarios(user, workspace, offset, limit), "workspace")
        shown = [_shown(row)["scenario"] for row in rows]
        return service.answer({"scenarios": shown, **_page(rows, total, offset)})

    @router.get("/{workspace}/scenarios/{scenario}")
    async def scenario(user: User, workspace: Id, scenario: Id) -> Response:
        """Read a saved scenario; its ETag is what a save must name."""
        row = await asks(lambda: store().scenario(user, workspace, scenario), "scenario")
        return service.answer(_shown(row), ETag=f'"{row.version}"')

    @router.get("/{workspace}/scenarios/{scenario}/revisions")
    async def revisions(user: User, workspace: Id, scenario: Id, offset: Offset = 0, limit: Limit = 200) -> Response:
        """Read the versions of a saved scenario, oldest first."""
        rows, total = await asks(lambda: store().revisions(user, workspace, scenario, offset, limit), "scenario")
        shown = [_shown(row)["scenario"] for row in rows]
        return service.answer({"revisions": shown, **_page(rows, total, offset)})


def _writing(router: APIRouter, service: Service, store: Opened, asks: Any) -> None:
    log = journal(service.settings.log)

    async def content(body: SavedScenario) -> str:
        """Return a view as text; what cannot be run is not saved."""
        await service.work.run(lambda: service.race.setup(question(body, 1, 1, 1)))
        return json.dumps(body.model_dump(mode="json"), ensure_ascii=True)

    @router.post("/{workspace}/scenarios", status_code=201)
    async def add(user: User, workspace: Id, body: SavedScenario) -> Response:
        """Save a new scenario."""
        text = await content(body)
        row = await asks(lambda: store().add(user, workspace, text), "workspace")
        log.event("view saved", user, workspace=workspace, view=row.id, version="1")
        place = f"/api/v1/workspaces/{workspace}/scenarios/{row.id}"
        return service.answer(_shown(row), status=201, ETag=f'"{row.version}"', Location=place)

    @router.put("/{workspace}/scenarios/{scenario}")
    async def save(user: User, workspace: Id, scenario: Id, body: SavedScenario, seen: Seen = None) -> Response:
        """Save a scenario over the version you have seen; 412 if somebody saved in between."""
        version, text = _version(seen), await content(body)
        row = await asks(lambda: store().save(user, workspace, scenario, version, text), "scenario")
        log.event("view saved", user, workspace=workspace, view=scenario, version=str(row.version))
        return service.answer(_shown(row), ETag=f'"{row.version}"')

    @router.delete("/{workspace}/scenarios/{scenario}", status_code=204, response_class=Response)
    async def remove(user: User, workspace: Id, scenario: Id, seen: Seen = None) -> Response:
        """Delete a scenario in the version you have seen; 412 if somebody saved in between. It can be had back."""
        version = _version(seen)
        await asks(lambda: store().remove(user, workspace, scenario, version), "scenario")
        log.event("view deleted", user, workspace=workspace, view=scenario)
        return Response(status_code=204)


def _deleted(router: APIRouter, service: Service, store: Opened, asks: Any) -> None:
    log = journal(service.settings.log)

    @router.get("/{workspace}/deleted")
    async def deleted(user: User, workspace: Id, offset: Offset = 0, limit: Limit = 200) -> Response:
        """List the deleted scenarios of a workspace that can still be had back."""
        rows, total = await asks(lambda: store().scenarios(user, workspace, offset, limit, deleted=True), "workspace")
        shown = [_shown(row)["scenario"] for row in rows]
        return service.answer({"scenarios": shown, **_page(rows, total, offset)})

    @router.post("/{workspace}/deleted/{scenario}/restore")
    async def restore(user: User, workspace: Id, scenario: Id) -> Response:
        """Take a deleted scenario back, with all its versions."""
        row = await asks(lambda: store().restore(user, workspace, scenario), "deleted scenario")
        log.event("view restored", user, workspace=workspace, view=scenario)
        return service.answer(_shown(row), ETag=f'"{row.version}"')

    @router.delete("/{workspace}/deleted/{scenario}", status_code=204, response_class=Response)
    async def forget(user: User, workspace: Id, scenario: Id) -> Response:
        """Remove a deleted scenario of your workspace for good, which makes room."""
        await asks(lambda: store().forget(user, workspace, scenario), "deleted scenario")
        log.event("view removed for good", user, workspace=workspace, view=scenario)
        return Response(status_code=204)
