"""Allocation: how scarce compute is divided between research, training, inference and public-good projects.

Each use has a value x -> weight * x ** (1 - curvature) / (1 - curvature): concave, so that the last unit is worth the
same in every use where

    share_i = weight_i ** (1 / curvature) / sum of the same

Inference's weight rises with paid demand over supply, so more users draw compute away from training:

    weight_inference = base * (demand / accessible) ** pull,  demand = earned * compute_share / yearly cost of an H100e

The largest training run takes a share of the training compute for a time, at the reached utilisation. Virtual workers
are sessions that the inference compute can serve at the stated output rate.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, INFERENCE, TRAINING, USES

READS = ("accessible", "earned", "price_index", "knowledge")
WRITES = ("use_share", "run_flop", "workers", "demand_h100e", "served_demand")
FLOP_PER_H100E_SECOND = 989.4e12  # dense 16-bit peak of one H100, the basis that training runs are counted on
SECONDS_PER_DAY = 86400.0


def divide(weights: Any, curvature: Any, xp: Any) -> Any:
    """Return the shares at which the last unit is worth the same in every use, shape (use, bloc, draw)."""
    pulls = weights ** (1 / curvature)
    return pulls / xp.sum(pulls, 0)[None]


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Divide each bloc's accessible compute among the uses.

    Args:
        state: `accessible` (bloc, draw) H100e; `earned` (bloc, draw) USD per year; `price_index` (draw); `knowledge`
            (bloc, draw), natural logarithm.
        p: parameters, each of shape (draw,).
        policy: not used.
        xp: the array namespace.

    Returns:
        `use_share` (use, bloc, draw); `run_flop` (bloc, draw), FLOP of the largest training run; `workers` (bloc,
        draw), count; `demand_h100e` (bloc, draw); `served_demand` (bloc, draw), share of paid demand that is served.
    """
    del policy
    compute = xp.maximum(state["accessible"], 1.0)
    yearly = p["allocation.cost_per_h100e"] * state["price_index"]
    cheaper = xp.exp(p["allocation.inference_progress"] * state["knowledge"])
    demand = state["earned"] * p["allocation.compute_share"] / yearly
    weights = [per(p, f"allocation.weight.{use}", BLOCS, xp) for use in USES]
    pressure = xp.minimum(xp.maximum(demand / compute, 1e-4), 1e4)
    weights[INFERENCE] = weights[INFERENCE] * pressure ** p["allocation.pull"]
    share = divide(xp.stack(weights), p["allocation.curvature"], xp)
    largest = compute * share[TRAINING] * per(p, "allocation.concentration", BLOCS, xp)
    seconds = p["allocation.run_days"] * SECONDS_PER_DAY
    flop = largest * FLOP_PER_H100E_SECOND * p["allocation.utilisation"] * seconds
    serving = compute * share[INFERENCE]
    tokens = serving * p["allocation.tokens_per_h100e"] * cheaper
    return {
        "use_share": share,
        "run_flop": flop,
        "workers": tokens / p["allocation.tokens_per_worker"],
        "demand_h100e": demand,
        "served_demand": xp.minimum(serving / xp.maximum(demand, 1.0), 1.0),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Divide compute evenly, whatever it is worth where."""
    del policy
    compute = xp.maximum(state["accessible"], 1.0)
    share = xp.stack([compute * 0.0 + 1 / len(USES)] * len(USES))
    largest = compute * share[TRAINING] * per(p, "allocation.concentration", BLOCS, xp)
    seconds = p["allocation.run_days"] * SECONDS_PER_DAY
    serving = compute * share[INFERENCE]
    demand = state["earned"] * p["allocation.compute_share"] / (p["allocation.cost_per_h100e"] * state["price_index"])
    return {
        "use_share": share,
        "run_flop": largest * FLOP_PER_H100E_SECOND * p["allocation.utilisation"] * seconds,
        "workers": serving * p["allocation.tokens_per_h100e"] / p["allocation.tokens_per_worker"],
        "demand_h100e": demand,
        "served_demand": xp.minimum(serving / xp.maximum(demand, 1.0), 1.0),
    }
