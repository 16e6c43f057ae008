"""Charts of the rules: a chip's status over time, and the catalogue in the plane of TPP and performance density."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rechenmacht.domains.rules.chips import RuledChip
from rechenmacht.domains.rules.plane import PD_RANGE, TPP_RANGE, plane_points, regions
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.timeline import Period
from rechenmacht.errors import BadInput
from rechenmacht.faces import theme
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang
from rechenmacht.outputs.rules_scope import short
from rechenmacht.outputs.rules_text import outcome

# From free to denied, readable without colour vision: light to dark along one scale, grey for what is not known.
COLOURS = {
    "NLR": "#9fd3c7", "NAC": "#e9d66b", "LIC_PA": "#f2b872", "LIC_CBC": "#e8944a", "LIC": "#cf5c36",
    "LIC_PD": "#8c1c13", "UNDETERMINED": "#b8b8b8",
}  # fmt: skip
# Chips that are named in the plane: text, and where it stands from the point (pixels; left of it if negative).
LABELLED = {
    "chip:t4": ("T4", 8, 0), "chip:l4": ("L4", -8, 0), "chip:h20": ("H20", 8, 8), "chip:l20": ("L20", -8, 4),
    "chip:a30": ("A30", 8, 4), "chip:mi210": ("MI210", 8, 0), "chip:a100-sxm-80gb": ("A100", 8, 6),
    "chip:rtx-4090": ("RTX 4090", -8, 6), "chip:rtx-5090": ("RTX 5090", 0, -14), "chip:h100-sxm": ("H100", -8, -6),
    "chip:rtx-5090-d-v2": ("RTX 5090 D V2", -8, -2), "chip:mi300x": ("MI300X", 8, 0),
    "chip:ascend-910c": ("Ascend 910C", 8, 6), "chip:tpu-v5e": ("TPU v5e", -8, 0),
}  # fmt: skip
WIDTH = 760


def halves(text: str) -> list[str]:
    """Return sentences as lines of a subtitle."""
    return [part.strip() for part in text.replace(". ", ".\n").split("\n")]


def save(chart: Any, path: Path) -> None:
    """Write a chart as PNG, SVG or JSON (Vega-Lite), by the file's ending.

    Raises:
        BadInput: if the ending is another one.
    """
    if path.suffix not in {".png", ".svg", ".json"}:
        raise BadInput(f"{path}: a chart is written as .svg, .png or .json")
    try:
        chart.save(str(path), **({"scale_factor": 2} if path.suffix == ".png" else {}))
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror})") from None


def _scale(lang: Lang, used: Collection[str]) -> tuple[Any, dict[str, str]]:
    import altair as alt

    names = {code: outcome(code, lang) for code in COLOURS}
    domain = [names[code] for code in COLOURS if code in used]
    return alt.Scale(domain=domain, range=[COLOURS[code] for code in COLOURS if code in used]), names


def _legend(alt: Any, width: int) -> Any:
    """Return the legend under the chart, in two columns where there is room."""
    columns = 2 if width > 600 else 1
    return alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=400, symbolOpacity=1)


def _locale(lang: Lang) -> dict[str, Any]:
    """Return the chart configuration that writes numbers as the language does."""
    if lang == "en":
        return {}
    return {"locale": {"number": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]}}}


def timeline_chart(
    rules: RuleSet, name: str, to: str, periods: Sequence[Period], lang: Lang, until: str, width: int = WIDTH
) -> Any:
    """Return a chip's status over time as one bar of coloured periods.

    Args:
        rules: the compiled rules, for what they cover.
        name: the chip's name.
        to: destination (ISO code).
        periods: as `timeline.timeline` gives them.
        lang: language of title, axis and legend.
        until: day at which an open period is cut off.
        width: of the plot in pixels.
    """
    import altair as alt

    scale, names = _scale(lang, {one.outcome for one in periods})
    values = [
        {"first": one.first, "last": one.last or until, "outcome": names[one.outcome], "chip": name,
         "rules": ", ".join(one.fired) or "-", "code": one.outcome}
        for one in periods
        if one.first <= until
    ]  # fmt: skip
    words = language(lang)
    title = words.text("rules.chart.timeline", name=name, to=to)
    told = [words.text("rules.chart.source", files="rules/rules.csv"), *halves(short(rules, until, lang))]
    bars = (
        alt.Chart(alt.InlineData(values=values), title=alt.TitleParams(title, subtitle=told, anchor="start"))
        .mark_bar(height=34, stroke="white")
        .encode(
            x=alt.X(
                "first:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=max(3, width // 63), labelFlush=False)
            ),
            x2="last:T",
            y=alt.Y("chip:N", title=None, axis=None),
            color=alt.Color(
                "outcome:N",
                scale=scale,
                legend=_legend(alt, width),
            ),
            tooltip=["first:N", "last:N", "outcome:N", "rules:N"],
        )
    )
    return bars.properties(width=width, height=60).configure_view(stroke=None)


def _log(title: str, limits: tuple[float, float], ticks: list[float]) -> dict[str, Any]:
    import altair as alt

    return {
        "title": title,
        "scale": alt.Scale(type="log", domain=list(limits), nice=False),
        "axis": alt.Axis(values=ticks, format=",~f", grid=False),
    }


def plane_chart(rules: RuleSet, chips: Sequence[RuledChip], to: str, day: str, lang: Lang, width: int = WIDTH) -> Any:
    """Return the catalogue in the plane of TPP and performance density, over the regions for data-centre chips.

    Args:
        rules: the compiled rules.
        chips: the catalogue.
        to: destination (ISO code).
        day: 2024-07-31.
        lang: language of title, axes and legend.
        width: of the plot in pixels.
    """
    import altair as alt

    inside = [
        one
        for one in plane_points(rules, chips, to, day)
        if PD_RANGE[0] < one["pd"] < PD_RANGE[1] and TPP_RANGE[0] < one["tpp"] < TPP_RANGE[1]
    ]
    rectangles = regions(rules, to, day, "datacenter")
    scale, names = _scale(lang, {one["code"] for one in (*inside, *rectangles)})
    areas, points = ([{**one, "outcome": names[one["code"]]} for one in rows] for rows in (rectangles, inside))
    words = language(lang)
    colour = alt.Color("outcome:N", scale=scale, legend=_legend(alt, width))
    x = _log(words.text("rules.chart.tpp"), TPP_RANGE, [400, 800, 1600, 2400, 4800, 10000, 21000, 50000])
    y = _log(words.text("rules.chart.density"), PD_RANGE, [1, 1.6, 3.2, 5.92, 10, 20, 40])
    area = (
        alt.Chart(alt.InlineData(values=areas))
        .mark_rect(opacity=0.3)
        .encode(x=alt.X("left:Q", **x), x2="right:Q", y=alt.Y("bottom:Q", **y), y2="top:Q", color=colour)
    )
    base = alt.Chart(alt.InlineData(values=points)).encode(x=alt.X("tpp:Q", **x), y=alt.Y("pd:Q", **y))
    dots = base.mark_point(filled=True, size=70, opacity=1, stroke="black", strokeWidth=0.7).encode(
        color=colour,
        shape=alt.Shape(
            "market:N",
            scale=alt.Scale(domain=["datacenter", "consumer", "?"], range=["circle", "square", "triangle"]),
            legend=None,
        ),
        tooltip=["chip:N", "tpp:Q", "pd:Q", "outcome:N", "rules:N"],
    )
    texts = [
        base.transform_filter(f"datum.id === {name!r}")
        .mark_text(align="right" if dx < 0 else "left", dx=dx, dy=dy, fontSize=12, color=theme.light("ink"))
        .encode(text=alt.value(text))
        for name, (text, dx, dy) in LABELLED.items()
    ]
    source = words.text("rules.chart.source", files="rules/*.csv, claims")
    told = [words.text("rules.chart.areas"), f"{words.text('rules.chart.shapes')} {source}"]
    told += halves(short(rules, day, lang))
    title = alt.TitleParams(words.text("rules.chart.plane", to=to, day=day), subtitle=told, anchor="start")
    return (
        alt.layer(area, dots, *texts)
        .properties(width=width, height=460, title=title)
        .configure_view(stroke=None)
        .configure(**_locale(lang))
    )
