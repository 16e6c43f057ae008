"""Deployment: who buys the chips, when they stand in place, and when they retire.

    legal    = what `export_controls` lets go to China; Chinese makers sell at home what is ordered there
    abroad   = made - legal, by the observed owners' shares; later by the blocs' budgets, within a bloc as observed
    smuggled = moved from buyers outside the United States' named owners to China
    installed= installed + (waiting + bought) * (1 - exp(-dt / lag)) - installed * (1 - exp(-retirement * dt))

The lag is in years, retirement per year, blind to age: it removes strong new chips as often as weak old ones and so
understates compute a little. Every chip made is bought, waits, is installed, or has retired; owners sum to sales.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import passed, simulated
from rechenmacht.domains.race.axes import (
    BLOCS,
    CHINESE,
    CHIPS,
    CN,
    H100E_8BIT,
    OTHER_OWNERS,
    OWNERS,
    OWNERS_OF_BLOC,
    VENDORS,
)

READS = (
    "made",
    "home_share",
    "price",
    "to_china",
    "smuggled",
    "budget",
    "share",
    "waiting",
    "installed",
    "bought",
    "base",
    "stock",
    "retired",
    "sales_usd",
)
WRITES = ("waiting", "installed", "bought", "base", "stock", "retired", "sales_usd")
CHINA = OWNERS.index("china")
BLOC_OF_OWNER = tuple(next(b for b, name in enumerate(BLOCS) if owner in OWNERS_OF_BLOC[name]) for owner in OWNERS)
SMUGGLED_FROM = tuple(OWNERS.index(owner) for owner in ("rest", "gulf", "other_us"))
STRETCH = 8.0  # the growth of smoothing of sales, per year: about the last half year counts


def observed_shares(p: Any, policy: Any, xp: Any) -> Any:
    """Return each owner's share of what a vendor sells outside China, shape (vendor, owner, draw), summing to 1.

    The observed shares are tilted by one factor per owner and draw, and "other owners" are split by parameters.
    """
    weights = {owner: p[f"deployment.other_owners.{owner}"] for owner in OTHER_OWNERS}
    total = sum(weights.values())

    def factor(owner: str) -> Any:
        if owner in weights:
            return xp.exp(p["deployment.tilt.other"]) * weights[owner] / total
        if owner == "china":
            return xp.ones_like(total)  # bought apart, by `export_controls`
        return xp.exp(p[f"deployment.tilt.{owner}"])

    tilted = policy["owner_share"] * xp.stack([factor(owner) for owner in OWNERS])
    return tilted / xp.maximum(xp.sum(tilted, 1), 1e-12)[:, None]


def shares(state: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return each owner's share of what a vendor sells outside China, shape (vendor, owner, draw).

    After the observed quarters the blocs' budgets for a vendor decide between blocs; within the United States owners
    keep their shares of the last observed year.
    """
    seen = observed_shares(p, policy, xp)
    if not simulated(policy):
        return seen
    money = state["budget"][:, None] * state["share"]  # (bloc, vendor, draw)
    outside = sum(money[b] for b in range(len(BLOCS)) if b != CN)
    part = money / xp.maximum(outside, 1e-6)[None]
    within = [sum(seen[:, o] for o in range(len(OWNERS)) if BLOC_OF_OWNER[o] == b) for b in range(len(BLOCS))]
    columns = []
    for owner in range(len(OWNERS)):
        bloc = BLOC_OF_OWNER[owner]
        alone = OWNERS_OF_BLOC[BLOCS[bloc]] == (OWNERS[owner],)
        inside = 1.0 if alone else _within(seen[:, owner], within[bloc], owner, xp)
        columns.append(part[bloc] * inside if bloc != CN else seen[:, owner] * 0.0)
    return xp.stack(columns, 1)


def _within(own: Any, bloc: Any, owner: int, xp: Any) -> Any:
    """Return an owner's share within its bloc; a vendor that sold nothing there sells to the bloc's other owners."""
    rest = 1.0 if OWNERS[owner] == "other_us" else 0.0
    return xp.where(bloc > 1e-9, own / xp.maximum(bloc, 1e-9), rest)


