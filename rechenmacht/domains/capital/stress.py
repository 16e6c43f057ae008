"""Run a stress: who buys less, who loses revenue, who cannot pay, who is called upon; ten thousand draws at once.

Undelivered purchases are executory: lost revenue of the seller, not debt of the buyer. Only what falls due within the
twelve months counts. Debts and rents come first, purchases are paid from what is left, and the two are repeated to a
fixed point, from everybody paying everything downwards, so that the greatest solution is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.capital.clearing import Clearing, Guarantees, clear_guaranteed
from rechenmacht.domains.capital.contracts import Array, Book, Draw
from rechenmacht.domains.capital.debtrank import debtrank
from rechenmacht.domains.capital.shocks import Stress
from rechenmacht.domains.capital.tables import spread
from rechenmacht.domains.capital.year import Year, build
from rechenmacht.evidence.base import Base
from rechenmacht.wanted import still

MOST_TURNS = 60
SETTLED = 1e-9


@dataclass(frozen=True)
class Outcome:
    """What happened in each draw; arrays by company have shape (draws,), USD, and defaults are booleans."""

    year: Year
    paid_purchases: Array
    lost_revenue: dict[str, Array]
    cut: dict[str, Array]
    default: dict[str, NDArray[np.bool_]]
    turn: dict[str, NDArray[np.int16]]
    unpaid: dict[str, Array]
    creditor_loss: dict[str, Array]
    called: dict[str, Array]
    need: dict[str, Array]
    coverage: dict[str, Array]
    loan_loss: dict[str, Array]
    debtrank: Array

    @property
    def total_lost_revenue(self) -> Array:
        """Revenue lost by all sellers together, (draws,)."""
        return sum(self.lost_revenue.values(), np.zeros(self.year.draws))


@dataclass
class _Grid:
    """The part of the network where dues can fail, with the draws on the leading axis as `clear` wants them."""

    nodes: list[str]
    dues: Array
    guarantees: Guarantees
    legs: list[int]


def _grid(year: Year) -> _Grid:
    debtors = {debtor for debtor, _, amount in year.dues if np.any(amount)}
    creditors = {creditor for debtor, creditor, _ in year.dues if debtor in debtors}
    nodes = sorted(debtors | creditors)
    place = {node: i for i, node in enumerate(nodes)}
    dues = np.zeros((year.draws, len(nodes), len(nodes)))
    for debtor, creditor, amount in (due for due in year.dues if due[0] in debtors):
        dues[:, place[debtor], place[creditor]] += amount
    rows: list[tuple[int, int, int, int]] = []
    for k, (leg, _) in enumerate(year.guarantees):
        if leg.obligor in place and leg.payer not in place:
            nodes.append(leg.payer)
            place[leg.payer] = len(nodes) - 1
        if leg.obligor in debtors:
            owed = [creditor for debtor, creditor, _ in year.dues if debtor == leg.obligor]
            rows += [(place[leg.payer], place[leg.obligor], place[creditor], k) for creditor in dict.fromkeys(owed)]
    grown = np.zeros((year.draws, len(nodes), len(nodes)))
    grown[:, : dues.shape[1], : dues.shape[1]] = dues
    table = np.array(rows, dtype=np.intp).reshape(-1, 4)
    ceiling = np.stack([year.guarantees[k][1] for k in table[:, 3]], axis=-1) if rows else np.zeros((year.draws, 0))
    return _Grid(nodes, grown, Guarantees(table[:, 0], table[:, 1], table[:, 2], ceiling), list(table[:, 3]))


class _Sales:
    """Receipts and payments of the purchase contracts by company."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.of: dict[str, list[int]] = {}
        self.by: dict[str, list[int]] = {}
        for i, leg in enumerate(year.buys):
            self.of.setdefault(leg.payee, []).append(i)
            self.by.setdefault(leg.payer, []).append(i)

    def received(self, node: str, paid: Array) -> Array:
        return paid[self.of[node]].sum(axis=0) if node in self.of else np.zeros(self.year.draws)

    def bought(self, node: str, amounts: Array) -> Array:
        return amounts[self.by[node]].sum(axis=0) if node in self.by else np.zeros(self.year.draws)


def _means(year: Year, sales: _Sales, paid: Array, node: str) -> Array:
    """Return what a company has before receipts from debtors: cash, margin on revenue, new money, less other costs."""
    if node not in year.cash:
        return year.reserve.get(node, np.zeros(year.draws))  # a vehicle has its tenant's rent and a reserve
    revenue = year.outside[node] + sales.received(node, paid) + _unsold(year, sales, paid, node)
    new = year.funding.get(node, 0.0)
    return np.maximum(year.cash[node] + year.margin[node] * revenue + new - year.costs[node], 0.0)


