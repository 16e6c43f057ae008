"""Charts of the capital section as Vega-Lite specifications, self-contained: data inside, source and unit on the chart.

Each function takes the data of `capital_section.collect` and returns an Altair chart; `charts` returns dictionaries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import altair as alt

from rechenmacht.evidence.base import Base

Row = dict[str, Any]
Lang = Literal["en", "de"]
COLOURS = {"equity": "#4269d0", "purchases": "#efb118", "debt": "#ff725c", "guarantees": "#6cc5b0"}
WIDTH = 640
GERMAN = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]}
"""Number marks for whoever embeds a German chart (vega-embed reads them, vl-convert takes them as an argument)."""

TEXT: dict[str, dict[Lang, str]] = {
    "waterfall": {
        "en": "Announced is not signed, signed is not paid",
        "de": "Angekündigt ist nicht unterschrieben, unterschrieben ist nicht bezahlt",
    },
    "waterfall_sub": {
        "en": "Contracts that count, billion USD over their whole horizon",
        "de": "Gezählte Verträge, Milliarden Dollar über die ganze Laufzeit",
    },
    "circularity": {
        "en": "Share of promised money that runs in circles",
        "de": "Anteil der zugesagten Gelder, der im Kreis läuft",
    },
    "circularity_sub": {
        "en": "Balanced split, band 5-95 % of the draws; dashed: headline values, at most",
        "de": "Ausgewogene Zerlegung, Band 5-95 % der Ziehungen; gestrichelt: Vertragssummen, höchstens",
    },
    "vendors": {"en": "Suppliers that invest in their customers", "de": "Lieferanten, die in ihre Kunden investieren"},
    "vendors_sub": {
        "en": "Equity in over purchases promised back, 5-50-95 % of the draws",
        "de": "Eingezahltes Eigenkapital im Verhältnis zu den zugesagten Käufen, 5-50-95 % der Ziehungen",
    },
    "matrix": {"en": "Who pays whom", "de": "Wer zahlt wen"},
    "matrix_sub": {
        "en": "Headline value, billion USD, pairs above 2 billion; rows pay or grant, columns receive",
        "de": (
            "Vertragssumme in Milliarden Dollar, Paare über 2 Milliarden; Zeilen zahlen oder gewähren, Spalten erhalten"
        ),
    },
    "cascade": {"en": "Who loses revenue in which stress", "de": "Wem in welchem Stress Umsatz fehlt"},
    "cascade_sub": {
        "en": "Twelve months, billion USD: median, and 95 % point as a thin line",
        "de": "Zwölf Monate, Milliarden Dollar: Median, dünne Linie bis zum 95-%-Punkt",
    },
    "wall": {
        "en": "What falls due, and what covers the first year",
        "de": "Was fällig wird und was das erste Jahr deckt",
    },
    "wall_sub": {
        "en": (
            "Contracts and disclosed debt, median, billion USD a year, without new capital spending; line: "
            "revenue after costs, cash, signed funding"
        ),
        "de": (
            "Verträge und gemeldete Schulden, Median, Milliarden Dollar im Jahr, ohne neue Investitionen; "
            "Linie: Umsatz nach Kosten, Kasse, zugesagtes Kapital"
        ),
    },
    "overlay": {"en": "Vendor finance then and now", "de": "Lieferantenfinanzierung damals und heute"},
    "overlay_sub": {
        "en": "Plausibility test, not a validation: loans then, mostly equity now",
        "de": "Plausibilitätstest, keine Validierung: damals Kredite, heute meist Eigenkapital",
    },
    "change": {"en": "What would change this", "de": "Was das ändern würde"},
    "change_sub": {
        "en": "Rank correlation of the assumptions with the result; dark: judgement without a source",
        "de": "Rangkorrelation der Annahmen mit dem Ergebnis; dunkel: Einschätzung ohne Quelle",
    },
    "bn": {"en": "billion USD", "de": "Milliarden Dollar"},
    "share": {"en": "share", "de": "Anteil"},
    "source": {
        "en": "Rechenmacht, deals and claims of the fact base, as of",
        "de": "Rechenmacht, Verträge und Angaben der Faktenbasis, Stand",
    },
    "headline": {"en": "headline", "de": "Vertragssumme"},
    "firm": {"en": "firm", "de": "fest"},
    "paid": {"en": "paid", "de": "bezahlt"},
    "equity": {"en": "equity", "de": "Eigenkapital"},
    "purchases": {"en": "purchases", "de": "Käufe"},
    "debt": {"en": "debt", "de": "Kredite"},
    "guarantees": {"en": "guarantees", "de": "Bürgschaften"},
    "layer": {"en": "layer", "de": "Ebene"},
    "total": {"en": "all layers", "de": "alle Ebenen"},
    "cash": {"en": "without warrants and guarantees", "de": "ohne Optionsscheine und Bürgschaften"},
    "then": {"en": "2000", "de": "2000"},
    "followed": {"en": "2001 to 2003", "de": "2001 bis 2003"},
    "now": {"en": "2025 and 2026", "de": "2025 und 2026"},
    "judgement": {"en": "judgement", "de": "Einschätzung"},
    "sourced": {"en": "with sources", "de": "mit Quellen"},
    "investor": {"en": "investor", "de": "Investor"},
}


def _t(key: str, lang: Lang) -> str:
    return TEXT[key][lang] if key in TEXT else key


def _name(base: Base, org: str, lang: Lang) -> str:
    entity = base.entities.get(org)
    return org if entity is None else (entity.name_de if lang == "de" else entity.name_en)


def _title(key: str, data: Row, lang: Lang) -> alt.TitleParams:
    source = f"{_t('source', lang)} {data['at']}"
    return alt.TitleParams(_t(key, lang), subtitle=[_t(f"{key}_sub", lang), source], anchor="start")


def _data(rows: list[Row]) -> Any:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _chart(rows: list[Row]) -> Any:
    return alt.Chart(_data(rows))


def waterfall(_base: Base, data: Row, lang: Lang) -> Any:
    """Headline, firm and paid value, stacked by layer."""
    rows = [
        {"step": _t(step, lang), "order": order, "layer": _t(row["layer"], lang), "bn": row[step] / 1e9}
        for row in data["waterfall"]
        if row["layer"] != "total"
        for order, step in enumerate(("headline", "firm", "paid"))
    ]
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("bn:Q", title=_t("bn", lang)),
            y=alt.Y("step:N", sort=[_t(s, lang) for s in ("headline", "firm", "paid")], title=None),
            color=alt.Color("layer:N", title=_t("layer", lang), scale=_layers(lang)),
            tooltip=["step:N", "layer:N", alt.Tooltip("bn:Q", format=",.1f")],
        )
        .properties(width=WIDTH, height=130, title=_title("waterfall", data, lang))
    )


def _layers(lang: Lang, only: tuple[str, ...] = tuple(COLOURS)) -> alt.Scale:
    return alt.Scale(domain=[_t(layer, lang) for layer in only], range=[COLOURS[layer] for layer in only])


def circularity(_base: Base, data: Row, lang: Lang) -> Any:
    """Circularity at each quarter's end: band and median of the draws, headline maximum dashed."""
    rows = [
        {
            "at": row["at"], "layer": _t(row["layer"], lang), "max": row["max"],
            **{key: row["balanced_drawn"][key] for key in ("low", "median", "high")},
        }
        for row in data["circularity_over_time"]
    ]  # fmt: skip
    base = _chart(rows).encode(
        x=alt.X("at:O", title=None, axis=alt.Axis(labelAngle=0)),
        color=alt.Color("layer:N", title=None, legend=alt.Legend(orient="top", labelLimit=300)),
    )
    y = alt.Y("low:Q", title=_t("share", lang), axis=alt.Axis(format="%"))
    band = base.mark_area(opacity=0.25).encode(y=y, y2="high:Q")
    line = base.mark_line(point=True).encode(y="median:Q")
    most = base.mark_line(strokeDash=[4, 3]).encode(y="max:Q")
    return alt.layer(band, line, most).properties(width=WIDTH, height=240, title=_title("circularity", data, lang))


