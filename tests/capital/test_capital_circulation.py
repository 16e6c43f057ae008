from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse.csgraph import connected_components

from rechenmacht.domains.capital.circulation import (
    balanced_circulation,
    balanced_circulation_draws,
    circularity,
    hodge_share,
    max_circulation,
)


def matrix(size: int, edges: list[tuple[int, int, float]]) -> np.ndarray:
    flows = np.zeros((size, size))
    for payer, payee, amount in edges:
        flows[payer, payee] += amount
    return flows


# A -> B 100, B -> C 150, A -> C 200, C -> A 50: whatever runs in circles passes C -> A, so at most 50 of it. Via B it
# uses three edges of 50 each: 150 of 500. Straight back over A -> C it would only use two edges: 100.
WORKED = matrix(3, [(0, 1, 100), (1, 2, 150), (0, 2, 200), (2, 0, 50)])


def test_worked_case_gives_150_of_500() -> None:
    circular = max_circulation(WORKED)
    assert circular.sum() == pytest.approx(150, abs=1e-9)
    assert circularity(WORKED, circular) == pytest.approx(0.3, abs=1e-9)


def test_balanced_split_of_the_worked_case() -> None:
    # A spends 1/3 on B and 2/3 on C; pi is (1, 1/3, 1). C -> A is exhausted first, at k = 50:
    # A -> B 50/3, A -> C 100/3, B -> C 50/3, C -> A 50: 116.67 of 500.
    circular = balanced_circulation(WORKED)
    assert circular[0, 1] == pytest.approx(50 / 3)
    assert circular[0, 2] == pytest.approx(100 / 3)
    assert circularity(WORKED, circular) == pytest.approx(0.23333333333333334, abs=1e-12)


def test_loop_of_two_is_one_and_only_net_flows_lose_it() -> None:
    loop = matrix(2, [(0, 1, 7.0), (1, 0, 7.0)])
    assert circularity(loop, max_circulation(loop)) == pytest.approx(1.0)
    assert circularity(loop, balanced_circulation(loop)) == pytest.approx(1.0)
    assert math.isnan(hodge_share(loop))


def test_unequal_loop_circulates_twice_the_smaller() -> None:
    # 13 bn invested, 250 bn promised back: 26 of 263.
    loop = matrix(2, [(0, 1, 13.0), (1, 0, 250.0)])
    assert max_circulation(loop).sum() == pytest.approx(26)
    assert balanced_circulation(loop).sum() == pytest.approx(26)


def test_ring_of_three_is_one_in_all_views() -> None:
    ring = matrix(3, [(0, 1, 1), (1, 2, 1), (2, 0, 1)])
    assert circularity(ring, max_circulation(ring)) == pytest.approx(1.0)
    assert hodge_share(ring) == pytest.approx(1.0)


def test_published_example_of_the_flow_decomposition() -> None:
    # 1 -> 2, 2 -> 3, 1 -> 3, 3 -> 1 of 1 each: 3 of 4 at most; net flows 1 -> 2 and 2 -> 3: 2/3.
    flows = matrix(3, [(0, 1, 1), (1, 2, 1), (0, 2, 1), (2, 0, 1)])
    assert circularity(flows, max_circulation(flows)) == pytest.approx(0.75)
    assert circularity(flows, balanced_circulation(flows)) == pytest.approx(0.625)  # pi = (1, 1/2, 1), k = 1
    assert hodge_share(flows) == pytest.approx(2 / 3)


def test_chain_and_empty_network_have_no_circulation() -> None:
    for flows in (matrix(3, [(0, 1, 5), (1, 2, 5)]), np.zeros((4, 4)), np.zeros((0, 0))):
        assert max_circulation(flows).sum() == 0
        assert balanced_circulation(flows).sum() == 0
        assert circularity(flows, flows * 0) == 0


FLOWS = st.integers(2, 6).flatmap(
    lambda size: arrays(float, (size, size), elements=st.sampled_from([0.0, 0.0, 0.0, 1e-3, 0.5, 1.0, 2.0, 30.0, 1e4]))
)


def loose(flows: np.ndarray) -> float:
    return 1e-7 * max(1.0, float(flows.sum()))


