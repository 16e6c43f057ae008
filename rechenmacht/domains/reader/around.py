"""The words around a number, each with how near it is to it: clause, sentence, the sentence before, the headings."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from rechenmacht.domains.reader import pairing
from rechenmacht.domains.reader.meanings import NEAR
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.tokens import Token
from rechenmacht.domains.reader.words import either, rows, words

_TIED = 0.38  # weight of a word that is tied to another number of the unit (`a valuation of $24bn`)
_NONE: list[tuple[int, int]] = []
_POINTED = 0.9  # nearness of the words of a sentence that the next one points to: `Nvidia erlöste damit`
_OTHERS = 0.7  # weight of a word of a clause that tells another number of the unit
_LED = 0.5  # nearness of the words of a sentence without a number to the one behind it
_HEADED = 0.95  # nearness of the words of a heading to a line that tells of nothing itself
_MOST_LINES = 12  # of a list under one heading
_OF_A_ROW = 2  # numbers at least, each with its name
_BITS = words("grammar.common.bits")
_WIDTHS = rows("grammar.widths")
_WHOLES = frozenset({"site", "system"})


def context(scene: Scene, quantity: Quantity) -> dict[str, float]:
    """Return the stems around a number, each with its nearness: clause, sentence, the sentence before, the headings."""
    key = (quantity.first, quantity.last, quantity.unit)
    if key not in scene.around:
        scene.around[key] = _context(scene, quantity)
    return scene.around[key]


def _context(scene: Scene, quantity: Quantity) -> dict[str, float]:
    found: dict[str, float] = {}
    inside = scene.by_sentence[quantity.sentence]
    others, (left, right) = _spans(inside, quantity), _row(scene, quantity)
    begin, clauses = scene.text.sentences[quantity.sentence][0], scene.clauses(quantity.sentence)
    mine, ties = clauses[quantity.first - begin], scene.ties(quantity.sentence)
    marks, parts = _marks(scene, quantity), scene.parts(quantity.sentence) - {mine}
    others_clauses = _clauses_of_others(quantity, inside, clauses, begin, mine)
    counted = _counted_places(scene, quantity.sentence)
    for place, stems in _unnamed(scene, quantity.sentence):
        clause, owner = clauses[place - begin], ties.get(place)
        inner = left <= place < right
        weight = _nearness(quantity, place, others if inner else _NONE, same=clause == mine or not inner)
        of_part = clause in parts and place > quantity.last  # what is said of it is not of the whole
        if of_part or _counted_beside(counted.get(place), quantity) or _of_another(owner, quantity):
            weight *= _TIED
        elif inner and clause in others_clauses:
            weight *= _OTHERS
        if place in marks:
            weight = 1.0 if marks[place] is quantity else _TIED * NEAR
        _note(found, stems, weight)
    for one in _also_said(scene, quantity):
        found[one] = 1.0
    return {**_outside(scene, quantity.sentence), **found}


def _counted_beside(counted: Quantity | None, quantity: Quantity) -> bool:
    """Whether a word is what another number counts; of tokens a price is told: `a million input tokens cost $2`."""
    priced = quantity.kind == "money" and counted is not None and "token" in counted.noun
    return counted is not None and counted is not quantity and not priced


def _also_said(scene: Scene, quantity: Quantity) -> Collection[str]:
    """Return the stems that a number says by itself: electricity by watt-hours, chips by `100,000 H100s`."""
    if quantity.unit.startswith("Wh"):  # who tells watt-hours need not say electricity
        return _electricity(scene)
    named = scene.named.get(quantity.sentence, ()) if quantity.unit == "count" else ()
    chips = any(m.kind == "chip" and quantity.first < m.first <= quantity.last for m in named)
    if not chips:
        return ()
    said, first = scene.meanings.vocabulary.of, scene.subjects(quantity)[:1]
    of_model = bool(first) and first[0].entity.startswith("model:")
    return (*said("chips"), *said("training")) if of_model else said("chips")


def _of_another(owner: Quantity | None, quantity: Quantity) -> bool:
    """Whether a word is tied to another number of the unit."""
    return owner is not None and owner is not quantity and owner.unit == quantity.unit


def _clauses_of_others(
    quantity: Quantity, inside: list[Quantity], clauses: list[int], begin: int, mine: int
) -> frozenset[int]:
    """Return the clauses that tell another number of the unit: their words are of that one first."""
    theirs = (clauses[q.first - begin] for q in inside if q is not quantity and q.unit == quantity.unit)
    return frozenset(clause for clause in theirs if clause != mine)


def _note(found: dict[str, float], stems: tuple[str, ...], weight: float) -> None:
    """Note stems with their nearness, the nearest place of each."""
    for one in stems:
        if found.get(one, 0.0) < weight:
            found[one] = weight


def _spans(inside: list[Quantity], quantity: Quantity) -> list[tuple[int, int]]:
    """Return where the other numbers of a sentence stand."""
    return [(q.first, q.last) for q in inside if q is not quantity and q.kind != "date"][:40]


def _row(scene: Scene, quantity: Quantity) -> tuple[int, int]:
    """Return where a list of names and numbers stands that a number is one of, else its sentence.

    Words of the sentence outside of the list are said of each:
    `Amazon $131.8 billion, Alphabet 91.4, Meta 69.7: so much went into property and equipment.`
    """
    numbers = scene.beside(quantity)
    if len(numbers) < _OF_A_ROW or not any(quantity is one for one in numbers):
        return scene.text.sentences[quantity.sentence]
    for kind in sorted({mention.kind for mention in scene.named.get(quantity.sentence, ())}):
        names = [scene.partner(one, kind) for one in numbers]
        if all(name is not None for name in names):
            places = [(one.first, one.last) for one in (*numbers, *names) if one is not None]
            return min(first for first, _ in places), max(last for _, last in places)
    return scene.text.sentences[quantity.sentence]


def _electricity(scene: Scene) -> frozenset[str]:
    """Return the stems of the words for electricity."""
    return frozenset(one for low in words("grammar.relations.electricity") for one in scene.meanings.vocabulary.of(low))


def _marks(scene: Scene, quantity: Quantity) -> dict[int, Quantity]:
    """Return the words of one group that are told in step with the numbers of a unit: FP16 with 9, FP8 with 18.

    Args:
        scene: the article.
        quantity: one of the numbers.
    """
    key = (quantity.sentence, quantity.unit)
    if key not in scene.marks:
        scene.marks[key] = {}
        numbers = scene.beside(quantity)
        spans = [(q.first, q.last) for q in numbers]
        rows = stems_of(scene, quantity.sentence) if len(numbers) > 1 else []
        for group in scene.meanings.stepping if rows else ():
            places = sorted({place for place, stems in rows if not group.isdisjoint(stems)})
            found = pairing.in_step(scene.text.tokens, spans, [(place, place + 1) for place in places])
            scene.marks[key].update({places[other]: numbers[mine] for mine, other in found.items()})
    return scene.marks[key]


def _counted_places(scene: Scene, sentence: int) -> dict[int, Quantity]:
    """Return where nouns stand that numbers of a sentence count, each with its number: `across 16 racks`."""
    if sentence not in scene.counted:
        inside = scene.by_sentence[sentence]
        nouns = [q for q in inside if q.unit == "count" and q.noun and q.kind == "number"]
        scene.counted[sentence] = {place: q for q in nouns for place in range(q.first, q.last)}
    return scene.counted[sentence]


def _unnamed(scene: Scene, sentence: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return the stems of a sentence by place, without the names of systems and sites, which say nothing of a quantity.

    So a Trainium2 UltraServer says nothing of Trainium chips that a firm owns.
    """
    rows, plain = stems_of(scene, sentence), words("judging.doubt.one_system")
    wholes = [one for one in scene.named.get(sentence, ()) if one.kind in _WHOLES]
    places = {place for one in wholes for place in range(one.first, one.last) if scene.text.low(place) not in plain}
    return [row for row in rows if row[0] not in places] if places else rows


