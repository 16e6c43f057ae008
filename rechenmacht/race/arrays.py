"""Small helpers that mechanisms share: parameters stacked along an axis, and rates over a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def per(p: Any, prefix: str, names: Iterable[str], xp: Any) -> Any:
    """Return the parameters `prefix.name` for each name, shape (name, draw)."""
    return xp.stack([p[f"{prefix}.{name}"] for name in names])


def passed(dt: Any, mean_time: Any, xp: Any) -> Any:
    """Return the share that leaves a first-order delay of a mean time within a step (same unit as `dt`)."""
    return 1 - xp.exp(-dt / mean_time)


def smooth_step(value: Any, width: Any, xp: Any) -> Any:
    """Return 0 for value well below zero, 1 well above, and a logistic of that width between."""
    return (1 + xp.tanh(value / (2 * width))) / 2