def _unsold(year: Year, sales: _Sales, paid: Array, node: str) -> Array:
    """Return what guarantors of a company's sales pay in: a backstop has no obligor, it covers unsold capacity."""
    total = np.zeros(year.draws)
    for leg, ceiling in year.guarantees:
        if leg.payee == node and not leg.obligor:
            total += np.minimum(
                ceiling / (leg.horizon or 1.0), np.maximum(sales.received(node, year.offered - paid / year.price), 0.0)
            )
    return total


def solve(year: Year) -> Outcome:
    """Find the greatest fixed point of purchases and payments."""
    sales, grid = _Sales(year), _grid(year)
    place = {node: i for i, node in enumerate(grid.nodes)}
    share = {node: np.ones(year.draws) for node in year.fallible}
    failed_in = {node: np.full(year.draws, -1, dtype=np.int16) for node in year.fallible}
    result: Clearing | None = None
    calls = np.zeros((year.draws, 0))
    spare: dict[str, Array] = {}
    paid = year.ordered * year.price
    plenty = grid.dues.sum(axis=(1, 2)) + grid.guarantees.ceiling.sum(axis=1) + 1.0
    for turn in range(MOST_TURNS):
        still()
        cash = np.repeat(plenty[:, None], len(grid.nodes), axis=1)
        means = {node: _means(year, sales, paid, node) for node in year.fallible}
        for node in year.fallible:
            if node in place:
                cash[:, place[node]] = means[node]
        result, calls = clear_guaranteed(grid.dues, cash, grid.guarantees, alpha=year.alpha, beta=year.beta)
        received = np.einsum("dij,di->dj", grid.dues, result.paid / np.where(result.owed > 0, result.owed, 1.0))
        moved = 0.0
        for node in year.fallible:
            i = place.get(node)
            out = result.paid[:, i] - received[:, i] if i is not None else 0.0
            fails = result.default[:, i] if i is not None else np.zeros(year.draws, dtype=bool)
            failed_in[node] = np.where(fails & (failed_in[node] < 0), turn, failed_in[node]).astype(np.int16)
            spare[node] = np.maximum(means[node] - out, 0.0)
            wants = sales.bought(node, year.ordered * year.price)
            part = np.where(wants > 0, np.minimum(spare[node] / np.where(wants > 0, wants, 1.0), 1.0), 1.0)
            part = np.where(fails, 0.0, part)
            moved = max(moved, float(np.abs(part - share[node]).max(initial=0.0)))
            share[node] = np.minimum(part, share[node])
        paid = year.ordered * year.price * _by_payer(year, share)
        if moved <= SETTLED:
            break
    assert result is not None  # noqa: S101 (the loop runs at least once)
    return _outcome(year, sales, grid, result, calls, paid, spare, failed_in)


def _by_payer(year: Year, share: dict[str, Array]) -> Array:
    ones = np.ones(year.draws)
    rows = [share.get(leg.payer, ones) for leg in year.buys]
    return np.stack(rows) if rows else np.zeros((0, year.draws))


def _outcome(
    year: Year,
    sales: _Sales,
    grid: _Grid,
    result: Clearing,
    calls: Array,
    paid: Array,
    spare: dict[str, Array],
    failed_in: dict[str, NDArray[np.int16]],
) -> Outcome:
    place = {node: i for i, node in enumerate(grid.nodes)}
    gone = year.planned - paid
    lost = {node: sales.received(node, gone) for node in sales.of}
    for node, before in year.outside_before.items():
        lost[node] = lost.get(node, np.zeros(year.draws)) + before - year.outside[node]
    cut = {node: sales.bought(node, gone) for node in sales.by}
    called = _calls(year, grid, calls, sales, paid)
    unpaid = {node: result.shortfall[:, place[node]] for node in year.fallible if node in place}
    fraction = result.shortfall / np.where(result.owed > 0, result.owed, 1.0)
    losses = np.einsum("dij,di->dj", grid.dues, fraction)
    for k, creditor in enumerate(grid.guarantees.beneficiary):
        losses[:, creditor] -= calls[:, k]
    creditors = {node: np.maximum(losses[:, i], 0.0) for node, i in place.items() if np.any(losses[:, i] > 0)}
    fails = {node: failed_in[node] >= 0 for node in year.fallible}
    need, cover = {}, {}
    for node in year.cash:
        wants = sales.bought(node, year.ordered * year.price) + year.capex[node]
        owes = result.owed[:, place[node]] if node in place else np.zeros(year.draws)
        gross = spare[node] + (result.paid[:, place[node]] if node in place else 0.0)
        need[node] = np.maximum(wants + owes - gross, 0.0)
        cover[node] = gross / np.maximum(wants + owes, 1.0)
    loan_loss = {
        node: np.where(fails[node], amount * year.lost_share, 0.0)
        for node, amount in year.loans.items()
        if node in fails
    }
    return Outcome(
        year=year, paid_purchases=paid, lost_revenue=lost, cut=cut, default=fails, turn=failed_in, unpaid=unpaid,
        creditor_loss=creditors, called=called, need=need, coverage=cover, loan_loss=loan_loss,
        debtrank=_distress(year, paid),
    )  # fmt: skip


