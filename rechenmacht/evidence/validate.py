"""Checks of the fact base that go beyond one cell: names, bounds, units, dates, repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from rechenmacht.dates import span
from rechenmacht.errors import nearest
from rechenmacht.evidence import forms
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.tables import Problem
from rechenmacht.evidence.validate_filings import course_problems, executed_problems, filing_problems
from rechenmacht.evidence.validate_rules import rule_problems
from rechenmacht.evidence.validate_sources import arithmetic_problems, grade_faults, source_faults, source_problems

Row = forms.Claim | forms.History


def _one_of(value: str, allowed: Iterable[str], column: str) -> Iterator[str]:
    if value not in allowed:
        yield f"{column} {value!r} is none of {', '.join(a for a in allowed if a)}"


def _date(text: str, column: str) -> Iterator[str]:
    try:
        span(text)
    except ValueError as error:
        yield f"{column} {error}"


def quantity_faults(row: forms.Quantity) -> Iterator[str]:
    """Yield what is wrong with one quantity."""
    yield from _one_of(row.period, forms.PERIODS, "period")
    yield from _one_of(row.compute_basis, forms.COMPUTE_BASES, "compute_basis")
    if not row.low < row.high:
        yield f"low {row.low:g} is not below high {row.high:g}"
    for column in ("unit", "name_en", "name_de", "meaning_en", "meaning_de"):
        if not getattr(row, column):
            yield f"{column} is missing"


def entity_faults(row: forms.Entity) -> Iterator[str]:
    """Yield what is wrong with one entity."""
    if row.id != row.id.lower() or row.id.split(":")[0] != row.kind or not row.id.partition(":")[2]:
        yield f"id {row.id!r} must be lower case and begin with its kind, {row.kind}:"
    if not row.name_en or not row.name_de:
        yield "a name is missing (name_en and name_de)"
    faults = [
        fault for column in ("start", "end") if getattr(row, column) for fault in _date(getattr(row, column), column)
    ]
    yield from faults
    if not faults and row.start and row.end and span(row.end)[1] < span(row.start)[0]:
        yield f"end {row.end} lies before start {row.start}"


def topic_faults(row: forms.Topic) -> Iterator[str]:
    """Yield what is wrong with one topic."""
    yield from _one_of(row.kind, forms.TOPIC_KINDS, "kind")
    if not row.name_en or not row.name_de:
        yield "a name is missing (name_en and name_de)"
    if not row.quantities:
        yield "quantities is missing"
    if not row.every_months > 0:
        yield f"every_months {row.every_months:g} is not above 0"


class Against:
    """Checks rows of numbers against the code lists."""

    def __init__(self, tables: Tables) -> None:
        self.quantities = {row.id: row for row in tables.quantities}
        self.entities = {row.id for row in tables.entities}
        self.sources = {row.id: row for row in tables.sources}

    def numbers(self, row: Row, when: str) -> Iterator[str]:
        """Yield what is wrong with a claim or a history row whose date column is `when`."""
        quantity = self.quantities.get(row.quantity)
        if quantity is None:
            yield f"quantity {row.quantity!r} is not in quantities.csv{nearest(row.quantity, self.quantities)}"
        elif row.unit != quantity.unit:
            yield f"unit {row.unit!r} where {row.quantity} is kept in {quantity.unit!r}"
        if row.subject not in self.entities:
            yield f"subject {row.subject!r} is not in entities.csv{nearest(row.subject, self.entities)}"
        yield from _one_of(row.basis, forms.BASES, "basis")
        yield from _one_of(row.grade, forms.GRADES, "grade")
        given = [(name, value) for name in ("low", "value", "high") if (value := getattr(row, name)) is not None]
        if not given:
            yield "none of low, value and high is given"
        for (name, value), (other_name, other) in pairwise(given):
            if value > other:
                yield f"{name} {value:g} is above {other_name} {other:g}"
        for name, value in given:
            if quantity is not None and not quantity.low <= value <= quantity.high:
                bounds = f"{quantity.low:g} to {quantity.high:g}"
                yield f"{name} {value:g} {quantity.unit} is outside the bounds of {row.quantity}, {bounds}"
        yield from self._origin(row, when)

    def _origin(self, row: Row, when: str) -> Iterator[str]:
        bad_date = list(_date(when, "date"))
        yield from bad_date
        if not row.source:
            yield "source is missing"
            return
        source = self.sources.get(row.source)
        if source is None:
            yield f"source {row.source!r} is not in sources.csv{nearest(row.source, self.sources)}"
            return
        yield from grade_faults(row, source)
        if bad_date or row.basis in forms.AHEAD_OF_TIME or not source.published:
            return
        try:
            published: date = span(source.published)[1]
        except ValueError:
            return
        if span(when)[0] > published:
            yield f"a {row.basis} figure for {when}, but {row.source} was published {source.published}"


def _unique(rows: Iterable[tuple[tuple[str, int], str]], what: str) -> Iterator[Problem]:
    seen: dict[str, tuple[str, int]] = {}
    for (file, row), key in rows:
        if key in seen:
            elsewhere = "" if seen[key][0] == file else f"{seen[key][0]} "
            yield Problem(file, row, f"{what} {key!r} stands already in {elsewhere}row {seen[key][1]}")
        seen.setdefault(key, (file, row))


def _repeats(rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]], message: str) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        first = seen.setdefault(key(row), row)
        if first is not row:
            yield Problem(row.file, row.row, f"{message} {first.file} row {first.row}")


def _code_lists(tables: Tables) -> Iterator[Problem]:
    checks: tuple[tuple[Iterable[object], Callable[..., Iterator[str]]], ...] = (
        (tables.quantities, quantity_faults),
        (tables.entities, entity_faults),
        (tables.sources, source_faults),
        (tables.topics, topic_faults),
    )
    for rows, faults in checks:
        ids = []
        for row in rows:
            where = tables.place(row)
            ids.append((where, row.id))  # type: ignore[attr-defined]
            yield from (Problem(*where, fault) for fault in faults(row))
        yield from _unique(ids, "id")
    known = {row.id for row in tables.entities}
    for entity in tables.entities:
        if entity.parent and entity.parent not in known:
            yield Problem(
                *tables.place(entity), f"parent {entity.parent!r} is no entity{nearest(entity.parent, known)}"
            )
        if entity.bloc and f"bloc:{entity.bloc}" not in known:
            yield Problem(*tables.place(entity), f"bloc {entity.bloc!r} is none of the blocs")


def _parameters(tables: Tables, claims: Mapping[str, forms.Claim]) -> Iterator[Problem]:
    yield from _unique(((tables.place(row), row.name) for row in tables.parameters), "parameter")
    subjects = {entity.id for entity in tables.entities}
    for row in tables.parameters:
        where = tables.place(row)
        yield from (Problem(*where, fault) for fault in _one_of(row.distribution, forms.DISTRIBUTIONS, "distribution"))
        if row.subject and row.subject not in subjects:
            yield Problem(*where, f"{row.name}: subject {row.subject!r} is no entity{nearest(row.subject, subjects)}")
        if not row.low <= row.mid <= row.high:
            yield Problem(
                *where,
                f"{row.name}: low, mid, high are not in order ({row.low:g}, {row.mid:g}, {row.high:g})",
            )
        if row.distribution == "lognormal" and row.low <= 0:
            yield Problem(*where, f"{row.name}: a lognormal needs low above 0, not {row.low:g}")
        if row.distribution == "logitnormal" and not (row.low > 0 and row.high < 1):
            yield Problem(*where, f"{row.name}: a logitnormal needs values between 0 and 1")
        if not row.claims and row.basis != "judgement":
            yield Problem(*where, f"{row.name} has no claims and does not say judgement")
        for claim in row.claims:
            if claim not in claims:
                yield Problem(*where, f"{row.name}: claim {claim!r} does not exist{nearest(claim, claims)}")


def deal_faults(row: forms.Deal) -> Iterator[str]:
    """Yield what is wrong with one deal's codes, dates and numbers."""
    yield from _one_of(row.kind, forms.DEAL_KINDS, "kind")
    yield from _one_of(row.status, forms.DEAL_STATES, "status")
    yield from _one_of(row.band, forms.DEAL_BANDS, "band")
    yield from _one_of(row.scope, forms.DEAL_SCOPES, "scope")
    yield from _one_of(row.grade, forms.GRADES, "grade")
    yield from _date(row.date, "date")
    if row.start:
        yield from _date(row.start, "start")
    for column in ("horizon_years", "exit_days", "gw"):
        text = getattr(row, column)
        try:
            wrong = bool(text) and not 0 < float(text) < 1e4
        except ValueError:
            wrong = True
        if wrong:
            yield f"{column} {text!r} is no positive number"
    if row.payer == row.payee:
        yield f"payer and payee are both {row.payer!r}"
    if "AGGREGATE" in row.note and row.scope != "aggregate":
        yield f"the note says AGGREGATE, but scope is {row.scope!r}"


