"""A curve of points in a plane of two quantities, such as the edge of what a service can be."""

from __future__ import annotations

from collections.abc import Sequence

from rechenmacht.faces import theme
from rechenmacht.faces.charts import Size, Spec, layered, log_ticks
from rechenmacht.faces.language import Language

HEIGHT = 0.55  # of the width


def curve(
    points: Sequence[tuple[float, float]],
    titles: tuple[str, str],
    units: tuple[str, str],
    language: Language,
    size: Size,
) -> Spec:
    """Return the specification of a curve with its points, both axes logarithmic.

    Args:
        points: (x, y), both above zero.
        titles: what the axes show.
        units: units of the axes.
        language: language of the labels.
        size: width to draw for.
    """
    import altair as alt

    data = [{"x": x, "y": y} for x, y in sorted(points)]

    def ends(place: int) -> tuple[float, float]:
        return min(p[place] for p in points), max(p[place] for p in points)

    def axis(place: int) -> alt.Axis:
        return alt.Axis(
            title=titles[place], labelExpr=language.axis_expression(units[place]), grid=True, domain=False, ticks=False,
            labelOverlap="greedy", labelSeparation=6, values=log_ticks(*ends(place)),
        )  # fmt: skip

    x = alt.X("x:Q", scale=alt.Scale(type="log", nice=False), axis=axis(0))
    y = alt.Y("y:Q", scale=alt.Scale(type="log", nice=False), axis=axis(1))
    at = alt.Chart()
    marks = [at.mark_line(strokeWidth=2, color=theme.light("orange")).encode(x=x, y=y),
             at.mark_point(filled=True, size=36, opacity=1, color=theme.light("orange")).encode(x=x, y=y)]  # fmt: skip
    wide = size.pixels - 76
    return {"layer": layered(marks), "data": {"name": "rows"}, "width": wide, "height": round(wide * HEIGHT),
            "config": theme.config(), "datasets": {"rows": data}}  # fmt: skip
