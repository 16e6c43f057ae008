"""Ranks and superlatives: `the second-largest electricity producer`, `das größte Rechenzentrum`; by claims on all."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.reader import pairing, times
from rechenmacht.domains.reader.around import context
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.meanings import NEAR
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.prior import Subject
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import Pair, both, source
from rechenmacht.domains.reader.words import either, words
from rechenmacht.evidence.forms import Claim

LEAST = 5  # so many things must be known to confirm a rank; to deny it, those before it are enough
_APART = 1.06  # two things this close may change places
_AWAY = 100  # days between the ends of two years or quarters that are still the same
_ALL = 0.95  # shares that add up to this leave nobody out
_LIST = 8  # words of a list of those that stand before
_SHOWN = 3
_OWN = 0.5  # who is ranked is named in the sentence or is what the one before speaks of
_COUNTRIES = frozenset({"bloc", "country"})


@dataclass(frozen=True, slots=True)
class Place:
    """One thing in a ranking: its claim and value in the canonical unit."""

    subject: str
    claim: Claim
    value: float


def superlatives(scene: Scene) -> list[tuple[Quantity, Verdict]]:
    """Return the superlatives that the base can judge, as ranks of one; what it cannot judge is no number at all."""
    found, ranking = list[tuple[Quantity, Verdict]](), either("judging.rank.top", "judging.rank.bottom")
    for place, token in enumerate(scene.text.tokens):
        if token.low not in ranking or token.kind != "w":
            continue
        if scene.crowded(token.sentence):
            continue
        before = [one.low for one in scene.text.tokens[max(0, place - 3) : place]]
        another = before and before[-1] in words("judging.rank.another")
        if another or words("judging.rank.not_before") & set(before):
            continue
        one = Quantity(token.start, token.end, "rank", 1.0, 1.0, "1", first=place, last=place + 1, form="superlative")
        one.id, one.text, one.sentence = f"r{len(found) + 1}", token.text, token.sentence
        scene.by_sentence.setdefault(token.sentence, [])
        told = judge(scene, one)
        if told is not None and told.verdict != "unverifiable":
            found.append((one, told))
    return found


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge a rank by the claims on all things of the kind, or return None where the base cannot rank them."""
    value, said = quantity.mid, scene.word_set(quantity.sentence)
    if quantity.kind != "rank" or value is None or said & words("judging.rank.unsure") or _narrowed(scene, quantity):
        return None
    for subject, code in _meant(scene, quantity):
        ranking = _ranking(scene, subject.entity, code, times.period(scene, quantity), _way(scene, quantity))
        if len(ranking) > 1:
            return _verdict(scene, quantity, ranking, subject.entity, int(value))
    return None


def _direction(low: str) -> int:
    """Return whether a superlative ranks from the top (1) or from the bottom (-1); 0 for other words."""
    if low in words("judging.rank.top"):
        return 1
    return -1 if low in words("judging.rank.bottom") else 0


def _way(scene: Scene, quantity: Quantity) -> int:
    """Return from which end a rank counts."""
    span = scene.text.tokens[quantity.first : quantity.last + 2]
    return -1 if any(_direction(token.low.rpartition("-")[2]) < 0 for token in span) else 1


def _narrowed(scene: Scene, quantity: Quantity) -> bool:
    """Whether a rank is one within something narrower than all: in Europe, of a maker, after somebody else."""
    begin, end = scene.text.sentences[quantity.sentence]
    near = scene.text.tokens[max(begin, quantity.first - 3) : min(end, quantity.last + 9)]
    if {token.low for token in near} & words("judging.rank.narrow"):
        return True
    behind = [
        m for m in scene.named.get(quantity.sentence, ())
        if m.first >= quantity.last and m.entity != "bloc:world" and not _told_before(scene, m)
        and not _names_it(scene, m)
    ]  # fmt: skip
    return any(m.kind in _COUNTRIES or m.kind == "org" for m in behind)


def _names_it(scene: Scene, mention: Mention) -> bool:
    """Whether a name says who it is that has the rank: `second is Japan`, `the second-largest producer, the US,`."""
    tokens, place = scene.text.tokens, mention.first - 1
    while place > 0 and tokens[place].low in words("judging.rank.articles"):
        place -= 1
    return place >= 0 and tokens[place].low in words("judging.rank.names")


def _told_before(scene: Scene, mention: Mention) -> bool:
    """Whether a name is that of who stands before: `second behind China`."""
    tokens, place = scene.text.tokens, mention.first - 1
    joins = pairing.JOINED | {
        m.low for one in scene.named.get(mention.sentence, ()) for m in tokens[one.first : one.last]
    }
    while place > 0 and mention.first - place <= _LIST and tokens[place].low in joins:
        place -= 1
    return place >= 0 and tokens[place].low in words("judging.rank.behind")


