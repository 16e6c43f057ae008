"""Quantities of a run in words: `mean capex_ai@us@2026 / mean capex_ai@us@2025`, draw by draw.

A term is a kind, a variable, a region (`us` or United States, `cn`, `eu`, `gulf`, `rest`, `world`) and a time:

    end  X@R@2030-Q4     the value at the end of a quarter
    mean X@R@2030        the mean of the year's four quarters
    gain X@R@2027        what a running total gained in the year
    sum  X@R@2025..2029  the sum of the years' means

Terms are joined by `+`, `-`, `*` and `/`, worked out from left to right; a number may follow at the end, `* 4`. A bar
behind it, `< 0.5` or `> 0.5`, asks in what share of the draws the quantity lies on that side.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.errors import BadInput, nearest

Array = NDArray[np.float64]
TERM = re.compile(r"(end|mean|gain|sum) (\S+?)@([^@]+)@(\d{4}(?:-Q[1-4])?)(?:\.\.(\d{4}))?")
WORDED = re.compile(r"\s*(end|mean|gain|sum) ")
BAR = re.compile(r"(.*\S) ([<>]) ([-+]?\d[\d.eE+-]*)")
NUMBER = re.compile(r"\d+(\.\d+)?")
LEAST = 1e-30
INDICATOR = "indicator"
BARE = {"1", "share", INDICATOR}
YEARLY = "/year"


@dataclass(frozen=True, slots=True)
class Term:
    """A series at a time; `first` and `last` are equal but for a sum of years."""

    kind: str
    variable: str
    region: str
    first: str
    last: str

    def __str__(self) -> str:
        years = f"{self.first}..{self.last}" if self.kind == "sum" else self.first
        return f"{self.kind} {self.variable}@{self.region}@{years}"

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters whose ends it is worked out from."""
        if self.kind == "end":
            return (self.first,)
        if self.kind == "gain":
            before = f"{int(self.first) - 1}-Q4"
            return (*((before,) if before in QUARTERS else ()), f"{self.first}-Q4")
        return tuple(quarter for quarter in QUARTERS if self.first <= quarter[:4] <= self.last)


@dataclass(frozen=True, slots=True)
class Words:
    """A quantity as it is written: terms, the signs between them, a factor, and the bar's side and number, if any."""

    terms: tuple[Term, ...]
    signs: tuple[str, ...]
    factor: float = 1.0
    side: str = ""
    bar: float = math.nan


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a run: as it is written, the place of each term in the run's series, and its unit."""

    words: Words
    places: tuple[int, ...]
    unit: str

    def __str__(self) -> str:
        parts = [str(self.words.terms[0])]
        for sign, term in zip(self.words.signs, self.words.terms[1:], strict=True):
            parts += [sign, str(term)]
        if self.words.factor != 1:
            parts += ["*", f"{self.words.factor:g}"]
        if self.words.side:
            parts += [self.words.side, f"{self.words.bar:g}"]
        return " ".join(parts)

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters whose ends it is worked out from."""
        return tuple(dict.fromkeys(quarter for term in self.words.terms for quarter in term.quarters))

    def among(self, places: Sequence[int]) -> Quantity:
        """Return the same of outcomes that hold these rows of a run alone."""
        return replace(self, places=tuple(list(places).index(place) for place in self.places))

    def of(self, outcomes: Outcomes | Array, quarters: Sequence[str] = QUARTERS) -> Array:
        """Return what each draw says, shape (draw,), from outcomes of shape (series, quarter, draw).

        Raises:
            BadInput: if something is divided by nothing in a draw.
        """
        rows = (_valued(outcomes[i], t, quarters) for t, i in zip(self.words.terms, self.places, strict=True))
        found = next(rows)
        for sign, other, term in zip(self.words.signs, rows, self.words.terms[1:], strict=True):
            if sign == "+":
                found = found + other
            elif sign == "-":
                found = found - other
            elif sign == "*":
                found = found * other
            else:
                found = found / _something(other, term)
        return found * self.words.factor

    def holds(self, values: Array) -> float:
        """Return the share of draws (draw,) on the bar's side."""
        return float((values > self.words.bar).mean() if self.words.side == ">" else (values < self.words.bar).mean())


def _something(values: Array, term: Term) -> Array:
    """Let pass what can be divided by, shape (draw,).

    Raises:
        BadInput: if it is nothing in a draw.
    """
    without = int((np.abs(values) < LEAST).sum())
    if without:
        said = f"{term} is nothing in {without:,} of {len(values):,} draws, so nothing can be divided by it"
        raise BadInput.of("error.quantity.nothing", said, term=str(term), n=without, draws=len(values))
    return values


