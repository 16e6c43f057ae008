"""The rows of the network's answers: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Band,
    Both,
    Correlation,
    Count,
    Day,
    Deals,
    Exact,
    Flag,
    Id,
    Ids,
    Kind,
    Org,
    Orgs,
    Parameter,
    Quantity,
    QuantityValue,
    Ratio,
    RatioBand,
    Share,
    ShareBand,
    Text,
    Usd,
    UsdBand,
)

Layer = Annotated[str, Kind("term", group="capital.layer")]
DealKind = Annotated[str, Kind("term", group="deal_kind")]
State = Annotated[str, Kind("term", group="deal_state")]
Grade = Annotated[str, Kind("term", group="grade")]
Basis = Annotated[str, Kind("term", group="basis")]
Direction = Annotated[str, Kind("term", group="direction")]
Measure = Annotated[str, Kind("term", group="stress_measure")]
Past = Annotated[str, Kind("term", group="history_measure")]
When = Annotated[str, Kind("term", group="history_when")]
Caveat = Annotated[str, Kind("term", group="caveat")]
Holder = Annotated[str, Kind("term", group="holder")]
Holders = Annotated[list[str], Kind("terms", group="holder")]
Ratio3 = Annotated[Band, Kind("significant", "1")]
Year = Annotated[int, Kind("text")]
Years = Annotated[float, Kind("number", "year")]
Days = Annotated[float, Kind("number", "day")]


Stage = Annotated[str, Kind("term", group="deal_stage")]
RestsOn = Annotated[str, Kind("term", group="rests_on")]
Episode = Annotated[str, Kind("term", group="bust_episode")]
Fell = Annotated[str, Kind("term", group="bust_measure")]


class Deal(TypedDict):
    """A leg, what counts of it, and why it counts or not."""

    id: Id
    package: Id
    date: Day
    payer: Org
    payee: Org
    kind: DealKind
    layer: Layer
    headline: Usd | None
    firm: Usd | None
    contingent: Usd | None
    horizon_years: Years | None
    exit_days: Days | None
    obligor: Org
    status: Text
    state: State
    superseded_by: Id
    conditions: Text
    source: Id
    grade: Grade
    claim: Id
    note: Text
    stage: Stage
    rests_on: RestsOn


class Reached(TypedDict):
    """A stage that a leg has reached: amount, day, claim."""

    contract: Id
    stage: Stage
    amount: Usd | None
    at: Day
    claim: Id


class Support(TypedDict):
    """What amounts rest on: filings, a party's own statement, press, or weaker; over all and over the large ones."""

    rests_on: RestsOn
    contracts: Count
    headline: Usd
    share: Share
    large: Count
    large_contracts: Ids


class Twice(TypedDict):
    """Legs of a package that look entered twice."""

    level: Text
    package: Id
    legs: Ids
    reason: Text


class Exposure(TypedDict):
    """What a company pays to or receives from another in one layer."""

    direction: Direction
    counterpart: Org
    layer: Layer
    headline: Usd
    firm: Usd
    drawn: UsdBand
    contracts: Ids
    path: Orgs


class Depends(TypedDict):
    """Which share of a vendor's yearly revenue hangs on a customer, and how that is known."""

    customer: Org
    part: Annotated[str, Kind("term", group="dependence_part")]
    share: ShareBand
    amount: UsdBand


class Circle(TypedDict):
    """How much of a layer runs in circles."""

    at: NotRequired[Day]
    layer: Layer
    gross: Usd
    max: Share
    balanced: Share
    max_firm: NotRequired[Share]
    balanced_drawn: ShareBand
    max_usd: Usd
    max_drawn: ShareBand
    balanced_firm: NotRequired[Share]


class Fall(TypedDict):
    """Headline, firm and paid value of a layer."""

    layer: Layer
    headline: Usd
    firm: Usd
    paid: Usd
    firmness: Share
    contracts: Count


class Stressed(TypedDict):
    """A stress scenario in one line."""

    scenario: Id
    total_lost_revenue: UsdBand
    fails: Org | None
    default_probability: Share | None
    guarantees_called: Usd
    loan_loss_share: ShareBand
    debtrank: ShareBand
    result: Measure
    amount: UsdBand
    title: Both
    question: Both


