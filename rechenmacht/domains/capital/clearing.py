"""Who can pay what is due: greatest clearing vectors, guarantees drawn to a fixed point, full-payment view.

All arrays carry the draws on the leading axes, so that `numpy.linalg.solve` works on every draw at once:
dues (..., nodes, nodes) from debtor to creditor, cash (..., nodes). There is no Python loop over draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.threads import one_thread
from rechenmacht.wanted import still

Bools = NDArray[np.bool_]
TOLERANCE = 1e-12
"""A node short of its dues by less than this share of them is not in default: that is rounding."""
MOST_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Clearing:
    """What is paid. `paid` and `owed`: per node, (..., nodes); `default`: who fails, in which `round` (-1: never)."""

    paid: Array
    owed: Array
    default: Bools
    round: NDArray[np.int16]

    @property
    def shortfall(self) -> Array:
        """Dues that stay unpaid, (..., nodes)."""
        return self.owed - self.paid


def clear(
    dues: Array, cash: Array, external: ArrayLike = 0.0, alpha: ArrayLike = 1.0, beta: ArrayLike = 1.0
) -> Clearing:
    """Return the greatest clearing vector.

    Eisenberg and Noe 2001 at alpha = beta = 1; Rogers and Veraart 2013 otherwise: whoever cannot pay in full pays
    alpha x cash + beta x what it receives, in proportion to its dues. Their algorithm: let everybody pay, find who
    cannot, solve for what these pay, see who else cannot now, and so on; at most `nodes` rounds, and the vector found
    is the greatest one.

    Args:
        dues: due from debtor (row) to creditor, (..., nodes, nodes), not negative, zero diagonal.
        cash: means other than receipts from nodes, (..., nodes), not negative.
        external: due to parties outside, (..., nodes), of the same rank as the other dues.
        alpha: share of cash that a failed node's creditors get, 0 to 1, scalar or (...).
        beta: share of its receipts that they get, likewise.

    Returns:
        Payments in the unit of `dues`.
    """
    draws = np.broadcast_shapes(dues.shape[:-2], cash.shape[:-1], np.shape(alpha), np.shape(beta))
    nodes, every = dues.shape[-1], math.prod(draws)  # counted, as a network without nodes gives no size to infer
    flat_dues = np.broadcast_to(dues, (*draws, nodes, nodes)).reshape(every, nodes, nodes)
    flat_cash = np.broadcast_to(cash, (*draws, nodes)).reshape(every, nodes)
    outside = np.broadcast_to(np.asarray(external, dtype=float), (*draws, nodes)).reshape(every, nodes)
    kept_cash = np.broadcast_to(np.asarray(alpha, dtype=float), draws).reshape(every, 1)
    kept_claims = np.broadcast_to(np.asarray(beta, dtype=float), draws).reshape(every, 1)
    owed: Array = np.asarray(flat_dues.sum(axis=2) + outside, dtype=np.float64)
    shares = flat_dues / np.where(owed > 0, owed, 1.0)[:, :, None]
    paid: Array = owed.copy()
    failed_in = np.full(owed.shape, -1, dtype=np.int16)
    live = np.arange(len(owed))
    for turn in range(nodes):
        still()
        received = np.einsum("dij,di->dj", shares[live], paid[live])
        short = flat_cash[live] + received < owed[live] * (1 - TOLERANCE)
        new = short & (failed_in[live] < 0)
        any_new = new.any(axis=1)
        live, new = live[any_new], new[any_new]
        if not len(live):
            break
        failed_in[live] = np.where(new, turn, failed_in[live])
        paid[live] = _failed_pay(
            shares[live], owed[live], flat_cash[live] * kept_cash[live], kept_claims[live], failed_in[live] >= 0
        )
    shape = (*draws, nodes)
    failed = failed_in.reshape(shape)
    return Clearing(paid.reshape(shape), owed.reshape(shape), failed >= 0, failed)


def _failed_pay(shares: Array, owed: Array, estate: Array, beta: Array, failed: Bools) -> Array:
    """Return payments when the failed pay what they have and the others in full, all (draws, nodes)."""
    from_sound = np.einsum("dij,di->dj", shares, np.where(failed, 0.0, owed))
    right = np.where(failed, estate + beta * from_sound, owed)
    both = failed[:, :, None] & failed[:, None, :]
    left = np.eye(owed.shape[1]) - np.where(both, beta[:, :, None] * np.swapaxes(shares, 1, 2), 0.0)
    with one_thread():
        solved = np.linalg.solve(left, right[:, :, None])[:, :, 0].astype(np.float64)
    return np.clip(np.where(failed, solved, owed), 0.0, owed)


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Promises of `guarantor` to pay what `obligor` fails to pay `beneficiary`, up to `ceiling` (..., guarantees)."""

    guarantor: NDArray[np.intp]
    obligor: NDArray[np.intp]
    beneficiary: NDArray[np.intp]
    ceiling: Array


