"""What the export rules and the buyers' rules say about each chip that could go to China, quarter by quarter.

The rule engine is asked for each chip's status on every day on which a rule changes; the answers are integrated over
the quarters. Nothing about China's purchases is read here: they follow in `export_controls` from these statuses.

Judgements:
- AMD's cut-down chip follows the H20's status. Its published peak would put it under the letters' thresholds, which
  contradicts its reported sale (docs/method-race.md).
- What buyers are told of one chip holds for weaker ones too.
- The H200 followed on the H100: there was none to sell before 2024.
- A cut-down chip is designed because the chip it replaces was controlled; it comes a redesign lag after that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rechenmacht.catalogue import chip as catalogue_chip
from rechenmacht.catalogue import h100e
from rechenmacht.domains.race.axes import MEASURES
from rechenmacht.domains.rules.chips import RuledChip, cases_of, chip, row_of
from rechenmacht.domains.rules.classify import holding, may_be_bought
from rechenmacht.domains.rules.ruleset import RuleSet, load
from rechenmacht.domains.rules.timeline import FREE, Period, timeline
from rechenmacht.evidence.base import Base

# The chips that NVIDIA sold or could sell to China, each generation's strongest first: (chip, generation, replaces).
CHIPS_FOR_CHINA = ("a100", "a800", "h100", "h200", "h800", "h20")
ENTITY = {
    "a100": "chip:a100-sxm-80gb",
    "a800": "chip:a800-sxm",
    "h100": "chip:h100-sxm",
    "h200": "chip:h200-sxm",
    "h800": "chip:h800-sxm",
    "h20": "chip:h20",
}
STRONGEST_FIRST = ("h200", "h100", "h800", "a100", "a800", "h20")
REPLACES = {"a800": "a100", "h800": "h100", "h20": "h800"}
LATER = {"h200": 2024.0}
REFUSED = ("CN_BANNED", "CN_BLOCKED", "CN_DISCOURAGED")
CASE_BY_CASE = ("LIC_CBC",)
END = date(2036, 1, 1)
Span = tuple[date, date]
NEVER = 2100.0


@dataclass(frozen=True)
class Ruled:
    """Arrays over quarters and the chips for China; shares of the quarter's days lie in 0 to 1.

    free: (quarter, chip) may be sold without a licence, or under an exception.
    case_by_case: (quarter, chip) may be sold where a licence is granted case by case.
    free_refused, case_by_case_refused: (quarter, chip) the days of both on which the buyer's side refuses or
        discourages it; counted day by day, since refusal and licence may begin in the same week.
    since: (chip,) decimal year from which a chip can be designed; 0 for chips sold everywhere from the beginning.
    worth: (measure, chip) one chip in each measure.
    """

    free: NDArray[np.float64]
    case_by_case: NDArray[np.float64]
    free_refused: NDArray[np.float64]
    case_by_case_refused: NDArray[np.float64]
    since: NDArray[np.float64]
    worth: NDArray[np.float64]


def decimal_year(day: date) -> float:
    """Return a day as a decimal year, at its beginning."""
    start = date(day.year, 1, 1).toordinal()
    return day.year + (day.toordinal() - start) / (date(day.year + 1, 1, 1).toordinal() - start)


def overlap(first: float, last: float, ends: Sequence[float], dt: float) -> NDArray[np.float64]:
    """Return which share of each step (ended at `ends`, `dt` years long) lies between two years, shape (step,)."""
    end = np.asarray(ends, dtype=np.float64)
    part: NDArray[np.float64] = np.maximum(np.minimum(end, last) - np.maximum(end - dt, first), 0.0) / dt
    return part


def _shares(periods: Sequence[Span], ends: Sequence[float], dt: float) -> NDArray[np.float64]:
    return sum(
        (overlap(decimal_year(first), decimal_year(last), ends, dt) for first, last in periods), np.zeros(len(ends))
    )


def _in(periods: Sequence[Period], outcomes: tuple[str, ...]) -> list[Span]:
    found = []
    for position, period in enumerate(periods):
        last = date.fromisoformat(periods[position + 1].first) if position + 1 < len(periods) else END
        if period.outcome in outcomes:
            found.append((date.fromisoformat(period.first), last))
    return found


def _refusals(rules: RuleSet, one: RuledChip) -> list[Span]:
    """Return the spans in which buyers' rules hold against a chip."""
    days = sorted({date(2022, 1, 1).toordinal()} | {rule.first for rule in rules.of("buyer")})
    rows = [row_of(one, date.fromordinal(day).isoformat(), "CN") for day in days]
    truths = holding(rules, cases_of([one], rows, rules), "buyer")
    found = []
    for index, day in enumerate(days):
        if may_be_bought(rules, truths, index)[0] in REFUSED:
            after = date.fromordinal(days[index + 1]) if index + 1 < len(days) else END
            found.append((date.fromordinal(day), after))
    return found


