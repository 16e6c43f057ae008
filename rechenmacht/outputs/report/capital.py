"""Section 5: who pays whom, how much of it is the same money, and who falls if it stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import DRAWS
from rechenmacht.domains.capital.history import Number
from rechenmacht.domains.race.chances import bounds
from rechenmacht.faces import charts, charts_flows, drawn
from rechenmacht.faces.charts_flows import Bar, Panel
from rechenmacht.outputs.report import capital_tables as shown
from rechenmacht.outputs.report.capital_look import CASCADE, VENDOR, Look, Stressed, look, table
from rechenmacht.outputs.report.capital_tables import band, figure_of, layer, money, share
from rechenmacht.outputs.report.context import Context, csv_text, linked, write_whole
from rechenmacht.outputs.report.view import Figure, Num, Section, Table
from rechenmacht.faces.theme import OF_LAYER
from rechenmacht.faces.words import Words

TIMES = {"then": "slate", "followed": "orange", "now": "blue"}
LINK = ("payer", "payee", "layer", "headline", "firm", "paid")
MOST_LINKS = 13
MOST_SELLERS = 8
COMMAND = "rechenmacht capital"


@dataclass(frozen=True, slots=True)
class Listed:
    """A table that stands where others have a chart."""

    id: str
    title: str
    about: str
    says: tuple[Markup, ...]
    table: Table
    method: Num
    csv: str


def _listed(
    context: Context, name: str, says: list[Markup], table: Table, method: str, rows: list[dict[str, object]]
) -> Listed:
    path = f"data/capital_{name}.csv"
    write_whole(context.out / path, csv_text(rows))
    title, about = (context.t(f"figure.capital_{name}.{part}") for part in ("title", "about"))
    named = Num(context.t(f"method.capital_{method}.name"), f"#m-capital_{method}")
    return Listed(f"capital_{name}", title, about, tuple(says), table, named, path)


def _series(context: Context, names: tuple[str, ...] = tuple(OF_LAYER)) -> list[tuple[str, str]]:
    return [(layer(context, name), OF_LAYER[name]) for name in names]


def _waterfall(context: Context, view: Look) -> Figure:
    total = next(row for row in view.waterfall if row["layer"] == "total")
    parts = [row for row in view.waterfall if row["layer"] != "total"]
    lang = context.language
    bars = [
        Bar(
            context.t(f"capital.{step}"),
            lang.amount(total[step], "USD", 3),
            tuple(next(row[step] for row in parts if row["layer"] == name) for name in OF_LAYER),
        )
        for step in ("headline", "firm", "paid")
    ]
    says = context.rich(
        "capital.waterfall",
        headline=money(context, total["headline"], "value"),
        firm=money(context, total["firm"], "value"),
        share=share(context, total["firmness"], "value"),
        paid=money(context, total["paid"], "value"),
    )
    return context.figure(
        "capital_waterfall",
        lambda size: charts_flows.stacks(bars, _series(context), "USD", lang, size),
        [{**row, "unit": "USD"} for row in view.waterfall],
        shown.waterfall(context, view),
        method="capital_value",
        says=says,
    )


def _circularity(context: Context, view: Look) -> Listed:
    rows = {row["layer"]: row for row in view.circularity}
    total = rows["total"]
    alone = max((row for name, row in rows.items() if name in OF_LAYER), key=lambda row: row["max"])
    drawn = total["balanced_drawn"]
    values: dict[str, Num | str] = {
        "low": share(context, drawn["low"], "circularity"),
        "high": share(context, drawn["high"], "circularity"),
        "most": share(context, total["max"], "circularity"),
        "firm": share(context, total["max_firm"], "circularity"),
    }
    key = "capital.circular_alone"
    if alone["max"] > 0.005:
        key = "capital.circular_layer"
        values |= {"layer": layer(context, alone["layer"]), "share": share(context, alone["max"], "circularity")}
    data: list[dict[str, object]] = [
        {
            "layer": row["layer"], "gross_usd": row["gross"], "max": row["max"], "max_firm": row["max_firm"],
            **{f"balanced_{key}": value for key, value in row["balanced_drawn"].items()},
        }
        for row in view.circularity
    ]  # fmt: skip
    table = shown.circularity(context, view)
    return _listed(context, "circularity", [context.rich(key, **values)], table, "circularity", data)


def _vendors(context: Context, view: Look) -> Listed:
    says = []
    if view.pairs:
        first = max(view.pairs, key=lambda row: row["self_finance"]["median"])
        says.append(
            context.rich(
                "capital.pairs",
                supplier=context.name(first["supplier"]),
                customer=context.name(first["customer"]),
                ratio=share(context, first["self_finance"]["median"], "vendors"),
                band=band(context, first["self_finance"], "share"),
            )
        )
    one, other = view.round_trip["proportional"], view.round_trip["earmarked"]
    if "net_demand_growth" in one:
        says.append(
            context.rich(
                "capital.returned",
                share=share(context, one["share_of_revenue"]["median"], "vendors"),
                band=band(context, one["share_of_revenue"], "share"),
                most=share(context, other["share_of_revenue"]["median"], "vendors"),
                net=share(context, one["net_demand_growth"]["median"], "vendors"),
                gross=share(context, one["revenue_growth"], "vendors"),
            )
        )
    data: list[dict[str, object]] = [
        {
            "supplier": row["supplier"], "customer": row["customer"], "equity_headline": row["equity_headline"],
            "commitment_headline": row["commitment_headline"], "unit": "USD",
            **{
                f"{name}_{key}": row[name][key] if row[name] else ""
                for name in ("self_finance", "rho") for key in ("low", "median", "high")
            },
        }
        for row in shown.invested(view)
    ]  # fmt: skip
    return _listed(context, "vendors", says, shown.vendors(context, view), "vendors", data)


def _dependence(context: Context, view: Look) -> Listed:
    rows = table(view.exposure, "dependence")
    known = max((row for row in rows if row["part"] == "known"), key=lambda row: row["share"]["median"])
    most = next(row for row in rows if (row["customer"], row["part"]) == (known["customer"], "disclosed"))
    says = context.rich(
        "capital.dependence",
        customer=context.name(known["customer"]),
        share=share(context, known["share"]["median"], "dependence"),
        band=band(context, known["share"], "share"),
        most=share(context, most["share"]["high"], "dependence"),
    )
    data: list[dict[str, object]] = [
        {"vendor": VENDOR, "customer": row["customer"], "part": row["part"],
         **{f"{name}_{end}": row[name][end] for name in ("share", "amount") for end in ("low", "median", "high")}}
        for row in rows
    ]  # fmt: skip
    return _listed(context, "dependence", [says], shown.hangs(context, view), "dependence", data)


def _drawn(context: Context, answer: Answer, name: str) -> Callable[[charts.Size], charts.Spec]:
    """Return how a chart of an answer is drawn: as on every other face."""
    chart, words = next(one for one in answer.charts if one.name == name), Words(context.language, context.base)
    return lambda size: drawn.spec(answer, chart, words, size)


def _matrix(context: Context, view: Look) -> Figure:
    rows = view.links[:MOST_LINKS]
    total = sum(row["headline"] for row in view.links)
    says = context.rich(
        "capital.matrix",
        n=str(len(rows)),
        share=share(context, sum(row["headline"] for row in rows) / total, "value"),
        payer=context.name(rows[0]["payer"]),
        payee=context.name(rows[0]["payee"]),
        amount=money(context, rows[0]["headline"], "value"),
    )
    return context.figure(
        "capital_matrix",
        _drawn(context, view.network, "flows"),
        [{key: row[key] for key in LINK} | {"unit": "USD"} for row in view.links],
        shown.links(context, view, rows),
        method="capital_value",
        says=says,
    )


def _cascade(context: Context, view: Look) -> Figure | None:
    told: Stressed | None = next((one for one in view.stressed if one.id == CASCADE), None)
    sellers = dict(list(told.lost.items())[:MOST_SELLERS]) if told else {}
    if told is None or not sellers:
        return None
    lang = context.language
    rows = [
        charts.Row(
            context.name(org), "", row["low"], row["median"], row["high"], "orange", None,
            lang.amount(row["median"], "USD", 2),
        )
        for org, row in sellers.items()
    ]  # fmt: skip
    worst = max(sellers, key=lambda org: sellers[org]["median"])
    total = told.total
    says = context.rich(
        "capital.cascade",
        total=money(context, total["median"], "stress", 2),
        band=band(context, total),
        org=context.name(worst),
        amount=money(context, sellers[worst]["median"], "stress", 2),
    )
    return context.figure(
        "capital_cascade",
        lambda size: charts.ranges(rows, "USD", lang, size, zero=True),
        [{"seller": org, **row, "unit": "USD"} for org, row in told.lost.items()],
        shown.lost(context, told),
        method="capital_stress",
        says=says,
        title=told.title[lang.code],
        question=told.question[lang.code],
    )


def _wall(context: Context, view: Look) -> Figure:
    kinds = ("purchases", "debt")
    means = {row["org"]: sum(row[key]["median"] for key in ("revenue", "cash", "funding")) for row in view.coverage}
    years = sorted({row["year"] for row in view.maturities})
    due = {(row["org"], row["kind"], row["year"]): row["due"]["median"] for row in view.maturities}
    panels = [
        Panel(context.name(org), tuple(tuple(due[org, kind, year] for year in years) for kind in kinds), means[org])
        for org in dict.fromkeys(row["org"] for row in view.maturities)
    ]
    covered = sorted(view.coverage, key=lambda row: -row["coverage"]["median"])
    parts = []
    for row in covered:
        number = linked(context.num(context.language.times(row["coverage"]["median"]), "capital_coverage"))
        parts.append(Markup("{} {}").format(context.name(row["org"]), number))
    says = context.rich("capital.wall", list=Markup("; ").join(parts))
    return context.figure(
        "capital_wall",
        lambda size: charts_flows.yearly(panels, years, _series(context, kinds), "USD", context.language, size),
        [{"org": r["org"], "year": r["year"], "kind": r["kind"], **r["due"], "unit": "USD"} for r in view.maturities],
        shown.due(context, view),
        method="capital_coverage",
        says=says,
    )


def _all_of(context: Context, numbers: list[Number]) -> str:
    return context.language.band(min(n.low for n in numbers), max(n.high for n in numbers), "share", 2)


def _figure(context: Context, number: Number) -> Num:
    return Num(figure_of(context, number), context.claim(number.claims[0]))


def _overlay(context: Context, view: Look) -> Figure:
    known = view.history
    rows: list[charts.Row] = []
    data: list[dict[str, object]] = []
    for name in shown.SHARES:
        for when, role in TIMES.items():
            numbers = [n for n in known[name][when] if n.unit == "1" and n.low >= 0]
            numbers = numbers[:1] if when == "now" else numbers
            for position, n in enumerate(numbers):
                text = figure_of(context, numbers[0]) if len(numbers) == 1 else _all_of(context, numbers)
                mid = (n.low + n.high) / 2
                label, series = context.t(f"capital.history.{name}"), context.t(f"capital.history.{when}")
                rows.append(charts.Row(label, series, n.low, mid, n.high, role, None, text if position == 0 else ""))
                data.append({"measure": name, "when": when, "who": n.who, "at": n.at, "low": n.low, "high": n.high})
                data[-1]["claims"] = ";".join(n.claims)
    promised = known["commitments_over_revenue"]
    says = context.rich(
        "capital.overlay",
        then=_figure(context, promised["then"][0]),
        now=_figure(context, promised["now"][0]),
        without=_figure(context, promised["now"][1]),
        change=_figure(context, next(n for n in promised["followed"] if n.low < 0)),
    )
    return context.figure(
        "capital_overlay",
        lambda size: charts.ranges(rows, "share", context.language, size, zero=True),
        data,
        shown.history(context, view),
        method="capital_history",
        says=says,
    )


def _change(context: Context, view: Look) -> Listed:
    judged = sum(bool(one.decides) and one.decides[0]["basis"] == "judgement" for one in view.stressed)
    counted: dict[str, Num | str] = {"n": context.num(str(judged), "capital_drivers"), "all": str(len(view.stressed))}
    data: list[dict[str, object]] = [
        {
            "scenario": one.id, "result": one.result, **one.amount, "unit": "USD", "input": row["parameter"],
            "rank_correlation": row["rank_correlation"], "basis": row["basis"],
        }
        for one in view.stressed
        for row in one.decides
    ]  # fmt: skip
    says = [context.rich("capital.change", **counted)]
    return _listed(context, "change", says, shown.change(context, view), "drivers", data)


def _chance(context: Context, row: dict[str, Any], draws: int) -> Num:
    """Return a firm's chance to fail; of one that fails in no draw what it can be at most (95 %)."""
    seen = row["default_probability"]
    most = context.language.percent(bounds(0.0, draws)[1], 2)
    return share(context, seen, "path") if seen else context.num(context.t("number.at_most", n=most), "capital_path")