def _deals(tables: Tables) -> Iterator[Problem]:
    entities = {row.id for row in tables.entities}
    sources = {row.id for row in tables.sources}
    deals = {row.id for row in tables.deals}
    with_amount = {claim.subject for claim in tables.claims if claim.quantity == "deal_amount"}
    yield from _unique(((tables.place(row), row.id) for row in tables.deals), "id")
    for row in tables.deals:
        where = tables.place(row)
        names = (("payer", entities), ("payee", entities), ("obligor", entities | {""}), ("source", sources))
        for column, known in names:
            if getattr(row, column) not in known:
                yield Problem(
                    *where,
                    f"{column} {getattr(row, column)!r} is unknown{nearest(getattr(row, column), known)}",
                )
        if row.id in row.superseded_by.split(";"):
            yield Problem(*where, f"{row.id} supersedes itself")
        unknown = [part for part in row.superseded_by.split(";") if part and part not in deals]
        if unknown:
            yield Problem(*where, f"superseded_by {unknown[0]!r} is no deal")
        yield from (Problem(*where, fault) for fault in deal_faults(row))
        has_amount = f"deal:{row.id}" in with_amount
        if has_amount != bool(row.band):
            what = "no band for its amount claim" if has_amount else f"band {row.band!r} without an amount claim"
            yield Problem(*where, f"{row.id} says {what}")


def problems(tables: Tables) -> list[Problem]:
    """Return everything that is wrong with the tables, in the order of the files."""
    found = list(_code_lists(tables))
    against = Against(tables)
    for claim in tables.claims:
        found += [Problem(claim.file, claim.row, fault) for fault in against.numbers(claim, claim.as_of)]
    for row in tables.history:
        found += [Problem(row.file, row.row, fault) for fault in against.numbers(row, row.period)]
    found += _repeats(tables.claims, lambda c: (c.id,), "id stands already in")  # type: ignore[union-attr]
    found += _repeats(
        tables.claims,
        lambda c: (c.subject, c.quantity, c.as_of, c.source),  # type: ignore[union-attr]
        "the same source already says this in",
    )
    found += _repeats(
        tables.history,
        lambda h: (h.subject, h.quantity, h.period, h.source),  # type: ignore[union-attr]
        "the same source already says this in",
    )
    found += _parameters(tables, {claim.id: claim for claim in (*tables.claims, *tables.set_aside)})
    found += _deals(tables)
    found += filing_problems(tables)
    found += executed_problems(tables)
    found += course_problems(tables)
    found += rule_problems(tables)
    found += source_problems(tables)
    found += arithmetic_problems(tables)
    return found
