"""Figures of the backtests: fan charts against what happened, and the calibration curve."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from rechenmacht.domains.race.axes import year_at_end
from rechenmacht.faces import charts, theme
from rechenmacht.faces.language import Language
from rechenmacht.outputs.uncertainty_charts import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rechenmacht.domains.uncertainty.backtest import Points, Scored

SHARES = np.linspace(0.05, 0.95, 19)


def calibration(found: Sequence[Scored], lang: Language) -> Drawn:
    """Return the share of observations inside each central band against the share of draws that it holds."""
    from rechenmacht.domains.uncertainty.scores import calibration as inside

    places = np.concatenate([one.places for one in found])
    rows = [{"x": float(x), "y": float(y)} for x, y in zip(SHARES, inside(places, SHARES), strict=True)]

    def make(size: charts.Size) -> charts.Spec:
        alt: Any = importlib.import_module("altair")

        title = lang.text("backtest.promised")
        axis = alt.Axis(format=".0%", title=title, values=[0, 0.25, 0.5, 0.75, 1])
        x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
        y = alt.Y("y:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format=".0%", title=None))
        line = alt.Chart(alt.Data(values=rows)).mark_line(color=theme.light("blue"), strokeWidth=2.4, point=True)
        ideal = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
        both = ideal.mark_line(color=theme.light("axis"), strokeDash=[4, 3]).encode(x=x, y=y) + line.encode(x=x, y=y)
        side = min(size.pixels - 80, 320)
        spec: dict[str, Any] = both.properties(width=side, height=side).to_dict(validate=False)
        return {**spec, "config": theme.config()}

    return Drawn(make, lang.text("backtest.explain_calibration"))


def _rows(points: Points) -> list[dict[str, float]]:
    low, q25, mid, q75, high = np.quantile(points.draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    return [
        {"year": year_at_end(quarter), "low": low[k], "q25": q25[k], "mid": mid[k], "q75": q75[k], "high": high[k]}
        for k, quarter in enumerate(points.quarters)
    ]


def fan(target: Scored, lang: Language) -> Drawn:
    """Return a target's first series: forecast bands, the trend's and the last value's medians, and what happened."""
    points = target.points[0]
    bands = _rows(points)
    seen = [
        {"year": year_at_end(quarter), "value": float(value)}
        for quarter, value in zip(points.known.quarters, points.known.values, strict=True)
        if quarter <= target.target.last and year_at_end(quarter) >= 2022
    ]
    naive = [
        {"year": year_at_end(quarter), "value": float(np.median(draws[k])), "who": who}
        for who, draws in (("last", points.last_value), ("trend", points.trend))
        for k, quarter in enumerate(points.quarters)
    ]

    def make(size: charts.Size) -> charts.Spec:
        alt: Any = importlib.import_module("altair")

        blue, top = theme.light("blue"), 1.25 * max(*(row["high"] for row in bands), *(row["value"] for row in seen))
        axis = alt.Axis(labelExpr=lang.axis_expression(target.target.unit), title=None, tickCount=4)
        x = alt.X("year:Q", scale=alt.Scale(zero=False), axis=alt.Axis(format="d", title=None, tickMinStep=1))

        def y(field: str) -> Any:
            return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[0, top], clamp=True))

        base = alt.Chart(alt.Data(values=bands)).encode(x=x)
        known = alt.Chart(alt.Data(values=seen)).encode(x=x, y=y("value"))
        rule = alt.Chart(alt.Data(values=[{"year": year_at_end(target.target.until)}])).encode(x=x)
        by = alt.Chart(alt.Data(values=naive)).encode(x=x, y=y("value"), detail=alt.Detail("who:N"))
        layers = (
            rule.mark_rule(color=theme.light("axis"), strokeDash=[2, 2])
            + base.mark_errorbar(color=blue, thickness=2).encode(y=y("low"), y2=alt.Y2("high:Q"))
            + base.mark_errorbar(color=blue, thickness=7, opacity=0.4).encode(y=y("q25"), y2=alt.Y2("q75:Q"))
            + by.mark_line(color=theme.light("context"), strokeWidth=1.5, strokeDash=[3, 2], point=True)
            + known.mark_line(color=theme.light("orange"), strokeWidth=1.2)
            + known.mark_point(color=theme.light("orange"), filled=True, size=46, opacity=1)
        )
        spec: dict[str, Any] = layers.properties(width=size.pixels - 90, height=200).to_dict(validate=False)
        return {**spec, "config": theme.config()}

    return Drawn(make, lang.text("backtest.explain_fan"))
