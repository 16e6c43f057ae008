"""Numbers against the other numbers of their sentence: ratios, changes, shares, products, hours over chips."""

from __future__ import annotations

from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import numeric, tolerance
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.shortforms import CHIP_HOURS
from rechenmacht.domains.reader.wording import Pair, alike, both
from rechenmacht.domains.reader.words import stems, words

_TO = words("grammar.relations.to")
_FROM = words("grammar.relations.from")
_NO_TERMS = frozenset({"date", "rank", "ratio", "duration", "vague"})
_SUMMED = frozenset({"FLOP/s", "W", "B", "USD", "EUR", "B/s"})
_HOUR = 3600.0
_WRONG = 1.5


def _terms(scene: Scene, quantity: Quantity) -> list[Quantity]:
    """Return the numbers of the sentence that could be its terms: same unit, values known, no dates."""
    others = [
        q for q in scene.by_sentence[quantity.sentence]
        if q is not quantity and q.kind not in _NO_TERMS and numeric(q.low) and numeric(q.high) and q.hedge != "range"
    ]  # fmt: skip
    by_unit: dict[str, list[Quantity]] = {}
    for other in others:
        by_unit.setdefault("count" if other.unit == "people" else other.unit, []).append(other)
    pairs = [group for group in by_unit.values() if len(group) == 2]
    return pairs[0] if len(pairs) == 1 and all(len(group) <= 2 for group in by_unit.values()) else []


def _texts(quantity: Quantity, one: Quantity, two: Quantity, expected: Pair) -> dict[str, Pair]:
    return {
        "one": alike(one.text), "two": alike(two.text), "given": alike(quantity.text),
        "expected": expected,
    }  # fmt: skip


def from_to(scene: Scene, one: Quantity, two: Quantity) -> bool:
    """Whether the two are tied as `von A auf B`."""
    tokens = scene.text.tokens
    before = tokens[one.first - 1].low if one.first else ""
    between = [tokens[k].low for k in range(one.last, two.first)]
    return before in _FROM and len(between) <= 4 and bool(set(between) & _TO)


