"""Spend shares of labs and clouds, and what of an investment comes back to the investor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rechenmacht.dates import span
from rechenmacht.domains.capital.contracts import Array, Book, Contract, Draw, age, draw_amounts, due_share, years_since
from rechenmacht.domains.capital.measures import round_trip, self_finance
from rechenmacht.domains.capital.year import Priors
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.resolve import number_of

Attribution = Literal["proportional", "earmarked"]
OTHER_CHIPS = ("tpu", "trainium", "instinct", "inference capacity", "custom accelerators")
"""Words that tell a compute contract that runs on chips other than NVIDIA's."""
CHIP_VENDORS = ("org:nvidia",)
"""Vendors for which the base knows what share of a cloud's equipment is theirs."""
LABS = ("org:openai", "org:anthropic", "org:xai", "org:mistral", "org:moonshot", "org:meta")
"""Companies that train models and rent or buy the compute for it."""


@dataclass(frozen=True)
class Returned:
    """One investment and the share of it that comes back to the investor; arrays have shape (draws,)."""

    leg: Contract
    invested: Array
    rho: Array


def spend_shares(base: Base, book: Book, amounts: Array, draw: Draw, at: str) -> Array:
    """Return who spends which share of a dollar with whom, from the contracts and three priors.

    A lab spends `capital.spend.compute` of its money on compute, split over its suppliers as its purchase contracts
    fall due; a cloud spends `capital.spend.capex` on equipment and `capital.spend.chips` of that with NVIDIA, as far as
    its customers' contracts run on NVIDIA's chips. Everything else leaves the network.

    Returns:
        Shape (draws, nodes, nodes), rows sum to at most 1.
    """
    prior = Priors(base, draw)
    nodes = len(book.nodes)
    buys = np.zeros((amounts.shape[1], nodes, nodes))
    on_nvidia = np.zeros((amounts.shape[1], nodes))
    sold = np.zeros((amounts.shape[1], nodes))
    for i, leg in enumerate(book.contracts):
        if leg.kind != "purchase_commitment":
            continue
        due = amounts[i] * due_share(np.asarray(max(age(leg, at), 0.0)), prior.horizon(leg), prior("ramp"))
        payer, payee = book.payer[i], book.payee[i]
        if leg.payer in LABS:
            buys[:, payer, payee] += due
        sold[:, payee] += due
        if not any(word in leg.deal.spent_back_on.lower() for word in OTHER_CHIPS):
            on_nvidia[:, payee] += due
    total = buys.sum(axis=2, keepdims=True)
    shares: Array = prior("spend.compute")[:, None, None] * buys / np.where(total > 0, total, 1.0)
    chips = prior("spend.capex") * prior("spend.chips")
    for vendor in CHIP_VENDORS:
        if vendor not in book.index:
            continue
        column = book.index[vendor]
        for node, i in book.index.items():
            if node != vendor and node not in LABS and sold[:, i].any():
                part = on_nvidia[:, i] / np.where(sold[:, i] > 0, sold[:, i], 1.0)
                shares[:, i, column] = chips * part
    return shares


def returned(base: Base, book: Book, draw: Draw, vendor: str, attribution: Attribution, at: str) -> list[Returned]:
    """Return the vendor's equity investments and how much of each comes back to it.

    Args:
        base: the fact base.
        book: contracts that count.
        draw: gives the draws of a parameter.
        vendor: entity id of the investor.
        attribution: `proportional` spreads an investment over all that the recipient spends; `earmarked` takes the
            first step as the contract says it (`spent_back_with`), and goes on in proportion after that.
        at: date at which contracts are looked at.

    Raises:
        BadInput: if the vendor has no contract that counts.
    """
    column = book.position(vendor)
    amounts = draw_amounts(base, book, draw)
    rho = round_trip(spend_shares(base, book, amounts, draw, at), column)
    prior = Priors(base, draw)
    name = base.entities[vendor].name_en.lower()
    found = []
    for i, leg in enumerate(book.contracts):
        if leg.payer != vendor or leg.kind != "equity":
            continue
        share = rho[:, book.payee[i]]
        if attribution == "earmarked":
            text = f"{leg.deal.spent_back_with} {leg.deal.spent_back_on}".lower()
            if name in text and " via " in text:
                share = prior("spend.capex") * prior("spend.chips")
            elif name in text:
                share = np.ones_like(share)
        found.append(Returned(leg, amounts[i], share))
    return found


@dataclass(frozen=True)
class Pair:
    """A supplier that invests in its customer; money in USD, arrays (draws,)."""

    supplier: str
    customer: str
    equity: tuple[float, float]
    commitment: tuple[float, float]
    equity_drawn: Array
    commitment_drawn: Array

    @property
    def ratio(self) -> Array:
        """Self-finance ratio: equity in over commitment back, (draws,)."""
        return self_finance(self.equity_drawn, self.commitment_drawn)


def pairs(base: Base, book: Book, draw: Draw) -> list[Pair]:
    """Return all suppliers that hold equity of customers with purchase commitments to them, largest promise first."""
    amounts = draw_amounts(base, book, draw)
    found = []
    equity: dict[tuple[str, str], list[int]] = {}
    back: dict[tuple[str, str], list[int]] = {}
    for i, leg in enumerate(book.contracts):
        if leg.kind == "equity":
            equity.setdefault((leg.payer, leg.payee), []).append(i)
        elif leg.kind == "purchase_commitment":
            back.setdefault((leg.payee, leg.payer), []).append(i)
    for (supplier, customer), bought in back.items():
        put = equity.get((supplier, customer))
        if put:
            found.append(
                Pair(
                    supplier, customer, (book.firm[put].sum(), book.headline[put].sum()),
                    (book.firm[bought].sum(), book.headline[bought].sum()), amounts[put].sum(axis=0),
                    amounts[bought].sum(axis=0),
                )
            )  # fmt: skip
    return sorted(found, key=lambda pair: -pair.commitment[1])


def quarters_revenue(base: Base, org: str, at: str, quantity: str = "data_centre_revenue_quarter") -> list[float]:
    """Return a company's quarterly revenue up to `at`, latest first, USD; one number a quarter."""
    stated = {claim.as_of for claim in base.about.get((org, quantity), []) if span(claim.as_of)[1] <= span(at)[1]}
    found = (number_of(base, org, quantity, date) for date in sorted(stated, reverse=True))
    return [value for value in found if value is not None]


def made_between(found: list[Returned], at: str, first: float, last: float) -> list[Returned]:
    """Return the investments made between `first` and `last` years before `at`."""
    return [one for one in found if first <= max(years_since(one.leg, at), 0.0) < last]


def known_vendor(base: Base, book: Book, org: str) -> str:
    """Return an entity id for a name, if it invests in anybody.

    Raises:
        BadInput: if nobody is called that, or it holds no equity in a contract that counts.
    """
    vendor = base.find(org).id
    investors = sorted({leg.payer for leg in book.contracts if leg.kind == "equity"})
    if vendor not in investors:
        raise BadInput(f"{vendor} invests in nobody in the contracts that count; investors: {', '.join(investors)}")
    return vendor
