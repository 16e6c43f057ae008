"""Measures by year: what flows and runs in circles within a year, what hangs on a lab, what comes back to a vendor.

A promise over ten years and a stake paid at once are different things; here both stand in the year in which they fall
due. Orders that clouds pass on to a chip vendor are flows too, as far as their customers' contracts run on its chips.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from rechenmacht.dates import quarter_of, quarters, span
from rechenmacht.domains.capital.circulation import balanced_circulation_draws, circularity, max_circulation
from rechenmacht.domains.capital.contracts import (
    Array,
    Book,
    Contract,
    Draw,
    contracts,
    counted,
    draw_amounts,
    due_share,
)
from rechenmacht.domains.capital.dependence import LABS, VENDORS
from rechenmacht.domains.capital.measures import round_trip_revenue
from rechenmacht.domains.capital.spending import OTHER_CHIPS, Attribution, made_between, quarters_revenue, returned
from rechenmacht.domains.capital.tables import Row, spread
from rechenmacht.domains.capital.year import Priors
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

FIRST, LAST = 2023, 2030
BALANCED_DRAWS = 200
"""Draws of the balanced split of each year: its ends lie within a tenth of those of a thousand."""


def _age(leg: Contract, year: int) -> float:
    """Return the years from a contract's start to the first day of a year."""
    return (date(year, 1, 1) - span(leg.start)[0]).days / 365.25


def due_in(prior: Priors, leg: Contract, amount: Array, year: int) -> Array:
    """Return what of a contract flows in a calendar year, USD, (draws,).

    Purchases as they are delivered, leases evenly, equity and debt when they are made; warrants and guarantees never.
    """
    if leg.kind in {"warrant", "guarantee"}:
        return np.zeros_like(amount)
    if leg.layer == "purchases":
        ramp = prior("ramp") if leg.kind == "purchase_commitment" and not leg.exit_days else np.zeros_like(amount)
        begin = _age(leg, year)
        return amount * due_share(np.asarray(begin), prior.horizon(leg), ramp, _age(leg, year + 1) - begin)
    return amount if span(leg.date)[1].year == year else np.zeros_like(amount)


def flows(base: Base, book: Book, draw: Draw, year: int, layers: tuple[str, ...]) -> Array:
    """Return who pays whom in a year, with orders passed on to chip vendors, USD, (nodes, nodes, draws)."""
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    due = [due_in(prior, leg, amounts[i], year) for i, leg in enumerate(book.contracts)]
    zero = np.zeros(amounts.shape[1])
    kept = [row if leg.layer in layers else zero for leg, row in zip(book.contracts, due, strict=True)]
    found = book.matrix(np.stack(kept))
    chips = prior("spend.capex") * prior("spend.chips")
    for vendor in VENDORS if "purchases" in layers else ():
        for i, leg in enumerate(book.contracts):
            if vendor in book.index and leg.payee != vendor and _passes_on(leg):
                found[book.payee[i], book.index[vendor]] += due[i] * chips
    return found


def _passes_on(leg: Contract) -> bool:
    other = any(word in leg.deal.spent_back_on.lower() for word in OTHER_CHIPS)
    return leg.kind == "purchase_commitment" and leg.payer in LABS and not other


def circular_rows(base: Base, book: Book, draw: Draw, at: str) -> list[Row]:
    """Return by year what flows, what of it can run in circles, and that part over the chip vendor's revenue."""
    rows = []
    for year in range(FIRST, LAST + 1):
        for layer, layers in (("equity", ("equity",)), ("purchases", ("purchases",)),
                              ("cash", ("equity", "purchases", "debt"))):  # fmt: skip
            found = flows(base, book, draw, year, layers)
            middle = np.median(found, axis=2)
            if not middle.any():
                continue
            circle = max_circulation(middle)
            few = found[:, :, :BALANCED_DRAWS]
            vendor = VENDORS[0]
            through = float(circle[:, book.index[vendor]].sum()) if vendor in book.index else 0.0
            revenue = _revenue_of(base, vendor, year, at)
            rows.append({
                "year": year, "layer": layer, "gross": float(middle.sum()),
                "max": float(circularity(middle, circle)), "max_usd": float(circle.sum()),
                "balanced_drawn": spread(circularity(few, balanced_circulation_draws(few))), "vendor": vendor,
                "vendor_circular": through, "vendor_revenue": revenue,
                "vendor_share": through / revenue if revenue else None,
            })  # fmt: skip
    return rows


def _revenue_of(base: Base, org: str, year: int, at: str) -> float | None:
    """Return a company's revenue of a calendar year: four quarters that end in it, or None where one is not known."""
    stated = {c.as_of for c in base.about.get((org, "revenue_quarter"), []) if span(c.as_of)[1] <= span(at)[1]}
    mine = {as_of for as_of in stated if span(as_of)[1].year == year}
    if len(mine) < 4:
        return None
    return sum(quarters_revenue(base, org, max(mine), "revenue_quarter")[:4])


def dependence_years(base: Base, book: Book, draw: Draw, at: str, vendor: str) -> list[Row]:
    """Return by year what each lab's contracts bring a vendor, directly and through clouds, and its revenue's share."""
    if vendor not in VENDORS:
        return []
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    chips = prior("spend.capex") * prior("spend.chips")
    rows: list[Row] = []
    for lab in LABS:
        mine = [(i, leg) for i, leg in enumerate(book.contracts)
                if leg.payer == lab and leg.kind == "purchase_commitment"]  # fmt: skip
        for year in range(FIRST, LAST + 1):
            total = np.zeros(amounts.shape[1])
            for i, leg in mine:
                due = due_in(prior, leg, amounts[i], year)
                total = total + (due if leg.payee == vendor else due * chips if _passes_on(leg) else 0.0)
            if total.any():
                revenue = _revenue_of(base, vendor, year, at)
                share = spread(total / revenue) if revenue else None
                rows.append({"customer": lab, "year": year, "amount": spread(total), "share": share,
                             "revenue": revenue})  # fmt: skip
    return rows


def returning_rows(
    base: Base, draw: Draw, at: str, vendor: str, attribution: Attribution, *, unsupported: bool = False
) -> list[Row]:
    """Return by quarter what came back in a year from that year's investments, and its share of a year's revenue.

    Each quarter is seen with the contracts known by its end.
    """
    rows = []
    for quarter in [*list(quarters(f"{FIRST}-Q4", quarter_of(at)))[:-1], at]:
        book = counted(contracts(base, quarter), unsupported=unsupported)
        try:
            found = returned(base, book, draw, vendor, attribution, quarter)
        except BadInput:
            continue  # it had invested in nobody by then
        last = made_between(found, quarter, 0, 1)
        zero = np.zeros_like(draw(base.parameters["capital.ramp"]))
        back = sum((one.invested * one.rho for one in last), zero)
        known = quarters_revenue(base, vendor, quarter)
        revenue = sum(known[:4]) if len(known) >= 4 else None
        share = spread(round_trip_revenue(back[None], np.ones((1, 1)), revenue)) if revenue else None
        rows.append({
            "at": quarter, "invested": float(sum(np.median(one.invested) for one in last)), "returned": spread(back),
            "revenue": revenue, "share": share,
        })  # fmt: skip
    return rows
