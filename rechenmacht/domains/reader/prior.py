"""Who a number may be about of what was told before: sentences, headings, and what the text is about just now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rechenmacht.domains.reader import anaphora, clauses, pairing
from rechenmacht.domains.reader.focus import Held
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.stems import stem
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import words

PLACES = frozenset({"bloc", "country"})
_BUILT = frozenset({"chip", "system", "model", "site"})
_TOLD, _GOES_ON, _HELD = 0.85, 0.66, 0.61  # what the text is about: by a pronoun, its last sentence's, another kind
_COMPARED = 0.55
_THERE = 0.86  # the place that `dort` means
_OF = words("grammar.scene.of")
_HEDGES = words("judging.subjects.carries_more")
_BEHIND = 2  # tokens from a number to its place
_OF_TYPE = 4  # words between a number and the name of what it counts
_WORLD, _OF_ALL = "bloc:world", 0.62
_PLACED = 0.8  # a place of the heading, where one is told since
_LOCATED = PLACES | {"region", "state", "city", "grid", "site"}
_POINTED_BACK = 0.6  # `is 300 petaflops to the American machine's 180`
_SPEAKER = 0.6  # who says a number is seldom whom it is of
_RECKONS = 0.05  # and who only reckons what others have hardly ever
_WEAK, _OWNER = 0.9, 0.8
_THINGS = frozenset({"chip", "system", "model", "product"})
_COUNTED, _COUNTS = 0.6, frozenset({"count", "h100e"})  # what is counted beside is not what is spoken of
_OTHER_THING = 0.6  # another thing told before, where the sentence is about one


@dataclass(slots=True)
class Subject:
    """Who a number may be about: an entity, how strongly the text points to it, and by which mention."""

    entity: str
    weight: float
    mention: Mention
    sure: bool = False  # of those told before: nothing else of the kind can be meant


def _lead(leads: Mapping[str, bool], kind: str, *, sure: bool) -> float:
    """Return how strongly what the text was about last stands for the next sentence's subject."""
    if kind not in leads:
        return _HELD
    return _TOLD if leads[kind] else _GOES_ON if sure else _HELD


def before(
    quantity: Quantity,
    inside: list[Mention],
    earlier: list[Subject],
    spoken: Mapping[str, Held],
    leads: dict[str, bool],
) -> list[Subject]:
    """Return the subjects told before a number's sentence; what the text is about just now leads.

    Args:
        quantity: the number.
        inside: what its sentence names, not only to compare.
        earlier: the subjects of the sentences before, and of the headings.
        spoken: what the text was about last, by kind.
        leads: the kind that its last sentence was about, and whether a pronoun points to it.
    """
    named = {m.kind for m in inside}
    if named & _BUILT:  # of what the sentence is about, not of the chips in it
        things = {m.entity for m in inside if m.kind in _BUILT and not quantity.first <= m.first <= quantity.last}
        named = named | _BUILT
        if things:
            earlier = [
                Subject(one.entity, _OTHER_THING * one.weight, one.mention, one.sure)
                if one.mention.kind in _BUILT and one.entity not in things else one
                for one in earlier
            ]  # fmt: skip
    return [*earlier, *(
        Subject(
            one.mention.entity, _lead(leads, kind, sure=one.sure), one.mention,
            one.sure and (one.only or leads.get(kind, False)),
        )
        for kind, one in spoken.items() if kind not in named and kind not in PLACES
    )]  # fmt: skip


def goes_on(quantity: Quantity, place: int, inside: Sequence[Mention]) -> bool:
    """Whether a sentence goes on from a pronoun to a number, with no other name between: `It draws 590 MW, enough for`.

    Args:
        quantity: the number.
        place: where the pronoun stands.
        inside: what the sentence names.
    """
    if place >= quantity.first:
        return False
    return not any(
        place < m.first < quantity.first and not m.weak and m.kind not in PLACES and m.kind not in _THINGS
        for m in inside
    )


def there(text: Text, sentence: int) -> list[int]:
    """Return where a sentence points to a place told before: `dort`; not `there are`."""
    begin, end = text.sentences[sentence]
    said, verbs = words("judging.focus.there"), words("judging.focus.there_is")
    return [k for k in range(begin, end) if text.low(k) in said and text.low(k + 1) not in verbs]