def vendors(base: Base, data: Row, lang: Lang) -> Any:
    """Self-finance ratio of each supplier and customer."""
    rows = [
        {"pair": f"{_name(base, row['supplier'], lang)} - {_name(base, row['customer'], lang)}", **row["self_finance"]}
        for row in data["vendors"]
    ]
    y = alt.Y("pair:N", title=None, sort=None, axis=alt.Axis(labelLimit=260))
    x = alt.X("low:Q", title=_t("share", lang), axis=alt.Axis(format="%"))
    rule = _chart(rows).mark_rule(strokeWidth=3, color="#9498a0").encode(y=y, x=x, x2="high:Q")
    tick = _chart(rows).mark_point(filled=True, size=80, color=COLOURS["equity"]).encode(y=y, x="median:Q")
    return alt.layer(rule, tick).properties(width=WIDTH - 140, height=170, title=_title("vendors", data, lang))


def matrix(base: Base, data: Row, lang: Lang) -> Any:
    """Payer by payee, the largest layer's colour, area by headline."""
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for row in data["exposures"]:
        sums.setdefault((row["payer"], row["payee"]), {})[row["layer"]] = row["headline"] / 1e9
    rows = [
        {
            "payer": _name(base, payer, lang), "payee": _name(base, payee, lang), "bn": sum(parts.values()),
            "layer": _t(max(parts, key=lambda layer, parts=parts: parts[layer]), lang),  # type: ignore[misc]
        }
        for (payer, payee), parts in sums.items()
        if sum(parts.values()) >= 2
    ]  # fmt: skip
    axis = alt.Axis(labelLimit=200, labelAngle=-60, orient="top")
    base_chart = _chart(rows).encode(
        x=alt.X("payee:N", title=None, axis=axis), y=alt.Y("payer:N", title=None, axis=alt.Axis(labelLimit=230))
    )
    spots = base_chart.mark_circle(opacity=0.8).encode(
        size=alt.Size("bn:Q", title=_t("bn", lang), scale=alt.Scale(range=[20, 1100])),
        color=alt.Color("layer:N", title=_t("layer", lang), scale=_layers(lang)),
        tooltip=["payer:N", "payee:N", "layer:N", alt.Tooltip("bn:Q", format=",.1f")],
    )
    return alt.layer(spots).properties(width=WIDTH, height=560, title=_title("matrix", data, lang))


