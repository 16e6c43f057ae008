"""`rechenmacht check`: which numbers in this article are wrong?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht import files
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
    missing: Annotated[Path | None, typer.Option("--missing", help="Write the claims the base lacks, to fill.")] = None,
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
    _write(documents, lang, html, claimreview, annotations, propose, missing)
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
    missing: Path | None,
) -> None:
    from rechenmacht.outputs.reading import exports, page, summary

    facts = base() if html or propose or claimreview or annotations or missing else None
    for path, make in (
        (html, page.render),
        (claimreview, exports.claim_reviews),
        (annotations, exports.web_annotations),
        (propose, exports.proposals),
        (missing, summary.missing),
    ):
        if path is None or facts is None:
            continue
        files.write(path, make(facts, documents, lang))
        note(f"wrote {path}")


def _show(document: Document, lang: Lang) -> None:
    """Print the summary, then the table of what is judged."""
    from rechenmacht.domains.reader.wording import texts
    from rechenmacht.outputs.reading.summary import lines

    words, names = texts(lang)["page"], texts(lang)["rating"]
    counts = {told: sum(v.verdict == told for v in document.verdicts) for told in _MARK}
    say(f"{document.file}: " + ", ".join(f"{n} {names[told].lower()}" for told, n in counts.items()))
    for line in lines(document, lang):
        say(line)
    by_id = {quantity.id: quantity for quantity in document.quantities}
    rows = [
        (_MARK[v.verdict], by_id[v.quantity_id].text, v.check, v.explanation[lang])
        for v in sorted(document.verdicts, key=lambda v: list(_MARK).index(v.verdict))
        if v.verdict != "unverifiable"
    ]
    if rows:
        say("")
        say(table(rows, ("", words["number"], words["check"], words["why"])))
