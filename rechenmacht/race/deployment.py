"""Deployment: who buys the chips, when they run, and when they retire.

    to_china  = chips of the strongest chip that may be sold there and is bought: share * acceptance * made
    bought    = to_china, and the rest by each vendor's shares of owners
    installed = installed + (waiting + bought) * (1 - exp(-1 / lag)) - installed * (1 - exp(-retirement / 4))

lag is in quarters, retirement per year. Retirement is by age-blind attrition, which removes strong new chips as often
as weak old ones and so understates compute a little. Smuggled and rented chips are not in this mechanism.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.race.axes import CHIPS, OTHER_OWNERS, OWNERS, VENDORS

READS = ("observed", "made", "china_observed", "china_chip", "owner_share", "waiting", "installed", "bought")
WRITES = ("waiting", "installed", "bought")
CHINA = OWNERS.index("china")
SELLS_TO_CHINA = ("nvidia", "amd")
CHINESE = ("huawei", "other_china")


def to_china(state: Any, p: Any, xp: Any) -> Any:
    """Return what each vendor sells into China in the quarter, shape (measure, vendor, draw).

    Observed quarters use the observed share of each measure. Later, foreign vendors sell the strongest legal chip
    (`china_chip`, what one chip is worth in each measure), never more than they make; Chinese vendors sell at home
    all but their exports.
    """
    made = state["made"]
    accepted = p["deployment.china_share"] * p["deployment.china_acceptance"]
    home = 1 - p["deployment.chinese_export_share"]
    columns = []
    for index, vendor in enumerate(VENDORS):
        if vendor in SELLS_TO_CHINA:
            worth = state["china_chip"][:, index]
            known = xp.minimum(made[CHIPS, index] * accepted * worth, made[:, index])
            # A legal chip whose datasheet is not known is taken to be worth the vendor's mean chip.
            later = xp.where(xp.isnan(worth), made[:, index] * accepted, known)
        elif vendor in CHINESE:
            later = made[:, index] * home
        else:
            later = made[:, index] * 0.0
        observed = made[:, index] * state["china_observed"][:, index]
        columns.append(xp.where(state["observed"] > 0, observed, later))
    return xp.stack(columns, 1)


def shares(state: Any, p: Any, xp: Any) -> Any:
    """Return each owner's share of what a vendor sells outside China, shape (vendor, owner, draw), summing to 1.

    The observed shares are tilted by one factor per owner and draw, and "other owners" are split by parameters.
    """
    weights = {owner: p[f"deployment.other_owners.{owner}"] for owner in OTHER_OWNERS}
    total = sum(weights.values())

    def factor(owner: str) -> Any:
        if owner in weights:
            return xp.exp(p["deployment.tilt.other"]) * weights[owner] / total
        if owner == "china":
            return xp.ones_like(total)  # bought apart, in `to_china`
        return xp.exp(p[f"deployment.tilt.{owner}"])

    tilt = xp.stack([factor(owner) for owner in OWNERS])
    tilted = state["owner_share"] * tilt
    return tilted / xp.sum(tilted, 1)[:, None]


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance deployment by one quarter.

    Args:
        state: `made` (measure, vendor, draw), `owner_share` (vendor, owner, 1), `china_observed` (measure, vendor, 1),
            `china_chip` (measure, vendor, 1), and the stocks `waiting`, `installed`, `bought` (measure, owner, draw).
        p: parameters, each of shape (draw,).
        policy: not used.
        xp: the array namespace.

    Returns:
        The three stocks: bought (running total, as Epoch AI counts it), waiting for installation, installed.
    """
    del policy
    china = to_china(state, p, xp)
    flow = xp.einsum("vod,mvd->mod", shares(state, p, xp), state["made"] - china)
    flow = xp.concatenate(
        [flow[:, :CHINA], flow[:, CHINA : CHINA + 1] + xp.sum(china, 1)[:, None], flow[:, CHINA + 1 :]], 1
    )
    due = state["waiting"] + flow
    ready = due * (1 - xp.exp(-1 / p["deployment.installation_lag"]))
    lost = state["installed"] * (1 - xp.exp(-p["deployment.retirement"] / 4))
    return {
        "waiting": due - ready,
        "installed": state["installed"] + ready - lost,
        "bought": state["bought"] + flow,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Deploy nothing: the stocks stay as they are."""
    del p, policy, xp
    return {name: state[name] for name in WRITES}
