"""Contracts: legs of deals with headline, firm and contingent value, and which of them may be added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import span, years_between
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim, Deal, Parameter
from rechenmacht.evidence.resolve import distribution_of

Array = NDArray[np.float64]
Draw = Callable[[Parameter], Array]
"""Gives the draws of a parameter, shape (draws,); whoever samples passes it in, so that streams stay keyed by name."""

LAYERS = {
    "equity": "equity",
    "warrant": "equity",
    "purchase_commitment": "purchases",
    "lease": "purchases",
    "debt": "debt",
    "guarantee": "guarantees",
}
NO_BAND = "not a 5-95 % band"
"""Note of a claim whose low and high are firm part and headline."""
BINDING = frozenset({"executed", "signed", "reported"})
STATES = ("binding", "proposed", "ended", "superseded", "aggregate", "historical", "unsupported", "unknown", "later")
"""Why a leg counts or not; only `binding` ones enter sums, and `proposed` ones the headline where that is asked."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One leg: `payer` pays or grants to `payee`; amounts in USD over the whole horizon.

    `headline` is what was announced, `firm` what the payer cannot avoid, the rest is contingent. Both are None where
    no amount in USD is published: unknown, never zero.
    """

    id: str
    package: str
    date: str
    start: str
    payer: str
    payee: str
    kind: str
    layer: str
    band: str
    headline: float | None
    firm: float | None
    horizon: float | None
    exit_days: float | None
    obligor: str
    status: str
    state: str
    grade: str
    claim: str
    deal: Deal

    @property
    def contingent(self) -> float | None:
        """Headline less firm value, USD."""
        return None if self.headline is None or self.firm is None else self.headline - self.firm


def amount_claim(base: Base, deal: Deal, at: str | None = None) -> Claim | None:
    """Return the claim about a deal's amount in USD: of several, the best graded, then the one stated last.

    Of claims stated after `at` only those of that day count; where all were stated later, all do.
    """
    every = base.about.get((f"deal:{deal.id}", "deal_amount"), [])
    claims = [c for c in every if at is None or span(c.as_of)[0] <= span(at)[1]] or every
    order = {"primary": 0, "secondary": 1, "unverified": 2}
    ranked = sorted(claims, key=lambda c: (-order[c.grade], span(c.as_of)[1]))
    return ranked[-1] if ranked else None


def _number(text: str) -> float | None:
    return float(text) if text else None


def _state(deal: Deal, claim: Claim | None, at: str | None) -> str:
    reasons = (
        (deal.scope, deal.scope in {"aggregate", "historical"}),
        ("later", at is not None and span(deal.date)[0] > span(at)[1]),
        ("superseded", bool(deal.superseded_by)),
        ("ended", deal.status == "cancelled"),
        ("unknown", claim is None),
        ("unsupported", claim is not None and claim.grade == "unverified"),
        ("proposed", deal.status not in BINDING),
    )
    return next((state for state, applies in reasons if applies), "binding")


def _superseded_at(base: Base, deal: Deal, at: str | None) -> Deal:
    """Undo a supersession that lies after `at`: on that date the older leg was the one that counted."""
    if at is None or not deal.superseded_by:
        return deal
    dates = {row.id: row.date for row in base.tables.deals}
    if any(span(dates[other])[0] <= span(at)[1] for other in deal.superseded_by.split(";")):
        return deal
    # A letter of intent that was later dropped was a proposal on that date.
    return replace(deal, superseded_by="", status="letter of intent" if deal.status == "cancelled" else deal.status)


def contract(base: Base, deal: Deal, at: str | None = None) -> Contract:
    """Return one leg with its values.

    Firm value: of a `firm_headline` band its low end; of a plain value the value; zero while nothing is signed.
    """
    deal = _superseded_at(base, deal, at)
    claim = amount_claim(base, deal, at)
    state = _state(deal, claim, at)
    headline = firm = None
    band = deal.band
    if claim is not None:
        high = claim.high if claim.high is not None else claim.mid
        low = claim.low if claim.low is not None else claim.mid
        # What was paid later was firm only in part before: the older claim says which.
        earlier = at is not None and claim is not amount_claim(base, deal)
        band = "firm_headline" if earlier and NO_BAND in claim.note else band
        headline, firm = (high, low) if band == "firm_headline" else (claim.mid, claim.mid)
        firm = firm if deal.status in BINDING else 0.0
    return Contract(
        id=deal.id, package=deal.package, date=deal.date, start=deal.start or deal.date, payer=deal.payer,
        payee=deal.payee, kind=deal.kind, layer=LAYERS[deal.kind], band=band, headline=headline, firm=firm,
        horizon=_number(deal.horizon_years), exit_days=_number(deal.exit_days), obligor=deal.obligor,
        status=deal.status, state=state, grade=claim.grade if claim else deal.grade, claim=claim.id if claim else "",
        deal=deal,
    )  # fmt: skip


def contracts(base: Base, at: str | None = None) -> tuple[Contract, ...]:
    """Return all legs of the base as they stood at a date (None: as known now), in file order.

    Raises:
        BadInput: if `at` is no date.
    """
    if at is not None:
        try:
            span(at)
        except ValueError as error:
            raise BadInput(f"--at: {error}") from None
    return tuple(contract(base, deal, at) for deal in base.tables.deals)


@dataclass(frozen=True)
class Book:
    """Contracts that may be added up, with their nodes; edge arrays have shape (contracts,)."""

    contracts: tuple[Contract, ...]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Payers and payees in alphabetical order."""
        return tuple(sorted({c.payer for c in self.contracts} | {c.payee for c in self.contracts}))

    @cached_property
    def index(self) -> dict[str, int]:
        """Node -> position."""
        return {node: i for i, node in enumerate(self.nodes)}

    @cached_property
    def payer(self) -> NDArray[np.intp]:
        """Position of each contract's payer, shape (contracts,)."""
        return np.array([self.index[c.payer] for c in self.contracts], dtype=np.intp)

    @cached_property
    def payee(self) -> NDArray[np.intp]:
        """Position of each contract's payee, shape (contracts,)."""
        return np.array([self.index[c.payee] for c in self.contracts], dtype=np.intp)

    @cached_property
    def headline(self) -> Array:
        """Headline values, USD, shape (contracts,)."""
        return np.array([c.headline or 0.0 for c in self.contracts])

    @cached_property
    def firm(self) -> Array:
        """Firm values, USD, shape (contracts,)."""
        return np.array([c.firm or 0.0 for c in self.contracts])

    def only(self, keep: Callable[[Contract], bool]) -> Book:
        """Return the book of the contracts that pass."""
        return Book(tuple(c for c in self.contracts if keep(c)))

    def position(self, org: str) -> int:
        """Return a node's position.

        Raises:
            BadInput: if it has no contract that counts, naming the nearest that have.
        """
        if org not in self.index:
            raise BadInput(f"{org} has no contract that counts{nearest(org, self.nodes)}")
        return self.index[org]

    def matrix(self, values: Array) -> Array:
        """Sum contract values to payer x payee.

        Args:
            values: USD, shape (contracts,) or (contracts, draws).

        Returns:
            Shape (nodes, nodes) or (nodes, nodes, draws), USD.
        """
        size = len(self.nodes)
        sums = np.zeros((size, size, *values.shape[1:]))
        np.add.at(sums, (self.payer, self.payee), values)
        return sums


