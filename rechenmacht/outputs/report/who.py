"""Section 2: who has how much compute over time, per bloc, vendor and owner."""

from __future__ import annotations

from rechenmacht.faces import charts, theme
from rechenmacht.faces.charts import Row
from rechenmacht.faces.charts_bands import Panel, band_panels
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.results import Estimate, at, method_of, over_time, years
from rechenmacht.outputs.report.view import Cell, Figure, Section, Table
from rechenmacht.domains.race.axes import BLOCS, OWNERS, VENDORS
from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.domains.uncertainty.ensemble import QUANTILES

UNIT = "h100e"
NAMES = tuple(f"q{round(quantile * 100):02d}" for quantile in QUANTILES)


def time_rows(context: Context, series: dict[str, tuple[str, str]], unit: str) -> list[dict[str, object]]:
    """Return the data of a chart over time, one row per series and quarter."""
    rows: list[dict[str, object]] = []
    run = context.reference
    for key in series.values():
        for quarter, column in zip(run.meta["quarters"], over_time(run, *key).T, strict=True):
            numbers = {label: float(value) for label, value in zip(NAMES, column, strict=True)}
            rows.append({"variable": key[0], "region": key[1], "quarter": quarter, **numbers, "unit": unit})
    return rows


def bare(context: Context, unit: str, heads: list[str]) -> tuple[str, list[str]]:
    """Return the unit to write in a table's cells, and its heads: H100e stands once in the first, not in every cell."""
    if unit != "h100e":
        return unit, heads
    return "count", [f"{heads[0]} ({context.language.axis_unit(unit)})", *heads[1:]]


def dated_table(context: Context, head: str, series: dict[str, tuple[str, str]], unit: str, method: str) -> Table:
    """Return a table of medians and 90 % ranges at the report's dates; `series` maps shown names to series."""
    lang = context.language
    shown, heads = bare(context, unit, [head])
    rows: list[tuple[Cell, ...]] = []
    for name, key in series.items():
        cells: list[Cell] = [name]
        for quarter in context.dates:
            found = at(context.reference, *key, quarter)
            cells += [context.mid(found, shown, method_of(key[0], method)), context.band(found, shown)]
        rows.append(tuple(cells))
    for quarter in context.dates:
        heads += [lang.at_end(quarter), context.t("table.band")]
    return Table(tuple(heads), tuple(rows), frozenset(range(1, len(heads))))


def over_time_figure(
    context: Context,
    name: str,
    series: dict[str, tuple[str, str, str]],
    unit: str,
    method: str,
    *,
    log: bool = True,
    context_lines: bool = True,
) -> Figure:
    """Return small multiples of series over time; `series` maps names to (colour role, variable, region)."""
    run = context.reference
    panels = [
        Panel(shown, role, over_time(run, variable, region)) for shown, (role, variable, region) in series.items()
    ]
    keys = {shown: (variable, region) for shown, (_, variable, region) in series.items()}

    def spec(size: charts.Size) -> charts.Spec:
        return band_panels(
            panels, years(run), context.boundary, unit, context.language, size, log=log, context=context_lines
        )

    table = dated_table(context, context.t("table.who"), keys, unit, method)
    sources = context.history_sources()
    return context.figure(name, spec, time_rows(context, keys, unit), table, method=method, sources=sources)


def blocs(context: Context, measure: str = "h100e_8bit") -> dict[str, tuple[str, str, str]]:
    """Return the installed series of all blocs and the world, as `over_time_figure` wants them."""
    return {
        context.t(f"region.{bloc}"): (theme.OF_BLOC[bloc], f"installed|{measure}", REGION[bloc])
        for bloc in (*BLOCS, "world")
    }


def _owners(context: Context) -> Figure:
    lang, run = context.language, context.reference
    dates = (context.dates[0], context.last)
    found = {(o, q): at(run, f"bought|h100e_8bit|{o}", "World", q) for o in OWNERS for q in dates}
    order = sorted(OWNERS, key=lambda owner: -found[owner, dates[0]].mid)
    roles = dict(zip(dates, ("blue", "orange"), strict=True))
    rows = [
        _row(lang.big(found[o, q].mid, 2), context.t(f"owner.{o}"), lang.at_end(q), roles[q], found[o, q])
        for o in order
        for q in dates
    ]

    def spec(size: charts.Size) -> charts.Spec:
        return charts.ranges(rows, UNIT, lang, size, log=True)

    data = [_data(f"bought|h100e_8bit|{o}", q, found[o, q], UNIT) for o in order for q in dates]
    series = {context.t(f"owner.{o}"): (f"bought|h100e_8bit|{o}", "World") for o in order}
    table = dated_table(context, context.t("table.owner"), series, UNIT, "bought")
    dated = {"first": lang.at_end(dates[0]), "last": lang.at_end(dates[1])}
    sources = context.history_sources()
    return context.figure("owners", spec, data, table, method="bought", sources=sources, **dated)


def _row(text: str, label: str, series: str, role: str, found: Estimate) -> Row:
    return Row(label, series, found.low, found.mid, found.high, role, found.inner, text)


def _data(variable: str, when: str, found: Estimate, unit: str) -> dict[str, object]:
    numbers = (found.low, found.q25, found.mid, found.q75, found.high)
    return {"variable": variable, "quarter": when, **dict(zip(NAMES, numbers, strict=True)), "unit": unit}


range_row, range_data = _row, _data


def section(context: Context) -> Section:
    """Return the section: blocs (installed), vendors (delivered), owners (bought), all dense 8-bit H100e."""
    vendors = {context.t(f"vendor.{v}"): (theme.OF_VENDOR[v], f"delivered|h100e_8bit|{v}", "World") for v in VENDORS}
    figures = [
        over_time_figure(context, "blocs", blocs(context), UNIT, "installed"),
        over_time_figure(context, "vendors", vendors, UNIT, "delivered"),
        _owners(context),
    ]
    return Section(
        "who", context.t("who.title"), "figures.html.j2", {"intro": [context.rich("who.intro")], "figures": figures}
    )