def clear_guaranteed(
    dues: Array,
    cash: Array,
    guarantees: Guarantees,
    external: ArrayLike = 0.0,
    alpha: ArrayLike = 1.0,
    beta: ArrayLike = 1.0,
) -> tuple[Clearing, Array]:
    """Return the greatest clearing vector with guarantees drawn to a fixed point.

    A call is min(ceiling, what the obligor leaves unpaid to the beneficiary) and becomes a due of the guarantor, which
    may bring it down in turn; so calls and payments are repeated until the calls stand still. Several guarantees of one
    claim share the call in proportion to their ceilings. Where calls would swing for ever, they may only rise from
    then on, so that the loop ends.

    Args:
        dues: due from debtor (row) to creditor without the calls, (..., nodes, nodes).
        cash: means other than receipts from nodes, (..., nodes).
        guarantees: the promises; ceilings in the unit of `dues`.
        external: due to parties outside, (..., nodes).
        alpha: share of cash that a failed node's creditors get.
        beta: share of its receipts that they get.

    Returns:
        The clearing, its dues including the calls, and the calls, (..., guarantees).
    """
    who, whom, whose = guarantees.guarantor, guarantees.beneficiary, guarantees.obligor
    draws = np.broadcast_shapes(dues.shape[:-2], cash.shape[:-1], guarantees.ceiling.shape[:-1], np.shape(alpha))
    ceiling = np.broadcast_to(guarantees.ceiling, (*draws, len(who)))
    base = np.broadcast_to(dues, (*draws, *dues.shape[-2:]))
    same_claim = ((whose[:, None] == whose) & (whom[:, None] == whom)).astype(float)
    joint = np.maximum(ceiling @ same_claim, np.finfo(float).tiny)
    called = np.zeros((*draws, len(who)))
    scale = float(base.max(initial=0.0)) or 1.0
    for turn in range(MOST_ROUNDS):
        still()
        total = base.copy()
        for k in range(len(who)):
            total[..., who[k], whom[k]] += called[..., k]
        result = clear(total, cash, external, alpha, beta)
        unpaid = result.shortfall / np.where(result.owed > 0, result.owed, 1.0)
        lost = base[..., whose, whom] * unpaid[..., whose]
        wanted = ceiling / joint * np.minimum(joint, lost)
        if turn > 2 * len(who) + 20:
            wanted = np.maximum(wanted, called)
        moved = float(np.abs(wanted - called).max(initial=0.0))
        called = wanted
        if moved <= TOLERANCE * scale:
            break
    return result, called


def full_payment(dues: Array, cash: Array, external: ArrayLike = 0.0) -> Array:
    """Return the liquidity shortfalls when a node pays either all that is due or nothing.

    The full-payment algorithm (Bardoscia, Ferrara, Vause and Yoganayagam 2019): who has enough pays, which may enable
    others, until nobody more can. Shortfall: dues less cash less receipts of those that could not.

    Args:
        dues: due from debtor (row) to creditor, (..., nodes, nodes).
        cash: means, (..., nodes).
        external: dues to outsiders, (..., nodes).

    Returns:
        Shortfalls, (..., nodes), in the unit of `dues`.
    """
    owed = dues.sum(axis=-1) + np.asarray(external, dtype=float)
    pays = np.zeros(np.broadcast_shapes(owed.shape, cash.shape), dtype=bool)
    means = cash
    for _ in range(owed.shape[-1] + 1):
        means = cash + np.einsum("...ij,...i->...j", dues, pays.astype(float))
        able = means >= owed * (1 - TOLERANCE)
        if (able == pays).all():
            break
        pays = able
    return np.where(pays, 0.0, owed - means)
