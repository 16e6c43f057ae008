"""Scenario discovery: under which conditions does a case occur?

PRIM (the patient rule induction method; Friedman and Fisher 1999, in policy analysis Bryant and Lempert 2010) peels a
small share of the draws off one end of one parameter at a time, always where the density of cases inside rises most.
Parameters are looked at by their rank, so that a box is a range of quantiles of each prior. Among hundreds of
parameters the best peel is soon one of chance, which uses the draws up before those that matter are cut; so only
parameters are peeled that differ between cases and others by more than chance would show among them all. A tree of the
same parameters tells it in another way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import binom, rankdata

from rechenmacht.errors import BadInput
from rechenmacht.wanted import still

Array = NDArray[np.float64]
Cases = NDArray[np.bool_]
LEAST_CASES = 30
BY_CHANCE = 0.1  # parameters that may tell although they do nothing, in all looks together


@dataclass(frozen=True)
class Box:
    """A box: limits as quantiles of the priors (parameter, 2), and what it holds.

    density: share of cases inside. coverage: share of all cases that are inside. mass: share of draws inside.
    by_chance: for each parameter the probability of a density as high if its limits were lifted and the cases inside
    were as frequent as then (quasi-p-value of Bryant and Lempert); 1 where it is not limited.
    """

    limits: Array
    density: float
    coverage: float
    mass: float
    by_chance: Array


def enough(cases: Cases) -> None:
    """Refuse cases that are too few or too many to be told apart.

    Raises:
        BadInput: if fewer than 30 draws are in or out of the case.
    """
    inside = int(cases.sum())
    if inside < LEAST_CASES or len(cases) - inside < LEAST_CASES:
        raise BadInput(
            f"the case occurs in {inside:,} of {len(cases):,} draws; at least {LEAST_CASES} must be in and out of it"
        )


def uniform_ranks(values: Array) -> Array:
    """Return each parameter's draws (parameter, draw) as quantiles in (0, 1), ties at their mean."""
    found: Array = (rankdata(values, axis=1) - 0.5) / values.shape[1]
    return found


def telling(u: Array, cases: Cases) -> Cases:
    """Return which parameters (parameter,) lie elsewhere, or nearer to or farther from their middle, in the cases.

    Two rank-sum tests each (Wilcoxon 1945): of the ranks and of their distance to the middle. A parameter tells if
    one of both finds what, in a tenth of all searches at most, any parameter would show by chance (Bonferroni).

    Args:
        u: parameters as quantiles (parameter, draw).
        cases: (draw,).
    """
    inside = int(cases.sum())
    spread = np.sqrt((1 / inside + 1 / (len(cases) - inside)) / 12)
    found = np.zeros(len(u), dtype=bool)
    for ranks in (u, uniform_ranks(np.abs(u - 0.5))):
        apart = ranks[:, cases].mean(1) - ranks[:, ~cases].mean(1)
        found |= 2 * (1 - ndtr(np.abs(apart) / spread)) < BY_CHANCE / (2 * len(u))
    return found


def _best(inside: Array, cases: Cases, peel: float) -> tuple[int, int, float, float]:
    """Return the parameter, end (0 low, 1 high), cut and density of the best peel; density -1 if there is none."""
    low, high = np.quantile(inside, peel, axis=1), np.quantile(inside, 1 - peel, axis=1)
    counted = cases.astype(float)
    found = (-1, 0, 0.0, -1.0)
    for end, keep in enumerate((inside >= low[:, None], inside <= high[:, None])):
        size = keep.sum(1)
        density = np.where((size > 0) & (size < inside.shape[1]), (keep @ counted) / np.maximum(size, 1), -1.0)
        k = int(np.argmax(density))
        if density[k] > found[3]:
            found = (k, end, float((low, high)[end][k]), float(density[k]))
    return found


def peel(u: Array, cases: Cases, share: float = 0.05, least_mass: float = 0.05) -> list[Array]:
    """Return the boxes that peeling passes through, each of shape (parameter, 2), the whole space first.

    Args:
        u: parameters as quantiles (parameter, draw).
        cases: (draw,).
        share: of the draws inside that one peel takes away.
        least_mass: share of all draws at which peeling ends.
    """
    limits = np.tile([0.0, 1.0], (len(u), 1))
    boxes, inside = [limits.copy()], np.ones(u.shape[1], dtype=bool)
    while inside.mean() * (1 - share) >= least_mass and not cases[inside].all():
        still()
        k, end, cut, density = _best(u[:, inside], cases[inside], share)
        if density <= cases[inside].mean():
            break
        limits[k, end] = cut
        inside &= (u[k] >= cut) if end == 0 else (u[k] <= cut)
        boxes.append(limits.copy())
    return boxes


