"""Vendor finance and investment busts of the past beside today's, each measure defined alike on both sides.

A plausibility test, not a validation: a few episodes, other contracts (loans then, guarantees and stakes now).
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


LUCENT, NORTEL, NVIDIA = "org.lucent.", "org.nortel.", "org.nvidia."
COMMITTED, DRAWN, YEAR = "vendor_finance_commitments", "vendor_finance_drawn", "revenue_year"


def comparisons(base: Base, book: Book) -> tuple[Comparison, ...]:
    """Return the measures of 2000 and 2001, what followed by 2003, and their counterparts now.

    Promises are loans and guarantees to or for customers; the vendor's revenue is that of twelve months around the
    date. Stakes bought are another instrument and have a measure of their own.

    Raises:
        BadInput: if a claim that the comparison rests on is missing.
    """
    return (*_promises(base), *_drawn(base), *_sector(base))


def _yearly(base: Base) -> tuple[float, float, tuple[str, ...]]:
    """Return NVIDIA's revenue of the last four quarters and the last two at an annual rate, USD, with the claims."""
    quarters = quarters_revenue(base, "org:nvidia", last_date(base), "revenue_quarter")
    ids = tuple(
        c.id for c in base.about[("org:nvidia", "revenue_quarter")] if c.as_of >= "2025-10" and c.grade != "unverified"
    )
    return sum(quarters[:4]), 2 * sum(quarters[:2]), ids


def _now(base: Base, claim_id: str, caveat: str) -> Number:
    year, pace, ids = _yearly(base)
    top = _of(base, claim_id)
    return Number("org:nvidia", top.at, top.low / max(year, pace), top.high / min(year, pace), "1",
                  (claim_id, *ids), caveat)  # fmt: skip


def _promises(base: Base) -> tuple[Comparison, ...]:
    old = _ratio(base, f"{LUCENT}{COMMITTED}.2001-09-30.1", f"{LUCENT}{YEAR}.2001-09-30.1")
    return (
        Comparison(
            "commitments_over_revenue",
            (_ratio(base, f"{LUCENT}{COMMITTED}.1999-12-31.1", f"{LUCENT}{YEAR}.2000-09-30.2", "peak"),
             _ratio(base, f"{LUCENT}{COMMITTED}.2000-09-30.1", f"{LUCENT}{YEAR}.2000-09-30.2", "without_spin_offs"),
             _ratio(base, f"{NORTEL}{COMMITTED}.2000-12-31.1", f"{NORTEL}{YEAR}.2000-12-31.1")),
            (old, _change(base, f"{LUCENT}{YEAR}.2000-09-30.2", f"{LUCENT}{YEAR}.2002-09-30.1", "two_years"),
             _change(base, f"{NORTEL}{YEAR}.2000-12-31.1", f"{NORTEL}{YEAR}.2001-12-31.1", "one_year")),
            (_now(base, f"{NVIDIA}{COMMITTED}.2026-08-17.1", "with_openai_guarantee"),
             _now(base, f"{NVIDIA}{COMMITTED}.2026-07-26.1", "without_openai_guarantee")),
        ),
    )  # fmt: skip


