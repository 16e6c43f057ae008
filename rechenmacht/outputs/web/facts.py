"""What the routes on facts, rules and articles say, as plain records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim


def source(base: Base, name: str) -> dict[str, Any]:
    """Return a source: id, title, publisher, date, address."""
    one = base.sources[name]
    return {"id": one.id, "title": one.title, "publisher": one.publisher, "date": one.published, "url": one.address}


@lru_cache(maxsize=2)
def _conflicting(checksum: str, base_id: int) -> dict[str, list[str]]:
    del checksum
    from rechenmacht.evidence.conflicts import conflicts

    found: dict[str, list[str]] = {}
    for one in conflicts(_BASES[base_id]):
        ids = [claim.id for claim in one.claims]
        for claim in ids:
            found[claim] = [other for other in ids if other != claim]
    return found


_BASES: dict[int, Base] = {}


def fact(base: Base, claim: Claim) -> dict[str, Any]:
    """Return a claim with its source and the claims that contradict it."""
    _BASES[id(base)] = base
    return {
        "id": claim.id, "subject": claim.subject, "quantity": claim.quantity, "low": claim.low, "value": claim.value,
        "high": claim.high, "unit": claim.unit, "as_of": claim.as_of, "basis": claim.basis, "grade": claim.grade,
        "source": source(base, claim.source), "locator": claim.locator, "note": claim.note,
        "conflicts_with": _conflicting(base.checksum, id(base)).get(claim.id, []),
    }  # fmt: skip


def search(base: Base, text: str, subject: str, quantity: str, grade: str) -> list[Claim]:
    """Return claims in file order: every word of `text` in id, subject, quantity, note or source, the others exactly.

    Raises:
        BadInput: if subject, quantity or grade name nothing.
    """
    if subject:
        subject = base.find(subject).id
    if quantity and quantity not in base.quantities:
        raise BadInput(f"no quantity {quantity!r}{nearest(quantity, base.quantities)}")
    if grade not in {"", "primary", "secondary", "unverified"}:
        raise BadInput(f"no grade {grade!r}; known: primary, secondary, unverified")
    words = text.lower().split()
    found = []
    for claim in base.tables.claims:
        if (subject and claim.subject != subject) or (quantity and claim.quantity != quantity):
            continue
        if grade and claim.grade != grade:
            continue
        if words:
            whole = f"{claim.id} {claim.subject} {claim.quantity} {claim.note} {claim.source}".lower()
            if not all(word in whole for word in words):
                continue
        found.append(claim)
    return found


def csv_text(base: Base, claims: Iterable[Claim]) -> str:
    """Return claims as CSV, each with its source's title and address."""
    from rechenmacht.outputs.report.context import csv_text as written

    rows: list[dict[str, object]] = [
        {
            "id": c.id, "subject": c.subject, "quantity": c.quantity, "low": c.low, "value": c.value, "high": c.high,
            "unit": c.unit, "as_of": c.as_of, "basis": c.basis, "grade": c.grade, "source": c.source,
            "source_title": base.sources[c.source].title, "source_url": base.sources[c.source].address, "note": c.note,
        }
        for c in claims
    ]  # fmt: skip
    return written(rows) if rows else "id\n"


def chips(base: Base) -> list[dict[str, Any]]:
    """Return all chips: names, maker, and how many claims there are about each."""
    counts: dict[str, int] = {}
    for claim in base.tables.claims:
        counts[claim.subject] = counts.get(claim.subject, 0) + 1
    return [
        {"id": e.id, "name": {"en": e.name_en, "de": e.name_de}, "maker": e.parent, "claims": counts.get(e.id, 0)}
        for e in base.tables.entities
        if e.kind == "chip"
    ]


def rule_status(base: Base, chip: str, to: str, day: str) -> dict[str, Any]:
    """Return whether a chip is controlled to a destination on a day, and why.

    Raises:
        BadInput: if chip, destination or day cannot be used.
    """
    from rechenmacht.outputs.rules_text import explanation_json
    from rechenmacht.rules import chips as ruled
    from rechenmacht.rules import ruleset
    from rechenmacht.rules.explain import explain

    rules = ruleset.load(base)
    one = ruled.chip(base, chip)
    place = to.upper()
    if place not in rules.groups:
        raise BadInput(f"to: {to!r} is no destination{nearest(place, rules.groups)}")
    try:
        chosen = date.fromisoformat(day).isoformat() if day else date.today().isoformat()
    except ValueError:
        raise BadInput(f"date: {day!r} is no day of the calendar (write 2025-11-20)") from None
    row = ruled.row_of(one, chosen, place, "", "vendor", "")
    found = explain(rules, ruled.cases_of([one], [row], rules))
    head = {"chip": one.id, "name": one.name, "to": place, "on": chosen}
    return head | explanation_json(base, found, "en")


def checked(base: Base, text: str, lang: str | None, day: str) -> dict[str, Any]:
    """Return an article's numbers with verdicts; the text is read, nothing that it names is opened.

    Raises:
        BadInput: if the day cannot be used.
    """
    from rechenmacht.outputs.reading.document import as_dict
    from rechenmacht.reader import Reader

    try:
        appeared = date.fromisoformat(day) if day else None
    except ValueError:
        raise BadInput(f"date: {day!r} is no day of the calendar (write 2025-11-20)") from None
    told: Any = lang
    return as_dict(Reader(base).read_all([("article", text, appeared, told)]))
