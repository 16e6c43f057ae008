"""Routes of the fact base: claims, sources, chips and systems."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from rechenmacht.evidence.tables import as_columns
from rechenmacht.outputs.web import tables
from rechenmacht.outputs.web.api.forms import PROBLEMS, Limit, Offset, Search
from rechenmacht.outputs.web.envelope import source_row
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service, file_answer

Id = Annotated[str, Path(max_length=200)]


def _filter(q: Search = "", subject: Search = "", quantity: Search = "", grade: Search = "") -> tables.Filter:
    return tables.Filter(q, subject, quantity, grade)


Wanted = Annotated[tables.Filter, Depends(_filter)]


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["facts"], responses=PROBLEMS)
    _claims(router, service)
    _sources(router, service)
    _things(router, service)
    return router


def _claims(router: APIRouter, service: Service) -> None:
    base = service.base

    @router.get("/facts")
    async def facts(asked: Wanted, offset: Offset = 0, limit: Limit = 50) -> Response:
        """Search claims, each with its source and the claims that contradict it."""
        found = await service.work.run(lambda: tables.search(base, asked))
        page = found[offset : offset + limit]
        rows = [tables.fact(base, claim, service.conflicts.get(claim.id, ())) for claim in page]
        return service.answer({"total": len(found), "facts": rows}, ids=[claim.source for claim in page])

    @router.get("/facts.csv", response_class=Response)
    async def as_csv(request: Request, asked: Wanted) -> Response:
        """Download the claims that match as CSV."""
        body = await service.work.run(lambda: tables.as_csv(base, tables.search(base, asked)))
        return _download(request, body, "text/csv; charset=utf-8", "csv")

    @router.get("/facts.parquet", response_class=Response)
    async def as_parquet(request: Request, asked: Wanted) -> Response:
        """Download the claims that match as Parquet."""
        body = await service.work.run(lambda: tables.as_parquet(base, tables.search(base, asked)))
        return _download(request, body, "application/vnd.apache.parquet", "parquet")

    @router.get("/quantities")
    async def quantities() -> Response:
        """List what is measured, with how many claims there are of it, and whom or what claims are about."""
        counts = Counter(claim.quantity for claim in base.tables.claims)
        about = {claim.subject for claim in base.tables.claims}
        rows = [
            {"id": one.id, "name": {"en": one.name_en, "de": one.name_de}, "unit": one.unit, "claims": counts[one.id]}
            for one in base.quantities.values()
            if counts[one.id]
        ]
        subjects = [
            {"id": one.id, "name": {"en": one.name_en, "de": one.name_de}}
            for one in base.tables.entities
            if one.id in about
        ]
        return service.answer({"quantities": rows, "subjects": subjects})

    @router.get("/facts/{claim}")
    async def one(claim: Id) -> Response:
        """Show one claim."""
        if claim not in base.claims:
            raise Problem(404, "no such claim")
        row = tables.fact(base, base.claims[claim], service.conflicts.get(claim, ()))
        return service.answer({"fact": row}, [claim])

    def _download(request: Request, body: bytes, kind: str, ending: str) -> Response:
        described = quote(f"/api/v1/facts?{request.url.query}", safe="/?=&%+")
        return file_answer(base, body, kind, f"rechenmacht-facts.{ending}", described)


def _sources(router: APIRouter, service: Service) -> None:
    base = service.base

    @router.get("/sources")
    async def sources(q: Search = "", offset: Offset = 0, limit: Limit = 50) -> Response:
        """List the publications, with how many claims and observed values rest on each."""
        claims = Counter(claim.source for claim in base.tables.claims)
        history = Counter(row.source for row in base.tables.editions)
        words = q.lower().split()
        found = [
            one
            for one in base.sources.values()
            if all(word in f"{one.id} {one.title} {one.publisher}".lower() for word in words)
        ]
        page = found[offset : offset + limit]
        rows = [{**source_row(one), "claims": claims[one.id], "history": history[one.id]} for one in page]
        return service.answer({"total": len(found), "rows": rows}, ids=[one.id for one in page])

    @router.get("/sources/{name}")
    async def source(name: Id) -> Response:
        """Show one publication and the claims that rest on it."""
        if name not in base.sources:
            raise Problem(404, "no such source")
        claims = [claim.id for claim in base.tables.claims if claim.source == name]
        return service.answer({"source": as_columns(base.sources[name]), "claims": claims}, ids=[name])


def _things(router: APIRouter, service: Service) -> None:
    base = service.base

    @router.get("/chips")
    async def chips() -> Response:
        """List all chips with the median of each known specification; what is unknown is not there."""
        rows = await service.work.run(lambda: _chips(service))
        return service.answer({"chips": rows}, [claim for row in rows for claim in row["claims"]])

    @router.get("/chips/{name}")
    async def chip(name: Id) -> Response:
        """Show a chip: each specification resolved to one distribution, with the claims behind it."""
        from rechenmacht.catalogue import chip as assembled

        one = assembled(base, name)
        known: dict[str, dict[str, Any]] = {
            quantity: {
                "median": found.median,
                "unit": base.quantities[quantity].unit,
                "claims": [claim.id for claim, _ in found.used],
            }
            for quantity, found in one.known.items()
        }
        claims = [claim for row in known.values() for claim in row["claims"]]
        entity = base.entities[one.id]
        head = {"id": one.id, "name": {"en": entity.name_en, "de": entity.name_de}, "maker": entity.parent}
        return service.answer({"chip": {**head, "specifications": known}}, claims)

    @router.get("/systems")
    async def systems() -> Response:
        """List the rack-scale systems that the engine knows."""
        from rechenmacht.domains.engine.systems import shipped

        rows = []
        for one in shipped().values():
            entity = base.entities[one.name]
            names = {"en": entity.name_en, "de": entity.name_de}
            rows.append({**asdict(one), "id": one.name, "ask": one.name.removeprefix("system:"), "name": names})
        return service.answer({"systems": rows}, ids=[row["source"] for row in rows])


def _chips(service: Service) -> list[dict[str, Any]]:
    """Return all chips with what is known of each."""
    from rechenmacht.catalogue import chip

    base, found = service.base, []
    for entity in base.tables.entities:
        if entity.kind != "chip":
            continue
        one = chip(base, entity.id)
        used = [claim.id for known in one.known.values() for claim, _ in known.used]
        names = {"en": entity.name_en, "de": entity.name_de}
        specifications = {quantity: known.median for quantity, known in one.known.items()}
        row = {"id": entity.id, "name": names, "maker": entity.parent, "specifications": specifications}
        found.append({**row, "claims": used})
    return found
