"""The measures applied to the fact base: plain rows for the command line, the report and other programs.

Money in USD. `low`, `median`, `high` are the 5, 50 and 95 % points of the draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rechenmacht.dates import span, years_between
from rechenmacht.domains.capital import measures
from rechenmacht.domains.capital.circulation import (
    balanced_circulation,
    balanced_circulation_draws,
    circularity,
    max_circulation,
)
from rechenmacht.domains.capital.contracts import (
    Array,
    Book,
    Contract,
    Draw,
    age,
    contracts,
    counted,
    draw_amounts,
    due_share,
)
from rechenmacht.domains.capital.spending import Attribution, made_between, pairs, quarters_revenue, returned
from rechenmacht.domains.capital.stages import RESTS, moved, rests_on, stage_of, stages
from rechenmacht.domains.capital.year import Priors
from rechenmacht.evidence.base import Base

Row = dict[str, Any]
LP_DRAWS = 1000
"""Draws of the linear programme; the balanced split uses all. A thousand fix the 5 and 95 % points to about 1 %."""
LAYER_NAMES = ("equity", "purchases", "debt", "guarantees")


def spread(values: Array) -> Row:
    """Return the 5, 50 and 95 % points of draws."""
    low, median, high = (float(x) for x in np.quantile(values, (0.05, 0.5, 0.95)))
    return {"low": low, "median": median, "high": high}


def deal_rows(base: Base, legs: tuple[Contract, ...]) -> list[Row]:
    """Return every leg with what counts of it and why it counts or not."""
    return [
        {
            "id": leg.id, "package": leg.package, "date": leg.date, "payer": leg.payer, "payee": leg.payee,
            "kind": leg.kind, "layer": leg.layer, "headline": leg.headline, "firm": leg.firm,
            "contingent": leg.contingent, "horizon_years": leg.horizon, "exit_days": leg.exit_days,
            "obligor": leg.obligor, "status": leg.status, "state": leg.state, "superseded_by": leg.deal.superseded_by,
            "conditions": leg.deal.conditions, "source": leg.deal.source, "grade": leg.grade, "claim": leg.claim,
            "stage": stage_of(base, leg), "rests_on": rests_on(base, leg),
            "note": leg.deal.note,
        }
        for leg in legs
    ]  # fmt: skip


def stage_rows(base: Base, legs: tuple[Contract, ...]) -> list[Row]:
    """Return the stages that each leg has reached."""
    return [
        {"contract": leg.id, "stage": one.stage, "amount": one.amount, "at": one.at, "claim": one.claim}
        for leg in legs for one in stages(base, leg)
    ]  # fmt: skip


LARGE = 5e9
"""USD; above it a deal should rest on a filing or a party's statement, and says so where it does not."""


def support_rows(base: Base, book: Book) -> list[Row]:
    """Return how much of the headline that counts rests on filings, statements, press and weaker sources."""
    found: dict[str, list[Contract]] = {kind: [] for kind in RESTS}
    for leg in book.contracts:
        found[rests_on(base, leg)].append(leg)
    whole = float(book.headline.sum()) or 1.0
    rows = []
    for kind, legs in found.items():
        amount = sum(leg.headline or 0.0 for leg in legs)
        large = [leg.id for leg in legs if (leg.headline or 0.0) > LARGE]
        rows.append({
            "rests_on": kind, "contracts": len(legs), "headline": amount, "share": amount / whole,
            "large": len(large), "large_contracts": large,
        })  # fmt: skip
    return rows


def waterfall(base: Base, book: Book, at: str) -> list[Row]:
    """Return headline, firm and paid value per layer; what is paid says `stages.moved`."""
    paid = np.array([moved(base, leg, at) for leg in book.contracts])
    rows = []
    for layer in (*LAYER_NAMES, "total"):
        mine = np.array([layer in {c.layer, "total"} for c in book.contracts])
        headline, firm = float(book.headline[mine].sum()), float(book.firm[mine].sum())
        rows.append({
            "layer": layer, "headline": headline, "firm": firm, "paid": float(paid[mine].sum()),
            "firmness": float(measures.firmness(firm, headline)), "contracts": int(mine.sum()),
        })  # fmt: skip
    return rows


