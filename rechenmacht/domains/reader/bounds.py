"""How the words around a number bound it (`rund`, `at least`, `bis zu`), and the quantity that results."""

from __future__ import annotations

from rechenmacht.domains.reader import lexicon as lx
from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.model import Kind, Quantity
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, table, words

# Phrases that bound a number, by their last word, each read backwards from it.
_PHRASES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _words, _hedge in lx.HEDGE_PHRASES:
    _PHRASES.setdefault(_words[-1], []).append((_words[::-1], _hedge))


_MORE, _LESS = frozenset(table("bounds")["more"]), frozenset(table("bounds")["less"])
_MORE_INSIDE = frozenset(table("bounds")["more_inside"])


class Bounds:
    """Reads the hedges around the numbers of one text."""

    def __init__(self, text: Text) -> None:
        """Take the text."""
        self.text, self.tokens, self.low = text, text.tokens, text.low

    def hedge(self, i: int, last: int) -> str:
        """Return how the words before token `i`, and behind `last`, bound the number."""
        after = f"{self.low(last)} {self.low(last + 1)}"
        if f"{self.low(last - 3)} {self.low(last - 2)}" in _MORE_INSIDE and last - 3 > i:
            return "at_least"
        if after in _MORE or self.low(last) == "+":
            return "at_least"
        if after in _LESS:
            return "up_to"
        j = i - 1
        while self.low(j) in words("bounds.skipped") and j > i - 3:
            j -= 1
        for phrase, hedge in _PHRASES.get(self.low(j), ()):
            if all(self.low(j - k) == word for k, word in enumerate(phrase)):
                return hedge
        word = self.low(j)
        if word in words("grammar.bounds.well") and self.low(j - 1) == "so":
            return "about"
        if word in words("grammar.bounds.over_under") and self._preposition(j, last):
            return "exact"
        return lx.HEDGE_WORDS.get(word, "exact")

    def _preposition(self, j: int, last: int) -> bool:
        """Whether `über` or `over` says about, across or during, not more than (`verfügt über`, `over five years`)."""
        if self.low(last - 1) in un.TIME or self.low(last - 1).startswith(stems("grammar.bounds.long")):
            return True
        if self.low(j) == "über" and self.low(j - 1).endswith(stems("bounds.about")):
            return True
        if self.low(j) in words("grammar.bounds.over") and self._spread(j, last):
            return True
        if self.low(j) == "unter" and self.low(j - 1) in words("bounds.among"):
            return True
        begin = self.text.sentences[self.tokens[j].sentence][0]
        return self.low(j) == "über" and any(self.low(k).startswith("verfüg") for k in range(max(begin, j - 20), j))

    def _spread(self, j: int, last: int) -> bool:
        """Whether things are spread over so many places: `über 12 Schränke verteilt`."""
        behind = {self.low(k) for k in range(last, last + 5)}
        before = {self.low(k) for k in range(max(0, j - 3), j)}
        return bool(behind & words("reading.spread.behind") or before & words("reading.spread.before"))

    def _bound(
        self, first: int, last: int, kind: Kind, low: float | None, high: float | None, unit: str, noun: str
    ) -> Quantity:
        hedge = self.hedge(first, last)
        if hedge == "at_least":
            high = None
        elif hedge in {"up_to", "almost"}:
            low = None
        quantity = self._make(first, last, kind, low, high, unit, hedge)
        quantity.noun = noun
        return quantity

    def _make(
        self,
        first: int,
        last: int,
        kind: Kind,
        low: float | str | None,
        high: float | str | None,
        unit: str,
        hedge: str,
    ) -> Quantity:
        last = min(last, len(self.tokens))
        return Quantity(
            self.tokens[first].start,
            self.tokens[last - 1].end,
            kind,
            clean(low),
            clean(high),
            unit,
            hedge,
            first=first,
            last=last,
        )


def clean(value: float | str | None) -> float | str | None:
    """Round away the noise of binary fractions (2.5 * 1e6 stays 2500000)."""
    return float(f"{value:.12g}") if isinstance(value, float) else value
