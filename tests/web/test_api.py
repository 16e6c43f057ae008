"""The HTTP API: answers with their origin, limits, problems, and a stream that stops when nobody listens."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app as commands
from rechenmacht.outputs.web import settings
from rechenmacht.race.axes import QUARTERS
from rechenmacht.race.outcomes import SERIES
from rechenmacht.uncertainty.ensemble import quantiles

pytest.importorskip("fastapi")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would have the client under another name
    from fastapi.testclient import TestClient
from typer.testing import CliRunner

from rechenmacht.outputs.web.app import create_app

FREE = settings.Settings(compiled=False, requests_per_second=100_000, burst=100_000)


@pytest.fixture(scope="module")
def client(base: Base) -> TestClient:
    return TestClient(create_app(base, FREE), raise_server_exceptions=False)


def test_every_answer_says_where_it_comes_from(client: TestClient, base: Base) -> None:
    for path in (
        "health",
        "scenarios",
        "levers",
        "facts",
        "sources",
        "chips",
        "rules/status?chip=h20&to=CN&date=2025-09-01",
    ):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, (path, answer.text)
        body = answer.json()
        assert body["version"]
        assert body["data_checksum"] == base.checksum
        assert isinstance(body["sources"], list)


def test_levers_have_ranges_texts_and_sources(client: TestClient, base: Base) -> None:
    rows = client.get("/api/v1/levers").json()["levers"]
    assert len(rows) > 25
    for row in rows:
        assert {"name", "low", "high", "default", "unit", "title", "explanation", "sources"} <= set(row)
        assert row["low"] <= row["default"] <= row["high"], row["name"]
        assert row["title"]["en"] != row["name"]
        assert row["title"]["de"]
        assert row["explanation"]["de"]
        assert set(row["sources"]) <= set(base.sources)


def test_a_simulation_is_that_of_the_model(client: TestClient, base: Base) -> None:
    body = client.post(
        "/api/v1/simulate", json={"draws": 100, "outcomes": ["power_connected"], "every": "quarter"}
    ).json()
    whole, _ = runs.compute(base, scenario.find(base, "reference"), 100, 1)
    row = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == ("power_connected", "World"))
    ours = next(s for s in body["series"] if s["region"] == "World")
    assert ours["unit"] == "GW"
    assert np.array(ours["values"]) == pytest.approx(quantiles(whole, [row])[0].T, rel=1e-4)
    assert body["quarters"] == list(QUARTERS)
    assert body["backend"] == "numpy"
    ahead = [p for p in body["probabilities"] if p["variable"] == "ahead|frontier"]
    assert sum(p["values"][-1] for p in ahead) == pytest.approx(1.0, abs=1e-3)
    assert {s["id"] for s in body["sources"]} >= {"epoch-ai-chip-counts-2026-04-22"}


def test_a_lever_moves_the_answer_alone_or_dated(client: TestClient) -> None:
    def power(levers: dict) -> float:
        answer = client.post("/api/v1/simulate", json={"draws": 50, "set": levers, "outcomes": ["smuggled|h100e_8bit"]})
        assert answer.status_code == 200, answer.text
        return answer.json()["series"][0]["values"][2][9]

    name = "export_controls.enforcement"
    free, strict = power({}), power({name: 0.95})
    dated = power({name: [{"at": "2027Q1", "value": 0.95}]})
    assert strict < free
    assert dated == pytest.approx(strict, rel=0.2)


def test_compare_and_what_decides(client: TestClient) -> None:
    body = {"a": {}, "b": {"scenario": "tight_controls"}, "draws": 100, "outcomes": ["installed|h100e_8bit"]}
    found = client.post("/api/v1/compare", json=body).json()
    china = next(d for d in found["difference"] if d["region"] == "China")
    assert china["higher"][-1] < 0.5
    assert found["drivers"]
    rows = client.get("/api/v1/decides").json()["parameters"]
    assert rows[0]["name"] == "export_controls.smuggled_share"
    assert rows[0]["claims"]


def test_facts_are_searched_and_downloaded(client: TestClient) -> None:
    body = client.get("/api/v1/facts", params={"q": "h100", "grade": "primary", "limit": 5}).json()
    assert body["total"] > 5
    assert len(body["facts"]) == 5
    assert all(row["source"]["url"] is not None and row["grade"] == "primary" for row in body["facts"])
    one = client.get(f"/api/v1/facts/{body['facts'][0]['id']}").json()["fact"]
    assert one["id"] == body["facts"][0]["id"]
    table = client.get("/api/v1/facts.csv", params={"q": "h100"})
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) > body["total"]
    marked = client.get("/api/v1/facts", params={"subject": "chip:h100-sxm", "limit": 500}).json()["facts"]
    assert any(row["conflicts_with"] for row in marked)


def test_an_article_is_checked(client: TestClient) -> None:
    text = "The H100 SXM has a memory bandwidth of 3.35 TB/s. The H200 has a memory bandwidth of 9.9 TB/s."
    body = client.post("/api/v1/check", json={"text": text, "lang": "en", "date": "2026-01-05"}).json()
    verdicts = {v["verdict"] for v in body["documents"][0]["verdicts"]}
    assert {"supported", "contradicted"} <= verdicts


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("post", "simulate", {"scenario": "referenz"}, 422, "no scenario 'referenz'"),
        ("post", "simulate", {"set": {"foo": 1}}, 422, "no parameter 'foo'"),
        ("post", "simulate", {"set": {"export_controls.enforcement": 7}}, 422, "is outside 0 to 1"),
        ("post", "simulate", {"set": {"capital.stop": [{"at": "2050Q1", "value": 1}]}}, 422, "2050-Q1 is not within"),
        ("post", "simulate", {"draws": 10_001}, 422, "draws: at most 10,000"),
        ("post", "simulate", {"draws": 0}, 422, "body.draws"),
        ("post", "simulate", {"outcomes": ["foo"]}, 422, "no outcome 'foo'"),
        ("post", "simulate", {"more": 1}, 422, "body.more"),
        ("post", "check", {"text": ""}, 422, "body.text"),
        ("get", "decides?outcome=foo", None, 422, "no outcome foo@World"),
        ("get", "facts?quantity=foo", None, 422, "no quantity 'foo'"),
        ("get", "facts/none", None, 404, "no such claim"),
        ("get", "rules/status?chip=h20&to=XX", None, 422, "'XX' is no destination"),
        ("get", "rules/status?chip=h20&to=CN&date=soon", None, 422, "is no day of the calendar"),
        ("get", "nothing", None, 404, "Not Found"),
        ("get", "simulate", None, 405, "Method Not Allowed"),
    ],
)
def test_errors_are_problem_documents(
    client: TestClient, method: str, path: str, body: dict | None, status: int, detail: str
) -> None:
    answer = client.request(method, f"/api/v1/{path}", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status
    assert detail in found["detail"]


def test_headers_keep_the_page_at_home(client: TestClient) -> None:
    headers = client.get("/api/v1/health").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_size_rate_and_host_are_limited(base: Base) -> None:
    tight = FREE.model_copy(update={"body_bytes": 1000, "requests_per_second": 0.001, "burst": 3})
    client = TestClient(create_app(base, tight), raise_server_exceptions=False)
    assert client.post("/api/v1/check", json={"text": "x" * 2000}).status_code == 413
    assert client.get("/api/v1/health", headers={"host": "evil.example"}).status_code == 421
    codes = [client.get("/api/v1/health").status_code for _ in range(4)]
    assert codes[-1] == 429


def test_too_many_waiting_are_turned_away(base: Base) -> None:
    client = TestClient(create_app(base, FREE.model_copy(update={"waiting": 0})), raise_server_exceptions=False)
    answer = client.post("/api/v1/simulate", json={"draws": 10})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


def test_a_stream_tells_progress_and_the_result(client: TestClient) -> None:
    answer = client.post("/api/v1/simulate/stream", json={"draws": 60, "outcomes": ["capex_ai"]})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n", 1) for block in answer.text.strip().split("\n\n")]
    assert events[-1][0] == "event: result"
    assert json.loads(events[-1][1].removeprefix("data: "))["draws"] == 60
    assert client.post("/api/v1/simulate/stream", json={"scenario": "no"}).status_code == 422


def test_any_request_within_the_description_is_answered_or_refused(client: TestClient) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase
    from hypothesis import settings as how

    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
    assert schema.raw_schema["openapi"].startswith("3.1")
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith("/stream"):
            continue

        @how(
            max_examples=8, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @__import__("hypothesis").given(case=operation.as_strategy())
        def ask(case: object) -> None:
            if getattr(case, "body", None) and isinstance(case.body, dict) and "draws" in case.body:  # type: ignore[attr-defined]
                case.body["draws"] = 5  # type: ignore[attr-defined]
            assert case.call().status_code < 500  # type: ignore[attr-defined]

        ask()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--host", "192.0.2.1"], "is reached by other machines"),
        (["--port", "70000"], "--port must be between 0 and 65535"),
        (["--host", "192.0.2.1", "--public"], "--public needs the names that the server answers to"),
    ],
)
def test_serving_to_others_needs_a_decision(words: list[str], message: str) -> None:
    done = CliRunner().invoke(commands, ["serve", *words])
    assert isinstance(done.exception, BadInput)
    assert message in str(done.exception)


def test_settings_come_from_file_and_environment(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "serve.toml"
    path.write_text("max_draws = 500\nhosts = ['race.example']\n", encoding="utf-8")
    monkeypatch.setenv("RECHENMACHT_SERVE_BURST", "7")
    found = settings.read(path)
    assert (found.max_draws, found.hosts, found.burst) == (500, ("race.example",), 7)
    path.write_text("max_draw = 1\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"serve.toml: max_draw: extra inputs are not permitted"):
        settings.read(path)
