"""Amounts and power of deals: who pays whom how much, and what stands in the base between the two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from rechenmacht.dates import span
from rechenmacht.domains.reader import datings, times, wording
from rechenmacht.domains.reader.checks import parties, slips
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import gap, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import Pair, alike, both, source
from rechenmacht.domains.reader.words import stems, words
from rechenmacht.evidence.forms import Claim, Deal

_CODES = {"USD": ("deal_amount",), "EUR": ("deal_amount_eur",), "W": ("deal_power",)}
_WRONG = 1.6
_SHORT = 4  # letters of a stem that is looked for at the beginning of a word only
_NEAR_DEAL = 1.15  # an amount this near is roughly that of the deal
_A_YEAR = 380  # days; a deal is dated by what is no longer
_NEARLY = timedelta(days=31)
_NEWS = timedelta(days=120)  # an article this near to a deal tells what was then
_LONG = timedelta(days=100)  # a deal is not of a time this long before it was made
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_FEW = 4  # deals of one party with others told before, of which one may be meant
_MILLION = 1e6
_STAKES = frozenset({"equity", "warrant"})
_GONE = frozenset({"cancelled", "superseded", "expired"})


@dataclass(frozen=True, slots=True)
class Leg:
    """A deal with one of its claims and how far the number is from it."""

    gap: float
    deal: Deal
    claim: Claim
    band: tuple[float, float]


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge an amount or a power between two parties, or None where the sentence tells of no deal between them."""
    codes = _CODES.get(quantity.unit, ())
    if not codes or quantity.negated or quantity.mid is None or quantity.hedge == "vague":
        return None
    if parties.unread(scene, quantity):
        return None
    named, bound = parties.named(scene, quantity), parties.bound(scene, quantity)
    named = sorted(bound, key=named.index) if len(bound) == 2 else named
    told = named if len(named) != 1 else [*named, *parties.before(scene, quantity)]
    every = [leg for leg in _legs(scene, quantity, codes, told) if _between(leg, bound | set(named[:1]))]
    every = _of_kind(scene, quantity, every)
    undated = _of_other_day(scene, quantity, every)
    if undated is not None:
        return undated
    every = _of_time(scene, quantity, every)
    roles = parties.roles(scene, quantity) if every else (None, None)
    legs = [leg for leg in every if not parties.turned(leg.deal, *roles)]
    return _of_legs(scene, quantity, legs, named, codes) if legs else _turned(scene, quantity, every)