def exposures(base: Base, book: Book, org: str, draw: Draw) -> list[Row]:
    """Return what a company pays to and receives from each counterpart, per layer, largest first."""
    book.position(org)
    amounts = draw_amounts(base, book, draw)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, leg in enumerate(book.contracts):
        if org in {leg.payer, leg.payee}:
            direction, other = ("pays", leg.payee) if leg.payer == org else ("receives", leg.payer)
            groups.setdefault((direction, other, leg.layer), []).append(i)
    rows = [
        {
            "direction": direction, "counterpart": other, "layer": layer,
            "headline": float(book.headline[found].sum()), "firm": float(book.firm[found].sum()),
            **spread(amounts[found].sum(axis=0)), "contracts": [book.contracts[i].id for i in found],
        }
        for (direction, other, layer), found in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["direction"], -row["headline"]))


def _circular(flows: Array, drawn: Array) -> Row:
    """Return both circularities of a headline matrix and of its draws."""
    few = drawn[:, :, :LP_DRAWS]
    return {
        "gross": float(flows.sum()),
        "max": float(circularity(flows, max_circulation(flows))),
        "max_usd": float(max_circulation(flows).sum()),
        "balanced": float(circularity(flows, balanced_circulation(flows))),
        "max_drawn": spread(circularity(few, max_circulation(few))),
        "balanced_drawn": spread(circularity(drawn, balanced_circulation_draws(drawn))),
    }


def _part(book: Book, layer: str) -> Book:
    """Return a layer; `cash` is everything but warrants and guarantees, which move no money when they are granted."""
    if layer == "cash":
        return book.only(lambda c: c.kind not in {"warrant", "guarantee"})
    return book if layer == "total" else book.only(lambda c: c.layer == layer)


def circularity_rows(base: Base, book: Book, draw: Draw) -> list[Row]:
    """Return gross circularity per layer and in total: of headlines, of firm values, and of the draws."""
    rows = []
    for layer in (*LAYER_NAMES, "cash", "total"):
        part = _part(book, layer)
        if not part.contracts:
            continue
        firm = part.matrix(part.firm)
        rows.append({
            "layer": layer, **_circular(part.matrix(part.headline), part.matrix(draw_amounts(base, part, draw))),
            "max_firm": float(circularity(firm, max_circulation(firm))),
            "balanced_firm": float(circularity(firm, balanced_circulation(firm))),
        })  # fmt: skip
    return rows


def circularity_by_date(base: Base, draw: Draw, dates: list[str], *, unsupported: bool = False) -> list[Row]:
    """Return the total's circularity as it stood at each date, legs superseded later still counting then."""
    rows = []
    for at in dates:
        book = counted(contracts(base, at), unsupported=unsupported)
        for layer in ("cash", "total"):
            part = _part(book, layer)
            if part.contracts:
                drawn = part.matrix(draw_amounts(base, part, draw))
                rows.append({"at": at, "layer": layer, **_circular(part.matrix(part.headline), drawn)})
    return rows


def round_trip_rows(base: Base, book: Book, vendor: str, attribution: Attribution, draw: Draw, at: str) -> Row:
    """Return what of a vendor's investments comes back, per investment and against its revenue of four quarters."""
    found = returned(base, book, draw, vendor, attribution, at)
    lines = [
        {
            "id": one.leg.id,
            "recipient": one.leg.payee,
            "date": one.leg.date,
            "invested": spread(one.invested),
            "rho": spread(one.rho),
        }
        for one in found
    ]
    revenue = quarters_revenue(base, vendor, at)
    zero = np.zeros_like(draw(base.parameters["capital.ramp"]))
    back = [sum((r.invested * r.rho for r in made_between(found, at, years, years + 1)), zero) for years in (1, 0)]
    document: Row = {"vendor": vendor, "attribution": attribution, "at": at, "investments": lines}
    document["returned_in_year"] = spread(back[1])
    document["revenue_four_quarters"] = sum(revenue[:4]) if len(revenue) >= 4 else None
    if len(revenue) >= 4:
        document["share_of_revenue"] = spread(
            measures.round_trip_revenue(back[1][None], np.ones((1, 1)), sum(revenue[:4]))
        )
    if len(revenue) >= 8:
        year = (sum(revenue[4:8]), sum(revenue[:4]))
        rents = (_rent_back(base, vendor, at, 1), _rent_back(base, vendor, at, 0))
        document["revenue_growth"] = year[1] / year[0] - 1
        document["rent_back"] = {"before": rents[0], "now": rents[1]}
        document["net_demand_growth"] = spread(measures.net_demand_growth(year, (back[0], back[1]), rents))
    return document


