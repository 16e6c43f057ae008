"""Charts of what a run reports: one for each outcome, a panel for each bloc, vendor, owner or way of counting."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from rechenmacht.answers.answer import Answer, Row
from rechenmacht.dates import span
from rechenmacht.domains.race.axes import LAST_OBSERVED, year_at_end
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.faces import theme
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import svg
from rechenmacht.outputs.site.charts import Chart, Picture
from rechenmacht.outputs.site.frame import Site
from rechenmacht.outputs.site.look import table
from rechenmacht.outputs.stage.families import Family, families, line_names, name_of

FIRST_SHOWN = "2022-Q4"  # earlier quarters hold start-up artefacts of the frontier gap
DRAWN = ("Q4", "2023-Q2", "2024-Q2", "2025-Q2", "2026-Q2", "2027-Q2")  # year ends, and between them up to now
TOLD = ("2026-Q2", "2030-Q4", "2035-Q4")
BATCH = 60  # outcomes that one question may name
PARTS = ("q05", "q25", "q50", "q75", "q95")
SCALED = {"1e24 FLOP": (1e24, "FLOP"), "indicator": (1.0, "share")}
"""Units that people read as others: factor and unit."""


def shown() -> list[Family]:
    """Return the outcomes that have quantiles, by group."""
    return [one for one in families() if one.unit != "indicator"]


def variables() -> list[str]:
    """Return the variables that a run reports with quantiles."""
    return list(dict.fromkeys(one.variable for one in SERIES if one.unit != "indicator"))


def answer_of(site: Site, variable: str) -> Answer:
    """Return the answer that holds a variable: they are asked in batches, on the same draws."""
    known = variables()
    start = known.index(variable) // BATCH * BATCH
    return site.ask("race.run", outcome=known[start : start + BATCH])


def series(site: Site, variable: str) -> dict[str, list[Row]]:
    """Return a variable's rows by region, quarter by quarter."""
    if variable not in site.series:
        for row in next(t for t in answer_of(site, variable).tables if t.name == "quantiles").rows:
            site.series.setdefault(row["variable"], {}).setdefault(row["region"], []).append(row)
    return site.series[variable]


def slug(name: str) -> str:
    """Return an outcome's name in addresses."""
    return name.replace("|", "-").replace("_", "-").lower()


def ends(row: Row, words: Words, digits: int = 2) -> str:
    """Return the median of an outcome with its 90 % range."""
    value = row["value"]
    factor, unit = SCALED.get(row["unit"], (1.0, row["unit"]))
    low, mid, high = (value[part] * factor for part in ("q05", "q50", "q95"))
    return words.language.estimate(low, mid, high, unit, digits)


def drawn(quarter: str) -> bool:
    """Return whether a chart shows a quarter."""
    return quarter >= FIRST_SHOWN and quarter.endswith(DRAWN)


def data_to(answer: Answer) -> str:
    """Return the last day of the data behind a run."""
    marks = next(t for t in answer.tables if t.name == "headlines").rows
    return max(str(row["data_to"]) for row in marks)


def until(quarter: str, words: Words) -> str:
    """Return the end of a quarter in words: end of June 2026, end of 2030."""
    lang = words.language
    if quarter.endswith("Q4"):
        return lang.at_end(quarter)
    return lang.text("site.end_of", month=lang.date(span(quarter)[1].isoformat()[:7]))


def _lines(site: Site, family: Family, words: Words) -> list[tuple[str, str, list[Row]]]:
    """Return the lines of an outcome: name, role of the colour, rows."""
    names, owners = line_names(words.language), family.id.startswith("bought")
    found = []
    for key, place in family.lines.items():
        one = SERIES[place]
        name, _, role = names[key]
        name = (words.language.maybe(f"owner.{key}") or name) if owners else name
        found.append((name, role if role in theme.ROLES else "slate", series(site, one.variable)[one.region]))
    return found


def _unit(family: Family) -> str:
    unit = SERIES[next(iter(family.lines.values()))].unit
    return "share" if unit in {"share", "indicator"} else unit


def _alt(site: Site, family: Family, words: Words) -> str:
    said = []
    for name, _, rows in _lines(site, family, words):
        told = [f"{until(row['quarter'], words)} {ends(row, words)}" for row in rows if row["quarter"] in TOLD]
        said.append(f"{name}: {', '.join(told)}")
    return f"{name_of(words.language, family)}. {'; '.join(said)}."


def _table(site: Site, family: Family, words: Words) -> Markup:
    heads = [words.text("site.where"), *(until(quarter, words) for quarter in TOLD)]
    rows = []
    for name, _, found in _lines(site, family, words):
        by = {row["quarter"]: row for row in found}
        rows.append([name, *(ends(by[quarter], words) for quarter in TOLD)])
    return table(heads, rows, numeric=range(1, 4), label=name_of(words.language, family))


def _draw(site: Site, family: Family, words: Words, width: int) -> Picture:
    panels, years = [], []
    for name, role, rows in _lines(site, family, words):
        kept = [row for row in rows if drawn(row["quarter"])]
        years = [year_at_end(row["quarter"]) for row in kept]
        says = f"2030: {ends(next(row for row in kept if row['quarter'] == '2030-Q4'), words)}"
        panels.append(svg.Panel(name, says, role, [[row["value"][part] for row in kept] for part in PARTS]))
    return svg.fans(panels, years, year_at_end(LAST_OBSERVED), _unit(family), words.language, width)


def _csv(site: Site, family: Family) -> str:
    lines = ["variable,region,quarter,unit,q05,q25,q50,q75,q95"]
    for place in family.lines.values():
        one = SERIES[place]
        for row in series(site, one.variable)[one.region]:
            numbers = ",".join(f"{row['value'][part]:.6g}" for part in PARTS)
            lines.append(f"{one.variable},{one.region},{row['quarter']},{one.unit},{numbers}")
    return "\n".join(lines) + "\n"


def _about(family: Family, words: Words) -> str:
    lang, unit = words.language, _unit(family)
    known = {key: lang.text(f"site.unit_{key}") for key in ("share", "count", "1")}
    return lang.text("site.chart_about", unit=known.get(unit, lang.texts.get(f"unit.{unit}", unit)))


def outcome_chart(site: Site, family: Family) -> Chart:
    """Return the chart of an outcome: a panel for each line, with bands."""
    first = SERIES[next(iter(family.lines.values()))].variable

    return Chart(
        slug(family.id), lambda words: name_of(words.language, family), partial(_about, family),
        partial(_alt, site, family), partial(_draw, site, family), partial(_table, site, family),
        partial(_csv, site, family), partial(answer_of, site, first), lambda: data_to(answer_of(site, first)),
    )  # fmt: skip
