"""The model on one screen: the mechanisms of a quarter, in the order in which they act.

1. chance: noise that returns to its mean.
2. adoption: who uses AI, and what they would spend.
3. market: what useful work costs and earns, limited by the compute that runs.
4. uptake: how those who do not use AI yet answer that.
5. crises: whether lenders lend.
6. capital: what each bloc wants to spend on chips and can fund.
7. ecosystem: whose stack the money goes to.
8. scarcity: prices and building answer unfilled orders.
9. production: what each vendor makes, as observed, or ordered and limited by wafers, memory and packaging.
10. export_controls: what China gets legally, by smuggling, and by renting abroad.
11. deployment: who buys, when it stands in place, when it retires, who pays.
12. books: what was spent and borrowed.
13. electricity: what can be connected, and so what runs.
14. returns: what buyers expect of further chips in the next step.
15. research: compute and people for experiments.
16. algorithms: what a unit of compute yields, and who is how far behind.
17. allocation: research, training, inference or public good.
18. decentralisation: what verified community compute can do, and on whom it depends.

The loops are 3 (revenue needs compute), 4 (adoption answers), 14 with 6 (money needs revenue and power), 5 (busts come
from inside), 8 (makers answer scarcity) and 15 (algorithms need research). A mechanism reads and writes only the state
that it declares, so it can be switched off: its `none` then takes the place of its `step`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from rechenmacht.domains.race import (
    adoption,
    algorithms,
    allocation,
    books,
    capital,
    chance,
    crises,
    decentralisation,
    deployment,
    ecosystem,
    electricity,
    export_controls,
    market,
    production,
    research,
    returns,
    scarcity,
    uptake,
)

MECHANISMS: tuple[ModuleType, ...] = (
    chance,
    adoption,
    market,
    uptake,
    crises,
    capital,
    ecosystem,
    scarcity,
    production,
    export_controls,
    deployment,
    books,
    electricity,
    returns,
    research,
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
