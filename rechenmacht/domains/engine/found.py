"""The answer to one question before offsets, shared by prediction and calibration; the one rule for its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rechenmacht.domains.engine.offsets import Offsets

Z80 = 1.2815515655446004
ODDS_SPREAD = 0.4  # log odds of working time against waiting time
FEW = 0.1  # log spread that a single point of a chip family leaves open
NO_POINT = 0.12
UNMEASURED = 0.15  # log spread of a chip whose best matrix product nobody published and that no point measured
STEADY = 0.1  # log spread of power and memory, which follow a chip's rating and a layout, not its speed (judgement)
TOP = 0.995  # no interval reaches the whole peak


@dataclass(frozen=True, slots=True)
class Found:
    """A central value before offsets, what bounds it, assumptions, log spread of what was unclear, group of chips.

    `odds`: the value is a share of time in percent whose odds (work against waiting) are uncertain, not its logarithm.
    `sense`: +1 for rates, -1 for what falls as rates rise (times, money, energy), 0 for neither. `limit`: the value at
    which the chips would reach their peak (None: there is none). `unmeasured`: the chip, if nobody published its best
    matrix product. `kind`: kind of measurement whose offset it takes where no row says one.
    `room`: what could be had over the value where demand, not speed, sets it (None: speed does).
    `shifted`: False for software that nobody runs (an ideal one), to which no measured offset belongs.
    """

    value: float
    bound_by: str
    assumed: dict[str, str]
    spread: float
    member: str
    odds: bool = False
    sense: int = 1
    limit: float | None = None
    unmeasured: str = ""
    kind: str = ""
    room: float | None = None
    shifted: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """A value with its 80 % interval."""

    low: float
    value: float
    high: float

    def scaled(self, by: float) -> Band:
        """Return the band times a positive number."""
        return Band(self.low * by, self.value * by, self.high * by)

    def inverse(self, of: float) -> Band:
        """Return the band of a positive number divided by the value: what is fast takes less time."""
        return Band(of / self.high, of / self.value, of / self.low)


def interval(value: float, spread: float, odds: bool) -> tuple[float, float]:
    """Return the 80 % interval: log-normal, or log-normal odds for a share of time in percent."""
    if odds:
        at = math.log(value / (100 - value))
        low, high = (100 / (1 + math.exp(-(at + sign * Z80 * spread))) for sign in (-1, 1))
        return low, high
    return value * math.exp(-Z80 * spread), value * math.exp(Z80 * spread)


def _below(value: float, low: float, high: float, limit: float, sense: int) -> Band:
    """Return a band that stays on the possible side of a limit: below it for rates, above it for times."""
    if sense > 0:
        value = min(value, limit * TOP)
        return Band(min(low, value * 0.97), value, max(min(high, limit * (TOP + 1) / 2), value * 1.001))
    value = max(value, limit / TOP)
    return Band(min(max(low, limit * 2 / (TOP + 1)), value / 1.001), value, max(high, value / 0.97))


def _demanded(value: float, low: float, high: float, room: float, sense: int) -> Band:
    """Return the band of what demand sets: never more than is asked for, less where the service may turn out too slow.

    Args:
        value: what is asked for (sense -1: what each costs then).
        low: lower end, were it set by speed.
        high: upper end.
        room: what could be served over what is asked for.
        sense: +1 for rates, -1 for times, money and energy.
    """
    if sense > 0:
        return Band(min(value, low * room), value, value)
    return Band(value, value, max(value, high / room))


def banded(shift: Offsets, found: Found, kind: str, part: str) -> Band:
    """Return a value with the offset and the 80 % interval of its kind: the one rule for all ways of asking.

    Args:
        shift: calibrated offsets and spreads.
        found: the answer before offsets.
        kind: kind of measurement (one without points gets the usual one of its part).
        part: the part of the engine that answered.
    """
    kind = shift.kind_of(kind, part)
    if found.odds:
        low, high = interval(found.value, ODDS_SPREAD, odds=True)
        return Band(low, found.value, high)
    if not found.sense and part in {"training", "serving"}:
        low, high = interval(found.value, math.hypot(STEADY, found.spread), odds=False)
        return Band(low, found.value, high)
    move, spread = shift.of(kind, found.member, part)
    points = shift.points(kind, found.member)
    few = NO_POINT if points == 0 else FEW / (1 + points)
    unseen = UNMEASURED if found.unmeasured and not shift.points("chip", found.unmeasured) else 0.0
    value = found.value * math.exp(found.sense * move * found.shifted)
    low, high = interval(value, math.sqrt(spread**2 + found.spread**2 + few**2 + unseen**2), odds=False)
    if found.room is not None and found.sense:
        return _demanded(value, low, high, found.room, found.sense)
    if found.limit is not None and found.sense:
        return _below(value, low, high, found.limit, found.sense)
    return Band(low, value, high)
