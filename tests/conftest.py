"""What all tests share: the shipped fact base, the published files beside the project, the golden results."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from rechenmacht.evidence.base import Base, load

os.environ.setdefault("RECHENMACHT_READER", "plain")  # what is compiled meanwhile changes nothing under the tests

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"

settings.register_profile("house", deadline=None)  # a busy machine is no failure
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-rewrite", action="store_true", help="write the golden results anew instead of comparing")


@pytest.fixture(scope="session")
def base() -> Base:
    """The shipped fact base, read once."""
    return load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data sets as their publishers ship them; the test is skipped where it is not there."""
    folder = Path(os.environ.get("RECHENMACHT_SHARED", HERE.parent.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the published data sets are not here (set RECHENMACHT_SHARED)")
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/golden/NAME, or write it there with --golden-rewrite."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden-rewrite"):
            GOLDEN.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"{name} is missing: make golden"
        assert text == path.read_text(encoding="utf-8"), f"{name} differs; if that is wanted: make golden"

    return compare
