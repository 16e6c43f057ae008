"""Long loops look whether anybody still waits for them, and stop where nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from rechenmacht.evidence.base import Base
from rechenmacht.faces.asking import settled
from rechenmacht.faces.registry import everything
from rechenmacht.wanted import still, watched


class Gone(Exception):
    """Nobody waits any more."""


class Listener:
    """Hangs up at a look."""

    def __init__(self, at: int) -> None:
        self.at, self.looks = at, 0

    def __call__(self) -> None:
        self.looks += 1
        if self.looks >= self.at:
            raise Gone


def test_nobody_is_asked_where_nobody_watches() -> None:
    still()
    with pytest.raises(Gone), watched(Listener(1)):
        still(5)
    with watched(lambda: None):
        with pytest.raises(Gone), watched(Listener(1)):
            still()
        still(3, 5)  # the one outside again
    still()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("capital.path", {"draws": 20, "reverse": "openai"}),
        ("capital.stress", {"draws": 20, "scenario": "notice"}),
        ("capital.stress", {"draws": 20}),
        ("capital.circularity", {"draws": 20}),
        ("engine.search", {"system": "1024x h100-sxm", "model": "llama-3-70b"}),
        ("uncertainty.discover", {"draws": 400}),
    ],
)
def test_work_stops_between_two_looks(base: Base, name: str, given: dict[str, Any]) -> None:
    asked = settled(everything()[name], given, base)
    gone = Listener(4)
    with pytest.raises(Gone), watched(gone):
        asked.answer(base)
    assert gone.looks == 4  # and not one turn more
