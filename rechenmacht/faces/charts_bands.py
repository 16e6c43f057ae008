"""Small multiples over time: a median with its bands, observed part solid, projection dashed on a shaded ground."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rechenmacht.faces import theme
from rechenmacht.faces.charts import Size, Spec, Values, layered, log_ticks
from rechenmacht.faces.language import Language


@dataclass(frozen=True, slots=True)
class Panel:
    """One small multiple: quantiles of shape (5, time) in base units, in the order 5, 25, 50, 75, 95 %.

    `other` is a median of shape (time,) to compare with, drawn dashed in the colour of text.
    """

    title: str
    role: str
    quantiles: Values
    other: Values | None = None


def y_domain(panels: Sequence[Panel], log: bool) -> tuple[float, float]:
    """Return the ends of the value axis that all panels share: room above the bands for the labels."""
    others = [float(panel.other.max()) for panel in panels if panel.other is not None]
    most = max(*others, *(float(panel.quantiles[4].max()) for panel in panels), 0.0)
    if not log:
        return 0.0, (most or 1.0) * 1.18
    positive = [float(panel.quantiles[2][panel.quantiles[2] > 0].min(initial=math.inf)) for panel in panels]
    low = 10.0 ** math.floor(math.log10(min([p for p in positive if math.isfinite(p)], default=1.0)))
    return low, max(most * 4, low * 100)


def year_ticks(first: int, last: int, pixels: float) -> list[int]:
    """Return the decimal years at which a time axis has ticks: a year's stands where the year ends, so 2030's at 2031.

    Args:
        first: the axis begins at the start of this year.
        last: it ends at the start of this year.
        pixels: its width.
    """
    every = 2 if pixels > 90 else 4
    return [end for end in range(first + 1, last + 1) if (end - 1) % every == 0]


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
    low_free: bool  # whether the lower end of the projection is where no panel's line ends

    @property
    def last(self) -> int:
        """The end of the time axis."""
        return math.ceil(self.years[-1])

    def x(self, alt: Any) -> Any:
        """Return the time axis in full; the other layers name the field only and share it."""
        first = math.floor(self.years[0])
        scale = alt.Scale(domain=[first, self.last], nice=False)
        axis = alt.Axis(values=year_ticks(first, self.last, self.width), labelExpr="format(datum.value - 1, 'd')",
                        title=None, labelOverlap="greedy", labelFlush=False)  # fmt: skip
        return alt.X("year:Q", scale=scale, axis=axis)

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
            if panel.other is not None:
                found[-1]["other"] = float(f"{max(panel.other[index], self.domain[0]):.6g}")
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
    where_y = frame.height - 3 if frame.low_free else 14.0
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


def _other(alt: Any) -> Any:
    """Return the median that each panel is compared with, dotted."""
    line = alt.Chart().transform_filter("isValid(datum.other)")
    line = line.mark_line(color=theme.light("ink"), strokeWidth=1.6, strokeDash=[1.5, 3], strokeCap="round")
    return line.encode(x=alt.X("year:Q"), y=alt.Y("other:Q"))


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
    domain = y_domain(panels, log)
    low_free = log or all(float(panel.quantiles[2, -1]) > 0.2 * domain[1] for panel in panels)
    frame = _Frame(years, boundary, unit, language, log, domain, width, size.height, low_free)
    rows = [row for panel in panels for row in frame.rows(panel)]
    layers = _ground(alt, frame)
    if context:
        layers.append(_ghosts(alt))
    layers += _marks(alt, frame)
    if any(panel.other is not None for panel in panels):
        layers.append(_other(alt))
    header = alt.Header(
        title=None, labelAnchor="start", labelFontWeight="bold", labelFontSize=13, labelColor=theme.light("ink"),
        labelPadding=4,
    )  # fmt: skip
    facet = alt.Facet("panel:N", sort=[panel.title for panel in panels], header=header)
    plot = {"layer": layered(layers), "width": width, "height": size.height}
    whole = {"data": {"name": "rows"}, "facet": facet.to_dict(), "spec": plot, "columns": beside, "spacing": 16}
    ghosts = [{"year": row["year"], "mid": row["mid"], "who": row["panel"]} for row in rows]
    data = {"rows": rows, "all": ghosts} if context else {"rows": rows}
    return {**whole, "config": theme.config(), "datasets": data}
