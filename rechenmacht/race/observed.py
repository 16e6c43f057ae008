"""The history that conditions a run: what was delivered, and to whom, until the last observed quarter.

Judgements:
- A vendor's published band is followed along one quantile through time: a draw that is high in one quarter is high in
  all. So each quarter's published 5, 50 and 95 % of the running total are met exactly; quarter-to-quarter noise is
  understated.
- Quarters before a source's series begins count as no deliveries. They are missing, not zero; the report says so.
- The 16-bit and bandwidth bases scale the 8-bit band by the ratio that the chip lines' datasheets give at the median.
- China's purchases are taken chip line by chip line. All other owners are taken to buy a vendor's mean remaining mix.
- Huawei and the other Chinese vendors have yearly figures only (parameters production.history.*), spread evenly over
  the year's quarters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.catalogue import LINES, chip, h100e, line_worth
from rechenmacht.distributions import Array, two_piece
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import History
from rechenmacht.race.axes import (
    CHIP_POWER,
    CHIPS,
    H100E_8BIT,
    H100E_16BIT,
    H100E_BANDWIDTH,
    MEASURES,
    OBSERVED,
    OTHER_OWNERS,
    OWNER_ENTITY,
    OWNERS,
    VENDOR_ENTITY,
    VENDORS,
)

CUMULATIVE = {
    CHIPS: "chips_delivered_cumulative",
    H100E_8BIT: "h100e_delivered_cumulative",
    CHIP_POWER: "chip_power_delivered_cumulative",
}
DERIVED = {H100E_16BIT: "16bit", H100E_BANDWIDTH: "bandwidth"}
COUNTED = ("nvidia", "amd", "google", "amazon")
YEARLY = ("huawei", "other_china")
MANY_OWNERS = {"nvidia": "nvidia", "amd": "amd"}  # vendor -> its part in the owners' quantities
ONE_OWNER = {"google": "google", "amazon": "amazon", "huawei": "rest", "other_china": "rest"}
LAST_YEAR = OBSERVED[-1][:4]
LEGAL_CHIP = {"nvidia": "chip:h200-sxm", "amd": "chip:mi308x"}  # the strongest that 2026 rules let be sold to China


@dataclass(frozen=True)
class Observed:
    """Arrays that do not depend on the draw.

    total: (measure, vendor, quarter, 3): running totals at 5, 50 and 95 %; zero before a series begins.
    owner_share: (quarter + 1, vendor, owner): shares of what is sold outside China; the last entry is the mean of the
        last four quarters, for the time after.
    china_share: (quarter, measure, vendor): share of the quarter's deliveries that China bought.
    china_chip: (measure, vendor): what one chip of the strongest legal kind is worth; zero where none is sold,
        not-a-number where its datasheet is not known.
    """

    total: NDArray[np.float64]
    owner_share: NDArray[np.float64]
    china_share: NDArray[np.float64]
    china_chip: NDArray[np.float64]

    def made(self, p: Mapping[str, Array]) -> list[Array]:
        """Return the deliveries of each observed quarter, each of shape (measure, vendor, draw)."""
        draws = len(next(iter(p.values())))
        flows = np.zeros((len(OBSERVED), len(MEASURES), len(VENDORS), draws))
        for vendor in COUNTED:
            level = p[f"production.level.{vendor}"]
            for measure in range(len(MEASURES)):
                low, mid, high = np.maximum(self.total[measure, VENDORS.index(vendor)], 1e-9).T[:, :, None]
                running = np.exp(two_piece(level[None, :], np.log(low), np.log(mid), np.log(high)))
                running = np.where(mid > 1e-6, running, 0.0)
                flows[:, measure, VENDORS.index(vendor)] = np.maximum(np.diff(running, axis=0, prepend=0.0), 0.0)
        for vendor in YEARLY:
            flows[:, :, VENDORS.index(vendor)] = _yearly(vendor, p)
        return list(flows)


def _yearly(vendor: str, p: Mapping[str, Array]) -> Array:
    """Return a Chinese vendor's quarterly deliveries, shape (quarter, measure, draw), from its yearly parameters."""
    per_chip = [np.ones_like(p["production.growth_long"])]
    per_chip += [p[f"production.per_chip.{vendor}.{measure}"] for measure in MEASURES[1:]]
    latest = np.stack(per_chip)
    earlier = latest * p[f"production.per_chip_earlier.{vendor}"]
    earlier[CHIPS] = 1.0
    return np.stack(
        [
            p[f"production.history.{vendor}.{quarter[:4]}"] / 4 * (latest if quarter[:4] == LAST_YEAR else earlier)
            for quarter in OBSERVED
        ]
    )


def _index(rows: list[History]) -> dict[tuple[str, str, str], History]:
    return {(row.subject, row.quantity, row.period): row for row in rows}


def _worths(base: Base, lines: set[str], basis: str) -> dict[str, float]:
    """Return what is known of H100-equivalents per chip of each line; unknown lines are left out."""
    known = {line: line_worth(base, line, basis) for line in lines}
    return {line: value for line, value in known.items() if value is not None}


def _line_flows(base: Base, quantity: str, vendor: str) -> dict[str, Array]:
    """Return the chips of each of a vendor's lines per observed quarter."""
    prefix = f"chipline:{VENDOR_ENTITY[vendor].split(':')[1]}-"
    flows: dict[str, Array] = {}
    for row in base.tables.history:
        if row.quantity == quantity and row.subject.startswith(prefix) and row.period in OBSERVED:
            flows.setdefault(row.subject, np.zeros(len(OBSERVED)))[OBSERVED.index(row.period)] = row.value
    return flows


