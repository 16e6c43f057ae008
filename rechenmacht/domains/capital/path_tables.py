"""A path's results as plain rows: who fails when and why, who loses, what the smallest fatal shock is, what decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rechenmacht.domains.capital import path, path_book
from rechenmacht.domains.capital.contracts import Array, Book
from rechenmacht.domains.capital.drivers import correlations
from rechenmacht.domains.capital.path import NEVER, Path
from rechenmacht.domains.capital.path_book import QUARTERS, World
from rechenmacht.domains.capital.path_levers import FIRMS, PathLevers, parse, scaled
from rechenmacht.domains.capital.path_way import Openings, worst
from rechenmacht.domains.capital.recorder import Recorder
from rechenmacht.domains.capital.tables import Row, spread
from rechenmacht.evidence.base import Base

STRESSES: tuple[tuple[str, ...], ...] = (
    ("revenue=0.6",), ("window=0",), ("tenants=0.5",), ("spread=0.05",), ("refinanced=0",), ("rent=0.5",),
    ("life=0.5",), ("delay=2",), ("default.openai=1",), ("revenue.openai=0.5", "window.openai=0"),
    ("revenue.anthropic=0.3", "window.anthropic=0"),
)  # fmt: skip
"""Stresses that a path is set beside, each a set of levers."""
SEARCHED = ("revenue", "window", "tenants", "spread", "refinanced", "rent", "life", "delay")
FATAL = 0.5
STEPS = 6
SEARCH_DRAWS = 400


def firm_rows(got: Path, draw: Recorder) -> list[Row]:
    """Return each firm's chance to fail by the end, when, why, what it needs, and the share resting on judgement."""
    rows = []
    for i, org in enumerate(FIRMS):
        fails = got.failed[i]
        when = QUARTERS[int(np.median(got.failed_at[i][fails]))] if fails.any() else None
        cause = got.cause[i]
        rows.append({
            "org": org, "default_probability": float(fails.mean()), "median_quarter": when,
            "illiquid": float((cause == 1).mean()), "insolvent": float((cause == 2).mean()),
            "judgement_share": judgement_share(draw, fails.astype(float)), "need": spread(got.need[i]),
            "lender_loss": spread(got.lender_loss[i]), "lost_revenue": spread(got.lost_revenue[i]),
        })  # fmt: skip
    return rows


def quarter_rows(got: Path) -> list[Row]:
    """Return per firm and quarter the chance to have failed, cash and debt."""
    return [
        {
            "org": org, "quarter": quarter, "default_probability": float((got.failed_at[i] <= step).mean()),
            "cash": spread(got.cash[step, i]), "debt": spread(got.debt[step, i]),
        }
        for i, org in enumerate(FIRMS) for step, quarter in enumerate(QUARTERS)
    ]  # fmt: skip


def year_rows(got: Path) -> list[Row]:
    """Return per firm and year what it earns, pays, owes and raises; principal falling due and how it is met, USD."""
    years = sorted({quarter[:4] for quarter in QUARTERS})
    steps = {year: [i for i, quarter in enumerate(QUARTERS) if quarter.startswith(year)] for year in years}
    return [
        {"org": org, "year": int(year),
         **{key: spread(got.flows[key][steps[year], i].sum(axis=0)) for key in path.FLOWS}}
        for i, org in enumerate(FIRMS) for year in years
    ]  # fmt: skip


def holder_rows(got: Path, direct: Path, holders: dict[str, dict[str, float]]) -> list[Row]:
    """Return what each sector that holds debt loses, in all and directly, and what shareholders lose; means, USD."""
    found: dict[str, list[Array]] = {}
    for i, org in enumerate(FIRMS):
        for holder, share in holders[org].items():
            pair = found.setdefault(holder, [np.zeros(1), np.zeros(1)])
            pair[0] = pair[0] + share * got.lender_loss[i]
            pair[1] = pair[1] + share * direct.lender_loss[i]
    found["shareholders"] = [got.shareholder_loss.sum(axis=0), direct.shareholder_loss.sum(axis=0)]
    found["sellers_and_suppliers"] = [got.lost_revenue.sum(axis=0), direct.lost_revenue.sum(axis=0)]
    rows = [
        {"holder": holder, "loss": spread(total), "mean": float(total.mean()), "direct": float(alone.mean()),
         "amplified": float(total.mean() - alone.mean())}
        for holder, (total, alone) in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["mean"])


