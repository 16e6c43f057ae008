"""Small helpers that mechanisms share: parameters stacked along an axis, and rates over a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Draws(dict[str, Any]):
    """Parameters by name that remember how they were stacked: mechanisms ask for the same stacks in every step."""

    def __init__(self, values: Any) -> None:
        super().__init__(values)
        self.stacked: dict[tuple[str, tuple[str, ...]], Any] = {}


def per(p: Any, prefix: str, names: Iterable[str], xp: Any) -> Any:
    """Return the parameters `prefix.name` for each name, shape (name, draw)."""
    key = (prefix, tuple(names))
    kept: dict[Any, Any] = p.stacked if isinstance(p, Draws) else {}
    if key not in kept:
        kept[key] = xp.stack([p[f"{prefix}.{name}"] for name in key[1]])
    return kept[key]


def simulated(policy: Any) -> bool:
    """Tell whether a step lies after the observed quarters: a date, the same in all draws, so mechanisms may branch."""
    return float(policy["after"][0]) > 0


def passed(dt: Any, mean_time: Any, xp: Any) -> Any:
    """Return the share that leaves a first-order delay of a mean time within a step (same unit as `dt`)."""
    return 1 - xp.exp(-dt / mean_time)


def smooth_step(value: Any, width: Any, xp: Any) -> Any:
    """Return 0 for value well below zero, 1 well above, and a logistic of that width between."""
    return (1 + xp.tanh(value / (2 * width))) / 2


def softer_minimum(one: Any, other: Any, xp: Any) -> Any:
    """Return a minimum without a kink: (a^-8 + b^-8)^(-1/8), at most 9 % below the smaller of two positive numbers."""
    small, large = xp.minimum(one, other), xp.maximum(one, other)
    ratio = small / xp.maximum(large, 1e-9)
    return small / (1 + ratio**8) ** 0.125
