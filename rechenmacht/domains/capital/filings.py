"""The book as filings state it: obligations by kind and year, debt by instrument, who holds it, when it falls due."""

from __future__ import annotations

from rechenmacht.dates import span
from rechenmacht.domains.capital.path_book import maturities
from rechenmacht.domains.capital.tables import Row
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_filings import Debt, Filed

OWED = (
    "lease_not_commenced", "purchase_commitment", "total_obligations", "guarantee", "debt", "backlog", "lease",
    "equity_commitment", "capital_commitment", "prepayment", "facility_undrawn", "equity_holding",
)  # fmt: skip
"""Kinds of lines whose newest total is shown, in this order; they overlap and are never added up."""
NOT_TOTAL = ("of which", "maturing", "next 12", "short-term", "after quarter end", "Hyperion leases")
AFTER = 9999
"""The year under which the principal stands that falls due after the last year stated."""


def _lines(base: Base, org: str | None, at: str | None) -> list[Filed]:
    return [
        row for row in base.tables.filed
        if (org is None or row.org == org) and row.about != "history"
        and (at is None or span(row.as_of)[0] <= span(at)[1])
    ]  # fmt: skip


def filed_rows(base: Base, org: str | None, at: str | None) -> list[Row]:
    """Return the lines of filings, newest first within a company and kind."""
    found: list[Row] = [
        {
            "org": row.org, "about": row.about, "item": row.item, "counterpart": row.counterpart, "period": row.period,
            "amount": row.amount, "unit": row.unit, "as_of": row.as_of, "source": row.source, "grade": row.grade,
            "id": row.id,
        }
        for row in _lines(base, org, at)
    ]  # fmt: skip
    found.sort(key=lambda row: span(row["as_of"])[1], reverse=True)
    return sorted(found, key=lambda row: (row["org"], row["about"]))


def total_rows(base: Base, org: str | None, at: str | None) -> list[Row]:
    """Return each company's newest stated total of each kind of obligation, largest first within a kind.

    Of lines of one day the largest is the total: parts of it stand beside it in a filing.
    """
    best: dict[tuple[str, str], Filed] = {}
    for row in _lines(base, org, at):
        if row.about not in OWED or row.amount is None or row.unit != "USD":
            continue
        if any(word in row.item for word in NOT_TOTAL):
            continue
        key = (row.about, row.org)
        if key not in best or (span(row.as_of)[1], row.amount) > (span(best[key].as_of)[1], best[key].amount or 0.0):
            best[key] = row
    rows: list[Row] = [
        {"org": row.org, "about": row.about, "amount": row.amount, "as_of": row.as_of, "item": row.item,
         "source": row.source, "grade": row.grade}
        for row in best.values()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (OWED.index(row["about"]), -row["amount"]))


def _debts(base: Base, org: str | None, at: str | None) -> list[Debt]:
    return [
        row for row in base.tables.debts
        if (org is None or row.org == org) and (at is None or span(row.as_of)[0] <= span(at)[1])
    ]  # fmt: skip


def instrument_rows(base: Base, org: str | None, at: str | None) -> list[Row]:
    """Return the debt instruments, largest first within a company."""
    names = ("org", "instrument", "principal", "drawn", "rate", "matures", "holder", "holders_named", "security",
             "guarantor", "state", "as_of", "source", "grade", "id")  # fmt: skip
    rows: list[Row] = [{name: getattr(row, name) for name in names} for row in _debts(base, org, at)]
    return sorted(rows, key=lambda row: (row["org"], -(row["drawn"] or row["principal"] or 0.0)))


SUMS = ("total", "all notes", "notes of FY")
"""How instruments begin that add up others of the same company."""


def held_rows(base: Base, org: str | None, at: str | None) -> list[Row]:
    """Return what each sector holds of drawn debt; a company's sums are left out where its instruments are listed."""
    mine = [row for row in _debts(base, org, at) if row.drawn and row.state in {"drawn", "closed"}]
    single = {row.org for row in mine if not row.instrument.startswith(SUMS)}
    mine = [row for row in mine if row.org not in single or not row.instrument.startswith(SUMS)]
    whole = sum(row.drawn or 0.0 for row in mine)
    rows = [
        {"holder": holder, "drawn": (drawn := sum(row.drawn or 0.0 for row in mine if row.holder == holder)),
         "share": drawn / whole, "instruments": sum(row.holder == holder for row in mine)}
        for holder in dict.fromkeys(row.holder for row in mine)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -float(row["drawn"]))


def maturity_rows(base: Base, org: str | None) -> list[Row]:
    """Return the principal that filings let fall due by year; what comes after the last year stated is left out."""
    orgs = [org] if org else sorted({row.org for row in base.tables.filed if row.about == "debt"})
    return [
        {"org": one, "year": year, "layer": "debt", "amount": amount}
        for one in orgs for year, amount in sorted(maturities(base, one).items()) if year != AFTER
    ]  # fmt: skip
