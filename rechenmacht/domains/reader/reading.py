"""From text to document: quantities, what they are about, and the verdicts."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable
from datetime import date

from rechenmacht.domains.reader import focus, tokens
from rechenmacht.domains.reader.checks import ranks, together
from rechenmacht.domains.reader.checks.judging import judged
from rechenmacht.domains.reader.context import annotate
from rechenmacht.domains.reader.grammar import Grammar
from rechenmacht.domains.reader.meanings import Meanings
from rechenmacht.domains.reader.mentions import Aliases, Mention, Said, said_names
from rechenmacht.domains.reader.model import Document, Lang, Quantity
from rechenmacht.domains.reader.records import Records
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

_DATELINE = 8  # tokens before the date of a dateline
_LEADING = 12  # numbers and sentences within which a dateline stands
_CLOSES = frozenset(".:–—-|)(")
Rows = Iterable[tuple[str, str, date | None, Lang | None]]
Extra = Callable[[tokens.Text, list[Quantity]], list[Quantity]]
# A day in an address: /2025/11/20/, -20251120, 2025-11-20.
_ADDRESS = re.compile(r"https?://\S{0,400}?(20\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?!\d)")


class Reader:
    """Reads articles against one fact base; build it once for many articles."""

    def __init__(self, base: Base, extra: Extra | None = None) -> None:
        """Index the fact base.

        Args:
            base: the fact base.
            extra: proposes further quantities (see llm.py); each has been grounded and normalised already.
        """
        self.base, self.extra = base, extra
        self.aliases, self.meanings, self.records = Aliases(base), Meanings(base), Records(base)

    def read(self, text: str, file: str = "-", article: date | None = None, lang: Lang | None = None) -> Document:
        """Return the document of one article's text.

        Args:
            text: the article as plain text.
            file: its name in the result, or its address, from which its day is read where it tells one.
            article: the day it appeared; relative dates and tense are read against it.
            lang: its language, if known.
        """
        return self.read_all([(file, text, article, lang)])[0]

    def read_all(self, articles: Rows) -> list[Document]:
        """Return the documents of several articles, checked against each other too."""
        return _undisturbed(self._all, articles)

    def _all(self, articles: Rows) -> list[Document]:
        done = [self._one(*row) for row in articles]
        found = together.across(done) if len(done) > 1 else {}
        for place, (document, _) in enumerate(done):
            told = found.get(place, {})
            document.verdicts = [told.get(verdict.quantity_id, verdict) for verdict in document.verdicts]
        return [document for document, _ in done]

    def _one(self, file: str, text: str, article: date | None, lang: Lang | None) -> tuple[Document, Scene]:
        cut = tokens.read(text, lang)
        article = article or _addressed(file) or _dateline(cut) or _addressed(text)
        try:
            quantities = Grammar(cut, article).all()
        except BadInput as error:
            raise BadInput(f"{file}: {error}") from None
        propose = self.extra
        if propose is not None:
            quantities = sorted([*quantities, *propose(cut, quantities)], key=lambda q: q.start)
        mentions, spoken = focus.follow(cut, self.aliases.mentions(cut), self.aliases.parents, self.aliases.blocs)
        said = said_names(cut, self.meanings.names)
        quantities = _unnamed(quantities, sorted([*mentions, *said], key=lambda one: one.first))
        for number, quantity in enumerate(quantities, 1):
            quantity.id = f"q{number}"
        _set_datelines(cut, quantities, article)
        annotate(cut, quantities, article)
        scene = Scene(self.base, self.records, self.meanings, cut, quantities, mentions, article, said, spoken)
        document = Document(file, cut.lang, text, quantities, [], article.isoformat() if article else None)
        for quantity, (verdict, candidates) in zip(quantities, judged(scene), strict=True):
            quantity.candidates = candidates
            quantity.subject, quantity.quantity = verdict.subject, verdict.quantity
            document.verdicts.append(verdict)
        return _with_ranks(document, scene), scene


def _set_datelines(cut: tokens.Text, quantities: list[Quantity], article: date | None) -> None:
    """Mark the article's own day where it heads a paragraph: it tells no time of the numbers behind it."""
    if article is None:
        return
    for quantity in quantities[:_LEADING]:
        own = quantity.kind == "date" and quantity.low == quantity.high == article.isoformat()
        if own and quantity.sentence < _LEADING and _opens(cut, quantity, quantity.first):
            quantity.form = "dateline"


