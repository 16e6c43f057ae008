"""Short forms: durations in one German word, rates that stand before their number, chips that stand for their power."""

from __future__ import annotations

import itertools
from functools import lru_cache

from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.lexicon import german_cardinal
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import table, words

CHIP_HOURS = "chip hours"  # the noun of a number of GPU hours
_OF_PRICE = 3  # tokens from a price to the period it is told for
_REACH = 9  # words between a period and the number that it is a rate of
_MANY_OPERATIONS = 1e15
_OF_A_RUN = 1e20  # operations; so many are those of a training run, whatever is said of them
_MANY_A_SECOND = 1e9
_CAP = 9  # words around a number in which it is told not to be exceeded
_VERB = 4  # words from a number over a verb to its period
_DENSITY = 2  # tokens behind a number within which it is told per area
_NAMED = 6  # words between the name of a unit and its number
_BEFORE = 8  # words between `entspricht` and the number of chips


@lru_cache(maxsize=16384)
def duration_word(low: str) -> tuple[float, str, float] | None:
    """Return number, unit and factor of `sechsjahrestief`, `vierjähriger`, `dreimonatsfrist`, or None."""
    if len(low) < 8 or len(low) > 60:
        return None
    compounds = table("reading")["duration"]["compounds"]
    forms = [*((stem, tuple(unit)) for stem, unit in compounds.items()), *un.DE_AGE.items()]
    for stem, (unit, factor) in forms:
        place = low.find(stem, 3)
        if place < 0:
            continue
        value = german_cardinal(low[:place])
        tail = low[place + len(stem) :]
        if value and (len(tail) > 2 if stem in compounds else len(tail) <= 2):
            return value, str(unit), float(factor)
    return None


def chip_hour(tokens: list[Token], i: int) -> int | None:
    """Return the place behind `GPU-hour`, `Chipstunde`, `H100 hour` at `i`, or None."""
    if i >= len(tokens):
        return None
    if tokens[i].low.rstrip("n") in words("reading.chip_hour.compounds"):
        return i + 1
    low, j = tokens[i].low, i + 1
    if j < len(tokens) and tokens[j].glued and tokens[j].kind == "n":
        low, j = low + tokens[j].low, j + 1
    if low not in words("reading.chip_hour.chips"):
        return None
    if j < len(tokens) and tokens[j].text in "-‑":
        j += 1
    return j + 1 if j < len(tokens) and tokens[j].low in words("reading.chip_hour.hours") else None


def rates_before(text: Text, found: list[Quantity]) -> None:
    """Make a rate of a number whose period stands before it: `every week one gigawatt`, `pro Quartal 40.000 Chips`."""
    last = -1
    for place, quantity in enumerate(found):
        if quantity.form == "article":
            continue  # `jede Woche entsteht ein Gigawatt`: an article need be no number
        whole = (
            quantity.kind in {"number", "money"}
            and not quantity.per
            and "/" not in quantity.unit
            and quantity.unit not in {"1", "date"}
        )
        begin = max(text.sentences[quantity.sentence][0], quantity.first - _REACH, last)
        period = _period_before(text, begin, quantity.first) or (
            _adverb_before(text, begin, quantity.first) if quantity.kind == "number" else None
        )
        period = period or _period_behind(text, quantity, found[place + 1 :][:1])
        owner = found[place - 1] if place and _leads_to(text, found[place - 1], quantity) else quantity
        if whole and period and "/" not in owner.unit:
            owner.unit = f"{owner.unit}/{period}"
        last = quantity.last


def _leads_to(text: Text, one: Quantity, two: Quantity) -> bool:
    """Whether a period stands by the price before, with what that is for between: `zwei Dollar Miete je Stunde`."""
    near = range(one.last, min(one.last + _OF_PRICE, two.first - 1))
    opens = words("grammar.common.per")
    priced = one.kind == "money" and one.sentence == two.sentence
    return priced and any(text.low(k) in opens and text.low(k + 1) in un.PERIOD for k in near)


