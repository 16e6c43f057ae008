"""Words that narrow what a number is told of: `Microsoft's gaming revenue` is not its revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.around import context, stems_of
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import rank
from rechenmacht.domains.reader.counterparts import first_code
from rechenmacht.domains.reader.ellipsis import bare, told_before
from rechenmacht.domains.reader.meanings import NEAR
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.months import days_of
from rechenmacht.domains.reader.stems import spelled, stem
from rechenmacht.domains.reader.words import stems, words

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case

_TO_WHOM = 4  # tokens behind a number within which it is said of whom it is
_BOTH = 2
_WHOLE, _AS_NEAR = 0.99, 0.8  # a quantity named in whole and met nearly as well
_PRODUCTS = frozenset({"chip", "system", "product", "model"})
_PREFIX = 4  # letters of an unknown word before the head of a compound, endings included


def modified(case: Case, one: Candidate) -> bool:
    """Whether an unknown word narrows what is told: `Microsoft's gaming revenue` is not its revenue."""
    own = case.scene.meanings.own[one.code]
    return any(
        _compounded(case, place) or _narrowed(case, place - 1)
        for place, stems_there in stems_of(case.scene, case.quantity.sentence) if not own.isdisjoint(stems_there)
    )  # fmt: skip


def of_segment(case: Case, one: Candidate) -> bool:
    """Whether the clause speaks of a part of a firm's business that is no word of the quantity: `Spielesektor`."""
    if _from_source(case, one) or of_other_clause(case, one) or _of_which(case):
        return True
    if not one.subject.startswith("org:"):
        return False
    own, ends = case.scene.meanings.own[one.code], stems("judging.doubt.segments")
    told = dict(stems_of(case.scene, case.quantity.sentence))
    parts = any(low.endswith(ends) and own.isdisjoint(told.get(place, ())) for place, low in clause_words(case))
    return parts or _of_product(case, own)


def _of_which(case: Case) -> bool:
    """Whether a number goes on with a sentence that tells several quantities: `Alphabet follows with 44.9`."""
    scene, quantity = case.scene, case.quantity
    before = scene.by_sentence.get(quantity.sentence - 1, ())
    same = [q for q in before if q.unit == quantity.unit and q.kind not in {"date", "rank", "ratio"}]
    if (
        len(same) < _BOTH
        or not bare(scene, quantity)
        or scene.text.low(quantity.first - 1) not in words("judging.doubt.follows")
    ):
        return False
    return len({first_code(scene, q) for q in same}) > 1


def of_other_clause(case: Case, one: Candidate) -> bool:
    """Whether the words of a quantity are all told of a number behind: `it took in 13 billion and burned 8`."""
    scene, quantity, own = case.scene, case.quantity, case.scene.meanings.own[one.code]
    others = [q for q in scene.beside(quantity) if q is not quantity]
    if not others or bare(scene, quantity):
        return False
    places = [place for place, said in stems_of(scene, quantity.sentence) if not own.isdisjoint(said)]
    return bool(places) and all(_of_others(case, place, others) for place in places)


def _of_others(case: Case, place: int, others: list[Quantity]) -> bool:
    """Whether a word stands in the clause of another number, or behind `and` and before the next one."""
    scene, quantity = case.scene, case.quantity
    theirs, mine = (scene.clause(quantity.sentence, k) for k in (place, quantity.first))
    if theirs != mine:
        return any(scene.clause(q.sentence, q.first) == theirs for q in others)
    joined = any(scene.text.low(k) in words("grammar.relations.and") for k in range(quantity.last, place))
    return joined and any(q.first > place for q in others)


