"""Simulations for many callers: cached inputs and draws, one compiled model, a bounded number at a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs, scenario
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.race.axes import DEFINITIONS, QUARTERS
from rechenmacht.race.backends.trace import acting
from rechenmacht.race.inputs import inputs
from rechenmacht.race.outcomes import SERIES
from rechenmacht.race.simulate import simulate
from rechenmacht.race.step import NAMES
from rechenmacht.scenario import Lever, Scenario
from rechenmacht.uncertainty.ensemble import QUANTILES, Model, quantiles
from rechenmacht.uncertainty.ranks import rank_correlations
from rechenmacht.uncertainty.sample import draw

Array = NDArray[np.float64]
Settings = Mapping[str, "float | Sequence[tuple[str, float]]"]
SHOWN = (
    "installed|h100e_8bit", "accessible|h100e_8bit", "power_connected", "firms_using_ai", "people_using_ai",
    "measure|stack", "virtual_workers", "frontier_gap", "capex_ai",
)  # fmt: skip
YEAR_ENDS = tuple(quarter for quarter in QUARTERS if quarter.endswith("Q4"))


@dataclass(frozen=True)
class Asked:
    """One simulation: a scenario, values of levers (alone or dated), draws, seed, variables."""

    scenario: str
    levers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    draws: int
    seed: int
    variables: tuple[str, ...]
    quarters: tuple[str, ...] = YEAR_ENDS


class Stopped(Exception):
    """The caller no longer waits."""


class Simulator:
    """Runs simulations; safe to use from several threads."""

    def __init__(self, base: Base, *, compiled: bool = True, cached: int = 200) -> None:
        self.base = base
        self.given = inputs(base)
        names = [p.name for p in base.parameters.values() if p.mechanism in NAMES]
        self.read: dict[tuple[str, ...], runs.Read] = {(): acting(self.given, names)}
        self.names = tuple(names)
        self.compiled: Any = None
        self.lock = threading.Lock()
        self.drawn: OrderedDict[Any, dict[str, Array]] = OrderedDict()
        self.answers: OrderedDict[Any, dict[str, Any]] = OrderedDict()
        self.cached = cached
        self.busy = 0
        if compiled:
            threading.Thread(target=self._compile, daemon=True).start()

    def _compile(self) -> None:
        """Compile the model beside the first answers, which NumPy computes."""
        try:
            from rechenmacht.race.backends import fast

            made = fast.Compiled(self.given, self.names)
            fast.run(made, np.stack([np.full(16, self.base.parameters[name].mid) for name in self.names]))
        except BadInput:
            return  # numba is not installed: NumPy goes on
        self.compiled = made

    def model(self, asked: Asked) -> Model:
        """Return the model that is asked for.

        Raises:
            BadInput: if the scenario, a lever, its value or its quarter cannot be used.
        """
        known = scenario.available(self.base)
        if asked.scenario not in known:
            raise BadInput(f"no scenario {asked.scenario!r}{nearest(asked.scenario, known)}")
        found: Scenario = scenario.read(known[asked.scenario])
        more = [
            Lever(name=name, at=at or runs.FIRST_SIMULATED, value=value, reason="set by the user")
            for name, steps in asked.levers
            for at, value in steps
        ]
        changed = found.model_copy(update={"lever": (*found.lever, *more)})
        return runs.model_of(self.base, changed, self.given, self.read.get(found.off))

    def draws(self, model: Model, asked: Asked) -> dict[str, Array]:
        """Return the parameters' draws, kept for the last few priors, draws and seeds."""
        key = (model.parameters, asked.draws, asked.seed)
        with self.lock:
            if key in self.drawn:
                self.drawn.move_to_end(key)
                return self.drawn[key]
        made = draw(model.parameters, asked.draws, asked.seed)
        with self.lock:
            self.drawn[key] = made
            while len(self.drawn) > 8:
                self.drawn.popitem(last=False)
        return made

    def outcomes(
        self,
        model: Model,
        p: dict[str, Array],
        quarters: tuple[str, ...] = YEAR_ENDS,
        progress: Callable[[int], None] | None = None,
    ) -> tuple[NDArray[np.float32], str]:
        """Return outcomes (series, chosen quarter, draw) and the backend that made them."""
        made = self.compiled
        if made is not None and not model.off:
            from rechenmacht.race.backends import fast

            values = np.ascontiguousarray(np.stack([p[name] for name in self.names]))
            threads = 1 if self.busy > 1 else None  # several callers share the processors best one each
            return fast.run(made, values, model.levers, progress, quarters=quarters, threads=threads), "fast"
        kept = [QUARTERS.index(quarter) for quarter in quarters]
        return simulate(model.given, p, model.levers, model.off, progress)[:, kept], "numpy"

    def variables(self, wanted: Sequence[str]) -> list[int]:
        """Return the rows of `SERIES` that variables name.

        Raises:
            BadInput: if one is not known.
        """
        known: dict[str, list[int]] = {}
        for index, one in enumerate(SERIES):
            known.setdefault(one.variable, []).append(index)
        for name in wanted:
            if name not in known:
                raise BadInput(f"no outcome {name!r}{nearest(name, known)}")
        return [index for name in dict.fromkeys(wanted) for index in known[name]]

    def simulate(self, asked: Asked, progress: Callable[[int], None] | None = None) -> dict[str, Any]:
        """Return quantiles per series and quarter, and who is ahead with which probability.

        Raises:
            BadInput: if anything asked cannot be used.
            Stopped: if `progress` raises it.
        """
        chosen = self.variables(asked.variables or SHOWN)
        with self.lock:
            if asked in self.answers:
                self.answers.move_to_end(asked)
                return self.answers[asked]
        began = time.perf_counter()
        with self.lock:
            self.busy += 1
        try:
            model = self.model(asked)
            outcomes, backend = self.outcomes(model, self.draws(model, asked), asked.quarters, progress)
        finally:
            with self.lock:
                self.busy -= 1
        answer = self._answer(asked, outcomes, chosen)
        answer |= {"server_ms": round((time.perf_counter() - began) * 1000, 1), "backend": backend}
        with self.lock:
            self.answers[asked] = answer
            while len(self.answers) > self.cached:
                self.answers.popitem(last=False)
        return answer

    @staticmethod
    def _answer(asked: Asked, outcomes: NDArray[np.float32], chosen: Sequence[int]) -> dict[str, Any]:
        table = quantiles(outcomes, chosen)
        ahead = [i for i, one in enumerate(SERIES) if one.variable.startswith("ahead|")]
        chances = outcomes[ahead].mean(axis=-1, dtype=np.float64)
        return {
            "scenario": asked.scenario,
            "draws": asked.draws,
            "seed": asked.seed,
            "quarters": list(asked.quarters),
            "quantiles": list(QUANTILES),
            "series": [
                {
                    "variable": SERIES[i].variable, "region": SERIES[i].region, "unit": SERIES[i].unit,
                    "values": [[float(f"{x:.5g}") for x in row] for row in table[k].T],
                }
                for k, i in enumerate(chosen)
            ],
            "probabilities": [
                {
                    "variable": SERIES[i].variable, "region": SERIES[i].region,
                    "values": [round(float(x), 4) for x in chances[k]],
                }
                for k, i in enumerate(ahead)
            ],
            "definitions": list(DEFINITIONS),
        }  # fmt: skip

    def compare(self, a: Asked, b: Asked) -> dict[str, Any]:
        """Return both simulations, their difference draw by draw, and what drives that of the first outcome in 2030.

        Raises:
            BadInput: if anything asked cannot be used.
        """
        both = [self.model(one) for one in (a, b)]
        drawn = self.draws(both[0], a)
        found = [
            self.outcomes(model, self.draws(model, one), one.quarters)[0]
            for model, one in zip(both, (a, b), strict=True)
        ]
        chosen = self.variables(a.variables or SHOWN)
        change = found[1][chosen] - found[0][chosen]
        higher = (change > 0).mean(axis=-1) + (change == 0).mean(axis=-1) / 2
        table = quantiles(change)
        at = a.quarters.index("2030-Q4")
        driven = rank_correlations(np.stack(list(drawn.values())), change[:1, at].astype(np.float64))[0]
        order = np.argsort(-np.abs(driven), kind="stable")[:10]
        names = list(drawn)
        return {
            "a": self._answer(a, found[0], chosen),
            "b": self._answer(b, found[1], chosen),
            "difference": [
                {
                    "variable": SERIES[i].variable, "region": SERIES[i].region, "unit": SERIES[i].unit,
                    "values": [[float(f"{x:.5g}") for x in row] for row in table[k].T],
                    "higher": [round(float(x), 4) for x in higher[k]],
                }
                for k, i in enumerate(chosen)
            ],
            "drivers": [{"name": names[i], "rank": round(float(driven[i]), 4)} for i in order if driven[i]],
        }  # fmt: skip

    def decides(self, asked: Asked, variable: str, region: str, quarter: str) -> list[dict[str, Any]]:
        """Return the parameters with the largest rank correlation with an outcome.

        Raises:
            BadInput: if anything asked cannot be used.
        """
        rows = [i for i in self.variables([variable]) if SERIES[i].region == region]
        if not rows or quarter not in QUARTERS:
            raise BadInput(f"no outcome {variable} in {region} at {quarter}")
        model = self.model(asked)
        p = self.draws(model, asked)
        outcome = self.outcomes(model, p, (quarter,))[0][rows[0], 0].astype(np.float64)
        found = rank_correlations(np.stack(list(p.values())), outcome[None])[0]
        order = np.argsort(-np.abs(found), kind="stable")[:12]
        return [{"name": list(p)[i], "rank": round(float(found[i]), 4)} for i in order]


def warm(simulator: Simulator) -> None:
    """Make the draws and the answer that a first visitor asks for."""
    simulator.simulate(Asked("reference", (), 1000, 1, ()))
