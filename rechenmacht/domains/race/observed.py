"""The history that conditions a run: what was delivered, and to whom, until the last observed quarter.

Judgements:
- A vendor's published band is followed along one quantile through time: a draw that is high in one quarter is high in
  all. So each quarter's published 5, 50 and 95 % of the running total are met exactly; quarter-to-quarter noise is
  understated.
- Quarters before a source's series begins count as no deliveries. They are missing, not zero; the report says so.
- A quarter that its publisher had only in part is left out. A series that ends early is carried on at the
  growth of its last year; `carried` names those quarters.
- Dollars per chip are the source's cost by its units; a quarter without them takes the nearest one before, or after.
- The 16-bit and bandwidth bases scale the 8-bit band by the ratio that the chip lines' datasheets give at the median.
- Owners outside China are taken to buy a vendor's mean remaining mix. How much China buys is not read here: it follows
  from rules and demand (`export_controls`). Only quarters in which it bought nothing are.
- Huawei and the other Chinese vendors have yearly figures only (parameters production.history.*), spread evenly over
  the year's quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rechenmacht.catalogue import LINES, chip, line_worth
from rechenmacht.distributions import Array
from rechenmacht.domains.race.axes import (
    CHIP_POWER,
    CHIPS,
    H100E_8BIT,
    H100E_16BIT,
    H100E_BANDWIDTH,
    LAST_OBSERVED,
    MEASURES,
    OTHER_OWNERS,
    OWNER_ENTITY,
    OWNERS,
    VENDOR_ENTITY,
    VENDORS,
)
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.editions import incomplete
from rechenmacht.evidence.forms import History

CUMULATIVE = {
    CHIPS: "chips_delivered_cumulative",
    H100E_8BIT: "h100e_delivered_cumulative",
    CHIP_POWER: "chip_power_delivered_cumulative",
}
DERIVED = {H100E_16BIT: "16bit", H100E_BANDWIDTH: "bandwidth"}
COUNTED = ("nvidia", "amd", "google", "amazon")
MANY_OWNERS = {"nvidia": "nvidia", "amd": "amd"}  # vendor -> its part in the owners' quantities
ONE_OWNER = {
    "google": "google",
    "amazon": "amazon",
    "other_us": "other_us",
    "huawei": "rest",
    "other_china": "rest",
    "open_hardware": "rest",
}
OLDER_LINES = ("a100", "a800")  # NVIDIA's lines of the generation before Hopper (export_controls)
PRICE = "dollars_per_chip_quarter"
UNSOLD = 15000.0  # USD; only where a base holds no price of a vendor at all, as when it is cut off before it sold


@dataclass(frozen=True)
class Observed:
    """Arrays that do not depend on the draw, over the observed quarters.

    total: (measure, vendor, quarter, 3): running totals at 5, 50 and 95 %; zero before a series begins.
    owner_share: (quarter + 1, vendor, owner): shares of what is sold outside China; the last entry is the mean of the
        last four quarters, for the time after.
    newer: (quarter,): share of NVIDIA's chips, sold outside China, of the Hopper generation and later.
    price: (quarter, vendor): USD per chip; 0 for vendors without published dollars.
    none_sold: (quarter,): 1 where the published count says that NVIDIA sold nothing to China, else 0.
    carried: (vendor, quarter) pairs in which a counted series was carried on.
    """

    total: NDArray[np.float64]
    owner_share: NDArray[np.float64]
    newer: NDArray[np.float64]
    price: NDArray[np.float64]
    none_sold: NDArray[np.float64]
    carried: tuple[tuple[str, str], ...]


def index_of(rows: Sequence[History]) -> dict[tuple[str, str, str], History]:
    """Return the history by (subject, quantity, period)."""
    return {(row.subject, row.quantity, row.period): row for row in rows}


def _worths(base: Base, lines: set[str], basis: str) -> dict[str, float]:
    """Return what is known of H100-equivalents per chip of each line; unknown lines are left out."""
    known = {line: line_worth(base, line, basis) for line in lines}
    return {line: value for line, value in known.items() if value is not None}


def line_flows(base: Base, quantity: str, vendor: str, quarters: Sequence[str]) -> dict[str, Array]:
    """Return the chips of each of a vendor's lines per quarter, each of shape (quarter,)."""
    prefix = f"chipline:{VENDOR_ENTITY[vendor].split(':')[1]}-"
    flows: dict[str, Array] = {}
    place = {quarter: position for position, quarter in enumerate(quarters)}
    for row in base.tables.history:
        if row.quantity == quantity and row.subject.startswith(prefix) and row.period in place:
            flows.setdefault(row.subject, np.zeros(len(quarters)))[place[row.period]] = row.value
    return flows


