"""The answer to the question coverage."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Ranges, Table, Years
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import coverage as covers
from rechenmacht.domains.capital import questions, rows
from rechenmacht.domains.capital.answers.common import SHARE, book_of, claims_of, sampler
from rechenmacht.evidence.base import Base


def coverage(asked: questions.Coverage, base: Base, told: Told) -> Answer:
    """Set means beside dues, contracts beside plans, and debts with a backer beside those without."""
    book, when = book_of(asked, base)
    draw = sampler(asked)
    covered, plans = covers.coverage_rows(base, book, draw, when), covers.plan_rows(base, book, draw, when)
    gap, wall = covers.barrier_row(base, book), covers.maturity_rows(base, book, draw, when)
    due = [
        {
            "org": r["org"],
            "year": r["year"],
            "kind": r["kind"],
            "due": {k: r[k] for k in ("low", "median", "high")},
        }
        for r in wall
    ]
    shown = (
        "org", "purchases", "debts_and_rents", "capex", "coverage", "coverage_without_funding", "backlog_over_revenue",
        "ebitda_over_interest",
    )  # fmt: skip
    plan = ("org", "until", "plan", "ratio", "headline_ratio", "no_horizon")
    return Answer(
        asked, {"at": when, "barrier": gap["barrier"]},
        (Table("coverage", rows.Coverage, covered, shown), Table("plans", rows.Plan, plans, plan),
         Table("debts", rows.Debt, gap["debts"], people=[]), Table("maturities", rows.Due, due, people=[])),
        (Note("note.capital.barrier", {"gap": (gap["barrier"], SHARE)}), Note("note.capital.covered"),
         *([Note("note.capital.plans")] if plans else [])), claims_of(book.contracts, draw),
        (Ranges("coverage", "coverage", "org", "coverage"),
         Years("maturities", "maturities", "org", "year", "kind", "due")),
    )  # fmt: skip
