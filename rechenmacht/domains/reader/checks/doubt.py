"""When a number that fits no claim is still not wrong: whatever leaves open that the sentence speaks of just that."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.around import context, leads_in, stems_of
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import definer_named
from rechenmacht.domains.reader.checks.elsewhere import rival_subject
from rechenmacht.domains.reader.checks.narrower import (
    clause_words,
    modified,
    named_closer,
    of_segment,
    of_such,
    of_unread,
    other_thing,
    out_of_place,
    priced,
    summed,
    unread_name,
)
from rechenmacht.domains.reader.checks.reach import HALF_NAMED, in_reach
from rechenmacht.domains.reader.checks.values import far, gap, numeric
from rechenmacht.domains.reader.meanings import NAMED, NEAR, rivals_of
from rechenmacht.domains.reader.stems import stem
from rechenmacht.domains.reader.words import stems, words

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case, Row

_AHEAD = frozenset({"forecast", "target"})
_EVENTS = frozenset({"funding_round_equity"})  # each is a thing of its own, and there may be one more
_APART = 1.8  # an undated number is wrong only this far from every claim of every time
_ALSO_MET = 0.3  # another counting that the words meet by this much may be meant
_AS_MUCH = 0.1  # of the score of the one that they name
_ALL_BUT_WHOSE = 0.6  # the words name a quantity but for who counts
_CLOSE_BY = 0.88  # a subject of the number's own clause
_CLEAR_SCORE = 2.5
_LATER = 100  # days
_MONTH = 31
_SECOND = 0.5
_STRONG = 0.95  # a subject this strong beside another may be the one meant
_OWN_SENTENCE = 0.62  # a subject of the sentence before is weaker than this


def increment(case: Case, one: Candidate) -> bool:
    """Whether a number is what is added, not the whole; a quantity that counts what is added is meant by just that."""
    quantity = case.quantity
    if one.subject.startswith("rule:") or not case.scene.meanings.own[one.code].isdisjoint(_stems_of_more()):
        return False
    before = {token.low for token in case.scene.text.tokens[max(0, quantity.first - 3) : quantity.first]}
    behind = {token.low for token in case.scene.text.tokens[quantity.last : quantity.last + 1]}
    more = words("judging.compare.more")
    if quantity.hedge in {"at_least", "up_to"}:
        before -= words("grammar.relations.more_or_less")
    return bool(before & more) or bool(behind & (more - {"plus"}))


def of_theirs(case: Case, one: Candidate) -> bool:
    """Whether the subject is named behind a number, in a clause that has a number of its own for it.

    `The newer one has 95 GB, the v5p only 32 GB`, or names and numbers are lists that do not fit one another.
    """
    scene, quantity, mention = case.scene, case.quantity, one.by.mention
    if _unlisted(case, one):
        return True
    if mention.sentence != quantity.sentence or mention.first < quantity.last:
        return False
    theirs = scene.clause(quantity.sentence, mention.first)
    if theirs == scene.clause(quantity.sentence, quantity.first) or scene.partner(quantity, mention.kind) is mention:
        return False
    return any(
        q is not quantity and q.first >= mention.last and scene.clause(q.sentence, q.first) == theirs
        for q in scene.beside(quantity)
    )


def of_later(case: Case, row: Row) -> bool:
    """Whether an undated number that something came from is that of the time it came to: `down from 8,244`."""
    if case.when is not None:
        return False
    one, records = row.candidate, case.scene.records
    then = times.of_before(case.scene, case.quantity)
    return any(row.claim in records.at(one.subject, one.code, when) for when in then)


def _unlisted(case: Case, one: Candidate) -> bool:
    """Whether names and numbers are said to be told `respectively`, and the number has none of the names."""
    scene, sentence, kind = case.scene, case.quantity.sentence, one.by.mention.kind
    if scene.word_set(sentence).isdisjoint(words("judging.compare.lists")):
        return False
    names = {m.entity for m in scene.named.get(sentence, ()) if m.kind == kind}
    if not names:
        return len(scene.beside(case.quantity)) > 1  # `They fill 160 and 220 racks respectively`
    return len(names) > 1 and scene.partner(case.quantity, kind) is None


@cache
def _stems_of_more() -> frozenset[str]:
    """Return the stems of words that add: `added`, `Zubau`."""
    return frozenset(stem(word) for word in words("judging.compare.more"))


def plain(case: Case, one: Candidate) -> bool:
    """Whether the sentence plainly says this number of this subject, so that it can be wrong."""
    quantity = case.quantity
    if quantity.role == "opinion" or quantity.hedge == "vague" or numeric(quantity.mid) is None:
        return False
    if not (one.plain or _clear(case, one)) or increment(case, one) or _start(case) or not in_reach(case, one):
        return False
    doubts = (
        _unlisted,
        out_of_place,
        _led_in,
        of_unread,
        of_such,
        _by_pronoun,
        _each,
        _of_month,
        _modal,
        _added,
        priced,
        _set_against,
        _other_maker,
        _plan,
        _many_chips,
        other_thing,
        _rival_quantity,
        _undefined,
        _whole_of,
        _of_named,
        modified,
        named_closer,
        of_segment,
        unread_name,
        summed,
    )
    return not rival_subject(case, one) and not any(doubt(case, one) for doubt in doubts)


def _clear(case: Case, one: Candidate) -> bool:
    """Whether words that name a quantity by half point to nothing else that the subject may be told of."""
    if one.weight < _CLOSE_BY and not one.by.sure:
        return False
    if one.match.share < HALF_NAMED or one.match.score < _CLEAR_SCORE:
        return False
    if not _met_beside_names(case, one):
        return False
    rivals = rivals_of(one.code)
    return not any(
        other.subject == one.subject and other.code != one.code and other.code not in rivals
        and other.score > _SECOND * one.score and not _counted_elsewhere(case, other)
        for other in case.ranked
    )  # fmt: skip


def _counted_elsewhere(case: Case, other: Candidate) -> bool:
    """Whether a quantity is the counting of somebody whom the text does not name, and unknown for the subject."""
    return not other.known and not definer_named(case.scene, other.code, context(case.scene, case.quantity))


def _met_beside_names(case: Case, one: Candidate) -> bool:
    """Whether the words meet a quantity by half also without the names in them: not by `China` alone."""
    scene, weight = case.scene, case.scene.meanings.weight
    named = frozenset[str]().union(*(scene.own_words(m) for m in scene.named.get(case.quantity.sentence, ())))
    near = {low for low, close in context(scene, case.quantity).items() if close >= NEAR}
    shares = [
        sum((weight[low] for low in rest & near), 0.0) / sum((weight[low] for low in rest), 0.0)
        for phrase in scene.meanings.phrases[one.code] if (rest := phrase - named)
    ]  # fmt: skip
    return max(shares, default=0.0) >= HALF_NAMED


def flow_of_year(case: Case, one: Candidate) -> bool:
    """Whether a running total is judged where the sentence tells what came in one year."""
    when = case.when
    if when is None or not (when.stated and when.yearly) or case.scene.records.period(one.code) != "cumulative":
        return False
    return not set(case.scene.words(case.quantity.sentence)) & words("judging.doubt.running")


def far_from_all(case: Case, one: Candidate) -> bool:
    """Whether an undated number is far from every claim on it, of whatever time, and the newest is not old."""
    if one.code in _EVENTS:
        return False
    records = case.scene.records
    claims = records.of(one.subject, one.code)
    newest = records.latest(one.subject, one.code, case.scene.article)
    days = {"quarter": 200, "year": 500}.get(records.period(one.code), 500)
    if case.scene.article is not None and newest:
        last = max(records.span(claim.as_of)[1] for claim in newest)
        if (case.scene.article - last).days > days:
            return False
    if case.scene.article is not None and all(
        claim.basis not in _AHEAD and (records.span(claim.as_of)[0] - case.scene.article).days > _LATER
        for claim in claims
    ):
        return False  # all that is known was told later
    return all(gap(case.quantity, *records.band(c), one.factor, closed=True) > _APART for c in claims)


def _led_in(case: Case, one: Candidate) -> bool:
    """Whether only the sentence before names the quantity: `Revenue is growing. It bought back $12.5 billion`."""
    scene, sentence = case.scene, case.quantity.sentence
    if one.alone or not sentence or not leads_in(scene, sentence):
        return False
    weight = scene.meanings.weight
    before = {low for _, stems in stems_of(scene, sentence - 1) for low in stems}
    own = {low for low, close in context(scene, case.quantity).items() if close >= NEAR} - before
    own |= {low for _, stems in stems_of(scene, sentence) for low in stems}
    shares = (
        sum((weight[low] for low in phrase & own), 0.0) / sum((weight[low] for low in phrase), 0.0)
        for phrase in scene.meanings.phrases[one.code]
    )
    return max(shares, default=0.0) < NAMED


def _start(case: Case) -> bool:
    """Whether a number is where something came from: `fell from 95 percent to nought`."""
    tokens, quantity = case.scene.text.tokens, case.quantity
    before = tokens[quantity.first - 1].low if quantity.first else ""
    behind = {token.low for token in tokens[quantity.last : quantity.last + 4]}
    ends = [q for q in case.scene.by_sentence[quantity.sentence] if 0 <= q.first - quantity.last <= 8]
    led = before in words("grammar.relations.from") and bool(behind & words("grammar.relations.up_to"))
    return led and bool(ends) and case.when is None


def _by_pronoun(case: Case, one: Candidate) -> bool:
    """Whether the clause speaks of one of two like things by a pronoun: `the 910C doubles the 910B; it has ...`."""
    scene, quantity = case.scene, case.quantity
    if not {low for _, low in clause_words(case)} & words("judging.doubt.pronouns"):
        return False
    mine = scene.clause(quantity.sentence, quantity.first)
    named = [m for m in scene.named.get(quantity.sentence, ()) if m.kind == one.by.mention.kind]
    here = any(scene.clause(m.sentence, m.first) == mine for m in named)
    return not here and len({m.entity for m in named}) > 1


def _each(case: Case, one: Candidate) -> bool:
    """Whether the number is that of each part of a system or site."""
    row = case.scene.base.quantities[one.code]
    if "/" in row.unit or words("grammar.relations.rate") & set(f"{row.name_en} {row.name_de}".lower().split()):
        return False
    kind = one.subject.partition(":")[0]
    each = words("judging.doubt.each")
    if kind in {"system", "site"}:
        return any(low in each for place, low in clause_words(case) if place < case.quantity.last + 3)
    if kind == "model":
        return False  # `of which 37 billion are active each time` is still of the model
    tokens = case.scene.text.tokens[max(0, case.quantity.first - 2) : case.quantity.first]
    return bool({token.low for token in tokens} & words("judging.compare.each"))


def _of_month(case: Case, one: Candidate) -> bool:
    """Whether the flow of a quarter or year is judged where the sentence tells one month: `im Mai 44 Milliarden`."""
    when = case.when
    if when is None or not when.stated or when.days > _MONTH:
        return False
    if when.days == 1 and case.scene.records.at(one.subject, one.code, when):
        return False  # the last day of a quarter or year stands for it
    return case.scene.records.period(one.code) in {"quarter", "year"}


def _added(case: Case, one: Candidate) -> bool:
    """Whether a stock is judged where the clause speaks of what was added to it."""
    if case.scene.records.period(one.code) not in {"level", "cumulative"}:
        return False
    said = set(case.scene.words(case.quantity.sentence))
    return bool(said & words("judging.doubt.added"))


def _modal(case: Case, one: Candidate) -> bool:
    """Whether the words of just this number say it as a maybe; what is only expected may be judged by what was."""
    scene, quantity = case.scene, case.quantity
    dates = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    begin, end = _own_stretch(case)
    told = {
        low for k, low in clause_words(case)
        if begin <= k < end and not any(q.first <= k < q.last for q in dates)  # May is a month
    }  # fmt: skip
    if told.isdisjoint(words("judging.doubt.modal")):
        return False
    claims = scene.records.at(one.subject, one.code, case.when) if case.when is not None else []
    return not claims or any(claim.basis not in _AHEAD for claim in claims) or bool(told & words("judging.doubt.if"))


def _own_stretch(case: Case) -> tuple[int, int]:
    """Return the stretch of a number's clause from the number before it to an `and` behind it."""
    quantity, tokens = case.quantity, case.scene.text.tokens
    begin, end = case.scene.text.sentences[quantity.sentence]
    inside = [q for q in case.scene.by_sentence[quantity.sentence] if q.kind != "date"]
    left = max((q.last for q in inside if q.last <= quantity.first), default=begin)
    joint = next((k for k in range(quantity.last, end) if tokens[k].low in words("grammar.relations.and")), end)
    return left, min((q.first for q in inside if q.first >= quantity.last), default=joint) if joint == end else joint


