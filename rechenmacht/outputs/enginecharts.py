"""Charts of the engine: two systems side by side, and predicted against measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import altair as alt

from rechenmacht.errors import BadInput
from rechenmacht.faces import theme
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang


def _texts(lang: Lang) -> Callable[..., str]:
    """Return the function from a key under `enginechart` to its text."""
    words = language(lang)
    return lambda key, **values: words.text(f"enginechart.{key}", **values)


def _data(values: list[dict[str, Any]]) -> Any:
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def save(chart: Any, path: Path) -> None:
    """Write a chart as .png, .svg or .json (Vega-Lite).

    Raises:
        BadInput: if the ending is none of these, or the folder does not exist.
    """
    if path.suffix not in {".png", ".svg", ".json"}:
        raise BadInput(f"{path}: charts are written as .png, .svg or .json")
    if not path.parent.exists():
        raise BadInput(f"{path}: the folder {path.parent} does not exist")
    if path.suffix == ".png":
        chart.save(path, scale_factor=2)
    else:
        chart.save(path)


def comparison_rows(found: Mapping[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """Return the ratios of A over B as rows of the chart, with an interval where there is one.

    Args:
        found: the values of an answer to `engine.compare`.
        lang: language.
    """
    t = _texts(lang)
    ratio, racks = found["ratio_a_over_b"], (found["a"]["racks"], found["b"]["racks"])
    rows = [
        {"what": t("peak"), "value": ratio["peak_fp16_dense"]},
        {"what": t("delivered"), **ratio["delivered"]},
        {"what": t("power"), "value": ratio["power"]},
        {"what": t("cost"), **ratio["usd_per_token"]},
    ]
    if all(racks):
        rows.append({"what": t("racks"), "value": racks[0] / racks[1]})
    return rows


def comparison_chart(found: Mapping[str, Any], lang: Lang, width: float = 520) -> Any:
    """Return the ratios of two systems on a logarithmic axis, one row each."""
    t = _texts(lang)
    rows = comparison_rows(found, lang)
    title = t("title", a=found["a"]["system"], b=found["b"]["system"], w=found["workload"]["name"])
    order = [row["what"] for row in rows]
    axis = alt.X("value:Q", scale=alt.Scale(type="log", nice=True), title=t("axis"))
    base = alt.Chart(_data(rows)).encode(y=alt.Y("what:N", sort=order, title=None))
    colour = theme.light("blue")
    ends = base.mark_rule(strokeWidth=5, opacity=0.35, color=colour).encode(
        x=alt.X("low:Q", title=t("axis")), x2="high:Q"
    )
    dots = base.mark_point(size=90, filled=True, opacity=1, color=colour).encode(x=axis)
    words = base.mark_text(align="left", dx=9, dy=-9, color=theme.light("ink")).encode(
        x="value:Q", text=alt.Text("value:Q", format=".2f")
    )
    line = alt.Chart(_data([{"value": 1}])).mark_rule(strokeDash=[4, 4], color=theme.light("axis"))
    equal = line.encode(x="value:Q")
    return alt.layer(equal, ends, dots, words).properties(width=width, height=44 * len(rows), title=title)


def draw_scoreboard(rows: list[dict[str, Any]], path: Path, lang: Lang = "en") -> None:
    """Draw predicted over measured for every point, one line per kind.

    Args:
        rows: `kind`, `ratio`, `low`, `high` (all over the measured value).
        path: the file.
        lang: language.

    Raises:
        BadInput: if the file cannot be written.
    """
    t = _texts(lang)
    kinds = sorted({row["kind"] for row in rows})
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("kind:N", sort=kinds, title=None, axis=alt.Axis(labelLimit=260)), yOffset="slot:Q"
    )
    scale = alt.Scale(type="log", domain=[0.4, 2.5], clamp=True)
    lines = base.mark_rule(opacity=0.3, color="#1f4e79").encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    dots = base.mark_circle(size=16, opacity=0.85, color="#1f4e79").encode(
        x=alt.X("ratio:Q", scale=scale, title=t("ratio") + " (" + t("note") + ")")
    )
    equal = alt.Chart(_data([{"ratio": 1}])).mark_rule(color="#c44e52").encode(x=alt.X("ratio:Q", scale=scale))
    save(alt.layer(equal, lines, dots).properties(width=560, height=24 * len(kinds), title=t("board")), path)
