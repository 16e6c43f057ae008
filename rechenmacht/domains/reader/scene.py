"""One article under check: its text, what it names and counts, by sentence and clause; who a number is about."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rechenmacht.domains.reader import asides, clauses, focus, pairing, prior, ruled
from rechenmacht.domains.reader.focus import Focus
from rechenmacht.domains.reader.kept import Kept
from rechenmacht.domains.reader.meanings import Match, Meanings
from rechenmacht.domains.reader.mentions import Mention, Said, plain
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.prior import PLACES, Subject
from rechenmacht.domains.reader.records import Records
from rechenmacht.domains.reader.stems import stem
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.base import Base

MOST_IN_SENTENCE = 25
MOST_SUBJECTS = 14
_IN_STEP = 1.06  # weight of the name that is told in step with the number
_SAME, _ASIDE, _BEFORE = 1.0, 0.8, 0.58  # same clause, another clause of the sentence, the sentence before


@dataclass
class Scene:
    """One article under check. Nothing of it changes while it is judged."""

    base: Base
    records: Records
    meanings: Meanings
    text: Text
    quantities: list[Quantity]
    mentions: list[Mention]
    article: date | None
    said: list[Said] = field(default_factory=list)
    focus: Focus = field(default_factory=Focus)
    by_sentence: dict[int, list[Quantity]] = field(default_factory=dict)
    named: dict[int, list[Mention]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Group quantities and mentions by sentence."""
        for quantity in self.quantities:
            self.by_sentence.setdefault(quantity.sentence, []).append(quantity)
        for mention in self.mentions:
            if self.text.low(mention.first - 1) not in words("judging.subjects.shields"):  # North Korea
                self.named.setdefault(mention.sentence, []).append(mention)
        self._said: dict[int, list[Said]] = {}
        for one in self.said:
            self._said.setdefault(one.sentence, []).append(one)
        self.headings, self.kept = focus.headings(self.text), Kept()
        self.stems: dict[int, list[tuple[int, tuple[str, ...]]]] = {}  # see candidates.stems_of
        self._stems: dict[tuple[int, int], frozenset[str]] = {}
        self._part_clauses: dict[int, frozenset[int]] = {}
        self._compared: dict[int, bool] = {}
        self._speakers: dict[tuple[int, int], bool] = {}
        self._attributive: dict[tuple[int, str], bool] = {}
        self.outside: dict[int, dict[str, float]] = {}  # see candidates.context
        self.ranked: dict[tuple[object, ...], list[Any]] = {}  # see candidates.rank
        self.around: dict[tuple[int, int, str], dict[str, float]] = {}  # see around.context
        self.met: dict[tuple[int, int, str], dict[str, Match]] = {}  # see candidates.meet
        self.marks: dict[tuple[int, str], dict[int, Quantity]] = {}  # see candidates.context
        self.counted: dict[int, dict[int, Quantity]] = {}  # see around.context
        self._words: dict[int, list[str]] = {}
        self._sets: dict[int, frozenset[str]] = {}
        self._subjects: dict[tuple[str, str], list[Subject]] = {}
        self._ties: dict[int, dict[int, Quantity]] = {}
        self._partners: dict[tuple[str, str, str], Mention | None] = {}
        self.firsts: dict[int, list[tuple[str, float, float, Mention]]] = {}
        self._pointed: dict[int, tuple[int, ...]] = {}
        self._prior: dict[int, list[Subject]] = {}
        self._clauses: dict[int, list[int]] = {}
        self._ruled: dict[int, list[Subject]] = {}

    def ties(self, sentence: int) -> dict[int, Quantity]:
        """Return the words of a sentence that are tied to one of its numbers, by their place (see pairing)."""
        if sentence not in self._ties:
            begin, end = self.text.sentences[sentence]
            self._ties[sentence] = pairing.ties(self.text, begin, end, self.by_sentence.get(sentence, ()))
        return self._ties[sentence]

    def beside(self, quantity: Quantity) -> list[Quantity]:
        """Return the numbers of a number's sentence and unit in order, itself among them."""
        return [
            q for q in self.by_sentence[quantity.sentence]
            if q.unit == quantity.unit and q.kind not in {"date", "rank", "ratio"}
        ]  # fmt: skip

    def partner(self, quantity: Quantity, kind: str) -> Mention | None:
        """Return the name of a kind that is told in step with a number, where as many names as numbers are."""
        key = (quantity.id, quantity.unit, kind)
        if key not in self._partners:
            numbers = self.beside(quantity)
            self._partners[key] = self._stepped(quantity, numbers, kind) if len(numbers) > 1 else None
        return self._partners[key]

    def _stepped(self, quantity: Quantity, numbers: list[Quantity], kind: str) -> Mention | None:
        """Return the name of a kind that is told in step with one of several numbers."""
        named = self._own_names(quantity.sentence, kind)
        spans = [(m.first, m.last) for m in named]
        found = pairing.in_step(self.text.tokens, [(q.first, q.last) for q in numbers], spans)
        place = next((k for k, q in enumerate(numbers) if q is quantity), -1)
        return named[found[place]] if place in found else None

    @staticmethod
    def _kinds(mention: Mention) -> set[str]:
        """Return the kinds of thing that a name may stand for: Singapore is a country and a city."""
        return {entity.partition(":")[0] for entity in (mention.entity, *mention.others)}

    def _own_names(self, sentence: int, kind: str) -> list[Mention]:
        """Return the mentions of a kind that are names by themselves, not words of a quantity's name or of a maker."""
        said = {k for one in self._said.get(sentence, ()) for k in range(one.first, one.last)}
        kinds = PLACES if kind in PLACES else {kind}
        return [
            m for m in self.named.get(sentence, ())
            if not kinds.isdisjoint(self._kinds(m)) and m.first not in said and not self.attributive(m)
        ]  # fmt: skip

    def says(self, quantity: Quantity, code: str) -> bool:
        """Whether the number's sentence says the name of a quantity word for word, with no other number between."""
        for one in self._said.get(quantity.sentence, ()):
            if code not in one.codes:
                continue
            left, right = min(one.first, quantity.first), max(one.last, quantity.last)
            inside = self.by_sentence[quantity.sentence]
            owner = self.ties(quantity.sentence).get(one.last - 1, quantity)
            if owner is not quantity and owner.unit == quantity.unit:
                continue
            if not any(q.kind != "date" and q is not quantity and left <= q.first < right for q in inside):
                return True
        return False

    def own_words(self, mention: Mention) -> frozenset[str]:
        """Return the stems of a mention's words."""
        key = (mention.first, mention.last)
        if key not in self._stems:
            tokens = self.text.tokens[mention.first : mention.last]
            self._stems[key] = frozenset(stem(plain(token.low)) for token in tokens)
        return self._stems[key]

    def words(self, sentence: int) -> list[str]:
        """Lower-case words of a sentence."""
        if sentence not in self._words:
            begin, end = self.text.sentences[sentence]
            self._words[sentence] = [token.low for token in self.text.tokens[begin:end]]
        return self._words[sentence]

    def word_set(self, sentence: int) -> frozenset[str]:
        """The different words of a sentence in lower case."""
        if sentence not in self._sets:
            begin, end = self.text.sentences[sentence]
            self._sets[sentence] = frozenset(map(self.text.low, range(begin, end)))
        return self._sets[sentence]

    def above(self, sentence: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the nearest heading before a sentence, and the first of all; each empty or one number."""
        place = bisect_left(self.headings, sentence)
        return (self.headings[place - 1 : place], self.headings[:1]) if place else ((), ())

    def near(self, quantity: Quantity, before: int, behind: int) -> set[str]:
        """Words around a number, within its sentence."""
        begin, end = self.text.sentences[quantity.sentence]
        left = self.text.tokens[max(begin, quantity.first - before) : quantity.first]
        right = self.text.tokens[quantity.last : min(end, quantity.last + behind)]
        return {token.low for token in (*left, *right)}

    def crowded(self, sentence: int) -> bool:
        """Whether a sentence holds more numbers than a sentence does: a table or a heap, which is not checked."""
        return len(self.by_sentence.get(sentence, ())) > MOST_IN_SENTENCE

    def clauses(self, sentence: int) -> list[int]:
        """Return the number of the clause of each token of a sentence."""
        if sentence not in self._clauses:
            self._clauses[sentence] = clauses.numbered(self.text, sentence, self.by_sentence.get(sentence, ()))
        return self._clauses[sentence]

    def parts(self, sentence: int) -> frozenset[int]:
        """Return the clauses of a sentence that tell a part of what was told before: `of which EUV is 7.4 billion`."""
        if sentence not in self._part_clauses:
            begin, numbers = self.text.sentences[sentence][0], self.clauses(sentence)
            places = clauses.parts(self.text, sentence, self.word_set(sentence))
            self._part_clauses[sentence] = frozenset(numbers[k - begin] for k in places)
        return self._part_clauses[sentence]

    def clause(self, sentence: int, token: int) -> int:
        """Return the clause that a token of a sentence stands in."""
        found = self._clauses.get(sentence) or self.clauses(sentence)
        place = token - self.text.sentences[sentence][0]
        return found[0 if place < 0 else place if place < len(found) else -1]

    def compared(self, mention: Mention) -> bool:
        """Whether an entity is named only to be compared with (`im Vergleich zu`, `than`), or a verb acts on it."""
        if mention.first not in self._compared:
            self._compared[mention.first] = asides.compared(self.text, mention)
        return self._compared[mention.first]

    def name(self, entity: str) -> tuple[str, str]:
        """Name of an entity in English and German."""
        row = self.base.entities[entity]
        return row.name_en, row.name_de

    def what(self, quantity: str) -> tuple[str, str]:
        """Name of a quantity in English and German."""
        row = self.base.quantities[quantity]
        return row.name_en, row.name_de

    def subjects(self, quantity: Quantity) -> list[Subject]:
        """Return who a number may be about, strongest first; each entity once."""
        key = (quantity.id, quantity.unit)
        if key not in self._subjects:
            self._subjects[key] = self._ranked(quantity)
        return self._subjects[key]

    def _ranked(self, quantity: Quantity) -> list[Subject]:
        against = {self.text.low(quantity.first - 1), self.text.low(quantity.first - 2)} & words(
            "judging.compare.number"
        )
        if against and prior.of_stranger(self.text, quantity, self.named.get(quantity.sentence, ())):
            return []
        rules = self._rules(quantity)
        found = [*self._inside(quantity), *self._before(quantity)]
        found = ruled.first(rules, found, quantity.unit, self.records) if rules else found
        best: dict[str, Subject] = {}
        for one in found:
            if one.entity not in best or best[one.entity].weight < one.weight:
                best[one.entity] = one
        ranked = sorted(best.values(), key=lambda one: (-one.weight, one.mention.first, one.entity))
        return [*ranked[:MOST_SUBJECTS], *(one for one in ranked[MOST_SUBJECTS:] if one.mention.kind == "rule")]

    def _inside(self, quantity: Quantity) -> list[Subject]:
        """Return the subjects that the number's own sentence names."""
        inside = self.named.get(quantity.sentence, [])[:40]
        counted, numbers = quantity.unit in {"count", "h100e"}, self.by_sentence[quantity.sentence]
        mine = self.clause(quantity.sentence, quantity.first) if inside else 0
        compares = prior.held_against(self.text, quantity, inside, self.compared)
        found, held = list[Subject](), self.focus.held[quantity.sentence] if inside and self.focus.held else {}
        for mention in inside:
            if (counted and prior.counts(self.text, quantity, mention)) or asides.only_related(self.text, mention):
                continue  # `250,000 H100 chips`, `Germany's neighbour`
            weight, tied = self._weight(quantity, mention, mine)
            if not tied:
                alone = len(inside) == 1 and mention.kind not in held
                apart = self.compared(mention) != compares and not alone
                weight *= prior.aside(quantity, mention, apart=apart)
            speaks = self._speaks(mention, alone=len(inside) < 2)
            weight *= prior.as_said(mention, speaks=speaks, owner=self.attributive(mention))
            weight *= prior.beside(self.text, quantity, mention, numbers) if len(inside) > 1 else 1.0
            found += [Subject(entity, weight, mention) for entity in (mention.entity, *mention.others)]
        return found

    def _speaks(self, mention: Mention, *, alone: bool) -> bool:
        """Whether a mention only says whose words a sentence gives (see pairing)."""
        key = (mention.first, mention.last)
        if key not in self._speakers:
            counts = mention.entity in words("judging.subjects.analysts") and pairing.reckons(self.text, *key)
            self._speakers[key] = counts or (not alone and pairing.speaks(self.text, *key))
        return self._speakers[key]

    def _rules(self, quantity: Quantity) -> list[Subject]:
        """Return the rules that a sentence on rules speaks of without a name (see ruled)."""
        here = quantity.sentence
        if here not in self._ruled:
            dates = [self.by_sentence.get(number, []) for number in (here, here - 1)]
            near = [self.named.get(number, []) for number in (here, here - 1)]
            self._ruled[here] = ruled.subjects(self.text, self.records.rules, here, dates, near)
        return self._ruled[here]

    def _weight(self, quantity: Quantity, mention: Mention, mine: int) -> tuple[float, bool]:
        """Return how strongly a mention of the same sentence stands for the number's subject, and whether it is tied.

        What is tied to the number: a name told in step with it, one just behind it, one that a clause is about.
        """
        weight, owns = 1.04, prior.owns(self.text, quantity, mention)
        owns = owns or prior.in_places(self.text, quantity, mention, self.beside(quantity))
        related = self._related(quantity, mention, mine)
        if not owns:
            weight = 1.02 if related else self._by_place(quantity, mention, mine)
        partner = self.partner(quantity, mention.kind)
        if partner is not None:
            weight = _IN_STEP if partner is mention else 0.7 * weight
        return weight, owns or related or partner is mention

    def _by_place(self, quantity: Quantity, mention: Mention, mine: int) -> float:
        """Return how strongly a mention of the same sentence stands for the number's subject, by place alone."""
        away = abs(self.clause(mention.sentence, mention.first) - mine)
        if mention.last <= quantity.first:
            gap = quantity.first - mention.last
            taken = prior.taken(quantity, mention, self.named[quantity.sentence])
            base = _SAME if away == 0 else _ASIDE - 0.05 * min(away - 1, 4)
            return base * (0.8 if taken else 1.0) - 0.002 * min(gap, 30)
        gap = mention.first - quantity.last
        base = 0.9 if away == 0 else 0.66 - 0.04 * min(away - 1, 4)
        return base - 0.003 * min(gap, 30)

    def _related(self, quantity: Quantity, mention: Mention, mine: int) -> bool:
        """Whether the number stands in a relative clause on a mention: `the US, which came to 4,400 TWh`."""
        tokens = self.text.tokens
        if mention.last + 1 >= quantity.first or tokens[mention.last].text != ",":
            return False
        opens = tokens[mention.last + 1]
        return opens.low in words("judging.doubt.relative") and self.clause(quantity.sentence, mention.last + 1) == mine

    def attributive(self, mention: Mention) -> bool:
        """Whether a mention only says whose the next one is: `Amazon's Project Rainier`, `Nvidia H100`."""
        key = (mention.first, mention.entity)
        if key not in self._attributive:
            tokens, others = self.text.tokens, (m for m in self.named[mention.sentence] if m.entity != mention.entity)
            self._attributive[key] = any(
                pairing.leads_over(tokens, mention.last, other.first) and not asides.apart(mention, other)
                for other in others
            )
        return self._attributive[key]

    def _before(self, quantity: Quantity) -> list[Subject]:
        """Return the subjects told before a number's sentence."""
        sentence, named = quantity.sentence, self.named.get(quantity.sentence, [])
        spoken, mine = self.focus.held[sentence] if self.focus.held else {}, self.clause(sentence, quantity.first)
        pointed = bool(spoken) and any(
            self.clause(sentence, k) == mine or prior.goes_on(quantity, k, named) for k in self._pronouns(sentence)
        )
        inside = [m for m in named if self._leads(quantity, m, mine, pointed=pointed)]
        leads = {self.focus.leads[sentence]: pointed} if spoken else {}
        told = prior.before(quantity, inside, self._earlier(sentence), spoken, leads)
        there = (k for k in prior.there(self.text, sentence) if self.clause(sentence, k) == mine)
        told += prior.at_place(next(there, None), named, spoken)
        told += prior.of_all(self.text, sentence, named, self._earlier(sentence))
        return prior.without_held(self.text, quantity, told, spoken)

    def _leads(self, quantity: Quantity, mention: Mention, mine: int, *, pointed: bool) -> bool:
        """Whether a name of a number's sentence may be what it is about: not compared with, nor told only behind it."""
        behind = mention.first >= quantity.last
        if prior.counted(self.text, mention, self.by_sentence[quantity.sentence]) or self.compared(mention):
            return False  # `enough for 510,000 H100s`
        if mention.weak and behind and mention.kind not in PLACES:
            return False
        return not (pointed and behind and self.clause(mention.sentence, mention.first) != mine)

    def _pronouns(self, sentence: int) -> tuple[int, ...]:
        """Return where the pronouns of a sentence stand."""
        if sentence not in self._pointed:
            said, places = words("judging.focus.pronouns"), range(*self.text.sentences[sentence])
            found = () if said.isdisjoint(self.word_set(sentence)) else (k for k in places if self.text.low(k) in said)
            self._pointed[sentence] = tuple(found)
        return self._pointed[sentence]

    def _earlier(self, sentence: int) -> list[Subject]:
        """Return the subjects of the sentences before, of the headings and of the title."""
        if sentence not in self._prior:
            self._prior[sentence] = self._named_before(sentence)
        return self._prior[sentence]

    def _named_before(self, sentence: int) -> list[Subject]:
        """Return the subjects of the sentences before one, of the headings and of the title."""
        begin = self.text.sentences[sentence][0]
        paragraph = self.text.tokens[begin].paragraph
        found: list[Subject] = []
        for back in range(1, 7):
            number = sentence - back
            if number < 0:
                break
            same = self.text.tokens[self.text.sentences[number][0]].paragraph == paragraph
            weight = _BEFORE * 0.88 ** (back - 1) * (1.0 if same else 0.8)
            found += self._of_sentence(number, weight)
        nearest, title = self.above(sentence)
        headed = [
            one for heads, weight in ((nearest, 0.5), (title, 0.42)) for heading in heads
            for one in self._of_sentence(heading, weight)
        ]  # fmt: skip
        return [*found, *prior.of_headings(headed, found)]

    def _of_sentence(self, number: int, weight: float) -> list[Subject]:
        """Return the subjects of an earlier sentence; what it names first leads."""
        if number not in self.firsts:
            self.firsts[number] = [
                (entity, 1.0 if place == 0 else 0.93, 0.8 if self.compared(mention) else 1.0, mention)
                for place, mention in enumerate(self.named.get(number, ())[:6])
                for entity in (mention.entity, *mention.others)
            ]
        return [
            Subject(entity, weight * lead * beside, mention) for entity, lead, beside, mention in self.firsts[number]
        ]