def cascade(base: Base, data: Row, lang: Lang) -> Any:
    """Lost revenue by company and scenario."""
    rows = [
        {
            "scenario": one["title"][lang],
            "org": _name(base, org, lang),
            "bn": row["median"] / 1e9,
            "high": row["high"] / 1e9,
        }
        for one in data["stress"].values()
        for org, row in list(one["lost_revenue"].items())[:6]
        if row["high"] >= 2e8
    ]  # fmt: skip
    y = alt.Y("org:N", title=None, sort="-x", axis=alt.Axis(labelLimit=150))
    bar = alt.Chart().mark_bar(color=COLOURS["debt"]).encode(y=y, x=alt.X("bn:Q", title=_t("bn", lang)))
    rule = alt.Chart().mark_rule(color="#555").encode(y=y, x="bn:Q", x2="high:Q")
    facet = alt.Facet("scenario:N", title=None, header=alt.Header(labelLimit=320, labelFontSize=11))
    chart = alt.layer(bar, rule, data=_data(rows)).properties(width=220, height=105)
    return (
        chart.facet(facet, columns=2)
        .resolve_scale(y="independent", x="independent")
        .properties(title=_title("cascade", data, lang))
    )


def wall(base: Base, data: Row, lang: Lang) -> Any:
    """What falls due per year by company, with what covers the first year."""
    means = {
        row["org"]: sum(row[key]["median"] for key in ("revenue", "cash", "funding")) / 1e9 for row in data["coverage"]
    }
    rows = [
        {
            "org": _name(base, row["org"], lang), "year": str(row["year"]), "kind": _t(row["kind"], lang),
            "bn": row["median"] / 1e9, "means": means[row["org"]],
        }
        for row in data["maturities"]
    ]  # fmt: skip
    bar = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("bn:Q", title=_t("bn", lang)),
            color=alt.Color(
                "kind:N", title=None, scale=_layers(lang, ("purchases", "debt")), legend=alt.Legend(orient="top")
            ),
        )
    )
    line = alt.Chart().mark_rule(color="#333", strokeDash=[4, 3]).encode(y="mean(means):Q")
    chart = alt.layer(bar, line, data=_data(rows)).properties(width=280, height=150)
    return (
        chart.facet(alt.Facet("org:N", title=None), columns=2)
        .resolve_scale(y="independent")
        .properties(title=_title("wall", data, lang))
    )


