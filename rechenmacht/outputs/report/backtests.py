"""Section: how wrong the model has been. Targets against naive forecasts, coverage, and which assumption decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rechenmacht import runs, scenario
from rechenmacht.answers.answer import Answer, Row
from rechenmacht.domains.uncertainty import questions, ranks
from rechenmacht.domains.uncertainty.chosen import outcomes_of, take
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.evidence.base import Base, once
from rechenmacht.faces.labels import parameter_label, series_name
from rechenmacht.outputs import backtest_charts
from rechenmacht.outputs import uncertainty_charts as drawn
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Cell, Figure, Num, Section, Table
from rechenmacht.sample import draw

DRAWS = 1000
BACK_DRAWS = 400
DECIDING = 8


def _share(context: Context, value: float) -> Num:
    return context.num(context.language.percent(value, 2), "backtest")


def _skill(context: Context, row: Row) -> Cell:
    lang = context.language
    value, low, high = (row[key] for key in ("skill", "skill_low", "skill_high"))
    if low is None:
        return context.num(lang.number(value, 2), "backtest")
    return context.num(f"{lang.number(value, 2)} ({lang.number(low, 2)} … {lang.number(high, 2)})", "backtest")


def _table(context: Context, lines: Sequence[Row], first: str) -> Table:
    lang, t = context.language, context.t
    cells: list[tuple[Cell, ...]] = [
        (
            row["title"][lang.code] if first == "title" else str(row[first]),
            str(row["n"]),
            _skill(context, row),
            _share(context, row["coverage50"]),
            _share(context, row["coverage90"]),
        )
        for row in lines
    ]
    heads = (
        t(f"column.uncertainty.{first}"),
        *(t(f"backtest.{name}") for name in ("n", "skill", "cover50", "cover90")),
    )
    return Table(heads, tuple(cells), frozenset({1, 2, 3, 4} if first == "title" else {0, 1, 2, 3, 4}))


def _said(context: Context, tables: dict[str, Sequence[Row]], pooled: Row) -> list[str]:
    lang, t = context.language, context.t
    said = t(
        "note.uncertainty.pooled", n=lang.number(pooled["n"], 4), targets=len(tables["targets"]),
        c50=lang.percent(pooled["coverage50"], 2), c90=lang.percent(pooled["coverage90"], 2),
        skill=lang.number(pooled["skill"], 2), low=lang.number(pooled["skill_low"], 2),
        high=lang.number(pooled["skill_high"], 2),
    )  # fmt: skip
    worse = [row["title"][lang.code] for row in tables["targets"] if (row["skill_high"] or 0) < 0]
    return [said, t("backtest.head"), t("backtest.loses", names="; ".join(worse)) if worse else t("backtest.wins")]


def _figures(context: Context, observations: Sequence[Row]) -> list[Figure]:
    places = np.array([row["pit"] for row in observations])
    figure = backtest_charts.calibration(places, context.language)
    kept = ("target", "origin", "quarter", "horizon", "observed", "pit", "crps")
    rows = [{key: row[key] for key in kept} for row in observations]
    return [context.figure("calibration", figure.make, rows, method="backtest", says=figure.explains)]


def _deciding(context: Context) -> tuple[list[Figure], Table]:
    """Return tornado and table of the assumptions that decide China's installed compute in 2030."""
    base, lang = context.base, context.language
    model = runs.model_of(base, scenario.find(base, "reference"))
    one = outcomes_of(["installed|h100e_8bit@cn@2030-Q4"])[0]
    p = draw(model.parameters, 2 * DRAWS, 1)
    values = np.stack(list(p.values()))
    outcome = take(whole(model, 2 * DRAWS, 1), [one])
    found, ends = ranks.rank_correlations(values, outcome)[0], ranks.conditional_medians(values, outcome[0])
    top = [int(i) for i in np.argsort(-np.abs(found), kind="stable")[:DECIDING]]
    names = [model.parameters[i].name for i in top]
    labels = [parameter_label(base, lang, name) for name in names]
    pairs = [(float(ends[i, 0]), float(ends[i, 1])) for i in top]
    figure = drawn.tornado(labels, pairs, float(np.median(outcome)), one.unit, lang)
    rows: list[dict[str, object]] = [
        {"parameter": name, "rank": float(found[i]), "low": low, "high": high}
        for name, i, (low, high) in zip(names, top, pairs, strict=True)
    ]
    cells: list[tuple[Cell, ...]] = [
        (
            Num(label, f"#p-{name}"),
            context.num(lang.number(float(found[i]), 2), "deciding"),
            context.t("uncertain.claims", n=n)
            if (n := len(base.parameters[name].claims))
            else context.t("uncertain.judgement"),
        )
        for label, name, i in zip(labels, names, top, strict=True)
    ]
    heads = tuple(context.t(f"uncertain.{key}") for key in ("parameter", "rank", "basis"))
    what = f"{series_name(lang, one.variable, one.region)}, {lang.at_end(one.quarter)}"
    shown = context.figure("deciding", figure.make, rows, method="deciding", says=figure.explains, what=what)
    return [shown], Table(heads, tuple(cells), frozenset({1}))


@once
def _scored(base: Base) -> Answer:
    return questions.Backtest(target=[], draws=BACK_DRAWS, observations=True).answer(base)


def section(context: Context) -> Section:
    """Return the section on how wrong the model has been and which assumption decides."""
    answer = _scored(context.base)
    tables = {table.name: table.rows for table in answer.tables}
    figures, deciding = _deciding(context)
    code = context.language.code
    view: dict[str, object] = {
        "said": _said(context, tables, answer.values["pooled"]),
        "targets": _table(context, tables["targets"], "title"),
        "horizons": _table(context, tables["horizons"], "quarters"),
        "notes": [(row["title"][code], row["note"][code]) for row in tables["targets"]],
        "figures": _figures(context, tables["observations"]),
        "deciding": deciding,
        "deciding_figures": figures,
    }
    return Section("backtests", context.t("backtest.title"), "backtests.html.j2", view)
