"""What users save: nothing confirmed is lost to a crash, nobody's save is lost to another's, and who may do what."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import postgres as postgresql
import pytest
from clients import made
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app as commands
from rechenmacht.outputs.web import tokens
from rechenmacht.outputs.web.store.schema import Table
from rechenmacht.outputs.web.store.store import Conflict, Denied, Full, Limits, Missing, Store

BODY = {"name": "Tight", "scenario": "tight_controls", "set": {"capital.stop": [{"at": "2028Q1", "value": 0.5}]}}


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgresql.running() as address:
        yield address


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=pytest.mark.skipif(postgresql.PROGRAMS is None, reason="no PostgreSQL server found")
        ),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store: a fresh SQLite file, or a database of a PostgreSQL server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'serve.sqlite'}"
    return postgresql.fresh(request.getfixturevalue("postgres"))


def workspace(client: TestClient, **words: Any) -> str:
    answer = client.post("/api/v1/workspaces", json={"name": "Team"}, **words)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["workspace"]["id"])


def test_a_scenario_is_saved_read_changed_and_removed(client: TestClient) -> None:
    place = f"/api/v1/workspaces/{workspace(client)}/scenarios"
    first = client.post(place, json=BODY)
    assert first.status_code == 201, first.text
    assert first.headers["etag"] == '"1"'
    one = first.headers["location"]
    assert client.get(one).json()["scenario"] == first.json()["scenario"]
    assert client.get(place).json()["scenarios"] == [first.json()["scenario"]]
    assert client.put(one, json={**BODY, "name": "A"}).status_code == 428
    assert client.put(one, json=BODY, headers={"If-Match": "*"}).status_code == 412
    second = client.put(one, json={**BODY, "name": "A"}, headers={"If-Match": '"1"'})
    assert (second.status_code, second.headers["etag"]) == (200, '"2"')
    late = client.put(one, json={**BODY, "name": "B"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"2"')
    assert "somebody saved version 2" in late.json()["detail"]
    assert [row["name"] for row in client.get(f"{one}/revisions").json()["revisions"]] == ["Tight", "A"]
    assert client.delete(one, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(one, headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(one).status_code == 404
    assert client.put(one, json=BODY, headers={"If-Match": '"2"'}).status_code == 404


def test_what_cannot_be_run_is_not_saved(client: TestClient) -> None:
    place = f"/api/v1/workspaces/{workspace(client)}/scenarios"
    answer = client.post(place, json={**BODY, "set": {"capital.stop": 9}})
    assert answer.status_code == 422
    assert "is outside 0 to 1" in answer.json()["detail"]
    assert client.post("/api/v1/workspaces/0123456789abcdef/scenarios", json=BODY).status_code == 404
    assert client.get("/api/v1/workspaces/..%2f/scenarios").status_code in {404, 422}
    assert client.delete(place.removesuffix("/scenarios")).status_code == 204
    assert client.get(place).status_code == 404


SAVER = """
import sys
from rechenmacht.outputs.web.store.store import Store
store = Store(sys.argv[1])
folder = store.add_workspace("a", "w", False)["id"]
row = store.add("a", folder, "0")
print(folder, row.id, flush=True)
while True:
    row = store.save("a", folder, row.id, row.version, str(row.version))
    made = store.add("a", folder, "x" * 2000)
    print(row.version, made.id, flush=True)
