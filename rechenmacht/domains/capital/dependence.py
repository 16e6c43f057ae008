"""How much of a vendor's revenue hangs on a customer, directly and through clouds: known, bounded, reconstructed.

Unknown links are bounded by two reconstructions that fit the disclosed totals: minimum density (as few links as can
be, the largest first) and maximum entropy (every link that is possible, in proportion). The truth lies between a few
large exposures and many small ones, so the pair is a range, no forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rechenmacht.dates import span
from rechenmacht.domains.capital.contracts import Array, Book, Draw, age, draw_amounts, due_share
from rechenmacht.domains.capital.spending import OTHER_CHIPS, quarters_revenue
from rechenmacht.domains.capital.tables import Row, spread
from rechenmacht.domains.capital.year import Priors
from rechenmacht.evidence.base import Base
from rechenmacht.wanted import still

MOST_ROUNDS = 500
FIT = 1e-10


def maximum_entropy(rows: Array, columns: Array, allowed: Array) -> Array:
    """Return the matrix with given margins that spreads money as evenly as the allowed cells let it.

    Iterative proportional fitting (Deming and Stephan 1940). Where the margins cannot be met, the rows are.

    Args:
        rows: totals by payer, (payers,), not negative.
        columns: totals by payee, (payees,), of the same sum.
        allowed: 1 where a link may be, 0 where not, (payers, payees).

    Returns:
        (payers, payees), in the unit of the margins.
    """
    found = allowed.astype(float) * rows[:, None] * columns[None, :]
    for _ in range(MOST_ROUNDS):
        still()
        for axis, wanted in ((0, columns), (1, rows)):
            total = found.sum(axis=axis)
            scale = np.where(total > 0, wanted / np.where(total > 0, total, 1.0), 0.0)
            found = found * (scale[None, :] if axis == 0 else scale[:, None])
        if np.abs(found.sum(axis=0) - columns).max(initial=0.0) <= FIT * max(float(columns.sum()), 1.0):
            break
    return found


def minimum_density(rows: Array, columns: Array, allowed: Array) -> Array:
    """Return a matrix with given margins and few links: the largest need is met by the largest offer, again and again.

    The greedy form of Anand, Craig and von Peter 2015 without its random search: deterministic, near the minimum.

    Args:
        rows: totals by payer, (payers,).
        columns: totals by payee, (payees,).
        allowed: 1 where a link may be, (payers, payees).

    Returns:
        (payers, payees).
    """
    left, wanted = rows.astype(float).copy(), columns.astype(float).copy()
    found = np.zeros(allowed.shape)
    for _ in range(allowed.size):
        possible = np.minimum(left[:, None], wanted[None, :]) * (allowed > 0)
        i, j = np.unravel_index(int(possible.argmax()), possible.shape)
        amount = possible[i, j]
        if amount <= FIT * max(float(rows.sum()), 1.0):
            break
        found[i, j] += amount
        left[i] -= amount
        wanted[j] -= amount
    return found


def concentration_bounds(known: Array, total: float) -> tuple[float, float]:
    """Return the lowest and highest share of the largest customer, given known customers and a disclosed total.

    Lowest: what is not known is spread over many small ones. Highest: all of it is one customer's, the largest known
    one's or another's. Worked: known 300 and 20 of 664: 300 / 664 = 0.452; (300 + 344) / 664 = 0.970.
    """
    largest, rest = float(known.max(initial=0.0)), max(total - float(known.sum()), 0.0)
    whole = max(total, float(known.sum()), 1e-12)
    return largest / whole, (largest + rest) / whole


@dataclass(frozen=True, slots=True)
class Link:
    """Money that reaches a vendor from a customer along a path, USD a year, (draws,), and what part it is."""

    path: tuple[str, ...]
    part: str
    amount: Array


def _yearly(base: Base, book: Book, draw: Draw, at: str, customer: str) -> dict[str, tuple[Array, Array]]:
    """Return what a customer's contracts make due in twelve months by payee, and what of it runs on its chips."""
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    found: dict[str, tuple[Array, Array]] = {}
    for i, leg in enumerate(book.contracts):
        if leg.payer != customer or leg.kind != "purchase_commitment":
            continue
        due = amounts[i] * due_share(np.asarray(age(leg, at)), prior.horizon(leg), prior("ramp"))
        other = any(word in leg.deal.spent_back_on.lower() for word in OTHER_CHIPS)
        before, carried = found.get(leg.payee, (np.zeros_like(due), np.zeros_like(due)))
        found[leg.payee] = (before + due, carried if other else carried + due)
    return found


def links(base: Base, book: Book, draw: Draw, at: str, vendor: str, customer: str) -> list[Link]:
    """Return what reaches a vendor from a customer: directly, and through clouds that buy its chips for the contracts.

    Known: contracts with the vendor itself. Pass-through: a cloud spends `capital.spend.capex` of a contract on
    equipment and `capital.spend.chips` of that with the vendor, once the contract runs on its chips.
    """
    prior = Priors(base, draw)
    chips = prior("spend.capex") * prior("spend.chips")
    found = []
    for payee, (due, carried) in _yearly(base, book, draw, at, customer).items():
        if payee == vendor:
            found.append(Link((customer, vendor), "known", due))
        elif carried.any():
            found.append(Link((customer, payee, vendor), "pass_through", carried * chips))
    return found


@dataclass(frozen=True)
class Dependence:
    """A vendor's dependence on a customer as shares of its yearly revenue, (draws,), with the parts it is made of."""

    vendor: str
    customer: str
    revenue: float
    known: Array
    disclosed: Array
    low: Array
    high: Array
    links: tuple[Link, ...]


