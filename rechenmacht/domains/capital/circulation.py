"""How much of a network of payments runs in circles: maximal circulation, balanced split, net-flow view.

Flows are payer x payee in any currency; circulation is what can be taken out of the network so that everybody's
receipts less payments stay as they are. Cycles are never enumerated: their number explodes (300 nodes and 5,000 edges
have more than 200,000 cycles of length five or less).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.threads import one_thread
from rechenmacht.wanted import still

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Bools = NDArray[np.bool_]
ROUNDING = 1e-15
"""Imbalance of a node, over the largest flow, that is left to rounding."""
SMALL = 1e-5
"""Flows below this share of the largest are looked at again, magnified."""
MOST_REFINED = 5
MOST_ZOOM = 1e8
"""Magnification at which rounding of the flows stays below the solver's tolerance of 1e-7."""
SATURATED = 1e-12
"""A node whose unspent share of outflow is below this has nothing left to forward."""


def _inner_edges(support: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the edges (from, to) that lie on a cycle: both ends in one strongly connected component."""
    source, target = np.nonzero(support)
    component = _components(source, target, len(support))
    inner = component[source] == component[target]
    return source[inner].astype(np.intp), target[inner].astype(np.intp)


def _conservation(source: NDArray[np.intp], target: NDArray[np.intp], nodes: int, copies: int) -> csr_array:
    """Return inflow = outflow as a sparse matrix, (copies * nodes) x (copies * edges), one block per copy."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - SciPy loads slowly, and a server starts without it

    edges = len(source)
    columns = np.arange(copies * edges)
    shift = np.repeat(np.arange(copies) * nodes, edges)
    rows = np.concatenate([np.tile(source, copies) + shift, np.tile(target, copies) + shift])
    signs = np.concatenate([np.ones(copies * edges), -np.ones(copies * edges)])
    return csr_array((signs, (rows, np.tile(columns, 2))), shape=(copies * nodes, copies * edges))


def _largest(conservation: csr_array, capacity: Array) -> Array:
    """Return the flows with the largest sum that conserve and stay within capacities of at most 1, shape (edge,).

    The solver's tolerance is absolute, so small flows beside large ones come out wrong. What is missing is solved for
    again, magnified (iterative refinement, Gleixner, Steffy and Wolter 2016), until nodes balance to rounding.
    """
    found = _solved(conservation, np.zeros(conservation.shape[0]), np.zeros(len(capacity)), capacity)
    smallest = float(capacity[capacity > 0].min(initial=1.0))
    for turn in range(MOST_REFINED):
        still()
        found = np.clip(found, 0.0, capacity)
        missing = -(conservation @ found)
        miss = float(np.abs(missing).max(initial=0.0))
        if miss <= ROUNDING and (turn or smallest > SMALL):
            break
        zoom = min(1 / max(miss, min(smallest, SMALL)), MOST_ZOOM)
        found = found + _solved(conservation, missing * zoom, -found * zoom, (capacity - found) * zoom) / zoom
    return found


def _solved(conservation: csr_array, right: Array, low: Array, high: Array) -> Array:
    """Return the largest sum of flows within bounds, their balance at each node as given."""
    from scipy.optimize import linprog  # noqa: PLC0415 - as above

    for presolve in (True, False):  # presolve can call bounds near its tolerance of 1e-7 infeasible
        solved = linprog(  # type: ignore[call-overload]  # stubs know no sparse constraints
            -np.ones(len(low)),
            A_eq=conservation,
            b_eq=right,
            bounds=np.column_stack([low, high]),
            method="highs",
            options={"presolve": presolve},
        )
        if solved.status == 0:
            found: Array = solved.x
            return found
    # The zero circulation is always feasible and the capacities bound it.
    raise ArithmeticError(f"maximal circulation: {solved.message}")


def max_circulation(flows: Array) -> Array:
    """Return the largest circulation inside a network.

    max sum(g) with 0 <= g_ij <= f_ij and inflow = outflow at every node, a linear programme solved with HiGHS
    (Huangfu and Hall 2018). Draws are stacked as independent blocks of one sparse programme.

    Args:
        flows: payments, shape (nodes, nodes) or (nodes, nodes, draws), not negative; the diagonal counts as circular.

    Returns:
        g, same shape and unit as `flows`; its sum over the total of `flows` is the circularity.
    """
    stacked = flows[:, :, None] if flows.ndim == 2 else flows
    nodes, _, draws = stacked.shape
    result = np.zeros_like(stacked)
    diagonal = np.arange(nodes)
    result[diagonal, diagonal] = stacked[diagonal, diagonal]
    rest = stacked.copy()
    rest[diagonal, diagonal] = 0.0
    source, target = _inner_edges(rest.max(axis=2, initial=0.0))
    if len(source):
        used, places = np.unique(np.concatenate([source, target]), return_inverse=True)
        head, tail = places[: len(source)], places[len(source) :]
        capacity = rest[source, target]  # (edges, draws)
        scale = np.maximum(capacity.max(axis=0, initial=0.0), np.finfo(float).tiny)
        bounds = (capacity / scale).T.ravel()
        solved = _largest(_conservation(head, tail, len(used), draws), bounds)
        result[source, target] = np.clip(solved.reshape(draws, -1).T, 0.0, None) * scale
    return result[:, :, 0] if flows.ndim == 2 else result


def balanced_circulation(flows: Array) -> Array:
    """Return the circular part of the balanced split (Balanced Flow Forwarding).

    Homs-Dones, MacKay, Sansom and Zhou 2025 (arXiv:2506.12546): within each strongly connected component let P be the
    matrix of spending shares and pi its stationary distribution; take out k pi_i P_ij with the largest k that no flow
    forbids, and repeat on what is left until nothing runs in a circle. P is irreducible, so pi is unique
    (Perron-Frobenius), so is k, and so is the split. Each pass exhausts a node, so there are at most `nodes` passes.

    Args:
        flows: payments, shape (nodes, nodes), not negative.

    Returns:
        c, same shape and unit; c is balanced at every node and `flows - c` has no cycle.
    """
    circular = np.diag(np.diag(flows)).astype(float)
    source, target = (ends.astype(np.intp) for ends in np.nonzero(flows - circular))
    total = float(flows.sum())
    left = flows[source, target] / total if total else np.zeros(0)
    while True:
        component = _components(source, target, len(flows))
        inner = component[source] == component[target]
        source, target, left = source[inner], target[inner], left[inner]
        if not len(source):
            return circular
        forwarded = np.zeros(len(flows))  # share of its outflow that each node passes on
        with one_thread():
            for one in np.unique(component[source]):
                mine = component[source] == one
                forwarded += _forwarded(source[mine], target[mine], left[mine], len(flows))
        passed = left * forwarded[source]
        circular[source, target] += passed * total
        left = np.where(1 - forwarded[source] > SATURATED, left - passed, 0.0)
        some = left > 0
        source, target, left = source[some], target[some], left[some]


def _components(source: NDArray[np.intp], target: NDArray[np.intp], nodes: int) -> NDArray[np.int32]:
    """Return the label of each node's strongly connected component."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - as above
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    edges = csr_matrix((np.ones(len(source)), (source, target)), shape=(nodes, nodes))
    labels: NDArray[np.int32] = connected_components(edges, directed=True, connection="strong")[1]
    return labels


def _forwarded(source: NDArray[np.intp], target: NDArray[np.intp], left: Array, nodes: int) -> Array:
    """Return the share of its outflow that each node of one component passes on, (nodes,), the largest being 1.

    With x_i that share, x_i out_i = sum_j x_j w_ji is the balance; it fixes x up to a factor.
    """
    used = np.unique(source)  # a component's nodes all spend inside it
    place = np.zeros(nodes, dtype=np.intp)
    place[used] = np.arange(len(used))
    balance = np.zeros((len(used), len(used)))
    balance[place[target], place[source]] = -left
    out = np.bincount(place[source], weights=left, minlength=len(used))
    balance[np.arange(len(used)), np.arange(len(used))] += out
    # Shares are of very different size where flows are; in units of money passed on the system is well scaled.
    balance /= out
    balance[0] = 1.0
    right = np.zeros(len(used))
    right[0] = 1.0
    share = np.maximum(np.linalg.solve(balance, right), 0.0) / out
    result = np.zeros(nodes)
    result[used] = share / share.max()
    return result


def balanced_circulation_draws(flows: Array) -> Array:
    """Return `balanced_circulation` for many draws at once.

    Args:
        flows: shape (nodes, nodes, draws).

    Returns:
        The circular parts, same shape.
    """
    nodes = flows.shape[0]
    circular = np.zeros_like(flows)
    diagonal = np.arange(nodes)
    circular[diagonal, diagonal] = flows[diagonal, diagonal]
    support = flows.max(axis=2, initial=0.0)
    np.fill_diagonal(support, 0.0)
    source, target = _inner_edges(support)
    if not len(source):
        return circular
    used = np.unique(np.concatenate([source, target]))
    rest = np.moveaxis(flows[np.ix_(used, used)], 2, 0).copy()  # (draws, used, used)
    inside = np.arange(len(used))
    rest[:, inside, inside] = 0.0
    total = np.maximum(rest.sum(axis=(1, 2), keepdims=True), np.finfo(float).tiny)
    rest /= total
    sums = np.zeros_like(rest)
    live = np.arange(flows.shape[2])
    for _ in range(len(used) + 1):
        same = _mutual(rest[live] > 0)
        rest[live] = np.where(same, rest[live], 0.0)
        live = live[rest[live].any(axis=(1, 2))]
        if not len(live):
            break
        component = np.argmax(_mutual(rest[live] > 0), axis=2)
        taken = _pass(rest[live], component)
        sums[live] += taken
        rest[live] = _left(rest[live], taken)
    circular[np.ix_(used, used)] += np.moveaxis(sums * total, 0, 2)
    return circular


def _left(rest: Array, taken: Array) -> Array:
    """Return what a pass leaves; a node that forwarded (nearly) all it has is exhausted."""
    out = rest.sum(axis=-1, keepdims=True)
    unspent = 1 - taken.sum(axis=-1, keepdims=True) / np.where(out > 0, out, 1.0)
    left: Array = rest * np.where(unspent > SATURATED, unspent, 0.0)
    return left


def _mutual(edge: Bools) -> Bools:
    """Tell which nodes reach each other (or are the same): the transitive closure by repeated squaring."""
    size = edge.shape[-1]
    reach = (edge | np.eye(size, dtype=bool)).astype(np.float32)
    for _ in range(max(1, int(np.ceil(np.log2(size))))):
        with one_thread():
            reach = (reach @ reach > 0).astype(np.float32)
    both: Bools = (reach > 0) & (np.swapaxes(reach, -1, -2) > 0)
    return both


def _pass(inner: Array, component: NDArray[np.signedinteger]) -> Array:
    """Take one balanced circulation out of every component.

    Args:
        inner: flows inside the components, shape (draws, nodes, nodes).
        component: label of each node's component, shape (draws, nodes).

    Returns:
        k pi_i P_ij, same shape as `inner`.
    """
    size = component.shape[1]
    out = inner.sum(axis=2)
    shares = inner / np.where(out > 0, out, 1.0)[:, :, None]
    same = component[:, :, None] == component[:, None, :]
    # (I - P') pi = 0 with the first node's equation of every component replaced by sum(pi) = 1.
    equations = np.eye(size) - np.swapaxes(shares, 1, 2)
    first = (np.argmax(same, axis=2) == np.arange(size)) & (out > 0)
    equations = np.where(first[:, :, None], same.astype(float), equations)
    with one_thread():
        stationary = np.linalg.solve(equations, first.astype(float)[:, :, None])[:, :, 0]
    stationary = np.where(out > 0, np.maximum(stationary, 0.0), 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        room = np.where(stationary > 0, out / stationary, np.inf)
    factor = np.where(same, room[:, None, :], np.inf).min(axis=2)
    forwarded = np.where(np.isfinite(factor), factor, 0.0) * stationary
    taken: Array = np.minimum(forwarded, out)[:, :, None] * shares
    return taken


def circularity(flows: Array, circular: Array) -> Array:
    """Return circular over total flow, 0 to 1, per draw if there are draws; 0 where nothing flows."""
    total = flows.sum(axis=(0, 1))
    ratio: Array = np.where(total > 0, circular.sum(axis=(0, 1)) / np.where(total > 0, total, 1.0), 0.0)
    return ratio


def hodge_share(flows: Array) -> float:
    """Return the circular share of net flows after Helmholtz and Hodge: ||circular||^2 / ||net||^2.

    A second view at most (Kichikawa et al. 2019): it sees only net flows, so that it is undefined (nan) for the loop
    of two parties that pay each other the same, where circulation is 1. Pairs whose net flow is zero stay edges.

    Args:
        flows: payments, shape (nodes, nodes).
    """
    linked = np.triu((flows > 0) | (flows.T > 0), 1)
    source, target = np.nonzero(linked)
    net = (flows - flows.T)[source, target]
    if not len(net) or not np.any(net):
        return float("nan")
    gradient = np.zeros((len(net), flows.shape[0]))
    edges = np.arange(len(net))
    gradient[edges, source], gradient[edges, target] = -1.0, 1.0
    potential = np.linalg.lstsq(gradient, net, rcond=None)[0]
    return float(np.sum((net - gradient @ potential) ** 2) / np.sum(net**2))
