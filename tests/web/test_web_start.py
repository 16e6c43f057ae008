"""What a server does not do at its start: open a database that will fit, make routes, load SciPy, make long pages."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from clients import FREE, made
from fastapi.testclient import TestClient
from scipy.special import ndtri
from uvicorn.protocols.http.h11_impl import H11Protocol

from rechenmacht.distributions import Z95
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import kept
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.store.kinds import Busy, Limits
from rechenmacht.outputs.web.store.opened import Opened
from rechenmacht.outputs.web.store.store import Store


def test_what_a_server_needs_later_is_not_loaded_at_its_start() -> None:
    told = "import sys, rechenmacht.outputs.web.app, rechenmacht.outputs.web.gate; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "rechenmacht.outputs.site.assemble" not in done.stdout.split()  # pages that are kept need none of it
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "fastapi" in loaded
    assert not loaded & {
        "scipy",
        "sqlalchemy",
        "alembic",
        "pandas",
        "matplotlib",
        "pypdf",
        "trafilatura",
        "jax",
        "httpx",
    }


def test_a_server_says_that_it_is_there_once_it_answers() -> None:
    from rechenmacht.outputs.cli.serve import _server

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    found: list[bool | int] = []

    def ready() -> None:
        found.append(server.started)
        asker.start()

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=5) as answer:
            found.append(answer.status)
        server.should_exit = True

    asker = threading.Thread(target=ask)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _server(app, Settings(), H11Protocol, ready)
        asyncio.run(asyncio.wait_for(server.serve([listener]), 20))
    asker.join()
    assert found == [True, 204]


def test_the_point_that_is_written_out_is_scipys() -> None:
    assert float(ndtri(0.95)) == Z95


def test_a_database_of_before_is_opened_when_somebody_asks(tmp_path: Path) -> None:
    path = tmp_path / "data" / "serve.sqlite"
    opened = Opened(f"sqlite:///{path}", Limits())
    assert (opened._store is None, path.stat().st_mode & 0o777) == (False, 0o600)
    made_one = opened().add_workspace("local", "w", shared=False)
    opened.close()
    again = Opened(f"sqlite:///{path}", Limits())
    assert again._store is None
    assert again().workspaces("local")[0][0]["id"] == made_one["id"]
    again.close()


def test_a_database_that_does_not_fit_is_said_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "serve.sqlite"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadInput, match="a newer version has made it"):
        Opened(f"sqlite:///{path}", Limits())
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"no database at all" * 100)
    with pytest.raises(BadInput, match="not a database"):
        Opened(f"sqlite:///{other}", Limits())
    with pytest.raises(BadInput, match="database"):
        Opened(f"sqlite:///{tmp_path}", Limits())


def test_a_database_that_goes_away_after_the_start_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "serve.sqlite"
    Store(f"sqlite:///{path}").close()
    opened = Opened(f"sqlite:///{path}", Limits())
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Busy):
        opened()


def test_a_readable_database_of_before_is_made_private_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "serve.sqlite"
    Store(f"sqlite:///{path}").close()
    path.chmod(0o644)
    Opened(f"sqlite:///{path}", Limits()).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_routes_of_questions_are_made_when_asked_and_all_are_described(base: Base, tmp_path: Path) -> None:
    app = create_app(base, Settings(**FREE, database=str(tmp_path / "serve.sqlite")))
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/api/v1/answers/rules/nothing").status_code == 404
    assert client.get("/api/v1/answers/engine/chips?names=h100-sxm").status_code == 200
    assert client.get("/api/v1/answers/engine/chips.csv?names=h100-sxm").status_code == 200
    assert client.delete("/api/v1/answers/engine/chips").status_code == 405
    found = client.get("/api/v1/openapi.json").json()
    paths = [path for path in found["paths"] if path.startswith("/api/v1/answers/")]
    assert len(paths) > 150
    assert found == app.openapi()


def test_closed_routes_stay_closed(base: Base, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path / "tokens"
    path.write_text("alice " + "a" * 64 + "\n")
    path.chmod(0o600)
    with made(base, tmp_path_factory, tokens=path) as client:
        for address in ("engine/chips?names=h100-sxm", "engine/chips.csv?names=h100-sxm", "facts/sources"):
            assert client.get(f"/api/v1/answers/{address}").status_code == 401
        assert client.post("/api/v1/answers/engine/chips", json={"names": ["h100-sxm"]}).status_code == 401


def test_long_pages_are_kept_on_the_disk(tmp_path: Path) -> None:
    one = kept.Kept(tmp_path, "one")
    assert one.get("index.html") is None
    one.put("index.html", b"<html>")
    assert kept.Kept(tmp_path, "one").get("index.html") == b"<html>"
    assert one.get("../index.html") is None
    file = next((tmp_path / "one").iterdir())
    file.write_bytes(file.read_bytes() + b"<script>")
    assert one.get("index.html") is None
    kept.Kept(tmp_path, "two")
    assert [folder.name for folder in tmp_path.iterdir()] == ["two"]


def test_pages_depend_on_data_day_and_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept, "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("1")
    found = [
        kept.state("data", "2026-11-30"),
        kept.state("other", "2026-11-30"),
        kept.state("data", "2026-12-01"),
    ]
    (tmp_path / "a.py").write_text("12")
    found.append(kept.state("data", "2026-11-30"))
    assert len(set(found)) == 4
