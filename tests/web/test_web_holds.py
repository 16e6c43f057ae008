"""What holds when many ask: pools apart, turns among clients, work that stops, roles, sessions, quotas, the journal."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from clients import made
from fastapi.testclient import TestClient

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import settings as forms
from rechenmacht.outputs.web.accounts import may_enter
from rechenmacht.outputs.web.caller import CALLER, Caller
from rechenmacht.outputs.web.gate import Seldom, client_of
from rechenmacht.outputs.web.model import Stopped
from rechenmacht.outputs.web.pool import Pool
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.store.database import open_engine
from rechenmacht.outputs.web.store.store import Denied, Full, Limits, Missing, Store
from rechenmacht.outputs.web.tokens import Tokens, add, read
from rechenmacht.outputs.web.work import Work
from rechenmacht.wanted import still

Clients = pytest.TempPathFactory


def as_client(name: str) -> Any:
    return CALLER.set(Caller(name))


def test_a_clients_streams_are_limited_and_leave_the_other_pools_alone() -> None:
    work, held = Work(Settings(running=1, streams=6, streams_per_client=4)), threading.Event()
    as_client("a")
    streams = [work.begin(held.wait, "stream") for _ in range(4)]
    with pytest.raises(Problem, match="streams_per_client") as caught:
        work.begin(held.wait, "stream")
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "2")
    as_client("b")
    work.begin(held.wait, "stream"), work.begin(held.wait, "stream")
    with pytest.raises(Problem, match="limit streams") as caught:
        work.begin(held.wait, "stream")
    assert caught.value.status == 503
    articles = [work.begin(held.wait, "check") for _ in range(work.settings.articles_per_client)]
    with pytest.raises(Problem, match="articles_per_client"):
        work.begin(held.wait, "check")
    assert work.begin(lambda: 5, "simulate").result(2) == work.begin(lambda: 5, "other").result(2) == 5
    held.set()
    assert articles[-1].result(2)
    assert streams[0].result(2)
    work.close()


def test_clients_take_turns() -> None:
    pool, held, order = Pool(1, "test"), threading.Event(), list[str]()
    pool.submit("a", held.wait)
    last = [pool.submit(who, lambda who=who: order.append(who)) for who in ("a", "a", "a", "b", "c")]
    held.set()
    for one in last:
        one.result(2)
    assert sorted(order[:3]) == ["a", "b", "c"]
    pool.close()
    with pytest.raises(RuntimeError):
        pool.submit("a", held.wait)


def test_work_stops_when_its_caller_is_gone() -> None:
    work, hung_up, stopped = Work(Settings(running=1)), asyncio.Event(), threading.Event()

    async def receive() -> dict[str, Any]:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def ask() -> None:
        CALLER.set(Caller("a", receive))

        def long() -> bytes:
            try:
                while True:
                    still()
                    time.sleep(0.01)
            except Stopped:
                stopped.set()
                raise

        asking = asyncio.create_task(work.answer("key", long))
        queued = asyncio.create_task(work.answer("other", lambda: b""))
        await asyncio.sleep(0.05)
        hung_up.set()
        with pytest.raises(Problem, match="hung up"):
            await asking
        with pytest.raises(Problem):
            await queued

    asyncio.run(ask())
    assert stopped.wait(2)
    work.close()


def test_work_goes_on_for_those_who_still_wait() -> None:
    work, release = Work(Settings(running=1)), threading.Event()

    async def ask() -> bytes:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        def slow() -> bytes:
            release.wait(5)
            return b"answer"

        CALLER.set(Caller("a", receive))
        first = asyncio.create_task(work.answer("key", slow))
        await asyncio.sleep(0.02)
        CALLER.set(Caller("b"))
        second = asyncio.create_task(work.answer("key", slow))
        await asyncio.sleep(0.02)
        gone.set()
        with pytest.raises(Problem):
            await first
        release.set()
        return await second

    assert asyncio.run(ask()) == b"answer"
    work.close()


def test_a_cause_is_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("rechenmacht.test")
    logger.addFilter(Seldom(0.2))
    with caplog.at_level(logging.WARNING, "rechenmacht.test"):
        for number in range(1000):
            logger.warning("the same %s", number)
        time.sleep(0.25)
        logger.warning("the same %s", "again")
    assert [record.getMessage() for record in caplog.records] == [
        "the same 0",
        "the same again (and 999 times more before)",
    ]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("x", "x"),
    ],
)
def test_a_network_that_chooses_its_addresses_is_one_client(address: str, client: str) -> None:
    assert client_of(address) == client


def test_roles_deletion_and_having_back(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    folder = store.add_workspace("a", "w", False)["id"]
    row = store.add("a", folder, "1")
    with pytest.raises(Missing):
        store.scenario("b", folder, row.id)
    store.set_member("a", folder, "b", "reader")
    assert store.scenario("b", folder, row.id).content == "1"
    for call in (lambda: store.add("b", folder, "2"), lambda: store.save("b", folder, row.id, 1, "2"),
                 lambda: store.remove("b", folder, row.id, 1), lambda: store.set_member("b", folder, "b", "editor"),
                 lambda: store.remove_workspace("b", folder)):  # fmt: skip
        with pytest.raises(Denied):
            call()
    store.set_member("a", folder, "b", "editor")
    store.save("b", folder, row.id, 1, "2")
    store.remove("b", folder, row.id, 2)
    with pytest.raises(Missing):
        store.scenario("a", folder, row.id)
    assert [one.id for one in store.scenarios("a", folder, deleted=True)[0]] == [row.id]
    with pytest.raises(Denied):
        store.forget("b", folder, row.id)
    assert store.restore("a", folder, row.id).content == "2"
    assert [one.content for one in store.revisions("a", folder, row.id)[0]] == ["1", "2"]
    store.remove_workspace("a", folder)
    assert store.workspaces("a") == ([], 0)
    assert store.restore_workspace("a", folder)["id"] == folder
    assert store.scenario("b", folder, row.id).version == 2
    store.set_member("a", folder, "b", None)
    with pytest.raises(Missing):
        store.scenario("b", folder, row.id)
    store.close()


def test_limits_count_ones_own_and_room_can_be_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}", Limits(views=2, versions=2, size=100))
    for _ in range(2):
        store.add_workspace("b", "shared", True)
    folder = store.add_workspace("a", "mine", False)["id"]  # others' shared workspaces are none of one's own
    assert store.workspaces("a")[1] == 3
    store.add_workspace("a", "mine", False)
    with pytest.raises(Full, match="you own 2"):
        store.add_workspace("a", "third", False)
    row = store.add("a", folder, "x" * 40)
    store.save("a", folder, row.id, 1, "x" * 40)
    with pytest.raises(Full, match="2 versions at most"):
        store.save("a", folder, row.id, 2, "y")
    with pytest.raises(Full, match="100 bytes"):
        store.add("a", folder, "x" * 40)
    store.remove("a", folder, row.id, 2)
    store.forget("a", folder, row.id)
    assert store.add("a", folder, "x" * 40).version == 1
    assert store.scenarios("a", folder, offset=1, limit=5) == ([], 1)
    store.close()


def test_a_database_of_a_newer_version_is_one_sentence_and_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.touch(mode=0o644)
    Store(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadInput, match="a newer version has made it"):
        open_engine(f"sqlite:///{path}")


def test_a_database_that_another_holds_stops_no_page_and_is_told(base: Base, tmp_path_factory: Clients) -> None:
    with made(base, tmp_path_factory, seconds=8) as client:
        place = client.app.state.store().engine.url.database  # type: ignore[attr-defined]
        folder = client.post("/api/v1/workspaces", json={"name": "w"}).json()["workspace"]["id"]
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            answers: list[int] = []
            threads = [
                threading.Thread(
                    target=lambda: answers.append(client.post("/api/v1/workspaces", json={"name": "x"}).status_code)
                )
                for _ in range(6)
            ]
            for one in threads:
                one.start()
            began = time.perf_counter()
            assert client.get(f"/api/v1/workspaces/{folder}/scenarios").status_code in {200, 503}
            assert client.get("/api/v1/outcomes").status_code == 200
            assert time.perf_counter() - began < 6
            for one in threads:
                one.join()
            assert set(answers) == {503}
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert client.get("/api/v1/workspaces").json()["total"] == 1
        assert client.post("/api/v1/workspaces", json={"name": "x"}).status_code == 201


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_what_no_database_can_hold_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/api/v1/workspaces", content=json.dumps({"name": name}).encode(),
                         headers={"content-type": "application/json"})  # fmt: skip
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("query", ["chip=", "chip=h20&to=", "chip=" + "x" * 200])
def test_a_field_that_a_question_does_not_take_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/rules/timeline?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_answer_without_a_table_and_a_register_of_ones_own_are_refused_as_such(client: TestClient) -> None:
    assert client.get("/api/v1/answers/race/export.csv").status_code == 422
    observed = [{"id": "a", "year": "2026", "value": 1}]
    for own in ({}, {"a": [1]}, {"schema": "rechenmacht.forecasts/1"}):
        answer = client.post("/api/v1/answers/uncertainty/score", json={"own": own, "observed": observed})
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://["])
def test_an_origin_that_is_not_ours_is_refused(client: TestClient, origin: str) -> None:
    assert client.post("/api/v1/simulate", json={"draws": 2}, headers={"origin": origin}).status_code == 403


def test_a_broken_token_file_keeps_its_last_good_state(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    token = add(path, "alice")
    path.write_text(path.read_text().rstrip("\n"))  # by an editor that ends no line
    second = add(path, "bob")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(read(path).values()) == ["alice", "bob"]
    known = Tokens(path)
    assert (known.name_of(token), known.name_of(second)) == ("alice", "bob")
    path.write_text("what is this")
    assert (known.name_of(token), known.name_of("x")) == ("alice", None)
    with pytest.raises(BadInput, match="line 1"):
        Tokens(path).name_of(token)


def test_a_session_ends_here_and_not_in_the_browser_alone(
    base: Base, tmp_path: Path, tmp_path_factory: Clients
) -> None:
    path, log = tmp_path / "tokens", tmp_path / "log" / "serve.log"
    token = add(path, "alice")
    with made(base, tmp_path_factory, tokens=path, session_secret="s" * 32, log=log) as client:
        assert client.post("/api/v1/login/token", json={"token": token}).status_code == 204
        cookie = client.cookies["rechenmacht"]
        assert client.get("/api/v1/workspaces").status_code == 200
        copied = {"cookie": f"rechenmacht={cookie}"}
        assert client.post("/api/v1/logout").status_code == 204
        client.cookies.clear()
        assert client.get("/api/v1/workspaces", headers=copied).status_code == 401
        assert client.app.state.store().ended_sessions()  # type: ignore[attr-defined]
        assert client.post("/api/v1/login/token", json={"token": token}).status_code == 204
        assert client.get("/api/v1/workspaces").status_code == 200
        text = "Nobody else has written this about 80 GB."
        assert client.post("/api/v1/check", json={"text": text}).status_code == 200
        path.write_text("")
        assert client.get("/api/v1/workspaces").status_code == 401
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert log.stat().st_mode & 0o777 == 0o600
    assert [row["event"] for row in rows if row["kind"] == "event"] == ["signed in", "signed out", "signed in"]
    assert {"token:alice"} <= {row.get("user") for row in rows}
    assert text not in log.read_text()
    assert token not in log.read_text()


@pytest.mark.parametrize(
    ("allow", "claims", "enters"),
    [
        (["*"], {"sub": "1"}, True),
        (["ada@example.org"], {"sub": "1", "email": "Ada@example.org", "email_verified": True}, True),
        (["ada@example.org"], {"sub": "1", "email": "ada@example.org"}, False),  # the provider has not verified it
        (["@example.org"], {"sub": "1", "email": "a@example.org", "email_verified": True}, True),
        (["@example.org"], {"sub": "1", "email": "a@evil-example.org", "email_verified": True}, False),
        (["group:race"], {"sub": "1", "groups": ["race"]}, True),
        (["group:race"], {"sub": "1", "groups": "race"}, False),
        (["sub:1"], {"sub": "1"}, True),
        (["sub:1"], {"sub": "2"}, False),
        ([], {"sub": "1"}, False),
    ],
)
def test_who_of_a_provider_may_enter_is_a_list(allow: list[str], claims: dict[str, Any], enters: bool) -> None:
    assert may_enter(allow, claims) is enters


def test_what_would_let_the_wrong_ones_in_does_not_start() -> None:
    with pytest.raises(BadInput, match="32 bytes at least"):
        forms.load(None, {"session_secret": "x"}, {})
    oidc = {"issuer": "https://id.example", "client_id": "a"}
    with pytest.raises(BadInput, match="oidc needs allow"):
        forms.refuse_unsafe(Settings(oidc=forms.Oidc(**oidc), address="https://a.example"), False)
    public = {"host": "0.0.0.0", "behind_proxy": True, "public": True}  # noqa: S104
    with pytest.raises(BadInput, match="needs proxies"):
        forms.refuse_unsafe(Settings(**public), False)
    forms.refuse_unsafe(Settings(**public, proxies="10.0.0.0/8"), False)
    told = forms.load(None, {}, {"RECHENMACHT_SERVE_OIDC_ISSUER": "https://id.example",
                                 "RECHENMACHT_SERVE_OIDC_CLIENT_ID": "a",
                                 "RECHENMACHT_SERVE_OIDC_ALLOW": "@a.example, group:b"})  # fmt: skip
    assert told.oidc is not None
    assert told.oidc.allow == ("@a.example", "group:b")
