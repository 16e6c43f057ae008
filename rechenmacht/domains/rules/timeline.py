"""When a chip's status changed, which chip is the strongest that may flow, and what a proposed rule would move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rechenmacht.catalogue import chip as catalogue_chip
from rechenmacht.catalogue import h100e
from rechenmacht.dates import span
from rechenmacht.domains.rules.chips import RuledChip, at_home, cases_of, row_of
from rechenmacht.domains.rules.classify import UNDETERMINED, classify
from rechenmacht.domains.rules.ruleset import FAR, RuleSet
from rechenmacht.evidence.base import Base

BEGIN = date(2022, 1, 1)
FREE = ("NLR", "NAC")
SHOWN = ("NLR", "NAC", "LIC_PA", "LIC_CBC", UNDETERMINED)
BASES = ("8bit", "16bit", "bandwidth")


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last` (days included; empty: open) the outcome was the same for the same rules."""

    first: str
    last: str
    outcome: str
    fired: tuple[str, ...]
    missing: tuple[str, ...]


def days_of_change(rules: RuleSet, begin: date, end: date) -> list[int]:
    """Return the ordinal days on which a rule starts to apply or no longer does, `begin` first."""
    days = {begin.toordinal()}
    for one in rules.of("control", "relaxation"):
        days |= {one.first, one.last + 1} if one.last < FAR else {one.first}
    for year in range(begin.year + 1, end.year + 1):  # conditions may read the year
        days.add(date(year, 1, 1).toordinal())
    return sorted(day for day in days if begin.toordinal() <= day <= end.toordinal())


def timeline(
    rules: RuleSet,
    one: RuledChip,
    row: Mapping[str, str],
    begin: date = BEGIN,
    end: date = date(2029, 12, 31),
) -> list[Period]:
    """Return a chip's status over time, in periods of equal answer.

    Args:
        rules: the compiled rules.
        one: the chip.
        row: the case, as `chips.row_of` gives it; its date is replaced.
        begin: first day shown.
        end: last day looked at.
    """
    return timelines(rules, [(one, row)], begin, end)[0]


def timelines(
    rules: RuleSet,
    cases: Sequence[tuple[RuledChip, Mapping[str, str]]],
    begin: date = BEGIN,
    end: date = date(2029, 12, 31),
) -> list[list[Period]]:
    """Return the status of several chips over time, asked at once.

    Args:
        rules: the compiled rules.
        cases: each chip with its case, as `chips.row_of` gives it; its date is replaced.
        begin: first day shown.
        end: last day looked at.
    """
    days = days_of_change(rules, begin, end)
    dates = [date.fromordinal(day).isoformat() for day in days]
    rows = [{**row, "date": on} for _, row in cases for on in dates]
    result = classify(rules, cases_of([one for one, _ in cases], rows, rules))
    whole: list[list[Period]] = []
    for start in range(0, len(rows), len(days)):
        periods: list[Period] = []
        for place, day in enumerate(days):
            index = start + place
            found = (result.outcome(index), result.fired(index), result.missing(index))
            last = periods[-1] if periods else None
            if last is not None and (last.outcome, last.fired, last.missing) == found:
                continue
            if last is not None:
                before = date.fromordinal(day - 1).isoformat()
                periods[-1] = Period(last.first, before, last.outcome, last.fired, last.missing)
            periods.append(Period(dates[place], "", *found))
        whole.append(periods)
    return whole


@dataclass(frozen=True, slots=True)
class Ranked:
    """A catalogue chip with its outcome and what it is worth on a compute basis (H100-equivalents)."""

    chip: RuledChip
    outcome: str
    worth: float
    fired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """On one compute basis: the strongest chip per outcome short of an unspecified licence or a presumed denial.

    `by_outcome` has an entry per outcome of `SHOWN` that any chip has; `strongest` needs no licence (NLR or NAC).
    """

    basis: str
    strongest: Ranked | None
    by_outcome: dict[str, Ranked]


def released(one: RuledChip, day: str) -> bool:
    """Tell whether a chip was out by a day; a chip without a release date (announced) was not."""
    return bool(one.released) and span(one.released)[0] <= date.fromisoformat(day)


def best(base: Base, rules: RuleSet, chips: Sequence[RuledChip], to: str, day: str, hq: str = "") -> list[Best]:
    """Return the strongest legal catalogue chip in each compute basis.

    Only chips released by then count, and not those of vendors at home in the destination: they are not exported.

    Args:
        base: the fact base, for what chips are worth.
        rules: the compiled rules.
        chips: the catalogue.
        to: destination (ISO code).
        day: 2024-07-31.
        hq: the buyer's headquarters (empty: the destination's).
    """
    asked = [one for one in chips if released(one, day) and not at_home(one, to)]
    result = classify(rules, cases_of(asked, [row_of(one, day, to, hq) for one in asked], rules))
    found = []
    for basis in BASES:
        ranked = []
        for index, one in enumerate(asked):
            worth = h100e(base, catalogue_chip(base, one.id), basis)
            on_chip = basis == "bandwidth" and "dram_bw" not in one.known  # memory on the chip is another thing
            if worth is not None and not on_chip:
                ranked.append(Ranked(one, result.outcome(index), worth, result.fired(index)))
        ranked.sort(key=lambda item: -item.worth)
        free = next((item for item in ranked if item.outcome in FREE), None)
        by_outcome = {item.outcome: item for item in reversed(ranked)}
        found.append(Best(basis, free, {name: by_outcome[name] for name in SHOWN if name in by_outcome}))
    return found
