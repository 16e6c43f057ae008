"""Deployment: who buys the chips, when they stand in place, when they retire, and who pays what for them.

    legal    = what `export_controls` lets go to China; Chinese makers sell at home what is ordered there
    abroad   = made - legal, by the observed owners' shares; later by the blocs' budgets, within a bloc as observed
    smuggled = NVIDIA's chips, moved from buyers outside the United States' named owners to China, at their own strength
    gone     = 1 - exp(-dt / lag)
    ready    = (waiting * gone + bought * (1 - gone * lag / dt)) * (1 - shipping stopped)
    installed= installed + ready - installed * (1 - exp(-retirement * running cost ** response * dt))
    sales    = chips * price, at China's own prices in China; smuggled chips are paid by China, with a premium, and
               taken off the first buyer's bill

The lag is in years; what is bought in a step arrives evenly over it. Retirement is per year and blind to age: it
removes strong new chips as often as weak old ones and so understates compute a little; where power is cheap against the
price of work, chips run longer. Every chip made is bought, waits, is installed, or has retired, in every measure; by
vendor and bloc the stock is the same chips counted another way. Owners sum to sales.
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
    NVIDIA,
    OTHER_OWNERS,
    OWNERS,
    OWNERS_OF_BLOC,
    VENDORS,
)

READS = ("made", "home_share", "price", "to_china", "china_price", "smuggled", "budget", "share", "waiting",
         "installed", "bought", "base", "stock", "retired", "sales_usd", "smuggled_stock", "power_cost",
         "work_price")  # fmt: skip
WRITES = ("waiting", "installed", "bought", "base", "stock", "retired", "sales_usd", "smuggled_stock",
          "premium_usd")  # fmt: skip
CHINA = OWNERS.index("china")
BLOC_OF_OWNER = tuple(next(b for b, name in enumerate(BLOCS) if owner in OWNERS_OF_BLOC[name]) for owner in OWNERS)
SMUGGLED_FROM = tuple(OWNERS.index(owner) for owner in ("rest", "gulf", "other_us"))


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


def flows(state: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return what is bought in a step, each chip at its own strength.

    By owner (measure, owner, draw); by vendor and bloc (measure, vendor, bloc, draw); and what of it was smuggled to
    China (measure, draw).
    """
    inside = china(state, p, policy, xp)
    outside = state["made"] - inside
    part = shares(state, p, policy, xp)
    flow = xp.einsum("vod,mvd->mod", part, outside)
    exposed = sum(part[NVIDIA, o] for o in SMUGGLED_FROM) * outside[CHIPS, NVIDIA]
    out = xp.minimum(state["smuggled"][CHIPS] / xp.maximum(exposed, 1e-9), 0.9)
    moved = {o: part[NVIDIA, o][None] * outside[:, NVIDIA] * out[None] for o in SMUGGLED_FROM}
    gone = sum(moved.values())
    columns = []
    for o in range(len(OWNERS)):
        gained = xp.sum(inside, 1) + gone if o == CHINA else 0.0
        columns.append(flow[:, o] - moved.get(o, 0.0) + gained)
    by_bloc = []
    for b in range(len(BLOCS)):
        owned = sum(part[:, o] for o in range(len(OWNERS)) if BLOC_OF_OWNER[o] == b)
        lost = sum(chips for o, chips in moved.items() if BLOC_OF_OWNER[o] == b)
        own = owned[None] * outside + (inside if b == CN else 0.0)
        change = gone - lost if b == CN else -lost
        by_bloc.append(xp.stack([own[:, v] + (change if v == NVIDIA else 0.0) for v in range(len(VENDORS))], 1))
    return xp.stack(columns, 1), xp.stack(by_bloc, 2), gone


