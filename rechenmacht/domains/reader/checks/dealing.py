"""Deals of the base between the firms of a sentence, how far an amount is from each, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rechenmacht.dates import span
from rechenmacht.domains.reader import datings, times, wording
from rechenmacht.domains.reader.checks import parties
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import gap, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import Pair, alike, both, source
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim, Deal

A_YEAR = 380  # days; a deal is dated by what is no longer
STAKES = frozenset({"equity", "warrant"})
GONE = frozenset({"cancelled", "superseded", "expired"})
_MORE = 3  # tokens before an amount within which it is told to be one more
_A_MONTH = 40  # days
_NEARLY = timedelta(days=31)
_NEWS = timedelta(days=120)  # an article this near to a deal tells what was then


@dataclass(frozen=True, slots=True)
class Leg:
    """A deal with one of its claims and how far the number is from it."""

    gap: float
    deal: Deal
    claim: Claim
    band: tuple[float, float]


def between(scene: Scene, quantity: Quantity, codes: tuple[str, ...], named: list[str]) -> list[Leg]:
    """Return the deals between the named parties; those with Stargate need only Stargate."""
    found = []
    for row in scene.base.tables.deals:
        between = row.payer in named and row.payee in named
        stargate = "org:stargate" in named and "org:stargate" in {row.payer, row.payee}
        if not between and not stargate:
            continue
        for code in codes:
            for claim in scene.records.of(f"deal:{row.id}", code):
                band = _ends(scene, claim)
                found.append(Leg(_gap(quantity, claim, scene, band), row, claim, band))
    return found


def _ends(scene: Scene, claim: Claim) -> tuple[float, float]:
    factor = canonical(scene.base, claim.quantity)[1]
    ends = [end * factor for end in (claim.low, claim.value, claim.high) if end]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _gap(quantity: Quantity, claim: Claim, scene: Scene, band: tuple[float, float]) -> float:
    """Return how far a number is from the nearest end of a deal: its low is a floor, its high a ceiling."""
    ends = {end for end in band if end > 0}
    return min((gap(quantity, end, end, closed=True) for end in ends), default=float("inf"))


def low(legs: list[Leg]) -> float:
    """Return the least amount of several deals."""
    return min(leg.band[0] for leg in legs if leg.band[0] > 0) if any(leg.band[0] > 0 for leg in legs) else 0.0


def of_time(scene: Scene, quantity: Quantity, legs: list[Leg]) -> list[Leg]:
    """Return the deals of the time that the sentence gives, or all where it gives none or none is of then."""
    when = times.period(scene, quantity)
    if when is None:  # a date that the sentence tells for another number is not that of this one
        free = [
            leg for leg in legs if not any(one.days <= A_YEAR and of_then(leg, one) for one in _others(scene, quantity))
        ]
        return free or legs
    if when.days > A_YEAR:
        return legs
    if not scene.word_set(quantity.sentence).isdisjoint(words("judging.deal.in_all")):
        return [leg for leg in legs if span(leg.deal.date)[0] <= when.end + _NEARLY]
    then = [leg for leg in legs if of_then(leg, when)]
    return then or legs


def _others(scene: Scene, quantity: Quantity) -> list[Period]:
    """Return the times that a sentence tells for other numbers; one that opens it is told for all of them."""
    inside = scene.by_sentence[quantity.sentence]
    dates = [q.first for q in inside if q.kind == "date"]
    if len(dates) == 1 and dates[0] < min(q.first for q in inside if q.kind != "date"):
        return []
    told = datings.dates_of(scene, quantity.sentence)
    return [Period(*days, stated=True, fiscal=False, text="") for days in told]


def of_then(leg: Leg, when: Period) -> bool:
    """Whether a deal was made in a time, or nearly."""
    first, last = span(leg.deal.date)
    return first - _NEARLY <= when.end and when.start - _NEARLY <= last


def made_then(scene: Scene, quantity: Quantity, leg: Leg) -> bool:
    """Whether the sentence tells of the time when a deal was made, so that it is right whatever became of the deal."""
    when = times.period(scene, quantity)
    if scene.article is not None and abs(scene.article - span(leg.deal.date)[0]) <= _NEWS:
        return True  # an article of those days tells what was then
    return when is not None and when.stated and of_then(leg, when)


def of_others_then(scene: Scene, quantity: Quantity, named: list[str], codes: tuple[str, ...]) -> bool:
    """Whether a number is the amount of a deal that one of the firms had made by then with somebody else."""
    other = others_deal(scene, quantity, named, codes)
    return other is not None and _by_then(scene, other[0])


def by_then(scene: Scene, legs: list[Leg]) -> list[Leg]:
    """Return the deals that an article can know of: those made by its day, or nearly."""
    return [leg for leg in legs if _by_then(scene, leg.deal)]


def _by_then(scene: Scene, deal: Deal) -> bool:
    return scene.article is None or span(deal.date)[0] <= scene.article + _NEARLY


def tell(scene: Scene, quantity: Quantity, leg: Leg, which: Verdicts, reason: str) -> Verdict:
    """Return what is told of a number by one deal."""
    unit = canonical(scene.base, leg.claim.quantity)[0]
    values = {
        "payer": scene.name(leg.deal.payer), "payee": scene.name(leg.deal.payee), "given": alike(quantity.text),
        "expected": both(leg.band[0], unit, leg.band[1]), "source": source(scene.base, [leg.claim]),
        "state": alike(leg.deal.status), "day": wording.when(leg.deal.date),
    }  # fmt: skip
    told = Told(values, leg.band, [leg.claim], f"deal:{leg.deal.id}", leg.claim.quantity)
    if which == "supported":
        gone = leg.deal.status in GONE
        old = gone and not made_then(scene, quantity, leg)
        return verdict(quantity, "outdated" if old else "supported", "facts", "deal_state" if gone else reason, told)
    return verdict(quantity, which, "facts", reason, told)


def tell_sum(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Judge the sum of several deals of one direction that stand; what is told of one month is no sum of years."""
    standing = [leg for leg in legs if leg.deal.status not in GONE and leg.deal.scope == "contract" and leg.deal.band]
    standing = [] if _another(scene, quantity) else _of_month(scene, quantity, standing)
    standing.sort(key=lambda leg: leg.band[1])
    several = _of_several(scene, quantity, standing)
    for side in sorted({_side(leg, several) for leg in standing}):
        each = {leg.deal.id: leg for leg in standing if _side(leg, several) == side}
        mine = _summed(quantity, sorted(each.values(), key=lambda leg: (leg.deal.date, leg.deal.id)))
        if mine:
            return _told_sum(scene, quantity, mine)
    return None


