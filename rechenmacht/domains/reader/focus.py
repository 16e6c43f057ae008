"""What an article is about as it goes on: the last thing of each kind that it spoke of, and what points back to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rechenmacht.domains.reader import anaphora, asides, groups, pairing
from rechenmacht.domains.reader.mentions import Mention, plain
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, words

_SKIPPED = 3  # words between `the` and what it points with: `der kalifornische Konzern`, `the cloud provider`
_HEADS_NEXT = 10  # tokens of a sentence that only names what comes next
_BESIDE = 2  # tokens before a name that tell what it is to the topic
_TYPED = 4  # words between a number and the name of what it counts
_TOLD_OFTEN, _SHORT_TEXT = 2, 12  # sentences that make the only thing of a kind the topic, and of a text where one will
_COMPOUND = 8  # letters that a German compound has more than
_HEAD = 24  # tokens of a heading at most
_MADE = frozenset({"chip", "system", "model", "product", "site"})
_PLACES = frozenset({"bloc", "country"})
_OWNERS = frozenset({"bloc", "country", "org"})


class Held(NamedTuple):
    """The last thing of a kind that the text spoke of, and whether nothing else of the kind can be meant.

    `aside` is what the text names beside its topic: `the rival`, `der Vorgänger A100`; `only` says that the paragraph
    is about no other of the kind.
    """

    mention: Mention
    sure: bool
    aside: bool = False
    only: bool = True


@dataclass
class Focus:
    """By sentence what the text spoke of last, before it: by kind, and which kind its last sentence was about."""

    held: list[Mapping[str, Held]] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)


def headings(text: Text) -> tuple[int, ...]:
    """Return the sentences that head what follows: a short paragraph with no full stop at its end, and the title."""
    found = []
    for number, (begin, end) in enumerate(text.sentences):
        first, last = text.tokens[begin], text.tokens[end - 1]
        alone = begin == 0 or text.tokens[begin - 1].paragraph != first.paragraph
        closes = end == len(text.tokens) or text.tokens[end].paragraph != last.paragraph
        if alone and closes and end - begin <= _HEAD and last.text not in ".!?" and end < len(text.tokens):
            found.append(number)
    return tuple(found)


def follow(
    text: Text, found: list[Mention], parents: Mapping[str, str], blocs: Mapping[str, str]
) -> tuple[list[Mention], Focus]:
    """Return the names of a text with what stands for them (`der Konzern`, `the chip`), and what it is about where.

    Args:
        text: the article.
        found: the names in it, in order.
        parents: by entity its maker.
        blocs: by entity the bloc it is of.
    """
    found = groups.named(text, [mention for mention in found if not asides.left_out(text, mention)])
    walk = _Walk(text, found, parents, blocs)
    walk.all()
    return sorted([*found, *walk.extra], key=lambda mention: mention.first), walk.focus


class _Walk:
    """One walk through a text, sentence by sentence."""

    def __init__(self, text: Text, found: list[Mention], parents: Mapping[str, str], blocs: Mapping[str, str]) -> None:
        self.text, self.parents, self.blocs = text, parents, blocs
        self.focus, self.extra = Focus(), list[Mention]()
        self.named: dict[int, list[Mention]] = {}
        for mention in found:
            self.named.setdefault(mention.sentence, []).append(mention)
        self.starts = {mention.first for mention in found}
        self.taken = {k for mention in found for k in range(mention.first, mention.last)}
        self.heads = frozenset(headings(text))
        self.about = {number: self._about(number) for number in self.named}
        self.title: dict[str, str] = {}
        self.topics = self._topics()
        self.state: dict[str, Held] = {}
        self.here: dict[str, set[str]] = {}
        self.seen: dict[str, list[Mention]] = {}
        self.last = list[Mention]()
        self.lead, self.paragraphs, self.told = "", 0, dict[int, int]()

    def all(self) -> None:
        """Go through all sentences."""
        tokens, paragraph = self.text.tokens, -1
        for number, (begin, end) in enumerate(self.text.sentences):
            if tokens[begin].paragraph != paragraph:
                paragraph = tokens[begin].paragraph
                self._new_paragraph()
            self.told[number] = self.paragraphs
            self.focus.held.append(self.state)
            self.focus.leads.append(self.lead)
            pointing = self._pointing(begin, end)
            if number in self.named or pointing:
                self._pass(number, pointing)
            elif number not in self.heads and (self._stranger(begin, end) or self._several(begin, end)):
                self.state = {kind: one._replace(sure=False) for kind, one in self.state.items()}

    def _about(self, number: int) -> list[Mention]:
        """Return what a sentence is about: names that are not only compared with, nor say a number or whose one is."""
        inside = self.named[number]
        strong = [one for one in inside if not one.weak] or inside
        return [
            one for place, one in enumerate(strong)
            if (not asides.compared(self.text, one) or self._short(number, inside))
            and (len(inside) == 1 or not pairing.speaks(self.text, one.first, one.last))
            and not any(self._owns(one, other) for other in strong[place + 1 : place + 2])
            and not (len(inside) > 1 and self._counted(one))
        ]  # fmt: skip

    def _counted(self, one: Mention) -> bool:
        """Whether a thing is only counted: `the computing power of 860,000 H100 chips`."""
        if one.kind not in {"chip", "system"}:
            return False
        place, begin = one.first - 1, self.text.sentences[one.sentence][0]
        while place > begin and one.first - place <= _TYPED and self.text.low(place) in words("judging.focus.typed"):
            place -= 1  # `384 Beschleuniger vom Typ Ascend 910C`
        return place >= begin and self.text.tokens[place].kind == "n" and not self.text.tokens[place].name

    def _owns(self, one: Mention, other: Mention) -> bool:
        """Whether a name only says whose the next one is: `Nvidia's cut-down H20`, `Nvidia H100`."""
        apart = other.first - one.last
        owner = self.text.tokens[one.last - 1].low
        genitive = owner.endswith(stems("grammar.relations.owner")) or owner != plain(owner)
        german = self.text.tokens[one.first].lang == "de" and owner.endswith("s") and other.kind in _MADE
        over = pairing.leads_over(self.text.tokens, one.last, other.first) and not asides.apart(one, other)
        return over or (0 <= apart <= _SKIPPED and (genitive or german) and other.kind in _MADE)

    def _short(self, number: int, inside: list[Mention]) -> bool:
        """Whether a sentence is but the name of what comes next: `Compare that with it`."""
        begin, end = self.text.sentences[number]
        return end - begin <= _HEADS_NEXT and len({one.kind for one in inside}) == len(inside)

    def _topics(self) -> dict[str, str]:
        """Return by kind what the whole text is about: the only one that its title names, or the one told of most."""
        counts: dict[str, Counter[str]] = {}
        for number in sorted(self.about):
            firsts: dict[str, str] = {}
            for one in self.about[number]:
                firsts.setdefault(one.kind, one.entity)
            for kind, entity in firsts.items():
                counts.setdefault(kind, Counter())[entity] += 1
        topics, short = dict[str, str](), len(self.text.sentences) < _SHORT_TEXT
        for kind, counted in counts.items():
            rows = counted.most_common(2)
            if (len(rows) == 1 and (rows[0][1] >= _TOLD_OFTEN or short)) or (
                len(rows) > 1 and rows[0][1] > 2 * rows[1][1]
            ):
                topics[kind] = rows[0][0]
        self.title = _only(self.about.get(0, []) if 0 in self.heads else [])
        return topics | self.title

    def _new_paragraph(self) -> None:
        """What was spoken of stays in mind, and is sure where the whole text is about it; what stood aside goes."""
        gone = {kind for kind, one in self.state.items() if self._gone(kind, one)}
        self.state = {kind: self._still(kind, one) for kind, one in self.state.items() if kind not in gone}
        self.here, self.paragraphs = {}, self.paragraphs + 1

    def _gone(self, kind: str, one: Held) -> bool:
        """Whether a whole paragraph has passed without a thing that the text is not about."""
        told = self.told.get(one.mention.sentence, self.paragraphs)
        return self.paragraphs - told > 1 and self.topics.get(kind) != one.mention.entity

    def _still(self, kind: str, one: Held) -> Held:
        topic = self.topics.get(kind)
        if topic is None:  # sure until another of the kind is named
            return one._replace(sure=one.sure and len({seen.entity for seen in self.seen.get(kind, ())}) == 1)
        if topic == one.mention.entity:
            return one if self.title.get(kind) != topic else one._replace(sure=True)
        back = [seen for seen in self.seen.get(kind, ()) if seen.entity == topic]
        of_title = self.title.get(kind) == topic
        if not back or (one.sure and not one.aside and not of_title):
            return one._replace(sure=False)
        return Held(back[-1], sure=of_title and (one.aside or not one.sure))

    def _pass(self, number: int, pointing: list[Mention]) -> None:
        """Take up what a sentence is about."""
        about = self.about.get(number, [])
        if number in self.heads:
            self.topics = self.topics | _only(about)
        kinds = {one.kind for one in about}
        goes_on = self._opens_with_pronoun(number, about)
        held = {kind: self._main(about, kind) for kind in sorted(kinds)}
        for kind in {goes_on, "org" if self._in_passing(number) else ""} & held.keys() & self.state.keys():
            held[kind] = self.state[kind]._replace(sure=False)
        self.state = self.state | held
        for one in pointing:
            if one.kind not in kinds and not self._behind_number(one):
                self.state[one.kind] = Held(replace(one, weak=False), one.sure, only=one.sure)
        if "org" not in kinds:
            self.state |= self._makers(about)
        leading = [*(one for one in about if not one.weak), *pointing]
        if leading:
            self.lead = min(leading, key=lambda one: one.first).kind
        self._keep(self.named.get(number, []))

    def _keep(self, named: list[Mention]) -> None:
        """Keep what a sentence names, for words that point back to it."""
        told = Counter(kind for kind, _ in {(one.kind, one.entity) for one in named})
        if any(several > 1 for several in told.values()):
            self.last = named
        for one in named:
            self.seen.setdefault(one.kind, []).append(one)

    def _in_passing(self, number: int) -> bool:
        """Whether a sentence without a number only says what a firm is to the topic: `Microsoft is its customer`."""
        stretch = self.text.tokens[slice(*self.text.sentences[number])]
        if any(token.kind == "n" and not token.name for token in stretch):
            return False
        return not words("judging.focus.others").isdisjoint({token.low for token in stretch})

    def _opens_with_pronoun(self, number: int, about: list[Mention]) -> str:
        """Return the kind of what a sentence that opens with a pronoun goes on with: `It has 80 GB, the H20 96`."""
        begin = self.text.sentences[number][0]
        opens = self.text.tokens[begin].low in words("judging.focus.pronouns")
        behind = all(one.first > begin + _SKIPPED for one in about)
        return self.lead if opens and behind else ""

    def _main(self, about: list[Mention], kind: str) -> Held:
        """Return the first of a kind that a sentence is about; sure where it is the only one, or the text's topic."""
        mains = [one for one in about if one.kind == kind]
        entities, topic = {one.entity for one in mains}, self.topics.get(kind) == mains[0].entity
        here = self.here.setdefault(kind, set())
        here |= entities
        return Held(mains[0], len(entities) == 1 or topic, self._aside(mains[0]), only=len(here) == 1 or topic)

    def _makers(self, about: list[Mention]) -> dict[str, Held]:
        """Return the maker of a thing that a sentence is about, for which `the company` may stand."""
        for one in about:
            maker = self.parents.get(one.entity, "") if one.kind in _MADE else ""
            if maker.startswith("org:"):
                firm = replace(one, entity=maker, kind="org", weak=True, others=())
                return {"org": Held(firm, sure=False, aside=True)}
        return {}

    def _behind_number(self, mention: Mention) -> bool:
        """Whether a figure stands before what points back: `is 300 petaflops to the American machine's 180`."""
        begin = self.text.sentences[mention.sentence][0]
        return any(token.kind == "n" and not token.name for token in self.text.tokens[begin : mention.first])

    def _aside(self, mention: Mention) -> bool:
        """Whether the words before a name tell what it is to the topic: `its rival`, `der Vorgänger`."""
        before = self.text.tokens[max(0, mention.first - _BESIDE) : mention.first]
        return any(token.low in words("judging.focus.others") for token in before)

    def _several(self, begin: int, end: int) -> bool:
        """Whether a sentence tells of several of a kind: `five more sites were named`."""
        many = words("judging.focus.many")
        return any(token.low in many for token in self.text.tokens[begin:end])

    def _stranger(self, begin: int, end: int) -> bool:
        """Whether a sentence opens with a name that is not known: what follows may be of that one."""
        tokens, first = self.text.tokens, self.text.tokens[begin]
        if end - begin < 4 or first.kind != "w" or not first.text[0].isupper() or first.low in anaphora.openers():
            return False
        behind = tokens[begin + 1]
        if first.text.isupper() and len(first.text) > 1:
            return False  # the place of a dateline
        if behind.text in ",(" or (behind.kind == "w" and behind.text[0].isupper() and first.lang == "en"):
            return True
        if first.lang == "en":
            return behind.low in words("judging.focus.verbs") or behind.low.endswith(stems("grammar.mentions.genitive"))
        return behind.kind == "w" and behind.low in words("judging.focus.verbs")

    def _pointing(self, begin: int, end: int) -> list[Mention]:
        """Return what stands in a sentence for a thing named before: `der Konzern`, `the chip`, `the Dutch firm`."""
        found, tokens, points = list[Mention](), self.text.tokens, words("judging.subjects.pointing.words")
        reach = -1  # up to where a word that points stands near enough
        owners = {one.last - 1 for one in self.named.get(tokens[begin].sentence, ()) if one.kind in _OWNERS}
        for i in range(begin, end):
            if i > reach or i in owners:
                reach = max(reach, i + _SKIPPED + 1) if tokens[i].low in points or i in owners else reach
                continue
            listed = self._kinds_at(i)
            one = self._resolved(i, begin, listed) if listed and self._alone(i, end) else None
            if tokens[i].low in points:
                reach = i + _SKIPPED + 1
            if one is not None:
                found.append(one)
        found += anaphora.of_two(self.text, begin, end, [*self.last, *self.named.get(tokens[begin].sentence, ())])
        self.extra += found
        return found

    def _kinds_at(self, i: int) -> list[str] | None:
        """Return the kinds of thing that a word can stand for, inflected and as the head of a compound."""
        low, kinds = self.text.tokens[i].low, anaphora.kinds()
        listed = kinds.get(low)
        if listed is None and ("'" in low or "’" in low):
            return kinds.get(plain(low))  # the chipmaker's
        if (
            listed is None
            and len(low) > _COMPOUND
            and self.text.tokens[i].lang == "de"
            and low.endswith(anaphora.heads())
        ):
            return next(kinds[head] for head in anaphora.heads() if low.endswith(head))
        return listed

    def _alone(self, i: int, end: int) -> bool:
        """Whether a word is no part of a name and does not go on to one, or to a noun: `the chip market`."""
        goes_on = i + 1 < end and self.text.tokens[i + 1].low in words("judging.focus.compounds")
        return i not in self.taken and i + 1 not in self.starts and not goes_on

    def _resolved(self, i: int, begin: int, kinds: list[str]) -> Mention | None:
        """Return the entity that a word points back to, where words before it point."""
        tokens, place = self.text.tokens, self._points(i, begin)
        place = self._owned(i) if place is None else place
        if place is None:
            return None
        within = {k for k in range(place + 1, i) if k in self.taken}
        sentence = tokens[i].sentence
        said = {one.entity for one in self.named.get(sentence, ()) if one.first in within}
        here = [one for one in self.named.get(sentence, ()) if one.last <= place]
        this = tokens[place].low in words("judging.focus.this")
        rows = [self._of_country(kind, said) if said else self._of_kind(kind, here, this=this) for kind in kinds]
        known = [row for row in rows if row is not None]
        if not known:
            return None
        best = max(known, key=lambda row: row.mention.first)
        one = best.mention
        return Mention(one.entity, one.kind, i, i + 1, sentence, weak=True, sure=best.sure and best.only)

    def _points(self, i: int, begin: int) -> int | None:
        """Return where the word stands that makes one point back: `the Dutch firm`, `der kalifornische Konzern`."""
        tokens, points, stops = self.text.tokens, words("judging.subjects.pointing.words"), words("judging.focus.stops")
        for place in range(i - 1, max(begin, i - 1 - _SKIPPED) - 1, -1):
            token = tokens[place]
            if token.low in points:
                return place
            if token.low in stops or token.kind == "n":
                return None
        return None

    def _owned(self, i: int) -> int | None:
        """Return the place before the name of a firm or country whose thing a word is: `Huaweis System`."""
        for one in self.named.get(self.text.tokens[i].sentence, ()):
            words_between = self.text.tokens[one.last : i] if i - _SKIPPED < one.last <= i else None
            if words_between is None or one.kind not in _OWNERS or any(t.kind != "w" for t in words_between):
                continue
            low = self.text.tokens[one.last - 1].low
            german = low.removesuffix("s") != low and low.removesuffix("s") in one.entity.partition(":")[2].split("-")
            if german or low != plain(low) or low.endswith(stems("grammar.relations.owner")):
                return one.first - 1
        return None

    def _of_country(self, kind: str, said: set[str]) -> Held | None:
        """Return the last thing of a kind that is of a country or firm: `the Dutch firm`, `das Huawei-System`."""
        fit = [one for one in self.seen.get(kind, ()) if self._agrees(one, said)]
        return Held(fit[-1], len({one.entity for one in fit}) == 1) if fit else None

    def _of_kind(self, kind: str, here: list[Mention], *, this: bool) -> Held | None:
        """Return the last thing of a kind: the one spoken of, or with `this` the one named last.

        Args:
            kind: which kind.
            here: what the sentence itself names before.
            this: whether the words point to what was named last.
        """
        held, last = self.state.get(kind), self.seen.get(kind, [])[-1:]
        if this and last:
            return Held(last[0], held is not None and held.sure and held.mention.entity == last[0].entity)
        same = [one for one in here if one.kind == kind]
        if not same:
            return held
        told = [one for one in same if not asides.compared(self.text, one)]
        return Held((told or same)[0], bool(told) and len({one.entity for one in told}) == 1)

    def _agrees(self, mention: Mention, said: set[str]) -> bool:
        """Whether a thing is of the country or firm that the words say: the Dutch firm is not an American one."""
        firms, parent = {one for one in said if one.startswith("org:")}, self.parents.get(mention.entity, "")
        if firms:
            return mention.entity in firms or parent in firms
        bloc = self.blocs.get(mention.entity) or self.blocs.get(parent, "")
        return bool({one.partition(":")[2] for one in said} & {bloc, "eu" if bloc == "eu" else ""})


def _only(mentions: list[Mention]) -> dict[str, str]:
    """Return by kind the entity that is the only one of its kind."""
    found: dict[str, set[str]] = {}
    for one in mentions:
        found.setdefault(one.kind, set()).add(one.entity)
    return {kind: next(iter(entities)) for kind, entities in found.items() if len(entities) == 1}
