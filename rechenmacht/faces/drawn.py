"""The charts that an answer names, as Vega-Lite specifications."""

from __future__ import annotations

from typing import Any

from rechenmacht.answers.answer import Answer, Ranges
from rechenmacht.answers.kinds import Kind
from rechenmacht.faces import charts
from rechenmacht.faces.charts import Row, Size, Spec
from rechenmacht.faces.words import Words

UNITS = {"money": "USD", "share": "share"}


def specs(answer: Answer, words: Words, size: Size) -> dict[str, Spec]:
    """Return the specification of each chart by name."""
    return {one.name: _ranges(answer, one, words, size) for one in answer.charts}


def _ranges(answer: Answer, chart: Ranges, words: Words, size: Size) -> Spec:
    table = next(table for table in answer.tables if table.name == chart.table)
    kinds = table.kinds
    unit = UNITS[kinds[chart.band].name]
    rows = [row for row in table.rows if all(row[key] == value for key, value in chart.only.items())]
    rows = sorted(rows, key=lambda row: -row[chart.band]["median"])[: chart.most]
    drawn = [
        Row(words.cell(row[chart.label], kinds[chart.label], row), "", band["low"], band["median"], band["high"],
            "orange", None, words.language.amount(band["median"], unit, 2))
        for row in rows if (band := row[chart.band])
    ]  # fmt: skip
    return charts.ranges(drawn, unit, words.language, size, zero=True)


def title(answer: Answer, chart: Ranges, words: Words) -> str:
    """Return the title of a chart."""
    hints: dict[str, Any] = answer.question.values
    values = {key: words.cell(value, _kind_of(hints[key])) for key, value in answer.values.items() if key in hints}
    return words.text(f"drawn.{answer.question.name.split('.')[0]}.{chart.name}", **values)


def _kind_of(hint: Any) -> Kind:
    return next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Kind)), Kind("text"))
