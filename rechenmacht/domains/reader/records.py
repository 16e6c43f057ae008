"""What the base knows, as the reader asks for it: by subject and quantity, of one time, in canonical units."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import span
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.months import less
from rechenmacht.domains.reader.words import table
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim, History

Fitting = dict[str, tuple[tuple[str, ...], dict[str, tuple[float, bool]]]]
"""By kind of thing: the quantities that the unit alone speaks for; all that have it, each with a factor to its unit
and whether the unit alone says what is meant."""
_QUARTER_DAYS = 92
_LEVEL_DAYS = 120
_MONTH = 31  # days
_AHEAD = frozenset({"forecast", "target"})


@dataclass(frozen=True, slots=True)
class Period:
    """The time of a number: first and last day, whether the text states it, and whether it speaks of a fiscal year."""

    start: date
    end: date
    stated: bool
    fiscal: bool
    text: str

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1

    def at_end(self) -> Period:
        """Return its last day, as of which what stands then is told."""
        return Period(self.end, self.end, self.stated, self.fiscal, self.text)

    def fits(self, period: str) -> bool:
        """Whether a number of this time may be one of a quantity of a period: that of a quarter is none of a year."""
        if period == "quarter":
            return self.days <= _LEVEL_DAYS
        return period != "year" or self.days > _LEVEL_DAYS or self.days <= _MONTH

    @property
    def yearly(self) -> bool:
        """Whether it is about a year long."""
        return 340 <= self.days <= 380


def as_claim(row: History) -> Claim:
    """Return one period of a series as a claim; its id says that it is one of a series."""
    return Claim(
        f"history:{row.subject}:{row.quantity}:{row.period}", row.subject, row.quantity, row.low, row.value, row.high,
        row.unit, row.period, row.source, row.locator, row.basis, row.grade, row.note,
    )  # fmt: skip


class Records:
    """Claims and series by subject; build it once per fact base."""

    def __init__(self, base: Base) -> None:
        """Index claims and history."""
        self.base = base
        self.by_subject: dict[str, dict[str, list[Claim]]] = {}
        for claim in (*base.tables.claims, *map(as_claim, base.tables.history)):
            self.by_subject.setdefault(claim.subject, {}).setdefault(claim.quantity, []).append(claim)
        kinds: dict[str, set[str]] = {}
        for subject, known in self.by_subject.items():
            kinds.setdefault(subject.partition(":")[0], set()).update(known)
        if "country" in kinds:  # what is told of a bloc may be told of a country
            kinds["country"] |= kinds.get("bloc", set())
        self.kinds = {kind: tuple(sorted(codes)) for kind, codes in kinds.items()}
        self.rules = tuple(
            (subject, min(claim.as_of for claims in known.values() for claim in claims))
            for subject, known in sorted(self.by_subject.items()) if subject.startswith("rule:")
        )  # fmt: skip
        self.fitting: dict[object, tuple[Fitting, frozenset[str]]] = {}  # by unit, see candidates
        self._band: dict[str, tuple[float, float]] = {}  # by claim
        self.span = lru_cache(maxsize=16384)(span)
        self.bands = lru_cache(maxsize=4096)(self._bands)
        self.then, self.newest = lru_cache(maxsize=16384)(self._then), lru_cache(maxsize=16384)(self._newest)
        self.ends = lru_cache(maxsize=4096)(self._ends)
        self.bearers = lru_cache(maxsize=4096)(self._bearers)
        self.alike = lru_cache(maxsize=4096)(self._alike)

    def known(self, subject: str) -> Mapping[str, list[Claim]]:
        """Return the claims about a subject by quantity."""
        return self.by_subject.get(subject, {})

    def of(self, subject: str, code: str) -> list[Claim]:
        """Return all claims about a quantity of a subject."""
        return self.by_subject.get(subject, {}).get(code, [])

    def band(self, claim: Claim) -> tuple[float, float]:
        """Return the band of a claim in the canonical unit; an open end stays at the known one."""
        found = self._band.get(claim.id)
        if found is None:
            _, factor = canonical(self.base, claim.quantity)
            ends = [end for end in (claim.low, claim.value, claim.high) if end is not None]
            found = self._band[claim.id] = min(ends) * factor, max(ends) * factor
        return found

    def told_in(self, claim: Claim, value: float) -> float:
        """Return a value in the canonical unit in the unit of a claim."""
        return value / canonical(self.base, claim.quantity)[1]

    def middle(self, claim: Claim) -> float:
        """Return the value of a claim in the canonical unit."""
        return claim.mid * canonical(self.base, claim.quantity)[1]

    def _bands(self, subject: str, unit: str) -> tuple[tuple[float, float], ...]:
        """Return the bands of all claims about a subject in a canonical unit, or in it per something."""
        rows = ((canonical(self.base, code)[0], claims) for code, claims in self.known(subject).items())
        return tuple(
            self.band(claim) for told, claims in rows if told == unit or told.startswith(f"{unit}/") for claim in claims
        )

    def _bearers(self, code: str) -> tuple[str, ...]:
        """Return the subjects that the base knows a quantity of, in order."""
        return tuple(sorted(subject for subject, known in self.by_subject.items() if code in known))

    def _ends(self, code: str) -> NDArray[np.float64]:
        """Return the lower and upper ends (2, N) of all claims on a quantity, whosever they are."""
        bands = [self.band(claim) for known in self.by_subject.values() for claim in known.get(code, ())]
        return np.array(bands, float).reshape(-1, 2).T

    def _alike(self, begins: str) -> tuple[str, ...]:
        """Return the subjects whose id begins so, in order."""
        return tuple(sorted(subject for subject in self.by_subject if subject.startswith(begins)))

    def period(self, code: str) -> str:
        """Return by what time a quantity is counted."""
        return self.base.quantities[code].period

    def at(self, subject: str, code: str, when: Period) -> list[Claim]:
        """Return the claims that are about a stated time."""
        if self.period(code) == "static":
            return self.of(subject, code)
        return list(self.then(subject, code, when.start, when.end, when.fiscal))

    def _then(self, subject: str, code: str, start: date, end: date, fiscal: bool) -> tuple[Claim, ...]:
        """Return the claims that are about the time from one day to another."""
        claims, period = self.of(subject, code), self.period(code)
        when = Period(start, end, stated=True, fiscal=fiscal, text="")
        found = self._seen([claim for claim in claims if self._meets(claim, period, when)], when)
        exact = [claim for claim in found if when.days <= 40 and self._on(claim, when)]
        dated = [claim for claim in exact if period == "level" and self._within_month(claim)]
        return tuple(dated or exact or found)

    def _within_month(self, claim: Claim) -> bool:
        """Whether a claim is of a day or month, not of a whole year."""
        first, last = self.span(claim.as_of)
        return (last - first).days <= 31

    def _seen(self, found: list[Claim], when: Period) -> list[Claim]:
        """Leave out what was expected of a later time, where the base knows what was seen around the time asked for."""
        seen = [c for c in found if c.basis not in _AHEAD or self.span(c.as_of)[0] <= when.end]
        return seen if any(c.basis not in _AHEAD for c in seen) else found

    def _on(self, claim: Claim, when: Period) -> bool:
        """Whether a claim is about just the day or month that is asked for."""
        first, last = self.span(claim.as_of)
        if self.period(claim.quantity) == "quarter":
            return when.start <= last <= when.end
        return first <= when.end and when.start <= last

    def _meets(self, claim: Claim, period: str, when: Period) -> bool:
        first, last = self.span(claim.as_of)
        if period == "year":
            return self._year_meets(claim, first, last, when)
        if period == "quarter" and when.days <= 31:
            return abs((last - when.end).days) <= 45 or (first <= when.end and when.start <= last)
        if period == "quarter":
            return any(abs((last - end).days) <= _QUARTER_DAYS // 2 for end in quarter_ends(claim.subject, when))
        if when.days > 40:
            return first <= when.end and when.start <= last
        return (first - when.end).days <= _LEVEL_DAYS and (when.start - last).days <= _LEVEL_DAYS

    @staticmethod
    def _year_meets(claim: Claim, first: date, last: date, when: Period) -> bool:
        """A calendar year meets itself; a fiscal year meets the year of its name, and the one that it mostly covers."""
        if (last - first).days > 300:
            return when.start <= last and first <= when.end and when.days > 200
        if when.days <= 31:
            return abs((last - when.end).days) <= 31
        if when.days <= 200 or when.days > 800:
            return False
        ends = table("judging")["fiscal_year_ends"].get(claim.subject)
        if when.fiscal and ends is not None and abs(last.month - ends) > 1:
            return False  # a calendar year is not the fiscal year of that name
        named = last.year == when.end.year
        covers = last.year == when.end.year + 1 and last.month <= 6
        return named or (covers and not when.fiscal)

    def latest(self, subject: str, code: str, today: date | None) -> list[Claim]:
        """Return the newest claims that speak of what is, not of what is to be, as of a day."""
        if self.period(code) == "static":
            return self.of(subject, code)
        return list(self.newest(subject, code, today))

    def _newest(self, subject: str, code: str, today: date | None) -> tuple[Claim, ...]:
        """Return the newest claims of a quantity that changes, as of a day."""
        claims = self.of(subject, code)
        seen = [claim for claim in claims if claim.basis not in _AHEAD]
        limit = None if today is None else today + timedelta(days=10)
        known = self._ended_by(seen, limit) or self._begun_by(seen, today) or self._begun_by(claims, today) or claims
        newest = max((self.span(c.as_of)[1] for c in known), default=date.min)
        within = {"quarter": 20, "year": 40}.get(self.period(code), 150)
        return tuple(c for c in known if (newest - self.span(c.as_of)[1]).days <= within)

    def _ended_by(self, claims: list[Claim], day: date | None) -> list[Claim]:
        return [claim for claim in claims if day is None or self.span(claim.as_of)[1] <= day]

    def _begun_by(self, claims: list[Claim], day: date | None) -> list[Claim]:
        return [claim for claim in claims if day is None or self.span(claim.as_of)[0] <= day]

    def year_of_quarters(self, subject: str, codes: Iterable[str], when: Period) -> tuple[float, list[Claim]] | None:
        """Return the sum of the four quarters of a fiscal or calendar year, and their claims."""
        month = table("judging")["fiscal_year_ends"].get(subject, 12) if when.fiscal else 12
        ends = [_month_end(when.end.year, month - 3 * back) for back in (3, 2, 1, 0)]
        for code in codes:
            rows = [self._ended(subject, code, end) for end in ends]
            found = [row for row in rows if row is not None]
            if len(found) == 4 and len({row.id for row in found}) == 4:
                return sum((self.middle(row) for row in found), 0.0), found
        return None

    def of_firm(self, subject: str, when: Period) -> Period:
        """Return the months of a fiscal quarter or year, where the firm's own year is known; else the time as it is."""
        month = table("judging")["fiscal_year_ends"].get(subject)
        if not when.fiscal or month is None or when.days < 80 or when.days > 380:
            return when
        return Period(less(when.start, 12 - month), less(when.end, 12 - month), when.stated, False, when.text)

    def _ended(self, subject: str, code: str, end: date) -> Claim | None:
        near = [c for c in self.of(subject, code) if abs((self.span(c.as_of)[1] - end).days) <= 20]
        return near[-1] if near else None


def _month_end(year: int, month: int) -> date:
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, calendar.monthrange(year, month)[1])


def quarter_ends(subject: str, when: Period) -> list[date]:
    """Return on what days a quarter may have ended: by the calendar, and by the firm's own year where it has one."""
    if when.days > 120:
        return []
    ends = [] if when.fiscal else [when.end if when.days > 31 else when.start + timedelta(days=45)]
    month = table("judging")["fiscal_year_ends"].get(subject)
    named = when.fiscal or when.start.month % 3 == 1  # August to October is no quarter of the calendar
    if month is not None and when.days > 31 and named:
        ends.append(_month_end(when.end.year, when.end.month - (12 - month)))
    elif when.fiscal:
        ends.append(when.end)
    return ends
