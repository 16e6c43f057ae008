"""The engine's charts: two systems side by side, and the same chips from one rack to the internet."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.domains.engine.compare import Comparison
from rechenmacht.domains.engine.reach import Step
from rechenmacht.faces import charts
from rechenmacht.faces.charts import Row
from rechenmacht.outputs.cli.common import Lang
from rechenmacht.outputs.enginecharts import comparison_chart, comparison_rows
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look, nothing, of_altair

ROLES = ("blue", "orange")


def comparison(look: Look, found: Comparison, claims: list[str]) -> Drawn:
    """Return the chart of the ratios of two systems."""
    lang = look.language
    code: Lang = "de" if lang.code == "de" else "en"
    spec, title, notes = of_altair(comparison_chart(found, code, max(look.width - 170, 120)))
    rows = comparison_rows(found, code)
    alt = "; ".join(f"{row['what']} {lang.number(row['value'])}" for row in rows)
    return Drawn(title, notes, f"{title}. {alt}.", spec, rows, frozenset(claims), more=found.document())


def reach(look: Look, sides: list[tuple[str, tuple[Step, ...]]], model: str, method: str, claims: list[str]) -> Drawn:
    """Return the chart of what a chip delivers at each step; `sides` are names of chips with their steps."""
    lang = look.language
    rows, data = [], []
    for (name, steps), role in zip(sides, ROLES, strict=False):
        for one in steps:
            data.append({"chip": name, **asdict(one), "per_chip": one.per_chip})
            if one.reason:
                continue
            label = lang.text(f"reach.{one.name}")
            low, high = one.low / one.chips, one.high / one.chips
            rows.append(Row(label, name, low, one.per_chip, high, role, None, lang.big(one.per_chip, 2)))
    title = lang.text("reach.title", model=model)
    notes = (lang.text("reach.about", method=method), lang.text("reach.note"))
    if not rows:
        return Drawn(title, (*notes, data[0]["reason"] if data else ""), title, nothing(look), data, frozenset(claims))
    alt = "; ".join(f"{row.series}, {row.label}: {row.text}" for row in rows)
    return Drawn(title, notes, f"{title}: {alt}.", charts.ranges(rows, "1", lang, look.size, log=True), data,
                 frozenset(claims))  # fmt: skip
