"""The same in fewer bytes: what is drawn and what is said stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import German

from rechenmacht.outputs.site.shorter import compact, stepped

PLACE = st.floats(-2000, 2000, allow_nan=False).map(lambda value: round(value, 3))


def _places(path: str) -> list[tuple[float, float]]:
    """Return the points of a path of steps."""
    found: list[tuple[float, float]] = []
    for kind, rest in re.findall(r"([Ml])([^MlZ]*)", path):
        for x, y in re.findall(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)", rest):
            base = found[-1] if kind == "l" else (0.0, 0.0)
            found.append((base[0] + float(x), base[1] + float(y)))
    return found


@given(st.lists(st.tuples(PLACE, PLACE), min_size=8, max_size=60))
def test_a_path_of_steps_goes_through_the_same_points(points: list[tuple[float, float]]) -> None:
    whole = "M" + "L".join(f"{x:g},{y:g}" for x, y in points)
    made = stepped(f'<path d="{whole}"/>').split('"')[1]
    known = [(float(f"{x:g}"), float(f"{y:g}")) for x, y in points]
    assert len(_places(made)) == len(known)
    for (x, y), (a, b) in zip(_places(made), known, strict=True):
        assert x == pytest.approx(a, abs=0.051)
        assert y == pytest.approx(b, abs=0.051)


def test_curves_and_short_paths_stay_as_they_are() -> None:
    for path in ("M0,0L1,1", "M10,0C1,2,3,4,5,6L7,8C1,2,3,4,5,6L7,8C1,2,3,4,5,6L7,8"):
        assert stepped(f'<path d="{path}"/>') == f'<path d="{path}"/>'


def test_a_page_says_the_same_without_what_may_be_left_out() -> None:
    page = (
        '<html lang="de"><table><thead><tr><th scope="col">Wer</th><th class="n">Zahl</th></tr></thead><tbody>'
        '<tr id="a.b"><th scope="row" lang="en">the</th><td class="n">5</td></tr><tr><td title="a b">x</td></tr></tbody></table>'
        '<ul class="plain columns"><li><a href="a.html#x">y</a></li><li lang="en">z</li></ul><p>Ende</p></html>'
    )
    small = compact(page)
    assert len(small) < len(page) - 60
    both = []
    for text in (page, small):
        reader = German()
        reader.feed(text)
        both.append(reader.said)
    assert both[0] == both[1] == ["Wer", "Zahl", "5", "a b", "x", "y", "Ende"]