def at_place(place: int | None, inside: Sequence[Mention], spoken: Mapping[str, Held]) -> list[Subject]:
    """Return the place or site that `dort` means: the one that the text was about last.

    Args:
        place: where the word stands, if one does.
        inside: what its sentence names.
        spoken: what the text was about last, by kind.
    """
    held = [one for kind, one in spoken.items() if kind in _LOCATED]
    if place is None or not held or any(m.kind in _LOCATED and m.first < place for m in inside):
        return []
    last = max(held, key=lambda one: one.mention.first)
    return [Subject(last.mention.entity, _THERE, last.mention, last.sure)]


def of_all(text: Text, sentence: int, inside: Sequence[Mention], earlier: list[Subject]) -> list[Subject]:
    """Return the world where a sentence tells an average of a paragraph that has named no one: `the average PUE`."""
    begin, end = text.sentences[sentence]
    place = next((k for k in range(begin, end) if text.low(k) in words("judging.focus.of_all")), None)
    if place is None or inside or not words("judging.focus.pronouns").isdisjoint(map(text.low, range(begin, end))):
        return []
    paragraph = text.tokens[begin].paragraph
    if any(text.tokens[one.mention.first].paragraph == paragraph for one in earlier):
        return []
    return [Subject(_WORLD, _OF_ALL, Mention(_WORLD, "bloc", place, place + 1, sentence, weak=True))]


def of_headings(headed: list[Subject], told: list[Subject]) -> list[Subject]:
    """Return the subjects of headings: a place of theirs stands back where the paragraphs since tell of one."""
    if not any(one.mention.kind in PLACES for one in told):
        return headed
    return [
        Subject(one.entity, _PLACED * one.weight, one.mention, one.sure) if one.mention.kind in PLACES else one
        for one in headed
    ]


def without_held(text: Text, quantity: Quantity, subjects: list[Subject], spoken: Mapping[str, Held]) -> list[Subject]:
    """Leave out what the text was about last, where a sentence is of another one: `Its successor has`, `another firm`.

    Args:
        text: the article.
        quantity: the number.
        subjects: whom the number may be about.
        spoken: what the text was about last, by kind.
    """
    place = (text, quantity.sentence, quantity.first)
    kinds = _BUILT if clauses.of_another(*place) else frozenset[str]()
    if clauses.of_another(*place, "seconds") or (quantity.unit != "1" and clauses.of_another(*place, "customers")):
        kinds = kinds | PLACES | {"org"}
    kinds = kinds | anaphora.other_kinds(text, text.sentences[quantity.sentence][0], quantity.first)
    held = {one.mention.entity for kind, one in spoken.items() if kind in kinds}
    if clauses.of_some_one(*place):
        held |= {one.entity for one in subjects if one.mention.kind in _BUILT}
    return [one for one in subjects if one.entity not in held] if held else subjects


def aside(quantity: Quantity, mention: Mention, *, apart: bool) -> float:
    """Return how far a mention stands aside: it is compared with, or points back from behind the number."""
    behind = mention.weak and mention.first >= quantity.last and mention.kind not in PLACES
    return (_COMPARED if apart else 1.0) * (_POINTED_BACK if behind else 1.0)


def as_said(mention: Mention, *, speaks: bool, owner: bool) -> float:
    """Return how far a mention stands for its entity: a name, not a word for it, nor who says it or whose it is."""
    said = _RECKONS if mention.entity in words("judging.subjects.analysts") else _SPEAKER
    return (said if speaks else 1.0) * (_WEAK if mention.weak else 1.0) * (_OWNER if owner else 1.0)


def held_against(text: Text, quantity: Quantity, inside: list[Mention], compared: Callable[[Mention], bool]) -> bool:
    """Whether a number is what another is compared with, and a name of its sentence may be whose it is."""
    near = {text.low(quantity.first - 1), text.low(quantity.first - 2)}
    return not near.isdisjoint(words("judging.compare.number")) and (len(inside) > 1 or any(map(compared, inside)))


