"""Research: algorithms need compute for experiments and people, and get harder to find.

    effort = (research compute / then) ** lambda * (researchers / then) ** (1 - lambda)
             * exp(-harder * lambda * (knowledge - then)) * (use / then) ** data

"Then" is the bloc's own last observed quarter: measured against the leader's compute China's gap would widen to twice
what is published. In one structure of some (`research.weight_rival`) scarcity speeds progress, as its advocates say;
its strength is that of `algorithms.scarcity_effect`. How widely AI is used at home feeds data back.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, RESEARCH

READS = ("accessible", "use_share", "knowledge", "people", "firms", "research_then", "known_then", "use_then",
         "effort")  # fmt: skip
WRITES = ("effort", "research_then", "known_then", "use_then")


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Return how fast each bloc's methods improve against its trend.

    Args:
        state: `accessible` (bloc, draw) H100e; `use_share` (use, bloc, draw); `knowledge` (bloc, draw); `people`,
            `firms` (bloc, draw), shares that use AI; and what research compute, knowledge and use were then.
        p: parameters, each of shape (draw,).
        policy: `after`, `ahead` in years.
        xp: the array namespace.

    Returns:
        `effort` (bloc, draw), 1 on trend.
    """
    after, ahead = policy["after"], policy["ahead"]
    compute = xp.maximum(state["accessible"] * state["use_share"][RESEARCH], 1.0)
    research_then = xp.where(after > 0, state["research_then"], compute)
    known_then = xp.where(after > 0, state["known_then"], state["knowledge"])
    used = xp.sqrt(xp.maximum(state["people"] * state["firms"], 1e-8))
    use_then = xp.where(after > 0, state["use_then"], used)
    lam = p["research.compute"]
    more = xp.minimum(compute / xp.maximum(research_then, 1.0), 1e3)
    people = xp.exp(per(p, "research.people_growth", BLOCS, xp) * ahead)
    harder = xp.exp(-p["research.harder"] * lam * xp.maximum(state["knowledge"] - known_then, 0.0))
    data = xp.minimum(xp.maximum(used / xp.maximum(use_then, 1e-4), 0.2), 5.0) ** p["research.data"]
    effort = more**lam * people ** (1 - lam) * harder * data
    return {
        "effort": xp.where(after > 0, xp.minimum(effort, 5.0), 1.0),
        "research_then": research_then,
        "known_then": known_then,
        "use_then": use_then,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Methods improve by themselves."""
    del p, policy, xp
    return {"effort": state["effort"] * 0.0 + 1}
