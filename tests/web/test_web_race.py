"""The race over HTTP: the same numbers as the model, levers, comparisons, streams that stop when nobody listens."""

from __future__ import annotations

import asyncio
import copy
import json
import time
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty.ensemble import quantiles
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import ensembles, model
from rechenmacht.outputs.web.api import race as routes
from rechenmacht.outputs.web.api.forms import steps_of
from rechenmacht.outputs.web.model import INDICATORS, Question, Race, chosen


def simulate(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/simulate", json={"draws": 60, "outcomes": ["power_connected"], **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_answer_says_where_it_comes_from(client: TestClient, base: Base) -> None:
    for path in ("health", "scenarios", "levers", "outcomes", "facts", "sources", "chips", "systems", "engine/names"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, (path, answer.text)
        body = answer.json()
        assert body["version"]
        assert body["data_checksum"] == base.checksum
        assert all(row.keys() == {"id", "title", "url", "publisher", "date"} for row in body["sources"])


def test_a_simulation_is_that_of_the_model(client: TestClient, base: Base) -> None:
    body = simulate(client, draws=100, outcomes=["power_connected", "capex_ai"])
    whole, _ = runs.compute(base, scenario.find(base, "reference"), 100, 1)
    for row in body["series"]:
        place = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (row["variable"], row["region"]))
        assert np.array(row["values"]) == pytest.approx(quantiles(whole, [place])[0].T, rel=1e-5)
        assert row["unit"] == SERIES[place].unit
    assert body["backend"] == "numpy"
    ahead = [p for p in body["probabilities"] if p["variable"] == "ahead|frontier"]
    place = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == ("ahead|frontier", ahead[0]["region"]))
    assert ahead[0]["values"] == pytest.approx(whole[place].mean(axis=-1), abs=1e-5)
    ids = {row["id"] for row in body["sources"]}
    assert {base.claims[c].source for p in base.tables.parameters if p.mechanism == "capital" for c in p.claims} <= ids


def test_all_outcomes_are_given_where_none_is_named(client: TestClient) -> None:
    body = simulate(client, draws=2, outcomes=None)
    assert len(body["series"]) + len(body["probabilities"]) == len(SERIES)


def test_a_lever_holds_from_its_quarter_on(client: TestClient) -> None:
    def smuggled(levers: dict[str, Any]) -> list[float]:
        return simulate(client, set=levers, outcomes=["smuggled|h100e_8bit"])["series"][0]["values"][2]

    name, cut = "export_controls.enforcement", QUARTERS.index("2028-Q1")
    free, dated = smuggled({}), smuggled({name: [{"at": "2028Q1", "value": 0.95}]})
    assert dated[:cut] == free[:cut]
    assert dated[-1] < free[-1]
    assert smuggled({name: 0.95})[cut - 1] < free[cut - 1]


def test_a_lever_joins_what_the_scenario_says_of_it_as_on_the_command_line(base: Base) -> None:
    race, name = Race(base, compiled=False), "adoption.policy_drive.cn"
    for settings in ([f"{name}=0.1@2027Q1"], [f"{name}=0.1@2026Q3"], [f"{name}=0.9@2026Q3", f"{name}=0.2@2028Q1"]):
        theirs = scenario.with_settings(scenario.find(base, "ai_plus_met"), settings, runs.FIRST_SIMULATED)
        asked = Question("ai_plus_met", steps_of(settings), 1, 1)
        assert race.setup(asked).levers == runs.model_of(base, theirs).levers
    # The scenario's own step stands before; of two for one quarter the one asked for holds, though it is smaller.
    moved = race.setup(Question("ai_plus_met", ((name, (("2027-Q1", 0.1),)),), 1, 1)).levers
    assert moved[name] == (("2026-Q1", 0.45), ("2027-Q1", 0.1))
    twice = race.setup(Question("ai_plus_met", ((name, (("2027-Q1", 0.1), ("2027-Q1", 0.2))),), 1, 1)).levers
    assert twice[name][-1] == ("2027-Q1", 0.2)


