"""The levers of the first page: their priors, what they move most, and in which order they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import scenario
from rechenmacht.domains.race.axes import OBSERVED, QUARTERS
from rechenmacht.domains.race.backends import compiled as kernels
from rechenmacht.domains.race.backends.choose import chosen
from rechenmacht.domains.race.backends.drawing import drawn
from rechenmacht.domains.race.backends.trace import acting
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.outputs.stage.families import families
from rechenmacht.outputs.web.levers import offered
from rechenmacht.sample import Shifted, values

FEW = 128  # draws that decide the order of levers; the page counts their effects with all draws
ENDS = (0.05, 0.5, 0.95)
YEARS = tuple(quarter for quarter in QUARTERS[len(OBSERVED) :] if quarter.endswith("Q4"))
START = 2030  # the year that the page speaks of first
FIRST = "installed|h100e_8bit"  # the outcome that the page shows first
LINE = "cn"
LEAST = 0.005  # median of changes, relative or in the unit, that counts as an effect
HEIGHT = 0.06  # part of the picture's height that it must pass through: 8 of the 164 pixels on a phone, and some more
SAID = 3  # outcomes that a lever names
# Outcomes that a reader knows: a lever names these before others.
KNOWN = (
    "installed|h100e_8bit", "accessible|h100e_8bit", "powered|h100e_8bit", "power_connected", "electricity_ai",
    "capex_ai", "ai_revenue", "ai_debt", "frontier_gap", "effective_run", "training_run", "firms_using_ai",
    "virtual_workers",
    "smuggled|h100e_8bit", "rented_abroad|h100e_8bit", "runs_share", "china_legal|chips|nvidia", "chips_dark",
    "software_maturity", "delivered|h100e_8bit", "swarm_fleet", "swarm_run",
)  # fmt: skip
MAIN_LINES = frozenset({"us", "cn", "eu", "world", "with_rented", "huawei", "amd", "nvidia"})
_UNITS = {place: family.unit for family in families() for place in family.lines.values()}
_ABSOLUTE = np.array([_UNITS[place] in {"share", "month", "indicator"} for place in range(len(SERIES))])[:, None, None]
LEAST_SCALE = np.array([0.5 if _UNITS[place] == "month" else 0.01 for place in range(len(SERIES))])  # as chart.ts


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever.

    ends: 5 %, median and 95 % of its prior; of a parameter without spread what scenarios set. track: the values that
    its slider can take. acts: what it moves most, (outcome, line). strength: its effect on what the page shows first.
    """

    parameter: Parameter
    ends: tuple[float, float, float]
    track: tuple[float, float]
    acts: tuple[tuple[str, str], ...]
    strength: float


def _set_by_scenarios(base: Base) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for path in scenario.available(base).values():
        setup = scenario.prepare(base, scenario.read(path), NAMES)
        for name, pairs in setup.levers.items():
            found.setdefault(name, []).extend(value for _, value in pairs)
    return found


def ends_of(parameter: Parameter, set_: list[float]) -> tuple[float, float, float]:
    """Return low end, median and high end of a lever, in the parameter's unit."""
    low, middle, high = (float(x) for x in values(parameter, np.array(ENDS)))
    if low == high and set_:
        return min(low, *set_), middle, max(high, *set_)
    return low, middle, high


def track_of(parameter: Parameter, ends: tuple[float, float, float], set_: list[float]) -> tuple[float, float]:
    """Return the range of a slider: the prior and nearly its width again on either side, within the bounds."""
    least, most = scenario.bounds(parameter)
    if parameter.unit == "share":
        least, most = max(least, 0.0), min(most, 1.0)
    low, _, high = ends
    room = 0.9 * (high - low)
    start, stop = min(low - room, *set_, low), max(high + room, *set_, high)
    if low >= 0:
        start = max(start, 0.0)
    return max(start, least), min(stop, most)


def _outcomes(p: NDArray[np.float64], levers: Any, kernel: kernels.Compiled) -> NDArray[np.float64]:
    """Return all outcomes at the projected years' ends, shape (series, year, draw)."""
    found: NDArray[np.float64] = kernels.run(kernel, p, levers, quarters=YEARS, dtype=np.float64, threads=2)
    return found


