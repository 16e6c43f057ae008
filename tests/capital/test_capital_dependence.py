"""Indirect dependence, reconstructions under margins, and one stress in every outlet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.capital.contracts import Book, last_date
from rechenmacht.domains.capital.dependence import (
    concentration_bounds,
    dependence,
    indirect_rows,
    maximum_entropy,
    minimum_density,
)
from rechenmacht.domains.capital.recorder import sampler
from rechenmacht.evidence.base import Base

ALL = np.ones((2, 2))


def test_two_by_two_by_hand() -> None:
    # Margins 60 + 40 and 70 + 30: evenly 42, 18, 28, 12; with few links 60 and 30 first, then 10.
    rows, columns = np.array([60.0, 40.0]), np.array([70.0, 30.0])
    assert maximum_entropy(rows, columns, ALL) == pytest.approx(np.array([[42, 18], [28, 12]]))
    sparse = minimum_density(rows, columns, ALL)
    assert sparse == pytest.approx(np.array([[60, 0], [10, 30]]))
    barred = maximum_entropy(rows, columns, np.array([[1.0, 0.0], [1.0, 1.0]]))
    assert barred == pytest.approx(np.array([[60, 0], [10, 30]]))


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=5), st.lists(st.floats(0.1, 100), min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_reconstructions_meet_their_margins(rows: list[float], columns: list[float]) -> None:
    a = np.array(rows)
    b = np.array(columns) * a.sum() / sum(columns)
    allowed = np.ones((len(a), len(b)))
    for fit in (maximum_entropy, minimum_density):
        found = fit(a, b, allowed)
        assert (found >= 0).all()
        assert found.sum(axis=1) == pytest.approx(a, rel=1e-6)
        assert found.sum(axis=0) == pytest.approx(b, rel=1e-6)
    assert (minimum_density(a, b, allowed) > 0).sum() <= len(a) + len(b) - 1


def test_bounds_of_concentration() -> None:
    # Oracle: 300 and 20 known of 664 disclosed: 45 % at least, (300 + 344) / 664 = 97 % at most.
    low, high = concentration_bounds(np.array([300.0, 20.0]), 664.0)
    assert low == pytest.approx(300 / 664)
    assert high == pytest.approx(644 / 664)
    assert concentration_bounds(np.array([10.0]), 10.0) == (1.0, 1.0)


def test_nvidia_hangs_on_openai_through_clouds(base: Base, book: Book) -> None:
    draw, at = sampler(200, 1), last_date(base)
    found = dependence(base, book, draw, at, "org:nvidia", "org:openai")
    assert found is not None
    assert found.revenue == pytest.approx(355.672e9)  # 2 x (81.615 + 96.221)
    assert ("org:openai", "org:oracle", "org:nvidia") in {one.path for one in found.links}
    assert (found.low <= found.known).all()
    assert (found.known <= found.high).all()
    assert 0.02 < np.median(found.known) < 0.16
    rows = indirect_rows(base, book, draw, "org:nvidia")
    assert all(row["direction"] == "indirect" and row["path"][-1] == "org:nvidia" for row in rows)
    assert indirect_rows(base, book, draw, "org:oracle") == []
