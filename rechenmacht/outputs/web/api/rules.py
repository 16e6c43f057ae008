"""Routes of the export rules: a chip's status, the plane of chips and thresholds, the strongest legal chip."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.api.forms import PROBLEMS, Day, Lang, Search
from rechenmacht.outputs.web.service import Service

Place = Annotated[str, Query(min_length=2, max_length=60, description="Country: code or name")]


def _today() -> date:
    return date.today()


def day_of(text: str) -> str:
    """Return a day, today if none is given.

    Raises:
        BadInput: if it is no day of the calendar, or not one of the time the rules are about.
    """
    try:
        day = date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise BadInput(f"date: {text!r} is no day of the calendar (write 2025-11-20)") from None
    if not 2000 <= day.year <= 2100:
        raise BadInput(f"date: {text} is not within 2000 to 2100")
    return day.isoformat()


def place_of(service: Service, text: str) -> str:
    """Return a destination's code.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    return service.rules.places.code(text, "to")


def scope_at(service: Service, day: str = "") -> dict[str, Any]:
    """Return what an answer about a day (today if none is given) covers."""
    from rechenmacht.domains.rules.scope import scope_on
    from rechenmacht.outputs.rules_scope import as_json

    return as_json(scope_on(service.rules, day or date.today().isoformat()))


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["rules"], prefix="/rules", responses=PROBLEMS)
    base, work = service.base, service.work

    @router.get("/dates")
    async def dates() -> Response:
        """List the days on which rules about chips changed, and the destinations with their country groups."""
        content, ids = _dates(service)
        return service.answer(content, ids=ids)

    @router.get("/feed.atom")
    async def feed(lang: Lang = "en") -> Response:
        """Give the latest changes of all rules as an Atom feed."""
        from rechenmacht.outputs.rules_feed import atom

        text = await work.run(lambda: atom(base, lang, _today().isoformat()))
        return Response(text, media_type="application/atom+xml")

    @router.get("/status")
    async def status(chip: Search, to: Place = "CN", date: Day = "", lang: Lang = "en") -> Response:
        """Say whether a chip is controlled to a destination on a day, and why."""
        place, day = place_of(service, to), day_of(date)
        found = await work.run(lambda: _status(service, chip, place, day, lang))
        rules = {row["rule"] for rows in found.values() if isinstance(rows, list) for row in rows if "rule" in row}
        claims = {claim for known in found["known"].values() for claim in known["claims"]}
        return service.answer(found, claims, service.rule_sources(rules))

    @router.get("/timeline")
    async def timeline(chip: Search, to: Place = "CN") -> Response:
        """Show a chip's status from 2022 on, period by period."""
        from rechenmacht.domains.rules import chips
        from rechenmacht.domains.rules.timeline import timeline as periods_of

        one, place = chips.chip(base, chip), place_of(service, to)
        row = chips.row_of(one, "2022-01-01", place)
        periods = await work.run(lambda: periods_of(service.rules, one, row))
        rows = [
            {"from": p.first, "to": p.last, "outcome": p.outcome, "rules": list(p.fired), "missing": list(p.missing)}
            for p in periods
        ]
        rules = {rule for period in periods for rule in period.fired}
        content = {"chip": one.id, "to": place, "scope": scope_at(service), "periods": rows}
        return service.answer(content, ids=service.rule_sources(rules))

    @router.get("/plane")
    async def plane(to: Place = "CN", date: Day = "") -> Response:
        """Give the plane of total processing performance and performance density: chips, areas and thresholds."""
        place, day = place_of(service, to), day_of(date)
        found, ids, claims = await work.run(lambda: _plane(service, place, day))
        return service.answer(found, claims, ids)

    @router.get("/best")
    async def best(to: Place = "CN", date: Day = "") -> Response:
        """Name the strongest chip that may legally flow on a day, in each compute basis."""
        place, day = place_of(service, to), day_of(date)
        found, ids, claims = await work.run(lambda: _best(service, place, day))
        return service.answer(found, claims, ids)

    return router


