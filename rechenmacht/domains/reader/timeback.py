"""Words that set a number back from the time told: `a year earlier`, `im Vorjahresquartal`."""

from __future__ import annotations

from rechenmacht.domains.reader import timewords
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

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
    near = quantity.last <= at < quantity.last + 5 or quantity.first - 7 <= at < end <= quantity.first
    if not near or scene.clause(quantity.sentence, at) != scene.clause(quantity.sentence, quantity.first):
        return False
    begin = scene.text.sentences[quantity.sentence][0]
    opens = {token.low for token in scene.text.tokens[max(begin, at - 2) : at]}  # "rose from a year earlier"
    edge = at if at >= quantity.last else end
    return not opens & words("judging.period.against") and not _number_between(scene, quantity, edge)


def phrases(scene: Scene, sentence: int) -> list[Back]:
    """Return the phrases of a sentence that set a number back; sought once for all its numbers."""
    if sentence not in scene.year_back:
        begin = scene.text.sentences[sentence][0]
        lows = tuple(scene.words(sentence)[:400])
        rows = timewords.told_back()
        scene.year_back[sentence] = [
            (begin + k, begin + k + len(phrase), back)
            for k, low in enumerate(lows) if low in rows
            for phrase, back in rows[low] if lows[k : k + len(phrase)] == phrase
        ]  # fmt: skip
    return scene.year_back[sentence]


def _number_between(scene: Scene, quantity: Quantity, place: int) -> bool:
    left, right = min(place, quantity.first), max(place, quantity.last)
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.kind != "date" and left <= q.first < right for q in inside)
