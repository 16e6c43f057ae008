from __future__ import annotations

import warnings
from typing import Any

import pytest

from rechenmacht.evidence.base import Base

pytest.importorskip("fastapi")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would have the client under another name
    from fastapi.testclient import TestClient

from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

FREE = {"compiled": False, "requests_per_second": 1e6, "burst": 10**6, "hosts": ("testserver",)}


def made(base: Base, tmp_path_factory: pytest.TempPathFactory, **changed: Any) -> TestClient:
    """A client of an app of its own; its store lies in a fresh folder."""
    folder = tmp_path_factory.mktemp("store")
    told = {**FREE, "database": str(folder / "serve.sqlite"), **changed}
    return TestClient(create_app(base, Settings(**told)), raise_server_exceptions=False)
