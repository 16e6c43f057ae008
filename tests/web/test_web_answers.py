"""Questions over HTTP: the same answers as on the command line, types, languages, limits."""

from __future__ import annotations

import html
import json
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from fastapi.testclient import TestClient

from rechenmacht.evidence.base import Base
from rechenmacht.faces import registry
from rechenmacht.faces.console import plain
from rechenmacht.faces.python import ask
from rechenmacht.outputs.cli import main
from rechenmacht.outputs.web.api import answers
from rechenmacht.outputs.web.api.answers import draw_bytes
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

ROOT = "/api/v1/answers"


@pytest.fixture(scope="module")
def client(base: Base, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    database = tmp_path_factory.mktemp("store") / "serve.sqlite"
    app = create_app(base, Settings(compiled=False, database=str(database), max_draws=500))
    return TestClient(app, base_url="http://localhost")


def test_a_day_left_empty_asks_for_no_day(client: TestClient) -> None:
    found = client.get(f"{ROOT}/capital/filings", params={"org": "CoreWeave", "at": ""})
    assert found.status_code == 200
    assert found.json() == client.get(f"{ROOT}/capital/filings", params={"org": "CoreWeave"}).json()


def test_every_question_has_its_routes_and_short_schema_names(client: TestClient) -> None:
    found = client.get("/api/v1/openapi.json").json()
    for name in registry.everything():
        assert {"get", "post"} <= set(found["paths"][f"{ROOT}/{name.replace('.', '/')}"])
    assert [name for name in found["components"]["schemas"] if "__" in name] == []


@pytest.mark.parametrize(
    ("words", "address", "key"),
    [
        (["capital", "circularity", "--draws", "100"], "capital/circularity?draws=100", "circularity"),
        (["capital", "exposure", "NVIDIA", "--draws", "100"], "capital/exposure?org=NVIDIA&draws=100", "exposures"),
        (
            ["capital", "stress", "funding_stop", "--draws", "100"],
            "capital/stress?scenario=funding_stop&draws=100",
            "outcomes",
        ),
        (["capital", "history"], "capital/history", "comparisons"),
        (["facts", "fact", "H100", "tdp"], "facts/fact?subject=H100&quantity=tdp", "claims_pooled"),
        (["facts", "claims", "H100", "tdp"], "facts/claims?subject=H100&quantity=tdp", "stated"),
        (["scenarios"], "race/scenarios", "scenarios"),
        (["run", "--draws", "50"], "race/run?draws=50", "quantiles"),
        (["facts", "sources"], "facts/sources", "publications"),
        (["facts", "stale"], "facts/stale", "topics"),
        (["facts", "list", "--kind", "chip"], "facts/listing?kind=chip", "entities"),
        (["facts", "validate"], "facts/validate", "claims"),
        (["capital", "concentration", "--draws", "50"], "capital/concentration?draws=50", "concentration"),
        (["capital", "roundtrip", "NVIDIA", "--draws", "50"], "capital/roundtrip?vendor=NVIDIA&draws=50", "pairs"),
        (["capital", "coverage", "--draws", "50"], "capital/coverage?draws=50", "maturities"),
        (["capital", "deals", "Nebius"], "capital/deals?org=Nebius", "contracts"),
        (["capital", "network"], "capital/network", "links"),
        (["capital", "filings", "Nebius"], "capital/filings?org=Nebius", "totals"),
        (["capital", "path", "--draws", "50"], "capital/path?draws=50", "years"),
        (["rules", "changes", "--regime", "NL"], "rules/changes?regime=NL", "changes"),
        (["rules", "regimes", "H20"], "rules/regimes?chip=H20", "regimes"),
        (["rules", "party", "Huawei"], "rules/party?party=Huawei", "parties"),
    ],
)
def test_the_same_question_has_the_same_digits(
    client: TestClient, capsys: pytest.CaptureFixture[str], words: list[str], address: str, key: str
) -> None:
    assert main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    answered = client.get(f"{ROOT}/{address}").json()
    assert answered["schema"] == printed["schema"]
    assert answered[key] == printed[key]
    name, _, given = address.partition("?")
    in_python = plain(ask(name.replace("/", "."), dict(parse_qsl(given))).json())
    assert in_python[key] == printed[key]
    assert main([*words, "--lang", "de"]) == 0
    text = capsys.readouterr().out
    path, _, fields = address.partition("?")
    page = client.get(f"{ROOT}/{path}.html?{fields}&lang=de").text
    page = " ".join(html.unescape(page).split())  # no-break spaces stand as spaces on the terminal
    cells = {cell.strip() for line in text.splitlines() for cell in line.split("  ") if any(map(str.isdigit, cell))}
    assert [cell for cell in cells if cell not in page] == []


def test_faults_are_told_in_the_callers_language(client: TestClient) -> None:
    said = client.get(f"{ROOT}/capital/stress?draws=0&lang=de").json()
    assert said["detail"] == "draws muss mindestens 1 sein, nicht 0"
    header = client.get(f"{ROOT}/capital/stress?draws=x", headers={"Accept-Language": "de-DE,de;q=0.9"}).json()
    assert header["detail"] == "draws: x ist keine ganze Zahl"
    many = client.get(f"{ROOT}/capital/stress?draws=501")
    assert (many.status_code, many.json()["detail"]) == (422, "draws: at most 500 here, not 501")
    slow = client.get(f"{ROOT}/uncertainty/sensitivity?method=sobol&draws=100")
    assert (slow.status_code, "only on the command line" in slow.json()["detail"]) == (422, True)


def test_a_network_is_cleared_from_the_body(client: TestClient) -> None:
    """Two nodes: 1 owes 2 to node 2 and has 1; it pays half of what it has after its default (alpha 0.5): 0.5."""
    body = {"network": {"L": [[0, 2], [0, 0]], "e": [1, 1], "alpha": 0.5, "beta": 0.5}}
    found = client.post(f"{ROOT}/capital/clear", json=body).json()
    assert (found["p"], found["default"]) == ([0.5, 0.0], [1, 0])
    assert client.get(f"{ROOT}/facts/claims.csv?subject=H100&limit=2").text.count("\n") > 3  # CSV has the whole list


def test_a_stream_tells_progress_and_the_result(client: TestClient) -> None:
    with client.stream("POST", f"{ROOT}/capital/stress/stream", json={"draws": 20}) as found:
        events = [line for line in found.iter_lines() if line.startswith("event: ")]
    assert events[-1] == "event: result"
    assert "event: progress" in events


def test_a_stream_ends_with_its_time_and_what_it_began_is_stopped(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def endless(asked: Any, base: Base, lang: str, told: Any) -> Any:
        try:
            while True:
                time.sleep(0.01)
                told(1, 2)
        except InterruptedError:
            stopped.set()
            raise

    monkeypatch.setattr(answers, "answered", endless)
    app = create_app(base, Settings(compiled=False, database=str(tmp_path / "serve.sqlite"), stream_seconds=0.3))
    client = TestClient(app, base_url="http://localhost")
    with client.stream("POST", f"{ROOT}/capital/stress/stream", json={"draws": 10}) as found:
        lines = [line for line in found.iter_lines() if line]
    assert lines[-2] == "event: problem"
    assert json.loads(lines[-1].removeprefix("data: "))["status"] == 503
    assert "limit stream_seconds" in lines[-1]
    assert stopped.wait(10)
    assert app.state.service.work._pools["stream"].submit("other", lambda: 5).result(10) == 5  # its thread is free
    app.state.service.close()


def test_no_answer_takes_more_memory_than_one_may(base: Base, tmp_path: Path) -> None:
    """What holds all its draws at once says what one takes; the server lets fewer pass, streams too."""
    whole = {name: draw_bytes(one) for name, one in registry.everything().items() if "draws" in one.model_fields}
    sliced = {name for name, size in whole.items() if not size}
    assert sliced == {"uncertainty.backtest", "uncertainty.register"}  # no server answers these
    app = create_app(base, Settings(compiled=False, database=str(tmp_path / "s.sqlite"), answer_bytes=40_000_000))
    client = TestClient(app, base_url="http://localhost")
    for name in ("capital/stress", "capital/path", "uncertainty/sensitivity", "capital/stress/stream"):
        size = whole[name.removesuffix("/stream").replace("/", ".")]
        answer = client.post(f"{ROOT}/{name}", json={"draws": 40_000_000 // size + 1})
        assert answer.status_code == 422
        assert f"at most {40_000_000 // size:,} " in answer.json()["detail"]
    assert client.post(f"{ROOT}/capital/exposure", json={"org": "nvidia", "draws": 10}).status_code == 200


def test_nobody_has_a_server_compile(client: TestClient) -> None:
    answer = client.post(f"{ROOT}/race/run", json={"draws": 5, "backend": "native"})
    assert answer.status_code == 422
    assert "only on the command line and in Python" in answer.json()["detail"]
    for asked in ("backend=native", "draws=501"):
        for more, headers in (("", {"accept-language": "de"}), ("&lang=de", {})):
            said = client.get(f"{ROOT}/race/run?{asked}{more}", headers=headers).json()["detail"]
            assert "nur auf der Kommandozeile" in said or "hier höchstens 500" in said, said
