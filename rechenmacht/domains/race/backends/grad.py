"""The `grad` backend: the same lines on JAX, which gives the gradient of any outcome in all parameters.

Each span of steps in which the same equations hold is one scan. Double precision, so that results agree with the other
backends; draws are independent, so one reverse pass gives the gradients of an outcome in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.trace import phases_of
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import record
from rechenmacht.errors import BadInput, nearest
from rechenmacht.sample import Shifted

Array = NDArray[np.float64]
Levers = Mapping[str, tuple[tuple[str, float], ...]]


def _jax() -> Any:
    try:
        import jax
    except ImportError:
        raise BadInput("the grad backend needs JAX: pip install 'rechenmacht[grad]'") from None
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
    return jax


def _levers(given: Inputs, levers: Levers) -> dict[str, Array]:
    """Return what each lever sets in every step, not-a-number before it acts, shape (step,).

    Raises:
        BadInput: if a lever moves a range; here it has one value for all draws.
    """
    found = {}
    for name, steps in levers.items():
        column = np.full(given.steps, np.nan)
        for at, value in steps:
            if isinstance(value, Shifted):
                raise BadInput(f"the grad backend cannot move the range of {name}: set a value")
            column[QUARTERS.index(at) * given.per_quarter :] = value
        found[name] = column
    return found


def _outcomes(jax: Any, given: Inputs, p: Mapping[str, Any], levers: Levers, off: tuple[str, ...]) -> Any:
    """Return all outcomes, shape (step, series, draw)."""
    xp = jax.numpy
    state = given.added.begin(p, xp)
    set_ = _levers(given, levers)
    found = []
    for steps in phases_of(given):
        part = slice(steps.start, steps.stop)
        after = given.policy["after"][steps.start : steps.start + 1]
        dated = {name: xp.asarray(values[part][..., None]) for name, values in given.policy.items() if name != "after"}
        pulled = {name: xp.asarray(values[part]) for name, values in set_.items()}

        def body(carried: Any, now: Any, after: Array = after) -> Any:
            policy, pulled_now = now
            changed = {n: xp.where(xp.isnan(v), p[n], v) for n, v in pulled_now.items()}
            current = {**p, **changed}
            later = given.added.advance(carried, current, {**policy, "after": after}, xp, off)
            shipped = record(later, current, xp)
            own = given.added.record(shipped, later, current, xp)
            return {name: later[name] for name in carried}, xp.concatenate([shipped, *own])

        state, rows = jax.lax.scan(body, state, (dated, pulled))
        found.append(rows)
    return xp.concatenate(found, 0)


def simulate(given: Inputs, p: Mapping[str, Array], levers: Levers | None = None, off: tuple[str, ...] = ()) -> Array:
    """Run all draws; parameters of shape (draw,), outcomes of shape (series, quarter, draw) in double precision.

    Raises:
        BadInput: if JAX is not installed.
    """
    jax = _jax()
    values = {name: jax.numpy.asarray(array, dtype=jax.numpy.float64) for name, array in p.items()}
    run = jax.jit(lambda q: _outcomes(jax, given, q, levers or {}, off))
    steps = np.asarray(run(values))[given.per_quarter - 1 :: given.per_quarter]
    return np.ascontiguousarray(np.moveaxis(steps, 0, 1))


def gradients(
    given: Inputs,
    p: Mapping[str, Array],
    outcomes: Sequence[tuple[str, str, str]],
    levers: Levers | None = None,
    off: tuple[str, ...] = (),
) -> dict[str, Array]:
    """Return the gradients of outcomes in all parameters.

    Args:
        given: the dated arrays of the run.
        p: parameter name -> draws, each of shape (draw,).
        outcomes: (variable, region, quarter) of each outcome.
        levers: parameter name -> (quarter, value) pairs.
        off: mechanisms that are switched off.

    Returns:
        Parameter name -> array of shape (outcome, draw), in the outcome's unit per unit of the parameter.

    Raises:
        BadInput: if JAX is not installed or an outcome is not known.
    """
    jax = _jax()
    known = {(s.variable, s.region): index for index, s in enumerate(given.added.series)}
    places = []
    for variable, region, quarter in outcomes:
        if (variable, region) not in known or quarter not in QUARTERS:
            name = f"{variable} in {region}"
            raise BadInput(f"no outcome {name} at {quarter}{nearest(name, [f'{v} in {r}' for v, r in known])}")
        step = (QUARTERS.index(quarter) + 1) * given.per_quarter - 1
        places.append((step, known[variable, region]))
    values = {name: jax.numpy.asarray(array, dtype=jax.numpy.float64) for name, array in p.items()}

    def total(q: Any, step: Any, series: Any) -> Any:
        return jax.numpy.sum(_outcomes(jax, given, q, levers or {}, off)[step, series])

    gradient = jax.jit(jax.grad(total))
    found = [gradient(values, step, series) for step, series in places]
    return {name: np.stack([np.asarray(one[name]) for one in found]) for name in p}
