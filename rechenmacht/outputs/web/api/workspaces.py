"""Routes of what users save. A save says which version it has seen (If-Match); one that is outdated is refused."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from pydantic import Field
from starlette.responses import Response

from rechenmacht.outputs.web.accounts import User
from rechenmacht.outputs.web.api.forms import PROBLEMS, Strict, World, question
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service
from rechenmacht.outputs.web.store.store import Conflict, Full, Missing, Row, Store

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Seen = Annotated[str | None, Header(alias="If-Match", description='The ETag of the version seen, such as "3"')]
ETAG = re.compile(r'"(\d{1,9})"')


class NewWorkspace(Strict):
    """A workspace; a shared one is open to everyone with an account."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    shared: bool = False


class SavedScenario(World):
    """A scenario to save: name, levers, a note, and the page's state as a link."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    note: Annotated[str, Field(max_length=4000)] = ""
    view: Annotated[str, Field(max_length=8000)] = ""


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


def routes(service: Service, store: Store) -> APIRouter:
    """Return the routes. They run in threads: the store waits for the disk."""
    router = APIRouter(tags=["workspaces"], prefix="/workspaces", responses=PROBLEMS)
    _folders(router, service, store)
    _reading(router, service, store)
    _writing(router, service, store)
    return router


def _folders(router: APIRouter, service: Service, store: Store) -> None:
    @router.get("")
    def workspaces(user: User) -> Response:
        """List the workspaces that you may see."""
        return service.answer({"workspaces": store.workspaces(user)})

    @router.post("", status_code=201)
    def make(user: User, body: NewWorkspace) -> Response:
        """Make a workspace."""
        if len(store.workspaces(user)) >= service.settings.saved_scenarios:
            raise Problem(409, "you have as many workspaces as you may")
        made = store.add_workspace(user, body.name, body.shared)
        return service.answer({"workspace": made}, status=201, Location=f"/api/v1/workspaces/{made['id']}/scenarios")

    @router.delete("/{workspace}", status_code=204, response_class=Response)
    def remove(user: User, workspace: Id) -> Response:
        """Remove your workspace and what is in it."""
        try:
            store.remove_workspace(user, workspace)
        except Missing:
            raise Problem(404, "you have no such workspace") from None
        return Response(status_code=204)


def _reading(router: APIRouter, service: Service, store: Store) -> None:
    @router.get("/{workspace}/scenarios")
    def scenarios(user: User, workspace: Id) -> Response:
        """List the saved scenarios of a workspace."""
        try:
            rows = store.scenarios(user, workspace)
        except Missing:
            raise Problem(404, "no such workspace") from None
        return service.answer({"scenarios": [_shown(row)["scenario"] for row in rows]})

    @router.get("/{workspace}/scenarios/{scenario}")
    def scenario(user: User, workspace: Id, scenario: Id) -> Response:
        """Read a saved scenario; its ETag is what a save must name."""
        try:
            row = store.scenario(user, workspace, scenario)
        except Missing:
            raise Problem(404, "no such scenario") from None
        return service.answer(_shown(row), ETag=f'"{row.version}"')

    @router.get("/{workspace}/scenarios/{scenario}/revisions")
    def revisions(user: User, workspace: Id, scenario: Id) -> Response:
        """Read every version of a saved scenario, oldest first."""
        try:
            rows = store.revisions(user, workspace, scenario)
        except Missing:
            raise Problem(404, "no such scenario") from None
        return service.answer({"revisions": [_shown(row)["scenario"] for row in rows]})


def _writing(router: APIRouter, service: Service, store: Store) -> None:
    def content(body: SavedScenario) -> str:
        service.race.setup(question(body, 1, 1, 1))  # what cannot be run is not saved
        return json.dumps(body.model_dump(mode="json"), ensure_ascii=True)

    @router.post("/{workspace}/scenarios", status_code=201)
    def add(user: User, workspace: Id, body: SavedScenario) -> Response:
        """Save a new scenario."""
        try:
            row = store.add(user, workspace, content(body))
        except Missing:
            raise Problem(404, "no such workspace") from None
        except Full:
            raise Problem(409, f"a workspace may hold {store.most:,} scenarios at most") from None
        place = f"/api/v1/workspaces/{workspace}/scenarios/{row.id}"
        return service.answer(_shown(row), status=201, ETag=f'"{row.version}"', Location=place)

    @router.put("/{workspace}/scenarios/{scenario}")
    def save(user: User, workspace: Id, scenario: Id, body: SavedScenario, seen: Seen = None) -> Response:
        """Save a scenario over the version you have seen; 412 if somebody saved in between."""
        try:
            row = store.save(user, workspace, scenario, _version(seen), content(body))
        except Missing:
            raise Problem(404, "no such scenario") from None
        except Conflict as error:
            raise _conflict(error) from None
        return service.answer(_shown(row), ETag=f'"{row.version}"')

    @router.delete("/{workspace}/scenarios/{scenario}", status_code=204, response_class=Response)
    def remove(user: User, workspace: Id, scenario: Id, seen: Seen = None) -> Response:
        """Remove a scenario in the version you have seen; 412 if somebody saved in between."""
        try:
            store.remove(user, workspace, scenario, _version(seen))
        except Missing:
            raise Problem(404, "no such scenario") from None
        except Conflict as error:
            raise _conflict(error) from None
        return Response(status_code=204)
