"""Numbers that leave out their unit, as the one before has it: `1,400 watts, while the other makes do with 1,000`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import takewhile

from rechenmacht.domains.reader.bounds import clean
from rechenmacht.domains.reader.lexicon import small_count
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.names import is_year
from rechenmacht.domains.reader.timewords import PARTS
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import stems, words

_NEAR = 30.0  # a number written this many times larger or smaller is of something else
_AGAINST = 7  # tokens from a number to the one it is held against
_LARGE = 1e6
_AGE = (16, 105)  # years


def units(text: Text, found: list[Quantity], factors: dict[int, float]) -> None:
    """Give a bare number the unit of the last number of its sentence that has one, and a part of a rate the rate.

    Args:
        text: the article.
        found: its quantities in order; changed in place.
        factors: by first token of a number, by what the figure written was multiplied; filled up.
    """
    last: Quantity | None = None
    thing: Quantity | None = None
    for quantity in found:
        if last is not None and last.sentence != quantity.sentence and not _again(text, last, quantity):
            last = None
        if last is None and thing is not None and _of_another_time(text, thing, quantity, found):
            last = thing
        if last is not None and _goes_on(text, last, quantity, factors):
            factor = _factor(last, quantity, factors)
            quantity.low, quantity.high = (
                clean(end * factor) if isinstance(end, int | float) else end for end in (quantity.low, quantity.high)
            )
            quantity.unit, quantity.kind, quantity.per = last.unit, last.kind, last.per
            factors[quantity.first] = factors.get(last.first, factor)
        if _measured(quantity):
            last = quantity
            thing = quantity if quantity.kind == "number" and quantity.unit != "1" else thing


def _of_another_time(text: Text, last: Quantity, quantity: Quantity, found: list[Quantity]) -> bool:
    """Whether a sentence of one number tells of another time what the one before it told: `By 2028 it sees 580`."""
    tokens = text.tokens
    if quantity.sentence != last.sentence + 1 or tokens[last.first].paragraph != tokens[quantity.first].paragraph:
        return False
    here = bisect_left(found, quantity.sentence, key=lambda q: q.sentence)
    inside = list(takewhile(lambda q: q.sentence == quantity.sentence, found[here : here + 30]))
    begin, end = text.sentences[quantity.sentence]
    said = {text.low(k) for k in range(begin, min(end, begin + 60))}
    dated = any(q.kind == "date" for q in inside) or not said.isdisjoint(words("reading.carry.then"))
    return dated and all(q is quantity or q.kind == "date" for q in inside)


def told_against(text: Text, one: Quantity, two: Quantity, factors: dict[int, float]) -> bool:
    """Give a bare number the unit of the one just before that it is held against: `to 128 weeks, from around 50`.

    Returns:
        Whether it was given one.
    """
    measured = one.kind in {"duration", "percent"} or _measured(one)
    if not measured or not _bare(two) or one.size != two.size or not _held_against(text, one, two):
        return False
    factor = factors.get(one.first, 0.01 if one.kind == "percent" else 1.0)
    first, second = one.mid, two.mid
    if not first or not second or not 1 / _NEAR <= second * factor / first <= _NEAR:
        return False
    two.low, two.high = (clean(end * factor) if isinstance(end, int | float) else end for end in (two.low, two.high))
    two.unit, two.kind, two.noun, two.per = one.unit, one.kind, one.noun, one.per
    factors[two.first] = factor
    return True


def _held_against(text: Text, one: Quantity, two: Quantity) -> bool:
    """Whether nothing but a word that compares, and small ones, stand between two numbers of a sentence."""
    if one.sentence != two.sentence or not 0 < two.first - one.last <= _AGAINST:
        return False
    between, against = {text.low(k) for k in range(one.last, two.first)}, words("reading.carry.against")
    return not between.isdisjoint(against) and between <= against | words("reading.carry.small")


def ages(text: Text, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with ages as years: `the founder Larry Ellison, 81, became`."""
    for quantity in found:
        if _bare(quantity) and quantity.text.isdigit() and _AGE[0] <= (quantity.mid or 0.0) <= _AGE[1]:
            marks = text.low(quantity.first - 1) == "," and text.low(quantity.last) in {",", "."}
            if marks and all(_named(text, k, quantity.sentence) for k in (quantity.first - 2, quantity.first - 3)):
                quantity.kind = "duration"
                quantity.unit = quantity.form = "year"
    return [one for place, one in enumerate(found) if not (place and _divides(found[place - 1], one))]


def _named(text: Text, place: int, sentence: int) -> bool:
    """Whether a word is written as a name: `Larry`, `Ellison`."""
    token = text.tokens[max(place, 0)]
    return place >= 0 and token.sentence == sentence and token.kind == "w" and token.text[0].isupper()


def _divides(one: Quantity, two: Quantity) -> bool:
    """Whether a unit with an article only says what a price is for: `85 cents a watt`."""
    return one.kind == "money" and two.form == "article" and two.first == one.last and two.unit in {"W", "Wh"}