def _outside(scene: Scene, sentence: int) -> dict[str, float]:
    """Return the stems of the sentence before and of the headings, each with its nearness; once for all its numbers."""
    if sentence not in scene.outside:
        found: dict[str, float] = {}
        nearest, title = scene.above(sentence)
        before = [sentence - 1] if sentence else []
        points = bool(pointed_to(scene, sentence))
        led = _POINTED if points else _LED if before and leads_in(scene, sentence) else 0.3
        heads = heading(scene, sentence) if nearest else ()
        nearest, head = (heads, _HEADED) if heads else (nearest, 0.3)
        for numbers, weight in ((nearest, head), (before, led), (title, 0.2)):
            for number in numbers:
                for _, stems in stems_of(scene, number):
                    for one in stems:
                        found.setdefault(one, weight)
        scene.outside[sentence] = found
    return scene.outside[sentence]


def pointed_to(scene: Scene, sentence: int) -> frozenset[str]:
    """Return the stems of the sentence before, where a word points to what it tells: `Nvidia erlöste damit`."""
    return told_just_before(scene, sentence, words("judging.focus.adverbs"))


def told_just_before(scene: Scene, sentence: int, points: frozenset[str]) -> frozenset[str]:
    """Return the stems of the sentence before, where a sentence says one of the words that point to it."""
    if not sentence or scene.word_set(sentence).isdisjoint(points):
        return frozenset()
    return frozenset(one for _, stems in stems_of(scene, sentence - 1) for one in stems)


def leads_in(scene: Scene, sentence: int) -> bool:
    """Whether the sentence before tells no number and so says what the next ones are of."""
    tokens, begins = scene.text.tokens, scene.text.sentences
    same = tokens[begins[sentence - 1][0]].paragraph == tokens[begins[sentence][0]].paragraph
    return same and all(q.kind == "date" for q in scene.by_sentence.get(sentence - 1, ()))


