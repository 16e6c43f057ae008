"""The opening of a path: what each firm has, owes and has promised, and what the race says, all as draws.

Axes: firms or legs first, then quarters where there are any, draws last. USD, rates per year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import quarters
from rechenmacht.domains.capital.contracts import Array, Book, Contract, Draw, age, draw_amounts, due_share
from rechenmacht.domains.capital.path_levers import FIRMS, PathLevers
from rechenmacht.domains.capital.stages import moved
from rechenmacht.domains.capital.year import RENTALS, Priors
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

QUARTERS = tuple(quarters("2026-Q4", "2030-Q4"))
LABS = FIRMS[:2]
STEP = 0.25
GROWING = LABS
"""Firms whose own revenue follows the demand for AI; that of clouds comes from contracts and from their plant."""
NO_BASE = ("org:coreweave", "org:nebius")
"""Firms all of whose revenue comes from contracts and plant."""
READ = {
    "demand": ("ai_revenue", "World"), "capex": ("capex_ai", "United States"),
    "expectation": ("expectation", "United States"), "credit": ("credit", "United States"),
    "price": ("price_per_h100e", "World"),
}  # fmt: skip
"""What a path reads from a run of the race, by the names of its series."""


@dataclass(frozen=True)
class World:
    """What the race says per quarter and draw, (quarters, draws): indices over the first quarter, and two levels."""

    demand: Array
    capex: Array
    expectation: Array
    credit: Array
    price: Array

    def part(self, draws: slice) -> World:
        """Return some of the draws."""
        return World(**{one.name: getattr(self, one.name)[:, draws] for one in fields(self)})


def world_of(outcomes: NDArray[np.float32], names: Sequence[tuple[str, str]], run_quarters: Sequence[str]) -> World:
    """Return the path's quarters of a run.

    Args:
        outcomes: of the run, (series, quarter, draw).
        names: variable and region of each series.
        run_quarters: quarter of each step.

    Raises:
        BadInput: if the run has no series of a name that the path reads.
    """
    where = {name: place for place, name in enumerate(names)}
    steps = [list(run_quarters).index(quarter) for quarter in QUARTERS]
    found = {}
    for key, name in READ.items():
        if name not in where:
            raise BadInput(f"the run has no series {name[0]} of {name[1]}, which the path of capital reads")
        values = np.asarray(outcomes[where[name]][steps], dtype=float)
        found[key] = values / np.maximum(values[:1], 1e-12) if key in {"demand", "capex", "price"} else values
    return World(**found)


def steady(draws: int) -> World:
    """Return a world without growth, full credit and stable prices: the yardstick of tests."""
    ones = np.ones((len(QUARTERS), draws))
    return World(ones, ones, ones, ones, ones)


@dataclass(frozen=True)
class Opening:
    """A path's inputs: firms (firms, draws), legs (legs, quarters, draws), shared priors (draws,)."""

    cash: Array
    revenue: Array
    margin: Array
    capex: Array
    plant: Array
    debt: Array
    maturing: Array
    rate: Array
    equity_paid: Array
    legs: tuple[Contract, ...]
    due: Array
    planned: Array
    payer: NDArray[np.intp]
    payee: NDArray[np.intp]
    rented: NDArray[np.bool_]
    sellers: tuple[str, ...]
    guarantees: tuple[tuple[str, int, Array, float], ...]
    holders: dict[str, dict[str, float]]
    priors: Mapping[str, Array]

    def part(self, draws: slice) -> Opening:
        """Return some of the draws."""
        names = ("cash", "revenue", "margin", "capex", "plant", "debt", "maturing", "rate", "due", "planned")
        return replace(
            self, **{name: getattr(self, name)[..., draws] for name in names},
            guarantees=tuple((who, firm, ceiling[draws], old) for who, firm, ceiling, old in self.guarantees),
            priors={name: values[draws] for name, values in self.priors.items()},
        )  # fmt: skip


def firm_of(org: str) -> str:
    """Return the firm whose accounts hold a company: xAI stands for SpaceX."""
    return "org:xai" if org == "org:spacex" else org


def _carried(leg: Contract) -> bool:
    """Return whether a purchase runs along the path: of a lab, or from one of the firms; a cloud's chips are capex."""
    return leg.payer in LABS or (firm_of(leg.payee) in FIRMS and leg.payer not in FIRMS)


def maturities(base: Base, org: str) -> dict[int, float]:
    """Return the published principal due per year, USD, from the lines of filings; empty where none is."""
    found: dict[int, float] = {}
    for row in base.tables.filed:
        if row.org == org and row.about == "debt" and row.amount is not None and "maturing" in row.item:
            digits = "".join(c for c in row.period if c.isdigit())
            if row.period.startswith("after"):
                found[9999] = row.amount
            elif len(digits) == 4 and not row.period.startswith("FY"):
                found[int(digits)] = row.amount
    return found


def holder_shares(base: Base, org: str) -> dict[str, float]:
    """Return who holds a firm's debt, shares by sector, from its instruments that are drawn or closed."""
    mine = [row for row in base.tables.debts if row.org == org and row.drawn and row.state in {"drawn", "closed"}]
    whole = [row for row in mine if not row.instrument.startswith(("total", "all notes", "notes of FY"))] or mine
    total = sum(row.drawn or 0.0 for row in whole)
    shares: dict[str, float] = {}
    for row in whole:
        shares[row.holder] = shares.get(row.holder, 0.0) + (row.drawn or 0.0) / total
    return shares or {"unnamed": 1.0}


