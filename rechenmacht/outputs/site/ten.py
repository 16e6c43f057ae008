"""The ten questions of the front page: each answered in one sentence whose figures stand in an answer, with a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from rechenmacht.answers.answer import Answer, Row
from rechenmacht.answers.kinds import Kind
from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import charts, outcomes, svg
from rechenmacht.outputs.site.charts import Chart
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, table

YEAR_BEFORE, YEAR_AFTER, LATER = "2025-Q2", "2027-Q2", "2030-Q4"
GROWN = ("2023-Q2", "2024-Q2", "2025-Q2", "2026-Q2", "2027-Q2", "2028-Q2")
STOCK = "installed|h100e_8bit"
SCENARIO = "taiwan_blockade"
SWARM = {"model": "llama3-70b", "chip": "h100", "chips": 1024}
CHANGED = "accessible|h100e_8bit@China@2030-Q4"


@dataclass(frozen=True)
class Asked:
    """One of the ten: its name in the locales, the values of its sentence, its chart, and where more stands."""

    name: str
    values: Callable[[Words], dict[str, str]]
    chart: Chart
    more: str


def _value(site: Site, variable: str, region: str, quarter: str) -> Row:
    return next(row for row in outcomes.series(site, variable)[region] if row["quarter"] == quarter)


def _said(site: Site, words: Words, variable: str, region: str, quarter: str, digits: int = 2) -> str:
    """Return the median of an outcome with its 90 % range."""
    return outcomes.ends(_value(site, variable, region, quarter), words, digits)


def _mid(site: Site, words: Words, variable: str, region: str, quarter: str) -> str:
    row = _value(site, variable, region, quarter)
    factor, unit = outcomes.SCALED.get(row["unit"], (1.0, row["unit"]))
    return words.language.amount(row["value"]["q50"] * factor, unit, 2)


def _have(site: Site, words: Words) -> dict[str, str]:
    told = {"us": "United States", "cn": "China", "world": "World"}
    found = {key: _said(site, words, STOCK, region, LAST_OBSERVED, 3) for key, region in told.items()}
    middle = {key: _value(site, STOCK, region, LAST_OBSERVED)["value"]["q50"] for key, region in told.items()}
    # Of the medians beside them: who divides these gets that. The share's own median is another figure.
    shares = {f"{key}_share": words.language.percent(middle[key] / middle["world"], 2) for key in ("us", "cn")}
    return found | shares | {"when": outcomes.until(LAST_OBSERVED, words)}


def _fast(site: Site, words: Words) -> dict[str, str]:
    quarters = {"before": YEAR_BEFORE, "now": LAST_OBSERVED, "after": YEAR_AFTER}
    found = {key: _said(site, words, STOCK, "World", quarter, 2) for key, quarter in quarters.items()}
    return found | {f"when_{key}": outcomes.until(quarter, words) for key, quarter in quarters.items()}


def _china(site: Site, words: Words) -> dict[str, str]:
    ways = {"legal": "legal", "smuggled": "with_smuggled", "rented": "with_rented"}
    found = {key: _said(site, words, f"runs_share|{way}", "China", LAST_OBSERVED, 2) for key, way in ways.items()}
    return found | {"when": outcomes.until(LAST_OBSERVED, words)}


def _power(site: Site, words: Words) -> dict[str, str]:
    return {
        "now": _said(site, words, "power_connected", "World", LAST_OBSERVED, 2),
        "later": _said(site, words, "power_connected", "World", LATER, 2),
        "us": _said(site, words, "power_connected", "United States", LATER, 2),
        "twh": _said(site, words, "electricity_ai", "World", LATER, 2),
        "when": outcomes.until(LAST_OBSERVED, words), "until": outcomes.until(LATER, words),
    }  # fmt: skip


def _smuggling(site: Site, words: Words) -> dict[str, str]:
    return {
        "now": _said(site, words, "smuggled|h100e_8bit", "China", LAST_OBSERVED, 2),
        "chips": _said(site, words, "smuggled|chips", "China", LAST_OBSERVED, 2),
        "with": _mid(site, words, "runs|with_smuggled", "China", LAST_OBSERVED),
        "without": _mid(site, words, "runs|legal", "China", LAST_OBSERVED),
        "quarter": words.language.date(LAST_OBSERVED),
    }  # fmt: skip


def _rows(answer: Answer, name: str) -> Any:
    return next(table for table in answer.tables if table.name == name).rows


def _pays(site: Site, words: Words) -> dict[str, str]:
    total = next(row for row in _rows(site.ask("capital.circularity"), "waterfall") if row["layer"] == "total")
    lang = words.language
    return {
        "announced": lang.amount(total["headline"], "USD"), "firm": lang.amount(total["firm"], "USD"),
        "paid": lang.amount(total["paid"], "USD"), "count": lang.number(total["contracts"], 6),
        "at": lang.date(str(site.ask("capital.circularity").values["at"])),
    }  # fmt: skip


def _difference(site: Site, outcome: str) -> Row:
    rows: list[Row] = list(_rows(site.ask("uncertainty.compare", a="reference", b=SCENARIO), "outcomes"))
    return next(row for row in rows if row["outcome"] == outcome)


def _blockade(site: Site, words: Words) -> dict[str, str]:
    lang, found = words.language, {}
    for key, outcome in (("us", f"{STOCK}@United States@{LATER}"), ("cn", CHANGED)):
        row = _difference(site, outcome)
        change = row["difference"]
        found[key] = lang.percent(row["relative"], 2).replace("-", "−")
        found[f"{key}_by"] = lang.estimate(change["q05"], change["q50"], change["q95"], row["unit"], 2)
        found[f"{key}_higher"] = lang.percent(row["lower"], 2)
    return found | {"until": outcomes.until(LATER, words)}


def _swarm(site: Site, words: Words) -> dict[str, str]:
    steps = {row["name"]: row for row in _rows(site.ask("engine.reach", **SWARM), "steps")}
    lang = words.language
    per = {
        key: lang.estimate(steps[key]["low"] / steps[key]["chips"], steps[key]["per_chip"], steps[key]["high"] / steps[key]["chips"], "1", 2)
        for key in ("hall", "homes")
    }  # fmt: skip
    return per | {
        "uplink": lang.number(steps["homes"]["uplink_gbit"] * 1000, 3),
        "run": _said(site, words, "swarm_run", "World", LAST_OBSERVED, 2),
        "frontier": _mid(site, words, "training_run", "United States", LAST_OBSERVED),
        "when": outcomes.until(LAST_OBSERVED, words),
    }  # fmt: skip


def _wrong(site: Site, words: Words) -> dict[str, str]:
    answer, lang = site.ask("uncertainty.backtest"), words.language
    pooled = answer.values["pooled"]
    return {
        "n": lang.number(pooled["n"], 6), "targets": lang.number(len(_rows(answer, "targets")), 3),
        "c50": lang.percent(pooled["coverage50"], 2), "c90": lang.percent(pooled["coverage90"], 2),
        "skill": lang.number(pooled["skill"], 2), "low": lang.number(pooled["skill_low"], 2),
        "high": lang.number(pooled["skill_high"], 2),
    }  # fmt: skip


def _changes(site: Site, words: Words) -> dict[str, str]:
    rows = _rows(site.ask("uncertainty.sensitivity"), "outcomes")
    one = next(row for row in rows if row["outcome"] == CHANGED)
    first, second = one["parameters"][:2]
    lang = words.language
    return {
        "first": words.cell(first["name"], Kind("parameter")).partition(" (" + first["name"])[0],
        "second": words.cell(second["name"], Kind("parameter")).partition(" (" + second["name"])[0],
        "low": lang.amount(min(first["low_end"], first["high_end"]), one["unit"], 2),
        "high": lang.amount(max(first["low_end"], first["high_end"]), one["unit"], 2), "until": outcomes.until(LATER, words),
    }  # fmt: skip


def _reach_chart(site: Site) -> Chart:
    """Return the chart of what the same chips deliver per chip from one rack to homes."""

    def ask() -> Answer:
        return site.ask("engine.reach", **SWARM)

    def bars(words: Words) -> list[svg.Bar]:
        lang = words.language
        return [
            svg.Bar(lang.text(f"reach.{row['name']}"), row["low"] / row["chips"], row["per_chip"], row["high"] / row["chips"],
                    lang.estimate(row["low"] / row["chips"], row["per_chip"], row["high"] / row["chips"], "tokens/s", 2))
            for row in _rows(ask(), "steps") if not row["reason"]
        ]  # fmt: skip

    return _bars_chart(site, "reach", ask, bars, "tokens/s", "steps")


def _growth_chart(site: Site) -> Chart:
    """Return the chart of the world's installed compute, a row for the middle of each year."""

    def rows() -> list[Row]:
        return [_value(site, STOCK, "World", quarter) for quarter in GROWN]

    def bars(words: Words) -> list[svg.Bar]:
        found = []
        for row in rows():
            low, mid, high = (row["value"][part] for part in ("q05", "q50", "q95"))
            role = "blue" if row["quarter"] <= LAST_OBSERVED else "orange"
            found.append(
                svg.Bar(outcomes.until(row["quarter"], words), low, mid, high, outcomes.ends(row, words), role)
            )
        return found

    def csv() -> str:
        lines = [
            f"{row['quarter']},{row['unit']}," + ",".join(f"{row['value'][part]:.6g}" for part in outcomes.PARTS)
            for row in rows()
        ]
        return "\n".join(["quarter,unit,q05,q25,q50,q75,q95", *lines]) + "\n"

    return _bars_chart(site, "growth", lambda: outcomes.answer_of(site, STOCK), bars, "h100e", csv)