def _rent_back(base: Base, vendor: str, at: str, years_ago: int) -> float:
    """Return what a vendor pays a year to rent its own chips: agreements outstanding over the six years they run."""
    claims = [
        claim
        for claim in base.about.get((vendor, "cloud_service_agreements"), [])
        if years_between(claim.as_of, at) >= years_ago
    ]
    return max(claims, key=lambda claim: span(claim.as_of)[1]).mid / 6 if claims else 0.0


def pair_rows(base: Base, book: Book, draw: Draw) -> list[Row]:
    """Return suppliers that invest in their customers: self-finance ratio, and purchase leverage in a column apart."""
    return [
        {
            "supplier": p.supplier, "customer": p.customer, "equity_firm": p.equity[0], "equity_headline": p.equity[1],
            "commitment_firm": p.commitment[0], "commitment_headline": p.commitment[1],
            "self_finance": spread(p.ratio),
            "purchase_leverage": spread(measures.purchase_leverage(p.commitment_drawn, p.equity_drawn)),
        }
        for p in pairs(base, book, draw)
    ]  # fmt: skip


def concentration_rows(base: Base, book: Book, draw: Draw, at: str) -> list[Row]:
    """Return, per seller, how few customers its undelivered contracts rest on, beside what the seller disclosed."""
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    backlog: dict[str, dict[str, Array]] = {}
    for i, leg in enumerate(book.contracts):
        if leg.kind == "purchase_commitment":
            old = np.asarray(max(age(leg, at), 0.0))
            left = amounts[i] * (1 - due_share(np.asarray(0.0), prior.horizon(leg), prior("ramp"), float(old)))
            mine = backlog.setdefault(leg.payee, {})
            mine[leg.payer] = mine.get(leg.payer, 0.0) + left
    rows = []
    for seller, customers in backlog.items():
        values = np.stack(list(customers.values()))
        if not values.sum(axis=0).all():
            continue  # all is delivered by then
        shares = values / values.sum(axis=0)
        rows.append({
            "seller": seller, "backlog": spread(values.sum(axis=0)), "customers": len(customers),
            "top1": spread(measures.top_share(values, 1)), "top2": spread(measures.top_share(values, 2)),
            "hhi": spread(measures.hhi(values)),
            "shares": {name: spread(shares[k]) for k, name in enumerate(customers)},
            "disclosed": _disclosed(base, seller), "disclosed_backlog": _backlog(base, seller),
        })  # fmt: skip
    return sorted(rows, key=lambda row: -row["backlog"]["median"])


DISCLOSED = ("rpo_share_openai", "rpo_share_anthropic", "customer_share_top_two", "receivables_share_top_four")


def _backlog(base: Base, seller: str) -> float | None:
    """Return the whole backlog that a seller (or its cloud arm) last disclosed, USD."""
    subjects = (seller, *(e.id for e in base.entities.values() if e.parent == seller))
    found = [value for s in subjects if (value := latest(base, s, "remaining_performance_obligations")) is not None]
    return found[0] if found else None


def _disclosed(base: Base, seller: str) -> list[Row]:
    subjects = (seller, *(e.id for e in base.entities.values() if e.parent == seller))
    claims = [c for s in subjects for q in DISCLOSED for c in base.about.get((s, q), [])]
    return [
        {"quantity": c.quantity, "low": c.low, "value": c.value, "high": c.high, "as_of": c.as_of, "claim": c.id}
        for c in claims
    ]


def latest(base: Base, org: str, quantity: str) -> float | None:
    """Return what was last stated about a company, forecasts and targets apart, or None."""
    claims = [c for c in base.about.get((org, quantity), []) if c.basis not in {"target", "forecast"}]
    return max(claims, key=lambda c: span(c.as_of)[1]).mid if claims else None


def matrix_rows(book: Book) -> list[Row]:
    """Return payer, payee and layer with headline and firm value: the exposure matrix in long form."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, leg in enumerate(book.contracts):
        groups.setdefault((leg.payer, leg.payee, leg.layer), []).append(i)
    return [
        {
            "payer": payer,
            "payee": payee,
            "layer": layer,
            "headline": float(book.headline[found].sum()),
            "firm": float(book.firm[found].sum()),
        }
        for (payer, payee, layer), found in groups.items()
    ]