def _totals(base: Base, index: Mapping[tuple[str, str, str], History], quarters: Sequence[str]) -> NDArray[np.float64]:
    total = np.zeros((len(MEASURES), len(VENDORS), len(quarters), 3))
    for v, vendor in enumerate(VENDORS):
        if vendor not in COUNTED:
            continue
        for measure, quantity in CUMULATIVE.items():
            for q, quarter in enumerate(quarters):
                row = index.get((VENDOR_ENTITY[vendor], quantity, quarter))
                if row is not None and not incomplete(row):
                    total[measure, v, q] = [x if x is not None else row.value for x in (row.low, row.value, row.high)]
        if not total[CHIPS, v].any() and quarters[-1] == LAST_OBSERVED:
            raise BadInput(f"history: nothing about {CUMULATIVE[CHIPS]} of {VENDOR_ENTITY[vendor]}")
        lines = line_flows(base, "chips_delivered_quarter", vendor, quarters)
        eight = _worths(base, set(lines), "8bit")
        for measure, basis in DERIVED.items():
            worth = _worths(base, set(lines), basis)
            both = [line for line in lines if line in worth and line in eight]
            numerator = np.cumsum(sum(lines[line] * worth[line] for line in both), axis=0)
            denominator = np.cumsum(sum(lines[line] * eight[line] for line in both), axis=0)
            ratio = np.divide(numerator, denominator, out=np.zeros(len(quarters)), where=denominator > 0)
            total[measure, v] = total[H100E_8BIT, v] * ratio[:, None]
    return total


def line_power_mw(base: Base, line: str) -> float:
    """Return the design power of a line's mean chip in MW."""
    powers = [chip(base, name).get("tdp") or 0.0 for name in LINES[line]]
    return sum(powers) / len(powers) / 1e6


def _owner_shares(index: Mapping[tuple[str, str, str], History], quarters: Sequence[str]) -> NDArray[np.float64]:
    """Return the owners' shares of what is sold outside China, shape (quarter + 1, vendor, owner)."""
    share = np.zeros((len(quarters) + 1, len(VENDORS), len(OWNERS)))
    for v, vendor in enumerate(VENDORS):
        if vendor in ONE_OWNER:
            share[:, v, OWNERS.index(ONE_OWNER[vendor])] = 1.0
            continue
        quantity = f"h100e_owned_{MANY_OWNERS[vendor]}_cumulative"
        running = np.zeros((len(quarters), len(OWNERS)))
        for o, owner in enumerate(OWNERS):
            entity = OWNER_ENTITY.get(owner, "org:other-owners" if owner in OTHER_OWNERS else "")
            if owner == "china":
                continue
            rows = [index.get((entity, quantity, quarter)) for quarter in quarters]
            values = [row.value if row is not None else 0.0 for row in rows]
            running[:, o] = np.maximum.accumulate(values)
        flow = np.diff(running, axis=0, prepend=0.0)
        whole = flow.sum(axis=1, keepdims=True)
        recent = flow[np.flatnonzero(whole[:, 0] > 0)[-4:]].sum(axis=0)
        if not recent.any():  # nothing sold yet: to whoever is not named
            recent[OWNERS.index("other_us")] = 1.0
        share[:-1, v] = np.divide(flow, whole, out=np.tile(recent / recent.sum(), (len(quarters), 1)), where=whole > 0)
        share[-1, v] = recent / recent.sum()
    return share


