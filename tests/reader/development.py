"""Reads the annotated articles and scores the reader on them: found, value and unit, dates, precision, verdicts.

Marks in the text: ⟦span|value|unit⟧ or ⟦span|low..high|unit⟧ (an end may be open), with |!check on a false claim;
`skip` for words that may be read either way.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rechenmacht.dates import span
from rechenmacht.domains.reader import Document, Quantity, Reader
from rechenmacht.evidence.base import load

ARTICLES = Path(__file__).parent / "articles"
_MARK = re.compile(r"⟦([^|⟧]*)\|([^|⟧]*)\|([^|⟧]*)(?:\|!([a-z]+))?⟧")


@dataclass(frozen=True)
class Mark:
    text: str
    start: int
    end: int
    low: str
    high: str
    unit: str
    false: str


def article(path: Path) -> tuple[str, date, list[Mark]]:
    head, _, body = path.read_text(encoding="utf-8").partition("\n")
    pieces, marks, place, length = [], [], 0, 0
    for match in _MARK.finditer(body):
        before = body[place : match.start()]
        words, value, unit, false = match.groups()
        length += len(before)
        low, dots, high = value.partition("..")
        marks.append(Mark(words, length, length + len(words), low, high if dots else low, unit, false or ""))
        pieces += [before, words]
        length += len(words)
        place = match.end()
    return "".join([*pieces, body[place:]]), date.fromisoformat(head.removeprefix("date: ")), marks


def _same_day(one: object, wanted: str, last: int) -> bool:
    if not wanted or one is None:
        return (not wanted) == (one is None)
    return span(str(one))[last] == span(wanted)[last]


def _same(one: object, wanted: str) -> bool:
    if not wanted or one is None:
        return (not wanted) == (one is None)
    return isinstance(one, int | float) and abs(one - float(wanted)) <= 0.005 * abs(float(wanted))


def right(quantity: Quantity, mark: Mark) -> bool:
    """Value and unit as annotated; a hedge may stand in the span or before it, so one open end may be either way."""
    if mark.unit == "date":
        return (
            quantity.kind == "date" and _same_day(quantity.low, mark.low, 0) and _same_day(quantity.high, mark.high, 1)
        )
    return quantity.unit == mark.unit and _same(quantity.low, mark.low) and _same(quantity.high, mark.high)


@cache
def documents() -> list[tuple[str, Document, list[Mark]]]:
    reader = Reader(load())
    rows = []
    for path in sorted(ARTICLES.glob("*.txt")):
        text, day, marks = article(path)
        rows.append((path.stem, reader.read(text, path.name, day), marks))
    return rows


def score(lang: str | None = None) -> dict[str, object]:
    total: Counter[str] = Counter()
    misses: list[str] = []
    for name, document, marks in documents():
        if lang and not name.startswith(lang):
            continue
        used = set()
        told = {v.quantity_id: v for v in document.verdicts}
        for mark in marks:
            hits = [q for q in document.quantities if q.start < mark.end and mark.start < q.end and q.id not in used]
            if mark.unit == "skip":
                used |= {q.id for q in hits}
                continue
            group = "date" if mark.unit == "date" else "number"
            total[f"{group}s"] += 1
            if not hits:
                misses.append(f"{name} missed {mark.text!r}")
                continue
            total[f"{group}s_found"] += 1
            best = next((q for q in hits if right(q, mark)), hits[0])
            used.add(best.id)
            total[f"{group}s_right"] += right(best, mark)
            if not right(best, mark):
                misses.append(
                    f"{name} {mark.text!r} wanted {mark.low}..{mark.high} {mark.unit}: {best.text!r} {best.low} "
                    f"{best.high} {best.unit}"
                )
            verdict = told[best.id]
            total["false_claims"] += bool(mark.false)
            total["true_claims"] += not mark.false
            if mark.false:
                total["false_caught"] += verdict.verdict == "contradicted" and verdict.check == mark.false
                if verdict.verdict != "contradicted":
                    misses.append(f"{name} not caught: {mark.text!r} ({mark.false}) {verdict.verdict} {verdict.check}")
            elif verdict.verdict == "contradicted":
                total["true_contradicted"] += 1
                misses.append(f"{name} WRONGLY CONTRADICTED {mark.text!r}: {verdict.explanation['en']}")
            total[verdict.verdict] += 1
        spurious = [q for q in document.quantities if q.id not in used]
        total["spurious"] += len(spurious)
        misses += [f"{name} spurious {q.text!r} {q.kind}" for q in spurious]
    return {**total, "misses": misses}


def phenomenon(mark: Mark) -> str:
    """Name the group of an annotation by its unit and words."""
    if mark.unit in {"date", "USD", "EUR", "CNY"}:
        return {"date": "dates"}.get(mark.unit, "money")
    if mark.unit in {"count", "people", "h100e"}:
        return "counts"
    if mark.unit in {"s", "year"}:
        return "durations"
    if mark.unit == "1":
        return "percent" if re.search(r"%|rozent|per ?cent|points", mark.text) else "shares, multiples, ranks"
    return "rates" if "/" in mark.unit and mark.unit not in {"B/s", "FLOP/s"} else "physical units"


def table() -> list[tuple[str, str, int, int, int]]:
    """Return (phenomenon, language, annotated, found, value and unit right)."""
    rows: Counter[tuple[str, str, str]] = Counter()
    for name, document, marks in documents():
        for mark in (mark for mark in marks if mark.unit != "skip"):
            hits = [q for q in document.quantities if q.start < mark.end and mark.start < q.end]
            key = phenomenon(mark), name[:2]
            rows[*key, "all"] += 1
            rows[*key, "found"] += bool(hits)
            rows[*key, "right"] += any(right(q, mark) for q in hits)
    keys = sorted({key[:2] for key in rows})
    return [(*key, rows[*key, "all"], rows[*key, "found"], rows[*key, "right"]) for key in keys]


if __name__ == "__main__":
    for row in table():
        print("|", " | ".join(str(cell) for cell in row), "|")  # noqa: T201
    for lang in ("de", "en"):
        result = score(lang)
        for line in result.pop("misses"):  # type: ignore[attr-defined]
            print("  ", line)  # noqa: T201
        print(lang, result)  # noqa: T201
