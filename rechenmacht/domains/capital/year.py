"""The twelve months of a stress: what each contract makes due, what each company has, all as draws.

Axes: contracts or nodes first, draws last. USD throughout.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from rechenmacht.domains.capital import shocks
from rechenmacht.domains.capital.contracts import Array, Book, Contract, Draw, age, draw_amounts, due_share
from rechenmacht.domains.capital.measures import loss_given_default
from rechenmacht.evidence.base import Base

RENTALS = ("gpu cloud", "cloud rental", "colossus gpus")
HARDWARE = ("gpu", "gb200", "gb300", "servers")
"""Words in `spent_back_on` that tell a contract whose price follows GPU rents, and a loan that hardware secures."""


@dataclass
class Levers:
    """What a scenario moves; every value has shape (draws,) or is None where the lever is untouched."""

    rent_price: Array | None = None
    useful_life: Array | None = None
    notice_exits: Array | None = None
    guarantees_called: Array | None = None
    delay: Array | None = None
    delayed_share: Array | None = None
    refinanced: Array | None = None
    funding: list[tuple[shocks.Shock, Array]] = field(default_factory=list)
    purchases: list[tuple[shocks.Shock, Array]] = field(default_factory=list)
    warrants: list[tuple[shocks.Shock, Array]] = field(default_factory=list)


def levers(stress: shocks.Stress | None, draw: Draw) -> Levers:
    """Draw a scenario's levers; None is the year without stress."""
    found = Levers()
    for number, shock in enumerate(stress.shock if stress else ()):
        value = draw(shocks.parameter(stress, number))  # type: ignore[arg-type]
        if shock.lever in shocks.WITH_ORGS:
            getattr(found, shock.lever).append((shock, value))
        else:
            setattr(found, shock.lever, value)
    return found


def _factor(moved: Iterable[tuple[shocks.Shock, Array]], leg: Contract, buyer: str, seller: str) -> Array | float:
    factor: Array | float = 1.0
    for shock, value in moved:
        if (not shock.who or buyer in shock.who) and (not shock.payee or seller in shock.payee):
            factor = factor * value
    return factor


class Priors:
    """Draws of the shipped priors by name, each drawn once."""

    def __init__(self, base: Base, draw: Draw) -> None:
        self.base = base
        self.draw = draw
        self.drawn: dict[str, Array] = {}

    def __call__(self, name: str) -> Array:
        """Return the draws of `capital.<name>`, shape (draws,)."""
        full = f"capital.{name}"
        if full not in self.drawn:
            self.drawn[full] = self.draw(self.base.parameters[full])
        return self.drawn[full]

    def own(self, name: str, org: str) -> Array | None:
        """Return a company's own draws, or None where the base has no prior for it."""
        short = org.rpartition(":")[2]
        return self(f"{name}.{short}") if f"capital.{name}.{short}" in self.base.parameters else None

    def horizon(self, leg: Contract) -> Array:
        """Return a contract's horizon in years: its own, else the prior of its kind."""
        if leg.horizon is not None:
            return np.full_like(self("ramp"), leg.horizon)
        return self("horizon.debt") if leg.kind == "equity" else self(f"horizon.{leg.kind}")


@dataclass
class Year:
    """What falls due and what there is in the twelve months; edges are (from, to) with amounts (edges, draws)."""

    book: Book
    draws: int
    fallible: tuple[str, ...]
    planned: Array
    offered: Array
    ordered: Array
    price: Array
    buys: list[Contract]
    dues: list[tuple[str, str, Array]]
    guarantees: list[tuple[Contract, Array]]
    cash: dict[str, Array]
    outside: dict[str, Array]
    outside_before: dict[str, Array]
    margin: dict[str, Array]
    costs: dict[str, Array]
    funding: dict[str, Array]
    capex: dict[str, Array]
    loans: dict[str, Array]
    reserve: dict[str, Array]
    depreciation: dict[str, Array]
    lost_share: Array
    alpha: Array
    beta: Array
    called: Array | None
    drawn: dict[str, Array]