def counted(legs: Iterable[Contract], *, proposed: bool = False, unsupported: bool = False) -> Book:
    """Return the contracts that may be added up.

    Superseded, ended, aggregate and historical legs and legs of unknown amount never count. Proposed ones (announced,
    letters of intent, talks) and those whose amount no named page supports count only if asked.
    """
    states = {"binding"} | ({"proposed"} if proposed else set()) | ({"unsupported"} if unsupported else set())
    kept = [c for c in legs if c.state in states]
    if not proposed:
        kept = [c for c in kept if c.status in BINDING]
    return Book(tuple(kept))


def left_out(legs: Iterable[Contract]) -> dict[str, list[str]]:
    """Return the ids of the legs that do not count, by the reason (a value of `STATES`)."""
    found: dict[str, list[str]] = {}
    for leg in legs:
        if leg.state != "binding":
            found.setdefault(leg.state, []).append(leg.id)
    return {state: found[state] for state in STATES if state in found}


def last_date(base: Base) -> str:
    """Return the date of the deal that was made last."""
    return max((deal.date for deal in base.tables.deals), key=lambda text: span(text)[1])


def amount_priors(base: Base, leg: Contract) -> tuple[Parameter, Parameter | None]:
    """Return what to draw for a leg's amount: the amount (USD), and the share of the contingent part that is realised.

    A plain value is drawn from the distribution that its claim states. A firm-to-headline band is no 5-95 % band:
    it is firm + share x contingent with the share uniform on 0 to 1 (judgement), independent between contracts.
    """
    name = f"deal:{leg.id}"

    def prior(part: str, low: float, mid: float, high: float, unit: str, kind: str, why: str) -> Parameter:
        basis = "judgement" if part == "realised" else "estimated"
        claims = (leg.claim,) if part == "amount" else ()
        return Parameter(f"{name}.{part}", "capital_network", name, low, mid, high, unit, kind, basis, claims, why)

    if leg.band == "firm_headline":
        low, high = float(leg.firm or 0.0), float(leg.headline or 0.0)
        amount = prior("amount", low, (low + high) / 2, high, "USD", "fixed", "firm part to headline")
        return amount, prior("realised", 0.0, 0.5, 1.0, "share", "uniform", "share of the contingent part realised")
    claim = base.claims[leg.claim]
    stated = distribution_of(base, claim)
    low, mid, high = (stated.quantile(p) for p in (0.05, 0.5, 0.95))
    kind = "lognormal" if low > 0 else "normal"
    return prior("amount", low, mid, high, "USD", kind, "as the claim states it"), None