def _valued(values: NDArray[np.floating], term: Term, quarters: Sequence[str]) -> Array:
    """Return a term's value from a series of shape (quarter, draw)."""
    place = {quarter: q for q, quarter in enumerate(quarters)}
    rows: Array = values[[place[quarter] for quarter in term.quarters]].astype(np.float64)
    if term.kind == "end":
        level: Array = rows[0]
        return level
    if term.kind == "gain":
        gained: Array = rows[-1] - (rows[0] if len(rows) > 1 else 0.0)
        return gained
    years = rows.reshape(-1, 4, rows.shape[-1]).mean(1)
    summed: Array = years.sum(0)
    return summed


def _bad(key: str, text: str, where: str, **values: object) -> BadInput:
    return BadInput.of(f"error.quantity.{key}", text, where=where, **values)


def _term(text: str, where: str) -> Term:
    parts = TERM.fullmatch(text.strip())
    if parts is None:
        raise _bad("term", f"{text!r} is no term such as mean capex_ai@us@2026", where, given=text)
    kind, variable, region, at, last = parts.groups()
    region = REGION.get(region.strip().lower(), region.strip())
    first, end = QUARTERS[0], QUARTERS[-1]
    if kind == "end" and at not in QUARTERS:
        said = f"{at} is no quarter of a run: write {first} to {end}"
        raise _bad("quarter", said, where, at=at, first=first, last=end)
    if kind != "end" and (len(at) > 4 or not first[:4] <= at <= (last or at) <= end[:4] or (last and kind != "sum")):
        said = f"{text!r}: write a year of a run, and two only with sum"
        raise _bad("years", said, where, given=text)
    return Term(kind, variable, region, at, last or at)


def written(text: str, where: str) -> Words:
    """Return a quantity in words, read; whether a run has its series is not looked at.

    Raises:
        BadInput: if it cannot be read.
    """
    barred = BAR.fullmatch(text.strip())
    side, bar = "", math.nan
    if barred:
        text, side = barred[1], barred[2]
        try:
            bar = float(barred[3])
        except ValueError:
            raise _bad("bar", f"{barred[3]!r} is no number", where, given=barred[3]) from None
    parts, factor = re.split(r" ([-+*/]) ", text.strip()), 1.0
    if len(parts) > 2 and NUMBER.fullmatch(parts[-1]) and parts[-2] in {"*", "/"} and float(parts[-1]):
        factor = float(parts[-1]) if parts[-2] == "*" else 1 / float(parts[-1])
        del parts[-2:]
    return Words(tuple(_term(part, where) for part in parts[::2]), tuple(parts[1::2]), factor, side, bar)


def quantity(text: str, where: str, series: Sequence[Series] = SERIES) -> Quantity:
    """Return a quantity in words.

    Args:
        text: the words.
        where: file and row, or option, for the message of an error.
        series: what a run reports.

    Raises:
        BadInput: if it cannot be read, a run has no such series or time, or unlike units are added.
    """
    words = written(text, where)
    known = {(one.variable, one.region): place for place, one in enumerate(series)}
    places = []
    for term in words.terms:
        if (term.variable, term.region) not in known:
            near = nearest(f"{term.variable}@{term.region}", {f"{v}@{r}" for v, r in known})
            said = f"a run has no {term.variable} in {term.region}{near}"
            raise _bad("series", said, where, variable=term.variable, region=term.region, near=near)
        place = known[term.variable, term.region]
        if series[place].unit == INDICATOR and len(words.terms) > 1:
            said = f"{term.variable} is 0 or 1 in a draw: ask for it alone"
            raise _bad("alone", said, where, variable=term.variable)
        places.append(place)
    return Quantity(words, tuple(places), _unit(words, [series[place].unit for place in places], where))


def _unit(words: Words, units: Sequence[str], where: str) -> str:
    """Return the unit of the whole: one of the terms', `1` where they cancel, or a product written out."""
    found: Counter[str] = Counter()
    for term, unit, sign in zip(words.terms, units, ("*", *words.signs), strict=True):
        own = unit.removesuffix(YEARLY) if term.kind == "sum" else unit
        if sign in {"+", "-"}:
            whole = _named(found) or "1"
            if own != whole and not {own, whole} <= BARE:
                raise _bad("units", f"{own} cannot be added to {whole}", where, one=own, other=whole)
        elif own not in BARE or len(words.terms) == 1:
            found[own] += -1 if sign == "/" else 1
    return _named(found) or "1"


def _named(found: Counter[str]) -> str:
    above, below = ([unit for unit in found for _ in range(sign * found[unit])] for sign in (1, -1))
    return " ".join(above) + "".join(f" / {unit}" for unit in below)


def value(outcomes: Outcomes, text: str, where: str) -> Array:
    """Return what each draw says of a quantity, shape (draw,).

    Args:
        outcomes: of a run (series, quarter, draw).
        text: the quantity in words.
        where: file and row, for the message of an error.

    Raises:
        BadInput: if it cannot be read or a run has no such series or time.
    """
    return quantity(text, where).of(outcomes)
