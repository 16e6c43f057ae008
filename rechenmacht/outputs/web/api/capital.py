"""Routes of the deals network: who pays whom, and who falls under stress."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Question
from rechenmacht.domains.capital import questions, shocks
from rechenmacht.domains.capital.answers.stress import MEASURES, WHOLE
from rechenmacht.errors import BadInput, nearest
from rechenmacht.faces.language import LANGUAGES
from rechenmacht.outputs.web.api.forms import PROBLEMS, Day, DrawCount, Name, Number, Seed, Strict
from rechenmacht.outputs.web.api.rules import day_of
from rechenmacht.outputs.web.envelope import sources_of
from rechenmacht.outputs.web.service import Service, json_answer

MOST_DRAWS = 10_000
NO_WORDS = shocks.Words(en="-", de="-")


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
            content, made = network_of(service, at, proposed)
            return service.bytes_of(content, sources_of(base, made.claims))

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
            content, made = stressed(service, asked, at, body.draws, body.seed)
            return service.bytes_of(content, sources_of(base, made.claims))

        return json_answer(await work.answer(("stress", asked, at, body.draws, body.seed), answer, "other"))

    return router


def answer_of(service: Service, question: type[Question], **given: Any) -> Answer:
    """Return the answer to a question about the network, as every other face gets it."""
    return question.asked(given).settled(service.base).answer(service.base)


def table(answer: Answer, name: str) -> list[Any]:
    """Return all rows of a table of an answer."""
    return list(next(one for one in answer.tables if one.name == name).rows)


def network_of(service: Service, at: str | None, proposed: bool) -> tuple[dict[str, Any], Answer]:
    """Return the network in the form of its route, and the answer it comes from.

    Raises:
        BadInput: if no contract counts on that day.
    """
    base = service.base
    answer = answer_of(service, questions.Network, at=at, proposed=proposed)
    links = table(answer, "links")
    edges = [
        {"from": row["payer"], "to": row["payee"], "layer": row["layer"], "announced": row["headline"],
         "firm": row["firm"], "paid": row["paid"], "contracts": row["legs"]}
        for row in links
    ]  # fmt: skip
    names = sorted({row[end] for row in links for end in ("payer", "payee")})
    nodes = [
        {"id": name, "name": {"en": base.entities[name].name_en, "de": base.entities[name].name_de},
         "bloc": base.entities[name].bloc}
        for name in names
    ]  # fmt: skip
    out = table(answer, "left_out")
    content = {
        "date": answer.values["at"], "unit": "USD", "nodes": nodes, "edges": edges, "layers": table(answer, "layers"),
        "warrants": table(answer, "warrants"), "left_out": {row["state"]: row["contracts"] for row in out},
        "left_out_contracts": [{"state": row["state"], **leg} for row in out for leg in row["legs"]],
    }  # fmt: skip
    return content, answer


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
) -> tuple[dict[str, Any], Answer]:
    """Return the stressed twelve months beside those without stress, and the answer they come from.

    Raises:
        BadInput: if no contract counts on that day.
    """
    # Without a scenario nothing is moved; the form for users wants a shock, so it is left out here.
    calm = shocks.Stress.model_construct(id="calm", title=NO_WORDS, question=NO_WORDS, shock=())
    question = questions.Stress.model_construct(
        scenario=None, own=asked or calm, at=at, unsupported=False, draws=draws, seed=seed
    )
    answer = question.settled(service.base).answer(service.base)
    line = table(answer, "scenarios")[0]
    whole = {key: line[key] for key in WHOLE}
    content = {
        "scenario": asked.model_dump(mode="json") if asked else None,
        "date": answer.values["at"], "draws": draws, "seed": seed, "unit": "USD",
        "without_stress": {**answer.values["without_stress"], **_outcome(answer, "calm")},
        "stressed": {**whole, **_outcome(answer, "stressed")},
        "decides": [
            {
                "parameter": row["parameter"], "title": service.titles(row["parameter"]),
                "correlation": row["rank_correlation"], "basis": row["basis"],
                "note": service.notes(row["parameter"]) if row["parameter"] in service.base.parameters
                else dict.fromkeys(LANGUAGES, row["note"]),
            }
            for row in table(answer, "what_would_change_this")
        ],
    }  # fmt: skip
    return content, answer


def _outcome(answer: Answer, which: str) -> dict[str, Any]:
    """Return what companies lose, need and are called for, by measure and company, under stress or without."""
    found: dict[str, Any] = {measure: {} for measure in MEASURES}
    for row in table(answer, "outcomes"):
        if row[which] is not None:
            found[row["measure"]][row["org"]] = row[which]
    for key, name in (("default_probability", "defaults"), ("coverage", "coverage")):
        found[key] = {row["org"]: row[which] for row in table(answer, name)}
    return found