def build(base: Base, book: Book, draw: Draw, at: str, stress: shocks.Stress | None = None) -> Year:
    """Lay out the twelve months after `at` with a scenario's levers moved.

    Companies whose cash the base has a prior for can fail, and so can vehicles that live on one tenant's rent; all
    others are taken to pay what they owe, which docs/capital.md states as a limit.
    """
    prior, moved = Priors(base, draw), levers(stress, draw)
    amounts = draw_amounts(base, book, draw)
    draws = amounts.shape[1]
    now = prior("rent_price")
    ratio = now / now if moved.rent_price is None else moved.rent_price / now
    buys, planned, offered, ordered, price = _purchases(book, amounts, prior, moved, at, ratio)
    zero = np.zeros(draws)
    life = prior("useful_life") if moved.useful_life is None else moved.useful_life
    worth = np.maximum(life - prior("collateral_age"), 0.5)
    dues, loans, reserve = _debts(book, amounts, prior, moved, at, worth)
    known = [node for node in book.nodes if prior.own("cash", node) is not None]
    vehicles = [c.payee for c in book.contracts if c.kind == "debt" and c.obligor and c.payee not in known]
    _other_debts(known, prior, moved, dues, dict.fromkeys(loans, worth))
    outside = {node: _or(prior.own("outside_revenue", node), zero) for node in known}
    spot = prior("uncontracted") * (1 - np.minimum(ratio, 1))
    landlords = {c.payee for c in buys if _says(c, RENTALS)}
    stressed = {node: value * (1 - spot) if node in landlords else value for node, value in outside.items()}
    return Year(
        book=book, draws=draws, fallible=tuple(dict.fromkeys([*known, *vehicles])), planned=planned,
        offered=offered, ordered=ordered, price=price, buys=buys, dues=dues,
        # A guarantee stands behind a loss up to its ceiling, however much of it is expected to be called.
        guarantees=[(c, zero + (c.headline or 0.0)) for c in book.contracts if c.kind == "guarantee"],
        cash={node: prior(f"cash.{node.rpartition(':')[2]}") for node in known}, outside=stressed,
        outside_before=outside, margin={node: _or(prior.own("margin", node), zero + 1) for node in known},
        costs={node: _or(prior.own("other_costs", node), zero) for node in known},
        funding=_funding(book, amounts, prior, moved, at, draws),
        capex={node: _or(prior.own("capex", node), zero) for node in known}, loans=loans,
        reserve=reserve, depreciation=_depreciation(known, prior, life),
        lost_share=_lost(prior, np.minimum(ratio, 1.0), life), alpha=prior("cash_recovery"),
        beta=1 - prior("loss_share"), called=moved.guarantees_called, drawn=prior.drawn,
    )  # fmt: skip


def _or(value: Array | None, other: Array) -> Array:
    return other if value is None else value


def _says(leg: Contract, words: Iterable[str]) -> bool:
    text = leg.deal.spent_back_on.lower()
    return any(word in text for word in words)


def _purchases(
    book: Book, amounts: Array, prior: Priors, moved: Levers, at: str, ratio: Array
) -> tuple[list[Contract], Array, Array, Array, Array]:
    """Return the purchase legs with what was planned, can be delivered, is still ordered, and the price factor."""
    legs, planned, offered, ordered, price = [], [], [], [], []
    fall = 1 - prior("renegotiated") * (1 - np.minimum(ratio, 1.0))
    for i, leg in enumerate(book.contracts):
        if leg.kind != "purchase_commitment":
            continue
        horizon = prior.horizon(leg)
        # A contract with a notice period is a monthly fee: it does not ramp up.
        ramp = np.zeros_like(horizon) if leg.exit_days else prior("ramp")
        due = amounts[i] * due_share(np.asarray(age(leg, at)), horizon, ramp)
        left = due
        if moved.delay is not None:
            slipping = prior("ramp") * 0 + 1 if moved.delayed_share is None else moved.delayed_share
            late = amounts[i] * due_share(age(leg, at) - moved.delay, horizon, ramp)
            left = (1 - slipping) * due + slipping * np.minimum(late, due)
        ready = left
        if leg.exit_days and moved.notice_exits is not None:
            used = leg.exit_days <= moved.notice_exits
            left = np.where(used, np.minimum(left, leg.firm or 0.0), left)
        left = left * _factor(moved.purchases, leg, leg.payer, leg.payee)
        legs.append(leg)
        planned.append(due)
        offered.append(ready)
        ordered.append(left)
        price.append(fall if _says(leg, RENTALS) else np.ones_like(fall))
    empty = np.zeros((0, amounts.shape[1]))
    return legs, *(np.stack(rows) if rows else empty for rows in (planned, offered, ordered, price))  # type: ignore[return-value]


