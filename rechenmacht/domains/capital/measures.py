"""Measures of the network, each a pure function with its formula; money in USD, arrays may carry draws.

Recycled equity and induced purchases answer different questions and are never mixed: `round_trip` and `self_finance`
say how much of an investment comes back, `purchase_leverage` how much buying an investment goes along with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.threads import one_thread


def _ratio(above: ArrayLike, below: ArrayLike) -> Array:
    """Divide; nan where the denominator is zero or unknown."""
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Array = np.where(bottom != 0, top / np.where(bottom != 0, bottom, 1.0), np.nan)
    return quotient


def firmness(firm: ArrayLike, headline: ArrayLike) -> Array:
    """Return phi = F / H, 0 to 1: the share of a headline that the payer cannot avoid.

    Worked: Anthropic and SpaceX, 45 bn USD with 90 days' notice at 1.25 bn a month: 3.75 / 45 = 0.083.
    """
    return _ratio(firm, headline)


def round_trip(spend_shares: Array, vendor: int) -> Array:
    """Return rho: the share of a dollar in each node's hands that ends with the vendor.

    rho = (I - S_-v)^-1 S_-v,v with the vendor absorbing (Kemeny and Snell 1960): S are spend shares, the rest of a row
    leaves the network. Worked: a lab spends 0.75 on a cloud, the cloud 0.6 x 0.39 on chips: 0.75 x 0.234 = 0.1755.

    Args:
        spend_shares: (..., nodes, nodes), row = spender, rows sum to at most 1.
        vendor: position of the vendor.

    Returns:
        (..., nodes); 1 for the vendor itself.
    """
    size = spend_shares.shape[-1]
    others = np.array([i for i in range(size) if i != vendor])
    among = spend_shares[..., others[:, None], others]
    direct = spend_shares[..., others, vendor]
    rho = np.ones(spend_shares.shape[:-1])
    with one_thread():
        rho[..., others] = np.linalg.solve(np.eye(size - 1) - among, direct[..., None])[..., 0]
    return rho


def round_trip_revenue(invested: Array, rho: Array, revenue: ArrayLike) -> Array:
    """Return sum_i invested_i rho_i / revenue: its own money coming back.

    Args:
        invested: equity put into each node, USD, (nodes,) or (nodes, draws).
        rho: as from `round_trip`, same shape.
        revenue: of the vendor over the years in which the money is spent, USD.
    """
    return _ratio((invested * rho).sum(axis=0), revenue)


def self_finance(equity_in: ArrayLike, commitment_back: ArrayLike) -> Array:
    """Return equity in / commitment back: how much of a customer's promise its supplier has itself put in.

    Worked: Amazon and OpenAI, 15 to 50 bn equity against 38 + 100 bn: 0.11 to 0.36.
    """
    return _ratio(equity_in, commitment_back)


def purchase_leverage(purchases: ArrayLike, invested: ArrayLike) -> Array:
    """Return lambda = purchases per dollar invested; may exceed 1, and is no share of anything.

    Worked: 10 bn invested, 35 bn of systems bought: 3.5.
    """
    return _ratio(purchases, invested)


def net_demand_growth(
    revenue: tuple[ArrayLike, ArrayLike],
    recycled: tuple[ArrayLike, ArrayLike],
    rent_back: tuple[ArrayLike, ArrayLike],
    guarantees: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
    warrants: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
) -> Array:
    """Return the growth of revenue net of what the vendor itself paid for; each argument is (before, now), USD a year.

    Net = revenue - sum rho (vendor equity + vendor credit) - rent-backs - exercised guarantees - warrants, the last
    being a discount on revenue. Worked: revenue 100 -> 200, recycled 0 -> 20, rent-backs 5 -> 15: 165 / 95 - 1 = 0.737.
    """
    before, now = (
        np.asarray(revenue[i], dtype=float) - recycled[i] - rent_back[i] - guarantees[i] - warrants[i]  # type: ignore[operator]
        for i in (0, 1)
    )
    return _ratio(now, before) - 1


def top_share(amounts: Array, most: int) -> Array:
    """Return the share of the `most` largest customers; amounts (customers,) or (customers, draws)."""
    ranked = -np.sort(-amounts, axis=0)
    return _ratio(ranked[:most].sum(axis=0), amounts.sum(axis=0))


def hhi(amounts: Array) -> Array:
    """Return the Herfindahl-Hirschman index, the sum of squared shares. Worked: 60, 30, 10: 0.46."""
    shares = _ratio(amounts, amounts.sum(axis=0))
    total: Array = (shares**2).sum(axis=0)
    return total


def coverage(revenue: ArrayLike, cash: ArrayLike, funding: ArrayLike, obligations: ArrayLike) -> Array:
    """Return (revenue + cash + firm funding) / firm obligations of the year: below 1 the plan needs new money.

    Worked: (13 + 40 + 30) / 100 = 0.83.
    """
    return _ratio(np.asarray(revenue) + np.asarray(cash) + np.asarray(funding), obligations)


def plan_consistency(contracts: ArrayLike, plan: ArrayLike) -> Array:
    """Return the sum of stated contracts within the plan's years over the customer's own plan; 1 is consistent."""
    return _ratio(contracts, plan)


def barrier(unbacked: Array, backed: Array) -> float:
    """Return the median cost of debt without less that with a large company's backing, per year (0.04 = 4 points)."""
    if not len(unbacked) or not len(backed):
        return float("nan")
    return float(np.median(unbacked) - np.median(backed))


def loss_given_default(
    price_ratio: ArrayLike, age: ArrayLike, life: ArrayLike, loan_to_value: ArrayLike, repaid: ArrayLike,
    haircut: ArrayLike,
) -> Array:  # fmt: skip
    """Return the share of a hardware-backed loan that is lost when the borrower fails.

    Collateral = (1 / loan-to-value) x price ratio x (1 - age / life) x (1 - haircut) per dollar lent; outstanding is
    1 - repaid. Worked: price 1.70 / 2.35, age 1 of 6 years, loan-to-value 0.7, a fifth repaid, haircut 0.2:
    0.689 / 0.8 = 0.861, so 0.139 is lost.

    Args:
        price_ratio: rental price now over the price when the loan was made.
        age: of the hardware, years.
        life: years until it is worth nothing.
        loan_to_value: loan over hardware price at the start.
        repaid: share of the loan already repaid.
        haircut: discount of a forced sale, 0 to 1.
    """
    left = np.clip(1 - np.asarray(age) / np.asarray(life), 0.0, 1.0)
    value = np.asarray(price_ratio) * left * (1 - np.asarray(haircut)) / np.asarray(loan_to_value)
    lost: Array = 1 - np.clip(_ratio(value, 1 - np.asarray(repaid)), 0.0, 1.0)
    return lost
