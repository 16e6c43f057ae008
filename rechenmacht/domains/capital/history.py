"""Vendor finance 1998 to 2002 (Lucent, Nortel, Cisco): what the same measures said in 2000, and what followed.

A plausibility test, not a validation: three companies, other contracts (loans then, equity now), and one outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.capital.contracts import Book, last_date
from rechenmacht.domains.capital.spending import quarters_revenue
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base


@dataclass(frozen=True, slots=True)
class Number:
    """One figure of a comparison: whose, of when, and the claims behind it (several where it is a ratio)."""

    who: str
    at: str
    low: float
    high: float
    unit: str
    claims: tuple[str, ...]
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure then, what followed, and the same measure now (empty where the base has no such figure)."""

    id: str
    then: tuple[Number, ...]
    followed: tuple[Number, ...]
    now: tuple[Number, ...]


def _of(base: Base, claim_id: str, caveat: str = "") -> Number:
    if claim_id not in base.claims:
        raise BadInput(f"history: claim {claim_id!r} is missing from the base")
    claim = base.claims[claim_id]
    low = claim.low if claim.low is not None else claim.mid
    high = claim.high if claim.high is not None else claim.mid
    note = caveat or (claim.note if claim.grade == "unverified" else "")
    return Number(claim.subject, claim.as_of, low, high, claim.unit, (claim_id,), note)


def _ratio(base: Base, above: str, below: str, caveat: str = "") -> Number:
    top, bottom = _of(base, above), _of(base, below)
    note = caveat or bottom.caveat or top.caveat
    return Number(top.who, top.at, top.low / bottom.high, top.high / bottom.low, "1", (above, below), note)


LUCENT = "org.lucent.vendor_finance_"
RECOLLECTED = "recollected"


def comparisons(base: Base, book: Book) -> tuple[Comparison, ...]:
    """Return the measures of 2000 and 2001, what followed by 2003, and their counterparts now.

    Raises:
        BadInput: if a claim that the comparison rests on is missing.
    """
    at = last_date(base)
    revenue = quarters_revenue(base, "org:nvidia", at)
    year = sum(revenue[:4])
    invested = _of(base, "org.nvidia.investments_committed.2026-05.1")
    # Stakes in its own suppliers are no support of customers.
    mine = [c for c in book.contracts if c.payer == "org:nvidia" and c.deal.spent_back_with != "supplier"]
    support = sum(leg.headline or 0.0 for leg in mine if leg.kind in {"equity", "guarantee"})
    guarantees = sum(leg.headline or 0.0 for leg in mine if leg.kind == "guarantee")
    paid = sum(leg.firm or 0.0 for leg in mine if leg.kind == "equity" and leg.status == "executed")
    ids = tuple(leg.claim for leg in mine if leg.kind in {"equity", "guarantee"})
    rents = _of(base, "org.nvidia.cloud_service_agreements.2025-10-26.1")
    return (
        Comparison(
            "commitments_over_revenue",
            (_ratio(base, f"{LUCENT}commitments.2000-09-30.1", "org.lucent.revenue_year.2000-09-30.1", RECOLLECTED),),
            (_of(base, "org.lucent.revenue_change.2002.1", "spin_offs"),
             _ratio_of_change(base)),
            (Number("org:nvidia", invested.at, invested.low / year, invested.high / year, "1", invested.claims,
                    "partnerships"),
             Number("org:nvidia", rents.at, rents.low / year, rents.high / year, "1", rents.claims,
                    "rented_back")),
        ),
        Comparison(
            "drawn_share",
            (_ratio(base, f"{LUCENT}drawn.2000-09-30.1", f"{LUCENT}commitments.2000-09-30.1"),),
            (_ratio(base, f"{LUCENT}drawn.2001-09-30.1", f"{LUCENT}commitments.2001-09-30.1",
                    "drew_in_crisis"),),
            (Number("org:nvidia", at, paid / support, paid / support, "1", ids,
                    "executed_equity"),),
        ),
        Comparison(
            "guarantee_share",
            (_ratio(base, f"{LUCENT}commitments_guarantees.2000-09-30.1", f"{LUCENT}commitments.2000-09-30.1"),),
            (_ratio(base, f"{LUCENT}commitments_guarantees.2001-09-30.1", f"{LUCENT}commitments.2001-09-30.1"),),
            (Number("org:nvidia", at, guarantees / support, guarantees / support, "1", ids,
                    "carried_here"),),
        ),
        *_sector(base),
    )  # fmt: skip


def _sector(base: Base) -> tuple[Comparison, ...]:
    """Return losses, prices and bankruptcies, for which the vendors' own books have no counterpart."""
    return (
        Comparison(
            "loss_share",
            (),
            (_of(base, "org.nortel.vendor_finance_loss_share.2002-12-31.1"),
             _of(base, "org.nortel.vendor_finance_loss_share.2003-12-31.1"),
             _of(base, "org.cisco.vendor_finance_loss_share.2001.1"),
             _of(base, "org.telecom-vendors.vendor_finance_loss_share.2003.1", "over_vendors")),
            (),
        ),
        Comparison(
            "price",
            (_of(base, "org.telecom-sector.capacity_price_us_uk.1999.1"),),
            (_of(base, "org.telecom-sector.capacity_price_us_uk.2001.1"),
             _of(base, "org.telecom-sector.capacity_price_change.2001.1")),
            (_of(base, "chip.h100-sxm.rental_price_change.2026-03.1", "rising"),),
        ),
        Comparison(
            "failures",
            (_of(base, "org.telecom-sector.bankruptcy_filings_year.2000.1"),),
            (_of(base, "org.telecom-sector.bankruptcy_filings_year.2001.1"),
             _of(base, "org.clecs.bankruptcies.2003.1", "local_carriers")),
            (),
        ),
    )  # fmt: skip


def _ratio_of_change(base: Base) -> Number:
    before = _of(base, "org.lucent.revenue_fiscal_year_to_date.2001-06-30.1")
    after = _of(base, "org.lucent.revenue_fiscal_year_to_date.2002-06-30.1")
    change = after.low / before.low - 1
    return Number(after.who, after.at, change, change, "1", (before.claims[0], after.claims[0]), "nine_months")