def _from_source(case: Case, one: Candidate) -> bool:
    """Whether energy is told of one source that is no word of the quantity: `28 TWh of electricity from gas`."""
    if not case.quantity.unit.startswith("W"):
        return False
    low, own = case.scene.text.low, case.scene.meanings.own[one.code]
    said, sources = case.scene.meanings.vocabulary.of, words("judging.doubt.sources")
    from_one = (low(k) for k, word in clause_words(case) if word in sources and _led_from(low(k - 1), low(k - 2)))
    alone = (word for _, word in clause_words(case) if word in words("judging.doubt.source_power"))
    return any(own.isdisjoint(said(word)) for word in (*from_one, *alone))


def _led_from(before: str, second: str) -> bool:
    """Whether a word that says from what stands before a source: `from gas`, `aus der Sonne`, `by burning coal`."""
    opens = words("judging.doubt.from_source")
    return before in opens or second in opens


def _of_product(case: Case, own: frozenset[str]) -> bool:
    """Whether money of a firm is told of one of its products: `it took in 4.6 billion with the chip`."""
    scene, quantity = case.scene, case.quantity
    if quantity.kind != "money":
        return False
    low, mine = scene.text.low, scene.clause(quantity.sentence, quantity.first)
    return any(
        m.kind in _PRODUCTS and scene.clause(m.sentence, m.first) == mine and own.isdisjoint(scene.own_words(m))
        and any(low(k) in words("judging.doubt.by_product") for k in range(m.first - 2, m.first))
        for m in scene.named.get(quantity.sentence, ())
    )  # fmt: skip


def of_whose(case: Case, one: Candidate) -> bool:
    """Whether a clause speaks of something told in its sentence by a relative, and the subject was told before."""
    low, last = case.scene.text.low, case.quantity.last
    others = words("judging.focus.others") - words("judging.focus.receivers")
    if any(low(k) in others for k in range(last + 1, last + _TO_WHOM)) and low(last) in words("judging.deal.to"):
        return True  # `13.8 TB for the one box, 49.2 TB for the rival`
    if one.by.mention.sentence == case.quantity.sentence:
        return False
    return not {low for _, low in clause_words(case)}.isdisjoint(words("judging.doubt.whose"))


def of_lists_before(case: Case, one: Candidate) -> bool:
    """Whether numbers are told `respectively` of names of the sentence before: `They have 160 and 220 cabinets`."""
    here = case.quantity.sentence
    if case.scene.word_set(here).isdisjoint(words("judging.compare.lists")):
        return False
    return len({m.entity for m in case.scene.named.get(here, ()) if m.kind == one.by.mention.kind}) < _BOTH


def unread_name(case: Case, one: Candidate) -> bool:
    """Whether a name that is not known stands right before a number: `Siemens 39 percent and Mitsubishi 21`."""
    quantity, tokens = case.quantity, case.scene.text.tokens
    place = _capitals_before(case)
    if place is None or not _joined(case, place) or one.by.mention.last > place:
        return False
    taken = {k for m in case.scene.named.get(quantity.sentence, ()) for k in range(m.first, m.last)}
    taken |= {k for q in case.scene.by_sentence[quantity.sentence] for k in range(q.first, q.last)}
    known = case.scene.meanings.weight
    return any(k not in taken and stem(tokens[k].low) not in known for k in range(place, quantity.first))


def _capitals_before(case: Case) -> int | None:
    """Return where the words with capitals right before a number begin, or None where there are none."""
    tokens, begin = case.scene.text.tokens, case.scene.text.sentences[case.quantity.sentence][0]
    place = case.quantity.first
    while place > begin and tokens[place - 1].text[0].isupper() and tokens[place - 1].kind == "w":
        place -= 1
    return None if place == case.quantity.first or case.quantity.first - 1 <= begin else place


def _joined(case: Case, place: int) -> bool:
    """Whether a word or a comma before a place goes on with a list."""
    if place <= case.scene.text.sentences[case.quantity.sentence][0]:
        return False
    before = case.scene.text.tokens[place - 1]
    return before.low in words("judging.doubt.joins") or before.text in ",;"


