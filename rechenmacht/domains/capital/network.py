"""The network as links between companies, and its warrants at two values; plain rows, USD."""

from __future__ import annotations

from rechenmacht.dates import span
from rechenmacht.domains.capital.contracts import Book, Contract, left_out
from rechenmacht.domains.capital.stages import moved, rests_on
from rechenmacht.domains.capital.tables import Row
from rechenmacht.evidence.base import Base

AT_PRICE = "warrant_value_at_grant"


def link_rows(base: Base, book: Book, at: str) -> list[Row]:
    """Return what each company pays or grants another by layer: headline, firm and paid value; largest first."""
    groups: dict[tuple[str, str, str], list[Contract]] = {}
    for leg in book.contracts:
        groups.setdefault((leg.payer, leg.payee, leg.layer), []).append(leg)
    rows: list[Row] = [
        {
            "payer": payer, "payee": payee, "layer": layer,
            "headline": sum(leg.headline or 0.0 for leg in legs), "firm": sum(leg.firm or 0.0 for leg in legs),
            "paid": sum(moved(base, leg, at) for leg in legs), "contracts": [leg.id for leg in legs],
            "legs": [
                {"id": leg.id, "date": leg.date, "kind": leg.kind, "rests_on": rests_on(base, leg), "grade": leg.grade}
                for leg in legs
            ],
        }
        for (payer, payee, layer), legs in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["headline"])


def out_rows(legs: tuple[Contract, ...]) -> list[Row]:
    """Return the legs that do not count, by reason."""
    by = {leg.id: leg for leg in legs}
    return [
        {
            "state": state, "n": len(ids), "contracts": ids,
            "legs": [
                {"id": one, "date": by[one].date, "payer": by[one].payer, "payee": by[one].payee,
                 "kind": by[one].kind, "grade": by[one].grade}
                for one in ids
            ],
        }
        for state, ids in left_out(legs).items()
    ]  # fmt: skip


def warrant_rows(base: Base, book: Book) -> list[Row]:
    """Return the warrants at their top step, and at the price of a share on the day they were granted.

    The network carries the top step as headline and nothing as firm; what has vested is firm. The second value is the
    number of shares times that day's price: it shows how much of a headline is a bet on the share.
    """
    rows = []
    for leg in book.contracts:
        if leg.kind == "warrant":
            found = base.about.get((f"deal:{leg.id}", AT_PRICE), [])
            newest = max(found, key=lambda c: span(c.as_of)[1], default=None)
            rows.append({
                "contract": leg.id, "payer": leg.payer, "payee": leg.payee, "date": leg.date,
                "top_step": leg.headline or 0.0, "at_price": newest.mid if newest else None, "vested": leg.firm or 0.0,
                "claims": [leg.claim, *([newest.id] if newest else [])],
            })  # fmt: skip
    return sorted(rows, key=lambda row: -row["top_step"])
