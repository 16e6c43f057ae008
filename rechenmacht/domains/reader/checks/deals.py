"""Amounts and power of deals: who pays whom how much, and what stands in the base between the two."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

from rechenmacht.dates import span
from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.checks import dealing, dealparts, parties, slips
from rechenmacht.domains.reader.checks.dealing import Leg
from rechenmacht.domains.reader.checks.values import tolerance
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import either, stems, words

_CODES = {"USD": ("deal_amount",), "EUR": ("deal_amount_eur",), "W": ("deal_power",)}
_WRONG = 1.6
_SHORT = 4  # letters of a stem that is looked for at the beginning of a word only
_NEAR_DEAL = 1.15  # an amount this near is roughly that of the deal
_LONG = timedelta(days=100)  # a deal is not of a time this long before it was made
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_FEW = 4  # deals of one party with others told before, of which one may be meant
_A_MONTH = 40  # days
_PAIR = 2
_INTO = 3  # tokens behind an amount within which it is said into whom it is put
_MILLION = 1e6


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge an amount or a power between two parties, or None where the sentence tells of no deal between them."""
    if quantity.unit not in _CODES or quantity.negated or quantity.mid is None or quantity.hedge == "vague":
        return None
    if parties.unread(scene, quantity):
        return None
    whole = dealparts.whole_of(scene, quantity)
    if whole is not None:
        found = dealparts.judge(scene, quantity, judge(scene, whole))
        if found is not None or not dealparts.elsewhere(scene, quantity, whole):
            return found
    return _between_firms(scene, quantity, part=whole is not None)


def _between_firms(scene: Scene, quantity: Quantity, *, part: bool) -> Verdict | None:
    """Judge a number by the deals between the firms that its sentence tells it for."""
    codes = _CODES[quantity.unit]
    named, bound = parties.named(scene, quantity), parties.bound(scene, quantity)
    joint = parties.joint(scene, quantity)
    named = sorted(bound, key=named.index) if len(bound) == _PAIR and not joint else named
    told = [*named, *parties.before(scene, quantity)] if _open(scene, quantity, named) else named
    roles = parties.roles(scene, quantity)
    sides = bound if len(bound) == _PAIR or part else bound | _other_side(named, bound, roles)
    told = [*told, *parties.stand_ins(scene, quantity)]
    every = [leg for leg in dealing.between(scene, quantity, codes, told) if _between(leg, sides)]
    if not every:
        mine = list(bound) if len(bound) == 1 else parties.led_to(scene, quantity)
        return _with_before(scene, quantity, codes, [*mine, *parties.before(scene, quantity)]) if mine else None
    alone = sides - bound <= set(roles) and not joint and _only_of(every, sides)
    pair = sorted(sides) if alone else named
    return _by_day(scene, quantity, _of_kind(scene, quantity, every), pair, codes)


def _only_of(legs: list[Leg], sides: set[str]) -> bool:
    """Whether all deals are between the same two firms."""
    return len(sides) == _PAIR and all({leg.deal.payer, leg.deal.payee} == sides for leg in legs)


def _open(scene: Scene, quantity: Quantity, named: list[str]) -> bool:
    """Whether the sentences before need to say who the other party is."""
    return len(named) == 1 or (not named and parties.points(scene, quantity))


def _by_day(
    scene: Scene, quantity: Quantity, every: list[Leg], named: list[str], codes: tuple[str, ...]
) -> Verdict | None:
    """Judge a number by the deals between its firms, as to their day and direction first."""
    undated = _of_other_day(scene, quantity, every) or _of_others_day(scene, quantity, every)
    if undated is not None:
        return undated
    every = dealing.of_time(scene, quantity, every)
    roles = parties.roles(scene, quantity)
    legs = [leg for leg in every if not parties.turned(leg.deal, *roles)]
    return _of_legs(scene, quantity, legs, named, codes) if legs else _turned(scene, quantity, every)


def _other_side(named: list[str], bound: set[str], roles: tuple[str | None, str | None]) -> set[str]:
    """Return the firm that the verb of a number is said of, where it is not the one by the number; else the first."""
    said = {one for one in roles if one is not None and one in named} - bound
    return said or set(named[:1])