class Shocked(TypedDict):
    """A lever that a scenario moves to a value drawn from low, mid, high."""

    scenario: Id
    lever: Id
    low: float
    mid: float
    high: float
    unit: Id
    basis: Basis
    reason: Text
    claims: Ids
    who: Ids
    payee: Ids


class Whole(TypedDict):
    """What a year amounts to over all companies."""

    total_lost_revenue: UsdBand
    loan_loss_share: ShareBand
    debtrank: ShareBand


class Outcome(TypedDict):
    """What a company loses, saves, needs or is called for, under stress and without."""

    scenario: Id
    measure: Measure
    org: Org
    stressed: UsdBand
    calm: UsdBand | None


class Default(TypedDict):
    """How often a company fails."""

    scenario: Id
    org: Org
    stressed: Share
    calm: Share


class Covered(TypedDict):
    """A company's means over its dues."""

    scenario: Id
    org: Org
    stressed: RatioBand
    calm: RatioBand


class Driver(TypedDict):
    """An input that decides the result."""

    scenario: NotRequired[Id]
    parameter: Parameter
    rank_correlation: Correlation
    basis: Basis
    note: Text


class Compared(TypedDict):
    """One figure of a measure then, of what followed, or of now; its unit stands beside it."""

    measure: Past
    when: When
    range: Quantity | None
    unit: Id
    who: Org
    at: Day
    caveat: Caveat
    claims: Ids


class Bust(TypedDict):
    """How far investment, revenue or value fell in an earlier boom."""

    episode: Episode
    what: Fell
    peak: QuantityValue
    trough: QuantityValue
    unit: Id
    change: Share
    years: Years
    lines: Ids


class Investment(TypedDict):
    """An investment, and which part of it comes back as purchases."""

    id: Id
    date: Day
    recipient: Org
    invested: UsdBand
    rho: ShareBand


class Pair(TypedDict):
    """A supplier that invests in its customer."""

    supplier: Org
    customer: Org
    equity_headline: Usd
    commitment_headline: Usd
    self_finance: ShareBand
    purchase_leverage: Ratio3
    equity_firm: Usd
    commitment_firm: Usd


class Seller(TypedDict):
    """On how few customers a seller's undelivered contracts rest."""

    seller: Org
    backlog: UsdBand
    disclosed_backlog: Usd | None
    customers: Count
    largest: Org
    top1: ShareBand
    top2: ShareBand
    hhi: RatioBand
    top1_lowest: Share | None
    top1_highest: Share | None


class SellerShare(TypedDict):
    """A customer's share of a seller's undelivered contracts."""

    seller: Org
    customer: Org
    share: ShareBand


class Disclosed(TypedDict):
    """What a seller says about its customers."""

    seller: Org
    quantity: Id
    low: Share | None
    value: Share | None
    high: Share | None
    as_of: Day
    claim: Id


class Coverage(TypedDict):
    """What covers the dues of twelve months."""

    org: Org
    purchases: UsdBand
    debts_and_rents: UsdBand
    coverage: Ratio3
    coverage_without_funding: Ratio3
    backlog_over_revenue: Ratio | None
    ebitda_over_interest: Ratio | None
    revenue: UsdBand
    cash: UsdBand
    funding: UsdBand
    capex: UsdBand


class Plan(TypedDict):
    """Contracts against a published spending plan."""

    org: Org
    until: Day
    plan: Usd
    headline: Usd
    ratio: ShareBand
    headline_ratio: Share
    due_in_plan: UsdBand
    no_horizon: Deals
    contracts: Ids
    claim: Id


class Debt(TypedDict):
    """A published cost of debt."""

    claim: Id
    subject: Org
    cost: Share
    as_of: Day
    backed: Flag


class Due(TypedDict):
    """What falls due in a year."""

    org: Org
    year: Year
    kind: Layer
    due: UsdBand


class RentBack(TypedDict):
    """What a vendor pays a year for its own chips."""

    before: Usd
    now: Usd


class Node(TypedDict):
    """What a node of a network pays, and whether it fails."""

    node: Text
    p: Exact
    owed: Exact
    default: Flag
    round: Count | None
