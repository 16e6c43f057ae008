"""Algorithms: how much more a unit of compute yields, per bloc, and how far behind the frontier a bloc is.

    d knowledge / dt = progress * talent * effort * (1 + rival * scarcity_effect * log(compute of the leader / own))
                       + (frontier - knowledge) / diffusion_lag * openness           (only for those behind)
    effective run    = own largest training run * exp(knowledge)
    gap in months    = log(frontier / own effective run) / growth of the frontier * 12

Knowledge is the logarithm of effective over physical compute relative to the frontier at the end of 2025. Knowledge
published openly reaches everyone after the diffusion lag; `openness` scales how much is published. `effort` comes from
`research`: compute for experiments and people. `rival` is 1 in the draws of the rival structure, in which scarcity
pushes those with less compute to squeeze more out of it, within `scarcity_limit`.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS

READS = ("knowledge", "run_flop", "frontier_flop", "frontier_growth", "accessible", "effort")
WRITES = ("knowledge", "effective_flop", "frontier_flop", "frontier_growth", "gap_months")


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance knowledge by one step.

    Args:
        state: `knowledge` (bloc, draw), natural logarithm; `run_flop` (bloc, draw), largest training run that the bloc
            can do in FLOP; `frontier_flop` (draw), the best effective run so far; `frontier_growth` (draw), log per
            year; `accessible` (bloc, draw), H100e; `effort` (bloc, draw), 1 on trend.
        p: parameters, each of shape (draw,).
        policy: `dt` in years.
        xp: the array namespace.
    """
    dt = policy["dt"]
    knowledge = state["knowledge"]
    most = xp.maximum(knowledge[0], knowledge[1])
    for bloc in range(2, len(BLOCS)):
        most = xp.maximum(most, knowledge[bloc])
    richest = xp.maximum(state["accessible"][0], state["accessible"][1])
    short = xp.log(xp.maximum(richest, 1.0) / xp.maximum(state["accessible"], 1.0))
    squeeze = xp.minimum(p["algorithms.scarcity_effect"] * xp.maximum(short, 0.0), p["algorithms.scarcity_limit"])
    rival = xp.where(p["research.structure"] < p["research.weight_rival"], 1.0, 0.0)
    talent = per(p, "algorithms.talent", BLOCS, xp)
    learned = xp.maximum(most - knowledge, 0.0) * (
        1 - xp.exp(-dt * p["algorithms.openness"] / p["algorithms.diffusion_lag"])
    )
    knowledge = knowledge + p["algorithms.progress"] * talent * state["effort"] * (1 + rival * squeeze) * dt + learned
    effective = state["run_flop"] * xp.exp(knowledge)
    best = xp.maximum(effective[0], effective[1])
    for bloc in range(2, len(BLOCS)):
        best = xp.maximum(best, effective[bloc])
    frontier = xp.maximum(best, state["frontier_flop"])
    rising = xp.log(frontier / xp.maximum(state["frontier_flop"], 1.0)) / dt
    rising = xp.minimum(rising, 4.0)
    growth = state["frontier_growth"] + (rising - state["frontier_growth"]) * (1 - xp.exp(-dt / 1.0))
    behind = xp.log(frontier / xp.maximum(effective, 1.0)) / xp.maximum(growth, 0.1)
    return {
        "knowledge": knowledge,
        "effective_flop": effective,
        "frontier_flop": frontier,
        "frontier_growth": growth,
        "gap_months": xp.minimum(behind * 12, 240.0),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Knowledge stands still; compute alone decides."""
    del p, policy
    effective = state["run_flop"] * xp.exp(state["knowledge"])
    frontier = state["frontier_flop"]
    for bloc in range(len(BLOCS)):
        frontier = xp.maximum(frontier, effective[bloc])
    behind = xp.log(frontier / xp.maximum(effective, 1.0)) / xp.maximum(state["frontier_growth"], 0.1)
    return {
        "knowledge": state["knowledge"],
        "effective_flop": effective,
        "frontier_flop": frontier,
        "frontier_growth": state["frontier_growth"],
        "gap_months": xp.minimum(behind * 12, 240.0),
    }