@settings(deadline=None, max_examples=80)
@given(FLOWS)
def test_both_splits_balance_every_node_and_stay_below_the_flows(flows: np.ndarray) -> None:
    for circular in (max_circulation(flows), balanced_circulation(flows)):
        assert np.allclose(circular.sum(axis=0), circular.sum(axis=1), atol=loose(flows))
        assert (circular >= 0).all()
        assert (circular <= flows + loose(flows)).all()


@settings(deadline=None, max_examples=80)
@given(FLOWS)
def test_what_the_balanced_split_leaves_has_no_cycle(flows: np.ndarray) -> None:
    rest = flows - balanced_circulation(flows)
    edges = rest > loose(flows)
    parts, _ = connected_components(edges.astype(float), directed=True, connection="strong")
    assert parts == len(flows)


@settings(deadline=None, max_examples=80)
@given(FLOWS)
def test_the_maximum_is_never_below_the_balanced_split(flows: np.ndarray) -> None:
    assert max_circulation(flows).sum() >= balanced_circulation(flows).sum() - loose(flows)


@settings(deadline=None, max_examples=60)
@given(FLOWS, st.sampled_from([1e-6, 0.92, 7.1, 1e9]))
def test_changing_the_currency_changes_nothing(flows: np.ndarray, rate: float) -> None:
    assert circularity(flows, max_circulation(flows)) == pytest.approx(
        circularity(rate * flows, max_circulation(rate * flows)), abs=1e-7
    )
    assert circularity(flows, balanced_circulation(flows)) == pytest.approx(
        circularity(rate * flows, balanced_circulation(rate * flows)), abs=1e-9
    )


@settings(deadline=None, max_examples=60)
@given(FLOWS, st.data())
def test_removing_a_contract_never_raises_the_circulation_of_the_rest(flows: np.ndarray, data: st.DataObject) -> None:
    edges = np.argwhere(flows > 0)
    if not len(edges):
        return
    i, j = edges[data.draw(st.integers(0, len(edges) - 1))]
    fewer = flows.copy()
    fewer[i, j] *= data.draw(st.sampled_from([0.0, 0.5]))
    assert max_circulation(fewer).sum() <= max_circulation(flows).sum() + loose(flows)


@settings(deadline=None, max_examples=40)
@given(st.lists(arrays(float, (5, 5), elements=st.sampled_from([0.0, 0.0, 1.0, 3.0, 0.1])), min_size=1, max_size=5))
def test_many_draws_at_once_equal_one_at_a_time(draws: list[np.ndarray]) -> None:
    stacked = np.stack(draws, axis=2)
    balanced = balanced_circulation_draws(stacked)
    largest = max_circulation(stacked)
    for k, flows in enumerate(draws):
        assert np.allclose(balanced[:, :, k], balanced_circulation(flows), atol=1e-9)
        assert largest[:, :, k].sum() == pytest.approx(max_circulation(flows).sum(), abs=1e-7)


def test_the_balanced_split_does_not_depend_on_the_order_of_the_nodes() -> None:
    rng = np.random.default_rng(5)
    flows = rng.lognormal(0, 2, (12, 12)) * (rng.random((12, 12)) < 0.25)
    order = rng.permutation(12)
    there = balanced_circulation(flows[np.ix_(order, order)])
    assert np.allclose(there, balanced_circulation(flows)[np.ix_(order, order)], atol=1e-9)


@pytest.mark.validation
def test_circulation_cases_of_the_reference(shared: Path) -> None:
    cases = json.loads((shared / "clearing_reference.json").read_text())
    worked = cases["qiu8xiu simple cycle"]
    flows = matrix(3, [("ABC".index(a), "ABC".index(b), amount) for a, b, amount in worked["edges"]])
    assert max_circulation(flows).sum() == pytest.approx(worked["max_circ"], abs=1e-9)
    assert circularity(flows, max_circulation(flows)) == pytest.approx(worked["share"], abs=1e-9)
    example = cases["CDFD README"]
    flows = matrix(3, [(a - 1, b - 1, amount) for a, b, amount in example["edges"]])
    assert circularity(flows, max_circulation(flows)) == pytest.approx(example["share_max"], abs=1e-9)
    assert hodge_share(flows) == pytest.approx(example["hhd"], abs=1e-9)
