"""A number against a band: how far outside it lies, within what it is confirmed, and beyond what it is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

BOUND = 1.5  # an open bound confirms within this factor; beyond it is true, but says little
# Beyond which factor a number is wrong, by what the claims are: a data sheet leaves less room than an estimate.
_FAR = {
    "specified": 1.22, "measured": 1.35, "reported": 1.38, "estimated": 1.55, "target": 1.8, "forecast": 1.8,
    "judgement": 2.2,
}  # fmt: skip
NEARLY = 1.2  # a number further off than this is not even roughly right
_SEEN = frozenset({"specified", "measured", "reported"})
_AHEAD = frozenset({"forecast", "target", "judgement"})
_ROUGHLY = 1.1  # nor is one this far from what was seen, unless it is the value in round figures
_EXACTLY = 1.05  # nor one in three figures this far
_WRITTEN = {2: 1.2, 3: 1.15}  # a value written to so many figures is wrong this far from what was seen of a whole time
_DURATION = 1.8  # of what a duration is told is seldom said: a run, its first part, all of its runs
_LAST = 0.006  # a number of three figures and more is written to this
_NARROW = 1.02  # a wider band has no figures of its own
_FIGURES = {0: 0.1, 1: 0.1, 2: 0.04}


def numeric(value: object) -> float | None:
    """Return a value as a number, or None for dates and open ends."""
    return float(value) if isinstance(value, int | float) else None


def figures(quantity: Quantity) -> int:
    """Return how many figures of a number count (`7.000` has one, `2.72` three)."""
    return _figures(quantity.text)


@lru_cache(maxsize=8192)
def _figures(text: str) -> int:
    return len("".join(c for c in text if c.isdigit()).strip("0"))


def tolerance(quantity: Quantity) -> float:
    """Return the relative tolerance within which a number is confirmed: its last figure, more where it is hedged."""
    rounding = _FIGURES.get(figures(quantity), 0.02)
    return rounding + {"about": 0.08, "vague": 0.5, "range": 0.05}.get(quantity.hedge, 0.0)


def reached(quantity: Quantity, before: Iterable[str]) -> bool:
    """Whether `up to` names what is reached at most (`up to 300 petaflops`), which is a value, not a bound."""
    said = set(before)
    return (
        quantity.hedge == "up_to"
        and bool(said & words("grammar.relations.reached"))
        and bool(said & words("grammar.relations.reaching"))
    )


def gap(quantity: Quantity, low: float, high: float, factor: float = 1.0, *, closed: bool = False) -> float:
    """Return by which factor (1 = inside) a number lies outside a band; its own bound opens it to one side.

    Args:
        quantity: the number.
        low: lower end of the band.
        high: its upper end.
        factor: from the number's unit to the band's.
        closed: whether an open bound is to be read as a value.
    """
    one, two = numeric(quantity.low), numeric(quantity.high)
    one, two = (None if end is None else end * factor for end in (one, two))
    if one is None and two is None:
        return float("nan")
    if one is None or two is None:
        return _open_gap(one, two, low, high, almost=quantity.hedge == "almost", closed=closed)
    if one <= two < 0 and low <= high < 0:  # `a free cash flow of minus $5.9 billion`
        one, two, low, high = -two, -one, -high, -low
    if two <= 0 or low <= 0 or one <= 0:
        return 1.0 if one == low or two == high else float("inf")
    return max(one / high, low / two, 1.0)


def _open_gap(one: float | None, two: float | None, low: float, high: float, *, almost: bool, closed: bool) -> float:
    value = one if one is not None else two
    if value is None or value <= 0 or low <= 0:
        return float("inf")
    if closed or almost:
        return max(value / high, low / value, 1.0)
    return max(value / high, 1.0) if one is not None else max(low / value, 1.0)


def is_just(value: float, low: float, high: float) -> bool:
    """Whether a number is that of a band to its last figure, where the band is narrow enough to say so."""
    return value > 0 and high <= _NARROW * low and low * (1 - _LAST) <= value <= high * (1 + _LAST)


def says_little(quantity: Quantity, low: float, high: float, factor: float = 1.0) -> bool:
    """Whether an open bound is kept, but lies over a factor of 1.5 from what it bounds; or a range is that wide."""
    one, two = numeric(quantity.low), numeric(quantity.high)
    if one is not None and two is not None:
        return one > 0 and low > 0 and two / one > BOUND**2 * high / low
    if one is None and two is None:
        return False
    value = (one if one is not None else two or 0.0) * factor
    return value > 0 and (low / value > BOUND if one is not None else value / max(high, 1e-300) > BOUND)


def rounding(quantity: Quantity, low: float, high: float, factor: float = 1.0) -> bool:
    """Whether a number of one figure may be a value of the band in round figures (`1 GW` for 1.4, never 900 W for 700).

    Args:
        quantity: the number.
        low: lower end of the band.
        high: its upper end.
        factor: from the number's unit to the band's.
    """
    value = abs(quantity.mid or 0.0)
    if not value:
        return False
    unit = 10.0 ** math.floor(math.log10(value) + 1e-9)
    least = (
        value - (0.05 if value < 1.5 * unit else 0.5) * unit
    )  # below a power of ten the next figure is ten times finer
    return least * factor <= high and low <= (value + 0.5 * unit) * factor


def nearly(quantity: Quantity, claims: Iterable[Claim], *, rounded: bool) -> float:
    """Return within which factor a number is roughly right; less for what is past and no value in round figures."""
    rows = list(claims)
    ahead = any(claim.basis in _AHEAD for claim in rows)
    if ahead or rounded or quantity.hedge != "exact":
        return NEARLY
    return _EXACTLY if figures(quantity) > 2 and all(claim.basis in _SEEN for claim in rows) else _ROUGHLY


def written(quantity: Quantity, claims: Iterable[Claim]) -> float:
    """Return beyond which factor a number written out is wrong where the base has what was seen of just that time."""
    seen = all(claim.basis in _SEEN for claim in claims)
    most = _WRITTEN.get(min(figures(quantity), 3), math.inf)
    return most if seen and quantity.hedge == "exact" and quantity.kind != "duration" else math.inf


def _basis(claim: Claim) -> str:
    """Return the basis of a claim; what a firm expects of a quarter is told as exactly as what it reports."""
    said = claim.basis == "target" and "_guidance" in claim.quantity
    return "reported" if said else claim.basis


def open_towards(claim: Claim, value: float) -> bool:
    """Whether a claim knows only its other end, so that a value beyond the known one is no other by itself."""
    if claim.value is not None or (claim.low is None) == (claim.high is None):
        return False
    known = claim.low if claim.low is not None else claim.high
    return (value > (known or 0.0)) == (claim.low is not None)


def far(quantity: Quantity, claims: Iterable[Claim], *, rounded: bool = True) -> float:
    """Return beyond which factor a number is contradicted, by the kind of the claims and its own figures.

    Args:
        quantity: the number.
        claims: what the fact base says.
        rounded: whether a number of one figure may be the claim's in round figures.
    """
    rows = list(claims)
    limit = max((_FAR[_basis(claim)] for claim in rows), default=1.6)
    if all(claim.grade == "unverified" for claim in rows):
        limit *= 1.1
    if quantity.kind == "duration":
        limit = max(limit, _DURATION)
    if figures(quantity) <= 1 and rounded:
        limit = max(limit, 1.3)
    return limit + (0.1 if quantity.hedge in {"about", "range"} else 0.0)
