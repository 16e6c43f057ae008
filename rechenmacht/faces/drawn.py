"""The charts that an answer names, as Vega-Lite specifications."""

from __future__ import annotations

from typing import Any

import numpy as np

from rechenmacht.answers.answer import Answer, Chart, Curve, Flows, Lines, Ranges, Row, Stacks, Table, Years
from rechenmacht.answers.kinds import Kind, columns, kind_of
from rechenmacht.dates import span
from rechenmacht.faces import charts, charts_flows, charts_sankey, theme
from rechenmacht.faces.charts import Size, Spec
from rechenmacht.faces.words import Words

ROLES = ("orange", "blue", "green", "gold", "purple", "slate")


def specs(answer: Answer, words: Words, size: Size) -> dict[str, Spec]:
    """Return the specification of each chart by name; a chart of which no row is left is not drawn."""
    return {one.name: spec(answer, one, words, size) for one in answer.charts if rows_of(answer, one)}


def spec(answer: Answer, chart: Chart, words: Words, size: Size) -> Spec:
    """Return the specification of a chart."""
    makers = {Lines: _lines, Ranges: _ranges, Flows: _flows, Stacks: _stacks, Years: _years, Curve: _curve}
    made: Spec = makers[type(chart)](answer, chart, words, size)  # type: ignore[operator]
    return made


def _table(answer: Answer, chart: Chart) -> Table:
    return next(table for table in answer.tables if table.name == chart.table)


def rows_of(answer: Answer, chart: Chart) -> list[Row]:
    """Return the rows of the table that a chart shows."""
    rows = _table(answer, chart).rows
    if isinstance(chart, Curve):
        return [row for row in rows if row[chart.x] > 0 and row[chart.y] > 0]
    return [row for row in rows if row[chart.band] is not None and all(row[k] == v for k, v in chart.only.items())]


def _ends(band: Any) -> tuple[float, float, float, tuple[float, float] | None]:
    """Return the ends and the middle of a band, and its inner ends where it has some."""
    if not isinstance(band, dict):
        return band, band, band, None
    if "q50" in band:
        return band["q05"], band["q50"], band["q95"], (band["q25"], band["q75"])
    middle = band.get("median", band.get("value"))
    low, high = band["low"], band["high"]
    middle = (low + high) / 2 if middle is None else middle
    return middle if low is None else low, middle, middle if high is None else high, None


def _unit(chart: Ranges | Lines, kind: Kind, row: Row) -> str:
    found = getattr(chart, "unit", "") or kind.unit or str(row.get("unit", "1"))
    return "share" if kind.name == "share" or (kind.name == "quantity" and found == "1") else found


def _ranges(answer: Answer, chart: Ranges, words: Words, size: Size) -> Spec:
    kinds, rows = _table(answer, chart).kinds, rows_of(answer, chart)
    unit = _unit(chart, kinds[chart.band], rows[0])
    rows = sorted(rows, key=lambda row: -abs(_ends(row[chart.band])[1]))[: chart.most]
    found = []
    for row in rows:
        low, middle, high, inner = _ends(row[chart.band])
        label = words.cell(row[chart.label], kinds[chart.label], row)
        found.append(charts.Row(label, "", low, middle, high, "orange", inner, words.language.amount(middle, unit, 2)))
    return charts.ranges(found, unit, words.language, size, zero=True)


def _lines(answer: Answer, chart: Lines, words: Words, size: Size) -> Spec:
    from rechenmacht.domains.race.axes import OBSERVED
    from rechenmacht.faces.charts_bands import Panel, band_panels

    table, rows = _table(answer, chart), rows_of(answer, chart)
    names = list(dict.fromkeys(row[chart.series] for row in rows))
    quarters = sorted({row[chart.quarter] for row in rows})
    panels = []
    for place, name in enumerate(names):
        own = {row[chart.quarter]: row[chart.band] for row in rows if row[chart.series] == name}
        table_ = np.array([[_point(own[q], key) for q in quarters] for key in ("q05", "q25", "q50", "q75", "q95")])
        panels.append(Panel(words.cell(name, table.kinds[chart.series]), ROLES[place % len(ROLES)], table_))
    years = [_year(quarter) for quarter in quarters]
    unit = _unit(chart, table.kinds[chart.band], rows[0])
    return band_panels(panels, years, _year(OBSERVED[-1]), unit, words.language, size, log=unit not in {"1", "share"})


