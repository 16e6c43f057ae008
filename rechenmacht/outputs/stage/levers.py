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
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.outputs.stage.families import Family, families
from rechenmacht.outputs.web.levers import offered
from rechenmacht.sample import values

FEW = 64  # draws that decide the order of levers; the page counts their effects with all draws
ENDS = (0.05, 0.5, 0.95)
YEARS = ("2030-Q4", "2035-Q4")
FIRST = "installed|h100e_8bit"  # the outcome that the page shows first
LINE = "cn"
LEAST = 0.005  # relative change of a median, or points of a share, that counts as an effect
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


def _medians(p: NDArray[np.float64], levers: Any, kernel: kernels.Compiled) -> NDArray[np.float64]:
    """Return medians at two years' ends, shape (series, year)."""
    found: NDArray[np.float64] = np.median(
        kernels.run(kernel, p, levers, quarters=YEARS, dtype=np.float64, threads=2), axis=-1
    )
    return found


def _change(family: Family, before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Return how much a median changes at most, relative, or in points of a share or twelfths of a year."""
    scale = {"share": 1.0, "indicator": 1.0, "month": 12.0}.get(family.unit)
    size = np.full_like(before, scale) if scale else np.maximum(np.abs(before), 1e-12)
    return float(np.max(np.where(np.abs(before) + np.abs(after) > 1e-9, np.abs(after - before) / size, 0.0)))


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
    """Return what each lever moves most, and how much what is shown first."""
    p = drawn(kernel, model.parameters, FEW, 1)
    shown = [family for family in families() if family.unit != "indicator"]
    nothing = _medians(p, {}, kernel)
    found = {}
    for parameter in rows:
        ends = ends_of(parameter, set_.get(parameter.name, []))
        both = [
            _medians(p, {parameter.name: ((QUARTERS[len(OBSERVED)], end),)}, kernel)
            for end in dict.fromkeys((ends[0], ends[2]))
        ]
        sizes = {
            (family.id, line): max(_change(family, nothing[place], one[place]) for one in both)
            for family in shown
            for line, place in family.lines.items()
        }
        strong = [(size, *key) for key, size in sizes.items() if size >= LEAST]
        named = tuple((outcome, line) for _, outcome, line in _different(strong))
        found[parameter.name] = (named, sizes[FIRST, LINE])
    return found


def _different(acts: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return the strongest effects, each outcome once, those that a reader knows before others."""
    found: list[tuple[float, str, str]] = []
    for one in sorted(acts, key=lambda act: (act[1] not in KNOWN or act[2] not in MAIN_LINES, -act[0])):
        if one[1].split("|")[0] not in {other[1].split("|")[0] for other in found}:
            found.append(one)
        if len(found) == SAID:
            break
    return found
