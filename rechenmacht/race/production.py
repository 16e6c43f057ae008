"""Production: how many chips each vendor makes, and what they are worth.

Observed quarters are taken from the history. After them each vendor's output grows at a rate that fades from its
recent to a long-run value; Huawei's is also held down by the dies and the high-bandwidth memory it can get:

    rate      = growth_long + (growth_now - growth_long) * 2 ** (-t / half_life)
    wanted    = chips_before * exp(rate / 4)
    dies      = die_bank + 3 * wafers_per_month * allocation * gross_dies * yield
    stacks    = hbm_bank + hbm_new / 4
    made      = min(wanted, dies / dies_per_chip, stacks / stacks_per_chip)
    per_chip  = per_chip_before * exp(per_chip_growth / 4)

t is the time in years since the last observed quarter. Wafer and packaging limits of the other vendors are not
modelled here: their growth priors stand for them (docs/method-race.md).
"""

from __future__ import annotations

from typing import Any

from rechenmacht.race.axes import CHIPS, MEASURES, VENDORS

READS = ("year", "years_ahead", "observed", "made_observed", "made", "delivered", "die_bank", "hbm_bank")
WRITES = ("made", "delivered", "die_bank", "hbm_bank")
CHINESE = frozenset({"huawei", "other_china"})
HUAWEI = VENDORS.index("huawei")


def _growth(p: Any, years_ahead: float, xp: Any) -> Any:
    """Return each vendor's growth rate of chips, log per year, shape (vendor, draw)."""
    now = xp.stack([p[f"production.growth_now.{vendor}"] for vendor in VENDORS])
    long = p["production.growth_long"]
    return long + (now - long) * 2.0 ** (-max(years_ahead, 0.0) / p["production.growth_half_life"])


def _per_chip_growth(p: Any, xp: Any) -> Any:
    """Return the growth of each measure per chip, log per year, shape (measure, vendor, draw)."""
    still = xp.zeros_like(p["production.growth_long"])
    rows = [[still] * len(VENDORS)]
    for measure in MEASURES[1:]:
        ours, theirs = (p[f"production.per_chip_growth.{where}.{measure}"] for where in ("us", "cn"))
        rows.append([theirs if vendor in CHINESE else ours for vendor in VENDORS])
    return xp.stack([xp.stack(row) for row in rows])


def china_supply(p: Any, year: float, xp: Any) -> tuple[Any, Any]:
    """Return (dies per quarter, HBM stacks per quarter) that Huawei can add in the quarter ending at `year`.

    Units: count. Shape: (draw,). Wafers grow from the end-2025 level, memory from the totals of 2026 and 2027.
    """
    ahead = max(year - 2026.0, 0.0)
    wafers = 3 * p["production.china.wafers_per_month"] * xp.exp(p["production.china.wafer_growth"] * ahead)
    dies = (
        wafers
        * p["production.china.ascend_allocation"]
        * p["production.china.gross_dies"]
        * p["production.china.yield"]
    )
    after = max(year - 2028.0, 0.0)
    later = p["production.china.hbm_2027"] * xp.exp(p["production.china.hbm_growth"] * after)
    stacks = (p["production.china.hbm_2026"] if year <= 2027.0 else later) / 4
    return dies, stacks


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance production by one quarter.

    Args:
        state: `made` (measure, vendor, draw) of the quarter before, `delivered` its running total, `die_bank` and
            `hbm_bank` (draw), `made_observed` like `made`, `observed` 1.0 or 0.0, `year` and `years_ahead` in years.
        p: parameters, each of shape (draw,).
        policy: not used.
        xp: the array namespace.

    Returns:
        The written state: counts, H100-equivalents and MW per quarter and in total; banks in pieces.
    """
    del policy
    before = state["made"]
    wanted = before[CHIPS] * xp.exp(_growth(p, state["years_ahead"], xp) / 4)
    dies_new, stacks_new = china_supply(p, state["year"], xp)
    dies = state["die_bank"] + dies_new
    stacks = state["hbm_bank"] + stacks_new
    dies_per_chip, stacks_per_chip = (
        p["production.china.dies_per_chip"],
        p["production.china.stacks_per_chip"],
    )
    limit = xp.minimum(dies / dies_per_chip, stacks / stacks_per_chip)
    rows = [xp.minimum(wanted[v], limit) if v == HUAWEI else wanted[v] for v in range(len(VENDORS))]
    chips = xp.stack(rows)
    per_chip = before / xp.maximum(before[CHIPS], 1e-9) * xp.exp(_per_chip_growth(p, xp) / 4)
    observed = state["observed"]
    made = xp.where(observed > 0, state["made_observed"], chips * per_chip)
    used = (1 - observed) * made[CHIPS, HUAWEI]
    return {
        "made": made,
        "delivered": state["delivered"] + made,
        "die_bank": xp.where(observed > 0, state["die_bank"], dies - used * dies_per_chip),
        "hbm_bank": xp.where(observed > 0, state["hbm_bank"], stacks - used * stacks_per_chip),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Make nothing after the observed quarters: what the model says if production stops."""
    del p, policy
    made = state["observed"] * xp.asarray(state["made_observed"])
    return {"made": made, "delivered": state["delivered"] + made}