SECTORS = ("banks", "private_credit", "insurers_and_funds", "pension_funds", "asset_backed")
"""Sectors of lenders that people ask about, whether or not anything names them."""


def unknown_holders(holders: dict[str, dict[str, float]]) -> list[str]:
    """Return the sectors whose losses are not known, as no instrument of these firms names them as holders."""
    named = {holder for shares in holders.values() for holder, share in shares.items() if share > 0}
    return [sector for sector in SECTORS if sector not in named]


def stress_rows(openings: Openings, draw: Recorder, world: World, own: Sequence[str]) -> list[Row]:
    """Return each firm's chance to fail, and the total loss, under each stress beside the path as asked for."""
    rows = []
    for texts in ((), *STRESSES) if not own else ((), tuple(own)):
        got, _, milder = worst(openings, world, parse(texts))
        for i, org in enumerate(FIRMS):
            rows.append({
                "levers": " ".join(texts) or "-", "org": org, "default_probability": float(got.failed[i].mean()),
                "judgement_share": judgement_share(draw, got.failed[i].astype(float)),
                "total_loss": spread(got.total_loss), "milder_worse": float(milder.mean()),
            })  # fmt: skip
    return rows


def reverse_rows(base: Base, book: Book, draw: Recorder, at: str, world: World, org: str) -> list[Row]:
    """Return per lever the smallest value under which a firm fails in half of the draws, or None where none does.

    Found by bisection between the untouched value and the worst bound; `draw` and `world` hold few draws.
    """
    firm, short = FIRMS.index(org), org.rpartition(":")[2]
    rows = []
    shut = {f"window.{short}": 0.0}
    for lever, fixed in [*((lever, {}) for lever in SEARCHED), ("revenue", shut)]:
        key = f"{lever}.{short}" if lever in {"revenue", "window"} else lever

        def fails(strength: float, key: str = key, fixed: dict[str, float] = fixed) -> float:
            levers = PathLevers({**scaled(key, strength).values, **fixed})
            return float(path.run(path_book.opening(base, book, draw, at, levers), world, levers).failed[firm].mean())

        low, high = 0.0, 1.0
        worst = fails(1.0)
        if worst >= FATAL:
            for _ in range(STEPS):
                middle = (low + high) / 2
                low, high = (low, middle) if fails(middle) >= FATAL else (middle, high)
        value = scaled(key, high).values[key] if worst >= FATAL else None
        said = " ".join([key, *(f"{name}={amount:g}" for name, amount in fixed.items())])
        rows.append({"lever": said, "value": value, "probability_at_worst": worst})
    return rows


def called_rows(got: Path) -> list[Row]:
    """Return what guarantors are called for when their obligors fail."""
    return [
        {"guarantor": org, "called": spread(values), "mean": float(values.mean())} for org, values in got.called.items()
    ]


def judgement_share(draw: Recorder, result: Array) -> float | None:
    """Return which share of a result's explained rank variance rests on judgement; None if the result is fixed."""
    names, rho = correlations(draw, result)
    if not names:
        return None
    squared = np.maximum(rho**2 - 1 / len(result), 0.0)  # less what chance alone gives
    mine = np.array([draw.parameters[n].basis == "judgement" for n in names])
    return float(squared[mine].sum() / squared.sum()) if squared.sum() > 0 else None


def judgement_count(draw: Recorder) -> tuple[int, int]:
    """Return how many of the parameters drawn are judgement, and how many there are; fixed ones do not count."""
    moving = [p for p in draw.parameters.values() if p.low < p.high]  # also where a single draw shows no spread
    return sum(p.basis == "judgement" for p in moving), len(moving)


def residual(got: Path, opening_cash: Array) -> float:
    """Return by how much the books miss: per firm cash in less cash out less the change, over all the sum of flows."""
    before = np.concatenate([opening_cash[None], got.cash[:-1]])
    own = np.abs(got.cash - before - got.inflow + got.outflow).max()
    whole = np.abs((got.cash[-1] - opening_cash).sum(axis=0) + got.outside[-1].sum(axis=0)).max()
    scale = max(float(np.abs(got.inflow).max()), 1.0)
    return float(max(own, whole) / scale)


__all__ = ["NEVER", "called_rows", "firm_rows", "holder_rows", "quarter_rows", "reverse_rows", "stress_rows"]