def _newer(base: Base, quarters: Sequence[str]) -> NDArray[np.float64]:
    """Return the share of NVIDIA's chips that are of the newer generation, shape (quarter,); the H20 is one of them."""
    flows = line_flows(base, "chips_delivered_quarter", "nvidia", quarters)
    whole = sum(flows.values(), np.zeros(len(quarters)))
    older = sum((flows.get(f"chipline:nvidia-{name}", np.zeros(len(quarters))) for name in OLDER_LINES), whole * 0.0)
    share: NDArray[np.float64] = 1 - np.divide(older, whole, out=np.ones(len(quarters)), where=whole > 0)
    return _kept(share, whole > 0)


def _kept(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values with those that are not known taken from the nearest known one before, or else after."""
    if not known.any():
        return values
    place = np.where(known, np.arange(len(values)), -1)
    last = np.maximum.accumulate(place)
    found: NDArray[np.float64] = values[np.where(last >= 0, last, int(np.argmax(known)))]
    return found


def _prices(base: Base, index: Mapping[tuple[str, str, str], History], quarters: Sequence[str]) -> NDArray[np.float64]:
    """Return the dollars per chip of the counted vendors, shape (quarter, vendor).

    Raises:
        BadInput: if nothing is known of a counted vendor's price, not even from later quarters.
    """
    price = np.zeros((len(quarters), len(VENDORS)))
    for vendor in COUNTED:
        rows = [index.get((VENDOR_ENTITY[vendor], PRICE, quarter)) for quarter in quarters]
        values = np.array([row.value if row is not None and not incomplete(row) else 0.0 for row in rows])
        if not values.any():  # before it sold anything: what its first chips cost
            first = [
                row.value
                for row in base.tables.history
                if row.quantity == PRICE and row.subject == VENDOR_ENTITY[vendor]
            ]
            if not first:
                first = [UNSOLD]
            values[:] = first[0]
        price[:, VENDORS.index(vendor)] = _kept(values, values > 0)
    return price


def _none_sold(index: Mapping[tuple[str, str, str], History], quarters: Sequence[str]) -> NDArray[np.float64]:
    """Return 1 for quarters in which the running count of NVIDIA's chips in China stood still, shape (quarter,)."""
    rows = [index.get((OWNER_ENTITY["china"], "chips_owned_nvidia_cumulative", quarter)) for quarter in quarters]
    still = [a is not None and b is not None and b.value <= a.value for a, b in pairwise(rows)]
    return np.array([0.0, *map(float, still)])


def _carry_on(total: NDArray[np.float64], quarters: Sequence[str]) -> list[tuple[str, str]]:
    """Carry on, in place, the totals (measure, vendor, quarter, 3) of counted series that end early."""
    carried = []
    last = len(quarters) - 1
    for vendor in COUNTED:
        v = VENDORS.index(vendor)
        known = np.flatnonzero(total[CHIPS, v, :, 1] > 0)
        if len(known) < 2 or known[-1] == last:
            continue
        end = int(known[-1])
        flow = np.diff(total[:, v, : end + 1], axis=1, prepend=0.0)  # (measure, quarter, 3)
        year = flow[:, max(end - 3, 0) : end + 1]
        before = flow[:, max(end - 7, 0) : max(end - 3, 0)]
        growth = np.ones(total.shape[0])
        if before.shape[1] == year.shape[1]:
            rising = year[..., 1].sum(1) / np.maximum(before[..., 1].sum(1), 1e-9)
            growth = np.clip(rising, 0.5, 2.0) ** 0.25
        level = year.mean(1) * growth[:, None] ** 1.5  # the middle of the year lies a quarter and a half before its end
        for q in range(end + 1, last + 1):
            level = level * growth[:, None]
            total[:, v, q] = total[:, v, q - 1] + np.sort(level, axis=-1)
            carried.append((vendor, quarters[q]))
    return carried


def observe(base: Base, quarters: Sequence[str]) -> Observed:
    """Read the history that conditions a run, over the observed quarters; shapes as in `Observed`.

    Raises:
        BadInput: if a series that the model needs is missing.
    """
    index = index_of(base.tables.history)
    total = _totals(base, index, quarters)
    carried = _carry_on(total, quarters)
    return Observed(
        total, _owner_shares(index, quarters), _newer(base, quarters), _prices(base, index, quarters),
        _none_sold(index, quarters), tuple(carried),
    )  # fmt: skip