def _drawn(base: Base) -> tuple[Comparison, ...]:
    stakes, promised = (
        _of(base, f"{NVIDIA}private_equity_holdings.2026-07-26.1"),
        (_of(base, f"{NVIDIA}equity_commitments.2026-07-26.1")),
    )
    every = [_of(base, f"{NVIDIA}{COMMITTED}.{date}.1") for date in ("2026-08-17", "2026-07-26")]
    shares = [stakes.low / (stakes.low + promised.low + one.low) for one in every]
    ids = (*stakes.claims, *promised.claims, *(c for one in every for c in one.claims))
    return (
        Comparison(
            "drawn_over_revenue",
            (_ratio(base, f"{LUCENT}{DRAWN}.2000-09-30.1", f"{LUCENT}{YEAR}.2000-09-30.2"),
             _ratio(base, f"{NORTEL}{DRAWN}.2000-12-31.1", f"{NORTEL}{YEAR}.2000-12-31.1")),
            (_ratio(base, f"{LUCENT}{DRAWN}.2001-09-30.1", f"{LUCENT}{YEAR}.2001-09-30.1", "drew_in_crisis"),
             _ratio(base, f"{NORTEL}{DRAWN}.2001-12-31.1", f"{NORTEL}{YEAR}.2001-12-31.1", "written_down")),
            (_now(base, f"{NVIDIA}private_equity_holdings.2026-07-26.1", "stakes_at_cost"),),
        ),
        Comparison(
            "drawn_share",
            (_ratio(base, f"{LUCENT}{DRAWN}.2000-09-30.1", f"{LUCENT}{COMMITTED}.2000-09-30.1"),
             _ratio(base, f"{NORTEL}{DRAWN}.2000-12-31.1", f"{NORTEL}{COMMITTED}.2000-12-31.1")),
            (_ratio(base, f"{LUCENT}{DRAWN}.2001-09-30.1", f"{LUCENT}{COMMITTED}.2001-09-30.1", "drew_in_crisis"),),
            (Number("org:nvidia", every[0].at, min(shares), max(shares), "1", ids, "stakes_over_all"),),
        ),
        Comparison(
            "guarantee_share",
            (_ratio(base, f"{LUCENT}{COMMITTED}_guarantees.2000-09-30.1", f"{LUCENT}{COMMITTED}.2000-09-30.1"),),
            (_ratio(base, f"{LUCENT}{COMMITTED}_guarantees.2001-09-30.1", f"{LUCENT}{COMMITTED}.2001-09-30.1"),),
            (Number("org:nvidia", every[0].at, 1.0, 1.0, "1", every[0].claims, "no_loans"),),
        ),
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


def _change(base: Base, before_id: str, after_id: str, caveat: str) -> Number:
    before, after = _of(base, before_id), _of(base, after_id)
    change = after.low / before.low - 1
    return Number(after.who, after.at, change, change, "1", (before_id, after_id), caveat)


@dataclass(frozen=True, slots=True)
class Bust:
    """The fall of investment in one episode: level at the peak and the trough, and the lines of the base behind it."""

    episode: str
    what: str
    peak: float
    trough: float
    unit: str
    years: float
    lines: tuple[str, ...]

    @property
    def change(self) -> float:
        """Trough over peak less one."""
        return self.trough / self.peak - 1


BUSTS = (
    ("telecom_2000", "wireline_capex", "wireline capital spending", "2000", "2002", 2.0),
    ("telecom_2000", "lucent_revenue", "revenue, continuing operations", "FY2000", "FY2002", 2.0),
    ("telecom_2000", "carriers_value", "market value", "2000", "2001", 1.0),
    ("shale_2015", "drilling", "drilling spending, all wells", "2014", "2015", 1.0),
)
CHANGES = (
    ("shale_2015", "mining_investment", "mining investment (BEA)", 1.0),
    ("electricity_1929", "utility_shares", "Dow Jones Utility Average, peak to low", 13.0),
)


def busts(base: Base) -> tuple[Bust, ...]:
    """Return the falls of investment, revenue or value in earlier booms, from the lines in `filings/history.csv`."""
    lines = [row for row in base.tables.filed if row.about == "history"]
    found = []
    for episode, what, words, top, bottom, years in BUSTS:
        mine = [row for row in lines if words in row.item]
        ends = [next(row for row in mine if row.period == when) for when in (top, bottom)]
        peak, trough = (row.amount or 0.0 for row in ends)
        found.append(Bust(episode, what, peak, trough, ends[0].unit, years, tuple(row.id for row in ends)))
    for episode, what, words, years in CHANGES:
        row = next(row for row in lines if words in row.item)
        found.append(Bust(episode, what, 1.0, 1.0 + (row.amount or 0.0), "1", years, (row.id,)))
    return tuple(found)