def _path(context: Context, view: Look) -> Figure:
    values = view.path.values
    firms = sorted(table(view.path, "firms"), key=lambda row: -row["default_probability"])
    parts = [
        Markup("{} {}").format(context.name(row["org"]), linked(_chance(context, row, int(values["draws"]))))
        for row in firms
    ]
    says = context.rich(
        "capital.path",
        list=Markup("; ").join(parts),
        total=money(context, values["total_loss"]["median"], "path"),
        band=band(context, values["total_loss"]),
        judged=context.num(str(values["judgement_parameters"]), "capital_path"),
        all=str(values["parameters"]),
    )
    return context.figure(
        "capital_path",
        _drawn(context, view.path, "path"),
        [{key: row[key] for key in ("org", "quarter", "default_probability")} for row in table(view.path, "quarters")],
        shown.failing(context, view),
        method="capital_path",
        says=says,
    )


def section(context: Context) -> Section:
    """Return the section on capital."""
    view = look(context.base, int(context.reference.meta["seed"]))
    for leg in view.legs:
        context.claim(leg["claim"])  # the method lists all that are added up
    judged = [p for p in view.parameters if p.basis == "judgement"]
    intro = context.rich(
        "capital.intro",
        n=context.num(str(len(view.legs)), "capital_contracts"),
        date=context.language.date(view.at),
        out=context.num(str(view.out), "capital_contracts"),
        draws=str(DRAWS),
        judged=Num(str(len(judged)), "#capital-inputs"),
        all=str(len(view.parameters)),
    )
    makers: tuple[Callable[[Context, Look], Figure | Listed | None], ...] = (
        _waterfall, _circularity, _vendors, _dependence, _matrix, _cascade, _wall, _path, _overlay, _change,
    )  # fmt: skip
    parts = [part for part in (make(context, view) for make in makers) if part is not None]
    shown_as: dict[str, object] = {
        "intro": intro,
        "parts": parts,
        "judged": shown.judged(context, view),
        "judged_title": context.t("capital.judged", n=len(judged)),
        "more": context.rich("capital.more", command=Markup("<code>{}</code>").format(COMMAND)),
    }
    return Section("capital", context.t("capital.title"), "capital.html.j2", shown_as)