def _period_behind(text: Text, quantity: Quantity, after: list[Quantity]) -> str | None:
    """Return the period that a count is told for behind a verb: `86 billion tokens are processed per day`."""
    end = min(quantity.last + _VERB, after[0].first if after else len(text.tokens), len(text.tokens) - 1)
    if (
        quantity.unit != "count"
        or not quantity.noun
        or text.low(quantity.last) not in words("reading.rate_before.verbs")
    ):
        return None
    for place in range(quantity.last + 1, end):
        if text.low(place) in words("reading.rate_before.divides"):
            return un.PERIOD.get(text.low(place + 1))
    return None


def _adverb_before(text: Text, begin: int, end: int) -> str | None:
    """Return the period of `monatlich rund 75.000 Wafer`; money a year is told as the year's."""
    place, hedges = end - 1, words("reading.rate_before.hedges")
    while place > begin and text.low(place) in hedges:
        place -= 1
    near = (un.PERIOD_ADVERB.get(token.low) for token in text.tokens[max(begin, place - 1) : end])
    found = next((period for period in near if period is not None), None)
    opens = text.sentences[text.tokens[end].sentence][0] if end < len(text.tokens) else end
    if found is None and begin == opens:  # `Täglich beantwortet der Dienst 2,6 Milliarden Anfragen`
        found = un.PERIOD_ADVERB.get(text.low(begin))
    return found


def _period_before(text: Text, begin: int, end: int) -> str | None:
    """Return the period that a stretch of words opens, with no other break between."""
    tokens, openers = text.tokens, words("reading.rate_before.openers")
    for place in range(end - 2, begin - 1, -1):
        if tokens[place + 1].text in ",;:()–":
            return None
        if tokens[place].low in openers:
            name = tokens[place + 1].low
            seconds = name in words("grammar.common.second") and len(name) > len("sec")
            told = seconds and tokens[place].low in words("reading.rate_before.divides")  # not `every second`
            return un.PERIOD.get(name) if told or name not in words("grammar.measures.no_period") else None
    return None


def per_second(text: Text, found: list[Quantity]) -> None:
    """Make a rate of bytes told with what they are: `22 terabytes of data per second`."""
    for quantity in found:
        if quantity.unit != "B" or text.low(quantity.last) not in words("reading.rate_before.of"):
            continue
        for place in range(quantity.last + 2, min(quantity.last + 5, len(text.tokens) - 1)):
            if text.low(place) in words("grammar.common.per"):
                if text.low(place + 1) in words("grammar.common.second"):
                    quantity.unit = "B/s"
                break