def china(state: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return what each vendor sells into China in the step, shape (measure, vendor, draw)."""
    home = state["home_share"]
    if not simulated(policy):
        home = home * 0.0 + 1 - p["deployment.chinese_export_share"]
    return xp.stack(
        [
            state["made"][:, v] * home[v] if vendor in CHINESE else state["to_china"][:, v]
            for v, vendor in enumerate(VENDORS)
        ],
        1,
    )


def flows(state: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any]:
    """Return (bought by owner (measure, owner, draw), by bloc and vendor in H100e (bloc, vendor, draw)) of a step."""
    inside = china(state, p, policy, xp)
    outside = state["made"] - inside
    part = shares(state, p, policy, xp)
    flow = xp.einsum("vod,mvd->mod", part, outside)
    taken = sum(flow[CHIPS, o] for o in SMUGGLED_FROM)
    out = xp.minimum(state["smuggled"][CHIPS] / xp.maximum(taken, 1e-9), 0.9)  # share of these buyers' chips
    columns = []
    for o in range(len(OWNERS)):
        if o in SMUGGLED_FROM:
            columns.append(flow[:, o] * (1 - out))
        elif o == CHINA:
            columns.append(flow[:, o] + xp.sum(inside, 1) + sum(flow[:, s] for s in SMUGGLED_FROM) * out)
        else:
            columns.append(flow[:, o])
    to_bloc = []
    for b in range(len(BLOCS)):
        owned = sum(part[:, o] for o in range(len(OWNERS)) if BLOC_OF_OWNER[o] == b)
        to_bloc.append(owned * outside[H100E_8BIT] + (inside[H100E_8BIT] if b == CN else 0.0))
    return xp.stack(columns, 1), xp.stack(to_bloc)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance deployment by one step.

    Args:
        state: `made`, `to_china` (measure, vendor, draw), `smuggled` (measure, draw) of the step; `price` (vendor,
            draw) USD; `budget` (bloc, draw), `share` (bloc,
            vendor, draw); the stocks `waiting`, `installed` (measure, bloc, draw), `bought` (measure, owner, draw),
            `stock` (vendor, bloc, draw) H100e bought and not retired, `base` (vendor, draw), `retired` (measure,
            draw); `sales_usd` (bloc, vendor, draw), USD per year.
        p: parameters, each of shape (draw,).
        policy: `owner_share` (vendor, owner, 1), `dt`, `after`.
        xp: the array namespace.
    """
    dt = policy["dt"]
    flow, by_bloc = flows(state, p, policy, xp)
    arrived = xp.stack(
        [sum(flow[:, o] for o in range(len(OWNERS)) if BLOC_OF_OWNER[o] == b) for b in range(len(BLOCS))], 1
    )
    due = state["waiting"] + arrived
    ready = due * passed(dt, p["deployment.installation_lag"], xp)
    leaving = passed(dt, 1 / p["deployment.retirement"], xp)
    lost = state["installed"] * leaving
    installed = state["installed"] + ready - lost
    stock = state["stock"] * (1 - leaving) + xp.stack([by_bloc[:, v] for v in range(len(VENDORS))])
    worth = xp.maximum(state["made"][H100E_8BIT], 1e-9)
    usd = by_bloc / worth[None] * state["made"][CHIPS][None] * state["price"][None] / dt
    near = 1 - xp.exp(-STRETCH * dt)
    return {
        "waiting": due - ready,
        "installed": installed,
        "bought": state["bought"] + flow,
        "stock": stock,
        "base": xp.sum(stock, 1),
        "retired": state["retired"] + xp.sum(lost, 1),
        "sales_usd": state["sales_usd"] + (usd - state["sales_usd"]) * near,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Deploy nothing: the stocks stay as they are."""
    del p, policy, xp
    return {"retired": state["retired"]}
