"""What people claim: forty statements with both sides, answered by runs and not by hand."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rechenmacht import scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty import debate
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.outputs import claims_page


def test_forty_statements_with_both_sides_in_both_languages(base: Base) -> None:
    found = debate.read()
    assert len(found) == 40
    for one in found:
        for text in (one.said, one.against, one.changes):
            assert all(text.values()), one.id
        assert one.command.startswith("rechenmacht ") or one.id == "C31"  # nothing is known of orbits
        assert {one.source, one.against_source} - {""} <= set(base.sources), one.id
        assert not one.scenario or one.scenario in scenario.available(base)


def outcomes(value: float) -> np.ndarray:
    return np.full((len(SERIES), len(QUARTERS), 10), value, dtype=np.float32)


def test_a_relative_answer_is_a_ratio_draw_by_draw() -> None:
    one = next(one for one in debate.read() if one.id == "C12")
    # 3 over 6 is a half in every draw, below 0.9
    found = debate.answer(one, {"reference": outcomes(6.0), one.scenario: outcomes(3.0)})
    assert found.band == (0.5, 0.5, 0.5)
    assert found.share == 1.0
    assert found.verdict == "agrees"


def test_what_cannot_be_told_says_why() -> None:
    one = next(one for one in debate.read() if not one.scenario)
    found = debate.answer(one, {})
    assert found.verdict == "untold"
    for code in ("en", "de"):
        assert one.untold[code]


@pytest.mark.parametrize("code", ["en", "de"])
def test_no_answer_is_certain(base: Base, code: str) -> None:
    lang = language(code)
    one = next(one for one in debate.read() if one.id == "C12")
    for share in (0.0, 1.0):
        text = claims_page.verdict(debate.Answered(one, (1.0, 1.0, 1.0), share), lang)
        assert "100" not in text
        assert " 0" not in re.sub(r"\(< 0[.,]9\)", "", text)
