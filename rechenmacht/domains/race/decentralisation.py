"""Decentralisation: verified community compute, the largest run it can train, and whom it depends on.

    incentive   = rewards per year / what a chip must earn per year
    paid        = paid_fleet * (price of work * discount * efficiency / what a chip must earn) ** elasticity
    wanted      = fleet * exp(growth * dt), at most incentive + volunteers + paid
    runs        = fleet * (1 - cut_off * share of it on the largest maker)
    round       = local compute time, then compressed update over the uplink
    efficiency  = compute time / (compute time + sent bytes * 8 / uplink)
    effective   = members in one run * worth * utilisation * efficiency
    run         = effective rate * days of a run
    dependence  = 1 - product over layers of (1 - the layer's largest supplier's share)

Community compute competes for work at the market's price (`market`), at a discount and with its efficiency; what it
sells adds to the market's supply. Fleets are counted in H100e of the 16-bit basis, on which training runs are stated.
Only counted, verified fleets enter, not claimed ones. The layers that a network rests on are chips, the hosts of its
members (clouds), the software stack, and consent (tokens, registries, app stores); for each the largest supplier's
share is a parameter, and the chips' follows the installed base.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import NVIDIA

READS = ("fleet", "base", "price_index", "work_price")
WRITES = ("fleet", "fleet_runs", "swarm_flop", "swarm_efficiency", "swarm_dependence")
FLOP_PER_H100E_SECOND = 989.4e12
SECONDS_PER_DAY = 86400.0


def efficiency(p: Any, ahead: Any, xp: Any) -> Any:
    """Return the share of time that members compute, shape (draw,); the update shrinks and uplinks grow over time."""
    compute = p["decentralisation.round_seconds"]
    sent = p["decentralisation.parameters_trained"] * 2 / p["decentralisation.compression"]  # bytes at 16 bits
    uplink = p["decentralisation.uplink_mbit"] * 1e6 * xp.exp(p["decentralisation.uplink_growth"] * ahead)
    return compute / (compute + sent * 8 / uplink)


def _paid(state: Any, p: Any, busy: Any, xp: Any) -> Any:
    """Return the fleet that work at the market's price carries, H100e, shape (draw,)."""
    earns = p["allocation.cost_per_h100e"] * state["work_price"][0] * p["decentralisation.discount"] * busy
    carried = (earns / p["decentralisation.must_earn"]) ** p["decentralisation.paid_elasticity"]
    return p["decentralisation.paid_fleet"] * xp.minimum(carried, 20.0)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance community compute by one step.

    Args:
        state: `fleet` (draw), verified H100e of all networks; `base` (vendor, draw), installed H100e by vendor;
            `price_index` (draw); `work_price` (market, draw).
        p: parameters, each of shape (draw,).
        policy: `dt`, `ahead` in years; `after` 0 or 1.
        xp: the array namespace.

    Returns:
        `fleet` and what of it runs, H100e, `swarm_flop` FLOP of the largest run,
        `swarm_efficiency` and `swarm_dependence` shares; each (draw,).
    """
    dt, ahead, after = policy["dt"], policy["ahead"], policy["after"]
    fading = 2.0 ** (-ahead / p["decentralisation.growth_half_life"])
    growth = (
        p["decentralisation.growth_long"] + (p["decentralisation.growth"] - p["decentralisation.growth_long"]) * fading
    )
    rewards = p["decentralisation.rewards"] * xp.exp(p["decentralisation.rewards_growth"] * ahead)
    must = p["decentralisation.must_earn"] * state["price_index"]
    busy = efficiency(p, ahead, xp)
    ceiling = rewards / must + p["decentralisation.volunteers"] + _paid(state, p, busy, xp)
    room = xp.maximum(1 - state["fleet"] / ceiling, 0.0)
    fleet = state["fleet"] * xp.exp(growth * dt * xp.where(after > 0, room, 1.0))
    chips = state["base"][NVIDIA] / xp.maximum(xp.sum(state["base"], 0), 1.0)
    on_it = xp.minimum(chips * p["decentralisation.on_vendor"], 1.0)
    runs = fleet * (1 - p["decentralisation.cut_off"] * on_it)
    joined = runs * p["decentralisation.in_one_run"]
    rate = joined * FLOP_PER_H100E_SECOND * p["decentralisation.utilisation"] * busy
    free = (
        (1 - on_it)
        * (1 - p["decentralisation.largest_host"])
        * (1 - p["decentralisation.largest_stack"])
        * (1 - p["decentralisation.consent"])
    )
    return {
        "fleet": fleet,
        "fleet_runs": runs,
        "swarm_flop": rate * p["decentralisation.run_days"] * SECONDS_PER_DAY,
        "swarm_efficiency": busy,
        "swarm_dependence": 1 - free,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """No community compute."""
    del policy, xp
    nothing = state["fleet"] * 0.0
    return {
        "fleet": nothing,
        "fleet_runs": nothing,
        "swarm_flop": nothing,
        "swarm_efficiency": nothing,
        "swarm_dependence": nothing + p["decentralisation.consent"] * 0.0,
    }
