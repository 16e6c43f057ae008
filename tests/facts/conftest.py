"""The shipped base, once for all tests of the questions about it."""

from __future__ import annotations

import pytest

from rechenmacht.evidence.base import Base, load


@pytest.fixture(scope="session")
def base() -> Base:
    return load()
