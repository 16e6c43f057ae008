"""What a price or amount is for, in words: `6.5 cents per kilowatt-hour`, `die Megawattstunde kostet 71 Euro`.

Checks reckon with it by `conversion.divisor`; here the unit is told in full, once all is judged.
"""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.domains.reader.conversion import divisor
from rechenmacht.domains.reader.measures import physical
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.shortforms import chip_hour
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import rows, words

_SIZES = {1.0: "", 1e3: "k", 1e6: "M", 1e9: "G", 1e12: "T"}
_NEAR = 30.0  # a price this many times another one is of something else
_OF = frozenset({"money", "number"})


def tell(text: Text, found: Iterable[Quantity]) -> None:
    """Set the units of prices and amounts to what they are told for; changed in place.

    Args:
        text: the article.
        found: its quantities in order.
    """
    last: tuple[Quantity, str] | None = None
    for quantity in found:
        if quantity.kind not in _OF or "/" in quantity.unit or quantity.unit not in _measured(quantity):
            continue
        told = text.low(quantity.last) in words("grammar.common.per")
        here = _priced(text, quantity) if quantity.kind == "money" and not told else None
        here = here or _behind(text, quantity)
        if here is None and last is not None and _goes_on(text, last[0], quantity):
            here = last[1], 1.0
        last = None
        if here is not None:
            name, size = here
            last, quantity.unit = (quantity, name), f"{quantity.unit}/{name}"
            quantity.low, quantity.high = (
                end / size if isinstance(end, int | float) else end for end in (quantity.low, quantity.high)
            )


def _measured(quantity: Quantity) -> frozenset[str]:
    """Return the units that may be told for something else."""
    return frozenset({quantity.unit}) if quantity.kind == "money" else frozenset({"m3", "kg"})


def _behind(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return what stands behind an amount: `per kilowatt-hour`, `je Million Token`, `a watt`."""
    told = divisor(text, quantity)
    if told is not None:
        unit, size = told
        return (unit, size) if unit not in {"W", "Wh"} else (f"{_SIZES.get(size, '')}{unit}", 1.0)
    place, low = quantity.last, text.low
    if low(place) in words("grammar.dates.for") and low(place + 1) in words("reading.priced.articles"):
        place += 1  # `17,9 Cent für die Kilowattstunde`
        return _unit(text, place + 1) if place + 1 < len(text.tokens) else None
    if quantity.kind == "money" and low(place) in words("grammar.common.a") and place + 1 < len(text.tokens):
        return _unit(text, place + 1)
    return None


def _unit(text: Text, place: int) -> tuple[str, float] | None:
    """Return the unit that stands at a place by itself: `kilowatt-hour`, `Megawattstunde`, `GPU-Stunde`, `hour`."""
    low = text.low(place)
    if low in rows("reading.priced.times"):
        return str(rows("reading.priced.times")[low]), 1.0
    if chip_hour(text.tokens, place) is not None:
        return "h", 1.0
    found = physical(text.tokens[place].text, low)
    if found is None or found[0] not in {"W", "Wh"} or found[1] not in _SIZES:
        return None
    unit, hours = found[0], text.low(place + 2) if text.low(place + 1) in "-‑" else text.low(place + 1)
    unit = "Wh" if unit == "W" and hours in words("measures.hours") else unit
    return f"{_SIZES[found[1]]}{unit}", 1.0


def _priced(text: Text, quantity: Quantity) -> tuple[str, float] | None:
    """Return the unit whose price an amount is: `Die Stunde kostet drei Dollar`, `an hour on the cluster costs $98`."""
    begin, end = text.sentences[quantity.sentence]
    said = {text.low(k) for k in range(begin, min(end, begin + 120))}
    if said.isdisjoint(words("reading.priced.verbs")):
        return None
    for place in range(quantity.first - 1, begin, -1):
        if text.low(place) in ";,:" and any(text.tokens[k].kind == "s" for k in range(place + 1, quantity.first)):
            return None
        if text.low(place - 1) in words("reading.priced.articles") and (found := _unit(text, place)):
            return found
    return None


def _goes_on(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether an amount is told as the price before it: `19 Cent, vor zwei Jahren waren es 23 Cent`."""
    one, two = last.mid, quantity.mid
    near = bool(one and two) and 1 / _NEAR <= (two or 0.0) / (one or 1.0) <= _NEAR
    again = {text.low(k) for k in range(last.last, quantity.first)} & words("reading.priced.again")
    same = last.sentence == quantity.sentence and quantity.unit == last.unit.partition("/")[0]
    return near and same and quantity.size == last.size and bool(again)
