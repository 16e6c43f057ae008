"""What in a sentence belongs to which of its numbers: words tied to it, names and dates told in step with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import either, phrases, words

Places = Sequence[tuple[int, int]]
"""First and last token (excluded) of things of a sentence, in order."""
QUOTES = frozenset('„“”‚‘"»«')
_MARKS = QUOTES | frozenset(",;:()")
JOINED = words("grammar.pairing.joined")
_AGAINST = 4  # different words between two numbers set against each other
_MARKS = frozenset(",;:–—()")
_FAR = 8  # tokens of the phrase before a number that is tied to it
_REMARK = 10  # tokens of a remark in brackets behind it


def in_step(tokens: list[Token], numbers: Places, others: Places) -> dict[int, int]:
    """Return which of as many names or dates each number belongs to, where they are told in step.

    Each with its own (`A 5, B 7`; `5 in A and 7 in B`), turned round at the end (`A 5, against 7 for B`), or one list
    behind the other (`A and B have 5 and 7`).

    Args:
        tokens: the text.
        numbers: numbers of one unit.
        others: names of one kind, or dates.

    Returns:
        By the place of a number in its list, the place of its name or date; empty where the order tells nothing.
    """
    count = len(numbers)
    if count < 2 or len(others) != count:
        return {}
    rows = sorted([(place[0], "n", k) for k, place in enumerate(numbers)]
                  + [(place[0], "o", k) for k, place in enumerate(others)])  # fmt: skip
    order = "".join(kind for _, kind, _ in rows)
    mirrored = count == 2 and order in {"onno", "noon"}
    listed = order == "o" * count + "n" * count and _in_a_row(tokens, numbers, others)
    if order in {"on" * count, "no" * count} or mirrored or listed:
        return {k: k for k in range(count)}
    return {}


def _in_a_row(tokens: list[Token], numbers: Places, others: Places) -> bool:
    """Whether names and numbers are two lists, or two of each are compared: `A trails B: 5 against 7`."""
    if _listed(tokens, others) and _listed(tokens, numbers):
        return True
    if len(numbers) != 2:
        return False
    apart, (one, two) = _between(tokens, numbers), others
    against = len(apart) <= _AGAINST and not apart.isdisjoint(words("grammar.pairing.against"))
    compares = not _between(tokens, others).isdisjoint(words("grammar.pairing.compares"))
    differ = {token.low for token in tokens[two[1] : numbers[0][0]]} & words("grammar.pairing.differ")
    if not (_listed(tokens, others) or compares) or one == two:
        return False
    return against or (bool(differ) and _listed(tokens, numbers)) or (compares and _listed(tokens, numbers))


def _between(tokens: list[Token], places: Places) -> set[str]:
    """Return the words between two things."""
    return {token.low for token in tokens[places[0][1] : places[1][0]]} - words("grammar.pairing.rates")


def _listed(tokens: list[Token], places: Places) -> bool:
    """Whether things stand one behind the other as a list, with at most two words between."""
    joints = JOINED | words("judging.compare.respectively")
    for (_, last), (first, _) in pairwise(places):
        between = [token for token in tokens[last:first] if token.low not in words("grammar.pairing.rates")]
        if len(between) > 4 or not any(token.low in joints for token in between):
            return False
        if sum(token.low not in JOINED for token in between) > 2:
            return False
    return True


def ties(text: Text, begin: int, end: int, numbers: Sequence[Quantity]) -> dict[int, Quantity]:
    """Return the words of a sentence that are tied to a number, by their place.

    `a valuation of $24 billion`, `315 gigawatts of solar`, `22 ms (time per token)`: the phrase right before it or
    right behind it, with no more than small words between.

    Args:
        text: the article.
        begin: first token of the sentence.
        end: its last token (excluded).
        numbers: the sentence's numbers.
    """
    found: dict[int, Quantity] = {}
    counted = {place for quantity in numbers for place in range(quantity.first, quantity.last)}
    for quantity in numbers:
        if quantity.kind != "date":
            before = _before(text.tokens, begin, quantity, counted)
            for place in (*before, *_behind(text.tokens, end, quantity)):
                found.setdefault(place, quantity)
    return found


def _before(tokens: list[Token], begin: int, quantity: Quantity, counted: set[int]) -> range:
    """Return the phrase before a number: back to a mark, a number, `and` or a small word that opens it."""
    links, place = either("judging.ties.before", "judging.subjects.carries_more"), quantity.first - 1
    links |= QUOTES
    while place >= begin and quantity.first - place <= 4 and tokens[place].low in links:
        place -= 1
    ends = words("judging.ties.ends")
    touches = place == quantity.first - 1 and tokens[place].low not in words("judging.ties.adjacent")
    if place < begin or touches or tokens[place].kind != "w" or place in counted:
        return range(0)
    first = place
    while first > begin and place - first < _FAR and tokens[first - 1].kind != "n":
        if tokens[first - 1].text in _MARKS or tokens[first - 1].low in ends or first - 1 in counted:
            break
        first -= 1
    return range(first, place + 1)


def _behind(tokens: list[Token], end: int, quantity: Quantity) -> range:
    """Return the phrase behind a number: of what it is, or a remark in brackets."""
    if quantity.last < end and tokens[quantity.last].text == "(":
        stop = min(end, quantity.last + _REMARK)
        closed = next((k for k in range(quantity.last + 1, stop) if tokens[k].text == ")"), None)
        return range(quantity.last + 1, closed) if closed is not None else range(0)
    links, first = words("judging.ties.behind"), quantity.last
    while first < end and first - quantity.last <= 2 and tokens[first].low in links:
        first += 1
    if first == quantity.last:
        return range(0)
    last = first
    while last < end and last - first < 4 and tokens[last].kind == "w" and tokens[last].low not in _STOPS | JOINED:
        last += 1
    return range(first, last)


def falls_to(text: Text, quantity: Quantity, name: int) -> bool:
    """Whether a share is told to be that of the name right behind it: `63 Prozent entfallen auf Nvidia`."""
    between = {text.low(k) for k in range(quantity.last, name)}
    to, falls = words("grammar.pairing.to_share"), words("grammar.pairing.falls")
    near = quantity.unit == "1" and 0 < name - quantity.last <= _TO
    if not near or between.isdisjoint(to) or not between <= to | falls:
        return False
    return any(text.low(k) in falls for k in range(*text.sentences[quantity.sentence]))


_TO = 3  # tokens from a share to the name that it falls to
_STOPS = words("grammar.pairing.stops")


def speaks(text: Text, first: int, last: int) -> bool:
    """Whether a name only says whose words they are: `Huawei says`, `laut Microsoft`, `according to the IEA`."""
    begin, end = text.sentences[text.tokens[first].sentence]
    before = [token.low for token in text.tokens[max(begin, first - 2) : first]]
    behind = {token.low for token in text.tokens[last : min(end, last + 1)]}
    led = before[-1:] == ["laut"] or tuple(before) in phrases("grammar.relations.according") or "zufolge" in behind
    return led or bool(behind & words("judging.subjects.says"))


def reckons(text: Text, first: int, last: int) -> bool:
    """Whether an analyst's name only says who reckons: `Epoch AI estimates`, `nach Erwartung von JPMorgan`."""
    said = words("judging.subjects.reckoned")
    beside = {text.low(first - 1), text.low(first - 2), text.low(last)}
    return text.low(last) in words("judging.subjects.reckons") or not said.isdisjoint(beside)


def leads_over(tokens: list[Token], last: int, first: int) -> bool:
    """Whether one name goes over into the next with no word that joins two things between."""
    between, joins = tokens[last : max(first, last)], either("grammar.pairing.joined", "grammar.pairing.compares")
    if any(t.low in words("grammar.pairing.relatives") for t in between):
        return False  # `the server that AWS showed`
    return 0 <= first - last <= 1 and not any(t.low in joins or t.text in _MARKS for t in between)
