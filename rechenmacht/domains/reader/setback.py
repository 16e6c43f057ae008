"""Words that set a number back from the time told, or ahead of it: `a year earlier`, `neun Jahre später`."""

from __future__ import annotations

from rechenmacht.domains.reader import datings, timewords
from rechenmacht.domains.reader.clauses import BREAKS
from rechenmacht.domains.reader.lexicon import small_count
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import rows, words

_BESIDE = 2  # small words between a number and the time told for it
Back = tuple[int, int, int]
"""First and last token (excluded) of words that set a number back, and by how many months."""


def says_back(scene: Scene, when: Quantity) -> bool:
    """Whether a date of the text is but `a year earlier`, which is reckoned from the time told before."""
    return any(at < when.last and when.first < end for at, end, _ in phrases(scene, when.sentence))


def months_back(scene: Scene, quantity: Quantity) -> int:
    """Return by how many months a number is set before the time told, 0 for none."""
    back = told_back(scene, quantity)
    return back[2] if back is not None else 0


def told_back(scene: Scene, quantity: Quantity) -> Back | None:
    """Return the words nearest to a number that set it before the time of the sentence (`a year earlier`)."""
    found = [back for back in phrases(scene, quantity.sentence) if _sets_back(scene, quantity, back)]
    if len(found) < 2:
        return found[0] if found else None
    return min(
        found, key=lambda back: back[0] - quantity.last if back[0] >= quantity.last else quantity.first - back[1]
    )


def _sets_back(scene: Scene, quantity: Quantity, back: Back) -> bool:
    """Whether words that set a number back are those of just this number."""
    at, end, _ = back
    near = quantity.last <= at < quantity.last + 5 or quantity.first - 9 <= at < end <= quantity.first
    if not near or not _of_clause(scene, quantity, back):
        return False
    begin = scene.text.sentences[quantity.sentence][0]
    least = max(begin, at - 2, quantity.last if at >= quantity.last else begin)
    opens = {token.low for token in scene.text.tokens[least:at]}  # "rose from a year earlier"
    edge = at if at >= quantity.last else end
    if _dated(scene, quantity.sentence, back) or (end <= quantity.first and _follows(scene, quantity, at)):
        return False
    return not opens & words("judging.period.against") and not _number_between(scene, quantity, edge)


def _follows(scene: Scene, quantity: Quantity, at: int) -> bool:
    """Whether words stand just behind another number of the unit: `$81.6bn in the preceding quarter and $46.7bn`."""
    before = [q for q in scene.beside(quantity) if q is not quantity and 0 <= at - q.last <= _BESIDE]
    return any(all(scene.text.low(k) not in BREAKS for k in range(q.last, at)) for q in before)


def _dated(scene: Scene, sentence: int, back: Back) -> bool:
    """Whether words have a date beside them that says when, or are only compared with.

    `Im Jahr darauf, 2024, flossen`, `mehr als im August des Vorjahres`.
    """
    at, end, _ = back
    dates = datings.dates(scene, sentence)
    if any(0 <= when.first - end <= 1 for when in dates) and scene.text.low(end) in BREAKS:
        return True
    here = [when for when in dates if when.first < end and at < when.last]
    return any(datings.basis(scene, when) is not None for when in here)


def _of_clause(scene: Scene, quantity: Quantity, back: Back) -> bool:
    """Whether words stand in a number's clause, or are all of the one before it: `a year before, it was 20%`."""
    at, end, _ = back
    mine, theirs = (scene.clause(quantity.sentence, place) for place in (quantity.first, at))
    if mine == theirs:
        return True
    begin = scene.text.sentences[quantity.sentence][0]
    opens = at <= begin + 1 or scene.text.low(at - 1) in BREAKS or scene.text.low(at - 2) in BREAKS
    return mine == theirs + 1 and opens and scene.text.low(end) == ","


def phrases(scene: Scene, sentence: int) -> list[Back]:
    """Return the phrases of a sentence that set a number back; sought once for all its numbers."""
    if sentence not in scene.kept.year_back:
        begin = scene.text.sentences[sentence][0]
        lows = tuple(scene.words(sentence)[:400])
        known = timewords.told_back()
        fixed = [
            (begin + k, begin + k + len(phrase), back)
            for k, low in enumerate(lows) if low in known
            for phrase, back in known[low]
            if lows[k : k + len(phrase)] == phrase and (not k or lows[k - 1] not in words("grammar.dates.halves"))
        ]  # fmt: skip
        scene.kept.year_back[sentence] = fixed + [
            one for one in _steps(scene, sentence, lows) if not _within(one, fixed)
        ]
    return scene.kept.year_back[sentence]


def _number_between(scene: Scene, quantity: Quantity, place: int) -> bool:
    left, right = min(place, quantity.first), max(place, quantity.last)
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.kind != "date" and left <= q.first < right for q in inside)


def _within(one: Back, others: list[Back]) -> bool:
    return any(at <= one[0] and one[1] <= end for at, end, _ in others)


def _steps(scene: Scene, sentence: int, lows: tuple[str, ...]) -> list[Back]:
    """Return the steps told in figures or words: `two years earlier`, `neun Jahre später`, `two years on`."""
    begin = scene.text.sentences[sentence][0]
    before, behind, units = (
        words("judging.period.back"),
        words("judging.period.later"),
        rows("judging.period.months_of"),
    )
    found = list[Back]()
    for k in range(2, len(lows)):
        low = lows[k]
        if low not in before and low not in behind:
            continue
        count, length = 1.0 if lows[k - 2] == "a" else small_count(lows[k - 2]), units.get(lows[k - 1])
        if count is not None and length is not None and low != "ago":
            found.append((begin + k - 2, begin + k + 1, round(count * length) * (1 if low in before else -1)))
    return found
