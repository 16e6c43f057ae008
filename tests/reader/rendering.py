"""Renders claims of the base as sentences: true, doubled, moved to another year, told of a sibling.

Six patterns a language: subject before, subject behind, subject in the sentence before, passive, with a colon, in a
comparison. A sample is keyed: which claims it holds depends on their ids and a key alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rechenmacht.domains.reader import Document, Quantity, Reader, Verdict
from rechenmacht.domains.reader.records import Records
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim

PATTERNS = {
    "en": (
        "{n} has a {q} of {v}{t}.",
        "At {v}{t}, the {q} of {n} is no secret.",
        "This is about {n}. The {q} was {v}{t}.",
        "A {q} of {v} was stated for {n}{t}.",
        "{n}: {q} {v}{t}.",
        "Compared with {s}, {n} has a {q} of {v}{t}.",
    ),
    "de": (
        "{n} kommt bei der Größe „{q}“ auf {v}{t}.",
        "Mit {v}{t} ist die Größe „{q}“ bei {n} bekannt.",
        "Es geht um {n}. Die Größe „{q}“ lag bei {v}{t}.",
        "Für {n} wurde als „{q}“ {v} angegeben{t}.",
        "{n}: {q} {v}{t}.",
        "Im Vergleich zu {s} kommt {n} bei der Größe „{q}“ auf {v}{t}.",
    ),
}
UNITS = {
    "en": {"count": "", "h": "hours", "s": "seconds", "min": "minutes", "ms": "milliseconds", "day": "days", "month": "months",
           "year": "years", "h100e": "H100 equivalents", "USD/Mtoken": "USD per million tokens", "USD/h": "USD per hour",
           "wafer/month": "wafers per month", "mm2": "mm²", "USD/GW": "USD per GW", "tokens/s": "tokens per second",
           "GW/week": "GW per week", "point": "points"},
    "de": {"count": "", "h": "Stunden", "s": "Sekunden", "min": "Minuten", "ms": "Millisekunden", "day": "Tage",
           "month": "Monate", "year": "Jahre", "h100e": "H100-Äquivalente", "USD/Mtoken": "USD je Million Token",
           "USD/h": "USD je Stunde", "wafer/month": "Wafer pro Monat", "mm2": "mm²", "USD/GW": "USD je GW",
           "tokens/s": "Token pro Sekunde", "GW/week": "GW pro Woche", "point": "Punkte"},
}  # fmt: skip
MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}
# Units that no sentence writes: rates of rates, densities, and shares a year.
UNWRITTEN = {
    "1/year", "1/s", "GB/s/mm2", "TPP/mm2", "tokens/s/MW", "point/year", "USD/MW/day", "l/kWh", "USD/MW",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A sentence about a claim: its text, the words of the number, and the language."""

    claim: Claim
    text: str
    span: str
    lang: str


def keyed(claims: list[Claim], key: str, count: int) -> list[Claim]:
    """Return a sample that depends on the claims' ids and a key alone."""
    order = sorted(claims, key=lambda claim: hashlib.sha256(f"{key}/{claim.id}".encode()).hexdigest())
    return order[:count]


def renderable(base: Base) -> list[Claim]:
    """Return the claims that a sentence can state: with a value, in a unit that is written, a number not in the name."""
    return [
        c for c in base.tables.claims if c.value and c.value > 0 and c.unit not in UNWRITTEN and not _named(base, c)
    ]


def _named(base: Base, claim: Claim) -> bool:
    """Whether the number stands in the subject's name too (NVIDIA V100 SXM2 16 GB), or opens like a date (2 in June)."""
    row, what = base.entities[claim.subject], base.quantities[claim.quantity]
    figure = f"{claim.value * 100 if claim.unit == '1' else claim.value:,.10g}"
    names = re.split(r"[^\w,]+", f"{row.name_en} {row.name_de} {what.name_en} {what.name_de}")
    return figure in names or (claim.unit == "count" and (claim.value or 0) < 100)


def number(value: float, lang: str) -> str:
    text = f"{value:,.4f}".rstrip("0").rstrip(".") if 1e-3 < value < 1e15 else f"{value:.6g}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def amount(claim: Claim, factor: float, lang: str) -> str:
    value = (claim.value or 0.0) * factor
    if claim.unit == "1":
        return f"{number(value * 100, lang)} %"
    return f"{number(value, lang)} {UNITS[lang].get(claim.unit, claim.unit)}".strip()


def when(base: Base, claim: Claim, lang: str, years: int = 0) -> str:
    """Return the time of a claim in words, moved by some years; nothing for a timeless quantity."""
    if base.quantities[claim.quantity].period == "static":
        return ""
    year = int(claim.as_of[:4]) + years
    if len(claim.as_of) == 4:
        return f" in {year}" if lang == "en" else f" im Jahr {year}"
    if "Q" in claim.as_of:
        return f" in Q{claim.as_of[-1]} {year}"
    month = MONTHS[lang][int(claim.as_of[5:7]) - 1]
    if len(claim.as_of) == 7:
        return f" in {month} {year}" if lang == "en" else f" im {month} {year}"
    day = min(int(claim.as_of[8:]), 28)
    return f" on {month} {day}, {year}" if lang == "en" else f" am {day}. {month} {year}"


def siblings(base: Base, records: Records, claim: Claim) -> list[str]:
    """Return other subjects of the kind with claims on the same quantity and time, in a fixed order."""
    kind = claim.subject.partition(":")[0]
    static = base.quantities[claim.quantity].period == "static"
    return sorted(
        subject
        for subject, known in records.by_subject.items()
        if subject != claim.subject and subject.startswith(f"{kind}:")
        and any(static or c.as_of[:4] == claim.as_of[:4] for c in known.get(claim.quantity, ()))
    )  # fmt: skip


def sentence(base: Base, records: Records, claim: Claim, pattern: int, lang: str, *, factor: float = 1.0,
             subject: str = "", years: int = 0) -> Sentence:  # fmt: skip
    others = siblings(base, records, claim)
    names = {one: getattr(base.entities[one], f"name_{lang}") for one in (subject or claim.subject, *others[:1])}
    span = amount(claim, factor, lang)
    text = PATTERNS[lang][pattern if others or pattern < 5 else 0].format(
        n=names[subject or claim.subject], s=names.get(others[0] if others else "", ""), v=span,
        q=getattr(base.quantities[claim.quantity], f"name_{lang}"), t=when(base, claim, lang, years),
    )  # fmt: skip
    return Sentence(claim, text[0].upper() + text[1:], span, lang)


def told(reader: Reader, one: Sentence) -> tuple[Quantity, Verdict] | None:
    document: Document = reader.read(one.text, "-", None, "de" if one.lang == "de" else "en")
    place = one.text.rindex(one.span)
    for quantity, verdict in zip(document.quantities, document.verdicts, strict=True):
        if quantity.start < place + len(one.span) and place < quantity.end and quantity.kind != "date":
            return quantity, verdict
    return None


def truths(base: Base, records: Records, key: str, count: int) -> Iterator[Sentence]:
    for place, claim in enumerate(keyed(renderable(base), key, count)):
        yield sentence(base, records, claim, place % 6, ("en", "de")[place // 6 % 2])
