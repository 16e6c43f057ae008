"""Checks of the tables of filings, and of deals against the amounts of their states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rechenmacht.dates import span
from rechenmacht.errors import nearest
from rechenmacht.evidence import forms, forms_filings
from rechenmacht.evidence.documents import names_a_page
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.tables import Problem

MOVED = ("deal_paid", "deal_drawn", "deal_closed")
"""Quantities that say what an executed leg has moved, the strongest first."""
ROUNDING = 0.005
Row = forms_filings.Filed | forms_filings.Debt


def _codes(row: forms_filings.Filed | forms_filings.Debt) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "grade", row.grade, forms.GRADES
    if isinstance(row, forms_filings.Filed):
        yield "about", row.about, forms_filings.FILED_ABOUT
        yield "basis", row.basis, forms.BASES
    else:
        yield "holder", row.holder, forms_filings.HOLDERS
        yield "state", row.state, forms_filings.DEBT_STATES


def _faults(
    row: forms_filings.Filed | forms_filings.Debt, entities: set[str], sources: dict[str, forms.Source]
) -> Iterator[str]:
    for column, value, allowed in _codes(row):
        if value not in allowed:
            yield f"{column} {value!r} is none of {', '.join(allowed)}"
    orgs = [("org", row.org)] + ([("counterpart", row.counterpart)] if isinstance(row, forms_filings.Filed) else [])
    for column, org in orgs:
        if org and org not in entities:
            yield f"{column} {org!r} is no entity{nearest(org, entities)}"
    if row.source not in sources:
        yield f"source {row.source!r} is unknown{nearest(row.source, sources)}"
    elif row.grade != "unverified" and not names_a_page(sources[row.source].address):
        yield f"grade {row.grade!r} where source {row.source} names no page (must be unverified)"
    try:
        span(row.as_of)
    except ValueError as error:
        yield f"as_of {error}"
    whole = row.principal if isinstance(row, forms_filings.Debt) else None
    drawn = row.drawn if isinstance(row, forms_filings.Debt) else None
    if drawn is not None and whole is not None and drawn > whole * 1.005:
        yield f"drawn {drawn:g} is more than the principal {whole:g}"


def filing_problems(tables: Tables) -> Iterator[Problem]:
    """Yield what is wrong with the lines of filings and the debt instruments."""
    entities, sources = {row.id for row in tables.entities}, {row.id: row for row in tables.sources}
    seen: set[str] = set()
    rows: tuple[forms_filings.Filed | forms_filings.Debt, ...] = (*tables.filed, *tables.debts)
    for row in rows:
        if row.id in seen:
            yield Problem(*tables.place(row), f"id {row.id} stands twice")
        seen.add(row.id)
        yield from (Problem(*tables.place(row), fault) for fault in _faults(row, entities, sources))


def _ranked(claims: list[forms.Claim]) -> forms.Claim:
    order = {"primary": 0, "secondary": 1, "unverified": 2}
    return sorted(claims, key=lambda c: (-order[c.grade], span(c.as_of)[1]))[-1]


def executed_problems(tables: Tables) -> Iterator[Problem]:
    """Yield executed legs that are not paid as stated: no firm part below the headline, and all of it has moved."""
    about: dict[tuple[str, str], list[forms.Claim]] = {}
    for claim in tables.claims:
        about.setdefault((claim.subject, claim.quantity), []).append(claim)
    for row in tables.deals:
        if row.status != "executed" or row.scope != "contract":
            continue
        where, name = tables.place(row), f"deal:{row.id}"
        if row.band == "firm_headline":
            yield Problem(*where, f"{row.id} is executed and has a firm part below its headline: it is paid as stated")
        amounts = about.get((name, "deal_amount"))
        moved = next((about[name, q] for q in MOVED if (name, q) in about), None)
        if amounts and moved:
            stated, paid = _ranked(amounts).mid, _ranked(moved).mid
            if abs(stated - paid) > ROUNDING * max(stated, paid):
                yield Problem(*where, f"{row.id} is executed with {stated:g} USD, but {paid:g} USD have moved")


def course_problems(tables: Tables) -> Iterator[Problem]:
    """Yield deals that end or move money before they are made, move more than they hold, or replace each other."""
    about: dict[tuple[str, str], list[forms.Claim]] = {}
    for claim in tables.claims:
        about.setdefault((claim.subject, claim.quantity), []).append(claim)
    deals = {row.id: row for row in tables.deals}
    for row in tables.deals:
        where = tables.place(row)
        try:
            made = span(row.date)
            begun = span(row.start or row.date)[1]
        except ValueError:
            continue  # said elsewhere
        yield from (Problem(*where, fault) for fault in _moved_faults(row, made[0], about))
        yield from (Problem(*where, fault) for fault in _replaced_faults(row, deals))
        if row.horizon_years and _years(row.horizon_years) * 365.25 < (made[0] - begun).days:
            yield Problem(*where, f"{row.id} ends before it is made: start {row.start}, {row.horizon_years} years")


def _years(text: str) -> float:
    """Return a number of years, endless where the text is none; that is said elsewhere."""
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _moved_faults(row: forms.Deal, made: date, about: dict[tuple[str, str], list[forms.Claim]]) -> Iterator[str]:
    name = f"deal:{row.id}"
    amounts = [claim.mid if claim.high is None else claim.high for claim in about.get((name, "deal_amount"), [])]
    for claim in (claim for quantity in MOVED for claim in about.get((name, quantity), [])):
        if amounts and claim.mid > max(amounts) * (1 + ROUNDING):
            yield f"{row.id} is of at most {max(amounts):g} USD, but {claim.mid:g} USD have moved ({claim.id})"
        if _last(claim.as_of) < made:
            yield f"{row.id} is made on {row.date}, but money has moved by {claim.as_of} ({claim.id})"


def _replaced_faults(row: forms.Deal, deals: dict[str, forms.Deal]) -> Iterator[str]:
    later, seen = [deals[one] for one in row.superseded_by.split(";") if one in deals], {row.id}
    for other in later:
        if other.id not in seen and _last(other.date) < span(row.date)[0]:
            yield f"{row.id} of {row.date} is superseded by {other.id} of {other.date}, which is older"
    while later:
        other = later.pop()
        if row.id in other.superseded_by.split(";") and other.id != row.id:
            yield f"{row.id} and {other.id} supersede each other"
        elif other.id not in seen:
            seen.add(other.id)
            later += [deals[one] for one in other.superseded_by.split(";") if one in deals]


def _last(text: str) -> date:
    """Return the last day of a date, the end of time where it is none; that is said elsewhere."""
    try:
        return span(text)[1]
    except ValueError:
        return date.max