"""


def test_a_killed_server_loses_nothing_that_was_confirmed(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", SAVER, url], stdout=subprocess.PIPE, text=True) as saver:
        assert saver.stdout is not None
        folder, scenario = saver.stdout.readline().split()
        confirmed = [saver.stdout.readline().split() for _ in range(25)]
        os.kill(saver.pid, signal.SIGKILL)
        confirmed += [line.split() for line in saver.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    store = Store(url)
    now = store.scenario("a", folder, scenario)
    last = int(confirmed[-1][0])
    assert last <= now.version <= last + 1
    assert now.content == str(now.version - 1)
    assert [row.version for row in store.revisions("a", folder, scenario)[0]] == list(range(1, now.version + 1))
    assert {row[1] for row in confirmed} <= {row.id for row in store.scenarios("a", folder)[0]}
    if url.startswith("sqlite"):
        plain = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        plain.close()
    store.close()


def test_two_who_save_at_once_never_lose_either_ones_work(url: str) -> None:
    stores = [Store(url) for _ in range(2)]
    folder = stores[0].add_workspace("a", "w", True)["id"]
    scenario, each, gate = stores[0].add("a", folder, "[]").id, 15, threading.Barrier(2)
    refused = [0, 0]

    def work(who: int) -> None:
        gate.wait()
        for number in range(each):
            while True:
                seen = stores[who].scenario("ab"[who], folder, scenario)
                content = json.dumps([*json.loads(seen.content), [who, number]])
                try:
                    stores[who].save("ab"[who], folder, scenario, seen.version, content)
                    break
                except Conflict:
                    refused[who] += 1

    threads = [threading.Thread(target=work, args=(who,)) for who in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    now = stores[0].scenario("a", folder, scenario)
    kept = json.loads(now.content)
    assert now.version == 1 + 2 * each
    assert sorted(map(tuple, kept)) == [(who, number) for who in range(2) for number in range(each)]
    for one in stores:
        one.close()


def test_an_outdated_save_is_refused_and_both_versions_are_kept(url: str) -> None:
    store = Store(url, Limits(views=2))
    folder = store.add_workspace("a", "w", True)["id"]
    row = store.add("a", folder, "first")
    store.save("b", folder, row.id, 1, "b's")
    with pytest.raises(Conflict) as caught:
        store.save("a", folder, row.id, 1, "a's")
    assert caught.value.version == 2
    assert [(one.author, one.content) for one in store.revisions("a", folder, row.id)[0]] == [
        ("a", "first"),
        ("b", "b's"),
    ]
    store.add("a", folder, "copy")
    with pytest.raises(Full):
        store.add("a", folder, "more")
    store.close()


def test_a_workspace_is_its_owners_unless_shared(url: str) -> None:
    store = Store(url)
    own, shared = (store.add_workspace("a", "w", flag)["id"] for flag in (False, True))
    row = store.add("a", own, "x")
    for call in (store.scenarios, lambda u, w: store.add(u, w, "y"), lambda u, w: store.scenario(u, w, row.id)):
        with pytest.raises(Missing):
            call("b", own)
    store.add("b", shared, "y")
    with pytest.raises(Missing):
        store.scenario("a", shared, row.id)
    with pytest.raises(Denied):
        store.remove_workspace("b", shared)
    store.remove_workspace("a", shared)
    assert [one["id"] for one in store.workspaces("a")[0]] == [own]
    assert store.workspaces("b") == ([], 0)
    store.close()


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = Store(url)
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Table.metadata)
        if url.startswith("sqlite"):
            modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
            assert modes == ["wal", 2]
    assert found == []
    store.close()


@pytest.mark.parametrize("url", ["nonsense://x", "sqlite://", "postgresql://nobody@127.0.0.1:9/none"])
def test_a_database_that_cannot_be_opened_is_one_sentence(url: str) -> None:
    from rechenmacht.outputs.web.settings import Settings

    with pytest.raises(BadInput, match="database") as caught:
        Store(Settings(database=url).database_url)
    assert "\n" not in str(caught.value)


def test_tokens_open_what_needs_an_account(
    base: Base, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path / "tokens"
    ada = CliRunner().invoke(commands, ["serve-token", "ada", "--tokens", str(path), "--json"])
    told = json.loads(ada.stdout)
    bob = tokens.add(path, "bob")
    assert told["token"] not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    headers = [{"Authorization": f"Bearer {token}"} for token in (told["token"], bob)]
    with made(base, tmp_path_factory, tokens=path) as client:
        assert client.get("/api/v1/health").status_code == 200
        for wrong in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic x"}):
            for address in ("/api/v1/workspaces", "/api/v1/scenarios"):
                answer = client.get(address, headers=wrong)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        mine = workspace(client, headers=headers[0])
        assert client.get(f"/api/v1/workspaces/{mine}/scenarios", headers=headers[0]).status_code == 200
        assert client.get(f"/api/v1/workspaces/{mine}/scenarios", headers=headers[1]).status_code == 404
        assert client.get("/api/v1/me", headers=headers[1]).json()["user"] == "token:bob"
        path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("bob")))
        assert client.get("/api/v1/workspaces", headers=headers[1]).status_code == 401
    with made(base, tmp_path_factory, tokens=path, public=True) as client:
        assert client.get("/api/v1/scenarios").status_code == 200
        assert client.get("/api/v1/workspaces").status_code == 401


def test_a_browser_signs_in_with_a_token_until_it_leaves_or_the_token_is_taken_back(
    base: Base, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path / "tokens"
    ada, bob = tokens.add(path, "ada"), tokens.add(path, "bob")
    with made(base, tmp_path_factory, tokens=path) as client:
        assert client.post("/api/v1/login/token", json={"token": "nothing"}).status_code == 401
        assert client.get("/api/v1/me").json()["user"] is None
        answer = client.post("/api/v1/login/token", json={"token": f" {ada} "})
        assert answer.status_code == 204
        assert {"httponly", "samesite=lax"} <= {
            part.strip().lower() for part in answer.headers["set-cookie"].split(";")
        }
        assert ada not in answer.headers["set-cookie"]
        assert client.get("/api/v1/me").json()["user"] == "token:ada"
        assert client.get("/api/v1/workspaces").status_code == 200
        forged = client.post("/api/v1/login/token", json={"token": bob}, headers={"origin": "https://evil.example"})
        assert forged.status_code == 403
        assert client.post("/api/v1/logout").status_code == 204
        assert client.get("/api/v1/workspaces").status_code == 401
        client.post("/api/v1/login/token", json={"token": bob})
        path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("bob")))
        assert client.get("/api/v1/workspaces").status_code == 401


@pytest.mark.parametrize(
    ("text", "reason"),
    [("ada\n", "line 1: write a name and a hash"), ("# x\nada nothash\n", "line 2"), (None, "cannot be read")],
)
def test_a_token_file_that_cannot_be_used_is_said_at_the_start(tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "tokens"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadInput, match=reason):
        tokens.Tokens(path).name_of("x")
    good = tmp_path / "good"
    tokens.add(good, "ada")
    with pytest.raises(BadInput, match="already"):
        tokens.add(good, "ada")
    with pytest.raises(BadInput, match="letters, digits"):
        tokens.add(good, "a b")