def _changes(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return changes draw by draw, as the page's view of changes shows them: relative, or in the unit (`_ABSOLUTE`)."""
    known = np.abs(before) > 1e-9
    relative = np.where(known, after / np.where(known, before, 1.0) - 1.0, 0.0)
    found: NDArray[np.float64] = np.where(_ABSOLUTE, after - before, relative)
    return found


def heights(changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what part of the picture's height the medians of changes pass through, from none today.

    Args:
        changes: draw by draw, shape (series, year, draw).

    Returns:
        A part of the height for each series, shape (series,).
    """
    low, middle, high = np.quantile(changes, ENDS, axis=-1)
    bottom, top = np.minimum(low.min(axis=1), 0.0), np.maximum(high.max(axis=1), 0.0)
    size = np.maximum(np.maximum(-bottom, top), LEAST_SCALE)
    bottom, top = np.minimum(bottom, -0.12 * size), np.maximum(top, 0.12 * size)
    passed = np.maximum(middle.max(axis=1), 0.0) - np.minimum(middle.min(axis=1), 0.0)
    found: NDArray[np.float64] = passed / (top - bottom)
    return found


def late_names(model: Model) -> frozenset[str]:
    """Return the parameters that some equation reads after the counted quarters, so that a lever can move them."""
    read = acting(model.given, [parameter.name for parameter in model.parameters])
    late = len(OBSERVED) * model.given.per_quarter
    return frozenset().union(*(names for span, names in read.items() if span.stop > late))


def levers(base: Base, model: Model, late: frozenset[str]) -> list[Lever]:
    """Return the levers that move some outcome, the strongest on what is shown first at the top.

    Where no kernel serves, levers stand in the order of their file and name nothing.
    """
    set_ = _set_by_scenarios(base)
    rows = [base.parameters[name] for name in offered(base) if name in late]
    kernel = chosen(model.given, [parameter.name for parameter in model.parameters], (), "kernel")[0]
    acts = {} if kernel is None else _acts(model, kernel, rows, set_)
    found = []
    for parameter in rows:
        if kernel is not None and not acts[parameter.name][0]:
            continue
        own = set_.get(parameter.name, [])
        ends = ends_of(parameter, own)
        named, strength = acts.get(parameter.name, ((), 0.0))
        found.append(Lever(parameter, ends, track_of(parameter, ends, own), named, strength))
    return sorted(found, key=lambda lever: -lever.strength)


def _acts(
    model: Model, kernel: kernels.Compiled, rows: list[Parameter], set_: dict[str, list[float]]
) -> dict[str, tuple[tuple[tuple[str, str], ...], float]]:
    """Return what each lever moves most, and how much what is shown first.

    An outcome counts only if both ends of the lever's range move it, by changes of the same draws, far enough to be
    seen in the picture of changes, be it as low as on a phone.
    """
    p = drawn(kernel, model.parameters, FEW, 1)
    shown = [family for family in families() if family.unit != "indicator"]
    nothing = _outcomes(p, {}, kernel)
    first = next(family.lines[LINE] for family in shown if family.id == FIRST)
    found: dict[str, tuple[tuple[tuple[str, str], ...], float]] = {}
    for parameter in rows:
        low, middle, high = ends_of(parameter, set_.get(parameter.name, []))
        changes = [
            _changes(nothing, _outcomes(p, {parameter.name: _lever(parameter, end, middle)}, kernel))
            for end in dict.fromkeys((low, high))
            if end != middle
        ]
        if not changes:
            found[parameter.name] = ((), 0.0)
            continue
        size = np.min([heights(one) for one in changes], axis=0)
        moved = np.min([np.abs(np.median(one, axis=-1)).max(axis=1) for one in changes], axis=0)
        strong = [
            (float(moved[place] / (12 if family.unit == "month" else 1)), family.id, line)
            for family in shown
            for line, place in family.lines.items()
            if size[place] >= HEIGHT and moved[place] >= LEAST
        ]
        named = tuple((outcome, line) for _, outcome, line in _different(strong))
        found[parameter.name] = (named, float(np.abs(np.median(changes, axis=-1))[:, first].max()))
    return found


def _lever(parameter: Parameter, value: float, middle: float) -> tuple[tuple[str, float], ...]:
    """Return a lever as the page moves it: the whole range where there is one, from the first projected quarter on."""
    spread = parameter.low != parameter.high
    moved = Shifted(value, middle, parameter.unit, scenario.bounds(parameter)[0]) if spread else value
    return ((QUARTERS[len(OBSERVED)], moved),)


def _different(acts: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return the strongest effects, each outcome once, those that a reader knows before others."""
    found: list[tuple[float, str, str]] = []
    for one in sorted(acts, key=lambda act: (act[1] not in KNOWN or act[2] not in MAIN_LINES, -act[0])):
        if one[1].split("|")[0] not in {other[1].split("|")[0] for other in found}:
            found.append(one)
        if len(found) == SAID:
            break
    return found
