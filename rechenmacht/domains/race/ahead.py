"""Who is ahead, by six rival definitions (GLOSSARY.md): they may disagree, and the report says so.

frontier: effective compute of the largest training run. application: how widely AI is used, the geometric mean of the
shares of people and firms. stack: share of the world's installed AI that runs on the bloc's technology.
infrastructure: connected power of AI sites. workforce: virtual workers that the inference compute can run.
sovereignty: share of the bloc's accessible compute that no single outside bloc can switch off (its technology or its
soil), among blocs that have at least a hundredth of the world's.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import BLOCS, CN, DEFINITIONS, STACK_OF, US, VENDORS

UNITS = ("1e24 FLOP", "share", "share", "GW", "count", "share")
INDICATED = dict(zip(DEFINITIONS, UNITS, strict=True))
LEAST = 0.01  # share of the world's accessible compute below which a bloc does not count as ahead in sovereignty


def _stack_shares(stock: Any, xp: Any) -> tuple[Any, Any]:
    """Return (American, Chinese) technology's share of each bloc's stock, each of shape (bloc, draw)."""
    whole = xp.maximum(xp.sum(stock, 0), 1e-9)
    american, chinese = (
        sum(stock[v] for v, vendor in enumerate(VENDORS) if STACK_OF[vendor] == bloc) / whole for bloc in ("us", "cn")
    )
    return american, chinese


def metrics(state: Any, xp: Any) -> Any:
    """Return each definition's measure, shape (definition, bloc, draw)."""
    stock = state["stock"]  # (vendor, bloc, draw)
    american, chinese = _stack_shares(stock, xp)
    world = xp.maximum(xp.sum(xp.sum(stock, 0), 0), 1e-9)
    nothing = state["people"][0] * 0.0
    own = {"us": nothing, "cn": nothing}
    for v, vendor in enumerate(VENDORS):
        if STACK_OF[vendor] in own:
            own[STACK_OF[vendor]] = own[STACK_OF[vendor]] + xp.sum(stock[v], 0) / world
    stack = xp.stack([own.get(bloc, nothing) for bloc in BLOCS])
    rented = xp.maximum(state["remote"], 0.0) / xp.maximum(state["accessible"], 1.0)
    rows = []
    for b in range(len(BLOCS)):
        by_us = american[b] * (1 - rented[b]) + rented[b]
        by_cn = chinese[b] * (1 - rented[b])
        outside = by_cn if b == US else by_us if b == CN else xp.maximum(by_us, by_cn)
        rows.append(1 - xp.minimum(outside, 1.0))
    used = xp.sqrt(xp.maximum(state["people"] * state["firms"], 1e-24))
    return xp.stack([state["effective_flop"] / 1e24, used, stack, state["connected"], state["workers"], xp.stack(rows)])


def indicators(measured: Any, state: Any, xp: Any) -> list[Any]:
    """Return who is ahead (definition, bloc, draw), 1 or 0, ties shared, and whether a stack holds 80 % (2, draw)."""
    accessible = state["accessible"]
    large = accessible >= LEAST * xp.sum(accessible, 0)
    rows = []
    for d, name in enumerate(DEFINITIONS):
        value = xp.where(large, measured[d], -1.0) if name == "sovereignty" else measured[d]
        best = value[0]
        for b in range(1, len(BLOCS)):
            best = xp.maximum(best, value[b])
        first = xp.where(value >= best, 1.0, 0.0)
        rows.append(first / xp.sum(first, 0))
    stack = measured[DEFINITIONS.index("stack")]
    decoupled = xp.stack([xp.where(stack[b] >= 0.8, 1.0, 0.0) for b in (US, CN)])
    return [xp.stack(rows), decoupled]
