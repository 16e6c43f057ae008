"""Sections 3 and 4: the three compute bases side by side; power and number of chips."""

from __future__ import annotations

from rechenmacht.faces import charts, theme
from rechenmacht.faces.charts import Row
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.results import Estimate, at, method_of, ratio
from rechenmacht.outputs.report.view import Cell, Figure, Section, Table
from rechenmacht.outputs.report.who import blocs, over_time_figure, range_data, range_row
from rechenmacht.domains.race.axes import BLOCS
from rechenmacht.domains.race.outcomes import REGION, SHARED

ROLES = ("slate", "orange", "blue")


def _shares(context: Context) -> Figure:
    series = {context.t(f"measure.{m}"): (theme.OF_MEASURE[m], f"installed_share|{m}", REGION["cn"]) for m in SHARED}
    return over_time_figure(context, "china_share", series, "share", "share", log=False)


def ratios(context: Context) -> dict[tuple[str, str], Estimate]:
    """Return (measure, quarter) -> United States over China, installed; empty if no draws were kept."""
    found = {
        (m, q): ratio(context.reference, f"installed|{m}", REGION["us"], REGION["cn"], q)
        for m in SHARED
        for q in context.dates
    }
    return {key: value for key, value in found.items() if value is not None}


def _ratio(context: Context) -> Figure | None:
    found = ratios(context)
    if not found:
        return None
    lang = context.language
    roles = dict(zip(context.dates, ROLES, strict=False))
    rows = [
        range_row(lang.times(e.mid), context.t(f"measure.{m}"), lang.at_end(q), roles[q], e)
        for (m, q), e in found.items()
    ]

    def spec(size: charts.Size) -> charts.Spec:
        return charts.ranges(rows, "1", lang, size, log=True, rule=1.0)

    heads = [context.t("table.basis")]
    for quarter in context.dates:
        heads += [lang.at_end(quarter), context.t("table.band")]
    body: list[tuple[Cell, ...]] = []
    for measure in SHARED:
        cells: list[Cell] = [context.t(f"measure.{measure}")]
        for quarter in context.dates:
            one = found[measure, quarter]
            cells += [
                context.num(lang.times(one.mid), method_of(f"installed|{measure}", "ratio")),
                lang.band(one.low, one.high, "1", 2),
            ]
        body.append(tuple(cells))
    data = [range_data(f"installed|{m}|us/cn", q, e, "1") for (m, q), e in found.items()]
    table = Table(tuple(heads), tuple(body), frozenset(range(1, len(heads))))
    return context.figure("ratio", spec, data, table, method="ratio", sources=context.history_sources())


def section(context: Context) -> Section:
    """Return the section on the three compute bases."""
    figures = [figure for figure in (_shares(context), _ratio(context)) if figure is not None]
    view: dict[str, object] = {"intro": [context.rich("bases.intro")], "figures": figures}
    if len(figures) < 2:
        view["outro"] = [context.rich("bases.no_draws")]
    return Section("bases", context.t("bases.title"), "figures.html.j2", view)


def _chips(context: Context) -> Figure:
    lang = context.language
    roles = dict(zip(context.dates, ROLES, strict=False))
    rows: list[Row] = []
    data: list[dict[str, object]] = []
    body: list[tuple[Cell, ...]] = []
    for bloc in (*BLOCS, "world"):
        name = context.t(f"region.{bloc}")
        cells: list[Cell] = [name]
        for quarter in context.dates:
            found = at(context.reference, "installed|chips", REGION[bloc], quarter)
            rows.append(range_row(lang.big(found.mid, 2), name, lang.at_end(quarter), roles[quarter], found))
            data.append(range_data(f"installed|chips|{bloc}", quarter, found, "count"))
            cells += [context.mid(found, "count", "chips"), context.band(found, "count")]
        body.append(tuple(cells))
    heads = [context.t("table.who")]
    for quarter in context.dates:
        heads += [lang.at_end(quarter), context.t("table.band")]

    def spec(size: charts.Size) -> charts.Spec:
        return charts.ranges(rows, "count", lang, size, log=True)

    table = Table(tuple(heads), tuple(body), frozenset(range(1, len(heads))))
    return context.figure("chips", spec, data, table, method="chips", sources=context.history_sources())


def power_section(context: Context) -> Section:
    """Return the section on the power and the number of chips."""
    power = over_time_figure(context, "power", blocs(context, "chip_power_mw"), "MW", "power")
    view: dict[str, object] = {"intro": [context.rich("power.intro")], "figures": [power, _chips(context)]}
    return Section("power", context.t("power.title"), "figures.html.j2", view)
