"""Coverage, plans, maturities and the cost of having no backer, applied to the fact base; money in USD."""

from __future__ import annotations

import numpy as np

from rechenmacht.dates import span
from rechenmacht.domains.capital import measures
from rechenmacht.domains.capital.contracts import Array, Book, Draw, age, draw_amounts, due_share
from rechenmacht.domains.capital.tables import Row, latest, spread
from rechenmacht.domains.capital.year import Priors, Year, build
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim


def coverage_rows(base: Base, book: Book, draw: Draw, at: str) -> list[Row]:
    """Return, for each company whose means the base has, what covers its dues of the next twelve months."""
    year = build(base, book, draw, at)
    rows = []
    for node in year.cash:
        purchases = sum((year.ordered[i] for i, leg in enumerate(year.buys) if leg.payer == node), np.zeros(year.draws))
        debts = sum((amount for debtor, _, amount in year.dues if debtor == node), np.zeros(year.draws))
        means = _revenue(year, node)
        row: Row = {"org": node, "purchases": spread(purchases), "debts_and_rents": spread(debts)}
        row["revenue"], row["cash"] = spread(means), spread(year.cash[node])
        row["funding"] = spread(year.funding.get(node, np.zeros(year.draws)))
        owed = purchases + debts + year.capex[node]
        row["capex"] = spread(year.capex[node])
        row["coverage"] = spread(measures.coverage(means, year.cash[node], year.funding.get(node, 0.0), owed))
        row["coverage_without_funding"] = spread(measures.coverage(means, year.cash[node], 0.0, owed))
        rows.append({**row, **_ratios(base, node)})
    return rows


def _revenue(year: Year, node: str) -> Array:
    """Return revenue after the costs that cannot wait: the part that can serve obligations."""
    sold = sum((year.ordered[i] for i, leg in enumerate(year.buys) if leg.payee == node), np.zeros(year.draws))
    kept: Array = year.margin[node] * (year.outside[node] + sold) - year.costs[node]
    return np.maximum(kept, 0.0)


def _ratios(base: Base, org: str) -> Row:
    """Return EBITDA over interest and backlog over yearly revenue where all parts are in the base, else None."""
    ebitda, interest = (latest(base, org, q) for q in ("adjusted_ebitda_quarter", "net_interest_expense_quarter"))
    backlog, yearly = latest(base, org, "remaining_performance_obligations"), latest(base, org, "revenue_year")
    quarter = latest(base, org, "revenue_quarter")
    yearly = yearly if yearly is not None else (4 * quarter if quarter is not None else None)
    return {
        "ebitda_over_interest": ebitda / interest if ebitda is not None and interest else None,
        "backlog_over_revenue": backlog / yearly if backlog is not None and yearly else None,
    }


def plan_rows(base: Base, book: Book, draw: Draw, at: str) -> list[Row]:
    """Return the contracts of customers with a published spending plan against that plan, horizons aligned.

    Only what falls due between `at` and the plan's last year counts; contracts whose horizon is not published are
    flagged, as their share within the plan's years is a prior.
    """
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    rows = []
    for claim in (c for c in base.tables.claims if c.quantity == "compute_spend_plan_cumulative"):
        years = (span(claim.as_of)[1] - span(at)[1]).days / 365.25
        mine = [
            i
            for i, leg in enumerate(book.contracts)
            if leg.payer == claim.subject and leg.kind == "purchase_commitment"
        ]
        if not mine or years <= 0:
            continue
        legs = [book.contracts[i] for i in mine]
        due = sum(
            amounts[i]
            * due_share(np.asarray(age(book.contracts[i], at)), prior.horizon(book.contracts[i]), prior("ramp"), years)
            for i in mine
        )
        rows.append({
            "org": claim.subject, "plan": claim.mid, "until": claim.as_of, "claim": claim.id,
            "headline": float(book.headline[mine].sum()), "due_in_plan": spread(np.asarray(due)),
            "ratio": spread(measures.plan_consistency(due, claim.mid)),
            "headline_ratio": float(book.headline[mine].sum()) / claim.mid,
            "no_horizon": [leg.id for leg in legs if leg.horizon is None],
            "contracts": [leg.id for leg in legs],
        })  # fmt: skip
    return rows


def barrier_row(base: Base, book: Book) -> Row:
    """Return published costs of debt with and without a large company behind them, and the gap of the medians."""
    guaranteed = {leg.obligor for leg in book.contracts if leg.kind == "guarantee"} - {""}
    backed: list[Claim] = []
    unbacked: list[Claim] = []
    legs = {f"deal:{leg.id}": leg for leg in book.contracts}
    for claim in (c for c in base.tables.claims if c.quantity == "cost_of_debt"):
        leg = legs.get(claim.subject)
        if leg is not None and any(o.payer == leg.payee and o.payee == leg.payer for o in book.contracts):
            continue  # a customer's loan to its supplier is no market price
        text = claim.note.lower()
        behind = (
            "backstop" in text
            or "guarantee" in text
            or (leg is not None and bool(leg.obligor or leg.payee in guaranteed))
        )
        (backed if behind else unbacked).append(claim)
    gap = measures.barrier(np.array([c.mid for c in unbacked]), np.array([c.mid for c in backed]))
    rows = [
        {"claim": c.id, "subject": c.subject, "cost": c.mid, "as_of": c.as_of, "backed": c in backed}
        for c in (*backed, *unbacked)
    ]
    return {"barrier": gap, "debts": rows}


def maturity_rows(base: Base, book: Book, draw: Draw, at: str, years: int = 6) -> list[Row]:
    """Return what falls due per year from `at`, for companies whose means the base has: purchases, and principal.

    Debt that is disclosed in total but not carried as a contract falls due evenly over its average term.
    """
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    known = [org for org in book.nodes if prior.own("cash", org) is not None]
    zero = np.zeros(amounts.shape[1])
    rows = []
    for org in known:
        other, term = prior.own("debt_other", org), prior.own("horizon.debt", org)
        term = prior("horizon.debt") if term is None else term
        for step in range(years):
            bought = owed = zero
            for i, leg in enumerate(book.contracts):
                ramp = prior("ramp") if leg.kind == "purchase_commitment" and not leg.exit_days else zero
                due = amounts[i] * due_share(np.asarray(age(leg, at) + step), prior.horizon(leg), ramp)
                if leg.kind == "purchase_commitment" and leg.payer == org:
                    bought = bought + due
                elif leg.kind == "debt" and leg.payee == org:
                    owed = owed + due
            if other is not None:
                owed = owed + other * np.clip(term - step, 0.0, 1.0) / term
            for kind, value in (("purchases", bought), ("debt", owed)):
                rows.append({"org": org, "year": span(at)[1].year + step, "kind": kind, **spread(value)})
    return rows
