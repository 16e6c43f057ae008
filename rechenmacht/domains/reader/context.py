"""What the sentence does with a number: planned, forecast, reported, opinion; denied; whose word it is; about when."""

from __future__ import annotations

from datetime import date

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import stems, words

BECOMES = words("grammar.context.becomes")
_LONGEST = 30  # years that a sentence looks back or ahead
_CUTS = frozenset(";()")


def _name_before(tokens: list[Token], i: int, begin: int) -> str | None:
    """Return the run of capitalised words that ends just before token `i`."""
    j = i
    while (
        j > begin
        and tokens[j - 1].kind in "wn"
        and (tokens[j - 1].text[0].isupper() or tokens[j - 1].kind == "n")
        and i - j < 4
    ):
        j -= 1
    return " ".join(token.text for token in tokens[j:i]) or None


def _name_after(tokens: list[Token], i: int, end: int) -> str | None:
    """Return the run of capitalised words from token `i` on, articles and prepositions skipped."""
    while i < end and tokens[i].low in words("judging.role.name_skips"):
        i += 1
    j = i
    while j < end and j - i < 5 and tokens[j].kind == "w" and (tokens[j].text[0].isupper() or j == i):
        j += 1
    return " ".join(token.text for token in tokens[i:j]) or None


def attribution(tokens: list[Token], begin: int, end: int) -> str | None:
    """Return who is quoted for what a sentence says, or None."""
    say = words("judging.role.say")
    for i in range(begin, end):
        low = tokens[i].low
        if low == "laut" or (low == "according" and i + 1 < end):
            return _name_after(tokens, i + 1 + (low == "according"), end)
        if low == "zufolge":
            return _name_before(tokens, i, begin)
        if low == "angaben" and i > begin and tokens[i - 1].low in words("grammar.context.by"):
            return _name_after(tokens, i + 1, end)
        if low in say:
            before = _name_before(tokens, i, begin)
            return before or _name_after(tokens, i + 1, end)
    return None


def _role(said: set[str]) -> str:
    if said & words("judging.role.holds") and said & words("judging.role.holds_for"):
        return "opinion"  # `Der Chef hält 30 Prozent für möglich`, not `China hält 15 Prozent`
    for role in ("planned", "forecast", "opinion", "reported", "past"):
        if said & words(f"judging.role.{role}"):
            return role
    return "stated"


def _said(tokens: list[Token]) -> set[str]:
    """Return the words of a stretch; `wird` counts only where it makes a future, not a passive."""
    said = {token.low for token in tokens if token.text != "May"}
    return said if BECOMES.isdisjoint(said) or ahead(tokens) else said - BECOMES


def ahead(tokens: list[Token]) -> bool:
    """Whether `wird` or `werden` in a German stretch speaks of the future.

    `wird 2030 kosten` and `wird genannt werden` look ahead, `wird oft genannt` does not.
    """
    if sum(token.low in BECOMES for token in tokens) > 1:
        return True
    return any(
        token.kind == "w" and token.text.islower() and token.low.endswith(stems("grammar.context.infinitives"))
        and token.low not in words("judging.tense.no_verbs") and token.low not in BECOMES
        and not token.low.startswith("ge") and len(token.low) > 4
        for token in tokens
    )  # fmt: skip


def _segment(tokens: list[Token], begin: int, end: int, quantity: Quantity) -> tuple[int, int]:
    """Return the part of a sentence that a number stands in, cut at semicolons and brackets."""
    left = max((k + 1 for k in range(begin, quantity.first) if tokens[k].text in _CUTS), default=begin)
    right = min((k for k in range(quantity.last, end) if tokens[k].text in _CUTS), default=end)
    return left, right


def _clause(tokens: list[Token], begin: int, end: int, first: int) -> tuple[int, int]:
    """Return the clause around token `first`: between commas, colons and semicolons, if longer than three words."""
    start, stop = begin, end
    for i in range(first - 1, begin - 1, -1):
        if tokens[i].text in ",;:" and first - i > 3:
            start = i + 1
            break
    for i in range(first, end):
        if tokens[i].text in ",;:" and i - first > 1:
            stop = i
            break
    return start, stop


def _told(when: Quantity) -> str | None:
    """Return a date of the text as a partial date or an interval of two."""
    if when.low is not None and when.high is not None and when.low != when.high:
        return f"{when.low}/{when.high}"
    known = when.low if when.low is not None else when.high
    return str(known) if known is not None else None


def _window(text: Text, inside: list[Quantity], article: date) -> str | None:
    """Return the years or months that a sentence tells from the article's day: `seit drei Jahren`.

    Args:
        text: the article.
        inside: the quantities of the sentence.
        article: the day of the article.
    """
    for length in inside:
        if length.kind != "duration" or length.unit != "year" or not isinstance(length.low, int | float):
            continue
        before = [text.low(k) for k in range(max(text.sentences[length.sentence][0], length.first - 3), length.first)]
        back, ahead = words("judging.window.back") & {*before}, words("judging.window.ahead") & {*before}
        if length.low != length.high or not (back or ahead) or not 0 < length.low < _LONGEST:
            continue
        here, months = article.year * 12 + article.month - 1, round(length.low * 12)
        first, last = (here - months, here) if back else (here, here + months)
        if months % 12 == 0 and months > 12:
            return f"{first // 12}/{last // 12}"
        return "/".join(f"{k // 12}-{k % 12 + 1:02d}" for k in (first, last))
    return None


def annotate(text: Text, quantities: list[Quantity], article: date | None = None) -> None:
    """Set role, negation, attribution and time of each quantity, in time linear in the text's length."""
    by_sentence: dict[int, list[Quantity]] = {}
    for quantity in quantities:
        by_sentence.setdefault(quantity.sentence, []).append(quantity)
    for sentence, inside in by_sentence.items():
        begin, end = text.sentences[sentence]
        end = min(end, begin + 400)  # a "sentence" of thousands of words is no sentence
        source = attribution(text.tokens, begin, end)
        dates = [q for q in inside if q.kind == "date" and q.form not in {"dateline", "end"}]
        roles = dict[tuple[int, int], str]()
        for quantity in inside[:60]:
            start, stop = _clause(text.tokens, begin, end, quantity.first)
            for place in ((start, stop), _segment(text.tokens, begin, end, quantity)):
                if place not in roles:
                    roles[place] = _role(_said(text.tokens[place[0] : place[1]]))
                quantity.role = roles[place]
                if quantity.role != "stated":
                    break
            quantity.attributed_to = source
            quantity.negated = _negated(text.tokens, max(begin, quantity.first - 4), quantity.first)
            if quantity.kind != "date" and dates:
                away = [abs(when.first - quantity.first) + 40 * (not start <= when.first < stop) for when in dates]
                closest = dates[away.index(min(away))]
                quantity.time = _told(closest)
            elif quantity.kind != "date" and article is not None:
                quantity.time = _window(text, inside, article)


def _negated(tokens: list[Token], begin: int, first: int) -> bool:
    denies = words("judging.role.not")
    for i in range(begin, first):
        if tokens[i].low in denies:
            after = tokens[i + 1].low if i + 1 < len(tokens) else ""
            if after not in words("judging.role.bound_after_not") and not any(
                tokens[k].text in ",;:" for k in range(i, first)
            ):
                return True
    return False
