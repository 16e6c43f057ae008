"""Dates against tense: what is over cannot lie ahead, the commonest error of hasty translation."""

from __future__ import annotations

from rechenmacht.domains.reader.checks.scene import Scene, claim_band, distance, numeric, tolerance, verdict, year_span
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.wording import both

_FUTURE = frozenset("wird werden soll sollen will wollen plant planen".split())
_FUTURE_EN = frozenset("will shall aims plans expects intends".split())
_LOOKS_BACK = frozenset(
    "wurde wurden sollte sollten wollte wollten hatte hatten war waren damals ursprünglich eigentlich zuvor "
    "worden would was were had has have "
    "originally previously failed gewesen habe hätte würde würden seit since sagte said predicted "
    "prognostizierte".split()
)


def _ahead(scene: Scene, when: Quantity) -> bool:
    """Whether the clause of a date speaks of the future and nothing in the sentence looks back."""
    begin, end = scene.text.sentences[when.sentence]
    tokens = scene.text.tokens[begin : min(end, begin + 200)]
    words = {token.low for token in tokens}
    if words & _LOOKS_BACK:
        return False
    near = {token.low for token in scene.text.tokens[max(begin, when.first - 14) : min(end, when.last + 14)]}
    return bool(near & (_FUTURE if tokens and tokens[0].lang == "de" else _FUTURE_EN))


def check(scene: Scene, when: Quantity) -> list[Verdict]:
    """Return the verdicts on a past date that the sentence speaks of as future, and on the number it belongs to."""
    days = year_span(when.high if when.high is not None else when.low)
    if when.kind != "date" or days is None or when.hedge == "at_least" or not _ahead(scene, when):
        return []
    inside = scene.by_sentence[when.sentence]
    dates = [q for q in inside if q.kind == "date" and q is not when]
    if any((other := year_span(q.low)) is not None and other[1] < days[0] for q in dates):
        return []  # an earlier date may be the standpoint of the sentence
    number = _number_of(inside, when)
    values = {"date": (when.text, when.text)}
    past = scene.article is not None and days[1] < scene.article
    if past and when.hedge == "up_to":
        found = [
            verdict(
                when,
                "contradicted",
                "tense",
                "tense",
                values,
                expected=(None, scene.article.isoformat() if scene.article else None),
            )
        ]
        if number is not None:
            found.append(verdict(number, "contradicted", "tense", "tense", values))
        return found
    return _measured(scene, when, number)


def _number_of(inside: list[Quantity], when: Quantity) -> Quantity | None:
    numbers = [q for q in inside if q.kind not in {"date", "rank", "duration"}]
    return min(numbers, key=lambda q: abs(q.first - when.first)) if numbers else None


def _measured(scene: Scene, when: Quantity, number: Quantity | None) -> list[Verdict]:
    """Find a measured value of just that date that the sentence announces as future."""
    year = when.high if when.high is not None else when.low
    if number is None or not isinstance(year, str) or number.mid is None:
        return []
    if scene.article is not None and (days := year_span(year)) is not None and days[1] >= scene.article:
        return []
    for link in scene.links.get(number.id, []):
        if not link.strong or scene.base.quantities[link.quantity].period not in {"year", "quarter"}:
            continue
        for claim in scene.base.about[link.subject, link.quantity]:
            if claim.as_of[:4] != year[:4] or claim.basis not in {"measured"} or numeric(number.mid) is None:
                continue
            band = claim_band(scene.base, claim)
            if distance(number, *band) <= 1 + tolerance(number):
                values = {"date": (when.text, when.text), "expected": both(band[0], number.unit, band[1])}
                return [
                    verdict(q, "contradicted", "tense", "tense_fact", values, expected=band, claims=[claim.id])
                    for q in (when, number)
                ]
    return []
