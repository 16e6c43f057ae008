"""Allocation: how scarce compute is divided between research, training, inference and public-good projects.

Each use has a value x -> weight * x ** (1 - curvature) / (1 - curvature): concave, so that the last unit is worth the
same in every use where

    share_i = weight_i ** (1 / curvature) / sum of the same

Inference's weight rises with paid demand over supply, so more users draw compute away from research, training and
the public good; a reserve for the public good takes from all other uses, and so from what can be sold:

    weight_inference = base * (demand / accessible) ** pull
    demand           = earned * compute_share / (yearly cost of an H100e * price of work * inference efficiency)
    share            = share * (1 - reserve), public good + reserve

The largest training run takes a share of the training compute, counted on the 16-bit basis that training runs are
stated on, for a time, at the reached utilisation. Virtual workers are sessions that the inference compute in paid use
can serve at the stated output rate.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, CN, INFERENCE, PUBLIC_GOOD, TRAINING, USES

READS = ("accessible", "accessible_16bit", "earned", "work_price", "utilisation", "knowledge")
WRITES = ("use_share", "run_flop", "workers", "public_h100e", "demand_h100e")
FLOP_PER_H100E_SECOND = 989.4e12  # dense 16-bit peak of one H100, the basis that training runs are counted on
SECONDS_PER_DAY = 86400.0


def divide(weights: Any, curvature: Any, xp: Any) -> Any:
    """Return the shares at which the last unit is worth the same in every use, shape (use, bloc, draw)."""
    pulls = weights ** (1 / curvature)
    return pulls / xp.sum(pulls, 0)[None]


def reserved(share: Any, p: Any, xp: Any) -> Any:
    """Return shares of use (use, bloc, draw) after the reserve for the public good is set apart."""
    kept = share * (1 - per(p, "allocation.public_reserve", BLOCS, xp))[None]
    rest = 1 - xp.sum(kept, 0)
    return xp.stack([kept[u] + rest if u == PUBLIC_GOOD else kept[u] for u in range(len(USES))])


def _demand(state: Any, p: Any, xp: Any) -> Any:
    """Return the compute that what is paid for needs, H100e, shape (bloc, draw)."""
    price = xp.stack([state["work_price"][1 if b == CN else 0] for b in range(len(BLOCS))])
    cheaper = xp.exp(p["allocation.inference_progress"] * state["knowledge"])
    return state["earned"] * p["allocation.compute_share"] / (p["allocation.cost_per_h100e"] * price * cheaper)


def _yields(state: Any, p: Any, share: Any, demand: Any, cheaper: Any, xp: Any) -> dict[str, Any]:
    """Return what the division of compute yields; `cheaper` is the efficiency of inference, (bloc, draw) or 1."""
    wide = xp.maximum(state["accessible_16bit"], 1.0)
    largest = wide * share[TRAINING] * per(p, "allocation.concentration", BLOCS, xp)
    seconds = p["allocation.run_days"] * SECONDS_PER_DAY
    serving = xp.maximum(state["accessible"], 1.0) * share[INFERENCE]
    busy = xp.stack([state["utilisation"][1 if b == CN else 0] for b in range(len(BLOCS))])
    tokens = serving * busy * p["allocation.tokens_per_h100e"] * cheaper
    return {
        "use_share": share,
        "run_flop": largest * FLOP_PER_H100E_SECOND * p["allocation.utilisation"] * seconds,
        "workers": tokens / p["allocation.tokens_per_worker"],
        "public_h100e": state["accessible"] * share[PUBLIC_GOOD],
        "demand_h100e": demand,
    }


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Divide each bloc's accessible compute among the uses.

    Args:
        state: `accessible` and `accessible_16bit` (bloc, draw), H100e on the 8-bit and the 16-bit basis; `earned`
            (bloc, draw) USD per year; `work_price` and `utilisation` (market, draw); `knowledge` (bloc, draw), natural
            logarithm.
        p: parameters, each of shape (draw,).
        policy: not used.
        xp: the array namespace.

    Returns:
        `use_share` (use, bloc, draw); `run_flop` (bloc, draw), FLOP of the largest training run; `workers` (bloc,
        draw), count; `public_h100e` and `demand_h100e` (bloc, draw).
    """
    del policy
    compute = xp.maximum(state["accessible"], 1.0)
    cheaper = xp.exp(p["allocation.inference_progress"] * state["knowledge"])
    demand = _demand(state, p, xp)
    weights = [per(p, f"allocation.weight.{use}", BLOCS, xp) for use in USES]
    pressure = xp.minimum(xp.maximum(demand / compute, 1e-4), 1e4)
    weights[INFERENCE] = weights[INFERENCE] * pressure ** p["allocation.pull"]
    share = reserved(divide(xp.stack(weights), p["allocation.curvature"], xp), p, xp)
    found = _yields(state, p, share, demand, cheaper, xp)
    return {
        "use_share": found["use_share"],
        "run_flop": found["run_flop"],
        "workers": found["workers"],
        "public_h100e": found["public_h100e"],
        "demand_h100e": found["demand_h100e"],
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Divide compute evenly, whatever it is worth where."""
    del policy
    compute = xp.maximum(state["accessible"], 1.0)
    share = xp.stack([compute * 0.0 + 1 / len(USES)] * len(USES))
    return _yields(state, p, share, _demand(state, p, xp), 1.0, xp)
