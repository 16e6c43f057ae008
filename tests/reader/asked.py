"""What the reader says on one number of a text."""

from __future__ import annotations

from datetime import date

from rechenmacht.domains.reader import Reader


def first_told(reader: Reader, text: str, span: str, day: date) -> list[str]:
    """Return the verdict on the first number, no date, that stands where a span does; empty where none does."""
    document, at = reader.read(text, "-", day), text.index(span)
    found = [
        one.verdict
        for number, one in zip(document.quantities, document.verdicts, strict=True)
        if number.start < at + len(span) and at < number.end and number.kind != "date"
    ]
    return found[:1]