def _set_against(case: Case, one: Candidate) -> bool:
    """Whether a word between subject and number sets the number against it: `against 192 GB for another`."""
    mention, quantity = one.by.mention, case.quantity
    if mention.sentence != quantity.sentence or mention.first > quantity.first:
        return False
    mine = case.scene.clause(quantity.sentence, quantity.first)
    tokens, against = case.scene.text.tokens, words("judging.doubt.against")
    between = any(
        tokens[k].low in against and tokens[k - 1].low not in words("judging.compare.more")
        for k in range(mention.last, quantity.first) if case.scene.clause(quantity.sentence, k) == mine
    )  # fmt: skip
    return between and not case.scene.compared(mention)


def _other_maker(case: Case, one: Candidate) -> bool:
    """Whether the clause names a firm that is not the subject's maker, of whose thing the number may be told."""
    scene, quantity = case.scene, case.quantity
    kind = one.subject.partition(":")[0]
    if kind not in {"chip", "system", "model", "site"}:
        return False
    mine = scene.clause(quantity.sentence, quantity.first)
    if scene.clause(quantity.sentence, one.by.mention.first) == mine and one.by.mention.sentence == quantity.sentence:
        return False
    parent = scene.base.entities[one.subject].parent
    firms = {
        m.entity for m in scene.named.get(quantity.sentence, ())
        if m.kind == "org" and scene.clause(quantity.sentence, m.first) == mine
    }  # fmt: skip
    return bool(firms - {parent})