def _flows(answer: Answer, chart: Flows, words: Words, size: Size) -> Spec:
    kinds, rows = _table(answer, chart).kinds, rows_of(answer, chart)
    found = [
        charts_flows.Spot(
            words.cell(row[chart.payer], kinds[chart.payer]), words.cell(row[chart.payee], kinds[chart.payee]),
            _ends(row[chart.band])[1], theme.OF_LAYER[row[chart.kind]],
        )
        for row in rows
    ]  # fmt: skip
    found = sorted(found, key=lambda one: -one.value)[: chart.most]
    return charts_sankey.sankey(found, _layers(words, kinds[chart.kind]), kinds[chart.band].unit, words.language, size)


def _layers(words: Words, kind: Kind) -> list[tuple[str, str]]:
    return [(words.cell(name, kind), role) for name, role in theme.OF_LAYER.items()]


def _stacks(answer: Answer, chart: Stacks, words: Words, size: Size) -> Spec:
    table = _table(answer, chart)
    by = {row[chart.part]: row for row in table.rows}
    unit = table.kinds[chart.bars[0]].unit
    bars = [
        charts_flows.Bar(
            words.heading(answer, table, next(c for c in columns(table.row) if c.key == key)).partition(",")[0],
            words.language.amount(by[chart.whole][key], unit, 3),
            tuple(by[part][key] if part in by else 0.0 for part in theme.OF_LAYER),
        )
        for key in chart.bars
    ]
    return charts_flows.stacks(bars, _layers(words, table.kinds[chart.part]), unit, words.language, size)


def _years(answer: Answer, chart: Years, words: Words, size: Size) -> Spec:
    table, rows = _table(answer, chart), rows_of(answer, chart)
    kinds = [kind for kind in theme.OF_LAYER if any(row[chart.kind] == kind for row in rows)]
    years = sorted({row[chart.year] for row in rows})
    due = {(row[chart.panel], row[chart.kind], row[chart.year]): _ends(row[chart.band])[1] for row in rows}
    panels = [
        charts_flows.Panel(
            words.cell(name, table.kinds[chart.panel]),
            tuple(tuple(due.get((name, kind, year), 0.0) for year in years) for kind in kinds), None,
        )
        for name in dict.fromkeys(row[chart.panel] for row in rows)
    ]  # fmt: skip
    series = [(words.cell(kind, table.kinds[chart.kind]), theme.OF_LAYER[kind]) for kind in kinds]
    return charts_flows.yearly(panels, years, series, table.kinds[chart.band].unit, words.language, size)


def _curve(answer: Answer, chart: Curve, words: Words, size: Size) -> Spec:
    from rechenmacht.faces.charts_curve import curve

    table, rows = _table(answer, chart), rows_of(answer, chart)
    known = {column.key: column for column in table.shown}
    x, y = known[chart.x], known[chart.y]
    points = [(float(row[chart.x]), float(row[chart.y])) for row in rows]
    titles = (words.heading(answer, table, x), words.heading(answer, table, y))
    return curve(points, titles, (x.kind.unit, y.kind.unit), words.language, size)


def _point(value: Any, key: str) -> float:
    """Return a quantile; a single number, such as a probability, is a line without a band."""
    return float(value[key] if isinstance(value, dict) else value)


def _year(quarter: str) -> float:
    end = span(quarter)[1]
    return end.year + end.month / 12


def title(answer: Answer, chart: Chart, words: Words) -> str:
    """Return the title of a chart."""
    hints: dict[str, Any] = answer.question.values
    values = {key: words.cell(value, kind_of(hints[key])) for key, value in answer.values.items() if key in hints}
    return words.text(chart.title or f"drawn.{answer.question.name.split('.')[0]}.{chart.name}", **values)