def _with_before(scene: Scene, quantity: Quantity, codes: tuple[str, ...], told: list[str]) -> Verdict | None:
    """Confirm an amount as that of a deal of its firm with one told before: `in return Nvidia puts $10bn into it`."""
    legs = [leg for leg in dealing.between(scene, quantity, codes, told) if _between(leg, set(told[:1]))]
    legs = dealing.of_time(scene, quantity, _of_kind(scene, quantity, legs))
    roles = parties.roles(scene, quantity) if legs else (None, None)
    legs = dealing.by_then(scene, [leg for leg in legs if not parties.turned(leg.deal, *roles)])
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or best.gap > 1 + tolerance(quantity) or not of_deal(scene, quantity):
        return None
    return dealing.tell(scene, quantity, best, "supported", "deal_ok")


def slipped(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Tell an amount that is that of a deal but for a slip, of the firms that its sentence or the one before names."""
    codes, ends = _CODES.get(quantity.unit, ()), slips.written_ends(quantity)
    if not codes or len(ends) != 1 or not _may_slip(scene, quantity):
        return None
    for leg in _slip_legs(scene, quantity, codes):
        if any(slips.slip(ends[0], end, 1.0, plainly=True, least=_least(quantity)) for end in set(leg.band) - {0.0}):
            return dealing.tell(scene, quantity, leg, "contradicted", "deal_slip")
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
    legs = [
        leg for leg in dealing.between(scene, quantity, codes, told) if {leg.deal.payer, leg.deal.payee} & set(named)
    ]
    legs = dealing.of_time(scene, quantity, _of_kind(scene, quantity, legs))
    here = [leg for leg in legs if _both_in(leg, set(named))]
    if not here and not (of_deal(scene, quantity) or _goes_on_with_deals(scene, quantity)):
        return []
    legs = here or [leg for leg in legs if _between(leg, bound)][:_FEW]
    known = any(leg.gap <= _NEAR_DEAL for leg in legs) or dealing.of_others_then(scene, quantity, named, codes)
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
    return [leg for leg in legs if (leg.deal.kind in dealing.STAKES) == stake]


def _of_other_day(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Tell an amount of the two that is told of a time before the deal was made, or of a later signing."""
    when = times.period(scene, quantity)
    if when is None or not _told_day(when) or any(dealing.of_then(leg, when) for leg in legs):
        return None
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or best.gap > 1 + tolerance(quantity) or not of_deal(scene, quantity):
        return None
    made = span(best.deal.date)
    before = when.end < made[0] - _LONG
    signed = scene.word_set(quantity.sentence) & words("judging.deal.made")
    if best.deal.kind in dealing.STAKES:
        signed |= scene.word_set(quantity.sentence) & words("judging.deal.put")
    later = when.start > made[1] + _LONG and signed and not _horizon(scene, when)
    return dealing.tell(scene, quantity, best, "other", "deal_day") if before or later else None


def _of_others_day(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Tell an amount of the two that is told of the month of one of their deals and is just that of another."""
    when = times.period(scene, quantity)
    if when is None or not _of_one_month(scene, quantity, when) or not of_deal(scene, quantity):
        return None
    then = [leg for leg in legs if dealing.of_then(leg, when)]
    others = [leg for leg in legs if _apart(leg, when) and leg.gap <= 1 + tolerance(quantity)]
    best = min(others, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or any(leg.gap <= _NEAR_DEAL for leg in then):
        return None
    same = any((leg.deal.payer, leg.deal.kind) == (best.deal.payer, best.deal.kind) for leg in then)
    return dealing.tell(scene, quantity, best, "other", "deal_day") if same else None


def _of_one_month(scene: Scene, quantity: Quantity, when: Period) -> bool:
    """Whether a month is told for a number, by the date nearest to it, and for no time that a deal runs to."""
    told = when.stated and when.days <= _A_MONTH and _nearest_date(scene, quantity) == when.text
    return told and not _horizon(scene, when)


def _nearest_date(scene: Scene, quantity: Quantity) -> str:
    """Return the date that stands nearest to a number in its sentence."""
    dates = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    places = [(max(q.first - quantity.last, quantity.first - q.last), q.text) for q in dates]
    near = sorted(places)
    return near[0][1] if near and (len(near) == 1 or near[0][0] < near[1][0]) else ""


def _apart(leg: Leg, when: Period) -> bool:
    """Whether a deal was made long before a time or after it."""
    first, last = span(leg.deal.date)
    return when.end < first - _LONG or when.start > last + _LONG


def _told_day(when: Period) -> bool:
    """Whether a time is told with its year: `on April 20` is of a year that nobody told."""
    return when.stated and when.days <= dealing.A_YEAR and bool(_YEAR.search(when.text))


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
    legs = dealing.by_then(scene, legs)
    best = min(
        legs, key=lambda leg: (leg.gap, leg.deal.status in dealing.GONE, leg.deal.date, leg.deal.id), default=None
    )
    if best is None:
        return None
    if best.gap <= 1 + tolerance(quantity):
        return dealing.tell(scene, quantity, best, "supported", "deal_ok")
    summed = dealing.tell_sum(scene, quantity, legs)
    if summed is not None or not of_deal(scene, quantity) or len(named) != 2:
        return summed
    if best.gap <= _NEAR_DEAL:
        return dealing.tell(scene, quantity, best, "imprecise", "deal_near")
    if best.gap <= _WRONG or (best.deal.kind != "debt" and _lent(scene, quantity)):
        return None
    return _far(scene, quantity, legs, named, codes)


def _far(scene: Scene, quantity: Quantity, legs: list[Leg], named: list[str], codes: tuple[str, ...]) -> Verdict | None:
    """Contradict an amount far from the deals of its firms, but what may be a part or an instalment of one."""
    if parties.unclear(scene, quantity):
        return None  # `the company puts $10bn into Anthropic, alongside Microsoft`: neither need be of those two
    signed = scene.word_set(quantity.sentence) & words("judging.deal.made")
    if dealing.low(legs) * 0.5 <= (quantity.mid or 0.0) or signed:
        return dealing.tell_wrong(scene, quantity, legs, named, codes)
    other = dealing.others_deal(scene, quantity, named, codes)  # just the amount of another deal of then
    if other is None:
        return None
    dated = dealing.made_then(scene, quantity, Leg(1.0, other[0], other[1], (0.0, 0.0)))
    here = {other[0].payer, other[0].payee} <= set(parties.named(scene, quantity))
    return dealing.tell_wrong(scene, quantity, legs, named, codes) if dated or here else None


def _lent(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence tells of what is lent: `Oracle borrows $25bn to build for OpenAI` is no deal of the two."""
    debts = tuple(stems("judging.deal.debts"))
    return any(word.startswith(debts) for word in scene.words(quantity.sentence))


def _turned(scene: Scene, quantity: Quantity, legs: list[Leg]) -> Verdict | None:
    """Contradict the amount of a deal of which the sentence turns payer and payee round."""
    best = min(legs, key=lambda leg: (leg.gap, leg.deal.date, leg.deal.id), default=None)
    if best is None or best.gap > 1 + tolerance(quantity) or not of_deal(scene, quantity):
        return None
    return dealing.tell(scene, quantity, best, "contradicted", "deal_turned")


def of_deal(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence plainly tells of a deal, not of a valuation, a revenue or an opinion."""
    rows = scene.words(quantity.sentence)
    said = " ".join(rows)
    told = any(stem in said for stem in stems("judging.deal.words")) or _put_into(scene, quantity)
    return told and not any(map(_no_deal, rows)) and quantity.role != "opinion"


@cache
def _no_deal(word: str) -> bool:
    """Whether a word tells of something else than a deal: `Konzernumsatz`; `geschlossen` is not of `loss`."""
    told = stems("judging.deal.not_a_deal")
    return any(stem in word if len(stem) > _SHORT else word.startswith(stem) for stem in told)


def into_firm(scene: Scene, quantity: Quantity) -> bool:
    """Whether an amount is put into another firm: `Nvidia invests $2bn in CoreWeave` is no capital expenditure."""
    tokens, into = scene.text.tokens, words("judging.deal.into")
    firms = {
        m.first: one for m in scene.named.get(quantity.sentence, ()) if (one := parties.party(scene, m)) is not None
    }
    near = range(quantity.last, min(quantity.last + _INTO, len(tokens) - 2))
    led = any(tokens[k].low in into and (k + 1 in firms or k + 2 in firms) for k in near)
    return led and len(set(firms.values())) > 1


def _put_into(scene: Scene, quantity: Quantity) -> bool:
    """Whether an amount is put into a firm by a verb that alone tells of no deal: `put $5bn into Anthropic`."""
    said = scene.word_set(quantity.sentence)
    return not said.isdisjoint(either("judging.deal.put", "judging.deal.puts")) and into_firm(scene, quantity)


def between_firms(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence plainly tells of a deal and names two firms and more."""
    return quantity.unit in _CODES and of_deal(scene, quantity) and len(parties.named(scene, quantity)) > 1
