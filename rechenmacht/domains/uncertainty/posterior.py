"""Calibration: which values of some parameters fit what was published?

Parameters are moved on the scale on which their priors are standard normal, all others stay at their medians. A
published figure is compared on the logarithm, with a spread of `DISCREPANCY` for what model and figure leave out:
judgement. The sampler is an ensemble (emcee, Foreman-Mackey et al. 2013) with differential-evolution moves (ter Braak
2006) and independent proposals: it needs no gradient, and all walkers are one array.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import LAST_OBSERVED, OBSERVED
from rechenmacht.domains.race.backends import compiled as kernels
from rechenmacht.domains.race.backends.choose import chosen
from rechenmacht.domains.race.outcomes import SERIES, record
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.domains.uncertainty.ensemble import Model, Outcomes
from rechenmacht.domains.uncertainty.known_facts import Modelled, modelled
from rechenmacht.domains.uncertainty.ranks import rank_correlations
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw, values

Array = NDArray[np.float64]
LogDensity = Callable[[Array], Array]
DISCREPANCY = 0.1
CONVERGED = 1.01


@dataclass(frozen=True)
class Chain:
    """The sampler's result: positions (walker, step, dimension), R-hat and effective sample size per dimension."""

    positions: Array
    rhat: Array
    ess: Array


def _diagnosed(positions: Array) -> tuple[Array, Array]:
    """Return rank-normalised split R-hat and bulk effective sample size (Vehtari et al. 2021) per dimension."""
    try:
        array_stats: Any = importlib.import_module("arviz_stats.base").array_stats
    except ImportError:
        raise BadInput("calibration needs ArviZ: pip install 'rechenmacht[bayes]'") from None
    rhat = np.asarray(array_stats.rhat(positions, chain_axis=0, draw_axis=1))
    ess = np.asarray(array_stats.ess(positions, chain_axis=0, draw_axis=1, method="bulk"))
    return rhat, ess


def _independent(drawn: Array) -> Callable[[Array, Any], tuple[Array, Array]]:
    """Return a proposal that does not depend on where a walker is: Student's t around draws (draw, dimension).

    Where the density is close to normal most proposals are taken, and walkers forget where they were in a few steps.
    """
    dimensions, freedom = drawn.shape[1], 8.0
    middle, root = drawn.mean(axis=0), np.linalg.cholesky(np.cov(drawn.T).reshape(dimensions, dimensions) * 1.1)

    def log_density(z: Array) -> Array:
        distance = (np.linalg.solve(root, (z - middle).T) ** 2).sum(axis=0)
        found: Array = -0.5 * (freedom + dimensions) * np.log1p(distance / freedom)
        return found

    def propose(z: Array, random: Any) -> tuple[Array, Array]:
        wide = np.sqrt(freedom / random.chisquare(freedom, len(z)))[:, None]
        new = middle + random.standard_normal(z.shape) @ root.T * wide
        return new, log_density(z) - log_density(new)

    return propose


