"""From text to document: quantities, what they are about, and the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from rechenmacht.domains.reader import tokens
from rechenmacht.domains.reader.checks import arithmetic, facts, physics, tense, together
from rechenmacht.domains.reader.checks.scene import Scene
from rechenmacht.domains.reader.context import annotate
from rechenmacht.domains.reader.grammar import Grammar
from rechenmacht.domains.reader.linking import Link, Linker
from rechenmacht.domains.reader.model import Document, Lang, Quantity, Verdict
from rechenmacht.domains.reader.subjects import Aliases, Mention
from rechenmacht.domains.reader.wording import explain
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

_ORDER = {"contradicted": 0, "supported": 1, "imprecise": 2, "unverifiable": 3}
Extra = Callable[[tokens.Text, list[Quantity]], list[Quantity]]


class Reader:
    """Reads articles against one fact base; build it once for many articles."""

    def __init__(self, base: Base, extra: Extra | None = None) -> None:
        """Index the fact base.

        Args:
            base: the fact base.
            extra: proposes further quantities (see llm.py); each has been grounded and normalised already.
        """
        self.base, self.extra = base, extra
        self.aliases, self.linker = Aliases(base), Linker(base)

    def read(self, text: str, file: str = "-", article: date | None = None, lang: Lang | None = None) -> Document:
        """Return the document of one article's text.

        Args:
            text: the article as plain text.
            file: its name in the result.
            article: the day it appeared; relative dates and tense are read against it.
            lang: its language, if known.
        """
        return self.read_all([(file, text, article, lang)])[0]

    def read_all(self, articles: Iterable[tuple[str, str, date | None, Lang | None]]) -> list[Document]:
        """Return the documents of several articles, checked against each other too."""
        done = [self._one(*row) for row in articles]
        if len(done) > 1:
            together.across(done)
        for document, _ in done:
            place = {quantity.id: k for k, quantity in enumerate(document.quantities)}
            document.verdicts.sort(key=lambda v: place[v.quantity_id])
        return [document for document, _ in done]

    def _one(self, file: str, text: str, article: date | None, lang: Lang | None) -> tuple[Document, Scene]:
        cut = tokens.read(text, lang)
        article = article or _dateline(cut)
        try:
            quantities = Grammar(cut, article).all()
        except BadInput as error:
            raise BadInput(f"{file}: {error}") from None
        propose = self.extra
        if propose is not None:
            quantities = sorted([*quantities, *propose(cut, quantities)], key=lambda q: q.start)
        for number, quantity in enumerate(quantities, 1):
            quantity.id = f"q{number}"
        annotate(cut, quantities)
        scene = Scene(self.base, cut, quantities, self.aliases.mentions(cut), article)
        self._link(scene)
        document = Document(
            file, cut.lang, text, quantities, _verdicts(scene), article.isoformat() if article else None
        )
        return document, scene

    def _link(self, scene: Scene) -> None:
        """Set the candidate subjects and codes of every number; name the best where it stands out."""
        for sentence, inside in scene.by_sentence.items():
            mentions = [] if scene.crowded(sentence) else _near_mentions(scene, sentence)
            for quantity in inside[:200]:
                if quantity.kind in {"date", "rank", "duration"} or not mentions:
                    continue
                links = self.linker.links(scene.text, quantity, mentions[:12])
                scene.links[quantity.id] = links
                best: dict[tuple[str, str], Link] = {}
                for link in links:
                    best.setdefault((link.subject, link.quantity), link)
                quantity.candidates = [
                    (link.subject, link.quantity, round(link.score, 2)) for link in list(best.values())[:3]
                ]
                if links:
                    quantity.subject, quantity.quantity = links[0].subject, links[0].quantity
                else:
                    away = [abs(mention.first - quantity.first) for mention in mentions]
                    quantity.subject = mentions[away.index(min(away))].entity


def _near_mentions(scene: Scene, sentence: int) -> list[Mention]:
    """Return the mentions of a sentence; where it names nothing, the last one before it in the paragraph, as weak."""
    mine = scene.named.get(sentence, [])
    if mine:
        return mine
    begin = scene.text.sentences[sentence][0]
    before = scene.named.get(sentence - 1, [])
    if before and scene.text.tokens[before[-1].first].paragraph == scene.text.tokens[begin].paragraph:
        return [Mention(m.entity, m.kind, begin, begin, sentence, weak=True) for m in before[:1]]
    return []


def _dateline(cut: tokens.Text) -> date | None:
    """Return the first full date in the first lines of an article, which is most often the day it appeared."""
    head = tokens.Text(cut.text[:400], cut.lang, [token for token in cut.tokens if token.end <= 400], cut.sentences)
    for quantity in Grammar(head).all():
        if (
            quantity.kind == "date"
            and isinstance(quantity.low, str)
            and len(quantity.low) == 10
            and quantity.low == quantity.high
        ):
            place = next(k for k, token in enumerate(head.tokens) if token.start >= quantity.start)
            lines = {token.paragraph for token in head.tokens[:place]}
            short = sum(token.paragraph == head.tokens[place].paragraph for token in cut.tokens) <= 20
            if len(lines) <= 4 and short:
                return date.fromisoformat(quantity.low)
    return None


def _verdicts(scene: Scene) -> list[Verdict]:
    """Return one verdict per quantity: the most telling of all checks, contradictions first."""
    found: dict[str, list[Verdict]] = {quantity.id: [] for quantity in scene.quantities}
    for quantity in scene.quantities:
        if scene.crowded(quantity.sentence):
            continue
        if quantity.kind == "date":
            for told in tense.check(scene, quantity):
                found[told.quantity_id].append(told)
            continue
        for check in (*physics.CHECKS, *arithmetic.CHECKS):
            told_one = check(quantity, scene)
            if told_one is not None:
                found[quantity.id].append(told_one)
        for known in (facts.judge(scene, quantity), facts.deal(scene, quantity), facts.twin(scene, quantity)):
            if known is not None:
                found[quantity.id].append(known)
    for told in together.within(scene):
        found[told.quantity_id].append(told)
    return [_weigh(quantity, found[quantity.id]) for quantity in scene.quantities]


def _weigh(quantity: Quantity, rows: list[Verdict]) -> Verdict:
    """Choose one verdict: physics, unit and tense outweigh facts; a confirmation outweighs other contradictions."""
    if not rows:
        return Verdict(quantity.id, "unverifiable", "none", explanation=explain("unknown", {}))
    hard = [
        row for row in rows if row.verdict == "contradicted" and row.check in {"tense", "physics", "unit", "arithmetic"}
    ]
    if hard and not (
        hard[0].check == "arithmetic" and any(row.verdict == "supported" and row.check == "facts" for row in rows)
    ):
        return hard[0]
    supported = [row for row in rows if row.verdict == "supported"]
    return supported[0] if supported else min(rows, key=lambda row: _ORDER[row.verdict])
