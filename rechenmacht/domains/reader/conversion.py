"""Units by algebra: what a number of the text is in the unit of a quantity, or nothing where the two do not meet."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from rechenmacht.domains.reader import lexicon
from rechenmacht.domains.reader.measures import physical
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.shortforms import CHIP_HOURS, chip_hour
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import either, rows, stems, table, words
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Quantity as Definition

HOUR = 3600.0  # seconds
YEAR = 31_557_600.0  # seconds
_MILLION = rows("grammar.measures.million")
_MOST_SHARE = 10.0  # a quantity that may be larger is a ratio, no share
_PERIODS = frozenset({"s", "h", "day", "week", "month", "quarter", "year"})
_HOURS, _DAYS = words("measures.hours"), words("grammar.common.days")
_REACH = 3  # tokens behind a number within which it is told per what it is
_OF_GAS = 5  # `384 grams of CO2 per kilowatt-hour`
_POINTS = words("grammar.common.points_any")
TELLING = _POINTS | {CHIP_HOURS}
"""Nouns that tell in what a number is counted."""
# Words of a number's size, which say nothing of what it counts (`15 trillion`).
NO_THINGS = frozenset({*lexicon.DE_MAGNITUDE, *lexicon.EN_MAGNITUDE})
_SQUARE = 1e-6  # square metres of a square millimetre
_IN_H100 = "_h100"
_DENSE = frozenset({"TPP", "B/s"})  # told per area of a chip
_DAILY = frozenset({"count/day", "people/day", "token/day", "count/week", "people/week", "count/month", "people/month"})


@cache
def unit_of(name: str) -> tuple[str, float]:
    """Return the canonical unit of a unit of the base, and the factor to it; an unknown unit stands for itself."""
    unit, factor = table("units")["base"].get(name, (name, 1.0))
    return str(unit), float(factor)


def canonical(base: Base, quantity: str) -> tuple[str, float]:
    """Return the canonical unit of a quantity and the factor from the base's unit."""
    return unit_of(base.quantities[quantity].unit)


def same_unit(one: str, other: str) -> bool:
    """Whether two canonical units can be compared; people are counted too."""
    return one == other or {one, other} == {"count", "people"}