def test_no_lever_rewrites_what_was_observed(client: TestClient) -> None:
    for lever in ({"set": {"capital.stop": [{"at": "2025Q1", "value": 0.5}]}},
                  {"shift": {"export_controls.smuggled_share": [{"at": "2026Q2", "value": 0.5}]}}):  # fmt: skip
        told = client.post("/api/v1/simulate", json={"draws": 2, **lever})
        assert told.status_code == 422
        assert "contradict what was observed to 2026-Q2" in told.json()["detail"]
    both = {"set": {"export_controls.smuggled_share": 0.1}, "shift": {"export_controls.smuggled_share": 0.2}}
    assert "both set and shifted" in client.post("/api/v1/simulate", json={"draws": 2, **both}).json()["detail"]


def test_a_shifted_range_is_that_of_the_command_line(client: TestClient, base: Base) -> None:
    name, outcome = "export_controls.smuggled_share", "installed|h100e_8bit"
    body = simulate(client, draws=16, shift={name: 0.08}, set={"capital.stop": 0.3}, outcomes=[outcome])
    chosen = scenario.with_settings(
        scenario.find(base, "reference"), ["capital.stop=0.3"], runs.FIRST_SIMULATED, [f"{name}=0.08"]
    )
    whole, _ = runs.compute(base, chosen, 16, 1)
    for row in body["series"]:
        place = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (row["variable"], row["region"]))
        assert np.array(row["values"]) == pytest.approx(quantiles(whole, [place])[0].T, rel=1e-5)
    assert body["shift"] == {name: [{"at": runs.FIRST_SIMULATED, "value": 0.08}]}
    rows = client.get(
        "/api/v1/simulate.csv",
        params={"draws": 16, "outcome": outcome, "shift": f"{name}=0.08", "set": "capital.stop=0.3"},
    ).text.splitlines()
    last = next(row for row in rows if row.startswith(f"{outcome},China,2035-Q4"))
    china = next(row for row in body["series"] if row["region"] == "China")
    assert float(last.split(",")[6]) == pytest.approx(china["values"][2][-1], rel=1e-5)


def test_what_cannot_be_shifted_is_refused(client: TestClient) -> None:
    told = client.post("/api/v1/simulate", json={"draws": 2, "shift": {"production.outage.packaging": 0.3}})
    assert told.status_code == 422
    assert "production.outage.packaging" in told.json()["detail"]
    told = client.get("/api/v1/simulate.csv", params={"draws": 2, "outcome": "capex_ai", "shift": "x"})
    assert told.json()["detail"].startswith("shift: 'x'")


def test_every_lever_moves_over_its_whole_range(client: TestClient, base: Base) -> None:
    rows = client.get("/api/v1/levers").json()["levers"]
    race = client.app.state.service.race  # type: ignore[attr-defined]
    assert len(rows) > 25
    for row in rows:
        assert row["low"] <= row["default"] <= row["high"], row["name"]
        assert row["title"]["en"] != row["name"]
        assert row["explanation"]["de"]
        assert set(row["sources"]) <= set(base.sources)
        for end in (row["low"], row["high"]):
            race.setup(Question("reference", ((row["name"], (("", end),)),), 1, 1))


def test_slices_of_a_large_ensemble_agree_with_the_whole(base: Base) -> None:
    race = Race(base, compiled=False)
    asked = Question("reference", (), 2 * ensembles.LEAST, 1)
    whole, _ = ensembles.simulate(race, asked, ["power_connected"], 10**9)
    sliced, _ = ensembles.simulate(race, asked, ["power_connected"], 1)
    assert (whole["slices"], sliced["slices"]) == (1, 2)
    one, two = (np.array(found["series"][-1]["values"])[2, -1] for found in (whole, sliced))
    assert two == pytest.approx(one, rel=0.05)
    chances = [np.array([row["values"] for row in found["probabilities"]]) for found in (whole, sliced)]
    assert chances[0] == pytest.approx(chances[1], abs=1e-5)


