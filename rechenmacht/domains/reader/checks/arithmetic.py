"""Numbers against the other numbers of their sentence: ratios, changes in percent, shares, products."""

from __future__ import annotations

from rechenmacht.domains.reader.checks.scene import Scene, claim_band, numeric, tolerance, verdict
from rechenmacht.domains.reader.linking import CUES, canonical
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.wording import both

_FROM_TO = frozenset({"auf", "to", "bis"})
_FROM = frozenset({"von", "from"})


def _terms(scene: Scene, quantity: Quantity) -> list[Quantity]:
    """Return the numbers of the sentence that could be its terms: same unit, values known, no dates."""
    others = [
        q for q in scene.by_sentence[quantity.sentence]
        if q is not quantity and q.kind not in {"date", "rank", "ratio", "duration", "vague"} and numeric(q.low)
        and numeric(q.high) and q.hedge != "range"
    ]  # fmt: skip
    by_unit: dict[str, list[Quantity]] = {}
    for other in others:
        by_unit.setdefault("count" if other.unit == "people" else other.unit, []).append(other)
    pairs = [group for group in by_unit.values() if len(group) == 2]
    return pairs[0] if len(pairs) == 1 and all(len(group) <= 2 for group in by_unit.values()) else []


def _from_to(scene: Scene, one: Quantity, two: Quantity) -> bool:
    """Whether the two are tied as `von A auf B`."""
    tokens = scene.text.tokens
    before = tokens[one.first - 1].low if one.first else ""
    between = [tokens[k].low for k in range(one.last, two.first)]
    return before in _FROM and len(between) <= 4 and bool(set(between) & _FROM_TO)


