"""Claims as answers and files give them: searched, with source and conflicts, as CSV and Parquet."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import GRADES, Claim
from rechenmacht.outputs.report.context import csv_text
from rechenmacht.outputs.web.envelope import source_row


class Filter(NamedTuple):
    """Which claims are asked for; empty asks for all."""

    q: str = ""
    subject: str = ""
    quantity: str = ""
    grade: str = ""


def fact(base: Base, claim: Claim, conflicts: Sequence[str]) -> dict[str, Any]:
    """Return a claim with its source and the claims that contradict it."""
    subject = base.entities.get(claim.subject)
    quantity = base.quantities[claim.quantity]
    return {
        "id": claim.id, "subject": claim.subject, "quantity": claim.quantity, "value": claim.value, "low": claim.low,
        "high": claim.high, "unit": claim.unit, "as_of": claim.as_of, "basis": claim.basis, "grade": claim.grade,
        "source": source_row(base.sources[claim.source]), "locator": claim.locator, "note": claim.note,
        "conflict": list(conflicts),
        "subject_name": {"en": subject.name_en, "de": subject.name_de} if subject else None,
        "quantity_name": {"en": quantity.name_en, "de": quantity.name_de},
    }  # fmt: skip


def search(base: Base, asked: Filter) -> list[Claim]:
    """Return claims in file order: every word of `q` in names, ids, note or source; the others exactly.

    Raises:
        BadInput: if subject, quantity or grade name nothing.
    """
    subject = base.find(asked.subject).id if asked.subject else ""
    if asked.quantity and asked.quantity not in base.quantities:
        raise BadInput(f"no quantity {asked.quantity!r}{nearest(asked.quantity, base.quantities)}")
    if asked.grade and asked.grade not in GRADES:
        raise BadInput(f"no grade {asked.grade!r}; known: {', '.join(GRADES)}")
    words = asked.q.lower().split()
    return [
        claim
        for claim in base.tables.claims
        if (not subject or claim.subject == subject)
        and (not asked.quantity or claim.quantity == asked.quantity)
        and (not asked.grade or claim.grade == asked.grade)
        and (not words or _has(base, claim, words))
    ]


def _has(base: Base, claim: Claim, words: Sequence[str]) -> bool:
    entity, quantity, source = (
        base.entities.get(claim.subject),
        base.quantities[claim.quantity],
        base.sources[claim.source],
    )
    names = (entity.name_en, entity.name_de) if entity else ()
    parts = (
        claim.id,
        *names,
        quantity.name_en,
        quantity.name_de,
        claim.note,
        source.id,
        source.title,
        source.publisher,
    )
    whole = " ".join(parts).lower()
    return all(word in whole for word in words)


COLUMNS = ("id", "subject", "quantity", "low", "value", "high", "unit", "as_of", "basis", "grade", "source",
           "source_title", "source_url", "locator", "note")  # fmt: skip
NUMBERS = frozenset({"low", "value", "high"})


def rows(base: Base, claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return claims as flat rows with the columns of `COLUMNS`."""
    return [
        {
            **{name: getattr(claim, name) for name in COLUMNS if not name.startswith("source_")},
            "source_title": base.sources[claim.source].title,
            "source_url": base.sources[claim.source].address,
        }
        for claim in claims
    ]


def as_csv(base: Base, claims: Sequence[Claim]) -> bytes:
    """Return claims as CSV, header first."""
    found = [{name: row[name] for name in COLUMNS} for row in rows(base, claims)]
    return (csv_text(found) if found else ",".join(COLUMNS) + "\n").encode()


def as_parquet(base: Base, claims: Sequence[Claim]) -> bytes:
    """Return claims as a Parquet file."""
    import duckdb

    found = rows(base, claims)
    kinds = {name: "DOUBLE" if name in NUMBERS else "VARCHAR" for name in COLUMNS}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        declared = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        connection.execute(f"CREATE TABLE claims ({declared})")
        if found:
            picks = ", ".join(f"unnest(${i + 1}::{kind}[])" for i, kind in enumerate(kinds.values()))
            columns = [[row[name] for row in found] for name in COLUMNS]
            connection.execute(f"INSERT INTO claims SELECT {picks}", columns)
        path = Path(folder) / "claims.parquet"
        connection.execute(f"COPY claims TO '{path}' (FORMAT parquet)")
        return path.read_bytes()
