"""Export controls: what China can buy legally, what is smuggled in, and what it rents abroad.

    offered   = free + licensed * case_by_case, on days of refusal times acceptance; nothing where a published count
                says so                                                                         per chip
    cut-down chips only from `since + redesign_lag` on, and only for what the stronger one may not serve
    mix       = older generation * (1 - g), newer * g, of what is offered;  g follows the world with a lag
    units     = demand * (1 + hoarding) * quality ** elasticity * revenue / price of the mix * offered
                * min(1, software premium * bandwidth per dollar abroad / at home)
    booked    = what is due in the next step by the delivery lag if orders go on; each chip at its own strength
    smuggled  = unmet * (1 - exp(-mu * (1 - enforcement) * scarcity ** eps * controlled chips sold / unmet))
    rented    = share of the stock abroad, unless the remote rule closes it; paid for, at most a share of China's means

The status of each chip by date comes from the rule engine (`ruled.py`). Demand is a share of the vendor's world
revenue, more since controls began because firms hoard; so a cheap chip (H20) sells in many units and few
H100-equivalents. Nobody pays more for memory bandwidth abroad than at home, but for what the foreign software is worth.
Deliveries follow orders with a lag: in observed quarters within what the vendors made in all, after them as production
could make what was booked. Smuggled chips are paid with a premium. What is rented is paid by China and received by
those who let it, so that it sums to nothing.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import passed, per, simulated
from rechenmacht.domains.race.axes import (
    AMD,
    CHIPS,
    CN,
    GULF,
    H100E_8BIT,
    H100E_BANDWIDTH,
    HUAWEI,
    NVIDIA,
    REST,
    US,
    VENDORS,
)
from rechenmacht.domains.race.ruled import CHIPS_FOR_CHINA

READS = ("made", "worth", "price", "budget", "china_pipe", "china_generation", "installed", "for_china", "china_due",
         "china_price", "means", "work_price")  # fmt: skip
WRITES = ("china_pipe", "china_generation", "to_china", "china_due", "china_price", "china_usd", "smuggled", "remote",
          "rent_usd", "legal_quality")  # fmt: skip
OLDER, NEWER = (0, 1), (3, 2, 4, 5)  # positions in CHIPS_FOR_CHINA, the strongest first
H20 = CHIPS_FOR_CHINA.index("h20")
SELLERS = (NVIDIA, AMD)


def offered(p: Any, policy: Any, xp: Any) -> list[Any]:
    """Return the share of demand for its generation that each chip for China serves, each of shape (draw,).

    A licence lets a share of the demand through, not a share for each chip: a weaker chip serves what it may serve
    beyond the stronger ones.
    """
    licensed = p["export_controls.licensed"]
    legal = policy["free"] + licensed * policy["case_by_case"]
    barred = policy["free_refused"] + licensed * policy["case_by_case_refused"]
    ready = (policy["year"] - policy["since"] - p["export_controls.redesign_lag"]) / policy["dt"]
    designed = xp.minimum(xp.maximum(ready, 0.0), 1.0)
    open_ = (legal - barred * (1 - p["export_controls.acceptance"])) * (1 - policy["none_sold"])
    found = [open_[0] * 0.0 for _ in CHIPS_FOR_CHINA]
    for generation in (OLDER, NEWER):
        served = designed[0] * 0.0
        for index in generation:
            found[index] = xp.maximum(open_[index] * designed[index] - served, 0.0)
            served = served + found[index]
    return found


def mix(p: Any, serve: list[Any], newer: Any, policy: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return (units per measure of the mean chip bought, its price in USD, share of demand that is served)."""
    weight = [(1 - newer if i in OLDER else newer) * serve[i] for i in range(len(serve))]
    total = sum(weight[1:], weight[0])
    share = xp.stack(weight) / xp.maximum(total, 1e-9)
    worth = xp.sum(policy["china_worth"] * share[None], 1)
    price = xp.sum(share * per(p, "export_controls.price", CHIPS_FOR_CHINA, xp), 0)
    older = sum((serve[i] for i in OLDER[1:]), serve[OLDER[0]])
    made = xp.minimum(4 * (1 - newer), 1.0)  # the older generation goes out of production
    served = xp.maximum(older * made, sum((serve[i] for i in NEWER[1:]), serve[NEWER[0]]))
    return worth, xp.maximum(price, 1.0), served