def change(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check `um 62 Prozent von A auf B` and `doubled from A to B`."""
    if quantity.kind not in {"percent", "ratio"} or quantity.noun == "point" or quantity.negated:
        return None
    terms = _terms(scene, quantity)
    value = quantity.mid
    if len(terms) != 2 or value is None or not _from_to(scene, *terms):
        return None
    start, end = float(terms[0].mid or 0), float(terms[1].mid or 0)
    if start <= 0 or end <= 0:
        return None
    relative = abs(end - start) / start
    fits = {relative, end / start, start / end, abs(end - start) / end}
    values = {
        "one": (terms[0].text, terms[0].text),
        "two": (terms[1].text, terms[1].text),
        "given": (quantity.text, quantity.text),
    }
    slack = min(0.06 + tolerance(quantity) + tolerance(terms[0]) + tolerance(terms[1]), 0.12)
    shown = relative if quantity.kind == "percent" else end / start
    values["expected"] = both(shown, "1")
    if any(abs(value - fit) <= max(slack * fit, 0.015) for fit in fits):
        return verdict(quantity, "supported", "arithmetic", "change_terms_ok", values, expected=(shown, shown))
    words = scene.words(quantity.sentence)
    tied = any(
        word in words
        for word in ("um", "by", "plus", "%", "prozent", "percent", "verdoppelt", "doubled", "tripled", "mal", "times")
    )
    if (
        quantity.hedge in {"exact", "about"}
        and tied
        and all(abs(value - fit) > max(2.5 * slack * fit, 0.05) for fit in fits)
    ):
        return verdict(quantity, "contradicted", "arithmetic", "change_terms", values, expected=(shown, shown))
    return None


_AGAINST = frozenset(
    "als wie than as gegen against versus vs statt gegenüber compared verglichen while während dagegen".split()
)
_COMPARE = frozenset(
    "wie als than as the so more mehr schneller faster größer larger gegenüber compared verglichen".split()
)


def ratio(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check a multiple against its own two terms in the sentence (`ten times as many: 500 against 50`)."""
    value = quantity.mid
    if quantity.kind != "ratio" or value is None or value <= 0 or quantity.negated or quantity.hedge == "vague":
        return None
    terms = _terms(scene, quantity)
    if len(terms) != 2 or (
        terms[0].noun != terms[1].noun and terms[0].unit in {"count", "people"} and terms[0].noun and terms[1].noun
    ):
        return None
    one, two = float(terms[0].mid or 0), float(terms[1].mid or 0)
    if one <= 0 or two <= 0 or terms[0].kind == "percent":
        return None
    true = max(one, two) / min(one, two)
    wanted = value if value >= 1 else 1 / value
    values = {
        "one": (terms[0].text, terms[0].text),
        "two": (terms[1].text, terms[1].text),
        "given": (quantity.text, quantity.text),
        "expected": both(true, "count"),
    }
    slack = 0.08 + tolerance(terms[0]) + tolerance(terms[1]) + (0.1 if wanted < 5 else tolerance(quantity))
    if abs(true / wanted - 1) <= slack:
        return verdict(quantity, "supported", "arithmetic", "ratio_terms_ok", values, expected=(true, true))
    apart = min(terms[0].first, terms[1].first), max(terms[0].last, terms[1].last)
    between = scene.text.tokens[min(apart[0], quantity.first) : max(apart[1], quantity.last)]
    if any(token.text in ",;" for token in between):
        return None
    middle = {token.low for token in scene.text.tokens[terms[0].last : terms[1].first]}
    if not middle & _AGAINST or terms[0].time != terms[1].time:
        return None  # two numbers of one thing, or of two years, are no terms of a comparison
    bounded = (quantity.hedge == "at_least" and true >= wanted) or (
        quantity.hedge in {"up_to", "almost"} and true <= wanted
    )
    tied = (
        _COMPARE & set(scene.words(quantity.sentence))
        and abs(terms[0].first - quantity.first) < 25
        and abs(terms[1].first - quantity.first) < 25
    )
    if (
        bounded
        or not tied
        or quantity.hedge not in {"exact", "about", "at_least"}
        or len(scene.by_sentence[quantity.sentence]) > 4
    ):
        return None
    if quantity.hedge == "at_least" and true >= wanted / (1 + 3 * slack):
        return None
    if max(true / wanted, wanted / true) > 1 + 4 * slack and any(
        w in quantity.text.lower() for w in ("mal", "times", "fach", "doppel", "twice", "x")
    ):
        return verdict(quantity, "contradicted", "arithmetic", "ratio_terms", values, expected=(true, true))
    return None


def share(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check a percentage against part and whole: `384 von 1.000 Chips, also 38 Prozent`."""
    if quantity.kind != "percent" or quantity.noun == "point" or quantity.negated:
        return None
    terms = _terms(scene, quantity)
    value = quantity.mid
    if len(terms) != 2 or value is None or _from_to(scene, *terms):
        return None
    between = [scene.text.tokens[k].low for k in range(terms[0].last, terms[1].first)]
    if not (0 < len(between) <= 4 and between[0] in {"von", "of", "out", "der"}):
        return None
    part, whole = float(terms[0].mid or 0), float(terms[1].mid or 0)
    if not 0 < part <= whole:
        return None
    true = part / whole
    values = {
        "one": (terms[0].text, terms[0].text),
        "two": (terms[1].text, terms[1].text),
        "given": (quantity.text, quantity.text),
        "expected": both(true, "1"),
    }
    if abs(true - value) <= 0.02 + 0.1 * true or abs(1 - true - value) <= 0.02:
        return verdict(quantity, "supported", "arithmetic", "share_terms_ok", values, expected=(true, true))
    if quantity.hedge in {"exact", "about"} and max(true / value, value / true) > 1.5:
        return verdict(quantity, "contradicted", "arithmetic", "share_terms", values, expected=(true, true))
    return None


def product(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check chips times rate, power or memory per chip against the claimed total of the same sentence."""
    unit = quantity.unit
    value = quantity.mid
    inside = scene.by_sentence[quantity.sentence]
    if unit not in {"FLOP/s", "W", "B", "USD", "EUR", "B/s"} or value is None or quantity.kind == "vague":
        return None
    counts = [q for q in inside if q.unit == "count" and q.noun and (q.mid or 0) > 1]
    same = [q for q in inside if q.unit == unit and q is not quantity and q.mid]
    if (
        len(counts) != 1
        or len(same) != 1
        or {"insgesamt", "total", "zusammen", "together", "summe", "gesamt", "combined"}.isdisjoint(
            scene.words(quantity.sentence)
        )
    ):
        return None
    each, count = float(same[0].mid or 0), float(counts[0].mid or 0)
    if value <= each or not _per_one(scene, same[0]):
        return None
    true = each * count
    values = {
        "one": (counts[0].text, counts[0].text),
        "two": (same[0].text, same[0].text),
        "given": (quantity.text, quantity.text),
        "expected": both(true, unit),
    }
    slack = 0.1 + tolerance(quantity) + tolerance(same[0])
    if abs(value / true - 1) <= slack:
        return verdict(quantity, "supported", "arithmetic", "product_ok", values, expected=(true, true))
    if quantity.hedge in {"exact", "about"} and max(value / true, true / value) > 1.5:
        return verdict(quantity, "contradicted", "arithmetic", "product", values, expected=(true, true))
    return None


def _per_one(scene: Scene, quantity: Quantity) -> bool:
    near = {
        scene.text.tokens[k].low
        for k in range(max(0, quantity.first - 5), min(len(scene.text.tokens), quantity.last + 4))
    }
    return bool(near & {"je", "jeweils", "pro", "per", "each", "apiece"})


def _compared(scene: Scene, quantity: Quantity) -> tuple[str, str] | None:
    """Return the two things of one kind that `A has ten times the X of B` names, A before the multiple and B behind."""
    inside = [m for m in scene.named.get(quantity.sentence, []) if m.kind in {"chip", "system"} and not m.weak]
    before = {m.entity: m for m in inside if m.last <= quantity.first}
    behind = [m for m in inside if quantity.last <= m.first <= quantity.last + 12]
    if len(before) != 1 or len({m.entity for m in inside}) != 2 or not behind:
        return None
    one, two = next(iter(before.values())), behind[0]
    link = {token.low for token in scene.text.tokens[quantity.last : two.first]}
    between = [q for q in scene.by_sentence[quantity.sentence] if quantity.last <= q.first < two.first]
    if one.entity == two.entity or one.kind != two.kind or between or not link & _OF:
        return None
    return one.entity, two.entity


_OF = frozenset("of than as wie als gegenüber eines einer des der ein's".split())


_OTHER_ADVANTAGE = (
    "token", "inferenz", "inference", "training", "effizien", "efficien", "billig", "cheap", "latenz", "generation",
)  # fmt: skip


def _stated(quantity: Quantity) -> float | None:
    """Return the multiple that the article states as a fact, or None."""
    value = quantity.mid
    if quantity.kind != "ratio" or value is None or value <= 0 or quantity.negated or quantity.hedge == "vague":
        return None
    return None if quantity.role in {"planned", "forecast", "opinion"} else value


def _known_ratios(scene: Scene, named: tuple[str, str], words: str) -> list[tuple[float, str]]:
    """Return the ratios between the two that the fact base knows for what the words speak of, each with its code."""
    ratios: list[tuple[float, str]] = []
    for code, cue in CUES.items():
        if not any(stem in words for stem in cue.any_of) or any(stem in words for stem in cue.none_of):
            continue
        if not any(stem in words for stem in _MEANT.get(canonical(scene.base, code)[0], ())):
            continue
        ends = [[claim_band(scene.base, c) for c in scene.base.about.get((entity, code), [])] for entity in named]
        ratios += [(one[1] / two[0], code) for one in ends[0] for two in ends[1] if two[0] > 0]
    return ratios


def facts_ratio(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Check a multiple between two named chips, systems or blocs against the same quantity of both in the fact base."""
    value = _stated(quantity)
    named = _compared(scene, quantity) if value is not None else None
    if value is None or named is None:
        return None
    words = " ".join(token.low for token in scene.text.tokens[max(0, quantity.first - 6) : quantity.last + 5])
    ratios = _known_ratios(scene, named, words)
    if not ratios:
        return None
    wanted = value if value >= 1 else 1 / value
    best = min(ratios, key=lambda row: max(_factor(row[0]) / wanted, wanted / _factor(row[0])))
    expected = _factor(best[0])
    gap = max(expected / wanted, wanted / expected)
    values = {
        "what": scene.what(best[1]),
        "one": scene.name(named[0]),
        "two": scene.name(named[1]),
        "expected": both(expected, "count"),
        "given": (quantity.text, quantity.text),
    }
    claims = [c.id for entity in named for c in scene.base.about.get((entity, best[1]), [])]
    band = (expected, expected)
    if gap <= 1.15 + tolerance(quantity) or (quantity.hedge == "at_least" and expected >= wanted):
        return verdict(quantity, "supported", "facts", "ratio_facts_ok", values, expected=band, claims=claims)
    plain = quantity.hedge in {"exact", "about", "at_least"} and not any(w in words for w in _OTHER_ADVANTAGE)
    if gap > 1.7 and plain:
        return verdict(quantity, "contradicted", "facts", "ratio_facts", values, expected=band, claims=claims)
    return None


_MEANT = {"B": ("speicher", "memory", "hbm"), "FLOP/s": ("rechenleistung", "flop", "computing power", "compute",
    "petaflop"),
          "W": ("strom", "power consumption", "watt", "leistungsaufnahme", "energie", "electricity"),
          "B/s": ("speicherbandbreite", "memory bandwidth"),
          "count": ("so viele chips", "as many chips", "chips", "gpus", "prozessoren")}  # fmt: skip


def _factor(value: float) -> float:
    return value if value >= 1 else 1 / value


CHECKS = (change, ratio, share, product, facts_ratio)
