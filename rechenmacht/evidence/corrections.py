"""Known errors in sources: each correction applies only while the source still says what it expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import TypeVar

from rechenmacht.evidence.forms import Claim, Correction
from rechenmacht.evidence.tables import Problem

FILE = "corrections.csv"
R = TypeVar("R", bound=dict[str, str])


def _same(one: object, text: str) -> bool:
    if isinstance(one, float):
        try:
            return one == float(text)
        except ValueError:
            return False
    return ("" if one is None else str(one)) == text


def correct_claims(claims: Iterable[Claim], corrections: Iterable[Correction], problems: list[Problem]) -> list[Claim]:
    """Return the claims with the corrections for `claims` applied; a stale correction becomes a problem."""
    corrected = list(claims)
    position = {claim.id: index for index, claim in enumerate(corrected)}
    numeric = {field.name for field in fields(Claim) if field.name in {"low", "value", "high"}}
    for correction in corrections:
        if correction.target != "claims":
            continue
        claim = corrected[position[correction.row]] if correction.row in position else None
        if claim is None or not hasattr(claim, correction.column):
            problems.append(
                Problem(FILE, 0, f"{correction.id}: no claim {correction.row!r} with {correction.column!r}")
            )
            continue
        if not _same(getattr(claim, correction.column), correction.expect):
            now = getattr(claim, correction.column)
            problems.append(
                Problem(
                    FILE,
                    0,
                    f"{correction.id} expects {correction.expect!r} in {correction.row} but finds {now!r}; "
                    "drop the correction if the source was mended",
                )
            )
            continue
        new: object = correction.replace
        if correction.column in numeric:
            new = float(correction.replace) if correction.replace else None
        note = f"{claim.note}; corrected: {correction.reason}".lstrip("; ")
        corrected[position[correction.row]] = replace(claim, **{correction.column: new, "note": note})  # type: ignore[arg-type]
    return corrected


def correct_rows(target: str, key: str, rows: Iterable[R], corrections: Iterable[Correction]) -> Iterator[R]:
    """Yield the rows of a published file with the corrections for `target` applied.

    Args:
        target: the importer's name, as in `corrections.csv`.
        key: the column that holds the row's key in the published file.
        rows: the file's rows, column -> text.
        corrections: all known corrections.

    Raises:
        ValueError: if a row no longer says what its correction expects.
    """
    mine = {(c.row, c.column): c for c in corrections if c.target == target}
    for row in rows:
        for (name, column), correction in mine.items():
            if row.get(key) != name:
                continue
            if row.get(column) != correction.expect:
                raise ValueError(
                    f"correction {correction.id} expects {correction.expect!r} in {name}, {column}, but the file says "
                    f"{row.get(column)!r}; drop the correction if the source was mended"
                )
            row[column] = correction.replace
        yield row
