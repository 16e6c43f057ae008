"""Adoption: the shares of people and of firms that use AI, per bloc, and what they would spend at unchanged prices.

Each is a Bass diffusion (Bass 1969) toward a ceiling that three or four points cannot identify, so it is drawn widely:

    d share / dt = (innovation + imitation * uptake * share / ceiling) * (ceiling - share)
    depth        = depth * exp(depth_growth * 2 ** (-t / half_life) * dt)
    spend        = (people * population * spend_per_user + firms * workforce * spend_per_worker) * purse * depth

Depth is what a user spends relative to the end of 2025; `purse` is a bloc's spending relative to the United States'.
What is in fact paid follows in `market`, how uptake answers price and ability in `uptake`. What statistics offices
publish are observations of these shares under their own definitions; `observation.py` holds one equation for each and
never merges them.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS

READS = ("people", "firms", "people_begin", "firms_begin", "depth", "uptake", "spend")
WRITES = ("people", "firms", "depth", "spend")


def diffuse(share: Any, innovation: Any, imitation: Any, ceiling: Any, time: Any, xp: Any) -> Any:
    """Return a share after some years, exactly; it never falls, never passes its ceiling. Shape (bloc, draw)."""
    left = (ceiling - share) / (ceiling + share * imitation / innovation)
    left = left * xp.exp(-(innovation + imitation) * time)
    return ceiling * (1 - left) / (1 + imitation / innovation * left)


def begun(begin: Any, policy: Any, xp: Any) -> Any:
    """Return how much of the step, in years, lies after a diffusion's beginning."""
    return xp.minimum(xp.maximum(policy["year"] - begin, 0.0), policy["dt"])


def _later(state: Any, share: Any, begin: Any, p: Any, policy: Any, who: str, innovation: Any, xp: Any) -> Any:
    imitation = per(p, f"adoption.imitation_{who}", BLOCS, xp) * state["uptake"]
    ceiling = per(p, f"adoption.ceiling_{who}", BLOCS, xp)
    return xp.maximum(diffuse(share, innovation, imitation, ceiling, begun(begin, policy, xp), xp), share)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance adoption by one step.

    Args:
        state: `people`, `firms` (bloc, draw), shares, and when their diffusion began, in decimal years; `depth` (bloc,
            draw), spending per user relative to the end of 2025; `uptake` (bloc, draw), what scales imitation.
        p: parameters, each of shape (draw,).
        policy: `year`, `dt`, `ahead` in years; `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        The shares, depth, and `spend` (bloc, draw), USD per year at the prices of the last observed quarter.
    """
    after, innovation = policy["after"], p["adoption.innovation"]
    people = _later(state, state["people"], state["people_begin"], p, policy, "people", innovation, xp)
    pushed = innovation + per(p, "adoption.policy_drive", BLOCS, xp) * after
    firms = _later(state, state["firms"], state["firms_begin"], p, policy, "firms", pushed, xp)
    deepening = p["adoption.depth_growth"] * 2.0 ** (-policy["ahead"] / p["adoption.depth_half_life"])
    depth = state["depth"] * xp.exp(deepening * policy["dt"])
    users = people * per(p, "adoption.population", BLOCS, xp) * p["adoption.spend_per_user"]
    workers = firms * per(p, "adoption.workforce", BLOCS, xp) * p["adoption.spend_per_worker"]
    spend = (users + workers) * per(p, "adoption.purse", BLOCS, xp) * depth * (1 - per(p, "adoption.fall", BLOCS, xp))
    return {"people": people, "firms": firms, "depth": depth, "spend": spend}


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Nobody new takes up AI: shares, depth and what they would spend stay."""
    del p, policy, xp
    return {"spend": state["spend"]}
