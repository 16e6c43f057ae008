"""The parts of the compiled kernel that do not depend on the model.

Elementary functions without branches: the C library's exp and log are called one number at a time, these are plain
arithmetic, so a loop over lanes becomes SIMD. Relative error below 4e-16 for exp on +-708 and 1e-15 for log of normal
numbers; arguments beyond are clipped. And the loop over blocks and steps, which holds no lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number in the low bits
ONE_BITS, SQRT_HALF_BITS = np.int64(0x3FF0000000000000), np.int64(0x3FE6A09E00000000)
ROUND_BITS, MANTISSA = np.int64(0x4338000000000000), np.int64(52)

inline: Any = numba.njit(forceinline=True, error_model="numpy")
loop: Any = numba.njit(nogil=True, error_model="numpy", cache=True)
driver: Any = numba.njit(nogil=True, error_model="numpy", cache=True)


@inline
def vexp(x: Any) -> Any:
    """Return exp(x): 2**n times the series of the rest, |rest| <= ln(2)/2."""
    x = min(max(x, -708.0), 708.0)
    shifted = x * LOG2_E + ROUND
    n = shifted - ROUND
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    scale = (np.float64(shifted).view(np.int64) << MANTISSA) + ONE_BITS
    return p * np.int64(scale).view(np.float64)


@inline
def vlog(x: Any) -> Any:
    """Return log(x) for x > 0: the exponent, and atanh's series of the mantissa near 1."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits - SQRT_HALF_BITS) >> MANTISSA
    m = np.int64(bits - (exponent << MANTISSA)).view(np.float64)
    e = np.int64(exponent + ROUND_BITS).view(np.float64) - ROUND
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    p = 2.0 / 23.0
    p = p * q + 2.0 / 21.0
    p = p * q + 2.0 / 19.0
    p = p * q + 2.0 / 17.0
    p = p * q + 2.0 / 15.0
    p = p * q + 2.0 / 13.0
    p = p * q + 2.0 / 11.0
    p = p * q + 2.0 / 9.0
    p = p * q + 2.0 / 7.0
    p = p * q + 2.0 / 5.0
    p = p * q + 2.0 / 3.0
    return e * LN2_HIGH + (2.0 * s + (s * q * p + e * LN2_LOW))


@inline
def vpow(x: Any, y: Any) -> Any:
    """Return x**y for x > 0; a power of zero comes out below 1e-16."""
    return vexp(y * vlog(max(x, 1e-300)))


@inline
def vtanh(x: Any) -> Any:
    """Return tanh(x)."""
    return 1.0 - 2.0 / (vexp(2.0 * x) + 1.0)


@inline
def _load(w: Any, p: Any, low: Any, lanes: Any) -> Any:
    width = min(lanes, p.shape[1] - low)
    for i in range(p.shape[0]):
        for j in range(lanes):
            w[i * lanes + j] = p[i, low + min(j, width - 1)]
    return width


@inline
def _pull(w: Any, levers: Any, k: Any, lanes: Any) -> Any:
    """Set the levers of a step, (lever, 3) as (row, step, value); return whether there was one."""
    pulled = False
    for lever in range(levers.shape[0]):
        if int(levers[lever, 1]) == k:
            pulled = True
            for j in range(lanes):
                w[int(levers[lever, 0]) * lanes + j] = levers[lever, 2]
    return pulled


@inline
def _store(w: Any, rows: Any, out: Any, period: Any, low: Any, width: Any, lanes: Any) -> None:
    for i in range(out.shape[0]):
        row = rows[i]
        for j in range(width):
            out[i, period, low + j] = w[row * lanes + j]


@inline
def _park(w: Any, parked: Any, block: Any, first: Any, lanes: Any) -> None:
    for i in range(parked.shape[1]):
        for j in range(lanes):
            parked[block, i, j] = w[(first + i) * lanes + j]


@inline
def _unpark(w: Any, parked: Any, block: Any, first: Any, lanes: Any) -> None:
    for i in range(parked.shape[1]):
        for j in range(lanes):
            w[(first + i) * lanes + j] = parked[block, i, j]


def runner(module: Any, lanes: int) -> Callable[..., None]:
    """Return the compiled loop over blocks and steps for a generated module.

    It takes parameters (name, draw), dated inputs (step, input), phase and period kept or -1 of each step (step,),
    levers (lever, 3) as row, step and value, rows of outputs (phase, series), how many rows the workspace has, `out`
    (series, period, draw), the first and last block of draws, and where to begin; it fills `out`. With `parked`
    (block, state, lane) and `cut` a step: a run from the start (`resume` false) parks the state before that step there,
    and a run that resumes takes it from there and computes the later steps only. `cut` below zero parks nothing.
    """
    begin, once, step, move = module.begin, module.once, module.step, module.move

    @numba.njit(nogil=True, error_model="numpy")
    def run(
        p: Any, dated: Any, phase: Any, keep: Any, levers: Any, outputs: Any, rows: Any, out: Any, first: Any,
        last: Any, parked: Any, cut: Any, resume: Any,
    ) -> None:  # fmt: skip
        w = np.zeros(rows * lanes)
        for block in range(first, last):
            low = block * lanes
            width = _load(w, p, low, lanes)
            if resume:
                _unpark(w, parked, block, p.shape[0], lanes)
            else:
                begin(w, dated)
            start = cut if resume else 0
            for k in range(start, phase.shape[0]):
                if k == cut and not resume:
                    _park(w, parked, block, p.shape[0], lanes)
                pulled = _pull(w, levers, k, lanes)
                if k == start or pulled or phase[k] != phase[k - 1]:
                    once(w, dated, k, phase[k])
                step(w, dated, k, phase[k])
                if keep[k] >= 0:
                    _store(w, outputs[phase[k]], out, keep[k], low, width, lanes)
                move(w, dated, k, phase[k])

    return run