def _bought(state: Any, p: Any, policy: Any, newer: Any, xp: Any) -> tuple[Any, Any, Any, Any]:
    """Return (chips ordered by vendor, worth of a chip, its price, quality of what may be bought against the world)."""
    made, price = state["made"], state["price"]
    worth, paid, served = mix(p, offered(p, policy, xp), newer, policy, xp)
    revenue = made[CHIPS, NVIDIA] * price[NVIDIA]
    world = made[H100E_8BIT, NVIDIA] / xp.maximum(revenue, 1.0)
    per_dollar = worth[H100E_8BIT] / paid
    quality = xp.minimum(per_dollar / xp.maximum(world, 1e-12), 1.0)
    hoarded = 1 + p["export_controls.hoarding"] * policy["controlled"]
    demand = p["export_controls.demand"] * hoarded
    wanted = demand * xp.maximum(quality, 1e-3) ** p["export_controls.quality_elasticity"]
    home = state["worth"][H100E_BANDWIDTH, HUAWEI] / state["price"][HUAWEI]
    better = p["export_controls.software_premium"] * (worth[H100E_BANDWIDTH] / paid) / xp.maximum(home, 1e-12)
    wanted = wanted * xp.minimum(better, 1.0)
    units = xp.minimum(wanted * revenue / paid, 0.6 * made[CHIPS, NVIDIA])
    if simulated(policy):  # before, the budget is what was bought
        units = xp.minimum(units, state["budget"][CN] * policy["dt"] / paid)
    cut_down = made[CHIPS, AMD] * p["export_controls.amd_demand"]
    like_h20 = (policy["free"] + p["export_controls.licensed"] * policy["case_by_case"])[H20]
    amd = xp.minimum(cut_down, made[CHIPS, AMD]) * xp.minimum(like_h20, 1.0)
    amd = amd * (policy["year"] > policy["since"][H20])
    return xp.stack([units * served, amd]), worth, paid, quality * served


def _placed(chips: list[Any], worth: Any, state: Any, p: Any, xp: Any) -> Any:
    """Return chips of both sellers at their own strength, shape (measure, vendor, draw)."""
    mean = state["made"][:, AMD] / xp.maximum(state["made"][CHIPS, AMD], 1e-9)
    cut = xp.concatenate([mean[:1] * 0.0 + 1, mean[1:] * p["export_controls.amd_cut"]], 0)
    own = {NVIDIA: worth * chips[0][None], AMD: cut * chips[1][None]}
    nothing = state["made"][:, NVIDIA] * 0.0
    return xp.stack([own.get(v, nothing) for v in range(len(VENDORS))], 1)