def people_words(text: Text, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with teams told by their size in one word: `ein vierköpfiges Team`."""
    extra = list[Quantity]()
    for place, token in enumerate(text.tokens):
        head, heads, _ = token.low.partition("köpfig")
        count = german_cardinal(head) if heads else None
        if count is not None:
            one = Quantity(token.start, token.end, "number", float(count), float(count), "people", form="word")
            one.first, one.last, one.sentence, one.text = place, place + 1, token.sentence, token.text
            extra.append(one)
    return sorted([*found, *extra], key=lambda q: q.start) if extra else found


def capped(text: Text, found: list[Quantity]) -> None:
    """Let a number that must not be exceeded be an upper bound: `darf 75 Prozent nicht übersteigen`, `no more than`.

    Also `no customer makes up more than 35%`, `mehr als 256 Chips lassen sich nicht verbinden`.
    """
    for quantity in found:
        if quantity.kind not in {"number", "percent", "money", "duration"} or not isinstance(quantity.mid, float):
            continue
        if _not_exceeded(text, quantity):
            quantity.low, quantity.high, quantity.hedge = None, quantity.mid, "up_to"


def _not_exceeded(text: Text, quantity: Quantity) -> bool:
    """Whether the words around a number make it the most that there is."""
    begin, end = text.sentences[quantity.sentence]
    first, last = max(begin, quantity.first - _CAP), min(end, quantity.last + _CAP)
    before = {text.low(k) for k in range(first, quantity.first)}
    around = before | {text.low(k) for k in range(quantity.last, last)}
    denied = not words("reading.capped.denies").isdisjoint(around)
    if quantity.hedge != "at_least":
        return quantity.hedge == "exact" and denied and not words("reading.capped.exceeds").isdisjoint(around)
    if words("reading.capped.least") & {text.low(k) for k in range(quantity.first - 3, quantity.first)}:
        return False  # `no fewer than eleven`
    none = not words("reading.capped.none").isdisjoint(before)
    return none or (denied and not words("reading.capped.can").isdisjoint(around))


def equivalents(text: Text, found: list[Quantity]) -> None:
    """Let a count of H100 chips that says how much power there is be one of H100 equivalents."""
    for quantity in found:
        if quantity.unit != "count":
            continue
        behind = text.tokens[max(quantity.first, quantity.last - 3) : quantity.last + 4]
        named = any(one.low == "h" and two.text == "100" and two.glued for one, two in itertools.pairwise(behind))
        begin = max(text.sentences[quantity.sentence][0], quantity.first - _BEFORE)
        before = {token.low for token in text.tokens[begin : quantity.first]}
        as_much = len(before & words("reading.equivalent.as_much")) > 1  # `leistet so viel wie 90.000 H100`
        if named and (as_much or before & words("reading.equivalent.words")):
            quantity.unit, quantity.noun = "h100e", ""


def named_before(text: Text, found: list[Quantity]) -> None:
    """Give a bare number the unit that is named just before it: `eine TPP von 21.000`, `TPP: 4,800`."""
    for quantity in found:
        if quantity.unit not in {"count", "1"} or quantity.noun or quantity.kind != "number":
            continue
        place = quantity.first - 1
        least = max(text.sentences[quantity.sentence][0], quantity.first - _NAMED)
        while place > least and text.low(place) in words("reading.named_links"):
            place -= 1
        if text.low(place) in words("reading.named_units"):
            quantity.unit = text.low(place).upper()


def densities(text: Text, found: list[Quantity]) -> None:
    """Let a bare number per square millimetre be one of a chip's performance: `5,92 Punkte je Quadratmillimeter`."""
    opens, nouns = words("grammar.common.per"), words("grammar.common.points_any")
    for quantity in found:
        if quantity.unit != "count" or quantity.kind != "number" or (quantity.noun and quantity.noun not in nouns):
            continue
        near = range(quantity.last, quantity.last + _DENSITY)
        if any(text.low(k) in opens and text.low(k + 1) in words("grammar.common.millimetres") for k in near):
            quantity.unit, quantity.noun = "TPP", ""


def _least(text: Text, quantity: Quantity) -> float:
    """Return how many operations are a computer's: fewer by the second than in all."""
    behind = [text.low(k) for k in range(quantity.last, quantity.last + 6)]
    each = not words("grammar.common.second").isdisjoint(behind) and not words("grammar.common.per").isdisjoint(behind)
    return _MANY_A_SECOND if each else _MANY_OPERATIONS


def _of_operation(text: Text, place: int) -> bool:
    """Whether a word only says what kind of operations are counted: `floating-point`, `8-bit`."""
    return text.low(place) in words("reading.operations.floating") or text.tokens[place].name


def _of_a_run(quantity: Quantity) -> bool:
    """Whether a number of operations is one of a training run: `5e26 operations of compute`."""
    return quantity.noun in words("reading.operations.words") and (quantity.mid or 0.0) >= _OF_A_RUN


def operations(text: Text, quantity: Quantity) -> None:
    """Let operations per second be FLOP/s, and very many of them FLOP: `3.8 x 10^25 floating-point operations`."""
    large = quantity.unit in {"count", "1"} and (quantity.mid or 0.0) >= _least(text, quantity)
    places = range(quantity.last, min(quantity.last + 4, len(text.tokens))) if large else range(0)
    word = next((k for k in places if text.low(k) in words("reading.operations.words")), None)
    if _of_a_run(quantity):
        quantity.unit, quantity.noun = "FLOP", ""  # `5e26 operations of compute`
    if word is not None and all(_of_operation(text, k) for k in range(quantity.last, word)):
        quantity.unit, quantity.noun, quantity.last, quantity.end = "FLOP", "", word + 1, text.tokens[word].end
        if text.low(word + 1) in words("grammar.common.per") and text.low(word + 2) in words("grammar.common.second"):
            quantity.unit, quantity.last, quantity.end = "FLOP/s", word + 3, text.tokens[word + 2].end
        quantity.text = text.text[quantity.start : quantity.end]
    if quantity.unit == "count/s" and set(quantity.text.lower().split()) & words("reading.operations.words"):
        quantity.unit, quantity.noun = "FLOP/s", ""
