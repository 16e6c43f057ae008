"""A path of the network, quarter by quarter to 2030: revenue, dues, refinancing, defaults, clearing, losses.

Each quarter: revenue follows the demand of the race; costs come first; new equity flows while the window is open;
interest, maturing debt less what lenders roll over, and the part of purchases that cannot be cancelled must be paid,
which the network clears; the rest of purchases and capital spending is paid from what is left. A firm fails when it
cannot pay what it must (illiquid), or when it owes more than it is worth (insolvent). Its plant is sold, which lowers
rents for all. A second run without contagion gives the direct part of the losses. All draws at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.capital.clearing import clear
from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.path_book import GROWING, LABS, QUARTERS, STEP, Opening, World
from rechenmacht.domains.capital.path_levers import FIRMS, PathLevers
from rechenmacht.wanted import still

NEVER = len(QUARTERS)
CAUSES = ("", "illiquid", "insolvent", "named")
OUTSIDE = ("users", "suppliers", "investors", "lenders", "tenants")
FLOWS = ("revenue", "purchases", "interest", "falls_due", "rolled_over", "equity", "new_debt", "capex")
"""What is kept of each quarter by firm: earned, paid, owed to lenders, raised and built."""
SLICE = 1000
"""Draws that are run at a time, so that their arrays stay in the processor's cache."""
BUFFER = 0.25
"""Cash that a firm holds after raising equity, as a share of the quarter's needs."""
N, F = np.newaxis, len(FIRMS)
IS_LAB = np.array([one in LABS for one in FIRMS])[:, N]
GROWS = np.array([one in GROWING for one in FIRMS])[:, N]


@dataclass
class Path:
    """What happened: per quarter (quarters, firms, draws), and at the end (firms, draws); USD."""

    cash: Array
    debt: Array
    inflow: Array
    outflow: Array
    outside: Array
    failed_at: NDArray[np.int16]
    cause: NDArray[np.int8]
    lender_loss: Array
    shareholder_loss: Array
    lost_revenue: Array
    need: Array
    flows: dict[str, Array]
    called: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: Sequence[Path]) -> Path:
        """Return one path of the draws of several."""

        def join(values: list[Any]) -> Any:
            if isinstance(values[0], dict):
                return {key: join([one[key] for one in values]) for key in values[0]}
            return np.concatenate(values, axis=-1)

        return cls(**{one.name: join([getattr(part, one.name) for part in parts]) for one in fields(cls)})

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Who failed by the end, shape (firms, draws)."""
        return self.failed_at < NEVER

    @property
    def total_loss(self) -> Array:
        """Revenue that sellers and suppliers lost, and claims that lenders lost, (draws,)."""
        total: Array = self.lost_revenue.sum(axis=0) + self.lender_loss.sum(axis=0)
        return total

    def take(self, other: Path, where: NDArray[np.bool_]) -> None:
        """Put in another path's draws where `where`, shape (draws,), says so."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            pairs = [(mine[key], theirs[key]) for key in mine] if isinstance(mine, dict) else [(mine, theirs)]
            for old, new in pairs:
                np.copyto(old, new, where=where)


class _State:
    """Balance sheets and flags while the quarters run; arrays (firms, draws)."""

    def __init__(self, start: Opening) -> None:
        draws = start.cash.shape[1]
        self.cash, self.debt, self.plant = start.cash.copy(), start.debt.copy(), start.plant.copy()
        self.extra = np.zeros((F, draws))  # debt raised on the way, repaid evenly
        self.alive = np.ones((F, draws), dtype=bool)
        self.failed_at = np.full((F, draws), NEVER, dtype=np.int16)
        self.cause = np.zeros((F, draws), dtype=np.int8)
        self.lender_loss, self.shareholder_loss = np.zeros((F, draws)), np.zeros((F, draws))
        self.raised = np.zeros((F, draws))  # new equity, paid in on the way
        self.sold = np.zeros(draws)  # what failed plant took off the rent price, a share
        self.outside = np.zeros((len(OUTSIDE) + len(start.sellers), draws))


