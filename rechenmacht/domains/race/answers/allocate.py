"""The answer to the question allocate."""

from __future__ import annotations

import math

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race import projects, questions, rows
from rechenmacht.evidence.base import Base

SHOWN = ("project", "kind", "first_gw", "gw", "range", "funded_in")


def allocate(asked: questions.Allocate, base: Base, told: Told) -> Answer:
    """Divide the power, try the spread of the values, and follow the price over more power."""
    listed = tuple(asked.projects)
    best = projects.divide(listed, asked.gw)
    funded, bands = projects.robustness(listed, asked.gw, asked.draws, asked.seed)
    order = sorted(range(len(listed)), key=lambda i: -listed[i].value_mid / listed[i].gw_scale)
    shares = []
    for i in order:
        one, band = listed[i], bands[i].tolist()
        first = one.value_mid * (1 - math.exp(-1 / one.gw_scale))
        shares.append({
            "project": one.project, "kind": one.kind, "first_gw": first, "gw": float(best.gw[i]), "gw_band": band,
            "range": {"low": band[0], "high": band[2]}, "funded_in": float(funded[i]),
        })  # fmt: skip
    curve = [{"gw": a, "value": b, "price_per_gw": c} for a, b, c in projects.curve(listed, asked.gw)]
    trade = [{"weight": a, "private": b, "public": c} for a, b, c in projects.trade_off(listed, asked.gw)]
    kind = Kind("significant", digits=4)
    price = Note("note.race.price", {
        "price": (best.price, kind), "total": (best.total, kind), "gap": (best.bound - best.total, kind),
    })  # fmt: skip
    values = {"gw": asked.gw, "price_per_gw": best.price, "value": best.total, "bound": best.bound}
    tables = (
        Table("projects", rows.Project, shares, SHOWN), Table("curve", rows.Power, curve),
        Table("trade_off", rows.Trade, trade),
    )  # fmt: skip
    return Answer(asked, values, tables, (price,))
