"""Charts: one function makes a chart's Vega-Lite specification; SVG, PNG and the page's inline SVG come from it.

Two kinds are enough here: `band_panels` (small multiples of a median with its bands over time, observed part solid and
projection dashed on a shaded ground) and `ranges` (dots with ranges, one row each). Both take numbers in base units
and the language; neither knows the fact base.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.outputs import theme
from rechenmacht.outputs.language import Language

Spec = dict[str, Any]
Values = NDArray[np.float64]
VL_VERSION = "6.4"
_OF_A_MARK = ("data", "mark", "encoding", "transform")
_NO_DATA = {"name": "empty"}  # what Altair writes for a mark whose data come from the chart around it
LETTER = 6.3  # mean width of a letter at 12 px


@dataclass(frozen=True, slots=True)
class Size:
    """A width that a chart is drawn for: its name, CSS pixels and how many panels stand side by side."""

    name: str
    pixels: int
    columns: int


WIDE = Size("wide", 680, 3)
NARROW = Size("narrow", 340, 2)


@dataclass(frozen=True, slots=True)
class Panel:
    """One small multiple: quantiles of shape (5, time) in base units, in the order 5, 25, 50, 75, 95 %."""

    title: str
    role: str
    quantiles: Values


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


def _layers(marks: Sequence[Any]) -> list[Spec]:
    """Return marks to lay over one another. Altair writes each; it copies all that it layers, so that is done here."""
    written = (mark.to_dict(validate=False) for mark in marks)
    return [{key: part for key, part in one.items() if key in _OF_A_MARK and part != _NO_DATA} for one in written]


def log_ticks(low: float, high: float) -> list[float]:
    """Return ticks of a logarithmic axis: powers of ten, with 2 and 5 between where the axis is short."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    factors = (1, 2, 5) if high / low <= 200 else (1,)
    ticks = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def _y_domain(panels: Sequence[Panel], log: bool) -> tuple[float, float]:
    if not log:
        return 0.0, max(float(panel.quantiles[4].max()) for panel in panels) * 1.18
    positive = [float(panel.quantiles[2][panel.quantiles[2] > 0].min(initial=math.inf)) for panel in panels]
    low = 10.0 ** math.floor(math.log10(min([p for p in positive if math.isfinite(p)], default=1.0)))
    return low, max(max(float(panel.quantiles[4].max()) for panel in panels) * 4, low * 100)


@dataclass(frozen=True)
class _Frame:
    """What the panels of one chart share."""

    years: Sequence[float]
    boundary: float
    unit: str
    language: Language
    log: bool
    domain: tuple[float, float]
    width: float
    height: float

    @property
    def last(self) -> int:
        """The end of the time axis."""
        return math.ceil(self.years[-1])

    def x(self, alt: Any) -> Any:
        """Return the time axis in full; the other layers name the field only and share it."""
        first = math.floor(self.years[0])
        ticks = list(range(first, self.last + 1, 2 if self.width > 90 else 4))
        scale = alt.Scale(domain=[first, self.last], nice=False)
        return alt.X(
            "year:Q",
            scale=scale,
            axis=alt.Axis(values=ticks, format="d", title=None, labelOverlap="greedy", labelFlush=False),
        )

    def y(self, alt: Any, field: str) -> Any:
        """Return the value axis in full; the other layers name their field only and share it."""
        scale = {"type": "log", "clamp": True} if self.log else {"nice": False}
        ticks = {"values": log_ticks(*self.domain)} if self.log else {"tickCount": 4}
        axis = alt.Axis(labelExpr=self.language.axis_expression(self.unit), title=None, **ticks)
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=list(self.domain), **scale), axis=axis)

    def label(self, value: float) -> str:
        """Write a value as short as a label needs it: no unit but percent."""
        if self.unit == "share":
            return self.language.percent(value, 2)
        return self.language.big(value / 1000 if self.unit == "MW" else value, 2)

    def rows(self, panel: Panel) -> list[dict[str, Any]]:
        """Return a panel's data, one row a known time step; the boundary and the end carry a label."""
        names = ("low", "q25", "mid", "q75", "high")
        held = np.maximum(panel.quantiles, self.domain[0])
        found: list[dict[str, Any]] = []
        for index, year in enumerate(self.years):
            if self.log and panel.quantiles[2, index] < self.domain[0]:
                continue  # nothing known yet: a gap, not a line along the bottom
            column = {name: float(f"{value:.6g}") for name, value in zip(names, held[:, index], strict=True)}
            found.append({"panel": panel.title, "colour": theme.light(panel.role), "year": year, **column})
            if year in {self.boundary, self.years[-1]}:
                found[-1]["text"] = self.label(float(panel.quantiles[2, index]))
                before = panel.quantiles[2, max(index - 4, 0)]
                found[-1]["falls"] = bool(year < self.years[-1] and before > panel.quantiles[2, index])
        return found


