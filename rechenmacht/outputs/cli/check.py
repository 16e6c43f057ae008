"""`rechenmacht check`: which numbers in this article are wrong?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, Lang, Language, base, emit, note, say, table

if TYPE_CHECKING:
    from rechenmacht.domains.reader.model import Document

_MARK = {"contradicted": "!", "other": "/", "outdated": "<", "imprecise": "~", "supported": "+", "unverifiable": "?"}


def check(
    files: Annotated[list[str], typer.Argument(help="Articles: text, HTML or PDF files, or addresses.")],
    day: Annotated[str | None, typer.Option("--date", help="Day the article appeared (2025-11-20).")] = None,
    lang: Language = "en",
    text_lang: Annotated[
        str | None, typer.Option("--text-lang", help="Language of the articles, if the guess is wrong: en or de.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the articles with every number marked.")] = None,
    claimreview: Annotated[Path | None, typer.Option("--claimreview", help="Write ClaimReview JSON-LD.")] = None,
    annotations: Annotated[Path | None, typer.Option("--annotations", help="Write W3C Web Annotations.")] = None,
    propose: Annotated[Path | None, typer.Option("--propose", help="Write claim rows for a person to review.")] = None,
    llm: Annotated[
        str | None, typer.Option("--llm", help="OpenAI-compatible endpoint that may propose more quantities.")
    ] = None,
    model: Annotated[str, typer.Option("--model", help="Model to ask at the endpoint.")] = "default",
    as_json: Json = False,
) -> None:
    """Find every number in articles and check it against facts, physics, arithmetic and the article itself.

    Exit code 1 if any number is contradicted.
    """
    documents = _read(files, day, text_lang, llm, model)
    _write(documents, lang, html, claimreview, annotations, propose)
    if as_json:
        from rechenmacht.outputs.reading.document import as_dict

        emit(as_dict(documents))
    else:
        for document in documents:
            _show(document, lang)
    if any(verdict.verdict == "contradicted" for document in documents for verdict in document.verdicts):
        raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--date {text!r} is no day of the calendar (write 2025-11-20)") from None


def _read(files: list[str], day: str | None, text_lang: str | None, llm: str | None, model: str) -> list[Document]:
    from rechenmacht.domains.reader import Reader
    from rechenmacht.domains.reader.sources import load

    appeared = _day(day)
    told: Lang | None = None
    if text_lang is not None:
        if text_lang not in {"en", "de"}:
            raise BadInput(f"--text-lang {text_lang!r} is not en or de")
        told = "de" if text_lang == "de" else "en"
    articles = [load(name) for name in files]
    extra = None
    if llm is not None:
        from rechenmacht.domains.reader.llm import proposer

        extra = proposer(llm, model, note)
    reader = Reader(base(), extra)
    return reader.read_all([(a.file, a.text, appeared or a.date, told) for a in articles])


def _write(
    documents: list[Document],
    lang: Lang,
    html: Path | None,
    claimreview: Path | None,
    annotations: Path | None,
    propose: Path | None,
) -> None:
    from rechenmacht.outputs.reading import exports, page

    facts = base() if html or propose or claimreview or annotations else None
    for path, make in (
        (html, page.render),
        (claimreview, exports.claim_reviews),
        (annotations, exports.web_annotations),
        (propose, exports.proposals),
    ):
        if path is None or facts is None:
            continue
        try:
            path.write_text(make(facts, documents, lang), encoding="utf-8", newline="\n")
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None
        note(f"wrote {path}")


def _show(document: Document, lang: Lang) -> None:
    counts = {told: sum(v.verdict == told for v in document.verdicts) for told in _MARK}
    words = {"en": "numbers and dates", "de": "Zahlen und Daten"}[lang]
    from rechenmacht.domains.reader.wording import texts

    names = {told: name.lower() for told, name in texts(lang)["rating"].items()}
    say(
        f"{document.file}: {len(document.quantities)} {words}; "
        + ", ".join(f"{n} {names[told]}" for told, n in counts.items())
    )
    by_id = {quantity.id: quantity for quantity in document.quantities}
    rows = [
        (_MARK[v.verdict], by_id[v.quantity_id].text, v.check, v.explanation[lang])
        for v in sorted(document.verdicts, key=lambda v: list(_MARK).index(v.verdict))
        if v.verdict != "unverifiable"
    ]
    if rows:
        head = {"en": ("", "number", "check", "why"), "de": ("", "Zahl", "Prüfung", "Begründung")}[lang]
        say(table(rows, head))