def _meant(scene: Scene, quantity: Quantity) -> list[tuple[Subject, str]]:
    """Return who may be ranked and by what, the best met first."""
    subjects = [
        (one, scene.records.known(one.entity).keys()) for one in scene.subjects(quantity)
        if one.weight >= _OWN and one.entity not in _aggregates() and not _told_before(scene, one.mention)
    ]  # fmt: skip
    met = scene.meanings.matches(context(scene, quantity), set[str]().union(*(codes for _, codes in subjects)))
    found = []
    for subject, codes in subjects:
        for code in met.keys() & codes:
            match = met[code]
            if match.named and match.score >= NEAR:
                found.append((match.score * subject.weight, subject, code))
    found.sort(key=lambda row: (-row[0], row[1].entity, row[2]))
    return [(subject, code) for score, subject, code in found[:1] if score > 0]


def _aggregates() -> frozenset[str]:
    return words("judging.rank.aggregates")


def _ranking(scene: Scene, subject: str, code: str, when: Period | None, way: int) -> list[Place]:
    """Return all things of the kind by value, the first first; each with its claim of the time, or its latest."""
    kind, records = subject.partition(":")[0], scene.records
    kinds = _COUNTRIES if kind in _COUNTRIES else {kind}
    found = []
    for other, known in records.by_subject.items():
        if other.partition(":")[0] not in kinds or other in _aggregates() or code not in known:
            continue
        claims = records.at(other, code, when) if when else records.latest(other, code, scene.article)
        values = sorted((records.middle(claim), claim.id, claim) for claim in claims)
        if values:
            value, _, claim = values[len(values) // 2]
            found.append(Place(other, claim, value))
    return sorted(found, key=lambda one: (-way * one.value, one.subject))


def _verdict(scene: Scene, quantity: Quantity, ranking: list[Place], subject: str, value: int) -> Verdict | None:
    place = next((k for k, one in enumerate(ranking) if one.subject == subject), None)
    if place is None:
        return None
    mine = ranking[place]
    code, unit = mine.claim.quantity, canonical(scene.base, mine.claim.quantity)[0]
    told = _told(scene, ranking, place)
    apart = [one for one in ranking if not _of_one_time(scene, one.claim, mine.claim)]
    if place + 1 == value and (len(ranking) >= LEAST or _whole(ranking, unit)) and not _between(ranking, apart, value):
        return verdict(quantity, "supported", "facts", "rank_ok", told)
    before = [one for one in ranking[:place] if _clearly(one.value, mine.value) and one not in apart]
    moves = scene.records.period(code) == "static"  # of chips and models, newer ones come to stand before it
    if len(before) < value or moves:
        return verdict(quantity, "unverifiable", "facts", "rank_unsure", told)
    return verdict(quantity, "contradicted", "facts", "rank", told)


def _told(scene: Scene, ranking: list[Place], place: int) -> Told:
    """Return what a text about a place in a ranking needs: the first of it and the thing's own."""
    mine = ranking[place]
    subject, code, unit = mine.subject, mine.claim.quantity, canonical(scene.base, mine.claim.quantity)[0]
    shown = [*ranking[:_SHOWN], *([mine] if place >= _SHOWN else [])]
    rows = [(both(one.value, unit), scene.name(one.subject), ranking.index(one) + 1) for one in shown]
    texts: Pair = (
        "; ".join(f"{at}. {name[0]} {amount[0]}" for amount, name, at in rows),
        "; ".join(f"{at}. {name[1]} {amount[1]}" for amount, name, at in rows),
    )
    return Told(
        {"name": scene.name(subject), "what": scene.what(code), "rank": (str(place + 1), str(place + 1)),
         "list": texts, "of": (str(len(ranking)), str(len(ranking))), "source": source(scene.base, [mine.claim])},
        (float(place + 1), float(place + 1)), [mine.claim, *(one.claim for one in ranking[:_SHOWN] if one is not mine)],
        subject, code,
    )  # fmt: skip


def _of_one_time(scene: Scene, one: Claim, other: Claim) -> bool:
    """Whether two claims are of the same time; a fiscal year to June is not the calendar year."""
    if scene.records.period(one.quantity) not in {"year", "quarter"}:
        return True
    ends = [scene.records.span(claim.as_of)[1] for claim in (one, other)]
    return abs((ends[0] - ends[1]).days) <= _AWAY


def _whole(ranking: list[Place], unit: str) -> bool:
    """Whether the shares of all that are known make the whole, so that nobody is missing."""
    return unit == "1" and sum((one.value for one in ranking), 0.0) >= _ALL


def _between(ranking: list[Place], apart: list[Place], value: int) -> bool:
    """Whether a thing known for another time only stands among the first, so that the rank rests on it."""
    return any(one in apart for one in ranking[:value])


def _clearly(one: float, other: float) -> bool:
    """Whether two values are further apart than their definitions and roundings."""
    return min(one, other) > 0 and max(one / other, other / one) > _APART
