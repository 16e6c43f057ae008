"""Who reads whom in the race, and how strongly one mechanism's outcome answers another's.

A mechanism's outcome is pushed up by a twentieth and the others are looked at two years later: a stock once, a flow in
every quarter. The elasticity is the change of the answering outcome's logarithm over that of the push, the median over
draws, with chance and crises off, since their jumps drown what is looked for.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import CHIPS, H100E_8BIT, INFERENCE, NVIDIA, QUARTERS, US
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import BY_BLOC, WORLD
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import MECHANISMS, NAMES, Declared

Array = NDArray[np.float64]
PUSH = np.log(1.05)
FIRST, LAST = "2027-Q1", "2028-Q4"
QUIET = ("chance", "crises")
# mechanism -> (state, place in it or None for its sum, stock that is pushed once)
OUTCOME: Mapping[str, tuple[str, tuple[int, ...] | None, bool]] = {
    "adoption": ("spend", None, False),
    "market": ("earned", None, False),
    "uptake": ("uptake", (US,), False),
    "returns": ("expectation", (US,), True),
    "capital": ("budget", (US,), False),
    "ecosystem": ("share", (US, NVIDIA), True),
    "scarcity": ("margin", (), True),
    "production": ("made", (H100E_8BIT,), False),
    "export_controls": ("to_china", (CHIPS,), False),
    "deployment": ("installed", (H100E_8BIT,), True),
    "books": ("debt", (US,), True),
    "electricity": ("connected", (US,), True),
    "research": ("effort", (US,), False),
    "algorithms": ("knowledge", (US,), False),
    "allocation": ("use_share", (INFERENCE, US), False),
    "decentralisation": ("fleet_runs", (), False),
}


def readers() -> dict[str, tuple[str, ...]]:
    """Return for each state variable the mechanisms that read it, without the one that writes it."""
    written = dict(zip(NAMES, MECHANISMS, strict=True))
    found: dict[str, tuple[str, ...]] = {}
    for module in MECHANISMS:
        for variable in module.WRITES:
            others = [n for n, other in written.items() if other is not module and variable in other.READS]
            found[variable] = tuple(dict.fromkeys((*found.get(variable, ()), *others)))
    return found


def reported() -> frozenset[str]:
    """Return the state variables that outcomes are read from: declared outputs."""
    names = {*BY_BLOC, *WORLD}
    for file in ("outcomes.py", "ahead.py", "observation.py"):
        tree = ast.parse((Path(__file__).parent / file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
                continue
            if isinstance(node.value, ast.Name) and node.value.id == "state":
                names.add(str(node.slice.value))
    return frozenset(names)


def unread() -> list[str]:
    """Return state variables that neither another mechanism, nor the next step, nor any outcome reads."""
    own = {variable for module in MECHANISMS for variable in set(module.WRITES) & set(module.READS)}
    return sorted(v for v, by in readers().items() if not by and v not in own and v not in reported())


def _pick(state: Mapping[str, Any], name: str) -> Array:
    variable, place, _ = OUTCOME[name]
    value: Array = np.asarray(state[variable])
    if name == "algorithms":  # a logarithm
        efficiency: Array = np.exp(value[US])
        return efficiency
    found = value if place is None else value[place]
    return found.reshape(-1, found.shape[-1]).sum(0) if found.ndim > 1 else found


def _pushed(value: Any, name: str) -> Any:
    if name == "algorithms":
        return value + PUSH * (np.arange(len(value)) == US)[:, None]
    place = OUTCOME[name][1]
    factor = np.ones_like(value)
    if place is None:
        factor *= np.exp(PUSH)
    else:
        factor[place] = np.exp(PUSH)
    return value * factor


def _run(given: Inputs, p: Draws, pushed: str | None, off: tuple[str, ...]) -> dict[str, Array]:
    """Return every outcome at the last quarter, (draw,), with one mechanism's outcome pushed or none."""
    state: dict[str, Any] = start(p, np)
    begin, end = QUARTERS.index(FIRST), QUARTERS.index(LAST)
    for step in range(end + 1):
        policy = {name: values[step][..., None] for name, values in given.policy.items()}
        for module, name in zip(MECHANISMS, NAMES, strict=True):
            act = module.none if name in off else module.step
            state = state | act(Declared(state, module), p, policy, np)
            if name == pushed:
                variable, _, stock = OUTCOME[name]
                if step == begin or (step > begin and not stock and name != "algorithms"):
                    state = state | {variable: _pushed(state[variable], name)}
    return {name: _pick(state, name) for name in OUTCOME}


def elasticities(given: Inputs, drawn: Mapping[str, Array]) -> tuple[tuple[str, ...], Array]:
    """Return the mechanisms and the elasticities, shape (pushed, answering); the diagonal is what is left of the push.

    Args:
        given: dated inputs of quarters.
        drawn: parameter name -> draws, each of shape (draw,).
    """
    names, p = tuple(OUTCOME), Draws(drawn)
    plain = _run(given, p, None, QUIET)
    rows = []
    for pushed in names:
        moved = _run(given, p, pushed, QUIET)
        change = [np.log(np.maximum(moved[n], 1e-9) / np.maximum(plain[n], 1e-9)) / PUSH for n in names]
        rows.append([float(np.median(one)) for one in change])
    return names, np.array(rows)
