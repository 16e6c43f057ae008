"""ClaimReview JSON-LD, W3C Web Annotations, and claim rows for a person to review."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Document, Lang, Quantity, Verdict
from rechenmacht.domains.reader.wording import texts
from rechenmacht.evidence.base import Base
from rechenmacht.files import inert

BARE_DATE = "a_date"  # a time by itself, of which nothing is said
_RATING = {"contradicted": 1, "other": 2, "outdated": 3, "imprecise": 4, "supported": 5}


def rating_names(lang: Lang) -> dict[str, str]:
    """Return what each verdict is called, most telling first."""
    return texts(lang)["rating"]


_AROUND = 32


def sentence(document: Document, quantity: Quantity) -> str:
    """Return the text around a quantity, up to the ends of its sentence or 300 characters."""
    text = document.text
    begin = max(text.rfind(mark, max(0, quantity.start - 300), quantity.start) for mark in (". ", "\n", "! ", "? "))
    ends = [text.find(mark, quantity.end, quantity.end + 300) for mark in (". ", "\n", "! ", "? ")]
    end = min([found + 1 for found in ends if found >= 0], default=min(len(text), quantity.end + 300))
    return " ".join(text[max(begin + 1, 0, quantity.start - 300) : end].split())


def _claimed(document: Document, quantity: Quantity) -> str:
    """Return the sentence under review, led by its number where it has several."""
    told = sentence(document, quantity)
    same = [q for q in document.quantities if q.sentence == quantity.sentence and q.kind != "date"]
    return f"{quantity.text}: {told}" if len(same) > 1 else told


def _address(document: Document) -> str:
    """Return the article's address; a file gets a stable URN, for its path is nobody's business."""
    if document.file.startswith(("http://", "https://")):
        return document.file
    import hashlib

    return f"urn:sha256:{hashlib.sha256(document.text.encode()).hexdigest()}"


def _pairs(document: Document) -> list[tuple[Quantity, Verdict]]:
    by_id = {quantity.id: quantity for quantity in document.quantities}
    return [(by_id[v.quantity_id], v) for v in document.verdicts]


def claim_reviews(base: Base, documents: Sequence[Document], lang: Lang) -> str:
    """Return a JSON-LD array with one schema.org ClaimReview per number that could be judged."""
    reviews = []
    for document in documents:
        for quantity, verdict in _pairs(document):
            if verdict.verdict not in _RATING:
                continue
            reviews.append({
                "@context": "https://schema.org", "@type": "ClaimReview", "inLanguage": lang,
                "url": f"{_address(document)}#char={quantity.start},{quantity.end}",
                "claimReviewed": _claimed(document, quantity),
                "itemReviewed": {
                    "@type": "Claim", "appearance": {"@type": "CreativeWork", "url": _address(document)},
                    **({"author": {"@type": "Thing", "name": quantity.attributed_to}} if quantity.attributed_to
                        else {}),
                    **({"datePublished": document.date} if document.date else {}),
                },
                "author": {"@type": "Organization", "name": "Rechenmacht"},
                "reviewRating": {
                    "@type": "Rating", "ratingValue": _RATING[verdict.verdict], "bestRating": 5, "worstRating": 1,
                    "alternateName": rating_names(lang)[verdict.verdict],
                    "ratingExplanation": verdict.explanation[lang],
                },
                "citation": [_citation(base, claim) for claim in verdict.claims if claim in base.claims],
            })  # fmt: skip
    return json.dumps(reviews, ensure_ascii=False, indent=1) + "\n"


def _citation(base: Base, claim: str) -> dict[str, str]:
    source = base.sources[base.claims[claim].source]
    row = {"@type": "CreativeWork", "name": source.title, "publisher": source.publisher}
    return row | ({"url": source.address} if source.address.startswith("http") else {})


def web_annotations(base: Base, documents: Sequence[Document], lang: Lang) -> str:
    """Return a W3C Web Annotation collection with one annotation per number; a time by itself has none."""
    items: list[dict[str, Any]] = []
    for document in documents:
        for quantity, verdict in _pairs(document):
            if verdict.reason == BARE_DATE:
                continue
            text = document.text
            links = [base.sources[base.claims[c].source].address for c in verdict.claims if c in base.claims]
            bodies: list[dict[str, str]] = [
                {"type": "TextualBody", "purpose": "assessing", "format": "text/plain", "language": lang,
                 "value": f"{rating_names(lang)[verdict.verdict]}: {verdict.explanation[lang]}"},
                {"type": "TextualBody", "purpose": "tagging", "value": verdict.verdict},
            ]  # fmt: skip
            bodies += [
                {"type": "SpecificResource", "purpose": "linking", "source": link}
                for link in dict.fromkeys(links)
                if link.startswith("http")
            ]
            items.append({
                "@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation",
                "id": f"{_address(document)}#{quantity.id}", "motivation": "assessing", "body": bodies,
                "target": {"source": _address(document), "selector": [
                    {"type": "TextPositionSelector", "start": quantity.start, "end": quantity.end},
                    {"type": "TextQuoteSelector", "exact": quantity.text, "prefix": text[max(0,
                        quantity.start - _AROUND) : quantity.start],
                     "suffix": text[quantity.end : quantity.end + _AROUND]},
                ]},
            })  # fmt: skip
    page = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "AnnotationPage",
        "id": "urn:rechenmacht:annotations",
        "items": items,
    }
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


_COLUMNS = (
    "id",
    "subject",
    "quantity",
    "low",
    "value",
    "high",
    "unit",
    "as_of",
    "source",
    "locator",
    "basis",
    "grade",
    "note",
)


def _can_be_proposed(quantity: Quantity, verdict: Verdict) -> bool:
    """Whether a number can become a claim: it has a value, is plainly said, not wrong, and not in the base already."""
    open_still = verdict.verdict not in {"contradicted", "supported"}
    plain = not quantity.negated and quantity.kind != "vague" and open_still
    return plain and isinstance(quantity.mid, int | float)


def _proposed(base: Base, document: Document, quantity: Quantity) -> list[str] | None:
    """Return the row of a claim made of a number, or None where the base does not know its quantity."""
    subject, code = quantity.subject, quantity.quantity
    if not subject or not code or code not in base.quantities:
        return None
    factor = canonical(base, code)[1]
    low, high = (f"{v / factor:.6g}" if isinstance(v, int | float) else "" for v in (quantity.low, quantity.high))
    value = low if quantity.low == quantity.high else ""
    low, high = ("", "") if value else (low, high)
    basis = {"planned": "target", "forecast": "forecast"}.get(quantity.role, "reported")
    when, name = told_of(document, quantity), subject.partition(":")[2]
    file = document.file if document.file.startswith("http") else document.file.rsplit("/", 1)[-1]
    return [
        f"{subject.replace(':', '.')}.{code}.{when or 'undated'}", subject, code, low, value, high,
        base.quantities[code].unit, when, "", inert(sentence(document, quantity)), basis, "secondary",
        f"proposed from {file}; review subject ({name}), date and source",
    ]  # fmt: skip


def told_of(document: Document, quantity: Quantity) -> str:
    """Return the time that a number is told of, else the day of the article; of a span its end."""
    return (quantity.time or "").rpartition("/")[2] or document.date or ""


def proposals(base: Base, documents: Sequence[Document], lang: Lang) -> str:
    """Return claim rows (docs/data-forms.md) of numbers whose subject and code are known, for a person to review."""
    del lang
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for document in documents:
        for quantity, verdict in _pairs(document):
            row = _proposed(base, document, quantity) if _can_be_proposed(quantity, verdict) else None
            if row is not None:
                writer.writerow(row)
    return out.getvalue()
