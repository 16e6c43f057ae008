"""A stress as the worst step on the way to it, draw by draw: a shock is not credited with what it saves.

A shock can spare a firm a later failure: whom lenders do not roll over builds less on credit, owes less when rents
fall, and lives on. Who walks into a stress passes its milder steps first; so each draw is taken from the step that
loses most. Along one lever the steps are the untouched value, two fixed rungs down to the worst bound, and between two
rungs those of a bisection, each of which loses no less than the milder and no more than the worse step beside it. Any
two values of the grid part at one of these steps, so a worse value leaves no less loss in any draw. On the better side
of the untouched value it is the other way round: good news are not debited with what they harm. Of two or three levers
the same is done along each of them within each step of the others; the steps are only compared and never mixed, so
that the loss rises along every lever, whatever the others are. Every draw is one whole run, and its books close.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.capital import path, path_book
from rechenmacht.domains.capital.contracts import Array, Book, Draw
from rechenmacht.domains.capital.path import Path
from rechenmacht.domains.capital.path_book import Opening, World
from rechenmacht.domains.capital.path_levers import GRID, LEVERS, WORSE_DOWN, PathLevers
from rechenmacht.evidence.base import Base

Step = tuple[tuple[str, float], ...]
"""Moved levers and their values, in the order of the names; none is the calm path."""
MILD: dict[str, float] = {"spread": 0.05, "delay": 2.0, "rent": 0.5, "life": 0.5}
"""The rung half-way to a lever's worst bound; that of the others is one half."""
COMBINED = 2
"""So many levers are walked within each other; of more of them each is walked alone, and all of them together."""
ON_CONTRACTS = frozenset({"tenants", "delay"})
"""Levers that change what is due; all others leave the opening as it is."""


def rungs(key: str, value: float) -> tuple[float, ...]:
    """Return a lever's fixed steps on the side of a value, from untouched to the bound of that side."""
    lever = key.partition(".")[0]
    base, low, high, _ = LEVERS[lever]
    if worse(lever, base, value):
        bound = low if lever in WORSE_DOWN else high
        return (base, bound) if lever == "default" else (base, MILD.get(lever, 0.5), bound)
    return (base, high if lever in WORSE_DOWN else low)


def worse(lever: str, mild: float, severe: float) -> bool:
    """Return whether the second value of a lever is the worse one."""
    return severe < mild if lever in WORSE_DOWN else severe > mild


