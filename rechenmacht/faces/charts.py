"""Charts: one function makes a chart's Vega-Lite specification; SVG, PNG and the page's inline SVG come from it.

`ranges` (dots with ranges, one row each) is here, `charts_bands.band_panels` and `charts_flows` beside it. All take
numbers in base units and the language; none knows the fact base.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.faces import theme
from rechenmacht.faces.language import Language

Spec = dict[str, Any]
Values = NDArray[np.float64]
VL_VERSION = "6.4"
_OF_A_MARK = ("data", "mark", "encoding", "transform")
_NO_DATA = {"name": "empty"}  # what Altair writes for a mark whose data come from the chart around it
LETTER = 6.3  # mean width of a letter at 12 px


@dataclass(frozen=True, slots=True)
class Size:
    """A width that a chart is drawn for: its name, CSS pixels, how many panels stand side by side and their height."""

    name: str
    pixels: int
    columns: int
    height: float


WIDE = Size("wide", 680, 3, 150.0)
NARROW = Size("narrow", 340, 2, 126.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One range: the row it stands in, its series, its 5, 25, 50, 75, 95 % points (25 and 75 may be missing)."""

    label: str
    series: str
    low: float
    mid: float
    high: float
    role: str
    inner: tuple[float, float] | None = None
    text: str = ""
    hollow: bool = False


def layered(marks: Sequence[Any]) -> list[Spec]:
    """Return marks to lay over one another. Altair writes each; it copies all that it layers, so that is done here."""
    written = (mark.to_dict(validate=False) for mark in marks)
    return [{key: part for key, part in one.items() if key in _OF_A_MARK and part != _NO_DATA} for one in written]


def log_ticks(low: float, high: float) -> list[float]:
    """Return ticks of a logarithmic axis: powers of ten, with 2 and 5 between where the axis is short."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    factors = (1, 2, 5) if high / low <= 200 else (1,)
    ticks = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def _range_domain(rows: Sequence[Row], log: bool, zero: bool) -> tuple[float, float]:
    values = [v for row in rows for v in (row.low, row.mid, row.high) if math.isfinite(v)]
    low, high = min(values), max(values)
    if log:
        return low / 1.25, high * 1.25
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    margin = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - margin), (high if high == 0 else high + margin)


def _range_ticks(domain: tuple[float, float], log: bool, pixels: float) -> dict[str, Any]:
    if not log:
        return {"tickCount": max(2, round(pixels / 90))}
    ticks = log_ticks(*domain)
    if len(ticks) < 2:
        return {"tickCount": 3}
    stride = math.ceil(len(ticks) * 72 / pixels)
    return {"values": ticks[::stride]}


def _positions(rows: Sequence[Row], series: Sequence[str], step: float, above: bool) -> list[dict[str, Any]]:
    """Return the chart's data: each row with its vertical position in pixels from the top."""
    labels = list(dict.fromkeys(row.label for row in rows))
    gap = 14.0
    head = 16.0 if above else 0.0
    block = head + step + gap * (len(series) - 1)
    data = []
    for row in rows:
        top = labels.index(row.label) * block
        y = top + head + step / 2 + gap * series.index(row.series)
        inner = row.inner or (row.mid, row.mid)
        entry = {"label": row.label, "series": row.series, "low": row.low, "mid": row.mid, "high": row.high}
        entry |= {"q25": inner[0], "q75": inner[1], "y": y, "text": row.text, "top": top}
        entry |= {"label_y": top + 9 if above else top + block / 2, "fill": "paper" if row.hollow else row.role}
        data.append(
            {**entry, "colour": theme.light(row.role), "fill": theme.light("paper" if row.hollow else row.role)}
        )
    return data


def _range_marks(alt: Any, x: Callable[[str], Any], wide: float, high: float, above: bool) -> list[Any]:
    """Return the layers of a range chart; `wide` and `high` are the plot's pixels."""
    height = alt.Scale(domain=[0, high], range=[0, high], zero=False, nice=False)
    y = alt.Y("y:Q", scale=height, axis=None)
    label_y = alt.Y("label_y:Q", scale=height, axis=None)
    top = alt.Y("top:Q", scale=height, axis=None)
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart().encode(y=y, color=colour)
    label = {"baseline": "middle", "fontSize": 12.5, **({"align": "left"} if above else {"align": "right", "dx": -10})}
    first = alt.Chart().transform_window(rank="row_number()", groupby=["label"]).transform_filter("datum.rank == 1")
    name = first.encode(x=alt.XValue(0), y=label_y, text=alt.Text("label:N"))
    return [
        first.transform_filter("datum.top > 0")
        .mark_rule(color=theme.light("grid"))
        .encode(y=top, x=alt.XValue(0), x2=alt.X2Value(wide)),
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=x("low"), x2=alt.X2("high:Q")),
        base.mark_rule(strokeWidth=6, opacity=0.45).encode(x=alt.X("q25:Q"), x2=alt.X2("q75:Q")),
        base.mark_point(size=62, opacity=1, strokeWidth=2).encode(
            x=alt.X("mid:Q"), fill=alt.Fill("fill:N", scale=None)
        ),
        name.mark_text(**label, stroke=theme.light("paper"), strokeWidth=4, strokeJoin="round"),
        name.mark_text(**label, color=theme.light("ink")),
        base.mark_text(align="left", dx=10, baseline="middle").encode(x=alt.XValue(wide), text=alt.Text("text:N")),
    ]


