"""A flow chart of money (Sankey): payers on the left, payees on the right, bands as thick as the amount.

A party that pays and receives stands on both sides, so that no band runs backwards and every amount can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rechenmacht.faces import theme
from rechenmacht.faces.charts import LETTER, Size, Spec
from rechenmacht.faces.charts_flows import Series, Spot, key_of, pixels, whole
from rechenmacht.faces.language import Language

POINTS = 17
GAP = 9.0
"""Pixels between two parties of a side."""
NODE = 10.0
LEAST = 13.0
"""Pixels that the smallest party takes, so that its name can be read."""


def _side(spots: Sequence[Spot], which: str, height: float, scale: float) -> dict[str, tuple[float, float]]:
    """Return each party's upper edge and thickness on a side, in pixels, largest first."""
    sums: dict[str, float] = {}
    for spot in spots:
        sums[getattr(spot, which)] = sums.get(getattr(spot, which), 0.0) + spot.value
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    used = sum(max(value * scale, LEAST) for _, value in ranked) + GAP * (len(ranked) - 1)
    top, found = max((height - used) / 2, 0.0), {}
    for name, value in ranked:
        room = max(value * scale, LEAST)
        found[name] = (top + (room - value * scale) / 2, value * scale)
        top += room + GAP
    return found


def _scale(spots: Sequence[Spot], height: float) -> float:
    """Return pixels per unit such that the fuller side fits the height."""
    scales = []
    for which in ("payer", "payee"):
        names = {getattr(spot, which) for spot in spots}
        room = height - GAP * (len(names) - 1) - LEAST * len(names) * 0.5
        scales.append(max(room, height * 0.2) / sum(spot.value for spot in spots))
    return min(scales)


def sankey(spots: Sequence[Spot], series: Sequence[Series], unit: str, language: Language, size: Size) -> Spec:
    """Return the specification of a flow chart.

    Args:
        spots: the links, in base units, with their colour roles.
        series: name and colour role of the kinds of links.
        unit: of the amounts.
        language: of names and amounts.
        size: that it is drawn for.
    """
    narrow = size.pixels < 500
    parties = max(len({spot.payer for spot in spots}), len({spot.payee for spot in spots}))
    height = max(260.0, 30.0 * parties)
    font = 10 if narrow else 12
    side = min(max(len(n) for s in spots for n in (s.payer, s.payee)) * font * 0.55 + 50, size.pixels * 0.33)
    left, right = side, size.pixels - side - 12.0
    scale = _scale(spots, height)
    edges = [_side(spots, which, height, scale) for which in ("payer", "payee")]
    reach = max(top + thick for edge in edges for top, thick in edge.values()) + LEAST
    bands = _bands(spots, edges, (left + NODE, right - NODE), scale, language, unit)
    nodes, names = _parties(spots, edges, (left, right), side, font, language, unit)
    x = {"field": "x", "type": "quantitative", "scale": pixels(size.pixels - 12.0), "axis": None}
    y = {"field": "y", "type": "quantitative", "scale": {**pixels(reach), "range": [0, reach]}, "axis": None}
    both, tip = {"x": x, "y": y}, [{"field": key, "type": "nominal", "title": key} for key in ("link", "amount")]
    colour = {"field": "colour", "type": "nominal", "scale": None}
    flow = {
        "data": {"values": bands}, "mark": {"type": "area", "opacity": 0.45, "interpolate": "monotone"},
        "encoding": {**both, "y2": {"field": "y2"}, "detail": {"field": "key"}, "color": colour, "tooltip": tip},
    }  # fmt: skip
    bar = {
        "data": {"values": nodes}, "mark": {"type": "rect", "color": theme.light("ink")},
        "encoding": {**both, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
    }  # fmt: skip
    texts = [
        {
            "data": {"values": [row for row in names if row["align"] == align]},
            "mark": {"type": "text", "align": align, "baseline": "middle", "fontSize": font,
                     "color": theme.light("ink"), "limit": side - 6},
            "encoding": {**both, "text": {"field": "text"}},
        }
        for align in ("right", "left")
    ]  # fmt: skip
    plot = {"width": size.pixels - 12.0, "height": reach, "layer": [flow, bar, *texts]}
    used = {spot.role for spot in spots}
    return whole([key_of([one for one in series if one[1] in used], size.pixels - 12.0), plot])


def _bands(
    spots: Sequence[Spot], edges: Sequence[dict[str, tuple[float, float]]], ends: tuple[float, float], scale: float,
    language: Language, unit: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the points of each band: it leaves and enters in the order in which the parties stand."""
    taken = [dict.fromkeys(edge, 0.0) for edge in edges]
    order = [{name: place for place, name in enumerate(edge)} for edge in edges]
    starts: dict[int, float] = {}
    for number in sorted(range(len(spots)), key=lambda n: (order[0][spots[n].payer], order[1][spots[n].payee])):
        starts[number] = edges[0][spots[number].payer][0] + taken[0][spots[number].payer]
        taken[0][spots[number].payer] += spots[number].value * scale
    along = np.linspace(0.0, 1.0, POINTS)
    bend = along**2 * (3 - 2 * along)
    rows = []
    for number in sorted(range(len(spots)), key=lambda n: (order[1][spots[n].payee], order[0][spots[n].payer])):
        spot, thick = spots[number], spots[number].value * scale
        end = edges[1][spot.payee][0] + taken[1][spot.payee]
        taken[1][spot.payee] += thick
        link, amount = f"{spot.payer} → {spot.payee}", language.amount(spot.value, unit, 3)
        for t, b in zip(along, bend, strict=True):
            y = starts[number] + (end - starts[number]) * float(b)
            rows.append({
                "key": number, "x": ends[0] + (ends[1] - ends[0]) * float(t), "y": y, "y2": y + max(thick, 0.8),
                "colour": theme.light(spot.role), "link": link, "amount": amount,
            })  # fmt: skip
    return rows


def _parties(
    spots: Sequence[Spot], edges: Sequence[dict[str, tuple[float, float]]], sides: tuple[float, float], side: float,
    font: int, language: Language, unit: str,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    """Return the bars of the parties, and their names with what they pay or receive."""
    nodes, names = [], []
    for which, edge, x, align in zip(("payer", "payee"), edges, sides, ("right", "left"), strict=True):
        start = x if which == "payer" else x - NODE
        for name, (top, thick) in edge.items():
            total = sum(spot.value for spot in spots if getattr(spot, which) == name)
            text = f"{name}  {language.amount(total, unit, 3)}"
            room = int((side - 6) * 12 / (font * LETTER))
            text = next((said for said in (text, name) if len(said) <= room), f"{name[: room - 1].rstrip(' (,')}…")
            nodes.append({"x": start, "x2": start + NODE, "y": top, "y2": top + max(thick, 0.8)})
            names.append({
                "x": x - 5 if which == "payer" else x + 5, "y": top + thick / 2, "align": align,
                "text": text,
            })  # fmt: skip
    return nodes, names