def restated(text: Text, one: Quantity, two: Quantity) -> bool:
    """Whether a count is told again as a share: `followed with 72, or 17.2 percent`."""
    between = [text.low(k) for k in range(one.last, two.first)]
    return two.kind == "percent" and between[:1] == [","] and between[1:2] in (["or"], ["oder"])


def _again(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether a sentence goes on with what the one before it told: `In den Vereinigten Staaten waren es 2.520`."""
    tokens = text.tokens
    if quantity.sentence != last.sentence + 1 or tokens[last.first].paragraph != tokens[quantity.first].paragraph:
        return False
    if last.kind in {"percent", "money"} or ("/" in last.unit and not _same_word(last, quantity)):
        return False
    begin, said = text.sentences[quantity.sentence][0], words("reading.carry.again")
    return len(said.intersection(tokens[k].low for k in range(begin, quantity.first))) > 1


def units_back(text: Text, found: list[Quantity], factors: dict[int, float]) -> None:
    """Give a bare number the unit of the next one of its sentence that has one, where none before it has.

    `In the first year it was 30 billion, in the second 35 billion dollars.`

    Args:
        text: the article.
        found: its quantities in order; changed in place.
        factors: by first token of a number, by what the figure written was multiplied.
    """
    after: Quantity | None = None
    for quantity in reversed(found):
        if after is not None and after.sentence != quantity.sentence:
            after = None
        if after is not None and _bare(quantity) and _leads_up(text, quantity, after, factors):
            factor = _factor(after, quantity, factors)
            quantity.low, quantity.high = (
                clean(end * factor) if isinstance(end, int | float) else end for end in (quantity.low, quantity.high)
            )
            quantity.unit, quantity.kind, quantity.per = after.unit, after.kind, after.per
        if _measured(quantity):
            after = quantity


def _leads_up(text: Text, quantity: Quantity, after: Quantity, factors: Mapping[int, float]) -> bool:
    """Whether a bare number is told as the next one, which alone has the unit."""
    one, two = after.low, quantity.low
    if restated(text, quantity, after):
        return False
    if (
        not (_alike(text, after, quantity) or _in_parallel(text, quantity, after))
        or not isinstance(one, int | float)
        or not isinstance(two, int | float)
    ):
        return False
    if one <= 0 or two <= 0 or not 1 / _NEAR <= two * _factor(after, quantity, factors) / one <= _NEAR:
        return False
    return _ends(text, quantity) and _breaks(text, quantity, after)


def _in_parallel(text: Text, quantity: Quantity, after: Quantity) -> bool:
    """Whether two amounts stand behind one word, and only the last has its size: `für 11,9 und für 4 Milliarden`."""
    if after.kind != "money" or after.size < _LARGE or quantity.size != 1:
        return False
    before = [
        {text.low(one.first - 1), text.low(one.first - 2)} & words("reading.carry.leads") for one in (quantity, after)
    ]
    return bool(before[0] & before[1])


def _bare(quantity: Quantity) -> bool:
    plain = quantity.form in {"digits", "word"} and quantity.kind == "number"
    return plain and quantity.unit in {"count", "1"} and not quantity.noun and isinstance(quantity.low, int | float)


def _measured(quantity: Quantity) -> bool:
    return quantity.kind in {"number", "money", "percent"} and quantity.unit != "count" and bool(quantity.form)


def _of_rate(last: Quantity, quantity: Quantity) -> bool:
    """Whether a number has the unit of which the one before is a rate: `$1.70 an hour in October, $2.35 in March`.

    What is a quantity by itself stays one: `4 TB/s of bandwidth, the H200 141 GB and 4.8 TB/s`.
    """
    head, _, period = last.unit.partition("/")
    return (
        bool(period)
        and (last.kind == "money" or _same_word(last, quantity))
        and quantity.unit == head
        and quantity.size == last.size
        and not quantity.per
    )


def _same_word(last: Quantity, quantity: Quantity) -> bool:
    """Whether two numbers are told in the same word: `4.8 terabytes per second, the older one only 2 terabytes`."""
    word = quantity.text.split()[-1]
    return len(word) > 4 and word in last.text.split()


def _factor(last: Quantity, quantity: Quantity, factors: Mapping[int, float]) -> float:
    """Return by what a number is multiplied to stand in the unit of the last one."""
    if _of_rate(last, quantity):
        return 1.0
    if last.kind == "percent":
        return 0.01
    if last.kind == "money" and quantity.size == 1 and last.size >= _LARGE:
        return last.size
    whole = factors.get(last.first, 1.0)
    return whole if quantity.size == 1 else whole / last.size


def _goes_on(text: Text, last: Quantity, quantity: Quantity, factors: Mapping[int, float]) -> bool:
    """Whether a number is told as the one before it: of like size as written, of another thing or time."""
    alike = _alike(text, last, quantity) or _instead(text, last, quantity)
    if not (_of_rate(last, quantity) or (_bare(quantity) and alike)):
        return False
    one, two = last.mid, quantity.mid
    if not isinstance(one, int | float) or not isinstance(two, int | float) or one <= 0 or two <= 0:
        return False
    meant = two * _factor(last, quantity, factors)
    if not 1 / _NEAR <= meant / one <= _NEAR:
        return False
    apart = last.sentence != quantity.sentence
    return _ends(text, quantity) and (apart or _breaks(text, last, quantity))


def _instead(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether an amount is told in place of the one before and leaves out its size: `instead of $2.5bn ... to 4.1`."""
    if last.kind != "money" or last.size < _LARGE or quantity.size != 1 or last.sentence != quantity.sentence:
        return False
    begin = max(text.sentences[last.sentence][0], last.first - 4)
    return any(text.low(k) in words("reading.carry.instead") for k in range(begin, last.first))


def _alike(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether a bare number is written as the one before it, and not as a small count."""
    if last.kind == "percent" and quantity.size != 1:
        return False
    large = last.size >= _LARGE and quantity.size >= _LARGE
    if quantity.size != last.size and not (large and (last.kind == "money" or last.unit == "people")):
        return False
    if not large and _amount(last) and not _told_again(text, quantity):
        return False
    two = quantity.low
    return not (quantity.size == 1 and isinstance(two, int | float) and two < 10 and two == int(two))


def _amount(quantity: Quantity) -> bool:
    """Whether a number is an amount of money for nothing in particular."""
    return quantity.kind == "money" and "/" not in quantity.unit and not quantity.per


def _told_again(text: Text, quantity: Quantity) -> bool:
    """Whether a number is told of the same thing by a pronoun alone: `heute sind es 310.000`, `now it is 400`."""
    before = {text.low(k) for k in range(max(0, quantity.first - 3), quantity.first)}
    return len(before & words("reading.carry.again")) > 1


def _ends(text: Text, quantity: Quantity) -> bool:
    """Whether nothing that a number can count stands behind it."""
    if quantity.last >= len(text.tokens):
        return True
    behind = text.tokens[quantity.last]
    if _names_or_counts(behind):
        return not behind.name or behind.sentence != quantity.sentence  # `384 A100s`, `to about 9.5 two years on`
    ends = behind.sentence != quantity.sentence or behind.text in ",;.:)" or "^" in quantity.text
    if ends or behind.low in words("reading.carry.behind") or _verb_ends(text, quantity.last):
        return True
    if behind.low in words("reading.carry.more") and text.low(quantity.last + 1) in words("reading.carry.than"):
        return True  # `300 more than its predecessor`
    times = range(quantity.last + 1, quantity.last + 5) if behind.low in words("reading.carry.to_a_time") else range(0)
    return any(is_year(text.low(k)) or text.low(k) in PARTS for k in times)  # `12,000 to 14,000 by the end of 2026`


def _names_or_counts(behind: Token) -> bool:
    """Whether a token is part of a name, or a number in words."""
    return behind.name or (small_count(behind.low) is not None and not behind.glued)


def _verb_ends(text: Text, place: int) -> bool:
    """Whether a German verb ends the clause at a place: `für 2030 werden 277 vorhergesagt`."""
    verb = text.tokens[place]
    if verb.lang != "de" or not verb.text[0].islower() or not verb.low.endswith(stems("reading.carry.verb_ends")):
        return False
    behind = text.tokens[place + 1] if place + 1 < len(text.tokens) else None
    return behind is None or behind.sentence != verb.sentence or behind.text in ",;.:)" or is_year(behind.text)


def _breaks(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether the number before is told of something else: a break or a word that joins stands between."""
    between = {token.low for token in text.tokens[last.last : quantity.first]}
    return bool(between & words("reading.carry.breaks"))


def durations(text: Text, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with durations told in parts as one: `three days and six hours`.

    Args:
        text: the article.
        found: its quantities in order; the first part of each is changed in place.
    """
    kept: list[Quantity] = []
    for quantity in found:
        last = kept[-1] if kept else None
        if last is None or not _part_of(text, last, quantity):
            kept.append(quantity)
            continue
        last.low, last.high = (
            clean(one + two) if isinstance(one, int | float) and isinstance(two, int | float) else None
            for one, two in ((last.low, quantity.low), (last.high, quantity.high))
        )
        last.end, last.last = quantity.end, quantity.last
        last.text = text.text[last.start : last.end]
    return kept


def _part_of(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether a duration goes on another one that is longer: `and six hours` behind `three days`."""
    same = (
        last.kind == quantity.kind == "duration" and last.unit == quantity.unit and last.sentence == quantity.sentence
    )
    joined = {text.low(k) for k in range(last.last, quantity.first)}
    if not same or not joined or not joined <= words("reading.carry.and"):
        return False
    one, two = last.low, quantity.low
    smaller = isinstance(one, int | float) and isinstance(two, int | float) and two < one / 1.5
    return smaller and text.low(last.last - 1) != text.low(quantity.last - 1)
