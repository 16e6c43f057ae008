"""Charts as SVG text: ticks, sizes, what stands alone; and PNG with a palette."""

from __future__ import annotations

import re
import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.faces import charts
from rechenmacht.faces.language import language
from rechenmacht.outputs.site import svg
from rechenmacht.outputs.site.png import smaller

LANG = language("en")


def test_ticks_are_round_and_within_the_axis() -> None:
    assert svg.nice(10, 2) == [0, 5, 10]  # 10 / 2 = 5
    assert svg.nice(7.3, 2) == [0, 5]  # 7.3 / 2 = 3.65, next round step 5
    assert svg.nice(0) == [0]


@given(st.floats(1e-6, 1e12), st.integers(1, 6))
def test_there_are_never_more_ticks_than_asked_and_one(top: float, count: int) -> None:
    ticks = svg.nice(top, count)
    assert ticks[-1] <= top * (1 + 1e-9)
    assert 1 <= len(ticks) <= count + 1


def _panel(scale: float) -> svg.Panel:
    middle = np.linspace(0.1, 1.0, 27) * scale
    return svg.Panel(
        "United States", "2030: 230 (120-390) million H100e", "blue", [list(middle * f) for f in (0.5, 0.8, 1, 1.3, 9)]
    )


def test_panels_stay_within_their_width_and_a_band_that_runs_out_is_cut() -> None:
    years = np.linspace(2022.75, 2035.75, 27)
    for width in (320, 520, 720):
        content, wide, high = svg.fans([_panel(1e6)] * 6, list(years), 2026.5, "h100e", LANG, width)
        assert wide == width
        assert high > 300
        for steps in re.findall(r'd="M([^"HVv]*)"', content):
            points = np.array([[float(n) for n in one.split(",")] for one in re.split(r"[l ]", steps.rstrip("Z"))])
            assert (points.cumsum(0) >= -1).all()
            assert (points.cumsum(0) <= [width, high]).all()
        widths = [
            len(said) * svg.LETTER * float(size)
            for size, said in re.findall(r'font-size="([\d.]+)"[^>]*>([^<]*)<', content)
        ]
        assert max(widths) <= width


def test_texts_of_rows_have_room_on_a_phone() -> None:
    bars = [
        svg.Bar(
            "A very long name of an assumption that nobody would read at once", -1, 2, 5, "2 (-1 to 5) million H100e"
        )
    ]
    content, _, high = svg.ranges(bars, "h100e", LANG, 320)
    lines = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"[^>]*>([^<]*)<', content)
    assert all(len(said) * svg.LETTER * float(size) <= 320 for _, _, size, said in lines)
    assert high > max(float(y) for _, y, _, _ in lines)


def test_a_file_of_its_own_holds_no_variable_of_a_page() -> None:
    made = svg.standalone(svg.ranges([svg.Bar("a", 0, 1, 2, "1")], "1", LANG, 320), "Title", ["about"], ["Source: x"])
    assert "var(" not in made
    assert all(part in made for part in ("Title", "about", "Source: x", 'width="352"'))


def test_a_flat_picture_with_a_palette_shows_the_same_and_is_smaller() -> None:
    made = svg.standalone(svg.ranges([svg.Bar("a", 0, 1, 2, "1", "orange")], "1", LANG, 320), "Title", [], [])
    whole = charts.to_png(made)
    small = smaller(whole)
    assert len(small) < len(whole) / 2
    assert struct.unpack(">IIBB", small[16:26]) == (*struct.unpack(">II", whole[16:24]), 8, 3)
    assert b"PLTE" in small
    assert bytes((0xB8, 0x41, 0x0A)) in small  # the orange of the theme, to the last bit
