from __future__ import annotations

import os
from pathlib import Path

import pytest

from rechenmacht.domains.capital.contracts import Book, Draw, contracts, counted
from rechenmacht.evidence.base import Base, load
from rechenmacht.sample import strata, values


@pytest.fixture(scope="session")
def base() -> Base:
    return load()


@pytest.fixture(scope="session")
def book(base: Base) -> Book:
    return counted(contracts(base))


@pytest.fixture(scope="session")
def draw() -> Draw:
    return lambda parameter: values(parameter, strata(parameter.name, 400, 1))


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(os.environ.get("RECHENMACHT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    if not (folder / "facts" / "capital").exists():
        pytest.skip(f"no raw material in {folder}")
    return folder / "facts" / "capital"