def _narrowed(case: Case, place: int) -> bool:
    """Whether an unknown word stands between whose a thing is and what it is: `Microsoft's gaming revenue`."""
    scene, tokens = case.scene, case.scene.text.tokens
    taken = {k for m in scene.named.get(case.quantity.sentence, ()) for k in range(m.first, m.last)}
    begin = scene.text.sentences[case.quantity.sentence][0]
    if place <= begin or place in taken or tokens[place].kind != "w" or tokens[place].low.endswith("ed"):
        return False
    plain_words = words("judging.doubt.plain") | words("judging.stop.en") | words("judging.stop.de")
    if stem(tokens[place].low) in scene.meanings.weight or tokens[place].low in plain_words:
        return False
    opens = tokens[place - 1].low
    return opens.endswith(stems("grammar.relations.genitive")) if place - 1 in taken else opens in _determiners()


def _determiners() -> frozenset[str]:
    return words("judging.doubt.determiners")


def _compounded(case: Case, place: int) -> bool:
    """Whether a German compound carries an unknown word before what is told: `Werbeerlöse`."""
    token, known = case.scene.text.tokens[place], case.scene.meanings.vocabulary
    if token.lang != "de" or token.kind != "w" or any(stem(word) in known.known for word in spelled(token.low)):
        return False
    heads = [len(one) for one in known.of(token.low)]
    if not heads:
        return False
    rest = token.low[: len(token.low) - max(heads)]
    return len(rest) > _PREFIX and not any(rest.startswith(one) for one in words("judging.doubt.prefixes"))


def clause_words(case: Case) -> list[tuple[int, str]]:
    """Return the words of the number's clause with their places."""
    scene, quantity = case.scene, case.quantity
    begin, end = scene.text.sentences[quantity.sentence]
    mine = scene.clause(quantity.sentence, quantity.first)
    numbers = scene.clauses(quantity.sentence)
    return [(k, scene.text.tokens[k].low) for k in range(begin, end) if numbers[k - begin] == mine]


def other_thing(case: Case, one: Candidate) -> bool:
    """Whether the sentence speaks of a part or a whole of its own: `each server comes with 2 TB` is not of the chip."""
    if one.subject.partition(":")[0] != "chip":
        return False
    named = {k for m in case.scene.named.get(case.quantity.sentence, ()) for k in range(m.first, m.last)}
    return any(
        k not in named and low in words("judging.doubt.parts") and not (k - 2 in named and _hyphened(case, k))
        for k, low in clause_words(case)
    )


def _hyphened(case: Case, place: int) -> bool:
    """Whether a word is tied by a hyphen to the name before it, and is the thing itself: `ein H100-Modul`."""
    hyphen = case.scene.text.tokens[place - 1]
    return hyphen.text in "-‑" and hyphen.glued and case.scene.text.tokens[place].low in words("judging.doubt.itself")


def of_unread(case: Case, one: Candidate) -> bool:
    """Whether the words right behind a number say that it is of something that the base does not know by that name.

    `48 GB for the one known, against 432 GB for Rubin`: only in English, where nouns are no names.
    """
    if one.by.mention.first >= case.quantity.first or len(case.scene.beside(case.quantity)) < 2:
        return False
    place = _name_behind(case)
    if place is None:
        return False
    named, inside = case.scene.named.get(case.quantity.sentence, ()), case.scene.by_sentence[case.quantity.sentence]
    taken = any(m.first <= place < m.last for m in named) or any(q.first <= place < q.last for q in inside)
    return not taken and all(k != place for k, _ in stems_of(case.scene, case.quantity.sentence))  # `in FP64`


def _name_behind(case: Case) -> int | None:
    """Return where a word with a capital stands that a number is told for: `432 GB for Rubin`."""
    tokens, place = case.scene.text.tokens, case.quantity.last
    behind = tokens[place : place + 3]
    if len(behind) < 3 or behind[0].lang != "en" or behind[0].low not in words("judging.doubt.told_for"):
        return None
    article = behind[1].low == "the"
    name = behind[1 + article]
    written = name.sentence == case.quantity.sentence and name.text[:1].isupper() and name.kind == "w"
    return place + 1 + article if written else None


