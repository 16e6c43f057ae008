"""The answer to the question check."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rechenmacht.answers.answer import Answer, Note, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.reader import rows
from rechenmacht.domains.reader.model import Document, Lang, Quantity, Verdict
from rechenmacht.domains.reader.questions import Check
from rechenmacht.domains.reader.reading import Reader
from rechenmacht.domains.reader.writing import document as plain
from rechenmacht.domains.reader.writing import exports, page, summary
from rechenmacht.evidence.base import Base

SHOWN = ("verdict", "number", "why")
_READERS: list[tuple[Base, Reader]] = []
_KEPT = 2
_COUNT, _TEXT = Kind("count"), Kind("text")


def reader_of(base: Base) -> Reader:
    """Return the reader of a fact base; its index is built once for the last two bases."""
    for known, reader in _READERS:
        if known is base:
            return reader
    _READERS.insert(0, (base, Reader(base)))
    del _READERS[_KEPT:]
    return _READERS[0][1]


def judged(document: Document) -> list[tuple[Quantity, Verdict]]:
    """Return the numbers of an article with their verdicts, in the order of the text."""
    return list(zip(document.quantities, document.verdicts, strict=True))


def check(asked: Check, base: Base, told: Told) -> Answer:
    """Read the articles, and judge their numbers against the fact base, physics, arithmetic and one another."""
    warned: list[str] = []
    documents = _documents(asked, base, warned)
    told(1, 1)
    verdicts = [_row(document, *pair) for document in documents for pair in judged(document)]
    counted = Counter(row["verdict"] for row in verdicts)
    return Answer(
        asked, {"numbers": len(verdicts), **{name: counted[name] for name in rows.VERDICTS}},
        _tables(base, documents, verdicts),
        notes=(Note("note.reader.rules"),), failed=counted["contradicted"] > 0,
        claims=tuple(dict.fromkeys(claim for row in verdicts for claim in row["claims"] if claim in base.claims)),
        heads=tuple(_head(document) for document in documents),
        warnings=tuple(Note("note.reader.llm", {"said": (line, _TEXT)}) for line in warned),
        save=lambda folder: _save(folder, base, documents),
        bare=lambda: json.dumps(plain.as_dict(documents), ensure_ascii=False, indent=1),
    )  # fmt: skip


def _tables(base: Base, documents: Sequence[Document], verdicts: Sequence[Row]) -> tuple[Table, ...]:
    """Return the articles, their verdicts with those first that an editor has to look at, and the missing claims."""
    first = [
        _row(document, *pair) for document in documents for pair in judged(document) if summary.worth_a_look(pair[1])
    ]
    first.sort(key=lambda row: rows.VERDICTS.index(row["verdict"]))
    missing = [row for document in documents for row in _missing(base, document)]
    shown = ("file", *SHOWN) if len(documents) > 1 else SHOWN
    lacking = ("subject", "quantity", "as_of", "number")
    return (
        Table("articles_read", rows.Read, [_read(document) for document in documents], people=()),
        Table("verdicts", rows.Judged, verdicts, shown, first, empty="note.reader.none", method="docs/reader.md"),
        Table("missing", rows.Missing, missing, lacking, title="note.reader.missing"),
    )


def _documents(asked: Check, base: Base, warned: list[str]) -> list[Document]:
    reader = reader_of(base)
    if asked.llm is not None:
        from rechenmacht.domains.reader.llm import proposer

        reader = Reader(base, proposer(asked.llm, asked.model, warned.append))
    lang: Lang | None = asked.text_lang
    return reader.read_all([(one.file, one.text, _day(asked.date or one.date), lang) for one in asked.articles])


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _head(document: Document) -> Note:
    """Return the line above an article's verdicts: what it is, and how much of it is what."""
    dates = summary.bare_dates(document)
    counted = Counter[str](verdict.verdict for verdict in document.verdicts)
    counted["unverifiable"] -= dates
    return Note(
        "note.reader.counts",
        {"file": (document.file, _TEXT), "numbers": (len(document.verdicts) - dates, _COUNT),
         "dates": (dates, _COUNT),
         **{name: (counted[name], _COUNT) for name in rows.VERDICTS}},
    )  # fmt: skip


def _row(document: Document, quantity: Quantity, verdict: Verdict) -> Row:
    return {
        "file": document.file, "id": quantity.id, "verdict": verdict.verdict, "number": quantity.text,
        "why": verdict.explanation, "check": verdict.check, "start": quantity.start, "end": quantity.end,
        "subject": verdict.subject, "quantity": verdict.quantity, "claim": verdict.claim, "as_of": verdict.as_of,
        "claims": list(verdict.claims),
    }  # fmt: skip


def _read(document: Document) -> Row:
    counted = Counter[str](verdict.verdict for verdict in document.verdicts)
    return {
        "file": document.file, "language": document.language, "date": document.date,
        "numbers": len(document.verdicts), **{name: counted[name] for name in rows.VERDICTS},
    }  # fmt: skip


def _missing(base: Base, document: Document) -> list[Row]:
    return [
        {"file": document.file, "subject": str(verdict.subject), "quantity": str(verdict.quantity),
         "unit": base.quantities[str(verdict.quantity)].unit, "as_of": summary.asked(document, quantity),
         "number": quantity.text}
        for quantity, verdict in summary.summarise(document).missing
    ]  # fmt: skip


def _save(folder: Path, base: Base, documents: Sequence[Document]) -> None:
    """Write the marked page in both languages, ClaimReview, Web Annotations, and rows to fill or to review."""
    for lang in ("en", "de"):
        made = {
            f"checked.{lang}.html": page.render(base, documents, lang),
            f"claimreview.{lang}.json": exports.claim_reviews(base, documents, lang),
            f"annotations.{lang}.json": exports.web_annotations(base, documents, lang),
        }
        for name, content in made.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    for name, content in (
        ("proposals.csv", exports.proposals(base, documents, "en")),
        ("to_fill.csv", summary.missing(base, documents, "en")),
    ):
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    document = json.dumps(plain.as_dict(documents), ensure_ascii=False, indent=1)
    (folder / "check.json").write_text(document, encoding="utf-8", newline="\n")
