"""The network's charts: who pays whom, what of it is firm and paid, and who loses revenue under stress."""

from __future__ import annotations

from typing import Any

from rechenmacht.evidence.base import Base
from rechenmacht.faces import charts, charts_flows, theme
from rechenmacht.faces.charts import Row
from rechenmacht.faces.charts_flows import Bar, Spot
from rechenmacht.faces.labels import subject_name
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look, nothing

MOST_LINKS = 16
MOST_SELLERS = 10


def _series(look: Look) -> list[tuple[str, str]]:
    return [(look.language.text(f"capital.layer.{layer}"), role) for layer, role in theme.OF_LAYER.items()]


def _names(look: Look, content: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["name"][look.language.code] for one in content["nodes"]}


def network(look: Look, content: dict[str, Any], claims: list[str]) -> Drawn:
    """Return the matrix of the largest links; `content` is what /capital/network answers."""
    names, lang = _names(look, content), look.language
    pairs: dict[tuple[str, str], dict[str, float]] = {}
    for edge in content["edges"]:
        layers = pairs.setdefault((edge["from"], edge["to"]), {})
        layers[edge["layer"]] = layers.get(edge["layer"], 0.0) + edge["announced"]
    ranked = sorted(pairs.items(), key=lambda item: -sum(item[1].values()))
    spots = [
        Spot(
            names[pair[0]], names[pair[1]], sum(layers.values()),
            theme.OF_LAYER[max(layers, key=lambda one, known=layers: known[one])],  # type: ignore[misc]
        )
        for pair, layers in ranked[:MOST_LINKS]
    ]  # fmt: skip
    rows = [
        {key: edge[key] for key in ("from", "to", "layer", "announced", "firm", "paid")} for edge in content["edges"]
    ]
    title, about = lang.text("figure.capital_matrix.title"), lang.text("figure.capital_matrix.about")
    alt = "; ".join(f"{s.payer} – {s.payee}: {lang.amount(s.value, 'USD', 2)}" for s in spots[:6])
    return Drawn(
        title, (about, lang.text("figure.capital_matrix.caption")), f"{title}. {alt}.",
        charts_flows.matrix(spots, _series(look), 1e9, lang, look.size), rows, frozenset(claims), more=content,
    )  # fmt: skip


def layers(look: Look, content: dict[str, Any], claims: list[str]) -> Drawn:
    """Return announced, firm and paid value by layer."""
    lang = look.language
    total = next(row for row in content["layers"] if row["layer"] == "total")
    parts = {row["layer"]: row for row in content["layers"]}
    bars = [
        Bar(
            lang.text(f"capital.{step}"), lang.amount(total[step], "USD", 3),
            tuple(parts[layer][step] if layer in parts else 0.0 for layer in theme.OF_LAYER),
        )
        for step in ("headline", "firm", "paid")
    ]  # fmt: skip
    title, about = lang.text("figure.capital_waterfall.title"), lang.text("figure.capital_waterfall.about")
    alt = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    return Drawn(
        title, (about, lang.text("figure.capital_waterfall.caption")), f"{title}. {alt}.",
        charts_flows.stacks(bars, _series(look), "USD", lang, look.size), content["layers"], frozenset(claims),
    )  # fmt: skip


def stress(look: Look, base: Base, content: dict[str, Any], claims: list[str]) -> Drawn:
    """Return who loses how much revenue within twelve months; `content` is what /capital/stress answers."""
    lang = look.language
    lost = content["stressed"]["lost_revenue"]
    told = content["scenario"]["title"][lang.code] if content["scenario"] else lang.text("play.capital.calm")
    rows = [
        Row(subject_name(base, lang, org), "", row["low"], row["median"], row["high"], "orange", None,
            lang.amount(row["median"], "USD", 2))
        for org, row in list(lost.items())[:MOST_SELLERS]
    ]  # fmt: skip
    title = lang.text("play.capital.lost_title", title=told)
    notes = (lang.text("figure.capital_cascade.about"),)
    data = [{"seller": org, **row, "unit": "USD"} for org, row in lost.items()]
    if not rows:
        none = lang.text("play.capital.none_lost")
        return Drawn(title, (*notes, none), f"{title}. {none}", nothing(look), data, frozenset(claims), more=content)
    alt = "; ".join(f"{row.label} {row.text}" for row in rows)
    return Drawn(title, notes, f"{title}. {alt}.", charts.ranges(rows, "USD", lang, look.size, zero=True), data,
                 frozenset(claims), more=content)  # fmt: skip