def _schedule(base: Base, org: str, debt: Array, term: Array) -> Array:
    """Return the principal falling due per quarter, (quarters, draws): as published, else evenly over the term."""
    published = maturities(base, "org:spacex" if org == "org:xai" else org)
    if not published:
        return np.broadcast_to(debt / np.maximum(term, 1.0) * STEP, (len(QUARTERS), *debt.shape)).copy()
    whole = sum(published.values())
    rows = []
    for quarter in QUARTERS:
        year = int(quarter[:4])
        # What falls due in the rest of 2026 by a balance of June is spread over two quarters.
        rows.append(debt * published.get(year, 0.0) / whole / (2 if year == 2026 else 4))
    return np.stack(rows)


SHARED = (
    "ramp", "useful_life", "renegotiated", "fire_sale", "cash_recovery", "loss_share", "refinanced", "cost_of_debt",
    "path.take_or_pay", "path.equity_labs", "path.equity_clouds", "path.debt_share", "path.window", "path.sale_impact",
    "path.worth", "path.delay_share", "path.yield",
)  # fmt: skip


def _of_firms(prior: Priors, names: Sequence[str], name: str, fallback: float) -> Array:
    """Return a prior of each firm, (firms, draws); `path.<name>.<firm>` wins over `<name>.<firm>`."""
    like = prior("ramp")
    rows = []
    for org in names:
        own = prior.own(f"path.{name}", org)
        own = prior.own(name, org) if own is None else own
        rows.append(np.full_like(like, fallback) if own is None else own)
    return np.stack(rows)


def opening(base: Base, book: Book, draw: Draw, at: str, levers: PathLevers) -> Opening:
    """Lay out the firms, their debts and their purchase contracts at a date, with the levers on contracts moved."""
    prior = Priors(base, draw)
    shared = {name: prior(name) for name in SHARED}
    zero = np.zeros_like(shared["ramp"])
    legs = tuple(c for c in book.contracts if c.kind == "purchase_commitment" and _carried(c))
    amounts = draw_amounts(base, Book(legs), draw)
    none = np.zeros((0, len(QUARTERS), len(zero)))

    def fall(moved: PathLevers) -> Array:
        rows = [_due(prior, leg, amounts[i], at, moved, shared) for i, leg in enumerate(legs)]
        return np.stack(rows) if rows else none

    due, planned = fall(levers), fall(PathLevers())
    sellers = tuple(sorted({firm_of(c.payee) for c in legs} - set(FIRMS)))
    place = {org: i for i, org in enumerate((*FIRMS, *sellers))}
    debt = _of_firms(prior, FIRMS, "debt", 0.0)
    term = _of_firms(prior, FIRMS, "horizon.debt", 8.0)
    revenue = _of_firms(prior, FIRMS, "outside_revenue", 0.0)
    revenue = np.where(np.isin(FIRMS, NO_BASE)[:, None], 0.0, revenue)
    margin = _of_firms(prior, FIRMS, "margin", 1.0)
    costs = _of_firms(prior, FIRMS, "other_costs", 0.0)
    margin = np.where(costs > 0, 1 - np.minimum(costs / np.maximum(revenue, 1.0), 0.9), margin)
    paid = [
        sum(moved(base, c, at) for c in book.contracts if c.kind == "equity" and firm_of(c.payee) == org)
        for org in FIRMS
    ]
    guarantees = tuple(
        (c.payer, place[c.obligor], zero + (c.headline or 0.0), age(c, at))
        for c in book.contracts if c.kind == "guarantee" and c.obligor in FIRMS
    )  # fmt: skip
    return Opening(
        cash=_of_firms(prior, FIRMS, "cash", 0.0), revenue=revenue, margin=margin,
        capex=_of_firms(prior, FIRMS, "capex", 0.0), plant=_of_firms(prior, FIRMS, "plant", 0.0), debt=debt,
        maturing=np.stack([_schedule(base, org, debt[i], term[i]) for i, org in enumerate(FIRMS)]),
        rate=np.stack([_rate(prior, org) for org in FIRMS]), equity_paid=np.array(paid), legs=legs, due=due,
        planned=planned,
        payer=np.array([place[c.payer] if c.payer in FIRMS else -1 for c in legs], dtype=np.intp),
        payee=np.array([place[firm_of(c.payee)] for c in legs], dtype=np.intp),
        rented=np.array([any(word in c.deal.spent_back_on.lower() for word in RENTALS) for c in legs], dtype=bool),
        sellers=sellers, guarantees=guarantees,
        holders={o: holder_shares(base, "org:spacex" if o == "org:xai" else o) for o in FIRMS}, priors=shared,
    )  # fmt: skip


def _rate(prior: Priors, org: str) -> Array:
    own = prior.own("cost_of_debt", org)
    return prior("cost_of_debt") if own is None else own


def _due(
    prior: Priors, leg: Contract, amount: Array, at: str, levers: PathLevers, shared: Mapping[str, Array]
) -> Array:
    """Return what a contract makes due per quarter, (quarters, draws), with tenants leaving and power late."""
    horizon = prior.horizon(leg)
    ramp = np.zeros_like(horizon) if leg.exit_days else shared["ramp"]
    stays = levers.of("tenants") if leg.payer not in FIRMS else 1.0
    late = levers.of("delay")
    rows = []
    for step in range(len(QUARTERS)):
        old = age(leg, at) + step * STEP
        part = due_share(np.asarray(old), horizon, ramp, STEP)
        if late:
            slipped = due_share(np.asarray(old - late), horizon, ramp, STEP)
            part = (1 - shared["path.delay_share"]) * part + shared["path.delay_share"] * np.minimum(slipped, part)
        rows.append(amount * part * stays)
    return np.stack(rows)