def between(lever: str, one: float, other: float) -> float:
    """Return the roundest value near the middle of two, on the lever's grid."""
    places = GRID[lever]
    low, high = sorted((round(one * 10**places), round(other * 10**places)))
    size = 10 ** len(str(high))
    while size > 1 and (high - 1) // size * size <= low:
        size //= 10
    fits = np.arange(low // size + 1, (high - 1) // size + 1) * size
    middle = int(fits[np.argmin(np.abs(2 * fits - low - high))])
    return float(round(middle / 10**places, places))


@dataclass(frozen=True)
class Found:
    """Per draw the loss, USD, and which step it comes from, both (draws,)."""

    loss: Array
    step: NDArray[np.intp]

    def most(self, other: Found) -> Found:
        """Return, per draw, the one that loses more."""
        return self._pick(other, other.loss > self.loss)

    def least(self, other: Found) -> Found:
        """Return, per draw, the one that loses less."""
        return self._pick(other, other.loss < self.loss)

    def _pick(self, other: Found, where: NDArray[np.bool_]) -> Found:
        return Found(np.where(where, other.loss, self.loss), np.where(where, other.step, self.step))


def along(key: str, value: float, at: Callable[[float], Found]) -> Found:
    """Return what one lever's value loses, no less than any milder and no more than any worse value.

    Args:
        key: the lever, with its firm if it has one.
        value: on the lever's grid.
        at: what a step of this lever loses when it is run.
    """
    lever = key.partition(".")[0]
    base, *fixed = rungs(key, value)
    down = worse(lever, base, value)
    near, last = at(base), base
    if value == base:
        return near
    for rung in fixed:
        far = near.most(at(rung)) if down else near.least(at(rung))
        if rung == value:
            return far
        if (rung - last) * (rung - value) > 0:  # the value lies before this rung
            break
        near, last = far, rung
    while True:
        middle = between(lever, last, rung)
        less, more = (near, far) if down else (far, near)
        here = at(middle).most(less).least(more)
        if middle == value:
            return here
        if (value - middle) * (rung - middle) > 0:
            last, near = middle, here
        else:
            rung, far = middle, here


def within(levers: PathLevers, at: Callable[[Step], Found]) -> Found:
    """Return what levers lose, each walked within each step of the others, in the order of their names."""

    def walk(left: Step, done: Step) -> Found:
        if not left:
            return at(tuple(sorted(done)))
        (key, value), *rest = left
        base = LEVERS[key.partition(".")[0]][0]
        return along(key, value, lambda step: walk(tuple(rest), done if step == base else (*done, (key, step))))

    return walk(step_of(levers), ())


def step_of(levers: PathLevers) -> Step:
    """Return the levers that are moved, as a step."""
    return tuple(sorted((k, v) for k, v in levers.values.items() if v != LEVERS[k.partition(".")[0]][0]))


def together(levers: PathLevers, at: Callable[[Step], Found]) -> Found:
    """Return what many levers lose: at least what each alone and what all half-way lose; better ones stay."""
    step = step_of(levers)
    ends = {key: rungs(key, value) for key, value in step}
    down = [(key, value) for key, value in step if worse(key.partition(".")[0], ends[key][0], value)]
    kept = {key: value for key, value in step if (key, value) not in down}

    def alone(key: str) -> Callable[[float], Found]:
        return lambda value: at(step_of(PathLevers({**kept, key: value})))

    found = at(step)
    for key, value in down:
        found = found.most(along(key, value, alone(key)))
    half = {key: between(key.partition(".")[0], ends[key][0], value) for key, value in down if "default" not in key}
    return found.most(at(step_of(PathLevers({**kept, **half}))))


class Openings:
    """Openings by what levers change of contracts, each laid out once."""

    def __init__(self, base: Base, book: Book, draw: Draw, at: str) -> None:
        self._args = (base, book, draw, at)
        self._known: dict[Step, Opening] = {}

    def of(self, levers: PathLevers) -> Opening:
        """Return the opening under these levers."""
        key = tuple((k, v) for k, v in step_of(levers) if k in ON_CONTRACTS)
        if key not in self._known:
            self._known[key] = path_book.opening(*self._args, levers)
        return self._known[key]


def worst(
    openings: Openings, world: World, levers: PathLevers, *, direct: bool = False
) -> tuple[Path, Path, NDArray[np.bool_]]:
    """Return the path under a stress, the same without contagion, and where another step stands for it.

    Args:
        openings: the firms and contracts.
        world: what the race says.
        levers: the stress.
        direct: whether to run without contagion too; else the path itself stands there.

    Returns:
        Two paths, each draw from the step that stands for the stress, and a flag per draw, shape (draws,).
    """
    walk = within if len(step_of(levers)) <= COMBINED else together
    steps = _visited(levers, walk)
    if len(steps) == 1:
        found, alone = _both(openings, world, steps[0], direct)
        return found, alone, np.zeros(found.total_loss.shape, dtype=bool)
    itself = steps.index(step_of(levers))
    losses = [_run(openings, world, step).total_loss for step in steps]
    number = {step: i for i, step in enumerate(steps)}
    chosen = walk(levers, lambda step: Found(losses[number[step]], np.full(losses[0].shape, number[step])))
    found, alone = _both(openings, world, steps[itself], direct)
    for place in np.unique(chosen.step):
        if place != itself:
            other, other_alone = _both(openings, world, steps[place], direct)
            found.take(other, chosen.step == place)
            if direct:
                alone.take(other_alone, chosen.step == place)
    return found, alone, chosen.loss > losses[itself]


def _visited(levers: PathLevers, walk: Callable[[PathLevers, Callable[[Step], Found]], Found]) -> list[Step]:
    """Return the steps that a walk looks at, which are the same whatever they lose; the calm path among them."""
    seen: dict[Step, None] = {}
    nothing = Found(np.zeros(0), np.zeros(0, dtype=np.intp))

    def look(step: Step) -> Found:
        seen[step] = None
        return nothing

    walk(levers, look)
    return list(seen)


def _run(openings: Openings, world: World, step: Step, *, contagion: bool = True) -> Path:
    levers = PathLevers(dict(step))
    return path.run(openings.of(levers), world, levers, contagion=contagion)


def _both(openings: Openings, world: World, step: Step, direct: bool) -> tuple[Path, Path]:
    """Return the path of a step, and the same without contagion where it is asked for."""
    found = _run(openings, world, step)
    return found, _run(openings, world, step, contagion=False) if direct else found


__all__ = ["Found", "Openings", "along", "between", "rungs", "step_of", "together", "within", "worst"]
