"""Compiled: keyed strata and quantiles. The arithmetic is that of `streams` and `distributions`, number by number."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

compiled: Any = numba.njit(nogil=True, error_model="numpy", cache=True)
inline: Any = numba.njit(forceinline=True, error_model="numpy")
ONE = np.uint64(1)
FIXED, UNIFORM, TRIANGULAR, NORMAL, LOGNORMAL, LOGITNORMAL = range(6)


@compiled
def normal_quantile(u: Any) -> Any:
    """Return the standard normal's quantile: algorithm AS 241 (Wichura 1988), relative error below 1e-15."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301226727 * r + 33430.575583588128105
        top = (top * r + 67265.770927008700853) * r + 45921.953931549871457
        top = (top * r + 13731.693765509461125) * r + 1971.5909503065514427
        top = (top * r + 133.14166789178437745) * r + 3.387132872796366608
        under = 5226.495278852545925 * r + 28729.085735721942674
        under = (under * r + 39307.89580009271061) * r + 21213.794301586595867
        under = (under * r + 5394.1960214247511077) * r + 687.1870074920579083
        under = (under * r + 42.313330701600911252) * r + 1.0
        return q * top / under
    r = math.sqrt(-math.log(min(u, 1.0 - u)))
    if r <= 5.0:
        r -= 1.6
        top = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
        top = (top * r + 0.24178072517745061177) * r + 1.27045825245236838258
        top = (top * r + 3.64784832476320460504) * r + 5.7694972214606914055
        top = (top * r + 4.6303378461565452959) * r + 1.42343711074968357734
        under = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
        under = (under * r + 0.0151986665636164571966) * r + 0.14810397642748007459
        under = (under * r + 0.68976733498510000455) * r + 1.6763848301838038494
        under = (under * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = (top * r + 0.0012426609473880784386) * r + 0.026532189526576123093
        top = (top * r + 0.29656057182850489123) * r + 1.7848265399172913358
        top = (top * r + 5.4637849111641143699) * r + 6.6579046435011037772
        under = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
        under = (under * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4
        under = (under * r + 0.0148753612908506148525) * r + 0.13692988092273580531
        under = (under * r + 0.59983220655588793769) * r + 1.0
    return top / under if q > 0 else -top / under


@inline
def _scattered(x: Any, a: Any, b: Any, shift: Any, mask: Any) -> Any:
    x = ((x + a) * b) & mask
    return x ^ (x >> shift)


@compiled
def strata(key: Any, draws: Any, bits: Any, first: Any, out: Any, golden: Any, mix_one: Any, mix_two: Any) -> None:
    """Fill `out` (draw,) with a name's strata from draw `first` on: three rounds, as streams.ROUNDS says."""
    mask, shift, count = (ONE << np.uint64(bits)) - ONE, np.uint64(bits // 2 + 1), np.uint64(draws)
    a, b, c, d, e, f, g = key[0], key[1] | ONE, key[2], key[3] | ONE, key[4], key[5] | ONE, key[6]
    for j in range(out.shape[0]):
        index = np.uint64(first + j)
        z = (index + ONE) * golden + g
        z = (z ^ (z >> np.uint64(30))) * mix_one
        z = (z ^ (z >> np.uint64(27))) * mix_two
        z = z ^ (z >> np.uint64(31))
        x = index
        inside = False
        while not inside:
            x = _scattered(x, a, b, shift, mask)
            x = _scattered(x, c, d, shift, mask)
            x = _scattered(x, e, f, shift, mask)
            inside = x < count
        u = (np.float64(np.int64(x)) + (np.float64(np.int64(z >> np.uint64(11))) + 0.5) * 2.0**-53) / draws
        out[j] = min(max(u, 1e-12), 1.0 - 1e-12)


@compiled
def _triangular(out: Any, low: Any, mid: Any, high: Any) -> None:
    split, left, right = (mid - low) / (high - low), (high - low) * (mid - low), (high - low) * (high - mid)
    for j in range(out.shape[0]):
        u = out[j]
        below = u < split
        root = math.sqrt(u * left if below else (1.0 - u) * right)
        out[j] = low + root if below else high - root


@compiled
def _two_piece(out: Any, kind: Any, low: Any, mid: Any, high: Any, z95: Any) -> None:
    for j in range(out.shape[0]):
        z = normal_quantile(out[j])
        value = mid + z * ((mid - low) if z < 0 else (high - mid)) / z95
        if kind == LOGNORMAL:
            value = math.exp(value)
        elif kind == LOGITNORMAL:
            value = 1.0 / (1.0 + math.exp(-value))
        out[j] = value


@compiled
def fill(
    keys: Any,
    kinds: Any,
    ends: Any,
    draws: Any,
    bits: Any,
    first: Any,
    out: Any,
    golden: Any,
    mix_one: Any,
    mix_two: Any,
    z95: Any,
) -> None:
    """Fill `out` (name, draw) with the draws from `first` on; ends are on the scale of the two-piece normal."""
    for name in range(out.shape[0]):
        kind, row = kinds[name], out[name]
        low, mid, high = ends[name, 0], ends[name, 1], ends[name, 2]
        if kind == FIXED or (kind == TRIANGULAR and low == high):
            row[:] = mid
            continue
        strata(keys[name], draws, bits, first, row, golden, mix_one, mix_two)
        if kind == UNIFORM:
            for j in range(row.shape[0]):
                row[j] = low + row[j] * (high - low)
        elif kind == TRIANGULAR:
            _triangular(row, low, mid, high)
        else:
            _two_piece(row, kind, low, mid, high, z95)
