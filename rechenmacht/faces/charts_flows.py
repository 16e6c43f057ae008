"""Charts of money between companies: stacked bars, a matrix of who pays whom, and what falls due a year.

Like `charts`: specifications in base units and one language, drawn for a width; nothing here knows the fact base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rechenmacht.faces import theme
from rechenmacht.faces.charts import LETTER, Size, Spec
from rechenmacht.faces.language import Language

Series = tuple[str, str]  # its name and its colour role
KEY_LINE = 20.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stacked bar: its label, what stands behind the label, and the value of each series."""

    label: str
    text: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Stacked bars a year, (series, years) in base units, and a level to compare them with, or none."""

    title: str
    values: tuple[tuple[float, ...], ...]
    level: float | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a matrix: who pays whom how much, in which colour role."""

    payer: str
    payee: str
    value: float
    role: str


def pixels(size: float) -> Spec:
    """Return a scale that takes pixels as they are."""
    return {"domain": [0, size], "range": [0, size], "zero": False, "nice": False}


def _text(field: str, **style: Any) -> Spec:
    return {"mark": {"type": "text", "baseline": "middle", **style}, "encoding": {"text": {"field": field}}}


def key_of(series: Sequence[Series], width: float, left: float = 0.0) -> Spec:
    """Return a chart that names the series by colour, in as many lines as they need, from `left` of the plot on."""
    rows, at, line = [], 0.0, 0
    for name, role in series:
        wide = 30 + len(name) * LETTER
        if at and at + wide > width:
            at, line = 0.0, line + 1
        rows.append({"x": at - left, "y": line * KEY_LINE + 8, "name": name, "colour": theme.light(role)})
        at += wide
    height = (line + 1) * KEY_LINE
    place = {"x": ("x", max(width - left, 1.0)), "y": ("y", height)}
    encoding: Spec = {
        axis: {"field": field, "type": "quantitative", "scale": pixels(size), "axis": None}
        for axis, (field, size) in place.items()
    }
    encoding["color"] = {"field": "colour", "type": "nominal", "scale": None}
    square = {"mark": {"type": "point", "shape": "square", "size": 90, "filled": True, "opacity": 1, "xOffset": 6}}
    layers = [square, _text("name", align="left", dx=16)]
    return {
        "data": {"values": rows}, "width": max(width - left, 1.0), "height": height, "encoding": encoding,
        "layer": layers,
    }  # fmt: skip


def whole(parts: Sequence[Spec]) -> Spec:
    """Stack charts that share no scale."""
    apart = {"scale": {"x": "independent", "y": "independent", "color": "independent"}}
    return {"vconcat": list(parts), "spacing": 6, "resolve": apart, "config": theme.config()}


def stacks(bars: Sequence[Bar], series: Sequence[Series], unit: str, language: Language, size: Size) -> Spec:
    """Return the specification of horizontal stacked bars, each with its name and text above it."""
    width, step = size.pixels - 30.0, 52.0
    rows: list[dict[str, Any]] = []
    for index, bar in enumerate(bars):
        top, at = index * step, 0.0
        for (_, role), value in zip(series, bar.values, strict=True):
            end = at + value
            rows.append({"x": at, "x2": end, "y": top + 20, "y2": top + 44, "colour": theme.light(role)})
            at = end
    height = step * len(bars)
    x = {
        "field": "x", "type": "quantitative", "scale": {"nice": False},
        "axis": {"title": None, "grid": True, "domain": False, "ticks": False, "tickCount": 4 if width > 400 else 3,
                 "labelExpr": language.axis_expression(unit), "labelOverlap": "greedy"},
    }  # fmt: skip
    y = {"field": "y", "type": "quantitative", "scale": pixels(height), "axis": None}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    paper = theme.light("paper")
    rect = {
        "mark": {"type": "rect", "stroke": paper, "strokeWidth": 1},
        "encoding": {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "color": colour},
    }
    labels = [{"y": i * step + 10, "label": bar.label, "text": bar.text} for i, bar in enumerate(bars)]
    written = {
        "data": {"values": labels},
        "encoding": {"y": y},
        "layer": [
            _halo(_at(_text("label", align="left", fontSize=13, fontWeight="bold", color=theme.light("ink")), 0)),
            _halo(_at(_text("text", align="right", fontSize=13, color=theme.light("ink")), width)),
        ],
    }
    plot = {"data": {"values": rows}, "width": width, "height": height, "layer": [rect, written]}
    return whole([key_of(series, width), plot])


def _at(mark: Spec, x: float) -> Spec:
    return {**mark, "encoding": {**mark["encoding"], "x": {"value": x}}}