def _plan(case: Case, one: Candidate) -> bool:
    """Whether the sentence speaks of a plan or forecast, and the claims and the time do not."""
    scene, quantity = case.scene, case.quantity
    if quantity.role not in {"planned", "forecast"} or scene.records.period(one.code) == "static":
        return False
    when = case.when or case.carried
    if when is not None and scene.article is not None and when.end < scene.article:
        return False
    claims = scene.records.at(one.subject, one.code, case.when) if case.when is not None else []
    return not any(claim.basis in _AHEAD for claim in claims)


def _many_chips(case: Case, one: Candidate) -> bool:
    """Whether the sentence counts chips, so that its number may be the total of all of them."""
    if not one.subject.startswith("chip:"):
        return False
    inside = case.scene.by_sentence[case.quantity.sentence]
    chips = stems("physics.words.chips")
    return any(
        q is not case.quantity and q.unit in {"count", "h100e"} and (q.mid or 0) > 1 and any(c in q.noun for c in chips)
        for q in inside
    )


def _rival_quantity(case: Case, one: Candidate) -> bool:
    """Whether another quantity, which the base lacks for this subject, is meant just as well."""
    family = case.scene.base.quantities[one.code].family
    for other in case.ranked[:6]:
        if other.subject != one.subject or other.known or other.score < 0.97 * one.score:
            continue
        if not family or case.scene.base.quantities[other.code].family != family:
            return other.match.share >= one.match.share
    return False