def _marks(alt: Any, frame: _Frame) -> list[Any]:
    boundary = frame.boundary
    base = alt.Chart().encode(x=alt.X("year:Q"), color=alt.Color("colour:N", scale=None))
    line = base.encode(y=alt.Y("mid:Q"))
    tagged = base.transform_filter("isValid(datum.text)")
    text = tagged.encode(y=alt.Y("high:Q"), text=alt.Text("text:N"))
    side = {"align": alt.expr("datum.falls ? 'left' : 'right'"), "dx": alt.expr("datum.falls ? 5 : 3")}
    style = {**side, "dy": -8, "fontSize": 12, "fontWeight": "bold"}
    halo = {"stroke": theme.light("paper"), "strokeWidth": 3, "strokeJoin": "round", "opacity": 0.85}
    return [
        base.mark_area(opacity=0.16).encode(y=frame.y(alt, "low"), y2=alt.Y2("high:Q")),
        base.mark_area(opacity=0.3).encode(y=alt.Y("q25:Q"), y2=alt.Y2("q75:Q")),
        line.transform_filter(f"datum.year <= {boundary}").mark_line(strokeWidth=2.4),
        line.transform_filter(f"datum.year >= {boundary}").mark_line(strokeWidth=1.8, strokeDash=[4, 3]),
        tagged.mark_point(filled=True, size=34, opacity=1).encode(y=alt.Y("mid:Q")),
        text.mark_text(**style, **halo),
        text.mark_text(**style),
    ]


def _ground(alt: Any, frame: _Frame) -> list[Any]:
    """Return what lies behind every panel: the shaded time of the projection, and the word for it."""
    word = frame.language.text("chart.projection")
    where = alt.Data(values=[{"year": frame.boundary, "end": frame.last, "word": word}])
    base = alt.Chart(where).encode(x=frame.x(alt))
    where_y = frame.height - 3 if frame.log else 14.0  # where the lines of growing and of falling series are not
    text = base.mark_text(align="right", dx=-4, fontSize=11, color=theme.light("muted"), baseline="bottom")
    return [
        base.mark_rect(color=theme.light("future")).encode(x2=alt.X2("end:Q")),
        base.mark_rule(color=theme.light("axis"), strokeWidth=1, strokeDash=[2, 2]),
        text.encode(y=alt.YValue(where_y), text=alt.Text("word:N"), x=alt.X("end:Q")),
    ]


def _ghosts(alt: Any) -> Any:
    """Return all panels' medians as thin grey lines, the same behind every panel."""
    ghost = alt.Chart(alt.NamedData("all")).mark_line(color=theme.light("context"), strokeWidth=1)
    return ghost.encode(x=alt.X("year:Q"), y=alt.Y("mid:Q"), detail=alt.Detail("who:N"))


def band_panels(
    panels: Sequence[Panel],
    years: Sequence[float],
    boundary: float,
    unit: str,
    language: Language,
    size: Size,
    *,
    log: bool = True,
    context: bool = True,
) -> Spec:
    """Return the specification of small multiples on one common scale.

    Args:
        panels: what to draw, in reading order.
        years: decimal year at each time step (the end of a quarter).
        boundary: the decimal year at which observation ends and projection begins.
        unit: unit of the quantiles.
        language: language of the labels.
        size: width to draw for.
        log: logarithmic scale; otherwise linear from zero.
        context: draw the other panels' medians in grey behind each.
    """
    import altair as alt

    beside = min(size.columns, len(panels))
    width = (size.pixels - 64 - 16 * (beside - 1) - 12) / beside
    height = 150.0 if size is WIDE else 126.0
    frame = _Frame(years, boundary, unit, language, log, _y_domain(panels, log), width, height)
    rows = [row for panel in panels for row in frame.rows(panel)]
    layers = _ground(alt, frame)
    if context:
        layers.append(_ghosts(alt))
    layers += _marks(alt, frame)
    header = alt.Header(
        title=None, labelAnchor="start", labelFontWeight="bold", labelFontSize=13, labelColor=theme.light("ink"),
        labelPadding=4,
    )  # fmt: skip
    facet = alt.Facet("panel:N", sort=[panel.title for panel in panels], header=header)
    plot = {"layer": _layers(layers), "width": width, "height": height}
    whole = {"data": {"name": "rows"}, "facet": facet.to_dict(), "spec": plot, "columns": beside, "spacing": 16}
    ghosts = [{"year": row["year"], "mid": row["mid"], "who": row["panel"]} for row in rows]
    data = {"rows": rows, "all": ghosts} if context else {"rows": rows}
    return {**whole, "config": theme.config(), "datasets": data}


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
    chart: Spec = {"layer": _layers(layers), "data": {"name": "rows"}}
    if len(series) > 1:
        roles = [next(row.role for row in rows if row.series == name) for name in series]
        key = {"layer": _layers(_key(alt, series, roles, 14))}
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


def to_png(svg: str) -> bytes:
    """Draw a standalone SVG as PNG at twice its size."""
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=2)
