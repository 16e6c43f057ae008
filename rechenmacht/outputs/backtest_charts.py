"""The figure of the backtests: the calibration curve."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from rechenmacht.faces import charts, theme
from rechenmacht.faces.language import Language
from rechenmacht.outputs.uncertainty_charts import Drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARES = np.linspace(0.05, 0.95, 19)


def calibration(places: NDArray[np.float64], lang: Language) -> Drawn:
    """Return the share of observations inside each central band against the share of draws that it holds.

    Args:
        places: the share of draws below each observation, shape (observation,).
        lang: the language of the figure.
    """
    from rechenmacht.domains.uncertainty.scores import calibration as inside

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