def dependence(base: Base, book: Book, draw: Draw, at: str, vendor: str, customer: str) -> Dependence | None:
    """Return how much of a vendor's revenue hangs on a customer, or None where its revenue is not in the base.

    Known is what flows by contracts and pass-through. Disclosed is the most that the vendor's statement on its largest
    direct customers allows through any one of them. Reconstructed: the labs' compute spending against the clouds'
    purchases from the vendor under their margins, once with few links and once with all.
    """
    quarters = quarters_revenue(base, vendor, at, "revenue_quarter")
    if len(quarters) < 4:
        return None
    revenue = 2 * sum(quarters[:2])
    found = links(base, book, draw, at, vendor, customer)
    zero = np.zeros_like(draw(base.parameters["capital.ramp"]))
    known = sum((one.amount for one in found), zero) / revenue
    low, high = _reconstructed(base, book, draw, at, vendor, customer)
    bound = _disclosed(base, vendor)
    disclosed = np.maximum(known, zero + bound) if bound is not None else np.full_like(known, np.nan)
    return Dependence(
        vendor, customer, revenue, known, disclosed, np.minimum(low / revenue, known),
        np.maximum(high / revenue, known), tuple(found),
    )  # fmt: skip


def _disclosed(base: Base, vendor: str) -> float | None:
    """Return the share of the vendor's revenue that its largest direct customer of the newest period can stand for."""
    rows = [
        row for row in base.tables.filed
        if row.org == vendor and row.about == "customer" and row.unit == "1" and "revenue" in row.item and row.amount
        and "customer" in row.item
    ]  # fmt: skip
    if not rows:
        return None
    newest = max(span(row.as_of)[1] for row in rows)
    return max(row.amount or 0.0 for row in rows if span(row.as_of)[1] == newest)


LABS = ("org:openai", "org:anthropic")


def _reconstructed(base: Base, book: Book, draw: Draw, at: str, vendor: str, customer: str) -> tuple[Array, Array]:
    """Return the least and most that reaches the vendor from the customer over the two reconstructions, (draws,).

    Payers are the labs and all others; payees the clouds. A lab's total is what its contracts make due in the year, a
    cloud's what it is known to receive. Links on other chips carry nothing to the vendor. The medians are
    reconstructed, and scaled by each draw's total.
    """
    due = {lab: _yearly(base, book, draw, at, lab) for lab in LABS}
    payees = sorted({payee for one in due.values() for payee in one if payee != vendor})
    zero = np.zeros_like(draw(base.parameters["capital.ramp"]))
    if not payees or customer not in due:
        return zero, zero
    medians = np.array([[float(np.median(due[lab].get(p, (zero, zero))[0])) for p in payees] for lab in LABS])
    carried = np.array([[float(np.median(due[lab].get(p, (zero, zero))[1])) for p in payees] for lab in LABS])
    carries = carried.sum(axis=0) / np.maximum(medians.sum(axis=0), 1e-9)
    prior = Priors(base, draw)
    chips = prior("spend.capex") * prior("spend.chips")
    total = sum((amount for amount, _ in due[customer].values()), zero)
    shares = []
    for fit in (minimum_density, maximum_entropy):
        matrix = fit(medians.sum(axis=1), medians.sum(axis=0), np.ones_like(medians))
        mine = matrix[LABS.index(customer)]
        shares.append(float((mine * carries).sum() / max(mine.sum(), 1e-9)))
    return total * chips * min(shares), total * chips * max(shares)


VENDORS = ("org:nvidia",)
"""Vendors whose share in a cloud's equipment the base knows."""


def indirect_rows(base: Base, book: Book, draw: Draw, vendor: str) -> list[Row]:
    """Return what reaches a vendor from labs through clouds over the whole of their contracts, largest first."""
    if vendor not in VENDORS:
        return []
    prior, amounts = Priors(base, draw), draw_amounts(base, book, draw)
    chips = prior("spend.capex") * prior("spend.chips")
    middle = float(np.median(chips))
    groups: dict[tuple[str, str], list[int]] = {}
    for i, leg in enumerate(book.contracts):
        runs = not any(word in leg.deal.spent_back_on.lower() for word in OTHER_CHIPS)
        if leg.payer in LABS and leg.payee != vendor and leg.kind == "purchase_commitment" and runs:
            groups.setdefault((leg.payer, leg.payee), []).append(i)
    rows: list[Row] = [
        {
            "direction": "indirect", "counterpart": lab, "layer": "purchases", "path": [lab, cloud, vendor],
            "headline": middle * float(book.headline[legs].sum()), "firm": middle * float(book.firm[legs].sum()),
            **spread(amounts[legs].sum(axis=0) * chips), "contracts": [book.contracts[i].id for i in legs],
        }
        for (lab, cloud), legs in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["headline"])


def dependence_rows(base: Base, book: Book, draw: Draw, at: str, vendor: str) -> list[Row]:
    """Return a vendor's dependence on each lab, part by part: shares of its yearly revenue, and USD a year."""
    rows: list[Row] = []
    for lab in LABS if vendor in VENDORS else ():
        found = dependence(base, book, draw, at, vendor, lab)
        if found is None:
            continue
        parts = (("known", found.known), ("few_links", found.low), ("all_links", found.high),
                 ("disclosed", found.disclosed))  # fmt: skip
        rows += [
            {"customer": lab, "part": part, "share": spread(share), "amount": spread(share * found.revenue)}
            for part, share in parts if not np.isnan(share).any()
        ]  # fmt: skip
    return rows