def _calls(year: Year, grid: _Grid, calls: Array, sales: _Sales, paid: Array) -> dict[str, Array]:
    """Return what each guarantor is called upon for: failed obligors, unsold capacity, or a call by the scenario."""
    by_leg = [np.zeros(year.draws) for _ in year.guarantees]
    for column, k in enumerate(grid.legs):
        by_leg[k] = by_leg[k] + calls[:, column]
    total: dict[str, Array] = {}
    for k, (leg, ceiling) in enumerate(year.guarantees):
        amount = np.minimum(by_leg[k], ceiling)
        if not leg.obligor:
            unsold = np.maximum(sales.received(leg.payee, year.offered - paid / year.price), 0.0)
            amount = np.minimum(ceiling / (leg.horizon or 1.0), unsold)
        if year.called is not None:
            amount = np.maximum(amount, ceiling * year.called)
        total[leg.payer] = total.get(leg.payer, np.zeros(year.draws)) + amount
    return total


def _distress(year: Year, paid: Array) -> Array:
    """Return DebtRank of the cut purchases: impact is the share of a seller's contracted revenue from the buyer."""
    nodes = sorted({leg.payer for leg in year.buys} | {leg.payee for leg in year.buys})
    place = {node: i for i, node in enumerate(nodes)}
    flow = np.zeros((year.draws, len(nodes), len(nodes)))
    kept = np.zeros_like(flow)
    for i, leg in enumerate(year.buys):
        flow[:, place[leg.payer], place[leg.payee]] += year.offered[i]  # a delay is no distress of the buyer
        kept[:, place[leg.payer], place[leg.payee]] += paid[i]
    sold, bought = flow.sum(axis=1), flow.sum(axis=2)
    impact = flow / np.where(sold > 0, sold, 1.0)[:, None, :]
    shock = np.where(bought > 0, 1 - kept.sum(axis=2) / np.where(bought > 0, bought, 1.0), 0.0)
    weight = sold / np.maximum(sold.sum(axis=1, keepdims=True), 1.0)
    return debtrank(impact, np.clip(shock, 0.0, 1.0), weight)[1]


def run(base: Base, book: Book, draw: Draw, at: str, stress: Stress | None = None) -> Outcome:
    """Build the twelve months after `at` under a scenario (None: without stress) and solve them."""
    return solve(build(base, book, draw, at, stress))


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """Return a stress's outcome as plain rows: quantiles in USD, probabilities of default."""

    def amounts(group: dict[str, Array]) -> dict[str, Any]:
        found = {org: spread(values) for org, values in group.items() if np.any(np.abs(values) > 1e5)}
        return dict(sorted(found.items(), key=lambda item: -item[1]["high"]))

    return {
        "total_lost_revenue": spread(outcome.total_lost_revenue),
        "lost_revenue": amounts(outcome.lost_revenue),
        "spends_less": amounts(outcome.cut),
        "default_probability": {org: float(fails.mean()) for org, fails in outcome.default.items()},
        "unpaid": amounts(outcome.unpaid),
        "creditor_loss": amounts(outcome.creditor_loss),
        "guarantees_called": amounts(outcome.called),
        "new_money_needed": amounts(outcome.need),
        "coverage": {org: spread(values) for org, values in outcome.coverage.items()},
        "loan_loss_share": spread(outcome.year.lost_share),
        "extra_depreciation": amounts(outcome.year.depreciation),
        "debtrank": spread(outcome.debtrank),
    }


def decided(outcome: Outcome) -> tuple[str, Array]:
    """Return the result whose drivers are looked for: which, and its sum over all companies, (draws,).

    The first of lost revenue, unpaid dues, called guarantees and new money needed that is more than nothing in one of
    twenty draws.
    """
    groups = {"lost_revenue": outcome.lost_revenue, "unpaid": outcome.unpaid,
              "guarantees_called": outcome.called, "new_money_needed": outcome.need}  # fmt: skip
    sums = {name: sum(group.values(), np.zeros(outcome.year.draws)) for name, group in groups.items()}
    found = next((name for name, total in sums.items() if np.mean(total > 1e6) >= 0.05), "lost_revenue")
    return found, sums[found]