def of_such(case: Case, one: Candidate) -> bool:
    """Whether what a number counts is such as was told before: `48 of these machines`, `48 solcher Maschinen`."""
    del one
    tokens, quantity = case.scene.text.tokens, case.quantity
    near = {token.low for token in tokens[quantity.first : quantity.last + 2]}
    return quantity.unit == "count" and bool(near & words("judging.doubt.such"))


def summed(case: Case, one: Candidate) -> bool:
    """Whether the number is that of several together: `Between them, Amazon and Google spent`."""
    scene, kind = case.scene, one.subject.partition(":")[0]
    mine = scene.clause(case.quantity.sentence, case.quantity.first)
    named = {
        m.entity for m in scene.named.get(case.quantity.sentence, ())
        if m.kind == kind and scene.clause(m.sentence, m.first) == mine
    }  # fmt: skip
    return len(named) > 1 and bool(scene.word_set(case.quantity.sentence) & words("judging.doubt.several"))


def out_of_place(case: Case, one: Candidate) -> bool:
    """Whether a number is of a time that the sentence tells and nobody can date, or is what another is compared with.

    `Im März desselben Jahres` in a text without a day; `three times the $61.5 billion of March`.
    """
    scene, quantity = case.scene, case.quantity
    if scene.records.period(one.code) == "static" or (case.when is not None and case.when.stated):
        return False
    low, first = scene.text.low, quantity.first
    inside = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    if not inside or any(days_of(q) is not None for q in inside):
        return False
    multiples = any(q.kind == "ratio" for q in scene.by_sentence[quantity.sentence])
    compared = low(first - 1) in words("judging.doubt.article") and low(first - 2) in words("judging.doubt.times")
    return compared or not multiples


def priced(case: Case, one: Candidate) -> bool:
    """Whether a number is only the amount that a price is given for: `a million tokens cost`."""
    del one
    quantity = case.quantity
    behind = {token.low for token in case.scene.text.tokens[quantity.last : quantity.last + 2]}
    return quantity.unit in {"count", "people"} and bool(behind & words("judging.doubt.cost"))


def named_closer(case: Case, one: Candidate) -> bool:
    """Whether words near a number name another quantity in whole, by one that this one has not: networking revenue."""
    scene, ranked, quantity = case.scene, case.ranked, case.quantity
    before = _goes_on_with(case)
    if before is not None:
        ranked, quantity = rank(scene, before, times.period(scene, before)), before
    near = {low for low, close in context(scene, quantity).items() if close >= NEAR}
    score = max((other.score for other in ranked if other.code == one.code), default=one.score)
    named = [
        other for other in ranked
        if other.subject == one.subject and other.code != one.code and other.known and other.match.share >= _WHOLE
    ]  # fmt: skip
    return any(other.score >= _AS_NEAR * score and _says_more(case, other, one, near) for other in named)


def _goes_on_with(case: Case) -> Quantity | None:
    """Return the number that a bare one goes on with: `in the quarter before it was 4.96 billion`."""
    scene, quantity = case.scene, case.quantity
    if not bare(scene, quantity):
        return None
    inside = [q for q in scene.beside(quantity) if q.last <= quantity.first]
    return inside[-1] if inside else told_before(scene, quantity)


def _says_more(case: Case, other: Candidate, one: Candidate, near: set[str]) -> bool:
    """Whether words near a number stand in one quantity and not in another, and none the other way round."""
    mine, theirs = case.scene.meanings.own[one.code], case.scene.meanings.own[other.code]
    return not near.isdisjoint(theirs - mine) and near.isdisjoint(mine - theirs)