def _delivered(state: Any, due: Any, ordered: Any, worth: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return (delivered and booked for the next step, each (measure, vendor, draw); chips delivered (seller, draw))."""
    rate = passed(policy["dt"], p["export_controls.delivery_lag"], xp)
    made = state["made"]
    if simulated(policy):
        legal = state["for_china"]
        sold = [legal[CHIPS, v] for v in SELLERS]
    else:
        sold = [xp.minimum(due[i] * rate, 0.7 * made[CHIPS, v]) for i, v in enumerate(SELLERS)]
        legal = xp.minimum(_placed(sold, worth, state, p, xp), made)
    left = [xp.maximum(due[i] - sold[i], 0.0) for i in range(len(SELLERS))]
    booked = [xp.minimum((left[i] + ordered[i]) * rate, 0.6 * made[CHIPS, v]) for i, v in enumerate(SELLERS)]
    return legal, _placed(booked, worth, state, p, xp), xp.stack(sold)


def _rented(state: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any]:
    """Return (H100e rented by bloc, below zero where it is let; USD per year paid for it, likewise)."""
    abroad = state["installed"][H100E_8BIT]
    open_ = p["export_controls.remote_share"] * (1 - p["export_controls.remote_rule"]) * policy["controlled"]
    given = [abroad[b] * (open_ if b in (US, GULF, REST) else open_ * 0.0) for b in range(abroad.shape[0])]
    price = p["allocation.cost_per_h100e"] * state["work_price"][0]
    total = sum(given[1:], given[0])
    able = xp.minimum(p["export_controls.rent_limit"] * state["means"][CN] / xp.maximum(total * price, 1.0), 1.0)
    remote = xp.stack([total * able if b == CN else -given[b] * able for b in range(len(given))])
    return remote, remote * price[None]


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance China's access to foreign chips by one step.

    Args:
        state: `made` (measure, vendor, draw) of the step and what of it is `for_china`; `worth` (measure, vendor, draw)
            of a chip and its `price` (vendor, draw) in USD; `budget` (bloc, draw) in USD per year, which foreign chips
            cannot exceed; `china_pipe` (seller, draw), chips ordered and not yet delivered, for NVIDIA and AMD;
            `china_generation` (draw), share of the newer generation in China's demand; `installed` (measure, bloc,
            draw); `means` (bloc, draw) USD per year; `work_price` (market, draw).
        p: parameters, each of shape (draw,).
        policy: `free`, `case_by_case`, `free_refused`, `case_by_case_refused`, `since` (chip, 1); `none_sold` (1,), 1
            where a published count says that NVIDIA sold nothing to China; `china_worth` (measure, chip, 1); `newer`
            (1,), the newer generation's share of NVIDIA's world sales; `controlled` (1,); `year`, `dt`.
        xp: the array namespace.

    Returns:
        `to_china` (measure, vendor, draw), legal deliveries, and `china_due`, what is booked for the next step;
        `china_price` (vendor, draw), USD per chip, and `china_usd` (draw), USD per year spent abroad; `smuggled`
        (measure, draw); `remote` (bloc, draw), H100e (8-bit) rented to China by bloc, below zero where it is let, and
        `rent_usd` (bloc, draw); `legal_quality` (draw).
    """
    dt = policy["dt"]
    newer = state["china_generation"] + (policy["newer"] - state["china_generation"]) * passed(
        dt, p["export_controls.generation_lag"], xp
    )
    ordered, worth, paid, quality = _bought(state, p, policy, newer, xp)
    kept = xp.stack([1 - policy["none_sold"], 1 - policy["none_sold"] * 0.0])  # orders that came to nothing are gone
    due = state["china_pipe"] * kept + ordered
    legal, booked, sold = _delivered(state, due, ordered, worth, p, policy, xp)
    smuggled = _smuggled(state, p, policy, legal[:, NVIDIA], quality, xp)
    cut_price = p["export_controls.amd_cut_price"]
    price = xp.stack([paid if v == NVIDIA else x * cut_price if v == AMD else x for v, x in enumerate(state["price"])])
    spent = xp.sum(legal[CHIPS] * price, 0) / dt
    dear = smuggled[CHIPS] * state["price"][NVIDIA] * (1 + p["export_controls.smuggling_premium"]) / dt
    remote, rent = _rented(state, p, policy, xp)
    return {
        "china_pipe": xp.maximum(due - sold, 0.0),
        "china_generation": newer,
        "to_china": legal,
        "china_due": booked,
        "china_price": price,
        "china_usd": spent + dear,
        "smuggled": smuggled,
        "remote": remote,
        "rent_usd": rent,
        "legal_quality": quality,
    }


def _smuggled(state: Any, p: Any, policy: Any, legal: Any, quality: Any, xp: Any) -> Any:
    """Return what is smuggled in a step, shape (measure, draw): never more than the demand that law leaves unmet."""
    made = state["made"]
    outside = made[:, NVIDIA] - legal
    scarcity = xp.maximum(1 - xp.minimum(quality, 1.0), 1e-9)
    unmet = xp.maximum(p["export_controls.demand"] * made[CHIPS, NVIDIA] * scarcity, 1e-3)
    pressure = (scarcity / p["export_controls.scarcity_2024"]) ** p["export_controls.premium_elasticity"]
    through = p["export_controls.smuggled_share"] * (1 - p["export_controls.enforcement"]) * policy["controlled"]
    units = unmet * (1 - xp.exp(-through * pressure * outside[CHIPS] / unmet))
    return outside * (units / xp.maximum(outside[CHIPS], 1e-9))


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """No controls: China buys its wanted share of the world's chips as they are; nothing is smuggled or rented."""
    made = state["made"]
    keep = {NVIDIA: p["export_controls.demand"], AMD: p["export_controls.demand"]}
    nothing = p["export_controls.demand"] * 0.0
    share = xp.stack([keep.get(v, nothing) for v in range(len(VENDORS))])
    return {
        "china_pipe": state["china_pipe"],
        "china_generation": state["china_generation"] * 0.0 + policy["newer"],
        "to_china": made * share,
        "china_due": made * 0.0,
        "china_price": state["price"],
        "china_usd": xp.sum(made[CHIPS] * share * state["price"], 0) / policy["dt"],
        "rent_usd": state["installed"][H100E_8BIT] * 0.0,
        "smuggled": made[:, NVIDIA] * 0.0,
        "remote": state["installed"][H100E_8BIT] * 0.0,
        "legal_quality": nothing + 1,
    }