def _bars_chart(
    site: Site, name: str, ask: Callable[[], Answer], bars: Callable[[Words], list[svg.Bar]], unit: str,
    rows: str | Callable[[], str],
) -> Chart:  # fmt: skip
    """Return a chart of bars of an answer; its texts stand under `site.chart.<name>`.

    Args:
        site: whose chart it is.
        name: of its address and texts.
        ask: gives the answer.
        bars: its rows in words.
        unit: of the axis.
        rows: the answer's table that its CSV holds, or what makes the CSV.
    """
    from rechenmacht.faces import machine

    def csv() -> str:
        return rows() if callable(rows) else machine.csv_text(next(t for t in ask().tables if t.name == rows))

    def title(words: Words) -> str:
        return words.text(f"site.chart.{name}.title")

    return Chart(
        name, title, lambda words: words.text(f"site.chart.{name}.about"),
        lambda words: f"{title(words)}. " + "; ".join(f"{bar.name}: {bar.text}" for bar in bars(words)) + ".",
        lambda words, width: svg.ranges(bars(words), unit, words.language, width),
        lambda words: table([words.text("site.what"), words.text("site.figure")],
                            [[bar.name, bar.text] for bar in bars(words)], [1], title(words)),
        csv, ask, lambda: _data_to(site, ask()),
    )  # fmt: skip