def _whole_of(case: Case, one: Candidate) -> bool:
    """Whether a number is the whole that the one before it is a part of: `22 of its 235 billion parameters`."""
    del one
    quantity = case.quantity
    before = [q for q in case.scene.by_sentence[quantity.sentence] if q.last <= quantity.first and q.kind != "date"]
    between = [token.low for token in case.scene.text.tokens[before[-1].last : quantity.first]] if before else []
    led = bool(between) and between[0] in words("grammar.relations.of_whole")
    return led and set(between) <= words("judging.compare.whole")


def _of_named(case: Case, one: Candidate) -> bool:
    """Whether a name that is a word of the quantity is the sentence's own subject: Nvidia's share of China's market."""
    own = case.scene.meanings.own[one.code] - case.scene.meanings.definers[one.code]  # who counts is not of whom
    return any(
        other.entity != one.subject and other.weight >= _STRONG * one.weight and other.mention is not one.by.mention
        and other.mention.sentence == case.quantity.sentence and case.scene.own_words(other.mention) <= own
        for other in case.scene.subjects(case.quantity)
    )  # fmt: skip


def _undefined(case: Case, one: Candidate) -> bool:
    """Whether the quantity is one counting of several, the text does not say whose, and another may be meant."""
    if definer_named(case.scene, one.code, context(case.scene, case.quantity)):
        return False
    others = {
        other.code for other in case.ranked
        if other.subject == one.subject and other.code != one.code and other.match.share >= _ALSO_MET
        and other.score >= _AS_MUCH * one.score
    } | rivals_of(one.code)  # fmt: skip
    own, records = case.scene.meanings.own[one.code] - case.scene.meanings.definers[one.code], case.scene.records
    if one.match.share < _ALL_BUT_WHOSE or len(own) < 2:
        return True
    claims = [claim for code in sorted(others) for claim in records.of(one.subject, code)]
    return any(gap(case.quantity, *records.band(c), one.factor, closed=True) <= far(case.quantity, [c]) for c in claims)