def test_compare_shares_its_draws(client: TestClient, base: Base) -> None:
    body = {"a": {}, "b": {"scenario": "tight_controls"}, "draws": 100, "outcomes": ["accessible|h100e_8bit"]}
    found = client.post("/api/v1/compare", json=body).json()
    a, b = (runs.compute(base, scenario.find(base, name), 100, 1)[0] for name in ("reference", "tight_controls"))
    for row, win in zip(found["difference"], found["superiority"], strict=True):
        place = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (row["variable"], row["region"]))
        apart = a[place] - b[place]
        assert np.array(row["values"]) == pytest.approx(quantiles(apart[None])[0].T, rel=1e-5)
        assert win["values"] == pytest.approx((apart > 0).mean(axis=-1))
        assert win["equal"] == pytest.approx((apart == 0).mean(axis=-1))
    china = next(w for w in found["superiority"] if w["region"] == "China")
    assert china["values"][-1] > 0.5
    assert found["a"]["scenario"] == "reference"
    same = client.post("/api/v1/compare", json={"draws": 50}).json()
    assert same["drivers"] == []


def test_what_decides_is_found(client: TestClient) -> None:
    rows = client.get("/api/v1/decides").json()["parameters"]
    assert rows[0]["name"] == "export_controls.smuggled_share"
    assert rows[0]["claims"]
    sizes = [abs(row["correlation"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block.split("\n", 1) for block in text.strip().split("\n\n")]
    return [(one.removeprefix("event: "), json.loads(two.removeprefix("data: "))) for one, two in blocks]


def test_a_stream_tells_progress_and_the_result(client: TestClient) -> None:
    body = {"draws": 5000, "outcomes": ["capex_ai"]}
    answer = client.post("/api/v1/simulate/stream", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert [name for name, _ in told][-1] == "result"
    assert next(row["done"] for name, row in told if name == "progress") == 0
    assert all(row["total"] == 5000 for name, row in told if name == "progress")
    assert told[-1][1]["series"] == client.post("/api/v1/simulate", json=body).json()["series"]
    assert client.post("/api/v1/simulate/stream", json={"scenario": "no"}).status_code == 422


def test_a_stream_that_is_cancelled_or_left_stops_the_work(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    ticks: list[int] = []

    def slow(_race: Race, asked: Question, _names: object, _most: int, tick: Any) -> Any:
        for done in range(asked.draws):
            time.sleep(0.01)
            tick(done)
            ticks.append(done)
        raise AssertionError("never stopped")

    monkeypatch.setattr(ensembles, "simulate", slow)

    async def leave(cancel: bool) -> list[bytes]:
        asked, job_ = Question("reference", (), 10_000, 1), service.work.job(10_000)
        future = service.work.begin(lambda: routes._run(service, asked, None, job_), "stream")
        stream, found = routes._events(service, job_, future, "en"), []
        async for event in stream:
            found.append(event)
            if len(found) == 2:
                job = json.loads(event.split(b"data: ")[1])["job"]
                if not cancel:
                    await stream.aclose()
                    break
                assert (await asyncio.to_thread(client.delete, f"/api/v1/jobs/{job}")).json()["stopped"]
        return found

    told = asyncio.run(leave(cancel=True))
    assert told[-1].startswith(b"event: problem")
    assert b"stopped before its end" in told[-1]
    asyncio.run(leave(cancel=False))
    time.sleep(0.1)
    count = len(ticks)
    time.sleep(0.1)
    assert 0 < len(ticks) == count
    assert service.work.jobs == {}
    assert client.delete("/api/v1/jobs/none").status_code == 404


def test_the_compiled_backend_gives_the_same(base: Base) -> None:
    race = Race(base)
    if race.trouble:
        pytest.skip(race.trouble)
    question, series = Question("tight_controls", (("capital.stop", (("2028-Q1", 0.5),)),), 130, 3), chosen(None)
    setup = race.setup(question)
    values = race.sample(setup, 130, 3)
    slow, plain = Race(base, compiled=False).outcomes(setup, values, [*series, *INDICATORS])
    fast, name = race.outcomes(setup, values, [*series, *INDICATORS])
    assert (plain, name) == ("numpy", "kernel")
    assert np.all(np.abs(fast - slow) <= np.maximum(1e-6, 2e-3 * np.abs(slow)))  # 5 million numbers: no approx

    # Runs of one key share what was before the first simulated quarter; to the last bit as if each began at the start.
    kept = [*chosen(["installed|h100e_8bit", "frontier_gap"]), *INDICATORS]
    lever = "export_controls.enforcement"
    for at, value in (("", 0.2), ("", 0.9), ("2030-Q1", 0.9)):
        asked = Question("reference", ((lever, ((at, value),)),), 130, 3)
        one = race.setup(asked)
        drawn = race.sample(one, 130, 3)
        whole, _ = race.outcomes(one, drawn, kept)
        shared, _ = race.outcomes(one, drawn, kept, key=("reference", 130, 3))
        assert np.array_equal(whole, shared, equal_nan=True), (at, value)
        places = kept[: -len(INDICATORS)]
        apart, joined = (race.summary(one, drawn, places, key=key) for key in (None, ("reference", 130, 3)))
        assert np.array_equal(apart.table, quantiles(whole[: len(places)])), (at, value)
        assert np.array_equal(apart.table, joined.table), (at, value)
        assert np.array_equal(apart.means, joined.means), (at, value)
    for own in ("china_memory", "ai_plus_met"):  # the second has levers in observed quarters
        other = race.setup(Question(own, (), 130, 3))
        drawn = race.sample(other, 130, 3)
        whole, _ = race.outcomes(other, drawn, kept)
        shared, _ = race.outcomes(other, drawn, kept, key=(own, 130, 3))
        assert np.array_equal(whole, shared, equal_nan=True), own


def test_native_code_takes_over_while_a_server_answers(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    race = Race(base)
    if race.trouble:
        pytest.skip(race.trouble)
    monkeypatch.setattr(model, "ready", lambda *_: None)
    assert (race.quicken(), race.backend) == (False, "kernel")  # none is ready
    other = Race(base)._chosen[0]
    assert other is not None
    other.machine = copy.copy(other.machine)  # the same equations under the other's name
    other.machine.name = "native"
    monkeypatch.setattr(model, "ready", lambda *_: other)
    asked = Question("reference", (("capital.stop", (("2028-Q1", 0.5),)),), 130, 3)
    before, _ = ensembles.simulate(race, asked, ("frontier_gap",), 10**6)
    assert (race.quicken(), race.backend, race.quicken()) == (True, "native", True)
    after, _ = ensembles.simulate(race, asked, ("frontier_gap",), 10**6)
    assert (before["backend"], after["backend"]) == ("kernel", "native")
    assert before["series"] == after["series"]
    assert len(race._starts) == 2  # states of one are never resumed by the other, whose lanes may differ
    assert not Race(base, compiled=False).quicken()  # who wants NumPy gets NumPy


def test_numbers_are_short_and_right() -> None:
    from rechenmacht.outputs.web.ensembles import rounded

    given = [0.0, 1.0, 123456.789, 1.23456789e-12, -9.999999e99, 2.5e20, 0.1 + 0.2, np.nan, np.inf, 5e-324]
    wanted = [0.0, 1.0, 123457.0, 1.23457e-12, -1e100, 2.5e20, 0.3]
    assert rounded(np.array(given))[:7].tolist() == pytest.approx(wanted, rel=1e-15)
    assert repr(float(rounded(np.array(0.1 + 0.2)))) == "0.3"
    assert repr(float(rounded(np.array(123456789.0)))) == "123457000.0"
    assert np.isnan(rounded(np.array(np.nan)))
    assert np.isinf(rounded(np.array(np.inf)))


def test_draws_are_those_of_the_sampler_also_where_a_prior_changes(base: Base) -> None:
    from rechenmacht.sample import draw

    race = Race(base, compiled=False)
    for name in ("reference", "china_memory", "reference"):
        setup = race.setup(Question(name, (), 40, 2))
        wanted = np.stack(list(draw(setup.parameters, 40, 2).values()))
        assert np.array_equal(race.sample(setup, 40, 2), wanted)
        assert np.array_equal(race.sample(setup, 40, 2, range(10, 30)), wanted[:, 10:30])
