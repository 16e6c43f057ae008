"""The answer to the question filings."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Ranges, Table, Years
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import filings as filed
from rechenmacht.domains.capital import questions, rows_book
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

LINES = ("about", "item", "period", "amount", "as_of", "grade")
TOTALS = ("org", "amount", "as_of", "item", "grade")
DEBTS = ("org", "instrument", "principal", "drawn", "rate", "matures", "holder", "holders_named", "state")


def filings(asked: questions.Filings, base: Base, told: Told) -> Answer:
    """Say what filings state: obligations, debt by instrument, who holds it, when it falls due.

    Raises:
        BadInput: if no line about the company is in the base at that day.
    """
    org = asked.org
    totals, lines = filed.total_rows(base, org, asked.at), filed.filed_rows(base, org, asked.at)
    debts, held = filed.instrument_rows(base, org, asked.at), filed.held_rows(base, org, asked.at)
    if not lines and not debts:
        who, when = base.entities[org].name_en if org else "", asked.at or ""
        raise BadInput.of("error.capital.no_filing", f"no line of a filing{' of ' + who if who else ''} is in the base"
                          + (f" at {when}" if when else ""), who=who, at=when)  # fmt: skip
    return Answer(
        asked, {},
        (
            Table("totals", rows_book.FiledTotal, totals, TOTALS, group="about"),
            Table("instruments", rows_book.Instrument, debts, DEBTS),
            Table("holders", rows_book.Held, held),
            Table("maturities", rows_book.Matures, filed.maturity_rows(base, org), ("org", "year", "amount")),
            Table("lines", rows_book.FiledLine, lines, LINES, people=None if org else []),
        ),
        (Note("note.capital.overlap"), Note("note.capital.no_pensions")),
        charts=(
            Ranges("holders", "holders", "holder", "drawn"),
            Years("maturities", "maturities", "org", "year", "layer", "amount"),
        ),
    )  # fmt: skip