def draw_amounts(base: Base, book: Book, draw: Draw) -> Array:
    """Draw the amounts of a book's contracts.

    Returns:
        USD, shape (contracts, draws).
    """
    rows = []
    for leg in book.contracts:  # over contracts, never over draws
        amount, realised = amount_priors(base, leg)
        if realised is None:
            rows.append(np.maximum(draw(amount), 0.0))
        else:
            rows.append(amount.low + draw(realised) * (amount.high - amount.low))
    return np.stack(rows) if rows else np.zeros((0, 1))


def due_share(leg_age: Array, horizon: Array, ramp: Array, years: float = 1.0) -> Array:
    """Return the share of a contract's amount that falls due within the next `years`.

    Cumulative delivery is (1 - ramp) u + ramp u^2 with u = age / horizon clipped to 0..1: straight-line at ramp 0,
    growing linearly from nothing at ramp 1.

    Args:
        leg_age: years since the contract's start (negative before it).
        horizon: years.
        ramp: 0 to 1. All three broadcast.
        years: length of the window.
    """
    begin = np.clip(leg_age / horizon, 0.0, 1.0)
    end = np.clip((leg_age + years) / horizon, 0.0, 1.0)
    share: Array = (1 - ramp) * (end - begin) + ramp * (end**2 - begin**2)
    return share


def age(leg: Contract, at: str) -> float:
    """Return the years from a contract's start to a date; a start that names a year begins with its first day."""
    return (span(at)[1] - span(leg.start)[0]).days / 365.25


def years_since(leg: Contract, at: str) -> float:
    """Return the years from the contract's date to `at`."""
    return years_between(leg.date, at)