def _halo(mark: Spec) -> Spec:
    """Let a text stand on the paper's colour where a grid line crosses it."""
    behind = {**mark["mark"], "stroke": theme.light("paper"), "strokeWidth": 4, "strokeJoin": "round"}
    return {"layer": [{**mark, "mark": behind}, mark]}


def matrix(spots: Sequence[Spot], series: Sequence[Series], scale: float, language: Language, size: Size) -> Spec:
    """Return the specification of a matrix: rows pay, columns receive, the number (over `scale`) in the cell.

    Rows and columns stand in the order in which the spots name them.
    """
    payers = list(dict.fromkeys(spot.payer for spot in spots))
    payees = list(dict.fromkeys(spot.payee for spot in spots))
    narrow = size.pixels < 400
    font = 11 if narrow else 12
    side = min(max(len(name) for name in payers) * (font * 0.53) + 12, 96.0 if narrow else 190.0)
    width = size.pixels - side - 12.0
    limit = 110.0 if narrow else width / len(payees)
    rows = [
        {
            "payer": spot.payer, "payee": spot.payee,
            "n": language.number(spot.value / scale, 3 if spot.value >= 100 * scale else 2),
            "colour": theme.light(spot.role),
        }
        for spot in spots
    ]  # fmt: skip
    label = {"title": None, "labelFontSize": font, "labelColor": theme.light("ink"), "domain": False, "ticks": False}
    x = {
        "field": "payee", "type": "ordinal", "sort": payees, "scale": {"paddingInner": 0.06},
        "axis": {
            **label, "orient": "top", "grid": False,
            "labelAngle": -90 if narrow else 0, "labelLimit": limit,
        },
    }  # fmt: skip
    y = {
        "field": "payer", "type": "ordinal", "sort": payers, "scale": {"paddingInner": 0.06},
        "axis": {**label, "labelLimit": side - 4, "grid": False},
    }  # fmt: skip
    colour = {"field": "colour", "type": "nominal", "scale": None}
    cell = {"mark": {"type": "rect", "opacity": 0.3}, "encoding": {"color": colour}}
    number = _text("n", fontSize=font, color=theme.light("ink"))
    plot: Spec = {
        "data": {"values": rows}, "width": width, "height": (24.0 if narrow else 27.0) * len(payers),
        "encoding": {"x": x, "y": y}, "layer": [cell, number],
    }  # fmt: skip
    used = {spot.role for spot in spots}
    return whole([key_of([one for one in series if one[1] in used], size.pixels - 10.0, side), plot])


def yearly(
    panels: Sequence[Panel], years: Sequence[int], series: Sequence[Series], unit: str, language: Language, size: Size
) -> Spec:
    """Return the specification of small multiples of stacked bars a year with a dashed level, each on its own scale."""
    width = (size.pixels - 2 * 66 - 10) / 2
    rows: list[dict[str, Any]] = []
    for panel in panels:
        for index, year in enumerate(years):
            at = 0.0
            for (_, role), values in zip(series, panel.values, strict=True):
                end = at + values[index]
                rows.append({
                    "panel": panel.title, "year": str(year), "y": at, "y2": end, "level": panel.level,
                    "colour": theme.light(role),
                })  # fmt: skip
                at = end
    x = {
        "field": "year", "type": "ordinal",
        "axis": {"title": None, "labelAngle": 0, "labelOverlap": "parity", "ticks": False},
        "scale": {"paddingInner": 0.25},
    }  # fmt: skip
    axis = {"title": None, "tickCount": 3, "labelExpr": language.axis_expression(unit)}
    y = {"field": "y", "type": "quantitative", "axis": axis, "scale": {"zero": True}}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    bar = {"mark": "bar", "encoding": {"x": x, "y": y, "y2": {"field": "y2"}, "color": colour}}
    level = {
        "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.6, "color": theme.light("ink")},
        "encoding": {"y": {"aggregate": "max", "field": "level", "type": "quantitative"}},
    }
    layers = [bar, level] if any(panel.level is not None for panel in panels) else [bar]
    header = {
        "title": None, "labelAnchor": "start", "labelFontWeight": "bold", "labelFontSize": 13,
        "labelColor": theme.light("ink"),
    }  # fmt: skip
    plot = {
        "data": {"values": rows}, "columns": 2, "spacing": 14,
        "facet": {"field": "panel", "sort": [panel.title for panel in panels], "header": header},
        "spec": {"width": width, "height": 110 if size.pixels < 400 else 130, "layer": layers},
        "resolve": {"scale": {"y": "independent"}},
    }  # fmt: skip
    return whole([key_of(series, size.pixels - 10.0, 50.0), plot])
