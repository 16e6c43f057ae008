"""The forms of filings: one line of a filing, one debt instrument."""

from __future__ import annotations

from dataclasses import dataclass

FILED_ABOUT = (
    "account", "backlog", "capital_commitment", "customer", "debt", "equity_commitment", "equity_holding",
    "facility_undrawn", "framework", "guarantee", "history", "interest", "lab", "lease", "lease_liability",
    "lease_not_commenced", "plan", "prepayment", "purchase_commitment", "total_obligations",
)  # fmt: skip
DEBT_STATES = ("announced", "signed", "closed", "drawn")
HOLDERS = (
    "banks", "private_credit", "insurers_and_funds", "bond_market", "asset_backed", "convertible_investors", "vendors",
    "customers_and_vendors", "unnamed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed:
    """One line of a company's filing or statement: an obligation, a balance, a customer's share, a flow.

    `about` says which kind of line; `counterpart` is filled where the filing names one; `period` is the year or span
    that the amount falls in, as the filing puts it. `amount` is empty where the filing states terms without a sum.
    """

    id: str
    org: str
    item: str
    about: str
    counterpart: str
    period: str
    amount: float | None
    unit: str
    as_of: str
    source: str
    locator: str
    basis: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Debt:
    """One debt instrument of a company: principal and drawn part in USD, rate, maturity, holder, security."""

    id: str
    org: str
    instrument: str
    principal: float | None
    drawn: float | None
    rate: str
    matures: str
    issued: str
    holder: str
    holders_named: str
    security: str
    guarantor: str
    as_of: str
    state: str
    source: str
    locator: str
    grade: str
    note: str
