"""Whether the subject of a number is within its reach: named with it, pointed back to, or gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader import clauses
from rechenmacht.domains.reader.anaphora import stands_for
from rechenmacht.domains.reader.around import stems_of
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks.narrower import clause_words
from rechenmacht.domains.reader.words import either, words

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case


_NEXT = 4  # words between `a` and the thing that it brings in
HALF_NAMED = 0.45  # words that meet a quantity by half, rare ones, and nothing else of the subject half as well


def in_reach(case: Case, one: Candidate) -> bool:
    """Whether the subject is named in the sentence, before the number or in its clause; or right before it, alone."""
    quantity, mention = case.quantity, one.by.mention
    kind = one.subject.partition(":")[0]
    if mention.sentence != quantity.sentence:
        return _told_before(case, one, kind)
    if mention.weak and not mention.sure and kind not in {"bloc", "country", "rule"}:
        return False
    theirs = case.scene.clause(quantity.sentence, mention.first)
    if mention.first <= quantity.first or theirs == case.scene.clause(quantity.sentence, quantity.first):
        return True
    numbers = [q for q in case.scene.by_sentence[quantity.sentence] if q.kind != "date" and q is not quantity]
    return not any(case.scene.clause(q.sentence, q.first) == theirs for q in numbers)


def _told_before(case: Case, one: Candidate, kind: str) -> bool:
    """Whether a subject of the sentences before is meant: nothing else can be, and the sentence goes on with it."""
    scene, sentence = case.scene, case.quantity.sentence
    if any(m.kind == kind for m in scene.named.get(sentence, ())) or _brought_in(case, kind):
        return False
    if clauses.of_another(scene.text, sentence, case.quantity.first):
        return False
    if one.match.named and one.by.mention.sentence == sentence - 1 and _only_one(case, one):
        return not _of_any(case)
    told = one.alone or one.match.share >= HALF_NAMED
    return told and one.by.sure and not _of_another(case) and _goes_on(case, one)


def _goes_on(case: Case, one: Candidate) -> bool:
    """Whether a clause tells more of what the text is about: by a pronoun, or it opens with the quantity itself.

    `It draws 559 kW`, `Net interest came to $640 million`; not `A server with eight chips draws 10 kW`.
    """
    scene, quantity, clause = case.scene, case.quantity, clause_words(case)
    if not words("judging.focus.pronouns").isdisjoint({low for _, low in clause}):
        return True
    taken = {k for q in scene.by_sentence[quantity.sentence] for k in range(q.first, q.last)}
    small = either("judging.stop.en", "judging.stop.de", "judging.ellipsis.small", "judging.period.quarter")
    first = next((k for k, low in clause if k not in taken and low[:1].isalpha() and low not in small), quantity.last)
    indefinite = not words("judging.focus.indefinite").isdisjoint({low for k, low in clause if k < first})
    there = dict(stems_of(scene, quantity.sentence)).get(first, ())
    return first < quantity.first and not indefinite and not scene.meanings.own[one.code].isdisjoint(there)


def _brought_in(case: Case, kind: str) -> bool:
    """Whether a sentence brings in another thing of a kind before a number: `a 5GW campus is planned, and its`."""
    low, begin = case.scene.text.low, case.scene.text.sentences[case.quantity.sentence][0]
    some = [k for k in range(begin, case.quantity.first) if low(k) in words("judging.focus.indefinite")]
    return any(kind in stands_for(low(k + away)) for k in some for away in range(1, _NEXT + 1))


def _of_any(case: Case) -> bool:
    """Whether a sentence tells something of any thing of its own: `A server with eight chips draws 10 kW`."""
    begin = case.scene.text.sentences[case.quantity.sentence][0]
    return case.scene.text.low(begin) in words("judging.focus.indefinite")


def _of_another(case: Case) -> bool:
    """Whether a sentence speaks of another one by what it is to the thing told before: `its rival`, `die Tochter`."""
    return bool(case.scene.word_set(case.quantity.sentence) & words("judging.focus.others"))


def _only_one(case: Case, one: Candidate) -> bool:
    """Whether no other thing of the kind is named in the sentences just before."""
    kind = one.subject.partition(":")[0]
    near = range(case.quantity.sentence - 3, case.quantity.sentence + 1)
    named = {m.entity for number in near for m in case.scene.named.get(number, ()) if m.kind == kind}
    return len(named) <= 1