def heading(scene: Scene, sentence: int) -> tuple[int, ...]:
    """Return the heading that says what a line of names and numbers is of; other such lines are passed over."""
    for _ in range(_MOST_LINES):
        if not tells_nothing(scene, sentence):
            return ()
        nearest, _title = scene.above(sentence)
        if not nearest or not tells_nothing(scene, nearest[0]):
            return nearest
        sentence = nearest[0]
    return ()


def tells_nothing(scene: Scene, sentence: int) -> bool:
    """Whether a line tells only names, times and numbers, so that its heading says of what: `- Amazon: $54.2bn`."""
    if not scene.word_set(sentence).isdisjoint(words("judging.focus.pronouns")):
        return False  # `two years before that it was $22.1 billion`: of what was told before
    taken = {k for m in scene.named.get(sentence, ()) for k in range(m.first, m.last)}
    taken |= {k for q in scene.by_sentence.get(sentence, ()) for k in range(q.first, q.last)}
    return all(place in taken for place, _ in stems_of(scene, sentence))


def stems_of(scene: Scene, sentence: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return the stems of a sentence that the index knows, by their places; read once for all its numbers."""
    if sentence not in scene.stems:
        of = scene.meanings.vocabulary.of
        rows = joined(scene, *scene.text.sentences[sentence])
        scene.stems[sentence] = [(place, stems) for place, low in rows if (stems := of(low))]
    return scene.stems[sentence]


def _nearness(quantity: Quantity, place: int, others: list[tuple[int, int]], *, same: bool) -> float:
    """Return how near a word of the sentence is to a number; other numbers between, and clauses, set it apart."""
    left, right = (place, quantity.first) if place < quantity.first else (quantity.last, place)
    weight = (1.0 if same else 0.8) * (1.0 if right - left <= 12 else 0.85)
    if not others:
        return weight
    between = 0
    for first, last in others:
        between += left <= first and last <= right
    return weight * (0.8 if same else 0.45) ** min(between, 3) if between else weight


def joined(scene: Scene, begin: int, end: int) -> list[tuple[int, str]]:
    """Return the words of a stretch with their places; letters and figures glued together are one word (FP8, H20)."""
    tokens, found, place = scene.text.tokens, list[tuple[int, str]](), begin
    end = min(end, begin + 200)
    skipped, told = either("judging.stop.en", "judging.stop.de"), words("reading.carry.tokens")
    while place < end:
        token, last = tokens[place], _behind(tokens, place, end)
        found += _short_of(tokens, place, end)
        if last > place + 1:
            found.append((place, "".join(t.low for t in tokens[place:last])))
        if token.kind == "w" or token.name:
            found += [(k, tokens[k].low) for k in range(place, last) if tokens[k].low not in skipped]
        if (token.kind == "n" and token.text.isdigit()) or token.low in _WIDTHS:
            found += _figure(scene, place)
        elif token.text == "IT":
            found.append((place, "itload"))
        if place > begin and tokens[place - 1].low in told:
            found += _way(scene, place, end)
        place = last
    return found


@cache
def _shortened() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return by their first and second word the phrases that stand for a short word: `artificial intelligence`."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for phrase, short in rows("judging.shortened").items():
        first, second = phrase.split()
        found.setdefault(first, {})[second] = (short,)
    return found


def _short_of(tokens: list[Token], place: int, end: int) -> list[tuple[int, str]]:
    """Return the short word that a word and the one behind it stand for."""
    behind = tokens[place + 1].low if place + 1 < end else ""
    return [(place, one) for one in _shortened().get(tokens[place].low, {}).get(behind, ())]


def _behind(tokens: list[Token], place: int, end: int) -> int:
    """Return the place behind a token and the letters and figures glued to it."""
    last = place + 1
    if tokens[place].kind != "s":
        while last < end and tokens[last].glued and tokens[last].kind != "s":
            last += 1
    return last


def _way(scene: Scene, place: int, end: int) -> list[tuple[int, str]]:
    """Return which way tokens go where one word says so: `$75 per million tokens in and $150 out`."""
    tokens = scene.text.tokens
    ends = place + 1 >= end or tokens[place + 1].kind == "s" or tokens[place + 1].low in pairing.JOINED
    ways = [way for way in ("input", "output") if tokens[place].low in words(f"judging.tokens.{way}")]
    return [(place, way) for way in ways if ends]


def _figure(scene: Scene, place: int) -> list[tuple[int, str]]:
    """Return what a bare figure says: the width of a format (8-bit), or a year that is part of a name."""
    tokens, low = scene.text.tokens, scene.text.tokens[place].low
    low = str(_WIDTHS.get(low, low))  # `in acht Bit`
    behind = tokens[place + 1 : place + 3]
    if behind and (behind[0].low in _BITS or (behind[0].text in "-‑" and len(behind) > 1 and behind[1].low in _BITS)):
        return [(place, f"{low}bit")]
    return [(place, low)] if len(low) > 2 and low.isdigit() else []