def divisor(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return what the number is per, beside time: `je kWh`, `per million tokens`, `pro Gigawatt`."""
    tokens = text.tokens
    begin = max(quantity.first, quantity.last - 3)
    reach, opens = _OF_GAS if quantity.unit == "kg" else _REACH, words("grammar.common.per")
    if quantity.unit in _DENSE:
        return _area(text, quantity)
    for place in range(begin, min(quantity.last + reach, len(tokens) - 1)):
        if text.low(place) not in opens or tokens[place].sentence != quantity.sentence:
            continue
        following = tokens[place + 1]
        size = _MILLION.get(following.low)
        if size and any(tokens[k].low.startswith(stems("grammar.measures.token_stems"))
                        for k in range(place + 2, min(place + 5, len(tokens)))):  # fmt: skip
            return "token", size
        found = physical(following.text, following.low)
        if found is not None and found[0] in {"Wh", "W"}:
            return _power_by_time(tokens, place + 2, found)
    if quantity.unit == "kg":
        return _of_energy(text, quantity)
    return _priced(text, quantity) or _by_the_hour(text, quantity) if quantity.kind == "money" else None


def _area(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return the area of a chip that a number is told for: `je Sekunde und Quadratmillimeter`, `per square mm`."""
    opens, areas = either("grammar.common.per", "grammar.common.both"), words("grammar.common.millimetres")
    near = range(max(quantity.first, quantity.last - 3), min(quantity.last + _REACH, len(text.tokens) - 1))
    per = any(text.low(k) in opens and text.low(k + 1) in areas for k in near)
    return ("m2", _SQUARE) if per else None


def _of_energy(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return the energy that a weight is told for before it: `a kilowatt-hour from the grid carried 670 grams`."""
    begin, opens = text.sentences[quantity.sentence][0], words("grammar.pairing.one")
    for place in range(begin + 1, quantity.first):
        found = physical(text.tokens[place].text, text.low(place)) if text.low(place - 1) in opens else None
        if found is not None and found[0] in {"Wh", "W"}:
            return _power_by_time(text.tokens, place + 1, found)
    return None


def _power_by_time(tokens: list[Token], place: int, found: tuple[str, float]) -> tuple[str, float]:
    """Return a unit of power with the time behind it: `kilowatt-hour` is one of energy, `megawatt-day` one of both."""
    place += place < len(tokens) and tokens[place].text in "-‑"
    behind = tokens[place].low if place < len(tokens) else ""
    if behind in words("grammar.common.per_and") and place + 1 < len(tokens):
        behind = tokens[place + 1].low  # `pro Megawatt und Tag`
    if found[0] == "W" and behind in _HOURS:
        return "Wh", found[1]
    return ("MW/day", found[1] / 1e6) if found[0] == "W" and behind in _DAYS else found


def _priced(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return the tokens that a price is told for before it: `a million input tokens cost $2`."""
    tokens, begin = text.tokens, text.sentences[quantity.sentence][0]
    for place in range(begin, quantity.first):
        size = _MILLION.get(tokens[place].low)
        behind = tokens[place + 1 : place + 4]
        if size and any(one.low in words("reading.carry.tokens") for one in behind):
            said = {token.low for token in tokens[place : quantity.first]}
            return ("token", size) if said & words("judging.doubt.cost") else None
    return None


def _by_the_hour(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return the hour that a price is told for, behind it or before: `2.35 Dollar die Stunde`, `an hour costs`."""
    (begin, end), low = text.sentences[quantity.sentence], text.low
    if "/" in quantity.unit:
        return None
    behind = quantity.last + 1
    if behind < end and low(behind - 1) in words("reading.priced.articles") and low(behind) in _HOURS:
        return "h", 1.0
    told = any(_one_chip_hour(text, k) for k in range(begin, quantity.first))
    return ("h", 1.0) if told or _hour_of(text, begin, quantity) else None


def _hour_of(text: Text, begin: int, quantity: Quantity) -> bool:
    """Whether an hour on something has a price: it opens the sentence, or a word of cost is said."""
    opens, of, low = words("grammar.pairing.one"), words("grammar.pairing.hour_of"), text.low
    hours = [k for k in range(begin + 1, quantity.first - 1) if low(k) in _HOURS]
    places = [k for k in hours if low(k - 1) in opens and low(k + 1) in of]
    if not places or places[0] == begin + 1:
        return bool(places)  # `An hour on an H100 had come down to $2.99`
    return any(low(k) in words("judging.doubt.cost") for k in range(*text.sentences[quantity.sentence]))


def _one_chip_hour(text: Text, place: int) -> bool:
    """Whether `H100-Stunde`, `GPU hour` stand at a place, one of them: a sum of many is no price of an hour."""
    behind = chip_hour(text.tokens, place)
    many = place > 0 and text.tokens[place - 1].kind == "n"
    return behind is not None and not many and not text.low(behind - 1).endswith(("n", "s"))


def factor_to(quantity: Quantity, row: Definition, per: tuple[str, float] | None) -> float | None:
    """Return the factor from the number as read to the quantity's canonical unit, or None where they do not meet.

    Args:
        quantity: the number.
        row: the quantity's definition.
        per: what the number is divided by, see `divisor`.
    """
    target, _ = unit_of(row.unit)
    if _no_share(quantity, row):
        return None  # a ratio of 5 is told in multiples, or as 500 percent
    if per is not None:
        factor = _divided(quantity.unit, target, per)
        return _divided("EUR", target, per) if factor is None and _bare_cents(quantity) else factor
    if quantity.noun == CHIP_HOURS:
        return HOUR if target == "s" and row.unit == "h" and "hours" in row.name_en.lower() else None
    if _same(quantity.unit, target, row) or (target == "point" and quantity.noun in _POINTS):
        return 1.0
    return YEAR if quantity.unit == "year" and target == "s" else _of_rate(quantity.unit, target, row)


def _same(unit: str, target: str, row: Definition) -> bool:
    """Whether a number is in the unit of a quantity; a quota counted in H100 is one of H100 equivalents."""
    return same_unit(unit, target) or (unit == "h100e" and row.id.endswith(_IN_H100))


def _bare_cents(quantity: Quantity) -> bool:
    """Whether a number is in cents of which the text does not say whether they are a dollar's or a euro's."""
    low = quantity.text.lower()
    return (
        quantity.kind == "money"
        and "cent" in low
        and not any(sign in low for sign in stems("grammar.measures.dollar_cents"))
    )


def _no_share(quantity: Quantity, row: Definition) -> bool:
    """Whether a small percentage meets a quantity that is a ratio, or a plain number above one a share."""
    if quantity.kind == "number" and row.high == 1 and (quantity.mid or 0.0) > 1:
        return True
    small = quantity.kind == "percent" and (quantity.mid or 0.0) < 1
    return small and unit_of(row.unit)[0] == "1" and row.high is not None and row.high > _MOST_SHARE


def _divided(unit: str, target: str, per: tuple[str, float]) -> float | None:
    """Return the factor of a number told per something, or None where the quantity is not."""
    if unit.rpartition("/")[2] not in _PERIODS:
        unit = unit.rpartition("/")[0] or unit
    return 1 / per[1] if f"{unit}/{per[0]}" == target else None


def _of_rate(unit: str, target: str, row: Definition) -> float | None:
    """Return the factor of a rate per time: a year's flow may be told by the quarter, users by the week."""
    head, _, period = unit.partition("/")
    if not period or not same_unit(head, target):
        return None
    if row.period == "year" and period in table("units")["per_year"]:
        return float(table("units")["per_year"][period])
    if row.period == "quarter" and period == "quarter":
        return 1.0
    return 1.0 if unit in _DAILY and _named_period(row, period) else None


_TOLD = {
    "day": stems("grammar.measures.days"),
    "week": stems("grammar.measures.weeks"),
    "month": stems("grammar.measures.months"),
}


def _named_period(row: Definition, period: str) -> bool:
    """Whether the quantity itself counts by that time: users a week, messages a day."""
    names = " ".join((row.name_en, row.name_de, *row.synonyms_en, *row.synonyms_de)).lower()
    adverb = {
        "day": stems("grammar.measures.daily"),
        "week": stems("grammar.measures.weekly"),
        "month": stems("grammar.measures.monthly"),
    }
    return any(word in names for word in (*_TOLD[period], *adverb[period]))


def counts(quantity: Quantity, text: Text) -> frozenset[str]:
    """Return the words of what a number counts: its noun and the words of its span that are no number."""
    span = text.tokens[quantity.first : quantity.last + 1]
    inside = {token.low for token in span[: quantity.last - quantity.first] if token.kind == "w"}
    glued = ("".join(t.low for t in pair) for pair in pairwise(span) if pair[1].glued and pair[1].kind == "n")
    inside |= {low for low in glued if low[0].isalpha()}
    return (
        frozenset((inside | {quantity.noun}) - {""}) - NO_THINGS - words("judging.stop.en") - words("judging.stop.de")
    )
