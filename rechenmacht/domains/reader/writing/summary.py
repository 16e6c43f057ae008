"""What a desk editor reads in a minute: what is wrong, what is old, what fits something else, what cannot be told.

Below it the claims that the base lacks, as rows to fill.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from rechenmacht.domains.reader.model import Document, Lang, Quantity, Verdict
from rechenmacht.domains.reader.wording import texts
from rechenmacht.domains.reader.writing.exports import BARE_DATE, told_of
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.tables import columns

PARTS = ("contradicted", "other", "outdated", "imprecise", "open")
_LACKING = frozenset({"no_claim", "no_claim_then"})
_PLAIN_OPEN = frozenset({"a_date", "a_duration", "vague", "unknown", "no_subject", "no_quantity", "crowded"})
MOST = 12
Pair = tuple[Quantity, Verdict]


@dataclass(frozen=True)
class Summary:
    """The numbers of one article by what an editor has to do about them, each in the order of the text."""

    parts: dict[str, list[Pair]]
    missing: list[Pair]
    supported: int
    silent: int


def summarise(document: Document) -> Summary:
    """Return the summary of one article."""
    pairs = list(zip(document.quantities, document.verdicts, strict=True))
    parts = {part: [pair for pair in pairs if pair[1].verdict == part] for part in PARTS}
    parts["open"] = [p for p in pairs if p[1].verdict == "unverifiable" and p[1].reason not in _PLAIN_OPEN]
    return Summary(
        parts, [p for p in pairs if p[1].reason in _LACKING and p[1].subject and p[1].quantity],
        sum(pair[1].verdict == "supported" for pair in pairs),
        sum(pair[1].verdict == "unverifiable" and pair[1].reason in _PLAIN_OPEN for pair in pairs),
    )  # fmt: skip


def bare_dates(document: Document) -> int:
    """Return how many times an article tells by themselves, of which nothing is said that could be judged."""
    return sum(verdict.reason == BARE_DATE for verdict in document.verdicts)


def worth_a_look(verdict: Verdict) -> bool:
    """Whether an editor should see a verdict: it is one, or says what kept the number from being judged."""
    return verdict.verdict != "unverifiable" or verdict.reason not in _PLAIN_OPEN | {"a_rank"}


def lines(document: Document, lang: Lang) -> list[str]:
    """Return the summary as lines of text."""
    words, found = texts(lang)["summary"], summarise(document)
    out = [words["counts"].format(numbers=len(document.quantities), supported=found.supported, silent=found.silent)]
    for part in PARTS:
        rows = found.parts[part]
        if not rows:
            continue
        out += ["", f"{words[part]} ({len(rows)})"]
        out += [f"  {quantity.text}: {verdict.explanation[lang]}" for quantity, verdict in rows[:MOST]]
        out += [f"  {words['more'].format(count=len(rows) - MOST)}"] if len(rows) > MOST else []
    if found.missing:
        out += ["", f"{words['missing']} ({len(found.missing)})"]
        out += [
            f"  {verdict.subject} {verdict.quantity} {asked(document, quantity)}".rstrip()
            for quantity, verdict in found.missing[:MOST]
        ]
    return out


def asked(document: Document, quantity: Quantity) -> str:
    """Return the time for which a claim is missing: the number's own, or the day of the article."""
    return told_of(document, quantity)


def missing(base: Base, documents: Sequence[Document], lang: Lang) -> str:
    """Return the claims that the base lacks as rows to fill: subject, quantity, unit and time; no value, no source."""
    out = io.StringIO()
    names = columns(Claim)
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    seen: set[str] = set()
    for document in documents:
        for quantity, verdict in summarise(document).missing:
            when = asked(document, quantity)
            subject, code = str(verdict.subject), str(verdict.quantity)
            row = {
                "id": f"{subject.replace(':', '.')}.{code}.{when or 'undated'}",
                "subject": subject,
                "quantity": code,
            }
            if row["id"] in seen:
                continue
            seen.add(row["id"])
            note = texts(lang)["summary"]["says"].format(text=quantity.text)
            row |= {"unit": base.quantities[code].unit, "as_of": when, "note": note}
            writer.writerow(dict.fromkeys(names, "") | row)
    return out.getvalue()
