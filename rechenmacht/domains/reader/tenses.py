"""Whether a clause speaks of what was, is or will be."""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.domains.reader.context import BECOMES, ahead
from rechenmacht.domains.reader.tokens import Token
from rechenmacht.domains.reader.words import stems, words

PAST = "past"
PRESENT = "present"
FUTURE = "future"
NONE = ""
_CLOSES = frozenset(",;:.!?")
_SHORT = 4  # letters of a word that is too short to be read by its ending


def of_words(tokens: list[Token]) -> str:
    """Return the tense that some words tell; `has grown` is of today, `had grown` is not."""
    said = {token.low for token in tokens}
    if said & words("judging.tenses.future") or (not said.isdisjoint(BECOMES) and ahead(tokens)):
        return FUTURE
    if said & words("judging.tenses.past") or _perfect(tokens, said):
        return PAST
    if said & words("judging.tenses.now_helpers"):
        return PRESENT
    if said & words("judging.tenses.past_or_participle"):
        return PAST
    if said & words("judging.tenses.present"):
        return PRESENT
    return PAST if any(_ends_past(tokens)) else NONE


def looks_back(tokens: list[Token]) -> bool:
    """Whether a clause tells of what had been before: `the bill had come to`, not `the firm had 300 staff`."""
    for place, token in enumerate(tokens):
        if token.low not in words("judging.tenses.perfect"):
            continue
        if token.lang == "de":
            last = [one for one in tokens if one.kind == "w"][-1]
            return last.text[0].islower() and _participle(last.low)
        behind = [one.low for one in tokens[place + 1 : place + 4]]
        return any(
            low.endswith(stems("judging.tenses.had_ends")) or low in words("judging.tenses.participles")
            for low in behind
        )
    return False


def _perfect(tokens: list[Token], said: set[str]) -> bool:
    """Whether a German clause tells the past by a participle at its end: `hat das Land 2025 verbraucht`."""
    if said.isdisjoint(words("judging.tenses.helpers")):
        return False
    for place, token in enumerate(tokens):
        closes = place + 1 == len(tokens) or tokens[place + 1].text in _CLOSES or tokens[place + 1].low in _joins()
        if closes and token.kind == "w" and token.lang == "de" and token.text[0].islower() and _participle(token.low):
            return True
    return False


def _joins() -> frozenset[str]:
    return words("judging.tenses.joins")


def _participle(low: str) -> bool:
    opens = low.startswith(stems("judging.tenses.prefixes")) or "ge" in low[:6]
    return low.endswith(stems("judging.tenses.participle_ends")) and opens


def _ends_past(tokens: list[Token]) -> Iterable[bool]:
    """Tell of each word whether it is a verb of the past by its ending: `poured`, `verbrauchte`."""
    for place, token in enumerate(tokens):
        if token.kind != "w" or len(token.low) <= _SHORT or not token.text[0].islower():
            continue
        before = tokens[place - 1].low if place else ""
        ends = stems("judging.tenses.past_ends_en" if token.lang == "en" else "judging.tenses.past_ends_de")
        beside = before in words("judging.tenses.articles") or before == "-"
        yield token.low.endswith(ends) and not beside and token.low not in words("judging.tenses.no_verbs")
