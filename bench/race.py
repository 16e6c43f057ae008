"""Draws per second of the race on every backend, beside other engines running the same model, in one run.

python bench/race.py                 speed of all engines
python bench/race.py --convergence   quarters against months (docs/backends.md)
python bench/race.py --range         1,000,000 draws over the priors' whole range: are all outcomes finite?
python bench/race.py --inert         parameters that move no outcome in any scenario

EMA Workbench is not among the project's libraries; `pip install --target build/peer ema_workbench==2.5.3` brings it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends import choose, compiled, grad
from rechenmacht.domains.race.backends.drawing import drawn
from rechenmacht.domains.race.equations import vensim
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.simulate import simulate
from rechenmacht.domains.uncertainty.ensemble import Model, in_slices, quantiles
from rechenmacht.evidence.base import load
from rechenmacht.sample import draw, spread, values

PEERS = Path(__file__).parents[1] / "build" / "peer"
YEAR_ENDS = tuple(quarter for quarter in QUARTERS if quarter.endswith("Q4"))
OUTPUTS = (
    "installed|h100e_8bit", "powered|h100e_8bit", "power_connected", "chip_spending", "capex_ai", "ai_revenue",
    "electricity_data_centres", "effective_run", "virtual_workers", "people_using_ai", "frontier_gap", "delivered|chips|huawei",
)  # fmt: skip


def best(run: Callable[[], object], times: int = 3) -> float:
    """Return the least wall time of some runs in seconds, after one that is not counted."""
    run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def show(name: str, draws: int, seconds: float, reference: float | None = None) -> float:
    rate = draws / seconds
    line = {"engine": name, "draws": draws, "seconds": round(seconds, 3), "draws_per_second": round(rate, 2)}
    print(json.dumps(line | ({"times_ema": round(rate / reference, 1)} if reference else {})), flush=True)
    return rate


def ema(model: Model, draws: int) -> float | None:
    """Let EMA Workbench drive the same NumPy model draw by draw; None where it is not installed."""
    sys.path.append(str(PEERS))
    try:
        import ema_workbench as peers
    except ImportError:
        print("EMA Workbench is not installed (see the top of this file)")
        return None
    row = next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == ("installed|h100e_8bit", "China"))

    def one(**given: float) -> dict[str, np.ndarray]:
        p = {name.replace("__", "."): np.array([value]) for name, value in given.items()}
        return {"installed": simulate(model.given, p | fixed)[row, :, 0]}

    ends = {p.name: values(p, np.array([0.001, 0.999])) for p in model.parameters}
    fixed = {name: low[:1] for name, low in ends.items() if low[0] == low[1]}
    peer = peers.Model("race", function=one)
    peer.uncertainties = [
        peers.RealParameter(name.replace(".", "__"), *end) for name, end in ends.items() if name not in fixed
    ]
    peer.outcomes = [peers.TimeSeriesOutcome("installed")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        peers.perform_experiments(peer, scenarios=draws)
    return show("EMA Workbench, draw by draw", draws, time.perf_counter() - began)


def exports() -> None:
    """Time the exported model in PySD and pysimlin."""
    import pysd
    import simlin

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "race.mdl"
        path.write_text(vensim(load()), encoding="utf-8")
        peer = simlin.load(path)
        show("pysimlin on the export", 1, best(lambda: peer.simulate().run_to_end()))
        read = pysd.read_vensim(str(path))
        began = time.perf_counter()
        read.run(return_columns=["out_installed_h100e_8bit_china"])
        show("PySD on the export", 1, time.perf_counter() - began)


def speed() -> None:
    """Measure every engine."""
    base = load()
    model = runs.model_of(base, scenario.find(base, "reference"))
    reference = ema(model, 60)
    p = draw(model.parameters, 20_000, 1)
    some = {name: v[:10_000] for name, v in p.items()}
    sampling = best(lambda: draw(model.parameters, 10_000, 1), 1)
    held = [simulate(model.given, some)]
    summing = best(lambda: quantiles(held[0]), 1)
    held.clear()
    seconds = best(lambda: simulate(model.given, some))
    numpy = show("NumPy, 10,000 draws", 10_000, seconds, reference)
    print(json.dumps({"sampling_over_simulating": round(sampling / seconds, 3)}))
    print(json.dumps({"quantiles_over_simulating": round(summing / seconds, 3), "series": len(SERIES) * len(QUARTERS)}))
    numpy = show("NumPy, 20,000 draws", 20_000, best(lambda: simulate(model.given, p), 2), reference)
    stacked = np.stack(list(p.values()))
    for name, bound in (("kernel", choose.kernel), ("native", choose.native)):
        began, used = time.perf_counter(), time.process_time()
        code = bound(model.given, tuple(p))
        compiled.run(code, stacked[:, :64])
        ready = {"seconds": round(time.perf_counter() - began, 2), "cpu": round(time.process_time() - used, 2)}
        print(json.dumps({f"{name}_made_or_read": ready}))
        for quarters, label in ((QUARTERS, "all quarters"), (YEAR_ENDS, "year ends"), (("2030-Q4",), "one quarter")):
            seconds = best(lambda: compiled.run(code, stacked, quarters=quarters))
            rate = show(f"{name}, 20,000 draws, {label}", 20_000, seconds, reference)
            print(json.dumps({f"{name}_over_numpy_{label.replace(' ', '_')}": round(rate / numpy, 2)}))
        each = best(lambda: drawn(code, model.parameters, 20_000, 1, range(10_000)))
        print(json.dumps({f"{name}_sampling_nanoseconds_a_value": round(each / len(p) / 1e4 * 1e9, 1)}))
    bare = best(lambda: compiled.run(code, stacked, quarters=YEAR_ENDS)) * 50
    began = time.perf_counter()
    in_slices(model, 1_000_000, 1, "native", YEAR_ENDS)
    seconds = time.perf_counter() - began
    show("native, 1,000,000 draws with yearly quantiles", 1_000_000, seconds, reference)
    print(json.dumps({"million_with_quantiles_over_bare": round(seconds / bare, 2)}))
    few = {name: v[:512] for name, v in p.items()}
    show("JAX, 512 draws", 512, best(lambda: grad.simulate(model.given, few), 1), reference)
    exports()


def _row(outcomes: np.ndarray, variable: str, region: str) -> np.ndarray:
    return outcomes[next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (variable, region))]


def convergence() -> None:
    """Print medians by quarters, months and half months, without chance and crises, whose dice differ by step."""
    base = load()
    p = draw(runs.model_of(base, scenario.find(base, "reference")).parameters, 500, 1)
    off = ("chance", "crises")
    found = [simulate(inputs(base, per_quarter=n), p, off=off) for n in (1, 3, 6)]
    at = QUARTERS.index("2030-Q4")
    print("| outcome, 2030-Q4 | quarters | months | half months | quarters against months | against half months |")
    print("|---|---|---|---|---|---|")
    for variable in OUTPUTS:
        for region in ("World", "China", "United States"):
            if any((s.variable, s.region) == (variable, region) for s in SERIES):
                middle = [float(np.median(_row(one, variable, region)[at])) for one in found]
                if middle[2]:
                    cells = " | ".join(f"{x:.4g}" for x in middle)
                    print(
                        f"| {variable}, {region} | {cells} | {middle[0] / middle[1] - 1:+.1%} | {middle[0] / middle[2] - 1:+.1%} |"
                    )


def whole_range(draws: int = 1_000_000, size: int = 20_000) -> None:
    """Run draws over the priors' whole range and count what is not finite."""
    base = load()
    model = runs.model_of(base, scenario.find(base, "reference"))
    code = choose.kernel(model.given, tuple(p.name for p in model.parameters))
    bad, least = 0, np.inf
    for first in range(0, draws, size):
        p = spread(model.parameters, draws, 1, range(first, first + size))
        outcomes = compiled.run(code, np.stack(list(p.values())), {}, quarters=YEAR_ENDS)
        bad += int((~np.isfinite(outcomes)).any(axis=(0, 1)).sum())
        stocks = [i for i, s in enumerate(SERIES) if s.variable.startswith(("installed|", "bought|", "delivered|"))]
        least = min(least, float(outcomes[stocks].min()))
    print(json.dumps({"draws": draws, "draws_with_anything_not_finite": bad, "least_of_any_stock": least}))


