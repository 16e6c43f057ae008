"""What the reader returns: quantities found in a text and the verdicts on them.

Offsets are Unicode code points into `Document.text`. Values stand in canonical units: `1` for shares,
ratios and percent
(as a fraction), `USD`, `EUR`, `CNY`, `W`, `Wh`, `B`, `B/s`, `FLOP/s`, `FLOP`, `s` and `year` for durations, `m`,
`count`, `people`, `h100e`, `token/s`, rates as `W/week`. Dates are ISO 8601, partial where the text is (`2027`,
`2025-09`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["en", "de"]
Kind = Literal["number", "percent", "money", "ratio", "date", "duration", "rank", "vague"]
Verdicts = Literal["supported", "imprecise", "outdated", "other", "contradicted", "unverifiable"]
Value = float | str | None


@dataclass(slots=True)
class Quantity:
    """One number or date of the text.

    `hedge` says how the number is bounded: exact, about, at_least, up_to, almost, range, vague. `role` says what the
    sentence does with it: stated, planned, forecast, reported, opinion, past. `per` keeps a divisor that is not part
    of the unit (`kWh` in "7 Cent je kWh").
    """

    start: int
    end: int
    kind: Kind
    low: Value
    high: Value
    unit: str
    hedge: str = "exact"
    id: str = ""
    text: str = ""
    noun: str = ""
    per: str = ""
    time: str | None = None
    negated: bool = False
    attributed_to: str | None = None
    subject: str | None = None
    quantity: str | None = None
    role: str = "stated"
    first: int = 0
    last: int = 0
    sentence: int = 0
    form: str = ""
    size: float = 1.0
    candidates: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def fraction(self) -> bool:
        """Whether the number is a part of one, told in words (`a fifth`), which is a share as a percentage is."""
        return self.kind == "ratio" and self.form != "verb" and isinstance(self.high, float) and 0 < self.high < 1

    @property
    def mid(self) -> float | None:
        """The value to compare: the middle of a range, or the end of a bound that is known."""
        low, high = self.low, self.high
        if isinstance(low, str) or isinstance(high, str):
            return None
        if low is None or high is None:
            return high if low is None else low
        return (low + high) / 2


@dataclass(slots=True)
class Verdict:
    """What a check says about one quantity, with the numbers and claims behind it.

    - supported: the fact base says so. imprecise: it says so roughly.
    - outdated: it was so, and the base has a newer number. other: it is so of another subject, year or definition.
    - contradicted: the base, arithmetic or physics say otherwise. unverifiable: nothing decides it; `reason` says why.

    `claim` is the claim whose value decides, `as_of` its date; `subject` and `quantity` are what was judged.
    """

    quantity_id: str
    verdict: Verdicts
    check: str
    expected_low: float | str | None = None
    expected_high: float | str | None = None
    claims: list[str] = field(default_factory=list)
    explanation: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    subject: str | None = None
    quantity: str | None = None
    claim: str | None = None
    as_of: str | None = None


@dataclass(slots=True)
class Document:
    """One article as read: its text, what was found in it, and the verdicts."""

    file: str
    language: Lang
    text: str
    quantities: list[Quantity] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    date: str | None = None
