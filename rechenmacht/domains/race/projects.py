"""Which projects first? Scarce power divided among projects so that their total value is largest.

A project's value grows with the power it gets, fast at first: value * (1 - exp(-x / scale)). The sum is concave, so the
best division of G gigawatts is a convex programme with one price: every project gets what it values above the price,

    x = clip(scale * log(weight * value / (scale * price)), least, most),    sum of x = G,

and the price, the worth of one more gigawatt, follows by bisection. Least useful sizes make it a choice of projects as
well: up to 16 projects every choice is tried at once; the convex bound says how much the choice costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.distributions import triangular
from rechenmacht.domains.race.project_file import Project
from rechenmacht.errors import BadInput

Array = NDArray[np.float64]
MOST_CHOICES = 16  # projects; 65,536 choices are tried at once
HALVINGS = 100


def worth(x: Array, value: Array, scale: Array) -> Array:
    """Return each project's value at a power x in GW, shape (project, draw)."""
    found: Array = value * (1 - np.exp(-x / scale))
    return found


def fill(value: Array, scale: Array, least: Array, most: Array, total: float) -> tuple[Array, Array]:
    """Return (power of each project in GW (project, draw), price of a gigawatt (draw,)) at the best division.

    Args:
        value: of each project with all the power it can use, shape (project, draw).
        scale: GW at which it has 63 % of that, shape (project, 1).
        least: what it must get, shape (project, draw); sums to at most `total`.
        most: what it can use, shape (project, draw).
        total: GW to divide. What nobody can use is left over at a price of nothing.
    """
    steepest = np.max(value / scale, axis=0)
    low, high = np.full_like(steepest, -80.0), np.log(np.maximum(steepest, 1e-300)) + 1e-9

    def at(log_price: Array) -> Array:
        wanted = scale * (np.log(np.maximum(value / scale, 1e-300)) - log_price)
        return np.clip(wanted, least, most)

    for _ in range(HALVINGS):
        middle = (low + high) / 2
        over = at(middle).sum(0) > total
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    x = at(high)
    slack = x.sum(0) < total - 1e-9
    left_over = most.sum(0) <= total
    return x, np.where(slack & left_over, 0.0, np.exp(high))


@dataclass(frozen=True)
class Division:
    """The best division at the middle values.

    gw: power per project. price: worth of one more GW. total: the value reached; bound: what could be reached if any
    small piece of a project were of use.
    """

    gw: Array
    price: float
    total: float
    bound: float


def _columns(projects: Sequence[Project], weight: float) -> tuple[Array, Array, Array, Array]:
    public = np.array([weight if one.kind == "public_good" else 1.0 for one in projects])
    value = np.array([one.value_mid for one in projects]) * public
    arrays = (value, *(np.array([getattr(one, n) for one in projects]) for n in ("gw_scale", "gw_min", "gw_max")))
    return arrays[0], arrays[1], arrays[2], arrays[3]


def divide(projects: Sequence[Project], gw: float, weight: float = 1.0) -> Division:
    """Return the best division of `gw` gigawatts; `weight` multiplies the value of public-good projects.

    Raises:
        BadInput: if there are more projects with least useful sizes than can be tried.
    """
    value, scale, least, most = _columns(projects, weight)
    nothing = np.zeros_like(value)[:, None]
    bound_x, price = fill(value[:, None], scale[:, None], nothing, most[:, None], gw)
    bound = float(worth(bound_x, value[:, None], scale[:, None]).sum())
    if not (least > 0).any():
        return Division(bound_x[:, 0], float(price[0]), bound, bound)
    if len(projects) > MOST_CHOICES:
        raise BadInput(f"at most {MOST_CHOICES} projects where some have a gw_min, not {len(projects)}")
    chosen = (np.arange(2 ** len(projects)) >> np.arange(len(projects))[:, None]) & 1 == 1  # (project, choice)
    chosen = chosen[:, (chosen * least[:, None]).sum(0) <= gw + 1e-12]
    x, prices = fill(
        np.broadcast_to(value[:, None], chosen.shape),
        scale[:, None],
        chosen * least[:, None],
        np.where(chosen, most[:, None], 0.0),
        gw,
    )
    totals = worth(x, value[:, None], scale[:, None]).sum(0)
    best = int(np.argmax(totals))
    return Division(x[:, best], float(prices[best]), float(totals[best]), bound)


def robustness(projects: Sequence[Project], gw: float, draws: int, seed: int) -> tuple[Array, Array]:
    """Return (share of draws in which each project gets at least its least size, power at 5, 50, 95 % (project, 3)).

    Values are drawn from triangular distributions, independently; any piece of a project counts (the convex bound).
    """
    _, scale, least, most = _columns(projects, 1.0)
    generator = np.random.default_rng(seed)
    u = generator.random((len(projects), draws))
    drawn = np.stack(
        [triangular(row, one.value_low, one.value_mid, one.value_high) for row, one in zip(u, projects, strict=True)]
    )
    top = np.broadcast_to(most[:, None], drawn.shape)
    x, _ = fill(drawn, scale[:, None], np.zeros_like(drawn), top, gw)
    funded = (x >= np.maximum(least, 1e-6)[:, None]).mean(1)
    return funded, np.quantile(x, [0.05, 0.5, 0.95], axis=1).T


def curve(projects: Sequence[Project], gw: float, points: int = 11) -> list[tuple[float, float, float]]:
    """Return (GW, value, worth of one more GW) for powers up to twice `gw`: what more power would bring."""
    found = []
    for total in np.linspace(0.0, 2 * gw, points)[1:]:
        one = divide(projects, float(total))
        found.append((float(total), one.total, one.price))
    return found


def trade_off(projects: Sequence[Project], gw: float) -> list[tuple[float, float, float]]:
    """Return (weight, private value, public value) at the best divisions for weights of the public good."""
    found = []
    value, scale, _, _ = _columns(projects, 1.0)
    public = np.array([one.kind == "public_good" for one in projects])
    for weight in (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0):
        each = worth(divide(projects, gw, weight).gw[:, None], value[:, None], scale[:, None])[:, 0]
        found.append((weight, float(each[~public].sum()), float(each[public].sum())))
    return found
