"""What stands before the routes: problems, limits, hosts, origins, headers, settings; and the cache behind them."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from clients import made
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from rechenmacht.domains.race.outcomes import BY_BLOC
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app as commands
from rechenmacht.outputs.web import settings as forms
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.cache import Cache, Flights
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.security import Buckets
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.work import Work
from rechenmacht.wanted import still

Clients = pytest.TempPathFactory
EVERYWHERE = "0.0.0.0"  # noqa: S104 - never listened on
MANY = [name for name, _, _ in BY_BLOC.values()]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("post", "simulate", {"scenario": "referenz"}, 422, "no scenario 'referenz'; did you mean reference"),
        ("post", "simulate", {"set": {"foo": 1}}, 422, "no parameter 'foo'"),
        ("post", "simulate", {"set": {"export_controls.enforcement": 7}}, 422, "is outside 0 to 1"),
        ("post", "simulate", {"set": {"capital.stop": [{"at": "2050Q1", "value": 1}]}}, 422, "2050-Q1 is not within"),
        ("post", "simulate", {"set": {"production.china.die_bank": 1}}, 422, "so a lever cannot set it"),
        ("post", "simulate", {"draws": 10_001}, 422, "draws: at most 10,000"),
        ("post", "simulate", {"draws": 0}, 422, "draws"),
        ("post", "simulate", {"outcomes": ["foo"]}, 422, "no variable 'foo'"),
        ("post", "simulate", {"more": 1}, 422, "more"),
        ("post", "simulate", {"seed": "1; x"}, 422, "seed"),
        ("post", "compare", {"draws": 10_000, "outcomes": MANY}, 422, "name fewer outcomes"),
        ("post", "check", {"text": ""}, 422, "body.text"),
        ("post", "check", {"text": "a", "date": "soon"}, 422, "no day of the calendar"),
        ("get", "decides?outcome=foo", None, 422, "no outcome foo@World"),
        ("get", "decides?outcome=foo@cn@x", None, 422, "outcome foo@cn@x"),
        ("get", "facts?quantity=foo", None, 422, "no quantity 'foo'"),
        ("get", "facts?grade=foo", None, 422, "no grade 'foo'"),
        ("get", "facts/none", None, 404, "no such claim"),
        ("get", "sources/none", None, 404, "no such source"),
        ("get", "chips/none-such", None, 422, "no entity called"),
        ("get", "rules/status?chip=h20&to=XX", None, 422, "'XX' is no destination"),
        ("get", "rules/status?chip=h20&to=CN&date=soon", None, 422, "no day of the calendar"),
        ("get", "rules/best?date=0001-01-01", None, 422, "not within 2000 to 2100"),
        ("post", "capital/stress", {"scenario": "none"}, 422, "no stress scenario 'none'"),
        ("post", "capital/stress", {"draws": 20_000}, 422, "draws: at most 10,000"),
        ("post", "engine/train", {"system": "nonesuch", "model": "70b"}, 422, "nonesuch"),
        ("get", "nothing", None, 404, "nothing at this address"),
        ("get", "simulate", None, 405, "does not answer that method"),
    ],
)  # fmt: skip
def test_errors_are_problem_documents(
    client: TestClient, method: str, path: str, body: Any, status: int, detail: str
) -> None:
    answer = client.request(method, f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status
    assert found["title"]
    assert detail in found["detail"]


def test_a_fault_of_the_server_tells_nothing_of_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    monkeypatch.setattr(service.race, "setup", lambda _: 1 / 0)
    answer = client.post("/api/v1/simulate", json={"seed": 77})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "division" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_headers_keep_the_page_at_home(client: TestClient, base: Base, tmp_path_factory: Clients) -> None:
    for headers in (client.get("/api/v1/health").headers, client.get("/no").headers):
        assert headers["content-security-policy"].startswith("default-src 'self'")
        # The kernel is WebAssembly; nothing made from text runs.
        assert "unsafe" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "SAMEORIGIN"
    with made(base, tmp_path_factory, framed_by=("https://news.example",), behind_proxy=True) as other:
        headers = other.get("/api/v1/health").headers
        assert "frame-ancestors 'self' https://news.example" in headers["content-security-policy"]
        assert "x-frame-options" not in headers
        assert "strict-transport-security" in headers


def test_size_host_and_origin_are_checked(base: Base, tmp_path_factory: Clients) -> None:
    with made(base, tmp_path_factory, body_bytes=1000, upload_bytes=3000, text_characters=2000) as client:
        assert client.post("/api/v1/simulate", json={"scenario": "x" * 2000}).status_code == 413
        chunks = (b'{"scenario": "' if i == 0 else b"x" * 500 for i in range(9))
        assert client.post("/api/v1/simulate", content=chunks).status_code == 413
        assert client.post("/api/v1/check", json={"text": "x" * 2500}).status_code == 413
        assert client.post("/api/v1/check", json={"text": "x" * 4000}).status_code == 413
        assert client.get("/api/v1/health", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/api/v1/health", headers={"host": "["}).status_code == 421
        evil = {"origin": "https://evil.example"}
        assert client.post("/api/v1/simulate", json={"draws": 2}, headers=evil).status_code == 403
        assert client.get("/api/v1/health", headers=evil).status_code == 200
        mine = {"origin": "http://testserver"}
        assert client.post("/api/v1/simulate", json={"draws": 2}, headers=mine).status_code == 200


def test_the_rate_is_limited_by_client() -> None:
    buckets = Buckets(rate=2.0, burst=3)
    assert [buckets.wait("a", 0.0) for _ in range(3)] == [0, 0, 0]
    assert buckets.wait("a", 0.0) == pytest.approx(0.5)
    assert buckets.wait("b", 0.0) == 0
    assert buckets.wait("a", 0.5) == 0
    assert buckets.wait("a", 0.5) > 0


def test_too_many_requests_are_told_when_to_come_back(base: Base, tmp_path_factory: Clients) -> None:
    with made(base, tmp_path_factory, requests_per_second=0.01, burst=2) as client:
        answers = [client.get("/api/v1/health") for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) > 50
        assert client.get("/nothing").status_code == 404


def test_work_is_bounded_in_number_and_time() -> None:
    work, held = Work(Settings(running=1, waiting=1, seconds=0.2)), threading.Event()
    futures = [work.begin(held.wait, "simulate") for _ in range(2)]
    with pytest.raises(Problem, match="too many requests are waiting"):
        work.begin(held.wait, "simulate")
    import asyncio

    with pytest.raises(Problem, match=r"longer than 0\.2 s"):
        asyncio.run(work.until(futures[1]))
    held.set()
    assert futures[0].result(2)
    assert futures[1].cancelled()  # nobody waits for it any more
    assert asyncio.run(work.run(lambda: 5, "simulate")) == 5
    work.close()
    with pytest.raises(Problem, match="shutting down"):
        work.begin(held.wait, "simulate")


def test_callers_behind_a_proxy_are_told_apart_and_nobody_else_is_believed(base: Base, tmp_path: Path) -> None:
    from rechenmacht.outputs.cli.serve import _server  # what `serve` runs

    for behind, trusted, slowed in ((True, "10.0.0.0/8", False), (True, "10.9.9.9", True), (False, "", True)):
        told = Settings(compiled=False, requests_per_second=0.001, burst=2, behind_proxy=behind, proxies=trusted,
                        hosts=("testserver",), database=str(tmp_path / "serve.sqlite"))  # fmt: skip
        config = _server(create_app(base, told), told, asyncio.Protocol, lambda: None).config
        config.load()
        client = TestClient(config.loaded_app, client=("10.0.0.7", 5000))
        found = [
            client.get("/api/v1/health", headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in range(4)
        ]
        assert found == ([200, 200, 429, 429] if slowed else [200] * 4), (behind, trusted)


def test_equal_questions_share_one_answer() -> None:
    import asyncio

    work, count, held = Work(Settings(running=2)), [0], threading.Event()

    def slow() -> bytes:
        count[0] += 1
        held.wait(5)
        return b"answer"

    async def ask() -> list[bytes]:
        asked = [asyncio.create_task(work.answer("key", slow)) for _ in range(5)]
        await asyncio.sleep(0.05)
        held.set()
        return [await one for one in asked]

    assert asyncio.run(ask()) == [b"answer"] * 5
    assert asyncio.run(work.answer("key", slow)) == b"answer"
    assert count == [1]
    assert len(work.flights) == 0
    work.close()


def test_work_that_fails_is_not_kept() -> None:
    flights, gone = Flights(), Future[bytes]()
    joined = flights.join("key", lambda: gone)
    gone.set_exception(ValueError("no"))
    assert joined.exception() is not None
    assert len(flights) == 0


def test_the_cache_is_bounded_in_bytes() -> None:
    cache: Cache[bytes] = Cache(10, len)
    for name in "abc":
        cache.put(name, b"1234")
    assert (cache.get("a"), cache.get("b"), cache.bytes) == (None, b"1234", 8)
    cache.put("d", b"12345678901")
    assert cache.get("d") is None
    cache.put("b", b"12")
    assert cache.bytes == 6
    cache.put("e", b"1234567")
    assert (cache.get("c"), cache.get("b"), cache.bytes) == (None, b"12", 9)


def test_settings_come_from_file_environment_and_options(tmp_path: Path) -> None:
    path = tmp_path / "serve.toml"
    path.write_text(
        "max_draws = 500\nhosts = ['race.example']\n[oidc]\nissuer = 'https://id.example'\nclient_id = 'a'\n"
    )
    environment = {
        "RECHENMACHT_SERVE_BURST": "7", "RECHENMACHT_SERVE_FRAMED_BY": "https://a.example, https://b.example",
        "RECHENMACHT_SERVE_OIDC_CLIENT_SECRET": "secret", "RECHENMACHT_SERVE_PORT": "1", "OTHER": "x",
    }  # fmt: skip
    found = forms.load(path, {"port": 9000, "host": None}, environment)
    assert (found.max_draws, found.hosts, found.burst, found.port) == (500, ("race.example",), 7, 9000)
    assert found.framed_by == ("https://a.example", "https://b.example")
    assert found.oidc is not None
    assert (found.oidc.client_id, found.oidc.client_secret) == ("a", "secret")
    path.write_text("max_draw = 1\n")
    with pytest.raises(BadInput, match=r"serve.toml: no setting 'max_draw'; did you mean max_draws"):
        forms.load(path, {}, {})
    with pytest.raises(BadInput, match=r"settings: port: .*less than or equal"):
        forms.load(None, {"port": 70_000}, {})
    with pytest.raises(BadInput, match=r"gone.toml"):
        forms.load(tmp_path / "gone.toml", {}, {})


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"host": EVERYWHERE}, "is not this machine alone: set tls_certificate"),
        ({"host": EVERYWHERE, "behind_proxy": True, "proxies": "10.0.0.0/8"}, "set tokens or oidc, or public"),
        ({"host": EVERYWHERE, "behind_proxy": True, "proxies": "10.0.0.1", "public": True}, ""),
        ({"host": EVERYWHERE, "behind_proxy": True, "proxies": "10.0.0.1", "tokens": "t"}, ""),
        ({"tls_key": "k"}, "go together"),
        ({"oidc": {"issuer": "https://id.example", "client_id": "a"}}, "oidc needs address"),
        ({}, ""),
    ],
)
def test_serving_to_others_needs_a_decision(told: dict[str, Any], message: str) -> None:
    chosen = Settings.model_validate(told)
    if not message:
        forms.refuse_unsafe(chosen, insecure=False)
        return
    with pytest.raises(BadInput, match=message):
        forms.refuse_unsafe(chosen, insecure=False)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for words, message in (
            (["--host", "192.0.2.1"], "not this machine alone"),
            (["--port", port], "cannot listen"),
        ):
            done = CliRunner().invoke(commands, ["serve", *words])
            assert isinstance(done.exception, BadInput)
            assert message in str(done.exception)


def test_a_slow_answer_ends_with_its_deadline() -> None:
    from rechenmacht.outputs.web.model import Stopped

    def slow() -> None:
        still(1)
        time.sleep(0.06)
        still(2)

    work = Work(Settings(seconds=0.05))
    with pytest.raises(Stopped):
        work.begin(slow, "other").result(5)
    assert work.begin(slow, "pages").result(5) is None  # everybody's, and kept: it is made to its end
    work.close()