def change(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check `um 62 Prozent von A auf B` and `doubled from A to B`."""
    value = quantity.mid
    if quantity.kind not in {"percent", "ratio"} or quantity.noun == "point" or quantity.negated or value is None:
        return None
    terms = _terms(scene, quantity)
    if len(terms) != 2 or not from_to(scene, *terms) or not _positive(terms):
        return None
    start, end = float(terms[0].mid or 0), float(terms[1].mid or 0)
    relative = abs(end - start) / start
    by = quantity.kind == "percent" and _increase(scene, quantity)
    fits = {relative} if by else {relative, end / start, start / end, abs(end - start) / end}
    shown = relative if quantity.kind == "percent" else end / start
    told = Told(_texts(quantity, terms[0], terms[1], both(shown, "1")), (shown, shown))
    return _by_terms(scene, quantity, terms, fits, told)


def _by_terms(scene: Scene, quantity: Quantity, terms: list[Quantity], fits: set[float], told: Told) -> Verdict | None:
    """Judge a change by the values that its two terms allow."""
    value, slack = quantity.mid or 0.0, min(0.06 + sum((tolerance(one) for one in (quantity, *terms)), 0.0), 0.12)
    if any(abs(value - fit) <= max(slack * fit, 0.015) for fit in fits):
        return verdict(quantity, "supported", "arithmetic", "change_terms_ok", told)
    apart = all(abs(value - fit) > max(2.5 * slack * fit, 0.05) for fit in fits)
    return (
        verdict(quantity, "contradicted", "arithmetic", "change_terms", told)
        if apart and _said(scene, quantity)
        else None
    )


def _increase(scene: Scene, quantity: Quantity) -> bool:
    """Whether a percentage is said to be the change itself: `an increase of 59 percent`, `um 59 Prozent`."""
    before = {token.low for token in scene.text.tokens[max(0, quantity.first - 4) : quantity.first]}
    return bool(before & words("physics.words.increase"))


def _said(scene: Scene, quantity: Quantity) -> bool:
    """Whether a change is plainly stated, so that it can be wrong."""
    tied = set(scene.words(quantity.sentence)) & words("physics.words.change")
    return bool(tied) and quantity.hedge in {"exact", "about"}


def _positive(terms: list[Quantity]) -> bool:
    return all((term.mid or 0) > 0 for term in terms)


def _comparable(terms: list[Quantity]) -> bool:
    if len(terms) != 2 or terms[0].kind == "percent" or any((term.mid or 0) <= 0 for term in terms):
        return False
    counted = terms[0].unit in {"count", "people"} and terms[0].noun and terms[1].noun
    return not (counted and terms[0].noun != terms[1].noun)


def ratio(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check a multiple against its own two terms in the sentence (`ten times as many: 500 against 50`)."""
    value = quantity.mid
    if quantity.kind != "ratio" or value is None or value <= 0 or quantity.negated or quantity.hedge == "vague":
        return None
    terms = _terms(scene, quantity)
    if not _comparable(terms):
        return None
    one, two = float(terms[0].mid or 0), float(terms[1].mid or 0)
    true, wanted = max(one, two) / min(one, two), value if value >= 1 else 1 / value
    told = Told(_texts(quantity, terms[0], terms[1], both(true, "count")), (true, true))
    slack = 0.08 + tolerance(terms[0]) + tolerance(terms[1]) + (0.1 if wanted < 5 else tolerance(quantity))
    if abs(true / wanted - 1) <= slack:
        return verdict(quantity, "supported", "arithmetic", "ratio_terms_ok", told)
    if not _tied(scene, quantity, terms) or _bounded(quantity, true, wanted, slack):
        return None
    return verdict(quantity, "contradicted", "arithmetic", "ratio_terms", told)


def _tied(scene: Scene, quantity: Quantity, terms: list[Quantity]) -> bool:
    """Whether a multiple is plainly said of the two numbers: set against each other in one breath."""
    begin = min(terms[0].first, terms[1].first, quantity.first)
    end = max(terms[0].last, terms[1].last, quantity.last)
    if (
        any(token.text in ",;" for token in scene.text.tokens[begin:end])
        or len(scene.by_sentence[quantity.sentence]) > 4
    ):
        return False
    middle = {token.low for token in scene.text.tokens[terms[0].last : terms[1].first]}
    if not middle & words("physics.words.against") or terms[0].time != terms[1].time:
        return False  # two numbers of one thing, or of two years, are no terms of a comparison
    near = all(abs(term.first - quantity.first) < 25 for term in terms)
    return near and bool(words("physics.words.compare") & set(scene.words(quantity.sentence)))


def _bounded(quantity: Quantity, true: float, wanted: float, slack: float) -> bool:
    """Whether a multiple that misses is kept by its own bound, or not far enough off to be wrong."""
    if quantity.hedge == "at_least":
        return true >= wanted / (1 + 3 * slack)
    if quantity.hedge not in {"exact", "about"}:
        return True
    said = quantity.text.lower()
    multiple = any(word in said for word in stems("grammar.relations.multiples"))
    return not multiple or max(true / wanted, wanted / true) <= 1 + 4 * slack


def share(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check a percentage against part and whole: `384 von 1.000 Chips, also 38 Prozent`."""
    value = quantity.mid
    if quantity.kind != "percent" or quantity.noun == "point" or quantity.negated or value is None:
        return None
    terms = _terms(scene, quantity)
    if len(terms) != 2 or not _part_of(scene, *terms) or _of_other(scene, quantity, terms[0]):
        return None
    true = float(terms[0].mid or 0) / float(terms[1].mid or 1)
    told = Told(_texts(quantity, terms[0], terms[1], both(true, "1")), (true, true))
    if abs(true - value) <= 0.02 + 0.1 * true or abs(1 - true - value) <= 0.02:
        return verdict(quantity, "supported", "arithmetic", "share_terms_ok", told)
    if quantity.hedge in {"exact", "about"} and max(true / value, value / true) > _WRONG:
        return verdict(quantity, "contradicted", "arithmetic", "share_terms", told)
    return None


def _of_other(scene: Scene, quantity: Quantity, part: Quantity) -> bool:
    """Whether part and whole are told of something else: `fell to 19 percent, and eight of 13 grids are critical`."""
    between = {scene.text.low(k) for k in range(quantity.last, part.first)}
    return bool(between & words("grammar.relations.and"))


def _part_of(scene: Scene, one: Quantity, two: Quantity) -> bool:
    """Whether the first number is told as a part of the second."""
    between = [scene.text.tokens[k].low for k in range(one.last, two.first)]
    linked = 0 < len(between) <= 4 and between[0] in words("grammar.relations.of_whole")
    return linked and not from_to(scene, one, two) and 0 < (one.mid or 0) <= (two.mid or 0)


def product(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check chips times rate, power or memory per chip against the claimed total of the same sentence."""
    value = quantity.mid
    if quantity.unit not in _SUMMED or value is None or quantity.kind == "vague":
        return None
    pair = _count_and_each(scene, quantity)
    if pair is None or value <= float(pair[1].mid or 0):
        return None
    count, each = pair
    true = float(each.mid or 0) * float(count.mid or 0)
    told = Told(_texts(quantity, count, each, both(true, quantity.unit)), (true, true))
    return _near(quantity, value, true, 0.1 + tolerance(quantity) + tolerance(each), "product", told)


def _count_and_each(scene: Scene, quantity: Quantity) -> tuple[Quantity, Quantity] | None:
    """Return the only count of a sentence and the only number that each of it has, where a total is spoken of."""
    inside = scene.by_sentence[quantity.sentence]
    counts = [q for q in inside if q.unit == "count" and q.noun and (q.mid or 0) > 1]
    same = [q for q in inside if q.unit == quantity.unit and q is not quantity and q.mid]
    whole = set(scene.words(quantity.sentence)) & words("physics.words.total")
    if len(counts) != 1 or len(same) != 1 or not whole or not _per_one(scene, same[0]):
        return None
    return counts[0], same[0]


def _near(quantity: Quantity, value: float, true: float, slack: float, key: str, told: Told) -> Verdict | None:
    if abs(value / true - 1) <= slack:
        return verdict(quantity, "supported", "arithmetic", f"{key}_ok", told)
    if quantity.hedge in {"exact", "about"} and max(value / true, true / value) > _WRONG:
        return verdict(quantity, "contradicted", "arithmetic", key, told)
    return None


def _per_one(scene: Scene, quantity: Quantity) -> bool:
    return bool(scene.near(quantity, 5, 4) & words("physics.words.each"))


def _chip_hours(scene: Scene, sentence: int) -> list[Quantity]:
    """Return the numbers of chip hours in a sentence: `2.8 million GPU hours`."""
    return [quantity for quantity in scene.by_sentence[sentence] if quantity.noun == CHIP_HOURS]


def _of_chips(quantity: Quantity) -> bool:
    return any(one in quantity.noun for one in stems("physics.words.chips"))


def hours(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check how long chip hours last on so many chips: `2.8 million GPU hours on 2,000 GPUs took 58 days`."""
    value = quantity.mid
    if quantity.kind != "duration" or not value:
        return None
    total = _chip_hours(scene, quantity.sentence)
    chips = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.unit == "count" and q not in total and (q.mid or 0) > 1 and _of_chips(q)
    ]  # fmt: skip
    if len(total) != 1 or len(chips) != 1 or not total[0].mid or not chips[0].mid:
        return None
    seconds = total[0].mid / chips[0].mid * _HOUR
    given = value * (31_557_600.0 if quantity.unit == "year" else 1.0)
    told = Told(_texts(quantity, total[0], chips[0], both(seconds, "s")), (seconds, seconds))
    return _near(quantity, given, seconds, 0.1 + tolerance(quantity) + tolerance(total[0]), "hours", told)


def cost(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check the price of chip hours: `2.8 million GPU hours at $2 each cost $5.6 million`."""
    value = quantity.mid
    if quantity.unit not in {"USD", "EUR"} or not value:
        return None
    total = _chip_hours(scene, quantity.sentence)
    prices = [q for q in scene.by_sentence[quantity.sentence] if q.unit == f"{quantity.unit}/h" and q.mid]
    if len(total) != 1 or len(prices) != 1 or not total[0].mid:
        return None
    true = total[0].mid * float(prices[0].mid or 0)
    told = Told(_texts(quantity, total[0], prices[0], both(true, quantity.unit)), (true, true))
    return _near(quantity, value, true, 0.1 + tolerance(quantity) + tolerance(total[0]), "cost", told)


CHECKS = (change, ratio, share, product, hours, cost)
