"""The history that conditions a run: what was delivered, and to whom, until the last observed quarter.

Judgements:
- A vendor's published band is followed along one quantile through time: a draw that is high in one quarter is high in
  all. So each quarter's published 5, 50 and 95 % of the running total are met exactly; quarter-to-quarter noise is
  understated.
- Quarters before a source's series begins count as no deliveries. They are missing, not zero; the report says so.
- The 16-bit and bandwidth bases scale the 8-bit band by the ratio that the chip lines' datasheets give at the median.
- Owners outside China are taken to buy a vendor's mean remaining mix. What China buys is not read here: it follows from
  rules and demand (`export_controls`).
- Huawei and the other Chinese vendors have yearly figures only (parameters production.history.*), spread evenly over
  the year's quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
# NVIDIA's lines by class of price (production.price.*) and by generation (export_controls).
CLASS_OF_LINE = {
    "a100": ("a100", "a800"),
    "hopper": ("h100-h200", "h800"),
    "blackwell": ("b200", "b300"),
    "h20": ("h20",),
}


@dataclass(frozen=True)
class Observed:
    """Arrays that do not depend on the draw, over the observed quarters.

    total: (measure, vendor, quarter, 3): running totals at 5, 50 and 95 %; zero before a series begins.
    owner_share: (quarter + 1, vendor, owner): shares of what is sold outside China; the last entry is the mean of the
        last four quarters, for the time after.
    class_mix: (quarter, class): shares of NVIDIA's chips by class of price, sold outside China.
    """

    total: NDArray[np.float64]
    owner_share: NDArray[np.float64]
    class_mix: NDArray[np.float64]


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
                if row is not None:
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
        recent = flow[-4:].sum(axis=0)
        if not recent.any():  # nothing sold yet: to whoever is not named
            recent[OWNERS.index("other_us")] = 1.0
        share[:-1, v] = np.divide(flow, whole, out=np.tile(recent / recent.sum(), (len(quarters), 1)), where=whole > 0)
        share[-1, v] = recent / recent.sum()
    return share


def _class_mix(base: Base, quarters: Sequence[str]) -> NDArray[np.float64]:
    """Return the shares of NVIDIA's chips by class of price, shape (quarter, class); the H20 is China's own."""
    flows = line_flows(base, "chips_delivered_quarter", "nvidia", quarters)
    rows = [
        sum((flows.get(f"chipline:nvidia-{line}", np.zeros(len(quarters))) for line in lines), np.zeros(len(quarters)))
        for lines in CLASS_OF_LINE.values()
    ]
    mix = np.stack(rows, 1)
    mix[mix.sum(1) == 0, 0] = 1.0
    whole: NDArray[np.float64] = mix / mix.sum(1, keepdims=True)
    return whole


def observe(base: Base, quarters: Sequence[str]) -> Observed:
    """Read the history that conditions a run, over the observed quarters; shapes as in `Observed`.

    Raises:
        BadInput: if a series that the model needs is missing.
    """
    index = index_of(base.tables.history)
    return Observed(_totals(base, index, quarters), _owner_shares(index, quarters), _class_mix(base, quarters))
