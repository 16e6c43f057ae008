"""Routes of the export rules for the page: the same answers as everywhere, as the page reads them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from rechenmacht.answers.question import Question
from rechenmacht.domains.rules import questions
from rechenmacht.faces.asking import answered
from rechenmacht.outputs.web.api.forms import PROBLEMS, Day, Lang, Search
from rechenmacht.outputs.web.service import Service

Place = Annotated[str, Query(min_length=2, max_length=60, description="Country: code or name")]
_PARTS = ("fired", "near_misses", "relaxations", "fees", "guidance", "buyer_rules", "on_the_books", "licences",
          "elsewhere")  # fmt: skip


def day_of(text: str) -> str:
    """Return a day, today if none is given.

    Raises:
        BadInput: if it is no day of the calendar, or not one of the time the rules are about.
    """
    from rechenmacht.domains.rules.answers.common import day_of as chosen

    return chosen(text)


def place_of(service: Service, text: str) -> str:
    """Return a destination's code.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    return service.rules.places.code(text, "to")


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["rules"], prefix="/rules", responses=PROBLEMS)
    base, work = service.base, service.work

    async def asked(question: Question, lang: str = "en") -> tuple[dict[str, Any], dict[str, Any], Any]:
        """Return values, tables and claims of an answer."""
        found = await work.run(lambda: answered(question, base, lang))
        return dict(found.values), {table.name: table.rows for table in found.tables}, found.claims

    @router.get("/dates")
    async def dates() -> Response:
        """List the days on which rules about chips changed, and the destinations with their country groups."""
        content, ids = _dates(service)
        return service.answer(content, ids=ids)

    @router.get("/feed.atom")
    async def feed(lang: Lang = "en") -> Response:
        """Give the latest changes of all rules as an Atom feed."""
        from rechenmacht.outputs.rules_feed import atom

        text = await work.run(lambda: atom(base, lang, date.today().isoformat()))
        return Response(text, media_type="application/atom+xml")

    @router.get("/status")
    async def status(chip: Search, to: Place = "CN", date: Day = "", lang: Lang = "en") -> Response:
        """Say whether a chip is controlled to a destination on a day, and why."""
        values, tables, claims = await asked(questions.Classify(chip=chip, to=to, on=date or None), lang)
        parts = {name: [_worded(row, lang) for row in tables[name]] for name in _PARTS}
        rules = {row["rule"] for rows in parts.values() for row in rows}
        return service.answer(_told(service, values, lang) | parts, claims, service.rule_sources(rules))

    @router.get("/timeline")
    async def timeline(chip: Search, to: Place = "CN") -> Response:
        """Show a chip's status from 2022 on, period by period."""
        values, tables, _ = await asked(questions.Timeline(chip=chip, to=to))
        periods = [
            {"from": row["from"], "to": row["to"], "outcome": row["outcome"], "rules": row["fired"],
             "missing": row["missing"]}
            for row in tables["periods"]
        ]  # fmt: skip
        ids = service.rule_sources({rule for row in periods for rule in row["rules"]})
        return service.answer({**values, "periods": periods}, ids=ids)

    @router.get("/plane")
    async def plane(to: Place = "CN", date: Day = "") -> Response:
        """Give the plane of total processing performance and performance density: chips, areas and thresholds."""
        values, tables, claims = await asked(questions.Plane(to=to, on=date or None))
        named = {rule for one in tables["chips"] for rule in one["rules"].split(", ")}
        return service.answer({**values, **_plane(tables)}, claims, service.rule_sources(named))

    @router.get("/best")
    async def best(to: Place = "CN", date: Day = "") -> Response:
        """Name the strongest chip that may legally flow on a day, in each compute basis."""
        values, tables, claims = await asked(questions.Best(to=to, on=date or None))
        ids = service.rule_sources({rule for row in tables["ranked"] for rule in row["fired"]})
        return service.answer({**values, "bases": tables["bases"]}, claims, ids)

    return router


def _dates(service: Service) -> tuple[dict[str, Any], list[str]]:
    rows = [rule for rule in service.base.tables.rules if rule.subject == "chip" and rule.effective_from]
    by_day: dict[str, list[str]] = {}
    for rule in sorted(rows, key=lambda one: one.effective_from):
        by_day.setdefault(rule.effective_from, []).append(rule.id)
    changes = [{"date": day, "rules": ids} for day, ids in by_day.items()]
    places = [{"code": code, "groups": sorted(groups)} for code, groups in service.rules.groups.items()]
    return {"changes": changes, "destinations": places}, sorted({rule.source for rule in rows})


def _worded(row: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return a rule's answer with name and summary in a language."""
    return {**row, "name": row["rule_name"][lang], "summary": row["text"][lang]}


def _told(service: Service, values: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """Return the values of a chip's status with outcome and scope as sentences."""
    from rechenmacht.outputs.rules_scope import short
    from rechenmacht.outputs.rules_text import outcome

    scope = {**values["scope"], "text": short(service.rules, values["on"], lang)}
    return {**values, "meaning": outcome(values["outcome"], lang), "scope": scope}


def _plane(tables: dict[str, Any]) -> dict[str, Any]:
    """Return the plane as the page draws it."""
    from rechenmacht.domains.rules.plane import PD_RANGE, TPP_RANGE

    rows = [
        {
            "id": one["id"], "name": one["chip"], "tpp": one["tpp"], "density": one["pd"], "status": one["code"],
            "reason": "" if one["rules"] == "-" else one["rules"], "market": one["market"],
        }
        for one in tables["chips"]
    ]  # fmt: skip
    across = sorted({area["left"] for area in tables["regions"]} - {TPP_RANGE[0]})
    up = sorted({area["bottom"] for area in tables["regions"]} - {PD_RANGE[0]})
    thresholds = [{"what": "tpp", "value": x} for x in across] + [{"what": "density", "value": y} for y in up]
    keys = ("left", "right", "bottom", "top", "code")
    regions = [{key: area[key] for key in keys} for area in tables["regions"]]
    return {"chips": rows, "thresholds": thresholds, "regions": regions}
