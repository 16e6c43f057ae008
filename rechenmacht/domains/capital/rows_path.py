"""The rows of the path's answer: firms, quarters, losses, levers."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Kind, Org, Quarter, Ratio, Share, Usd, UsdBand
from rechenmacht.domains.capital.rows import Holder


class PathFirm(TypedDict):
    """A firm along the path: its chance to fail by 2030, when and why, and what it needs."""

    org: Org
    default_probability: Share
    median_quarter: Quarter | None
    illiquid: Share
    insolvent: Share
    judgement_share: Share | None
    need: UsdBand
    lender_loss: UsdBand
    lost_revenue: UsdBand


class PathQuarter(TypedDict):
    """A firm in a quarter: the chance to have failed by then, cash and debt."""

    org: Org
    quarter: Quarter
    default_probability: Share
    cash: UsdBand
    debt: UsdBand


class PathYear(TypedDict):
    """A firm's year: what it earns, owes and raises; principal falling due and how it is met."""

    org: Org
    year: Annotated[int, Kind("text")]
    revenue: UsdBand
    purchases: UsdBand
    interest: UsdBand
    falls_due: UsdBand
    rolled_over: UsdBand
    equity: UsdBand
    new_debt: UsdBand
    capex: UsdBand


class PathLoss(TypedDict):
    """What a sector loses, in all, directly, and because others fail; means beside the band."""

    holder: Holder
    loss: UsdBand
    mean: Usd
    direct: Usd
    amplified: Usd


class PathCalled(TypedDict):
    """What a guarantor is called for."""

    guarantor: Org
    called: UsdBand
    mean: Usd


class PathStress(TypedDict):
    """A firm's chance to fail under levers, and what all lose then."""

    levers: Annotated[str, Kind("levers", group="path_lever")]
    org: Org
    default_probability: Share
    judgement_share: Share | None
    total_loss: UsdBand
    milder_worse: Share


class PathReverse(TypedDict):
    """The smallest value of a lever that brings a firm down in half of the draws."""

    lever: Annotated[str, Kind("levers", group="path_lever")]
    value: Ratio | None
    probability_at_worst: Share