def _data_to(site: Site, answer: Answer) -> str:
    """Return the last day that the data behind an answer are about; a run's are those of every run."""
    if answer.question.name.startswith(("race.", "uncertainty.")):
        return outcomes.data_to(outcomes.answer_of(site, STOCK))
    return str(answer.values.get("at") or charts.newest(site, answer))


def _money_chart(site: Site) -> Chart:
    def ask() -> Answer:
        return site.ask("capital.circularity")

    def bars(words: Words) -> list[svg.Bar]:
        total = next(row for row in _rows(ask(), "waterfall") if row["layer"] == "total")
        return [
            svg.Bar(
                words.text(f"site.chart.promised.{step}"),
                0.0,
                total[step],
                total[step],
                words.language.amount(total[step], "USD"),
            )
            for step in ("headline", "firm", "paid")
        ]

    return _bars_chart(site, "promised", ask, bars, "USD", "waterfall")


def _wrong_chart(site: Site) -> Chart:
    def ask() -> Answer:
        return site.ask("uncertainty.backtest")

    def bars(words: Words) -> list[svg.Bar]:
        lang = words.language
        return [
            svg.Bar(words.text("site.quarters_ahead" if row["quarters"] > 1 else "site.quarter_ahead", n=row["quarters"]), row["skill_low"], row["skill"], row["skill_high"],
                    lang.estimate(row["skill_low"], row["skill"], row["skill_high"], "1", 2))
            for row in _rows(ask(), "horizons")
        ]  # fmt: skip

    return _bars_chart(site, "backtest", ask, bars, "1", "horizons")