def _totals(base: Base, index: Mapping[tuple[str, str, str], History]) -> NDArray[np.float64]:
    total = np.zeros((len(MEASURES), len(VENDORS), len(OBSERVED), 3))
    for v, vendor in enumerate(VENDORS):
        if vendor not in COUNTED:
            continue
        for measure, quantity in CUMULATIVE.items():
            for q, quarter in enumerate(OBSERVED):
                row = index.get((VENDOR_ENTITY[vendor], quantity, quarter))
                if row is not None:
                    total[measure, v, q] = [x if x is not None else row.value for x in (row.low, row.value, row.high)]
        if not total[CHIPS, v].any():
            raise BadInput(f"history: nothing about {CUMULATIVE[CHIPS]} of {VENDOR_ENTITY[vendor]}")
        lines = _line_flows(base, "chips_delivered_quarter", vendor)
        eight = _worths(base, set(lines), "8bit")
        for measure, basis in DERIVED.items():
            worth = _worths(base, set(lines), basis)
            both = [line for line in lines if line in worth and line in eight]
            numerator = np.cumsum(sum(lines[line] * worth[line] for line in both), axis=0)
            denominator = np.cumsum(sum(lines[line] * eight[line] for line in both), axis=0)
            ratio = np.divide(numerator, denominator, out=np.zeros(len(OBSERVED)), where=denominator > 0)
            total[measure, v] = total[H100E_8BIT, v] * ratio[:, None]
    return total


def _china(base: Base, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return China's share of each quarter's deliveries, shape (quarter, measure, vendor)."""
    share = np.zeros((len(OBSERVED), len(MEASURES), len(VENDORS)))
    median = np.diff(total[..., 1], axis=2, prepend=0.0)  # (measure, vendor, quarter)
    for vendor in MANY_OWNERS:
        v = VENDORS.index(vendor)
        lines = _line_flows(base, "chips_bought_china_quarter", vendor)
        for measure in range(len(MEASURES)):
            if measure == CHIPS:
                worth = dict.fromkeys(lines, 1.0)
            elif measure == CHIP_POWER:
                worth = {line: _line_power_mw(base, line) for line in lines}
            else:
                worth = _worths(base, set(lines), {H100E_8BIT: "8bit", **DERIVED}[measure])
            bought = sum((lines[line] * worth.get(line, 0.0) for line in lines), np.zeros(len(OBSERVED)))
            made = median[measure, v]
            share[:, measure, v] = np.clip(np.divide(bought, made, out=np.zeros_like(made), where=made > 0), 0, 1)
    for vendor in YEARLY:
        share[:, :, VENDORS.index(vendor)] = 1.0
    return share


def _line_power_mw(base: Base, line: str) -> float:
    powers = [chip(base, name).get("tdp") or 0.0 for name in LINES[line]]
    return sum(powers) / len(powers) / 1e6


def _owner_shares(index: Mapping[tuple[str, str, str], History]) -> NDArray[np.float64]:
    """Return the owners' shares of what is sold outside China, shape (quarter + 1, vendor, owner)."""
    share = np.zeros((len(OBSERVED) + 1, len(VENDORS), len(OWNERS)))
    for v, vendor in enumerate(VENDORS):
        if vendor in ONE_OWNER:
            share[:, v, OWNERS.index(ONE_OWNER[vendor])] = 1.0
            continue
        quantity = f"h100e_owned_{MANY_OWNERS[vendor]}_cumulative"
        running = np.zeros((len(OBSERVED), len(OWNERS)))
        for o, owner in enumerate(OWNERS):
            entity = OWNER_ENTITY.get(owner, "org:other-owners" if owner in OTHER_OWNERS else "")
            if owner == "china":
                continue
            rows = [index.get((entity, quantity, quarter)) for quarter in OBSERVED]
            values = [row.value if row is not None else 0.0 for row in rows]
            running[:, o] = np.maximum.accumulate(values)
        flow = np.diff(running, axis=0, prepend=0.0)
        whole = flow.sum(axis=1, keepdims=True)
        recent = flow[-4:].sum(axis=0)
        share[:-1, v] = np.divide(flow, whole, out=np.tile(recent / recent.sum(), (len(OBSERVED), 1)), where=whole > 0)
        share[-1, v] = recent / recent.sum()
    return share


def _or_unknown(value: float | None) -> float:
    """Return the value, or not-a-number for what is unknown: it must never count as zero."""
    return float("nan") if value is None else value


def _china_chips(base: Base) -> NDArray[np.float64]:
    worth = np.zeros((len(MEASURES), len(VENDORS)))
    for vendor, name in LEGAL_CHIP.items():
        one, v = chip(base, name), VENDORS.index(vendor)
        worth[CHIPS, v] = 1.0
        for measure, basis in {H100E_8BIT: "8bit", **DERIVED}.items():
            worth[measure, v] = _or_unknown(h100e(base, one, basis))
        worth[CHIP_POWER, v] = _or_unknown(one.get("tdp")) / 1e6
    return worth


def observe(base: Base) -> Observed:
    """Read the history that conditions a run.

    Raises:
        BadInput: if a series that the model needs is missing.
    """
    index = _index(base.tables.history)
    total = _totals(base, index)
    return Observed(total, _owner_shares(index), _china(base, total), _china_chips(base))
