"""Checks of publications: what each says of itself, that each stands once, and what a grade may rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from rechenmacht.dates import span
from rechenmacht.evidence import forms, forms_rules
from rechenmacht.evidence.documents import (
    document_of,
    host_of,
    looks_like_an_address,
    names_a_page,
    names_raw_ip,
    says_a_place,
)
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.tables import Problem

# A data set of another day, and a living page read again, stand at the same address: their date tells them apart.
EDITIONS = frozenset({"data_set", "official", "standard"})
_HASH = re.compile(r"(?:[^=;]+=)?[0-9a-f]{64}")
_NAME = re.compile(r"[a-z]+(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)+")
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _date(text: str, column: str) -> Iterator[str]:
    try:
        span(text)
    except ValueError as error:
        yield f"{column} {error}"


def _said_of_itself(row: forms.Source) -> Iterator[str]:
    if row.class_ not in forms.SOURCE_CLASSES:
        yield f"class {row.class_!r} is none of {', '.join(forms.SOURCE_CLASSES)}"
    for column in ("title", "publisher", "licence", "language"):
        if not getattr(row, column):
            yield f"{column} is missing"
    if row.title and looks_like_an_address(row.title, row.address):
        yield f"title {row.title!r} is a domain or an address (write the publication's own title)"
    if row.publisher and (looks_like_an_address(row.publisher) or row.publisher.lower() == host_of(row.address)):
        yield f"publisher {row.publisher!r} is a domain or an address (write the publisher's name)"


def source_faults(row: forms.Source) -> Iterator[str]:
    """Yield what is wrong with one source."""
    yield from _said_of_itself(row)
    if not row.address and row.class_ not in forms.OWN_CLASSES:
        yield "address is missing"
    for column in ("address", "read_at", "archived"):
        if names_raw_ip(getattr(row, column)):
            yield f"{column} {getattr(row, column)!r} is a raw IP address (name the publication's own address)"
    if row.origin and not _KEY.fullmatch(row.origin):
        yield f"origin {row.origin!r} must be a key of lower-case letters, digits, dots, dashes"
    for part in row.sha256:
        if not _HASH.fullmatch(part):
            yield f"sha256 {part[:40]!r} is not 64 hexadecimal digits, or file=digits"
    faults = list(_date(row.accessed, "accessed"))
    faults += _date(row.published, "published") if row.published else []
    yield from faults
    if not faults and row.published and span(row.published)[0] > span(row.accessed)[1]:
        yield f"published {row.published} lies after accessed {row.accessed}"


def _keys(row: forms.Source) -> Iterator[tuple[str, ...]]:
    if row.address and (names_a_page(row.address)):
        edition = row.published if row.class_ in EDITIONS else ""
        yield ("address", document_of(row.address), edition)
    if row.title and row.published and row.address:
        yield ("title", row.title.lower(), row.publisher.lower(), row.published)
    if len(row.sha256) == 1:
        yield ("content", row.sha256[0].rpartition("=")[2])


def repeated_documents(
    sources: Iterable[forms.Source], place: Callable[[object], tuple[str, int]]
) -> Iterator[Problem]:
    """Yield each source that is a document which another id already names.

    Args:
        sources: the sources, in file order.
        place: returns the file and line of a source.
    """
    seen: dict[tuple[str, ...], forms.Source] = {}
    plain: dict[str, forms.Source] = {}
    for row in sources:
        for key in _keys(row):
            first = seen.setdefault(key, row)
            if key[0] == "address":
                other = plain.setdefault(key[1], row)
                if first is row and (not key[2] or not other.published or other.class_ not in EDITIONS):
                    first = other  # an edition without a date cannot be told from the others
            if first is not row and first.id != row.id:
                file, line = place(first)
                same = {"address": "address", "title": "title, publisher and date", "content": "content"}[key[0]]
                yield Problem(*place(row), f"{row.id} is the document of {first.id} ({file} row {line}; same {same})")
                break


def grade_faults(row: forms.Claim | forms.History, source: forms.Source) -> Iterator[str]:
    """Yield where a grade is better than its source bears out."""
    if source.class_ == "recollection" and row.grade != "unverified":
        yield f"grade {row.grade!r} where the source is a recollection (must be unverified)"
        return
    yield from site_faults(row.grade, source)
    yield from read_faults(row.grade, source)
    if row.grade == "primary" and not source.published:
        yield f"grade 'primary' where source {source.id} has no date (published)"
    if row.grade == "primary" and not says_a_place(row.locator):
        yield "grade 'primary' without a place in the source (locator)"


def site_faults(grade: str, source: forms.Source) -> Iterator[str]:
    """Yield a grade above `unverified` whose source is only a site."""
    if source.class_ not in forms.OWN_CLASSES and not names_a_page(source.address) and grade != "unverified":
        yield f"grade {grade!r} where source {source.id} names no page (must be unverified)"


def read_faults(grade: str, source: forms.Source) -> Iterator[str]:
    """Yield a grade `primary` whose source was read in a copy, a quotation or an excerpt elsewhere."""
    if grade == "primary" and source.read_at:
        yield f"grade 'primary' where source {source.id} was read elsewhere (read_at: {source.read_at})"


def _weakest_input(row: forms.Claim, grades: dict[str, str]) -> tuple[str, str] | None:
    named = [name.rstrip(".") for name in _NAME.findall(f"{row.locator} ; {row.note}")]
    known = [name for name in named if name in grades and name != row.id]
    worst = max(known, key=lambda name: forms.GRADES.index(grades[name]), default=None)
    return None if worst is None else (worst, grades[worst])


def arithmetic_problems(tables: Tables) -> Iterator[Problem]:
    """Yield own arithmetic that is graded above the weakest claim that its locator or note names."""
    own = {row.id for row in tables.sources if row.class_ == "own_arithmetic"}
    grades = {row.id: row.grade for row in tables.claims if row.grade in forms.GRADES}
    for row in tables.claims:
        if row.source in own and row.grade in forms.GRADES and (worst := _weakest_input(row, grades)):
            name, grade = worst
            if forms.GRADES.index(row.grade) < forms.GRADES.index(grade):
                fault = f"grade {row.grade!r} is above that of an input ({name}: {grade})"
                yield Problem(row.file, row.row, fault)


def source_problems(tables: Tables) -> Iterator[Problem]:
    """Yield documents that stand twice, and grades of deals, rules and markets that only a site bears out."""
    yield from repeated_documents(tables.sources, tables.place)
    known = {row.id: row for row in tables.sources}
    rows: tuple[forms.Deal | forms_rules.Rule | forms_rules.Destination | forms_rules.Market, ...]
    rows = (*tables.deals, *tables.rules, *tables.destinations, *tables.markets)
    for row in rows:
        if row.source in known:
            place = (row.file, row.row) if isinstance(row, forms_rules.Rule) else tables.place(row)
            source = known[row.source]
            faults = (*site_faults(row.grade, source), *read_faults(row.grade, source))
            yield from (Problem(*place, fault) for fault in faults)
