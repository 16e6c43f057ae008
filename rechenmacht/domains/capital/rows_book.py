"""The rows of the answers about links, filings and years: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Count,
    Day,
    Id,
    Ids,
    Kind,
    Org,
    QuantityValue,
    Share,
    ShareBand,
    Source,
    Text,
    Usd,
    UsdBand,
)
from rechenmacht.domains.capital.rows import DealKind, Grade, Holder, Layer, RestsOn, State, Year


class Leg(TypedDict):
    """A contract in a few words."""

    id: Id
    date: Day
    payer: Org
    payee: Org
    kind: DealKind
    grade: Grade


class LeftOut(TypedDict):
    """The legs that do not count for one reason."""

    state: State
    n: Count
    contracts: Ids
    legs: list[Leg]


class LinkLeg(TypedDict):
    """A contract of a link in a few words."""

    id: Id
    date: Day
    kind: DealKind
    rests_on: RestsOn
    grade: Grade


class Link(TypedDict):
    """What a company pays or grants another in one layer: headline, firm and paid value."""

    payer: Org
    payee: Org
    layer: Layer
    headline: Usd
    firm: Usd
    paid: Usd
    contracts: Ids
    legs: list[LinkLeg]


class Warrant(TypedDict):
    """A warrant at its top step, and at the price of a share when it was granted, where that is in the base."""

    contract: Id
    payer: Org
    payee: Org
    date: Day
    top_step: Usd
    at_price: Usd | None
    vested: Usd
    claims: Ids


class Yearly(TypedDict):
    """What flows within one year between the companies, and what of it runs in circles."""

    year: Year
    layer: Layer
    gross: Usd
    max: Share
    max_usd: Usd
    balanced_drawn: ShareBand
    vendor: Org
    vendor_circular: Usd
    vendor_revenue: Usd | None
    vendor_share: Share | None


class DependsYear(TypedDict):
    """What a customer's contracts bring a vendor in a year, directly and through clouds, and its share of revenue."""

    customer: Org
    year: Year
    amount: UsdBand
    share: ShareBand | None
    revenue: Usd | None


class Returning(TypedDict):
    """What came back to a vendor in the twelve months before a day from what it had invested in them."""

    at: Day
    invested: Usd
    returned: UsdBand
    revenue: Usd | None
    share: ShareBand | None


class FiledLine(TypedDict):
    """A line of a filing or statement: an obligation, a balance, a customer's share."""

    org: Org
    about: Annotated[str, Kind("term", group="filed_about")]
    item: Text
    counterpart: Org
    period: Text
    amount: QuantityValue | None
    unit: Id
    as_of: Day
    source: Source
    grade: Grade
    id: Id


class FiledTotal(TypedDict):
    """The newest stated total of a kind of obligation; kinds overlap and are never added up."""

    org: Org
    about: Annotated[str, Kind("term", group="filed_about")]
    amount: Usd
    as_of: Day
    item: Text
    source: Source
    grade: Grade


class Instrument(TypedDict):
    """A debt instrument."""

    org: Org
    instrument: Text
    principal: Usd | None
    drawn: Usd | None
    rate: Text
    matures: Text
    holder: Holder
    holders_named: Text
    security: Text
    guarantor: Text
    state: Annotated[str, Kind("term", group="deal_stage")]
    as_of: Day
    source: Source
    grade: Grade
    id: Id


class Held(TypedDict):
    """What a sector holds of the debt that is listed by instrument."""

    holder: Holder
    drawn: Usd
    share: Share
    instruments: Count


class Matures(TypedDict):
    """Principal that a company's filing lets fall due in a year."""

    org: Org
    year: Year
    layer: Layer
    amount: Usd
