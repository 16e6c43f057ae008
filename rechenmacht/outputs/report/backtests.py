"""Section: how wrong the model has been. Targets against naive forecasts, coverage, and which assumption decides."""

from __future__ import annotations

import numpy as np

from rechenmacht import runs, scenario
from rechenmacht.outputs import backtest_charts
from rechenmacht.outputs import uncertainty_charts as drawn
from rechenmacht.faces.labels import parameter_label, series_name
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Cell, Figure, Num, Section, Table
from rechenmacht.domains.uncertainty import backtest, ranks, scores
from rechenmacht.domains.uncertainty.chosen import outcomes_of, take
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.sample import draw

DRAWS = 1000
DECIDING = 8


def _table(context: Context, found: list[backtest.Scored]) -> Table:
    lang, t = context.language, context.t
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        skills = (scores.skill(one.crps, one.crps_last_value), scores.skill(one.crps, one.crps_trend))
        rows.append(
            (
                getattr(one.target.title, lang.code),
                str(one.number),
                *(context.num(f"{lang.number(x, 2)}", "backtest") for x in skills),
                context.num(lang.percent(one.coverage(0.5), 2), "backtest"),
                context.num(lang.percent(one.coverage(0.9), 2), "backtest"),
            )
        )
    heads = ("target", "n", "skill_last", "skill_trend", "cover50", "cover90")
    return Table(tuple(t(f"backtest.{name}") for name in heads), tuple(rows), frozenset({1, 2, 3, 4, 5}))


def _said(context: Context, found: list[backtest.Scored]) -> list[str]:
    lang, t = context.language, context.t
    overall = backtest.overall(found)
    shares = {
        "c50": lang.percent(overall["coverage50"], 2), "c90": lang.percent(overall["coverage90"], 2),
        "both": lang.percent(overall["beats_both"], 2),
    }  # fmt: skip
    losing = [getattr(one.target.title, lang.code) for one in found if not all(one.beats)]
    said = [t("backtest.head"), t("backtest.overall", n=int(overall["n"]), **shares)]
    return [*said, t("backtest.loses", names="; ".join(losing)) if losing else t("backtest.wins")]


def _figures(context: Context, found: list[backtest.Scored]) -> list[Figure]:
    shapes = {"calibration": backtest_charts.calibration(found, context.language)}
    shapes |= {f"fan_{one.target.id}": backtest_charts.fan(one, context.language) for one in found[:1]}
    rows = [
        {"target": one.target.id, "quarter": quarter, "observed": value, "place": place}
        for one in found
        for quarter, value, place in zip(
            (q for p in one.points for q in p.quarters),
            np.concatenate([p.observed for p in one.points]).tolist(),
            one.places.tolist(),
            strict=True,
        )
    ]
    return [
        context.figure(name, figure.make, rows, method="backtest", says=figure.explains)
        for name, figure in shapes.items()
    ]


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
            context.t("uncertain.claims", n=n) if (n := len(base.parameters[name].claims)) else context.t("uncertain.judgement"),
        )
        for label, name, i in zip(labels, names, top, strict=True)
    ]
    heads = tuple(context.t(f"uncertain.{key}") for key in ("parameter", "rank", "basis"))
    what = f"{series_name(lang, one.variable, one.region)}, {lang.at_end(one.quarter)}"
    shown = context.figure("deciding", figure.make, rows, method="deciding", says=figure.explains, what=what)
    return [shown], Table(heads, tuple(cells), frozenset({1}))


def section(context: Context) -> Section:
    """Return the section on how wrong the model has been and which assumption decides."""
    found = backtest.backtest(context.base, DRAWS, 1)
    figures, deciding = _deciding(context)
    view: dict[str, object] = {
        "said": _said(context, found),
        "targets": _table(context, found),
        "notes": [(getattr(o.target.title, context.language.code), getattr(o.target.note, context.language.code)) for o in found],
        "figures": _figures(context, found),
        "deciding": deciding,
        "deciding_figures": figures,
    }
    return Section("backtests", context.t("backtest.title"), "backtests.html.j2", view)
