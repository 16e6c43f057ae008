"""Two numbers of a sentence on two quantities of one thing: the words told in step with each say which is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from rechenmacht.domains.reader import pairing
from rechenmacht.domains.reader.around import stems_of
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks import facts, growth
from rechenmacht.domains.reader.checks.case import Case, settle
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene

_LED = 8  # candidates of a number among which its quantity is looked for
_BY_HALF = 0.5
_WHOLE = 0.99
_GAP = 3  # tokens between words of one phrase
Pair = tuple[Quantity, Quantity]
Span = tuple[int, int]


def check(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return, by number, what stands where order and words of a sentence say another quantity than was judged.

    `For the site, 941 MW is the site power and 672 MW the IT power.`
    """
    verdicts = {one.quantity_id: one for one in told}
    found: dict[str, Verdict] = {}
    for pair in _pairs(scene):
        mine = verdicts[pair[0].id], verdicts[pair[1].id]
        if mine[0].subject is not None and _open(scene, pair, mine):
            found |= _again(scene, pair, mine, mine[0].subject)
    return found


def _open(scene: Scene, pair: Pair, mine: tuple[Verdict, Verdict]) -> bool:
    """Whether two verdicts are on one thing, no changes, and not both confirmed as one quantity at two times."""
    if mine[0].subject != mine[1].subject or any(one.check not in {"facts", "none"} for one in mine):
        return False
    if mine[0].quantity == mine[1].quantity and all(one.verdict == "supported" for one in mine):
        return False
    return not any(growth.changes(scene, quantity) for quantity in pair)


def _again(scene: Scene, pair: Pair, mine: tuple[Verdict, Verdict], subject: str) -> dict[str, Verdict]:
    """Return, by number, the verdicts on two numbers by the quantities that are told in step with them."""
    cases = (settle(scene, pair[0]), settle(scene, pair[1]))
    if _named_apart(cases, mine):
        return {}
    codes = _in_step(scene, pair, cases, subject)
    if codes is None or codes == (mine[0].quantity, mine[1].quantity):
        return {}
    if any(
        case.when is not None and not case.when.fits(scene.records.period(code))
        for case, code in zip(cases, codes, strict=True)
    ):
        return {}  # what a year's quantity is called is told of a quarter
    told = [facts.judge(_of_code(case, subject, code)) for case, code in zip(cases, codes, strict=True)]
    return {one.quantity_id: one for one in told if one is not None}


def _named_apart(cases: tuple[Case, Case], mine: tuple[Verdict, Verdict]) -> bool:
    """Whether the words of both numbers name in whole, each first of all, another quantity, which confirms it."""
    firsts = [case.group[0] if case.group else None for case in cases]
    return mine[0].quantity != mine[1].quantity and all(
        first is not None and first.code == one.quantity and first.match.share >= _WHOLE and one.verdict == "supported"
        for first, one in zip(firsts, mine, strict=True)
    )


def _pairs(scene: Scene) -> Iterator[Pair]:
    """Yield the pairs of numbers of one unit that stand alone of that unit in their sentences."""
    for sentence, inside in scene.by_sentence.items():
        if scene.crowded(sentence) or len(inside) < 2:
            continue
        for unit in sorted({quantity.unit for quantity in inside}):
            same = [q for q in inside if q.unit == unit and q.kind not in {"date", "rank", "ratio"}]
            if len(same) == 2:
                yield same[0], same[1]


def _in_step(scene: Scene, pair: Pair, cases: tuple[Case, Case], subject: str) -> tuple[str, str] | None:
    """Return the quantities of a thing whose words are told in step with two numbers, or None."""
    codes: dict[str, float] = {}
    for case in cases:
        for one in case.ranked[:_LED]:
            if one.subject == subject and one.known and one.match.share >= _BY_HALF:
                codes[one.code] = max(codes.get(one.code, 0.0), one.match.share)
    numbers = [(quantity.first, quantity.last) for quantity in pair]
    here = pair[0].sentence
    for code in codes:  # a whole name stands before words that meet a quantity
        codes[code] += _named(scene, here, code) is not None
    ordered = sorted(combinations(sorted(codes), 2), key=lambda two: -(codes[two[0]] + codes[two[1]]))
    for two in ordered:
        spans = _spans(scene, pair, two)
        if spans is None:
            continue
        rows = sorted(zip(spans, two, strict=True))
        found = pairing.in_step(scene.text.tokens, numbers, [span for span, _ in rows])
        if found:
            return rows[found[0]][1], rows[found[1]][1]
    return None


def _spans(scene: Scene, pair: Pair, codes: tuple[str, str]) -> tuple[Span, Span] | None:
    """Return where each of two quantities is told by words that the other does not share; None where not just once."""
    spans = [_named(scene, pair[0].sentence, code) for code in codes]
    own = scene.meanings.own
    for k, (mine, other) in enumerate((codes, codes[::-1])):
        spans[k] = spans[k] or _told(scene, pair, own[mine] - own[other])
    one, two = spans
    if one is None or two is None or (one[0] < two[1] and two[0] < one[1]):
        return None
    return one, two


def _named(scene: Scene, sentence: int, code: str) -> Span | None:
    """Return where a quantity's whole name stands, where it does so once."""
    found = [(one.first, one.last) for one in scene.said if one.sentence == sentence and code in one.codes]
    return found[0] if len(found) == 1 else None


def _told(scene: Scene, pair: Pair, stems: frozenset[str]) -> Span | None:
    """Return the one stretch of a sentence that holds some stems, or None where there are more or none."""
    sentence = pair[0].sentence
    taken = {k for q in scene.by_sentence[sentence] for k in range(q.first, q.last)}
    taken |= {k for m in scene.named.get(sentence, ()) for k in range(m.first, m.last)}
    places = [k for k, said in stems_of(scene, sentence) if k not in taken and not stems.isdisjoint(said)]
    if not places or any(right - left > _GAP for left, right in pairwise(places)):
        return None
    first, last = places[0], places[-1] + 1
    return None if any(first <= q.first < last for q in pair) else (first, last)


def _of_code(case: Case, subject: str, code: str) -> Case:
    """Return a case on one quantity of a thing alone."""
    mine = [one for one in case.ranked if one.subject == subject and one.code == code]
    found = mine or [_taken(case, subject, code)]
    return replace(case, ranked=found, group=found)


def _taken(case: Case, subject: str, code: str) -> Candidate:
    """Return a candidate for a quantity that only the other number's words met."""
    first = next(one for one in case.ranked if one.subject == subject)
    return replace(first, code=code, known=True)