def paid(state: Any, by_bloc: Any, smuggled: Any, p: Any, dt: Any, xp: Any) -> tuple[Any, Any]:
    """Return (USD per year that blocs pay for vendors' chips (bloc, vendor, draw), premium on smuggled chips (draw,)).

    All of it but the premium, which goes to those in between, is what vendors sell.
    """
    chips = by_bloc[CHIPS] / dt  # (vendor, bloc, draw), a year
    legal = state["to_china"][CHIPS] / dt
    premium = p["export_controls.smuggling_premium"] * smuggled / dt * state["price"][NVIDIA]
    rows = []
    for b in range(len(BLOCS)):
        usd = chips[:, b] * state["price"]
        if b == CN:
            usd = usd + legal * (state["china_price"] - state["price"])
            usd = xp.stack([usd[v] + (premium if v == NVIDIA else 0.0) for v in range(len(VENDORS))])
        rows.append(usd)
    return xp.stack(rows), premium


def _ready(waiting: Any, arrived: Any, p: Any, dt: Any, xp: Any) -> Any:
    """Return what comes into operation in a step, shape (measure, bloc, draw).

    What arrives does so evenly over the step, so that on average it has waited half of it, whatever the step.
    """
    lag = p["deployment.installation_lag"]
    gone = passed(dt, lag, xp)
    return (waiting * gone + arrived * (1 - gone * lag / dt)) * (1 - p["deployment.shipping_stop"])


def _leaving(state: Any, p: Any, dt: Any, xp: Any) -> Any:
    """Return the share of installed chips that retires in a step, shape (bloc, draw)."""
    worth = p["allocation.cost_per_h100e"] * xp.maximum(state["work_price"], 0.02)
    value = xp.stack([worth[1 if b == CN else 0] for b in range(len(BLOCS))])
    cost = xp.maximum(state["power_cost"], 1.0) / value / p["deployment.running_share"]
    pace = xp.minimum(xp.maximum(cost ** p["deployment.retirement_response"], 0.6), 1.8)
    return passed(dt, 1 / (p["deployment.retirement"] * pace), xp)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance deployment by one step.

    Args:
        state: `made`, `to_china` (measure, vendor, draw), `smuggled` (measure, draw) of the step; `price`,
            `china_price` (vendor, draw) USD; `budget` (bloc, draw), `share` (bloc, vendor, draw); the stocks `waiting`,
            `installed` (measure, bloc, draw), `bought` (measure, owner, draw), `stock` (vendor, bloc, draw) H100e
            waiting or installed, `base` (vendor, draw), `retired` (measure, draw), `smuggled_stock` (draw) H100e in
            China that were smuggled; `power_cost` (bloc, draw), USD
            per H100e and year; `work_price` (market, draw).
        p: parameters, each of shape (draw,).
        policy: `owner_share` (vendor, owner, 1), `dt`, `after`.
        xp: the array namespace.

    Returns:
        The stocks; `sales_usd` (bloc, vendor, draw), what blocs pay in the step, USD per year; `premium_usd` (draw),
        what smugglers keep.
    """
    dt = policy["dt"]
    flow, by_bloc, smuggled = flows(state, p, policy, xp)
    arrived = xp.stack([sum(by_bloc[:, v, b] for v in range(len(VENDORS))) for b in range(len(BLOCS))], 1)
    due = state["waiting"] + arrived
    ready = _ready(state["waiting"], arrived, p, dt, xp)
    leaving = _leaving(state, p, dt, xp)
    lost = state["installed"] * leaving[None]
    installed = state["installed"] + ready - lost
    held = state["installed"][H100E_8BIT] + state["waiting"][H100E_8BIT]
    stays = 1 - lost[H100E_8BIT] / xp.maximum(held, 1e-9)
    stock = state["stock"] * stays[None] + by_bloc[H100E_8BIT]
    usd, premium = paid(state, by_bloc, smuggled[CHIPS], p, dt, xp)
    return {
        "waiting": due - ready,
        "installed": installed,
        "bought": state["bought"] + flow,
        "stock": stock,
        "base": xp.sum(stock, 1),
        "retired": state["retired"] + xp.sum(lost, 1),
        "sales_usd": usd,
        "smuggled_stock": state["smuggled_stock"] * stays[CN] + smuggled[H100E_8BIT],
        "premium_usd": premium,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Deploy nothing: the stocks stay as they are."""
    del p, policy, xp
    return {"retired": state["retired"], "sales_usd": state["sales_usd"] * 0.0}
