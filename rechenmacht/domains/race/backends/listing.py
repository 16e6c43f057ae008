"""The traced equations with names that people can read, for listings and for other system-dynamics programs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import BLOCS, MEASURES, OWNERS, ROUTES, USES, VENDORS
from rechenmacht.domains.race.backends.symbols import Expr, Graph
from rechenmacht.domains.race.backends.trace import Slot, Traced, Value, live, reach
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.supply import RESOURCES

LONGEST = 240  # characters of an equation that is written into another one
_MV, _MB, _BV = (MEASURES, VENDORS), (MEASURES, BLOCS), (BLOCS, VENDORS)
AXES: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(("made", "delivered", "worth", "to_china"), _MV),
    **dict.fromkeys(("waiting", "installed"), _MB),
    **dict.fromkeys(("share", "share_then", "sales_usd"), _BV),
    **dict.fromkeys(("price", "maturity", "base", "base_then", "home_share"), (VENDORS,)),
    **dict.fromkeys(("smuggled", "retired"), (MEASURES,)),
    **dict.fromkeys(("line", "filled", "luck_in_worth", "luck_share", "luck_chip", "china_price"), (VENDORS,)),
    **dict.fromkeys(("value_then", "for_china", "china_due"), _MV),
    **dict.fromkeys(
        (
            "work_price",
            "spend_then",
            "supply_then",
            "utilisation",
            "return_then",
            "revenue_growth",
            "earned_before",
            "luck_money",
            "luck_supply",
        ),
        (("others", "china"),),
    ),
    "fundable": (("1", "2", "3"), BLOCS),
    "quarters_usd": (tuple("1234"),),
    "years_usd": (tuple("12345678"),),
    "capacity": (RESOURCES,),
    "china_pipe": (("nvidia", "amd"),),
    "queued": (ROUTES, BLOCS),
    "bought": (MEASURES, OWNERS),
    "stock": (VENDORS, BLOCS),
    "use_share": (USES, BLOCS),
}


@dataclass(frozen=True)
class Stock:
    """One number of the state: its name, its value at the beginning, its next value in each phase."""

    name: str
    begin: str
    later: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The model as named equations.

    phases: first step of each phase. auxiliaries: name -> equation, in an order in which each uses only earlier ones.
    outputs: name -> equation of each phase. dated: name -> one value a step.
    """

    phases: tuple[int, ...]
    parameters: tuple[str, ...]
    auxiliaries: dict[str, str]
    stocks: tuple[Stock, ...]
    outputs: dict[str, tuple[str, ...]]
    dated: dict[str, NDArray[np.float64]]


def plain(name: str) -> str:
    """Return a name of letters, digits and underscores."""
    return re.sub(r"\W+", "_", name).strip("_").lower()


def slot_name(slot: Slot) -> str:
    """Return a readable name of one number of the state: `installed_h100e_8bit_us`."""
    axes = AXES.get(slot.name, (BLOCS,) * len(slot.place))
    return plain("_".join((slot.name, *(axis[k] for axis, k in zip(axes, slot.place, strict=True)))))


class _Words:
    """Writes one graph's nodes as text; nodes that are used once are written into what uses them."""

    def __init__(self, traced: Traced, graph: Graph, roots: list[Value], prefix: str) -> None:
        self.graph, self.prefix = graph, prefix
        self.parameters = [plain("p_" + name) for name in traced.parameters]
        self.slots = [slot_name(slot) for slot in traced.slots]
        self.dated = [plain("at_" + name) for name in traced.dated_names]
        nodes = reach(graph, roots)
        uses = Counter(o.index for i in nodes for o in graph.nodes[i][1] if isinstance(o, Expr))
        self.text: dict[int, str] = {}
        self.equations: dict[str, str] = {}
        for index in nodes:
            op, operands = graph.nodes[index]
            if op in {"parameter", "state", "dated"}:
                names = {"parameter": self.parameters, "state": self.slots, "dated": self.dated}[op]
                self.text[index] = names[int(operands[0])]
                continue
            written = self._write(op, [self.of(o) for o in operands])
            truth = op in {"gt", "ge", "lt", "le"}
            if truth or (uses[index] <= 1 and len(written) <= LONGEST):
                self.text[index] = written
            else:
                name = f"{prefix}{index}"
                self.equations[name] = written
                self.text[index] = name

    def of(self, value: Value) -> str:
        """Return a value as it stands in an equation."""
        if isinstance(value, Expr):
            return self.text[value.index]
        return f"({value!r})" if value < 0 else repr(float(value))

    @staticmethod
    def _write(op: str, a: list[str]) -> str:
        signs = {
            "add": "+",
            "sub": "-",
            "mul": "*",
            "div": "/",
            "pow": "^",
            "gt": ">",
            "ge": ">=",
            "lt": "<",
            "le": "<=",
        }
        if op in signs:
            return f"({a[0]} {signs[op]} {a[1]})"
        if op == "neg":
            return f"(0.0 - {a[0]})"
        if op == "where":
            return f"IF THEN ELSE({a[0]}, {a[1]}, {a[2]})"
        if op == "tanh":
            return f"(1.0 - 2.0 / (EXP(MIN(2.0 * {a[0]}, 700.0)) + 1.0))"
        names = {"min": "MIN", "max": "MAX", "exp": "EXP", "log": "LN", "sqrt": "SQRT", "abs": "ABS"}
        return f"{names[op]}({', '.join(a)})"


def listing(traced: Traced) -> Listing:
    """Return the traced model as named equations; what no outcome needs is left out."""
    slots = sorted(live(traced.phases))
    begin = _Words(traced, traced.begin_graph, [traced.begin[s] for s in slots], "begin_")
    auxiliaries = dict(begin.equations)
    written = []
    for number, phase in enumerate(traced.phases):
        words = _Words(traced, phase.graph, [*phase.outputs, *(phase.state[s] for s in slots)], f"phase_{number}_")
        auxiliaries |= words.equations
        written.append(words)
    stocks = tuple(
        Stock(
            slot_name(traced.slots[s]),
            begin.of(traced.begin[s]),
            tuple(words.of(phase.state[s]) for words, phase in zip(written, traced.phases, strict=True)),
        )
        for s in slots
    )
    outputs = {
        plain(f"out_{one.variable}_{one.region}"): tuple(
            words.of(phase.outputs[k]) for words, phase in zip(written, traced.phases, strict=True)
        )
        for k, one in enumerate(SERIES)  # the shipped model's
    }
    dated = {plain("at_" + name): traced.dated[:, k] for k, name in enumerate(traced.dated_names)}
    names = tuple(plain("p_" + name) for name in traced.parameters)
    return Listing(tuple(p.steps.start for p in traced.phases), names, auxiliaries, stocks, outputs, dated)
