"""Numbers whose clause leaves out what they are of: it is the quantity of the number before them."""

from __future__ import annotations

from dataclasses import replace

from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.around import context, stems_of
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import leaders, ordered, rank
from rechenmacht.domains.reader.counterparts import first_code, of_that_span
from rechenmacht.domains.reader.counting import counted_stems, may_count
from rechenmacht.domains.reader.meanings import NEAR, Match, rivals_of
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.shortforms import CHIP_HOURS
from rechenmacht.domains.reader.words import either, stems, words

_OWN = 0.93  # a subject this much weaker than the first of its kind is not meant
HALF = 0.5  # a number that names its quantity by half can lead one that names none
_NOTHING_ELSE = 0.2  # words that meet every other quantity by less than this part point to none
_TIMES = frozenset({"date", "duration"})
MOST_BACK = 4  # sentences that a bare number may go on with
_LOOKED, _HINTS = 4, 0.4  # words that hint at so much of a quantity lead no further back
MOST_ON = 7  # sentences over which a quantity is gone on with
MOST_CARRIED = 6  # numbers of a sentence whose last one may be gone on with in the next


def parallel(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number whose clause names no quantity take that of the number before it in the sentence, of the same unit.

    `The H100's bandwidth is 3.35 TB/s; the H200 manages 4.8 TB/s.`
    """
    found = _of_part(scene, quantity, found)
    if found and found[0].match.named and found[0].known and not _tells_nothing(scene, quantity):
        return found
    of_them = _of_them(scene, quantity)
    if of_them and not _named_before(scene, quantity):
        return found  # of what is told of one thing, a number of them is a part
    if of_them or bare(scene, quantity):
        led = _led(scene, quantity) or _led_before(scene, quantity)
        if led and not marked_else(scene, quantity, led[0].code):
            return _inherited(scene, quantity, found, led)
    return _by_last(scene, quantity, found)


def _by_last(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number take the quantity of the last one of its unit, in its sentence or that before."""
    named = bool(found) and found[0].match.named
    before = [q for q in scene.by_sentence[quantity.sentence] if q.last <= quantity.first and _of_unit(q, quantity)]
    if not before:
        return found if named else _carried_on(scene, quantity, found)
    return found if named and quantity.unit != "count" else _gone_on(scene, quantity, found, before[-1])


def _gone_on(scene: Scene, quantity: Quantity, found: list[Candidate], before: Quantity) -> list[Candidate]:
    """Let a number take the quantity of the one before it, as far as that names one and its own clause does not."""
    led = parallel(scene, before, rank(scene, before, times.period(scene, before)))
    if not led or not led[0].match.named or marked_else(scene, quantity, led[0].code):
        return found
    first = led[0]
    counted = counted_stems(scene, quantity)
    if counted and not may_count(counted, scene.meanings.own[first.code]):
        return found if found and found[0].match.named else _carried_on(scene, quantity, found)  # tokens, then chips
    part = _of_own_word(scene, quantity, before, found, first.code)
    if part:
        return part
    if not _elliptic(scene, quantity):
        return _hinted(scene, quantity, found, led)
    same = [replace(one, match=first.match, score=first.score * one.weight) for one in found if one.code == first.code]
    same = same or _of_code(scene, quantity, first, first.match)
    return ordered([*same, *(one for one in found if one.code != first.code)])


def _of_own_word(
    scene: Scene, quantity: Quantity, before: Quantity, found: list[Candidate], code: str
) -> list[Candidate]:
    """Return the candidates of a number that is tied to a word of its own in place of that of the number before.

    `Solar projects with 773 gigawatts wait for the grid, storage with 749 gigawatts`: what waits is another thing.
    """
    own, mine, theirs = scene.meanings.own, _tied(scene, quantity), _tied(scene, before)
    if own[code].isdisjoint(theirs) or not own[code].isdisjoint(mine):
        return []
    near = {one for one, close in context(scene, quantity).items() if close >= NEAR} | (own[code] - theirs)
    met = [met_too(scene, one, near) for one in found if one.known and not own[one.code].isdisjoint(mine)]
    told = [one for one in met if one.match.named]
    taken = {code, *(one.code for one in told)}
    return ordered([*told, *(one for one in found if one.code not in taken)]) if told else []


def _tied(scene: Scene, quantity: Quantity) -> set[str]:
    """Return the stems of the words that are tied to a number."""
    ties = scene.ties(quantity.sentence)
    return {one for place, stems in stems_of(scene, quantity.sentence) if ties.get(place) is quantity for one in stems}


def _of_part(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number that is a part of the one before take its words, and not its quantity: `of which 37 are active`."""
    parts, low = words("judging.compare.parts"), scene.text.low
    if not any(low(k) in parts for k in range(quantity.first - 4, quantity.first)):
        return found
    before = [q for q in scene.by_sentence[quantity.sentence] if q.last <= quantity.first and q.unit == quantity.unit]
    if not before:
        return found
    led = rank(scene, before[-1], times.period(scene, before[-1]))
    if not led or not led[0].match.named:
        return found
    whole = led[0].code
    near = {one for one, close in context(scene, quantity).items() if close >= NEAR} | scene.meanings.own[whole]
    return ordered([met_too(scene, one, near) for one in found if one.code != whole])


def met_too(scene: Scene, one: Candidate, near: frozenset[str] | set[str]) -> Candidate:
    """Return a candidate whose phrases are met also by the words that the whole was told in."""
    weight = scene.meanings.weight
    share = max(
        sum((weight[s] for s in phrase & near), 0.0) / sum((weight[s] for s in phrase), 0.0)
        for phrase in scene.meanings.phrases[one.code]
    )
    told = replace(one.match, share=max(one.match.share, min(share, 1.0)))
    return replace(one, match=told, score=one.score * (told.share / max(one.match.share, 0.1)))


def bare(scene: Scene, quantity: Quantity) -> bool:
    """Whether nothing but names, times and small words stands around a number: `up from 300 million a year before`."""
    key = (quantity.first, quantity.last, quantity.unit)
    if key not in scene.kept.bare:
        scene.kept.bare[key] = _bare(scene, quantity)
    found: bool = scene.kept.bare[key]
    return found


def _bare(scene: Scene, quantity: Quantity) -> bool:
    inside = scene.by_sentence[quantity.sentence]
    if quantity.noun and not _same_noun(inside, quantity):
        return False
    tokens = scene.text.tokens
    small = either("judging.ellipsis.small", "judging.stop.en", "judging.stop.de") | _moves(quantity)
    begin, end = scene.text.sentences[quantity.sentence]
    mine, numbers = scene.clause(quantity.sentence, quantity.first), scene.clauses(quantity.sentence)
    left, right = _between(inside, quantity, begin, end)
    named = scene.named.get(quantity.sentence, ())
    said = (k for k in range(left, right) if tokens[k].low not in small and tokens[k].kind == "w")
    return not any(
        numbers[k - begin] == mine and not any(one.first <= k < one.last for one in (*inside, *named)) for k in said
    )


def _between(inside: list[Quantity], quantity: Quantity, begin: int, end: int) -> tuple[int, int]:
    """Return where the number before a number ends and the next one begins; times and durations are none."""
    apart = [q for q in inside if q.kind not in _TIMES or q.kind == quantity.kind == "duration"]
    left = max([q.last for q in apart if q.last <= quantity.first], default=begin)
    return left, min([q.first for q in apart if q.first >= quantity.last], default=end)


def _moves(quantity: Quantity) -> frozenset[str]:
    """Return the words that stand between an amount and the next of the same thing; a share beside them is a growth."""
    return words("judging.ellipsis.moves") if quantity.unit != "1" else frozenset()


def _of_them(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is one of what the sentence before counted: `Huawei shipped 812,000 of them`."""
    low, them = scene.text.low, words("judging.ellipsis.them")
    return (
        quantity.unit == "count"
        and not quantity.noun
        and not them.isdisjoint({low(quantity.last), low(quantity.last + 1), low(quantity.first - 1)})
    )


def _named_before(scene: Scene, quantity: Quantity) -> bool:
    """Whether the clause of a number names something before it: `Huawei shipped 812,000 of them`."""
    mine = scene.clause(quantity.sentence, quantity.first)
    named = scene.named.get(quantity.sentence, ())
    return any(m.last <= quantity.first and scene.clause(quantity.sentence, m.first) == mine for m in named)


def _of_unit(before: Quantity, quantity: Quantity) -> bool:
    """Whether two numbers have one unit; a bare count goes on with people or a rate: `3,000 people, ... 160`."""
    counted = before.unit in {"people", "h100e"} or before.unit.startswith("count/")
    return before.unit == quantity.unit or (counted and quantity.unit == "count" and not quantity.noun)


def _same_noun(inside: list[Quantity], quantity: Quantity) -> bool:
    return any(q.noun == quantity.noun and q.last <= quantity.first for q in inside)


def _led(scene: Scene, quantity: Quantity) -> list[Candidate]:
    """Return the candidates of the nearest number before of the unit that tells of what it is."""
    for before in reversed(scene.by_sentence[quantity.sentence]):
        if before.last > quantity.first or not _of_unit(before, quantity) or before.kind in {"date", "rank", "ratio"}:
            continue
        if bare(scene, before) and scene.beside(quantity)[:1] != [before]:
            continue
        led = parallel(scene, before, rank(scene, before, times.period(scene, before)))
        return led if led and (led[0].match.named or led[0].match.share >= HALF) else []
    return []


def told_before(scene: Scene, quantity: Quantity) -> Quantity | None:
    """Return the number of the sentences before that a bare number goes on with: the last of its unit that is not bare.

    `In Denmark 42 percent of firms used AI. In Poland it is 8 percent, in Romania 5. The EU comes to 20 percent.`
    """
    if any(q.first < quantity.first and not bare(scene, q) for q in scene.beside(quantity)):
        return None  # it goes on with that one
    paragraph = scene.text.tokens[quantity.first].paragraph
    for number in range(quantity.sentence - 1, max(-1, quantity.sentence - 1 - MOST_BACK), -1):
        before = [q for q in scene.by_sentence.get(number, ()) if q.kind not in {"date", "rank", "duration"}]
        same = [q for q in before if q.unit == quantity.unit]
        if not same or len(before) > MOST_CARRIED:
            return None
        if scene.text.tokens[before[-1].first].paragraph != paragraph:
            return None
        telling = [q for q in same if not bare(scene, q)]
        if telling:
            return _last_of_one(scene, telling)
    return None


def _last_of_one(scene: Scene, telling: list[Quantity]) -> Quantity | None:
    """Return the last of some numbers that tell one quantity; of several nobody can say which is gone on with.

    `54.2 billion for property, on revenue of 200.6. Alphabet follows with 44.9`.
    """
    one = len(telling) == 1 or len({first_code(scene, q) for q in telling}) == 1
    return telling[-1] if one else None


def _led_before(scene: Scene, quantity: Quantity) -> list[Candidate]:
    """Return the candidates of the number of the sentences before that a bare number goes on with."""
    before = told_before(scene, quantity)
    figure = scene.word_set(quantity.sentence) & words("judging.ellipsis.same.figure")
    told = scene.named.get(quantity.sentence) or _again(scene, quantity.sentence)
    if before is None or not (figure or told):
        return []
    led = rank(scene, before, times.period(scene, before))
    return led if led and led[0].match.share >= HALF else []


def _again(scene: Scene, sentence: int) -> bool:
    """Whether a sentence goes on with what was told by no more than a pronoun: `Im Quartal davor waren es 41,1`."""
    return not scene.word_set(sentence).isdisjoint(words("judging.focus.pronouns"))


def _inherited(scene: Scene, quantity: Quantity, found: list[Candidate], led: list[Candidate]) -> list[Candidate]:
    """Let a bare number be plainly one of the quantities that lead for the number before it."""
    same = [one for first in leaders(led) for one in _of_code(scene, quantity, first, replace(first.match, said=False))]
    kinds = (
        {"country", "bloc"}
        if led[0].subject.partition(":")[0] in {"country", "bloc"}
        else {led[0].subject.partition(":")[0]}
    )
    most = max((s.weight for s in scene.subjects(quantity) if s.entity.partition(":")[0] in kinds), default=0.0)
    same = [one for one in same if one.weight >= _OWN * most]
    codes = {one.code for one in same} or {led[0].code}
    return ordered([*same, *_beside(found, codes, lacking=not same)])


def _beside(found: list[Candidate], codes: set[str], *, lacking: bool) -> list[Candidate]:
    """Return candidates for other quantities; no rivals of those taken over that the base lacks for the subject."""
    rivals = frozenset[str]() if lacking else frozenset[str]().union(*map(rivals_of, codes))
    return [one for one in found if one.code not in codes and (one.known or one.code not in rivals)]


def _of_code(scene: Scene, quantity: Quantity, first: Candidate, match: Match) -> list[Candidate]:
    """Return the candidates of a number that the base knows for the quantity of another one."""
    code, factor = of_that_span(scene, quantity, first.code), first.factor
    when, found = times.period(scene, quantity), list[Candidate]()
    rivals = [c for c in sorted(rivals_of(code)) if when is None or when.fits(scene.base.quantities[c].period)]
    for one in scene.subjects(quantity):
        known = next((c for c in (code, *rivals) if scene.records.of(one.entity, c)), None)
        if known is not None:
            same = replace(match, code=known)
            found.append(Candidate(one.entity, known, match.score * one.weight, same, one.weight, factor, True, one))
    return found


def _tells_nothing(scene: Scene, quantity: Quantity) -> bool:
    """Whether the clause of a number says no word that any quantity carries: `in 2030 it will be 945 TWh`."""
    if quantity.noun:
        return False
    mine, first = scene.clause(quantity.sentence, quantity.first), scene.text.sentences[quantity.sentence][0]
    if scene.clause(quantity.sentence, first) == mine:
        return False
    taken = {k for q in scene.by_sentence[quantity.sentence] for k in range(q.first, q.last)}
    taken |= {k for m in scene.named.get(quantity.sentence, ()) for k in range(m.first, m.last)}
    known, moves = scene.meanings.weight, _moves(quantity)
    said = (
        place for place, stems in stems_of(scene, quantity.sentence)
        if place not in taken and scene.text.low(place) not in moves and any(one in known for one in stems)
    )  # fmt: skip
    ties = scene.ties(quantity.sentence)
    return not any(scene.clause(quantity.sentence, place) == mine or ties.get(place) is quantity for place in said)


def _elliptic(scene: Scene, quantity: Quantity) -> bool:
    """Whether the clause of a number names a subject and no other thing that is told of it.

    `..., the H200 4.8 TB/s` goes on with the quantity before; `..., while its dividend was $2 billion` does not.
    """
    mine, tokens = scene.clause(quantity.sentence, quantity.first), scene.text.tokens
    named = [m for m in scene.named.get(quantity.sentence, ()) if scene.clause(m.sentence, m.first) == mine]
    if not named and not _in_step(scene, quantity):
        return False
    own = _untaken(scene, quantity, named)
    if any(tokens[k].low in words("judging.subjects.owners") for k in own):
        return False
    if tokens[quantity.first].lang == "de":
        begin = scene.text.sentences[quantity.sentence][0]
        return not any(tokens[k].kind == "w" and tokens[k].text[0].isupper() and k != begin for k in own)
    owners = [m.last for m in named if tokens[m.last - 1].low.endswith(stems("grammar.relations.owner"))]
    return not _said(scene, [k for k in owners if k in own])


def _untaken(scene: Scene, quantity: Quantity, named: list[Mention]) -> list[int]:
    """Return the places of a number's clause that neither its names nor numbers and the word behind them take."""
    mine = scene.clause(quantity.sentence, quantity.first)
    taken = {k for m in named for k in range(m.first, m.last)}
    taken |= {k for q in scene.by_sentence[quantity.sentence] for k in range(q.first, q.last + 1)}
    begin, end = scene.text.sentences[quantity.sentence]
    return [k for k in range(begin, end) if scene.clause(quantity.sentence, k) == mine and k not in taken]


def _in_step(scene: Scene, quantity: Quantity) -> bool:
    """Whether a name of the sentence is told in step with a number."""
    kinds = {mention.kind for mention in scene.named.get(quantity.sentence, ())}
    return any(scene.partner(quantity, kind) is not None for kind in sorted(kinds))


def _said(scene: Scene, places: list[int]) -> bool:
    """Whether a word that says something stands at one of the places."""
    tokens = scene.text.tokens
    return any(tokens[k].kind == "w" and tokens[k].low not in words("judging.stop.en") for k in places)


def _hinted(scene: Scene, quantity: Quantity, found: list[Candidate], led: list[Candidate]) -> list[Candidate]:
    """Let a number be one of the quantities that lead for another, which its own words do not name.

    That can confirm it, and contradict it only where its own words point to no other quantity.
    """
    free = not found or max(one.match.score for one in found) < _NOTHING_ELSE * led[0].match.score
    same = []
    for first in leaders(led):
        match = replace(first.match, share=first.match.share if free else HALF, said=False)
        same += _of_code(scene, quantity, first, match)
    codes = {one.code for one in same} or {led[0].code}
    return ordered([*same, *(one for one in found if one.code not in codes)])


def marked_else(scene: Scene, quantity: Quantity, code: str) -> bool:
    """Whether a word told in step with a number rules a quantity out: `$2.50 for input tokens and $10 for output`."""
    own, marks = scene.meanings.own[code], scene.marks.get((quantity.sentence, quantity.unit), {})
    mine = {one for place, stems in stems_of(scene, quantity.sentence) if marks.get(place) is quantity for one in stems}
    return any(own & group and mine & group and not mine & group <= own for group in scene.meanings.stepping)


def _carried_on(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number whose sentence names no quantity be one of that of the last number of its unit that names one.

    `China generated 10,000 TWh of electricity. The US came to 4,400 TWh.` The words do not say so, so that this can
    confirm a number, and never contradict it.
    """
    hints = any(one.match.share >= _HINTS for one in found[:_LOOKED])
    for number in range(quantity.sentence - 1, max(-1, quantity.sentence - 1 - MOST_ON), -1):
        before = [q for q in scene.by_sentence.get(number, ()) if q.kind not in {"date", "rank", "duration"}]
        apart = _paragraphs(scene, number, quantity)
        near = number == quantity.sentence - 1 and not apart
        if apart > 1 or len(before) > MOST_CARRIED or (hints and not near):
            return found
        same = [q for q in before if (q.noun == CHIP_HOURS) == (quantity.noun == CHIP_HOURS)]
        led = _last_named(scene, quantity, same[-1:] if hints else same, near=near)
        if led:
            return _hinted(scene, quantity, found, led)
    return found


def _paragraphs(scene: Scene, sentence: int, quantity: Quantity) -> int:
    """Return how many paragraphs a sentence stands before a number."""
    tokens = scene.text.tokens
    return tokens[quantity.first].paragraph - tokens[scene.text.sentences[sentence][0]].paragraph


def _last_named(scene: Scene, quantity: Quantity, before: list[Quantity], *, near: bool) -> list[Candidate]:
    """Return the candidates of the last of some numbers of a number's unit that names its quantity."""
    counted = counted_stems(scene, quantity)
    for one in (q for q in reversed(before) if _of_unit(q, quantity) and (near or q.noun == quantity.noun)):
        led = rank(scene, one, times.period(scene, one))
        if near and not (led and led[0].match.named):
            led = parallel(scene, one, led)
        if led and led[0].match.named and (not counted or may_count(counted, scene.meanings.own[led[0].code])):
            return led
    return []