def sample(
    density: LogDensity,
    dimensions: int,
    seed: int,
    *,
    walkers: int = 0,
    most_steps: int = 4000,
    block: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Chain:
    """Sample a density until it has converged.

    The walkers first find where the density is by differential evolution; then most proposals come from a distribution
    fitted to where they went, which stays fixed. Only the second part is kept.

    Args:
        density: takes positions (walker, dimension), returns logarithms of the density (walker,).
        dimensions: how many.
        seed: of start and moves.
        walkers: how many; four a dimension, at least 64, if none is given.
        most_steps: at which to give up.
        block: steps between looks at convergence; more for more dimensions if none is given.
        progress: called with the number of steps done.

    Raises:
        BadInput: if the sampler is not installed, or has not converged (R-hat of 1.01) after the last step.
    """
    try:
        import emcee  # type: ignore[import-untyped]
    except ImportError:
        raise BadInput("calibration needs emcee: pip install 'rechenmacht[bayes]'") from None
    number, block = walkers or max(64, 4 * dimensions), block or 50 + 10 * dimensions
    search = [(emcee.moves.DEMove(), 0.85), (emcee.moves.DESnookerMove(), 0.15)]

    def sampler(moves: Any) -> Any:
        found = emcee.EnsembleSampler(number, dimensions, density, moves=moves, vectorize=True)
        found.random_state = np.random.RandomState(seed).get_state()
        return found

    first = sampler(search)
    begin = np.random.default_rng(seed).standard_normal((number, dimensions))
    state = first.run_mcmc(begin, 2 * block, skip_initial_state_check=True)
    propose = _independent(first.get_chain(discard=block, flat=True))
    second = sampler([(emcee.moves.MHMove(propose), 0.7), (emcee.moves.DEMove(), 0.3)])
    done, rhat = 2 * block, np.full(dimensions, np.inf)
    while done < most_steps:
        state = second.run_mcmc(state, block, skip_initial_state_check=True)
        done += block
        if progress:
            progress(done)
        kept = second.get_chain(discard=block // 2).transpose(1, 0, 2)
        rhat, ess = _diagnosed(kept)
        if np.max(rhat) < CONVERGED:
            return Chain(kept, rhat, ess)
    worst = float(np.max(rhat))
    raise BadInput(f"not converged: R-hat is {worst:.3f} after {done:,} steps, {CONVERGED} is needed (more --steps?)")


def observer(model: Model) -> Callable[[dict[str, Array]], Outcomes]:
    """Return what gives the outcomes of the observed quarters only (series, quarter, draw): a third of a run's work.

    The kernel runs it where it serves, NumPy otherwise.
    """
    names = tuple(parameter.name for parameter in model.parameters)
    policy = {name: values[: len(OBSERVED)] for name, values in model.given.policy.items()}
    short = replace(model.given, policy=policy)
    compiled, _ = chosen(short, names, model.off, "kernel")
    if compiled is None:
        return lambda p: observed_outcomes(model, p)
    return lambda p: kernels.run(compiled, np.stack([p[name] for name in names]), quarters=OBSERVED)


def observed_outcomes(model: Model, p: dict[str, Array]) -> Outcomes:
    """Return the same by NumPy."""
    drawn = Draws(p)
    state = start(drawn, np)
    found = np.empty((len(SERIES), len(OBSERVED), len(next(iter(p.values())))), dtype=np.float32)
    for step in range(len(OBSERVED)):
        policy = {name: given[step][..., None] for name, given in model.given.policy.items()}
        state = advance(state, drawn, policy, np, model.off)
        found[:, step] = record(state, drawn, np)
    return found


def figures(base: Base, outcomes: Outcomes) -> list[Modelled]:
    """Return the published figures that a run is not conditioned on."""
    return [one for one in modelled(base, outcomes, LAST_OBSERVED) if not one.given]


def _sigma(base: Base, one: Modelled) -> float:
    """Return the spread of a figure's logarithm: the claim's own band, if it has one, and the discrepancy."""
    claim = base.claims.get(one.origin)
    own = 0.0
    if claim is not None and claim.low and claim.high:
        own = float(np.log(claim.high / claim.low)) / 3.29
    return float(np.hypot(own, DISCREPANCY))


def influential(base: Base, model: Model, number: int, draws: int = 2000, seed: int = 1) -> tuple[str, ...]:
    """Return the parameters whose rank correlation with any of the published figures is largest."""
    uncertain = [p for p in model.parameters if p.low < p.high]
    p = draw(model.parameters, draws, seed)
    found = np.stack([one.draws for one in figures(base, observer(model)(p))])
    strength = np.abs(rank_correlations(np.stack([p[one.name] for one in uncertain]), found)).max(axis=0)
    return tuple(uncertain[int(i)].name for i in np.argsort(-strength, kind="stable")[:number])


class Fit:
    """A model's log density of some parameters, on the scale on which their priors are standard normal.

    Figures that the prior of a chosen parameter cites are left out: it has learnt from them already.

    Raises:
        BadInput: if no figure is left.
    """

    def __init__(self, base: Base, model: Model, names: Sequence[str]) -> None:
        self.base, self.model, self.run = base, model, observer(model)
        known = {p.name: p for p in model.parameters}
        self.parameters: tuple[Parameter, ...] = tuple(known[name] for name in names)
        half = np.array([0.5])
        self.middle = {p.name: float(values(p, half)[0]) for p in model.parameters}
        first = figures(base, self.run({name: np.array([x]) for name, x in self.middle.items()}))
        cited = {claim for p in self.parameters for claim in p.claims}
        self.kept = [k for k, one in enumerate(first) if one.origin not in cited]  # no figure counts twice
        first = [first[k] for k in self.kept]
        if not first:
            raise BadInput("the chosen parameters' priors cite all the figures that there are to fit to")
        self.names = tuple(one.id for one in first)
        self.observed = np.array([one.observed for one in first])
        self.sigma = np.array([_sigma(base, one) for one in first])

    def values(self, z: Array) -> Array:
        """Return the parameters' values (parameter, draw) at normal scores (draw, parameter)."""
        u = np.clip(ndtr(z.T), 1e-9, 1 - 1e-9)
        return np.stack([values(p, row) for p, row in zip(self.parameters, u, strict=True)])

    def predicted(self, z: Array) -> Array:
        """Return what the model says of each figure (figure, draw) at normal scores (draw, parameter)."""
        p = {name: np.full(len(z), value) for name, value in self.middle.items()}
        p |= {one.name: row for one, row in zip(self.parameters, self.values(z), strict=True)}
        found = figures(self.base, self.run(p))
        return np.stack([found[k].draws for k in self.kept])

    def __call__(self, z: Array) -> Array:
        """Return the log density (draw,) at normal scores (draw, parameter), up to a constant."""
        miss = np.log(np.maximum(self.predicted(z), 1e-12) / self.observed[:, None]) / self.sigma[:, None]
        found: Array = -0.5 * (miss**2).sum(axis=0) - 0.5 * (z**2).sum(axis=1)
        return found


ENDS = {"triangular": (0.01, 0.99), "uniform": (0.01, 0.99)}


def as_priors(fit: Fit, chain: Chain, note: str) -> tuple[Parameter, ...]:
    """Return the parameters with the posterior as their prior, each by itself: what they have in common is lost.

    Low and high are what the distribution makes of them: its 5 and 95 % points, or, where it ends there, the 1 and
    99 % points of the posterior.
    """
    flat = chain.positions.reshape(-1, chain.positions.shape[-1])
    found = []
    for p, drawn in zip(fit.parameters, fit.values(flat), strict=True):
        low, high = np.quantile(drawn, ENDS.get(p.distribution, (0.05, 0.95)))
        found.append(replace(p, low=float(low), mid=float(np.median(drawn)), high=float(high), note=note))
    return tuple(found)