def _rule(alt: Any, at: float) -> Any:
    line = alt.Chart(alt.Data(values=[{"v": at}])).mark_rule(color=theme.light("ink"), strokeWidth=1)
    return line.encode(x=alt.X("v:Q"))


def _key(alt: Any, series: Sequence[str], roles: Sequence[str], top: float) -> list[Any]:
    """Return a line above the rows that names the series by colour."""
    at = 0.0
    data = []
    for name, role in zip(series, roles, strict=True):
        data.append({"at": at, "name": name, "colour": theme.light(role)})
        at += 26 + len(name) * LETTER
    pixel = alt.Scale(domain=[0, 1], range=[0, 1], zero=False, nice=False)
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("at:Q", scale=pixel, axis=None), y=alt.YValue(-top), color=alt.Color("colour:N", scale=None)
    )
    return [
        base.mark_point(size=62, filled=True, opacity=1, xOffset=5),
        base.mark_text(align="left", dx=14, baseline="middle", fontWeight="bold").encode(text=alt.Text("name:N")),
    ]


def ranges(
    rows: Sequence[Row],
    unit: str,
    language: Language,
    size: Size,
    *,
    log: bool = False,
    zero: bool = False,
    rule: float | None = None,
    step: float = 22.0,
) -> Spec:
    """Return the specification of dots with ranges: 5-95 % thin, 25-75 % thick, a dot at the median.

    Args:
        rows: what to draw; rows of one label share a line, one under another by series.
        unit: unit of the numbers.
        language: language of the labels.
        size: width to draw for.
        log: logarithmic axis (all numbers must be above zero).
        zero: the axis includes zero.
        rule: a value to mark by a vertical line.
        step: height of a row in pixels.
    """
    import altair as alt

    series = list(dict.fromkeys(row.series for row in rows))
    longest = max(len(row.label) for row in rows) * LETTER + 14
    above = longest > size.pixels * 0.36
    column = max((len(row.text) for row in rows), default=0) * LETTER + (16 if any(row.text for row in rows) else 0)
    width = size.pixels - 6 - column - (0 if above else longest)
    data = _positions(rows, series, step, above)
    height = max(entry["y"] for entry in data) + step / 2
    domain = _range_domain(rows, log, zero)
    scale = alt.Scale(domain=list(domain), nice=False, **({"type": "log"} if log else {"zero": False}))
    axis = alt.Axis(
        labelExpr=language.axis_expression(unit), title=None, grid=True, domain=False, ticks=False,
        labelOverlap="greedy", labelSeparation=6, **_range_ticks(domain, log, width),
    )  # fmt: skip

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    layers = _range_marks(alt, x, width, height, above)
    if rule is not None and domain[0] <= rule <= domain[1]:
        layers.insert(0, _rule(alt, rule))
    chart: Spec = {"layer": layered(layers), "data": {"name": "rows"}}
    if len(series) > 1:
        roles = [next(row.role for row in rows if row.series == name) for name in series]
        key = {"layer": layered(_key(alt, series, roles, 14))}
        chart = {"layer": [chart, key], "resolve": {"scale": {"x": "independent", "y": "independent"}}}
    return {**chart, "width": width, "height": height, "config": theme.config(), "datasets": {"rows": data}}


_TAG = re.compile(r"<[^>]*>")  # numbers are shortened in marks only, never in the texts between them
_LONG = re.compile(r"(?<![#\w])\d+\.\d{2,}")


def _shorter(match: re.Match[str]) -> str:
    number = float(match.group())
    return f"{number:.1f}".removesuffix(".0") if number >= 1 else f"{number:.2f}"


def to_svg(spec: Spec, language: Language) -> str:
    """Draw a specification as a standalone SVG in the light theme, coordinates to a tenth of a pixel."""
    import vl_convert

    locale: Any = language.d3_locale
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VL_VERSION, format_locale=locale, time_format_locale=locale)
    return _TAG.sub(lambda tag: _LONG.sub(_shorter, tag.group()), svg)


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """Draw a standalone SVG as PNG at twice its size, or another."""
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=scale)
