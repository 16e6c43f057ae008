"""A stress as the worst step on the way to it, draw by draw: a shock is not credited with what it saves.

A shock can spare a firm a later failure: whom lenders do not roll over builds less on credit, owes less when rents
fall, and lives on. Who walks into a stress passes its milder steps first; so each draw is taken from the step that
loses most: the calm path, the fixed rungs up to a lever's value, and the value itself, which in turn loses no more than
the next rung. One lever moved further thus leaves no less loss in any draw, from rung to rung and from any value to
those beyond the next rung; two values between the same two rungs are the only pair not covered. Every draw is one
whole run, so its books close as those of any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.capital import path, path_book
from rechenmacht.domains.capital.contracts import Book, Draw
from rechenmacht.domains.capital.path import Path
from rechenmacht.domains.capital.path_book import Opening, World
from rechenmacht.domains.capital.path_levers import LEVERS, WORSE_DOWN, PathLevers
from rechenmacht.evidence.base import Base

RUNGS: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(WORSE_DOWN, (0.8, 0.6, 0.4, 0.2, 0.0)), "rent": (0.8, 0.6, 0.4, 0.2, 0.05),
    "life": (0.8, 0.6, 0.4, 0.2, 0.1), "spread": (0.01, 0.03, 0.1, 0.5), "delay": (1.0, 2.0, 3.0, 4.0),
    "guarantees": (1.0,), "default": (1.0,),
}  # fmt: skip
"""Lever -> its fixed steps from mild to severe, down to its worst bound."""
ON_CONTRACTS = frozenset({"tenants", "delay"})
"""Levers that change what is due; all others leave the opening as it is."""
COMBINED = 3
"""Levers whose steps are tried in all combinations; of more of them the steps are walked together."""
COARSE = 2
"""Of several levers only each so many-th rung is combined."""


def steps_of(key: str, value: float) -> tuple[float, ...]:
    """Return a lever's steps from untouched to below its value; one moved to the better side has no way to walk."""
    lever = key.partition(".")[0]
    base = LEVERS[lever][0]
    if not _worse(lever, base, value):
        return ()
    return (base, *(rung for rung in RUNGS[lever] if _worse(lever, rung, value)))


def _worse(lever: str, mild: float, severe: float) -> bool:
    return severe < mild if lever in WORSE_DOWN else severe > mild


def way(levers: PathLevers) -> tuple[PathLevers, ...]:
    """Return the milder steps to a stress: each lever alone, and several together on coarser steps."""
    values = levers.values
    steps = {key: steps_of(key, value) for key, value in values.items()}
    fixed = {key: value for key, value in values.items() if not steps[key]}
    walked = [key for key in values if steps[key]]
    found = [{key: step} for key in walked for step in (*steps[key], values[key])]
    coarse = {key: (*steps[key][::COARSE], values[key]) for key in walked}
    if 1 < len(walked) <= COMBINED:
        found += [dict(zip(walked, one, strict=True)) for one in product(*coarse.values())]
    elif walked:
        for step in range(max(map(len, coarse.values()))):
            found.append({key: coarse[key][min(step, len(coarse[key]) - 1)] for key in walked})
    calm = {key: LEVERS[key.partition(".")[0]][0] for key in walked}
    every = [{**calm, **one, **fixed} for one in found]
    unique = {tuple(sorted(one.items())): one for one in every if one != {**values}}
    return tuple(PathLevers(one) for one in unique.values())


def beyond(levers: PathLevers) -> PathLevers | None:
    """Return the next rung of a single lever whose value lies between two; None where there is none."""
    if len(levers.values) != 1:
        return None
    ((key, value),) = levers.values.items()
    lever = key.partition(".")[0]
    if not steps_of(key, value) or value in RUNGS[lever]:
        return None
    return PathLevers({key: next(rung for rung in RUNGS[lever] if _worse(lever, value, rung))})


class Openings:
    """Openings by what levers change of contracts, each laid out once."""

    def __init__(self, base: Base, book: Book, draw: Draw, at: str) -> None:
        self._args = (base, book, draw, at)
        self._known: dict[tuple[tuple[str, float], ...], Opening] = {}

    def of(self, levers: PathLevers) -> Opening:
        """Return the opening under these levers."""
        key = tuple(sorted((k, v) for k, v in levers.values.items() if k in ON_CONTRACTS))
        if key not in self._known:
            self._known[key] = path_book.opening(*self._args, levers)
        return self._known[key]


@dataclass
class _Pair:
    """A path and, where asked, the same without contagion."""

    path: Path
    alone: Path | None

    def take(self, other: _Pair, where: NDArray[np.bool_]) -> None:
        self.path.take(other.path, where)
        if self.alone is not None and other.alone is not None:
            self.alone.take(other.alone, where)


def worst(
    openings: Openings, world: World, levers: PathLevers, *, direct: bool = False
) -> tuple[Path, Path, NDArray[np.bool_]]:
    """Return the path under a stress, the same without contagion, and where a milder step stands for it.

    Args:
        openings: the firms and contracts.
        world: what the race says.
        levers: the stress.
        direct: whether to run without contagion too; else the path itself stands there.

    Returns:
        Two paths, each draw from the step that loses most, and a flag per draw, shape (draws,).
    """

    def run(step: PathLevers) -> _Pair:
        start = openings.of(step)
        return _Pair(
            path.run(start, world, step), path.run(start, world, step, contagion=False) if direct else None
        )  # fmt: skip

    found, floor = run(levers), None
    for step in way(levers):
        other = run(step)
        if floor is None:
            floor = other
        else:
            floor.take(other, other.path.total_loss > floor.path.total_loss)
    milder = np.zeros(found.path.total_loss.shape, dtype=bool)
    if floor is not None:
        last = beyond(levers)
        if last is not None:
            ceiling = run(last)
            ceiling.take(floor, floor.path.total_loss > ceiling.path.total_loss)
            found.take(ceiling, found.path.total_loss > ceiling.path.total_loss)
        milder = floor.path.total_loss > found.path.total_loss
        found.take(floor, milder)
    return found.path, found.alone or found.path, milder
