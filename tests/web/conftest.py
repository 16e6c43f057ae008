from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from clients import TestClient, made
from tabs import chromium, opened

from rechenmacht.evidence.base import Base


@pytest.fixture(scope="session")
def client(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with made(base, tmp_path_factory) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    with opened(browser, address) as one:
        yield one