def slipped(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Tell an amount that is that of a deal but for a slip, of the firms that its sentence or the one before names."""
    codes, ends = _CODES.get(quantity.unit, ()), slips.written_ends(quantity)
    if not codes or len(ends) != 1 or not _may_slip(scene, quantity):
        return None
    for leg in _slip_legs(scene, quantity, codes):
        if any(slips.slip(ends[0], end, 1.0, plainly=True, least=_least(quantity)) for end in set(leg.band) - {0.0}):
            return _told(scene, quantity, leg, "contradicted", "deal_slip")
    return None


def _may_slip(scene: Scene, quantity: Quantity) -> bool:
    """Whether nothing in a sentence says that its number is of something else than a deal."""
    if quantity.negated or quantity.role == "opinion" or parties.unread(scene, quantity):
        return False
    return not any(map(_no_deal, scene.words(quantity.sentence)))


def _slip_legs(scene: Scene, quantity: Quantity, codes: tuple[str, ...]) -> list[Leg]:
    """Return the deals that a number may be a slip of; none where it is just that of one of the firms' deals."""
    named, bound = parties.named(scene, quantity), parties.bound(scene, quantity)
    told = [*named, *parties.before(scene, quantity)] if named else []
    legs = [leg for leg in _legs(scene, quantity, codes, told) if {leg.deal.payer, leg.deal.payee} & set(named)]
    legs = _of_time(scene, quantity, _of_kind(scene, quantity, legs))
    here = [leg for leg in legs if _both_in(leg, set(named))]
    if not here and not (of_deal(scene, quantity) or _goes_on_with_deals(scene, quantity)):
        return []
    legs = here or [leg for leg in legs if _between(leg, bound)][:_FEW]
    known = any(leg.gap <= _NEAR_DEAL for leg in legs) or _of_others_then(scene, quantity, named, codes)
    return [] if known else legs


def _both_in(leg: Leg, named: set[str]) -> bool:
    """Whether a sentence names both parties of a deal; of Stargate's, the others need not be named."""
    return {leg.deal.payer, leg.deal.payee} <= named or (leg.deal.payee == "org:stargate" and leg.deal.payee in named)


def _goes_on_with_deals(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence before, of the same paragraph, tells of a deal: `Meta followed with $14.2bn`."""
    before = [q for q in scene.by_sentence.get(quantity.sentence - 1, ()) if q.unit == quantity.unit]
    tokens = scene.text.tokens
    same = bool(before) and tokens[before[0].first].paragraph == tokens[quantity.first].paragraph
    return same and of_deal(scene, before[-1]) and times.period(scene, quantity) is not None


def _of_others_then(scene: Scene, quantity: Quantity, named: list[str], codes: tuple[str, ...]) -> bool:
    """Whether a number is the amount of a deal that one of the firms had made by then with somebody else."""
    other = _others_deal(scene, quantity, named, codes)
    return other is not None and (scene.article is None or span(other[0].date)[0] <= scene.article + _NEARLY)


def _least(quantity: Quantity) -> int:
    """Return how many figures a slip needs to have: one is enough for a word of size."""
    return 1 if quantity.size >= _MILLION or quantity.unit == "W" else 2


def _of_kind(scene: Scene, quantity: Quantity, legs: list[Leg]) -> list[Leg]:
    """Return the deals of the kind that the words of a number tell: shares bought, or something ordered or rented."""
    if not legs:
        return legs
    mine, numbers = scene.clause(quantity.sentence, quantity.first), scene.clauses(quantity.sentence)
    said = {word for word, clause in zip(scene.words(quantity.sentence), numbers, strict=True) if clause == mine}
    stake = any(word.startswith(tuple(stems("judging.deal.stake"))) for word in said)
    order = any(word.startswith(tuple(stems("judging.deal.order"))) for word in said)
    if stake == order:
        return legs
    return [leg for leg in legs if (leg.deal.kind in _STAKES) == stake]


def _of_other_day(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Tell an amount of the two that is told of a time before the deal was made, or of a later signing."""
    when = times.period(scene, quantity)
    if when is None or not _told_day(when) or any(_dated(leg, when) for leg in legs):
        return None
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or best.gap > 1 + tolerance(quantity) or not of_deal(scene, quantity):
        return None
    made = span(best.deal.date)
    before = when.end < made[0] - _LONG
    signed = scene.word_set(quantity.sentence) & words("judging.deal.made")
    if best.deal.kind in _STAKES:
        signed |= scene.word_set(quantity.sentence) & words("judging.deal.put")
    later = when.start > made[1] + _LONG and signed and not _horizon(scene, when)
    return _told(scene, quantity, best, "other", "deal_day") if before or later else None


def _told_day(when: Period) -> bool:
    """Whether a time is told with its year: `on April 20` is of a year that nobody told."""
    return when.stated and when.days <= _A_YEAR and bool(_YEAR.search(when.text))


def _horizon(scene: Scene, when: Period) -> bool:
    """Whether the words before a date make it one that a deal runs to or begins with: `until 2031`, `ab 2027`."""
    tokens = scene.text.tokens
    spots = [q.first for q in scene.quantities if q.kind == "date" and q.text == when.text]
    leads = words("judging.deal.horizon")
    return any(token.low in leads for first in spots for token in tokens[max(0, first - 3) : first])


def _between(leg: Leg, bound: set[str]) -> bool:
    """Whether a deal is one of the firms that a number is bound to; of Stargate's, the others need not be named."""
    return bound <= {leg.deal.payer, leg.deal.payee} or leg.deal.payee == "org:stargate"


def _of_legs(
    scene: Scene, quantity: Quantity, legs: list[Leg], named: list[str], codes: tuple[str, ...]
) -> Verdict | None:
    """Judge a number by the deals that it may be of."""
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.status in _GONE, leg.deal.date, leg.deal.id))
    if best.gap <= 1 + tolerance(quantity):
        return _told(scene, quantity, best, "supported", "deal_ok")
    summed = _sum(scene, quantity, legs)
    if summed is not None or not of_deal(scene, quantity) or len(named) != 2:
        return summed
    if best.gap <= _NEAR_DEAL:
        return _told(scene, quantity, best, "imprecise", "deal_near")
    if best.gap <= _WRONG:
        return None
    signed = scene.word_set(quantity.sentence) & words("judging.deal.made")
    if (
        _low(legs) * 0.5 > (quantity.mid or 0.0) and not signed
    ):  # a part, an instalment; or just the amount of another deal of then
        other = _others_deal(scene, quantity, named, codes)
        dated = other is not None and _then(scene, quantity, Leg(1.0, other[0], other[1], (0.0, 0.0)))
        here = other is not None and {other[0].payer, other[0].payee} <= set(parties.named(scene, quantity))
        return _wrong(scene, quantity, legs, named, codes) if dated or here else None
    return _wrong(scene, quantity, legs, named, codes)


