"""Routes of the engine: what can be asked about, and the addresses that its questions had before `/answers/engine`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import Response

from rechenmacht.faces.asking import answered, settled
from rechenmacht.outputs.web.api.forms import PROBLEMS
from rechenmacht.outputs.web.service import Service

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer

FIELDS: dict[str, dict[str, str]] = {
    "train": {}, "serve": {"first_token_s": "first_token"}, "compare": {}, "reach": {"uplink_gbit": "uplink"},
    "decentral": {"uplink_gbit": "uplink"},
}  # fmt: skip
"""What a field of a question is called at the old address of each question."""
WHOLE = {"compare", "reach"}  # answers that stand beside `asked`, not under `result`
Given = dict[str, Any]


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["engine"], prefix="/engine", responses=PROBLEMS)

    @router.get("/names")
    async def names() -> Response:
        """List what the engine can be asked about: systems, models, workloads, software."""
        from rechenmacht.domains.engine import library
        from rechenmacht.domains.engine.compare import WORKLOADS
        from rechenmacht.domains.engine.systems import shipped

        content = {
            "systems": [name.removeprefix("system:") for name in shipped()],
            "counted": "N x CHIP, for example 1024x h100-sxm; chips are listed under /api/v1/chips",
            "models": sorted(library.architectures()),
            "workloads": sorted(WORKLOADS),
            "stacks": sorted(library.stacks()),
            "methods": ["sync", *(one.name for one in library.methods())],
        }
        return service.answer(content)

    for name in FIELDS:
        _add(router, service, name)
    return router


def _add(router: APIRouter, service: Service, name: str) -> None:
    """Add the old address of a question: the same digits as `/answers/engine`, in the form it always had."""

    async def post(given: Given) -> Response:
        answer = await service.work.run(lambda: asked_of(service, name, given))
        found = dict(answer.values) | {table.name: list(table.rows) for table in answer.tables if table.machine}
        asked = answer.question.model_dump(mode="json")
        content = {"asked": asked, **(found if name in WHOLE else {"result": found})}
        return service.answer(content, list(answer.claims))

    post.__annotations__ = {"given": Annotated[Given, Body()], "return": Response}
    post.__doc__ = f"Answer as /answers/engine/{name} does, where the fields are described."
    router.post(f"/{name}", name=f"engine_{name}", deprecated=True)(post)


def asked_of(service: Service, name: str, given: Given) -> Answer:
    """Return the answer to a question of the engine; two systems may be called `a` and `b`.

    Raises:
        BadInput: if a field is unknown or out of bounds, or there is no answer.
    """
    from rechenmacht.faces.registry import questions

    told = {FIELDS[name].get(key, key): value for key, value in given.items()}
    if name == "compare":
        told["system"] = [told.pop(side) for side in ("a", "b") if side in told] or told.get("system", [])
        regions = [told.pop(f"region_{side}", "us") for side in ("a", "b")]
        told.setdefault("region", regions)
    base = service.base
    return answered(settled(questions("engine")[name], told, base), base)
