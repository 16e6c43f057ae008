"""Clearing and circulation beside solutions found otherwise: linear programme, all sets of defaults, integer flows."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from rechenmacht.domains.capital.circulation import balanced_circulation, max_circulation
from rechenmacht.domains.capital.clearing import clear

UNITS = st.sampled_from([1e-9, 1.0, 2.0**40])
AMOUNT = st.sampled_from([0, 0, 0, 1, 2, 3, 7, 1000])


@st.composite
def networks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw dues, cash and dues to outsiders of up to four nodes: chains, rings, islands, empty tills."""
    size = draw(st.integers(1, 4))
    dues = np.array([[draw(AMOUNT) if i != j else 0 for j in range(size)] for i in range(size)], float)
    cash, outside = (np.array([draw(AMOUNT) for _ in range(size)], float) for _ in range(2))
    return dues, cash, outside


def solved(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Return the solution of a linear system by Gauss and Jordan in fractions, None if it has not exactly one."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = next((k for k in range(column, len(rows)) if rows[k][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for k, row in enumerate(rows):
            if k != column and row[column]:
                factor = row[column] / rows[column][column]
                rows[k] = [a - factor * b for a, b in zip(row, rows[column], strict=True)]
    return [row[-1] / row[k] for k, row in enumerate(rows)]


def greatest(
    dues: np.ndarray, cash: np.ndarray, outside: np.ndarray, alpha: Fraction, beta: Fraction
) -> tuple[list[Fraction], set[int]]:
    """Return the greatest clearing vector over all sets of nodes that could fail, and who fails."""
    n, exact = len(cash), np.vectorize(Fraction, otypes=[object])
    owes, has, out = exact(dues), exact(cash), exact(outside)
    owed = [sum(owes[i], out[i]) for i in range(n)]
    share = [[owes[i][j] / owed[i] if owed[i] else Fraction(0) for j in range(n)] for i in range(n)]
    best: list[Fraction] | None = None
    for failing in product((False, True), repeat=n):
        matrix = [[Fraction(i == j) - (beta * share[j][i] if failing[i] else 0) for j in range(n)] for i in range(n)]
        paid = solved(matrix, [alpha * has[i] if failing[i] else owed[i] for i in range(n)])
        if paid is None:
            continue
        got = [has[i] + sum(share[j][i] * paid[j] for j in range(n)) for i in range(n)]
        fits = all(paid[i] >= 0 and (got[i] < owed[i] if failing[i] else got[i] >= owed[i]) for i in range(n))
        if fits and (best is None or sum(paid) > sum(best)):
            best, who = paid, {i for i in range(n) if failing[i]}
    assert best is not None
    return best, who


@settings(deadline=None, max_examples=150, derandomize=True)
@given(networks(), st.sampled_from([0, 1, 2, 4]), st.sampled_from([0, 1, 3, 4]), UNITS)
@example((np.zeros((3, 3)), np.zeros(3), np.zeros(3)), 4, 4, 1.0)  # nobody owes anything
@example((np.array([[0, 1.0], [1, 0]]), np.zeros(2), np.zeros(2)), 4, 4, 1.0)  # no cash at all, and all are paid
@example((np.array([[0, 1.0], [1, 0]]), np.zeros(2), np.ones(2)), 4, 4, 1.0)  # all default, down to nothing
@example((np.array([[0, 7.0, 0, 0], [7, 0, 0, 0], [0, 0, 0, 2], [0, 0, 3, 0]]), np.zeros(4), np.zeros(4)), 4, 4, 1.0)
def test_the_vector_is_the_greatest_of_all_sets_of_defaults(
    network: tuple[np.ndarray, np.ndarray, np.ndarray], alpha: int, beta: int, unit: float
) -> None:
    dues, cash, outside = network
    want, who = greatest(dues, cash, outside, Fraction(alpha, 4), Fraction(beta, 4))
    found = clear(dues * unit, cash * unit, outside * unit, alpha / 4, beta / 4)
    assert found.paid / unit == pytest.approx(np.array(want, float), rel=1e-11, abs=1e-11 * dues.max(initial=1.0))
    assert set(np.flatnonzero(found.default)) == who


def shares(dues: np.ndarray, outside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each node owes in all, (node,), and the share of it that is due to each other, (node, node)."""
    owed = dues.sum(axis=1) + outside
    return owed, dues / np.where(owed > 0, owed, 1.0)[:, None]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(networks())
def test_without_default_costs_the_vector_solves_the_linear_programme(
    network: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    # Eisenberg and Noe 2001, lemma 4: any strictly rising sum of payments is largest at a clearing vector.
    dues, cash, outside = network
    owed, share = shares(dues, outside)
    lp = linprog(-np.ones(len(cash)), A_ub=np.eye(len(cash)) - share.T, b_ub=cash,
                 bounds=[(0, due) for due in owed], method="highs")  # fmt: skip
    assert clear(dues, cash, outside).paid == pytest.approx(lp.x, abs=1e-6 * max(owed.max(), 1.0))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(networks())
def test_the_owners_of_each_node_are_left_the_same_by_every_clearing_vector(
    network: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    # Eisenberg and Noe 2001, theorem 1: the least vector, reached from below, leaves each node the same equity.
    dues, cash, outside = network
    owed, share = shares(dues, outside)
    least = np.zeros_like(cash)
    for _ in range(20_000):
        before, least = least, np.minimum(owed, cash + share.T @ least)
        if np.allclose(before, least, rtol=1e-13, atol=0):
            break
    most = clear(dues, cash, outside).paid
    left = [cash + share.T @ paid - paid for paid in (most, least)]
    assert left[0] == pytest.approx(left[1], abs=1e-6 * max(owed.max(), 1.0))


def test_one_fails_in_each_round_of_fictitious_default() -> None:
    # A chain, each owes the next 2; cash 1, 1/2, 1/4, 3/10. Round 1: only the first lacks (1 < 2), pays 1.
    # Round 2: the second has 1/2 + 1 = 3/2. Round 3: the third 1/4 + 3/2 = 7/4. The fourth has 3/10 + 7/4 >= 2.
    dues = np.zeros((5, 5))
    dues[[0, 1, 2, 3], [1, 2, 3, 4]] = 2.0
    found = clear(dues, np.array([1, 0.5, 0.25, 0.3, 0]))
    assert found.paid.tolist() == [1.0, 1.5, 1.75, 2.0, 0.0]
    assert found.round.tolist() == [0, 1, 2, -1, -1]


def test_costs_of_default_make_failures_that_none_would_be_without() -> None:
    # Rogers and Veraart 2013: 0 has 1 of 2 owed to 1; 1 owes 2 to outsiders and has 1.1.
    # Without costs 1 gets 1 and has 2.1 >= 2. With alpha = 1/2 it gets 1/2, has 1.6 < 2 and pays
    # 1/2 x 1.1 + beta x 1/2 = 0.55 + 0.375 at beta = 3/4.
    dues, cash, outside = np.array([[0, 2.0], [0, 0]]), np.array([1.0, 1.1]), np.array([0.0, 2.0])
    assert clear(dues, cash, outside).paid.tolist() == [1.0, 2.0]
    found = clear(dues, cash, outside, 0.5, 0.75)
    assert found.paid == pytest.approx([0.5, 0.925])
    assert found.round.tolist() == [0, 1]


def largest(capacity: list[list[int]]) -> int:
    """Return the sum of the maximal circulation in whole numbers: cancel cycles of the residual network that gain."""
    n = len(capacity)
    flow = [[0] * n for _ in range(n)]
    pairs = [(i, j) for i, j in product(range(n), repeat=2) if i != j]
    while True:
        edges = [(i, j, -1, capacity[i][j] - flow[i][j], 1) for i, j in pairs if capacity[i][j] > flow[i][j]]
        edges += [(j, i, 1, flow[i][j], -1) for i, j in pairs if flow[i][j]]
        cost, into, last = [0] * n, [None] * n, None
        for _ in range(n):
            last = None
            for edge in edges:
                i, j, price, *_ = edge
                if cost[i] + price < cost[j]:
                    cost[j], into[j], last = cost[i] + price, edge, j
        if last is None:
            return sum(map(sum, flow))
        for _ in range(n):
            last = into[last][0]
        cycle, node = [], last
        while not cycle or node != last:
            cycle.append(into[node])
            node = into[node][0]
        room = min(edge[3] for edge in cycle)
        for i, j, _, _, sign in cycle:
            if sign > 0:
                flow[i][j] += room
            else:
                flow[j][i] -= room


@st.composite
def capacities(draw: st.DrawFn) -> list[list[int]]:
    """Draw flows of up to five nodes, small ones beside huge ones."""
    size = draw(st.integers(2, 5))
    amounts = draw(st.sampled_from([(0, 0, 1, 2, 3, 5), (0, 0, 0, 1, 7, 1000, 10**6, 10**9, 10**12)]))
    return [[draw(st.sampled_from(amounts)) if i != j else 0 for j in range(size)] for i in range(size)]


@settings(deadline=None, max_examples=120, derandomize=True)
@given(capacities(), UNITS)
@example([[0, 2, 10], [7, 0, 0], [0, 10**9, 0]], 1.0)  # all 7 of 1 -> 0 come by way of 2: 3 x 7 = 21
@example([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 10**12], [0, 0, 10**12, 0]], 1.0)  # two islands of unlike size
def test_the_maximal_circulation_is_that_of_whole_numbers(capacity: list[list[int]], unit: float) -> None:
    flows = np.array(capacity, float) * unit
    found = max_circulation(flows)
    assert found.sum() / unit == pytest.approx(largest(capacity), rel=1e-12)
    for circular in (found, balanced_circulation(flows)):
        assert np.abs(circular.sum(axis=0) - circular.sum(axis=1)).max() <= 1e-12 * flows.max(initial=unit)
        assert (circular >= 0).all()
        assert (circular <= flows * (1 + 1e-12)).all()
