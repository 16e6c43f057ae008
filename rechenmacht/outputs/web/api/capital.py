"""Routes of the deals network: who pays whom, and who falls under stress."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from rechenmacht.domains.capital import shocks
from rechenmacht.errors import BadInput, nearest
from rechenmacht.outputs.web.api.forms import PROBLEMS, Day, DrawCount, Name, Number, Seed, Strict
from rechenmacht.outputs.web.api.rules import day_of
from rechenmacht.outputs.web.envelope import sources_of
from rechenmacht.outputs.web.service import Service, json_answer

MOST_DRAWS = 10_000


class OwnShock(Strict):
    """One lever of the network moved to a value drawn from low, mid, high."""

    lever: shocks.Lever
    low: Number
    mid: Number
    high: Number
    who: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list)
    payee: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list)


class StressBody(Strict):
    """A shipped stress scenario, or shocks of one's own; neither asks for the twelve months without stress."""

    scenario: Name | None = None
    shock: Annotated[list[OwnShock], Field(max_length=10)] = Field(default_factory=list)
    date: Annotated[str, Field(max_length=10)] = ""
    draws: DrawCount = 1000
    seed: Seed = 1


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["capital"], prefix="/capital", responses=PROBLEMS)
    base, work = service.base, service.work

    @router.get("/network")
    async def network(date: Day = "", proposed: bool = False) -> Response:
        """Give the contracts that count on a day as nodes and edges by layer: announced, firm and paid value in USD."""
        at = day_of(date) if date else None

        def answer() -> bytes:
            content, claims = network_of(service, at, proposed)
            return service.bytes_of(content, sources_of(base, claims))

        return json_answer(await work.answer(("network", at, proposed), answer, "other"))

    @router.get("/scenarios")
    async def scenarios() -> Response:
        """List the stress scenarios, and the levers for shocks of one's own."""
        rows = [shocks.read(base, path).model_dump(mode="json") for path in shocks.available(base).values()]
        levers = [
            {"lever": name, "unit": unit, "low": low, "high": high, "names_companies": name in shocks.WITH_ORGS}
            for name, (unit, low, high) in shocks.LEVERS.items()
        ]
        claims = [claim for row in rows for shock in row["shock"] for claim in shock["claims"]]
        return service.answer({"scenarios": rows, "levers": levers}, claims)

    @router.post("/stress")
    async def stress(body: StressBody) -> Response:
        """Stress the twelve months after a day: who loses revenue, who fails, who is called upon, what decides it."""
        if body.draws > MOST_DRAWS:
            raise BadInput(f"draws: at most {MOST_DRAWS:,}, not {body.draws:,}")
        at = day_of(body.date) if body.date else None
        asked = asked_of(service, body)

        def answer() -> bytes:
            content, claims = stressed(service, asked, at, body.draws, body.seed)
            return service.bytes_of(content, sources_of(base, claims))

        return json_answer(await work.answer(("stress", asked, at, body.draws, body.seed), answer, "other"))

    return router


def network_of(service: Service, at: str | None, proposed: bool) -> tuple[dict[str, Any], list[str]]:
    """Return the network, and the claims its amounts come from."""
    from rechenmacht.domains.capital.contracts import contracts, counted, last_date, left_out
    from rechenmacht.domains.capital.stages import moved
    from rechenmacht.domains.capital.tables import waterfall

    base = service.base
    legs = contracts(base, at)
    book = counted(legs, proposed=proposed)
    when = at or last_date(base)
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for leg in book.contracts:
        key = (leg.payer, leg.payee, leg.layer)
        blank = {"from": key[0], "to": key[1], "layer": key[2], "announced": 0.0, "firm": 0.0, "paid": 0.0}
        edge = edges.setdefault(key, {**blank, "contracts": []})
        edge["announced"] += leg.headline or 0.0
        edge["firm"] += leg.firm or 0.0
        edge["paid"] += moved(base, leg, when)
        edge["contracts"].append({"id": leg.id, "kind": leg.kind, "date": leg.date, "grade": leg.grade})
    nodes = []
    for name in book.nodes:
        entity = base.entities[name]
        nodes.append({"id": name, "name": {"en": entity.name_en, "de": entity.name_de}, "bloc": entity.bloc})
    content = {
        "date": when, "unit": "USD", "nodes": nodes, "edges": list(edges.values()),
        "layers": waterfall(base, book, when) if book.contracts else [], "left_out": left_out(legs),
    }  # fmt: skip
    return content, [leg.claim for leg in book.contracts if leg.claim]


def asked_of(service: Service, body: StressBody) -> shocks.Stress | None:
    """Return the scenario that is asked for.

    Raises:
        BadInput: if it is unknown, or a shock cannot be.
    """
    if body.scenario is not None:
        known = shocks.available(service.base)
        if body.shock:
            raise BadInput("give either a scenario or shocks of your own")
        if body.scenario not in known:
            raise BadInput(f"no stress scenario {body.scenario!r}{nearest(body.scenario, known)}")
        return shocks.read(service.base, known[body.scenario])
    if not body.shock:
        return None
    words = shocks.Words(en="Shocks of the user's own", de="Eigene Schocks")
    made = tuple(
        shocks.Shock(
            lever=one.lever, low=one.low, mid=one.mid, high=one.high, unit=shocks.LEVERS[one.lever][0],
            basis="judgement", reason="set by the user", who=tuple(one.who), payee=tuple(one.payee),
        )
        for one in body.shock
    )  # fmt: skip
    asked = shocks.Stress(id="own", title=words, question=words, shock=made)
    shocks.check(service.base, asked, "shock")
    return asked


def stressed(
    service: Service, asked: shocks.Stress | None, at: str | None, draws: int, seed: int
) -> tuple[dict[str, Any], list[str]]:
    """Return the stressed twelve months beside those without stress, and the claims they rest on.

    Raises:
        BadInput: if no contract counts on that day.
    """
    from rechenmacht.domains.capital.contracts import contracts, counted, last_date
    from rechenmacht.domains.capital.drivers import drivers
    from rechenmacht.domains.capital.recorder import sampler
    from rechenmacht.domains.capital.stress import decided, outcome_row, run

    base = service.base
    book = counted(contracts(base, at))
    if not book.contracts:
        raise BadInput(f"no contract counts at {at}")
    when, draw = at or last_date(base), sampler(draws, seed)
    outcome = run(base, book, draw, when, asked)
    decides = [
        {
            "parameter": p.name,
            "title": service.titles(p.name),
            "correlation": round(rho, 3),
            "basis": p.basis,
            "note": service.notes(p.name) if p.name in base.parameters else {"en": p.note, "de": p.note},
        }
        for p, rho in drivers(draw, decided(outcome))
    ]
    content = {
        "scenario": asked.model_dump(mode="json") if asked else None,
        "date": when, "draws": draws, "seed": seed, "unit": "USD",
        "without_stress": outcome_row(run(base, book, draw, when)),
        "stressed": outcome_row(outcome),
        "decides": decides,
    }  # fmt: skip
    claims = [leg.claim for leg in book.contracts if leg.claim]
    claims += [claim for p in draw.parameters.values() for claim in p.claims]
    return content, claims