def _undisturbed(read: Callable[[Rows], list[Document]], articles: Rows) -> list[Document]:
    """Read articles without the search for circles of objects: what is made of them holds none, and is much."""
    if not gc.isenabled():
        return read(articles)
    gc.disable()
    try:
        return read(articles)
    finally:
        gc.enable()


def _with_ranks(document: Document, scene: Scene) -> Document:
    """Add the superlatives that the base can judge, in the order of the text."""
    told = ranks.superlatives(scene)
    for quantity, verdict in told:
        quantity.subject, quantity.quantity = verdict.subject, verdict.quantity
    if told:
        rows = [*zip(document.quantities, document.verdicts, strict=True), *told]
        rows.sort(key=lambda row: (row[0].start, row[0].end))
        document.quantities, document.verdicts = [row[0] for row in rows], [row[1] for row in rows]
    return document


def _unnamed(quantities: list[Quantity], mentions: list[Mention | Said]) -> list[Quantity]:
    """Leave out the numbers that are part of a name of several words (`Atlas 950 cabinet (64 chips)`)."""
    named = [(mention.first, mention.last) for mention in mentions if mention.last - mention.first > 1]
    kept, place = [], 0
    for quantity in quantities:
        while place < len(named) and named[place][1] <= quantity.first:
            place += 1
        inside = place < len(named) and named[place][0] <= quantity.first and quantity.last <= named[place][1]
        if not inside:
            kept.append(quantity)
    return kept


def _addressed(text: str) -> date | None:
    """Return the day that the first web address in a text tells, or None."""
    for match in _ADDRESS.finditer(text[:20_000]):
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            continue
    return None


def _opens(head: tokens.Text, quantity: Quantity, place: int) -> bool:
    """Whether a date opens a paragraph, with no more than a place and an agency before it (`AUSTIN, May 5, 2026.`)."""
    paragraph = head.tokens[place].paragraph
    before = [token for token in head.tokens[:place] if token.paragraph == paragraph]
    named = all(token.kind == "s" or token.text[:1].isupper() for token in before)
    behind = head.tokens[quantity.last].text if quantity.last < len(head.tokens) else "."
    return len(before) <= _DATELINE and named and behind in _CLOSES


def _head(cut: tokens.Text) -> tokens.Text:
    """Return the first lines of an article, whose last sentence ends with them."""
    first = [token for token in cut.tokens if token.end <= 400]
    whole = [(begin, min(end, len(first))) for begin, end in cut.sentences if begin < len(first)]
    return tokens.Text(cut.text[:400], cut.lang, first, whole)


def _dateline(cut: tokens.Text) -> date | None:
    """Return the first full date in the first lines of an article, which is most often the day it appeared."""
    head = _head(cut)
    for quantity in Grammar(head).all():
        exact = isinstance(quantity.low, str) and len(quantity.low) == 10 and quantity.low == quantity.high
        if quantity.kind != "date" or not exact:
            continue
        place = next(k for k, token in enumerate(head.tokens) if token.start >= quantity.start)
        lines = {token.paragraph for token in head.tokens[:place]}
        short = sum(token.paragraph == head.tokens[place].paragraph for token in cut.tokens) <= 20
        if len(lines) <= 4 and (short or _opens(head, quantity, place)):
            return date.fromisoformat(str(quantity.low))
    return None
