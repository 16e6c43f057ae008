"""The engine's charts: two systems side by side, and the same chips from one rack to the internet."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer
from rechenmacht.faces import charts
from rechenmacht.faces.charts import Row
from rechenmacht.outputs.cli.common import Lang
from rechenmacht.outputs.enginecharts import comparison_chart, comparison_rows
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look, nothing, of_altair

ROLES = ("blue", "orange")


def comparison(look: Look, found: Answer) -> Drawn:
    """Return the chart of the ratios of two systems, of the answer to `engine.compare`."""
    lang = look.language
    code: Lang = "de" if lang.code == "de" else "en"
    spec, title, notes = of_altair(comparison_chart(found.values, code, max(look.width - 170, 120)))
    rows = comparison_rows(found.values, code)
    alt = "; ".join(f"{row['what']} {lang.number(row['value'])}" for row in rows)
    return Drawn(title, notes, f"{title}. {alt}.", spec, rows, frozenset(found.claims), more=dict(found.values))


def reach(look: Look, sides: list[Answer], model: str, method: str) -> Drawn:
    """Return the chart of what chips deliver at each step; `sides` are answers to `engine.reach`."""
    lang = look.language
    rows, data = [], []
    for side, role in zip(sides, ROLES, strict=False):
        name = side.values["name"]
        for one in side.tables[0].rows:
            data.append({**one, "chip": name})
            if one["reason"]:
                continue
            label = lang.text(f"reach.{one['name']}")
            low, high = one["low"] / one["chips"], one["high"] / one["chips"]
            rows.append(Row(label, name, low, one["per_chip"], high, role, None, lang.big(one["per_chip"], 2)))
    claims = frozenset(claim for side in sides for claim in side.claims)
    title = lang.text("reach.title", model=model)
    notes = (lang.text("reach.about", method=method), lang.text("reach.note"))
    if not rows:
        return Drawn(title, (*notes, data[0]["reason"] if data else ""), title, nothing(look), data, claims)
    alt = "; ".join(f"{row.series}, {row.label}: {row.text}" for row in rows)
    return Drawn(title, notes, f"{title}: {alt}.", charts.ranges(rows, "1", lang, look.size, log=True), data, claims)
