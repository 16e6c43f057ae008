"""Nothing that could be asked before questions had faces is lost: docs/kept.csv lists it, and what it is now."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rechenmacht.evidence.base import Base
from rechenmacht.faces import registry
from rechenmacht.outputs import reference, web
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

LIST = Path(__file__).parents[2] / "docs" / "kept.csv"


def _kept(kind: str) -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


def test_every_command_of_before_is_there() -> None:
    kept = _kept("command")
    assert len(kept) == 50
    assert {row["now"] for row in kept} <= reference.commands()
    # A command that became a question stays one; the list may name fewer than there are.
    assert {row["question"] for row in kept} - {""} <= set(registry.everything())


@pytest.fixture(scope="module")
def client(base: Base, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    settings = Settings(compiled=False, database=str(tmp_path_factory.mktemp("store") / "serve.sqlite"))
    return TestClient(create_app(base, settings), base_url="http://localhost")


def test_every_route_of_before_is_there(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    described = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    for row in _kept("route"):
        method, _, path = row["now"].partition(" ")
        known = any(one in described for one in (f"{method} /api/v1{path}", f"{method} {path}"))
        # Pages are not described, and sign-in has routes only where it is set up: its module names them.
        known = known or f'"{path}"' in (Path(web.__file__).parent / "accounts.py").read_text(encoding="utf-8")
        assert known or client.request(method, path, follow_redirects=False).status_code != 404, row["now"]


def test_every_page_of_before_is_there() -> None:
    there = {path.name.removesuffix(".html.j2") for path in (Path(web.__file__).parent / "templates").iterdir()}
    assert {row["now"] for row in _kept("page")} <= there | {"stage"}  # the first page, made by a part of its own
