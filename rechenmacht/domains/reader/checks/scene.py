"""What the checks of one article share: its text, mentions and quantities by sentence, the fact base, the date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rechenmacht.dates import span
from rechenmacht.domains.reader.linking import Link, canonical
from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.subjects import Mention
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.wording import explain
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim

MOST_IN_SENTENCE = 25
_COMPARED = frozenset(
    {"vergleich", "compared", "gegenüber", "als", "than", "unlike", "wie", "statt", "versus", "anders"}
)


@dataclass
class Scene:
    """One article under check."""

    base: Base
    text: Text
    quantities: list[Quantity]
    mentions: list[Mention]
    article: date | None
    links: dict[str, list[Link]] = field(default_factory=dict)
    by_sentence: dict[int, list[Quantity]] = field(default_factory=dict)
    named: dict[int, list[Mention]] = field(default_factory=dict)
    _words: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Group quantities and mentions by sentence."""
        for quantity in self.quantities:
            self.by_sentence.setdefault(quantity.sentence, []).append(quantity)
        for mention in self.mentions:
            self.named.setdefault(mention.sentence, []).append(mention)

    def words(self, sentence: int) -> list[str]:
        """Lower-case words of a sentence."""
        if sentence not in self._words:
            begin, end = self.text.sentences[sentence]
            self._words[sentence] = [token.low for token in self.text.tokens[begin:end]]
        return self._words[sentence]

    def crowded(self, sentence: int) -> bool:
        """Whether a sentence holds more numbers than a sentence does: a table or a heap, which is not checked."""
        return len(self.by_sentence.get(sentence, ())) > MOST_IN_SENTENCE

    def compared(self, mention: Mention) -> bool:
        """Whether an entity is named only to be compared with (`im Vergleich zu`, `than`, `als`)."""
        before = {token.low for token in self.text.tokens[max(0, mention.first - 4) : mention.first]}
        return bool(before & _COMPARED)

    def name(self, entity: str) -> tuple[str, str]:
        """Name of an entity in English and German."""
        row = self.base.entities[entity]
        return row.name_en, row.name_de

    def what(self, quantity: str) -> tuple[str, str]:
        """Name of a quantity in English and German."""
        row = self.base.quantities[quantity]
        return row.name_en, row.name_de


def verdict(quantity: Quantity, told: Verdicts, check: str, key: str, values: dict[str, tuple[str, str]], *,
            expected: tuple[float | str | None, float | str | None] = (None, None),
            claims: list[str] | None = None) -> Verdict:  # fmt: skip
    """Return a verdict with its texts."""
    return Verdict(
        quantity.id, told, check, expected[0], expected[1], list(dict.fromkeys(claims or []))[:8], explain(key, values)
    )


def claim_band(base: Base, claim: Claim) -> tuple[float, float]:
    """Return the band of a claim in the canonical unit; an open end stays at the known one."""
    _, factor = canonical(base, claim.quantity)
    ends = [end for end in (claim.low, claim.value, claim.high) if end is not None]
    return min(ends) * factor, max(ends) * factor


def year_span(text: str | float | None) -> tuple[date, date] | None:
    """Return the days that a partial date covers, or None."""
    if not isinstance(text, str) or text.startswith("--"):
        return None
    try:
        return span(text)
    except ValueError:
        return None


def numeric(value: object) -> float | None:
    """Return a value as a number, or None for dates and open ends."""
    return float(value) if isinstance(value, int | float) else None


def tolerance(quantity: Quantity) -> float:
    """Return the relative tolerance within which a number is confirmed: its last figure, more where it is hedged."""
    digits = "".join(c for c in quantity.text if c.isdigit()).strip("0")
    rounding = {0: 0.1, 1: 0.1, 2: 0.04}.get(len(digits), 0.02)
    return rounding + {"about": 0.08, "vague": 0.5, "range": 0.05}.get(quantity.hedge, 0.0)


def distance(quantity: Quantity, low: float, high: float) -> float:
    """Return by which factor (1 = inside) a quantity lies outside a band; its own hedge opens it to one side."""
    own_low, own_high = numeric(quantity.low), numeric(quantity.high)
    if own_low is None and own_high is None:
        return float("nan")
    if own_low is not None and own_high is None:  # at least: wrong only if all of the band lies below
        return max(own_low / high, 1.0) if high > 0 else float("inf")
    if own_low is None and own_high is not None:  # up to, almost: wrong only if all of the band lies above
        over = max(low / own_high, 1.0) if own_high > 0 else float("inf")
        return max(over, own_high / high) if quantity.hedge == "almost" and high > 0 else over
    if own_low is None or own_high is None or own_high <= 0 or low <= 0:
        return 1.0 if own_low == low or own_high == high else float("inf")
    return max(own_low / high, low / own_high, 1.0)