def _moves(model: Model, around: Mapping[str, np.ndarray], left: np.ndarray) -> np.ndarray:
    """Return for each parameter whether its ends move any outcome around some draws, shape (parameter,)."""
    names = [p.name for p in model.parameters]
    found = np.zeros(len(names), dtype=bool)
    before = simulate(model.given, around, model.levers)
    for i in np.flatnonzero(left):
        for end in values(model.parameters[i], np.array([0.02, 0.98])):
            changed = simulate(model.given, {**around, names[i]: np.full_like(around[names[i]], end)}, model.levers)
            found[i] |= bool((np.abs(changed - before) > 1e-6 * np.abs(before)).any())
    return found


def inert() -> None:
    """Name the parameters whose ends move no outcome in any scenario, around draws of the priors' whole range."""
    base = load()
    left = None
    for name in scenario.available(base):
        model = runs.model_of(base, scenario.find(base, name))
        uncertain = np.array([p.low < p.high for p in model.parameters])
        left = uncertain if left is None else left
        around = spread(model.parameters, 8 if name == "reference" else 100, 1)
        left = left & ~_moves(model, around, left)
        print(name, int(left.sum()), "left", flush=True)
        if not left.any():
            break
    assert left is not None
    print(json.dumps({"inert": [p.name for p, is_left in zip(model.parameters, left, strict=True) if is_left]}))


if __name__ == "__main__":
    tasks = {"--convergence": convergence, "--range": whole_range, "--inert": inert}
    tasks.get(sys.argv[1] if len(sys.argv) > 1 else "", speed)()