def _blockade_chart(site: Site) -> Chart:
    def ask() -> Answer:
        return site.ask("uncertainty.compare", a="reference", b=SCENARIO)

    def bars(words: Words) -> list[svg.Bar]:
        lang = words.language
        return [
            svg.Bar(words.cell(row["outcome"], Kind("outcome")), row["difference"]["q05"], row["difference"]["q50"],
                    row["difference"]["q95"],
                    lang.estimate(row["difference"]["q05"], row["difference"]["q50"], row["difference"]["q95"], "h100e", 2))
            for row in _rows(ask(), "outcomes") if row["unit"] == "h100e"
        ]  # fmt: skip

    return _bars_chart(site, "taiwan-blockade", ask, bars, "h100e", "outcomes")


def _changes_chart(site: Site) -> Chart:
    def ask() -> Answer:
        return site.ask("uncertainty.sensitivity")

    def bars(words: Words) -> list[svg.Bar]:
        one = next(row for row in _rows(ask(), "outcomes") if row["outcome"] == CHANGED)
        return [
            svg.Bar(words.cell(row["name"], Kind("parameter")).partition(f" ({row['name']}")[0],
                    min(row["low_end"], row["high_end"]), (row["low_end"] + row["high_end"]) / 2,
                    max(row["low_end"], row["high_end"]),
                    words.language.band(min(row["low_end"], row["high_end"]), max(row["low_end"], row["high_end"]), one["unit"]))
            for row in one["parameters"][:8]
        ]  # fmt: skip

    return _bars_chart(site, "deciding", ask, bars, "h100e", "deciding")


def ten(site: Site, known: dict[str, Chart]) -> list[Asked]:
    """Return the ten questions; `known` are the charts of outcomes by variable."""
    own = [_growth_chart(site), _money_chart(site), _blockade_chart(site), _reach_chart(site), _wrong_chart(site),
           _changes_chart(site)]  # fmt: skip
    growth, money, blockade, swarm, wrong, changes = (charts.register(site, one) for one in own)
    rows = (
        ("have", _have, known[STOCK], "facts/index.html"),
        ("fast", _fast, growth, "charts/index.html"),
        ("china", _china, known["runs_share"], "charts/runs.html"),
        ("power", _power, known["power_connected"], "places/index.html"),
        ("smuggling", _smuggling, known["smuggled|h100e_8bit"], "rules/index.html"),
        ("pays", _pays, money, "capital/index.html"),
        ("blockade", _blockade, blockade, "scenarios.html"),
        ("swarm", _swarm, swarm, "systems/index.html"),
        ("wrong", _wrong, wrong, "claims/backtest.html"),
        ("changes", _changes, changes, "charts/deciding.html"),
    )
    return [Asked(name, partial(values, site), chart, more) for name, values, chart, more in rows]


def front(site: Site, asked: list[Asked]) -> Callable[[Words], Page]:
    """Return the front page."""

    def page(words: Words) -> Page:
        t = words.text
        contents = Markup("").join(
            Markup('<li><a href="#{}">{}</a></li>').format(one.name, t(f"site.ten.{one.name}.q")) for one in asked
        )
        parts: list[Any] = [
            Markup('<p class="about">{} <a href="~/glossary.html">{}</a></p>').format(t("site.front.about"), t("site.words")),
            Markup('<ol class="contents">{}</ol>').format(contents), Markup('<div class="ten">'),
        ]  # fmt: skip
        for one in asked:
            said = t(f"site.ten.{one.name}.says", **one.values(words))
            parts.append(
                Markup(
                    '<section id="{0}" aria-labelledby="h-{0}"><h2 id="h-{0}">{1}</h2><div><p class="says">{2}</p>'
                    '<p class="note">{3}</p><p>{4}</p></div>{5}</section>'
                ).format(
                    one.name, t(f"site.ten.{one.name}.q"), said, t(f"site.ten.{one.name}.about"),
                    a(f"~/{one.more}", t("site.more")), charts.figure(site, one.chart, words, "h3", small=True),
                )
            )  # fmt: skip
        parts.append(Markup("</div>"))
        return Page(t("site.front.title"), t("site.front.summary"), joined(parts), "front", asked[0].chart.name)

    return page
