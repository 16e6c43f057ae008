"""The same lines on NumPy, compiled and on JAX give the same results; the compiled model follows the mechanisms."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends import grad
from rechenmacht.domains.race.backends.symbols import Expr, Graph, Namespace, symbols
from rechenmacht.domains.race.backends.trace import acting, live, reach, trace
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import SERIES, record
from rechenmacht.domains.race.simulate import levered
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.sample import draw

LEVERS = {"capital.stop": (("2027-Q1", 1.0), ("2030-Q1", 0.3)), "export_controls.acceptance": (("2028-Q1", 1.0),)}
DRAWS = 19  # not a multiple of the lanes


@pytest.fixture(scope="module")
def model(base: Base) -> Model:
    return runs.model_of(base, scenario.find(base, "reference"))


@pytest.fixture(scope="module")
def drawn(model: Model) -> dict[str, np.ndarray]:
    return draw(model.parameters, DRAWS, 5)


@pytest.fixture
def quickly() -> Iterator[None]:
    """Half the compiling; what is computed is the same."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


def exact(given: Inputs, p: dict[str, np.ndarray], levers: dict) -> np.ndarray:
    """Return the outcomes of the plain lines in double precision, shape (series, quarter, draw)."""
    state = start(p, np)
    found = np.empty((len(SERIES), len(QUARTERS), DRAWS))
    for step, quarter in enumerate(QUARTERS):
        policy = {name: values[step][..., None] for name, values in given.policy.items()}
        now = levered(p, levers, quarter)
        state = advance(state, now, policy, np)
        found[:, step] = record(state, now, np)
    return found


def agree(one: np.ndarray, other: np.ndarray) -> None:
    """Hold two results to 1e-9 relative; what should be nothing may be 1e-12 of the series' largest value."""
    scale = np.abs(one).max(axis=(1, 2), keepdims=True)
    assert (np.abs(one - other) <= 1e-9 * np.abs(one) + 1e-12 * scale + 1e-15).all()


@pytest.mark.usefixtures("quickly")
def test_differentiable_results_are_those_of_the_plain_lines(model: Model, drawn: dict) -> None:
    agree(exact(model.given, drawn, LEVERS), grad.simulate(model.given, drawn, LEVERS))


@pytest.mark.skipif("CI" not in __import__("os").environ, reason="minutes of compiling; runs in CI")
@pytest.mark.usefixtures("quickly")
def test_gradients_are_those_of_small_differences(model: Model, drawn: dict) -> None:
    outcome = ("installed|h100e_8bit", "China", "2030-Q4")
    found = grad.gradients(model.given, drawn, [outcome])
    assert all(np.isfinite(values).all() for values in found.values())
    row = [(s.variable, s.region) for s in SERIES].index(outcome[:2])
    for name in ("export_controls.smuggled_share", "production.per_chip_growth.cn.h100e_8bit"):
        h = 1e-6
        moved = drawn | {name: drawn[name] * (1 + h)}
        a, b = (grad.simulate(model.given, p)[row, QUARTERS.index(outcome[2])] for p in (drawn, moved))
        expected = (b - a) / (drawn[name] * h)
        assert np.median(np.abs(found[name][0] / expected - 1)) < 1e-4


def test_an_unknown_outcome_has_no_gradient(model: Model, drawn: dict) -> None:
    with pytest.raises(BadInput, match=r"no outcome installed\|h100e_8bi in China"):
        grad.gradients(model.given, drawn, [("installed|h100e_8bi", "China", "2030-Q4")])


def test_a_missing_library_is_named_in_a_sentence(model: Model, drawn: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(BadInput, match="pip install"):
        grad.simulate(model.given, drawn)


def test_expressions_fold_and_are_shared() -> None:
    graph, xp = Graph(), Namespace()
    x = symbols([graph.node("parameter", 0)])
    assert (x * 0.0)[0] == 0.0
    assert (x * 1.0 + 0.0)[0] is x[0]
    assert xp.exp(x)[0] is xp.exp(x)[0]
    assert xp.where(symbols([1.0]) > 0, x, x * 2)[0] is x[0]
    assert xp.maximum(symbols([2.0]), symbols([3.0]))[0] == 3.0
    assert isinstance(((x > 1) * 2.0)[0], Expr)
    assert (x**3)[0] is (x * x * x)[0] or graph.nodes[(x**3)[0].index][0] == "mul"
    with pytest.raises(TypeError, match="has no truth"):
        bool((x > 1)[0])


def test_what_no_outcome_needs_is_left_out(model: Model) -> None:
    traced = trace(model.given, [p.name for p in model.parameters])
    needed = live(traced.phases)
    assert 0 < len(needed) < len(traced.slots)
    later = traced.phases[-1]
    computed = reach(later.graph, [*later.outputs, *(later.state[slot] for slot in needed)])
    assert len(computed) < len(later.graph.nodes)


def test_every_uncertain_parameter_is_read_on_the_way_to_an_outcome(model: Model) -> None:
    read = frozenset().union(*acting(model.given, [p.name for p in model.parameters]).values())
    traced = trace(model.given, [p.name for p in model.parameters])
    begun = reach(traced.begin_graph, [traced.begin[slot] for slot in live(traced.phases)])
    at_start = {
        traced.parameters[int(traced.begin_graph.nodes[i][1][0])]
        for i in begun
        if traced.begin_graph.nodes[i][0] == "parameter"
    }
    assert {p.name for p in model.parameters if p.low != p.high} - read - at_start == set()
