"""The model on one screen: the mechanisms of a quarter, in the order in which they act.

1. adoption: who uses AI, and what that earns.
2. capital: what each bloc spends on chips, out of cash, debt and vendor finance.
3. ecosystem: whose stack the money goes to.
4. production: what each vendor makes, as observed, or ordered and limited by wafers, memory and packaging.
5. export_controls: what China gets legally, by smuggling, and by renting abroad.
6. deployment: who buys, when it stands in place, when it retires.
7. electricity: what can be connected, and so what runs.
8. algorithms: what a unit of compute yields, and who is how far behind.
9. allocation: research, training, inference or public good.
10. decentralisation: what verified community compute can do, and on whom it depends.

A mechanism reads and writes only the state that it declares, so it can be switched off: its `none` then takes the place
of its `step`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from rechenmacht.domains.race import (
    adoption,
    algorithms,
    allocation,
    capital,
    decentralisation,
    deployment,
    ecosystem,
    electricity,
    export_controls,
    production,
)

MECHANISMS: tuple[ModuleType, ...] = (
    adoption,
    capital,
    ecosystem,
    production,
    export_controls,
    deployment,
    electricity,
    algorithms,
    allocation,
    decentralisation,
)
NAMES = tuple(module.__name__.rsplit(".", 1)[-1] for module in MECHANISMS)


class Declared(dict[str, Any]):
    """A mechanism's view of the state: reading what it does not declare is an error."""

    def __init__(self, state: dict[str, Any], module: ModuleType) -> None:
        super().__init__({name: state[name] for name in module.READS if name in state})
        self.module = module

    def get(self, name: str, default: Any = None) -> Any:
        """Return `self[name]`; there is no default, since a mechanism's state is what it declares."""
        del default
        return self[name]

    def __missing__(self, name: str) -> Any:
        raise KeyError(f"{self.module.__name__} reads {name!r} without declaring it in READS")


def advance(state: dict[str, Any], p: Any, policy: Any, xp: Any, off: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the state after one step; `off` names mechanisms that are switched off.

    Raises:
        KeyError: if a mechanism reads or writes state that it does not declare (a fault of the code, not of input).
    """
    for module, name in zip(MECHANISMS, NAMES, strict=True):
        state = acted(module, name, state, p, policy, xp, off)
    return state


def acted(
    module: ModuleType, name: str, state: dict[str, Any], p: Any, policy: Any, xp: Any, off: tuple[str, ...]
) -> dict[str, Any]:
    """Return the state after one mechanism has acted, or its `none` if it is switched off.

    Raises:
        KeyError: if it reads or writes state that it does not declare (a fault of the code, not of input).
    """
    act = module.none if name in off else module.step
    written = act(Declared(state, module), p, policy, xp)
    undeclared = set(written) - set(module.WRITES)
    if undeclared:
        raise KeyError(f"{module.__name__} writes {sorted(undeclared)} without declaring them in WRITES")
    after: dict[str, Any] = state | written
    return after