def run(start: Opening, world: World, levers: PathLevers, *, contagion: bool = True) -> Path:
    """Run the quarters.

    Args:
        start: the firms and contracts.
        world: demand, capital spending, expectation, credit and price of the race, (quarters, draws).
        levers: what a stress moves.
        contagion: without it sellers are paid by failed buyers all the same, and failed plant lowers no rent.

    Returns:
        The path; arrays as `Path` says.
    """
    draws = start.cash.shape[1]
    # Owners expect rents of old chips to fall: what counts is the price against the middle of all draws.
    usual = world.price / np.maximum(np.median(world.price, axis=1, keepdims=True), 1e-12)
    world = replace(world, price=usual)
    pieces = [slice(first, first + SLICE) for first in range(0, draws, SLICE)]
    parts = [_piece(start.part(one), world.part(one), levers, contagion) for one in pieces]
    return parts[0] if len(parts) == 1 else Path.joined(parts)


def _piece(start: Opening, world: World, levers: PathLevers, contagion: bool) -> Path:
    """Run some of the draws; prices over the middle of all."""
    state = _State(start)
    sellers = F + len(start.sellers)
    records: dict[str, list[Array]] = {key: [] for key in ("cash", "debt", "inflow", "outflow", "outside")}
    flows: dict[str, list[Array]] = {key: [] for key in FLOWS}
    lost, need = np.zeros((sellers + 1, start.cash.shape[1])), np.zeros_like(start.cash)
    for step in range(NEVER):
        still()
        quarter = _Quarter(start, world, levers, state, step, contagion)
        quarter.settle()
        lost += quarter.lost
        need = np.maximum(need, quarter.short)
        for key, value in (("cash", state.cash), ("debt", state.debt + state.extra), ("inflow", quarter.inflow),
                           ("outflow", quarter.outflow), ("outside", state.outside)):  # fmt: skip
            records[key].append(value.copy())
        for key in FLOWS:
            flows[key].append(quarter.flows[key])
    stacked = {key: np.stack(values) for key, values in records.items()}
    return Path(
        **stacked, failed_at=state.failed_at, cause=state.cause, lender_loss=state.lender_loss,
        shareholder_loss=state.shareholder_loss, lost_revenue=lost, need=need,
        flows={key: np.stack(values) for key, values in flows.items()}, called=_called(start, state, levers),
    )  # fmt: skip


