"""Adoption: the shares of people and of firms that use AI, per bloc, and what they spend on it.

Each is a Bass diffusion (Bass 1969) toward a ceiling that three or four points cannot identify, so it is drawn widely:

    d share / dt = (innovation + imitation * share / ceiling) * (ceiling - share)
    depth        = depth * exp(depth_growth * 2 ** (-t / half_life) * dt)
    revenue      = (people * population * spend_per_user + firms * workforce * spend_per_worker)
                   * purse * depth * price ** (1 + elasticity)

Depth is what a user spends relative to the end of 2025; `purse` is a bloc's
spending relative to the United States'; price is that of an H100e. What is paid in one bloc is partly
earned by firms in the United States (`served_by_us`), whose compute serves it. What statistics offices publish are
observations of these shares under their own definitions; `observation.py` holds one equation for each and never merges
them.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, US

READS = ("people", "firms", "people_begin", "firms_begin", "depth", "price_index", "revenue", "earned")
WRITES = ("people", "firms", "depth", "revenue", "earned")


def diffuse(share: Any, innovation: Any, imitation: Any, ceiling: Any, time: Any, xp: Any) -> Any:
    """Return a share after some years, exactly; it never falls, never passes its ceiling. Shape (bloc, draw)."""
    left = (ceiling - share) / (ceiling + share * imitation / innovation)
    left = left * xp.exp(-(innovation + imitation) * time)
    return ceiling * (1 - left) / (1 + imitation / innovation * left)


def begun(begin: Any, policy: Any, xp: Any) -> Any:
    """Return how much of the step, in years, lies after a diffusion's beginning."""
    return xp.minimum(xp.maximum(policy["year"] - begin, 0.0), policy["dt"])


def _later(share: Any, begin: Any, p: Any, policy: Any, who: str, innovation: Any, xp: Any) -> Any:
    imitation = per(p, f"adoption.imitation_{who}", BLOCS, xp)
    ceiling = per(p, f"adoption.ceiling_{who}", BLOCS, xp)
    return diffuse(share, innovation, imitation, ceiling, begun(begin, policy, xp), xp)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance adoption by one step.

    Args:
        state: `people`, `firms` (bloc, draw), shares, and when their diffusion began, in decimal years; `depth` (bloc,
            draw), spending per user relative to the end of 2025; `price_index` (draw), price of an H100e of the quarter
            before relative to the end of 2025.
        p: parameters, each of shape (draw,).
        policy: `year`, `dt`, `ahead` in years; `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        The shares, depth, and in USD per year, shape (bloc, draw): `revenue` by the bloc of those who pay, `earned` by
        the bloc of those who serve.
    """
    after, innovation = policy["after"], p["adoption.innovation"]
    people = _later(state["people"], state["people_begin"], p, policy, "people", innovation, xp)
    pushed = innovation + per(p, "adoption.policy_drive", BLOCS, xp) * after
    firms = _later(state["firms"], state["firms_begin"], p, policy, "firms", pushed, xp)
    deepening = p["adoption.depth_growth"] * 2.0 ** (-policy["ahead"] / p["adoption.depth_half_life"])
    depth = state["depth"] * xp.exp(deepening * policy["dt"])
    dearer = state["price_index"] ** (1 + p["adoption.price_elasticity"])
    users = people * per(p, "adoption.population", BLOCS, xp) * p["adoption.spend_per_user"]
    workers = firms * per(p, "adoption.workforce", BLOCS, xp) * p["adoption.spend_per_worker"]
    revenue = (users + workers) * per(p, "adoption.purse", BLOCS, xp) * depth * dearer
    foreign = [revenue[b] * p[f"adoption.served_by_us.{bloc}"] for b, bloc in enumerate(BLOCS) if b != US]
    at_home = [revenue[b] * (1 - p[f"adoption.served_by_us.{bloc}"]) for b, bloc in enumerate(BLOCS) if b != US]
    earned = xp.stack([revenue[US] + sum(foreign[1:], foreign[0]), *at_home])
    return {"people": people, "firms": firms, "depth": depth, "revenue": revenue, "earned": earned}


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Nobody new takes up AI: shares, depth and revenue stay."""
    del p, policy, xp
    return {"revenue": state["revenue"], "earned": state["earned"]}