def _dates(service: Service) -> tuple[dict[str, Any], list[str]]:
    rows = [rule for rule in service.base.tables.rules if rule.subject == "chip" and rule.effective_from]
    by_day: dict[str, list[str]] = {}
    for rule in sorted(rows, key=lambda one: one.effective_from):
        by_day.setdefault(rule.effective_from, []).append(rule.id)
    changes = [{"date": day, "rules": ids} for day, ids in by_day.items()]
    places = [{"code": code, "groups": sorted(groups)} for code, groups in service.rules.groups.items()]
    return {"changes": changes, "destinations": places}, sorted({rule.source for rule in rows})


def _status(service: Service, chip: str, place: str, day: str, lang: Lang) -> dict[str, Any]:
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.explain import explain
    from rechenmacht.domains.rules.scope import scope_of, would_change
    from rechenmacht.outputs.rules_scope import as_json, short
    from rechenmacht.outputs.rules_text import explanation_json
    from rechenmacht.outputs.rules_text import outcome as words

    one = chips.chip(service.base, chip)
    cases = chips.cases_of([one], [chips.row_of(one, day, place)], service.rules)
    found = explain(service.rules, cases)
    known = {
        name: {"value": d.value, "how": d.how, "claims": list(d.claims), "unverified": d.unverified}
        for name, d in one.known.items()
    }
    head: dict[str, Any] = {
        "chip": one.id,
        "name": one.name,
        "to": place,
        "on": day,
        "meaning": words(found.outcome, lang),
    }
    head["scope"] = {
        **as_json(scope_of(service.rules, cases), would_change(service.rules, cases)),
        "text": short(service.rules, day, lang),
    }
    return {**head, "known": known, "notes": list(one.notes), **explanation_json(service.base, found, lang)}


def _plane(service: Service, place: str, day: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the plane, and the publications and claims it rests on."""
    from rechenmacht.outputs.rules_charts import PD_RANGE, TPP_RANGE, plane_points, regions

    areas = regions(service.rules, place, day, "datacenter")
    points = plane_points(service.rules, service.ruled_chips, place, day)
    rows = [
        {
            "id": one["id"], "name": one["chip"], "tpp": one["tpp"], "density": one["pd"], "status": one["code"],
            "reason": "" if one["rules"] == "-" else one["rules"], "market": one["market"],
        }
        for one in points
    ]  # fmt: skip
    across = sorted({area["left"] for area in areas} - {TPP_RANGE[0]})
    up = sorted({area["bottom"] for area in areas} - {PD_RANGE[0]})
    thresholds = [{"what": "tpp", "value": x} for x in across] + [{"what": "density", "value": y} for y in up]
    named = {rule for one in points for rule in one["rules"].split(", ")}
    shown = {one["id"] for one in points}
    claims = [
        claim
        for chip in service.ruled_chips
        if chip.id in shown
        for what in ("tpp", "pd")
        if what in chip.known
        for claim in chip.known[what].claims
    ]
    content = {
        "to": place,
        "on": day,
        "scope": scope_at(service, day),
        "chips": rows,
        "thresholds": thresholds,
        "regions": areas,
    }
    return content, service.rule_sources(named), claims


def _best(service: Service, place: str, day: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the strongest chips, and the publications and claims they rest on."""
    from rechenmacht.domains.rules.timeline import Ranked
    from rechenmacht.domains.rules.timeline import best as strongest

    found = strongest(service.base, service.rules, service.ruled_chips, place, day)

    def shown(one: Ranked) -> dict[str, Any]:
        row = {"chip": one.chip.id, "name": one.chip.name, "outcome": one.outcome}
        return {**row, "h100e": float(f"{one.worth:.4g}"), "rules": list(one.fired)}

    rows = [
        {
            "basis": b.basis,
            "strongest": shown(b.strongest) if b.strongest else None,
            "by_outcome": {name: shown(one) for name, one in b.by_outcome.items()},
        }
        for b in found
    ]
    ranked = [one for b in found for one in b.by_outcome.values()]
    claims = [claim for one in ranked for known in one.chip.known.values() for claim in known.claims]
    ids = service.rule_sources({rule for one in ranked for rule in one.fired})
    return {"to": place, "on": day, "scope": scope_at(service, day), "bases": rows}, ids, claims
