"""The answer to the question show."""

from __future__ import annotations

from typing import Any

from rechenmacht.answers.answer import Answer, Row, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import browsing
from rechenmacht.domains.facts.answers.cited import LINES, SHOWN, cited
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.resolve import resolve

Found = tuple[dict[str, Any], list[Row], str]
"""Values, claims, and the column that heads parts of the table."""
HIDDEN = {"what", "kind", "unit"}
"""Values that people do not see by themselves."""


def show(asked: browsing.Show, base: Base, told: Told) -> Answer:
    """Say what the base holds under a name, with every claim about it or under it."""
    values, rows, group = _found(asked, base)
    table = Table("stated", browsing.Cited, rows, SHOWN, group=group, lines=LINES,
                  empty="note.facts.no_claims" if values["what"] == "entity" else "")  # fmt: skip
    seen = tuple(key for key, value in values.items() if key not in HIDDEN and _said(value))
    return Answer(asked, values, (table,), claims=tuple(row["claim"] for row in rows), show=seen)


def _said(value: Any) -> bool:
    return any(value.values()) if isinstance(value, dict) else bool(value)


def _found(asked: browsing.Show, base: Base) -> Found:
    if asked.quantity is not None:
        return _number(base, asked.thing, asked.quantity, asked.at)
    name = asked.thing
    if name in base.entities:
        return _entity(base, name)
    if name in base.claims:
        users = [one.name for one in base.tables.parameters if name in one.claims]
        values = {"what": "claim", "id": name, "subject": base.claims[name].subject,
                  "quantity": base.claims[name].quantity, "used_by": users}  # fmt: skip
        return values, [cited(base, base.claims[name])], ""
    if name in base.parameters:
        return _parameter(base, name)
    return _source(base, name) if name in base.sources else _quantity(base, name)


def _both(row: Any, field: str) -> dict[str, str]:
    return {code: str(getattr(row, f"{field}_{code}")) for code in ("en", "de")}


def _number(base: Base, subject: str, quantity: str, at: str | None) -> Found:
    found, definition = resolve(base, subject, quantity, at), base.quantities[quantity]
    ends = {"low": found.low, "value": found.median, "high": found.high}
    values = {
        "what": "fact", "subject": subject, "quantity": quantity, "meaning": _both(definition, "meaning"),
        "at": found.at, "unit": found.unit, "estimate": {key: float(f"{end:.10g}") for key, end in ends.items()},
    }  # fmt: skip
    rows = [cited(base, claim, weight) for claim, weight in found.used]
    return values, rows + [cited(base, claim, None, why) for claim, why in found.set_aside], ""


def _entity(base: Base, name: str) -> Found:
    entity = base.entities[name]
    also = {code: ", ".join(getattr(entity, f"aliases_{code}")) for code in ("en", "de")}
    values = {
        "what": "entity", "id": name, "name": _both(entity, "name"), "also": also, "kind": entity.kind,
        "parent": entity.parent, "bloc": entity.bloc, "since": entity.start, "until": entity.end, "note": entity.note,
    }  # fmt: skip
    mine = sorted((c for c in base.tables.claims if c.subject == name), key=lambda claim: claim.as_of)
    order = list(dict.fromkeys(c.quantity for c in base.tables.claims if c.subject == name))
    return values, [cited(base, c) for c in sorted(mine, key=lambda claim: order.index(claim.quantity))], "quantity"


def _parameter(base: Base, name: str) -> Found:
    one = base.parameters[name]
    values = {
        "what": "parameter", "id": name, "mechanism": one.mechanism, "subject": one.subject, "unit": one.unit,
        "prior": {"low": one.low, "value": one.mid, "high": one.high}, "distribution": one.distribution,
        "basis": one.basis, "note": one.note,
    }  # fmt: skip
    return values, [cited(base, base.claims[claim]) for claim in one.claims], ""


def _source(base: Base, name: str) -> Found:
    one = base.sources[name]
    values = {
        "what": "source", "id": name, "name": {"en": one.title, "de": one.title}, "publisher": one.publisher,
        "published": one.published, "accessed": one.accessed, "address": one.address, "read_at": one.read_at,
        "origin": one.first, "source_class": one.class_, "licence": one.licence, "language": one.language,
        "archived": one.archived, "sha256": list(one.sha256), "note": one.note,
    }  # fmt: skip
    mine = [claim for claim in base.tables.claims if claim.source == name]
    return {**values, "claims_of": len(mine)}, [cited(base, claim) for claim in mine], "quantity"


def _quantity(base: Base, name: str) -> Found:
    one = base.quantities[name]
    synonyms = {code: ", ".join(getattr(one, f"synonyms_{code}")) for code in ("en", "de")}
    values = {
        "what": "quantity", "id": name, "name": _both(one, "name"), "meaning": _both(one, "meaning"),
        "also": synonyms, "unit": one.unit, "bounds": {"low": one.low, "high": one.high}, "period": one.period,
        "family": one.family, "compute_basis": one.compute_basis,
    }  # fmt: skip
    mine = [claim for claim in base.tables.claims if claim.quantity == name]
    return {**values, "claims_of": len(mine)}, [cited(base, claim) for claim in mine], "subject"