def overlay(base: Base, data: Row, lang: Lang) -> Any:
    """Shares of 2000 beside what followed and today's, where the base has both."""
    rows = [
        {
            "measure": one[f"measure_{lang}"], "when": _t(when, lang), "low": number["low"], "high": number["high"],
            "who": f"{_name(base, number['who'], lang)} {number['at'][:4]}",
        }
        for one in data["history"]
        if one["id"] in {"commitments_over_revenue", "drawn_share", "guarantee_share", "loss_share"}
        for when in ("then", "followed", "now")
        for number in one[when]
        if number["unit"] == "1" and number["low"] >= 0
    ]  # fmt: skip
    order = [_t(when, lang) for when in ("then", "followed", "now")]
    colour = alt.Color("when:N", sort=order, title=None, legend=alt.Legend(orient="top"))
    y = alt.Y("who:N", title=None, sort=None, axis=alt.Axis(labelLimit=270))
    rule = (
        alt.Chart()
        .mark_rule(strokeWidth=3)
        .encode(x=alt.X("low:Q", title=_t("share", lang), axis=alt.Axis(format="%")), x2="high:Q", y=y, color=colour)
    )
    point = alt.Chart().mark_point(filled=True, size=90).encode(x="high:Q", y=y, color=colour)
    chart = alt.layer(rule, point, data=_data(rows)).properties(width=WIDTH - 160, height=70)
    header = alt.Header(labelAnchor="start", labelFontSize=12, labelLimit=600)
    return (
        chart.facet(alt.Facet("measure:N", title=None, header=header), columns=1)
        .resolve_scale(y="independent")
        .properties(title=_title("overlay", data, lang))
    )


def change(_base: Base, data: Row, lang: Lang) -> Any:
    """The assumptions that decide each scenario."""
    rows = [
        {
            "scenario": data["stress"][name]["title"][lang], "parameter": one["parameter"],
            "rho": one["rank_correlation"],
            "basis": _t("judgement" if one["basis"] == "judgement" else "sourced", lang),
        }
        for name, found in data["what_would_change_this"].items()
        for one in found[:5]
    ]  # fmt: skip
    scale = alt.Scale(domain=[_t("judgement", lang), _t("sourced", lang)], range=["#3b3b5c", "#a9b4d8"])
    header = alt.Header(labelLimit=320, labelFontSize=11)
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("rho:Q", title=None, scale=alt.Scale(domain=[-1, 1])),
            y=alt.Y("parameter:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color("basis:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
        )
        .properties(width=150, height=95)
        .facet(alt.Facet("scenario:N", title=None, header=header), columns=2)
        .resolve_scale(y="independent")
        .properties(title=_title("change", data, lang))
    )


CHARTS: dict[str, Callable[[Base, Row, Lang], Any]] = {
    "waterfall": waterfall,
    "circularity": circularity,
    "vendors": vendors,
    "matrix": matrix,
    "cascade": cascade,
    "wall": wall,
    "overlay": overlay,
    "change": change,
}


def charts(base: Base, data: Row, lang: Lang = "en") -> dict[str, Row]:
    """Return all charts of the section as Vega-Lite dictionaries, by name."""
    specs = {name: chart(base, data, lang).to_dict() for name, chart in CHARTS.items()}
    if lang == "de":
        for spec in specs.values():
            spec["usermeta"] = {"embedOptions": {"formatLocale": GERMAN}}
    return specs
