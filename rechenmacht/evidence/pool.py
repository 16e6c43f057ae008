"""Distributions of single claims and their mixture: two-piece normals, on the logarithm where all is positive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

STANDARD = NormalDist()
Z95 = STANDARD.inv_cdf(0.95)
FLAT = 1e-9  # a rise of the distribution function that counts as none


@dataclass(frozen=True, slots=True)
class TwoPiece:
    """A median with a spread to each side.

    `mid` and the standard deviations are on the logarithm if `log`. Half of the mass lies on each side of `mid`, so
    that `mid` is the median and `mid -/+ Z95 * sd` are the 5 and 95 % points (Wallis 2014 calls the density-continuous
    variant two-piece normal; this is the quantile-matching one, whose three numbers are those that sources state).
    """

    mid: float
    sd_low: float
    sd_high: float
    log: bool

    def cdf(self, x: float) -> float:
        """Return P(X <= x), x in the quantity's unit."""
        if self.log and x <= 0:
            return 0.0
        distance = (math.log(x) if self.log else x) - self.mid
        sd = self.sd_low if distance < 0 else self.sd_high
        if sd == 0:
            return 0.0 if distance < 0 else (1.0 if distance > 0 else 0.5)
        return STANDARD.cdf(distance / sd)

    def quantile(self, p: float) -> float:
        """Return the p-quantile in the quantity's unit."""
        z = STANDARD.inv_cdf(p)
        at = self.mid + z * (self.sd_low if z < 0 else self.sd_high)
        return math.exp(at) if self.log else at


def from_claim(low: float | None, value: float | None, high: float | None, spread: float) -> TwoPiece:
    """Return the distribution of a claim.

    Args:
        low: 5 % point or lower end, if stated.
        value: the stated value.
        high: 95 % point or upper end, if stated.
        spread: standard deviation where the source states none, relative to the value.

    A lone `low` is read as "at least": no mass below it, twice the spread above; a lone `high` mirrors that.
    """
    given = [x for x in (low, value, high) if x is not None]
    log = min(given) > 0
    t = math.log if log else float
    if value is None and low is not None and high is not None:
        middle = (t(low) + t(high)) / 2
    else:
        middle = t(value if value is not None else given[0])
    default = spread if log else spread * max(abs(x) for x in given)
    sd_low = (middle - t(low)) / Z95 if low is not None else default
    sd_high = (t(high) - middle) / Z95 if high is not None else default
    if value is None and high is None:
        sd_low, sd_high = 0.0, 2 * default
    elif value is None and low is None:
        sd_low, sd_high = 2 * default, 0.0
    elif low == high == value and value is not None:
        sd_low = sd_high = default  # a band of no width is no statement about error
    return TwoPiece(middle, sd_low, sd_high, log)


@dataclass(frozen=True, slots=True)
class Mixture:
    """A weighted mixture (linear opinion pool): disagreement widens it, agreement never narrows it."""

    parts: tuple[TwoPiece, ...]
    weights: tuple[float, ...]
    lowest: float = -math.inf
    highest: float = math.inf

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return sum(w * part.cdf(x) for w, part in zip(self.weights, self.parts, strict=True))

    def quantile(self, p: float) -> float:
        """Return the p-quantile, clipped to the quantity's bounds.

        Where no mass lies between two claims, every point of the gap is a quantile; its middle is returned (on the
        logarithm where all is positive).
        """
        first, last = self._crossing(p - FLAT), self._crossing(p + FLAT)
        middle = math.sqrt(first * last) if first > 0 else (first + last) / 2
        return min(max(middle, self.lowest), self.highest)

    def _crossing(self, p: float) -> float:
        """Return by bisection where the distribution function reaches p."""
        p = min(max(p, FLAT), 1 - FLAT)
        ends = [part.quantile(p) for part in self.parts]
        low, high = min(ends), max(ends)
        for _ in range(200):
            middle = (low + high) / 2
            if middle in {low, high}:
                break
            low, high = (middle, high) if self.cdf(middle) < p else (low, middle)
        return (low + high) / 2