def within(u: Array, limits: Array) -> Cases:
    """Return which draws lie in a box, shape (draw,)."""
    return np.asarray(((u >= limits[:, :1]) & (u <= limits[:, 1:])).all(axis=0))


def _by_chance(u: Array, cases: Cases, limits: Array) -> Array:
    found = np.ones(len(u))
    here = within(u, limits)
    for k in np.flatnonzero((limits[:, 0] > 0) | (limits[:, 1] < 1)):
        lifted = limits.copy()
        lifted[k] = 0.0, 1.0
        rate = cases[within(u, lifted)].mean()
        found[k] = binom.sf(cases[here].sum() - 1, here.sum(), rate)
    return found


def described(u: Array, cases: Cases, limits: Array) -> Box:
    """Return a box with what it holds."""
    here = within(u, limits)
    held = cases & here
    return Box(
        limits,
        float(held.sum() / max(here.sum(), 1)),
        float(held.sum() / cases.sum()),
        float(here.mean()),
        _by_chance(u, cases, limits),
    )


def _pasted(u: Array, cases: Cases, limits: Array, most_by_chance: float = 0.05) -> Array:
    """Lift the limits of parameters that could as well be chance, the most doubtful first."""
    while True:
        doubt = _by_chance(u, cases, limits)
        limited = (limits[:, 0] > 0) | (limits[:, 1] < 1)
        doubt = np.where(limited, doubt, -1.0)
        k = int(np.argmax(doubt))
        if doubt[k] <= most_by_chance:
            return limits
        limits = limits.copy()
        limits[k] = 0.0, 1.0


def _dense(u: Array, cases: Cases, least_coverage: float) -> Array:
    """Return the largest box that is as dense as the densest with enough cases, but for one standard error."""
    held = [(box, within(u, box)) for box in peel(u, cases)]
    held = [(box, here) for box, here in held if (cases & here).sum() >= least_coverage * cases.sum()]
    density = np.array([cases[here].mean() for _, here in held])
    top = int(np.argmax(density))
    error = np.sqrt(density[top] * (1 - density[top]) / held[top][1].sum())
    return held[int(np.flatnonzero(density >= density[top] - error)[0])][0]


def discover(u: Array, cases: Cases, least_coverage: float = 0.5) -> Box:
    """Return the largest of the densest boxes that hold a share of the cases, without limits that may be chance.

    Args:
        u: parameters as quantiles (parameter, draw).
        cases: (draw,).
        least_coverage: share of all cases that the box must hold.

    Raises:
        BadInput: if the cases are too few or too many.
    """
    enough(cases)
    which = telling(u, cases)
    limits = np.tile([0.0, 1.0], (len(u), 1))
    if which.any():
        limits[which] = _pasted(u[which], cases, _dense(u[which], cases, least_coverage))
    return described(u, cases, limits)


def tree(u: Array, cases: Cases, names: list[str], depth: int = 3) -> str:
    """Return a classification tree as text: conditions on quantiles, with the share of cases in each leaf.

    Raises:
        BadInput: if scikit-learn is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise BadInput("the tree needs scikit-learn: pip install 'rechenmacht[discover]'") from None
    least = max(20, len(cases) // 50)
    fitted = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0).fit(u.T, cases).tree_

    def lines(node: int, indent: int) -> list[str]:
        pad = "  " * indent
        if fitted.children_left[node] < 0:
            share = float(fitted.value[node][0][-1]) / float(fitted.value[node][0].sum())
            return [f"{pad}{share:.0%} of {int(fitted.n_node_samples[node]):,}"]
        name, cut = names[fitted.feature[node]], fitted.threshold[node]
        return [
            f"{pad}{name} <= q{cut * 100:.0f}",
            *lines(fitted.children_left[node], indent + 1),
            f"{pad}{name} > q{cut * 100:.0f}",
            *lines(fitted.children_right[node], indent + 1),
        ]

    return "\n".join(lines(0, 0))