def _debts(
    book: Book, amounts: Array, prior: Priors, moved: Levers, at: str, worth: Array
) -> tuple[list[tuple[str, str, Array]], dict[str, Array], dict[str, Array]]:
    """Return what falls due on loans and rents, what is outstanding on hardware-backed loans, and vehicles' reserves.

    Per loan: interest on what is outstanding, and the principal that falls due less what lenders roll over. A lender
    does not wait beyond the life of the hardware that secures the loan (`worth`, years left).
    """
    dues: list[tuple[str, str, Array]] = []
    loans: dict[str, Array] = {}
    reserve: dict[str, Array] = {}
    rolled = prior("refinanced") * (1.0 if moved.refinanced is None else np.minimum(moved.refinanced, 1.0))
    held_up = 0.0 if moved.delay is None else np.minimum(moved.delay, 1.0)
    if moved.delayed_share is not None:
        held_up = held_up * moved.delayed_share
    for i, leg in enumerate(book.contracts):
        if leg.kind == "lease":
            dues.append(
                (
                    leg.payer,
                    leg.payee,
                    amounts[i] * due_share(np.asarray(age(leg, at)), prior.horizon(leg), prior("ramp") * 0),
                )
            )
        if leg.kind != "debt":
            continue
        term, old = prior.horizon(leg), age(leg, at)
        outstanding = amounts[i] * np.clip(1 - old / term, 0.0, 1.0)
        left = np.maximum(term - old, 1e-6)
        if _says(leg, HARDWARE):
            left = np.minimum(left, worth)
            loans[leg.payee] = loans.get(leg.payee, 0.0) + outstanding
        rate = _or(_own_rate(prior, leg), prior("cost_of_debt"))
        service = outstanding * (rate + (1 - rolled) * np.minimum(1 / left, 1.0))
        dues.append((leg.payee, leg.payer, service))
        if leg.obligor:
            dues.append((leg.obligor, leg.payee, service * prior("rent_cover") * (1 - held_up)))
            reserve[leg.payee] = reserve.get(leg.payee, 0.0) + service * prior("reserve")
    return dues, loans, reserve


def _own_rate(prior: Priors, leg: Contract) -> Array | None:
    claims = prior.base.about.get((f"deal:{leg.id}", "cost_of_debt"), [])
    return np.full_like(prior("ramp"), claims[-1].mid) if claims else None


def _other_debts(
    known: list[str], prior: Priors, moved: Levers, dues: list[tuple[str, str, Array]], worth: dict[str, Array]
) -> None:
    """Add the service of debt that is disclosed in total but not carried as a contract; its holders are not named."""
    rolled = prior("refinanced") * (1.0 if moved.refinanced is None else np.minimum(moved.refinanced, 1.0))
    for node in known:
        debt = prior.own("debt_other", node)
        if debt is not None:
            rate = _or(prior.own("cost_of_debt", node), prior("cost_of_debt"))
            term = _or(prior.own("horizon.debt", node), prior("horizon.debt"))
            term = np.minimum(term, worth.get(node, term))
            dues.append((node, OTHER_LENDERS, debt * (rate + (1 - rolled) / np.maximum(term, 1.0))))


OTHER_LENDERS = "other lenders"


def _funding(book: Book, amounts: Array, prior: Priors, moved: Levers, at: str, draws: int) -> dict[str, Array]:
    """Return new money by recipient: signed equity not yet paid in, and warrants as they vest.

    Signed tranches are read as paid within the twelve months, their contingent part as far as it is drawn.
    """
    found: dict[str, Array] = {}
    for i, leg in enumerate(book.contracts):
        if leg.kind == "equity" and leg.status != "executed":
            share: Array | float = 1.0
            factor = _factor(moved.funding, leg, leg.payee, leg.payer)
        elif leg.kind == "warrant":
            share = due_share(np.asarray(age(leg, at)), prior.horizon(leg), prior("ramp"))
            factor = _factor(moved.warrants, leg, leg.payee, leg.payer)
        else:
            continue
        found[leg.payee] = found.get(leg.payee, np.zeros(draws)) + amounts[i] * share * factor
    return found


def _depreciation(known: list[str], prior: Priors, life: Array) -> dict[str, Array]:
    """Return the yearly depreciation beyond that at today's useful life, where the plant and equipment is known."""
    plant = {node: value for node in known if (value := prior.own("plant", node)) is not None}
    return {node: value / life - value / prior("useful_life") for node, value in plant.items()}


def _lost(prior: Priors, ratio: Array, life: Array) -> Array:
    aged = prior("collateral_age")
    repaid = np.clip(aged / prior("horizon.debt"), 0.0, 0.95)
    return loss_given_default(ratio, aged, life, prior("loan_to_value"), repaid, prior("fire_sale"))
