"""Outcomes that are no finite numbers are refused, with the parameter behind them and the quarter where they begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.simulate import Levers, simulate
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter

Array = NDArray[np.float64]


def _all_finite(outcomes: NDArray[Any]) -> bool:
    """Tell whether all are finite; two threads add at once.

    A sum in the outcomes' own precision is finite if all are, unless it overflows; that is looked at anew.
    """

    def added(part: NDArray[Any]) -> bool:
        with np.errstate(over="ignore", invalid="ignore"):
            return bool(np.isfinite(part.sum()))

    middle = len(outcomes) // 2
    with ThreadPoolExecutor(2) as pool:
        return all(pool.map(added, (outcomes[:middle], outcomes[middle:]))) or bool(np.isfinite(outcomes).all())


def finite(
    outcomes: NDArray[Any], given: Inputs, parameters: Sequence[Parameter], values: Callable[[int], Array],
    levers: Levers, off: tuple[str, ...] = (), series: Sequence[int] | None = None,
    quarters: Sequence[str] = QUARTERS,
) -> None:  # fmt: skip
    """Let pass outcomes that are all finite numbers.

    Args:
        outcomes: shape (series, quarter, draw).
        given: the dated inputs.
        parameters: of the run.
        values: number of a draw in `outcomes` -> the parameters' values of it, shape (parameter,).
        levers: of the run.
        off: mechanisms that are switched off.
        series: places in `given.added.series`; all if None.
        quarters: of the outcomes.

    Raises:
        BadInput: naming the first outcome that is none, its quarter, and the lever or parameter that makes it so.
    """
    if _all_finite(outcomes):
        return
    wrong = ~np.isfinite(outcomes)
    quarter = int(np.argmax(wrong.any(axis=(0, 2))))
    place, draw = np.argwhere(wrong[:, quarter])[0]
    one = given.added.series[int(place) if series is None else list(series)[int(place)]]
    drawn = {p.name: np.array([x]) for p, x in zip(parameters, values(int(draw)), strict=True)}
    said = _cause(given, parameters, drawn, levers, off)
    raise BadInput(
        f"{one.variable} in {one.region} is no finite number from {quarters[quarter]} on: {said} is more than the "
        "equations can take; nothing is given out"
    )


def _cause(
    given: Inputs, parameters: Sequence[Parameter], drawn: Mapping[str, Array], levers: Levers, off: tuple[str, ...]
) -> str:
    """Return the lever or the parameter without which a draw is finite, as it is set."""

    def well(p: Mapping[str, Array], kept: Levers) -> bool:
        return bool(np.isfinite(simulate(given, p, kept, off)).all())

    with np.errstate(all="ignore"):
        for name, steps in levers.items():
            if well(drawn, {other: course for other, course in levers.items() if other != name}):
                return f"{name} = {steps[-1][1]:g} from {steps[0][0]}"
        if levers and well(drawn, {}):
            return " with ".join(f"{name} = {steps[-1][1]:g} from {steps[0][0]}" for name, steps in levers.items())
        names = [p.name for p in parameters]
        # Every parameter back to the middle of its prior, one a draw: where the draw is finite again lies the cause.
        tried = {name: np.full(len(names), float(drawn[name][0])) for name in names}
        for place, p in enumerate(parameters):
            tried[p.name][place] = p.mid
        good = np.isfinite(simulate(given, tried, levers, off))
        found = [bool(good[:, :, place].all()) for place in range(len(names))]
    cause = next((name for name, well_again in zip(names, found, strict=True) if well_again), None)
    return "the draw as a whole" if cause is None else f"{cause} = {float(drawn[cause][0]):.6g}, drawn from its prior,"