def _turned(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Contradict the amount of a deal of which the sentence turns payer and payee round."""
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or best.gap > 1 + tolerance(quantity) or not of_deal(scene, quantity):
        return None
    return _told(scene, quantity, best, "contradicted", "deal_turned")


def _of_time(scene: Scene, quantity: Quantity, legs: list[Leg]) -> list[Leg]:
    """Return the deals of the time that the sentence gives, or all where it gives none or none is of then."""
    when = times.period(scene, quantity)
    if when is None:  # a date that the sentence tells for another number is not that of this one
        dated = [
            Period(*days, stated=True, fiscal=False, text="") for days in datings.dates_of(scene, quantity.sentence)
        ]
        free = [leg for leg in legs if not any(one.days <= _A_YEAR and _dated(leg, one) for one in dated)]
        return free or legs
    if when.days > _A_YEAR:
        return legs
    then = [leg for leg in legs if _dated(leg, when)]
    return then or legs


def _dated(leg: Leg, when: Period) -> bool:
    first, last = span(leg.deal.date)
    return first - _NEARLY <= when.end and when.start - _NEARLY <= last


def _then(scene: Scene, quantity: Quantity, leg: Leg) -> bool:
    """Whether the sentence tells of the time when a deal was made, so that it is right whatever became of the deal."""
    when = times.period(scene, quantity)
    if scene.article is not None and abs(scene.article - span(leg.deal.date)[0]) <= _NEWS:
        return True  # an article of those days tells what was then
    return when is not None and when.stated and _dated(leg, when)


def of_deal(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence plainly tells of a deal, not of a valuation, a revenue or an opinion."""
    rows = scene.words(quantity.sentence)
    said = " ".join(rows)
    told = any(stem in said for stem in stems("judging.deal.words"))
    return told and not any(map(_no_deal, rows)) and quantity.role != "opinion"


@cache
def _no_deal(word: str) -> bool:
    """Whether a word tells of something else than a deal: `Konzernumsatz`; `geschlossen` is not of `loss`."""
    told = stems("judging.deal.not_a_deal")
    return any(stem in word if len(stem) > _SHORT else word.startswith(stem) for stem in told)


def between_firms(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence plainly tells of a deal and names two firms and more."""
    return quantity.unit in _CODES and of_deal(scene, quantity) and len(parties.named(scene, quantity)) > 1


def _low(legs: list[Leg]) -> float:
    return min(leg.band[0] for leg in legs if leg.band[0] > 0) if any(leg.band[0] > 0 for leg in legs) else 0.0


def _legs(scene: Scene, quantity: Quantity, codes: tuple[str, ...], named: list[str]) -> list[Leg]:
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


def _told(scene: Scene, quantity: Quantity, leg: Leg, which: Verdicts, reason: str) -> Verdict:
    unit = canonical(scene.base, leg.claim.quantity)[0]
    values = {
        "payer": scene.name(leg.deal.payer), "payee": scene.name(leg.deal.payee), "given": alike(quantity.text),
        "expected": both(leg.band[0], unit, leg.band[1]), "source": source(scene.base, [leg.claim]),
        "state": alike(leg.deal.status), "day": wording.when(leg.deal.date),
    }  # fmt: skip
    told = Told(values, leg.band, [leg.claim], f"deal:{leg.deal.id}", leg.claim.quantity)
    if which == "supported":
        gone = leg.deal.status in _GONE
        old = gone and not _then(scene, quantity, leg)
        return verdict(quantity, "outdated" if old else "supported", "facts", "deal_state" if gone else reason, told)
    return verdict(quantity, which, "facts", reason, told)


def _sum(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Judge the sum of several deals of one direction that stand."""
    standing = [leg for leg in legs if leg.deal.status not in _GONE and leg.deal.scope == "contract" and leg.deal.band]
    standing.sort(key=lambda leg: leg.band[1])
    for side in sorted({_side(leg) for leg in standing}):
        each = {leg.deal.id: leg for leg in standing if _side(leg) == side}
        mine = _summed(quantity, sorted(each.values(), key=lambda leg: (leg.deal.date, leg.deal.id)))
        if mine:
            return _told_sum(scene, quantity, mine)
    return None


def _side(leg: Leg) -> tuple[str, bool]:
    """Return who pays and whether it is for a stake: what is invested and what is ordered are no sum."""
    return leg.deal.payer, leg.deal.kind in _STAKES


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


def _wrong(scene: Scene, quantity: Quantity, legs: list[Leg], named: list[str], codes: tuple[str, ...]) -> Verdict:
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
    found = _others_deal(scene, quantity, named, codes)
    if found is not None:
        row, claim = found
        pair = tuple(f"{scene.name(row.payer)[k]} + {scene.name(row.payee)[k]}" for k in (0, 1))
        other = Told(values | {"other": (pair[0], pair[1])}, mine.band, [mine.claim, claim], told.subject, told.code)
        return verdict(quantity, "contradicted", "facts", "deal_other", other)
    return verdict(quantity, "contradicted", "facts", "deal_wrong", told)


def _others_deal(
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