def _of_month(scene: Scene, quantity: Quantity, legs: list[Leg]) -> list[Leg]:
    """Return the deals of the month that a number is told of; all where it is told of all until then: `altogether`."""
    when, in_all = times.period(scene, quantity), words("judging.deal.in_all")
    if (
        when is None
        or not when.stated
        or when.days > _A_MONTH
        or not scene.word_set(quantity.sentence).isdisjoint(in_all)
    ):
        return legs
    return [leg for leg in legs if of_then(leg, when)]


def _another(scene: Scene, quantity: Quantity) -> bool:
    """Whether an amount is told as one more beside others, so that it is no sum: `another $8bn`."""
    before = {token.low for token in scene.text.tokens[max(0, quantity.first - _MORE) : quantity.first]}
    return not (before - words("grammar.relations.more_or_less")).isdisjoint(words("judging.compare.more"))


def _of_several(scene: Scene, quantity: Quantity, legs: list[Leg]) -> bool:
    """Whether a sentence names all that are paid, so that an amount may be what they get together."""
    return {leg.deal.payee for leg in legs} <= set(parties.named(scene, quantity))


def _side(leg: Leg, several: bool) -> tuple[str, str, bool]:
    """Return who pays whom and whether it is for a stake: what is invested and what is ordered are no sum."""
    return leg.deal.payer, "" if several else leg.deal.payee, leg.deal.kind in STAKES


def _summed(quantity: Quantity, legs: list[Leg]) -> list[Leg]:
    """Return the most of the first deals, two at least, that a number is the sum of: up to then, or of all."""
    for count in range(len(legs), 1, -1):
        total = sum((leg.band[1] for leg in legs[:count]), 0.0)
        if gap(quantity, total, total, closed=True) <= 1 + tolerance(quantity):
            return legs[:count]
    return []


def _told_sum(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict:
    """Confirm a number as the sum of deals."""
    deal, claims = legs[0].deal, [leg.claim for leg in legs]
    total, unit = sum((leg.band[1] for leg in legs), 0.0), canonical(scene.base, claims[0].quantity)[0]
    values = {
        "payer": scene.name(deal.payer), "payee": scene.name(deal.payee), "expected": both(total, unit),
        "day": _days(legs),
        "source": source(scene.base, claims),
    }  # fmt: skip
    told = Told(values, (total, total), claims, f"deal:{deal.id}", claims[0].quantity)
    return verdict(quantity, "supported", "facts", "deal_ok", told)


def _days(legs: list[Leg]) -> Pair:
    """Return when deals were made."""
    days = [wording.when(day) for day in dict.fromkeys(leg.deal.date for leg in legs)]
    return ", ".join(day[0] for day in days), ", ".join(day[1] for day in days)


def tell_wrong(scene: Scene, quantity: Quantity, legs: list[Leg], named: list[str], codes: tuple[str, ...]) -> Verdict:
    """Contradict an amount that no deal between the two comes near; name the deal whose amount it is."""
    mine = min(legs, key=lambda leg: (leg.deal.payer != named[0], leg.deal.date, leg.deal.id))
    values = {
        "payer": scene.name(mine.deal.payer), "payee": scene.name(mine.deal.payee), "given": alike(quantity.text),
        "day": wording.when(mine.deal.date),
        "expected": both(mine.band[0], quantity.unit, mine.band[1]), "source": source(scene.base, [mine.claim]),
    }  # fmt: skip
    told = Told(values, mine.band, [mine.claim], f"deal:{mine.deal.id}", mine.claim.quantity)
    value = quantity.mid or 0.0
    if quantity.kind == "money" and any(0.97 <= value / (leg.band[1] * 1e3) <= 1.03 for leg in legs if leg.band[1] > 0):
        return verdict(quantity, "contradicted", "unit", "deal_magnitude", told)
    found = others_deal(scene, quantity, named, codes)
    if found is not None:
        row, claim = found
        pair = tuple(f"{scene.name(row.payer)[k]} + {scene.name(row.payee)[k]}" for k in (0, 1))
        other = Told(values | {"other": (pair[0], pair[1])}, mine.band, [mine.claim, claim], told.subject, told.code)
        return verdict(quantity, "contradicted", "facts", "deal_other", other)
    return verdict(quantity, "contradicted", "facts", "deal_wrong", told)


def others_deal(
    scene: Scene, quantity: Quantity, named: list[str], codes: tuple[str, ...]
) -> tuple[Deal, Claim] | None:
    """Return the deal of one of the firms with somebody else that has just this amount, or None."""
    for row in scene.base.tables.deals:
        if not {row.payer, row.payee} & set(named) or (row.payer in named and row.payee in named):
            continue
        for claim in (claim for code in codes for claim in scene.records.of(f"deal:{row.id}", code)):
            if _gap(quantity, claim, scene, _ends(scene, claim)) <= 1.02:
                return row, claim
    return None