class _Quarter:
    """One quarter: amounts by firm, (firms, draws)."""

    def __init__(
        self, start: Opening, world: World, levers: PathLevers, state: _State, step: int, contagion: bool
    ) -> None:
        self.start, self.world, self.levers, self.state, self.step = start, world, levers, state, step
        self.contagion, self.p = contagion, start.priors
        draws = start.cash.shape[1]
        self.inflow, self.outflow = np.zeros((F, draws)), np.zeros((F, draws))
        self.lost = np.zeros((F + len(start.sellers) + 1, draws))
        self.short = np.zeros((F, draws))
        self.got = np.zeros_like(self.lost)
        self.flows: dict[str, Array] = {key: np.zeros((F, draws)) for key in FLOWS}
        fallen = world.price[step] * levers.of("rent") * (1 - state.sold)
        self.price: Array = fallen
        self.sell = np.where(start.rented[:, N], 1 - self.p["renegotiated"] * (1 - np.minimum(fallen, 1.0)), 1.0)

    def _post(self, firm: Array, amount: Array, outside: str, sign: int) -> None:
        """Book a flow between a firm and the outside; `sign` 1 is money in, -1 money out."""
        (self.inflow if sign > 0 else self.outflow)[firm] += amount
        self.state.outside[OUTSIDE.index(outside)] -= sign * amount

    def _each(self, amounts: Array, outside: str, sign: int) -> None:
        for firm in range(F):
            self._post(np.intp(firm), amounts[firm], outside, sign)  # type: ignore[arg-type]

    def settle(self) -> None:
        """Run the quarter's steps in the order of rank."""
        self._named_defaults()
        earned = self._revenue()
        must, flexible = self._purchases()
        owed = self._debt_service()
        planned = self._capex()
        self._equity(must, flexible, owed, planned)
        self._clear(must, owed)
        self._spend(flexible, planned, owed, earned)
        self._insolvent(earned)
        self.state.cash += self.inflow - self.outflow

    def _have(self) -> Array:
        have: Array = self.state.cash + self.inflow - self.outflow
        return have

    def _named_defaults(self) -> None:
        named = np.array([self.levers.of("default", one) >= 1.0 for one in FIRMS])
        if self.step == 1 and named.any():
            self._fail(named[:, N] & self.state.alive, 3)

    def _revenue(self) -> Array:
        """Book revenue from outside less the costs that come first; return the yearly pace, (firms, draws)."""
        start, step = self.start, self.step
        growth = np.where(GROWS, self.world.demand[step], 1.0)
        factor = np.array([self.levers.of("revenue", one) for one in FIRMS])[:, N]
        base = np.where(GROWS, np.mean(self.world.demand[:4], axis=0), 1.0)
        plan = start.revenue * STEP * growth / base
        revenue = plan * factor * self.state.alive
        contracts = np.zeros_like(revenue)
        np.add.at(contracts, start.payee[start.payee < F], (start.due[:, step] * self.sell)[start.payee < F])
        # A cloud's plant earns by its size and the rents of the day; what no contract carried here takes is sold apart.
        filled = np.minimum(self.world.expectation[step], 1.0)
        capacity = self.p["path.yield"] * self.state.plant * self.price * filled * STEP * self.state.alive
        revenue = revenue + np.where(IS_LAB, 0.0, np.maximum(capacity - contracts, 0.0))
        self._each(revenue, "users", 1)
        self._each(revenue * (1 - start.margin), "suppliers", -1)
        tenants = self.start.payer < 0
        for leg in np.flatnonzero(tenants):
            firm = start.payee[leg]
            paid = start.due[leg, step] * self.sell[leg] * self.state.alive[firm]
            self.got[firm] += paid
            self._post(firm, paid, "tenants", 1)
            self._post(firm, paid * (1 - start.margin[firm]), "suppliers", -1)
        self.flows["revenue"] = revenue + contracts * self.state.alive
        pace: Array = self.flows["revenue"] / STEP
        return pace

    def _purchases(self) -> tuple[Array, Array]:
        """Return what labs owe per leg: what must be paid and what can be left, (legs, draws)."""
        start = self.start
        labs = start.payer >= 0
        buys = np.where(labs[:, N], start.due[:, self.step] * self.sell, 0.0)
        live = np.where(labs[:, N], self.state.alive[np.maximum(start.payer, 0)], False)
        sold = np.where(start.payee[:, N] < F, self.state.alive[np.minimum(start.payee, F - 1)], True)
        buys = buys * live * sold
        firm = self.p["path.take_or_pay"]
        return buys * firm, buys * (1 - firm)

    def _debt_service(self) -> Array:
        """Pay interest and mature debt less what is rolled over; return what falls due to lenders, (firms, draws)."""
        state, start = self.state, self.start
        rate = start.rate + self.levers.of("spread") * np.minimum(1.0, self.step * STEP / 2 + STEP)
        maturing = np.minimum(start.maturing[:, self.step], state.debt) * state.alive
        later = state.extra * STEP / 6.0
        rolled = self.p["refinanced"] * np.minimum(self.world.credit[self.step], 1.0) * self.levers.of("refinanced")
        self.repaid, self.repaid_extra = maturing * (1 - rolled), later * (1 - rolled)
        interest = (state.debt + state.extra) * rate * STEP * state.alive
        self.flows["interest"], self.flows["falls_due"] = interest, (maturing + later) * state.alive
        self.flows["rolled_over"] = self.flows["falls_due"] * rolled
        owed: Array = interest + (self.repaid + self.repaid_extra) * state.alive
        return owed

    def _capex(self) -> Array:
        plan: Array = self.start.capex * STEP * np.clip(self.world.capex[self.step], 0.3, 3.0) * self.state.alive
        return plan

    def _open(self) -> Array:
        """Return how far the equity window is open, (firms, draws): shut where expectation lies below the threshold."""
        opened = self.world.expectation[self.step] >= self.p["path.window"]
        levers = np.array([self.levers.of("window", one) for one in FIRMS])[:, N]
        share: Array = np.where(opened, 1.0, 0.0) * levers
        return share

    def _equity(self, must: Array, flexible: Array, owed: Array, planned: Array) -> None:
        start, state = self.start, self.state
        asks = owed + planned * (1 - self.p["path.debt_share"])
        for leg in np.flatnonzero(start.payer >= 0):
            asks[start.payer[leg]] += must[leg] + flexible[leg]
        lack = np.maximum(asks * (1 + BUFFER) - self._have(), 0.0) * state.alive
        self.short = lack
        pace = start.revenue * np.where(GROWS, self.world.demand[self.step], 1.0)
        pace = pace * np.array([self.levers.of("revenue", one) for one in FIRMS])[:, N]
        most = np.where(IS_LAB, self.p["path.equity_labs"] * pace, self.p["path.equity_clouds"] * start.capex) * STEP
        raised = np.minimum(lack, most * self._open())
        self.flows["equity"] = raised
        state.raised += raised
        self._each(raised, "investors", 1)

    def _clear(self, must: Array, owed: Array) -> None:
        """Clear what must be paid, and fail who cannot."""
        start, state = self.start, self.state
        size, draws = F + 1, start.cash.shape[1]  # sellers that cannot fail here are one node
        dues = np.zeros((draws, size, size))
        labs = np.flatnonzero(start.payer >= 0)
        for leg in labs:
            dues[:, start.payer[leg], min(start.payee[leg], F)] += must[leg]
        means = np.full((draws, size), 1e15)
        means[:, :F] = np.maximum(self._have(), 0.0).T
        outer = np.zeros((draws, size))
        outer[:, :F] = owed.T
        got = clear(dues, means, outer, self.p["cash_recovery"], 1 - self.p["loss_share"])
        share = np.where(got.owed > 0, got.paid / np.where(got.owed > 0, got.owed, 1.0), 1.0).T
        down = (got.default[:, :F].T | (self._have() < -1.0)) & state.alive
        for leg in labs:
            self._pay(leg, must[leg], share[start.payer[leg]])
        paid = owed * share[:F]
        self._each(paid, "lenders", -1)
        state.debt = np.maximum(state.debt - self.repaid * share[:F], 0.0)
        state.extra = np.maximum(state.extra - self.repaid_extra * share[:F], 0.0)
        self._fail(down, 1)
        self._fail((self._have() < -1.0) & state.alive, 1)  # what it was paid did not cover serving its customers

    def _pay(self, leg: np.intp, amount: Array, share: Array) -> None:
        start = self.start
        buyer, seller, paid = start.payer[leg], start.payee[leg], amount * share
        self.outflow[buyer] += paid
        self.flows["purchases"][buyer] += paid
        got = paid if self.contagion else amount
        self.got[seller] += paid
        if not self.contagion:
            self.state.outside[OUTSIDE.index("users")] -= got - paid
        if seller < F:
            self.inflow[seller] += got
            self._post(seller, got * (1 - start.margin[seller]), "suppliers", -1)
        else:
            self.state.outside[len(OUTSIDE) + seller - F] += got

    def _spend(self, flexible: Array, planned: Array, owed: Array, earned: Array) -> None:
        """Pay the purchases that can be left, then capital spending with its debt, from what is left.

        A firm keeps a quarter's debt service in hand; lenders lend until debt reaches plant at its price and a year's
        revenue.
        """
        start, state = self.start, self.state
        asks = np.zeros_like(state.cash)
        labs = np.flatnonzero(start.payer >= 0)
        for leg in labs:
            asks[start.payer[leg]] += flexible[leg]
        left = np.maximum(self._have(), 0.0) * state.alive
        share = np.where(asks > 0, np.minimum(left / np.where(asks > 0, asks, 1.0), 1.0), 1.0) * state.alive
        for leg in labs:
            self._pay(leg, flexible[leg], share[start.payer[leg]])
        own = np.maximum(self._have() - owed, 0.0) * state.alive
        room = np.maximum(state.plant * self.price + earned - state.debt - state.extra, 0.0)
        share = self.p["path.debt_share"]
        built = np.minimum(planned, np.minimum(own / (1 - share), own + room))
        lent = np.minimum(built * share, room)
        self._each(lent, "lenders", 1)
        self._each(built, "suppliers", -1)
        self.flows["new_debt"], self.flows["capex"] = lent, built
        state.extra += lent
        life = self.p["useful_life"] * self.levers.of("life")
        state.plant = (state.plant + built) * (1 - STEP / life)
        self._count_losses()
        self.lost[-1] += np.maximum(
            self.start.capex * STEP * np.clip(self.world.capex[self.step], 0.3, 3.0) - built, 0.0
        ).sum(axis=0)

    def _count_losses(self) -> None:
        """Book what sellers were to get by contract, and did not."""
        plan = np.zeros_like(self.lost)
        np.add.at(plan, self.start.payee, self.start.planned[:, self.step])
        self.lost += np.maximum(plan - self.got, 0.0)

    def _insolvent(self, earned: Array) -> None:
        """Fail who owes more than it is worth: cash, plant at its price, and a multiple of its revenue."""
        state = self.state
        owes = state.debt + state.extra
        worth = self._have() + state.plant * self.price
        worth = worth + self.p["path.worth"] * earned * np.minimum(self.world.expectation[self.step], 1.0)
        self._fail((owes > worth) & (owes > 0) & state.alive, 2)

    def _fail(self, down: NDArray[np.bool_], cause: int) -> None:
        """Close firms: lenders take cash and plant at a forced sale, shareholders lose what they paid in."""
        state = self.state
        if not down.any():
            return
        estate = np.maximum(self._have(), 0.0) * self.p["cash_recovery"]
        plant = state.plant * np.minimum(self.price, 1.0) * (1 - self.p["fire_sale"])
        owes = state.debt + state.extra
        state.lender_loss += np.where(down, np.maximum(owes - estate - plant, 0.0), 0.0)
        state.shareholder_loss += np.where(down, self.start.equity_paid[:, N] + state.raised, 0.0)
        if self.contagion:
            whole = np.maximum(state.plant.sum(axis=0), 1.0)
            hit = self.p["path.sale_impact"] * (state.plant * down).sum(axis=0) / whole
            state.sold = 1 - (1 - state.sold) * (1 - np.minimum(hit, 0.9))
        held = np.where(down, self._have(), 0.0)
        self._each(np.maximum(held, 0.0), "lenders", -1)
        self._each(np.maximum(-held, 0.0), "suppliers", 1)  # bills that stay unpaid
        for values in (state.debt, state.extra, state.plant):
            values[down] = 0.0
        state.alive &= ~down
        state.failed_at[down] = self.step
        state.cause[down] = cause


def _called(start: Opening, state: _State, levers: PathLevers) -> dict[str, Array]:
    """Return what guarantors are called for at most, (draws,): ceilings in force when the obligor fails.

    A guarantee that begins later and grows with its site is in force in proportion to the time passed of five years.
    """
    found: dict[str, Array] = {}
    for guarantor, firm, ceiling, old in start.guarantees:
        when = old + state.failed_at[firm] * STEP
        amount = np.where(state.failed_at[firm] < NEVER, ceiling * np.clip(when / 5.0, 0.0, 1.0), 0.0)
        amount = np.maximum(amount, ceiling * levers.of("guarantees"))
        found[guarantor] = found.get(guarantor, np.zeros_like(amount)) + amount
    return found
