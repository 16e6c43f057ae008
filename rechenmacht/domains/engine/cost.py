"""Money: by rent, by ownership, per million tokens; engineering effort of an immature stack as its own term.

owned = (price * (1 + servers and network) / lifetime + upkeep) / use + facility power * electricity
engineering = cost of compute * effort(stack)          (shown apart, never folded in silently)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.resolve import number_of

HOURS_PER_YEAR = 8766.0
USD_PER_EUR = "cost.usd_per_eur"
REGIONS = {"us": "bloc:us", "cn": "bloc:cn", "eu": "country:eu27", "de": "country:de", "fr": "country:fr",
           "fi": "country:fi", "ie": "country:ie"}  # fmt: skip
RENTS = ("rent_per_hour", "tco_per_hour_neocloud", "tco_per_hour_hyperscaler")
EFFORT = {"ampere": 0.0, "hopper": 0.0, "blackwell": 0.0, "ada": 0.0, "consumer-ampere": 0.0, "consumer-blackwell": 0.0,
          "tpu": 0.3, "tpu-v4": 0.3, "tpu-v6": 0.3, "tpu-v7": 0.3, "cdna": 0.6, "cdna4": 0.6}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """USD per chip and hour: rent, ownership (amortisation, electricity), engineering; with what was assumed."""

    rent: float | None
    amortisation: float
    electricity: float
    engineering_share: float
    assumed: dict[str, str] = field(default_factory=dict)

    @property
    def owned(self) -> float:
        """Ownership without engineering."""
        return self.amortisation + self.electricity

    def total(self, owned: bool) -> float:
        """Return USD per chip and hour with engineering, by ownership or by rent (ownership where no rent is known)."""
        bare = self.owned if owned or self.rent is None else self.rent
        return bare * (1 + self.engineering_share)


def known_region(region: str) -> None:
    """Refuse a region of which no electricity price is known.

    Raises:
        BadInput: naming the known ones.
    """
    if region not in REGIONS:
        raise BadInput.of(
            "error.engine.region",
            f"no electricity price for region {region!r}{nearest(region, REGIONS)}; known: {', '.join(REGIONS)}",
            given=region,
            known=", ".join(REGIONS),
        )


def electricity_price(base: Base, region: str, c: Coefficients) -> float:
    """Return USD per kWh for industry in a region, from claims.

    Raises:
        BadInput: if the region has none.
    """
    known_region(region)
    for quantity, rate in (("electricity_price_industrial", 1.0), ("electricity_price_industrial_eur", c[USD_PER_EUR]),
                           ("industrial_electricity_price_eur", c[USD_PER_EUR])):  # fmt: skip
        value = number_of(base, REGIONS[region], quantity)
        if value is not None:
            return value * rate
    raise BadInput(f"no claim states an electricity price of {REGIONS[region]}")


def effort(hw: Hardware, c: Coefficients) -> float:
    """Return engineering as a share of the cost of compute: none on the usual stack, more the less mature it is."""
    return EFFORT.get(hw.family, 1.0) * c["cost.engineering"]


def rate(base: Base, hw: Hardware, c: Coefficients, region: str = "us", price: float | None = None,
         rent: float | None = None, busy: float = 0.8, use: float | None = None,
         engineering: float | None = None) -> Rate:  # fmt: skip
    """Return what an hour of a chip costs.

    Args:
        base: the fact base.
        hw: the chip.
        c: coefficients (`cost.*`).
        region: where the electricity is bought.
        price: USD per chip (default: from claims, else by its peak).
        rent: USD per chip and hour (default: from claims).
        busy: share of time in which the chip works.
        use: share of the time in which owned chips are used (default: coefficient).
        engineering: extra engineering as a share of the cost of compute (default: by family).

    Raises:
        BadInput: if a given price, rent or share cannot be.
    """
    for what, given in (("price", price), ("rent", rent), ("use", use)):
        if given is not None and not given > 0:
            raise BadInput(f"{what} must be above zero, not {given:g}")
    if use is not None and use > 1:
        raise BadInput(f"use is a share of the time, at most 1, not {use:g}")
    assumed: dict[str, str] = {}
    if price is None:
        price = number_of(base, hw.id, "price_street") or number_of(base, hw.id, "price_launch")
    if price is None:
        price = max(c["cost.usd_per_tflop"] * hw.peak16, c["cost.usd_per_gb"] * hw.memory_gb)
        assumed["price"] = said("price", "{n:,.0f} USD per chip, by its 16-bit peak and its memory", n=price)
    if rent is None:
        rent = next((v for v in (number_of(base, hw.id, q) for q in RENTS) if v is not None), None)
    if rent is None:
        assumed["rent"] = said("rent", "none known: ownership stands in for it")
    whole = price * (1 + c["cost.system_share"])
    amortisation = whole * (1 / c["cost.lifetime_years"] + c["cost.upkeep"]) / HOURS_PER_YEAR / (use or c["cost.use"])
    kw = power(hw, c, busy).facility_w / 1000
    return Rate(rent, amortisation, kw * electricity_price(base, region, c),
                effort(hw, c) if engineering is None else engineering, assumed)  # fmt: skip


def usd_per_million_tokens(usd_per_hour: float, tokens_per_s: float) -> float:
    """Return USD per million tokens of a chip at a cost per hour and a rate.

    Raises:
        BadInput: if the rate is not above zero.
    """
    if not tokens_per_s > 0:
        raise BadInput(f"tokens per second must be above zero, not {tokens_per_s:g}")
    return usd_per_hour / (tokens_per_s * 3600) * 1e6


def virtual_workers(tokens_per_s: float, per_worker: float) -> float:
    """Return how many virtual workers a stock of chips runs: sessions of `per_worker` output tokens/s at once.

    Raises:
        BadInput: if `per_worker` is not above zero.
    """
    if not per_worker > 0:
        raise BadInput(f"tokens per second of a worker must be above zero, not {per_worker:g}")
    return tokens_per_s / per_worker
