"""Tidy tables by GET: every outcome, lever, scenario, chip and rule; and a simulation of any outcomes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.errors import BadInput
from rechenmacht.faces import machine
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.registry import everything
from rechenmacht.outputs.site import data
from rechenmacht.outputs.web import ensembles
from rechenmacht.outputs.web.api.charts import Draws, Settings, Shifts, Text
from rechenmacht.outputs.web.api.forms import PROBLEMS, Seed, steps_of
from rechenmacht.outputs.web.model import Question
from rechenmacht.outputs.web.service import Service, file_answer
from rechenmacht.wanted import still

KIND = "text/csv; charset=utf-8"
PARTS = ("q05", "q25", "q50", "q75", "q95")


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["tables"], responses=PROBLEMS)
    base = service.base

    def rules() -> bytes:
        found = answered(settled(everything()["rules.listing"], {}, base), base)
        return machine.csv_text(found.tables[0]).encode()

    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "outcomes": ("Every outcome of a simulation, with unit and names.", lambda: data.tidy(data.outcome_rows())),
        "levers": ("Every lever with range, default and claims.", lambda: data.tidy(data.lever_rows(base))),
        "scenarios": ("What every scenario sets, one row a lever.", lambda: data.tidy(data.scenario_rows(base))),
        "chips": ("Every chip's specifications as the rules read them.", lambda: data.tidy(data.chip_rows(base))),
        "rules": ("Every rule with dates, conditions and sources.", rules),
    }  # fmt: skip
    for name, (said, make) in made.items():
        _add(router, service, name, said, make)
    _simulated(router, service)
    return router


def _add(router: APIRouter, service: Service, name: str, said: str, make: Callable[[], bytes]) -> None:
    async def table() -> Response:
        body = await service.work.answer(("table", name), make, "other")
        return file_answer(service.base, body, KIND, f"rechenmacht-{name}.csv", "/api/v1/openapi.json", "inline")

    table.__doc__ = said
    router.get(f"/{name}.csv", name=f"table_{name}", response_class=Response)(table)


def _simulated(router: APIRouter, service: Service) -> None:
    @router.get("/simulate.csv", response_class=Response)
    async def simulate_table(
        outcome: Annotated[
            list[Text], Query(min_length=1, max_length=60, description="Variables of /outcomes; may be repeated")
        ],
        scenario: Text = "reference",
        settings: Settings = [], shifts: Shifts = [],  # noqa: B006
        draws: Draws = 1000, seed: Seed = 1,
    ) -> Response:  # fmt: skip
        """Simulate a scenario and give any outcomes as one tidy table: variable, region, quarter, unit, quantiles."""
        most = service.settings.max_draws
        if draws > most:
            raise BadInput.of("error.draws_limit", f"draws: at most {most:,}, not {draws:,}", most=most, draws=draws)
        asked = Question(scenario, steps_of(settings), draws, seed, steps_of(shifts, "shift"))
        names = tuple(dict.fromkeys(outcome))

        def answer() -> bytes:
            return simulated(service, asked, names, still)

        body = await service.work.answer(("simulate.csv", asked, names), answer)
        return file_answer(service.base, body, KIND, "rechenmacht-simulate.csv", "/api/v1/outcomes", "inline")


def simulated(service: Service, asked: Question, names: tuple[str, ...], tick: ensembles.Tick | None = None) -> bytes:
    """Return a simulation as rows; `tick` as for `ensembles.simulate`."""
    content, _ = ensembles.simulate(service.race, asked, names, service.settings.values_in_memory, tick)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["variable", "region", "quarter", "unit", *PARTS])
    for one in content["series"]:
        for place, quarter in enumerate(QUARTERS):
            ends = [f"{float(row[place]):.6g}" for row in one["values"]]
            writer.writerow([one["variable"], one["region"], quarter, one["unit"], *ends])
    return out.getvalue().encode()