def owns(text: Text, quantity: Quantity, mention: Mention) -> bool:
    """Whether the number is told of a mention just behind it: `192 GB of the MI300X`, `80 GB (H100)`."""
    low = text.low
    near = 0 < mention.first - quantity.last <= 3 and quantity.unit != "1"
    of = near and all(low(k) in _OF for k in range(quantity.last, mention.first))
    if of or pairing.falls_to(text, quantity, mention.first):
        return True
    joins = words("judging.subjects.carries")
    if not 0 < quantity.first - mention.last <= 4 or low(mention.last) not in joins:
        return False
    acts = words("judging.compare.acts")
    if low(mention.first - 1) in acts or low(mention.first - 2) in acts:
        return False  # `leads the EU with 42 percent`
    return all(low(k) in joins or low(k) in _HEDGES for k in range(mention.last, quantity.first))


def in_places(text: Text, quantity: Quantity, mention: Mention, numbers: Sequence[Quantity]) -> bool:
    """Whether a number is one of several, each with its place behind it: `35% in Sweden and 37.8% in Finland`."""
    if mention.kind not in PLACES or not 0 < mention.first - quantity.last <= _BEHIND:
        return False
    within = words("judging.focus.within")
    return sum(text.low(one.last) in within for one in numbers) > 1 and text.low(quantity.last) in within


def of_stranger(text: Text, quantity: Quantity, inside: Sequence[Mention]) -> bool:
    """Whether a number that is only compared with is of an unknown name behind it: `than the 432 GB on a Rubin`."""
    place = quantity.last
    if text.low(place) not in words("judging.focus.carried_by"):
        return False
    while text.low(place) in words("judging.focus.carried_by"):
        place += 1
    token = text.tokens[place] if place < len(text.tokens) else None
    if token is None or token.sentence != quantity.sentence or token.kind != "w" or not token.text[0].isupper():
        return False
    return token.lang == "en" and not any(m.first <= place < m.last for m in inside)


def taken(quantity: Quantity, mention: Mention, inside: Sequence[Mention]) -> bool:
    """Whether another name of the kind stands between a mention and the number."""
    return any(
        mention.last <= m.first and m.last <= quantity.first and m.kind == mention.kind and m.entity != mention.entity
        for m in inside
    )


def counts(text: Text, quantity: Quantity, mention: Mention) -> bool:
    """Whether a name is that of what a number counts: `250,000 H100 chips`, `23,536 of Nvidia's GH200 superchips`."""
    if mention.kind not in _THINGS:
        return False
    if quantity.first <= mention.first <= quantity.last:
        return True
    typed, ends = words("judging.focus.typed"), text.tokens[quantity.last - 1]
    if not 0 < mention.first - quantity.last <= _OF_TYPE or (ends.kind == "w" and ends.low not in typed):
        return False
    return all(text.low(k) in typed for k in range(quantity.last, mention.first))


def counted(text: Text, mention: Mention, inside: Sequence[Quantity]) -> bool:
    """Whether any number of a sentence counts a thing."""
    return any(q.unit in _COUNTS and q.kind == "number" and counts(text, q, mention) for q in inside)


def beside(text: Text, quantity: Quantity, mention: Mention, inside: list[Quantity]) -> float:
    """Return how far a thing stands aside that another number counts: `it draws 1 GW for 860,000 H100 chips`."""
    return _COUNTED if counted(text, mention, [q for q in inside if q is not quantity]) else 1.0


def branch_named(text: Text, mention: Mention) -> frozenset[str]:
    """Return the stems that a quantity needs where a firm is told by the name of its branch: `AWS`, `Google Cloud`."""
    if mention.kind != "org":
        return frozenset()
    said = {text.low(place) for place in range(mention.first, mention.last)}
    behind = text.tokens[mention.last] if mention.last < len(text.tokens) else None
    if behind is not None and behind.sentence == mention.sentence and behind.text[:1].isupper():
        said.add(behind.low)  # `Microsoft Azure`
    clouds = words("judging.subjects.branches.clouds")
    return frozenset(stem(low) for low in words("judging.subjects.branches.cloud")) if said & clouds else frozenset()
