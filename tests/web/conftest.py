from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients import TestClient, made

from rechenmacht.evidence.base import Base


@pytest.fixture(scope="session")
def client(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with made(base, tmp_path_factory) as one:
        yield one