def _both(ones: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return the days that lie in spans of both lists; an end is the first day no longer in a span."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in ones for b in others)
    return [(first, last) for first, last in pairs if first < last]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return spans in the order of time, those that touch or overlap as one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _refused(rules: RuleSet, chips: dict[str, RuledChip]) -> dict[str, list[Span]]:
    """Return the spans of refusal; a chip is refused wherever a stronger one is (nobody bars H200 to buy H800)."""
    found: dict[str, list[Span]] = {}
    worst: list[Span] = []
    for name in STRONGEST_FIRST:
        worst = _joined([*worst, *_refusals(rules, chips[name])])
        found[name] = worst
    return found


def _first_controlled(periods: Sequence[Period]) -> float:
    controlled = [p for p in periods if p.outcome not in FREE]
    return decimal_year(date.fromisoformat(controlled[0].first)) if controlled else NEVER


def _worth(base: Base) -> NDArray[np.float64]:
    rows = []
    for name in CHIPS_FOR_CHINA:
        one = catalogue_chip(base, ENTITY[name])
        bases = [h100e(base, one, basis) or 0.0 for basis in ("8bit", "16bit", "bandwidth")]
        rows.append([1.0, *bases, (one.get("tdp") or 0.0) / 1e6])
    worth = np.array(rows).T
    assert worth.shape == (len(MEASURES), len(CHIPS_FOR_CHINA))  # noqa: S101
    return worth


def ruled(base: Base, ends: Sequence[float], dt: float) -> Ruled:
    """Return what the rules say over steps that end at these decimal years and last `dt` years (shapes: `Ruled`)."""
    rules = load(base)
    chips = {name: chip(base, ENTITY[name]) for name in CHIPS_FOR_CHINA}
    periods = {n: timeline(rules, one, row_of(one, "2022-01-01", "CN"), end=END) for n, one in chips.items()}
    since = [_first_controlled(periods[REPLACES[n]]) if n in REPLACES else LATER.get(n, 0.0) for n in CHIPS_FOR_CHINA]
    refused = _refused(rules, chips)

    def shares(outcomes: tuple[str, ...], within: dict[str, list[Span]] | None) -> NDArray[np.float64]:
        spans = {n: _in(periods[n], outcomes) for n in CHIPS_FOR_CHINA}
        both = spans if within is None else {n: _both(found, within[n]) for n, found in spans.items()}
        return np.stack([_shares(both[n], ends, dt) for n in CHIPS_FOR_CHINA], 1)

    return Ruled(
        shares(FREE, None),
        shares(CASE_BY_CASE, None),
        shares(FREE, refused),
        shares(CASE_BY_CASE, refused),
        np.array(since),
        _worth(base),
    )


def controlled(base: Base, name: str, ends: Sequence[float], dt: float) -> NDArray[np.float64]:
    """Return the share of each step in which a chip needs a licence for China, shape (quarter,)."""
    rules = load(base)
    one = chip(base, name)
    periods = timeline(rules, one, row_of(one, "2022-01-01", "CN"), end=END)
    return 1 - _shares(_in(periods, FREE), ends, dt)
